"""One person's month as values: its lines with share, answer and history, and the month as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from office.calendar import Month
from plans.enums import Aggregation, Direction
from plans.models import ReportingMonth
from plans.rules import percent, total
from reports.answers import EMPTY, LineAnswer, WholeAnswer
from reports.enums import AnswerKind, ReportState
from reports.models import MonthlyReport
from reports.queries.evidence import differs
from reports.rules import Asked, Lack, Line, asks_of, idle_texts, lacks_of


@dataclass(frozen=True, slots=True)
class Item:
    id: int
    job_no: str
    name: str
    counting_unit: str
    aggregation: Aggregation
    direction: Direction
    sort_order: int

    @classmethod
    def of(cls, values: Iterable[Any]) -> Item:
        pk, job_no, name, unit, aggregation, direction, order = values
        return cls(pk, job_no, name, unit, Aggregation(aggregation), Direction(direction), order)


@dataclass(frozen=True, slots=True)
class Reported:
    """What one earlier month's last version says of an item."""

    month: date
    item_id: int
    job_no: str
    counting_unit: str
    target: Decimal | None
    answer: LineAnswer

    def result(self, aggregation: Aggregation) -> Decimal | None:
        if self.answer.kind is AnswerKind.NOTHING and aggregation is Aggregation.SUM:
            return Decimal(0)
        return self.answer.quantity


@dataclass(slots=True)
class Row:
    """One item of one person's month: share, answer, and how the year stands."""

    item: Item
    target: Decimal | None
    answer: LineAnswer
    sent: LineAnswer | None
    """What the last version says; None when there is none or it lacks the item."""
    margin: Decimal
    sent_target: Decimal | None = None
    targets_before: list[tuple[date, Decimal]] = field(default_factory=list)
    results_before: list[Reported] = field(default_factory=list)
    """Of this fiscal year, oldest first."""
    history: list[Reported] = field(default_factory=list)
    """The last twelve months of the same job, over the years, oldest first."""

    @property
    def as_sent(self) -> Row:
        """The same item as it was submitted."""
        if self.sent is None:
            return replace(self, answer=EMPTY)
        return replace(self, answer=self.sent, target=self.sent_target)

    @property
    def line(self) -> Line:
        return Line(
            item_id=self.item.id,
            job_no=self.item.job_no,
            target=self.target,
            kind=self.answer.kind,
            quantity=self.answer.quantity,
            explanation=self.answer.explanation,
            unavailable_reason=self.answer.unavailable_reason,
            aggregation=self.item.aggregation,
            direction=self.item.direction,
            previous=self.result_before,
        )

    @property
    def result_before(self) -> Decimal | None:
        aggregation = self.item.aggregation
        return total((each.result(aggregation) for each in self.results_before), aggregation)

    @property
    def result(self) -> Decimal | None:
        return self.line.result

    @property
    def below(self) -> bool:
        return bool(self.line.short_by(self.margin))

    @property
    def lacks(self) -> tuple[Lack, ...]:
        return lacks_of(self.line, self.margin)

    def idle(self, *, flagged: bool) -> tuple[str, ...]:
        """Fields whose texts are left over from another answer."""
        return idle_texts(self.line, self.margin, flagged=flagged)

    @property
    def status(self) -> str:
        """Key of the line's pill: unanswered, answered or below."""
        if not self.line.answered:
            return "unanswered"
        return "below" if self.below else "answered"

    @property
    def unplanned(self) -> bool:
        return not self.target

    @property
    def difference(self) -> Decimal | None:
        result = self.result
        return None if result is None or self.target is None else result - self.target

    @property
    def percent(self) -> Decimal | None:
        return percent(self.result, self.target)

    @property
    def result_to_date(self) -> Decimal | None:
        aggregation = self.item.aggregation
        before = [each.result(aggregation) for each in self.results_before]
        return total([*before, self.result], aggregation)

    @property
    def target_to_date(self) -> Decimal | None:
        return total([*(quantity for _, quantity in self.targets_before), self.target], self.item.aggregation)

    def last_month(self, month: Month) -> Reported | None:
        first = month.previous().first
        return next((each for each in self.history if each.month == first), None)

    def asked(self, month: Month) -> Asked | None:
        """What is to be asked about the figure, once; None when it is as usual."""
        last = self.last_month(month)
        found = asks_of(
            self.line,
            last=last.result(self.item.aggregation) if last else None,
            counting_unit=self.item.counting_unit,
        )
        if not found or self.answer.quantity is None:
            return None
        return Asked(self.item.id, self.item.job_no, self.answer.quantity, found)

    def last_target(self, month: Month) -> Decimal | None:
        first = month.previous().first
        return next((quantity for when, quantity in self.targets_before if when == first), None)


@dataclass(slots=True)
class MonthOfPerson:
    month: ReportingMonth
    person_id: int
    report: MonthlyReport | None
    rows: list[Row]

    @property
    def state(self) -> ReportState | None:
        return ReportState(self.report.state) if self.report else None

    @property
    def whole(self) -> WholeAnswer:
        """Of the draft."""
        return WholeAnswer.of(self.report, self.report.confirmed if self.report else None)

    @property
    def sent_whole(self) -> WholeAnswer:
        """Of the last version."""
        return WholeAnswer.of(self.report.last_version if self.report else None)

    @property
    def answered(self) -> int:
        return sum(row.line.answered for row in self.rows)

    @property
    def submitted(self) -> bool:
        return bool(self.report and self.report.submissions)

    @property
    def unsent(self) -> bool:
        """A draft was written, or evidence changed, over the last submission and differs from it."""
        lines = any(row.answer != (row.sent or EMPTY) for row in self.rows)
        other = lines or not self.whole.says_as(self.sent_whole)
        return self.submitted and (other or self._other_evidence)

    @property
    def _other_evidence(self) -> bool:
        """Known when the month came from ``find_month``."""
        last = self.report.last_version if self.report else None
        return bool(last and differs(getattr(self.month, "evidence", ()), last.submitted_at))

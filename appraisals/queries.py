"""Reads of whole years of people, in a constant number of queries however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from appraisals.rules import ItemYear, MonthFact, Totals, item_year, totals
from office.enums import Role
from office.models import Membership, Office, Person
from office.queries import policy_of
from plans.enums import Aggregation, Direction
from plans.models import MonthlyShare, PlanItem, ReportingMonth
from plans.queries import months_of_year
from reports.enums import AnswerKind, Breach, ReportState
from reports.models import ExpectedReport, Flag, MonthlyReport, SubmittedLine
from reports.rules import Line, PersonMonth, row_state, timing_of

NO_UNIT = 1_000_000


@dataclass(frozen=True)
class MonthOfYear:
    month: ReportingMonth
    fact: MonthFact


@dataclass(frozen=True)
class Unplanned:
    month: ReportingMonth
    item: PlanItem
    line: Line


@dataclass(frozen=True)
class PersonYear:
    person: Person
    unit_name: str
    unit_order: int
    """Place of the unit in the order of reporting; after all units for who serves in none."""
    head: Person | None
    """The head of the person's unit on the day; None for the head of a unit."""
    months: tuple[MonthOfYear, ...]
    items: tuple[ItemYear, ...]
    totals: Totals
    flags: tuple[Flag, ...]
    unplanned: tuple[Unplanned, ...]


def people_of_year(office: Office, year: int) -> Any:
    """Those with at least one share in the year's plan."""
    shares = MonthlyShare.objects.in_force().filter(
        item__plan__fiscal_year__year=year, item__plan__office=office
    )
    return Person.objects.filter(pk__in=shares.values("person_id"))


def years_of(
    people: Sequence[Person], office: Office, year: int, *, now: datetime, day: date
) -> list[PersonYear]:
    """The years of ``people`` as known at ``now``, in unit and official order."""
    found = _Gathered(office, year, people, now=now, day=day).all()
    return sorted(found, key=lambda each: (each.unit_order, each.person.sort_order, each.person.pk))


class _Gathered:
    """All rows of a year for some people, read once and looked up from dictionaries."""

    def __init__(
        self, office: Office, year: int, people: Sequence[Person], *, now: datetime, day: date
    ) -> None:
        self.people, self.now = people, now
        self.ids = [person.pk for person in people]
        self.margin: Decimal = policy_of(office).off_plan_margin
        self.months = months_of_year(office, year)
        self.items = {
            item.pk: item
            for item in PlanItem.objects.in_force().filter(plan__fiscal_year__year=year, plan__office=office)
        }
        self.targets = self._targets()
        self.answers = self._answers()
        self.planned = {(person, month) for person, _, month in self.targets}
        self.items_of: dict[int, set[int]] = defaultdict(set)
        for person, item, _ in (*self.targets, *self.answers):
            self.items_of[person].add(item)
        self.reports = self._by_month(
            MonthlyReport.objects.filter(person_id__in=self.ids, month__in=self.months)
        )
        self.register = self._by_month(
            ExpectedReport.objects.filter(person_id__in=self.ids, month__in=self.months)
        )
        self.flags = self._flags()
        self.serving, self.heads = self._units(office, day)

    def all(self) -> list[PersonYear]:
        return [self._year(person) for person in self.people]

    def _targets(self) -> dict[tuple[int, int, int], Decimal]:
        rows = MonthlyShare.objects.in_force().filter(person_id__in=self.ids, month__in=self.months)
        return {
            (person, item, month): quantity
            for person, item, month, quantity in rows.values_list(
                "person_id", "item_id", "month_id", "quantity"
            )
        }

    def _answers(self) -> dict[tuple[int, int, int], SubmittedLine]:
        rows = SubmittedLine.objects.filter(
            version__last_of__person_id__in=self.ids, version__last_of__month__in=self.months
        ).select_related("version__last_of")
        return {
            (row.version.last_of.person_id, row.item_id, row.version.last_of.month_id): row for row in rows
        }

    @staticmethod
    def _by_month(rows: Iterable[Any]) -> dict[tuple[int, int], Any]:
        return {(row.person_id, row.month_id): row for row in rows}

    def _flags(self) -> dict[int, list[Flag]]:
        rows = Flag.objects.standing().filter(person_id__in=self.ids, month__in=self.months)
        found: dict[int, list[Flag]] = defaultdict(list)
        for flag in rows.select_related("item", "month").order_by("month__first", "item__sort_order", "id"):
            found[flag.person_id].append(flag)
        return found

    def _units(self, office: Office, day: date) -> tuple[dict[int, Membership], dict[int, Person]]:
        rows = Membership.objects.on(day).filter(person__office=office).select_related("unit", "person")
        serving, heads, wanted = {}, {}, set(self.ids)
        for row in rows.order_by("-id"):
            if row.role == Role.OFFICER and row.person_id in wanted:
                serving[row.person_id] = row
            elif row.role == Role.UNIT_HEAD:
                heads[row.unit_id] = row.person
        return serving, heads

    def _year(self, person: Person) -> PersonYear:
        flags = self.flags.get(person.pk, [])
        incomplete = {flag.month_id for flag in flags if flag.breach == Breach.INCOMPLETE}
        months = tuple(self._month(person, month, month.pk in incomplete) for month in self.months)
        lines = self._lines(person)
        membership = self.serving.get(person.pk)
        head = self.heads.get(membership.unit_id) if membership else None
        return PersonYear(
            person=person,
            unit_name=membership.unit.name if membership else "",
            unit_order=membership.unit.sort_order if membership else NO_UNIT,
            head=None if head == person else head,
            months=months,
            items=tuple(self._item(item_id, by_month) for item_id, by_month in lines),
            totals=totals([month.fact for month in months]),
            flags=tuple(flags),
            unplanned=tuple(self._unplanned(lines)),
        )

    def _month(self, person: Person, month: ReportingMonth, incomplete: bool) -> MonthOfYear:  # noqa: FBT001
        row, report = self.register.get((person.pk, month.pk)), self.reports.get((person.pk, month.pk))
        planned = (person.pk, month.pk) in self.planned
        expected = row is not None if month.registered_at else planned and person.reports
        waived = row is not None and bool(row.waiver)
        facts = PersonMonth(
            deadline=month.grace_end,
            waived=waived,
            first_submitted_at=report.first_submitted_at if report else None,
            first_deadline=report.first_deadline if report else None,
        )
        state = row_state(
            expected=expected,
            waived=waived,
            report=ReportState(report.state) if report else None,
            submitted=bool(report and report.submissions),
        )
        sent = report.first_submitted_at if report else None
        return MonthOfYear(
            month, MonthFact(expected, waived, state, timing_of(facts, now=self.now), sent, incomplete)
        )

    def _lines(self, person: Person) -> list[tuple[int, list[Line | None]]]:
        """Each of the person's items in plan order, with twelve months of lines."""
        known = (item for item in self.items_of[person.pk] if item in self.items)
        ordered = sorted(known, key=lambda item: self.items[item].sort_order)
        return [(item, self._line_months(person.pk, self.items[item])) for item in ordered]

    def _line_months(self, person_id: int, item: PlanItem) -> list[Line | None]:
        lines: list[Line | None] = []
        previous: Decimal | None = None
        for month in self.months:
            key = (person_id, item.pk, month.pk)
            answer = self.answers.get(key)
            if key not in self.targets and answer is None:
                lines.append(None)
                continue
            line = Line(
                item_id=item.pk,
                job_no=item.job_no,
                target=self.targets.get(key),
                kind=AnswerKind(answer.kind) if answer else AnswerKind.NONE,
                quantity=answer.quantity if answer else None,
                explanation=answer.explanation if answer else "",
                aggregation=Aggregation(item.aggregation),
                direction=Direction(item.direction),
                previous=previous,
            )
            previous = line.result if line.result is not None else previous
            lines.append(line)
        return lines

    def _item(self, item_id: int, lines: list[Line | None]) -> ItemYear:
        item = self.items[item_id]
        return item_year(lines, name=item.name, counting_unit=item.counting_unit, margin=self.margin)

    def _unplanned(self, lines: list[tuple[int, list[Line | None]]]) -> Iterable[Unplanned]:
        for item_id, by_month in lines:
            for month, line in zip(self.months, by_month, strict=True):
                if line is not None and line.unplanned:
                    yield Unplanned(month, self.items[item_id], line)

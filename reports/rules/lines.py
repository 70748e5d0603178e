"""One line of a month: what it says and what it lacks (4.3, 4.4, 4.7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from office.enums import Labelled
from plans.enums import Aggregation, Direction
from plans.rules import shortfall
from reports.enums import AnswerKind

ZERO = Decimal(0)


class Lack(Labelled):
    """What keeps a line from being complete."""

    UNANSWERED = "UNANSWERED", "ยังไม่กรอกผล"
    UNEXPLAINED = "UNEXPLAINED", "ผลต่ำกว่าแผน ยังไม่ชี้แจงเหตุผล"
    NO_REASON = "NO_REASON", "ยังไม่ระบุเหตุผลที่ไม่มีข้อมูล"
    NOT_ADDRESSED = "NOT_ADDRESSED", "ยังไม่ได้ชี้แจงตามบันทึกแจ้ง"
    NO_WORD = "NO_WORD", "แก้ผลแล้ว ยังไม่เขียนเหตุผลที่แก้ไขตามบันทึกแจ้ง"
    STILL_UNLIKE_CPS = "STILL_UNLIKE_CPS", "ผลที่แก้ยังต่างจาก CPS และยังไม่ชี้แจงเหตุผล"
    OLD_REASON = "OLD_REASON", "แก้ผลแล้ว เหตุผลยังเป็นข้อความก่อนบันทึกแจ้ง"


@dataclass(frozen=True, slots=True)
class Line:
    """One plan item in one person's month: the share and the answer."""

    item_id: int
    job_no: str
    target: Decimal | None
    """The person's share of the month; None when it is blank (unplanned work)."""
    kind: AnswerKind = AnswerKind.NONE
    quantity: Decimal | None = None
    explanation: str = ""
    unavailable_reason: str = ""
    aggregation: Aggregation = Aggregation.SUM
    direction: Direction = Direction.MORE
    previous: Decimal | None = None
    """For LATEST and MAX: the figure as it stood before this month."""
    cps: Decimal | None = None
    """Sum of จำนวน in the newest CPS file; None when the item isn't tracked that month."""
    late_instalment: bool = False
    """The target was filled in afterwards by the director: never in breach (4.11)."""

    @property
    def result(self) -> Decimal | None:
        """The month's result; None when it isn't known."""
        if self.kind is AnswerKind.VALUE:
            reached = (
                (self.previous, self.quantity) if self.aggregation is Aggregation.MAX else (self.quantity,)
            )
            return max((value for value in reached if value is not None), default=None)
        if self.kind is AnswerKind.NOTHING:
            return ZERO if self.aggregation is Aggregation.SUM else (self.previous or ZERO)
        return None

    @property
    def reported(self) -> Decimal | None:
        """What the officer claims for the month itself, to be held against CPS."""
        return self.quantity if self.kind is AnswerKind.VALUE else self.result

    @property
    def answered(self) -> bool:
        if self.kind is AnswerKind.NOT_AVAILABLE:
            return bool(self.unavailable_reason.strip() or self.explanation.strip())
        return self.kind is not AnswerKind.NONE

    @property
    def explained(self) -> bool:
        return bool(self.explanation.strip())

    @property
    def said(self) -> str:
        """What the officer says about the line: the explanation, or why there is no figure."""
        return self.explanation.strip() or ("" if self.told else self.unavailable_reason.strip())

    @property
    def told(self) -> bool:
        """There is an answer that needs no reason for its absence."""
        return self.kind in (AnswerKind.VALUE, AnswerKind.NOTHING)

    @property
    def unplanned(self) -> bool:
        """Work with no plan line, or with plan 0, that month (4.4): shown apart, no breach."""
        return not self.target and bool(self.result)

    def short_by(self, margin: Decimal) -> Decimal:
        """How far the month's result misses its target beyond ``margin`` percent; 0 when it doesn't."""
        if not self.target or self.result is None or self.late_instalment:
            return ZERO
        return shortfall(self.result, self.target, direction=self.direction, margin=margin)


def idle_texts(line: Line, margin: Decimal, *, flagged: bool) -> tuple[str, ...]:
    """Fields left over from another answer: they are kept, and say nothing of the one that stands.

    A line that is ``flagged``, or was and was told of, may be explained by them, one without a plan too.
    """
    if not line.told:
        return ()
    full = bool(line.target) and not line.short_by(margin)
    explaining = ("reason_category", "explanation") if full and not flagged else ()
    return ("unavailable_reason", *explaining)


def as_text(value: Decimal | None) -> str:
    """A figure as facts are kept: "" for none."""
    return "" if value is None else f"{value:.2f}"


def lacks_of(line: Line, margin: Decimal) -> tuple[Lack, ...]:
    """What a line with a share lacks to be complete (4.7 INCOMPLETE)."""
    if line.target is None or line.late_instalment:
        return ()
    if line.kind is AnswerKind.NOT_AVAILABLE and not line.answered:
        return (Lack.NO_REASON,)
    if not line.answered:
        return (Lack.UNANSWERED,)
    if line.short_by(margin) and not line.explained:
        return (Lack.UNEXPLAINED,)
    return ()


def sending_lacks(lines: Iterable[Line], margin: Decimal, *, incomplete_ok: bool) -> list[tuple[Line, Lack]]:
    """What keeps a report from being submitted (4.8).

    Unanswered lines may go with ``incomplete_ok`` and a reason each, unless no line is answered at all.
    """
    lines = list(lines)
    waivable = incomplete_ok and any(line.answered for line in lines)
    return [
        (line, lack)
        for line in lines
        for lack in lacks_of(line, margin)
        if not (waivable and lack is Lack.UNANSWERED and line.unavailable_reason.strip())
    ]

"""Every decision about a monthly report: pure, no clock, no database (design rules 4.4 to 4.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from office.calendar import day_of
from office.enums import Labelled
from office.thai import long_date
from plans.enums import Aggregation, Direction
from plans.rules import shortfall
from reports.enums import AnswerKind, Breach, FlagState, ReportState, RowState, Timing

ZERO = Decimal(0)

MOVES: dict[ReportState, dict[str, ReportState]] = {
    ReportState.DRAFT: {"save": ReportState.DRAFT, "submit": ReportState.SUBMITTED},
    ReportState.SUBMITTED: {
        "save": ReportState.SUBMITTED,
        "submit": ReportState.SUBMITTED,
        "return": ReportState.RETURNED,
        "accept": ReportState.ACCEPTED,
    },
    ReportState.RETURNED: {"save": ReportState.RETURNED, "submit": ReportState.SUBMITTED},
    ReportState.ACCEPTED: {"return": ReportState.RETURNED},
}
"""Writing and submitting again while SUBMITTED is open only before the deadline: see ``write_refusal``.

A draft saved over a submission leaves the submitted figures as they are until it is submitted.
"""


CASE_MOVES: dict[FlagState, dict[str, FlagState]] = {
    FlagState.OPEN: {
        "notify": FlagState.NOTIFIED,
        "answer": FlagState.EXPLAINED,
        "close": FlagState.CLOSED,
        "excuse": FlagState.EXCUSED,
    },
    FlagState.NOTIFIED: {"notify": FlagState.NOTIFIED, "answer": FlagState.EXPLAINED},
    FlagState.EXPLAINED: {
        "notify": FlagState.NOTIFIED,
        "close": FlagState.CLOSED,
        "excuse": FlagState.EXCUSED,
    },
}
"""What people do to a flag (4.9); what a scan does is ``flag_state``. See ``decide_refusal`` for NOTIFIED."""
DECIDED = (FlagState.CLOSED, FlagState.EXCUSED)
NOTICES = 2
"""Notices a person-month; after them the director's list (4.10)."""


class Lack(Labelled):
    """What keeps a line from being complete."""

    UNANSWERED = "UNANSWERED", "ยังไม่กรอกผล"
    UNEXPLAINED = "UNEXPLAINED", "ผลต่ำกว่าแผน ยังไม่ชี้แจงเหตุผล"
    NO_REASON = "NO_REASON", "ยังไม่ระบุเหตุผลที่ไม่มีข้อมูล"


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
        return self.explanation.strip() or self.unavailable_reason.strip()

    @property
    def unplanned(self) -> bool:
        """Work with no plan line, or with plan 0, that month (4.4): shown apart, no breach."""
        return not self.target and bool(self.result)

    def short_by(self, margin: Decimal) -> Decimal:
        """How far the month's result misses its target beyond ``margin`` percent; 0 when it doesn't."""
        if not self.target or self.result is None or self.late_instalment:
            return ZERO
        return shortfall(self.result, self.target, direction=self.direction, margin=margin)


@dataclass(frozen=True, slots=True)
class PersonMonth:
    """One expected report, as known at some instant."""

    deadline: datetime
    """Due + grace in force now."""
    waived: bool = False
    first_submitted_at: datetime | None = None
    first_deadline: datetime | None = None
    """Due + grace in force at the first submission."""
    submitted_at: datetime | None = None
    """Of the version that ``lines`` are from."""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    breach: Breach
    true_since: datetime
    item_id: int | None = None
    job_no: str = ""
    explained: bool = False
    lacks: tuple[Lack, ...] = ()
    basis: Mapping[str, str] = field(default_factory=dict)
    """The facts it stands on, as text: result, target, explanation, cps."""


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


def has_come(submitted_at: datetime | None, *, now: datetime) -> bool:
    """Whether a submission counts by ``now``: a file may carry an instant still to come."""
    return submitted_at is not None and submitted_at <= now


def timing_of(month: PersonMonth, *, now: datetime) -> Timing:
    """At the deadline is on time, to the second; a deadline moved later can only help (4.6, 4.7).

    Nothing is awaited from a waived person: PENDING until something comes.
    """
    if month.first_submitted_at is None:
        return Timing.PENDING if month.waived or _second(now) <= month.deadline else Timing.MISSING
    allowed = max(month.deadline, month.first_deadline or month.deadline)
    return Timing.LATE if _second(month.first_submitted_at) > allowed else Timing.ON_TIME


def findings(month: PersonMonth, *, now: datetime, margin: Decimal) -> list[Finding]:
    """Every breach of one expected report that is true at ``now``; none for a waived one."""
    if month.waived:
        return []
    timing = timing_of(month, now=now)
    if timing is Timing.MISSING:
        return [Finding(Breach.MISSING, month.deadline)]
    if month.submitted_at is None:
        return []
    found = []
    if timing is Timing.LATE and month.first_submitted_at is not None:
        found.append(Finding(Breach.LATE, month.first_submitted_at))
    for line in month.lines:
        found.extend(_line_findings(line, month.submitted_at, margin))
    return found


def _line_findings(line: Line, since: datetime, margin: Decimal) -> Iterable[Finding]:
    lacks = lacks_of(line, margin)
    short = line.short_by(margin)
    unlike = _unlike_cps(line)
    if not (lacks or short or unlike):
        return
    basis = {
        "result": _text(line.result),
        "target": _text(line.target),
        "explanation": line.said,
        "cps": _text(line.cps),
    }
    if lacks:
        told = lacks == (Lack.UNANSWERED,) and bool(line.said)
        yield Finding(Breach.INCOMPLETE, since, line.item_id, line.job_no, told, lacks, basis)
    if short:
        yield Finding(Breach.OFF_PLAN, since, line.item_id, line.job_no, line.explained, (), basis)
    if unlike:
        compared = basis | {"result": _text(line.reported)}
        yield Finding(Breach.CPS_MISMATCH, since, line.item_id, line.job_no, line.explained, (), compared)


def _unlike_cps(line: Line) -> bool:
    if line.cps is None or line.late_instalment or line.reported is None:
        return False
    return line.reported != line.cps


def born(finding: Finding) -> FlagState:
    """Explained at submission: born EXPLAINED (4.9)."""
    return FlagState.EXPLAINED if finding.explained else FlagState.OPEN


def flag_state(
    was: FlagState | None,
    finding: Finding | None,
    *,
    decided_on: Mapping[str, str] | None = None,
    decided: FlagState | None = None,
) -> FlagState | None:
    """The state of a flag after a scan (4.9); None when there is neither a flag nor a reason for one.

    ``decided_on`` is the basis the flag stood on when ``was`` was reached. A CLOSED or EXCUSED flag
    re-opens only when the facts differ from it; a NOTIFIED one is answered only by something new from
    the officer, so that an explanation given before a second notice doesn't answer it. A CLEARED one that
    had been ``decided`` CLOSED or EXCUSED is so again when the same facts are true again.
    """
    if finding is None:
        return None if was is None else FlagState.CLEARED
    fresh = born(finding)
    before, after = dict(decided_on or {}), dict(finding.basis)
    if was is FlagState.CLEARED and decided in DECIDED and before == after:
        return decided
    if was in (None, FlagState.CLEARED, FlagState.OPEN):
        return fresh
    if was in DECIDED:
        return was if before == after else fresh
    said_anew = before.get("explanation") != after.get("explanation")
    if was is FlagState.NOTIFIED:
        answered = finding.explained and (said_anew or before.get("result") != after.get("result"))
        return FlagState.EXPLAINED if answered else FlagState.NOTIFIED
    return FlagState.OPEN if said_anew and not finding.explained else FlagState.EXPLAINED


def row_state(*, expected: bool, waived: bool, report: ReportState | None, submitted: bool) -> RowState:
    """The state axis of a person-month on the dashboards; ``submitted`` as of the instant asked about."""
    if waived:
        return RowState.WAIVED
    if report is None:
        return RowState.EXPECTED if expected else RowState.NONE
    return RowState(report.value.lower()) if submitted else RowState.DRAFT


def write_refusal(
    *,
    state: ReportState | None,
    now: datetime,
    opens_on: date,
    deadline: datetime,
    lock_at: datetime,
    closed: bool,
    reopened_until: datetime | None = None,
) -> str:
    """Why an officer can't save or submit now, in Thai; empty when it is open (4.6, 4.8).

    ``opens_on`` is the month's first day: nothing is reported of a month that hasn't begun.
    """
    if closed:
        return "เดือนนี้ปิดแล้ว ตัวเลขถูกตรึงไว้"
    if day_of(now) < opens_on:
        return f"เดือนนี้ยังไม่เริ่ม เปิดให้รายงานตั้งแต่วันที่ {long_date(opens_on)}"
    if state is ReportState.ACCEPTED:
        return "รายงานนี้ตรวจรับแล้ว หากต้องแก้ไข ขอให้ฝ่ายบริหารทั่วไปส่งกลับแก้ไข"
    reopened = reopened_until is not None and _second(now) <= reopened_until
    if state is ReportState.SUBMITTED and _second(now) > deadline and not reopened:
        return "ส่งรายงานแล้วและเลยกำหนดส่งแล้ว หากต้องแก้ไข ขอให้ฝ่ายบริหารทั่วไปส่งกลับแก้ไข"
    if _second(now) > lock_at and not reopened:
        return "เดือนนี้ปิดรับแก้ไขแล้ว ขอเปิดแก้ไขได้ที่ฝ่ายบริหารทั่วไป"
    return ""


@dataclass(frozen=True, slots=True)
class Told:
    """The newest notice of a person-month."""

    no: int
    answer_by: datetime
    answered: bool

    def waits(self, now: datetime) -> bool:
        return not self.answered and not self.passed(now)

    def passed(self, now: datetime) -> bool:
        return _second(now) > self.answer_by

    def exhausted(self, now: datetime) -> bool:
        """Told for the last time and the answer-by has passed: on the director's list if not answered."""
        return self.no >= NOTICES and self.passed(now)


def may_be_named(state: FlagState, last: Told | None, *, now: datetime) -> bool:
    """Whether a notice sent now may name a flag: not an ended one, nor one whose answer is still awaited."""
    if "notify" not in CASE_MOVES.get(state, {}):
        return False
    return not (state is FlagState.NOTIFIED and last is not None and last.waits(now))


def notice_refusal(last: Told | None, *, closed: bool) -> str:
    """Why no further notice can be sent about a person-month, in Thai; empty when it can (4.10)."""
    if closed:
        return "เดือนนี้ปิดแล้ว ตัวเลขถูกตรึงไว้ แจ้งให้แก้ไขไม่ได้ แต่ยังปิดเรื่องหรือผ่อนผันได้"
    if last is not None and last.no >= NOTICES:
        return f"แจ้งครบ {NOTICES} ครั้งแล้ว เรื่องนี้ไปอยู่ในรายการของสหกรณ์จังหวัด"
    return ""


def answer_refusal(last: Told, *, now: datetime, lock_at: datetime, closed: bool) -> str:
    """Why a notice can't be answered now, in Thai: it can until the lock or the answer-by, the later one."""
    if not last.passed(now) or (_second(now) <= lock_at and not closed):
        return ""
    return "เลยกำหนดตอบแล้วและเดือนนี้ปิดรับแก้ไขแล้ว ขอให้ฝ่ายบริหารทั่วไปแจ้งใหม่หรือเปิดแก้ไข"


def decide_refusal(state: FlagState, move: str, last: Told | None, *, now: datetime) -> str:
    """Why a case can't be closed or excused now, in Thai; empty when it can (4.9).

    One that was notified waits for its explanation, until the last notice has passed unanswered: else it
    could never end.
    """
    if move in CASE_MOVES.get(state, {}):
        return ""
    if state is FlagState.NOTIFIED:
        if last is not None and last.exhausted(now):
            return ""
        return "แจ้งเจ้าหน้าที่แล้ว รอคำชี้แจงก่อนจึงปิดเรื่องหรือผ่อนผันได้"
    return f"เรื่องนี้{state.label}ไปแล้ว"


def review_refusal(*, own: bool, reviewer_is_admin: bool, author_is_admin: bool, other_admins: bool) -> str:
    """Why this reviewer can't accept or return this report (4.8); empty when it is allowed.

    Nobody reviews their own; an admin's report goes to another admin, and to the director only when
    there is none.
    """
    if own:
        return "ตรวจรับรายงานของตนเองไม่ได้ ให้ผู้อื่นในฝ่ายบริหารทั่วไปเป็นผู้ตรวจ"
    if reviewer_is_admin or (author_is_admin and not other_admins):
        return ""
    return "ฝ่ายบริหารทั่วไปเป็นผู้ตรวจรับรายงาน"


def _second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value:.2f}"

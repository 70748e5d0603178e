"""A person-month: its states, its timing, who may write it and who handles it (4.5, 4.6, 4.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from office.enums import Labelled
from office.thai import instant_text
from reports.enums import ReportState, RowState, Timing
from reports.rules.lines import Line

LONGEST_UNLOCK = timedelta(days=31)

MOVES: dict[ReportState, dict[str, ReportState]] = {
    ReportState.DRAFT: {"save": ReportState.DRAFT, "submit": ReportState.SUBMITTED},
    ReportState.SUBMITTED: {
        "save": ReportState.SUBMITTED,
        "submit": ReportState.SUBMITTED,
        "return": ReportState.RETURNED,
        "accept": ReportState.ACCEPTED,
    },
    ReportState.RETURNED: {
        "save": ReportState.RETURNED,
        "submit": ReportState.SUBMITTED,
        "accept": ReportState.ACCEPTED,
    },
    ReportState.ACCEPTED: {"return": ReportState.RETURNED},
}
"""Writing and submitting again while SUBMITTED is open only before the deadline: see ``Window``.

A draft saved over a submission leaves the submitted figures as they are until it is submitted. What was
returned is accepted as it was sent only once nothing is awaited any more: see ``taking_refusal``.
"""


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


def has_come(submitted_at: datetime | None, *, now: datetime) -> bool:
    """Whether a submission counts by ``now``: a file may carry an instant still to come."""
    return submitted_at is not None and submitted_at <= now


def timing_of(month: PersonMonth, *, now: datetime) -> Timing:
    """At the deadline is on time, to the second; a deadline moved later can only help (4.6, 4.7).

    Nothing is awaited from a waived person: PENDING until something comes.
    """
    if month.first_submitted_at is None:
        return Timing.PENDING if month.waived or second(now) <= month.deadline else Timing.MISSING
    allowed = max(month.deadline, month.first_deadline or month.deadline)
    return Timing.LATE if second(month.first_submitted_at) > allowed else Timing.ON_TIME


def row_state(*, expected: bool, waived: bool, report: ReportState | None, submitted: bool) -> RowState:
    """The state axis of a person-month on the dashboards; ``submitted`` as of the instant asked about."""
    if waived:
        return RowState.WAIVED
    if report is None:
        return RowState.EXPECTED if expected else RowState.NONE
    return RowState(report.value.lower()) if submitted else RowState.DRAFT


class Deed(Labelled):
    """What the admin unit does about another's month."""

    REVIEW = "REVIEW", "ตรวจรับหรือส่งกลับรายงาน"
    NOTIFY = "NOTIFY", "แจ้งเจ้าหน้าที่เรื่อง"
    DECIDE = "DECIDE", "ปิดเรื่องหรือผ่อนผันเรื่อง"
    UNLOCK = "UNLOCK", "เปิดแก้ไขเดือน"


def taking_refusal(*, told_waits: bool, written: bool, until: datetime | None, now: datetime) -> str:
    """Why a returned report can't be accepted as it was sent, in Thai; empty when it can.

    What it was returned for may have gone (a newer CPS file), been closed or excused, or never been there:
    else its officer would have to send the same once more, or could not any more.
    """
    if told_waits:
        return "ยังมีเรื่องที่แจ้งไว้รอคำชี้แจง เมื่อปิดเรื่องหรือผ่อนผันแล้ว หรือหมดเหตุแล้ว จึงตรวจรับฉบับที่ส่งไว้ได้"
    if written and until is not None and second(now) <= until:
        return f"เจ้าหน้าที่กำลังแก้ไขรายงานนี้ ส่งใหม่ได้ถึง {instant_text(until)} จึงยังตรวจรับฉบับที่ส่งไว้ไม่ได้"
    return ""


def unlock_refusal(*, state: ReportState | None, until: datetime, now: datetime, closed: bool) -> str:
    """Why a person-month can't be opened until then, in Thai; empty when it can (4.6)."""
    if closed:
        return "เดือนนี้ปิดแล้ว ตัวเลขถูกตรึงไว้ เปิดแก้ไขรายบุคคลไม่ได้"
    if state is ReportState.ACCEPTED:
        return "รายงานนี้ตรวจรับแล้ว ใช้ “ส่งกลับแก้ไข” พร้อมความเห็นแทน"
    if until <= now:
        return "เลือกวันและเวลาที่ยังมาไม่ถึง"
    if until > now + LONGEST_UNLOCK:
        return f"เปิดแก้ไขได้ไม่เกิน {LONGEST_UNLOCK.days} วัน"
    return ""


def handling_refusal(
    deed: Deed, *, own: bool, by_admin: bool, author_is_admin: bool, other_admins: bool
) -> str:
    """Why this person can't handle another's report, notice or case (4.8); empty when it is allowed.

    Nobody handles their own; what is an admin's goes to another admin, and to the director only when there
    is none.
    """
    if own:
        return f"{deed.label}ของตนเองไม่ได้ ให้ผู้อื่นในฝ่ายบริหารทั่วไปเป็นผู้ดำเนินการ หรือสหกรณ์จังหวัดเมื่อไม่มีผู้อื่น"
    if by_admin or (author_is_admin and not other_admins):
        return ""
    return f"ฝ่ายบริหารทั่วไปเป็นผู้{deed.label}"


def second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)

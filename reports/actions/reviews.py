"""Accept a report or send it back: every decision is kept, nobody decides on their own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.calendar import add_working_days, at, day_of
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import Notification
from office.queries import holidays_of, policy_of
from office.thai import instant_text
from reports.enums import FlagState, ReportState
from reports.handlers import refusal_to_handle
from reports.models import Flag, MonthlyReport, Review
from reports.rules import MOVES, Deed, taking_refusal
from reports.texts import cleaned, too_long

_DECIDED = ["state", "decided_at", "decided_by", "reopened_until"]


@transaction.atomic
def accept(report: MonthlyReport, *, by: Actor, now: datetime, version: int, comment: str = "") -> Review:
    """Take the submission as it is. ``version`` is the number of the submission that was read."""
    report = _for_decision(report, "accept", by=by, now=now, version=version)
    review = _decide(report, "accept", by=by, now=now, comment=cleaned(comment), answer_by=None)
    _tell(review)
    return review


@transaction.atomic
def send_back(
    report: MonthlyReport,
    *,
    by: Actor,
    now: datetime,
    version: int,
    comment: str,
    seen: str = "",
    notice_until: datetime | None = None,
) -> Review:
    """Return the submission with a comment; the officer may write until the answer-by, even past the lock.

    ``seen`` is the state that was read: Stale when somebody has accepted the report since. With
    ``notice_until`` a notice returns it: that is the answer-by, and the notice tells the officer itself.
    """
    report = _for_decision(report, "return", by=by, now=now, version=version)
    if seen and seen != report.state:
        by_whom = f"{report.decided_by.full_name} " if report.decided_by else ""
        raise Stale(f"{by_whom}ตรวจรับรายงานนี้หลังจากคุณเปิดหน้านี้ ยังไม่ได้ส่งกลับ ถ้ายังต้องแก้ไข เปิดรายงานแล้วส่งกลับอีกครั้ง")
    if report.month.closed_at is not None:
        raise NotAllowedNow(f"เดือน{report.month}ปิดแล้ว ตัวเลขถูกตรึงไว้ ส่งกลับแก้ไขไม่ได้")
    fault = too_long(comment) if comment.strip() else "เขียนความเห็นก่อนส่งกลับ"
    if fault and notice_until is None:
        raise Invalid(fault, {"comment": fault})
    until = notice_until or answer_by(report, now=now)
    review = _decide(report, "return", by=by, now=now, comment=cleaned(comment), answer_by=until)
    if notice_until is None:
        _tell(review)
    return review


def answer_by(report: MonthlyReport, *, now: datetime) -> datetime:
    """End of office hours of the policy's third working day from today."""
    policy = policy_of(report.office)
    day = add_working_days(day_of(now), policy.answer_days, holidays_of(report.office))
    return at(day, policy.due_time)


def _for_decision(
    report: MonthlyReport, move: str, *, by: Actor, now: datetime, version: int
) -> MonthlyReport:
    check(by, Perm.REPORT_REVIEW, report)
    locked = MonthlyReport.objects.select_for_update(of=("self",)).select_related("person", "month", "office")
    report = locked.get(pk=report.pk)
    refusal = refusal_to_handle(report, by, Deed.REVIEW)
    if refusal:
        raise NotAllowed(refusal)
    state = ReportState(report.state)
    if move not in MOVES[state]:
        doing = "ตรวจรับ" if move == "accept" else "ส่งกลับแก้ไข"
        raise NotAllowedNow(f"รายงานนี้อยู่ในสถานะ “{state.label}” {doing}ไม่ได้")
    if move == "accept" and state is ReportState.RETURNED:
        theirs = Flag.objects.filter(person=report.person_id, month=report.month_id)
        waits = theirs.filter(state=FlagState.NOTIFIED).exists()
        refusal = refusal_to_take(report, told_waits=waits, now=now)
        if refusal:
            raise NotAllowedNow(refusal)
    if version != report.submissions:
        raise Stale("เจ้าหน้าที่ส่งรายงานฉบับใหม่หลังจากคุณเปิดหน้านี้ ตรวจฉบับล่าสุดก่อน")
    return report


def refusal_to_take(report: MonthlyReport, *, told_waits: bool, now: datetime) -> str:
    """Why it can't be accepted as it was sent; ``told_waits``: one of its cases is NOTIFIED."""
    saved, returned = report.saved_at, report.decided_at
    written = saved is not None and returned is not None and saved > returned
    return taking_refusal(told_waits=told_waits, written=written, until=report.reopened_until, now=now)


def _decide(
    report: MonthlyReport, move: str, *, by: Actor, now: datetime, comment: str, answer_by: datetime | None
) -> Review:
    before = report.state
    review = Review.objects.create(
        report=report,
        version_no=report.submissions,
        accepted=move == "accept",
        comment=comment,
        by=by.person,
        at=now,
        answer_by=answer_by,
    )
    report.state = MOVES[ReportState(before)][move]
    report.decided_at, report.decided_by = now, by.person
    report.reopened_until = answer_by
    report.save(update_fields=_DECIDED)
    audit.record(
        by=by,
        verb=Verb.REPORT_ACCEPTED if review.accepted else Verb.REPORT_RETURNED,
        subject=report,
        at=now,
        before={"state": before},
        after={"state": report.state, "version_no": review.version_no, "answer_by": answer_by},
        reason=comment,
    )
    return review


def _tell(review: Review) -> None:
    """One message a decision, to the officer."""
    report = review.report
    if review.accepted:
        text = f"รายงานเดือน{report.month} ตรวจรับแล้ว"
    else:
        until = instant_text(review.answer_by) if review.answer_by else ""
        text = f"รายงานเดือน{report.month} ถูกส่งกลับแก้ไข แก้แล้วส่งภายใน {until}"
    url = reverse("person-month", args=[report.month.month, report.person.code])
    message = Notification(person=report.person, key=f"review:{review.pk}", text=text, url=url, at=review.at)
    Notification.objects.bulk_create([message], ignore_conflicts=True)

"""What people do to a case: answer a notice, close it, excuse it (design rules 4.9, 4.10)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from office import access, audit
from office.access import Actor, Perm
from office.audit import Verb
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from plans.models import ReportingMonth
from reports.actions.cases_told import tell_decided
from reports.actions.notices import mark_answered
from reports.actions.submissions import SENT_FIELDS, mark_sent, sent_facts, version_of
from reports.case_reads import WHOLE, decided_text, mark_of, newest_notice
from reports.enums import FlagState, ReportState
from reports.handlers import refusal_to_handle
from reports.models import Flag, MonthlyReport, Notice, SubmittedLine
from reports.rules import CASE_MOVES, DECIDED, Deed, decide_refusal, lacks_reason
from reports.texts import cleaned, too_long
from reports.windows import window, window_of

_DECIDED = ["state", "changed_at", "decided_at", "decided_by", "decided_reason"]
_VERBS = {"close": Verb.FLAG_CLOSED, "excuse": Verb.FLAG_EXCUSED}


@transaction.atomic
def answer(notice: Notice, *, text: str, by: Actor, now: datetime) -> Notice:
    """Explain what has no line of its own: a report not sent, or sent late. Only who was notified does.

    A report that this notice returned for nothing but its lateness goes back to review as it was, unless
    something was written in it since.
    The same answer given twice is one. Raises NotAllowed, NotAllowedNow and Invalid.
    """
    access.check(by, Perm.NOTICE_VIEW, notice)
    if notice.person_id != by.id:
        raise NotAllowed("ผู้ที่ได้รับแจ้งเท่านั้นเป็นผู้ชี้แจง")
    text = cleaned(text)
    fault = too_long(text) if text else "เขียนเหตุผลก่อนส่งคำชี้แจง"
    if fault:
        raise Invalid(fault, {"text": fault})
    report = MonthlyReport.objects.select_for_update().filter(
        person_id=notice.person_id, month_id=notice.month_id
    )
    found = report.first()
    month = ReportingMonth.objects.select_for_update().get(pk=notice.month_id)
    notice = Notice.objects.select_for_update(of=("self",)).select_related("person").get(pk=notice.pk)
    notice.month = month
    if notice.answer == text:
        return notice
    flags = _answerable(notice, now=now)
    _explain(flags, text, by=by, now=now)
    mark_answered(notice, by=by, now=now, text=text)
    if found is not None and _only_late(notice, found, now=now):
        _send_again(found, month, by=by, now=now)
    return notice


def close(flag: Flag, *, by: Actor, now: datetime, reason: str = "", seen: str = "") -> Flag:
    """Dealt with; it counts. ``seen`` is the mark (``mark_of``) of what was read.

    Raises NotAllowed (own, no right), NotAllowedNow (awaiting an answer, ended), Invalid without a reason
    where nothing was explained, and Stale when the facts have changed since they were read.
    """
    return _decide(flag, "close", by=by, now=now, reason=cleaned(reason), seen=seen)


def excuse(flag: Flag, *, by: Actor, now: datetime, reason: str, seen: str = "") -> Flag:
    """The fact stays and doesn't count against the person; raises also Invalid without a reason."""
    return _decide(flag, "excuse", by=by, now=now, reason=cleaned(reason), seen=seen)


@transaction.atomic
def _decide(flag: Flag, move: str, *, by: Actor, now: datetime, reason: str, seen: str) -> Flag:
    access.check(by, Perm.CASE_DECIDE, flag)
    not_theirs = refusal_to_handle(flag, by, Deed.DECIDE)
    if not_theirs:
        raise NotAllowed(not_theirs)
    _check_reason(too_long(reason))
    rows = Flag.objects.select_for_update(of=("self",)).select_related("person", "month", "item")
    flag = rows.get(pk=flag.pk)
    was, to = FlagState(flag.state), CASE_MOVES[FlagState.OPEN][move]
    if was is to:
        return flag
    if was in DECIDED:
        raise NotAllowedNow(decided_text(flag))
    if seen and seen != mark_of(flag):
        raise Stale("ข้อเท็จจริงของเรื่องนี้เปลี่ยนไปหลังจากคุณเปิดหน้า อ่านอีกครั้งก่อนพิจารณา")
    last = newest_notice(flag.month_id, flag.person_id) if was is FlagState.NOTIFIED else None
    closed = flag.month.closed_at is not None
    refusal = decide_refusal(was, move, last.told if last else None, now=now, closed=closed)
    if refusal:
        raise NotAllowedNow(refusal)
    _check_reason(lacks_reason(was, move, reason))
    flag.state, flag.changed_at = to, now
    flag.decided_at, flag.decided_by, flag.decided_reason = now, by.person, reason
    flag.save(update_fields=_DECIDED)
    after = {"state": to, "item": flag.item_id, **flag.basis}
    audit.record(
        by=by,
        verb=_VERBS[move],
        subject=flag,
        at=now,
        before={"state": was.value},
        after=after,
        reason=reason,
    )
    tell_decided(flag, now=now)
    return flag


def _check_reason(fault: str) -> None:
    if fault:
        raise Invalid(fault, {"reason": fault})


def _answerable(notice: Notice, *, now: datetime) -> list[Flag]:
    """MISSING and LATE of the notice's month that wait; MISSING may have become LATE since."""
    if notice.answer:
        raise NotAllowedNow("ชี้แจงบันทึกแจ้งนี้ไปแล้ว")
    last = newest_notice(notice.month_id, notice.person_id)
    if last is not None and last.told.no != notice.no:
        raise NotAllowedNow(f"มีบันทึกแจ้งครั้งที่ {last.told.no} แล้ว ชี้แจงในฉบับนั้น")
    month = notice.month
    if last is not None:
        refusal = window_of(month, notice.person_id, None).answer_refusal(now=now)
        if refusal:
            raise NotAllowedNow(refusal)
    named = {fact["breach"] for fact in notice.facts}
    rows = Flag.objects.select_for_update(of=("self",)).select_related("person", "month")
    rows = rows.filter(person_id=notice.person_id, month=month, item=None, breach__in=WHOLE)
    waiting = [flag for flag in rows if "answer" in CASE_MOVES.get(FlagState(flag.state), {})]
    if not waiting or not named & set(WHOLE):
        raise NotAllowedNow("เรื่องในบันทึกนี้ชี้แจงในรายงาน แก้ไขรายงานแล้วส่งใหม่")
    return waiting


def _explain(flags: list[Flag], text: str, *, by: Actor, now: datetime) -> None:
    """The answer is kept with the flag as its explanation: the scan reads it there."""
    events = []
    for flag in flags:
        was = flag.state
        flag.state, flag.changed_at = FlagState.EXPLAINED, now
        flag.basis = {**flag.basis, "explanation": text}
        after = {"state": flag.state, "item": None, **flag.basis}
        events.append(
            audit.entry(
                by=by,
                verb=Verb.FLAG_EXPLAINED,
                subject=flag,
                at=now,
                before={"state": was},
                after=after,
                reason=text,
            )
        )
    Flag.objects.bulk_update(flags, ["state", "changed_at", "basis"])
    audit.record_all(events)


def _only_late(notice: Notice, report: MonthlyReport, *, now: datetime) -> bool:
    """Whether this notice, and no reviewer since, returned the report, and for nothing in its lines.

    What the officer has written since is to be sent by the officer.
    """
    if report.state != ReportState.RETURNED or any(fact["breach"] not in WHOLE for fact in notice.facts):
        return False
    if report.saved_at is not None and report.saved_at > notice.sent_at:
        return False
    month, last = notice.month, report.reviews.order_by("-id").first()
    refusal = window(month, told=notice.answer_by).refusal(ReportState.RETURNED, now=now)
    return not refusal and last is not None and not last.accepted and last.at == notice.sent_at


def _send_again(report: MonthlyReport, month: ReportingMonth, *, by: Actor, now: datetime) -> None:
    """The last version once more, as a version of its own."""
    before, lines = report.state, list(SubmittedLine.objects.filter(version=report.last_version_id))
    report.month = month
    sent_at = mark_sent(report, month, at=now)
    last = report.last_version
    kept = version_of(report, sent_at, by=by)
    if last is not None:
        kept.self_rating, kept.lesson, kept.works = last.self_rating, last.lesson, last.works
        kept.confirmed = last.confirmed
    kept.save()
    for line in lines:
        line.pk, line.version = None, kept
    SubmittedLine.objects.bulk_create(lines)
    report.last_version = kept
    report.save(update_fields=list(SENT_FIELDS))
    verb, after = Verb.REPORT_SUBMITTED, sent_facts(report)
    audit.record(by=by, verb=verb, subject=report, at=now, before={"state": before}, after=after)

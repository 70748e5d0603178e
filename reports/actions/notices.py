"""Notify an officer: on a submitted report the notice is the return (design rule 4.10)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse

from office import access, audit
from office.access import Actor, Perm
from office.audit import Verb
from office.calendar import add_working_days, at, day_of
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Refused, Stale
from office.models import Membership, Notification, Office, Person
from office.queries import holidays_of, policy_of
from office.thai import instant_text
from plans.models import ReportingMonth
from reports.actions.reviews import send_back
from reports.case_reads import Named, mark_of, newest_notice, told_facts, told_of
from reports.enums import FlagState, ReportState
from reports.handlers import refusal_to_handle
from reports.memo import paper_of
from reports.models import Delivery, Flag, MonthlyReport, Notice
from reports.rules import CASE_MOVES, Deed, may_be_named, notice_refusal
from reports.texts import cleaned, too_long


@dataclass(slots=True)
class Sent:
    """What became of many notices asked for at once."""

    notices: list[Notice] = field(default_factory=list)
    refused: list[tuple[Person, str]] = field(default_factory=list)
    """Who was not notified, and why, in Thai."""


def notify(
    person: Person,
    month: ReportingMonth,
    flags: Collection[Flag],
    *,
    by: Actor,
    now: datetime,
    message: str = "",
    seen: Mapping[int, str] | None = None,
) -> Notice:
    """Tell ``person`` what is to be put right in ``month``, once or a second time with a copy to the head.

    A submitted or accepted report is returned; in any case the person-month is open until the answer-by.
    Asked for again while the answer is awaited it gives the notice that was sent. Raises NotAllowed,
    NotAllowedNow (month closed, told twice, nothing to tell), Invalid (no flag named, a message too long) and
    Stale when a flag's mark (``mark_of``, by id) isn't that in ``seen``.
    """
    with transaction.atomic():
        return _notify(person, month, flags, by=by, now=now, message=cleaned(message), seen=seen or {})


def notify_many(
    month: ReportingMonth,
    chosen: Iterable[tuple[Person, Collection[Flag]]],
    *,
    by: Actor,
    now: datetime,
    message: str = "",
    seen: Mapping[int, str] | None = None,
) -> Sent:
    """One notice a person, each in a transaction of its own: one that is refused harms no other."""
    sent = Sent()
    for person, flags in chosen:
        try:
            sent.notices.append(notify(person, month, flags, by=by, now=now, message=message, seen=seen))
        except Refused as refusal:
            sent.refused.append((person, str(refusal)))
    return sent


def answer_by_of(office: Office, no: int, *, now: datetime, last: datetime | None = None) -> datetime:
    """End of office hours of the policy's third working day from today; of the second for notice 2.

    Never before ``last``, the answer-by of the notice before it.
    """
    policy = policy_of(office)
    days = policy.answer_days if no == 1 else policy.second_answer_days
    until = at(add_working_days(day_of(now), days, holidays_of(office)), policy.due_time)
    return max(until, last) if last else until


def resubmitted(month_id: int, person_id: int, *, by: Actor, now: datetime) -> None:
    """A submission answers the notices of its month that were still open; call it in its transaction.

    Not one that names a case which still waits: lateness is explained on the notice itself (4.10).
    """
    silent = Flag.objects.filter(notices=OuterRef("pk"), state=FlagState.NOTIFIED)
    open_ones = Notice.objects.filter(month_id=month_id, person_id=person_id, answered_at=None)
    waiting = list(open_ones.exclude(Exists(silent)))
    for notice in waiting:
        mark_answered(notice, by=by, now=now)


def mark_answered(notice: Notice, *, by: Actor, now: datetime, text: str = "") -> None:
    """Answered once nothing that it names waits any more; ``text`` is what was said on the notice itself."""
    if text:
        notice.answer, notice.said_at = text, now
    if not notice.flags.filter(state=FlagState.NOTIFIED).exists():
        notice.answered_at = now
    notice.save(update_fields=["answered_at", "answer", "said_at"])
    after = {"no": notice.no, "answered": notice.answered_at is not None}
    audit.record(by=by, verb=Verb.NOTICE_ANSWERED, subject=notice, at=now, after=after, reason=text)


def _notify(
    person: Person,
    month: ReportingMonth,
    flags: Collection[Flag],
    *,
    by: Actor,
    now: datetime,
    message: str,
    seen: Mapping[int, str],
) -> Notice:
    if not flags:
        raise Invalid("เลือกเรื่องที่จะแจ้งก่อน", {"flags": "เลือกเรื่องที่จะแจ้งก่อน"})
    if fault := too_long(message):
        raise Invalid(fault, {"message": fault})
    report = MonthlyReport.objects.select_for_update().filter(person=person, month=month).first()
    months = ReportingMonth.objects.select_for_update(of=("self",)).select_related("office")
    month = months.get(pk=month.pk)
    standing = _standing(person, month, flags)
    _check(person, standing, by=by)
    last = newest_notice(month.pk, person.pk)
    told = last.told if last else None
    if last is not None and last.told.waits(now):
        return _already(last.notice, standing, by=by, now=now, message=message)
    submissions = report.submissions if report else 0
    if any(flag.pk in seen and seen[flag.pk] != mark_of(flag, submissions) for flag in standing):
        raise Stale("รายงานหรือข้อเท็จจริงเปลี่ยนไปหลังจากคุณเปิดหน้า อ่านอีกครั้งก่อนแจ้ง")
    named = [flag for flag in standing if may_be_named(FlagState(flag.state), told, now=now)]
    if not named:
        raise NotAllowedNow("เรื่องที่เลือกสิ้นสุดหรือหมดเหตุไปแล้ว ไม่มีอะไรต้องแจ้ง")
    refusal = notice_refusal(told, now=now, closed=month.closed_at is not None)
    if refusal:
        raise NotAllowedNow(refusal)
    no = told.no + 1 if told else 1
    until = answer_by_of(month.office, no, now=now, last=told.answer_by if told else None)
    notice = _make(person, month, named, no, until, by=by, now=now, message=message)
    _move(named, notice, by=by, now=now)
    _open(report, notice, by=by, now=now)
    _deliver(notice)
    return notice


def _already(notice: Notice, flags: list[Flag], *, by: Actor, now: datetime, message: str) -> Notice:
    """Two clicks are one notice; what another wanted to say is not taken for said."""
    told = {fact["flag"] for fact in notice.facts}
    if notice.sent_by_id == by.id and notice.message == message and {flag.pk for flag in flags} <= told:
        return notice
    if notice.sent_by_id == by.id:
        raise NotAllowedNow(notice_refusal(told_of(notice), now=now, closed=False))
    who = notice.sent_by.full_name if notice.sent_by else "ระบบ"
    raise NotAllowedNow(f"{who} แจ้งครั้งที่ {notice.no} ไปแล้วเมื่อ {instant_text(notice.sent_at)} รอคำตอบอยู่")


def _standing(person: Person, month: ReportingMonth, flags: Collection[Flag]) -> list[Flag]:
    rows = Flag.objects.select_for_update(of=("self",)).select_related("item", "person", "month")
    wanted = [flag.pk for flag in flags]
    found = list(rows.filter(pk__in=wanted, person=person, month=month).order_by("item__sort_order", "id"))
    if len(found) != len(set(wanted)):
        raise NotAllowed("เรื่องที่เลือกไม่ใช่ของเจ้าหน้าที่คนนี้ในเดือนนี้")
    return found


def _check(person: Person, flags: list[Flag], *, by: Actor) -> None:
    for flag in flags:
        access.check(by, Perm.NOTICE_SEND, flag)
    not_theirs = refusal_to_handle(flags[0], by, Deed.NOTIFY)
    if not_theirs:
        raise NotAllowed(not_theirs)


def _make(
    person: Person,
    month: ReportingMonth,
    flags: list[Flag],
    no: int,
    until: datetime,
    *,
    by: Actor,
    now: datetime,
    message: str,
) -> Notice:
    notice = Notice.objects.create(
        office_id=month.office_id,
        person=person,
        month=month,
        unit_id=flags[0].unit_id,
        no=no,
        message=message,
        sent_at=now,
        sent_by=by.person,
        answer_by=until,
        copied_to=_head_of(flags[0].unit_id, person, by) if no > 1 else None,
        facts=told_facts(flags),
    )
    notice.flags.set(flags)
    notice.paper = paper_of(notice)
    notice.save(update_fields=["paper"])
    after = {"no": no, "answer_by": notice.answer_by, "flags": [str(flag) for flag in flags]}
    audit.record(by=by, verb=Verb.NOTICE_SENT, subject=notice, at=now, after=after, reason=message)
    return notice


def _head_of(unit_id: int, person: Person, by: Actor) -> Person | None:
    """Who heads the unit on that day; None when nobody else does."""
    heads = Membership.objects.on(by.day).filter(role=Role.UNIT_HEAD, unit_id=unit_id, person__is_active=True)
    row = heads.exclude(person=person).select_related("person").order_by("id").first()
    return row.person if row else None


def _move(flags: list[Flag], notice: Notice, *, by: Actor, now: datetime) -> None:
    events = []
    for flag in flags:
        was = FlagState(flag.state)
        flag.state, flag.changed_at = CASE_MOVES[was]["notify"], now
        after = {"state": flag.state, "no": notice.no, "notice": notice.pk}
        before = {"state": was.value}
        events.append(
            audit.entry(by=by, verb=Verb.FLAG_NOTIFIED, subject=flag, at=now, before=before, after=after)
        )
    Flag.objects.bulk_update(flags, ["state", "changed_at"])
    audit.record_all(events)


def _open(report: MonthlyReport | None, notice: Notice, *, by: Actor, now: datetime) -> None:
    """Return what was submitted; a draft, or what was returned before, may be written until the answer-by."""
    if report is None:
        return
    if report.state in (ReportState.SUBMITTED, ReportState.ACCEPTED):
        comment = "\n".join(filter(None, [notice.message, *_demands(notice)]))
        until = notice.answer_by
        send_back(report, by=by, now=now, version=report.submissions, comment=comment, notice_until=until)
        return
    report.reopened_until = max(filter(None, [report.reopened_until, notice.answer_by]))
    report.save(update_fields=["reopened_until"])


def _demands(notice: Notice) -> list[str]:
    return [Named.of(fact).in_words for fact in notice.facts]


def _deliver(notice: Notice) -> None:
    """In the application at once; by mail as rows that are tried until they are sent."""
    month, until = notice.month, instant_text(notice.answer_by)
    url = reverse("notice", args=[notice.pk])
    what = f"บันทึกแจ้งครั้งที่ {notice.no} เรื่องรายงานเดือน{month}"
    key = f"notice:{notice.pk}"
    news = [
        Notification(
            person=notice.person,
            key=key,
            text=f"{what} แก้ไขและชี้แจงภายใน {until}",
            url=url,
            at=notice.sent_at,
        )
    ]
    mails = [Delivery(notice=notice, to=notice.person.email)]
    if notice.copied_to is not None:
        text = f"สำเนา{what} ของ {notice.person.full_name} กำหนดตอบ {until}"
        news.append(Notification(person=notice.copied_to, key=key, text=text, url=url, at=notice.sent_at))
        mails.append(Delivery(notice=notice, to=notice.copied_to.email, copy=True))
    Notification.objects.bulk_create(news, ignore_conflicts=True)
    Delivery.objects.bulk_create(mails, ignore_conflicts=True)

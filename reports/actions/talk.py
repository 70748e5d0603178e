"""Talk: on a plan item's month, open to the office; and on one person's month. Nothing is ever deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from office import access, audit
from office.access import Actor, Perm, check, may
from office.audit import Verb
from office.calendar import day_of
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import Membership, Person
from office.thai import instant_text
from plans.models import MonthlyShare, PlanItem, ReportingMonth
from plans.queries import IN_FORCE
from reports.actions.telling import tell
from reports.enums import PostKind
from reports.handlers import admins_of
from reports.models import MonthComment, Post, PostText
from reports.texts import cleaned, too_long

ONE_CLICK = timedelta(minutes=1)
"""The same words by the same person within it were sent once."""


@transaction.atomic
def post(item: PlanItem, month: ReportingMonth, *, kind: str, text: str, by: Actor, now: datetime) -> Post:
    """Say something on an item's month; those who take part or own a share of it are told once a day.

    Of an objection the admin unit, who settle it, are told each time.
    """
    check(by, Perm.DISCUSS, item)
    author = _writer(by)
    if month.fiscal_year_id != item.plan.fiscal_year_id:
        raise Invalid("เดือนนี้ไม่อยู่ในปีงบประมาณของแผน")
    if item.plan.state not in IN_FORCE:
        raise NotAllowedNow("แผนนี้ยังไม่อนุมัติ หารือรายเดือนได้เมื่อสหกรณ์จังหวัดอนุมัติแผนแล้ว")
    if kind not in list(PostKind):
        raise Invalid("เลือกความเห็นหรือข้อโต้แย้ง", {"kind": "เลือกความเห็นหรือข้อโต้แย้ง"})
    text = _required(text)
    thread = Post.objects.filter(item=item, month=month)
    again = thread.filter(author=author, kind=kind, text=text, at__gt=now - ONE_CLICK).first()
    if again is not None:
        return again
    written = Post.objects.create(
        office_id=month.office_id, item=item, month=month, author=author, kind=kind, text=text, at=now
    )
    after = {"kind": written.kind, "text": text}
    audit.record(by=by, verb=Verb.POST_WRITTEN, subject=written, at=now, after=after)
    owners = MonthlyShare.objects.in_force().filter(item=item, month=month)
    people = {*thread.values_list("author_id", flat=True), *owners.values_list("person_id", flat=True)}
    objects = written.kind == PostKind.OBJECTION
    text = f"{author.full_name} เขียน{'ข้อโต้แย้ง' if objects else 'ความเห็น'}ใน {item.job_no} เดือน{month}"
    settling = admins_of(month.office_id, by) - {author.pk} if objects else set()
    url = _thread_url(written)
    tell(settling, key=f"objection:{written.pk}", text=text, url=url, now=now)
    key = f"thread:{item.pk}:{month.pk}:{day_of(now)}"
    tell(people - settling - {author.pk}, key=key, text=text, url=url, now=now)
    return written


@transaction.atomic
def edit(post: Post, *, text: str, by: Actor, now: datetime, edits: int) -> Post:
    """Put other words in place of one's own; the old ones are kept. ``edits`` is the count that was read."""
    check(by, Perm.DISCUSS, post)
    found = _locked(post)
    if found.author_id != by.id:
        raise NotAllowed("แก้ไขได้เฉพาะข้อความที่คุณเขียนเอง")
    if found.settled_at is not None:
        raise NotAllowedNow("ข้อโต้แย้งนี้ได้ข้อยุติแล้ว แก้ไขไม่ได้ เขียนความเห็นใหม่ต่อท้ายได้")
    text = _required(text)
    if text == found.text:
        return found
    if edits != found.edits:
        raise Stale("ข้อความนี้ถูกแก้ไขจากที่อื่นหลังจากคุณเปิดหน้า")
    PostText.objects.create(post=found, no=found.edits + 1, text=found.text, until=now)
    before = {"text": found.text}
    found.text, found.edits = text, found.edits + 1
    found.save(update_fields=["text", "edits"])
    audit.record(by=by, verb=Verb.POST_EDITED, subject=found, at=now, before=before, after={"text": text})
    return found


@transaction.atomic
def settle(post: Post, *, by: Actor, now: datetime, reason: str = "") -> Post:
    """End an objection: its author, or the admin unit, who says why. Settling it again changes nothing."""
    check(by, Perm.DISCUSS_SETTLE, post)
    found = _locked(post)
    if found.kind != PostKind.OBJECTION:
        raise NotAllowedNow("บันทึกข้อยุติได้เฉพาะข้อโต้แย้ง")
    if found.settled_at is not None:
        if found.settled_by_id == by.id:
            return found
        raise NotAllowedNow(f"ข้อโต้แย้งนี้ได้ข้อยุติแล้วเมื่อ {instant_text(found.settled_at)}")
    reason = cleaned(reason)
    fault = too_long(reason)
    if not reason and by.id != found.author_id:
        fault = "กรอกเหตุผลที่ถือว่าได้ข้อยุติ"
    if fault:
        raise Invalid(fault, {"reason": fault})
    found.settled_at, found.settled_by, found.settled_reason = now, _writer(by), reason
    found.save(update_fields=["settled_at", "settled_by", "settled_reason"])
    after = {"settled_at": now}
    audit.record(by=by, verb=Verb.OBJECTION_SETTLED, subject=found, at=now, after=after, reason=reason)
    tell(
        {found.author_id} - {by.id},
        key=f"settled:{found.pk}",
        text=f"ข้อโต้แย้งของคุณใน {found.item.job_no} เดือน{found.month} ได้ข้อยุติแล้ว",
        url=_thread_url(found),
        now=now,
    )
    return found


@transaction.atomic
def comment(person: Person, month: ReportingMonth, *, text: str, by: Actor, now: datetime) -> MonthComment:
    """Say something on a person's month. The person is told; the person's answer tells those who spoke."""
    author = _writer(by)
    said = MonthComment(office_id=person.office_id, person=person, month=month, author=author, at=now)
    said.unit_id = _unit_on(person, by)
    check(by, Perm.MONTH_COMMENT, said)
    if month.office_id != person.office_id:
        raise NotAllowed("เดือนนี้ไม่ใช่ของสำนักงานของเจ้าหน้าที่")
    said.text = _required(text)
    earlier = MonthComment.objects.filter(person=person, month=month)
    again = earlier.filter(author=author, text=said.text, at__gt=now - ONE_CLICK).first()
    if again is not None:
        return again
    said.save(force_insert=True)
    audit.record(by=by, verb=Verb.MONTH_COMMENTED, subject=said, at=now, after={"text": said.text})
    own = author.pk == person.pk
    words = "ตอบความเห็นเรื่องรายงาน" if own else "ให้ความเห็นต่อรายงาน"
    tell(
        _spoke_before(said, by) if own else {person.pk},
        key=f"month-comment:{said.pk}",
        text=f"{author.full_name} {words}เดือน{month}",
        url=f"{reverse('person-month', args=[month.month, person.code])}#comments",
        now=now,
    )
    return said


def _writer(by: Actor) -> Person:
    """Who writes, held so that two clicks of one person come one after the other."""
    if by.person is None:
        raise NotAllowed("ระบบไม่แสดงความเห็น")
    return Person.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.person.pk)


def _required(text: str) -> str:
    text = cleaned(text)
    fault = too_long(text) if text else "เขียนข้อความก่อนบันทึก"
    if fault:
        raise Invalid(fault, {"text": fault})
    return text


def _locked(post: Post) -> Post:
    rows = Post.objects.select_for_update(of=("self",)).select_related("item__plan__fiscal_year", "month")
    return rows.get(pk=post.pk)


def _unit_on(person: Person, by: Actor) -> int:
    serving = Membership.objects.serving(by.day).filter(person=person).order_by("id")
    unit = serving.values_list("unit_id", flat=True).first()
    if unit is None:
        raise NotAllowedNow("เจ้าหน้าที่ไม่ได้ปฏิบัติงานในหน่วยงานใดวันนี้ จึงให้ความเห็นไม่ได้")
    return int(unit)


def _spoke_before(said: MonthComment, by: Actor) -> set[int]:
    """The others who spoke and who may still read it today."""
    authors = Person.objects.filter(
        pk__in=MonthComment.objects.filter(person=said.person_id, month=said.month_id).values("author")
    ).exclude(pk=by.id)
    return {each.pk for each in authors if may(access.actor_of(each, by.day), Perm.MONTH_COMMENT, said)}


def _thread_url(post: Post) -> str:
    year = post.item.plan.fiscal_year.year
    return f"{reverse('plan-thread', args=[year, post.item_id, post.month.month])}#post-{post.pk}"

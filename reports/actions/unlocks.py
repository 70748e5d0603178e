"""Open one person-month past its lock, for a reason and until an instant (design rule 4.6)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from office import access, audit
from office.access import Actor, Perm
from office.audit import Verb
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import Membership, Notification, Person
from office.thai import instant_text
from plans.models import ReportingMonth
from reports.enums import ReportState
from reports.handlers import refusal_to_handle
from reports.models import MonthlyReport, Unlock
from reports.querysets import UnlockQuerySet
from reports.rules import Deed, unlock_refusal
from reports.texts import cleaned, too_long


@transaction.atomic
def unlock(
    person: Person,
    month: ReportingMonth,
    *,
    until: datetime,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int = 0,
) -> Unlock:
    """The officer may write until then, and is told; the same asked for twice is one.

    At most one is in force: it takes the place of the one before, ``seen`` by id (0 for none). Raises
    NotAllowed (own, no right), Invalid (no reason, an instant that has passed), NotAllowedNow (month closed,
    report accepted) and Stale when another one is in force than the one seen.
    """
    reason = cleaned(reason)
    month = ReportingMonth.objects.select_for_update(of=("self",)).get(pk=month.pk)
    whose = {"office_id": month.office_id, "person": person, "month": month, "unit_id": _unit_of(person, by)}
    made = Unlock(**whose, reason=reason, until=until, made_at=now, made_by=by.person)
    _check(made, by)
    _refuse(made, now)
    before = _in_force(person, month, now=now).select_for_update().first()
    if before is not None and (before.until, before.reason) == (until, reason):
        return before
    if (before.pk if before else 0) != seen:
        raise Stale(_changed_since(before))
    if before is not None:
        _shut(before, by=by, now=now)
    made.save()
    after = {"until": until, "person": person.code}
    audit.record(by=by, verb=Verb.MONTH_UNLOCKED, subject=made, at=now, after=after, reason=reason)
    instead = f" แทนที่เปิดไว้ถึง {instant_text(before.until)}" if before else ""
    _tell(made, f"เปิดให้แก้ไขรายงานเดือน{month} ถึง {instant_text(until)}{instead}: {reason}", "unlock", now)
    return made


@transaction.atomic
def revoke(opened: Unlock, *, by: Actor, now: datetime) -> Unlock:
    """Shut it before its time; a second time changes nothing.

    Raises NotAllowedNow when its time has passed, or another one has taken its place.
    """
    rows = Unlock.objects.select_for_update(of=("self",)).select_related("person", "month")
    opened = rows.get(pk=opened.pk)
    _check(opened, by)
    if opened.revoked_at is not None:
        after = in_force(opened.person, opened.month, now=now)
        if after is not None:
            raise NotAllowedNow(_changed_since(after))
        return opened
    if opened.until <= now:
        raise NotAllowedNow(f"การเปิดแก้ไขนี้สิ้นสุดไปแล้วเมื่อ {instant_text(opened.until)}")
    _shut(opened, by=by, now=now)
    _tell(opened, f"ยกเลิกการเปิดแก้ไขรายงานเดือน{opened.month}แล้ว", "unlock-revoked", now)
    return opened


def in_force(person: Person, month: ReportingMonth, *, now: datetime) -> Unlock | None:
    """The one that keeps this person-month open; one query."""
    return _in_force(person, month, now=now).first()


def _in_force(person: Person, month: ReportingMonth, *, now: datetime) -> UnlockQuerySet:
    return Unlock.objects.standing().filter(person=person, month=month, until__gte=now)


def _changed_since(current: Unlock | None) -> str:
    if current is None:
        return "การเปิดแก้ไขที่เห็นสิ้นสุดหรือถูกยกเลิกไปแล้วหลังจากคุณเปิดหน้า อ่านรายการด้านล่างก่อนเปิดใหม่"
    return (
        f"หลังจากคุณเปิดหน้า มีการเปิดแก้ไขถึง {instant_text(current.until)} อยู่แล้ว อ่านรายการด้านล่างก่อนเปิดแทนหรือยกเลิก"
    )


def _shut(opened: Unlock, *, by: Actor, now: datetime) -> None:
    opened.revoked_at, opened.revoked_by = now, by.person
    opened.save(update_fields=["revoked_at", "revoked_by"])
    before = {"until": opened.until}
    audit.record(by=by, verb=Verb.UNLOCK_REVOKED, subject=opened, at=now, before=before)


def _check(opened: Unlock, by: Actor) -> None:
    access.check(by, Perm.MONTH_UNLOCK, opened)
    not_theirs = refusal_to_handle(opened, by, Deed.UNLOCK)
    if not_theirs:
        raise NotAllowed(not_theirs)
    if opened.person.office_id != opened.office_id:
        raise NotAllowed("เดือนนี้ไม่ใช่ของสำนักงานเดียวกับเจ้าหน้าที่")


def _refuse(opened: Unlock, now: datetime) -> None:
    fault = too_long(opened.reason) if opened.reason else "กรอกเหตุผลที่เปิดแก้ไข"
    if fault:
        raise Invalid(fault, {"reason": fault})
    report = MonthlyReport.objects.filter(person=opened.person, month=opened.month).first()
    state = ReportState(report.state) if report else None
    closed = opened.month.closed_at is not None
    refusal = unlock_refusal(state=state, until=opened.until, now=now, closed=closed)
    if not refusal:
        return
    if closed or state is ReportState.ACCEPTED:
        raise NotAllowedNow(refusal)
    raise Invalid(refusal, {"until": refusal})


def _unit_of(person: Person, by: Actor) -> int:
    row = Membership.objects.serving(by.day).filter(person=person).order_by("id").first()
    if row is None:
        raise NotAllowedNow(f"วันนี้ {person.full_name} ไม่ได้สังกัดหน่วยงานใด จึงเปิดแก้ไขไม่ได้")
    return row.unit_id


def _tell(opened: Unlock, text: str, kind: str, now: datetime) -> None:
    url = reverse("person-month", args=[opened.month.month, opened.person.code])
    news = Notification(person=opened.person, key=f"{kind}:{opened.pk}", text=text[:500], url=url, at=now)
    Notification.objects.bulk_create([news], ignore_conflicts=True)

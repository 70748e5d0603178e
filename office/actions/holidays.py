"""The holiday table: seeded by a library, kept and confirmed by the office (design rule 4.2).

Deadlines lean on it: who calls these also calls ``plans.actions.refresh_open_months``.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from office import audit, thai
from office.access import Actor, Perm, check
from office.audit import Verb
from office.calendar import fiscal_span
from office.errors import Invalid
from office.holidays_th import government_holidays
from office.models import Holiday, Office

OWN_SOURCE = "สำนักงานกำหนด"


@transaction.atomic
def seed_holidays(office: Office, year: int, *, by: Actor, now: datetime) -> int:
    """Add the library's government holidays of a fiscal year (BE) that the table lacks; returns how many."""
    known = set(office.holidays.values_list("day", flat=True))
    missing = [each for each in government_holidays(year) if each.date not in known]
    Holiday.objects.bulk_create(
        Holiday(office=office, day=each.date, name=each.name_th, source=each.source) for each in missing
    )
    if missing:
        audit.record(
            by=by, verb=Verb.HOLIDAY_SAVED, subject=office, at=now, after={"year": year, "days": len(missing)}
        )
    return len(missing)


@transaction.atomic
def save_holiday(
    office: Office, day: date, name: str, *, by: Actor, now: datetime, source: str = OWN_SOURCE
) -> Holiday:
    """Add a holiday, confirmed by whoever adds it; Invalid when the day is in the table already."""
    check(by, Perm.HOLIDAY_EDIT, office)
    found = Holiday.objects.filter(office=office, day=day).first()
    if found is not None:
        raise Invalid("วันนี้อยู่ในตารางแล้ว", {"day": f"{thai.long_date(day)} อยู่ในตารางแล้ว: {found.name}"})
    facts = {"day": day, "name": name, "source": source, "confirmed": True}
    holiday = Holiday.objects.create(office=office, **facts)
    audit.record(by=by, verb=Verb.HOLIDAY_SAVED, subject=holiday, at=now, after=facts)
    return holiday


@transaction.atomic
def remove_holiday(holiday: Holiday, *, by: Actor, now: datetime) -> None:
    """Make the day a working day again; the second of two removals changes nothing."""
    check(by, Perm.HOLIDAY_EDIT, holiday)
    found = Holiday.objects.select_for_update().filter(pk=holiday.pk).first()
    if found is None:
        return
    before = {"day": found.day, "name": found.name, "source": found.source, "confirmed": found.confirmed}
    audit.record(by=by, verb=Verb.HOLIDAY_REMOVED, subject=found, at=now, before=before)
    found.delete()


@transaction.atomic
def confirm_holidays(office: Office, year: int, *, by: Actor, now: datetime) -> int:
    """Confirm every day of a fiscal year (BE) as it stands in the table; returns how many were not yet."""
    check(by, Perm.HOLIDAY_EDIT, office)
    waiting = office.holidays.filter(confirmed=False, day__range=fiscal_span(year))
    days = list(waiting.select_for_update().values_list("day", flat=True))
    if days:
        office.holidays.filter(day__in=days).update(confirmed=True)
        after = {"year": year, "confirmed": days}
        audit.record(by=by, verb=Verb.HOLIDAY_SAVED, subject=office, at=now, after=after)
    return len(days)

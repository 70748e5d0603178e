"""Changes to the office: people, holidays, policy."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from office import audit
from office.access import Actor
from office.audit import Verb
from office.holidays_th import government_holidays
from office.models import Holiday, Office


@transaction.atomic
def seed_holidays(office: Office, year: int, *, by: Actor, now: datetime) -> int:
    """Add the library's government holidays of a fiscal year (BE) that the table lacks; returns how many."""
    known = set(office.holidays.values_list("day", flat=True))
    missing = [each for each in government_holidays(year) if each.date not in known]
    Holiday.objects.bulk_create(
        Holiday(office=office, day=each.date, name=each.name_th, source=each.source) for each in missing
    )
    if missing:
        audit.record(by=by, verb=Verb.HOLIDAY_SAVED, subject=office, at=now, after={"year": year, "days": len(missing)})
    return len(missing)

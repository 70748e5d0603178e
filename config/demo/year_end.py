"""The demo's notices at plan end: told when the last month locks, opened by most people within some days."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from appraisals import actions
from appraisals.models import YearNotice
from config.demo import story
from office import access
from office.calendar import at, day_of
from plans.models import FiscalYear, ReportingMonth

SCAN_AFTER = timedelta(minutes=5)


def tell_year_end(fiscal_year: FiscalYear, *, now: datetime) -> None:
    last = ReportingMonth.objects.filter(fiscal_year=fiscal_year).order_by("first").last()
    if last is None or last.lock_at + SCAN_AFTER > now:
        return
    told_at = last.lock_at + SCAN_AFTER
    by = access.system(day_of(told_at))
    for number, notice in enumerate(actions.tell_year_end(fiscal_year, by=by, now=told_at), start=1):
        if notice.person.code not in story.YEAR_END_UNREAD:
            _opened(
                notice, at(day_of(told_at) + timedelta(days=1 + number % 9), time(8, 30 + number % 25)), now
            )


def _opened(notice: YearNotice, instant: datetime, now: datetime) -> None:
    if instant <= now:
        reader = access.actor_of(notice.person, day_of(instant))
        actions.open_year_notice(notice, by=reader, now=instant)

"""The fiscal year's twelve months, their deadlines, and what moves these."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.actions import seed_holidays
from office.audit import Verb
from office.calendar import Month, Series, ShiftRule, deadlines, fiscal_months, meeting_days
from office.errors import NotAllowedNow
from office.models import Office, Policy
from office.queries import holidays_of, policy_of
from plans.models import FiscalYear, ReportingMonth


@transaction.atomic
def open_year(office: Office, year: int, *, by: Actor, now: datetime) -> FiscalYear:
    """Make the fiscal year with exactly 12 months and their deadlines; a second call changes nothing."""
    found, made = FiscalYear.objects.get_or_create(office=office, year=year)
    if not made:
        return found
    seed_holidays(office, year, by=by, now=now)
    holidays, policy = holidays_of(office), policy_of(office)
    days = meeting_days(year, holidays, ShiftRule(policy.shift_rule))
    due = {meeting.month: meeting.actual for meeting in days if meeting.series is Series.END}
    ReportingMonth.objects.bulk_create(
        ReportingMonth(
            office=office,
            fiscal_year=found,
            first=month.first,
            due_on=due[month],
            **_instants(month, due[month], holidays, policy),
        )
        for month in fiscal_months(year)
    )
    audit.record(by=by, verb=Verb.YEAR_OPENED, subject=found, at=now, after={"year": year})
    return found


@transaction.atomic
def move_due(month: ReportingMonth, day: date, *, by: Actor, now: datetime, reason: str) -> ReportingMonth:
    """Put the month's due day where its month-end meeting is held (4.6)."""
    check(by, Perm.MEETING_MOVE, month)
    month = ReportingMonth.objects.select_for_update().get(pk=month.pk)
    if month.closed_at is not None:
        raise NotAllowedNow("เดือนนี้ปิดแล้ว เลื่อนกำหนดส่งไม่ได้")
    before = {"due_at": month.due_at, "lock_at": month.lock_at}
    _set_due(month, day, holidays_of(month.office), policy_of(month.office))
    month.save(update_fields=["due_on", "due_at", "grace_end", "lock_at"])
    after = {"due_at": month.due_at, "lock_at": month.lock_at}
    audit.record(
        by=by, verb=Verb.MONTH_MOVED, subject=month, at=now, before=before, after=after, reason=reason
    )
    return month


@transaction.atomic
def refresh_open_months(office: Office, *, by: Actor, now: datetime, reason: str) -> int:
    """Apply a changed policy or holiday table to months not yet closed; returns how many moved.

    The due day itself is the meeting's and moves only with it.
    """
    holidays, policy = holidays_of(office), policy_of(office)
    moved = 0
    for month in ReportingMonth.objects.select_for_update().filter(office=office, closed_at=None):
        before = (month.due_at, month.grace_end, month.lock_at)
        _set_due(month, month.due_on, holidays, policy)
        if before != (month.due_at, month.grace_end, month.lock_at):
            month.save(update_fields=["due_at", "grace_end", "lock_at"])
            facts = {"due_at": month.due_at, "grace_end": month.grace_end, "lock_at": month.lock_at}
            audit.record(by=by, verb=Verb.MONTH_MOVED, subject=month, at=now, after=facts, reason=reason)
            moved += 1
    return moved


def _set_due(month: ReportingMonth, day: date, holidays: Collection[date], policy: Policy) -> None:
    month.due_on = day
    for name, instant in _instants(month.month, day, holidays, policy).items():
        setattr(month, name, instant)


def _instants(month: Month, day: date, holidays: Collection[date], policy: Policy) -> dict[str, datetime]:
    found = deadlines(
        month, day, holidays, due_time=policy.due_time, grace_days=policy.grace_days, lock_day=policy.lock_day
    )
    return {"due_at": found.due, "grace_end": found.grace_end, "lock_at": found.lock}

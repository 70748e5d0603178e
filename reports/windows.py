"""The window of a person-month, read from what is stored: see ``reports.rules.Window``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from plans.models import ReportingMonth
from reports.models import MonthlyReport, Notice, Unlock
from reports.rules import Window


def kept_open(**theirs: Any) -> dict[str, Subquery]:
    """``told_until`` of the newest notice, ``unlocked_until`` of the longest unlock that wasn't revoked.

    To annotate with; ``month`` and ``person`` say whose.
    """
    told = Notice.objects.filter(**theirs).order_by("-no").values("answer_by")
    unlocked = Unlock.objects.standing().filter(**theirs).order_by("-until").values("until")
    return {"told_until": Subquery(told[:1]), "unlocked_until": Subquery(unlocked[:1])}


def with_windows(months: QuerySet[ReportingMonth], person_id: int) -> QuerySet[ReportingMonth]:
    return months.annotate(**kept_open(month=OuterRef("pk"), person=person_id))


def window_in(month: Any, report: MonthlyReport | None) -> Window:
    """Of a month from ``with_windows`` or ``find_month``; no query."""
    reopened = report.reopened_until if report else None
    return window(month, reopened=reopened, told=month.told_until, unlocked=month.unlocked_until)


def window_of(month: ReportingMonth, person_id: int, report: MonthlyReport | None) -> Window:
    """Of any month; one query."""
    return window_in(with_windows(ReportingMonth.objects.filter(pk=month.pk), person_id).get(), report)


def window(
    month: ReportingMonth,
    *,
    reopened: datetime | None = None,
    told: datetime | None = None,
    unlocked: datetime | None = None,
) -> Window:
    return Window(
        opens_on=month.first,
        deadline=month.grace_end,
        lock_at=month.lock_at,
        closed=month.closed_at is not None,
        reopened_until=reopened,
        told_until=told,
        unlocked_until=unlocked,
    )

"""Which items are held against CPS: said of the plan, and followed at once by the flags of open months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from office.access import Actor
from plans.actions import set_tracking
from plans.models import ActionPlan, ReportingMonth
from reports.actions.cps import check_again


@dataclass(frozen=True, slots=True)
class Tracked:
    items: int
    months: int
    """How many were checked again."""


@transaction.atomic
def track(
    plan: ActionPlan, choices: Mapping[int, bool | None], *, stamp: str, by: Actor, now: datetime
) -> Tracked:
    """``plans.actions.set_tracking``, then check again the year's open months that have been checked."""
    changed = set_tracking(plan, choices, stamp=stamp, by=by, now=now)
    if not changed:
        return Tracked(0, 0)
    months = ReportingMonth.objects.still_open().filter(
        fiscal_year=plan.fiscal_year_id, checked_as_of__isnull=False
    )
    again = list(months.order_by("first"))
    for month in again:
        check_again(month, by=by, now=now)
    return Tracked(len(changed), len(again))

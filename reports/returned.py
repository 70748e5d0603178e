"""Returned reports that did not come back in time, for whoever handles them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef

from office.access import Actor, Perm
from office.calendar import Month
from reports.case_reads import going
from reports.enums import ReportState
from reports.handlers import handled
from reports.models import MonthlyReport, Notice, Unlock


@dataclass(frozen=True, slots=True)
class OverdueReturns:
    month: Month
    reports: int
    code: str
    """Whose, when it is only one."""


def overdue_returns(actor: Actor, now: datetime) -> list[OverdueReturns]:
    """By open month, oldest first; one query for the admin unit.

    Past the answer-by, with no unlock in force and no notice that waits: those are listed as notices.
    """
    theirs = {"person": OuterRef("person"), "month": OuterRef("month")}
    waiting = Notice.objects.filter(going(), **theirs, answered_at=None)
    opened = Unlock.objects.standing().filter(**theirs, until__gte=now)
    rows = (
        MonthlyReport.objects.within(actor, Perm.REPORT_REVIEW)
        .filter(handled(actor, Perm.REPORT_REVIEW), month__closed_at=None)
        .filter(~Exists(waiting), ~Exists(opened), state=ReportState.RETURNED, reopened_until__lt=now)
    )
    counted = rows.order_by("month__first").values_list("month__first")
    return [
        OverdueReturns(Month.of(first), n, code if n == 1 else "")
        for first, n, code in counted.annotate(n=Count("pk"), code=Min("person__code"))
    ]

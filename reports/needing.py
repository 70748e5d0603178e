"""Which months still wait for a person's report."""

from __future__ import annotations

from datetime import datetime

from plans.models import MonthlyShare, ReportingMonth
from reports.enums import ReportState
from reports.models import MonthlyReport
from reports.windows import window_in, with_windows


def months_needing(person_id: int, office_id: int, now: datetime) -> list[ReportingMonth]:
    """Past their deadline, still open to write, with a share, never submitted or returned; oldest first."""
    shares = MonthlyShare.objects.in_force().filter(person_id=person_id).values("month_id")
    waiting = ReportingMonth.objects.filter(
        office_id=office_id, closed_at=None, grace_end__lt=now, pk__in=shares
    ).order_by("first")
    written = MonthlyReport.objects.filter(person_id=person_id, month__in=waiting)
    reports = {report.month_id: report for report in written}
    months = with_windows(waiting, person_id)
    return [month for month in months if _needs(month, reports.get(month.pk), now)]


def _needs(month: ReportingMonth, report: MonthlyReport | None, now: datetime) -> bool:
    state = ReportState(report.state) if report else None
    if state not in (None, ReportState.DRAFT, ReportState.RETURNED):
        return False
    return not window_in(month, report).refusal(state, now=now)

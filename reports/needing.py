"""Which months still wait for a person's report."""

from __future__ import annotations

from datetime import datetime

from plans.models import MonthlyShare, ReportingMonth
from reports.enums import ReportState
from reports.models import MonthlyReport, Notice


def months_needing(person_id: int, office_id: int, now: datetime) -> list[ReportingMonth]:
    """Past their deadline, still open to write, with a share, never submitted or returned; oldest first."""
    shares = MonthlyShare.objects.in_force().filter(person_id=person_id).values("month_id")
    waiting = ReportingMonth.objects.filter(
        office_id=office_id, closed_at=None, grace_end__lt=now, pk__in=shares
    ).order_by("first")
    written = MonthlyReport.objects.filter(person_id=person_id, month__in=waiting)
    reports = {report.month_id: report for report in written}
    told = Notice.objects.filter(person_id=person_id, month__in=waiting, answer_by__gte=now)
    open_to_answer = set(told.values_list("month_id", flat=True))
    return [month for month in waiting if _needs(month, reports.get(month.pk), now, open_to_answer)]


def _needs(
    month: ReportingMonth, report: MonthlyReport | None, now: datetime, open_to_answer: set[int]
) -> bool:
    reopened = report is not None and report.reopened_until is not None and report.reopened_until >= now
    if now > month.lock_at and not reopened and month.pk not in open_to_answer:
        return False
    return report is None or report.state in (ReportState.DRAFT, ReportState.RETURNED)

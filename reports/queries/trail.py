"""What happened to a report, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from office.prepared import Given, Prepared
from reports.models import MonthlyReport, ReportVersion, Review
from reports.queries.in_json import gathered, instant


@dataclass(frozen=True, slots=True)
class Trail:
    """One step in a report's life: a submission, or a decision on one."""

    at: datetime
    no: int
    what: str
    """submitted, returned or accepted."""
    by: str
    comment: str
    answer_by: datetime | None


def sent_as(**report: Any) -> Subquery:
    """The submissions of one report, as ``trail_in`` reads them."""
    columns = ("no", "submitted_at", *_names("submitted_by"))
    return gathered(ReportVersion.objects.filter(**report), "report", *columns)


def decided_on(**report: Any) -> Subquery:
    """The decisions on one report, as ``trail_in`` reads them."""
    columns = ("version_no", "at", "accepted", "comment", "answer_by", *_names("by"))
    return gathered(Review.objects.filter(**report), "report", *columns)


def trail_in(month: Any) -> list[Trail]:
    """Of a month from ``find_month``: submissions and decisions in the order they happened."""
    return _trail(month.sent, month.decided)


def trail_of(report: MonthlyReport | None) -> list[Trail]:
    """The same of any report; one query."""
    if report is None or not report.submissions:
        return []
    return _trail(*_TRAIL(report=report.pk)[0])


def _both() -> QuerySet[Any, Any]:
    this = OuterRef("pk")
    reports = MonthlyReport.objects.filter(pk=Given("report"))
    return reports.values_list(sent_as(report=this), decided_on(report=this))


_TRAIL = Prepared(_both)


def _trail(sent: Sequence[Any] | None, decided: Sequence[Any] | None) -> list[Trail]:
    steps = [Trail(instant(at), no, "submitted", _full(name), "", None) for no, at, *name in sent or ()]
    for no, at, accepted, comment, until, *name in decided or ():
        what = "accepted" if accepted else "returned"
        steps.append(Trail(instant(at), no, what, _full(name), comment, until and instant(until)))
    return sorted(steps, key=lambda step: (step.at, step.no))


def _names(person: str) -> tuple[str, str, str]:
    return f"{person}__name_prefix", f"{person}__first_name", f"{person}__last_name"


def _full(name: Sequence[str | None]) -> str:
    """As Person.full_name; "" for the system itself."""
    prefix, first, last = name
    return f"{prefix}{first} {last}" if first else ""

"""What happened to a report, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from office.in_json import gathered, instant
from office.prepared import Given, Prepared
from reports.models import MonthlyReport, ReportVersion, Review, Unlock


@dataclass(frozen=True, slots=True)
class Trail:
    """One step in a report's life: a submission, a decision on one, or its month opened past the lock."""

    at: datetime
    no: int
    """Of the version; 0 of an opening."""
    what: str
    """submitted, returned, accepted, opened or shut."""
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


def opened_for(**person_month: Any) -> Subquery:
    """The unlocks of one person-month, as ``trail_in`` and ``unlock_in`` read them."""
    columns = ("made_at", "until", "reason", "revoked_at", *_names("made_by"), *_names("revoked_by"))
    return gathered(Unlock.objects.filter(**person_month), "month", *columns)


def trail_in(month: Any) -> list[Trail]:
    """Of a month from ``find_month``: submissions, decisions and unlocks in the order they happened."""
    steps = _trail(month.sent, month.decided)
    for at, until, reason, revoked, *names in month.opened or ():
        steps.append(Trail(instant(at), 0, "opened", _full(names[:3]), reason, instant(until)))
        if revoked:
            steps.append(Trail(instant(revoked), 0, "shut", _full(names[3:]), "", None))
    return sorted(steps, key=lambda step: (step.at, step.what == "opened"))


def unlock_in(month: Any) -> tuple[datetime | None, str]:
    """Of a month from ``find_month``: until when the unlock that wasn't revoked holds, and its reason."""
    standing = [
        (instant(until), reason) for _, until, reason, revoked, *_ in month.opened or () if not revoked
    ]
    return max(standing, default=(None, ""))


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

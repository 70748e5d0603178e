"""What happened to a report, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from office.in_json import gathered, instant
from office.prepared import Given, Prepared
from reports.models import MonthlyReport, Notice, ReportVersion, Review, Unlock


@dataclass(frozen=True, slots=True)
class Trail:
    """A step of a report's life: a submission, a decision on it, a notice, its month opened past the lock."""

    at: datetime
    no: int
    """Of the version, or of the notice; 0 of an opening."""
    what: str
    """submitted, returned, accepted, told, opened or shut."""
    by: str
    comment: str
    answer_by: datetime | None
    notice: tuple[int, int] | None = None
    """Key and number of the notice that this step is."""


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


def told_to(**person_month: Any) -> Subquery:
    """The notices about one person-month, as ``trail_in`` and ``newest_told`` read them."""
    columns = ("no", "pk", "sent_at", "answer_by", "answered_at", "message", *_names("sent_by"))
    return gathered(Notice.objects.filter(**person_month), "month", *columns)


def newest_told(month: Any) -> list[Any]:
    """Of a month from ``find_month``: number, key and instants of the newest notice; all None without one."""
    no, pk, *rest = max(month.told or (), default=[None] * 5)
    return [pk, no, *(each and instant(each) for each in rest[:3])]


def trail_in(month: Any) -> list[Trail]:
    """Of a month from ``find_month``: submissions, decisions, notices and unlocks in their order."""
    steps = _with_notices(_trail(month.sent, month.decided), month.told)
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


def _with_notices(steps: list[Trail], told: Sequence[Any] | None) -> list[Trail]:
    """A notice is a step of its own, unless it is the return that was made at that instant."""
    returns = {step.at: n for n, step in enumerate(steps) if step.what == "returned"}
    for no, pk, at, until, _, message, *name in told or ():
        n = returns.get(instant(at))
        if n is None:
            until = instant(until)
            steps.append(Trail(instant(at), no, "told", _full(name), message, until, notice=(pk, no)))
        else:
            steps[n] = replace(steps[n], notice=(pk, no))
    return steps


def _names(person: str) -> tuple[str, str, str]:
    return f"{person}__name_prefix", f"{person}__first_name", f"{person}__last_name"


def _full(name: Sequence[str | None]) -> str:
    """As Person.full_name; "" for the system itself."""
    prefix, first, last = name
    return f"{prefix}{first} {last}" if first else ""

"""What happened to a report, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, DateTimeField, IntegerField, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from plans.models import ReportingMonth
from reports.models import MonthlyReport, Unlock

Rows = QuerySet[Any, tuple[Any, ...]]


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


def trail_of(report: MonthlyReport | None) -> list[Trail]:
    """Submissions and decisions in the order they happened; one query."""
    return _steps(_of_report(report))


def month_trail(report: MonthlyReport | None, month: ReportingMonth) -> list[Trail]:
    """The same with the openings of the month, which comes from ``find_month``; one query."""
    who: int | None = month.ever_unlocked  # type: ignore[attr-defined]
    return _steps([*_of_report(report), *(_of_unlocks(month, who) if who else ())])


def _steps(parts: list[Rows]) -> list[Trail]:
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True)
    steps = (Trail(at, no, what, _full(name), said, until) for at, no, what, *name, said, until in rows)
    return sorted(steps, key=lambda step: (step.at, step.no))


def _of_report(report: MonthlyReport | None) -> list[Rows]:
    if report is None or not report.submissions:
        return []
    sent = report.versions.order_by().annotate(what=_SENT, said=_SAYS_NOTHING, until=_NO_INSTANT)
    decided = report.reviews.order_by().annotate(what=_DECIDED, said=Cast("comment", TextField()))
    return [
        sent.values_list("submitted_at", "no", "what", *_names("submitted_by"), "said", "until"),
        decided.values_list("at", "version_no", "what", *_names("by"), "said", "answer_by"),
    ]


def _of_unlocks(month: ReportingMonth, person_id: int) -> list[Rows]:
    rows = Unlock.objects.filter(month=month, person_id=person_id).order_by().annotate(none=_NO_VERSION)
    opened = rows.annotate(what=Value("opened", TextField()))
    shut = rows.exclude(revoked_at=None).annotate(
        what=Value("shut", TextField()), said=_SAYS_NOTHING, ended=_NO_INSTANT
    )
    return [
        opened.values_list("made_at", "none", "what", *_names("made_by"), "reason", "until"),
        shut.values_list("revoked_at", "none", "what", *_names("revoked_by"), "said", "ended"),
    ]


def _names(person: str) -> tuple[str, str, str]:
    return f"{person}__name_prefix", f"{person}__first_name", f"{person}__last_name"


def _full(name: list[str | None]) -> str:
    """As Person.full_name; "" for the system itself."""
    prefix, first, last = name
    return f"{prefix}{first} {last}" if first else ""


_SENT = Value("submitted", TextField())


_NO_VERSION = Value(0, IntegerField())


_SAYS_NOTHING = Value("", TextField())


_NO_INSTANT = Cast(Value(None), DateTimeField())


_DECIDED = Case(
    When(accepted=True, then=Value("accepted")), default=Value("returned"), output_field=TextField()
)

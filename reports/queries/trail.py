"""What happened to a report, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, DateTimeField, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from office.prepared import Given, Prepared
from reports.models import MonthlyReport, ReportVersion, Review


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


def trail_of(report: MonthlyReport | None) -> list[Trail]:
    """Submissions and decisions in the order they happened; one query."""
    if report is None or not report.submissions:
        return []
    rows = _STEPS(report=report.pk)
    steps = (Trail(at, no, what, _full(name), said, until) for no, at, what, *name, said, until in rows)
    return sorted(steps, key=lambda step: (step.at, step.no))


def _steps() -> QuerySet[Any, Any]:
    """Submissions and decisions as rows of the same columns."""
    sent = ReportVersion.objects.filter(report=Given("report")).order_by()
    sent = sent.annotate(what=_SENT, said=_SAYS_NOTHING, until=_NO_INSTANT)
    decided = Review.objects.filter(report=Given("report")).order_by()
    decided = decided.annotate(what=_DECIDED, said=Cast("comment", TextField()))
    return sent.values_list("no", "submitted_at", "what", *_names("submitted_by"), "said", "until").union(
        decided.values_list("version_no", "at", "what", *_names("by"), "said", "answer_by"), all=True
    )


_STEPS = Prepared(_steps)


def _names(person: str) -> tuple[str, str, str]:
    return f"{person}__name_prefix", f"{person}__first_name", f"{person}__last_name"


def _full(name: list[str | None]) -> str:
    """As Person.full_name; "" for the system itself."""
    prefix, first, last = name
    return f"{prefix}{first} {last}" if first else ""


_SENT = Value("submitted", TextField())


_SAYS_NOTHING = Value("", TextField())


_NO_INSTANT = Cast(Value(None), DateTimeField())


_DECIDED = Case(
    When(accepted=True, then=Value("accepted")), default=Value("returned"), output_field=TextField()
)

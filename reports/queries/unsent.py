"""Submitted reports that were changed since: the change doesn't count until it is sent."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from reports.enums import AnswerKind, ReportState
from reports.models import Evidence, MonthlyReport, ReportLine, SubmittedLine
from reports.models.monthly import Answer


def changed_reports() -> QuerySet[MonthlyReport]:
    """As ``MonthOfPerson.unsent`` says of one month, asked of the database."""
    same = {name: OuterRef(name) for name in ("kind", *Answer.TEXTS)}
    sent = SubmittedLine.objects.filter(
        ~Q(kind=AnswerKind.VALUE) | Q(quantity=OuterRef("quantity")),
        version=OuterRef("report__last_version"),
        item=OuterRef("item"),
        **same,
    )
    blank = Q(kind=AnswerKind.NONE, **dict.fromkeys(Answer.TEXTS, ""))
    never = ~Exists(
        SubmittedLine.objects.filter(version=OuterRef("report__last_version"), item=OuterRef("item"))
    )
    lines = ReportLine.objects.filter(~Exists(sent), report=OuterRef("pk")).exclude(blank & never)
    at = OuterRef("last_version__submitted_at")
    evidence = Evidence.objects.filter(
        Q(added_at__gt=at, removed_at=None) | Q(added_at__lte=at, removed_at__gt=at), report=OuterRef("pk")
    )
    unlike = ~Q(
        self_rating=F("last_version__self_rating"),
        lesson=F("last_version__lesson"),
        works=F("last_version__works"),
    )
    reports = MonthlyReport.objects.filter(state=ReportState.SUBMITTED, last_version__isnull=False)
    return reports.filter(unlike | Exists(lines) | Exists(evidence))

"""Reads of what people say: threads on a plan item's months, open objections, comments on a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from plans.models import PlanItem, ReportingMonth
from reports.models import MonthComment, Post
from reports.querysets import PostQuerySet

NEVER_SAID = (0, 0)


def thread_of(item: PlanItem, month: ReportingMonth) -> list[Post]:
    """Oldest first, each with its author and its earlier texts; two queries."""
    rows = Post.objects.filter(item=item, month=month).select_related("author", "settled_by")
    return list(rows.prefetch_related("texts"))


def said_by_month(item: PlanItem) -> dict[date, tuple[int, int]]:
    """First day of a month → posts on it, and objections still open among them; one query."""
    rows = Post.objects.filter(item=item).order_by().values_list("month__first")
    counted = rows.annotate(posts=Count("pk"), open=Count("pk", filter=PostQuerySet.OPEN))
    return {first: (posts, still) for first, posts, still in counted}


def objections_of(office_id: int, year: int) -> QuerySet:  # type: ignore[type-arg]
    """Open objections of a fiscal year (BE), the oldest first."""
    rows = Post.objects.open_objections(office_id, year)
    return rows.select_related("author", "item", "month").order_by("at", "pk")


def open_by_year(office_id: int) -> list[tuple[int, int]]:
    """Fiscal year (BE) and its open objections, the earliest year first; one query."""
    rows = Post.objects.filter(PostQuerySet.OPEN, office_id=office_id).order_by("month__fiscal_year__year")
    return list(rows.values_list("month__fiscal_year__year").annotate(open=Count("pk")))


@dataclass(frozen=True, slots=True)
class MonthTalk:
    """The comments on one person's month, as one reader may see and answer them."""

    person_id: int
    said: list[MonthComment]
    url: str
    back: str
    """Where a comment leads back to."""
    own: bool
    may_write: bool


def comments_of(month: ReportingMonth, people: list[int]) -> dict[int, list[MonthComment]]:
    """Person id → comments, oldest first; one query for any number of people."""
    found: dict[int, list[MonthComment]] = {}
    rows = MonthComment.objects.filter(Q(month=month, person__in=people)).select_related("author")
    for each in rows:
        found.setdefault(each.person_id, []).append(each)
    return found

"""Reads of the plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from office.calendar import Month
from plans.enums import PlanState
from plans.owners import PersonRef, UnitRef

if TYPE_CHECKING:
    from office.models import Office
    from plans.models import ActionPlan, PlanItem, ReportingMonth

IN_FORCE = [PlanState.APPROVED, PlanState.CLOSED]


class ReportingMonthQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def of(self, office: Office) -> ReportingMonthQuerySet:
        return self.filter(office=office)

    def past_deadline(self, now: datetime) -> ReportingMonthQuerySet:
        return self.filter(grace_end__lt=now)

    def still_open(self) -> ReportingMonthQuerySet:
        return self.filter(closed_at=None)


class ItemQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def in_force(self) -> ItemQuerySet:
        return self.filter(plan__state__in=IN_FORCE)


class MonthlyShareQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def in_force(self) -> MonthlyShareQuerySet:
        """Of approved plans only: without a plan there is nothing to report."""
        return self.filter(item__plan__state__in=IN_FORCE)


def reporting_month(office: Office, month: Month) -> ReportingMonth | None:
    from plans.models import ReportingMonth

    return ReportingMonth.objects.filter(office=office, first=month.first).first()


def months_of_year(office: Office, year: int) -> list[ReportingMonth]:
    from plans.models import ReportingMonth

    return list(ReportingMonth.objects.filter(Q(office=office, fiscal_year__year=year)).order_by("first"))


def plan_of(office: Office, year: int) -> ActionPlan | None:
    """The office's plan of a fiscal year (BE), its year with it."""
    from plans.models import ActionPlan

    return (
        ActionPlan.objects.select_related("fiscal_year").filter(office=office, fiscal_year__year=year).first()
    )


def tracking_stamp(items: Iterable[PlanItem]) -> str:
    """Of which items are held against CPS: a form made before someone else said otherwise is stale."""
    said = sorted((item.pk, item.cps_tracked) for item in items)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def tracking_at_close(month: ReportingMonth) -> dict[int, bool | None]:
    """Item id → ``cps_tracked`` as it was when the month was closed, of the items that say otherwise since.

    Empty, without a query, for an open month: its figures follow what is said now.
    """
    from plans.models import CpsTracking

    if month.closed_at is None:
        return {}
    rows = CpsTracking.objects.filter(
        item__plan__fiscal_year=month.fiscal_year_id, until__gt=month.closed_at
    ).order_by("-until", "-pk")
    return dict(rows.values_list("item_id", "tracked"))


def who_answers(office: Office) -> tuple[list[UnitRef], list[PersonRef]]:
    """Units and people whom a plan's owners can mean, for ``plans.workbook.parse``. Two queries."""
    people = office.people.order_by("sort_order", "id")
    return (
        [UnitRef(unit.pk, unit.name, unit.abbreviation) for unit in office.units.all()],
        [PersonRef(person.pk, person.code, person.full_name) for person in people],
    )

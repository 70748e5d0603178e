"""Reads of the plan."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from office.calendar import Month
from plans.enums import PlanState

if TYPE_CHECKING:
    from office.models import Office
    from plans.models import ReportingMonth

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

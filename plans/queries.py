"""Reads of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from office.calendar import Month
from plans.content import BLANK_YEAR, Content, Heading, Item, Months
from plans.enums import Aggregation, Dimension, Direction, GroupLevel, PlanState
from plans.owners import PersonRef, UnitRef

if TYPE_CHECKING:
    from office.models import Office
    from plans.models import ActionPlan, ReportingMonth

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


def who_answers(office: Office) -> tuple[list[UnitRef], list[PersonRef]]:
    """Units and people whom a plan's owners can mean, for ``plans.workbook.parse``. Two queries."""
    people = office.people.order_by("sort_order", "id")
    return (
        [UnitRef(unit.pk, unit.name, unit.abbreviation) for unit in office.units.all()],
        [PersonRef(person.pk, person.code, person.full_name) for person in people],
    )


def content_of(plan: ActionPlan) -> Content:
    """What a stored plan says, to compare with a file or to write one. Six queries whatever its size."""
    from plans.models import MonthlyShare, MonthlyTarget, PlanItem, Share

    groups = list(plan.groups.order_by("sort_order"))
    place = {group.pk: n for n, group in enumerate(groups)}
    headings = tuple(
        Heading(GroupLevel(group.level), group.name, place[group.parent_id] if group.parent_id else None)
        for group in groups
    )
    units: dict[int, set[int]] = {}
    for item_id, unit_id in PlanItem.units.through.objects.filter(planitem__plan=plan).values_list(
        "planitem_id", "unit_id"
    ):
        units.setdefault(item_id, set()).add(unit_id)
    targets = _years(
        MonthlyTarget.objects.filter(item__plan=plan).values_list("item_id", "month__first", "quantity")
    )
    shares: dict[int, dict[int, Months]] = {}
    codes: dict[int, str] = {}
    months = _years(
        MonthlyShare.objects.filter(item__plan=plan).values_list("share_id", "month__first", "quantity")
    )
    rows = Share.objects.filter(item__plan=plan).order_by("person__sort_order", "person_id")
    for share_id, item_id, person_id, code in rows.values_list("id", "item_id", "person_id", "person__code"):
        shares.setdefault(item_id, {})[person_id] = months.get(share_id, BLANK_YEAR)
        codes[person_id] = code
    items = tuple(
        Item(
            job_no=row.job_no,
            name=row.name,
            counting_unit=row.counting_unit,
            aggregation=Aggregation(row.aggregation),
            annual_target=row.annual_target,
            targets=targets.get(row.pk, BLANK_YEAR),
            direction=Direction(row.direction),
            dimension=Dimension(row.dimension) if row.dimension else None,
            budget=row.budget,
            owner_text=row.owner_text,
            note=row.note,
            heading=place[row.group_id] if row.group_id else None,
            unit_ids=frozenset(units.get(row.pk, ())),
            shares=shares.get(row.pk, {}),
        )
        for row in plan.items.order_by("sort_order")
    )
    return Content(plan.fiscal_year.year, plan.instalment, headings, items, codes)


def _years(rows: Iterable[tuple[int, Any, Decimal]]) -> dict[int, Months]:
    """(key, first of month, figure) rows as twelve figures a key, October first."""
    found: dict[int, list[Decimal | None]] = {}
    for key, first, quantity in rows:
        found.setdefault(key, [None] * 12)[(first.month - 10) % 12] = quantity
    return {key: tuple(months) for key, months in found.items()}

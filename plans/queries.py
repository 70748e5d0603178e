"""Reads of the plan."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from office.calendar import Month
from plans.content import BLANK_YEAR, Content, Heading, Item, Months
from plans.enums import Aggregation, Dimension, Direction, GroupLevel, PlanState
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


def content_of(plan: ActionPlan, *, with_units: bool = True) -> Content:
    """What a stored plan says, to compare with a file or to write one. Five queries whatever its size."""
    from plans.models import MonthlyTarget

    groups = list(plan.groups.order_by("sort_order"))
    place = {group.pk: n for n, group in enumerate(groups)}
    headings = tuple(
        Heading(GroupLevel(group.level), group.name, place[group.parent_id] if group.parent_id else None)
        for group in groups
    )
    units = _units_of(plan) if with_units else {}
    targets: dict[int, list[Decimal | None]] = {}
    rows = MonthlyTarget.objects.filter(item__plan=plan).values_list("item_id", "month__first", "quantity")
    for item_id, first, quantity in rows:
        targets.setdefault(item_id, [None] * 12)[_place(first)] = quantity
    shares, codes, names = _shares_of(plan)
    items = tuple(
        Item(
            job_no=row.job_no,
            name=row.name,
            counting_unit=row.counting_unit,
            aggregation=Aggregation(row.aggregation),
            annual_target=row.annual_target,
            targets=tuple(targets.get(row.pk, BLANK_YEAR)),
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
    return Content(plan.fiscal_year.year, plan.instalment, headings, items, codes, names)


def _units_of(plan: ActionPlan) -> dict[int, set[int]]:
    from plans.models import PlanItem

    found: dict[int, set[int]] = {}
    rows = PlanItem.units.through.objects.filter(planitem__plan=plan)
    for item_id, unit_id in rows.values_list("planitem_id", "unit_id"):
        found.setdefault(item_id, set()).add(unit_id)
    return found


def _shares_of(plan: ActionPlan) -> tuple[dict[int, dict[int, Months]], dict[int, str], dict[int, str]]:
    """Item id → person id → months, a share without months too; codes and full names by person id."""
    from plans.models import Share

    found: dict[int, dict[int, list[Decimal | None]]] = {}
    codes: dict[int, str] = {}
    names: dict[int, str] = {}
    rows = Share.objects.filter(item__plan=plan).order_by("person__sort_order", "person_id")
    people = ("person__code", "person__name_prefix", "person__first_name", "person__last_name")
    columns = ("item_id", "person_id", *people, "months__month__first", "months__quantity")
    for item_id, person_id, code, prefix, name, surname, first, quantity in rows.values_list(*columns):
        months = found.setdefault(item_id, {}).setdefault(person_id, [None] * 12)
        if first is not None:
            months[_place(first)] = quantity
        codes[person_id], names[person_id] = code, f"{prefix}{name} {surname}".strip()
    plain = {item: {who: tuple(months) for who, months in people.items()} for item, people in found.items()}
    return plain, codes, names


def _place(first: date) -> int:
    return (first.month - 10) % 12

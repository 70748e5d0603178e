"""One plan item: its months, and each person's part of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from office.access import Actor, Perm, may
from office.calendar import Month
from office.models import Person
from plans.enums import Aggregation
from plans.models import MonthlyShare, MonthlyTarget, PlanItem
from plans.rules import total
from reports.models import MonthlyReport, SubmittedLine
from reports.plan_board import (
    BLANK,
    HAS_SHARE,
    NOTHING,
    Figures,
    Part,
    Row,
    Said,
    joint,
    part_of,
    place,
    said_of,
    span_of,
)

NAME = ("name_prefix", "first_name", "last_name")


@dataclass
class PersonPart:
    """One person's part of an item. ``reports`` gives the months whose report the reader may open."""

    person: Person
    plan: Figures = field(default_factory=lambda: list(BLANK))
    said: list[Said] = field(default_factory=list)
    reports: set[int] = field(default_factory=set)
    row: Row | None = None

    @property
    def cells(self) -> list[tuple[Any, bool]]:
        """Each month's cell, and whether its report may be opened."""
        cells = self.row.monthly if self.row else []
        return [(cell, n in self.reports) for n, cell in enumerate(cells)]


@dataclass
class ItemBoard:
    row: Row
    people: list[PersonPart]

    @property
    def months(self) -> list[tuple[Month, Any, Any]]:
        """(month, the month's cell, the cell of the year so far)."""
        return list(zip(self.row.span.months, self.row.monthly, self.row.cumulative, strict=True))


def item_board(item: PlanItem, *, by: Actor, now: datetime) -> ItemBoard:
    """Three queries, whatever the number of people. ``item`` comes with its plan and fiscal year."""
    due: dict[date, datetime] = {}
    plan: Figures = list(BLANK)
    targets = MonthlyTarget.objects.filter(item=item)
    for first, end, quantity in targets.values_list("month__first", "month__grace_end", "quantity"):
        plan[place(first)] = quantity
        due[first] = end
    people = _people(item)
    _answers(item, people, by)
    span = span_of(item.plan.fiscal_year.year, now, due)
    way = Aggregation(item.aggregation)
    parts: list[Part] = []
    for each in people.values():
        part = part_of(each.said, way) if each.said else NOTHING
        parts.append(part)
        each.row = Row(item, each.plan, part, span, total(each.plan, way))
    shown = sorted(people.values(), key=lambda each: (each.person.sort_order, each.person.pk))
    return ItemBoard(Row(item, plan, joint(parts, way), span, item.annual_target), shown)


def _people(item: PlanItem) -> dict[int, PersonPart]:
    """Those with a share, blank or not."""
    found: dict[int, PersonPart] = {}
    shares: QuerySet[MonthlyShare] = MonthlyShare.objects.filter(item=item)
    columns = ("person_id", "person__code", "person__sort_order", *(f"person__{name}" for name in NAME))
    for person_id, code, order, *names, first, quantity in shares.values_list(
        *columns, "month__first", "quantity"
    ):
        each = found.setdefault(person_id, PersonPart(_person(person_id, code, order, names)))
        each.plan[place(first)] = quantity
    return found


def _person(person_id: int, code: str, order: int, names: list[str]) -> Person:
    return Person(pk=person_id, code=code, sort_order=order, **dict(zip(NAME, names, strict=True)))


def _answers(item: PlanItem, people: dict[int, PersonPart], by: Actor) -> None:
    """What was last submitted; those who did unplanned work join the people."""
    of = "version__last_of__"
    columns = (
        f"{of}person_id",
        f"{of}person__code",
        f"{of}person__sort_order",
        *(f"{of}person__{n}" for n in NAME),
    )
    facts = ("kind", "quantity", "target", "assigned", f"{of}unit_id", f"{of}month__closed_at")
    lines = SubmittedLine.objects.filter(item=item, version__last_of__isnull=False).annotate(
        assigned=HAS_SHARE
    )
    for person_id, code, order, prefix, name, surname, first, *answer, unit, closed in lines.values_list(
        *columns, f"{of}month__first", *facts
    ):
        person = _person(person_id, code, order, [prefix, name, surname])
        each = people.setdefault(person_id, PersonPart(person))
        each.said.append(said_of(first, *answer))
        report = MonthlyReport(office_id=item.plan.office_id, unit_id=unit, person_id=person_id)
        if closed or may(by, Perm.REPORT_VIEW, report):
            each.reports.add(place(first))

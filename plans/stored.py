"""What a stored plan says, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import BigIntegerField, DecimalField, Max, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from office.calendar import fiscal_months
from office.in_json import gathered
from plans.content import Content, Heading, Item, Months
from plans.enums import Aggregation, Dimension, Direction, GroupLevel
from plans.models import ActionPlan, PlanGroup, PlanItem, Share

_HEADING = ("sort_order", "pk", "parent_id", "level", "name")
_COUNTING = ("aggregation", "direction", "dimension")
_FACTS = ("job_no", "name", "counting_unit", "owner_text", "note", "annual_target", "budget")
_PERSON = ("person__code", "person__name_prefix", "person__first_name", "person__last_name")
_NO_KEY = Cast(Value(None), BigIntegerField())
_NO_TEXTS = [Value("", TextField())] * 4
_NO_SUMS = [Cast(Value(None), DecimalField(max_digits=16, decimal_places=2))] * 2
"""What a share lacks of an item, as a union needs it."""


def with_headings(plans: QuerySet[ActionPlan]) -> QuerySet[ActionPlan]:
    """Plans that carry their headings along, which saves ``content_of`` a query."""
    rows = PlanGroup.objects.filter(plan=OuterRef("pk"))
    return plans.annotate(listed_headings=gathered(rows, "plan", *_HEADING))


def content_of(plan: ActionPlan, *, with_units: bool = True) -> Content:
    """To compare with a file or to write one. Three queries whatever the plan's size, two without units."""
    headings, place = _headings_of(plan)
    units = _units_of(plan) if with_units else {}
    rows = sorted(_rows_of(plan), key=_place_of)
    codes, names, shares = _people_in(row for row in rows if row[1])
    items = tuple(
        Item(
            aggregation=Aggregation(aggregation),
            direction=Direction(direction),
            dimension=Dimension(dimension) if dimension else None,
            targets=tuple(rest[len(_FACTS) :]),
            heading=place[group] if group else None,
            unit_ids=frozenset(units.get(item, ())),
            shares=shares.get(item, {}),
            **dict(zip(_FACTS, rest, strict=False)),
        )
        for _, person, item, group, aggregation, direction, dimension, *rest in rows
        if not person
    )
    return Content(plan.fiscal_year.year, plan.instalment, headings, items, codes, names)


def _place_of(row: Sequence[Any]) -> tuple[int, int, int]:
    order, person, item, *_ = row
    return order, person or 0, item


def _headings_of(plan: ActionPlan) -> tuple[tuple[Heading, ...], dict[int, int]]:
    """In the plan's order, and the place of each by its key."""
    carried = getattr(plan, "listed_headings", False)
    found: Any = plan.groups.values_list(*_HEADING) if carried is False else carried or ()
    rows = sorted(found)
    place = {pk: n for n, (_, pk, *_) in enumerate(rows)}
    headings = (
        Heading(GroupLevel(level), name, place[parent] if parent else None)
        for _, _, parent, level, name in rows
    )
    return tuple(headings), place


def _rows_of(plan: ActionPlan) -> Any:
    """Items and shares, each with its place, person (None for an item) and item first, its months last."""
    item: Any = ("sort_order", _NO_KEY, "pk", "group_id", *_COUNTING, *_FACTS)
    share: Any = ("person__sort_order", "person_id", "item_id", _NO_KEY, *_PERSON, *_NO_TEXTS, *_NO_SUMS)
    items = PlanItem.objects.filter(plan=plan).order_by().annotate(**_twelve(plan, "targets"))
    shares = Share.objects.filter(item__plan=plan).order_by().annotate(**_twelve(plan, "months"))
    months = [f"month_{n}" for n in range(12)]
    return items.values_list(*item, *months).union(shares.values_list(*share, *months), all=True)


def _twelve(plan: ActionPlan, rows: str) -> dict[str, Max]:
    """The one figure of each month, blank without one."""
    months = fiscal_months(plan.fiscal_year.year)
    return {
        f"month_{n}": Max(f"{rows}__quantity", filter=Q(**{f"{rows}__month__first": month.first}))
        for n, month in enumerate(months)
    }


def _people_in(shares: Iterable[Any]) -> tuple[dict[int, str], dict[int, str], dict[int, dict[int, Months]]]:
    """Codes and full names by person; by item, the months of each person, a share without months too."""
    codes: dict[int, str] = {}
    names: dict[int, str] = {}
    found: dict[int, dict[int, Months]] = {}
    for _, person, item, _, code, prefix, first, last, *rest in shares:
        codes[person], names[person] = code, f"{prefix}{first} {last}".strip()
        found.setdefault(item, {})[person] = tuple(rest[-12:])
    return codes, names, found


def _units_of(plan: ActionPlan) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = PlanItem.units.through.objects.filter(planitem__plan=plan)
    for item_id, unit_id in rows.values_list("planitem_id", "unit_id"):
        found.setdefault(item_id, set()).add(unit_id)
    return found

"""What a stored plan says, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from django.db.models import BigIntegerField, DecimalField, Max, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from office.calendar import fiscal_months
from office.in_json import gathered
from office.models import Person
from plans.content import Content, Heading, Item, Months
from plans.enums import Aggregation, Dimension, Direction, GroupLevel
from plans.models import ActionPlan, PlanGroup, PlanItem, Share

_HEADING = ("sort_order", "pk", "parent_id", "level", "name")
_PERSON = ("sort_order", "pk", "code", "name_prefix", "first_name", "last_name")
_COUNTING = ("aggregation", "direction", "dimension")
_FACTS = ("job_no", "name", "counting_unit", "owner_text", "note", "annual_target", "budget")
_NO_KEY = Cast(Value(None), BigIntegerField())
_NO_FACTS = [Value("", TextField())] * 8 + [
    Cast(Value(None), DecimalField(max_digits=16, decimal_places=2))
] * 2
"""What a share lacks of an item, as a union needs it."""


def with_lists(plans: QuerySet[ActionPlan]) -> QuerySet[ActionPlan]:
    """Plans that carry headings and the office's people along, which saves ``content_of`` two queries."""
    headings = PlanGroup.objects.filter(plan=OuterRef("pk"))
    people = Person.objects.filter(office=OuterRef("office"))
    return plans.annotate(
        listed_headings=gathered(headings, "plan", *_HEADING),
        listed_people=gathered(people, "office", *_PERSON),
    )


def content_of(plan: ActionPlan, *, with_units: bool = True) -> Content:
    """To compare with a file or to write one. Four queries whatever the plan's size, three without units."""
    headings, place = _headings_of(plan)
    of_office = Person.objects.filter(office=plan.office_id)
    people = {pk: person for _, pk, *person in sorted(_listed(plan, "people", of_office, _PERSON))}
    units = _units_of(plan) if with_units else {}
    rows = list(_rows_of(plan))
    shares = _shares_in(rows, {pk: n for n, pk in enumerate(people)})
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
        for _, item, person, group, aggregation, direction, dimension, *rest in sorted(rows, key=_PLACE)
        if not person
    )
    sharing = {pk for of_item in shares.values() for pk in of_item}
    named = {pk: person for pk, person in people.items() if pk in sharing}
    codes = {pk: code for pk, (code, *_) in named.items()}
    names = {pk: f"{prefix}{first} {last}".strip() for pk, (_, prefix, first, last) in named.items()}
    return Content(plan.fiscal_year.year, plan.instalment, headings, items, codes, names)


_PLACE = itemgetter(0, 1)


def _listed(plan: ActionPlan, name: str, rows: Any, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Rows that came along with the plan (``with_lists``), or are read now."""
    came = f"listed_{name}"
    found = (getattr(plan, came) or ()) if hasattr(plan, came) else rows.values_list(*columns)
    return [tuple(row) for row in found]


def _headings_of(plan: ActionPlan) -> tuple[tuple[Heading, ...], dict[int, int]]:
    """In the plan's order, and the place of each by its key."""
    rows = sorted(_listed(plan, "headings", plan.groups, _HEADING))
    place = {pk: n for n, (_, pk, *_) in enumerate(rows)}
    headings = (
        Heading(GroupLevel(level), name, place[parent] if parent else None)
        for _, _, parent, level, name in rows
    )
    return tuple(headings), place


def _rows_of(plan: ActionPlan) -> Any:
    """Of items and of shares: place, item, person (None: the item's own), facts of an item, twelve months."""
    item: Any = ("sort_order", "pk", _NO_KEY, "group_id", *_COUNTING, *_FACTS)
    share: Any = (Value(0), "item_id", "person_id", _NO_KEY, *_NO_FACTS)
    items = PlanItem.objects.filter(plan=plan).order_by().annotate(**_twelve(plan, "targets"))
    shares = Share.objects.filter(item__plan=plan).order_by().annotate(**_twelve(plan, "months"))
    months = [f"month_{n}" for n in range(12)]
    return items.values_list(*item, *months).union(shares.values_list(*share, *months), all=True)


class _Figure(Max):
    """As the driver reads it (on SQLite with zeros behind): Django would look at 120,000 once more."""

    def get_db_converters(self, connection: Any) -> list[Any]:
        return []


def _twelve(plan: ActionPlan, rows: str) -> dict[str, _Figure]:
    """The one figure of each month, blank without one."""
    months = fiscal_months(plan.fiscal_year.year)
    return {
        f"month_{n}": _Figure(f"{rows}__quantity", filter=Q(**{f"{rows}__month__first": month.first}))
        for n, month in enumerate(months)
    }


def _shares_in(rows: Sequence[Any], order: dict[int, int]) -> dict[int, dict[int, Months]]:
    """By item the months of each person, in the order of people; a share without months too."""
    found: dict[int, dict[int, Months]] = {}
    shares = [row for row in rows if row[2]]
    for _, item, person, *rest in sorted(shares, key=lambda row: order[row[2]]):
        found.setdefault(item, {})[person] = tuple(rest[-12:])
    return found


def _units_of(plan: ActionPlan) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = PlanItem.units.through.objects.filter(planitem__plan=plan)
    for item_id, unit_id in rows.values_list("planitem_id", "unit_id"):
        found.setdefault(item_id, set()).add(unit_id)
    return found

"""The whole office's progress by unit: the plan and the results of each unit's people, without a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from office.models import Unit
from plans.enums import Aggregation, Direction
from plans.models import ActionPlan, MonthlyShare, PlanItem
from plans.rules import met, total
from reports.models import SubmittedLine
from reports.plan_board import (
    BLANK,
    HAS_SHARE,
    NOTHING,
    Figures,
    Part,
    Row,
    Said,
    Span,
    joint,
    part_of,
    place,
    said_of,
    span_of,
)

Served = Mapping[int, Sequence[tuple[int, date, date | None]]]
"""Person id → (unit id, from, last day or None)."""
LONGEST = Decimal(150)
"""Percent at which a bar is at its end, however much more was done."""
WIDTH = 298


@dataclass(frozen=True, slots=True)
class UnitProgress:
    unit: Unit
    rows: list[Row]
    standing: list[bool | None]
    """Of each row: reached its plan so far or not; None while there is nothing to compare."""

    @property
    def reached(self) -> int:
        return self.standing.count(True)

    @property
    def below(self) -> int:
        return self.standing.count(False)

    @property
    def open(self) -> int:
        return self.standing.count(None)

    @property
    def width(self) -> int:
        return WIDTH * self.reached // len(self.rows)

    @property
    def lines(self) -> list[tuple[Row, tuple[int, int] | None]]:
        return [(row, meter(row.so_far.percent)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class UnitBoard:
    span: Span
    units: list[UnitProgress]


def meter(percent: Decimal | None) -> tuple[int, int] | None:
    """How long the bar is and where the plan's mark stands; None where there is no percent."""
    if percent is None:
        return None
    shown = min(percent, LONGEST)
    whole = max(shown, Decimal(100))
    return int(WIDTH * shown / whole), int(WIDTH * 100 / whole)


def unit_board(
    plan: ActionPlan, items: list[PlanItem], units: Iterable[Unit], served: Served, *, now: datetime
) -> UnitBoard:
    """Two queries whatever the number of units. Shares are their unit's that the person serves in then."""
    targets, due = _targets(plan, served)
    parts = _parts(plan, items)
    span = span_of(plan.fiscal_year.year, now, due)
    found = []
    for unit in units:
        rows = [
            _row(item, targets.get((unit.pk, item.pk), BLANK), parts.get((unit.pk, item.pk), NOTHING), span)
            for item in items
            if (unit.pk, item.pk) in targets
        ]
        if rows:
            found.append(UnitProgress(unit, rows, [_reached(row) for row in rows]))
    return UnitBoard(span, found)


def _row(item: PlanItem, figures: Figures, part: Part, span: Span) -> Row:
    return Row(item, figures, part, span, total(figures, Aggregation(item.aggregation)))


def _reached(row: Row) -> bool | None:
    if row.span.due < 0:
        return None
    so_far = row.so_far
    return met(so_far.result, so_far.plan, direction=Direction(row.item.direction))


def _targets(plan: ActionPlan, served: Served) -> tuple[dict[tuple[int, int], Figures], dict[date, datetime]]:
    found: dict[tuple[int, int], Figures] = {}
    due: dict[date, datetime] = {}
    columns = ("item_id", "month__first", "month__grace_end", "quantity", "person_id", "month__due_on")
    shares = MonthlyShare.objects.filter(item__plan=plan).values_list(*columns)
    for item_id, first, end, quantity, person_id, due_on in shares:
        due[first] = end
        unit_id = _unit_of(served.get(person_id, ()), due_on)
        if unit_id is not None:
            months = found.setdefault((unit_id, item_id), [None] * 12)
            months[place(first)] = (months[place(first)] or Decimal(0)) + quantity
    return found, due


def _unit_of(rows: Sequence[tuple[int, date, date | None]], day: date) -> int | None:
    return next(
        (unit for unit, since, until in rows if since <= day and (until is None or day <= until)), None
    )


def _parts(plan: ActionPlan, items: list[PlanItem]) -> dict[tuple[int, int], Part]:
    """(unit id, item id) → what its people reported; the unit is the report's."""
    of = "version__last_of__"
    lines = SubmittedLine.objects.filter(item__plan=plan, version__last_of__isnull=False)
    columns = ("item_id", f"{of}unit_id", f"{of}person_id", f"{of}month__first", "kind", "quantity", "target")
    answers: dict[tuple[int, int], dict[int, list[Said]]] = defaultdict(lambda: defaultdict(list))
    told = lines.annotate(assigned=HAS_SHARE).values_list(*columns, "assigned")
    for item_id, unit_id, person_id, first, *rest in told:
        answers[unit_id, item_id][person_id].append(said_of(first, *rest))
    ways = {item.pk: Aggregation(item.aggregation) for item in items}
    return {
        key: joint([part_of(said, ways[key[1]]) for said in people.values()], ways[key[1]])
        for key, people in answers.items()
    }

"""The Action Plan against what was reported: of the office, a unit or a person (design rules 4.3, 4.4).

Results are those of each report's last submitted version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, OuterRef

from office import thai
from office.access import Actor, Perm, reach
from office.calendar import Month, day_of, fiscal_months
from plans.enums import Aggregation, Direction
from plans.models import ActionPlan, MonthlyShare, MonthlyTarget, PlanGroup, PlanItem
from plans.rules import met, percent, standing, together, total
from reports.enums import AnswerKind
from reports.models import SubmittedLine
from reports.rules import Line

Figures = list[Decimal | None]
"""Twelve, October first."""

BLANK: Figures = [None] * 12


@dataclass(frozen=True, slots=True)
class Said:
    """A submitted answer for an item in a month; ``month`` counts from October = 0."""

    month: int
    kind: AnswerKind
    quantity: Decimal | None
    planned: bool
    """Whether the person had a share other than 0 that month."""
    assigned: bool
    """Whether the person has a share of the item in any month of the year."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one person, or everybody together, has to show for an item."""

    monthly: Figures
    """What was reached in the month: for LATEST and MAX how it stood after it."""
    so_far: Figures
    ahead: Decimal
    """Work of months in which the person had no plan for it: shown apart, counted in the year (4.4)."""
    outside: Decimal
    """Work of people without any share of the item: in no figure, in no percent."""
    unavailable: int
    """Answers "not available": counted apart."""


NOTHING = Part(BLANK, BLANK, Decimal(0), Decimal(0), 0)


def part_of(said: Iterable[Said], aggregation: Aggregation) -> Part:
    """One person's year of one item, from the answers of the months (4.3, 4.4)."""
    monthly: Figures = [None] * 12
    ahead, outside, unavailable = Decimal(0), Decimal(0), 0
    stands: Decimal | None = None
    for each in sorted(said, key=lambda each: each.month):
        line = Line(0, "", None, each.kind, each.quantity, aggregation=aggregation, previous=stands)
        unavailable += each.kind is AnswerKind.NOT_AVAILABLE
        if line.result is None:
            continue
        if not each.assigned:
            outside += line.result
            continue
        if not each.planned and aggregation is Aggregation.SUM:
            ahead += line.result
        monthly[each.month] = stands = line.result
    return Part(monthly, standing(monthly, aggregation), ahead, outside, unavailable)


def joint(parts: Sequence[Part], aggregation: Aggregation) -> Part:
    """Several people's parts of one item together (4.3).

    A running total stands at what each of them last reached, in every month in which anyone answered.
    """
    if not parts:
        return NOTHING
    monthly, so_far = together(part.monthly for part in parts), together(part.so_far for part in parts)
    if aggregation is not Aggregation.SUM:
        monthly = [None if said is None else stood for said, stood in zip(monthly, so_far, strict=True)]
    ahead, outside = (
        sum(each, Decimal(0)) for each in zip(*((p.ahead, p.outside) for p in parts), strict=True)
    )
    return Part(monthly, so_far, ahead, outside, sum(part.unavailable for part in parts))


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of one item: result over plan."""

    month: Month
    result: Decimal | None
    plan: Decimal | None
    below: bool
    future: bool
    current: bool

    @property
    def name(self) -> str:
        """Without the year: ต.ค."""
        return thai.MONTHS_SHORT[self.month.month - 1]

    @property
    def result_text(self) -> str:
        return thai.quantity(self.result)

    @property
    def plan_text(self) -> str:
        return thai.quantity(self.plan)

    @property
    def percent(self) -> Decimal | None:
        return percent(self.result, self.plan)


@dataclass
class Row:
    """An item with its year, as one reader's choice of people has it."""

    item: PlanItem
    plan: Figures
    part: Part
    span: Span
    annual: Decimal | None = None
    cells: list[Cell] = field(default_factory=list)
    """Those to show: ``monthly`` or ``cumulative``."""

    @property
    def aggregation(self) -> Aggregation:
        return Aggregation(self.item.aggregation)

    @cached_property
    def plan_so_far(self) -> Figures:
        return standing(self.plan, self.aggregation)

    @property
    def monthly(self) -> list[Cell]:
        return self._cells(self.plan, self.part.monthly)

    @property
    def cumulative(self) -> list[Cell]:
        return self._cells(self.plan_so_far, self.part.so_far)

    @property
    def so_far(self) -> Cell:
        """The year up to the last month whose deadline has passed."""
        return self.cumulative[self.span.reached]

    @property
    def annual_percent(self) -> Decimal | None:
        return percent(self.so_far.result, self.annual)

    def _cells(self, plan: Figures, result: Figures) -> list[Cell]:
        direction = Direction(self.item.direction)
        return [
            Cell(
                month,
                result[n],
                plan[n],
                below=n <= self.span.due and met(result[n], plan[n], direction=direction) is False,
                future=self.span.now is not None and n > self.span.now,
                current=n == self.span.now,
            )
            for n, month in enumerate(self.span.months)
        ]


@dataclass(frozen=True, slots=True)
class Span:
    """Where a fiscal year stands at an instant; months count from October = 0."""

    months: tuple[Month, ...]
    now: int | None
    """The current month; -1 before the year, None after it."""
    due: int
    """The last month whose deadline has passed, -1 for none."""

    @property
    def reached(self) -> int:
        """Up to which month the year is summed: the last one due, else the current one."""
        return max(self.due, 0)

    @property
    def reached_month(self) -> Month:
        return self.months[self.reached]


def span_of(year: int, now: datetime, due: Mapping[date, datetime]) -> Span:
    """``due`` gives the deadline of months by their first day; a month without is due when it is over."""
    months, today = fiscal_months(year), day_of(now)
    passed = [n for n, month in enumerate(months) if _is_due(month, now, due)]
    current: int | None = -1
    if today > months[-1].last:
        current = None
    elif today >= months[0].first:
        current = months.index(Month.of(today))
    return Span(months, current, max(passed, default=-1))


def _is_due(month: Month, now: datetime, due: Mapping[date, datetime]) -> bool:
    deadline = due.get(month.first)
    return now > deadline if deadline else day_of(now) > month.last


@dataclass(slots=True)
class Section:
    """Items under one heading; ``headings`` are those that begin here, outermost first."""

    headings: list[PlanGroup]
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Board:
    plan: ActionPlan
    span: Span
    sections: list[Section]

    @property
    def rows(self) -> list[Row]:
        return [row for section in self.sections for row in section.rows]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose plan and results: the whole office's, a unit's or a person's."""

    person_id: int | None = None
    unit_id: int | None = None
    served: Mapping[int, Sequence[tuple[int, date, date | None]]] = field(default_factory=dict)
    """Person id → (unit id, from, last day or None): whose share is whose unit's that month."""

    @property
    def whole(self) -> bool:
        return self.person_id is None and self.unit_id is None

    def takes(self, person_id: int, day: date) -> bool:
        if self.person_id is not None:
            return person_id == self.person_id
        rows = self.served.get(person_id, ())
        return any(
            unit == self.unit_id and since <= day and (until is None or day <= until)
            for unit, since, until in rows
        )


def plan_with_items(actor: Actor, year: int) -> tuple[ActionPlan | None, list[PlanItem]]:
    """The plan of a fiscal year (BE) within reach, with its items in order. One query, two without items."""
    within = reach(actor, Perm.PLAN_VIEW, PlanItem)
    items = PlanItem.objects.filter(within, plan__fiscal_year__year=year).order_by("sort_order")
    found = list(items.select_related("plan__fiscal_year", "group__parent__parent"))
    if found:
        return found[0].plan, found
    plans = ActionPlan.objects.filter(reach(actor, Perm.PLAN_VIEW, ActionPlan), fiscal_year__year=year)
    return plans.select_related("fiscal_year").first(), []


def board_of(plan: ActionPlan, items: list[PlanItem], *, now: datetime, choice: Choice) -> Board:
    """The plan's tree with results. Two queries whatever its size."""
    targets, due = _targets(plan, choice) if items else ({}, {})
    span = span_of(plan.fiscal_year.year, now, due)
    parts = _parts(plan, items, choice) if items else {}
    rows = []
    for item in items:
        if not choice.whole and item.pk not in targets and item.pk not in parts:
            continue
        figures = targets.get(item.pk, BLANK)
        annual = item.annual_target if choice.whole else total(figures, Aggregation(item.aggregation))
        rows.append(Row(item, figures, parts.get(item.pk, NOTHING), span, annual))
    return Board(plan, span, _sections(rows))


def _targets(plan: ActionPlan, choice: Choice) -> tuple[dict[int, Figures], dict[date, datetime]]:
    found: dict[int, Figures] = {}
    due: dict[date, datetime] = {}
    columns = ("item_id", "month__first", "month__grace_end", "quantity")
    if choice.whole:
        for item_id, first, end, quantity in MonthlyTarget.objects.filter(item__plan=plan).values_list(
            *columns
        ):
            due[first] = end
            found.setdefault(item_id, [None] * 12)[place(first)] = quantity
        return found, due
    shares = MonthlyShare.objects.filter(item__plan=plan).values_list(*columns, "person_id", "month__due_on")
    for item_id, first, end, quantity, person_id, due_on in shares:
        due[first] = end
        if choice.takes(person_id, due_on):
            months = found.setdefault(item_id, [None] * 12)
            months[place(first)] = (months[place(first)] or Decimal(0)) + quantity
    return found, due


def place(first: date) -> int:
    """A month's place in the fiscal year, October = 0."""
    return (first.month - 10) % 12


HAS_SHARE = Exists(
    MonthlyShare.objects.filter(
        item=OuterRef("item"), person=OuterRef("version__last_of__person"), quantity__gt=0
    )
)
"""Of a submitted line: whether its author has a share of the item in any month."""


def said_of(first: date, kind: str, quantity: Decimal | None, target: Decimal | None, assigned: bool) -> Said:  # noqa: FBT001
    return Said(place(first), AnswerKind(kind), quantity, planned=bool(target), assigned=assigned)


def _parts(plan: ActionPlan, items: list[PlanItem], choice: Choice) -> dict[int, Part]:
    lines = SubmittedLine.objects.filter(item__plan=plan, version__last_of__isnull=False)
    if choice.person_id is not None:
        lines = lines.filter(version__last_of__person_id=choice.person_id)
    elif choice.unit_id is not None:
        lines = lines.filter(version__last_of__unit_id=choice.unit_id)
    columns = ("version__last_of__person_id", "version__last_of__month__first", "kind", "quantity", "target")
    lines = lines.annotate(assigned=HAS_SHARE)
    answers: dict[int, dict[int, list[Said]]] = {}
    for item_id, person_id, first, *rest in lines.values_list("item_id", *columns, "assigned"):
        said = said_of(first, *rest)
        answers.setdefault(item_id, {}).setdefault(person_id, []).append(said)
    return {
        item.pk: joint([part_of(said, way) for said in answers[item.pk].values()], way)
        for item in items
        if item.pk in answers and (way := Aggregation(item.aggregation))
    }


def _sections(rows: list[Row]) -> list[Section]:
    found: list[Section] = []
    above: list[PlanGroup] = []
    for row in rows:
        path = path_of(row.item.group)
        if not found or [group.pk for group in path] != [group.pk for group in above]:
            fresh = [group for group in path if group.pk not in {old.pk for old in above}]
            found.append(Section(fresh))
            above = path
        found[-1].rows.append(row)
    return found


def path_of(group: PlanGroup | None) -> list[PlanGroup]:
    """A heading and those above it, outermost first."""
    path: list[PlanGroup] = []
    while group is not None:
        path.insert(0, group)
        group = group.parent
    return path

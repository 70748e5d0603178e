"""A person's year, put together from months: pure (DOMAIN form 5.7, design rules 4.3, 4.4, 4.5, 4.7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from appraisals.enums import Met
from plans.enums import Aggregation, Direction
from plans.rules import met, percent, total
from reports.enums import AnswerKind, RowState, Timing
from reports.rules import Line


@dataclass(frozen=True, slots=True)
class Figure:
    """Plan against result of one month, half or year; None is "no figure", never zero."""

    plan: Decimal | None
    result: Decimal | None
    below: bool = False
    set_later: bool = False
    unavailable: bool = False
    """Answered "not available": counted apart, never zero."""

    @property
    def percent(self) -> Decimal | None:
        return percent(self.result, self.plan)


@dataclass(frozen=True, slots=True)
class ItemYear:
    item_id: int
    job_no: str
    name: str
    counting_unit: str
    aggregation: Aggregation
    direction: Direction
    months: tuple[Figure, ...]
    half1: Figure
    half2: Figure
    year: Figure


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """An item after the months whose deadline has passed: target to date against result to date."""

    item: ItemYear
    due: int
    """How many months, October first."""
    figure: Figure
    met: Met
    silent: int
    """Months due with a target and no answer."""
    unavailable: int
    """Months due answered "not available"."""


@dataclass(frozen=True, slots=True)
class MonthFact:
    """What became of one month's report. ``expected`` is False where the register has no row."""

    expected: bool
    waived: bool
    state: RowState
    timing: Timing
    submitted_at: datetime | None
    incomplete: bool
    excused: bool = False
    """Late or missing, and excused: the fact stays and doesn't count against the person (4.9)."""

    @property
    def due(self) -> bool:
        return self.expected and not self.waived and self.timing is not Timing.PENDING

    @property
    def counted(self) -> bool:
        return self.due and not self.excused

    @property
    def complete(self) -> bool:
        return self.counted and self.submitted_at is not None and not self.incomplete


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of months; ``expected`` leaves out the waived, the excused and those not yet due."""

    expected: int
    on_time: int
    late: int
    missing: int
    waived: int
    excused: int
    complete: int
    complete_on_time: int


def item_year(lines: Sequence[Line | None], *, name: str, counting_unit: str, margin: Decimal) -> ItemYear:
    """Twelve months of one item, October first; None where the person had neither share nor answer."""
    known = [line for line in lines if line is not None]
    if not known:
        raise ValueError("an item without a month")
    how = known[0].aggregation
    months = tuple(_month(line, margin) for line in lines)
    return ItemYear(
        item_id=known[0].item_id,
        job_no=known[0].job_no,
        name=name,
        counting_unit=counting_unit,
        aggregation=how,
        direction=known[0].direction,
        months=months,
        half1=_sum(months[:6], how),
        half2=_sum(months[6:], how),
        year=_sum(months, how),
    )


def standing_of(item: ItemYear, *, due: int) -> ItemStanding:
    """How the item stands after its first ``due`` months; the same figures as the plan's board (4.3).

    What was reported by then is held against what was planned by then. Less-is-better isn't called met
    while a month that could exceed the ceiling is silent: blank is not zero (4.4).
    """
    past = item.months[:due]
    figure = _sum(past, item.aggregation)
    silent = [month for month in past if month.plan and month.result is None]
    unavailable = sum(month.unavailable for month in past)
    return ItemStanding(
        item=item,
        due=due,
        figure=figure,
        met=_met(item, past, figure),
        silent=sum(not month.unavailable for month in silent),
        unavailable=unavailable,
    )


def count_met(standings: Iterable[ItemStanding]) -> dict[Met, int]:
    """Every word with its number of items; together they are all items."""
    counted = Counter(each.met for each in standings)
    return {word: counted[word] for word in Met}


def months_due(deadlines: Sequence[datetime], now: datetime) -> int:
    """How many months of the year, October first, are summed up: up to the last one past its deadline."""
    return max((n for n, deadline in enumerate(deadlines, start=1) if now > deadline), default=0)


def totals(months: Sequence[MonthFact]) -> Totals:
    counted = [month for month in months if month.counted]
    return Totals(
        expected=len(counted),
        on_time=sum(month.timing is Timing.ON_TIME for month in counted),
        late=sum(month.timing is Timing.LATE for month in counted),
        missing=sum(month.timing is Timing.MISSING for month in counted),
        waived=sum(month.waived for month in months),
        excused=sum(month.due and month.excused for month in months),
        complete=sum(month.complete for month in counted),
        complete_on_time=sum(month.complete and month.timing is Timing.ON_TIME for month in counted),
    )


def _month(line: Line | None, margin: Decimal) -> Figure:
    if line is None:
        return Figure(None, None)
    return Figure(
        line.target,
        line.result,
        below=bool(line.short_by(margin)),
        set_later=line.late_instalment,
        unavailable=line.kind is AnswerKind.NOT_AVAILABLE,
    )


def _met(item: ItemYear, past: Sequence[Figure], figure: Figure) -> Met:
    if not figure.plan:
        return Met.NOT_DUE if item.year.plan else Met.UNSAID
    reached = met(figure.result, figure.plan, direction=item.direction)
    if reached is None:
        return Met.UNSAID
    if reached and item.direction is Direction.LESS and _may_exceed(past, item.aggregation):
        return Met.UNSAID
    return Met.MET if reached else Met.BEHIND


def _may_exceed(past: Sequence[Figure], how: Aggregation) -> bool:
    """Whether a planned month without a figure could still change the sum; a running total is its last."""
    if how is Aggregation.LATEST:
        known = [n for n, month in enumerate(past) if month.result is not None]
        past = past[known[-1] :] if known else past
    return any(month.plan and month.result is None for month in past)


def _sum(months: Sequence[Figure], how: Aggregation) -> Figure:
    plan = total([month.plan for month in months], how)
    return Figure(plan, total([month.result for month in months], how))

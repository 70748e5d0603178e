"""A person's year, put together from months: pure (DOMAIN form 5.7, design rules 4.3, 4.5, 4.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from plans.enums import Aggregation
from plans.rules import percent, total
from reports.enums import RowState, Timing
from reports.rules import Line


@dataclass(frozen=True, slots=True)
class Figure:
    """Plan against result of one month, half or year; None is "no figure", never zero."""

    plan: Decimal | None
    result: Decimal | None
    below: bool = False
    set_later: bool = False

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
    months: tuple[Figure, ...]
    half1: Figure
    half2: Figure
    year: Figure


@dataclass(frozen=True, slots=True)
class MonthFact:
    """What became of one month's report. ``expected`` is False where the register has no row."""

    expected: bool
    waived: bool
    state: RowState
    timing: Timing
    submitted_at: datetime | None
    incomplete: bool

    @property
    def counted(self) -> bool:
        return self.expected and not self.waived and self.timing is not Timing.PENDING

    @property
    def complete(self) -> bool:
        return self.counted and self.submitted_at is not None and not self.incomplete


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of months; ``expected`` leaves out the waived and those not yet due."""

    expected: int
    on_time: int
    late: int
    missing: int
    waived: int
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
        months=months,
        half1=_sum(months[:6], how),
        half2=_sum(months[6:], how),
        year=_sum(months, how),
    )


def totals(months: Sequence[MonthFact]) -> Totals:
    counted = [month for month in months if month.counted]
    return Totals(
        expected=len(counted),
        on_time=sum(month.timing is Timing.ON_TIME for month in counted),
        late=sum(month.timing is Timing.LATE for month in counted),
        missing=sum(month.timing is Timing.MISSING for month in counted),
        waived=sum(month.waived for month in months),
        complete=sum(month.complete for month in counted),
        complete_on_time=sum(month.complete and month.timing is Timing.ON_TIME for month in counted),
    )


def _month(line: Line | None, margin: Decimal) -> Figure:
    if line is None:
        return Figure(None, None)
    return Figure(line.target, line.result, bool(line.short_by(margin)), line.late_instalment)


def _sum(months: Sequence[Figure], how: Aggregation) -> Figure:
    plan = total([month.plan for month in months], how)
    return Figure(plan, total([month.result for month in months], how))

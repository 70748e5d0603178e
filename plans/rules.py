"""How quantities add up, and how a result stands against its target (design rules 4.3, 4.11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from plans.enums import Aggregation, Direction, PlanState

MOVES: dict[PlanState, dict[str, PlanState]] = {
    PlanState.DRAFT: {"consult": PlanState.CONSULTATION, "approve": PlanState.APPROVED},
    PlanState.CONSULTATION: {"approve": PlanState.APPROVED, "withdraw": PlanState.DRAFT},
    PlanState.APPROVED: {"close": PlanState.CLOSED},
    PlanState.CLOSED: {},
}

HUNDRED = Decimal(100)


def total(values: Iterable[Decimal | None], aggregation: Aggregation) -> Decimal | None:
    """Months in calendar order to one figure; blanks don't count; None when all are blank."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    if aggregation is Aggregation.SUM:
        return sum(known, Decimal(0))
    return max(known) if aggregation is Aggregation.MAX else known[-1]


def percent(result: Decimal | None, target: Decimal | None) -> Decimal | None:
    """Result of target x 100, two decimals, over 100 kept; None where there is no target or it is 0."""
    if result is None or not target:
        return None
    return (result * HUNDRED / target).quantize(Decimal("0.01"), ROUND_HALF_UP)


def shortfall(
    result: Decimal, target: Decimal, *, direction: Direction = Direction.MORE, margin: Decimal = Decimal(0)
) -> Decimal:
    """By how much the result misses the target beyond ``margin`` percent of it; 0 when it is met."""
    slack = target * margin / HUNDRED
    gap = target - result if direction is Direction.MORE else result - target
    return gap if gap > slack else Decimal(0)


def standing(values: Iterable[Decimal | None], aggregation: Aggregation) -> list[Decimal | None]:
    """How one figure stands at each month: the sum, the last value or the highest so far; None before any."""
    known: list[Decimal | None] = []
    now: Decimal | None = None
    for value in values:
        if value is not None:
            now = total((now, value), aggregation)
        known.append(now)
    return known


def together(rows: Iterable[Sequence[Decimal | None]]) -> list[Decimal | None]:
    """Several people's months added up month by month; None where none of them has a figure.

    For LATEST and MAX add up how each person stands, not what each typed: an officer who is silent in a
    month has not lost what was reached before (4.3).
    """
    return [_sum(month) for month in zip(*rows, strict=True)]


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def met(
    result: Decimal | None,
    target: Decimal | None,
    *,
    direction: Direction = Direction.MORE,
    margin: Decimal = Decimal(0),
) -> bool | None:
    """Whether the result reaches its target, or stays under its ceiling; None when it can't be judged."""
    if result is None or not target:
        return None
    return not shortfall(result, target, direction=direction, margin=margin)


def uncovered(targets: Sequence[Decimal | None], shares: Iterable[Sequence[Decimal | None]]) -> list[int]:
    """Months (counted from 0) in which the people's shares don't add up to the item's target (4.3)."""
    rows = list(shares)
    sums = together(rows) if rows else [None] * len(targets)
    pairs = zip(targets, sums, strict=True)
    return [n for n, (target, given) in enumerate(pairs) if (target or Decimal(0)) != (given or Decimal(0))]

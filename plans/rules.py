"""How quantities add up, and how a result stands against its target (design rules 4.3, 4.11)."""

from __future__ import annotations

from collections.abc import Iterable
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

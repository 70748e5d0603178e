"""How a plan's figures add up and are judged: tables of cases (design rules 4.3, 4.11)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.enums import Aggregation, Direction, PlanState
from plans.rules import MOVES, met, percent, shortfall, standing, together, total, uncovered

SUM, LATEST, MAX = Aggregation.SUM, Aggregation.LATEST, Aggregation.MAX
figures = st.lists(st.none() | st.decimals(0, 10**6, places=2), min_size=12, max_size=12)


def row(*values):
    return [None if value is None else Decimal(value) for value in values]


YEAR = row(8, 16, None, 33, 41, 50, 58, 66, 75, 85, 93, 90)
PLAN = row(8, 16, 25, 33, 41, 50, 58, 66, 75, 85, 93, 100)


@pytest.mark.parametrize(
    ("aggregation", "year", "of_plan"),
    [
        (SUM, 615, "94.62"),
        (LATEST, 90, "90.00"),
        (MAX, 93, "93.00"),
    ],
    ids=["sum of the months", "last value entered", "highest value"],
)
def test_twelve_months_give_the_years_value_and_its_percent(aggregation, year, of_plan):
    result = total(YEAR, aggregation)
    assert result == year
    assert percent(result, total(PLAN, aggregation)) == Decimal(of_plan)


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        (SUM, row(None, 2, 2, 7, 7, 8)),
        (LATEST, row(None, 2, 2, 5, 5, 1)),
        (MAX, row(None, 2, 2, 5, 5, 5)),
    ],
    ids=["sum", "latest", "max"],
)
def test_a_figure_stands_at_each_month(aggregation, expected):
    assert standing(row(None, 2, None, 5, None, 1), aggregation) == expected


@pytest.mark.parametrize("aggregation", list(Aggregation))
@given(values=figures)
def test_where_it_stands_at_the_end_is_the_years_total(aggregation, values):
    assert standing(values, aggregation)[-1] == total(values, aggregation)


@given(values=figures)
def test_what_was_reached_is_never_lost_by_silence(values):
    for aggregation in Aggregation:
        known = standing(values, aggregation)
        first = next((n for n, value in enumerate(known) if value is not None), 12)
        assert None not in known[first:]


def test_people_are_added_up_month_by_month_and_blank_is_not_zero():
    assert together([row(1, None, 2), row(3, None, None)]) == row(4, None, 2)


@pytest.mark.parametrize(
    ("result", "target", "direction", "expected"),
    [
        (90, 100, Direction.LESS, True),
        (100, 100, Direction.LESS, True),
        (101, 100, Direction.LESS, False),
        (100, 100, Direction.MORE, True),
        (130, 100, Direction.MORE, True),
        (99, 100, Direction.MORE, False),
        (None, 100, Direction.MORE, None),
        (5, 0, Direction.MORE, None),
        (5, None, Direction.MORE, None),
    ],
)
def test_whether_a_target_or_a_ceiling_is_met(result, target, direction, expected):
    said = [None if value is None else Decimal(value) for value in (result, target)]
    assert met(*said, direction=direction) is expected


def test_over_a_hundred_percent_is_kept():
    assert percent(Decimal(130), Decimal(100)) == Decimal("130.00")


@pytest.mark.parametrize(("result", "margin", "short"), [(95, 5, 0), (94, 5, 6), (95, 0, 5)])
def test_the_margin_is_percent_of_the_target_and_the_shortfall_is_whole(result, margin, short):
    assert shortfall(Decimal(result), Decimal(100), margin=Decimal(margin)) == short


@pytest.mark.parametrize(
    ("targets", "shares", "wrong"),
    [
        (row(2, 3), [row(1, 3), row(1, None)], []),
        (row(2, 3), [row(1, 3)], [0]),
        (row(2, None), [row(2, 1)], [1]),
        (row(0, None), [], []),
        (row(1, None), [], [0]),
    ],
    ids=["covered", "too little", "a share without a target", "nothing to share", "nobody"],
)
def test_months_whose_shares_do_not_cover_the_target(targets, shares, wrong):
    assert uncovered(targets, shares) == wrong


def test_only_a_draft_or_a_plan_in_consultation_can_be_approved():
    assert {state for state, moves in MOVES.items() if "approve" in moves} == {
        PlanState.DRAFT,
        PlanState.CONSULTATION,
    }

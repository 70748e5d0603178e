from datetime import UTC, datetime
from decimal import Decimal

import pytest

from appraisals.rules import MonthFact, item_year, totals
from plans.enums import Aggregation
from reports.enums import AnswerKind, RowState, Timing
from reports.rules import Line

SENT = datetime(2026, 10, 30, tzinfo=UTC)


def line(target, result, aggregation=Aggregation.SUM):
    quantity = None if result is None else Decimal(result)
    kind = AnswerKind.NONE if result is None else AnswerKind.VALUE
    share = None if target is None else Decimal(target)
    return Line(1, "สสจ. 1", share, kind=kind, quantity=quantity, aggregation=aggregation)


def year(lines):
    return item_year(
        [*lines, *[None] * (12 - len(lines))], name="งาน", counting_unit="ครั้ง", margin=Decimal(0)
    )


def test_a_summed_item_adds_its_months_and_keeps_more_than_a_hundred_percent():
    found = year([line(4, 5), line(4, 6), line(4, None)])
    assert (found.year.plan, found.year.result, found.year.percent) == (12, 11, Decimal("91.67"))
    assert found.months[1].percent == Decimal("150.00")


def test_a_running_total_takes_the_last_value_entered_so_far():
    found = year(
        [line(2, 2, Aggregation.LATEST), line(4, 3, Aggregation.LATEST), line(6, None, Aggregation.LATEST)]
    )
    assert (found.year.plan, found.year.result) == (6, 3)


def test_halves_split_after_march():
    found = year([line(1, 1)] * 12)
    assert (found.half1.result, found.half2.result, found.year.result) == (6, 6, 12)


def test_an_unreported_month_is_no_figure_and_not_zero():
    assert year([line(4, None)]).months[0].percent is None


def test_below_plan_is_marked_in_its_own_month_only():
    found = year([line(4, 3), line(4, 4)])
    assert [month.below for month in found.months[:2]] == [True, False]


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (MonthFact(True, False, RowState.ACCEPTED, Timing.ON_TIME, SENT, False), (1, 1, 0, 0, 0, 0, 1, 1)),
        (MonthFact(True, False, RowState.SUBMITTED, Timing.LATE, SENT, False), (1, 0, 1, 0, 0, 0, 1, 0)),
        (
            MonthFact(True, False, RowState.SUBMITTED, Timing.LATE, SENT, False, True),
            (0, 0, 0, 0, 0, 1, 0, 0),
        ),
        (
            MonthFact(True, False, RowState.EXPECTED, Timing.MISSING, None, False, True),
            (0, 0, 0, 0, 0, 1, 0, 0),
        ),
        (MonthFact(True, False, RowState.SUBMITTED, Timing.ON_TIME, SENT, True), (1, 1, 0, 0, 0, 0, 0, 0)),
        (MonthFact(True, False, RowState.EXPECTED, Timing.MISSING, None, False), (1, 0, 0, 1, 0, 0, 0, 0)),
        (MonthFact(True, True, RowState.WAIVED, Timing.MISSING, None, False), (0, 0, 0, 0, 1, 0, 0, 0)),
        (MonthFact(True, False, RowState.EXPECTED, Timing.PENDING, None, False), (0, 0, 0, 0, 0, 0, 0, 0)),
        (MonthFact(False, False, RowState.NONE, Timing.MISSING, None, False), (0, 0, 0, 0, 0, 0, 0, 0)),
    ],
    ids=[
        "in time",
        "late",
        "late, excused",
        "missing, excused",
        "incomplete",
        "missing",
        "waived",
        "not yet due",
        "not expected",
    ],
)
def test_what_each_month_adds_to_the_totals(fact, expected):
    found = totals([fact])
    assert tuple(getattr(found, name) for name in found.__slots__) == expected

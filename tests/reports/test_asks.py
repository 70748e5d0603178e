"""Figures unlike the usual: when one is asked about, and that a tick is for one figure only."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.enums import Aggregation
from reports.enums import AnswerKind
from reports.rules import Ask, Line, asks_of


def line(quantity, target="4", *, aggregation=Aggregation.SUM, previous=None, kind=AnswerKind.VALUE) -> Line:
    return Line(
        1,
        "สสจ. 1",
        None if target is None else Decimal(target),
        kind,
        None if quantity is None else Decimal(quantity),
        aggregation=aggregation,
        previous=None if previous is None else Decimal(previous),
    )


@pytest.mark.parametrize(
    ("facts", "last", "unit", "expected"),
    [
        pytest.param(line("4"), "4", "ครั้ง", (), id="as last month"),
        pytest.param(line("11.99"), "4", "ไร่", (), id="just under three times"),
        pytest.param(line("12"), "4", "ครั้ง", (Ask.MANY_TIMES_LAST,), id="three times last month"),
        pytest.param(line("12", "12"), "4", "ครั้ง", (), id="three times last month, and planned"),
        pytest.param(line("12.01", "12"), "4", "ไร่", (Ask.MANY_TIMES_LAST,), id="beyond the plan"),
        pytest.param(line("12", None), "4", "ครั้ง", (Ask.MANY_TIMES_LAST,), id="unplanned"),
        pytest.param(
            line("12"), None, "ครั้ง", (Ask.MANY_TIMES_PLAN,), id="three times the plan, no last month"
        ),
        pytest.param(line("12"), "0", "ครั้ง", (Ask.MANY_TIMES_PLAN,), id="after a month of 0"),
        pytest.param(line("5", None), None, "ครั้ง", (), id="unplanned with nothing to go by"),
        pytest.param(line("0"), "4", "ครั้ง", (), id="zero is an answer"),
        pytest.param(line(None, kind=AnswerKind.NOTHING), "4", "ครั้ง", (), id="nothing to report"),
        pytest.param(line(None, kind=AnswerKind.NOT_AVAILABLE), "4", "ครั้ง", (), id="not available"),
        pytest.param(
            line("5", "6", aggregation=Aggregation.LATEST, previous="6"),
            "6",
            "แห่ง",
            (Ask.FALLEN,),
            id="a running total that falls",
        ),
        pytest.param(
            line("6", "6", aggregation=Aggregation.LATEST, previous="6"), "6", "แห่ง", (), id="one that stays"
        ),
        pytest.param(
            line("5", "6", aggregation=Aggregation.MAX, previous="6"),
            "6",
            "แห่ง",
            (),
            id="a highest may be lower",
        ),
        pytest.param(line("101", "100"), "90", "ร้อยละ", (Ask.OVER_HUNDRED,), id="over a hundred percent"),
        pytest.param(line("100", "100"), "90", "ร้อยละ", (), id="a hundred percent"),
        pytest.param(line("2.5"), None, "ราย", (Ask.FRACTION,), id="half a person"),
        pytest.param(line("2.5", None), None, "ราย/คน", (Ask.FRACTION,), id="half a person, unplanned"),
        pytest.param(line("2.5", "2.5"), None, "ราย", (), id="half a person, and planned"),
        pytest.param(line("2.5"), None, "ไร่", (), id="half of what is measured"),
    ],
)
def test_what_is_asked(facts: Line, last: str | None, unit: str, expected: tuple[Ask, ...]):
    assert asks_of(facts, last=None if last is None else Decimal(last), counting_unit=unit) == expected


figures = st.decimals(0, 10**6, places=2)


@given(quantity=figures, target=figures, last=st.none() | figures)
def test_what_the_plan_expects_is_never_called_too_much(quantity, target, last):
    asked = asks_of(line(quantity, target), last=last, counting_unit="ไร่")
    assert not asked or quantity > target

"""When a report is late, and what is found of it (4.6, 4.7)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from reports.enums import Breach, Timing
from reports.rules import (
    Line,
    PersonMonth,
    findings,
    timing_of,
)
from tests.reports.rules.scene import (
    DAY,
    DUE,
    GOOD,
    HIGHEST,
    NO_MARGIN,
    NOTHING,
    SECOND,
    UNAVAILABLE,
    breaches,
    line,
    sent,
)


@pytest.mark.parametrize(
    ("month", "now", "expected"),
    [
        pytest.param(PersonMonth(DUE), DUE, Timing.PENDING, id="at the deadline nothing is missing yet"),
        pytest.param(
            PersonMonth(DUE), DUE + SECOND / 2, Timing.PENDING, id="within the second of the deadline"
        ),
        pytest.param(PersonMonth(DUE), DUE + SECOND, Timing.MISSING, id="a second later it is"),
        pytest.param(
            PersonMonth(DUE, waived=True), DUE + DAY, Timing.PENDING, id="nobody waits for the waived"
        ),
        pytest.param(sent(at=DUE - DAY), DUE - DAY, Timing.ON_TIME, id="sent before the deadline"),
        pytest.param(sent(at=DUE), DUE + DAY, Timing.ON_TIME, id="at the deadline is on time"),
        pytest.param(sent(at=DUE + SECOND / 2), DUE + DAY, Timing.ON_TIME, id="to the second"),
        pytest.param(sent(at=DUE + SECOND), DUE + DAY, Timing.LATE, id="a second late is late"),
        pytest.param(
            sent(at=DUE, submitted_at=DUE + DAY),
            DUE + DAY,
            Timing.ON_TIME,
            id="a correction keeps the first time",
        ),
        pytest.param(
            sent(at=DUE, first_deadline=DUE + DAY), DUE + DAY, Timing.ON_TIME, id="a deadline moved earlier"
        ),
        pytest.param(
            sent(at=DUE, first_deadline=DUE - DAY),
            DUE + DAY,
            Timing.ON_TIME,
            id="a deadline moved later helps",
        ),
        pytest.param(
            sent(at=DUE + SECOND, first_deadline=None),
            DUE + DAY,
            Timing.LATE,
            id="no deadline kept: today's holds",
        ),
        pytest.param(sent(at=DUE + DAY, waived=True), DUE + DAY, Timing.LATE, id="the waived may come late"),
    ],
)
def test_timing(month: PersonMonth, now: datetime, expected: Timing):
    assert timing_of(month, now=now) is expected


@pytest.mark.parametrize(
    ("month", "now", "expected"),
    [
        pytest.param(PersonMonth(DUE), DUE, [], id="not due"),
        pytest.param(PersonMonth(DUE), DUE + DAY, [Breach.MISSING], id="missing"),
        pytest.param(sent(GOOD), DUE + DAY, [], id="complies"),
        pytest.param(
            sent(GOOD, at=DUE + DAY), DUE + DAY, [Breach.LATE], id="late takes the place of missing"
        ),
        pytest.param(sent(line()), DUE + DAY, [Breach.INCOMPLETE], id="an empty report is not complete"),
        pytest.param(sent(GOOD, line()), DUE + DAY, [Breach.INCOMPLETE], id="nor a half-filled one"),
        pytest.param(
            sent(line(10, 9, explanation="เลื่อนนัด")), DUE + DAY, [Breach.OFF_PLAN], id="off plan, explained"
        ),
        pytest.param(
            sent(line(10, 9)), DUE + DAY, [Breach.INCOMPLETE, Breach.OFF_PLAN], id="off plan, unexplained"
        ),
        pytest.param(sent(line(**UNAVAILABLE)), DUE + DAY, [], id="not available is no breach"),
        pytest.param(
            sent(line(10, 9), at=DUE + DAY),
            DUE + DAY,
            [Breach.LATE, Breach.INCOMPLETE, Breach.OFF_PLAN],
            id="three at once",
        ),
        pytest.param(sent(line(10, 9), waived=True), DUE + DAY, [], id="a waiver clears all"),
        pytest.param(PersonMonth(DUE, waived=True), DUE + DAY, [], id="a waived person is not missing"),
        pytest.param(sent(line(late_instalment=True, cps=Decimal(3))), DUE + DAY, [], id="a late instalment"),
    ],
)
def test_findings(month: PersonMonth, now: datetime, expected: list[Breach]):
    assert breaches(month, now=now) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(line(10, 12, cps=Decimal(12)), False, id="the same figure"),
        pytest.param(line(10, 12, cps=Decimal("12.00")), False, id="the same figure, written otherwise"),
        pytest.param(line(10, 13, cps=Decimal(12)), True, id="another figure"),
        pytest.param(line(10, 12), False, id="not tracked"),
        pytest.param(line(10, cps=Decimal(12)), False, id="not answered"),
        pytest.param(line(10, **UNAVAILABLE, cps=Decimal(12)), False, id="not available claims no figure"),
        pytest.param(line(10, **NOTHING, cps=Decimal(0)), False, id="nothing here, nothing there"),
        pytest.param(line(0, **NOTHING, cps=Decimal(2)), True, id="nothing here, something there"),
        pytest.param(
            line(5, 5, **HIGHEST, previous=Decimal(6), cps=Decimal(5)), False, id="the month's own figure"
        ),
        pytest.param(line(10, 12, cps=Decimal(9), late_instalment=True), False, id="a late instalment"),
    ],
)
def test_unlike_cps(answer: Line, expected: bool):
    assert (Breach.CPS_MISMATCH in breaches(sent(answer, GOOD))) is expected


def test_a_cps_finding_carries_both_figures():
    (found,) = findings(sent(line(10, 13, cps=Decimal(12))), now=DUE, margin=NO_MARGIN)
    assert (found.basis["result"], found.basis["cps"]) == ("13.00", "12.00")


def test_each_finding_says_since_when_it_is_true():
    late = sent(line(10, 9, explanation="เลื่อนนัด"), at=DUE + DAY, submitted_at=DUE + 2 * DAY)
    since = {found.breach: found.true_since for found in findings(late, now=DUE + 3 * DAY, margin=NO_MARGIN)}
    assert since == {Breach.LATE: DUE + DAY, Breach.OFF_PLAN: DUE + 2 * DAY}
    (missing,) = findings(PersonMonth(DUE), now=DUE + DAY, margin=NO_MARGIN)
    assert missing.true_since == DUE


@pytest.mark.parametrize(
    ("answer", "breach", "expected"),
    [
        pytest.param(line(10, 9, explanation="เลื่อน"), Breach.OFF_PLAN, True, id="explained at submission"),
        pytest.param(line(10, 9), Breach.OFF_PLAN, False, id="not explained"),
        pytest.param(line(10, 9), Breach.INCOMPLETE, False, id="unexplained can't be its own explanation"),
        pytest.param(
            line(unavailable_reason="ลืม"), Breach.INCOMPLETE, True, id="left unanswered with a reason"
        ),
        pytest.param(line(), Breach.INCOMPLETE, False, id="left unanswered without"),
        pytest.param(
            line(10, 12, cps=Decimal(9), explanation="รอบันทึก"), Breach.CPS_MISMATCH, True, id="cps explained"
        ),
    ],
)
def test_explained_findings(answer: Line, breach: Breach, expected: bool):
    found = {each.breach: each for each in findings(sent(answer), now=DUE, margin=NO_MARGIN)}
    assert found[breach].explained is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(line(10, 9), "", id="no figure"),
        pytest.param(line(10, 9, cps=Decimal(9)), "", id="the same figure"),
        pytest.param(line(10, 9, cps=Decimal(8)), "8.00", id="another figure"),
        pytest.param(line(10, cps=Decimal(8)), "8.00", id="a figure where none was reported"),
        pytest.param(line(10, cps=Decimal(0)), "", id="nothing where none was reported"),
        pytest.param(line(10, 9, **HIGHEST, previous=Decimal(9), cps=Decimal(9)), "", id="the highest"),
    ],
)
def test_cps_is_a_fact_of_another_breach_where_it_says_otherwise(answer: Line, expected: str):
    found = findings(sent(answer), now=DUE + DAY, margin=NO_MARGIN)
    others = [each.basis["cps"] for each in found if each.breach is not Breach.CPS_MISMATCH]
    assert set(others) == {expected}

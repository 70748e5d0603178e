"""A flag after a scan (4.9)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.enums import Breach, FlagState
from reports.rules import (
    Finding,
    findings,
    flag_state,
)
from tests.reports.rules.scene import (
    DUE,
    EXPLAINED,
    NO_MARGIN,
    UNEXPLAINED,
    finding,
    line,
    sent,
)

CORRECTED = finding(explained=True, explanation="เลื่อนนัด", result="9.50")
BLAMED = finding(cps="3.00")
S = FlagState


def unlike_cps(explanation: str) -> Finding:
    """Below plan and unlike CPS at once: what is said there had to be said of the plan."""
    basis = {"result": "3.00", "explanation": explanation, "cps": "2.00"}
    found = (Breach.CPS_MISMATCH, DUE, 1, "สสจ. 1", bool(explanation), (), basis)
    return Finding(*found, for_another=True)


@pytest.mark.parametrize(
    ("was", "on", "found", "expected"),
    [
        pytest.param(None, "", "เลื่อนนัด", S.OPEN, id="the reason for the plan is no answer"),
        pytest.param(S.CLEARED, "เลื่อนนัด", "เลื่อนนัด", S.OPEN, id="nor when it comes up again"),
        pytest.param(S.OPEN, "เลื่อนนัด", "เลื่อนนัด", S.OPEN, id="nor at the next scan"),
        pytest.param(S.OPEN, "", "เลื่อนนัด", S.OPEN, id="nor the first thing that is said"),
        pytest.param(S.OPEN, "เลื่อนนัด", "รอบันทึก CPS", S.EXPLAINED, id="another one in its place is"),
        pytest.param(S.OPEN, "เลื่อนนัด", "", S.OPEN, id="but not its being taken away"),
        pytest.param(S.NOTIFIED, "เลื่อนนัด", "รอบันทึก CPS", S.EXPLAINED, id="and the answer to a notice"),
        pytest.param(S.CLOSED, "เลื่อนนัด", "รอบันทึก", S.OPEN, id="closed, then said otherwise"),
    ],
)
def test_a_reason_for_the_plan_doesnt_answer_for_cps(was: S | None, on: str, found: str, expected: S):
    assert flag_state(was, unlike_cps(found), decided_on=unlike_cps(on).basis) is expected


@pytest.mark.parametrize(
    ("target", "reported", "for_another"), [(4, 3, True), (3, 3, False)], ids=["below plan", "on plan"]
)
def test_whose_explanation_it_is(target: int, reported: int, for_another: bool):
    answer = line(target, reported, cps=Decimal(2), explanation="เลื่อนนัด")
    found = {each.breach: each for each in findings(sent(answer), now=DUE, margin=NO_MARGIN)}
    assert found[Breach.CPS_MISMATCH].for_another is for_another


@pytest.mark.parametrize(
    ("was", "on", "found", "expected"),
    [
        pytest.param(None, None, None, None, id="nothing was, nothing is"),
        pytest.param(None, None, UNEXPLAINED, S.OPEN, id="a scan opens"),
        pytest.param(None, None, EXPLAINED, S.EXPLAINED, id="born explained"),
        pytest.param(S.OPEN, UNEXPLAINED, UNEXPLAINED, S.OPEN, id="open stays open"),
        pytest.param(S.OPEN, UNEXPLAINED, EXPLAINED, S.EXPLAINED, id="open is explained"),
        pytest.param(S.CLEARED, UNEXPLAINED, UNEXPLAINED, S.OPEN, id="true again: re-opened"),
        pytest.param(S.CLEARED, UNEXPLAINED, EXPLAINED, S.EXPLAINED, id="true again, with its explanation"),
        pytest.param(S.NOTIFIED, UNEXPLAINED, UNEXPLAINED, S.NOTIFIED, id="notified waits"),
        pytest.param(
            S.NOTIFIED, UNEXPLAINED, EXPLAINED, S.EXPLAINED, id="the explanation answers the notice"
        ),
        pytest.param(
            S.NOTIFIED, EXPLAINED, EXPLAINED, S.NOTIFIED, id="an old explanation answers no second notice"
        ),
        pytest.param(
            S.NOTIFIED, EXPLAINED, CORRECTED, S.NOTIFIED, id="nor beside another figure that bears it out"
        ),
        pytest.param(S.NOTIFIED, UNEXPLAINED, BLAMED, S.NOTIFIED, id="a new CPS file is no answer"),
        pytest.param(S.EXPLAINED, EXPLAINED, EXPLAINED, S.EXPLAINED, id="explained stays explained"),
        pytest.param(S.EXPLAINED, EXPLAINED, UNEXPLAINED, S.OPEN, id="the explanation was taken away"),
        pytest.param(S.EXPLAINED, UNEXPLAINED, UNEXPLAINED, S.EXPLAINED, id="answered on the notice itself"),
        pytest.param(S.CLOSED, UNEXPLAINED, UNEXPLAINED, S.CLOSED, id="closed stays closed"),
        pytest.param(S.CLOSED, UNEXPLAINED, BLAMED, S.OPEN, id="closed, but the CPS figure changed"),
        pytest.param(S.CLOSED, EXPLAINED, CORRECTED, S.EXPLAINED, id="closed, but the result changed"),
        pytest.param(S.EXCUSED, EXPLAINED, EXPLAINED, S.EXCUSED, id="excused stays excused"),
        pytest.param(S.EXCUSED, EXPLAINED, UNEXPLAINED, S.OPEN, id="excused, but the explanation changed"),
        *(
            pytest.param(
                state, UNEXPLAINED, None, S.CLEARED, id=f"{state.value.lower()} is cleared when untrue"
            )
            for state in FlagState
        ),
    ],
)
def test_flag_after_a_scan(was: S | None, on: Finding | None, found: Finding | None, expected: S | None):
    assert flag_state(was, found, decided_on=on.basis if on else None) is expected


@pytest.mark.parametrize("decided", [S.CLOSED, S.EXCUSED], ids=lambda state: state.value)
@pytest.mark.parametrize(
    ("was", "on", "found", "expected"),
    [
        pytest.param(S.CLEARED, UNEXPLAINED, UNEXPLAINED, None, id="the same facts again"),
        pytest.param(S.CLEARED, EXPLAINED, EXPLAINED, None, id="the same facts again, explained"),
        pytest.param(S.CLEARED, UNEXPLAINED, BLAMED, S.OPEN, id="other facts"),
        pytest.param(S.CLEARED, EXPLAINED, CORRECTED, S.EXPLAINED, id="other facts, explained"),
        pytest.param(S.CLEARED, UNEXPLAINED, None, S.CLEARED, id="still untrue"),
        pytest.param(S.OPEN, UNEXPLAINED, UNEXPLAINED, S.OPEN, id="re-opened before"),
    ],
)
def test_a_decision_outlives_the_clearing_while_the_facts_are_the_same(was, on, found, expected, decided):
    assert flag_state(was, found, decided_on=on.basis, decided=decided) is (expected or decided)

"""What answers a line, and what it lacks (4.4, 4.5)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reports.enums import AnswerKind, Breach
from reports.rules import (
    Lack,
    Line,
    findings,
    idle_texts,
    lacks_of,
)
from tests.reports.rules.scene import (
    DUE,
    GOOD,
    HIGHEST,
    LATEST,
    LESS,
    NO_MARGIN,
    NOTHING,
    UNAVAILABLE,
    breaches,
    line,
    sent,
)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(line(10, 7), 7, id="a value is the result"),
        pytest.param(line(10, 0), 0, id="zero is a value"),
        pytest.param(line(), None, id="blank is not zero"),
        pytest.param(line(**NOTHING), 0, id="nothing to report is 0 for a sum"),
        pytest.param(line(**NOTHING, **LATEST, previous=Decimal(4)), 4, id="nothing keeps a running total"),
        pytest.param(line(**NOTHING, **HIGHEST, previous=Decimal(4)), 4, id="nothing keeps the highest"),
        pytest.param(line(**NOTHING, **LATEST), 0, id="nothing at all yet is 0 of a running total"),
        pytest.param(line(**UNAVAILABLE), None, id="not available has no result"),
        pytest.param(
            line(10, 3, **LATEST, previous=Decimal(4)), 3, id="a running total is what was entered last"
        ),
        pytest.param(
            line(10, 3, **HIGHEST, previous=Decimal(4)), 4, id="the highest so far stays the highest"
        ),
        pytest.param(line(10, 5, **HIGHEST, previous=Decimal(4)), 5, id="a higher value is the highest"),
        pytest.param(line(10, 3, **HIGHEST), 3, id="the first value is the highest"),
    ],
)
def test_result_of_a_month(answer: Line, expected: int | None):
    assert answer.result == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(line(10, 0), True, id="a value, 0 included"),
        pytest.param(line(**NOTHING), True, id="nothing to report"),
        pytest.param(line(**UNAVAILABLE), True, id="not available with a reason"),
        pytest.param(
            line(kind=AnswerKind.NOT_AVAILABLE, explanation="รอ"), True, id="its reason as explanation"
        ),
        pytest.param(line(kind=AnswerKind.NOT_AVAILABLE), False, id="not available without a reason"),
        pytest.param(
            line(kind=AnswerKind.NOT_AVAILABLE, unavailable_reason=" \n"), False, id="a blank reason"
        ),
        pytest.param(line(), False, id="nothing written"),
        pytest.param(line(unavailable_reason="ลืม"), False, id="a reason for leaving it blank is no answer"),
    ],
)
def test_what_answers_a_line(answer: Line, expected: bool):
    assert answer.answered is expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(line(None, 3), True, id="work with no plan line"),
        pytest.param(line(0, 3), True, id="work with plan 0"),
        pytest.param(line(0, 0), False, id="no work with plan 0"),
        pytest.param(line(None), False, id="no plan, no answer"),
        pytest.param(line(5, 8), False, id="more than planned is not unplanned"),
    ],
)
def test_unplanned_work(answer: Line, expected: bool):
    assert answer.unplanned is expected
    assert not expected or breaches(sent(answer, GOOD)) == []


@pytest.mark.parametrize(
    ("answer", "margin", "expected"),
    [
        pytest.param(line(10, 9), 0, 1, id="short of the target"),
        pytest.param(line(10, 10), 0, 0, id="met"),
        pytest.param(line(100, 130), 0, 0, id="over 100 %"),
        pytest.param(line(10, 9), 10, 0, id="within the margin"),
        pytest.param(line(100, 89), 10, 11, id="beyond the margin"),
        pytest.param(line(10, 12, **LESS), 0, 2, id="more than the ceiling"),
        pytest.param(line(10, 9, **LESS), 0, 0, id="90 % of the ceiling is met"),
        pytest.param(line(10, 11, **LESS), 10, 0, id="the margin is turned round too"),
        pytest.param(line(0, 5, **LESS), 0, 0, id="plan 0 is no breach"),
        pytest.param(line(10, **NOTHING), 0, 10, id="nothing done of a plan"),
        pytest.param(line(10, **UNAVAILABLE), 0, 0, id="not available is not off plan"),
        pytest.param(line(10), 0, 0, id="not answered is not off plan"),
        pytest.param(line(10, 1, late_instalment=True), 0, 0, id="a late instalment is never in breach"),
        pytest.param(
            line(5, **NOTHING, **LATEST, previous=Decimal(5)), 0, 0, id="no change keeps the target met"
        ),
        pytest.param(line(5, 4, **HIGHEST, previous=Decimal(6)), 0, 0, id="the highest so far met it before"),
    ],
)
def test_short_of_target(answer: Line, margin: int, expected: int):
    assert answer.short_by(Decimal(margin)) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(line(), (Lack.UNANSWERED,), id="a share not answered"),
        pytest.param(line(0), (Lack.UNANSWERED,), id="a share of 0 wants an answer too"),
        pytest.param(line(None), (), id="no share, nothing wanted"),
        pytest.param(
            line(kind=AnswerKind.NOT_AVAILABLE), (Lack.NO_REASON,), id="not available without a reason"
        ),
        pytest.param(line(**UNAVAILABLE), (), id="not available is not incomplete"),
        pytest.param(line(10, 9), (Lack.UNEXPLAINED,), id="below plan without explanation"),
        pytest.param(line(10, 9, explanation="  "), (Lack.UNEXPLAINED,), id="spaces explain nothing"),
        pytest.param(line(10, 9, explanation="เลื่อนนัด"), (), id="below plan, explained"),
        pytest.param(line(10, 12), (), id="above plan"),
        pytest.param(line(late_instalment=True), (), id="a late instalment"),
    ],
)
def test_what_a_line_lacks(answer: Line, expected: tuple[Lack, ...]):
    assert lacks_of(answer, NO_MARGIN) == expected
    assert (Breach.INCOMPLETE in breaches(sent(answer))) is bool(expected)


OF_NONE, OF_BELOW = "unavailable_reason", ("reason_category", "explanation")


@pytest.mark.parametrize(
    ("answer", "flagged", "expected"),
    [
        (line(), False, ()),
        (line(kind=AnswerKind.NOT_AVAILABLE), False, ()),
        (line(10, 9), False, (OF_NONE,)),
        (line(kind=AnswerKind.NOTHING), False, (OF_NONE,)),
        (line(10, 10), False, (OF_NONE, *OF_BELOW)),
        (line(10, 10), True, (OF_NONE,)),
        (line(None, 3), False, (OF_NONE,)),
    ],
    ids=["unanswered", "not available", "below", "nothing", "full", "full and flagged", "outside the plan"],
)
def test_texts_left_over_from_another_answer(answer: Line, flagged: bool, expected: tuple[str, ...]):
    assert idle_texts(answer, NO_MARGIN, flagged=flagged) == expected


def test_why_there_was_no_figure_explains_no_figure():
    left = line(10, 9, unavailable_reason="รอสหกรณ์", cps=Decimal(8))
    assert {found.basis["explanation"] for found in findings(sent(left), now=DUE, margin=NO_MARGIN)} == {""}
    unknown = line(kind=AnswerKind.NOT_AVAILABLE, unavailable_reason="รอสหกรณ์")
    assert unknown.said == "รอสหกรณ์"


def test_within_the_margin_no_explanation_is_wanted():
    assert lacks_of(line(100, 95), Decimal(5)) == ()
    assert breaches(sent(line(100, 95)), margin=Decimal(5)) == []

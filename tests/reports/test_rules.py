"""Every sentence of design rules 4.3 to 4.9 about one report is a row here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from plans.enums import Aggregation, Direction
from reports.enums import AnswerKind, Breach, FlagState, ReportState, RowState, Timing
from reports.rules import (
    MOVES,
    Deed,
    Finding,
    Lack,
    Line,
    PersonMonth,
    findings,
    flag_state,
    handling_refusal,
    idle_texts,
    lacks_of,
    row_state,
    sending_lacks,
    timing_of,
)

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
NO_MARGIN = Decimal(0)


def line(target: int | None = 10, result: int | None = None, **facts: object) -> Line:
    """A line with a figure when ``result`` is given; ``facts`` are fields of Line."""
    if result is not None:
        facts |= {"kind": AnswerKind.VALUE, "quantity": Decimal(result)}
    return Line(1, "สสจ. 1", None if target is None else Decimal(target), **facts)


def sent(*lines: Line, at: datetime = DUE, **facts: object) -> PersonMonth:
    values = {"first_submitted_at": at, "first_deadline": DUE, "submitted_at": at, "lines": lines} | facts
    return PersonMonth(DUE, **values)


def breaches(month: PersonMonth, *, now: datetime = DUE + DAY, margin: Decimal = NO_MARGIN) -> list[Breach]:
    return [found.breach for found in findings(month, now=now, margin=margin)]


GOOD = line(10, 10)
NOTHING = {"kind": AnswerKind.NOTHING}
UNAVAILABLE = {"kind": AnswerKind.NOT_AVAILABLE, "unavailable_reason": "รอข้อมูลจากสหกรณ์"}
LATEST = {"aggregation": Aggregation.LATEST}
HIGHEST = {"aggregation": Aggregation.MAX}
LESS = {"direction": Direction.LESS}


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


def finding(*, explained: bool = False, **basis: str) -> Finding:
    return Finding(
        Breach.OFF_PLAN, DUE, 1, "สสจ. 1", explained, (), {"result": "9.00", "explanation": ""} | basis
    )


UNEXPLAINED, EXPLAINED = finding(), finding(explained=True, explanation="เลื่อนนัด")
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


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            {"waived": True, "report": ReportState.SUBMITTED}, RowState.WAIVED, id="waived, whatever came"
        ),
        pytest.param({"expected": False}, RowState.NONE, id="not expected, nothing came"),
        pytest.param({}, RowState.EXPECTED, id="expected, nothing begun"),
        pytest.param({"report": ReportState.DRAFT}, RowState.DRAFT, id="a draft"),
        pytest.param(
            {"report": ReportState.SUBMITTED}, RowState.DRAFT, id="sent only after the instant asked about"
        ),
        pytest.param({"report": ReportState.SUBMITTED, "submitted": True}, RowState.SUBMITTED, id="sent"),
        pytest.param({"report": ReportState.RETURNED, "submitted": True}, RowState.RETURNED, id="returned"),
        pytest.param({"report": ReportState.ACCEPTED, "submitted": True}, RowState.ACCEPTED, id="accepted"),
        pytest.param(
            {"expected": False, "report": ReportState.SUBMITTED, "submitted": True},
            RowState.SUBMITTED,
            id="sent without being asked",
        ),
    ],
)
def test_row_state(facts: dict[str, object], expected: RowState):
    defaults = {"expected": True, "waived": False, "report": None, "submitted": False}
    assert row_state(**defaults | facts) is expected


@pytest.mark.parametrize(
    ("state", "deed", "after"),
    [
        (ReportState.DRAFT, "submit", ReportState.SUBMITTED),
        (ReportState.SUBMITTED, "submit", ReportState.SUBMITTED),
        (ReportState.SUBMITTED, "return", ReportState.RETURNED),
        (ReportState.SUBMITTED, "accept", ReportState.ACCEPTED),
        (ReportState.RETURNED, "submit", ReportState.SUBMITTED),
        (ReportState.ACCEPTED, "return", ReportState.RETURNED),
        (ReportState.DRAFT, "accept", None),
        (ReportState.DRAFT, "return", None),
        (ReportState.RETURNED, "accept", None),
        (ReportState.ACCEPTED, "submit", None),
        (ReportState.ACCEPTED, "save", None),
    ],
)
def test_moves_of_a_report(state: ReportState, deed: str, after: ReportState | None):
    assert MOVES[state].get(deed) is after


@pytest.mark.parametrize(
    ("facts", "allowed"),
    [
        pytest.param({"by_admin": True}, True, id="the admin unit reviews officers"),
        pytest.param({"by_admin": True, "own": True, "author_is_admin": True}, False, id="never own"),
        pytest.param({"by_admin": True, "author_is_admin": True}, True, id="another of the unit reviews it"),
        pytest.param(
            {"author_is_admin": True, "other_admins": True}, False, id="not the director while others can"
        ),
        pytest.param({"author_is_admin": True, "other_admins": False}, True, id="else the director"),
        pytest.param({}, False, id="the director leaves officers' reports to the unit"),
    ],
)
def test_who_reviews(facts: dict[str, bool], allowed: bool):
    defaults = {"own": False, "by_admin": False, "author_is_admin": False, "other_admins": True}
    assert (handling_refusal(Deed.REVIEW, **defaults | facts) == "") is allowed


SKIPPED = line(unavailable_reason="ลืม")


@pytest.mark.parametrize(
    ("lines", "incomplete_ok", "expected"),
    [
        pytest.param([GOOD], False, [], id="complete"),
        pytest.param([GOOD, line()], False, [Lack.UNANSWERED], id="a line not answered"),
        pytest.param([GOOD, SKIPPED], False, [Lack.UNANSWERED], id="a reason alone doesn't send it"),
        pytest.param([GOOD, SKIPPED], True, [], id="sent all the same, with a reason"),
        pytest.param([GOOD, line()], True, [Lack.UNANSWERED], id="all the same, without a reason"),
        pytest.param([SKIPPED], True, [Lack.UNANSWERED], id="no line answered at all"),
        pytest.param([line(10, 9)], True, [Lack.UNEXPLAINED], id="below plan without explanation never goes"),
    ],
)
def test_what_keeps_a_report_from_being_sent(lines: list[Line], incomplete_ok: bool, expected: list[Lack]):
    assert [lack for _, lack in sending_lacks(lines, NO_MARGIN, incomplete_ok=incomplete_ok)] == expected

"""States of a person-month, who reviews, what can be sent."""

from __future__ import annotations

import pytest

from reports.enums import ReportState, RowState
from reports.rules import (
    MOVES,
    Deed,
    Lack,
    Line,
    handling_refusal,
    row_state,
    sending_lacks,
)
from tests.reports.rules.scene import (
    GOOD,
    NO_MARGIN,
    line,
)


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
        (ReportState.RETURNED, "accept", ReportState.ACCEPTED),
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

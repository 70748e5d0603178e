"""What may be written, submitted and decided, as pure rules (design rules 4.6, 4.8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from reports.enums import AnswerKind, ReportState
from reports.rules import MOVES, Deed, Lack, Line, handling_refusal, sending_lacks, taking_refusal

DEADLINE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
LOCK = datetime(2026, 11, 6, 9, 30, tzinfo=UTC)
FIRST = date(2026, 10, 1)
BEGINS = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FRACTION = timedelta(microseconds=999_999)
D, S, R, A = ReportState.DRAFT, ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED

NO_MARGIN = Decimal(0)


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        (D, {"save", "submit"}),
        (S, {"save", "submit", "return", "accept"}),
        (R, {"save", "submit", "accept"}),
        (A, {"return"}),
    ],
    ids=["draft", "submitted", "returned", "accepted"],
)
def test_only_the_listed_moves_exist(state, moves):
    assert set(MOVES[state]) == moves


def test_every_move_leads_where_the_design_says():
    assert {(str(was), move, str(to)) for was, moves in MOVES.items() for move, to in moves.items()} == {
        ("DRAFT", "save", "DRAFT"),
        ("DRAFT", "submit", "SUBMITTED"),
        ("SUBMITTED", "save", "SUBMITTED"),
        ("SUBMITTED", "submit", "SUBMITTED"),
        ("SUBMITTED", "return", "RETURNED"),
        ("SUBMITTED", "accept", "ACCEPTED"),
        ("RETURNED", "save", "RETURNED"),
        ("RETURNED", "submit", "SUBMITTED"),
        ("RETURNED", "accept", "ACCEPTED"),
        ("ACCEPTED", "return", "RETURNED"),
    }


@pytest.mark.parametrize(
    ("told", "written", "now", "refused"),
    [
        pytest.param(False, False, DEADLINE, "", id="nothing waits"),
        pytest.param(True, False, DEADLINE, "รอคำชี้แจง", id="a case waits for its explanation"),
        pytest.param(True, False, LOCK + SECOND, "รอคำชี้แจง", id="also past the answer-by"),
        pytest.param(False, True, LOCK, "กำลังแก้ไข", id="its officer is writing"),
        pytest.param(False, True, LOCK + SECOND, "", id="what was written can't be sent any more"),
    ],
)
def test_when_a_returned_report_is_accepted_as_it_was_sent(told, written, now, refused):
    refusal = taking_refusal(told_waits=told, written=written, until=LOCK, now=now)
    assert (refused in refusal, bool(refusal)) == (True, bool(refused))


@pytest.mark.parametrize(
    ("own", "admin", "author_admin", "others", "allowed"),
    [
        (True, True, True, True, False),
        (True, False, False, False, False),
        (False, True, False, True, True),
        (False, True, True, True, True),
        (False, False, True, False, True),
        (False, False, True, True, False),
        (False, False, False, True, False),
    ],
    ids=[
        "an admin's own",
        "the director's own",
        "an officer's by an admin",
        "an admin's by another admin",
        "the only admin's by the director",
        "an admin's by the director while there is another",
        "an officer's by the director",
    ],
)
def test_reviewing_is_allowed(own, admin, author_admin, others, allowed):
    refusal = handling_refusal(
        Deed.REVIEW, own=own, by_admin=admin, author_is_admin=author_admin, other_admins=others
    )
    assert (refusal == "") is allowed


def line(item_id: int = 1, kind: AnswerKind = AnswerKind.VALUE, quantity: int | None = 4, **more) -> Line:
    figure = Decimal(quantity) if quantity is not None and kind is AnswerKind.VALUE else None
    return Line(item_id, f"สสจ. {item_id}", more.pop("target", Decimal(4)), kind, figure, **more)


BLANK = {"kind": AnswerKind.NONE, "quantity": None}


@pytest.mark.parametrize(
    ("lines", "incomplete_ok", "lacks"),
    [
        ([line()], False, []),
        ([line(quantity=3)], False, [Lack.UNEXPLAINED]),
        ([line(quantity=3, explanation="เลื่อนนัด")], False, []),
        ([line(quantity=3, explanation="  ")], False, [Lack.UNEXPLAINED]),
        ([line(kind=AnswerKind.NOTHING)], False, [Lack.UNEXPLAINED]),
        ([line(kind=AnswerKind.NOT_AVAILABLE)], False, [Lack.NO_REASON]),
        ([line(kind=AnswerKind.NOT_AVAILABLE, unavailable_reason="รอผล")], False, []),
        ([line(), line(2, **BLANK)], False, [Lack.UNANSWERED]),
        ([line(), line(2, **BLANK)], True, [Lack.UNANSWERED]),
        ([line(), line(2, **BLANK, unavailable_reason="รอผล")], False, [Lack.UNANSWERED]),
        ([line(), line(2, **BLANK, unavailable_reason="รอผล")], True, []),
        ([line(2, **BLANK, unavailable_reason="รอผล")], True, [Lack.UNANSWERED]),
        ([line(quantity=3), line(2, **BLANK, unavailable_reason="รอผล")], True, [Lack.UNEXPLAINED]),
        ([line(quantity=0, target=Decimal(0))], False, []),
        ([line(target=None)], False, []),
    ],
    ids=[
        "met",
        "below, unexplained",
        "below, explained",
        "blanks explain nothing",
        "nothing to report is below",
        "not available without reason",
        "not available with reason",
        "one unanswered",
        "one unanswered without its reason",
        "reason given, not yet agreed to",
        "reason given and agreed to",
        "no line answered at all",
        "agreeing doesn't excuse an explanation",
        "zero of zero",
        "unplanned work",
    ],
)
def test_what_keeps_a_report_from_being_submitted(lines, incomplete_ok, lacks):
    found = sending_lacks(lines, NO_MARGIN, incomplete_ok=incomplete_ok)
    assert [lack for _, lack in found] == lacks

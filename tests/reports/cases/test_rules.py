"""What may be told and decided, as pure rules (design rules 4.9, 4.10)."""

from __future__ import annotations

import pytest

from reports.case_reads import Named, demand
from reports.enums import Breach
from reports.rules import CASE_MOVES, Told, decide_refusal, may_be_named, notice_refusal
from tests.reports.cases.scene import NOW, SECOND, S

WAITS = Told(1, NOW, answered=False)


@pytest.mark.parametrize(
    ("state", "last", "now", "expected"),
    [
        pytest.param(S.OPEN, None, NOW, True, id="open, never told"),
        pytest.param(S.EXPLAINED, None, NOW, True, id="explained, never told"),
        pytest.param(S.OPEN, WAITS, NOW, False, id="found while the first waits: it waits too"),
        pytest.param(S.NOTIFIED, WAITS, NOW, False, id="awaited until the answer-by, to the second"),
        pytest.param(S.NOTIFIED, WAITS, NOW + SECOND, True, id="the answer-by has passed"),
        pytest.param(S.NOTIFIED, Told(1, NOW, answered=True), NOW, True, id="answered, not explained"),
        *(
            pytest.param(state, None, NOW, False, id=state.value)
            for state in (S.CLOSED, S.EXCUSED, S.CLEARED)
        ),
    ],
)
def test_what_a_notice_may_name(state, last, now, expected):
    assert may_be_named(state, last, now=now) is expected


@pytest.mark.parametrize(
    ("last", "closed", "refused"),
    [
        pytest.param(None, False, "", id="none yet"),
        pytest.param(WAITS, False, "รอคำตอบถึง", id="one that waits for its answer"),
        pytest.param(Told(1, NOW - SECOND, answered=False), False, "", id="one that waited in vain"),
        pytest.param(Told(1, NOW, answered=True), False, "", id="one that was answered"),
        pytest.param(Told(2, NOW, answered=True), False, "ครบ 2 ครั้งแล้ว เดือนนี้แจ้งอีกไม่ได้ เรื่องที่", id="two"),
        pytest.param(Told(2, NOW, answered=False), False, "แจ้งอีกไม่ได้ รอคำตอบถึง", id="two, the last waits"),
        pytest.param(None, True, "ปิดแล้ว", id="month closed"),
    ],
)
def test_when_no_further_notice_is_sent(last, closed, refused):
    reason = notice_refusal(last, now=NOW, closed=closed)
    assert refused in reason and bool(refused) == bool(reason)


@pytest.mark.parametrize(
    ("state", "last", "refused"),
    [
        pytest.param(S.OPEN, None, "", id="open"),
        pytest.param(S.EXPLAINED, WAITS, "", id="explained"),
        pytest.param(S.NOTIFIED, WAITS, "รอคำชี้แจง", id="an answer is awaited"),
        pytest.param(S.NOTIFIED, Told(1, NOW - SECOND, answered=False), "รอคำชี้แจง", id="the first passed"),
        pytest.param(S.NOTIFIED, Told(2, NOW, answered=False), "รอคำชี้แจง", id="the second still waits"),
        pytest.param(S.NOTIFIED, Told(2, NOW - SECOND, answered=False), "", id="told twice in vain"),
        pytest.param(S.CLOSED, None, "ปิดแล้ว", id="closed"),
        pytest.param(S.EXCUSED, None, "ผ่อนผัน", id="excused"),
        pytest.param(S.CLEARED, None, "หมดเหตุ", id="cleared"),
    ],
)
@pytest.mark.parametrize("move", ["close", "excuse"])
def test_when_a_case_ends(move, state, last, refused):
    reason = decide_refusal(state, move, last, now=NOW)
    assert refused in reason and bool(refused) == bool(reason)


@pytest.mark.parametrize("move", ["close", "excuse"])
@pytest.mark.parametrize(
    ("last", "refused"), [(Told(1, NOW - SECOND, answered=False), ""), (WAITS, "รอคำชี้แจง")]
)
def test_in_a_closed_month_a_case_told_once_in_vain_ends_too(move, last, refused):
    """No second notice can be sent there: the case would wait for ever."""
    assert refused in decide_refusal(S.NOTIFIED, move, last, now=NOW, closed=True)
    assert (decide_refusal(S.NOTIFIED, move, last, now=NOW, closed=True) == "") is not bool(refused)


def test_the_moves_of_people_are_those_of_the_design():
    assert {(was.value, to.value) for was, moves in CASE_MOVES.items() for to in moves.values()} == {
        ("OPEN", "NOTIFIED"),
        ("OPEN", "EXPLAINED"),
        ("OPEN", "CLOSED"),
        ("OPEN", "EXCUSED"),
        ("NOTIFIED", "NOTIFIED"),
        ("NOTIFIED", "EXPLAINED"),
        ("EXPLAINED", "NOTIFIED"),
        ("EXPLAINED", "CLOSED"),
        ("EXPLAINED", "EXCUSED"),
    }


@pytest.mark.parametrize("breach", Breach)
def test_every_breach_says_what_is_to_be_put_right(breach):
    assert demand(breach, {"result": "3.00"})
    assert demand(breach, {})


def test_a_row_of_a_memo_in_words():
    fact = {
        "flag": 1,
        "breach": "CPS_MISMATCH",
        "job_no": "สสจ. 1",
        "name": "งาน",
        "counting_unit": "ครั้ง",
        "target": "4.00",
        "result": "13.00",
        "cps": "12.00",
        "explanation": "",
        "demand": "แก้ไข",
    }
    assert Named.of(fact).in_words == "สสจ. 1 ไม่ตรงกับ CPS: รายงาน 13 ครั้ง, CPS 12 ครั้ง (แผน 4) · แก้ไข"
    whole = fact | {"job_no": "", "breach": "LATE"}
    assert Named.of(whole).in_words == "ส่งช้า: แก้ไข"

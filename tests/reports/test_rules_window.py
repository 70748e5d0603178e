"""Until when a person-month can be written and its notice answered (design rules 4.6, 4.8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.enums import ReportState
from reports.rules import Window

DEADLINE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
LOCK = datetime(2026, 11, 6, 9, 30, tzinfo=UTC)
BEGINS = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FRACTION = timedelta(microseconds=999_999)
LATER = LOCK + timedelta(days=3)
D, S, R, A = ReportState.DRAFT, ReportState.SUBMITTED, ReportState.RETURNED, ReportState.ACCEPTED

OCTOBER = Window(opens_on=date(2026, 10, 1), deadline=DEADLINE, lock_at=LOCK)


@pytest.mark.parametrize(
    ("state", "now", "kept", "open_"),
    [
        pytest.param(None, DEADLINE + SECOND, {}, True, id="late but unlocked"),
        pytest.param(D, LOCK, {}, True, id="at the lock"),
        pytest.param(D, LOCK + FRACTION, {}, True, id="within the lock's second"),
        pytest.param(D, LOCK + SECOND, {}, False, id="a second past the lock"),
        pytest.param(None, LATER, {"told_until": LATER}, True, id="told, no report, at the answer-by"),
        pytest.param(None, LATER + SECOND, {"told_until": LATER}, False, id="past the answer-by"),
        pytest.param(D, LATER, {"unlocked_until": LATER}, True, id="unlocked"),
        pytest.param(D, LATER + SECOND, {"unlocked_until": LATER}, False, id="past the unlock"),
        pytest.param(
            R, LATER, {"reopened_until": LOCK, "unlocked_until": LATER}, True, id="the longest of them counts"
        ),
        pytest.param(S, DEADLINE, {}, True, id="submitted, at the deadline"),
        pytest.param(S, DEADLINE + FRACTION, {}, True, id="submitted, within the deadline's second"),
        pytest.param(S, DEADLINE + SECOND, {}, False, id="submitted, a second past the deadline"),
        pytest.param(S, LATER, {"told_until": LATER}, True, id="submitted, told since"),
        pytest.param(S, LATER, {"unlocked_until": LATER}, True, id="submitted, unlocked"),
        pytest.param(R, LOCK, {}, True, id="returned, at the lock"),
        pytest.param(R, LOCK + SECOND, {}, False, id="returned, past the lock"),
        pytest.param(R, LATER, {"reopened_until": LATER}, True, id="returned, answer-by past the lock"),
        pytest.param(A, DEADLINE, {"unlocked_until": LOCK}, False, id="accepted"),
        pytest.param(R, DEADLINE, {"reopened_until": LOCK, "closed": True}, False, id="closed shuts all"),
        pytest.param(None, BEGINS, {}, True, id="from its first second in Bangkok"),
        pytest.param(None, BEGINS - SECOND, {"unlocked_until": LOCK}, False, id="never before it begins"),
    ],
)
def test_when_an_officer_may_write(state, now, kept, open_):
    assert (replace(OCTOBER, **kept).refusal(state, now=now) == "") is open_


def test_before_it_begins_the_first_day_is_named():
    refusal = OCTOBER.refusal(None, now=BEGINS - timedelta(days=40))
    assert refusal == "เดือนนี้ยังไม่เริ่ม เปิดให้รายงานตั้งแต่วันที่ 1 ตุลาคม 2569"


@pytest.mark.parametrize(
    ("now", "facts", "open_"),
    [
        pytest.param(LATER, {"closed": True}, True, id="before the answer-by, whatever is shut"),
        pytest.param(LATER + SECOND, {"lock_at": LATER + SECOND}, True, id="after it, not yet locked"),
        pytest.param(LATER + SECOND, {}, False, id="after it and locked"),
        pytest.param(LATER + SECOND, {"unlocked_until": LATER + SECOND}, True, id="after it, unlocked"),
        pytest.param(
            LATER + SECOND, {"lock_at": LATER + SECOND, "closed": True}, False, id="after it and closed"
        ),
    ],
)
def test_when_its_notice_is_answered(now, facts, open_):
    told = replace(OCTOBER, told_until=LATER, **facts)
    assert (told.answer_refusal(now=now) == "") is open_


instants = st.integers(-40, 40).map(lambda hours: LOCK + timedelta(hours=hours))
maybe = st.none() | instants
windows = st.builds(
    Window,
    opens_on=st.just(OCTOBER.opens_on),
    deadline=st.just(DEADLINE),
    lock_at=st.just(LOCK),
    reopened_until=maybe,
    told_until=maybe,
    unlocked_until=maybe,
)


@given(windows, st.sampled_from([None, D, S, R]), instants)
def test_what_is_said_to_be_the_end_is_the_end(window, state, now):
    assert (window.refusal(state, now=now) == "") is (now <= window.until(state))
    assert (window.answer_refusal(now=now) == "") is (now <= window.answer_until)


@given(windows, st.sampled_from([None, D, S, R]), instants)
def test_an_unlock_never_shuts_sooner(window, state, until):
    before = replace(window, unlocked_until=None)
    assert replace(window, unlocked_until=until).until(state) >= before.until(state)

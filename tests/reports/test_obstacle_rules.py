"""Who may do what to an obstacle and when, and what a submission makes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office import vocabulary
from reports.enums import ObstacleState
from reports.rules.obstacles import MOVES, STANDING, Act, News, Said, news, when_refusal, who_refusal

OPEN, AGREED, SOLVED, WITHDRAWN = ObstacleState
ROOM, WORDS = Said("ไม่มีรถ"), Said("น้ำท่วม")

# act | open | agreed | solved | withdrawn
WHEN = """
change    yes  yes  no   no
follow    yes  yes  no   no
agree     yes  no   no   no
solve     yes  yes  no   no
withdraw  yes  yes  no   no
reopen    no   no   yes  yes
"""
# act | who met it | the admin unit | both | neither
WHO = """
change    yes  no   yes  no
follow    yes  yes  yes  no
agree     no   yes  yes  no
solve     yes  yes  yes  no
withdraw  yes  yes  yes  no
reopen    yes  yes  yes  no
"""
PEOPLE = ((True, False), (False, True), (True, True), (False, False))


def cells(table, columns):
    found = []
    for line in table.strip().splitlines():
        act, *words = line.split()
        found += [(Act(act), column, word == "yes") for column, word in zip(columns, words, strict=True)]
    return found


@pytest.mark.parametrize(("act", "state", "possible"), cells(WHEN, ObstacleState))
def test_when(act, state, possible):
    assert (when_refusal(act, state) == "") is possible


@pytest.mark.parametrize(("act", "who", "allowed"), cells(WHO, PEOPLE))
def test_who(act, who, allowed):
    own, manages = who
    assert (who_refusal(act, own=own, manages=manages) == "") is allowed


def test_refusals_say_why():
    assert when_refusal(Act.SOLVE, SOLVED) == "เรื่องนี้สิ้นสุดแล้ว (แก้ไขแล้ว) เปิดอีกครั้งก่อนจึงทำต่อได้"
    assert when_refusal(Act.REOPEN, OPEN) == "เรื่องนี้ยังไม่สิ้นสุด"
    assert when_refusal(Act.AGREE, AGREED) == "เรื่องนี้มีแนวทางแล้ว บันทึกการดำเนินการต่อได้"
    assert who_refusal(Act.CHANGE, own=False, manages=True) == "ผู้แจ้งเท่านั้นที่แก้ไขรายละเอียดของเรื่องนี้"
    assert who_refusal(Act.AGREE, own=True, manages=False) == "ฝ่ายบริหารทั่วไปเป็นผู้บันทึกแนวทางแก้ไข"


def test_every_state_has_its_moves_and_every_end_can_be_opened_again():
    assert MOVES.keys() == set(ObstacleState)
    assert {MOVES[state]["reopen"] for state in ObstacleState if state not in STANDING} == {OPEN}


@pytest.mark.parametrize(
    ("before", "now", "state", "facts", "expected"),
    [
        (Said(), ROOM, None, {}, News.RAISE),
        (ROOM, ROOM, None, {}, News.RAISE),
        (Said(), ROOM, None, {"told": True}, News.NOTHING),
        (Said(), Said(), None, {}, News.NOTHING),
        (Said(), Said(" \n "), None, {}, News.NOTHING),
        (ROOM, ROOM, OPEN, {}, News.NOTHING),
        (ROOM, Said(" ไม่มีรถ\n"), OPEN, {}, News.NOTHING),
        (ROOM, WORDS, OPEN, {}, News.CHANGE),
        (ROOM, WORDS, AGREED, {}, News.CHANGE),
        (ROOM, Said("ไม่มีรถ", help_wanted="ขอรถ"), OPEN, {}, News.CHANGE),
        (ROOM, Said("ไม่มีรถ", tried="ยืมรถ"), SOLVED, {}, News.NOTHING),
        (ROOM, ROOM, SOLVED, {}, News.NOTHING),
        (ROOM, WORDS, SOLVED, {}, News.REOPEN),
        (ROOM, ROOM, WITHDRAWN, {}, News.NOTHING),
        (Said(), ROOM, WITHDRAWN, {}, News.REOPEN),
        (ROOM, Said(), OPEN, {}, News.WITHDRAW),
        (ROOM, Said(), OPEN, {"shared": True}, News.NOTHING),
        (ROOM, Said(), AGREED, {}, News.NOTHING),
        (ROOM, Said(), SOLVED, {}, News.NOTHING),
        (Said(), Said(), OPEN, {}, News.NOTHING),
    ],
    ids=[
        "new",
        "told before there were obstacles",
        "known already",
        "nothing said",
        "only spaces said",
        "the same again",
        "the same in another spacing",
        "other words",
        "other words after an agreement",
        "other help wanted",
        "other things tried once solved",
        "the same once solved",
        "other words once solved",
        "the same once withdrawn by its owner",
        "said again after it was left out",
        "left out",
        "left out, others have acted",
        "left out, agreed on",
        "left out, solved",
        "left out a second time",
    ],
)
def test_what_a_submission_makes_of_it(before, now, state, facts, expected):
    assert news(before, now, state, **{"shared": False, "told": False} | facts) is expected


texts = st.text(alphabet="กขค \n", max_size=6)
said = st.builds(Said, texts, texts, texts)
states = st.sampled_from([None, *ObstacleState])


@given(said, states, st.booleans(), st.booleans())
def test_saying_the_same_again_never_touches_what_is_there(words, state, shared, told):
    found = news(words, words, state, shared=shared, told=told)
    assert found is News.NOTHING or (state is None and found is News.RAISE)


@given(said, said, states, st.booleans(), st.booleans())
def test_what_is_made_of_it_is_a_move_that_exists(before, now, state, shared, told):
    found = news(before, now, state, shared=shared, told=told)
    if found in (News.WITHDRAW, News.REOPEN):
        assert found.value in MOVES[state]
    if found is News.CHANGE:
        assert state in STANDING


def test_the_words_on_the_pages_are_those_of_the_states():
    assert {state.value: state.label for state in ObstacleState} == {
        key: shown.word for key, shown in vocabulary.OBSTACLES.items()
    }

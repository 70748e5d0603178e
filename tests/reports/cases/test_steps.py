"""The dated steps of a case."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from plans.models import MonthlyShare
from reports.actions.cases import answer, close
from reports.actions.notices import notify
from reports.case_steps import steps_of
from reports.enums import Breach
from reports.models import Flag
from tests import builders as b
from tests.reports.cases.scene import NOW, REASON, SECOND, SHORT, S, both


def test_the_steps_tell_the_whole_story_in_order(cast):
    flag = cast.flag
    notice = notify(cast.ann, cast.month, [flag], by=cast.by, now=NOW)
    cast.resend(explanation="ตรวจทานแล้ว")
    close(cast.flag, by=cast.by, now=NOW + timedelta(hours=3), reason="เรียบร้อย")
    steps = steps_of(cast.flag)
    assert [step.what for step in steps] == [
        "เกิดเหตุ",
        "ตรวจพบ ชี้แจงแล้ว",
        "แจ้งเจ้าหน้าที่ ครั้งที่ 1",
        "ส่งกลับแก้ไข ฉบับที่ 1",
        "ส่งรายงาน ฉบับที่ 2",
        "ชี้แจงเหตุผล",
        "ปิดเรื่อง",
    ]
    assert steps[2].url == f"/notices/{notice.pk}/"
    assert (steps[-1].by, steps[-1].text) == (cast.admin.full_name, "เรียบร้อย")
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_each_explanation_is_a_step_with_its_words(cast):
    cast.resend(explanation="สหกรณ์เลื่อนนัดเป็นเดือนหน้า")
    cast.resend(quantity=Decimal("3.5"), explanation="สหกรณ์เลื่อนนัดเป็นเดือนหน้า")
    told = [(step.what, step.text) for step in steps_of(cast.flag) if step.text]
    assert told == [("ตรวจพบ ชี้แจงแล้ว", REASON), ("ชี้แจงเหตุผล", "สหกรณ์เลื่อนนัดเป็นเดือนหน้า")]


@both
@pytest.mark.parametrize(
    ("fields", "why"),
    [
        pytest.param({"quantity": Decimal(2)}, "เพราะผลเปลี่ยนจาก 3 เป็น 2", id="the result"),
        pytest.param(
            {"explanation": "ฝนตก"}, f"เพราะคำชี้แจงเปลี่ยนจาก “{REASON}” เป็น “ฝนตก”", id="the explanation"
        ),
        pytest.param({"explanation": ""}, f"เพราะคำชี้แจง “{REASON}” ถูกนำออก", id="the explanation taken away"),
        pytest.param(
            {"quantity": Decimal(2), "explanation": "ฝนตก"},
            f"เพราะผลเปลี่ยนจาก 3 เป็น 2 และคำชี้แจงเปลี่ยนจาก “{REASON}” เป็น “ฝนตก”",
            id="both",
        ),
    ],
)
def test_a_reopened_case_says_which_fact_changed_and_keeps_the_decision(cast, move, fields, why):
    cast.decide(move)
    cast.resend(**fields)
    steps = steps_of(cast.flag)
    assert (steps[-1].what, steps[-1].text) == ("เปิดเรื่องอีกครั้ง", why)
    decided = next(step for step in steps if step.what in ("ปิดเรื่อง", "ผ่อนผัน"))
    assert (decided.at, decided.by, decided.text) == (NOW, cast.admin.full_name, "ตรวจแล้ว")


def test_a_case_reopened_by_another_plan_says_so(cast):
    cast.decide("close")
    MonthlyShare.objects.filter(person=cast.ann, month=cast.month).update(quantity=Decimal(9))
    cast.check(NOW + timedelta(hours=1))
    assert steps_of(cast.flag)[-1].text == "เพราะแผนเปลี่ยนจาก 4 เป็น 9"


def test_a_case_reopened_by_cps_says_how_it_differs_now(cast):
    cast.decide("close")
    cast.cps(3)
    cast.cps(2, no=2)
    assert steps_of(cast.flag)[-1].text == "เพราะผลใน CPS 2 ต่างจากที่รายงาน"
    close(cast.flag, by=cast.by, now=NOW + timedelta(hours=2))
    cast.cps(1, no=3)
    assert steps_of(cast.flag)[-1].text == "เพราะผลใน CPS เปลี่ยนจาก 2 เป็น 1"
    close(cast.flag, by=cast.by, now=NOW + timedelta(hours=3))
    cast.cps(3, no=4)
    assert steps_of(cast.flag)[-1].text == "เพราะผลใน CPS เดิม 1 ไม่ต่างจากที่รายงานแล้ว"


def test_what_comes_back_otherwise_than_it_was_decided_says_so(cast):
    cast.decide("close")
    cast.resend(quantity=Decimal(4))
    assert cast.flag.state == S.CLEARED
    b.send_report(cast.ann, {cast.item: SHORT | {"quantity": Decimal(1)}}, at=NOW + timedelta(hours=3))
    cast.check(NOW + timedelta(hours=4))
    assert steps_of(cast.flag)[-1].text == "เพราะผลเปลี่ยนจาก 3 เป็น 1"


def test_an_explanation_taken_away_after_a_reopening_is_not_held_against_the_old_decision(cast):
    cast.decide("close")
    cast.resend(quantity=Decimal(2))
    b.send_report(
        cast.ann,
        {cast.item: SHORT | {"quantity": Decimal(2), "explanation": ""}},
        at=NOW + timedelta(hours=3),
    )
    cast.check(NOW + timedelta(hours=4))
    last = steps_of(cast.flag)[-1]
    assert (cast.flag.state, last.what, last.text) == (S.OPEN, "เปิดเรื่องอีกครั้ง", "")


def test_another_cps_figure_is_a_step_that_names_the_file_and_leaves_the_state(cast):
    cast.resend(quantity=Decimal(4))
    cast.cps(2, no=3)
    flag = Flag.objects.get(breach=Breach.CPS_MISMATCH)
    cast.cps(2, no=4)
    assert [step.what for step in steps_of(flag)] == ["เกิดเหตุ", "ตรวจพบ ชี้แจงแล้ว"]
    cast.cps(1, no=5)
    flag.refresh_from_db()
    last = steps_of(flag)[-1]
    assert (flag.state, last.what) == (S.EXPLAINED, "ผลใน CPS เปลี่ยนจาก 2 เป็น 1")
    assert (last.text, last.at) == ("ตามไฟล์ CPS ครั้งที่ 5 cps.xlsx", NOW + timedelta(hours=5))


def test_a_decided_case_reopened_by_another_cps_figure_says_so_first(cast):
    cast.resend(quantity=Decimal(4))
    cast.cps(2, no=3)
    flag = Flag.objects.get(breach=Breach.CPS_MISMATCH)
    close(flag, by=cast.by, now=NOW + timedelta(hours=3), reason="ตรวจแล้ว")
    cast.cps(1, no=4)
    told = [step.what for step in steps_of(flag)][-3:]
    assert told == ["ปิดเรื่อง", "ผลใน CPS เปลี่ยนจาก 2 เป็น 1", "เปิดเรื่องอีกครั้ง"]


def test_an_answer_on_the_notice_is_a_step_with_its_words(cast):
    bob = b.make_person(cast.unit)
    cast.expect(bob)
    cast.check(NOW + SECOND)
    flag = Flag.objects.get(person=bob)
    notice = notify(bob, cast.month, [flag], by=cast.by, now=NOW + SECOND)
    answer(notice, text=REASON, by=b.actor(bob), now=NOW + timedelta(minutes=1))
    flag.refresh_from_db()
    last = steps_of(flag)[-1]
    assert (last.what, last.by, last.text) == ("ชี้แจงเหตุผล", bob.full_name, REASON)

"""A case is closed or excused, and its officer told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from office.calendar import day_of
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow
from office.models import AuditEvent
from office.thai import instant_text
from plans.models import ReportingMonth
from reports.actions.cases import close, excuse
from reports.actions.notices import notify
from reports.case_reads import cases_to_decide
from reports.enums import Breach
from reports.models import Flag
from tests import builders as b
from tests.reports.cases.scene import ENDS, NOW, REASON, SECOND, VERBS, S, both, told


@both
def test_a_decision_keeps_who_when_and_why(cast, move):
    flag = cast.decide(move)
    assert (flag.state, flag.decided_at, flag.decided_by, flag.decided_reason) == (
        ENDS[move],
        NOW,
        cast.admin,
        "ตรวจแล้ว",
    )
    event = AuditEvent.objects.get(verb=VERBS[move])
    assert (event.subject_id, event.before, event.reason, event.actor_id) == (
        flag.pk,
        {"state": "EXPLAINED"},
        "ตรวจแล้ว",
        cast.admin.pk,
    )
    assert event.after["result"] == "3.00"


@pytest.mark.parametrize(("move", "word"), [("close", "ปิดเรื่อง"), ("excuse", "ผ่อนผันเรื่อง")])
def test_the_officer_is_told_of_a_decision_once_and_led_to_the_case(cast, move, word):
    flag = cast.decide(move)
    cast.decide(move)
    what = f"{word}แล้ว: ไม่เป็นไปตามแผน {cast.item.job_no} เดือนตุลาคม 2569 · เหตุผล: ตรวจแล้ว"
    assert told(cast.ann) == [(what, f"/cases/{flag.pk}/")]


def test_decisions_not_yet_read_are_one_message_that_a_page_opened_before_can_not_mark_as_read(cast):
    cast.decide("close")
    (first,) = cast.ann.notifications.filter(key__startswith="cases-")
    more = [b.make_flag(cast.ann, breach, at=NOW) for breach in (Breach.LATE, Breach.MISSING)]
    for flag in more:
        close(flag, by=cast.by, now=NOW, reason="ตรวจแล้ว")
    assert told(cast.ann) == [("ปิดเรื่องของคุณแล้ว 3 เรื่อง เดือนตุลาคม 2569", "/cases/?state=CLOSED&month=2026-10")]
    assert cast.ann.notifications.get(key__startswith="cases-").pk > first.pk


def test_after_reading_the_next_decision_is_news_of_its_own(cast):
    cast.decide("close")
    cast.ann.notifications.update(read_at=NOW + SECOND)
    late = b.make_flag(cast.ann, Breach.LATE, at=NOW)
    close(late, by=cast.by, now=NOW + timedelta(minutes=1), reason="ระบบล่ม\nทั้งวัน")
    excused = b.make_flag(cast.ann, Breach.MISSING, at=NOW)
    excuse(excused, by=cast.by, now=NOW + timedelta(minutes=1), reason=REASON)
    assert told(cast.ann) == [
        ("ปิดเรื่องแล้ว: ส่งช้า เดือนตุลาคม 2569 · เหตุผล: ระบบล่ม ทั้งวัน", f"/cases/{late.pk}/"),
        (f"ผ่อนผันเรื่องแล้ว: ยังไม่ส่ง เดือนตุลาคม 2569 · เหตุผล: {REASON}", f"/cases/{excused.pk}/"),
    ]


def test_the_news_of_a_decision_without_a_reason_names_none(cast):
    close(cast.flag, by=cast.by, now=NOW)
    assert [what for what, _ in told(cast.ann)] == [
        f"ปิดเรื่องแล้ว: ไม่เป็นไปตามแผน {cast.item.job_no} เดือนตุลาคม 2569"
    ]


def test_a_long_reason_is_cut_short_in_the_news(cast):
    close(cast.flag, by=cast.by, now=NOW, reason="ก" * 900)
    ((what, _),) = told(cast.ann)
    assert what.endswith("กก…") and len(what) < 400


def test_closing_what_was_explained_needs_no_reason_excusing_does(cast):
    for empty in ("", "  "):
        with pytest.raises(Invalid, match="ระบุเหตุผลที่ผ่อนผัน"):
            excuse(cast.flag, by=cast.by, now=NOW, reason=empty)
    assert close(cast.flag, by=cast.by, now=NOW).state == S.CLOSED


@both
def test_a_double_click_is_one_decision(cast, move):
    cast.decide(move)
    cast.decide(move)
    assert AuditEvent.objects.filter(verb=VERBS[move]).count() == 1


@pytest.mark.parametrize(
    ("first", "then", "word"), [("close", "excuse", "ปิดแล้ว"), ("excuse", "close", "ผ่อนผันแล้ว")]
)
@pytest.mark.parametrize("seen", ["", "what stood there before"])
def test_what_is_decided_is_not_decided_otherwise_and_says_by_whom_and_when(cast, first, then, word, seen):
    cast.decide(first)
    colleague = b.make_person(cast.unit, Role.GENERAL_ADMIN)
    act = close if then == "close" else excuse
    with pytest.raises(NotAllowedNow) as refused:
        act(cast.flag, by=b.actor(colleague), now=NOW + SECOND, reason="x", seen=seen)
    assert str(refused.value) == f"เรื่องนี้{word} โดย {cast.admin.full_name} เมื่อ {instant_text(NOW)}"


@both
@pytest.mark.parametrize("role", [Role.OFFICER, Role.UNIT_HEAD, Role.PERSONNEL, Role.DIRECTOR])
def test_only_the_admin_unit_decides(cast, move, role):
    other = b.make_person(cast.unit, role)
    with pytest.raises(NotAllowed):
        (close if move == "close" else excuse)(cast.flag, by=b.actor(other), now=NOW, reason="x")


@both
@pytest.mark.parametrize("reason", ["x", ""])
def test_nobody_decides_on_their_own(cast, move, reason):
    cast.expect(cast.admin)
    cast.check(NOW + SECOND)
    own = Flag.objects.get(person=cast.admin)
    with pytest.raises(NotAllowed, match="ของตนเองไม่ได้"):
        (close if move == "close" else excuse)(own, by=cast.by, now=NOW, reason=reason)
    assert own not in cases_to_decide(cast.by)


@both
def test_cases_go_on_in_a_closed_month(cast, move):
    ReportingMonth.objects.filter(pk=cast.month.pk).update(closed_at=NOW)
    assert cast.decide(move).state == ENDS[move]


@both
def test_a_notified_case_waits_for_its_explanation(cast, move):
    notify(cast.ann, cast.month, [cast.flag], by=cast.by, now=NOW)
    with pytest.raises(NotAllowedNow, match="รอคำชี้แจง"):
        cast.decide(move)


def test_a_case_told_twice_in_vain_can_end(cast):
    first = notify(cast.ann, cast.month, [cast.flag], by=cast.by, now=NOW)
    at = first.answer_by + SECOND
    second = notify(cast.ann, cast.month, [cast.flag], by=b.actor(cast.admin, day_of(at)), now=at)
    late = second.answer_by + SECOND
    by = b.actor(cast.admin, day_of(late))
    with pytest.raises(Invalid, match="ไม่มีคำชี้แจง"):
        close(cast.flag, by=by, now=late, reason=" ")
    assert close(cast.flag, by=by, now=late, reason="สั่งการด้วยวาจาแล้ว").state == S.CLOSED


def test_a_case_never_explained_is_not_closed_without_a_reason(cast):
    cast.resend(explanation="")
    assert cast.flag.state == S.OPEN
    with pytest.raises(Invalid, match="ไม่มีคำชี้แจง") as refused:
        close(cast.flag, by=cast.by, now=NOW + timedelta(hours=2))
    assert list(refused.value.faults) == ["reason"]
    assert cast.flag.state == S.OPEN
    assert close(cast.flag, by=cast.by, now=NOW + timedelta(hours=2), reason="ตรวจแล้ว").state == S.CLOSED


def test_cases_to_decide_are_the_explained_ones(cast):
    assert list(cases_to_decide(cast.by)) == [cast.flag]
    cast.decide("close")
    assert list(cases_to_decide(cast.by)) == []

"""How a case ends, by whom, and what opens it again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from office.calendar import day_of
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow
from office.models import AuditEvent
from office.thai import instant_text
from plans.models import MonthlyShare, ReportingMonth
from reports.actions.cases import answer, close, excuse
from reports.actions.compliance import check_month
from reports.actions.notices import notify
from reports.case_reads import Named, cases_to_decide, demand
from reports.case_steps import steps_of
from reports.enums import AnswerKind, Breach, FlagState
from reports.models import CpsFile, CpsRecord, ExpectedReport, Flag
from reports.rules import CASE_MOVES, Told, decide_refusal, may_be_named, notice_refusal
from tests import builders as b

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
SENT = DUE - timedelta(days=1)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
REASON = "สหกรณ์เลื่อนนัด"
SHORT = {"kind": AnswerKind.VALUE, "quantity": Decimal(3), "explanation": REASON}
S = FlagState


# The rules alone

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


# Deciding


class Cast:
    """Ann's report is below plan, explained."""

    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.plan = b.make_plan(self.office)
        self.admin = b.make_person(self.unit, Role.GENERAL_ADMIN)
        self.ann = b.make_person(self.unit)
        self.item = b.make_item(self.plan, {self.ann: [4]})
        b.send_report(self.ann, {self.item: SHORT}, at=SENT)
        self.check()

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    @property
    def flag(self) -> Flag:
        return Flag.objects.get(person=self.ann, breach=Breach.OFF_PLAN)

    @property
    def by(self):
        return b.actor(self.admin)

    def check(self, at: datetime = NOW) -> None:
        check_month(self.month, as_of=at, by=b.SYSTEM, store=True)

    def expect(self, person):
        """Somebody else with an item, written into the register after the first check."""
        ExpectedReport.objects.create(
            office=self.office, person=person, month=self.month, unit=self.unit, due_at=DUE
        )
        return b.make_item(self.plan, {person: [1]})

    def resend(self, **fields) -> None:
        b.send_report(self.ann, {self.item: SHORT | fields}, at=NOW + timedelta(hours=1))
        self.check(NOW + timedelta(hours=2))

    def cps(self, quantity: int, *, no: int = 1) -> None:
        """A file of the month with that figure for Ann's item."""
        at = NOW + timedelta(hours=no)
        file = CpsFile.objects.create(
            office=self.office, month=self.month, no=no, name="cps.xlsx", fingerprint=str(no), imported_at=at
        )
        CpsRecord.objects.create(
            file=file,
            row=1,
            sheet_row=1,
            person=self.ann,
            item=self.item,
            person_code=self.ann.code,
            job_no=self.item.job_no,
            quantity=Decimal(quantity),
        )
        self.check(at)

    def decide(self, move: str) -> Flag:
        if move == "close":
            return close(self.flag, by=self.by, now=NOW, reason="ตรวจแล้ว")
        return excuse(self.flag, by=self.by, now=NOW, reason="ตรวจแล้ว")


@pytest.fixture
def cast(db) -> Cast:
    return Cast()


ENDS = {"close": S.CLOSED, "excuse": S.EXCUSED}
VERBS = {"close": "FLAG_CLOSED", "excuse": "FLAG_EXCUSED"}
both = pytest.mark.parametrize("move", ENDS)


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


def told(person) -> list[tuple[str, str]]:
    rows = person.notifications.filter(read_at=None, key__startswith="cases-").order_by("pk")
    return list(rows.values_list("text", "url"))


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


# What opens it again and what doesn't


@both
def test_it_stays_decided_while_the_facts_are_the_same(cast, move):
    cast.decide(move)
    for hours in (1, 2, 3):
        cast.check(NOW + timedelta(hours=hours))
    assert cast.flag.state == ENDS[move]


@both
def test_it_stays_decided_when_the_same_is_sent_again(cast, move):
    cast.decide(move)
    cast.resend()
    assert cast.flag.state == ENDS[move]


@both
def test_it_stays_decided_when_only_the_narrative_changed(cast, move):
    cast.decide(move)
    cast.resend(narrative="รายละเอียดเพิ่ม", obstacle="ฝนตก")
    assert cast.flag.state == ENDS[move]


@both
@pytest.mark.parametrize(
    ("fields", "state"),
    [
        pytest.param({"quantity": Decimal(2)}, S.EXPLAINED, id="the result"),
        pytest.param({"explanation": "อีกเหตุผลหนึ่ง"}, S.EXPLAINED, id="the explanation"),
        pytest.param({"explanation": ""}, S.OPEN, id="the explanation taken away"),
    ],
)
def test_it_reopens_when_what_was_reported_changed(cast, move, fields, state):
    cast.decide(move)
    cast.resend(**fields)
    flag = cast.flag
    assert (flag.state, flag.decided_at, flag.decided_by, flag.decided_reason) == (state, None, None, "")
    assert AuditEvent.objects.filter(verb=VERBS[move], reason="ตรวจแล้ว").exists()


@both
def test_it_reopens_when_the_target_changed(cast, move):
    cast.decide(move)
    MonthlyShare.objects.filter(person=cast.ann, month=cast.month).update(quantity=Decimal(9))
    cast.check(NOW + timedelta(hours=1))
    assert cast.flag.state == S.EXPLAINED


@both
def test_it_reopens_when_a_cps_figure_comes_that_says_otherwise(cast, move):
    cast.decide(move)
    cast.cps(1)
    assert (cast.flag.basis["cps"], cast.flag.state) == ("1.00", S.EXPLAINED)
    unlike = Flag.objects.get(breach=Breach.CPS_MISMATCH)
    assert (unlike.state, steps_of(unlike)[-1].what) == (S.OPEN, "ตรวจพบ"), (
        "its reason was given for the plan"
    )


@both
def test_it_stays_decided_when_a_cps_figure_comes_that_bears_it_out(cast, move):
    cast.decide(move)
    cast.cps(3)
    assert cast.flag.state == ENDS[move]
    cast.cps(4, no=2)
    assert cast.flag.state == S.EXPLAINED


@both
def test_it_is_cleared_when_no_longer_true(cast, move):
    cast.decide(move)
    cast.resend(quantity=Decimal(4))
    assert cast.flag.state == S.CLEARED


@both
def test_a_late_report_stays_decided_by_any_number_of_scans(cast, move):
    bob = b.make_person(cast.unit)
    item = cast.expect(bob)
    b.send_report(bob, {item: 1}, at=DUE + SECOND)
    cast.check(NOW + SECOND)
    flag = Flag.objects.get(person=bob, breach=Breach.LATE)
    (close if move == "close" else excuse)(flag, by=cast.by, now=NOW, reason="ไปราชการ")
    cast.check(NOW + timedelta(hours=1))
    b.send_report(bob, {item: 1}, at=NOW + timedelta(hours=2))
    cast.check(NOW + timedelta(hours=3))
    flag.refresh_from_db()
    assert flag.state == ENDS[move]


# The steps of a case


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

"""The home page by role, and its messages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from config.home_tasks import in_words
from meetings.actions import make_meetings
from office import clock
from office.enums import Role
from office.models import Holiday, Notification, Policy
from plans.actions import refresh_open_months
from plans.enums import PlanState
from plans.models import ActionPlan, ReportingMonth
from reports.actions.obstacles import agree, raise_obstacle, solve
from reports.actions.unlocks import unlock
from reports.enums import AnswerKind, Breach, FlagState, ReportState, WaiverKind
from reports.models import ExpectedReport, Flag, MonthlyReport, ReportLine, Review, Unlock
from tests import builders

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""2 Nov 2026 09:00: October was due on 30 Oct 16:30 and locks on 6 Nov 16:30."""


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Set another instant by calling it."""

    def at(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    at(NOW)
    return at


@pytest.fixture
def office():
    return builders.make_office()


@pytest.fixture
def unit(office):
    return builders.make_unit(office)


@pytest.fixture
def plan(office):
    plan = builders.make_plan(office)
    make_meetings(plan.fiscal_year, by=builders.SYSTEM, now=builders.MADE_AT)
    Holiday.objects.update(confirmed=True)
    return plan


@pytest.fixture
def officer(unit, plan):
    person = builders.make_person(unit)
    builders.make_item(plan, {person: [5] * 12})
    builders.make_item(plan, {person: [2] * 12})
    return person


def director_of(unit):
    person = builders.make_person(unit, Role.DIRECTOR, reports=False)
    person.memberships.filter(role=Role.OFFICER).delete()
    return person


def report(person, month="2026-10", state=ReportState.SUBMITTED, *, first=None, **more) -> MonthlyReport:
    record = builders.month_of(person.office, month)
    facts = {}
    if state != ReportState.DRAFT:
        first = first or datetime(2026, 10, 29, 3, tzinfo=UTC)
        facts = {
            "first_submitted_at": first,
            "submitted_at": first,
            "first_deadline": record.grace_end,
            "submissions": 1,
        }
    return MonthlyReport.objects.create(
        office=person.office,
        person=person,
        month=record,
        unit=person.memberships.first().unit,
        state=state,
        **facts | more,
    )


def flag(person, breach, *, state=FlagState.OPEN, month="2026-10") -> Flag:
    return Flag.objects.create(
        office=person.office,
        person=person,
        month=builders.month_of(person.office, month),
        unit=person.memberships.first().unit,
        breach=breach,
        state=state,
        true_since=NOW,
        noticed_at=NOW,
        changed_at=NOW,
    )


def shown(client, person) -> str:
    client.force_login(person)
    page = client.get("/")
    assert page.status_code == 200
    return page.content.decode()


def box(text: str) -> str:
    """The one thing to do first."""
    return text.split('class="box box-brand"')[1].split("</section>")[0] if "box-brand" in text else ""


# --- the officer ---


def test_a_stranger_is_led_to_sign_in(client):
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_an_overdue_report_comes_before_the_current_one(client, officer):
    text = shown(client, officer)
    assert "ส่งรายงานเดือนตุลาคม 2569" in box(text)
    assert "ครบกำหนดเมื่อ <strong>30 ต.ค. 2569 16.30 น.</strong> ส่งตอนนี้ยังได้ นับเป็นส่งช้า" in box(text)
    assert "ปิดรับ 6 พ.ย. 2569 16.30 น." in box(text)
    assert text.count("ส่งรายงานเดือนพฤศจิกายน 2569") == 1
    assert "มี 2 เรื่องที่ต้องทำ" in text


def test_the_current_report_says_when_it_is_due_in_words(client, officer, today):
    report(officer)
    today(datetime(2026, 11, 29, 2, tzinfo=UTC))
    text = box(shown(client, officer))
    assert "ส่งภายใน <strong>จันทร์ 30 พฤศจิกายน 2569 เวลา 16.30 น.</strong> (พรุ่งนี้)" in text
    assert 'href="/reports/2026-11/"' in text


def test_in_the_days_of_grace_the_box_says_until_when(client, officer, office, today):
    Policy.objects.create(office=office, grace_days=2)
    refresh_open_months(office, by=builders.SYSTEM, now=NOW, reason="ผ่อนเวลา")
    text = box(shown(client, officer))
    assert "ผ่อนเวลาให้ถึง <strong>3 พ.ย. 2569 16.30 น.</strong> หลังเวลานี้นับเป็นส่งช้า" in text


def test_the_box_counts_the_lines_filled(client, officer):
    record = report(officer, state=ReportState.DRAFT)
    first, second = officer.shares.order_by("id")
    unplanned = builders.make_item(first.item.plan, {officer: [None, 1]})
    ReportLine.objects.create(report=record, item=first.item, kind=AnswerKind.VALUE, quantity=0)
    ReportLine.objects.create(report=record, item=second.item, kind=AnswerKind.NOT_AVAILABLE)
    ReportLine.objects.create(report=record, item=unplanned, kind=AnswerKind.VALUE, quantity=3)
    text = box(shown(client, officer))
    assert "กรอกแล้ว 1 จาก 2 รายการ" in text
    assert "กรอกต่อ" in text
    record.lines.filter(item=second.item).update(unavailable_reason="รอข้อมูลจากสหกรณ์")
    assert "กรอกแล้ว 2 จาก 2 รายการ" in box(shown(client, officer))


def test_a_returned_report_shows_the_last_comment_and_its_time(client, officer):
    until = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    record = report(officer, state=ReportState.RETURNED, reopened_until=until)
    for comment in ("แนบหลักฐาน", "ชี้แจงเหตุผลที่ต่ำกว่าแผน"):
        Review.objects.create(report=record, version_no=1, accepted=False, comment=comment, at=NOW)
    text = box(shown(client, officer))
    assert "แก้ไขรายงานเดือนตุลาคม 2569 แล้วส่งใหม่" in text
    assert '<div class="quote mb-3"><p>ชี้แจงเหตุผลที่ต่ำกว่าแผน</p></div>' in text
    assert "5 พ.ย. 2569 16.30 น." in text


def test_a_month_past_its_lock_comes_before_one_with_time_left(client, officer, today):
    today(datetime(2026, 11, 9, 2, tzinfo=UTC))
    text = shown(client, officer)
    assert box(text) == ""
    assert text.index("รายงานเดือนตุลาคม 2569 ยังค้างอยู่") < text.index("ส่งรายงานเดือนพฤศจิกายน 2569")
    assert "ขอเปิดแก้ไขได้ที่ฝ่ายบริหารทั่วไป" in text
    today(datetime(2026, 11, 25, 2, tzinfo=UTC))
    assert "ส่งรายงานเดือนพฤศจิกายน 2569" in box(shown(client, officer))


def told(person, breach=Breach.MISSING, *, no=1, at=NOW):
    named = flag(person, breach, state=FlagState.NOTIFIED)
    return builders.make_notice(named, at=at, no=no)


def test_a_missing_report_and_its_notice_are_one_thing_to_do(client, officer):
    notice = told(officer)
    text = shown(client, officer)
    assert f'href="/notices/{notice.pk}/"' in box(text)
    assert "ตอบภายใน <strong>5 พ.ย. 2569 09.00 น.</strong>" in box(text)
    assert ("ตอบบันทึกแจ้ง" in text, "มี 2 เรื่องที่ต้องทำ" in text) == (False, True)


def test_a_notice_to_answer_in_days_comes_before_a_report_due_in_weeks(client, officer):
    report(officer, first=datetime(2026, 10, 31, 3, tzinfo=UTC))
    told(officer, Breach.LATE)
    text = shown(client, officer)
    assert (box(text), "มี 2 เรื่องที่ต้องทำ" in text) == ("", True)
    assert text.index("ตอบบันทึกแจ้ง เดือนตุลาคม 2569") < text.index("ส่งรายงานเดือนพฤศจิกายน 2569")


def test_past_the_answer_by_the_page_says_so_and_until_when_it_is_open(client, officer, today):
    until = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    record = report(officer, state=ReportState.RETURNED, reopened_until=until)
    today(until + timedelta(minutes=30))
    said = "เลยกำหนดตอบ 5 พ.ย. 2569 16.30 น. · ยังแก้ได้ถึง <strong>6 พ.ย. 2569 16.30 น.</strong>"
    assert said in box(shown(client, officer))
    record.delete()
    told(officer)
    said = "เลยกำหนดตอบ 5 พ.ย. 2569 09.00 น. · ยังตอบได้ถึง <strong>6 พ.ย. 2569 16.30 น.</strong>"
    assert said in box(shown(client, officer))


def test_a_notice_that_cant_be_answered_isnt_asked_for(client, officer, today):
    report(officer, first=datetime(2026, 10, 31, 3, tzinfo=UTC))
    notice = told(officer, Breach.LATE)
    assert "ตอบบันทึกแจ้ง เดือนตุลาคม 2569" in shown(client, officer)
    today(datetime(2026, 11, 9, 2, tzinfo=UTC))
    text = shown(client, officer)
    assert ("ตอบบันทึกแจ้ง" in text, "บันทึกแจ้ง เดือนตุลาคม 2569 ยังไม่ได้ตอบ" in text) == (False, True)
    Unlock.objects.create(
        office=officer.office,
        person=officer,
        month=notice.month,
        unit=notice.unit,
        until=datetime(2026, 11, 10, 2, tzinfo=UTC),
        reason="เครื่องเสีย",
        made_at=NOW,
    )
    assert "ตอบบันทึกแจ้ง เดือนตุลาคม 2569" in shown(client, officer)


def test_a_month_that_was_opened_again_says_until_when(client, officer, today):
    today(datetime(2026, 11, 9, 2, tzinfo=UTC))
    Unlock.objects.create(
        office=officer.office,
        person=officer,
        month=builders.month_of(officer.office),
        unit=officer.memberships.first().unit,
        until=datetime(2026, 11, 10, 9, 30, tzinfo=UTC),
        reason="เครื่องเสีย",
        made_at=NOW,
    )
    text = box(shown(client, officer))
    assert "ฝ่ายบริหารทั่วไปเปิดแก้ไขถึง <strong>10 พ.ย. 2569 16.30 น.</strong>" in text
    assert "ปิดรับ 10 พ.ย. 2569 16.30 น." in text


def test_a_second_returned_month_stands_among_the_other_things(client, officer):
    until = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    report(officer, state=ReportState.RETURNED, reopened_until=until)
    second = report(
        officer,
        "2026-11",
        state=ReportState.RETURNED,
        reopened_until=until,
        first=datetime(2026, 11, 1, 3, tzinfo=UTC),
    )
    Review.objects.create(report=second, version_no=1, accepted=False, comment="แนบหลักฐาน", at=NOW)
    text = shown(client, officer)
    assert text.count("แก้ไขรายงานเดือนพฤศจิกายน 2569 แล้วส่งใหม่") == 1
    assert "แนบหลักฐาน" in text.replace(box(text), "")


def test_two_overdue_months_are_both_asked_for(client, officer, office, today):
    month = builders.month_of(office)
    later = datetime(2026, 12, 15, 9, 30, tzinfo=UTC)
    ReportingMonth.objects.filter(pk=month.pk).update(lock_at=later)
    today(datetime(2026, 12, 2, 2, tzinfo=UTC))
    text = shown(client, officer)
    assert "ส่งรายงานเดือนตุลาคม 2569" in box(text)
    overdue = text.replace(box(text), "").split("ส่งรายงานเดือนพฤศจิกายน 2569")[1].split("</li>")[0]
    assert "ยังไม่ส่ง" in overdue


def test_what_waits_for_review_stands_apart(client, officer):
    report(officer)
    text = shown(client, officer)
    assert "รอผู้อื่น" in text
    assert "ส่งแล้วเมื่อ 29 ต.ค. 2569 10.00 น." in text
    assert "มี 1 เรื่องที่ต้องทำ" in text


def test_what_was_changed_since_it_was_sent_is_to_be_sent_again(client, officer):
    item = officer.monthly_shares.first().item
    sent = builders.send_report(officer, {item: 5}, at=datetime(2026, 11, 1, 3, tzinfo=UTC), month="2026-11")
    line = ReportLine.objects.create(report=sent, item=item, kind=AnswerKind.VALUE, quantity=5)
    assert "แก้หลังส่ง" not in shown(client, officer)
    ReportLine.objects.filter(pk=line.pk).update(quantity=6)
    text = shown(client, officer)
    assert "ส่งรายงานเดือนพฤศจิกายน 2569 อีกครั้ง" in text
    assert "รอผู้อื่น" not in text


def submitted_both(officer):
    report(officer)
    report(officer, "2026-11", first=datetime(2026, 11, 1, 3, tzinfo=UTC))


def accepted_both(officer):
    report(officer, state=ReportState.ACCEPTED)
    report(officer, "2026-11", state=ReportState.ACCEPTED, first=datetime(2026, 11, 1, 3, tzinfo=UTC))


def closed(officer):
    ReportingMonth.objects.update(closed_at=NOW)


def waived(officer):
    for month in ("2026-10", "2026-11"):
        record = builders.month_of(officer.office, month)
        ExpectedReport.objects.create(
            office=officer.office,
            person=officer,
            month=record,
            unit=officer.memberships.first().unit,
            due_at=record.due_at,
            waiver=WaiverKind.LEAVE,
            waived_at=NOW,
        )


def left(officer):
    officer.memberships.update(ends_on=date(2026, 11, 2))
    report(officer, state=ReportState.ACCEPTED)


def not_reporting(officer):
    officer.reports = False
    officer.save()


def no_plan(officer):
    ActionPlan.objects.update(state=PlanState.DRAFT, approved_at=None, approved_on=None)


@pytest.mark.parametrize(
    "done",
    [submitted_both, accepted_both, closed, waived, left, not_reporting, no_plan],
    ids=lambda f: f.__name__,
)
def test_nothing_is_asked_of_an_officer_when(client, officer, done):
    done(officer)
    text = shown(client, officer)
    assert box(text) == ""
    assert "วันนี้ไม่มีเรื่องค้าง" in text


def test_the_year_strip_shows_each_month_by_word(client, officer):
    report(officer, first=datetime(2026, 11, 1, 3, tzinfo=UTC))
    text = shown(client, officer)
    strip = text.split('class="strip"')[1].split("</ul>")[0]
    assert strip.count("<li") == 12
    assert strip.count("is-warn") == 1
    assert "การส่งรายงาน 1 เดือน: ช้า 1" in text
    assert strip.count('aria-current="date"') == 1


def test_no_strip_for_who_never_reports(client, cast, unit):
    text = shown(client, director_of(unit))
    assert ('class="strip"' in text, "ของฉัน</h2>" in text) == (False, False)


def test_the_next_meeting_is_shown_in_words(client, officer):
    assert "อีก 11 วัน · ศุกร์ 13 พฤศจิกายน 2569" in shown(client, officer)


def test_an_officer_sees_nothing_of_others(client, officer):
    text = shown(client, officer)
    assert "การส่งรายงานเดือน" not in text
    assert "/compliance/" not in text


# --- the admin unit, heads, the director ---


@pytest.fixture
def cast(unit, plan):
    """Five officers: missing, submitted late, returned, accepted, waived."""
    people = [builders.make_person(unit, first_name=name) for name in ("ขาด", "ช้า", "แก้", "รับ", "เว้น")]
    builders.make_item(plan, {person: [1] * 12 for person in people})
    _missing, late, returned, accepted, excused = people
    report(late, first=datetime(2026, 11, 1, 3, tzinfo=UTC))
    report(returned, state=ReportState.RETURNED)
    report(accepted, state=ReportState.ACCEPTED)
    october = builders.month_of(unit.office)
    ExpectedReport.objects.create(
        office=unit.office,
        person=excused,
        month=october,
        unit=unit,
        due_at=october.due_at,
        waiver=WaiverKind.DUTY,
        waived_at=NOW,
    )
    flag(late, Breach.LATE)
    flag(accepted, Breach.OFF_PLAN)
    flag(returned, Breach.OFF_PLAN, state=FlagState.CLEARED)
    return people


@pytest.fixture
def clerk(unit):
    return builders.make_person(unit, Role.GENERAL_ADMIN, reports=False)


def tiles(text: str) -> dict[str, int]:
    """Link → count, of the tiles and pills that lead to the dashboard of October."""
    found = {}
    for part in text.split('href="/compliance/2026-10/?')[1:]:
        link, rest = part.split('"', 1)
        if "<b>" in rest.split("</a>")[0]:
            found[link] = int(rest.split("<b>")[1].split("</b>")[0])
    return found


def test_the_admin_unit_sees_the_last_months_counts_with_links(client, cast, clerk):
    text = shown(client, clerk)
    assert tiles(text) == {
        "state=missing": 1,
        "state=submitted": 1,
        "state=returned": 1,
        "state=accepted": 1,
        "state=waived": 1,
        "flag=LATE": 1,
        "flag=OFF_PLAN": 1,
    }
    assert "ส่งแล้ว 3 จาก 4 ฉบับ" in text


def test_every_count_is_the_number_of_rows_that_its_link_shows(client, cast, clerk):
    flag(cast[4], Breach.OFF_PLAN)
    Flag.objects.filter(breach=Breach.LATE).delete()
    found = tiles(shown(client, clerk))
    assert found["flag=LATE"] == 1
    for link, n in found.items():
        board = client.get(f"/compliance/2026-10/?{link}").content.decode()
        assert board.count("<tr data-person=") == n, link


def test_the_admin_unit_sees_the_current_month_and_what_waits_for_review(client, cast, clerk):
    report(cast[3], "2026-11", first=datetime(2026, 11, 1, 3, tzinfo=UTC))
    text = shown(client, clerk)
    assert "ส่งแล้ว 1 จาก 5 ฉบับ · ครบกำหนด 30 พ.ย. 2569 16.30 น." in text
    assert "ตรวจรับรายงานเดือนตุลาคม 2569 1 ฉบับ" in text
    assert "ตรวจรับรายงานเดือนพฤศจิกายน 2569 1 ฉบับ" in text


def test_ones_own_report_isnt_among_those_to_review(client, cast, plan, clerk):
    builders.make_item(plan, {clerk: [1] * 12})
    report(clerk)
    text = shown(client, clerk)
    assert "ตรวจรับรายงานเดือนตุลาคม 2569 1 ฉบับ" in text


def test_counts_come_from_the_register_once_it_is_written(client, cast, clerk, unit):
    october = builders.month_of(unit.office)
    ExpectedReport.objects.create(
        office=unit.office, person=cast[0], month=october, unit=unit, due_at=october.due_at
    )
    ReportingMonth.objects.filter(pk=october.pk).update(registered_at=NOW)
    assert tiles(shown(client, clerk))["state=accepted"] == 0


def test_holidays_not_confirmed_are_asked_of_the_admin_unit(client, plan, clerk, unit):
    text = shown(client, clerk)
    assert "ยืนยันวันหยุดราชการ" not in text
    Holiday.objects.filter(day__in=[date(2026, 12, 7), date(2026, 10, 13)]).update(confirmed=False)
    assert "ยืนยันวันหยุดราชการ 2 วัน" in shown(client, clerk)
    assert "ยืนยันวันหยุดราชการ" not in shown(client, director_of(unit))


def test_a_plan_not_approved_waits_for_the_director(client, plan, clerk, unit, officer):
    no_plan(officer)
    assert "อนุมัติแผนปฏิบัติงาน ปีงบประมาณ 2570" in shown(client, director_of(unit))
    assert "แผนปฏิบัติงาน ปีงบประมาณ 2570 ยังไม่อนุมัติ" in shown(client, clerk)


def test_a_year_without_a_plan_asks_the_admin_unit_to_import_one(client, clerk, unit):
    assert "/plans/2570/import/" in shown(client, clerk)
    assert "/import/" not in shown(client, director_of(unit))
    builders.make_plan(unit.office).delete()
    assert "เปิดปีงบประมาณแล้ว แต่ยังไม่มีแผน" in shown(client, clerk)
    assert "/import/" not in shown(client, director_of(unit))


def test_the_director_reads_the_month_in_one_sentence(client, cast, unit):
    text = shown(client, director_of(unit))
    sentence = text.split('class="fs-5 mb-4">')[1].split("</p>")[0]
    assert 'href="/compliance/2026-10/">3 จาก 4 ฉบับ</a>' in sentence
    assert 'href="/compliance/2026-10/?state=missing">1 คน</a>' in sentence
    assert 'href="/compliance/2026-10/?flag=OFF_PLAN">1 คน</a>' in sentence
    assert "ภาพรวมสำนักงาน" in text
    assert "/appraisals/2570/" in text
    assert "ตรวจรับรายงาน" not in text


def test_a_head_sees_who_of_the_unit_is_missing_and_nobody_else(client, cast, office, plan):
    other = builders.make_unit(office)
    stranger = builders.make_person(other, first_name="ต่างกลุ่ม")
    builders.make_item(plan, {stranger: [1] * 12})
    head = builders.make_person(cast[0].memberships.first().unit, Role.UNIT_HEAD, reports=False)
    text = shown(client, head)
    assert cast[0].full_name in text
    assert stranger.full_name not in text
    assert "เดือนตุลาคม 2569 ส่งแล้ว 3 จาก 4 ฉบับ" in text
    unit = head.memberships.first().unit_id
    assert tiles(text) == {f"unit={unit}&amp;flag=LATE": 1, f"unit={unit}&amp;flag=OFF_PLAN": 1}


def test_the_own_units_links_lead_to_that_unit_only(client, cast, office, plan):
    other = builders.make_unit(office)
    stranger = builders.make_person(other)
    builders.make_item(plan, {stranger: [1] * 12})
    flag(stranger, Breach.OFF_PLAN)
    mine = cast[0].memberships.first().unit
    both = builders.make_person(mine, Role.UNIT_HEAD, Role.GENERAL_ADMIN, reports=False)
    box = shown(client, both).split('aria-labelledby="unit"')[1].split("</section>")[0]
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/compliance/[^"]*)"', box)]
    assert len(links) == 3
    assert [stranger.full_name in client.get(link).content.decode() for link in links] == [False] * 3


def test_notices_in_vain_are_told_apart_by_what_can_still_be_done(client, cast, clerk, unit, today):
    told(cast[0])
    told(cast[1])
    told(cast[1], Breach.OFF_PLAN, no=2)
    today(datetime(2026, 11, 9, 2, tzinfo=UTC))
    text = shown(client, clerk)
    assert "บันทึกแจ้งที่เลยกำหนดตอบ 1 ฉบับ" in text
    assert "แจ้งครบ 2 ครั้งแล้วยังไม่ตอบ 1 ฉบับ" in text
    text = shown(client, director_of(unit))
    assert "บันทึกแจ้งที่เลยกำหนดตอบ" not in text
    assert "วันนี้ไม่มีเรื่องค้าง" not in text
    assert ("รอท่าน" in text, "แจ้งครบ 2 ครั้ง" in text.split(">เพื่อโปรดทราบ</h2>")[1]) == (False, True)


def test_a_return_not_answered_in_time_is_the_admin_units_until_it_is_open_again(
    client, cast, clerk, unit, today
):
    until = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    back = MonthlyReport.objects.filter(state=ReportState.RETURNED)
    back.update(reopened_until=until)
    line = "รายงานเดือนตุลาคม 2569 ที่ส่งกลับแล้วไม่แก้ไขภายในกำหนด 1 ฉบับ"
    today(until)
    assert line not in shown(client, clerk)
    today(until + timedelta(seconds=1))
    text = shown(client, clerk)
    assert (line in text, f'href="/reports/2026-10/{cast[2].code}/"' in text) == (True, True)
    assert line not in shown(client, director_of(unit))
    report(cast[0], state=ReportState.RETURNED, reopened_until=until)
    text = shown(client, clerk)
    assert ("ภายในกำหนด 2 ฉบับ" in text, 'href="/compliance/2026-10/?state=returned"' in text) == (True, True)
    record = builders.month_of(unit.office)
    unlock(
        cast[0],
        record,
        until=NOW + timedelta(days=9),
        reason="ขอเวลา",
        by=builders.actor(clerk),
        now=until + timedelta(days=1),
    )
    assert line in shown(client, clerk)
    told(cast[2], Breach.CPS_MISMATCH)
    assert "ไม่แก้ไขภายในกำหนด" not in shown(client, clerk), "it is among the notices"


def test_several_roles_show_each_section_once(client, cast, unit, plan):
    person = builders.make_person(unit, Role.GENERAL_ADMIN, Role.UNIT_HEAD, Role.DIRECTOR)
    builders.make_item(plan, {person: [1] * 12})
    text = shown(client, person)
    for name in ("next", "todo", "last", "current", "unit", "me", "meeting", "places"):
        assert text.count(f'id="{name}"') == 1, name


def test_a_system_administrator_is_led_to_people_and_jobs(client, unit):
    person = builders.make_person(unit, Role.SYSTEM_ADMIN)
    person.memberships.filter(role=Role.OFFICER).delete()
    text = shown(client, person)
    assert "/office/people/" in text
    assert "วันนี้ไม่มีเรื่องค้าง" in text


def test_one_office_shows_nothing_of_another(client, cast):
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    assert tiles(shown(client, stranger)) == {}


# --- messages ---


def message(person, n: int) -> Notification:
    return Notification.objects.create(
        person=person, key=f"k{n}", text=f"ข่าวที่ {n}", url="/meetings/", at=NOW + timedelta(minutes=n)
    )


def test_the_newest_five_unread_messages_are_shown_and_older_ones_folded(client, officer):
    for n in range(8):
        message(officer, n)
    shown_first, _, folded = shown(client, officer).partition("ข่าวก่อนหน้านี้อีก 3 ข่าว")
    assert [f"ข่าวที่ {n}" in shown_first for n in range(8)] == [False] * 3 + [True] * 5
    assert [f"ข่าวที่ {n}" in folded for n in range(8)] == [True] * 3 + [False] * 5


@pytest.mark.parametrize(("came", "left_over"), [(range(52), [0, 1]), ((51, *range(51)), [0, 51])])
def test_marking_as_read_covers_what_the_page_held(client, officer, came, left_over):
    for n in came:
        message(officer, n)
    client.force_login(officer)
    page = client.get("/").content.decode()
    ends = {end: re.search(f'name="{end}" value="([0-9]+)"', page)[1] for end in ("since", "until")}
    client.post("/notifications/read/", ends)
    left = Notification.objects.filter(read_at=None).order_by("at")
    assert [each.text for each in left] == [f"ข่าวที่ {n}" for n in left_over]


def test_marking_as_read_leaves_later_messages_and_those_of_others(client, officer, unit):
    first, later = message(officer, 1), message(officer, 2)
    other = message(builders.make_person(unit), 0)
    client.force_login(officer)
    page = client.post("/notifications/read/", {"since": "1", "until": str(first.pk)})
    assert page["Location"] == "/"
    read = {each.pk: each.read_at for each in Notification.objects.all()}
    assert read == {first.pk: NOW, later.pk: None, other.pk: None}


@pytest.mark.parametrize("until", ["", "x", "-1", "๑", "9" * 30])
def test_nonsense_marks_nothing(client, officer, until):
    message(officer, 1)
    client.force_login(officer)
    assert client.post("/notifications/read/", {"since": "1", "until": until}).status_code == 302
    assert Notification.objects.get().read_at is None


def test_messages_are_not_marked_by_get(client, officer):
    client.force_login(officer)
    assert client.get("/notifications/read/").status_code == 405


# --- cost ---


@pytest.mark.parametrize("people", [1, 3, 60])
@pytest.mark.parametrize(
    ("roles", "queries"),
    [
        ((), 7),  # one of them counts obstacles, one's own and the office's
        ((Role.UNIT_HEAD,), 15),
        ((Role.GENERAL_ADMIN, Role.UNIT_HEAD, Role.DIRECTOR), 18),
    ],
    ids=["officer", "head", "all roles"],
)
def test_the_page_takes_the_same_queries_for_any_number_of_people(
    client, unit, plan, people, roles, queries, django_assert_num_queries
):
    reader = builders.make_person(unit, *roles)
    staff = [reader, *(builders.make_person(unit) for _ in range(people - 1))]
    builders.make_item(plan, {person: [1, 1] for person in staff})
    for person in staff[1::2]:
        report(person)
        flag(person, Breach.OFF_PLAN)
    client.force_login(reader)
    with django_assert_num_queries(queries):
        client.get("/")


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "วันนี้"), (1, "พรุ่งนี้"), (2, "อีก 2 วัน"), (-1, "เมื่อวาน"), (-3, "3 วันที่แล้ว")],
)
def test_days_in_words(days, words):
    assert in_words(NOW.date() + timedelta(days=days), NOW.date()) == words


# --- obstacles ---


def obstacles_in(text: str) -> list[str]:
    if 'id="obstacles"' not in text:
        return []
    box = text.split('id="obstacles"')[1].split("</section>")[0]
    return re.findall(r'href="(/obstacles/[^"]*)">(\d+ เรื่อง)<', box)


def raised(person, text: str):
    return raise_obstacle(person, None, text=text, by=builders.actor(person), now=NOW)


def test_ones_own_obstacles_are_counted_until_they_end(client, unit, officer):
    clerk = builders.make_person(unit, Role.GENERAL_ADMIN)
    assert obstacles_in(shown(client, officer)) == []
    agree(raised(officer, "ไม่มีรถ"), text="ใช้รถกลุ่มอื่น", by=builders.actor(clerk), now=NOW)
    solve(raised(officer, "รถเสีย"), text="ซ่อมแล้ว", by=builders.actor(officer), now=NOW)
    raised(officer, "ฝนตก")
    raised(clerk, "ไฟดับ")
    assert obstacles_in(shown(client, officer)) == [("/obstacles/?mine=1", "2 เรื่อง")]


def test_the_admin_unit_sees_how_many_wait_for_a_way_out(client, unit, officer):
    clerk = builders.make_person(unit, Role.GENERAL_ADMIN)
    raised(officer, "ฝนตก")
    agree(raised(officer, "ไม่มีรถ"), text="ใช้รถกลุ่มอื่น", by=builders.actor(clerk), now=NOW)
    raised(builders.make_person(builders.make_unit(builders.make_office())), "ของที่อื่น")
    assert obstacles_in(shown(client, clerk)) == [("/obstacles/?state=open", "1 เรื่อง")]
    assert obstacles_in(shown(client, director_of(unit))) == []


def test_an_obstacle_is_raised_from_home_by_those_who_may(client, unit, officer):
    assert 'href="/obstacles/new/">แจ้งปัญหาอุปสรรค</a>' in shown(client, officer)
    assert "/obstacles/new/" not in shown(client, director_of(unit))

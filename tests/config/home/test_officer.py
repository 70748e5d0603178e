"""Home of an officer: what is to be done, and by when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from office.models import Policy
from plans.actions import refresh_open_months
from plans.models import ReportingMonth
from reports.enums import AnswerKind, Breach, ReportState
from reports.models import ReportLine, Review, Unlock
from tests import builders
from tests.config.home.scene import NOW, box, director_of, left, no_plan, report, shown, told, waived

pytestmark = pytest.mark.django_db


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


def not_reporting(officer):
    officer.reports = False
    officer.save()


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

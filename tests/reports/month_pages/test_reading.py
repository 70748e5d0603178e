"""The officer's month as it is read, and where reports begin."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import ReportingMonth
from reports.enums import ReportState
from reports.models import ExpectedReport, MonthlyReport
from tests import builders as b
from tests.reports.month_pages.scene import IN_MONTH, client_of, statements, url

pytestmark = pytest.mark.django_db


class TestReading:
    def test_shows_every_item_with_a_share_that_month_and_nothing_else(self, at, plan, ann, unit):
        other = b.make_person(unit)
        b.make_item(plan, {ann: [4], other: [2]}, job_no="สสจ. 901")
        b.make_item(plan, {ann: [0]}, job_no="สสจ. 902")
        b.make_item(plan, {ann: [None, 3]}, job_no="สสจ. 903")
        b.make_item(plan, {other: [3]}, job_no="สสจ. 904")
        page = client_of(ann).get("/reports/2026-10/")
        assert page.status_code == 200
        assert re.findall(r"-head\">(สสจ\. \d+)", page.content.decode()) == ["สสจ. 901", "สสจ. 902"]

    def test_shows_nothing_of_a_plan_not_approved_and_says_who_must_approve(self, at, office, ann):
        plan = b.make_plan(office, approved=False)
        b.make_item(plan, {ann: [4]}, job_no="สสจ. 901")
        page = client_of(ann).get("/reports/2026-10/").content.decode()
        assert "สสจ. 901" not in page
        assert "รายงานได้เมื่อสหกรณ์จังหวัดอนุมัติแผนแล้ว" in page

    def test_a_year_without_a_plan_says_so(self, at, ann):
        page = client_of(ann).get("/reports/2026-10/")
        assert (page.status_code, "ยังไม่มีแผนปฏิบัติงาน ปีงบประมาณ 2570" in page.content.decode()) == (200, True)

    @pytest.mark.parametrize("month", ["2569-10", "2026-13", "x", "2026-1"])
    def test_what_is_no_month_is_not_found(self, at, plan, ann, month):
        assert client_of(ann).get(f"/reports/{month}/").status_code == 404

    def test_last_month_and_cumulative_stand_beside_the_box(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4, 5]})
        client = client_of(ann)
        client.post(url(ann, "submit/"), {"version": 0, f"l{item.pk}-quantity": "6"})
        at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
        page = client.get("/reports/2026-11/").content.decode()
        facts = re.search(r'<dl class="line-facts"[^>]*>(.*?)</dl>', page)[1]
        assert re.sub(r"<[^>]+>", " ", facts).split() == (
            ["แผนเดือนนี้", "5", "ครั้ง", "ผลเดือนก่อน", "6", "จาก", "4", "สะสมถึง", "ต.ค.", "2569", "6", "จาก", "4"]
        )
        assert '<th scope="row">ต.ค. 2569</th><td class="num">4</td><td class="num strong">6</td>' in page

    def test_each_line_leads_to_its_discussion_before_and_after_the_deadline(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        b.send_report(ann, {item: 4}, at=IN_MONTH)
        link = f'href="/plans/2570/items/{item.pk}/2026-10/"'
        for instant, written in ((IN_MONTH, True), (datetime(2026, 11, 20, 3, 0, tzinfo=UTC), False)):
            at(instant)
            page = client_of(ann).get("/reports/2026-10/").content.decode()
            assert (page.count(link), "บันทึกร่าง" in page) == (1, written)

    def test_a_percent_of_six_figures_is_grouped(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        client.post(url(ann, "save/"), {"version": 0, f"l{item.pk}-quantity": "1000"})
        assert "ร้อยละ 25,000.00" in client.get("/reports/2026-10/").content.decode()

    @pytest.mark.parametrize("items", [1, 10])
    def test_reads_with_eight_queries_however_many_items(self, at, plan, ann, items):
        for _ in range(items):
            b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        client.get("/reports/2026-10/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/reports/2026-10/")
        assert len(statements(captured)) == 8, statements(captured)

    def test_reads_a_returned_report_with_seven_queries(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        client.post(url(ann, "submit/"), {"version": 0, f"l{item.pk}-quantity": "4"})
        MonthlyReport.objects.update(state=ReportState.RETURNED)
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/reports/2026-10/").content.decode()
        asked = [sql for sql in statements(captured) if not sql.startswith('UPDATE "django_session')]
        assert ("บันทึกร่าง" in page, len(asked)) == (True, 7), asked

    def test_a_returned_report_past_its_answer_by_says_until_when_it_is_open(self, at, plan, ann):
        report = b.send_report(
            ann, {b.make_item(plan, {ann: [4]}): 4}, at=IN_MONTH, state=ReportState.RETURNED
        )
        until = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
        MonthlyReport.objects.filter(pk=report.pk).update(reopened_until=until)
        at(until + timedelta(minutes=30))
        page = client_of(ann).get("/reports/2026-10/").content.decode()
        said = "เลยกำหนดตอบ 5 พ.ย. 2569 16.30 น. · ยังแก้ได้ถึง <strong>6 พ.ย. 2569 16.30 น.</strong>"
        assert said in page

    def test_after_the_deadline_a_submitted_report_is_read_only_and_says_why(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        b.send_report(ann, {item: 4}, at=IN_MONTH)
        at(datetime(2026, 10, 30, 9, 30, 1, tzinfo=UTC))
        page = client_of(ann).get("/reports/2026-10/").content.decode()
        assert "ส่งรายงานแล้วและเลยกำหนดส่งแล้ว" in page
        assert "ตั้งแต่ 30 ต.ค. 2569 16.30 น." in page
        assert '<form class="two"' not in page

    def test_past_the_lock_says_since_when_and_what_to_do(self, at, plan, ann):
        b.make_item(plan, {ann: [4]})
        at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
        page = client_of(ann).get("/reports/2026-10/").content.decode()
        assert "เดือนนี้ปิดรับแก้ไขแล้ว ขอเปิดแก้ไขได้ที่ฝ่ายบริหารทั่วไป" in page
        assert "ตั้งแต่ 6 พ.ย. 2569 16.30 น." in page

    def test_a_month_to_come_says_when_it_opens_and_calls_nothing_unanswered(self, at, plan, ann):
        b.make_item(plan, {ann: [None, None, 4]})
        page = client_of(ann).get("/reports/2026-12/").content.decode()
        assert "เปิดให้รายงานตั้งแต่วันที่ 1 ธันวาคม 2569" in page
        assert ("ตั้งแต่ 8 ม.ค." in page, "ไม่ได้กรอก" in page) == (False, False)

    def test_a_waived_month_says_so(self, at, plan, ann, office, unit):
        b.make_item(plan, {ann: [4]})
        month = b.month_of(office)
        ExpectedReport.objects.create(
            office=office,
            person=ann,
            month=month,
            unit=unit,
            due_at=month.grace_end,
            waiver="LEAVE",
            waived_at=IN_MONTH,
        )
        assert "ยกเว้น" in client_of(ann).get("/reports/2026-10/").content.decode()


class TestHome:
    def test_leads_to_the_present_month_when_nothing_waits(self, at, plan, ann):
        assert client_of(ann).get("/reports/").url == "/reports/2026-10/"

    def test_leads_to_the_earliest_month_past_its_deadline_and_still_open(self, at, plan, ann):
        b.make_item(plan, {ann: [4, 4]})
        at(datetime(2026, 11, 2, 2, 0, tzinfo=UTC))
        assert client_of(ann).get("/reports/").url == "/reports/2026-10/"

    @pytest.mark.parametrize("reason", ["submitted", "locked", "closed"])
    def test_passes_by_a_month_that_needs_nothing_or_takes_nothing(self, at, plan, ann, reason):
        item = b.make_item(plan, {ann: [4, 4]})
        at(datetime(2026, 11, 2, 2, 0, tzinfo=UTC))
        if reason == "submitted":
            b.send_report(ann, {item: 4}, at=IN_MONTH)
        elif reason == "locked":
            ReportingMonth.objects.filter(first="2026-10-01").update(lock_at=IN_MONTH)
        else:
            ReportingMonth.objects.filter(first="2026-10-01").update(closed_at=IN_MONTH)
        assert client_of(ann).get("/reports/").url == "/reports/2026-11/"

    def test_leads_back_to_a_returned_report(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4, 4]})
        report = b.send_report(ann, {item: 4}, at=IN_MONTH, state=ReportState.RETURNED)
        now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
        MonthlyReport.objects.filter(pk=report.pk).update(reopened_until=now + timedelta(days=1))
        at(now)
        assert client_of(ann).get("/reports/").url == "/reports/2026-10/"

"""Sending the month, also after signing in again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.enums import ReportState
from reports.models import MonthlyReport, Obstacle, ReportVersion
from tests import builders as b
from tests.reports.month_pages.scene import client_of, form_of, statements, url

pytestmark = pytest.mark.django_db


class TestAfterSigningInAgain:
    def test_each_text_is_read_back_under_its_job_and_field(self, at, plan, ann, unit):
        item = b.make_item(plan, {ann: [4]}, job_no="สสจ. 9")
        key = f"l{item.pk}"
        sent = {
            "version": "0",
            "drawn_for": ann.code,
            f"{key}-kind": "VALUE",
            f"{key}-quantity": "3",
            f"{key}-explanation": "ถนน <ขาด>",
            f"{key}-reason_category": "OTHER",
            "m-link": "example.go.th",
            "lesson": "นัดล่วงหน้า",
        }
        over = Client().post(url(ann, "submit/"), sent)
        assert over.status_code == 403
        bob = b.make_person(unit)
        for person in (ann, bob):
            person.set_password("ทดสอบ-ยาวพอ-2569")
            person.save()
        carried = {name: over.context[name] for name in ("target", "carried", "drawn_for")}
        seen = [
            Client().post(
                "/sign-in/resume/", carried | {"username": who.code, "password": "ทดสอบ-ยาวพอ-2569"}
            )
            for who in (ann, bob)
        ]
        assert [answer.status_code for answer in seen] == [200, 403]
        assert seen[0].context["texts"] == [
            (f"สสจ. 9 {item.name} · ผลเดือนนี้", "3"),
            (f"สสจ. 9 {item.name} · ชี้แจงเหตุผล", "ถนน <ขาด>"),
            (f"สสจ. 9 {item.name} · สาเหตุหลัก", "อื่น ๆ"),
            ("บทเรียนของเดือน", "นัดล่วงหน้า"),
            ("ลิงก์หลักฐาน", "example.go.th"),
        ]
        assert "<dd>ถนน &lt;ขาด&gt;</dd>" in seen[0].content.decode()
        assert f"สสจ. 9 {item.name} · ชี้แจงเหตุผล\nถนน <ขาด>" in seen[1].context["text"]


class TestSubmitting:
    def test_says_when_and_that_it_was_on_time(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        page = client_of(ann).post(
            url(ann, "submit/"), {"version": 0, f"l{item.pk}-quantity": "4"}, follow=True
        )
        assert "ส่งรายงานเดือนตุลาคม 2569 แล้ว เมื่อ 20 ต.ค. 2569 10.00 น. ตรงเวลา" in page.content.decode()

    def test_a_corrected_report_is_told_from_the_first_that_was_on_time(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        client.post(url(ann, "submit/"), {"version": 0, f"l{item.pk}-quantity": "4"})
        at(datetime(2026, 10, 21, 3, 0, tzinfo=UTC))
        page = client.post(url(ann, "submit/"), {"version": 2, f"l{item.pk}-quantity": "5"}, follow=True)
        words = "แล้ว เมื่อ 21 ต.ค. 2569 10.00 น. เป็นฉบับที่ 2 · ส่งครั้งแรกเมื่อ 20 ต.ค. 2569 10.00 น. ตรงเวลา"
        assert words in page.content.decode()

    def test_a_double_click_says_that_it_was_sent(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        sent = form_of(client.get(url(ann)).content.decode()) | {f"l{item.pk}-quantity": "4"}
        client.post(url(ann, "submit/"), sent)
        page = client.post(url(ann, "submit/"), sent, follow=True)
        words = "ส่งรายงานเดือนตุลาคม 2569 แล้ว เมื่อ 20 ต.ค. 2569 10.00 น. ไม่มีอะไรเปลี่ยนหลังจากนั้น"
        assert words in page.content.decode()
        assert ReportVersion.objects.count() == 1

    def test_below_plan_without_explanation_links_to_the_field(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]}, job_no="สสจ. 901")
        page = client_of(ann).post(url(ann, "submit/"), {"version": 0, f"l{item.pk}-quantity": "3"})
        text = page.content.decode()
        assert (page.status_code, "ยังส่งไม่ได้ มี 1 จุดที่ต้องแก้" in text) == (422, True)
        link = f'<a href="#l{item.pk}-explanation">สสจ. 901: ชี้แจงเหตุผล กรอกเหตุผลที่ผลต่ำกว่าแผน</a>'
        assert (link in text, ReportVersion.objects.exists()) == (True, False)

    def test_unanswered_lines_are_asked_about_and_go_with_a_reason_each(self, at, plan, ann):
        done, left = b.make_item(plan, {ann: [4]}), b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        answer = client.post(url(ann, "submit/"), {"version": 0, f"l{done.pk}-quantity": "4"})
        assert answer.url == url(ann, "submit/")
        page = client.get(answer.url).content.decode()
        assert ("ส่งทั้งที่ยังไม่ครบ" in page, f'name="l{left.pk}-unavailable_reason"' in page) == (True, True)
        again = client.post(
            answer.url, {"version": 1, "incomplete": "1", f"l{left.pk}-unavailable_reason": " "}
        )
        assert (again.status_code, ReportVersion.objects.exists()) == (422, False)
        client.post(answer.url, {"version": 1, "incomplete": "1", f"l{left.pk}-unavailable_reason": "รอผล"})
        assert MonthlyReport.objects.get().state == ReportState.SUBMITTED

    def test_nothing_to_confirm_leads_back_to_the_form(self, at, plan, ann):
        b.make_item(plan, {ann: [4]})
        assert client_of(ann).get(url(ann, "submit/")).url == url(ann)

    @pytest.mark.parametrize(("told", "queries"), [("", 17), ("น้ำท่วม", 20)])
    def test_submits_with_at_most_twenty_queries(self, at, plan, ann, told, queries):
        items = [b.make_item(plan, {ann: [4]}) for _ in range(10)]
        client = client_of(ann)
        client.get(url(ann))
        sent = {"version": 0} | {f"l{item.pk}-quantity": "4" for item in items}
        sent |= {f"l{item.pk}-obstacle": told for item in items}
        with CaptureQueriesContext(connection) as captured:
            client.post(url(ann, "submit/"), sent)
        assert Obstacle.objects.count() == (10 if told else 0)
        assert len(statements(captured)) == queries, statements(captured)

    def test_a_draft_over_a_submission_is_named_until_it_is_sent(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        client.post(url(ann, "submit/"), {"version": 0, f"l{item.pk}-quantity": "4"})
        assert "มีร่างที่ยังไม่ได้ส่ง" not in client.get(url(ann)).content.decode()
        client.post(url(ann, "save/"), {"version": 2, f"l{item.pk}-quantity": "6"})
        assert "มีร่างที่ยังไม่ได้ส่ง" in client.get(url(ann)).content.decode()

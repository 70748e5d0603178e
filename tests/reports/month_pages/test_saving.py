"""Saving the month: whole, in parts, from two devices."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office.enums import Role
from reports.enums import AnswerKind, ReportState
from reports.models import MonthlyReport, ReportLine
from reports.queries import changed_reports
from tests import builders as b
from tests.reports.month_pages.scene import IN_MONTH, client_of, form_of, statements, url

pytestmark = pytest.mark.django_db


class TestSaving:
    def test_a_saved_page_shows_what_was_typed_and_opens_the_explanation_below_plan(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        answer = client.post(
            url(ann, "save/"), {"version": 0, f"l{item.pk}-quantity": "๓", f"l{item.pk}-obstacle": "ฝน"}
        )
        assert (answer.status_code, answer.url) == (302, url(ann))
        page = client.get(url(ann)).content.decode()
        fields = form_of(page)
        kept = (fields[f"l{item.pk}-kind"], fields[f"l{item.pk}-quantity"], fields[f"l{item.pk}-obstacle"])
        assert kept == ("VALUE", "3", "ฝน")
        assert f'<details class="mt-2" id="l{item.pk}-explain" open>' in page
        assert f'href="#l{item.pk}-explanation"' in page

    def test_says_what_is_kept_and_not_shown_beside_a_figure_that_is_full(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client, key = client_of(ann), f"l{item.pk}"
        kept = "ยังเก็บไว้ในร่างและในประวัติ แต่ไม่แสดงข้างผล"
        said = {f"{key}-explanation": "ต่ำ", f"{key}-unavailable_reason": "ไม่มี"}
        pages = []
        for version, (kind, figure) in enumerate((("NOT_AVAILABLE", ""), ("VALUE", "3"), ("VALUE", "4"))):
            sent = {"version": version, f"{key}-kind": kind, f"{key}-quantity": figure}
            pages.append(client.post(url(ann, "save/"), sent | said, follow=True).content.decode())
        assert [page.count(kept) for page in pages] == [0, 1, 2]
        assert f'id="{key}-explain" open' in pages[2]

    def test_a_form_sent_back_as_it_is_changes_nothing(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        first = {"version": 0, f"l{item.pk}-quantity": "1,234.5", f"l{item.pk}-narrative": "ก\r\nข"}
        client.post(url(ann, "save/"), first)
        client.post(url(ann, "save/"), form_of(client.get(url(ann)).content.decode()))
        assert MonthlyReport.objects.get().version == 1

    @pytest.mark.parametrize(
        ("typed", "message"),
        [
            ("สาม", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “สาม”"),
            ("-1", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “-1”"),
            ("1.234", "ใส่ทศนิยมไม่เกิน 2 ตำแหน่ง คุณพิมพ์ “1.234”"),
            ("1e5", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “1e5”"),
            ("=1+1", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “=1+1”"),
        ],
    )
    @pytest.mark.parametrize("step", ["save/", "submit/"])
    def test_a_bad_figure_stays_on_the_page_and_all_that_is_good_is_kept(
        self, at, plan, ann, typed, message, step
    ):
        bad, good = b.make_item(plan, {ann: [4]}), b.make_item(plan, {ann: [4]})
        sent = {
            "version": 0,
            f"l{bad.pk}-quantity": typed,
            f"l{bad.pk}-narrative": "เล่า",
            f"l{good.pk}-quantity": "4",
        }
        page = client_of(ann).post(url(ann, step), sent)
        text = page.content.decode()
        assert (page.status_code, message in text) == (422, True)
        assert "ช่องที่ต้องแก้ยังไม่ได้บันทึก" in text
        assert form_of(text)[f"l{bad.pk}-quantity"] == typed
        kept = dict(ReportLine.objects.values_list("item_id", "quantity"))
        assert kept == {bad.pk: None, good.pk: Decimal(4)}
        assert ReportLine.objects.get(item=bad).narrative == "เล่า"
        assert MonthlyReport.objects.get().state == ReportState.DRAFT

    @pytest.mark.parametrize("kind", [AnswerKind.NOTHING, AnswerKind.NOT_AVAILABLE])
    def test_a_figure_beside_no_result_is_asked_about(self, at, plan, ann, kind):
        item = b.make_item(plan, {ann: [4]})
        sent = {"version": 0, f"l{item.pk}-kind": kind.value, f"l{item.pk}-quantity": "3"}
        page = client_of(ann).post(url(ann, "save/"), sent)
        assert (page.status_code, "เลือก “มีผล” หรือลบตัวเลขที่พิมพ์ไว้" in page.content.decode()) == (422, True)

    def test_the_second_tab_sees_both_versions_and_chooses(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client, key = client_of(ann), f"l{item.pk}"
        client.post(url(ann, "save/"), {"version": 0, f"{key}-quantity": "3", f"{key}-narrative": "แท็บแรก"})
        old = {"version": 0, f"{key}-quantity": "5", f"{key}-narrative": "แท็บสอง", f"{key}-obstacle": ""}
        page = client.post(url(ann, "save/"), old)
        text = page.content.decode()
        assert (page.status_code, "ต่างกัน 2 ช่อง" in text) == (409, True)
        assert ("5 ครั้ง" in text, "3 ครั้ง" in text, "แท็บแรก" in text) == (True, True, True)
        assert ReportLine.objects.get().quantity == 3
        chosen = old | {"version": 1, f"choice-{key}-result": "mine", f"choice-{key}-narrative": "theirs"}
        client.post(url(ann, "save/"), chosen)
        line = ReportLine.objects.get()
        assert (line.quantity, line.narrative) == (5, "แท็บแรก")

    @pytest.mark.parametrize(
        ("typed", "asked"),
        [
            ({"narrative": "จากโทรศัพท์"}, []),
            ({"narrative": "จากโทรศัพท์", "quantity": "5"}, ["result"]),
            ({"quantity": "๓"}, []),
        ],
    )
    @pytest.mark.parametrize("step", ["save/", "submit/"])
    def test_only_what_both_devices_changed_is_asked(self, at, plan, ann, typed, asked, step):
        item = b.make_item(plan, {ann: [4]})
        client, key = client_of(ann), f"l{item.pk}"
        client.post(url(ann, "save/"), {"version": 0, "lesson": "เดิม", f"{key}-obstacle": "น้ำท่วม"})
        phone = form_of(client.get("/reports/2026-10/").content.decode())
        desk = phone | {
            "lesson": "จากโต๊ะ",
            f"{key}-quantity": "3",
            f"{key}-obstacle": "",
            f"{key}-explanation": "ฝน",
        }
        client.post(url(ann, "save/"), desk)
        page = client.post(url(ann, step), phone | {f"{key}-{name}": text for name, text in typed.items()})
        text = page.content.decode()
        line, report = ReportLine.objects.get(), MonthlyReport.objects.get()
        assert (line.quantity, line.obstacle, report.lesson) == (3, "", "จากโต๊ะ")
        if step == "submit/" or asked:
            assert page.status_code == 409
            assert re.findall(r'"choice-l\d+-(\w+)" value="mine" checked', text) == asked
            assert "<dt>บทเรียนของเดือน</dt><dd>จากโต๊ะ</dd>" in text
            chosen = dict(re.findall(r'<textarea hidden name="([^"]+)">([^<]*)</textarea>', text))
            chosen |= dict(re.findall(r'name="(version|made-from)" value="([^"]*)"', text))
            page = client.post(url(ann, step), chosen)
        assert page.status_code == 302, page.content.decode()
        line, report = ReportLine.objects.get(), MonthlyReport.objects.get()
        assert (line.quantity, line.narrative) == (5 if asked else 3, typed.get("narrative", ""))
        assert (line.obstacle, line.explanation, report.lesson) == ("", "ฝน", "จากโต๊ะ")

    def test_works_outside_the_plan_of_two_devices_are_kept_together(self, at, plan, ann):
        b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        client.post(url(ann, "save/"), {"version": 0, "lesson": "เดิม"})
        read = form_of(client.get("/reports/2026-10/").content.decode()) | {"works": "1"}
        client.post(url(ann, "save/"), read | {"u0-name": "งานที่โต๊ะ"})
        text = client.post(url(ann, "save/"), read | {"u0-name": "งานในพื้นที่"}).content.decode()
        assert "รวมของทั้งสองฝั่ง" in text
        chosen = dict(re.findall(r'<textarea hidden name="([^"]+)">([^<]*)</textarea>', text))
        chosen |= dict(re.findall(r'name="(version|made-from|settled)" value="([^"]*)"', text))
        page = client.post(url(ann, "save/"), chosen | {"choice-works": "mine"}, follow=True)
        assert "บันทึกร่างตามที่เลือกแล้ว ยังไม่ได้ส่งรายงาน" in page.content.decode()
        assert [work["name"] for work in MonthlyReport.objects.get().works] == ["งานที่โต๊ะ", "งานในพื้นที่"]

    def test_words_moved_to_another_field_of_a_work_are_a_change_of_it(self, at, plan, ann):
        b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        client.post(url(ann, "save/"), {"version": 0, "works": "1", "u0-name": "อบรม สมาชิก"})
        phone = form_of(client.get("/reports/2026-10/").content.decode()) | {"works": "1"}
        client.post(url(ann, "save/"), phone | {"lesson": "จากโต๊ะ"})
        client.post(url(ann, "save/"), phone | {"u0-name": "อบรม", "u0-narrative": "สมาชิก"})
        report = MonthlyReport.objects.get()
        assert (report.works[0]["name"], report.works[0]["narrative"]) == ("อบรม", "สมาชิก")
        assert report.lesson == "จากโต๊ะ"

    def test_an_empty_field_never_takes_a_text_away_unasked(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client, key = client_of(ann), f"l{item.pk}"
        client.post(url(ann, "save/"), {"version": 0, "lesson": "เก็บไว้"})
        page = client.post(url(ann, "save/"), {"version": 0, f"{key}-quantity": "3", "lesson": ""})
        chosen = re.findall(r'name="choice-(\w+)" value="(\w+)" checked', page.content.decode())
        assert ("lesson", "theirs") in chosen

    @pytest.mark.parametrize(
        ("change", "back"),
        [
            ({"lesson": "ใหม่"}, {"lesson": ""}),
            ({"quantity": "3"}, {"quantity": "4"}),
            ({"kind": "NOTHING", "quantity": ""}, {"kind": "VALUE", "quantity": "4"}),
            ({"works": "sent", "u0-name": "งานใหม่"}, {"works": "sent"}),
            ({"m-link": "https://example.org/a"}, {}),
        ],
    )
    def test_what_was_changed_since_it_was_sent_is_said(self, at, plan, ann, change, back):
        item = b.make_item(plan, {ann: [4]})
        client, of_line = client_of(ann), ("kind", "quantity")
        client.post(url(ann, "submit/"), {"version": 0, f"l{item.pk}-quantity": "4"})

        def page_after(fields, version) -> tuple[bool, bool, int]:
            sent = {f"l{item.pk}-{name}" if name in of_line else name: text for name, text in fields.items()}
            client.post(url(ann, "save/"), {"version": version, **sent})
            page = client.get("/reports/2026-10/").content.decode()
            return "ส่งแล้ว 10.00 น." in page, "แก้หลังส่ง ยังไม่ได้ส่งใหม่" in page, changed_reports().count()

        assert page_after({}, 2) == (True, False, 0)
        at(IN_MONTH + timedelta(minutes=1))
        assert page_after(change, 2) == (False, True, 1)
        if back:
            assert page_after(back, 3) == (True, False, 0)

    def test_what_was_typed_is_shown_when_the_month_shut_meanwhile(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
        key = f"l{item.pk}"
        typed = {"version": 0, f"{key}-explanation": "พิมพ์ไว้ยาว", f"{key}-kind": "NOTHING"}
        page = client_of(ann).post(url(ann, "save/"), typed)
        told = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.content.decode())
        assert page.status_code == 409
        assert sorted(told) == [
            (f"{item.job_no} {item.name} · ชี้แจงเหตุผล", "พิมพ์ไว้ยาว"),
            (f"{item.job_no} {item.name} · เดือนนี้มีผลอย่างไร", "ไม่มีผลการดำเนินงาน"),
        ]
        assert not MonthlyReport.objects.exists()

    def test_saves_with_at_most_twelve_queries(self, at, plan, ann):
        items = [b.make_item(plan, {ann: [4]}) for _ in range(10)]
        client = client_of(ann)
        first = {"version": 0} | {f"l{item.pk}-quantity": "4" for item in items}
        with CaptureQueriesContext(connection) as captured:
            client.post(url(ann, "save/"), first)
        assert len(statements(captured)) == 11, statements(captured)
        later = {"version": 1} | {f"l{item.pk}-quantity": "5" for item in items}
        with CaptureQueriesContext(connection) as captured:
            client.post(url(ann, "save/"), later)
        assert len(statements(captured)) == 10, statements(captured)

    @pytest.mark.parametrize("step", ["save/", "submit/"])
    @pytest.mark.parametrize(
        ("role", "status"), [(Role.GENERAL_ADMIN, 403), (Role.DIRECTOR, 403), (Role.OFFICER, 404)]
    )
    def test_nobody_writes_anothers(self, at, plan, ann, unit, step, role, status):
        b.make_item(plan, {ann: [4]})
        answer = client_of(b.make_person(unit, role)).post(url(ann, step), {"version": 0})
        assert (answer.status_code, MonthlyReport.objects.exists()) == (status, False)

    def test_a_reload_of_a_refused_page_leads_back_to_the_form(self, at, plan, ann):
        b.make_item(plan, {ann: [4]})
        assert client_of(ann).get(url(ann, "save/")).url == url(ann)

"""The officer's month as a person sees it: what is shown, what is refused, what is kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office import clock
from office.enums import Role
from plans.models import ReportingMonth
from reports.enums import AnswerKind, ReportState
from reports.models import ExpectedReport, MonthlyReport, Obstacle, ReportLine, ReportVersion
from reports.queries import changed_reports
from tests import builders as b

pytestmark = pytest.mark.django_db

IN_MONTH = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def office():
    return b.make_office()


@pytest.fixture
def unit(office):
    return b.make_unit(office)


@pytest.fixture
def plan(office):
    return b.make_plan(office)


@pytest.fixture
def ann(unit):
    return b.make_person(unit, first_name="อัน")


@pytest.fixture
def at(monkeypatch):
    """Set the clock that the edge reads."""

    def setter(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    setter(IN_MONTH)
    return setter


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(person, step: str = "", month: str = "2026-10") -> str:
    return f"/reports/{month}/{person.code}/{step}"


def statements(captured) -> list[str]:
    """Without the words that only begin and end transactions."""
    skipped = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return [query["sql"] for query in captured if not query["sql"].startswith(skipped)]


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the page's main form."""
    form = page[page.index('<form class="two"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(version|made-from)" value="([^"]*)"', form))
    fields |= dict(re.findall(r'<input class="form-control[^>]*name="([^"]+)"[^>]* value="([^"]*)"', form))
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    fields |= dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)" checked>', form))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)">(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    return fields


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


class TestVersions:
    def test_each_shows_what_it_said(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        for quantity in (7, 8):
            b.send_report(ann, {item: quantity}, at=IN_MONTH)
        client = client_of(ann)
        shown = [client.get(url(ann, f"versions/{no}/")).content.decode() for no in (1, 2)]
        assert [re.findall(r'data-th="ผล">(\d+)<', page) for page in shown] == [["7"], ["8"]]
        assert client.get(url(ann, "versions/3/")).status_code == 404

    def test_out_of_reach_is_not_found(self, at, plan, ann, unit):
        b.send_report(ann, {b.make_item(plan, {ann: [4]}): 4}, at=IN_MONTH)
        assert client_of(b.make_person(unit)).get(url(ann, "versions/1/")).status_code == 404


@pytest.mark.parametrize("address", ["/reports/", "/reports/2026-10/", "/reports/2026-10/T1/"])
def test_a_stranger_is_led_to_sign_in(address):
    answer = Client().get(address)
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/sign-in/")


class TestOddPages:
    def test_the_confirmation_is_shut_with_the_month(self, at, plan, ann):
        b.make_item(plan, {ann: [4]})
        at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
        assert client_of(ann).get(url(ann, "submit/")).status_code == 409

    def test_submitting_from_an_old_tab_shows_both_versions_and_then_goes(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        client, key = client_of(ann), f"l{item.pk}"
        client.post(url(ann, "save/"), {"version": 0, f"{key}-kind": "NOTHING", f"{key}-quantity": ""})
        old = {"version": 0, f"{key}-quantity": "4", f"{key}-reason_category": "LEAVE"}
        page = client.post(url(ann, "submit/"), old)
        text = page.content.decode()
        assert (page.status_code, "ไม่มีผลการดำเนินงาน" in text, "ส่งตามที่เลือก" in text) == (409, True, True)
        client.post(url(ann, "submit/"), old | {"version": 1, f"choice-{key}-result": "mine"})
        assert MonthlyReport.objects.get().state == ReportState.SUBMITTED

    def test_submitting_when_the_month_shut_meanwhile_keeps_what_was_typed_in_sight(self, at, plan, ann):
        item = b.make_item(plan, {ann: [4]})
        at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
        typed = {"version": 0, f"l{item.pk}-narrative": "เล่าไว้", f"l{item.pk}-reason_category": "LEAVE"}
        page = client_of(ann).post(url(ann, "submit/"), typed)
        assert (page.status_code, "เล่าไว้" in page.content.decode()) == (409, True)

    def test_unplanned_work_that_was_reported_stays_on_the_page(self, at, plan, ann, unit):
        other = b.make_person(unit)
        b.make_item(plan, {ann: [4]})
        theirs = b.make_item(plan, {other: [4]}, job_no="กสส. 905")
        report = b.send_report(ann, {theirs: 2}, at=IN_MONTH)
        ReportLine.objects.create(report=report, item=theirs, kind="VALUE", quantity=2)
        page = client_of(ann).get(url(ann)).content.decode()
        assert ("กสส. 905" in page, "นอกแผน" in page) == (True, True)

    def test_an_accepted_month_says_since_when(self, at, plan, ann):
        report = b.send_report(
            ann, {b.make_item(plan, {ann: [4]}): 4}, at=IN_MONTH, state=ReportState.ACCEPTED
        )
        MonthlyReport.objects.filter(pk=report.pk).update(decided_at=IN_MONTH)
        page = client_of(ann).get(url(ann)).content.decode()
        assert ("ตรวจรับแล้ว" in page, "ตั้งแต่ 20 ต.ค. 2569 10.00 น." in page) == (True, True)

    def test_a_person_without_items_is_told_so(self, at, plan, ann):
        assert "เดือนนี้คุณไม่มีรายการในแผน" in client_of(ann).get(url(ann)).content.decode()

    @pytest.mark.parametrize("step", ["save/", "submit/"])
    def test_a_month_that_is_not_there_takes_nothing(self, at, ann, step):
        assert client_of(ann).post(url(ann, step), {"version": 0}).status_code == 404

"""What was sent, and odd addresses."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from reports.enums import ReportState
from reports.models import MonthlyReport, ReportLine
from tests import builders as b
from tests.reports.month_pages.scene import IN_MONTH, client_of, url

pytestmark = pytest.mark.django_db


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

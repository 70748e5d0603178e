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
from reports.enums import AnswerKind, ReportState
from reports.models import MonthlyReport, ReportLine, ReportVersion, SubmittedLine
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
    fields = dict(re.findall(r'<input type="hidden" name="(version)" value="([^"]*)"', form))
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
        facts = re.search(r'<dl class="line-facts">(.*?)</dl>', page)[1]
        assert re.sub(r"<[^>]+>", " ", facts).split() == (
            "แผนเดือนนี้ 5 ครั้ง ผลเดือนก่อน 6 จาก 4 สะสมถึง ต.ค. 2569 6 จาก 4".split()
        )
        assert "ต.ค. 2569 6/4" in page

    @pytest.mark.parametrize("items", [1, 10])
    def test_reads_with_eight_queries_however_many_items(self, at, plan, ann, items):
        for _ in range(items):
            b.make_item(plan, {ann: [4]})
        client = client_of(ann)
        client.get("/reports/2026-10/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/reports/2026-10/")
        assert len(statements(captured)) == 8, statements(captured)

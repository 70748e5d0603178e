"""The page "where I stand": what it counts, where each number leads, and that blank is not zero."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appraisals.printing import year_print
from appraisals.queries import years_of
from office.calendar import day_of
from office.enums import Role
from reports.actions.drafts import save_draft
from reports.actions.unlocks import unlock
from reports.answers import WholeAnswer, Work
from reports.enums import Breach, FlagState, ReportState
from tests import builders as b

pytestmark = pytest.mark.django_db
BEFORE = datetime(2026, 10, 5, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
"""October and November are due."""
SENT = datetime(2026, 10, 29, 3, 0, tzinfo=UTC)


class Cast:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = unit = b.make_unit(self.office)
        other = b.make_unit(self.office)
        self.ann = b.make_person(unit, code="AN1")
        self.head = b.make_person(unit, Role.UNIT_HEAD, code="HE1")
        self.personnel = b.make_person(other, Role.PERSONNEL, code="PE1")
        self.director = b.make_person(other, Role.DIRECTOR, code="DI1")
        plan = b.make_plan(self.office)
        self.met = b.make_item(plan, {self.ann: [4, 4, 4]})
        self.behind = b.make_item(plan, {self.ann: [4, 4, 4]})
        self.later = b.make_item(plan, {self.ann: [None, None, 4]})
        self.silent = b.make_item(plan, {self.ann: [None, 4]})
        self.outside = b.make_item(plan, {b.make_person(other): [4]})
        for month, at in (("2026-10", SENT), ("2026-11", SENT + timedelta(days=30))):
            answers = {self.met: 4, self.behind: 3}
            if month == "2026-10":
                answers |= {self.later: 2, self.outside: 5}
            else:
                answers[self.silent] = {"kind": "NOT_AVAILABLE", "unavailable_reason": "รอข้อมูล"}
            self.report = b.send_report(self.ann, answers, at=at, month=month)

    def says(self, *, rating: str = "", lesson: str = "", work: str = "") -> None:
        version = self.report.last_version
        version.self_rating, version.lesson = rating, lesson
        if work:
            said = Work(work, Decimal(7), "วัน")
            version.works = WholeAnswer(works=(said,)).works_as_rows
        version.save()


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def page(client, monkeypatch):
    def show(person, code="AN1", at=NOW, **query) -> str:
        monkeypatch.setattr("office.clock.now", lambda: at)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(reverse("person-year", args=[2570, code]), query)
        assert answer.status_code == 200
        return answer.content.decode()

    return show


def items(text: str) -> dict[str, str]:
    return dict(re.findall(r'data-item="([^"]*)" data-met="([^"]*)"', text))


def part(text: str, heading: str) -> str:
    """From one section's heading to the next section."""
    return text.split(f'id="{heading}"')[1].split("</section>")[0]


def test_each_item_stands_in_one_word_and_the_tiles_count_them(cast, page):
    text = page(cast.ann)
    assert items(text) == {
        cast.met.job_no: "met",
        cast.behind.job_no: "behind",
        cast.later.job_no: "not-due",
        cast.silent.job_no: "unsaid",
    }
    tiles = re.findall(r'href="\?show=([a-z-]+)#items"[^>]*><b>(\d+)</b>', text)
    assert tiles == [("met", "1"), ("behind", "1"), ("not-due", "1"), ("unsaid", "1")]
    assert "งานตามแผน 4 งาน ถึงเดือนพฤศจิกายน 2569" in text
    assert "ตอบว่าไม่มีข้อมูล 1 เดือน" in text


@pytest.mark.parametrize("word", ["met", "behind", "not-due", "unsaid"])
def test_a_tile_leads_to_its_rows_and_back_to_all(cast, page, word):
    text = page(cast.ann, show=word)
    assert list(items(text).values()) == [word]
    assert "ดูทั้ง 4 งาน" in text


@pytest.mark.parametrize("word", ["", "x", "<b>", "\u0e01"])
def test_an_unknown_choice_shows_all(cast, page, word):
    assert len(items(page(cast.ann, show=word))) == 4


def test_the_figures_are_to_date_and_not_of_the_year(cast, page):
    row = part(page(cast.ann), "items").split(f'data-item="{cast.behind.job_no}"')[1].split("</tr>")[0]
    numbers = re.findall(r'<td class="num"[^>]*>(?:<b>)?([^<]*)', row)
    assert numbers == ["8", "6", "75.00 %", "12"]
    assert "<title>ผล 6 เป้าถึงเดือนนี้ 8 เป้าทั้งปี 12</title>" in row
    assert "ยังไม่ได้ตามเป้า" in row


def test_both_rates_say_how_many_of_how_many_months(cast, page):
    text = page(cast.ann)
    assert text.count('<a href="#months">2 จาก 2 เดือน</a>') == 2


def test_before_anything_is_due_it_says_so_and_no_percent(cast, page):
    text = page(cast.ann, at=BEFORE)
    assert "ยังไม่มีเดือนที่ครบกำหนดส่ง" in text
    assert "0 %" not in text.split('id="items"')[0]
    assert "?show=" not in text


def test_the_next_deadline_leads_to_the_month_not_yet_sent(cast, page):
    assert '<a href="/reports/2026-12/AN1/">30 ธ.ค. 2569 16.30 น.</a>' in page(cast.ann)


def test_what_is_still_open_is_listed(cast, page):
    cast.report.state = ReportState.RETURNED
    cast.report.save()
    late = b.make_flag(cast.ann, Breach.OFF_PLAN, cast.behind, at=NOW, state=FlagState.NOTIFIED)
    notice = b.make_notice(late, at=NOW - timedelta(days=1))
    text = part(page(cast.ann), "h-todo")
    assert 'href="/reports/2026-11/AN1/">แก้ไขรายงานเดือนพฤศจิกายน 2569' in text
    assert f'href="/notices/{notice.pk}/">ตอบบันทึกแจ้ง เดือนตุลาคม 2569' in text
    assert "รอคำตอบ" in text
    later = part(page(cast.ann, at=NOW + timedelta(days=60)), "h-todo")
    assert "รายงานเดือนธันวาคม 2569" in later
    assert "เลยกำหนดตอบ" in later


@pytest.mark.parametrize(
    ("days", "kept", "said"),
    [
        pytest.param(-3, {}, "แก้ได้ถึง 30 พ.ย. 2569", id="until the deadline"),
        pytest.param(9, {}, "", id="not after it"),
        pytest.param(9, {"unlocked": True}, "แก้ได้ถึง 12 ธ.ค. 2569", id="until the end of an unlock"),
        pytest.param(9, {"told": True}, "แก้ได้ถึง 11 ธ.ค. 2569", id="until the answer-by of a notice"),
    ],
)
def test_what_was_changed_since_it_was_sent_is_listed_while_it_can_be_sent(cast, page, days, kept, said):
    at = datetime(2026, 11, 30, 2, 0, tzinfo=UTC) + timedelta(days=days)
    sent, month = SENT + timedelta(days=30), b.month_of(cast.office, "2026-11")
    change, by = {cast.met.pk: {"narrative": "เพิ่มภาพ"}}, b.actor(cast.ann, day_of(sent))
    save_draft(month, cast.ann, change, by=by, now=sent, version=cast.report.version)
    if kept.get("told"):
        flag = b.make_flag(cast.ann, Breach.OFF_PLAN, cast.behind, at=at, month="2026-11")
        b.make_notice(flag, at=at - timedelta(days=1))
    if kept.get("unlocked"):
        until, admin = at + timedelta(days=3), b.make_person(cast.unit, Role.GENERAL_ADMIN)
        unlock(cast.ann, month, until=until, reason="รอข้อมูล", by=b.actor(admin, day_of(at)), now=at, seen=0)
    text = part(page(cast.ann, at=at), "h-todo")
    assert (said in text) if said else "แก้หลังส่ง" not in text


def test_cases_are_counted_and_the_excused_apart(cast, page):
    b.make_flag(cast.ann, Breach.OFF_PLAN, cast.behind, at=NOW)
    b.make_flag(cast.ann, Breach.LATE, at=NOW, state=FlagState.EXCUSED)
    b.make_flag(cast.ann, Breach.INCOMPLETE, cast.met, at=NOW, state=FlagState.CLEARED)
    assert '<a href="#cases">นับ 1 · ผ่อนผัน 1</a>' in page(cast.ann)


def test_ratings_and_lessons_of_the_last_versions_are_shown(cast, page):
    assert "ยังไม่มี" in part(page(cast.ann), "ratings")
    cast.says(rating="4", lesson="นัดล่วงหน้า <b>สองสัปดาห์</b>")
    text = part(page(cast.ann), "ratings")
    assert "ประเมินแล้ว 1 เดือน" in text
    assert "พ.ย. <b>4</b><span>ดี</span>" in text
    assert "นัดล่วงหน้า &lt;b&gt;สองสัปดาห์&lt;/b&gt;" in text
    assert text.count("<circle") == 1


def test_work_outside_the_plan_stands_apart_and_in_no_figure(cast, page):
    before = items(page(cast.ann))
    cast.says(work="ช่วยงานน้ำท่วม")
    text = page(cast.ann)
    assert items(text) == before
    outside = part(text, "outside")
    assert "ช่วยงานน้ำท่วม" in outside
    assert cast.outside.job_no in outside
    assert cast.later.job_no in outside
    assert "3 รายการ ไม่นับในร้อยละ" in outside
    (year,) = years_of([cast.ann], cast.office, 2570, now=NOW, day=day_of(NOW))
    paper = year_print(year, office=cast.office, fiscal_year=2570, printed_by="", now=NOW)
    assert [work["result"] for work in paper["unplanned"]] == ["2 ครั้ง", "5 ครั้ง", "7 วัน"]
    assert cast.outside.job_no not in {item["job_no"] for item in paper["items"]}


def test_who_may_not_open_the_months_gets_no_links_to_them(cast, page):
    for person, leads in (
        (cast.ann, True),
        (cast.head, True),
        (cast.director, True),
        (cast.personnel, False),
    ):
        assert ('href="/reports/2026-1' in page(person)) is leads, person.code


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_takes_the_same_queries_whatever_stands_on_it(cast, page, client, how_many):
    for n in range(how_many):
        item = b.make_item(cast.office.plans.get(), {cast.ann: [1] * 12})
        flag = b.make_flag(cast.ann, Breach.OFF_PLAN, item, at=NOW, state=FlagState.NOTIFIED)
        b.make_notice(flag, at=NOW, no=n + 1)
    page(cast.ann)
    with CaptureQueriesContext(connection) as taken:
        client.get(reverse("person-year", args=[2570, "AN1"]))
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    assert sum(not each["sql"].startswith(marks) for each in taken) == 15


def test_home_leads_a_head_to_the_own_page(cast, client, monkeypatch):
    monkeypatch.setattr("office.clock.now", lambda: NOW)
    b.make_item(cast.office.plans.get(), {cast.head: [4]})
    client.force_login(cast.head, backend="django.contrib.auth.backends.ModelBackend")
    assert 'href="/appraisals/2570/HE1/"' in client.get("/").content.decode()
    assert client.get("/appraisals/2570/HE1/").status_code == 200

"""The missing-report dashboard as people see it: numbers, filters, reach, the workbook, checking again."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from django.test import Client

from office.enums import JobState, Role
from office.models import Job
from reports.actions.compliance import check_month
from reports.enums import Breach, FlagState, ReportState
from reports.models import ExpectedReport, Flag
from tests import builders

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
ON_TIME = DUE - timedelta(hours=6)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "/compliance/2026-10/"
ROW = re.compile(r'<tr data-person="([^"]*)" data-state="([^"]*)" data-timing="([^"]*)" data-flags="([^"]*)"')


class Cast:
    """Two units; each state and each flag of the page once."""

    def __init__(self) -> None:
        self.office = builders.make_office()
        self.admin_unit = builders.make_unit(self.office, "ฝ่ายบริหารทั่วไป")
        self.unit = builders.make_unit(self.office, "กลุ่มส่งเสริมสหกรณ์ 1")
        plan = builders.make_plan(self.office)
        self.admin = builders.make_person(self.admin_unit, Role.GENERAL_ADMIN, code="EX001")
        self.head = builders.make_person(self.unit, Role.UNIT_HEAD, code="EX002")
        codes = {"missing": "EX003", "late": "EX004", "half": "EX005", "off": "EX006", "waived": "EX007"}
        self.people = {
            name: builders.make_person(self.unit, code=code, first_name=f"ชื่อ{name}")
            for name, code in codes.items()
        }
        self.item = builders.make_item(
            plan,
            {person: [4, 4] for person in (self.admin, self.head, *self.people.values())},
            job_no="สสจ. 1",
        )
        self.other = builders.make_item(plan, {self["half"]: [2]}, job_no="สสจ. 2")
        self.month = builders.month_of(self.office)
        builders.send_report(self.admin, {self.item: 4}, at=ON_TIME)
        builders.send_report(self.head, {self.item: 4}, at=ON_TIME, state=ReportState.ACCEPTED)
        builders.send_report(self["late"], {self.item: 4}, at=DUE + DAY)
        builders.send_report(self["half"], {self.item: 4}, at=ON_TIME, state=ReportState.RETURNED)
        explained = {"kind": "VALUE", "quantity": 3, "explanation": "เลื่อนนัด"}
        builders.send_report(self["off"], {self.item: explained}, at=ON_TIME)
        ExpectedReport.objects.create(
            office=self.office,
            person=self["waived"],
            month=self.month,
            unit=self.unit,
            due_at=DUE,
            waiver="LEAVE",
            waived_at=ON_TIME,
        )

    def __getitem__(self, name: str):
        return self.people[name]

    def check(self):
        return check_month(self.month, as_of=NOW, by=builders.SYSTEM, store=True)


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def clock(monkeypatch):
    """Lets a test say what time it is."""

    def set_to(instant: datetime) -> None:
        monkeypatch.setattr("office.clock.now", lambda: instant)

    set_to(NOW)
    return set_to


@pytest.fixture
def as_(clock):
    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def rows(html: str) -> dict[str, tuple[str, str, str]]:
    return {code: (state, timing, flags) for code, state, timing, flags in ROW.findall(html)}


def words(html: str) -> str:
    return re.sub(r"</?span[^>]*>", "", html)


def page(client: Client, query: str = "") -> str:
    response = client.get(URL + query)
    assert response.status_code == 200
    return response.content.decode()


def tiles(html: str) -> dict[str, int]:
    found = re.findall(r"<b>(\d+)</b><span><i [^>]*></i>([^<]*)</span>", html)
    return {word: int(number) for number, word in found}


def pills(html: str) -> dict[str, int]:
    found = re.findall(r'href="\?[^"]*flag=[A-Z_]+"[^>]*><i [^>]*></i>([^<]*) <b>(\d+)</b>', html)
    return {word: int(number) for word, number in found}


def rates(html: str) -> dict[str, str]:
    return dict(re.findall(r"<div><dt>([^<]*)</dt><dd>([^<]*)</dd></div>", html))


CHECKED = {
    "EX001": ("submitted", "on-time", ""),
    "EX002": ("accepted", "on-time", ""),
    "EX003": ("expected", "missing", "MISSING"),
    "EX004": ("submitted", "late", "LATE"),
    "EX005": ("returned", "on-time", "INCOMPLETE"),
    "EX006": ("submitted", "on-time", "OFF_PLAN"),
    "EX007": ("waived", "pending", ""),
}


def test_each_expected_report_is_one_row_with_its_axes(cast, as_):
    cast.check()
    assert rows(page(as_(cast.admin))) == CHECKED


def test_the_counts_partition_the_register(cast, as_):
    cast.check()
    html = page(as_(cast.admin))
    found = tiles(html)
    assert found == {
        "ยังไม่ส่ง": 1,
        "รอตรวจ": 3,
        "ส่งกลับแก้ไข": 1,
        "ตรวจรับแล้ว": 1,
        "ยกเว้น": 1,
        "ทั้งหมด": 7,
    }
    assert sum(found.values()) == 2 * found["ทั้งหมด"]
    assert pills(html) == {
        "ยังไม่ส่ง": 1,
        "ส่งช้า": 1,
        "ไม่ครบถ้วน": 1,
        "ไม่เป็นไปตามแผน": 1,
        "ไม่ตรงกับ CPS": 0,
    }


def test_the_page_and_the_check_agree(cast, as_):
    check = cast.check().as_dict()
    found = rows(page(as_(cast.admin)))
    counted = {code for code, (state, _, _) in found.items() if state != "waived"}
    assert sorted(counted) == check["expected"]
    assert sorted(code for code, (_, timing, _) in found.items() if timing == "missing") == check["missing"]
    assert sorted(code for code, (_, timing, _) in found.items() if timing == "late") == check["late"]
    for breach, key in (("INCOMPLETE", "incomplete"), ("OFF_PLAN", "off_plan")):
        flagged = sorted(code for code, (_, _, flags) in found.items() if breach in flags.split())
        assert flagged == [row["person"] for row in check[key]]


def test_rates_are_over_the_register(cast, as_):
    cast.check()
    assert rates(page(as_(cast.admin))) == {
        "ส่งแล้ว": "5/6 · 83.33 %",
        "ตรงเวลา": "4/6 · 66.67 %",
        "ครบถ้วนตรงเวลา": "3/6 · 50.00 %",
    }


def test_before_the_first_check_nothing_is_said_to_be_complete(cast, as_):
    html = page(as_(cast.admin))
    assert rates(html)["ครบถ้วนตรงเวลา"] == "–"
    assert "ยังไม่เคยตรวจ" in html


def test_before_the_deadline_the_page_works_and_nobody_is_missing(cast, as_, clock):
    clock(DUE)
    html = page(as_(cast.admin))
    found = rows(html)
    assert found["EX003"] == ("expected", "pending", "")
    assert set(found) == set(CHECKED)
    assert tiles(html)["ยังไม่ส่ง"] == 2, "the late one has not come yet either"
    clock(DUE + timedelta(seconds=1))
    assert rows(page(as_(cast.admin)))["EX003"] == ("expected", "missing", "MISSING")


def test_timing_is_live_whatever_the_last_check_said(cast, as_, clock):
    cast.check()
    builders.send_report(cast["missing"], {cast.item: 4}, at=NOW + DAY)
    clock(NOW + 2 * DAY)
    assert rows(page(as_(cast.admin)))["EX003"] == ("submitted", "late", "LATE")


def test_a_settled_flag_stays_and_says_how_it_ended(cast, as_):
    cast.check()
    Flag.objects.filter(person=cast["off"]).update(state=FlagState.EXCUSED)
    Flag.objects.filter(person=cast["half"]).update(state=FlagState.CLEARED)
    html = page(as_(cast.admin))
    assert rows(html)["EX006"][2] == "OFF_PLAN"
    assert rows(html)["EX005"][2] == ""
    assert "ไม่เป็นไปตามแผน · ผ่อนผัน" in html


def test_of_two_flags_of_a_breach_the_less_settled_shows(cast, as_):
    cast.check()
    flag = Flag.objects.get(person=cast["off"])
    flag.pk, flag.item, flag.state = None, cast.other, FlagState.OPEN
    flag.save(force_insert=True)
    html = page(as_(cast.admin), "?q=EX006")
    assert "ชี้แจงแล้ว" not in html
    assert "ต่ำกว่าแผน: สสจ. 1, สสจ. 2" in words(html)


def test_what_is_lacking_is_named(cast, as_):
    silent = builders.make_person(cast.unit, code="EX008")
    builders.make_item(cast.month.fiscal_year.plan, {silent: [4]}, job_no="สสจ. 9")
    item = cast.month.fiscal_year.plan.items.get(job_no="สสจ. 9")
    builders.send_report(silent, {item: 1}, at=ON_TIME)
    cast.check()
    html = words(page(as_(cast.admin)))
    assert "ยังไม่กรอกผล: สสจ. 2" in html
    assert "ยังไม่ชี้แจง: สสจ. 9 · ต่ำกว่าแผน: สสจ. 9" in html


def test_a_waived_person_shows_why_and_bears_no_flag(cast, as_):
    cast.check()
    row = ExpectedReport.objects.get(person=cast["missing"])
    row.waiver, row.waived_at = "DUTY", NOW
    row.save()
    html = page(as_(cast.admin), "?state=waived")
    assert rows(html) == {"EX003": ("waived", "pending", ""), "EX007": ("waived", "pending", "")}
    assert "ไปราชการ" in html


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?state=missing", {"EX003"}),
        ("?state=submitted", {"EX001", "EX004", "EX006"}),
        ("?state=returned", {"EX005"}),
        ("?state=accepted", {"EX002"}),
        ("?state=waived", {"EX007"}),
        ("?state=nonsense", set(CHECKED)),
        ("?flag=LATE", {"EX004"}),
        ("?flag=off_plan", {"EX006"}),
        ("?flag=nonsense", set(CHECKED)),
        ("?q=ex005", {"EX005"}),
        ("?q=ชื่อ off", {"EX006"}),
        ("?state=submitted&flag=LATE", {"EX004"}),
        ("?q=nobody", set()),
        ("?unit=999999", set(CHECKED)),
    ],
)
def test_filters(cast, as_, query, expected):
    cast.check()
    assert set(rows(page(as_(cast.admin), query))) == expected


def test_a_unit_narrows_rows_counts_and_links(cast, as_):
    cast.check()
    html = page(as_(cast.admin), f"?unit={cast.admin_unit.pk}")
    assert set(rows(html)) == {"EX001"}
    assert tiles(html)["ทั้งหมด"] == 1
    assert f'href="?unit={cast.admin_unit.pk}&amp;state=missing"' in html


def test_every_tile_leads_to_as_many_rows_as_it_says(cast, as_):
    cast.check()
    client = as_(cast.admin)
    links = re.findall(r'href="(\?[^"]*(?:state|flag)=[^"]*)"[^>]*>(.*?)</a>', page(client))
    assert len(links) == 10
    for url, inside in links:
        number = int(re.search(r"<b>(\d+)</b>", inside)[1])
        assert len(rows(page(client, url.replace("&amp;", "&")))) == number


def test_rows_stand_by_unit_in_report_order(cast, as_):
    html = page(as_(cast.admin))
    assert re.findall(r'scope="rowgroup">([^<]*) <span>· ([^<]*)</span>', html) == [
        ("ฝ่ายบริหารทั่วไป", "ส่งแล้ว 1 จาก 1"),
        ("กลุ่มส่งเสริมสหกรณ์ 1", "ส่งแล้ว 4 จาก 5"),
    ]
    assert list(rows(html)) == sorted(CHECKED)


def test_a_unit_head_sees_the_own_unit_only(cast, as_):
    cast.check()
    client = as_(cast.head)
    html = page(client)
    assert set(rows(html)) == set(CHECKED) - {"EX001"}
    assert tiles(html)["ทั้งหมด"] == 6
    assert "ตรวจใหม่" not in html
    assert ">ตรวจ<" not in html
    assert rows(page(client, f"?unit={cast.admin_unit.pk}")) == rows(html)
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{URL}export.xlsx").content)).active
    assert "EX001" not in {row[1] for row in sheet.iter_rows(values_only=True)}


def test_the_admin_unit_is_led_to_what_waits_for_it_but_never_to_its_own(cast, as_):
    director = builders.make_person(cast.admin_unit, Role.DIRECTOR)
    leads = re.findall(r'href="/reports/2026-10/(EX\d+)/">ตรวจ<', page(as_(cast.admin)))
    assert leads == ["EX004", "EX006"]
    assert ">ตรวจ<" not in page(as_(director))


def test_before_the_register_a_unit_head_sees_the_own_unit_too(cast, as_, clock):
    clock(ON_TIME)
    assert set(rows(page(as_(cast.head)))) == set(CHECKED) - {"EX001"}


def test_an_officer_has_no_dashboard(cast, as_):
    client = as_(cast["off"])
    assert [client.get(url).status_code for url in (URL, f"{URL}export.xlsx")] == [403, 403]
    assert client.post(f"{URL}check/").status_code == 403


def test_another_office_sees_its_own_month(cast, as_):
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    client = as_(stranger)
    assert rows(page(client)) == {}
    assert "เดือนนี้ยังไม่มีแผนปฏิบัติงาน" in page(client)
    assert [client.get(f"{URL}export.xlsx").status_code, client.post(f"{URL}check/").status_code] == [
        404,
        404,
    ]


@pytest.mark.parametrize("month", ["2026-13", "2026", "x"])
def test_no_such_month(cast, as_, month):
    assert as_(cast.admin).get(f"/compliance/{month}/").status_code == 404


def test_a_month_of_an_approved_plan_without_shares_says_that_nobody_reports(as_):
    office = builders.make_office()
    builders.make_plan(office)
    admin = builders.make_person(builders.make_unit(office), Role.GENERAL_ADMIN)
    assert "เดือนนี้ไม่มีผู้ต้องส่งรายงาน" in page(as_(admin))


def test_the_year_has_ends(cast, as_):
    html = page(as_(cast.admin))
    assert 'href="/compliance/2026-11/" rel="next"' in html
    assert 'rel="prev"' not in html


def test_checking_again_is_one_job_that_people_can_watch(cast, as_):
    client = as_(cast.admin)
    answers = [client.post(f"{URL}check/") for _ in range(2)]
    job = Job.objects.get()
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (303, f"/office/jobs/{job.pk}/")
    ] * 2
    facts = (job.kind, job.state, job.params, job.asked_by, job.office)
    assert facts == (
        "check_compliance",
        JobState.QUEUED,
        {"month_id": cast.month.pk},
        cast.admin,
        cast.office,
    )


def test_looking_changes_nothing_and_only_a_post_checks(cast, as_):
    client = as_(cast.admin)
    assert client.get(f"{URL}check/").status_code == 405
    page(client)
    assert (Flag.objects.count(), ExpectedReport.objects.count(), Job.objects.count()) == (0, 1, 0)


def test_a_closed_month_is_not_checked_again(cast, as_):
    cast.month.closed_at = NOW
    cast.month.save()
    client = as_(cast.admin)
    assert client.post(f"{URL}check/").status_code == 409
    html = page(client)
    assert "ตรวจใหม่" not in html
    assert "ปิดเดือนแล้ว" in html


def test_the_workbook_holds_the_rows_that_the_page_shows(cast, as_):
    cast["late"].first_name = "=HYPERLINK(1)"
    cast["late"].name_prefix = ""
    cast["late"].save()
    cast.check()
    response = as_(cast.admin).get(f"{URL}export.xlsx?flag=LATE")
    assert response["Content-Disposition"].startswith("attachment;")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    table = list(sheet.iter_rows(min_row=3))
    assert [cell.value for cell in table[0]][:4] == ["หน่วยงาน", "รหัสเจ้าหน้าที่", "ชื่อ-สกุล", "ตำแหน่ง"]
    (row,) = table[1:]
    assert [cell.value or "" for cell in row] == [
        "กลุ่มส่งเสริมสหกรณ์ 1",
        "EX004",
        cast["late"].full_name,
        "นักวิชาการสหกรณ์ชำนาญการ",
        "รอตรวจ",
        "ส่งช้า",
        "31/10/2569 16.30 น.",
        "ส่งช้า",
        "",
        "",
        "ส่งช้า: เปิดอยู่",
    ]
    assert {cell.data_type for cell in row if cell.value} == {"s"}


def test_the_workbook_says_where_each_case_stands_in_its_last_column(cast, as_):
    cast.check()
    Flag.objects.filter(person=cast["off"]).update(state=FlagState.NOTIFIED)
    builders.make_flag(cast["off"], Breach.CPS_MISMATCH, cast.item, at=NOW, state=FlagState.CLOSED)
    response = as_(cast.admin).get(f"{URL}export.xlsx?flag=OFF_PLAN")
    table = list(openpyxl.load_workbook(io.BytesIO(response.content)).active.values)
    assert table[2][-2:] == ("เหตุยกเว้น", "สถานะของเรื่อง")
    assert table[3][-1] == "ไม่เป็นไปตามแผน สสจ. 1: แจ้งแล้ว · ไม่ตรงกับ CPS สสจ. 1: ปิดแล้ว"


@pytest.mark.parametrize("checked", [True, False], ids=["registered", "derived"])
@pytest.mark.parametrize("people", [1, 3, 60])
def test_queries_do_not_grow_with_people(as_, people, checked, django_assert_num_queries):
    office = builders.make_office()
    unit, plan = builders.make_unit(office), builders.make_plan(office)
    admin = builders.make_person(unit, Role.GENERAL_ADMIN)
    staff = [builders.make_person(unit) for _ in range(people)]
    item = builders.make_item(plan, {person: [4] for person in staff})
    for person in staff[::2]:
        builders.send_report(person, {item: 3}, at=ON_TIME)
    if checked:
        check_month(builders.month_of(office), as_of=NOW, by=builders.SYSTEM, store=True)
    client = as_(admin)
    with django_assert_num_queries(8):
        html = page(client)
    assert len(rows(html)) == people


def test_a_report_dated_ahead_is_missing_until_its_instant_as_in_the_check(cast, as_, clock):
    builders.send_report(cast["missing"], {cast.item: 4}, at=NOW + DAY)
    assert cast.check().missing == ["EX003"]
    assert rows(page(as_(cast.admin)))["EX003"] == ("draft", "missing", "MISSING")
    clock(NOW + DAY)
    assert rows(page(as_(cast.admin)))["EX003"] == ("submitted", "late", "LATE")


def test_positions_are_printed_as_on_official_papers(cast, as_):
    cast["late"].position_title, cast["late"].position_level = "พนักงานขับรถยนต์", "ส 2"
    cast["late"].save()
    assert "EX004 · พนักงานขับรถยนต์ส 2" not in page(as_(cast.admin))
    assert "EX004 · พนักงานขับรถยนต์ ส 2" in page(as_(cast.admin))


def test_an_officer_is_told_whose_page_it_is_and_where_the_own_one_is(cast, as_):
    answer = as_(cast["late"]).get(URL)
    html = answer.content.decode()
    assert (answer.status_code, "รายงานของคุณอยู่ที่ “รายงานของฉัน”" in html) == (403, True)

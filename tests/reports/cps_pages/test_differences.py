"""Plan, CPS, report and difference, line by line."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from office.enums import Role
from plans.enums import Aggregation, PlanState
from reports.actions.compliance import check_month
from reports.actions.cps import import_cps
from reports.cps_file import CpsFile as ParsedFile
from reports.cps_row import CpsRow
from tests import builders
from tests.reports.cps_pages.scene import (
    ANN,
    BOB,
    CAT,
    HEADING,
    NOW,
    SENT,
    URL,
    client_of,
    page,
    rows,
    tiles,
    upload,
)

pytestmark = pytest.mark.django_db


def test_every_line_of_the_jobs_in_the_file_beside_plan_and_report(cast):
    cast.take_october()
    html = page(cast.admin)
    assert rows(html) == [ANN, BOB, CAT]
    assert tiles(html) == {"ทั้งหมด": 3, "ไม่ตรงกับ CPS": 1, "ตรงกัน": 1, "ยังเทียบไม่ได้": 1}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?show=differ", [ANN]),
        ("?show=same", [BOB]),
        ("?show=open", [CAT]),
        ("?show=nonsense&unit=nonsense", [ANN, BOB, CAT]),
        ("?unit={0}", [ANN]),
        ("?unit={1}", [BOB, CAT]),
        ("?unit={1}&show=differ", []),
    ],
)
def test_filters(cast, query, expected):
    cast.take_october()
    query = query.format(*(unit.pk for unit in cast.units))
    html = page(cast.admin, URL + query)
    assert rows(html) == expected
    assert ("ไม่พบรายการตามที่กรอง" in html) is (not expected)


def test_the_unmatched_are_listed_with_why(cast):
    cast.take_october()
    html = page(cast.admin)
    assert re.findall(r'<th scope="row">(ไม่มี[^<]*)</th>', html) == [
        "ไม่มีเจ้าหน้าที่นี้ในสำนักงาน",
        "ไม่มีเลขที่งานนี้ในแผน",
    ]
    assert "EX998" in html


def test_an_unmatched_row_is_named_by_its_sheet_and_its_row_there(cast):
    book = Workbook()
    book.active.title = "กลุ่ม ก"
    for sheet, stranger in ((book.active, "EX998"), (book.create_sheet("กลุ่ม ข"), "EX997")):
        for cells in (HEADING, ["05/10/2569", "EX030", "สสจ. 1", 1], ["06/10/2569", stranger, "สสจ. 1", 1]):
            sheet.append(cells)
    sheet.append([None, None, "รวม", 5])
    book.create_sheet("หมายเหตุ").append(["พิมพ์จากระบบ"])
    november = book.create_sheet("พ.ย.")
    for cells in (HEADING, ["05/11/2569", "EX030", "สสจ. 1", 1]):
        november.append(cells)
    content = io.BytesIO()
    book.save(content)
    client = client_of(cast.admin)
    chosen = upload(client, content.getvalue())
    preview = client.get(chosen.url).content.decode()
    assert "แผ่นงาน กลุ่ม ก 2 แถว, กลุ่ม ข 2 แถว · ไม่นับแถวรวมยอด 1 แถว · " in preview
    assert re.findall(r"<li>(\S+ 1 แถว: .*?)</li>", preview) == [
        "พ.ย. 1 แถว: ทุกแถวเป็นของเดือนอื่น",
        "หมายเหตุ 1 แถว: ไม่พบหัวคอลัมน์ของ CPS",
    ]
    client.post(chosen.url)
    for html in (preview, page(cast.admin)):
        found = re.findall(r'data-th="แผ่นงาน">(.*?)</td>\s*<td data-th="แถว">(\d+)</td>', html)
        assert found == [("กลุ่ม ก", "3"), ("กลุ่ม ข", "3")]


def test_a_fault_is_named_by_the_column_of_its_own_sheet(cast):
    book = Workbook()
    for cells in (HEADING, ["05/10/2569", "EX030", "สสจ. 1", 1], ["05/11/2569", "EX030", "สสจ. 1", 1]):
        book.active.append(cells)
    other = book.create_sheet("กลุ่ม ข")
    for cells in (HEADING[::-1], [1, "สสจ. 1", "EX031", "05/10/2569"]):
        other.append(cells)
    content = io.BytesIO()
    book.save(content)
    client = client_of(cast.admin)
    html = client.get(upload(client, content.getvalue()).url).content.decode()
    assert re.findall(r'data-th="แถว">(.*?)</td>\s*<td data-th="คอลัมน์">(.*?)</td>', html) == [("3", "A")]


def test_an_officer_sees_own_lines_and_own_unmatched_rows_only(cast):
    cast.take_october()
    html = page(cast.bob)
    assert rows(html) == [BOB]
    assert "EX998" not in html
    assert "สสจ. 99" in html


def test_a_unit_head_sees_own_lines_only_and_the_director_all(cast):
    cast.take_october()
    assert rows(page(cast.cat)) == [CAT]
    director = builders.make_person(cast.units[0], Role.DIRECTOR)
    director.memberships.filter(role=Role.OFFICER).delete()
    assert len(rows(page(director))) == 3


def test_a_head_without_lines_is_told_so_and_not_of_filters(cast):
    cast.take_october()
    head = builders.make_person(cast.units[1], Role.UNIT_HEAD)
    html = page(head)
    assert ("ไม่มีรายการของคุณที่เทียบกับ CPS" in html, "ล้างตัวกรอง" in html) == (True, False)


def test_others_do_not_see_cps(cast):
    other = builders.make_person(cast.units[0], Role.SYSTEM_ADMIN)
    other.memberships.filter(role=Role.OFFICER).delete()
    for url in ("/cps/", URL):
        page(other, url, 403)


def test_another_office_has_its_own_files(cast):
    cast.take_october()
    stranger = _admin_elsewhere()
    assert "cps.xlsx" not in page(stranger, "/cps/")
    assert "ยังไม่ได้นำเข้าไฟล์ CPS" in page(stranger)


def _admin_elsewhere():
    office = builders.make_office()
    builders.make_plan(office)
    return builders.make_person(builders.make_unit(office), Role.GENERAL_ADMIN)


@pytest.mark.parametrize("month", ["2031-10", "nonsense"])
def test_a_month_that_is_not_there_is_404(cast, month):
    page(cast.admin, f"/cps/{month}/", 404)


def test_a_month_without_file_says_who_does_what(cast):
    assert "/cps/import/?month=2026-10" in page(cast.admin)
    assert "ฝ่ายบริหารทั่วไปเป็นผู้นำเข้า" in page(cast.ann)


@pytest.mark.parametrize(
    ("answer", "reported", "difference"),
    [
        ({"kind": "NOTHING"}, "ไม่มีผล", "-3"),
        ({"kind": "NOT_AVAILABLE", "unavailable_reason": "รอผล"}, "ไม่มีข้อมูล", "–"),
        ({"kind": ""}, "ไม่ได้กรอก", "–"),
        ({"kind": "VALUE", "quantity": 0}, "0", "-3"),
        ({"kind": "VALUE", "quantity": Decimal("3.5")}, "3.5", "+0.5"),
    ],
    ids=["nothing", "not available", "not answered", "zero", "a fraction"],
)
def test_what_was_reported_is_told_in_its_own_word(cast, answer, reported, difference):
    builders.send_report(cast.ann, {cast.visits: answer}, at=SENT)
    cast.take_october()
    found = rows(page(cast.admin))[0]
    assert (found[4], found[5].replace("−", "-")) == (reported, difference)


@pytest.mark.parametrize(
    ("aggregation", "before", "difference"), [(Aggregation.LATEST, 3, "0"), (Aggregation.MAX, 3, "0")]
)
def test_no_change_of_a_running_figure_is_the_figure_before(cast, aggregation, before, difference):
    item = builders.make_item(cast.plan, {cast.ann: [2, 3]}, job_no="สสจ. 3", aggregation=aggregation)
    builders.send_report(cast.ann, {item: before}, at=SENT)
    builders.send_report(cast.ann, {item: {"kind": "NOTHING"}}, at=NOW, month="2026-11")
    cast.take(("EX030", "สสจ. 3", 3), month=builders.month_of(cast.office, "2026-11"))
    assert rows(page(cast.admin, "/cps/2026-11/")) == [("EX030", "สสจ. 3", "3", "3", "ไม่มีผล", difference)]


@pytest.mark.parametrize(
    ("tracked", "jobs"),
    [(None, {"สสจ. 1"}), (True, {"สสจ. 1", "สสจ. 2"}), (False, {"สสจ. 1"})],
    ids=["nothing said", "tracked", "not tracked"],
)
def test_an_item_that_the_office_tracks_is_compared_without_a_row(cast, tracked, jobs):
    cast.other.cps_tracked = tracked
    cast.other.save()
    cast.take_october()
    assert {job for _, job, *_ in rows(page(cast.admin))} == jobs


def test_a_draft_plan_s_shares_are_no_plan(cast):
    cast.take_october()
    cast.plan.state = PlanState.DRAFT
    cast.plan.save()
    assert [row[2] for row in rows(page(cast.admin))] == ["นอกแผน", "นอกแผน"]


@pytest.mark.parametrize("kind", ["differ", "same", "open"])
def test_the_page_says_what_the_check_says(cast, kind):
    cast.take_october()
    check = check_month(cast.month, as_of=NOW, by=builders.SYSTEM, store=True)
    found = {(row["person"], row["job_no"]) for row in check.cps_mismatch}
    shown = {row[:2] for row in rows(page(cast.admin, f"{URL}?show={kind}"))}
    assert (shown == found) if kind == "differ" else not shown & found


@pytest.mark.parametrize("people", [1, 3, 60])
def test_queries_do_not_grow_with_people(people):
    office = builders.make_office()
    plan, unit = builders.make_plan(office), builders.make_unit(office)
    admin = builders.make_person(unit, Role.GENERAL_ADMIN)
    staff = [builders.make_person(builders.make_unit(office)) for _ in range(people)]
    for how in (Aggregation.SUM, Aggregation.LATEST):
        item = builders.make_item(plan, {person: [3] for person in staff}, aggregation=how)
    for person in staff:
        builders.send_report(person, {item: 3}, at=SENT)
    told = [CpsRow(n, None, each.code, item.job_no, "", Decimal(2), "", None) for n, each in enumerate(staff)]
    unknown = CpsRow(len(told), None, "EX998", item.job_no, "", Decimal(2), "", None)
    month = builders.month_of(office)
    import_cps(month, ParsedFile(rows=[*told, unknown]), name="cps.xlsx", by=builders.SYSTEM, now=NOW)
    director = builders.make_person(unit, Role.DIRECTOR)
    for who, url, most in ((admin, URL, 10), (director, URL, 8), (admin, "/cps/", 6)):
        client = client_of(who)
        with CaptureQueriesContext(connection) as captured:
            html = client.get(url).content.decode()
        assert len(captured) == most, [query["sql"] for query in captured]
    assert html.count("cps.xlsx") == 1
    assert len(rows(page(admin))) == people

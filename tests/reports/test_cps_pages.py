"""CPS as people see it: files by month, differences by person and line, taking a file in."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from office import clock
from office.enums import Role
from plans.enums import Aggregation, PlanState
from reports.actions.compliance import check_month
from reports.actions.cps import import_cps
from reports.cps_file import CpsFile as ParsedFile
from reports.cps_row import CpsRow
from reports.models import CpsFile, Flag
from tests import builders

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
URL = "/cps/2026-10/"
HEADING = ["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "จำนวน"]
ROW = re.compile(
    r'<tr data-person="([^"]*)" data-job="([^"]*)".*?data-th="แผน">(.*?)</td>.*?data-th="CPS">(.*?)</td>'
    r'.*?data-th="รายงาน">(.*?)</td>.*?data-th="ผลต่าง">(.*?)</td>',
    re.DOTALL,
)


@pytest.fixture(autouse=True)
def _clock_and_files(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path


class Cast:
    """Two units; every standing of a line once."""

    def __init__(self) -> None:
        self.office = builders.make_office()
        self.units = [builders.make_unit(self.office, name) for name in ("กลุ่ม ก", "กลุ่ม ข")]
        self.plan = builders.make_plan(self.office)
        self.admin = builders.make_person(
            builders.make_unit(self.office, "ฝ่ายบริหารทั่วไป"), Role.GENERAL_ADMIN, code="EX006"
        )
        self.ann = builders.make_person(self.units[0], code="EX030", first_name="แอน")
        self.bob = builders.make_person(self.units[1], code="EX031", first_name="บ๊อบ")
        self.cat = builders.make_person(self.units[1], Role.UNIT_HEAD, code="EX032", first_name="แคท")
        self.visits = builders.make_item(
            self.plan, {self.ann: [4], self.bob: [2], self.cat: [3]}, job_no="สสจ. 1"
        )
        self.other = builders.make_item(self.plan, {self.ann: [1]}, job_no="สสจ. 2")
        self.month = builders.month_of(self.office)
        builders.send_report(self.ann, {self.visits: 4, self.other: 1}, at=SENT)
        builders.send_report(self.bob, {self.visits: 2}, at=SENT)

    def take(self, *told, month=None, now: datetime = NOW) -> None:
        rows = [
            CpsRow(n, None, code, job, "สหกรณ์", Decimal(quantity), "ครั้ง", None)
            for n, (code, job, quantity) in enumerate(told, start=2)
        ]
        import_cps(month or self.month, ParsedFile(rows=rows), name="cps.xlsx", by=builders.SYSTEM, now=now)

    def take_october(self) -> None:
        self.take(
            ("EX030", "สสจ. 1", 3), ("EX031", "สสจ. 1", 2), ("EX998", "สสจ. 1", 1), ("EX031", "สสจ. 99", 7)
        )


@pytest.fixture
def cast() -> Cast:
    return Cast()


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(person, url: str = URL, status: int = 200) -> str:
    response = client_of(person).get(url)
    assert response.status_code == status
    return response.content.decode()


def rows(html: str) -> list[tuple[str, ...]]:
    return [tuple(re.sub(r"<[^>]+>", "", cell) for cell in found) for found in ROW.findall(html)]


def tiles(html: str) -> dict[str, int]:
    found = re.findall(r"<b>(\d+)</b><span><i [^>]*></i>([^<]*)</span>", html)
    return {word: int(number) for number, word in found}


ANN = ("EX030", "สสจ. 1", "4", "3", "4", "+1")
BOB = ("EX031", "สสจ. 1", "2", "2", "2", "0")
CAT = ("EX032", "สสจ. 1", "3", "0", "ยังไม่ส่ง", "–")


# Differences


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


# Files by month


def test_months_with_their_files_newest_first(cast):
    cast.take_october()
    cast.take(("EX030", "สสจ. 1", 5), now=NOW + timedelta(hours=1))
    november = builders.month_of(cast.office, "2026-11")
    cast.take(("EX030", "สสจ. 1", 5), month=november)
    html = page(cast.admin, "/cps/")
    assert re.findall(r'<a href="(/cps/2026[^"#]*)"', html) == ["/cps/2026-11/", "/cps/2026-10/"]
    assert re.findall(r'data-th="ครั้งที่">(\d+)<', html) == ["1", "2", "1"]
    assert html.count("ใช้อยู่") == 2
    assert 'name="file"' in html
    assert 'name="file"' not in page(cast.ann, "/cps/")


def test_no_files_yet(cast):
    assert "ยังไม่ได้นำเข้าไฟล์ CPS" in page(cast.ann, "/cps/")


def test_long_lists_page(cast, monkeypatch):
    monkeypatch.setattr("reports.views.cps.FILES_A_PAGE", 2)
    for n in range(3):
        cast.take(("EX030", "สสจ. 1", n), now=NOW + timedelta(hours=n))
    assert page(cast.admin, "/cps/").count('data-th="ครั้งที่"') == 2
    assert page(cast.admin, "/cps/?page=2").count('data-th="ครั้งที่"') == 1


# Taking a file in


def workbook(*told) -> bytes:
    built = Workbook()
    for row in (HEADING, *told):
        built.active.append(row)
    target = io.BytesIO()
    built.save(target)
    return target.getvalue()


def upload(client: Client, content: bytes, month: str = "2026-10", name: str = "ต.ค..xlsx"):
    return client.post("/cps/import/", {"month": month, "file": SimpleUploadedFile(name, content)})


def test_choose_look_confirm(cast):
    builders.send_report(cast.ann, {cast.visits: 4}, at=SENT)
    check_month(cast.month, as_of=NOW, by=builders.SYSTEM, store=True)
    client = client_of(cast.admin)
    chosen = upload(
        client, workbook(["05/10/2569", "EX030", "สสจ. 1", 3], ["05/10/2569", "EX998", "สสจ. 1", 1])
    )
    assert (chosen.status_code, CpsFile.objects.exists()) == (302, False)
    html = client.get(chosen.url).content.decode()
    assert "<dt>แถวใหม่</dt><dd>2</dd>" in html
    assert "<dt>ไม่พบคู่</dt><dd>1</dd>" in html
    assert not CpsFile.objects.exists()
    done = client.post(chosen.url)
    assert (done.status_code, done.url) == (302, URL)
    file = CpsFile.objects.get()
    assert (file.name, file.imported_by, file.imported_at) == ("ต.ค..xlsx", cast.admin, NOW)
    assert Flag.objects.filter(breach="CPS_MISMATCH", person=cast.ann).exists()
    for answer in (client.post(chosen.url), client.get(chosen.url), client.get(f"{chosen.url}columns/")):
        assert answer.status_code == 409
        assert f'href="{URL}"' in answer.content.decode()
        assert "สิ่งที่พิมพ์ไว้" not in answer.content.decode()


def test_the_same_file_again_says_that_nothing_changes(cast):
    client = client_of(cast.admin)
    content = workbook(["05/10/2569", "EX030", "สสจ. 1", 3])
    client.post(upload(client, content).url)
    again = upload(client, content)
    assert "ตรงกับไฟล์ที่ใช้อยู่แล้ว" in client.get(again.url).content.decode()
    assert "ไม่มีอะไรเปลี่ยน" in client.post(again.url, follow=True).content.decode()
    assert CpsFile.objects.count() == 1


def test_a_wrong_file_is_refused_and_given_back_marked(cast):
    client = client_of(cast.admin)
    content = workbook(["05/10/2569", "EX030", "สสจ. 1", 3], ["05/11/2569", "EX030", "สสจ. 1", 1])
    chosen = upload(client, content)
    for answer in (client.get(chosen.url), client.post(chosen.url)):
        assert answer.status_code == 422
        assert "แก้วันที่ปฏิบัติงานให้อยู่ในเดือนตุลาคม 2569" in answer.content.decode()
    marked = load_workbook(io.BytesIO(client.get(f"{chosen.url}marked.xlsx").content))["Sheet"]
    assert marked["A3"].comment.text
    assert marked["A2"].comment is None
    assert not CpsFile.objects.exists()


def test_what_is_no_workbook_is_refused(cast):
    client = client_of(cast.admin)
    chosen = upload(client, b"%PDF-1.7 nothing", name="cps.xlsx")
    assert client.get(chosen.url).status_code == 422
    assert client.get(f"{chosen.url}marked.xlsx").status_code == 422


@pytest.mark.parametrize(
    ("month", "content", "fault"),
    [
        ("", b"x", "เลือกเดือนก่อน"),
        ("2031-01", b"x", "เลือกเดือนจากรายการ"),
        ("2026-10", b"", "ไฟล์นี้ว่างเปล่า"),
    ],
    ids=["no month", "no such month", "empty file"],
)
def test_a_form_not_filled_in_says_what_to_do(cast, month, content, fault):
    answer = upload(client_of(cast.admin), content, month=month)
    assert answer.status_code == 422
    assert fault in answer.content.decode()


def test_only_months_begun_and_open_can_be_chosen(cast):
    html = page(cast.admin, "/cps/import/?month=2026-10")
    assert re.findall(r'<option value="(2[^"]*)"', html) == ["2026-11", "2026-10"]
    assert re.search(r'<option value="2026-10" selected>', html)
    cast.month.closed_at = NOW
    cast.month.save()
    assert re.findall(r'<option value="(2[^"]*)"', page(cast.admin, "/cps/import/")) == ["2026-11"]


def test_a_file_that_another_has_come_before_is_looked_at_again(cast):
    client = client_of(cast.admin)
    chosen = upload(client, workbook(["05/10/2569", "EX030", "สสจ. 1", 3]))
    form = dict(re.findall(r'name="(seen)" value="([^"]*)"', client.get(chosen.url).content.decode()))
    cast.take(("EX030", "สสจ. 1", 4))
    answer = client.post(chosen.url, form)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "มีผู้นำเข้าหรือจับคู่ไฟล์ CPS ของเดือนนี้หลังจากคุณเปิดหน้า" in html
    assert CpsFile.objects.count() == 1
    again = dict(re.findall(r'name="(seen)" value="([^"]*)"', html))
    assert client.post(chosen.url, again).status_code == 302
    assert CpsFile.objects.get(no=2).records.get().quantity == 3


def test_a_month_closed_since_the_file_was_chosen_is_said_to_be_closed(cast):
    client = client_of(cast.admin)
    chosen = upload(client, workbook(["05/10/2569", "EX030", "สสจ. 1", 3]))
    cast.month.closed_at = NOW
    cast.month.save()
    for answer in (client.get(chosen.url), client.post(chosen.url)):
        assert answer.status_code == 409
        assert "ปิดแล้ว ตัวเลขถูกตรึงไว้" in answer.content.decode()
    assert not CpsFile.objects.exists()


def test_only_the_admin_unit_takes_files_in(cast):
    for url in ("/cps/import/", f"/cps/import/2026-10/{'x' * 32}/"):
        page(cast.ann, url, 403)


def test_a_token_serves_only_who_uploaded(cast):
    chosen = upload(client_of(cast.admin), workbook(["05/10/2569", "EX030", "สสจ. 1", 3]))
    colleague = builders.make_person(cast.units[0], Role.GENERAL_ADMIN)
    assert client_of(colleague).get(chosen.url).status_code == 409


# Beside the reviewed report


def reviewed(html: str) -> dict[str, tuple[str, str]]:
    """Job to what CPS and the report say."""
    found = re.findall(
        r'<span class="strong">(สสจ. \d)</span>.*?data-th="CPS">(.*?)</td>.*?data-th="ผล">(.*?)</td>', html
    )
    return {job: (re.sub(r"<[^>]+>", "", cps), result) for job, cps, result in found}


@pytest.mark.parametrize(
    ("tracked", "other"),
    [(None, "–"), (True, "0"), (False, "–")],
    ids=["nothing said", "tracked", "not tracked"],
)
def test_the_review_shows_the_figure_of_cps_beside_the_result(cast, tracked, other):
    cast.other.cps_tracked = tracked
    cast.other.save()
    cast.take(("EX030", "สสจ. 1", 9))
    cast.take_october()
    html = page(cast.admin, "/reports/2026-10/EX030/")
    assert reviewed(html) == {"สสจ. 1": ("3", "4"), "สสจ. 2": (other, "1")}


@pytest.mark.parametrize("tracked", [None, True])
def test_without_a_file_the_review_has_no_column_for_it(cast, tracked):
    cast.visits.cps_tracked = tracked
    cast.visits.save()
    assert "CPS" not in page(cast.admin, "/reports/2026-10/EX030/").split("<main")[1]


def test_a_unit_head_reads_the_figure_beside_the_result_but_not_the_offices_differences(cast):
    cast.take_october()
    assert 'data-th="CPS"' in page(cast.cat, "/reports/2026-10/EX031/")
    assert page(cast.cat, URL).count("EX031") == 0


def test_the_dashboard_leads_to_the_differences_of_its_month(cast):
    assert f'href="{URL}"' in page(cast.admin, "/compliance/2026-10/")
    assert f'href="{URL}"' not in page(cast.cat, "/compliance/2026-10/")

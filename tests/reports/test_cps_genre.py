"""Exports of CPS as offices make them: several sheets, totals, merged cells, headings of all sorts."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest

from office.importing import ImportRefused
from office.sheets import read
from plans.models import ReportingMonth
from reports import cps_file
from reports.actions.cps import preview_cps
from tests import builders as b

HEAD = ["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "ชื่อสหกรณ์", "จำนวน"]
VISIT = ["02/10/2569", "EX003", "สสจ. 12", "สหกรณ์ ก", 1]


def content_of(*sheets, merged=(), titles=(), hidden=()) -> bytes:
    """Each sheet its rows; ``merged`` ranges are those of the first."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for n, rows in enumerate(sheets):
        sheet = made.create_sheet(f"แผ่น {n + 1}")
        for row in [*([[title] for title in titles] if n == 0 else []), *rows]:
            sheet.append(row)
        if n in hidden:
            sheet.sheet_state = "hidden"
    for each in merged:
        made.worksheets[0].merge_cells(each)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def parsed(*sheets, **more):
    return cps_file.parse(read(content_of(*sheets, **more), name="cps.xlsx"))


def total(found) -> Decimal:
    assert found.problems == []
    return sum((row.quantity for row in found.rows), Decimal(0))


def test_every_sheet_with_a_table_counts():
    second = [HEAD, ["03/10/2569", "EX004", "สสจ. 12", "สหกรณ์ ข", 2]]
    found = parsed([HEAD, VISIT], second)
    assert total(found) == 3
    assert [(row.sheet, row.at) for row in found.rows] == [("แผ่น 1", 2), ("แผ่น 2", 2)]
    assert len({row.row for row in found.rows}) == 2


def test_a_sheet_of_something_else_and_a_hidden_one_do_not():
    notes = [["หมายเหตุ", "ผู้พิมพ์"], ["พิมพ์จากระบบ", "ธุรการ"]]
    found = parsed([HEAD, VISIT], notes, [HEAD, VISIT], [], hidden=(2,))
    assert (total(found), found.sheets) == (1, ["แผ่น 1"])
    assert [(left.name, left.rows, left.why) for left in found.left] == [("แผ่น 2", 2, "ไม่พบหัวคอลัมน์ของ CPS")]


@pytest.mark.parametrize(
    "row",
    [
        [None, "รวม EX003", None, None, 1],
        [None, None, "รวม 2 ราย", None, 1],
        [None, "ผลรวม", None, None, 1],
        [None, None, "ยอดรวมทั้งสิ้น", None, 1],
        [None, "รวมทั้งสิ้น 3 ราย", None, None, 1],
        ["รวม", None, None, None, 1],
    ],
)
def test_a_row_that_adds_others_up_is_no_visit(row):
    assert total(parsed([HEAD, VISIT, row])) == 1


def test_a_subtotal_under_merged_people_is_no_visit():
    rows = [HEAD, VISIT, ["03/10/2569", None, None, "สหกรณ์ ข", 2], [None, None, None, "รวม 2 แห่ง", 3]]
    assert total(parsed(rows, merged=("B2:B4", "C2:C4"))) == 3


def test_a_place_called_together_is_a_visit():
    assert total(parsed([HEAD, [*VISIT[:3], "รวมใจพัฒนา", 1]])) == 1


def test_a_day_merged_over_visits_counts_for_each():
    rows = [HEAD, VISIT, [None, None, None, "สหกรณ์ ข", 2]]
    found = parsed(rows, merged=("A2:A3", "B2:B3", "C2:C3"))
    assert (total(found), len({row.worked_on for row in found.rows})) == (3, 1)


@pytest.mark.parametrize(
    "heading",
    [
        "วันที่ลงพื้นที่",
        "วันที่เข้าปฏิบัติงาน",
        "วันที่ออกปฏิบัติงาน",
        "วันที่เยี่ยม",
        "วันที่ส่งเสริม",
        "วันที่ทำงาน",
        "ว/ด/ป",
        "วดป",
        "วัน/เดือน/ปี",
    ],
)
def test_the_day_of_work_is_known_by_many_names(heading):
    found = parsed([[heading, *HEAD[1:]], VISIT])
    assert str(found.rows[0].worked_on) == "2026-10-02"


def test_the_day_of_recording_is_not_the_day_of_work():
    found = parsed([[*HEAD, "วันที่บันทึก", "วันที่พิมพ์"], [*VISIT, "05/11/2569", "06/11/2569"]])
    assert (str(found.rows[0].worked_on), str(found.rows[0].recorded_on)) == ("2026-10-02", "2026-11-05")


@pytest.mark.parametrize(
    ("headings", "values", "expected"),
    [
        (["จำนวนสมาชิก", "ผลการปฏิบัติงาน"], [50, 2], 2),
        (["จำนวนเงิน", "จำนวนครั้ง"], [9000, 2], 2),
        (["จำนวนวัน", "ปริมาณงาน"], [5, 2], 2),
        (["จำนวน", "จำนวนครั้งสะสม"], [2, 9], 2),
        (["จำนวนผู้เข้าร่วม", "ผลงาน"], [30, 2], 2),
    ],
)
def test_the_figure_is_the_column_of_the_work(headings, values, expected):
    found = parsed([[*HEAD[:4], *headings], [*VISIT[:4], *values]])
    assert total(found) == expected


def test_two_columns_that_may_be_the_figure_are_asked_about():
    found = parsed([[*HEAD[:4], "จำนวนครั้ง", "จำนวนแห่ง"], [*VISIT[:4], 2, 1]])
    (problem,) = found.problems
    assert (found.rows, "กำหนดคอลัมน์เอง" in problem.message, problem.value) == (
        [],
        True,
        "E จำนวนครั้ง · F จำนวนแห่ง",
    )


def test_days_in_a_column_that_is_not_understood_are_asked_about():
    found = parsed([["ออกพื้นที่", *HEAD[1:]], VISIT])
    assert ["ออกพื้นที่" in problem.message for problem in found.problems] == [True]


@pytest.mark.parametrize(
    ("column", "missing"),
    [(1, "รหัสเจ้าหน้าที่หรือชื่อเจ้าหน้าที่"), (2, "เลขที่งาน"), (4, "จำนวน")],
)
def test_a_missing_heading_is_named_by_itself(column, missing):
    head = [*HEAD[:column], *HEAD[column + 1 :]]
    (problem,) = parsed([head, [*VISIT[:column], *VISIT[column + 1 :]]]).problems
    assert (problem.row, problem.message.split(" ")[0]) == (1, f"ใส่หัวคอลัมน์{missing}")


def test_a_file_that_lacks_more_is_told_what_an_export_has():
    (problem,) = parsed([["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "ชื่อสหกรณ์"], VISIT[:3]]).problems
    assert "รหัสเจ้าหน้าที่ เลขที่งาน และจำนวน" in problem.message


@pytest.mark.parametrize("name", ["cps.xlsx", "CPS.XLS"])
def test_a_text_file_under_the_name_of_a_workbook_is_told_so(name):
    (problem,) = cps_file.parse(read("บันทึกช่วยจำ\nถึงธุรการ\n".encode(), name=name)).problems
    assert "เป็นไฟล์ข้อความที่ตั้งชื่อเป็นไฟล์ Excel" in problem.message


def test_text_under_its_own_name_is_not_called_misnamed():
    (problem,) = cps_file.parse(read("บันทึกช่วยจำ\n".encode(), name="cps.csv")).problems
    assert "ไฟล์ข้อความ" not in problem.message


def test_a_table_of_text_is_read_whatever_its_name():
    lines = [",".join(map(str, row)) for row in (HEAD, VISIT)]
    assert total(cps_file.parse(read("\n".join(lines).encode(), name="cps.xlsx"))) == 1


@pytest.mark.django_db
class TestMonth:
    @pytest.fixture
    def month(self):
        office = b.make_office()
        b.make_plan(office)
        return ReportingMonth.objects.get(office=office, first="2026-10-01")

    def test_of_a_workbook_with_a_sheet_a_month_the_wanted_one_is_taken(self, month):
        november = [HEAD, ["03/11/2569", "EX003", "สสจ. 12", "สหกรณ์ ข", 2]]
        reading = preview_cps(month, parsed([HEAD, VISIT], november))
        assert [record.quantity for record in reading.records] == [1]

    def test_a_title_of_another_month_is_refused_where_no_row_has_a_day(self, month):
        found = parsed(
            [HEAD[1:], VISIT[1:]], titles=("รายงานจาก CPS ประจำเดือน พฤศจิกายน 2569", "สำนักงานสหกรณ์จังหวัดตัวอย่าง")
        )
        with pytest.raises(ImportRefused) as refused:
            preview_cps(month, found)
        assert "พฤศจิกายน 2569" in refused.value.problems[0].message

    def test_rows_of_another_month_are_told_with_the_other_faults(self, month):
        rows = [HEAD, VISIT, [*VISIT[:4], "สาม"], ["03/11/2569", *VISIT[1:]]]
        with pytest.raises(ImportRefused) as refused:
            preview_cps(month, parsed(rows))
        assert [problem.row for problem in refused.value.problems] == [3, 4]

    def test_a_code_beside_anothers_name_is_nobodys(self, month):
        unit = b.make_unit(month.office)
        b.make_person(unit, code="EX003", first_name="ไหม")
        b.make_person(unit, code="EX004", first_name="กล้วย")
        head = [*HEAD[:2], "ชื่อเจ้าหน้าที่", *HEAD[2:]]
        rows = [head, [*VISIT[:2], "นายกล้วย", *VISIT[2:]], [*VISIT[:2], "นายไหม", *VISIT[2:]]]
        reading = preview_cps(month, parsed(rows))
        assert [record.person_id is None for record in reading.records] == [True, False]

"""Files of results with several sheets, months and columns: the month's own is read, doubts are asked."""

from __future__ import annotations

import io
from decimal import Decimal
from types import SimpleNamespace

import pytest
from openpyxl import Workbook

from office import sheets
from office.calendar import Month
from reports import results_file

HEAD = ["รหัสเจ้าหน้าที่", "เลขที่งาน", "กิจกรรม"]
PEOPLE = [SimpleNamespace(id=n, code=f"EX00{n}", full_name=f"นาย{n} ตัวอย่าง") for n in (1, 2)]
OCTOBER = Month.parse("2026-10")


def parse(*named, hidden=(), merged=()):
    built = Workbook()
    built.remove(built.active)
    for name, rows in named:
        sheet = built.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    for span in merged:
        built.worksheets[0].merge_cells(span)
    content = io.BytesIO()
    built.save(content)
    book = sheets.read(content.getvalue(), name="r.xlsx")
    return results_file.parse(book, people=PEOPLE, jobs={"สสจ. 1", "สสจ. 2"}, month=OCTOBER)


def table(value, code="EX001", title=None):
    return [*([[title]] if title else []), [*HEAD, "ผล"], [code, "สสจ. 1", "ก", value]]


def values(found):
    assert found.problems == []
    return [row.quantity for row in found.rows]


@pytest.mark.parametrize(
    ("september", "october"),
    [("ก.ย. 69", "ต.ค. 69"), ("ผล กันยายน 2569", "ผล ตุลาคม 2569"), ("ก.ย.69", "ต.ค.69")],
)
def test_of_sheets_named_by_month_the_wanted_one_is_read(september, october):
    assert values(parse((september, table(9)), (october, table(5)))) == [5]


def test_of_sheets_titled_by_month_the_wanted_one_is_read():
    titles = ("ผลการปฏิบัติงาน ประจำเดือน กันยายน 2569", "ผลการปฏิบัติงาน ประจำเดือน ตุลาคม 2569")
    assert values(parse(("ก", table(9, title=titles[0])), ("ข", table(5, title=titles[1])))) == [5]


def test_a_sheet_named_by_another_month_is_refused():
    (problem,) = parse(("พ.ย. 69", table(5))).problems
    assert (problem.sheet, "ชื่อแผ่นงานเป็นเดือน พ.ย. 69" in problem.message) == ("พ.ย. 69", True)


def test_several_sheets_of_the_month_are_asked_about():
    found = parse(("กสส.1", table(5)), ("กสส.2", table(6, "EX002")))
    (problem,) = found.problems
    assert (problem.sheet, problem.row) == ("กสส.2", 1)
    assert "รวมผลไว้ในแผ่นงานเดียว หรือซ่อนแผ่นงานที่ไม่ใช้ พบตารางผลหลายแผ่นงาน กสส.1, กสส.2" in problem.message


def test_a_hidden_sheet_is_named():
    found = parse(("ผล", table(5)), ("ร่าง", table(6)), hidden=("ร่าง",))
    assert (values(found), found.notes) == ([5], ["แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ร่าง"])


@pytest.mark.parametrize("pair", [("ผล", "ผล"), ("ผล CPS", "ผลในรายงาน"), ("ผลเดือน ส.ค.", "ผลเดือน ก.ย.")])
def test_two_columns_that_may_be_the_result_are_asked_about(pair):
    rows = [[*HEAD, *pair], ["EX001", "สสจ. 1", "ก", 5, 7]]
    (problem,) = parse(("ผล", rows)).problems
    assert (problem.row, problem.column) == (1, "E")
    assert "ให้มีคอลัมน์ผลคอลัมน์เดียว" in problem.message
    same = [[*HEAD, *pair], ["EX001", "สสจ. 1", "ก", 5, 5]]
    assert values(parse(("ผล", same))) == [5]


@pytest.mark.parametrize("heading", ["ผล {}", "ผลเดือน {}"])
@pytest.mark.parametrize("flipped", [1, -1])
def test_of_columns_of_months_the_wanted_one_is_read(heading, flipped):
    months, figures = ["ก.ย. 69", "ต.ค. 69"][::flipped], [9, 5][::flipped]
    rows = [[*HEAD, *map(heading.format, months)], ["EX001", "สสจ. 1", "ก", *figures]]
    assert values(parse(("รวม", rows))) == [5]


MERGED = ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1")


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("merged", [MERGED, MERGED[3:]])
def test_plan_and_result_of_the_month_beside_running_totals(merged, flipped):
    top = ["เดือนนี้", None, "สะสม", None]
    figures = [9, 5, 90, 50]
    if flipped:
        top, figures = [*top[2:], *top[:2]], [*figures[2:], *figures[:2]]
    rows = [[*HEAD, *top], [None] * 3 + ["แผน", "ผล"] * 2, ["EX001", "สสจ. 1", "ก", *figures]]
    assert values(parse(("ผล", rows), merged=merged)) == [5]


def test_plan_result_and_percent_under_one_heading():
    rows = [
        [*HEAD, "ผลการดำเนินงาน", None, None],
        [None] * 3 + ["แผน", "ผล", "ร้อยละ"],
        ["EX001", "สสจ. 1", "ก", 9, 5, 7],
    ]
    for merged in ((), ("D1:F1",), ("A1:A2", "B1:B2", "C1:C2", "D1:F1")):
        assert values(parse(("ผล", rows), merged=merged)) == [Decimal(5)]


def test_an_explanation_without_a_value_is_a_fault_not_silence():
    rows = [[*HEAD, "ผล", "ชี้แจงเหตุผล"], ["EX001", "สสจ. 1", "ก", 5, "=X!A1"]]
    assert [(each.row, each.column) for each in parse(("ผล", rows)).problems] == [(2, "E")]


def test_a_signature_below_is_no_line():
    assert values(parse(("ผล", [*table(5), ["ผู้รายงาน", "นางทศ", "ตำแหน่ง"]]))) == [5]

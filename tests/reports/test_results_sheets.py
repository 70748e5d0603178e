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


def read(*named, hidden=(), merged=()):
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
    return sheets.read(content.getvalue(), name="r.xlsx")


def parse(*named, **shown):
    return parse_book(read(*named, **shown))


def parse_book(book):
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


@pytest.mark.parametrize(
    "name",
    [
        "ส่ง 2 พ.ย. 69",
        "ผลงาน ต.ค.-พ.ย. 69",
        "ก.ย. ถึง พ.ย. 2569",
        "ต.ค. 69 - ม.ค. 70",
        "พ.ย. 68-ต.ค. 69",
        "ธ.ค. 68 ต.ค. 69",
    ],
)
def test_a_sheet_named_by_a_day_or_by_months_of_which_it_is_one_is_read(name):
    assert values(parse((name, table(5)))) == [5]


@pytest.mark.parametrize("name", ["พ.ย.-ธ.ค. 69", "ก.ค.-ก.ย. 69", "ต.ค. 67-ก.ย. 68", "พ.ย. 69-ม.ค. 70"])
def test_a_sheet_named_by_other_months_is_refused(name):
    (problem,) = parse((name, table(5))).problems
    assert "ใช้ไฟล์ผลของเดือนตุลาคม 2569 ชื่อแผ่นงานเป็นเดือน" in problem.message


def test_a_title_of_several_months_is_the_months_own():
    assert values(parse(("ก", table(5, title="ผลประจำเดือน กันยายน - ตุลาคม 2569")))) == [5]


@pytest.mark.parametrize("name", ["ผล_ส่งวันที่ 2 พ.ย. 2569.csv", "พ.ย. 69.csv"])
def test_the_name_of_a_file_of_text_says_nothing(name):
    lines = "รหัสเจ้าหน้าที่,เลขที่งาน,ผล\nEX001,สสจ. 1,5"
    assert values(parse_book(sheets.read(lines.encode(), name=name))) == [5]


def test_several_sheets_of_the_month_are_asked_about():
    found = parse(("กสส.1", table(5)), ("กสส.2", table(6, "EX002")))
    (problem,) = found.problems
    assert (problem.sheet, problem.row) == ("กสส.2", 1)
    assert "รวมผลไว้ในแผ่นงานเดียว หรือซ่อนแผ่นงานที่ไม่ใช้ พบตารางผลหลายแผ่นงาน กสส.1, กสส.2" in problem.message


def test_a_hidden_sheet_is_named():
    found = parse(("ผล", table(5)), ("ร่าง", table(6)), hidden=("ร่าง",))
    assert (values(found), found.notes) == ([5], ["แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ร่าง"])


@pytest.mark.parametrize("pair", [("ผล", "ผล"), ("ผล CPS", "ผลในรายงาน"), ("ผล รอบแรก", "ผล รอบหลัง")])
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


@pytest.mark.parametrize(
    ("parts", "figures", "read"),
    [
        (("ก.ย. 69", "ต.ค. 69", "รวม"), (10, 3, 13), 3),
        (("ต.ค. 69", "พ.ย. 69", "รวม"), (3, 4, 7), 3),
        (("ยกมา", "เดือนนี้", "รวม"), (10, 3, 13), 3),
        (("เดือนนี้", "รวมสะสม"), (3, 13), 3),
        (("ผลเดือน ก.ย. 69", "ต.ค. 69", "รวม"), (10, 3, 13), 3),
        (("สัปดาห์ที่ 1", "สัปดาห์ที่ 2", "รวม"), (1, 2, 3), 3),
        (("ชาย", "หญิง", "รวม"), (1, 2, 3), 3),
    ],
)
def test_of_parts_under_one_banner_the_month_or_else_their_sum_is_read(parts, figures, read):
    rows = [[*HEAD, "ผล", *[None] * (len(parts) - 1)], [None] * 3 + [*parts]]
    rows.append(["EX001", "สสจ. 1", "ก", *figures])
    merged = ("A1:A2", "B1:B2", "C1:C2", f"D1:{sheets.letter(2 + len(parts))}1")
    assert values(parse(("ผล", rows), merged=merged)) == [read]


@pytest.mark.parametrize("parts", [("ส.ค. 69", "ก.ย. 69", "รวม"), ("ยกมา", "ครั้งนี้", "รวม")])
def test_parts_of_other_times_are_asked_about(parts):
    rows = [[*HEAD, "ผล", None, None], [None] * 3 + [*parts], ["EX001", "สสจ. 1", "ก", 1, 2, 3]]
    (problem,) = parse(("ผล", rows), merged=("A1:A2", "B1:B2", "C1:C2", "D1:F1")).problems
    assert "ให้มีคอลัมน์ผลคอลัมน์เดียว" in problem.message


@pytest.mark.parametrize("heading", ["ผล ก.ย. 69", "ผลเดือน พฤศจิกายน 2569", "ผล ต.ค. 68", "ผล ต.ค.-ธ.ค. 69"])
def test_the_only_column_of_another_month_is_refused(heading):
    (problem,) = parse(("ผล", [[*HEAD, heading], ["EX001", "สสจ. 1", "ก", 5]])).problems
    assert (problem.row, problem.column) == (1, "D")
    assert "ใช้คอลัมน์ผลของเดือนตุลาคม 2569" in problem.message


@pytest.mark.parametrize("heading", ["ผล ต.ค. 69", "ผล (ส่ง 2 พ.ย. 69)", "ผลเดือนตุลาคม"])
def test_the_only_column_of_the_month_is_read(heading):
    assert values(parse(("ผล", [[*HEAD, heading], ["EX001", "สสจ. 1", "ก", 5]]))) == [5]


def test_an_explanation_without_a_value_is_a_fault_not_silence():
    rows = [[*HEAD, "ผล", "ชี้แจงเหตุผล"], ["EX001", "สสจ. 1", "ก", 5, "=X!A1"]]
    assert [(each.row, each.column) for each in parse(("ผล", rows)).problems] == [(2, "E")]


def test_a_signature_below_is_no_line():
    assert values(parse(("ผล", [*table(5), ["ผู้รายงาน", "นางทศ", "ตำแหน่ง"]]))) == [5]


OBSTACLE_FIRST = ["ปัญหาอุปสรรค", "รหัสเจ้าหน้าที่", "เลขที่งาน", "ผล"]


@pytest.mark.parametrize("words", ["ผู้ตรวจสอบกิจการลาป่วย", "ผู้รายงาน ลาป่วย", "ที่มา", "ผู้ตรวจสอบ", "หมายเหตุ"])
def test_a_line_that_begins_as_a_note_is_a_line(words):
    lines = [",".join(OBSTACLE_FIRST), f"{words},EX001,สสจ. 1,3"]
    found = parse_book(sheets.read("\n".join(lines).encode(), name="r.csv"))
    assert (values(found), found.rows[0].obstacle) == ([3], words)


def test_a_signature_merged_over_the_figures_is_no_fault():
    rows = [*table(5), ["ผู้รายงาน", None, None, "วันที่ 1 พฤศจิกายน 2569"]]
    rows[0].append("ปัญหา")
    assert values(parse(("ผล", rows), merged=("D3:E4",))) == [5]

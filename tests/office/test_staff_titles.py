"""The title above the list of staff is never read as one of its headings."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from office import sheets, staff_workbook

HEADING = ["รหัสเจ้าหน้าที่", "ชื่อ-สกุล", "ตำแหน่ง", "ประเภทบุคลากร", "กลุ่มงาน"]
PERSON = ["TS001", "นางทดสอบ หนึ่ง", "นิติกร", "ข้าราชการ", "กลุ่มตรวจการสหกรณ์"]
OFFICE = "สำนักงานสหกรณ์จังหวัดทดสอบ"
TITLES = {
    "one line": [f"บัญชีรายชื่อบุคลากร {OFFICE}"],
    "a short line": [f"รายชื่อ {OFFICE}"],
    "two lines": ["บัญชีรายชื่อเจ้าหน้าที่ ตำแหน่ง ระดับ และสังกัด", OFFICE],
    "a gap": [f"บัญชีรายชื่อบุคลากร {OFFICE}", ""],
}


@pytest.mark.parametrize("span", ["", "A1:F1", "A1:C1"], ids=["not merged", "over the table", "over a part"])
@pytest.mark.parametrize("numbered", [False, True], ids=["by code", "with running numbers"])
@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
def test_a_title_is_no_heading(title, numbered, span):
    built = Workbook()
    for line in title:
        built.active.append([line or None])
    built.active.append(["ที่", *HEADING] if numbered else HEADING)
    built.active.append([1, *PERSON] if numbered else PERSON)
    if span:
        built.active.merge_cells(span)
    target = io.BytesIO()
    built.save(target)

    staff = staff_workbook.parse(sheets.read(target.getvalue(), name="staff.xlsx"))

    assert [problem.message for problem in staff.problems] == []
    assert staff.office_name == OFFICE
    [person] = staff.people
    assert (person.code, person.prefix, person.first_name, person.last_name) == (
        "TS001",
        "นาง",
        "ทดสอบ",
        "หนึ่ง",
    )
    assert (person.position_title, person.position_level, person.unit_name) == ("นิติกร", "", "กลุ่มตรวจการสหกรณ์")
    assert (person.roles, person.email, person.started_on) == (("OFFICER",), "", None)


@pytest.mark.parametrize(
    "row", [[None, "รวม 1 คน"], ["รวม", "ข้าราชการ 1 คน"], ["ยอดรวม", None, None, None, "1 กลุ่ม"]]
)
def test_a_row_that_counts_people_is_no_person(row):
    built = Workbook()
    for cells in ([OFFICE], HEADING, PERSON, row):
        built.active.append(cells)
    target = io.BytesIO()
    built.save(target)

    staff = staff_workbook.parse(sheets.read(target.getvalue(), name="staff.xlsx"))

    assert [problem.message for problem in staff.problems] == []
    assert [person.code for person in staff.people] == ["TS001"]

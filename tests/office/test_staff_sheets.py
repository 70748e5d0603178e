"""Lists of staff over several sheets, with sections, notes and cells that hold no value."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from office import sheets, staff_workbook
from tests.office.test_staff_workbook import HEAD, HEADING, OFFICER, TITLE

RETIRED = [3, "TS009", *OFFICER[2:]]


def parse(*named, hidden=(), change=None):
    built = Workbook()
    built.remove(built.active)
    for name, rows in named:
        sheet = built.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    if change:
        change(built.worksheets[0])
    content = io.BytesIO()
    built.save(content)
    return staff_workbook.parse(sheets.read(content.getvalue(), name="staff.xlsx"))


def people(*rows):
    unit = "กลุ่มตรวจการสหกรณ์"
    return [[TITLE], HEADING, *[[*row[:8], unit, *row[9:]] for row in rows]]


def codes(staff):
    assert staff.problems == []
    return [person.code for person in staff.people]


@pytest.mark.parametrize("order", [1, -1])
def test_several_sheets_of_people_are_asked_about(order):
    staff = parse(*[("บุคลากร", people(HEAD, OFFICER)), ("ลาออก", people(RETIRED))][::order])

    (problem,) = staff.problems
    assert (problem.row, problem.column) == (2, "B")
    assert "รวมรายชื่อไว้ในแผ่นงานเดียว หรือซ่อนแผ่นงานที่ไม่ใช้" in problem.message


def test_a_hidden_sheet_of_people_is_left_alone_and_named():
    staff = parse(("บุคลากร", people(HEAD, OFFICER)), ("ลาออก", people(RETIRED)), hidden=("ลาออก",))
    assert codes(staff) == ["TS001", "TS002"]
    assert staff.notes == ["แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ลาออก"]


def test_a_sheet_that_counts_peoples_jobs_is_no_list_of_them():
    jobs = [["รหัสเจ้าหน้าที่", "ชื่อ-สกุล", "จำนวนงาน"], ["TS001", "นางก ทดสอบ", 3]]
    assert codes(parse(("บุคลากร", people(HEAD, OFFICER)), ("งาน", jobs))) == ["TS001", "TS002"]


@pytest.mark.parametrize(("cell", "value"), [("D3", "#N/A"), ("F3", "=X!A1"), ("C4", "=C3"), ("I4", "#REF!")])
def test_words_without_a_value_are_told_with_their_cell(cell, value):
    def change(sheet):
        sheet[cell] = value
        if value[0] == "#":
            sheet[cell].data_type = "e"

    staff = parse(("บุคลากร", people(HEAD, OFFICER)), change=change)
    assert (cell[0], int(cell[1])) in [(each.column, each.row) for each in staff.problems]


@pytest.mark.parametrize("section", ["{}", "{} (2 คน)", "1. {}", "{} 2 อัตรา"])
def test_a_units_name_heads_its_people_with_their_number(section):
    heading = [name for name in HEADING if name != "หน่วยงาน"]
    rows = [[*row[:8], *row[9:]] for row in (HEAD, OFFICER)]
    staff = parse(("บุคลากร", [[TITLE], heading, [section.format("กลุ่มตรวจการสหกรณ์")], *rows]))
    assert codes(staff) == ["TS001", "TS002"]
    assert {person.unit_name for person in staff.people} == {"กลุ่มตรวจการสหกรณ์"}


def test_a_signature_below_is_nobody():
    below = [["รวม", None, "2 คน"], ["หมายเหตุ ข้อมูล ณ 1 ต.ค. 69"], ["ผู้จัดทำ", "นางทศ", "ตำแหน่ง"]]
    assert codes(parse(("บุคลากร", [*people(HEAD, OFFICER), *below]))) == ["TS001", "TS002"]


@pytest.mark.parametrize("heading", ["รายชื่อ", "เจ้าหน้าที่", "ชื่อและนามสกุล"])
def test_the_full_name_is_known_by_more_words(heading):
    rows = [[TITLE], [HEADING[1], heading, *HEADING[5:]]]
    rows += [[row[1], f"{row[2]}{row[3]} {row[4]}", *row[5:8], "ก", *row[9:]] for row in (HEAD, OFFICER)]
    assert [person.first_name for person in parse(("บุคลากร", rows)).people] == ["ก", "ข"]

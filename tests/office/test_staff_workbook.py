"""Lists of staff of the genre, and every fault with its cell."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from office import sheets, staff_workbook

DEMO = Path(__file__).resolve().parents[2] / "office" / "demo"
TITLE = "บัญชีรายชื่อบุคลากร สำนักงานสหกรณ์จังหวัดทดสอบ"
HEADING = [
    "ที่",
    "รหัสเจ้าหน้าที่",
    "คำนำหน้า",
    "ชื่อ",
    "นามสกุล",
    "ตำแหน่ง",
    "ระดับ",
    "ประเภทบุคลากร",
    "หน่วยงาน",
    "บทบาทในระบบ",
    "อีเมล",
    "วันเริ่มปฏิบัติงาน",
]
HEAD = [
    1,
    "TS001",
    "นาง",
    "ก",
    "ทดสอบ",
    "ผู้อำนวยการกลุ่ม",
    "ชำนาญการ",
    "ข้าราชการ",
    "กลุ่มตรวจการสหกรณ์",
    "หัวหน้ากลุ่ม",
    "a@b.th",
    date(2015, 1, 2),
]
OFFICER = [
    2,
    "ts002",
    "นาย",
    "ข",
    "ทดสอบ",
    "นิติกร",
    "-",
    "พนักงานราชการ",
    "กตส.",
    "เจ้าหน้าที่",
    None,
    "02/01/2558",
]
UNITS = [
    ["ลำดับการรายงาน", "รหัส", "ชื่อหน่วยงาน", "ชื่อย่อ"],
    [0, "ADMIN", "ฝ่ายบริหารทั่วไป", "ฝบท."],
    [1, "INSPECT", "กลุ่มตรวจการสหกรณ์", "กตส."],
]


def parse(people, units=UNITS):
    built = Workbook()
    built.active.title = "บุคลากร"
    for row in people:
        built.active.append(row)
    if units:
        sheet = built.create_sheet("หน่วยงาน")
        for row in units:
            sheet.append(row)
    target = io.BytesIO()
    built.save(target)
    return staff_workbook.parse(sheets.read(target.getvalue(), name="staff.xlsx"))


def listed(*people):
    return [[TITLE], [], HEADING, *people]


def told(staff):
    return [
        (
            person.code,
            person.prefix,
            person.first_name,
            person.last_name,
            person.personnel_type.value,
            person.unit_name,
            person.roles,
            person.reports,
            person.started_on,
        )
        for person in staff.people
    ]


EXPECTED = [
    (
        "TS001",
        "นาง",
        "ก",
        "ทดสอบ",
        "CIVIL",
        "กลุ่มตรวจการสหกรณ์",
        ("OFFICER", "UNIT_HEAD"),
        True,
        date(2015, 1, 2),
    ),
    ("TS002", "นาย", "ข", "ทดสอบ", "GOV_EMP", "กลุ่มตรวจการสหกรณ์", ("OFFICER",), True, date(2015, 1, 2)),
]


def one_name_column():
    heading = ["หน่วยงาน", "ชื่อ-สกุล", "รหัสบุคลากร", "ประเภท", "ตำแหน่ง", "บทบาท", "วันที่เริ่มปฏิบัติงาน"]
    rows = [
        ["กลุ่มตรวจการสหกรณ์", "นางก ทดสอบ", "TS001", "ข้าราชการ", "ผู้อำนวยการกลุ่ม", None, "2 ม.ค. 2558"],
        ["กลุ่มตรวจการสหกรณ์", "นายข  ทดสอบ", "TS002", "พนักงานราชการ", "นิติกร", "เจ้าหน้าที่", "๐๒/๐๑/๒๕๕๘"],
    ]
    return [[TITLE], ["ข้อมูล ณ วันที่ 1 ตุลาคม 2569"], [], [], heading, *rows]


def unit_rows():
    heading = [cell for cell in HEADING if cell != "หน่วยงาน"]
    without = [row[:8] + row[9:] for row in (HEAD, OFFICER)]
    return [[TITLE], heading, ["กลุ่มตรวจการสหกรณ์"], *without]


@pytest.mark.parametrize(
    "rows",
    [listed(HEAD, OFFICER), one_name_column(), unit_rows()],
    ids=["sample", "one name column", "units as rows"],
)
def test_a_list_reads_the_same_in_every_layout(rows):
    staff = parse(rows)

    assert [problem.message for problem in staff.problems] == []
    assert staff.office_name == "สำนักงานสหกรณ์จังหวัดทดสอบ"
    assert told(staff) == EXPECTED


def test_without_a_sheet_of_units_they_come_from_the_people_in_order():
    other = [*OFFICER[:8], "ฝ่ายบริหารทั่วไป", *OFFICER[9:]]

    staff = parse(listed(HEAD, other), units=None)

    assert [(unit.code, unit.name, unit.abbreviation, unit.sort_order) for unit in staff.units] == [
        ("U01", "กลุ่มตรวจการสหกรณ์", "", 0),
        ("U02", "ฝ่ายบริหารทั่วไป", "", 1),
    ]
    assert staff.problems == []


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        (None, ("OFFICER",)),
        ("เจ้าหน้าที่", ("OFFICER",)),
        ("ผู้บริหาร", ("OFFICER", "DIRECTOR")),
        ("หัวหน้าฝ่าย, ฝ่ายบริหารทั่วไป", ("OFFICER", "UNIT_HEAD", "GENERAL_ADMIN")),
        ("หัวหน้ากลุ่ม/ฝ่าย", ("OFFICER", "UNIT_HEAD")),
        ("งานบุคคล", ("OFFICER", "PERSONNEL")),
        ("เจ้าหน้าที่บุคคล", ("OFFICER", "PERSONNEL")),
        ("การเจ้าหน้าที่", ("OFFICER", "PERSONNEL")),
        ("เจ้าหน้าที่/ฝ่ายบริหารทั่วไป", ("OFFICER", "GENERAL_ADMIN")),
        ("ผู้ดูแลระบบ\nฝ่ายบริหารทั่วไป", ("OFFICER", "GENERAL_ADMIN", "SYSTEM_ADMIN")),
    ],
)
def test_role_words(words, roles):
    row = [*OFFICER[:9], words, *OFFICER[10:]]

    assert parse(listed(row)).people[0].roles == roles


def test_only_the_first_titled_person_of_a_unit_becomes_its_head():
    rows = [
        [index, f"TS{index}", "นาย", "ก", "ทดสอบ", title, "", "ข้าราชการ", unit, "เจ้าหน้าที่"]
        for index, (title, unit) in enumerate(
            [
                ("นิติกร", "กตส."),
                ("ผู้อำนวยการกลุ่ม (นิติกร)", "กตส."),
                ("ผู้อำนวยการกลุ่ม", "กตส."),
                ("หัวหน้าฝ่ายบริหารทั่วไป", "ฝบท."),
            ]
        )
    ]

    assert ["UNIT_HEAD" in person.roles for person in parse(listed(*rows)).people] == [
        False,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("kind", "roles", "reports"),
    [
        ("จ้างเหมาบริการ", "ไม่ต้องรายงาน", False),
        ("จ้างเหมาบริการ", None, False),
        ("จ้างเหมาบริการ", "เจ้าหน้าที่", True),
        ("ลูกจ้างประจำ", "เจ้าหน้าที่, ไม่ต้องรายงาน", False),
        ("ลูกจ้างประจำ", None, True),
    ],
)
def test_who_need_not_report(kind, roles, reports):
    row = [*OFFICER[:7], kind, OFFICER[8], roles]

    person = parse(listed(row)).people[0]

    assert (person.reports, person.roles) == (reports, ("OFFICER",))


@pytest.mark.parametrize(
    ("column", "value", "letter", "says"),
    [
        (2, None, "B", "ใส่รหัสเจ้าหน้าที่"),
        (2, "TS001", "B", "ไม่ซ้ำกัน"),
        (2, "TS/002", "B", "TS/002"),
        (2, "TS?2", "B", "จุด และขีดเท่านั้น"),
        (2, "1234567890123", "B", "เลขประจำตัวประชาชน"),
        (2, 1234567890123, "B", "เลขประจำตัวประชาชน"),
        (4, None, "D", "ใส่ชื่อ"),
        (5, None, "D", "นามสกุล"),
        (8, "ลูกจ้างรายวัน", "H", "ประเภทบุคลากร"),
        (8, None, "H", "ประเภทบุคลากร"),
        (9, "กลุ่มลึกลับ", "I", "กลุ่มลึกลับ"),
        (9, None, "I", "หน่วยงาน"),
        (10, "จอมทัพ", "J", "จอมทัพ"),
        (11, "ไม่ใช่อีเมล", "K", "อีเมล"),
        (12, "31/02/2560", "L", "ไม่มีในปฏิทิน"),
        (12, "เมื่อวาน", "L", "วันเริ่มปฏิบัติงาน"),
    ],
)
def test_each_fault_is_named_once_with_its_cell(column, value, letter, says):
    bad = list(OFFICER)
    bad[column - 1] = value

    staff = parse(listed(HEAD, bad))

    assert [(problem.sheet, problem.row, problem.column) for problem in staff.problems] == [
        ("บุคลากร", 5, letter)
    ]
    assert says in staff.problems[0].message
    assert [person.code for person in staff.people] == ["TS001"]


def test_a_national_id_is_not_repeated_in_the_message():
    bad = [*OFFICER[:1], "1234567890123", *OFFICER[2:]]

    problem = parse(listed(bad)).problems[0]

    assert "1234567890123" not in problem.message + problem.value


def test_units_named_twice_are_refused():
    staff = parse(listed(HEAD), units=[*UNITS, [2, "X", "กลุ่มตรวจการสหกรณ์", ""], [3, "ADMIN", "อื่น", ""]])

    assert [(problem.sheet, problem.row, problem.column) for problem in staff.problems] == [
        ("หน่วยงาน", 4, "C"),
        ("หน่วยงาน", 5, "B"),
    ]


def test_a_file_without_a_list_of_people_says_what_was_found():
    staff = parse([["อะไร"]], units=None)

    assert "บุคลากร" in staff.problems[0].message


def test_the_sample_list():
    staff = staff_workbook.parse(sheets.read(DEMO / "staff.xlsx", name="staff.xlsx"))

    assert staff.problems == []
    assert staff.office_name == "สำนักงานสหกรณ์จังหวัดตัวอย่าง"
    assert [unit.abbreviation for unit in staff.units][:3] == ["สกจ.", "นคส.", "ฝบท."]
    assert Counter(person.personnel_type.value for person in staff.people) == {
        "CIVIL": 30,
        "GOV_EMP": 12,
        "PERMANENT": 1,
        "OUTSOURCED": 2,
    }
    assert sum(person.reports for person in staff.people) == 43
    assert sum("UNIT_HEAD" in person.roles for person in staff.people) == 10
    assert [person.code for person in staff.people if "GENERAL_ADMIN" in person.roles] == [
        "EX006",
        "EX007",
        "EX009",
    ]
    assert [person.code for person in staff.people if "DIRECTOR" in person.roles] == ["EX001"]

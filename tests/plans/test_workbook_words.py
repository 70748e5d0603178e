"""Words by which plans of other offices head their columns, and rows that only add others up."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from office import sheets
from plans import workbook
from plans.owners import PersonRef, UnitRef

UNITS = [UnitRef("PROMO1", "กลุ่มส่งเสริมสหกรณ์ 1", "กสส.1")]
PEOPLE = [
    PersonRef("p1", "EX030", "นายไหม ตัวอย่าง", "PROMO1"),
    PersonRef("p2", "EX031", "นางกล้วย ตัวอย่าง", "PROMO1"),
    PersonRef("p3", "EX032", "รวมพร ตัวอย่าง", "PROMO1"),
]
TITLE = "แผนปฏิบัติงาน ปีงบประมาณ 2570"
MONTHS = ["ต.ค.", "พ.ย.", "ธ.ค.", "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย."]
HEADING = ["เลขที่งาน", "กิจกรรม", "หน่วยนับ", "เป้าหมายทั้งปี", *MONTHS, "ผู้รับผิดชอบ"]
JOB = ["สสจ. 1", "แนะนำ", "ครั้ง", 24, *[2] * 12, "กสส.1"]


def parse(*tables):
    built = Workbook()
    built.remove(built.active)
    for index, rows in enumerate(tables):
        sheet = built.create_sheet(f"แผ่น {index}")
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    built.save(target)
    return workbook.parse(sheets.read(target.getvalue(), name="p.xlsx"), units=UNITS, people=PEOPLE)


def renamed(column: int, word: str, *, numbered: bool = False):
    heading = [word if index == column else cell for index, cell in enumerate(HEADING)]
    if numbered:
        return [[TITLE], ["ที่", *heading], [1, *JOB], [2, "สสจ. 2", *JOB[1:]]]
    return [[TITLE], heading, JOB, ["สสจ. 2", *JOB[1:]]]


@pytest.mark.parametrize("numbered", [False, True], ids=["alone", "beside running numbers"])
@pytest.mark.parametrize(
    ("column", "word"),
    [
        *(
            (0, word)
            for word in ("เลขที่", "งานที่", "รหัส", "ข้อ", "ลำดับงาน", "No.", "เลขที่แผนงาน", "เลขที่งาน (สสจ.)")
        ),
        *((1, word) for word in ("รายละเอียดงาน", "ภารกิจ", "งานตามแผน", "เรื่อง")),
        (2, "นับเป็น"),
        *((3, word) for word in ("จำนวน", "จำนวนทั้งปี")),
        *((16, word) for word in ("ฝ่าย/กลุ่ม", "กลุ่ม", "ฝ่าย")),
    ],
)
def test_a_column_has_many_names(column, word, numbered):
    plan = parse(renamed(column, word, numbered=numbered))

    assert [problem.message for problem in plan.problems] == []
    assert [(item.job_no, item.name, item.counting_unit) for item in plan.items] == [
        ("สสจ. 1", "แนะนำ", "ครั้ง"), ("สสจ. 2", "แนะนำ", "ครั้ง"),
    ]  # fmt: skip
    assert [(item.annual_target, item.owners.unit_ids) for item in plan.items] == [(24, ("PROMO1",))] * 2


@pytest.mark.parametrize(
    ("word", "cells"),
    [("ที่", [1, 2]), ("ลำดับ", ["1", "2"]), ("ที่", ["๑", "๒"])],
    ids=["figures", "text", "thai"],
)
def test_running_numbers_are_job_numbers_where_there_are_no_others(word, cells):
    rows = renamed(0, word)
    rows[2], rows[3] = [cells[0], *JOB[1:]], [cells[1], *JOB[1:]]

    plan = parse(rows)

    assert plan.problems == []
    assert [item.job_no for item in plan.items] == ["1", "2"]


def test_running_numbers_that_start_anew_are_refused():
    rows = renamed(0, "ที่")
    rows[2], rows[3] = [1, *JOB[1:]], [1, *JOB[1:]]

    assert [(problem.row, problem.column) for problem in parse(rows).problems] == [(4, "A")]


def test_owners_given_by_code_do_not_make_the_plan_a_table_of_shares():
    rows = renamed(16, "รหัสผู้รับผิดชอบ")
    rows[2] = [*JOB[:-1], "EX030"]
    rows[3] = ["สสจ. 2", *JOB[1:-1], "EX031"]

    plan = parse(rows)

    assert plan.problems == []
    assert [(share.job_no, share.person_code) for share in plan.shares] == [
        ("สสจ. 1", "EX030"),
        ("สสจ. 2", "EX031"),
    ]


@pytest.mark.parametrize(
    "months",
    [
        [f"{(index + 9) % 12 + 1}/{2569 if index < 3 else 2570}" for index in range(12)],
        [f"{name}-{26 if index < 3 else 27}" for index, name in enumerate(
            ["Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep"])],
    ],
    ids=["in figures", "in english"],
)  # fmt: skip
def test_months_are_read_in_figures_and_as_excel_writes_them(months):
    plan = parse([[TITLE], [*HEADING[:4], *months, HEADING[-1]], JOB])

    assert plan.problems == []
    assert plan.items[0].monthly == (2,) * 12


@pytest.mark.parametrize(
    "row",
    [
        [None, "แผนงานพื้นฐาน", "ครั้ง", 156],
        [None, "1. ผลผลิตที่ 1 การส่งเสริม", "ครั้ง", 24, *[2] * 12],
        ["โครงการส่งเสริมสหกรณ์", None, "ครั้ง", 24, *[2] * 12],
        [None, "กิจกรรมหลัก ส่งเสริม", "แห่ง", 24],
    ],
)
def test_a_group_may_have_a_unit_and_figures(row):
    plan = parse([[TITLE], HEADING, row, JOB])

    assert plan.problems == []
    assert [item.group_path for item in plan.items] == [(row[0] or row[1],)]


def test_a_project_with_an_owner_still_needs_its_job_number():
    plan = parse([[TITLE], HEADING, JOB, [None, "โครงการส่งเสริม", *JOB[2:]]])

    assert [(problem.row, problem.column) for problem in plan.problems] == [(4, "A")]


@pytest.mark.parametrize(
    "row",
    [
        ["รวม สสจ. 1", None, "ครั้ง", 24],
        [None, "รวมแผนงานพื้นฐาน", "ครั้ง", 24, *[2] * 12],
        ["ยอดรวม 1 งาน", None, None, 24],
        ["รวม", "1 งาน", "ครั้ง", 24],
    ],
)
def test_a_row_of_sums_is_no_item(row):
    plan = parse([[TITLE], HEADING, JOB, row])

    assert plan.problems == []
    assert [item.job_no for item in plan.items] == ["สสจ. 1"]


SHARES = ["เลขที่งาน", "รหัสเจ้าหน้าที่", "ชื่อ-สกุล", *MONTHS, "รวม"]
SHARE = ["สสจ. 1", "EX030", "นายไหม ตัวอย่าง", *[2] * 12, 24]


@pytest.mark.parametrize(
    "row",
    [
        ["รวม สสจ. 1", None, None, *[2] * 12, 24],
        ["สสจ. 1", None, "รวม สสจ. 1", *[2] * 12, 24],
        ["สสจ. 1", "รวม EX030", None, *[2] * 12, 24],
        [None, None, "ยอดรวมทั้งสิ้น", *[2] * 12, 24],
    ],
)
def test_a_row_of_sums_is_no_share(row):
    plan = parse([[TITLE], HEADING, JOB], [SHARES, SHARE, row])

    assert [problem.message for problem in plan.problems] == []
    assert [share.person_code for share in plan.shares] == ["EX030"]


def test_a_person_whose_name_begins_like_a_sum_keeps_the_share():
    plan = parse([[TITLE], HEADING, JOB], [SHARES, ["สสจ. 1", None, "รวมพร ตัวอย่าง", *[2] * 12, 24]])

    assert plan.problems == []
    assert [share.person_code for share in plan.shares] == ["EX032"]


@pytest.mark.parametrize("name", ["นางกล้วย ตัวอย่าง", "นางกล้วย", "กล้วย"])
def test_a_code_and_a_name_of_two_people_is_a_fault(name):
    plan = parse([[TITLE], HEADING, JOB], [SHARES, ["สสจ. 1", "EX030", name, *[2] * 12, 24]])

    assert [(problem.row, problem.column, problem.value) for problem in plan.problems] == [(2, "C", name)]
    assert "EX030" in plan.problems[0].message
    assert "EX031" in plan.problems[0].message


@pytest.mark.parametrize("name", ["ไหม", "นาย ไหม ตัวอย่าง", "นายไหม สกุลใหม่", "กสส.1", "คุณไม่รู้จัก"])
def test_a_name_that_means_nobody_else_leaves_the_code_to_decide(name):
    plan = parse([[TITLE], HEADING, JOB], [SHARES, ["สสจ. 1", "EX030", name, *[2] * 12, 24]])

    assert plan.problems == []


def twice(second: list[object], banners: tuple[str, str] | None = None):
    heading = [*HEADING[:4], *MONTHS, *MONTHS, HEADING[-1]]
    row = [*JOB[:4], *[2] * 12, *second, JOB[-1]]
    above = [[None] * 4 + [banners[0], *[None] * 11, banners[1]]] if banners else []
    if above:
        above[0][0] = "งาน"
    return [[TITLE], *above, heading, row]


def test_two_columns_of_one_month_with_different_figures_are_a_fault():
    plan = parse(twice([2, 3, *[2] * 10]))

    assert [(problem.row, problem.column) for problem in plan.problems] == [(2, "R")]
    assert "F3" in plan.problems[0].message
    assert "R3" in plan.problems[0].message


@pytest.mark.parametrize(
    ("second", "banners"),
    [
        ([2] * 12, None),
        ([None] * 12, None),
        ([500] * 12, ("แผนปฏิบัติงาน", "แผนการใช้จ่ายงบประมาณ")),
        ([500] * 12, ("เป้าหมาย", "ผลการดำเนินงาน")),
    ],
    ids=["equal", "blank", "money", "results"],
)
def test_months_given_twice_for_a_reason_are_read(second, banners):
    plan = parse(twice(second, banners))

    assert [problem.message for problem in plan.problems] == []
    assert plan.items[0].monthly == (2,) * 12


def test_money_in_front_of_the_targets_is_not_the_target():
    rows = twice([2] * 12, ("แผนการใช้จ่ายงบประมาณ", "แผนปฏิบัติงาน"))
    rows[-1][4:16] = [500] * 12

    assert parse(rows).items[0].monthly == (2,) * 12

"""Exports of the CPS system, in many layouts, and every fault with its cell."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from office import sheets
from reports import cps_file

DEMO = Path(__file__).resolve().parents[2] / "office" / "demo"
TITLE = ["รายงานการบันทึกผลการส่งเสริมสหกรณ์"]
HEADING = ["ลำดับ", "วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "ชื่อสหกรณ์/กลุ่มเกษตรกร", "จำนวน", "หน่วยนับ", "วันที่บันทึก"]
VISIT = [1, "02/10/2569", "EX003", "สสจ. 12", "สหกรณ์ ก", 1, "ราย", "05/10/2569"]
RECORDED = datetime.combine(date(2026, 10, 5), time(14, 30))
EXPECTED = (date(2026, 10, 2), "EX003", "สสจ. 12", "สหกรณ์ ก", Decimal(1), "ราย", date(2026, 10, 5))


def parse(*rows):
    built = Workbook()
    for row in rows:
        built.active.append(row)
    target = io.BytesIO()
    built.save(target)
    return cps_file.parse(sheets.read(target.getvalue(), name="cps.xlsx"))


def told(row):
    return (
        row.worked_on,
        row.person_code,
        row.job_no,
        row.place,
        row.quantity,
        row.counting_unit,
        row.recorded_on,
    )


@pytest.mark.parametrize(
    "rows",
    [
        [TITLE, [], HEADING, VISIT],
        [HEADING[::-1], VISIT[::-1]],
        [
            HEADING,
            [1, "๒ ต.ค. ๒๕๖๙", "ex003", "สสจ.๑๒", "สหกรณ์ ก", "๑", "ราย", RECORDED],
        ],
        [HEADING, VISIT, ["", "", "", "", "รวม", 1]],
        [
            ["วันที่", "รหัสผู้ปฏิบัติงาน", "รหัสงาน", "สหกรณ์", "ปริมาณ", "หน่วย", "วันที่บันทึกข้อมูล"],
            ["02/10/2569 09:15", "EX003", "สสจ. 12", "สหกรณ์ ก", 1, "ราย", "5/10/2569"],
        ],
    ],
    ids=["sample", "reversed", "thai digits and excel dates", "total row", "other words, clock times"],
)
def test_visits_read_the_same_in_every_layout(rows):
    result = parse(*rows)

    assert result.problems == []
    assert [told(row) for row in result.rows] == [EXPECTED]


def test_unknown_people_and_jobs_are_kept():
    result = parse(HEADING, [1, "02/10/2569", "EX998", "งานอื่น", "ก", 2, "ครั้ง", None])

    assert [(row.person_code, row.job_no, row.quantity, row.recorded_on) for row in result.rows] == [
        ("EX998", "งานอื่น", 2, None)
    ]


@pytest.mark.parametrize(
    ("column", "value", "letter"),
    [
        (2, "31/02/2569", "B"),
        (2, None, "B"),
        (2, "02/10/2026", "B"),
        (6, "หนึ่ง", "F"),
        (6, -1, "F"),
        (6, None, "F"),
        (8, "x", "H"),
    ],
    ids=["no such day", "no day", "common era", "text", "negative", "no quantity", "bad recording day"],
)
def test_each_fault_is_named_once_with_its_cell(column, value, letter):
    bad = list(VISIT)
    bad[column - 1] = value

    result = parse(HEADING, VISIT, bad)

    assert [(problem.row, problem.column) for problem in result.problems] == [(3, letter)]
    assert len(result.rows) == 1


@pytest.mark.parametrize(
    ("person", "job", "whose"),
    [("EX003", "สสจ. 12", "EX003 ใน สสจ. 12"), (None, "สสจ. 12", "สสจ. 12"), ("EX003", None, "EX003")],
)
def test_a_fault_says_whose_row_it_is_by_what_the_row_has(person, job, whose):
    [problem] = parse(HEADING, VISIT, [*VISIT[:2], person, job, *VISIT[4:7], "x"]).problems

    assert f"วันที่บันทึกของ {whose} พบ" in problem.message


def test_a_file_of_another_kind_is_refused():
    assert "CPS" in parse(["ก", "ข"], [1, 2]).problems[0].message


@pytest.mark.parametrize(("month", "rows", "stranger"), [("2026-10", 94, None), ("2026-11", 107, "EX998")])
def test_the_sample_files_are_taken_whole(month, rows, stranger):
    name = f"cps_{month}.xlsx"

    result = cps_file.parse(sheets.read(DEMO / name, name=name))

    assert result.problems == []
    assert len(result.rows) == rows
    assert stranger is None or stranger in {row.person_code for row in result.rows}
    assert {f"{row.worked_on:%Y-%m}" for row in result.rows} == {month}


@pytest.mark.parametrize(
    ("written", "kept"),
    [("นายไม่มี ตัวอย่าง", "นายไม่มี ตัวอย่าง"), ("ex 003", "EX003"), (" ๑๒ ๓ ", "123")],
    ids=["a name", "a code", "a code in figures"],
)
def test_a_name_in_the_column_of_codes_keeps_its_spaces(written, kept):
    found = parse(HEADING, [*VISIT[:2], written, *VISIT[3:]])
    assert [row.person_code for row in found.rows] == [kept]

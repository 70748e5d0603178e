"""Files of a month's results, in many layouts, and every fault with its cell."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import Workbook

from office import sheets
from office.calendar import Month
from reports import results_file

DEMO = Path(__file__).resolve().parents[2] / "office" / "demo"
PEOPLE = [
    SimpleNamespace(id=1, code="EX030", full_name="นายไหม ตัวอย่าง"),
    SimpleNamespace(id=2, code="EX031", full_name="นางกล้วย ตัวอย่าง"),
]
JOBS = {"สสจ. 1", "สสจ. 2"}
HEADING = "รหัสเจ้าหน้าที่,เลขที่งาน,ผล,ปัญหาอุปสรรค,แนวทางแก้ไข,ชี้แจงเหตุผล"
LINES = ["EX030,สสจ. 1,4,,,", "EX031,สสจ.๒,0,เลื่อนนัด,นัดใหม่,ผลต่ำกว่าแผน"]
EXPECTED = [(1, "สสจ. 1", "VALUE", 4, "", "", ""), (2, "สสจ. 2", "VALUE", 0, "เลื่อนนัด", "นัดใหม่", "ผลต่ำกว่าแผน")]


def parse(content: str | bytes, name="r.csv", **options):
    content = content.encode() if isinstance(content, str) else content
    return results_file.parse(sheets.read(content, name=name), people=PEOPLE, jobs=JOBS, **options)


def csv(*lines: str, heading: str = HEADING) -> str:
    return "\r\n".join([heading, *lines]) + "\r\n"


def xlsx(*rows) -> bytes:
    built = Workbook()
    for row in rows:
        built.active.append(row)
    target = io.BytesIO()
    built.save(target)
    return target.getvalue()


def told(result):
    return [
        (row.person_id, row.job_no, row.kind.value, row.quantity, row.obstacle, row.solution, row.explanation)
        for row in result.rows
    ]


WORKBOOK = xlsx(
    ["ผลการปฏิบัติงาน ประจำเดือนตุลาคม 2569"],
    [],
    ["เลขที่งาน", "แผน", "ผลการดำเนินงาน", "ชื่อ-สกุล", "ชี้แจงเหตุผล", "ปัญหา/อุปสรรค", "แนวทางการแก้ไข"],
    ["สสจ. 1", 4, 4, "นายไหม ตัวอย่าง", None, None, None],
    ["สสจ. 2", 1, 0, "กล้วย ตัวอย่าง", "ผลต่ำกว่าแผน", "เลื่อนนัด", "นัดใหม่"],
    ["รวม", 5, 4],
)


@pytest.mark.parametrize(
    "content",
    [
        csv(*LINES),
        csv(*LINES).encode("cp874"),
        b"\xef\xbb\xbf" + csv(*LINES).encode(),
        csv(*LINES).replace(",", ";"),
        WORKBOOK,
    ],
    ids=["utf-8", "cp874", "with bom", "semicolons", "workbook with names"],
)
def test_results_read_the_same_in_every_form(content):
    result = parse(content)

    assert result.problems == []
    assert told(result) == EXPECTED


@pytest.mark.parametrize(
    ("answer", "kind", "quantity"),
    [
        ("", "", None),
        ("-", "", None),
        ("0", "VALUE", 0),
        ("๑๒", "VALUE", 12),
        ('"1,250.5"', "VALUE", Decimal("1250.5")),
        ("ไม่มีผลการดำเนินงาน", "NOTHING", None),
        ("ไม่มีผล", "NOTHING", None),
        ("ไม่มีข้อมูล", "NOT_AVAILABLE", None),
    ],
)
def test_blank_is_not_zero_and_nothing_is_not_unknown(answer, kind, quantity):
    row = parse(csv(f"EX030,สสจ. 1,{answer},,,")).rows[0]

    assert (row.kind.value, row.quantity) == (kind, quantity)


def test_optional_columns_are_taken():
    heading = "ชื่อ,รหัสเจ้าหน้าที่,เลขที่งาน,ผล,รายละเอียดผล,ประเภทเหตุผล"

    row = parse(csv("นายไหม ตัวอย่าง,EX030,สสจ. 1,4,เข้าแนะนำ ๔ แห่ง,ลา", heading=heading)).rows[0]

    assert (row.narrative, row.reason_category.value) == ("เข้าแนะนำ ๔ แห่ง", "LEAVE")


def test_a_form_of_one_person_needs_no_column_for_the_person():
    result = parse(csv("สสจ. 1,4", heading="เลขที่งาน,ผล"), reporter=PEOPLE[0])

    assert [(row.person_id, row.job_no) for row in result.rows] == [(1, "สสจ. 1")]


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("EX999,สสจ. 1,4,,,", "A", "EX999"),
        (",สสจ. 1,4,,,", "A", ""),
        ("EX030,สสจ. 9,4,,,", "B", "สสจ. 9"),
        ("EX030,,4,,,", "B", ""),
        ("EX030,สสจ. 1,-1,,,", "C", "-1"),
        ("EX030,สสจ. 1,สี่,,,", "C", "สี่"),
        ("EX031,สสจ. 2,3,,,", "B", "สสจ. 2"),
    ],
    ids=["unknown person", "no person", "unknown job", "no job", "negative", "text", "twice"],
)
def test_each_fault_is_named_once_with_its_cell(line, column, value):
    result = parse(csv(*LINES[1:], line))

    assert [(problem.sheet, problem.row, problem.column, problem.value) for problem in result.problems] == [
        ("r.csv", 3, column, value)
    ]
    assert told(result) == EXPECTED[1:]


def test_an_unknown_reason_category_is_named():
    result = parse(csv("EX030,สสจ. 1,4,ฝนตก", heading="รหัสเจ้าหน้าที่,เลขที่งาน,ผล,ประเภทเหตุผล"))

    assert [(problem.row, problem.column) for problem in result.problems] == [(2, "D")]


def test_a_file_without_results_is_refused():
    result = parse("ก,ข\n1,2\n")

    assert "เลขที่งาน" in result.problems[0].message


@pytest.mark.parametrize(
    "heading",
    [
        "รหัสเจ้าหน้าที่,เลขที่,ผล",
        "รหัสเจ้าหน้าที่,งาน,ผล",
        "รหัสเจ้าหน้าที่,เลขที่งาน,จำนวนที่ทำได้",
        "รหัสเจ้าหน้าที่,เลขที่งาน,ผลการดำเนินงาน (หน่วย)",
    ],
)
def test_columns_have_other_names(heading):
    result = parse(csv("EX030,สสจ. 1,4", heading=heading))

    assert result.problems == []
    assert [(row.person_id, row.job_no, row.quantity) for row in result.rows] == [(1, "สสจ. 1", 4)]


@pytest.mark.parametrize(
    "line", ["รวม EX030,,4,,,", "EX030,รวม EX030,4,,,", "รวมทั้งสิ้น 2 งาน,,4,,,", ",ยอดรวม สสจ. 1,4,,,"]
)
def test_a_row_of_sums_is_no_result(line):
    result = parse(csv(*LINES, line))

    assert result.problems == []
    assert told(result) == EXPECTED


def test_a_code_and_a_name_of_two_people_is_a_fault():
    result = parse(csv("EX030,นางกล้วย,สสจ. 1,4", heading="รหัสเจ้าหน้าที่,ชื่อ-สกุล,เลขที่งาน,ผล"))

    assert [(problem.row, problem.column, problem.value) for problem in result.problems] == [
        (2, "B", "นางกล้วย")
    ]
    assert "EX030" in result.problems[0].message
    assert "EX031" in result.problems[0].message


@pytest.mark.parametrize("column", ["วันที่ปฏิบัติงาน", "วันที่บันทึก", "ชื่อสหกรณ์/กลุ่มเกษตรกร"])
def test_a_file_of_cps_is_refused_by_its_columns(column):
    result = parse(csv("EX030,สสจ. 1,4,x", heading=f"รหัสเจ้าหน้าที่,เลขที่งาน,จำนวน,{column}"))

    assert [(problem.row, problem.column, problem.value) for problem in result.problems] == [(1, "D", column)]
    assert "import_cps" in result.problems[0].message
    assert result.rows == []


def test_a_file_of_cps_is_refused_by_its_title():
    result = parse(xlsx(["ระบบการส่งเสริมสหกรณ์ (CPS)"], HEADING.split(","), ["EX030", "สสจ. 1", 4]))

    assert [(problem.row, problem.column) for problem in result.problems] == [(1, "A")]


@pytest.mark.parametrize("path", sorted(DEMO.glob("cps_*.xlsx")), ids=lambda path: path.stem)
def test_the_sample_files_of_cps_are_not_results(path):
    result = parse(path.read_bytes(), name=path.name)

    assert [problem.message for problem in result.problems] == [
        "ไฟล์นี้เป็นไฟล์จาก CPS ใช้เมนูนำเข้า CPS (import_cps)"
    ]


@pytest.mark.parametrize(
    "title",
    ["ผลการปฏิบัติงาน ประจำเดือนตุลาคม 2569", "ประจำเดือน ต.ค. ๖๙", "เดือนตุลาคม พ.ศ. 2569", "ประจำเดือนตุลาคม 2026"],
)
def test_a_title_of_another_month_is_refused(title):
    content = xlsx([title], HEADING.split(","), ["EX030", "สสจ. 1", 4])

    assert parse(content, month=Month(2026, 10)).problems == []
    assert [(problem.row, problem.column) for problem in parse(content, month=Month(2026, 11)).problems] == [
        (1, "A")
    ]
    assert len(parse(content, month=Month(2025, 10)).problems) == 1


@pytest.mark.parametrize("title", ["ข้อมูล ณ วันที่ 5 พฤศจิกายน 2569", "ผลการปฏิบัติงาน ปีงบประมาณ 2570"])
def test_a_title_that_names_a_day_or_no_month_says_nothing_of_the_month(title):
    content = xlsx([title], HEADING.split(","), ["EX030", "สสจ. 1", 4])

    assert parse(content, month=Month(2026, 10)).problems == []


@pytest.mark.parametrize("path", sorted(DEMO.glob("results_*.csv")), ids=lambda path: path.stem)
def test_the_sample_files_are_taken_whole(path):
    codes = [f"EX{number:03}" for number in range(1, 46)]
    people = [SimpleNamespace(id=code, code=code, full_name=code) for code in codes]

    result = results_file.parse(
        sheets.read(path, name=path.name), people=people, jobs={f"สสจ. {number}" for number in range(1, 18)}
    )

    lines = path.read_text("utf-8-sig").splitlines()[1:]
    assert result.problems == []
    assert [f"{row.person_id},{row.job_no},{row.quantity:f}".removesuffix(".00") for row in result.rows] == [
        ",".join(line.split(",")[:3]) for line in lines
    ]

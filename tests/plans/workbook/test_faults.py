"""Each fault of a plan's workbook is named once, with its cell."""

from __future__ import annotations

import pytest

from tests.plans.workbook.scene import (
    GOOD_SHARES,
    MONTHS,
    SUM,
    Rows,
    book,
    parse,
    plain,
    share_rows,
)


def changed(row: int, column: int, value: object) -> Rows:
    """The plain plan with one cell changed; row and column as Excel counts them."""
    rows = plain()
    cells = rows[row - 1]
    cells += [None] * (column - len(cells))
    cells[column - 1] = value
    return rows


@pytest.mark.parametrize(
    ("row", "column", "value", "letter", "says"),
    [
        (5, 5, 23, "E", "ผลรวมรายเดือน (22)"),
        (6, 5, 11, "E", "เดือนสุดท้ายที่มีค่า (10)"),
        (5, 8, -1, "H", "พ.ย. 2569"),
        (5, 8, "-๑", "H", "พ.ย. 2569"),
        (5, 8, "สอง", "H", "“สอง”"),
        (5, 8, "#REF!", "H", "พ.ย. 2569"),
        (5, 5, "ไม่ระบุ", "E", "เป้าหมายทั้งปีของ สสจ. 1"),
        (5, 6, "ห้าพัน", "F", "งบประมาณของ สสจ. 1"),
        (5, 3, None, "C", "ใส่หน่วยนับของ สสจ. 1"),
        (5, 4, "ตามใจ", "D", "วิธีนับของ สสจ. 1"),
        (5, 19, "กสส.1-3", "S", "กสส.3"),
        (5, 19, "นายไม่มี ตัวตน", "S", "นายไม่มี ตัวตน"),
        (5, 19, None, "S", "ผู้รับผิดชอบของ สสจ. 1"),
        (6, 1, "สสจ.๑", "A", "ไม่ซ้ำกัน"),
        (5, 2, None, "B", "ใส่ชื่อกิจกรรมของ สสจ. 1"),
        (5, 1, None, "A", "ใส่เลขที่งาน"),
        (3, 7, "ต.ค. 68", "G", "ต.ค. 2569"),
        (3, 7, "ต.ค. 2026", "G", "พ.ศ."),
        (1, 1, "แผนปฏิบัติงาน ประจำปีงบประมาณ พ.ศ. 2027", "A", "พ.ศ. เช่น 2570"),
    ],
    ids=[
        "sum disagrees", "last month disagrees", "negative", "negative in thai digits", "text", "excel error",
        "text total", "text budget", "no unit of count", "unknown way of counting", "unknown unit of a range",
        "unknown person", "no owner", "duplicate job", "no name", "no job number", "month of another year",
        "month in common era", "fiscal year in common era",
    ],
)  # fmt: skip
def test_each_fault_is_named_once_with_its_cell(row, column, value, letter, says):
    plan = parse(("แผน", changed(row, column, value)))

    assert len(plan.problems) == 1
    problem = plan.problems[0]
    assert (problem.sheet, problem.row, problem.column) == ("แผน", row, letter)
    assert says in problem.message


def test_a_fault_of_an_item_keeps_it_out_and_the_others_in():
    plan = parse(("แผน", changed(5, 8, "สอง")))

    assert [item.job_no for item in plan.items] == ["สสจ. 2", "สสจ. 3"]


def test_neither_sum_nor_last_month_is_refused_where_the_sheet_does_not_say():
    plan = parse(("แผน", plain([("สสจ. 1", "งาน", "ครั้ง", None, 5, None, SUM, "กจส.")])))

    assert [(problem.row, problem.column) for problem in plan.problems] == [(5, "E")]
    assert "22" in plan.problems[0].message
    assert plan.items == []


@pytest.mark.parametrize(
    ("way", "annual", "aggregation"),
    [
        ("MAX", 2, "MAX"),
        ("สูงสุด", 2, "MAX"),
        ("ไม่สะสม", 22, "SUM"),
        ("นับสะสม", 2, "LATEST"),
        ("ผลรวม", 22, "SUM"),
    ],
)
def test_ways_of_counting_have_many_words(way, annual, aggregation):
    plan = parse(("แผน", plain([("สสจ. 1", "งาน", "ครั้ง", way, annual, None, SUM, "กจส.")])))

    assert plan.problems == []
    assert plan.items[0].aggregation == aggregation


def test_a_missing_month_in_between_is_named():
    months = [*MONTHS[:2], "หมายเลข", *MONTHS[3:]]

    plan = parse(("แผน", plain(months=months)))

    assert "ธ.ค." in plan.problems[0].message


def test_a_workbook_without_a_plan_names_its_sheets():
    plan = parse(("รายชื่อ", [["ที่", "ชื่อ"], [1, "ก"]]), ("อื่น", [["x"]]))

    assert len(plan.problems) == 1
    assert "รายชื่อ, อื่น" in plan.problems[0].message
    assert plan.fiscal_year == 0


def with_share(row: int, column: int, value: object) -> Rows:
    rows = [list(cells) for cells in share_rows(GOOD_SHARES)]
    rows[row - 1][column - 1] = value
    return rows


@pytest.mark.parametrize(
    ("row", "column", "value", "where", "says"),
    [
        (2, 1, "สสจ. 9", (2, "A"), "สสจ. 9"),
        (2, 2, "EX999", (2, "B"), "EX999"),
        (2, 5, "มาก", (2, "E"), "พ.ย. 2569"),
        (2, 5, -1, (2, "E"), "พ.ย. 2569"),
        (2, 16, 12, (2, "P"), "11"),
        (4, 16, 9, (4, "P"), "10"),
        (3, 2, "EX030", (3, "C"), "คนเดียวกัน"),
    ],
    ids=[
        "unknown job",
        "unknown person",
        "text",
        "negative",
        "row total",
        "row total of running",
        "code of another",
    ],
)
def test_each_fault_of_a_share_is_named_once(row, column, value, where, says):
    plan = parse(("แผน", plain()), ("กระจาย", with_share(row, column, value)))

    relevant = [problem for problem in plan.problems if "ให้รวมได้" not in problem.message]
    assert [(problem.sheet, problem.row, problem.column) for problem in relevant] == [("กระจาย", *where)]
    assert says in relevant[0].message


def test_two_shares_of_one_person_in_a_job_are_a_fault():
    rows = with_share(3, 2, "EX030")
    rows[2][2] = "นายไหม ตัวอย่าง"

    plan = parse(("แผน", plain()), ("กระจาย", rows))

    assert [(problem.row, problem.column) for problem in plan.problems] == [(3, "B")]
    assert "ไว้แถวเดียว" in plan.problems[0].message


def test_shares_that_do_not_add_up_name_the_month_and_both_figures():
    rows = with_share(2, 5, 3)
    rows[1][15] = 13

    plan = parse(("แผน", plain()), ("กระจาย", rows))

    assert [(problem.row, problem.column) for problem in plan.problems] == [(2, "E")]
    assert plan.problems[0].message == "แก้ส่วนแบ่งเดือน พ.ย. 2569 ของ สสจ. 1 ให้รวมได้ 2 ตามแผน พบผลรวม 4"


@pytest.mark.parametrize(("column", "value"), [(2, "EX999"), (5, "มาก")], ids=["person", "figure"])
def test_a_share_that_cannot_be_read_makes_no_second_fault_of_its_sum(column, value):
    plan = parse(("แผน", plain()), ("กระจาย", with_share(2, column, value)))

    assert len(plan.problems) == 1


def test_a_percent_has_one_owner():
    rows = [*share_rows(GOOD_SHARES), ["สสจ. 3", "EX031", "", *["-"] * 12, None]]

    plan = parse(("แผน", plain()), ("กระจาย", rows))

    assert [(problem.row, problem.column) for problem in plan.problems] == [(6, "B")]
    assert "ร้อยละ" in plan.problems[0].message


def test_an_item_without_shares_beside_a_table_of_shares_is_a_fault_unless_a_person_owns_it():
    plan = parse(("แผน", plain()), ("กระจาย", share_rows(GOOD_SHARES[:2])))

    assert [problem.value for problem in plan.problems] == ["สสจ. 2"]
    assert [share.job_no for share in plan.shares] == ["สสจ. 1", "สสจ. 1", "สสจ. 3"]


def test_a_second_file_without_shares_is_refused():
    plan = parse(("แผน", plain()), shares=book(("x", [["ก"]]), name="s.xlsx"))

    assert plan.problems[0].sheet == "s.xlsx"

"""Which sheets of a workbook are the plan, which people's shares, and which are left and named."""

from __future__ import annotations

import pytest

from tests.plans.workbook.scene import (
    EXPECTED,
    GOOD_SHARES,
    ITEMS,
    MONTHS,
    NAMES,
    PERCENT,
    SUM,
    Rows,
    book,
    parse,
    plain,
    share_rows,
    told,
)

NAMED = ["นายไหม ตัวอย่าง", "นางกล้วย ตัวอย่าง", "นางทศ ตัวอย่าง"]
SHARES = [("สสจ. 1", "EX030"), ("สสจ. 1", "EX031"), ("สสจ. 2", "EX031"), ("สสจ. 3", "EX010")]


def problems(plan):
    return [(each.sheet, each.row, each.column) for each in plan.problems]


def shares(plan):
    return [(share.job_no, share.person_code) for share in plan.shares]


def without(heading: str, rows: Rows) -> Rows:
    column = rows[2].index(heading)
    return [*rows[:2], *(row[:column] + row[column + 1 :] for row in rows[2:])]


def with_people(names: list[str], items=ITEMS) -> Rows:
    rows = plain(items)
    rows[2].insert(5, "ชื่อ-สกุล")
    for row, name in zip(rows[4:], names, strict=True):
        row.insert(5, name)
    return rows


def last_year(rows: Rows) -> Rows:
    rows[0] = ["แผน ปีงบประมาณ พ.ศ. 2569"]
    rows[2] = [f"{each[:-2]}{int(each[-2:]) - 1}" if each in MONTHS else each for each in rows[2]]
    return rows


def test_a_units_sheet_that_says_no_year_is_of_the_first_ones():
    plan = parse(("ก", plain(ITEMS[:1])), ("ข", plain(ITEMS[1:], NAMES, "แผนของกลุ่ม ข")))
    assert (plan.problems, told(plan)) == ([], EXPECTED)


@pytest.mark.parametrize(
    ("lacking", "asked"),
    [(["หน่วยนับ"], [("ข", 3, None)]), (["วิธีนับ", "เป้าหมายทั้งปี"], [("ข", 5, None), ("ข", 6, None)])],
)
def test_a_units_sheet_that_lacks_a_column_is_asked_for_it(lacking, asked):
    rows = plain(ITEMS[1:])
    for heading in lacking:
        rows = without(heading, rows)
    assert problems(parse(("ก", plain(ITEMS[:1])), ("ข", rows))) == asked


def test_what_is_no_plan_is_left_and_named():
    calendar = [["ลำดับ", "รายการ", *MONTHS], [1, "ประชุม", *[1] * 12]]
    money = [["เลขที่งาน", "กิจกรรม", *MONTHS], ["สสจ. 1", "ก", *[100] * 12]]
    plan = parse(("ปก", [["แผน"]]), ("แผน", plain()), ("ปฏิทิน", calendar), ("เงิน", money), ("ว่าง", []))

    assert (plan.problems, told(plan)) == ([], EXPECTED)
    why = "ไม่มีหน่วยนับหรือเป้าหมายทั้งปี"
    assert plan.notes == [f"แผ่นงานที่ไม่ได้อ่าน: ปก, ปฏิทิน ({why}), เงิน ({why})"]


def test_a_file_of_shares_names_what_it_leaves_too():
    beside = book(("ปก", [["แผน"]]), ("กระจายแผน", share_rows(GOOD_SHARES)))
    plan = parse(("แผน", plain()), ("เดิม", share_rows(GOOD_SHARES)), shares=beside)
    assert (shares(plan), plan.notes) == (SHARES, ["แผ่นงานที่ไม่ได้อ่าน: เดิม", "แผ่นงานที่ไม่ได้อ่าน: ปก"])


def test_a_stranger_is_refused_in_one_sheet_and_in_several():
    names = ["นายใคร", *NAMED[1:]]
    several = parse(("ก", with_people(names[:1], ITEMS[:1])), ("ข", with_people(names[1:], ITEMS[1:])))
    assert problems(parse(("ก", with_people(names)))) == problems(several) == [("ก", 5, "F")]


def test_people_in_sheets_of_units_do_the_work():
    plan = parse(("ก", with_people(NAMED[:1], ITEMS[:1])), ("ข", with_people(NAMED[1:], ITEMS[1:])))
    assert (plan.problems, shares(plan)) == ([], [("สสจ. 1", "EX030"), *SHARES[2:]])


def test_a_plan_of_another_year_is_not_read_as_shares():
    plan = parse(("แผน", plain()), ("ปีก่อน", last_year(with_people(NAMED))))
    assert (plan.problems, shares(plan)) == ([], [("สสจ. 3", "EX010")])
    assert plan.notes == ["แผ่นงานที่ไม่ได้อ่าน: ปีก่อน (ปีงบประมาณ 2569)"]


@pytest.mark.parametrize(("sheet", "heading"), [("กระจายแผน", "ผู้รับผิดชอบ"), ("Sheet2", "ชื่อ-สกุล")])
def test_shares_that_repeat_the_plans_columns_are_shares(sheet, heading):
    rows = [["เลขที่งาน", "กิจกรรม", "หน่วยนับ", heading, *MONTHS, "รวม"]]
    rows += [[row[0], "ก", "ครั้ง", row[2], *row[3:]] for row in GOOD_SHARES]
    plan = parse(("แผน", plain()), (sheet, rows))
    assert (plan.problems, told(plan), shares(plan)) == ([], EXPECTED, SHARES)


# A job or a unit that stands alone above its people


def under(job: str) -> Rows:
    return share_rows(
        [["สสจ. 1"], [None, "EX030", NAMED[0], *SUM, 22], [job], [None, "EX010", NAMED[2], *PERCENT, 100]]
    )


@pytest.mark.parametrize("job", ["สสจ. 22", "สสจ.๒๒", "กสส. 22", "สศจ 3", "22"])
def test_people_below_a_mistyped_job_are_not_the_job_aboves(job):
    plan = parse(("แผน", plain([ITEMS[0], ITEMS[2]])), ("กระจายแผน", under(job)))
    assert problems(plan) == [("กระจายแผน", 5, "A")]
    assert "ใช้เลขที่งานที่มีในแผน ไม่พบ" in plan.problems[0].message
    assert ("สสจ. 1", "EX010") not in shares(plan)


@pytest.mark.parametrize("words", ["กลุ่มส่งเสริมสหกรณ์ 1", "กสส.1", "หน้า 2", "ฝ่ายบริหารทั่วไป"])
def test_a_unit_or_a_page_above_people_is_no_job(words):
    rows = share_rows([GOOD_SHARES[0], [words], [None, *GOOD_SHARES[1][1:]], *GOOD_SHARES[2:]])
    plan = parse(("แผน", plain()), ("กระจายแผน", rows))
    assert (plan.problems, shares(plan)) == ([], SHARES)

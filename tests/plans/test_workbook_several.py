"""Plans over several sheets, columns that may be one thing, people beside units, notes under the table."""

from __future__ import annotations

import pytest

from office import sheets
from tests.plans.workbook.scene import (
    EXPECTED,
    ITEMS,
    MONTHS,
    PEOPLE,
    UNITS,
    Rows,
    book,
    parse,
    plain,
    told,
    workbook,
)


def problems(plan):
    return [(each.sheet, each.row, each.column) for each in plan.problems]


def test_a_sheet_of_each_unit_is_one_plan():
    plan = parse(("กลุ่ม 1", plain(ITEMS[:1])), ("กลุ่ม 2", plain(ITEMS[1:])))

    assert plan.problems == []
    assert told(plan) == EXPECTED
    assert [(item.sheet, item.row) for item in plan.items] == [("กลุ่ม 1", 5), ("กลุ่ม 2", 5), ("กลุ่ม 2", 6)]
    assert plan.notes == ["อ่านแผนจากแผ่นงาน กลุ่ม 1 1 งาน, กลุ่ม 2 2 งาน"]
    assert plan.place_of("สสจ. 3") == ("กลุ่ม 2", 6)


def test_groups_of_each_sheet_stay_with_its_items():
    second = plain(ITEMS[1:])
    second[3] = [None, "แผนงานยุทธศาสตร์"]
    plan = parse(("ก", plain(ITEMS[:1])), ("ข", second))

    assert [item.group_path for item in plan.items][1:] == [("แผนงานยุทธศาสตร์",)] * 2
    assert [plan.groups[item.group].name for item in plan.items] == [
        item.group_path[-1] for item in plan.items
    ]


def test_a_copy_of_the_plan_is_left_alone_and_named():
    plan = parse(("แผน", plain()), ("แผน (2)", plain()))

    assert (plan.problems, told(plan)) == ([], EXPECTED)
    assert plan.notes == ["แผ่นงานที่ไม่ได้อ่าน: แผน (2) (ซ้ำ)"]


def test_two_sheets_that_say_otherwise_of_one_job_are_asked_about():
    draft = [("สสจ. 1", "แนะนำส่งเสริมสหกรณ์", "ครั้ง", "รวม", 12, 5000, [1] * 12, "กสส.1-2")]
    plan = parse(("แผน", plain()), ("ร่าง", plain(draft)))

    assert problems(plan) == [("ร่าง", 5, "A")]
    assert "รวมแผนไว้ในแผ่นงานเดียว หรือซ่อนแผ่นงานที่ไม่ใช่แผน" in plan.problems[0].message


def test_a_copy_with_a_faulty_item_is_no_copy():
    changed = [(*ITEMS[0][:6], [99] * 12, ITEMS[0][7]), *ITEMS[1:]]
    assert problems(parse(("แผน", plain()), ("ร่าง", plain(changed)))) == [("ร่าง", 5, "A")]


def test_a_sheet_a_quarter_is_asked_about():
    quarters = [
        (f"ไตรมาส {n + 1}", plain([(*item[:6], item[6][part], item[7]) for item in ITEMS], MONTHS[part]))
        for n, part in enumerate(slice(first, first + 3) for first in range(0, 12, 3))
    ]
    assert {sheet for sheet, _, _ in problems(parse(*quarters))} == {"ไตรมาส 2", "ไตรมาส 3", "ไตรมาส 4"}


def test_another_year_and_what_is_hidden_are_named():
    old = plain(ITEMS[:1], [f"{m[:-2]}{int(m[-2:]) - 1}" for m in MONTHS], "แผน ปีงบประมาณ พ.ศ. 2569")
    plan = parse(("แผน", plain()), ("ปีก่อน", old), ("ลับ", [["บันทึก"]]), hidden="ลับ")

    assert (plan.problems, told(plan)) == ([], EXPECTED)
    assert plan.notes == ["แผ่นงานที่ไม่ได้อ่าน: ปีก่อน (ปีงบประมาณ 2569)", "แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ลับ"]


def test_a_sheet_of_results_is_neither_plan_nor_shares():
    results = [["เลขที่งาน", "รหัสเจ้าหน้าที่", *MONTHS], ["สสจ. 1", "EX030", *[1] * 12]]
    plan = parse(("แผน", plain()), ("ผลรายเดือน", plain(ITEMS[:1])), ("ผลรายบุคคล", results))

    assert (plan.problems, told(plan)) == ([], EXPECTED)


# Columns


def with_column(heading: str, values: list[object], at: int = 5) -> Rows:
    rows = plain()
    rows[2].insert(at, heading)
    for row, value in zip(rows[4:], values, strict=True):
        row.insert(at, value)
    return rows


@pytest.mark.parametrize("heading", ["งบประมาณที่ได้รับ", "งบประมาณคงเหลือ", "งบประมาณปี 2569"])
def test_the_plain_budget_column_is_taken(heading):
    plan = parse(("แผน", with_column(heading, [7, 7, 7])))
    assert (plan.problems, told(plan)) == ([], EXPECTED)


def test_two_budgets_that_differ_are_asked_about():
    rows = with_column("งบประมาณที่ขอตั้ง", [7, 7, 7])
    rows[2][6] = "งบประมาณที่ได้รับจัดสรร"
    plan = parse(("แผน", rows))

    (problem,) = plan.problems
    assert (problem.row, problem.column) == (3, "G")
    assert "ให้มีคอลัมน์งบประมาณคอลัมน์เดียว" in problem.message
    assert "F “งบประมาณที่ขอตั้ง” และ G “งบประมาณที่ได้รับจัดสรร”" in problem.message


def test_of_targets_of_two_years_the_plans_own_is_taken():
    rows = with_column("เป้าหมายปี 2569", [7, 7, 7], at=4)
    rows[2][5] = "เป้าหมายปี 2570"
    plan = parse(("แผน", rows))
    assert (plan.problems, told(plan)) == ([], EXPECTED)


def test_of_targets_under_one_banner_the_whole_years_is_taken():
    rows = plain()
    rows.insert(3, [None] * len(rows[2]))
    rows[2][4:5] = ["เป้าหมาย", None, None, None]
    rows[3][4:5] = ["ทั้งปี", "ครึ่งปีแรก", "ครึ่งปีหลัง", "รวม"]
    for row, parts in zip(rows[5:], ([12, 10, 22], [4, 10, 14], [50, 100, 150]), strict=True):
        row[5:5] = parts
    merges = ["E3:H3", *(f"{sheets.letter(n)}3:{sheets.letter(n)}4" for n in (*range(4), *range(8, 22)))]
    plan = parse(("แผน", rows), merges={"แผน": merges})
    assert (plan.problems, told(plan)) == ([], EXPECTED)


def test_of_budgets_under_one_banner_the_sum_is_taken():
    rows = plain()
    rows.insert(3, [None] * len(rows[2]))
    rows[2][5:6] = ["งบประมาณ", None, None]
    rows[3][5:6] = ["งบดำเนินงาน", "งบลงทุน", "รวม"]
    for row, parts in zip(rows[5:], ([2000, 3000], ["-", "-"], [None, None]), strict=True):
        row[5:5] = parts
    plan = parse(("แผน", rows), merges={"แผน": ["F3:H3"]})
    assert (plan.problems, told(plan)) == ([], EXPECTED)


DOERS = ["นายไหม ตัวอย่าง", "นางกล้วย ตัวอย่าง", "นางทศ ตัวอย่าง"]


@pytest.mark.parametrize("unit", ["หน่วยงานรับผิดชอบ", "กลุ่มงาน"])
@pytest.mark.parametrize("heading", ["ผู้รับผิดชอบ", "เจ้าหน้าที่", "ชื่อ-สกุล"])
def test_people_beside_their_units_do_the_work(heading, unit):
    rows = with_column(heading, DOERS)
    rows[2][-1] = unit
    plan = parse(("แผน", rows))

    assert plan.problems == []
    assert [(share.job_no, share.person_code) for share in plan.shares] == [
        ("สสจ. 1", "EX030"), ("สสจ. 2", "EX031"), ("สสจ. 3", "EX010"),
    ]  # fmt: skip
    assert plan.items[0].owners.unit_ids == ("PROMO1", "PROMO2")


def test_a_stranger_in_the_column_of_people_is_named():
    plan = parse(("แผน", with_column("ผู้รับผิดชอบ", ["นายใคร ไม่รู้", *DOERS[1:]])))
    assert problems(plan) == [("แผน", 5, "F")]


@pytest.mark.parametrize("heading", ["เจ้าหน้าที่", "ชื่อ-นามสกุล"])
def test_the_only_column_of_people_is_the_owners(heading):
    rows = plain()
    rows[2][-1] = heading
    plan = parse(("แผน", rows))
    assert (plan.problems, told(plan)) == ([], EXPECTED)


# Rows and cells


def test_notes_and_signatures_under_the_tables_are_no_rows():
    rows = [*plain(), [], ["ผู้จัดทำ", "นางทศ", None, None, "ผู้เห็นชอบ", "นาย ก"], ["หมายเหตุ ปรับได้"]]
    shares = [
        ["เลขที่งาน", "รหัสเจ้าหน้าที่", "ผู้รับผิดชอบ", *MONTHS],
        *[[job, code, name, *monthly] for (job, *_, monthly, _), code, name in
          zip(ITEMS, ["EX030", "EX031", "EX010"], DOERS, strict=True)],
        ["หมายเหตุ ให้ตรวจสอบ"],
        [None, None, "ผู้จัดทำ"],
        ["กลุ่มส่งเสริมสหกรณ์ 1"],
    ]  # fmt: skip
    plan = parse(("แผน", rows), ("กระจายแผน", shares))
    assert (plan.problems, len(plan.shares)) == ([], 3)


def test_a_formula_for_words_is_told_with_its_cell():
    rows = plain()
    rows[4][-1] = "=VLOOKUP(A5,X!A:B,2,0)"
    rows[5][0] = "=A5&1"
    plan = parse(("แผน", rows))
    told_at = {(each.row, each.column) for each in plan.problems if "เป็นสูตรที่ยังไม่มีค่า" in each.message}
    assert told_at == {(5, "S"), (6, "A")}


def test_numbers_in_front_of_names_and_job_numbers_are_the_same_as_without():
    rows = plain()
    rows[4][0], rows[6][-1] = "สสจ.1.", "นางทศ  ตัวอย่าง"
    assert told(parse(("แผน", rows))) == EXPECTED


def test_the_name_of_a_sheet_read_from_a_file_of_shares_is_its_own():
    shares = book(
        ("กระจายแผน", [["เลขที่งาน", "รหัสเจ้าหน้าที่", *MONTHS], ["สสจ. 1", PEOPLE[0].code, *ITEMS[0][6]]])
    )
    plan = workbook.parse(book(("แผน", plain(ITEMS[:1]))), units=UNITS, people=PEOPLE, shares_book=shares)
    assert [share.sheet for share in plan.shares] == ["กระจายแผน"]


def test_an_item_may_have_a_row_of_its_own_for_results():
    rows = plain()
    rows[2].insert(6, "แผน/ผล")
    lines = rows[4:]
    merges = []
    for n, line in enumerate(lines):
        line.insert(6, "แผน")
        rows.insert(5 + 2 * n, [*[None] * 6, "ผล", *[3] * 12])
        merges += [f"{column}{5 + 2 * n}:{column}{6 + 2 * n}" for column in "ABCDEFT"]
    plan = parse(("แผน", rows), merges={"แผน": merges})
    assert (plan.problems, told(plan)) == ([], EXPECTED)


def test_a_target_merged_over_the_months_of_a_quarter_is_asked_about():
    rows = plain()
    rows[4][6:9] = [6, None, None]
    assert problems(parse(("แผน", rows), merges={"แผน": ["G5:I5"]})) == [("แผน", 5, "G")]


@pytest.mark.parametrize("below", ["วันที่ 1 ตุลาคม 2569", "โทร. 0 2281 3095"])
def test_a_signature_merged_over_the_months_is_no_target(below):
    rows = [*plain(), ["ผู้จัดทำแผน", "(นางทศ ตัวอย่าง)", *[None] * 8, below, *[None] * 5]]
    plan = parse(("แผน", rows), merges={"แผน": ["K8:P8"]})
    assert (plan.problems, told(plan)) == ([], EXPECTED)


def name_first(name: str) -> Rows:
    thai_digits = str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")
    rows = plain([(ITEMS[0][0], name, *ITEMS[0][2:])])
    for row in rows[2:]:
        row[:2] = row[1::-1]
    rows[4] = [str(cell).translate(thai_digits) for cell in rows[4]]
    return rows


def test_an_item_whose_name_begins_as_a_signature_is_an_item():
    plan = parse(("แผน", name_first("ผู้ตรวจสอบกิจการได้รับการอบรม")))
    assert [(item.job_no, item.name) for item in plan.items] == [("สสจ. 1", "ผู้ตรวจสอบกิจการได้รับการอบรม")]


@pytest.mark.parametrize("name", ["ผู้ตรวจการสหกรณ์ได้รับการพัฒนา", "ลงนามบันทึกข้อตกลง", "ที่มาของหนี้สหกรณ์"])
def test_a_group_whose_name_begins_as_a_signature_is_a_group(name):
    rows = plain()
    rows[3][1] = name
    assert {item.group_path for item in parse(("แผน", rows)).items} == {(name,)}

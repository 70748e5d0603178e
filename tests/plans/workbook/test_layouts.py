"""One plan in every layout that offices use."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from tests.plans.workbook.scene import (
    EXPECTED,
    FULL,
    GROUP,
    ITEMS,
    MONTHS,
    NAMES,
    SUM,
    TITLE,
    Rows,
    figures,
    parse,
    plain,
    told,
)


def reordered() -> Rows:
    rows: Rows = [[TITLE], ["สำนักงานสหกรณ์จังหวัดตัวอย่าง"], ["ข้อมูล ณ วันที่ 1 ตุลาคม 2569"], [], []]
    rows.append(
        [None, None, "ผู้รับผิดชอบ", *MONTHS, "รวม", "หน่วย", "งานที่ดำเนินการ", "เลขที่งาน", "วงเงิน", "วิธีการนับ"]
    )
    for job, name, unit, way, annual, budget, monthly, owner in ITEMS:
        rows.append([None, None, owner, *monthly, annual, unit, name, job, budget, way])
    return rows


def quarter_sums() -> Rows:
    """Two heading rows, quarters unmerged, a รวมไตรมาส after each, the year last."""
    top: list[object] = ["เลขที่งาน", "แผนงาน / ผลผลิต / กิจกรรม", "หน่วยนับ", "วิธีนับ", "งบประมาณ"]
    low: list[object] = [None] * 5
    for quarter in range(4):
        top += [f"ไตรมาส {quarter + 1} (ต.ค. - ธ.ค.)", None, None, None]
        low += [*MONTHS[quarter * 3 : quarter * 3 + 3], f"รวมไตรมาส {quarter + 1}"]
    rows: Rows = [[TITLE], [*top, "รวมทั้งปี", "กลุ่ม/ฝ่ายที่รับผิดชอบ"], [*low, None, None]]
    for job, name, unit, way, annual, budget, monthly, owner in ITEMS:
        cells: list[object] = [job, name, unit, way, budget]
        for quarter in range(4):
            part = monthly[quarter * 3 : quarter * 3 + 3]
            cells += [*part, sum(value for value in part if value != "-")]
        rows.append([*cells, annual, owner])
    return rows


def plan_and_result() -> tuple[Rows, list[str]]:
    """Three heading rows: quarter, month, แผน and ผล side by side; the national layout."""
    letters = openpyxl.utils.get_column_letter
    top: list[object] = ["ลำดับ", "ผลผลิต/กิจกรรมหลัก/โครงการ", "หน่วยนับ", "รวมทั้งสิ้น", None]
    middle: list[object] = [None] * 5
    low: list[object] = [None, None, None, "เป้าหมาย", "งบประมาณ"]
    merges = ["A2:A4", "B2:B4", "C2:C4", "D2:E3"]
    for quarter in range(4):
        start = len(top) + 1
        top += [f"ไตรมาสที่ {quarter + 1}", *[None] * 7]
        merges.append(f"{letters(start)}2:{letters(start + 7)}2")
        for label in (*FULL[quarter * 3 : quarter * 3 + 3], f"รวมไตรมาส {quarter + 1}"):
            at = len(middle) + 1
            middle += [label, None]
            merges.append(f"{letters(at)}3:{letters(at + 1)}3")
            low += ["แผน", "ผล"]
    top += ["หน่วยปฏิบัติงาน"]
    rows: Rows = [[TITLE], top, middle, low, ["1", GROUP]]
    for job, name, unit, _, annual, budget, monthly, owner in ITEMS:
        cells: list[object] = [job, name, unit, annual, budget]
        for quarter in range(4):
            for value in monthly[quarter * 3 : quarter * 3 + 3]:
                cells += [value, 99]
            cells += [1, 1]
        rows.append([*cells, owner])
    return rows, merges


def thai_digits() -> Rows:
    def thai(value: object) -> object:
        return str(value).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙")) if value is not None else None

    return [
        [thai(cell) if row > 3 and column not in (1, 18) else cell for column, cell in enumerate(cells)]
        for row, cells in enumerate(plain())
    ]


def numbered_columns_and_repeats() -> Rows:
    rows = plain()
    heading = rows[2]
    rows.insert(3, [f"({number})" for number in range(1, len(heading) + 1)])
    rows.insert(6, list(heading))
    rows += [[None, "รวมงบประมาณทั้งสิ้น", None, None, None, "=SUM(F5:F8)"], [], [None, "ผู้จัดทำ ............"]]
    return rows


def groups_in_the_first_column() -> Rows:
    """Groups and footers written, as merged cells are, in the column of job numbers."""
    rows = plain()
    rows[3] = [GROUP]
    rows.insert(5, ["1. กิจกรรมหลัก ส่งเสริมสหกรณ์"])
    rows += [["รวมทั้งสิ้น", None, None, None, None, 5000], ["ข้อมูล ณ วันที่ 1 ตุลาคม 2569"], ["ผู้จัดทำ ......"]]
    return rows


def formulas_without_values() -> Rows:
    rows = plain()
    for index, row in enumerate(rows):
        if row and str(row[0]).startswith("สสจ. 1"):
            row[4] = f"=SUM(G{index + 1}:R{index + 1})"
        elif row and str(row[0]).startswith("สสจ. 2"):
            row[4] = f"=R{index + 1}"
    return rows


SINGLE = {
    "sample order": plain(),
    "other order and offset": reordered(),
    "quarters with sums": quarter_sums(),
    "thai digits": thai_digits(),
    "full month names": plain(months=[f"{name} {2569 if i < 3 else 2570}" for i, name in enumerate(FULL)]),
    "months without space": plain(months=[month.replace(" ", "") for month in MONTHS]),
    "months without year": plain(months=NAMES),
    "months with the word": plain(months=[f"เดือน{name}" for name in FULL]),
    "months as dates": plain(
        months=[date(2026 if m >= 10 else 2027, m, 1) for m in (10, 11, 12, *range(1, 10))]
    ),
    "title without year": plain(title="แผนปฏิบัติงานและแผนการใช้จ่ายงบประมาณ"),
    "numbered columns, repeated heading, totals": numbered_columns_and_repeats(),
    "groups in the first column": groups_in_the_first_column(),
    "formulas without values": formulas_without_values(),
    "jobs without space": plain([(item[0].replace(" ", ""), *item[1:]) for item in ITEMS]),
    "jobs in thai digits": plain([(f"สสจ.{'๑๒๓'[i]}", *item[1:]) for i, item in enumerate(ITEMS)]),
    "no way of counting": plain([(*item[:3], None, *item[4:]) for item in ITEMS]),
    "figures as text": plain([(*item[:6], [str(value) for value in item[6]], item[7]) for item in ITEMS]),
}


@pytest.mark.parametrize("rows", SINGLE.values(), ids=SINGLE.keys())
def test_a_plan_reads_the_same_in_every_layout(rows):
    plan = parse(("แผน", rows))

    assert [problem.message for problem in plan.problems] == []
    assert plan.fiscal_year == 2570
    assert told(plan) == EXPECTED


def test_plan_beside_result_takes_the_plan():
    rows, merges = plan_and_result()

    plan = parse(("Sheet1", rows), merges={"Sheet1": merges})

    assert [problem.message for problem in plan.problems] == []
    assert told(plan) == EXPECTED


def test_a_sheet_without_the_column_of_counting_is_read_by_its_totals():
    rows = [row[:3] + row[4:] if len(row) > 3 else row for row in plain()]

    assert told(parse(("แผน", rows))) == EXPECTED


def test_one_owner_cell_merged_over_items_owns_them_all():
    rows = plain([(*item[:7], "กจส." if index == 0 else None) for index, item in enumerate(ITEMS)])

    plan = parse(("แผน", rows), merges={"แผน": ["S5:S7"]})

    assert plan.problems == []
    assert [item.owners.unit_ids for item in plan.items] == [("ESTAB",)] * 3


def test_a_hidden_older_plan_is_not_the_plan():
    older = plain(title="แผนปฏิบัติงาน ประจำปีงบประมาณ พ.ศ. 2569", months=NAMES)

    plan = parse(("เก่า", older), ("แผน", plain()), hidden="เก่า")

    assert (plan.sheet, plan.fiscal_year, plan.problems) == ("แผน", 2570, [])


def test_of_two_plans_in_one_workbook_the_later_year_is_read():
    older = plain(title="ปีงบประมาณ 2569", months=NAMES)

    assert parse(("แผน 69", older), ("แผน 70", plain())).fiscal_year == 2570
    assert parse(("แผน 70", plain()), ("แผน 69", older)).fiscal_year == 2570


def test_group_rows_and_group_columns_give_the_same_tree():
    rows: Rows = [[TITLE], ["แผนงาน", "ผลผลิต", "เลขที่งาน", "กิจกรรม", "หน่วยนับ", "เป้าหมาย", *MONTHS, "ผู้รับผิดชอบ"]]
    rows.append(["แผนงาน ก", "ผลผลิต ข", "สสจ. 1", "งาน", "ครั้ง", 22, *SUM, "กจส."])
    rows.append([None, None, "สสจ. 2", "งาน", "ครั้ง", 22, *SUM, "กจส."])
    rows.append(["แผนงาน ค", "ผลผลิต ง", "สสจ. 3", "งาน", "ครั้ง", 22, *SUM, "กจส."])

    plan = parse(("แผน", rows), merges={"แผน": ["A3:A4", "B3:B4"]})

    assert plan.problems == []
    assert [item.group_path for item in plan.items] == [
        ("แผนงาน ก", "ผลผลิต ข"), ("แผนงาน ก", "ผลผลิต ข"), ("แผนงาน ค", "ผลผลิต ง"),
    ]  # fmt: skip
    assert [(group.level.value, group.parent) for group in plan.groups] == [
        ("PROGRAM", None), ("OUTPUT", 0), ("PROGRAM", None), ("OUTPUT", 2),
    ]  # fmt: skip


def test_a_plan_of_three_months_leaves_the_others_blank():
    items = [(*item[:6], item[6][:3], item[7]) for item in ITEMS]

    plan = parse(("แผน", plain(items, months=MONTHS[:3])))

    assert plan.problems == []
    assert plan.items[0].monthly == figures([2, 2, 2] + ["-"] * 9)
    assert plan.items[0].annual_target == 22

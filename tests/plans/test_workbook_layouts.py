"""Headings of months over several columns and rows, as offices draw them: read rightly or asked about."""

from __future__ import annotations

import pytest
from openpyxl.utils import get_column_letter as letter

from tests.plans.workbook.scene import EXPECTED, ITEMS, MONTHS, TITLE, Rows, parse, told

FIELDS = ["เลขที่งาน", "กิจกรรม", "หน่วยนับ", "วิธีนับ", "เป้าหมายทั้งปี", "งบประมาณ (บาท)"]


def divided(under: list[str], *, down: bool, across: bool) -> tuple[Rows, list[str]]:
    """Each month over ``under``; fields merged ``down`` two rows, months ``across`` their columns."""
    top: list[object] = list(FIELDS)
    low: list[object] = [None] * len(FIELDS)
    merges = [f"{letter(n)}3:{letter(n)}4" for n in range(1, len(FIELDS) + 1)] if down else []
    for month in MONTHS:
        first = len(top) + 1
        top += [month, *[None] * (len(under) - 1)]
        low += under
        if across:
            merges.append(f"{letter(first)}3:{letter(first + len(under) - 1)}3")
    rows: Rows = [[TITLE], [], [*top, "หน่วยงานรับผิดชอบ"], low]
    for job, name, unit, way, annual, budget, monthly, owner in ITEMS:
        months = [value if word in ("แผน", "เป้าหมาย") else 7 for value in monthly for word in under]
        rows.append([job, name, unit, way, annual, budget, *months, owner])
    return rows, merges


@pytest.mark.parametrize("down", [True, False])
@pytest.mark.parametrize("across", [True, False])
@pytest.mark.parametrize(
    "under",
    [["แผน", "ผล"], ["ผล", "แผน"], ["แผน", "ผล", "ร้อยละ"], ["เป้าหมาย", "งบประมาณ", "ผล"], ["แผน", "แผนสะสม"]],
)
def test_of_the_columns_under_a_month_the_plan_is_taken(under, across, down):
    rows, merges = divided(under, down=down, across=across)
    plan = parse(("แผน", rows), merges={"แผน": merges})

    assert plan.problems == []
    assert told(plan) == EXPECTED


def test_quarters_over_months_over_plan_and_result():
    top: list[object] = list(FIELDS)
    middle: list[object] = [None] * 6
    low: list[object] = [None] * 6
    merges = [f"{letter(n)}3:{letter(n)}5" for n in range(1, 7)]
    for quarter in range(4):
        merges.append(f"{letter(len(top) + 1)}3:{letter(len(top) + 8)}3")
        top += [f"ไตรมาสที่ {quarter + 1}", *[None] * 7]
        for month in [*MONTHS[quarter * 3 : quarter * 3 + 3], "รวมไตรมาส"]:
            merges.append(f"{letter(len(middle) + 1)}4:{letter(len(middle) + 2)}4")
            middle += [month, None]
            low += ["แผน", "ผล"]
    rows: Rows = [[TITLE], [], [*top, "หน่วยปฏิบัติงาน"], middle, low]
    for job, name, unit, way, annual, budget, monthly, owner in ITEMS:
        cells: list[object] = [job, name, unit, way, annual, budget]
        for quarter in range(4):
            for value in [*monthly[quarter * 3 : quarter * 3 + 3], 99]:
                cells += [value, 4]
        rows.append([*cells, owner])
    plan = parse(("แผน", rows), merges={"แผน": merges})

    assert plan.problems == []
    assert told(plan) == EXPECTED


def test_months_that_hold_only_results_are_no_plan():
    rows, merges = divided(["ผล"], down=True, across=False)
    plan = parse(("แผน", rows), merges={"แผน": merges})

    (problem,) = plan.problems
    assert (problem.row, problem.column, problem.value) == (3, "G", MONTHS[0])
    assert "มีแต่คอลัมน์ของผลหรือเงิน" in problem.message

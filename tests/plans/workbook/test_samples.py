"""The sample plans."""

from __future__ import annotations

import openpyxl
import pytest

from office import sheets
from plans import workbook
from plans.owners import PersonRef, UnitRef
from tests.plans.workbook.scene import (
    DEMO,
)


@pytest.fixture(scope="module")
def staff():
    sheet = openpyxl.load_workbook(DEMO / "staff.xlsx")
    units = [
        UnitRef(row[1], row[2], row[3]) for row in sheet.worksheets[1].iter_rows(min_row=2, values_only=True)
    ]
    people = [
        PersonRef(row[1], row[1], f"{row[2]}{row[3]} {row[4]}")
        for row in sheet.worksheets[0].iter_rows(min_row=4, values_only=True)
    ]
    return {"units": units, "people": people}


@pytest.mark.parametrize("year", [2569, 2570])
def test_the_sample_plans_are_faultless(staff, year):
    name = f"action_plan_{year}.xlsx"

    plan = workbook.parse(sheets.read(DEMO / name, name=name), **staff)

    assert plan.problems == []
    assert (plan.fiscal_year, plan.instalment) == (year, 1)
    assert plan.office_name == "สำนักงานสหกรณ์จังหวัดตัวอย่าง"
    assert (len(plan.items), len(plan.shares), len({share.person_id for share in plan.shares})) == (
        17,
        78,
        42,
    )
    assert [item.job_no for item in plan.items] == [f"สสจ. {number}" for number in range(1, 18)]
    assert sum(item.budget or 0 for item in plan.items) == 513000
    assert [group.level.value for group in plan.groups] == [
        "PROGRAM", "OUTPUT", "PROGRAM", "OUTPUT", "PROGRAM", "ACTIVITY", "PROGRAM", "ACTIVITY",
    ]  # fmt: skip


def test_the_sample_with_errors_has_exactly_its_three(staff):
    name = "action_plan_2570_with_errors.xlsx"

    plan = workbook.parse(sheets.read(DEMO / name, name=name), **staff)

    assert [(problem.sheet, problem.row, problem.column, problem.value) for problem in plan.problems] == [
        ("แผนปฏิบัติงาน", 9, "F", "427"),
        ("แผนปฏิบัติงาน", 10, "J", "-๔"),
        ("แผนปฏิบัติงาน", 11, "K", "สองแห่ง"),
    ]

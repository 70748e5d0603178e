"""The title above a plan's headings is never read as one of them."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from office import sheets
from plans import workbook
from plans.owners import PersonRef, UnitRef

UNITS = [UnitRef("PROMO1", "กลุ่มส่งเสริมสหกรณ์ 1", "กสส.1"), UnitRef("ADMIN", "ฝ่ายบริหารทั่วไป", "ฝบท.")]
PEOPLE = [PersonRef("p1", "EX030", "นายไหม ตัวอย่าง", "PROMO1")]
NAMES = ["ต.ค.", "พ.ย.", "ธ.ค.", "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย."]
TITLES = {
    "a short one": ["แผนปฏิบัติงาน ปีงบประมาณ 2570"],
    "one of a unit": ["แผนงาน กลุ่มงาน ปี 2570"],
    "a long one": ["แผนปฏิบัติงานและแผนการใช้จ่ายงบประมาณ ประจำปีงบประมาณ พ.ศ. 2570 หน่วยงานรับผิดชอบ"],
    "two lines": ["แผนปฏิบัติงาน ปีงบประมาณ 2570", "หน่วยงานรับผิดชอบ กลุ่มส่งเสริมสหกรณ์"],
    "lines and a gap": ["แผนปฏิบัติงาน ปีงบประมาณ 2570", "งบประมาณ กลุ่มงาน", ""],
}


def sheet_of(
    title: list[str], *, numbered: bool, merged: str, form: bool
) -> tuple[list[list[object]], list[str]]:
    heading = ["เลขที่งาน", "กิจกรรม", "หน่วยนับ", "เป้าหมายทั้งปี", *NAMES, "ผู้รับผิดชอบ"]
    data: list[object] = ["สสจ. 1", "แนะนำ", "ครั้ง", 24, *[2] * 12, "กสส.1"]
    if numbered:
        heading, data = ["ที่", *heading], [1, *data]
    rows: list[list[object]] = [[line or None] for line in title]
    if form:
        rows[0] += [None] * (len(heading) - 2) + ["แบบ สสจ. 1"]
    last = get_column_letter(len(heading) - 1 if form else len(heading))
    spans = {"not": [], "over the table": [f"A{row}:{last}{row}" for row in range(1, len(title) + 1)]}
    spans["over the first columns"] = [f"A{row}:C{row}" for row in range(1, len(title) + 1)]
    return [*rows, heading, data], spans[merged]


@pytest.mark.parametrize("form", [False, True], ids=["alone", "beside the form's name"])
@pytest.mark.parametrize("numbered", [False, True], ids=["by job", "with running numbers"])
@pytest.mark.parametrize("merged", ["not", "over the table", "over the first columns"])
@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES.keys())
def test_a_title_is_no_heading(title, numbered, merged, form):
    rows, spans = sheet_of(title, numbered=numbered, merged=merged, form=form)
    built = Workbook()
    for row in rows:
        built.active.append(row)
    for span in spans:
        built.active.merge_cells(span)
    target = io.BytesIO()
    built.save(target)

    plan = workbook.parse(sheets.read(target.getvalue(), name="p.xlsx"), units=UNITS, people=PEOPLE)

    assert [problem.message for problem in plan.problems] == []
    assert plan.fiscal_year == 2570
    [item] = plan.items
    assert (item.job_no, item.name, item.counting_unit) == ("สสจ. 1", "แนะนำ", "ครั้ง")
    assert (item.annual_target, item.budget, item.owners.unit_ids) == (24, None, ("PROMO1",))

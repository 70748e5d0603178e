"""Plan workbooks of the genre, in many layouts, and every fault with its cell."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from office import sheets
from plans import workbook
from plans.owners import PersonRef, UnitRef

DEMO = Path(__file__).resolve().parents[2] / "office" / "demo"

UNITS = [
    UnitRef("HEAD", "สหกรณ์จังหวัด", "สกจ."),
    UnitRef("ADMIN", "ฝ่ายบริหารทั่วไป", "ฝบท."),
    UnitRef("ESTAB", "กลุ่มจัดตั้งและส่งเสริมสหกรณ์", "กจส."),
    UnitRef("PROMO1", "กลุ่มส่งเสริมสหกรณ์ 1", "กสส.1"),
    UnitRef("PROMO2", "กลุ่มส่งเสริมสหกรณ์ 2", "กสส.2"),
]
PEOPLE = [
    PersonRef("p1", "EX030", "นายไหม ตัวอย่าง", "PROMO1"),
    PersonRef("p2", "EX031", "นางกล้วย ตัวอย่าง", "PROMO2"),
    PersonRef("p3", "EX010", "นางทศ ตัวอย่าง", "ADMIN"),
]

TITLE = "แผนปฏิบัติงาน ประจำปีงบประมาณ พ.ศ. ๒๕๗๐"
NAMES = ["ต.ค.", "พ.ย.", "ธ.ค.", "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย."]
FULL = [
    "ตุลาคม", "พฤศจิกายน", "ธันวาคม", "มกราคม", "กุมภาพันธ์", "มีนาคม",
    "เมษายน", "พฤษภาคม", "มิถุนายน", "กรกฎาคม", "สิงหาคม", "กันยายน",
]  # fmt: skip
MONTHS = [f"{name} {69 if index < 3 else 70}" for index, name in enumerate(NAMES)]
SUM = [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, "-"]
LATEST = ["-", 1, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10]
PERCENT = [8, 16, 25, 33, 41, 50, 58, 66, 75, 85, 93, 100]
ITEMS = [
    ("สสจ. 1", "แนะนำส่งเสริมสหกรณ์", "ครั้ง", "รวม", 22, 5000, SUM, "กสส.1-2"),
    ("สสจ. 2", "ผลักดันสหกรณ์ให้ผ่านมาตรฐาน", "แห่ง", "สะสม", 10, "-", LATEST, "กจส."),
    ("สสจ. 3", "เบิกจ่ายงบประมาณ", "ร้อยละ", "สะสม", 100, None, PERCENT, "นางทศ ตัวอย่าง"),
]
GROUP = "แผนงานพื้นฐานด้านการสร้างความสามารถในการแข่งขัน"

Rows = list[list[object]]


def book(
    *named: tuple[str, Rows], merges: dict[str, list[str]] | None = None, hidden: str = "", name="p.xlsx"
):
    built = Workbook()
    built.remove(built.active)
    for title, rows in named:
        sheet = built.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for span in (merges or {}).get(title, []):
            sheet.merge_cells(span)
        if title == hidden:
            sheet.sheet_state = "hidden"
    target = io.BytesIO()
    built.save(target)
    return sheets.read(target.getvalue(), name=name)


def parse(*named, shares=None, **options):
    return workbook.parse(book(*named, **options), units=UNITS, people=PEOPLE, shares_book=shares)


def plain(items=ITEMS, months=MONTHS, title=TITLE) -> Rows:
    """One heading row, no shares."""
    rows: Rows = [[title], []]
    rows.append(
        ["เลขที่งาน", "กิจกรรม", "หน่วยนับ", "วิธีนับ", "เป้าหมายทั้งปี", "งบประมาณ (บาท)", *months, "หน่วยงานรับผิดชอบ"]
    )
    rows.append([None, GROUP])
    for job, name, unit, way, annual, budget, monthly, owner in items:
        rows.append([job, name, unit, way, annual, budget, *monthly, owner])
    return rows


def told(plan):
    """The plan as plain figures, to compare layouts by."""
    return [
        (
            item.job_no, item.name, item.counting_unit, item.aggregation.value, item.annual_target,
            item.budget, item.monthly, item.owners.unit_ids, item.owners.person_ids,
        )
        for item in plan.items
    ]  # fmt: skip


def figures(values):
    return tuple(None if value in ("-", None) else Decimal(value) for value in values)


EXPECTED = [
    ("สสจ. 1", "แนะนำส่งเสริมสหกรณ์", "ครั้ง", "SUM", 22, 5000, figures(SUM), ("PROMO1", "PROMO2"), ()),
    ("สสจ. 2", "ผลักดันสหกรณ์ให้ผ่านมาตรฐาน", "แห่ง", "LATEST", 10, None, figures(LATEST), ("ESTAB",), ()),
    ("สสจ. 3", "เบิกจ่ายงบประมาณ", "ร้อยละ", "LATEST", 100, None, figures(PERCENT), (), ("p3",)),
]


# Layouts


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


# Shares


def share_rows(rows, heading=("เลขที่งาน", "รหัสเจ้าหน้าที่", "ผู้รับผิดชอบ"), months=MONTHS, total="รวม") -> Rows:
    return [[*heading, *months, total], *rows]


GOOD_SHARES = [
    ["สสจ. 1", "EX030", "นายไหม ตัวอย่าง", *[1] * 11, "-", 11],
    ["สสจ. 1", "EX031", "นางกล้วย ตัวอย่าง", *[1] * 11, "-", 11],
    ["สสจ. 2", "EX031", "นางกล้วย ตัวอย่าง", *LATEST, 10],
    ["สสจ. 3", "EX010", "นางทศ ตัวอย่าง", *PERCENT, 100],
]
SHARES = [(row[0], row[1], figures(row[3:15])) for row in GOOD_SHARES]


def names_only() -> Rows:
    return share_rows([[row[0], row[2], *row[3:]] for row in GOOD_SHARES], ("เลขที่งาน", "ชื่อ-สกุล"))


def names_in_two_columns() -> Rows:
    first_names = ("ไหม", "กล้วย", "กล้วย", "ทศ")
    rows = [[row[0], name, "ตัวอย่าง", *row[3:]] for row, name in zip(GOOD_SHARES, first_names, strict=True)]
    return share_rows(rows, ("เลขที่งาน", "ชื่อ", "นามสกุล"))


def job_once_per_group() -> Rows:
    rows = [list(row) for row in GOOD_SHARES]
    rows[1][0] = None
    rows.insert(2, [None, None, "รวม", *[2] * 11, "-", 22])
    return share_rows(rows)


def bare_numbers() -> Rows:
    return share_rows([[int(row[0][-1]), *row[1:]] for row in GOOD_SHARES])


@pytest.mark.parametrize(
    "rows",
    [share_rows(GOOD_SHARES), names_only(), names_in_two_columns(), job_once_per_group(), bare_numbers()],
    ids=["codes", "names only", "names in two columns", "job once per group, sums", "bare job numbers"],
)
@pytest.mark.parametrize("sheet", ["กระจายแผนรายบุคคล", "Sheet2"])
def test_shares_read_the_same_in_every_layout(rows, sheet):
    plan = parse(("แผน", plain()), (sheet, rows))

    assert [problem.message for problem in plan.problems] == []
    assert [(share.job_no, share.person_code, share.monthly) for share in plan.shares] == SHARES
    assert plan.unshared == []


def test_shares_come_from_another_file_when_given():
    shares = book(("Sheet1", share_rows(GOOD_SHARES)), name="shares.xlsx")

    plan = parse(("แผน", plain()), shares=shares)

    assert plan.problems == []
    assert [(share.job_no, share.person_code, share.monthly) for share in plan.shares] == SHARES


def test_shares_on_a_sheet_for_each_unit_are_taken_together():
    plan = parse(
        ("แผน", plain()),
        ("กสส.1", share_rows(GOOD_SHARES[:1])),
        ("อื่น ๆ", share_rows(GOOD_SHARES[1:])),
    )

    assert plan.problems == []
    assert [(share.sheet, share.row, share.job_no) for share in plan.shares] == [
        ("กสส.1", 2, "สสจ. 1"), ("อื่น ๆ", 2, "สสจ. 1"), ("อื่น ๆ", 3, "สสจ. 2"), ("อื่น ๆ", 4, "สสจ. 3"),
    ]  # fmt: skip


def test_without_shares_a_named_person_owns_the_whole_and_units_stay_open():
    plan = parse(("แผน", plain()))

    assert [(share.job_no, share.person_id, share.monthly) for share in plan.shares] == [
        ("สสจ. 3", "p3", figures(PERCENT))
    ]
    assert plan.unshared == ["สสจ. 1", "สสจ. 2"]


# Faults


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


# The sample files


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

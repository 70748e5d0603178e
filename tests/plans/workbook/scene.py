"""Plans as workbooks."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook

from office import sheets
from plans import workbook
from plans.owners import PersonRef, UnitRef

DEMO = Path(__file__).resolve().parents[3] / "office" / "demo"
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


def share_rows(rows, heading=("เลขที่งาน", "รหัสเจ้าหน้าที่", "ผู้รับผิดชอบ"), months=MONTHS, total="รวม") -> Rows:
    return [[*heading, *months, total], *rows]


GOOD_SHARES = [
    ["สสจ. 1", "EX030", "นายไหม ตัวอย่าง", *[1] * 11, "-", 11],
    ["สสจ. 1", "EX031", "นางกล้วย ตัวอย่าง", *[1] * 11, "-", 11],
    ["สสจ. 2", "EX031", "นางกล้วย ตัวอย่าง", *LATEST, 10],
    ["สสจ. 3", "EX010", "นางทศ ตัวอย่าง", *PERCENT, 100],
]

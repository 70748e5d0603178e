"""The headings that exports of CPS are known by, and what in a sheet speaks against reading it by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from office import thai
from office.sheets import Book, Header, Problem, compact, fields_of, is_total, letter, show
from reports.cps_columns import FIELDS, NEEDS, Headings, headings_in

NOT_WORK = ("แผน", "เป้าหมาย", "ชื่อ", "เงิน", "บาท", "สมาชิก", "ผู้", "วัน", "ชั่วโมง", "หน่วย")
"""A column with one of these in its heading says how much of something else."""
WORDS: dict[str, Sequence[str]] = {
    "worked_on": (
        "วันที่ปฏิบัติงาน",
        "วันปฏิบัติงาน",
        "วันที่ดำเนินการ",
        "วันที่เข้าส่งเสริม",
        "วันที่เข้าแนะนำ",
        "วันที่ลงพื้นที่",
        "วันที่เยี่ยม",
        "วันที่ทำงาน",
        "=วันที่",
        "=วัน เดือน ปี",
        "วัน/เดือน/ปี",
        "ว/ด/ป",
        "วดป",
        "วันที่",
        "!บันทึก",
        "!คีย์",
        "!นำเข้า",
        "!พิมพ์",
        "!ส่งออก",
        "!อนุมัติ",
        "!เกิด",
        "!จำนวน",
    ),
    "person_code": (
        "รหัสเจ้าหน้าที่",
        "รหัสบุคลากร",
        "รหัสผู้ปฏิบัติงาน",
        "รหัสพนักงาน",
        "รหัสผู้บันทึก",
        "รหัสประจำตัว",
        "=รหัส",
        "!ประชาชน",
    ),
    "person_name": (
        "ชื่อเจ้าหน้าที่",
        "ชื่อ-สกุล",
        "ชื่อ-นามสกุล",
        "ชื่อและนามสกุล",
        "ชื่อและสกุล",
        "ผู้ปฏิบัติงาน",
        "เจ้าหน้าที่",
        "ผู้รับผิดชอบ",
        "!รหัส",
        "!สหกรณ์",
        "!วันที่",
    ),
    "job_no": ("เลขที่งาน", "เลขงาน", "รหัสงาน", "เลขที่กิจกรรม", "รหัสกิจกรรม"),
    "place": (
        "ชื่อสหกรณ์/กลุ่มเกษตรกร",
        "ชื่อสหกรณ์",
        "สหกรณ์/กลุ่มเกษตรกร",
        "สหกรณ์",
        "กลุ่มเกษตรกร",
        "สถานที่",
        "!เจ้าหน้าที่",
        "!รหัส",
    ),
    "quantity": (
        "=จำนวน",
        "=จำนวนครั้ง",
        "=จำนวนราย",
        "=จำนวนแห่ง",
        "=จำนวนผลงาน",
        "=ผลการปฏิบัติงาน",
        "=ผลการดำเนินงาน",
        "=ปริมาณงาน",
        "=ผลงาน",
        "=ผล",
        "จำนวน",
        "ปริมาณ",
        "ผลงาน",
        "ผลการ",
        *(f"!{word}" for word in NOT_WORK),
    ),
    "counting_unit": ("หน่วยนับ", "=หน่วย", "!หน่วยงาน"),
    "recorded_on": ("วันที่บันทึก", "วันบันทึก", "วันที่คีย์", "วันที่นำเข้า", "บันทึกเมื่อ"),
}
POINT_OUT = "กด “กำหนดคอลัมน์เอง” แล้วเลือกคอลัมน์ที่ถูกต้อง"
HIDE = "ซ่อนแผ่นงานนี้ถ้าไม่ใช่ผลที่จะนำเข้า"
LOOKED_AT = 30
"""Rows below the headings that are looked at to know what a column holds."""


def lacking(book: Book) -> tuple[Headings, str] | None:
    """The row that has all it needs but one, and that one; None where no row comes so near."""
    for sheet in book.by_visibility():
        for found in headings_in(sheet):
            missing = not_named(found)
            if len(missing) == 1:
                return found, missing[0]
    return None


def not_named(found: Headings) -> list[str]:
    """Of what a visit needs, what the headings' words don't name, as people call it."""
    named = fields_of(found.texts, WORDS)
    needs = [(need,) if isinstance(need, str) else need for need in NEEDS]
    return ["หรือ".join(FIELDS[name] for name in need) for need in needs if not named.keys() & set(need)]


def misread(header: Header, like: str = "") -> Problem | None:
    """The fault that the words alone don't say which column is the figure, or the day, for sure.

    ``like`` is the sheet that was read before this one; no column of this one can be pointed out.
    """
    remedy = f"ตั้งหัวคอลัมน์ให้เหมือนแผ่นงาน {like} หรือ{HIDE}" if like else POINT_OUT
    return _two_figures(header, remedy) or _unread_days(header, remedy) or _two_days(header, remedy)


def _two_figures(header: Header, remedy: str) -> Problem | None:
    """Several columns may be the figure, and not one alone is called so plainly."""
    chosen = header.columns["quantity"]
    plain = [column for column in range(len(header.levels)) if _heading(header, column) == "จำนวน"]
    if plain == [chosen]:
        return None
    others = set(header.columns.values()) - {chosen}
    maybe = [
        column for column in range(len(header.levels)) if column not in others and _a_figure(header, column)
    ]
    if len(maybe) < 2:
        return None
    names = " · ".join(f"{letter(column)} {_heading(header, column)}" for column in maybe)
    message = f"บอกว่าคอลัมน์ใดเป็นจำนวน มีหลายคอลัมน์ที่อาจใช่ {remedy}"
    return Problem(header.sheet.name, header.bottom + 1, letter(chosen), names, message)


def _a_figure(header: Header, column: int) -> bool:
    words = compact(_heading(header, column))
    named = words.startswith(("จำนวน", "ปริมาณ", "ผล")) and not any(ban in words for ban in NOT_WORK)
    return named and any(isinstance(cell, int | float) for cell in _below(header, column))


def _two_days(header: Header, remedy: str) -> Problem | None:
    """Several columns may be the day of work, and say otherwise of its month."""
    if "worked_on" not in header.rivals:
        return None
    chosen = header.columns["worked_on"]
    for other in header.rivals["worked_on"]:
        for cells in header.sheet.rows[header.first :]:
            months = [_month(cells[column]) for column in (chosen, other) if column < len(cells)]
            if len(months) == 2 and all(months) and months[0] != months[1]:
                names = " · ".join(
                    f"{letter(column)} {_heading(header, column)}" for column in sorted((chosen, other))
                )
                message = f"บอกว่าคอลัมน์ใดเป็นวันที่ปฏิบัติงาน พบสองคอลัมน์ที่เดือนต่างกัน {remedy}"
                return Problem(header.sheet.name, header.bottom + 1, letter(chosen), names, message)
    return None


def _month(cell: object) -> tuple[int, int] | None:
    try:
        found = thai.parse_date(cell)
    except thai.ThaiValueError:
        return None
    return found.year, found.month


def _unread_days(header: Header, remedy: str) -> Problem | None:
    """No column is the day of work, but one that wasn't understood holds days."""
    if "worked_on" in header.columns:
        return None
    known = set(header.columns.values())
    for column in range(len(header.levels)):
        if column not in known and any(_is_day(cell) for cell in _below(header, column)):
            name = _heading(header, column)
            message = f"บอกว่าคอลัมน์ “{name}” เป็นวันที่ปฏิบัติงานหรือไม่ {remedy}"
            return Problem(header.sheet.name, header.bottom + 1, letter(column), name, message)
    return None


def _below(header: Header, column: int) -> Iterator[object]:
    for cells in header.sheet.rows[header.first : header.first + LOOKED_AT]:
        if column < len(cells) and cells[column] != "":
            yield cells[column]


def _heading(header: Header, column: int) -> str:
    cells = header.levels[column]
    return " ".join(show(cells[-1]).split()) if cells else ""


def _is_day(cell: object) -> bool:
    if isinstance(cell, date | datetime):
        return True
    if not isinstance(cell, str) or "/" not in cell:
        return False
    try:
        return thai.parse_date(cell) is not None
    except thai.ThaiValueError:
        return False


def adds_up(header: Header, row: int) -> bool:
    """Whether a row adds others up: it says so, and names no job and person of its own beside."""
    cells = header.sheet.rows[row]
    own = [
        cells[column]
        for name in ("job_no", "person_code", "person_name")
        if (column := header.columns.get(name)) is not None and column < len(cells) and cells[column] != ""
    ]
    said = [isinstance(cell, str) and is_total(cell) for cell in cells]
    if not any(said):
        return False
    return len(own) < 2 or any(isinstance(cell, str) and is_total(cell) for cell in own)

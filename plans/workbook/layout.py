"""Which sheet is the plan, which hold people's shares, and what the titles say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from office.sheets import Book, Header, Problem, compact, find_header, lines_above, text
from plans.workbook.months import heading, stated_year

_JOB = ("เลขที่งาน", "เลขงาน", "รหัสงาน", "เลขที่กิจกรรม", "รหัสกิจกรรม", "เลขที่โครงการ", "เลขที่แผนงาน")
_SHORT_JOB = ("~เลขที่", "~งานที่", "~ลำดับงาน")
_PERSON_CODE = ("รหัสเจ้าหน้าที่", "รหัสบุคลากร", "รหัสผู้รับผิดชอบ", "รหัสพนักงาน", "รหัสประจำตัว")

PLAN_WORDS: dict[str, Sequence[str]] = {
    "job_no": (*_JOB, *_SHORT_JOB, "~รหัส", "~ข้อ", "~No.", "~ลำดับที่", "~ลำดับ", "~ที่", "!หน่วย"),
    "program": ("=แผนงาน",),
    "output": ("=ผลผลิต", "=โครงการ", "=ผลผลิต/โครงการ", "=ผลผลิต โครงการ"),
    "main_activity": ("=กิจกรรมหลัก",),
    "name": (
        "=งานที่ดำเนินการ",
        "=กิจกรรม",
        "=รายการ",
        "=กิจกรรม/งานที่ดำเนินการ",
        "กิจกรรม",
        "งานที่ดำเนินการ",
        "ชื่องาน",
        "แผนงาน",
        "ผลผลิต",
        "โครงการ",
        "รายการ",
        "=งาน",
        "ตัวชี้วัด",
        "รายละเอียดงาน",
        "งานตามแผน",
        "~ภารกิจ",
        "~เรื่อง",
        "!รหัส",
        "!เลขที่",
        "!งบ",
        "!เป้าหมาย",
    ),
    "dimension": ("มิติ",),
    "counting_unit": ("หน่วยนับ", "=หน่วย", "หน่วยวัด", "~นับเป็น", "!หน่วยงาน", "!หน่วยปฏิบัติ"),
    "aggregation": ("วิธีนับ", "วิธีการนับ", "การนับ", "วิธีรวม", "วิธีสะสม", "!หน่วยนับ"),
    "direction": ("ทิศทาง",),
    "annual_target": (
        "เป้าหมายทั้งปี",
        "เป้าหมายรวมทั้งปี",
        "เป้าหมายรวม",
        "รวมเป้าหมาย",
        "แผนทั้งปี",
        "รวมทั้งปี",
        "ปริมาณงานทั้งปี",
        "ค่าเป้าหมาย",
        "เป้าหมาย",
        "ปริมาณงาน",
        "=ทั้งปี",
        "=รวม",
        "=รวมทั้งสิ้น",
        "=แผนรวม",
        "=รวมแผน",
        "จำนวนทั้งปี",
        "~จำนวน",
        "!ไตรมาส",
        "!งบ",
        "!บาท",
        "!กลุ่มเป้าหมาย",
        "!ผลการ",
        "!ร้อยละ",
    ),
    "budget": (
        "=งบประมาณ (บาท)",
        "งบประมาณ",
        "วงเงิน",
        "เงินงบ",
        "งบ",
        "!ไตรมาส",
        "!เบิกจ่าย",
        "!ประเภท",
        "!แหล่ง",
        "!รายละเอียด",
    ),
    "owner": (
        "หน่วยงานรับผิดชอบ",
        "หน่วยงานที่รับผิดชอบ",
        "ผู้รับผิดชอบ",
        "หน่วยงานผู้รับผิดชอบ",
        "กลุ่ม/ฝ่ายที่รับผิดชอบ",
        "รับผิดชอบ",
        "หน่วยปฏิบัติ",
        "หน่วยดำเนินการ",
        "ผู้ดำเนินการ",
        "เจ้าของงาน",
        "เจ้าภาพ",
        "=หน่วยงาน",
        "=กลุ่ม/ฝ่าย",
        "กลุ่มงาน",
        "~ฝ่าย/กลุ่ม",
        "~กลุ่ม",
        "~ฝ่าย",
        "!รหัส",
    ),
    "note": ("หมายเหตุ",),
    "person_code": _PERSON_CODE,
}

SHARE_WORDS: dict[str, Sequence[str]] = {
    "job_no": (*_JOB, *_SHORT_JOB, "!เจ้าหน้าที่"),
    "person_code": (*_PERSON_CODE, "=รหัส"),
    "person_name": (
        "ชื่อ-สกุล",
        "ชื่อ-นามสกุล",
        "ชื่อและนามสกุล",
        "ชื่อเจ้าหน้าที่",
        "ชื่อผู้รับผิดชอบ",
        "ผู้รับผิดชอบ",
        "ผู้ปฏิบัติงาน",
        "เจ้าหน้าที่",
        "บุคลากร",
        "=ชื่อ",
        "!รหัส",
        "!หน่วยงาน",
        "!กลุ่ม",
    ),
    "last_name": ("=นามสกุล", "=สกุล"),
    "total": ("=รวม", "=รวมทั้งปี", "=รวมทั้งสิ้น", "=ทั้งปี", "=เป้าหมายทั้งปี", "=เป้าหมาย", "=รวมเป้าหมาย", "!ไตรมาส"),
    "name": ("กิจกรรม", "งานที่ดำเนินการ", "ชื่องาน", "=งาน"),
    "counting_unit": ("หน่วยนับ", "=หน่วย", "!หน่วยงาน"),
}

_DOERS = {
    compact(words)
    for words in (
        "ผู้รับผิดชอบ", "ชื่อผู้รับผิดชอบ", "เจ้าหน้าที่ผู้รับผิดชอบ", "ผู้รับผิดชอบหลัก", "ผู้รับผิดชอบงาน", "ผู้ปฏิบัติงาน", "ผู้ปฏิบัติ",
        "เจ้าหน้าที่", "ชื่อเจ้าหน้าที่", "ชื่อ-สกุล", "ชื่อ-นามสกุล", "ชื่อ-สกุลผู้รับผิดชอบ", "ชื่อ-นามสกุลผู้รับผิดชอบ",
    )
}  # fmt: skip
_UNITS = {
    compact(words)
    for words in (
        "หน่วยงานรับผิดชอบ", "หน่วยงานที่รับผิดชอบ", "หน่วยงาน", "กลุ่ม/ฝ่าย", "ฝ่าย/กลุ่ม", "กลุ่มงาน", "กลุ่ม", "ฝ่าย", "สังกัด",
        "หน่วยปฏิบัติ", "หน่วยปฏิบัติงาน",
    )
}  # fmt: skip
_FISCAL_YEAR = re.compile(r"ปีงบประมาณ\s*(?:พ\s*\.?\s*ศ\s*\.?|ค\s*\.?\s*ศ\s*\.?|ปี)?\s*(\d{4}|\d{2})(?!\d)")
_ANY_YEAR = re.compile(r"(?:ปี|พ\.\s*ศ\.?|แผน)\s*(?:พ\.\s*ศ\.?)?\s*(2[45]\d\d)(?!\d)")
_INSTALMENT = re.compile(r"ครั้งที่\s*(\d{1,2})")
OF_RESULTS = re.compile(r"^(?:รายงาน)?ผล(?!ผลิต)")
"""The name of a sheet that tells what was done."""
SHARE_SHEET = re.compile(r"กระจาย|รายบุคคล|รายคน")
_BE = range(2400, 2700)


@dataclass(slots=True)
class Titles:
    """What stands above the table; ``problem`` when the year can't be taken as written."""

    fiscal_year: int
    instalment: int
    problem: Problem | None


def plan_headers(book: Book) -> list[Header]:
    """The sheets that could be the plan, best first: visible, not of shares, telling most, latest year.

    A plan that names its owners by code has them as ``owner``.
    """
    found: list[tuple[tuple[bool, bool, bool, int, int], Header]] = []
    for sheet in book.sheets:
        header = find_header(sheet, PLAN_WORDS, ("job_no", "name"), heading)
        if header is None or not header.recognised:
            continue
        _tell_doers(header)
        coded = "person_code" in header.columns
        if coded and not (header.columns.keys() >= {"annual_target", "counting_unit"}):
            continue
        telling = {"counting_unit", "annual_target", "owner", "aggregation", "budget"} & header.columns.keys()
        year = read_titles(header, book).fiscal_year
        of_shares = bool(SHARE_SHEET.search(sheet.name))
        if coded and of_shares:
            continue
        found.append(((sheet.visible, not coded, not of_shares, len(telling), year), header))
    found.sort(key=lambda entry: entry[0], reverse=True)
    for _, header in found:
        if "person_code" in header.columns:
            header.columns.setdefault("owner", header.columns["person_code"])
    return [header for _, header in found]


def _tell_doers(header: Header) -> None:
    """The column of people beside the one of units; alone it is the owners' own."""
    columns = header.columns
    left = {
        column: compact(cells[-1])
        for column, cells in enumerate(header.levels)
        if cells and column not in header.recognised and column not in columns.values()
    }
    doer = next((column for column, words in left.items() if words in _DOERS), None)
    if "owner" not in columns:
        columns.update({} if doer is None else {"owner": doer})
    elif compact(header.levels[columns["owner"]][-1]) in _DOERS:
        unit = next((column for column, words in left.items() if words in _UNITS), None)
        if unit is not None:
            columns["owner"], columns["doer"] = unit, columns["owner"]
    elif doer is not None:
        columns["doer"] = doer


def share_headers(book: Book, plans: Sequence[Header]) -> list[Header]:
    """The tables of people's shares: all visible ones, else hidden ones; not those of ``plans``."""
    taken = [header.sheet for header in plans]
    for visible in (True, False):
        headers = [
            header
            for sheet in book.sheets
            if not any(sheet is plan for plan in taken)
            and sheet.visible is visible
            and not OF_RESULTS.match(sheet.name.strip())
            and (
                header := find_header(sheet, SHARE_WORDS, ("job_no", ("person_code", "person_name")), heading)
            )
            and header.recognised
            and _by_person(header)
        ]
        if headers:
            return headers
    return []


def _by_person(header: Header) -> bool:
    """A code column, or a name column in a sheet that doesn't look like an older plan."""
    if "person_code" in header.columns or SHARE_SHEET.search(header.sheet.name):
        return True
    return (
        not {"ผู้รับผิดชอบ"} & {text(header.levels[header.columns["person_name"]][-1])}
        or "name" not in header.columns
    )


def read_titles(header: Header, book: Book) -> Titles:
    """Year and instalment from the lines above the table, else sheet name, month headings, file name."""
    lines = lines_above(header.sheet, header.top)
    instalment = next((int(match[1]) for line in lines if (match := _INSTALMENT.search(line))), 1)
    for line in (*lines, text(header.sheet.name)):
        if match := _FISCAL_YEAR.search(line):
            return _year_in_title(header, match[1], instalment)
    months = stated_year(header)
    if months:
        return Titles(months, instalment, None)
    for line in (*lines, text(header.sheet.name), text(book.name)):
        if match := _ANY_YEAR.search(line) or re.search(r"(2[45]\d\d)", text(book.name)):
            return Titles(int(match[1]), instalment, None)
    message = "ระบุปีงบประมาณในหัวเรื่องของแผ่นงาน เช่น ประจำปีงบประมาณ พ.ศ. 2570"
    return Titles(0, instalment, header.sheet.problem(0, None, message))


def _year_in_title(header: Header, figures: str, instalment: int) -> Titles:
    year = int(figures)
    if len(figures) == 2:
        return Titles(2500 + year, instalment, None)
    if year in _BE:
        return Titles(year, instalment, None)
    meant = stated_year(header) or (year + 543 if 1900 < year < 2157 else 0)
    row, column = _place_of(header, figures)
    message = f"ใส่ปีงบประมาณเป็น พ.ศ. เช่น 2570 พบ “{figures}”"
    return Titles(meant, instalment, header.sheet.problem(row, column, message, figures))


def _place_of(header: Header, figures: str) -> tuple[int, int | None]:
    for row, cells in enumerate(header.sheet.rows[: header.top]):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and figures in text(cell):
                return row, column
    return 0, None

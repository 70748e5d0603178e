"""Reading one cell: figures and days with their fault named once, text that merged cells share."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

from office import thai
from office.sheets.headers import Header
from office.sheets.model import Problem, Sheet, compact, letter, show, text

_TOTAL = re.compile(r"^(?:ยอด|ผล)?รวม|^ทั้งสิ้น|^(?:grand|sub)?total")
_CLOCK = re.compile(r"(?: เวลา)?[ T]\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?น\.?)?$")

_SIGNER = r"ผู้(?:จัดทำ|รายงาน|ตรวจ|ตรวจสอบ|ตรวจทาน|พิมพ์|เห็นชอบ|เสนอ|อนุมัติ|รับรอง|ให้ข้อมูล)(?:แผน|รายงาน|ข้อมูล)?"
_NOTE = re.compile(
    rf"หมายเหตุ|ข้อมูล\s?ณ|พิมพ์(?:เมื่อ|โดย)|ที่มา(?=$|[\s:])"
    rf"|(?:{_SIGNER}|ลงชื่อ|ลงนาม)(?=$|\s*[:.…_()–-]|\s*ผู้|\s+(?:นาย|นาง|น\.ส\.|ว่าที่))"
)
_BEFORE_NOTE = " .…_*(–-"
_NUMBERED = re.compile(r"^(?!วันที่)\D{0,20}\d+(?:[./-]\d+)*$")
_FIGURE = re.compile(r"^[-–]?\d[\d,.]*\s?%?$")
_NAMING = ("job_no", "person_code", "code")
_COUNTING = ("quantity", "annual_target", "budget", "total")


class Bad(Exception):  # noqa: N818
    """The cell's fault has been reported; nothing may be concluded from it."""


def figure(sheet: Sheet, row: int, column: int | None, field: str, problems: list[Problem]) -> Decimal | None:
    """The cell's quantity, None for blank or "-". Reports a fault and raises Bad."""
    if column is None:
        return None
    cells = sheet.rows[row]
    value = cells[column] if column < len(cells) else ""
    if type(value) is float and 0 <= value < thai.QUANTITY_LIMIT and value.is_integer():
        return _whole(int(value))
    if value == "":
        if (row, column) in sheet.uncached:
            place = f"{letter(column)}{row + 1}"
            message = f"เปิดไฟล์ใน Excel แล้วบันทึกใหม่เพื่อให้สูตรมีค่า {field} ที่เซลล์ {place} เป็นสูตรที่ยังไม่มีค่า"
            problems.append(sheet.problem(row, column, message, f"={sheet.uncached[row, column]}"))
            raise Bad
        return None
    typed = value.strip().removesuffix("%") if isinstance(value, str) else value
    try:
        return thai.parse_quantity(typed)
    except thai.ThaiValueError as error:
        problems.append(sheet.problem(row, column, f"{error.remedy} ที่{field} พบ “{show(value)}”", value))
        raise Bad from error


@lru_cache(maxsize=4096)
def _whole(number: int) -> Decimal:
    """What ``thai.parse_quantity`` makes of a whole number, without its cost for each of 60,000 cells."""
    return Decimal(number).quantize(Decimal("0.01"))


def day(sheet: Sheet, row: int, column: int | None, field: str, problems: list[Problem]) -> dt.date | None:
    """The cell's day, its clock time left out; None for blank or "-". Reports a fault and raises Bad."""
    cells = sheet.rows[row]
    value = cells[column] if column is not None and column < len(cells) else ""
    if isinstance(value, str):
        value = _CLOCK.sub("", text(value))
    if value in ("", "-"):
        return None
    try:
        return thai.parse_date(value)
    except thai.ThaiValueError as error:
        found = f" พบ “{show(value)}”" if error.found else ""
        problems.append(sheet.problem(row, column, f"{error.remedy} ที่{field}{found}", value))
        raise Bad from error


def is_total(words: str) -> bool:
    """Whether a cell says that its row adds others up: "รวม", "รวม สสจ. 1", "ยอดรวมทั้งสิ้น"."""
    return bool(_TOTAL.match(compact(words)))


def has_total(sheet: Sheet, row: int) -> bool:
    """Whether any text of the row says so; a person's own words may, too."""
    return any(isinstance(cell, str) and is_total(cell) for cell in sheet.rows[row])


def reads_as_figure(value: object) -> bool:
    """Whether a cell holds a figure and nothing else: 5, "๑,๒๐๐", "85%"; no day, no code."""
    return isinstance(value, float) or (isinstance(value, str) and bool(_FIGURE.match(text(value))))


def is_note(header: Header, row: int) -> bool:
    """Whether the row is a note or a signature: it begins so, and beside that has no job, code or figure."""
    cells = header.sheet.rows[row]
    first = next((column for column, cell in enumerate(cells) if cell != ""), None)
    if first is None or any(isinstance(cell, float) for cell in cells):
        return False
    if not _NOTE.match(text(cells[first]).lstrip(_BEFORE_NOTE)):
        return False
    beside = {column: text(cell) for column, cell in enumerate(cells) if cell != "" and column != first}
    named = {header.columns.get(name) for name in _NAMING}
    counted = {header.columns.get(name) for name in _COUNTING} | header.recognised.keys()
    return not any(
        (column in named and _NUMBERED.match(said)) or (column in counted and _FIGURE.match(said))
        for column, said in beside.items()
    )


class TextColumns:
    """Text cells of a table, where a cell merged over several rows counts for each of them."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = sheet.rows
        self._home = {
            (row, column): (top, left)
            for top, left, bottom, right in sheet.merged
            if bottom > top and right - left < 3
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }

    def raw(self, row: int, column: int | None) -> object:
        if column is None:
            return ""
        cells = self._rows[row]
        value = cells[column] if column < len(cells) else ""
        if value == "" and (home := self._home.get((row, column))):
            return self._rows[home[0]][home[1]]
        return value

    def home(self, row: int, column: int) -> tuple[int, int]:
        """Where the cell's value stands: the first cell of a merged range, else itself."""
        return self._home.get((row, column), (row, column))

    def get(self, row: int, column: int | None) -> str:
        """Clean text on one line, "" for no column."""
        return text(self.raw(row, column)) if column is not None else ""

    def prose(self, row: int, column: int | None) -> str:
        """A person's own words: lines and digits as typed."""
        return show(self.raw(row, column)).replace("\r\n", "\n").strip()

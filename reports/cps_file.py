"""Reading an export of the CPS system: visits, one a row. Who and what they are is judged by the caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from office.sheets import (
    Bad,
    Book,
    Header,
    Problem,
    TextColumns,
    compact,
    day,
    figure,
    find_header,
    job_number,
    letter,
    show,
)
from reports.cps_columns import FIELDS, NEEDS, Saved, mapped

WORDS: dict[str, Sequence[str]] = {
    "worked_on": (
        "วันที่ปฏิบัติงาน",
        "วันปฏิบัติงาน",
        "วันที่ดำเนินการ",
        "วันที่เข้าส่งเสริม",
        "วันที่เข้าแนะนำ",
        "=วันที่",
        "=วัน เดือน ปี",
        "!บันทึก",
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
    "quantity": ("=จำนวน", "จำนวน", "ปริมาณ", "=ผล", "ผลงาน", "ผลการ", "!แผน", "!เป้าหมาย", "!ชื่อ"),
    "counting_unit": ("หน่วยนับ", "=หน่วย", "!หน่วยงาน"),
    "recorded_on": ("วันที่บันทึก", "วันบันทึก", "วันที่คีย์", "วันที่นำเข้า", "บันทึกเมื่อ"),
}


@dataclass(frozen=True, slots=True)
class CpsRow:
    """One visit. ``person_code`` is in capitals; ``person_name`` is given when the file has one."""

    row: int
    worked_on: date | None
    person_code: str
    job_no: str
    place: str
    quantity: Decimal
    counting_unit: str
    recorded_on: date | None
    person_name: str = ""


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column as it was understood."""

    field: str
    letter: str
    heading: str

    @property
    def label(self) -> str:
        return FIELDS[self.field]


@dataclass(slots=True)
class CpsFile:
    """The whole file. Nothing of it may be stored while there are ``problems``."""

    rows: list[CpsRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sheet: str = ""
    day_column: str | None = None
    """Excel's letter of the day of work; None without such a column."""
    columns: tuple[ReadColumn, ...] = ()
    """Which column was read as what; none when the headings were not recognised."""
    mapping: Saved | None = None
    """Whose mapping said so; None when the headings' words did."""
    header: Header | None = None

    def problem(self, row: CpsRow, message: str) -> Problem:
        """A fault of the row's day of work, told in Excel's own terms."""
        return Problem(self.sheet, row.row, self.day_column, show(row.worked_on), message)


def parse(book: Book, saved: Sequence[Saved] = ()) -> CpsFile:
    """Every visit of the file's table; unknown people and jobs are kept.

    Headings that the office has mapped go before those known by their words; of ``saved`` the first fits.
    """
    result = CpsFile()
    result.header, result.mapping = recognise(book, saved)
    if result.header is None:
        names = ", ".join(sheet.name for sheet in book.sheets)
        message = (
            "ใช้ไฟล์จาก CPS ที่มีหัวคอลัมน์รหัสเจ้าหน้าที่ เลขที่งาน และจำนวน "
            f"หรือกำหนดคอลัมน์เองในหน้านำเข้าไฟล์ CPS ไฟล์นี้มีแผ่นงาน {names}"
        )
        result.problems.append(
            Problem(book.sheets[0].name if book.sheets else book.name, None, None, names, message)
        )
        return result
    result.columns = tuple(_told(result.header))
    _read(result.header, result)
    return result


def recognise(book: Book, saved: Sequence[Saved]) -> tuple[Header | None, Saved | None]:
    """Where the headings stand, and the mapping that says so where it isn't their words."""
    if known := mapped(book, saved):
        return known
    found = (find_header(sheet, WORDS, NEEDS) for sheet in book.by_visibility())
    return next((header for header in found if header), None), None


def _told(header: Header) -> Iterator[ReadColumn]:
    for name in FIELDS:
        if (column := header.columns.get(name)) is not None:
            heading = " ".join(show(cell) for cell in header.levels[column])
            yield ReadColumn(name, letter(column), " ".join(heading.split()))


def _read(header: Header, result: CpsFile) -> None:
    texts, columns = TextColumns(header.sheet), header.columns
    result.sheet = header.sheet.name
    result.day_column = letter(columns["worked_on"]) if "worked_on" in columns else None
    headings = {compact(header.levels[column][-1]) for column in columns.values()}
    for row in range(header.first, len(header.sheet.rows)):
        if sum(cell != "" for cell in header.sheet.rows[row]) < 2:
            continue
        job = texts.get(row, columns["job_no"])
        code = texts.get(row, columns.get("person_code"))
        name = texts.get(row, columns.get("person_name"))
        if compact(job) in headings or (not job and not code and not name) or _is_total(header, row):
            continue
        visit = _visit(header, texts, row, job, code, name, result.problems)
        if visit:
            result.rows.append(visit)


def _is_total(header: Header, row: int) -> bool:
    texts = (cell for cell in header.sheet.rows[row] if isinstance(cell, str))
    return any(compact(cell) in ("รวม", "รวมทั้งสิ้น", "รวมทั้งหมด", "ยอดรวม") for cell in texts)


def _visit(
    header: Header, texts: TextColumns, row: int, job: str, code: str, name: str, problems: list[Problem]
) -> CpsRow | None:
    sheet, columns, before = header.sheet, header.columns, len(problems)
    whose = f"{code or name} ใน {job_number(job)}"
    worked_on = _day(header, row, "worked_on", f"วันที่ปฏิบัติงานของ {whose}", problems)
    recorded_on = _day(header, row, "recorded_on", f"วันที่บันทึกของ {whose}", problems)
    quantity = None
    try:
        quantity = figure(sheet, row, columns["quantity"], f"จำนวนของ {whose}", problems)
    except Bad:
        return None
    if quantity is None:
        problems.append(sheet.problem(row, columns["quantity"], f"ใส่จำนวนของ {whose} พบช่องว่าง"))
    if quantity is None or len(problems) > before:
        return None
    return CpsRow(
        row=row + 1,
        worked_on=worked_on,
        person_code=code.replace(" ", "").upper(),
        job_no=job_number(job),
        place=texts.get(row, columns.get("place")),
        quantity=quantity,
        counting_unit=texts.get(row, columns.get("counting_unit")),
        recorded_on=recorded_on,
        person_name=name,
    )


def _day(header: Header, row: int, field_name: str, title: str, problems: list[Problem]) -> date | None:
    """The day, None without such a column. A blank day of work is a fault: the visit belongs to no month."""
    column = header.columns.get(field_name)
    if column is None:
        return None
    try:
        found = day(header.sheet, row, column, title, problems)
    except Bad:
        return None
    if found is None and field_name == "worked_on":
        problems.append(header.sheet.problem(row, column, f"ใส่{title} พบช่องว่าง"))
    return found

"""Reading a file that may be anything: judged by its content, bounded, positions kept."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import BinaryIO, cast

import python_calamine as calamine

from office.sheets import formulas, xlsx
from office.sheets.model import Book, Problem, Sheet, WorkbookError

MAX_BYTES = 20 * 1024 * 1024

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NOT_TABLES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"<")
_DELIMITERS = (",", "\t", ";", "|")
_KINDS = "ใช้ไฟล์ Excel (.xlsx) หรือ .csv"


def read(source: Path | bytes | BinaryIO, *, name: str) -> Book:
    """The file's sheets with raw values in place. ``name`` is what the person calls the file.

    Raises WorkbookError: not a table, encrypted, damaged, too large.
    """
    content = _bytes(source, name)
    if not content.strip():
        raise _refusal(name, "เลือกไฟล์ที่มีข้อมูล ไฟล์นี้ว่างเปล่า")
    if content.startswith(_ZIP):
        return _xlsx(content, name)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise _refusal(name, "เอารหัสผ่านออกจากไฟล์แล้วนำเข้าใหม่ ไฟล์นี้ถูกเข้ารหัส")
        return Book(name, _sheets(content, name))
    if content.lstrip().startswith(_NOT_TABLES):
        raise _refusal(name, f"{_KINDS} ไฟล์นี้เป็นชนิดอื่น")
    return Book(name, [_csv(content, name)], is_text=True)


def _refusal(name: str, message: str) -> WorkbookError:
    return WorkbookError([Problem(sheet=name, row=None, column=None, value="", message=message)])


def _bytes(source: Path | bytes | BinaryIO, name: str) -> bytes:
    if isinstance(source, Path):
        try:
            with source.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise _refusal(name, f"ตรวจที่อยู่ของไฟล์ เปิดไฟล์นี้ไม่ได้ ({error.strerror})") from error
    elif isinstance(source, bytes):
        content = source
    else:
        content = source.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _refusal(name, f"ไฟล์ใหญ่เกิน {MAX_BYTES // 1024 // 1024} MB เลือกไฟล์ที่เล็กกว่า")
    return content


def _xlsx(content: bytes, name: str) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                raise _refusal(name, f"{_KINDS} ไฟล์นี้เป็นชนิดอื่น")
            extras = xlsx.inspect(archive)
    except xlsx.TooLarge as error:
        raise _refusal(name, "ลบแถวและคอลัมน์ที่ไม่ใช้ออก ไฟล์นี้มีเซลล์มากเกินกว่าจะอ่านได้") from error
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise _refusal(name, "บันทึกไฟล์ใหม่จาก Excel แล้วนำเข้าอีกครั้ง ไฟล์นี้เสียหาย") from error
    sheets = _sheets(content, name)
    for sheet in sheets:
        extra = extras.get(sheet.name)
        if extra:
            _put_extras(sheet, extra)
    return Book(name, sheets)


def _put_extras(sheet: Sheet, extra: xlsx.Extras) -> None:
    sheet.errors = set(extra.errors)
    sheet.hidden_rows = [row for row in extra.hidden_rows if row < len(sheet.rows) and any(sheet.rows[row])]
    for row, column in (*extra.errors, *extra.uncached):
        while len(sheet.rows) <= row:
            sheet.rows.append([])
        cells = sheet.rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
    for (row, column), value in extra.errors.items():
        sheet.rows[row][column] = value
    if extra.uncached:
        sheet.uncached = dict(extra.uncached)
        formulas.fill_in(sheet)
    _as_shown(sheet, extra)


def _as_shown(sheet: Sheet, extra: xlsx.Extras) -> None:
    """Figures as the person sees them: 85 for 0.85 shown as 85%, "007" for 7 shown so."""
    for row, column in (*extra.percents, *extra.padded):
        if row >= len(sheet.rows) or column >= len(sheet.rows[row]):
            continue
        value = sheet.rows[row][column]
        if not isinstance(value, float):
            continue
        if (row, column) in extra.percents:
            sheet.rows[row][column] = round(value * 100, 10)
        elif value.is_integer() and 0 <= value < xlsx.MAX_PADDED:
            sheet.rows[row][column] = f"{int(value):0{extra.padded[row, column]}}"


def _sheets(content: bytes, name: str) -> list[Sheet]:
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [_sheet(book, entry) for entry in book.sheets_metadata if _is_table(entry)]
    except calamine.PasswordError as error:
        raise _refusal(name, "เอารหัสผ่านออกจากไฟล์แล้วนำเข้าใหม่ ไฟล์นี้ถูกเข้ารหัส") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _refusal(name, "บันทึกไฟล์ใหม่จาก Excel แล้วนำเข้าอีกครั้ง ไฟล์นี้เสียหาย") from error


def _is_table(entry: calamine.SheetMetadata) -> bool:
    return entry.typ == calamine.SheetTypeEnum.WorkSheet


def _sheet(book: calamine.CalamineWorkbook, entry: calamine.SheetMetadata) -> Sheet:
    source = book.get_sheet_by_name(entry.name)
    if source.total_height * source.total_width > xlsx.MAX_CELLS:
        raise _refusal(entry.name, "ลบแถวและคอลัมน์ที่ไม่ใช้ออก แผ่นงานนี้มีเซลล์มากเกินกว่าจะอ่านได้")
    merged = [(top, left, bottom, right) for (top, left), (bottom, right) in source.merged_cell_ranges or ()]
    return Sheet(
        name=entry.name,
        rows=cast("list[list[object]]", source.to_python(skip_empty_area=False)),
        visible=entry.visible == calamine.SheetVisibleEnum.Visible,
        merged=merged,
    )


def _csv(content: bytes, name: str) -> Sheet:
    decoded = _decoded(content, name)
    lines = decoded[:20_000].splitlines()[:20]
    delimiter = max(_DELIMITERS, key=lambda mark: max((line.count(mark) for line in lines), default=0))
    try:
        reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter)
        rows: list[list[object]] = [list(row) for row in reader]
    except csv.Error as error:
        raise _refusal(name, f"{_KINDS} อ่านไฟล์นี้เป็นตารางไม่ได้") from error
    if len(rows) > xlsx.MAX_ROWS or sum(map(len, rows)) > xlsx.MAX_CELLS:
        raise _refusal(name, "ลบแถวและคอลัมน์ที่ไม่ใช้ออก ไฟล์นี้มีเซลล์มากเกินกว่าจะอ่านได้")
    return Sheet(name=name, rows=rows, is_file=True)


def _decoded(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp874")
    for encoding in encodings:
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in decoded:
            return decoded
    raise _refusal(name, f"{_KINDS} อ่านไฟล์นี้เป็นตัวอักษรไม่ได้")

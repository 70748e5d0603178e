"""Writing workbooks in which a person's text can never become a formula (CWE-1236)."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from office.sheets.model import Book, Problem, letter, show
from office.sheets.reading import read
from office.thai import BANGKOK

PROBLEM_SHEET = "ข้อผิดพลาด"
PROBLEM_HEADINGS = ("แผ่นงาน", "แถว", "คอลัมน์", "ค่าที่พบ", "สิ่งที่ต้องแก้")

_DANGEROUS = frozenset("=+-@\t\r")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LIKE_AN_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_BOLD = Font(bold=True)
_HEAD_FILL = PatternFill("solid", fgColor="EAEFF7")
_BAD_FILL = PatternFill("solid", fgColor="FBEAE8")
_HEAD_ALIGNMENT = Alignment(wrap_text=True, vertical="center")
_WIDEST = 60


@dataclass(slots=True)
class SheetSpec:
    """One sheet to write: title lines, one row of headings, rows of plain values.

    Dates become BE text, Decimals and numbers figures, None blank. Widths are in characters; without
    them the headings decide.
    """

    name: str
    headings: Sequence[str]
    rows: Iterable[Sequence[object]]
    title: Sequence[str] = ()
    widths: Sequence[int] = field(default_factory=tuple)


def workbook(sheets: Sequence[SheetSpec]) -> bytes:
    """The file's bytes: bold headings that stay in view, and no text that opens as a formula."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for spec in sheets:
        sheet = book.create_sheet(_sheet_name(spec.name, taken))
        _write(sheet, spec)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write(sheet: Any, spec: SheetSpec) -> None:
    for index, heading in enumerate(spec.headings):
        width = spec.widths[index] if index < len(spec.widths) else min(_WIDEST, max(10, len(heading) + 2))
        sheet.column_dimensions[letter(index)].width = width
    sheet.freeze_panes = f"A{len(spec.title) + 2}"
    for line in spec.title:
        sheet.append([_heading(sheet, line)])
    sheet.append([_heading(sheet, heading, filled=True) for heading in spec.headings])
    for row in spec.rows:  # a Decimal ends up as the same digits, by way of three floats
        sheet.append([float(value) if type(value) is Decimal else _safe(sheet, value) for value in row])


def _heading(sheet: Any, words: str, *, filled: bool = False) -> Cell:
    cell = _text_cell(sheet, words)
    cell.font = _BOLD
    if filled:
        cell.fill = _HEAD_FILL
        cell.alignment = _HEAD_ALIGNMENT
    return cell


def _safe(sheet: Any, value: object) -> object:
    """Figures as they are, dates as BE text, dangerous text pinned down as text, no cell for none."""
    if isinstance(value, str):
        if not value:
            return None
        plain = value.isprintable() and "_x" not in value
        if value[0] not in _DANGEROUS and plain and value[0] != "#":
            return value
        return _text_cell(sheet, value)
    if isinstance(value, dt.datetime):
        local = value.astimezone(BANGKOK) if value.tzinfo else value
        return f"{show(local.date())} {local:%H.%M} น."
    return show(value) if isinstance(value, dt.date) else value


def _text_cell(sheet: Any, words: str) -> Cell:
    cell: Cell = WriteOnlyCell(sheet)
    pin(cell, words)
    return cell


def writable(words: str) -> str:
    """What a workbook can hold of a text: all but control characters and what is no character."""
    return _NOT_IN_XML.sub("", ILLEGAL_CHARACTERS_RE.sub("", words))


def pin(cell: Any, words: str) -> None:
    """Store as text whatever it looks like; Excel keeps it text when edited (quotePrefix)."""
    cell.value = _LIKE_AN_ESCAPE.sub("_x005F_", writable(words))
    cell.data_type = "s"
    if words and words[0] in _DANGEROUS:
        cell.quotePrefix = True


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name Excel takes: at most 31 characters, none of its forbidden ones, used once."""
    base = _SHEET_NAME.sub("-", name).strip("'")[:31] or "Sheet"
    candidate, number = base, 2
    while candidate.casefold() in taken:
        ending = f" ({number})"
        candidate, number = base[: 31 - len(ending)] + ending, number + 1
    taken.add(candidate.casefold())
    return candidate


def mark_problems(source: bytes, problems: Sequence[Problem], *, name: str = "") -> bytes:
    """A copy of the refused file with its bad cells filled and commented, listed on a first sheet.

    Formulas of the original stay; a csv or xls comes back as a workbook of its values.
    """
    book, titles = _copy(source, name)
    for problem in problems:
        if problem.sheet in titles and problem.row:
            _mark(book[titles[problem.sheet]], problem)
    _list_problems(book, problems)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _copy(source: bytes, name: str) -> tuple[Workbook, dict[str, str]]:
    """The file as a workbook that can be changed, and each sheet's title in it by its name."""
    parsed = read(source, name=name or "data")
    if source.startswith(b"PK"):
        try:
            book = load_workbook(io.BytesIO(source))
        except (InvalidFileException, ValueError, KeyError, TypeError, AttributeError):
            return _from_values(parsed)
        return book, {sheet.title: sheet.title for sheet in book.worksheets}
    return _from_values(parsed)


def _from_values(parsed: Book) -> tuple[Workbook, dict[str, str]]:
    book = Workbook()
    for blank in book.worksheets:
        book.remove(blank)
    titles: dict[str, str] = {}
    taken: set[str] = set()
    for source in parsed.sheets:
        titles[source.name] = _sheet_name(source.name, taken)
        target = book.create_sheet(titles[source.name])
        for row, cells in enumerate(source.rows, 1):
            for column, value in enumerate(cells, 1):
                if isinstance(value, str) and value:
                    pin(target.cell(row, column), value)
                elif value != "":
                    target.cell(row, column, show(value) if isinstance(value, dt.date) else value)
    return book, titles


def _mark(sheet: Worksheet, problem: Problem) -> None:
    cell = sheet[f"{problem.column or 'A'}{problem.row}"]
    home = next((span for span in sheet.merged_cells.ranges if cell.coordinate in span), None)
    if home:
        cell = sheet.cell(home.min_row, home.min_col)
    cell.fill = _BAD_FILL
    said = f"{cell.comment.text}\n" if cell.comment and problem.message not in cell.comment.text else ""
    cell.comment = Comment(writable(f"{said}{problem.message}"), "Tidtam", width=320, height=120)


def _list_problems(book: Workbook, problems: Sequence[Problem]) -> None:
    taken = {title.casefold() for title in book.sheetnames}
    sheet = book.create_sheet(_sheet_name(PROBLEM_SHEET, taken), 0)
    for column, (heading, width) in enumerate(zip(PROBLEM_HEADINGS, (24, 8, 10, 24, 80), strict=True), 1):
        cell = sheet.cell(1, column, heading)
        cell.font, cell.fill = _BOLD, _HEAD_FILL
        sheet.column_dimensions[letter(column - 1)].width = width
    for row, problem in enumerate(problems, 2):
        for column, value in enumerate(
            (problem.sheet, problem.row, problem.column, problem.value, problem.message), 1
        ):
            if isinstance(value, str):
                pin(sheet.cell(row, column), value)
            else:
                sheet.cell(row, column, value)
    sheet.freeze_panes = "A2"
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False

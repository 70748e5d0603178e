"""What in a table can't be taken as it stands: two columns for one field, formulas and errors for words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from office import thai
from office.sheets.cells import TextColumns, is_note, is_total, reads_as_figure
from office.sheets.headers import Header
from office.sheets.model import Problem, compact, letter, show, text

MOST_COLUMNS = 500
_MONTH = re.compile("|".join(map(re.escape, (*thai.MONTHS, *thai.MONTHS_SHORT))))
_OTHER_TIMES = re.compile(r"เดือนนี้|เดือนก่อน|ทั้งปี|ครึ่งปี|ไตรมาส|ยกมา|สะสม")
_OF_A_LINE = ("job_no", "person_code", "person_name", "code", "name")


def broken_words(header: Header, fields: tuple[str, ...]) -> Iterator[Problem]:
    """Formulas without a value and error cells in columns of words; those of figures are told when read."""
    sheet = header.sheet
    if not sheet.uncached and not sheet.errors:
        return
    titles = {column: heading_of(header, column) for name, column in header.columns.items() if name in fields}
    for row, column in sorted((*sheet.uncached, *sheet.errors)):
        if row < header.first or column not in titles or _adds_up(header, row):
            continue
        place = f"{letter(column)}{row + 1}"
        if (row, column) in sheet.errors:
            message = f"แก้สูตรหรือพิมพ์ค่าลงในเซลล์ {place} คอลัมน์{titles[column]} พบค่าผิดพลาด"
            yield sheet.problem(row, column, message, sheet.rows[row][column])
        else:
            message = f"เปิดไฟล์ใน Excel แล้วบันทึกใหม่เพื่อให้สูตรมีค่า {titles[column]} ที่เซลล์ {place} เป็นสูตรที่ยังไม่มีค่า"
            yield sheet.problem(row, column, message, f"={sheet.uncached[row, column]}")


def merged_figures(header: Header, columns: Collection[int]) -> Iterator[Problem]:
    """Figures in cells merged over others of ``columns`` or other lines: nobody can say whose they are.

    A line may have rows of its own for plan and result: those below name no job and nobody.
    """
    sheet, texts = header.sheet, TextColumns(header.sheet)
    named = [column for name, column in header.columns.items() if name in _OF_A_LINE]
    for top, left, bottom, right in sorted(sheet.merged):
        if top < header.first or top >= len(sheet.rows) or left not in columns:
            continue
        shared = [column for column in range(left, min(right, MOST_COLUMNS) + 1) if column in columns]
        below = sheet.rows[top + 1 : bottom + 1]
        lines = any(column < len(cells) and cells[column] != "" for cells in below for column in named)
        if not (lines or len(shared) > 1) or left >= len(sheet.rows[top]):
            continue
        value = sheet.rows[top][left]
        is_line = any(texts.get(top, column) for column in named)
        if is_line and reads_as_figure(value) and not _adds_up(header, top) and not is_note(header, top):
            place = f"{letter(left)}{top + 1}:{letter(right)}{bottom + 1}"
            message = f"ยกเลิกการผสานเซลล์ {place} แล้วใส่ตัวเลขทีละเซลล์"
            yield sheet.problem(top, left, message, value)


def two_columns(header: Header, field: str, title: str, own: tuple[str, ...] = ()) -> Problem | None:
    """The fault that another column may be the field as surely, and says otherwise in some row.

    ``own`` are the years or months, squeezed, by which the right one of several is known. Where none is,
    parts under one banner are counted by the column that adds them up.
    """
    if field not in header.columns:
        return None
    columns = _meant(header, field, own)
    header.columns[field] = columns[0]
    for other in columns[1:]:
        row = _differing_row(header, columns[0], other)
        if row is not None:
            pair = " และ ".join(
                f"{letter(column)} “{heading_of(header, column)}”" for column in sorted((columns[0], other))
            )
            message = f"ให้มีคอลัมน์{title}คอลัมน์เดียว ลบหรือเปลี่ยนหัวคอลัมน์ที่ไม่ใช่ พบ {pair} ที่ตัวเลขต่างกัน"
            return header.sheet.problem(header.bottom, other, message, heading_of(header, other))
    return None


def _meant(header: Header, field: str, own: tuple[str, ...]) -> list[int]:
    """The columns that may be the field, the likeliest first."""
    chosen = header.columns[field]
    columns = [chosen, *header.rivals.get(field, ())]
    parts = _under_one_banner(header, chosen)
    if mine := _own(header, columns, own):
        return mine
    if _MONTH.search(_words(header, chosen)) and (mine := _own(header, parts, own)):
        return mine
    total = _total(header, parts)
    return columns if total is None else [total]


def _under_one_banner(header: Header, column: int) -> list[int]:
    """The column and those beside it that its banner spans and that are nothing else."""
    used = {*header.columns.values(), *header.recognised} - {column}
    levels = header.levels
    if len(levels[column]) < 2:
        return [column]
    return [
        other
        for other, cells in enumerate(levels)
        if len(cells) > 1 and cells[0] == levels[column][0] and other not in used
    ]


def _total(header: Header, columns: list[int]) -> int | None:
    """The one that adds the others up; None where they are of other times, which a sum would mix."""
    words = {column: _words(header, column) for column in columns}
    if any(_OTHER_TIMES.search(said) or _MONTH.search(said) for said in words.values()):
        return None
    return next((column for column, said in words.items() if is_total(said)), None)


def _words(header: Header, column: int) -> str:
    """The column's own words, without its banner's."""
    return text(header.levels[column][-1])


def heading_of(header: Header, column: int) -> str:
    """All of a column's heading on one line, outermost first."""
    return " ".join(" ".join(show(cell).split()) for cell in header.levels[column])


def _own(header: Header, columns: list[int], own: tuple[str, ...]) -> list[int]:
    words = {column: compact(heading_of(header, column)) for column in columns}
    return [column for column in columns if any(words[column].endswith(each) for each in own)]


def _differing_row(header: Header, first: int, second: int) -> int | None:
    for row in range(header.first, len(header.sheet.rows)):
        values = [_said(header, row, column) for column in (first, second)]
        if any(values) and values[0] != values[1]:
            return row
    return None


def _said(header: Header, row: int, column: int) -> str:
    cells = header.sheet.rows[row]
    said = compact(cells[column]) if column < len(cells) else ""
    return said if any(map(str.isdigit, said)) else ""


def _adds_up(header: Header, row: int) -> bool:
    said = next((cell for cell in header.sheet.rows[row] if cell != ""), "")
    return isinstance(said, str) and is_total(said)

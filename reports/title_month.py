"""The month that the title of a sheet names: "…ประจำเดือน พฤศจิกายน 2569"."""

from __future__ import annotations

import re

from office import thai
from office.calendar import Month
from office.sheets import Header, Problem, compact, text

_MONTH_NAMES = {
    name: number for names in (thai.MONTHS, thai.MONTHS_SHORT) for number, name in enumerate(names, 1)
}
_TITLE_MONTH = re.compile(
    rf"(?:^|\s|ประจำ)เดือน\s?(?P<name>{'|'.join(map(re.escape, _MONTH_NAMES))})"
    r"\s?(?:พ\.\s?ศ\.|ปี)?\s?(?P<year>\d{4}|\d{2})(?!\d)"
)


_NAME_MONTH = re.compile(
    rf"(?P<name>{'|'.join(map(re.escape, _MONTH_NAMES))})"
    r"\s?(?:พ\.\s?ศ\.|ปี)?[\s'/-]*(?P<year>\d{4}|\d{2})(?!\d)"
)


def months_told(header: Header) -> list[re.Match[str]]:
    """The months that the lines above a table name, else those of its sheet's name."""
    return [match for *_, match in _above(header)] or list(_NAME_MONTH.finditer(text(header.sheet.name)))


def tells(header: Header, wanted: Month) -> bool | None:
    """Whether a table says that it is of the month; None where it names no month."""
    told = months_told(header)
    return any(means(match, wanted) for match in told) if told else None


def squeezed(month: Month | None) -> tuple[str, ...]:
    """What a heading of the month's column ends with: "ตค69", "ตุลาคม2569"."""
    if month is None:
        return ()
    year = str(thai.be(month.year))
    names = [name for name, number in _MONTH_NAMES.items() if number == month.month]
    return tuple(compact(f"{name}{end}") for name in names for end in (year, year[2:], ""))


def _above(header: Header) -> list[tuple[int, int, str, re.Match[str]]]:
    return [
        (row, column, cell, match)
        for row, cells in enumerate(header.sheet.rows[: header.top])
        for column, cell in enumerate(cells)
        if isinstance(cell, str)
        for match in _TITLE_MONTH.finditer(text(cell))
    ]


def of_another_month(header: Header, wanted: Month | None, use: str) -> Problem | None:
    """The fault that the lines above the table (else its sheet's name) name months, none the one wanted.

    ``use`` says what to choose instead: "ใช้ไฟล์ผล" becomes "ใช้ไฟล์ผลของเดือน…".
    """
    if wanted is None or tells(header, wanted) is not False:
        return None
    match = months_told(header)[0]
    found = f"{match['name']} {match['year']}"
    if not (above := _above(header)):
        message = f"{use}ของเดือน{wanted.label} ชื่อแผ่นงานเป็นเดือน {found}"
        return header.sheet.problem(None, None, message, header.sheet.name)
    row, column, cell, _ = above[0]
    message = f"{use}ของเดือน{wanted.label} หัวเรื่องของไฟล์นี้เป็นเดือน{found}"
    return header.sheet.problem(row, column, message, cell)


def means(match: re.Match[str], wanted: Month) -> bool:
    year = thai.be(wanted.year)
    years = {str(year), str(year)[2:], str(wanted.year)}
    return _MONTH_NAMES[match["name"]] == wanted.month and match["year"] in years

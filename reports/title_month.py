"""The month that the title, the sheet's name or a column of a table names: "…ประจำเดือน พฤศจิกายน 2569"."""

from __future__ import annotations

import re

from office import thai
from office.calendar import Month
from office.sheets import Header, Problem, compact, heading_of, text

_MONTH_NAMES = {
    name: number for names in (thai.MONTHS, thai.MONTHS_SHORT) for number, name in enumerate(names, 1)
}
_NAME = "|".join(map(re.escape, _MONTH_NAMES))
_BEFORE_YEAR = r"\s?(?:พ\.\s?ศ\.|ปี)?[\s'/-]*"
_SPAN = (
    rf"(?:(?P<first>{_NAME})(?:{_BEFORE_YEAR}(?P<first_year>\d{{4}}|\d{{2}})(?!\d))?\s?(?:[-–—]|ถึง)\s?(?:เดือน\s?)?)?"
    rf"(?P<name>{_NAME})"
)
_YEAR = rf"{_BEFORE_YEAR}(?P<year>\d{{4}}|\d{{2}})(?!\d)"
_DAY = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])\s?$")
"""Before a month: together a date, as in "ส่ง 2 พ.ย. 69"."""
_TITLE_MONTH = re.compile(rf"(?:^|\s|ประจำ)เดือน\s?{_SPAN}{_YEAR}")
_NAME_MONTH = re.compile(rf"{_SPAN}{_YEAR}")
_COLUMN_MONTH = re.compile(rf"{_SPAN}(?:{_YEAR})?")


def tells(header: Header, wanted: Month) -> bool | None:
    """Whether a table says that it is of the month; None where it names no month."""
    told = _months_told(header)
    return any(_covers(match, wanted) for match in told) if told else None


def squeezed(month: Month | None) -> tuple[str, ...]:
    """What a heading of the month's column ends with: "ตค69", "ตุลาคม2569", "เดือนนี้"."""
    if month is None:
        return ()
    year = str(thai.be(month.year))
    names = [name for name, number in _MONTH_NAMES.items() if number == month.month]
    return (*(compact(f"{name}{end}") for name in names for end in (year, year[2:], "")), "เดือนนี้")


def of_another_month(header: Header, wanted: Month | None, use: str) -> Problem | None:
    """The fault that the lines above the table (else its sheet's name) name months, none the one wanted.

    ``use`` says what to choose instead: "ใช้ไฟล์ผล" becomes "ใช้ไฟล์ผลของเดือน…".
    """
    if wanted is None or tells(header, wanted) is not False:
        return None
    found = _told(_months_told(header)[0])
    if not (above := _above(header)):
        message = f"{use}ของเดือน{wanted.label} ชื่อแผ่นงานเป็นเดือน {found}"
        return header.sheet.problem(None, None, message, header.sheet.name)
    row, column, cell, _ = above[0]
    message = f"{use}ของเดือน{wanted.label} หัวเรื่องของไฟล์นี้เป็นเดือน{found}"
    return header.sheet.problem(row, column, message, cell)


def column_of_another_month(header: Header, field: str, wanted: Month | None, use: str) -> Problem | None:
    """The fault that the column's own heading names months, none the one wanted alone."""
    heading = text(heading_of(header, header.columns[field]))
    told = _undated(_COLUMN_MONTH, heading) if wanted else []
    if wanted is None or not told or any(_means(match, wanted) for match in told):
        return None
    message = f"{use}ของเดือน{wanted.label} หัวคอลัมน์นี้เป็นเดือน {_told(told[0])}"
    return header.sheet.problem(header.bottom, header.columns[field], message, heading)


def _months_told(header: Header) -> list[re.Match[str]]:
    """The months that the lines above a table name, else those of its sheet's name."""
    if told := [match for *_, match in _above(header)]:
        return told
    return [] if header.sheet.is_file else _undated(_NAME_MONTH, text(header.sheet.name))


def _above(header: Header) -> list[tuple[int, int, str, re.Match[str]]]:
    return [
        (row, column, cell, match)
        for row, cells in enumerate(header.sheet.rows[: header.top])
        for column, cell in enumerate(cells)
        if isinstance(cell, str)
        for match in _TITLE_MONTH.finditer(text(cell))
    ]


def _undated(pattern: re.Pattern[str], said: str) -> list[re.Match[str]]:
    return [match for match in pattern.finditer(said) if not _DAY.search(said[: match.start()])]


def _told(match: re.Match[str]) -> str:
    first = " ".join(filter(None, (match["first"], match["first_year"])))
    last = " ".join(filter(None, (match["name"], match["year"])))
    return f"{first}-{last}" if first else last


def _means(match: re.Match[str], wanted: Month) -> bool:
    """Whether it is the one month; a year that isn't written may be any."""
    if match["first"] or _MONTH_NAMES[match["name"]] != wanted.month:
        return False
    return not match["year"] or _year(match["year"]) == thai.be(wanted.year)


def _covers(match: re.Match[str], wanted: Month) -> bool:
    """Whether the month, or one of those from the first to it, is the one wanted."""
    if not match["first"]:
        return _means(match, wanted)
    last = _year(match["year"]) * 12 + _MONTH_NAMES[match["name"]]
    number = _MONTH_NAMES[match["first"]]
    if match["first_year"]:
        first = _year(match["first_year"]) * 12 + number
    else:
        first = last - (_MONTH_NAMES[match["name"]] - number) % 12
    return first <= thai.be(wanted.year) * 12 + wanted.month <= last


def _year(figures: str) -> int:
    """In the Buddhist era, in which two figures are."""
    year = int(figures)
    if len(figures) == 2:
        return 2500 + year
    return year if year >= 2400 else thai.be(year)

"""The month that the title of a sheet names: "…ประจำเดือน พฤศจิกายน 2569"."""

from __future__ import annotations

import re

from office import thai
from office.calendar import Month
from office.sheets import Header, Problem, text

_MONTH_NAMES = {
    name: number for names in (thai.MONTHS, thai.MONTHS_SHORT) for number, name in enumerate(names, 1)
}
_TITLE_MONTH = re.compile(
    rf"(?:^|\s|ประจำ)เดือน\s?(?P<name>{'|'.join(map(re.escape, _MONTH_NAMES))})"
    r"\s?(?:พ\.\s?ศ\.|ปี)?\s?(?P<year>\d{4}|\d{2})(?!\d)"
)


def of_another_month(header: Header, wanted: Month | None, use: str) -> Problem | None:
    """The fault that the lines above the table name months, none of them the one wanted.

    ``use`` says what to choose instead: "ใช้ไฟล์ผล" becomes "ใช้ไฟล์ผลของเดือน…".
    """
    named = [
        (row, column, cell, match)
        for row, cells in enumerate(header.sheet.rows[: header.top])
        for column, cell in enumerate(cells)
        if isinstance(cell, str)
        for match in _TITLE_MONTH.finditer(text(cell))
    ]
    if wanted is None or not named or any(_means(match, wanted) for *_, match in named):
        return None
    row, column, cell, match = named[0]
    found = f"{match['name']} {match['year']}"
    message = f"{use}ของเดือน{wanted.label} หัวเรื่องของไฟล์นี้เป็นเดือน{found}"
    return header.sheet.problem(row, column, message, cell)


def _means(match: re.Match[str], wanted: Month) -> bool:
    year = thai.be(wanted.year)
    years = {str(year), str(year)[2:], str(wanted.year)}
    return _MONTH_NAMES[match["name"]] == wanted.month and match["year"] in years

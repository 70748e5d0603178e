"""The month columns of a plan: which month each heading names, and whether it is target or result."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from office import thai
from office.calendar import fiscal_months
from office.sheets import Header, Problem, compact, letter, show, text

_SPELLINGS = {
    compact(spelling): number
    for names in (thai.MONTHS, thai.MONTHS_SHORT)
    for number, spelling in enumerate(names, 1)
} | {compact(wrong): number for wrong, number in (("กรกฏาคม", 7), ("พฤศจิกา", 11), ("พฤษภา", 5), ("กุมภา", 2))}
_HEADING = re.compile(
    r"^(?:ประจำ)?(?:เดือน)?(?:แผน|เป้าหมาย|ปริมาณงาน)?(?:เดือน)?"
    rf"(?P<name>{'|'.join(sorted(_SPELLINGS, key=len, reverse=True))})"
    r"(?:พศ|คศ|ปี)?(?P<year>\d{2}|\d{4})?(?P<rest>แผน|เป้าหมาย|ปริมาณงาน|จำนวน|ผล|ผลงาน|งบประมาณ|สะสม)?$"
)
_FIGURES = re.compile(r"^(?P<month>0?[1-9]|1[0-2])\s?[/.-]\s?(?P<year>\d{4})$")
_ENGLISH = re.compile(r"^(?P<name>[a-z]{3,9})\.?[\s/-]?(?P<year>\d{2}|\d{4})$", re.I)
_ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_TARGET = re.compile(r"แผน|เป้า|ปริมาณ|จำนวน")
_NOT_TARGET = re.compile(r"^ผล(?!ผลิต)|ผลการ|ผลงาน|ผลสะสม|งบ|เงิน|บาท|ร้อยละ|%|เบิก|สะสม|ผลต่าง")
_MONEY = re.compile(r"งบ|เงิน|บาท|เบิก")
_OLDEST_TWO_FIGURES = 50


@dataclass(frozen=True, slots=True)
class MonthHeading:
    """A month as a heading names it. ``years`` (BE) are those it may mean, none when it says none."""

    month: int
    years: tuple[int, ...]
    common_era: bool
    written: str


@dataclass(slots=True)
class MonthColumns:
    """Column of each fiscal month (0 = October), counted from 0; absent months have none."""

    fiscal_year: int
    columns: dict[int, int]
    problems: list[Problem]
    labels: tuple[str, ...] = ()
    """The months as messages name them."""

    def __post_init__(self) -> None:
        if self.fiscal_year:
            self.labels = tuple(month.short for month in fiscal_months(self.fiscal_year))
        else:
            self.labels = tuple(thai.MONTHS_SHORT[(month + 9) % 12] for month in range(12))

    def label(self, month: int) -> str:
        return self.labels[month]


def heading(cell: object) -> MonthHeading | None:
    """The month a cell names, or None; "ไตรมาส 1 (ต.ค.-ธ.ค.)" names none. Dates of Excel count."""
    if isinstance(cell, dt.date):
        two = cell.year % 100 + 2500
        years = (cell.year,) if cell.year >= 2400 else (thai.be(cell.year), two)
        return MonthHeading(cell.month, years, common_era=False, written=show(cell))
    if not isinstance(cell, str) or not cell or len(cell) > 40:
        return None
    match = _HEADING.match(compact(cell))
    if not match:
        return _in_figures(text(cell)) or _in_english(text(cell))
    figures = match["year"]
    year = int(figures or 0)
    common_era = bool(figures) and year < (_OLDEST_TWO_FIGURES if len(figures) == 2 else 2400)
    stated = () if not figures or common_era else (year + 2500 if len(figures) == 2 else year,)
    return MonthHeading(_SPELLINGS[match["name"]], stated, common_era, text(cell))


def _in_figures(cell: str) -> MonthHeading | None:
    """A month like "10/2569"."""
    match = _FIGURES.match(cell)
    if not match:
        return None
    year = int(match["year"])
    common_era = year < 2400
    return MonthHeading(int(match["month"]), () if common_era else (year,), common_era, cell)


def _in_english(cell: str) -> MonthHeading | None:
    """A month as Excel writes one: "Oct-26" is of 2026, "Oct-69" of 2569."""
    match = _ENGLISH.match(cell)
    if not match:
        return None
    name, year = match["name"].lower(), int(match["year"])
    month = next(
        (n for n, full in enumerate(_ENGLISH_MONTHS, 1) if name in (full, full[:3], f"{full[:3]}t")), 0
    )
    if not month:
        return None
    if len(match["year"]) == 2:
        return MonthHeading(month, (thai.be(2000 + year), 2500 + year), common_era=False, written=cell)
    return MonthHeading(month, (year if year >= 2400 else thai.be(year),), common_era=False, written=cell)


def fiscal_index(month: int) -> int:
    """0 for October to 11 for September."""
    return (month - 10) % 12


def stated_year(header: Header) -> int:
    """The fiscal year (BE) that the month headings agree on; 0 when they say none or differ."""
    votes = [
        {year + (found.month >= 10) for year in found.years}
        for found in _headings(header).values()
        if found.years
    ]
    common = set.intersection(*votes) if votes else set()
    return max(common) if len(common) >= 1 else 0


def find_columns(header: Header, fiscal_year: int) -> MonthColumns:
    """The target column of each month. Of แผน and ผล side by side it is แผน; a wrong year is a problem."""
    by_month: dict[int, list[tuple[int, int, MonthHeading]]] = {}
    for column, found in _headings(header).items():
        rank = _rank(header, column, found)
        by_month.setdefault(fiscal_index(found.month), []).append((rank, column, found))
    for column, found, rank in _beside(header):
        by_month[fiscal_index(found.month)].append((rank, column, found))
    result = MonthColumns(fiscal_year, {}, [])
    wrong: list[tuple[int, MonthHeading]] = []
    unplanned: list[tuple[int, MonthHeading]] = []
    for month in sorted(by_month):
        candidates = by_month[month]
        fitting = [entry for entry in candidates if _fits(entry[2], fiscal_year)] or candidates
        rank, column, found = min(fitting, key=lambda entry: (entry[0], _apart(header, entry[1]), entry[1]))
        if rank >= 3:
            unplanned.append((column, found))
            continue
        result.columns[month] = column
        if not _fits(found, fiscal_year):
            wrong.append((column, found))
    if wrong:
        result.problems.append(_wrong_year(header, wrong, fiscal_year))
    gaps = _gaps(header, result)
    if unplanned and not gaps:
        gaps = [_no_target(header, unplanned)]
    result.problems += [*gaps, *_twins(header, result, by_month)]
    return result


def _beside(header: Header) -> Iterator[tuple[int, MonthHeading, int]]:
    """The columns to the right of a month that isn't merged over them, as far as their own words say more."""
    known = {*header.columns.values(), *header.recognised}
    for column, found in _headings(header).items():
        row = _row_of(header, column, found)
        if row == header.bottom:
            continue
        for other in range(column + 1, len(header.levels)):
            above = header.sheet.rows[row]
            if other in known or (other < len(above) and above[other] != ""):
                break
            words = "".join(compact(cell) for cell in header.levels[other])
            if _NOT_TARGET.search(words) or _TARGET.search(words):
                yield other, found, 3 if _NOT_TARGET.search(words) else 0


def _row_of(header: Header, column: int, found: MonthHeading) -> int:
    """The lowest of the headings' rows in which the column names the month."""
    rows = header.sheet.rows
    return next(
        (row for row in range(header.bottom, header.top - 1, -1)
         if column < len(rows[row]) and heading(rows[row][column]) == found),
        header.bottom,
    )  # fmt: skip


def _no_target(header: Header, unplanned: list[tuple[int, MonthHeading]]) -> Problem:
    column, found = unplanned[0]
    months = " ".join(thai.MONTHS_SHORT[each.month - 1] for _, each in unplanned)
    message = (
        f"ตั้งหัวคอลัมน์ของเป้าหมายรายเดือนเป็น แผน หรือ เป้าหมาย เดือน {months} มีแต่คอลัมน์ของผลหรือเงิน "
        f"พบ “{found.written}”"
    )
    return header.sheet.problem(_row_of(header, column, found), column, message, found.written)


def _headings(header: Header) -> dict[int, MonthHeading]:
    return {column: found for column, found in header.recognised.items() if isinstance(found, MonthHeading)}


def _rank(header: Header, column: int, found: MonthHeading) -> int:
    """0 a target by its words, 1 says nothing, 2 stands under another kind's banner, 3 is another kind."""
    cells = header.levels[column]
    place = max(index for index, cell in enumerate(cells) if heading(cell) == found)
    below = "".join(compact(cell) for cell in cells[place + 1 :])
    own = compact(cells[place]).replace(compact(found.written), "")
    match = _HEADING.match(compact(cells[place])) if isinstance(cells[place], str) else None
    detail = below + own + ((match["rest"] or "") if match else "")
    if _NOT_TARGET.search(detail):
        return 3
    if _TARGET.search(detail):
        return 0
    above = compact(cells[place - 1]) if place else ""
    if _MONEY.search(above):
        return 2
    return 2 if _NOT_TARGET.search(above) and not _TARGET.search(above) else 1


def _fits(found: MonthHeading, fiscal_year: int) -> bool:
    if found.common_era:
        return False
    return not found.years or not fiscal_year or fiscal_year - (found.month >= 10) in found.years


def _wrong_year(header: Header, wrong: list[tuple[int, MonthHeading]], fiscal_year: int) -> Problem:
    """One problem for the whole row of months: its first wrong heading is the cell."""
    column, found = wrong[0]
    first, *_, last = fiscal_months(fiscal_year) if fiscal_year else fiscal_months(2570)
    remedy = "แก้หัวคอลัมน์เดือนหรือปีงบประมาณในหัวเรื่องให้ตรงกัน"
    if found.common_era:
        remedy = "ใส่ปีของหัวคอลัมน์เดือนเป็น พ.ศ."
    months = f" ปีงบประมาณ {fiscal_year} คือ {first.short} ถึง {last.short}" if fiscal_year else ""
    row = _row_of(header, column, found)
    return header.sheet.problem(row, column, f"{remedy}{months} พบ “{found.written}”", found.written)


def _twins(
    header: Header, result: MonthColumns, by_month: dict[int, list[tuple[int, int, MonthHeading]]]
) -> list[Problem]:
    """The first figure that two columns of one month, nothing telling them apart, say differently."""
    for month, column in result.columns.items():
        rank = next(entry[0] for entry in by_month[month] if entry[1] == column)
        for other_rank, other, found in by_month[month]:
            if (
                other == column
                or other_rank != rank
                or not _fits(found, result.fiscal_year)
                or _banner(header, other) != _banner(header, column)
            ):
                continue
            for row in range(header.first, len(header.sheet.rows)):
                taken, left = (_said(header, row, place) for place in (column, other))
                if taken and left and taken != left:
                    place, twin = f"{letter(column)}{row + 1}", f"{letter(other)}{row + 1}"
                    message = (
                        f"ให้เดือน {result.label(month)} มีคอลัมน์เดียว พบสองคอลัมน์ที่ตัวเลขต่างกัน "
                        f"{place} เป็น {taken} และ {twin} เป็น {left}"
                    )
                    return [header.sheet.problem(header.bottom, other, message, found.written)]
    return []


def _apart(header: Header, column: int) -> bool:
    """Whether the banner over a column speaks of money or results."""
    banner = _banner(header, column)
    return bool(_MONEY.search(banner) or _NOT_TARGET.search(banner))


def _banner(header: Header, column: int) -> str:
    """The words of the nearest banner over a column, which an unmerged one only begins."""
    for row in range(header.bottom - 1, max(header.top - 2, 0) - 1, -1):
        for cell in reversed(header.sheet.rows[row][: column + 1]):
            if cell != "" and heading(cell) is None:
                return compact(cell)
    return ""


def _said(header: Header, row: int, column: int) -> str:
    cells = header.sheet.rows[row]
    said = compact(cells[column]) if column < len(cells) else ""
    return said if any(map(str.isdigit, said)) else ""


def _gaps(header: Header, result: MonthColumns) -> list[Problem]:
    months = sorted(result.columns)
    if not months or months == list(range(months[0], months[-1] + 1)):
        return []
    missing = [
        thai.MONTHS_SHORT[(month + 9) % 12] for month in range(months[0], months[-1]) if month not in months
    ]
    message = f"เพิ่มคอลัมน์เดือนที่ขาด {' '.join(missing)} ให้เดือนเรียงต่อกัน"
    return [header.sheet.problem(header.bottom, None, message)]

"""What speaks against counting the sheets of a CPS workbook together, and rows that are nobody's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations

from office import thai
from office.sheets import Header, Problem, TextColumns, show
from reports.cps_row import CpsRow
from reports.cps_words import HIDE, misread


def doubtful(headers: Sequence[Header]) -> Iterator[Problem]:
    """Each sheet whose figure or day isn't sure, and those without days beside others that have them."""
    first = headers[0].sheet.name
    dated = [header for header in headers if "worked_on" in header.columns]
    for header in headers:
        if fault := misread(header, like="" if header is headers[0] else first):
            yield fault
        elif dated and "worked_on" not in header.columns:
            message = (
                "เพิ่มคอลัมน์วันที่ปฏิบัติงาน แผ่นงานนี้ไม่มีวันที่บอกว่าเป็นผลของเดือนใด "
                f"แต่แผ่นงาน {dated[0].sheet.name} มี หรือ{HIDE}"
            )
            yield header.sheet.problem(header.bottom, None, message)


def counted_twice(headers: Sequence[Header], rows: Sequence[CpsRow]) -> Iterator[Problem]:
    """Sheets of the same visits, or whose visits come to the same, and sums of the rows above them."""
    by_sheet: dict[str, list[CpsRow]] = {header.sheet.name: [] for header in headers}
    for row in rows:
        by_sheet[row.sheet].append(row)
    places = {header.sheet.name: header for header in headers}
    for (first, ones), (second, others) in combinations(by_sheet.items(), 2):
        if ones and others and _alike(ones, others):
            message = f"ลบหรือซ่อนแผ่นงานที่ซ้ำ แผ่นงาน {second} มีรายการเท่ากับแผ่นงาน {first} ทุกคนทุกงาน"
            yield places[second].sheet.problem(places[second].bottom, None, message)
    for header in headers:
        if "worked_on" not in header.columns and "place" in header.columns:
            yield from _bare_sums(header, by_sheet[header.sheet.name])


def _alike(ones: list[CpsRow], others: list[CpsRow]) -> bool:
    if all(row.worked_on for row in (*ones, *others)):
        return Counter(map(_visit, ones)) == Counter(map(_visit, others))
    by_place = any(row.place for row in ones) and any(row.place for row in others)
    return _totals(ones, by_place=by_place) == _totals(others, by_place=by_place)


def _who(row: CpsRow) -> str:
    return row.person_code or row.person_name


def _visit(row: CpsRow) -> tuple[object, ...]:
    return row.worked_on, _who(row), row.job_no, row.place, row.quantity


def _totals(rows: list[CpsRow], *, by_place: bool) -> dict[tuple[str, ...], Decimal]:
    found: dict[tuple[str, ...], Decimal] = {}
    for row in rows:
        key = (_who(row), row.job_no, row.place if by_place else "")
        found[key] = found.get(key, Decimal(0)) + row.quantity
    return found


def _bare_sums(header: Header, rows: list[CpsRow]) -> Iterator[Problem]:
    """A row without a place that comes to what the rows above say of the same person and job."""
    run: list[CpsRow] = []
    for row in rows:
        if run and (_who(run[0]), run[0].job_no) != (_who(row), row.job_no):
            run = []
        if len(run) > 1 and not row.place and row.quantity == sum(each.quantity for each in run):
            message = "ใส่คำว่า รวม ถ้าแถวนี้เป็นยอดรวม หรือใส่ชื่อสหกรณ์ จำนวนเท่ากับผลรวมของแถวก่อนหน้า"
            column = header.columns["place"]
            yield header.sheet.problem(row.sheet_row - 1, column, message, show(row.quantity))
        run.append(row)


def is_visit(header: Header, row: int) -> bool:
    """Whether a row that names no person and job is one all the same: it has a figure and a day.

    Where no column is the day, a place instead.
    """
    cells, columns = header.sheet.rows[row], header.columns
    figure = cells[columns["quantity"]] if columns["quantity"] < len(cells) else ""
    if not any(map(str.isdigit, show(figure))):
        return False
    texts = TextColumns(header.sheet)
    if "worked_on" in columns:
        return _is_day(texts.raw(row, columns["worked_on"]))
    return texts.get(row, columns.get("place")) not in ("", "-")


def _is_day(cell: object) -> bool:
    try:
        return thai.parse_date(cell) is not None
    except thai.ThaiValueError:
        return False

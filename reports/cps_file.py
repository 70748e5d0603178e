"""Reading an export of the CPS system: visits, one a row. Who and what they are is judged by the caller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from office.sheets import (
    Bad,
    Book,
    Header,
    Problem,
    TextColumns,
    broken_words,
    compact,
    day,
    figure,
    find_header,
    is_note,
    job_number,
    letter,
    merged_figures,
    show,
    unseen,
)
from reports.cps_columns import FIELDS, NEEDS, Saved, alike, mapped
from reports.cps_doubts import counted_twice, doubtful, is_visit
from reports.cps_row import CpsRow
from reports.cps_words import WORDS, adds_up, lacking


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column as it was understood."""

    field: str
    letter: str
    heading: str

    @property
    def label(self) -> str:
        return FIELDS[self.field]


@dataclass(frozen=True, slots=True)
class LeftSheet:
    name: str
    rows: int
    """Those that hold something."""
    why: str


@dataclass(slots=True)
class CpsFile:
    """The whole file. Nothing of it may be stored while there are ``problems``."""

    rows: list[CpsRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sheet: str = ""
    day_columns: dict[str, str] = field(default_factory=dict)
    """Sheet → Excel's letter of the day of work; not of a sheet without such a column."""
    columns: tuple[ReadColumn, ...] = ()
    """Which column was read as what; none when the headings were not recognised."""
    mapping: Saved | None = None
    """Whose mapping said so; None when the headings' words did."""
    header: Header | None = None
    """Of the first sheet read."""
    sheets: list[str] = field(default_factory=list)
    """Those read."""
    left: list[LeftSheet] = field(default_factory=list)
    """Those that hold something, aren't hidden and weren't read."""
    totals: int = 0
    """Rows passed over because they add others up."""
    notes: list[str] = field(default_factory=list)
    """Hidden sheets, left unread or read, and hidden rows read."""

    def problem(self, row: CpsRow, message: str) -> Problem:
        """A fault of the row's day of work, told in Excel's own terms."""
        sheet = row.sheet or self.sheet
        return Problem(sheet, row.sheet_row, self.day_columns.get(sheet), show(row.worked_on), message)


def parse(book: Book, saved: Sequence[Saved] = ()) -> CpsFile:
    """Every visit of the file's table; unknown people and jobs are kept.

    Headings that the office has mapped go before those known by their words; of ``saved`` the first fits.
    """
    result = CpsFile()
    result.header, result.mapping = recognise(book, saved)
    if result.header is None:
        result.problems.extend(_unknown(book))
        return result
    result.columns = tuple(_told(result.header))
    result.sheet = result.header.sheet.name
    headers = [result.header, *_others(book, result.header, result.mapping)]
    if result.mapping is None and (doubts := list(doubtful(headers))):
        result.problems.extend(doubts)
        return result
    past = 0
    for header in headers:
        result.problems.extend(broken_words(header, ("person_code", "person_name", "job_no")))
        result.problems.extend(merged_figures(header, {header.columns["quantity"]}))
        _read(header, result, past)
        result.sheets.append(header.sheet.name)
        past += len(header.sheet.rows)
    result.problems.extend(counted_twice(headers, result.rows))
    result.left = list(_left(book, result))
    result.notes = unseen(book, result.sheets)
    return result


def _left(book: Book, result: CpsFile) -> Iterator[LeftSheet]:
    same: set[str] = set()
    if result.header and result.mapping:
        same = {header.sheet.name for header in alike(book, result.header, result.mapping)}
    for sheet in book.sheets:
        rows = sum(map(any, sheet.rows))
        if not sheet.visible or sheet.name in result.sheets or not rows:
            continue
        if sheet.name in same:
            why = f"หัวคอลัมน์ซ้ำกับแผ่นงาน {result.sheet} และไม่มีวันที่ปฏิบัติงานบอกว่าเป็นของเดือนใด"
        else:
            why = "หัวคอลัมน์ไม่ตรงกับที่กำหนดไว้" if result.mapping else "ไม่พบหัวคอลัมน์ของ CPS"
        yield LeftSheet(sheet.name, rows, why)


def _unknown(book: Book) -> list[Problem]:
    """Why no table was found: the one heading that a row lacks, else what is expected."""
    if near := lacking(book):
        found, name = near
        message = f"ใส่หัวคอลัมน์{name} แถวนี้ไม่มี หรือกำหนดคอลัมน์เองในหน้านำเข้าไฟล์ CPS"
        return [Problem(found.sheet.name, found.row + 1, None, " · ".join(found.texts)[:200], message)]
    if book.misnamed:
        message = "บันทึกไฟล์จาก Excel เป็น .xlsx แล้วนำเข้าอีกครั้ง ไฟล์นี้เป็นไฟล์ข้อความที่ตั้งชื่อเป็นไฟล์ Excel"
        return [Problem(book.name, None, None, "", message)]
    names = ", ".join(sheet.name for sheet in book.sheets)
    place = book.sheets[0].name if book.sheets else book.name
    message = (
        "ใช้ไฟล์จาก CPS ที่มีหัวคอลัมน์รหัสเจ้าหน้าที่ เลขที่งาน และจำนวน "
        f"หรือกำหนดคอลัมน์เองในหน้านำเข้าไฟล์ CPS ไฟล์นี้มีแผ่นงาน {names}"
    )
    return [Problem(place, None, None, names, message)]


def _others(book: Book, first: Header, mapping: Saved | None) -> Iterator[Header]:
    """The other sheets with a table of visits: one export may stand in several. Not the hidden ones.

    Where somebody pointed headings out, those that have the same ones; the one sheet alone where no days
    say which sheet is the month's.
    """
    if mapping is not None:
        yield from alike(book, first, mapping) if "worked_on" in mapping.columns else ()
        return
    for sheet in book.sheets:
        if sheet is not first.sheet and sheet.visible:
            header = find_header(sheet, WORDS, NEEDS)
            if header is not None:
                yield header


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


def _read(header: Header, result: CpsFile, past: int) -> None:
    """``past``: how many rows the sheets before this one have."""
    texts, columns = TextColumns(header.sheet), header.columns
    if "worked_on" in columns:
        result.day_columns[header.sheet.name] = letter(columns["worked_on"])
    headings = {compact(header.levels[column][-1]) for column in columns.values()}
    for row in range(header.first, len(header.sheet.rows)):
        if sum(cell != "" for cell in header.sheet.rows[row]) < 2:
            continue
        job = texts.get(row, columns["job_no"])
        code = texts.get(row, columns.get("person_code"))
        name = texts.get(row, columns.get("person_name"))
        total = adds_up(header, row)
        result.totals += total
        if total or compact(job) in headings or is_note(header, row):
            continue
        if not (job or code or name or is_visit(header, row)):
            continue
        visit = _visit(header, texts, row, job, code, name, result.problems)
        if visit:
            result.rows.append(replace(visit, row=visit.at + past))


def _visit(
    header: Header, texts: TextColumns, row: int, job: str, code: str, name: str, problems: list[Problem]
) -> CpsRow | None:
    sheet, columns, before = header.sheet, header.columns, len(problems)
    whose = " ใน ".join(filter(None, (code or name, job_number(job)))) or "แถวนี้"
    worked_on = _day(header, texts, row, "worked_on", f"วันที่ปฏิบัติงานของ {whose}", problems)
    recorded_on = _day(header, texts, row, "recorded_on", f"วันที่บันทึกของ {whose}", problems)
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
        sheet=sheet.name,
        at=row + 1,
        worked_on=worked_on,
        person_code=_called(code),
        job_no=job_number(job),
        place=texts.get(row, columns.get("place")),
        quantity=quantity,
        counting_unit=texts.get(row, columns.get("counting_unit")),
        recorded_on=recorded_on,
        person_name=name,
    )


def _called(code: str) -> str:
    """A code in one way; a name that stands in its column as it is written."""
    return code.replace(" ", "").upper() if any(each.isdigit() for each in code) else code


def _day(
    header: Header, texts: TextColumns, row: int, field_name: str, title: str, problems: list[Problem]
) -> date | None:
    """The day, None without such a column. A blank day of work is a fault: the visit belongs to no month."""
    column = header.columns.get(field_name)
    if column is None:
        return None
    try:
        found = day(header.sheet, *texts.home(row, column), title, problems)
    except Bad:
        return None
    if found is None and field_name == "worked_on":
        problems.append(header.sheet.problem(row, column, f"ใส่{title} พบช่องว่าง"))
    return found

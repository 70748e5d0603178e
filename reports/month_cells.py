"""The cells of a month's workbook as the fields of its page: only those that differ from the draft. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from office import thai
from office.sheets import (
    Bad,
    Header,
    Problem,
    Sheet,
    compact,
    figure,
    is_total,
    job_number,
    letter,
    match_job,
    show,
    writable,
)
from reports.answers import TEXTS, WORK_FIELDS
from reports.enums import AnswerKind, ReasonCategory, SelfRating
from reports.forms import CONTRADICTION
from reports.texts import cleaned
from reports.whole_form import MOST_WORKS

MOST_ROWS = 1_000
"""Filled rows under the headings; an office has 60 jobs."""
_LONGEST_SHOWN = 80
_DASHES = ("-", "–", "—", "−")
_ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
_KINDS = {
    compact(word): kind
    for kind in AnswerKind
    if kind
    for word in (kind.label, kind.value, *(("ไม่มีผล",) if kind is AnswerKind.NOTHING else ()))
}
_CHOICES: dict[str, dict[str, str]] = {
    "reason_category": {compact(w): each.value for each in ReasonCategory for w in (each.label, each.value)},
    "rating": {compact(w): each.value for each in SelfRating for w in (each.label, each.value)},
}
"""Words of a drop-down → what the page's field would send."""


@dataclass(slots=True)
class Table:
    header: Header
    labels: Mapping[str, str]

    @property
    def sheet(self) -> Sheet:
        return self.header.sheet

    def column(self, name: str) -> int | None:
        return self.header.columns.get(name)

    def label(self, column: int) -> str:
        return next((self.labels[name] for name, at in self.header.columns.items() if at == column), "")

    def value(self, row: int, name: str) -> object:
        column, rows = self.column(name), self.sheet.rows
        if column is None or row >= len(rows) or column >= len(rows[row]):
            return ""
        value = rows[row][column]
        return "" if isinstance(value, str) and not value.strip() else value

    def blank(self, row: int) -> bool:
        return all(self.value(row, name) == "" for name in self.header.columns)

    def text(self, row: int, name: str) -> str:
        return plain(show(self.value(row, name)))


@dataclass(slots=True)
class Found:
    """Fields that differ from what is kept, as the page would send them, and the cell of each."""

    kept: Mapping[str, str]
    base: Mapping[str, str] | None
    """What stood in the fields when the file was made: what is still so was not touched. None: unknown."""
    problems: list[Problem]
    fields: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[Table, int, int]] = field(default_factory=dict)

    def put(self, key: str, text: str, table: Table, row: int, name: str) -> None:
        column = table.column(name)
        self.fields[key], self.places[key] = text, (table, row, 0 if column is None else column)

    def standing(self, key: str) -> tuple[str, ...]:
        """Texts of a field that are no change."""
        known = (self.kept,) if self.base is None else (self.kept, self.base)
        return tuple(plain(fields.get(key, "")) for fields in known)

    def fault(self, table: Table, row: int, name: str, message: str) -> None:
        value = table.text(row, name)
        short = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
        self.problems.append(table.sheet.problem(row, table.column(name), message, short))


def plain(text: str) -> str:
    """A text as a workbook gives it back, to compare by."""
    return cleaned(writable(text))


def misplaced(table: Table) -> list[Problem]:
    """What would make cells be read for others than they are: merged ones, two columns of one heading."""
    header, sheet = table.header, table.sheet
    twice = Counter(compact(cells[-1]) for cells in header.levels if cells)
    problems = [
        sheet.problem(
            header.bottom, column, f"ลบหรือเปลี่ยนชื่อคอลัมน์ “{table.labels[name]}” ที่ไม่ใช้ ให้เหลือคอลัมน์เดียว"
        )
        for name, column in header.columns.items()
        if twice[compact(header.levels[column][-1])] > 1
    ]
    known = set(header.columns.values())
    for top, left, bottom, right in sheet.merged:
        if bottom >= header.first and known.intersection(range(left, right + 1)):
            place = f"{letter(left)}{top + 1}:{letter(right)}{bottom + 1}"
            problems.append(sheet.problem(top, left, f"ยกเลิกการผสานเซลล์ {place} แล้วใส่ค่าแยกทีละเซลล์"))
            if len(problems) >= MOST_ROWS:
                break
    return problems


# Lines


def read_lines(table: Table, jobs: Mapping[str, int], found: Found) -> set[int]:
    """The plan items that the file has."""
    by_number = {job_number(job): item for job, item in jobs.items()}
    seen: dict[int, int] = {}
    filled = [row for row in range(table.header.first, len(table.sheet.rows)) if not table.blank(row)]
    if len(filled) > MOST_ROWS:
        message = f"ลบแถวที่ไม่ใช่งานของคุณ ตารางนี้มี {len(filled):,} แถว"
        found.problems.append(table.sheet.problem(None, None, message))
        return set(jobs.values())
    for row in filled:
        item = _item(table, row, by_number, found)
        if item is None:
            continue
        first = seen.setdefault(item, row)
        if first != row:
            found.fault(table, row, "job_no", f"ใส่งานนี้เพียงแถวเดียว มีอยู่แล้วที่แถว {first + 1}")
            continue
        _result(table, row, item, found)
        for name in TEXTS:
            if table.column(name) is not None:
                _text(table, row, name, f"l{item}-{name}", found)
    return set(seen)


def _item(table: Table, row: int, jobs: Mapping[str, int], found: Found) -> int | None:
    """None where the row is no line: a total, or a remark that stands alone."""
    written = table.value(row, "job_no")
    job = match_job(written, jobs)
    if job is not None:
        return jobs[job]
    others = any(table.value(row, name) != "" for name in table.header.columns if name != "job_no")
    if not others or is_total(show(written)):
        return None
    if written == "":
        found.fault(table, row, "job_no", "ใส่เลขที่งานของแถวนี้ หรือลบข้อความในแถวนี้ พบช่องว่าง")
    else:
        short = job_number(written)[:_LONGEST_SHOWN]
        found.fault(table, row, "job_no", f"ใช้เลขที่งานที่เป็นงานของคุณเดือนนี้ ไม่พบ “{short}” ลบแถวนี้ถ้าไม่ใช้")
    return None


def _result(table: Table, row: int, item: int, found: Found) -> None:
    """What the two cells of a result say together; a number without a word means that there is a result."""
    key = f"l{item}"
    before = len(found.problems)
    kind, quantity = _kind(table, row, found), _quantity(table, row, found)
    if len(found.problems) > before:
        return
    if isinstance(quantity, AnswerKind):
        if kind not in (AnswerKind.NONE, quantity):
            found.fault(table, row, "quantity", f"เลือก “{quantity.label}” หรือใส่ตัวเลข")
            return
        kind, quantity = quantity, None
    if quantity and kind in (AnswerKind.NOTHING, AnswerKind.NOT_AVAILABLE):
        found.fault(table, row, "quantity", CONTRADICTION)
    elif quantity is None and kind is AnswerKind.VALUE:
        found.fault(table, row, "quantity", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป หรือลบคำว่า “มีผล” ถ้ายังไม่กรอก")
    else:
        if kind is AnswerKind.NONE and quantity is not None:
            kind = AnswerKind.VALUE
        said = thai.quantity(quantity) if kind is AnswerKind.VALUE else ""
        standing = zip(found.standing(f"{key}-kind"), found.standing(f"{key}-quantity"), strict=True)
        if (kind.value, said) not in standing:
            found.put(f"{key}-kind", kind.value, table, row, "kind")
            found.put(f"{key}-quantity", said, table, row, "quantity")


def _kind(table: Table, row: int, found: Found) -> AnswerKind:
    word = compact(table.text(row, "kind"))
    if not word or word == compact(AnswerKind.NONE.label):
        return AnswerKind.NONE
    if word not in _KINDS:
        labels = ", ".join(kind.label for kind in AnswerKind if kind)
        found.fault(table, row, "kind", f"เลือกว่าเดือนนี้มีผลอย่างไร เป็นหนึ่งใน {labels}")
    return _KINDS.get(word, AnswerKind.NONE)


def _quantity(table: Table, row: int, found: Found) -> Decimal | AnswerKind | None:
    """A figure, or the word that there is none where the figure should be."""
    word = _KINDS.get(compact(table.text(row, "quantity")), AnswerKind.VALUE)
    if word is not AnswerKind.VALUE:
        return word
    return _figure(table, row, "quantity", found)


def _figure(table: Table, row: int, name: str, found: Found) -> Decimal | None:
    try:
        if row >= len(table.sheet.rows):
            return None
        return figure(table.sheet, row, table.column(name), table.labels[name], found.problems)
    except Bad:
        return None


# Texts


def _text(table: Table, row: int, name: str, key: str, found: Found) -> None:
    standing, text = found.standing(key), table.text(row, name)
    if _no_text(table, row, name, found, standing) or text in standing:
        return
    if text in _DASHES:
        text = ""
    words = _CHOICES.get(name)
    if words is not None:
        text = words.get(compact(text), text)
    if text not in standing:
        found.put(key, text, table, row, name)


def _no_text(table: Table, row: int, name: str, found: Found, kept: Collection[str]) -> bool:
    """A formula never worked out, or one that went wrong: a fault, unless it is ``kept`` so."""
    column = table.column(name)
    place = f"{letter(column or 0)}{row + 1}"
    if column is not None and (row, column) in table.sheet.uncached:
        found.fault(table, row, name, f"เปิดไฟล์ใน Excel แล้วบันทึกใหม่ เซลล์ {place} เป็นสูตรที่ยังไม่มีค่า")
        return True
    text = table.text(row, name)
    if text in _ERRORS and text not in kept:
        found.fault(table, row, name, f"พิมพ์ข้อความแทนสูตรที่เซลล์ {place} Excel คิดค่าไม่ได้")
        return True
    return False


# The month as a whole


def read_works(table: Table, found: Found) -> None:
    """All rows together, as the page keeps them; blank ones, and rows of dashes, are none."""
    standing = [_works(found.kept)] if found.base is None else [_works(found.kept), _works(found.base)]
    texts = {text for works in standing for fields in works for text in fields.values()}
    rows: list[tuple[int, dict[str, str]]] = []
    for row in range(table.header.first, len(table.sheet.rows)):
        if not table.blank(row) and len(rows) <= MOST_WORKS:
            rows.append((row, _work(table, row, texts, found)))
    if [fields for _, fields in rows] in standing:
        return
    said = [(row, {name: _undashed(text) for name, text in fields.items()}) for row, fields in rows]
    said = [(row, fields) for row, fields in said if any(fields.values())]
    if [fields for _, fields in said] in standing:
        return
    found.put("works", "sent", table, said[-1][0] if said else table.header.bottom, "name")
    for n, (row, fields) in enumerate(said):
        for name, text in fields.items():
            found.put(f"u{n}-{name}", text, table, row, name)


def _work(table: Table, row: int, kept: Collection[str], found: Found) -> dict[str, str]:
    quantity = _figure(table, row, "quantity", found)
    for name in WORK_FIELDS:
        if name != "quantity":
            _no_text(table, row, name, found, kept)
    return {name: table.text(row, name) for name in WORK_FIELDS} | {
        "quantity": "" if quantity is None else thai.quantity(quantity)
    }


def _undashed(text: str) -> str:
    return "" if text in _DASHES else text


def _works(fields: Mapping[str, str]) -> list[dict[str, str]]:
    """As a file shows them: without blank rows."""
    rows = ({name: plain(fields.get(f"u{n}-{name}", "")) for name in WORK_FIELDS} for n in range(MOST_WORKS))
    return [row for row in rows if any(row.values())]


def read_self(table: Table, found: Found) -> None:
    """One row; what stands under it would be lost, so it is told."""
    first = table.header.first
    for name in ("rating", "lesson"):
        if table.column(name) is not None:
            _text(table, first, name, name, found)
    for row in range(first + 1, len(table.sheet.rows)):
        for name in ("rating", "lesson"):
            if table.text(row, name) not in ("", *_DASHES):
                found.fault(table, row, name, f"ย้ายข้อความนี้ไปต่อในเซลล์แถว {first + 1} ใส่ได้แถวเดียว")
                return

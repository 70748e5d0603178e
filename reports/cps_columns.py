"""Which column of a CPS sheet is what: the headings that can be pointed out, and what somebody has said."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from office.sheets import Book, Header, Sheet, compact, header_at, heading_rows, letter, text

FIELDS = {
    "person_code": "รหัสเจ้าหน้าที่",
    "person_name": "ชื่อเจ้าหน้าที่",
    "job_no": "เลขที่งาน",
    "quantity": "จำนวน",
    "worked_on": "วันที่ปฏิบัติงาน",
    "recorded_on": "วันที่บันทึก",
    "place": "สหกรณ์/กลุ่มเกษตรกร",
    "counting_unit": "หน่วยนับ",
}
NEEDS: tuple[str | tuple[str, ...], ...] = ("job_no", "quantity", ("person_code", "person_name"))
"""Of a tuple any one."""
FEWEST = 3
"""A row with fewer headings can't name what is needed."""
WIDEST = 100
"""Columns further to the right are left alone."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Headings:
    """One row of a sheet taken as headings; cells without a word are left out."""

    sheet: Sheet
    row: int
    """Counted from 0."""
    columns: tuple[int, ...]
    texts: tuple[str, ...]

    @property
    def signature(self) -> str:
        """Alike for the same set of headings; where two are alike, for the same ones in the same order."""
        keys = [compact(each) for each in self.texts]
        ordered = keys if max(Counter(keys).values(), default=0) > 1 else sorted(keys)
        return hashlib.sha256("\n".join(ordered).encode()).hexdigest()

    def labels(self) -> list[tuple[int, str]]:
        """Each column with its letter and heading, for choosing."""
        pairs = zip(self.columns, self.texts, strict=True)
        return [(column, f"{letter(column)} · {heading}") for column, heading in pairs]


@dataclass(frozen=True, slots=True)
class Saved:
    """A mapping of the office, as kept."""

    signature: str
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    """Field → place among ``headings``."""
    sheet: str
    version: int
    by: str
    at: datetime

    def over(self, found: Headings) -> dict[str, int]:
        """Field → column of the sheet, whose headings may stand in another order."""
        if len(set(map(compact, self.headings))) < len(self.headings):
            return {name: found.columns[place] for name, place in self.columns.items()}
        at = {compact(each): column for each, column in zip(found.texts, found.columns, strict=True)}
        return {name: at[compact(self.headings[place])] for name, place in self.columns.items()}


def headings_in(sheet: Sheet) -> Iterator[Headings]:
    """The rows that may be headings, from the top."""
    for row, cells in enumerate(heading_rows(sheet)):
        words = [
            (column, text(cell)[:LONGEST])
            for column, cell in enumerate(cells[:WIDEST])
            if isinstance(cell, str) and compact(cell)
        ]
        if len(words) >= FEWEST:
            yield Headings(sheet, row, tuple(each for each, _ in words), tuple(each for _, each in words))


def likeliest(found: Sequence[Headings]) -> Headings | None:
    """Where nobody has said which row: the one with most headings and no figures, the first of several."""
    return max(found, key=_likely, default=None)


def _likely(found: Headings) -> tuple[bool, int, int]:
    figures = any(isinstance(cell, float) for cell in found.sheet.rows[found.row])
    return not figures, len(set(found.texts)), -found.row


def mapped(book: Book, saved: Sequence[Saved]) -> tuple[Header, Saved] | None:
    """The first sheet and row whose headings somebody has mapped; of several mappings the first given."""
    if not saved:
        return None
    rows = [(found.signature, found) for sheet in book.by_visibility() for found in headings_in(sheet)]
    for mapping in saved:
        fitting = [found for signature, found in rows if signature == mapping.signature]
        if fitting:
            found = min(fitting, key=lambda each: each.sheet.name != mapping.sheet)
            return header_at(found.sheet, found.row, mapping.over(found)), mapping
    return None


def alike(book: Book, first: Header, saved: Saved) -> Iterator[Header]:
    """The other sheets, not hidden ones, that have the headings of the one read."""
    for sheet in book.sheets:
        if sheet is not first.sheet and sheet.visible:
            for found in headings_in(sheet):
                if found.signature == saved.signature:
                    yield header_at(sheet, found.row, saved.over(found))
                    break


def faults(chosen: Mapping[str, int]) -> dict[str, str]:
    """What keeps a choice of columns from being read: field → what to do."""
    wrong = {}
    for need in NEEDS:
        names = (need,) if isinstance(need, str) else need
        if not any(name in chosen for name in names):
            wrong[names[0]] = f"เลือกคอลัมน์ของ{'หรือ'.join(FIELDS[name] for name in names)}"
    first: dict[int, str] = {}
    for name in FIELDS:
        if name in chosen and first.setdefault(chosen[name], name) != name:
            wrong[name] = f"เลือกคอลัมน์อื่น คอลัมน์นี้เลือกไว้เป็น{FIELDS[first[chosen[name]]]}แล้ว"
    return wrong

"""What a read workbook is, what a fault in it is, and how its cells become text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from office import thai

MERGE_SPAN = tuple[int, int, int, int]

_PUNCTUATION = re.compile(r"[\s.,:;\-–—_/\\()\[\]{}*'\"“”‘’ฯ]+")
_JOB = re.compile(r"^(?P<prefix>.*?)(?:ที่)?\s*(?P<number>\d+(?:[./-]\d+)*)[.)]?$")
_FIGURES = re.compile(r"\d+")
_LONGEST_JOB = 200
"""A longer text is prose; the pattern of a job number would cost its length squared."""
_BARE_ABBREVIATION = re.compile(r"^[ก-ฮ]{2,5}$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. ``row`` counts from 1; ``column`` is Excel's letter; for csv the sheet is the file."""

    sheet: str
    row: int | None
    column: str | None
    value: str
    message: str

    def as_dict(self) -> dict[str, str | int | None]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }


class WorkbookError(Exception):
    """The file can't be read at all; ``problems`` says why and what to do."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class Sheet:
    """One sheet. ``rows`` keep their place: ``rows[i][j]`` is Excel's row i+1, column j+1; blank is ''."""

    name: str
    rows: list[list[object]]
    visible: bool = True
    merged: list[MERGE_SPAN] = field(default_factory=list)
    """Merged ranges as (top, left, bottom, right), counted from 0, ends included."""
    uncached: dict[tuple[int, int], str] = field(default_factory=dict)
    """Formulas the file holds no value for, by (row, column) counted from 0."""
    errors: set[tuple[int, int]] = field(default_factory=set)
    """Cells that hold an error as #REF!."""
    hidden_rows: list[int] = field(default_factory=list)
    """Rows that hold something and that Excel doesn't show, counted from 0; known of xlsx alone."""
    is_file: bool = False
    """Whether it is a file of text, after which it is named."""

    def cell(self, row: int, column: int) -> object | None:
        """The value at Excel's row and column, both from 1; None when blank or outside."""
        if not (1 <= row <= len(self.rows) and 1 <= column <= len(self.rows[row - 1])):
            return None
        value = self.rows[row - 1][column - 1]
        return None if value == "" else value

    def problem(self, row: int | None, column: int | None, message: str, value: object = "") -> Problem:
        """A fault at a place counted from 0, told in Excel's own terms."""
        return Problem(
            sheet=self.name,
            row=None if row is None else row + 1,
            column=None if column is None else letter(column),
            value=show(value),
            message=message,
        )


@dataclass(slots=True)
class Book:
    """A read file: its name and its sheets, hidden ones too (``Sheet.visible``)."""

    name: str
    sheets: list[Sheet]
    is_text: bool = False
    """Whether its content is text, whatever its name says."""

    @property
    def misnamed(self) -> bool:
        """Whether it is text under the name of an Excel workbook."""
        return self.is_text and self.name.lower().endswith((".xlsx", ".xlsm", ".xls"))

    def by_visibility(self) -> list[Sheet]:
        """Visible sheets first, each group in the file's order."""
        return sorted(self.sheets, key=lambda sheet: not sheet.visible)


def letter(column: int) -> str:
    """Excel's letters of a column counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def show(value: object) -> str:
    """A cell as the person sees it: 427 rather than 427.0, dates in the Buddhist era."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(round(value, 6))
    if isinstance(value, dt.date):
        year = value.year + 543 if value.year < 2400 else value.year
        return f"{value.day:02}/{value.month:02}/{year}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)


def text(value: object) -> str:
    """A cell as clean text: one space between words, canonical Thai marks, Arabic digits."""
    return _clean(value) if isinstance(value, str) else show(value)


@lru_cache(maxsize=8192)
def _clean(value: str) -> str:
    return thai.normalize(value)


def compact(value: object) -> str:
    """A cell as a key for comparing words: Arabic digits, no spaces, no punctuation, lower case."""
    return _squeezed(text(value))


@lru_cache(maxsize=8192)
def _squeezed(value: str) -> str:
    return _PUNCTUATION.sub("", value).casefold()


def job_number(value: object) -> str:
    """The canonical job number: "สสจ.๑", "สสจ 01" and "สสจ.  1" all become "สสจ. 1"."""
    return _job(text(value))


@lru_cache(maxsize=8192)
def _job(written: str) -> str:
    match = _JOB.match(written) if len(written) <= _LONGEST_JOB else None
    if not match or "(" in match["prefix"]:
        return written
    prefix = match["prefix"].strip().removesuffix("ที่").strip()
    number = _FIGURES.sub(lambda part: str(int(part[0])), match["number"])
    if _BARE_ABBREVIATION.match(prefix):
        prefix += "."
    return f"{prefix} {number}" if prefix else number


def match_job(value: object, jobs: Collection[str]) -> str | None:
    """The job a cell means; a bare number means the one job that ends with it. None when unknown."""
    wanted = job_number(value)
    if wanted in jobs:
        return wanted
    if wanted and wanted.replace(".", "").isdigit():
        fitting = [job for job in jobs if job.rpartition(" ")[2] == wanted]
        if len(fitting) == 1:
            return fitting[0]
    return None

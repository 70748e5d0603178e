"""Finding a table's headings by their words, wherever they stand and however they are merged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from office.sheets.model import Sheet, compact

DEPTH = 60
"""A heading further down than this isn't looked for."""
HEIGHT = 3
LONGEST = 60
"""A heading's words, squeezed; a longer text is prose or data."""

_COLUMN_INDEX = re.compile(r"^\(?\d{1,2}\)?(=.*)?$")


@dataclass(slots=True)
class Header:
    """Where the headings were found: rows and columns counted from 0."""

    sheet: Sheet
    top: int
    bottom: int
    columns: dict[str, int]
    levels: list[list[object]] = field(repr=False)
    """Per column the headings above it, outermost first, merged ones repeated."""
    recognised: dict[int, object] = field(default_factory=dict)
    """Columns that ``recognise`` knew, with what it made of them."""
    rivals: dict[str, list[int]] = field(default_factory=dict)
    """Columns left over that mean a field as surely as the one taken for it."""

    @property
    def first(self) -> int:
        """The first data row; a row that merely numbers the columns is passed over."""
        row = self.bottom + 1
        while row < len(self.sheet.rows):
            cells = [cell for cell in self.sheet.rows[row] if cell != ""]
            if len(cells) < 3 or not _numbers_columns(cells):
                break
            row += 1
        return row


def find_header(
    sheet: Sheet,
    wanted: Mapping[str, Sequence[str]],
    required: Sequence[str | tuple[str, ...]],
    recognise: Callable[[object], object | None] | None = None,
) -> Header | None:
    """The best-fitting run of 1–3 heading rows, or None when no run has all that is ``required``.

    ``wanted`` maps a field to its words, best first: ``=word`` must be the whole heading, ``~word`` too
    and counts only where nothing else fits, ``!word`` forbids the field where it stands in the heading or
    above it. A tuple in ``required`` means any.
    ``recognise`` knows headings that are not fields (months) from a cell's raw value.
    """
    terms = {name: _Terms.of(given) for name, given in wanted.items()}
    spread = _spread(sheet)
    best: tuple[int, Header] | None = None
    for top, height in _runs(sheet, spread, recognise):
        header = _match(sheet, spread, top, height, terms, recognise)
        if not _complete(header, required):
            continue
        score = 10 * (len(header.columns) + len(set(header.recognised.values()))) - height
        if _cuts_merged(header) or _leaves_subheadings(header, required):
            score -= 15
        if best is None or score > best[0]:
            best = (score, header)
    return best[1] if best else None


def header_at(sheet: Sheet, row: int, columns: Mapping[str, int]) -> Header:
    """The headings as somebody has pointed them out: one row, counted from 0, and each field's column."""
    cells = heading_rows(sheet)[row]
    return Header(sheet, row, row, dict(columns), [[cell] if cell != "" else [] for cell in cells])


def heading_rows(sheet: Sheet) -> list[list[object]]:
    """The rows in which headings are looked for, each merged range's value in all of its cells."""
    return _spread(sheet)[:DEPTH]


def fields_of(headings: Sequence[object], wanted: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """What one row of headings says by its words alone; fields it doesn't name are absent."""
    terms = {name: _Terms.of(given) for name, given in wanted.items()}
    return _assign([[cell] if cell != "" else [] for cell in headings], terms, taken=set())[0]


@dataclass(frozen=True, slots=True)
class _Terms:
    """A field's words as keys with their mark ("=", "~" or ""), best first; and the words that forbid it."""

    words: list[tuple[str, str]]
    bans: list[str]
    known: dict[tuple[str, str], int] = field(default_factory=dict, compare=False)

    @classmethod
    def of(cls, given: Sequence[str]) -> _Terms:
        return cls(
            words=[
                (compact(word.lstrip("=~")), word[0] if word[0] in "=~" else "")
                for word in given
                if word[0] != "!"
            ],
            bans=[compact(word[1:]) for word in given if word[0] == "!"],
        )

    def fit(self, deepest: str, joined: str) -> int:
        """How surely a heading means this field; 0 when it doesn't."""
        if (deepest, joined) not in self.known:
            self.known[deepest, joined] = self._fit(deepest, joined)
        return self.known[deepest, joined]

    def _fit(self, deepest: str, joined: str) -> int:
        if any(ban in joined for ban in self.bans):
            return 0
        fits = (_fit(word, deepest, joined, mark) - rank for rank, (word, mark) in enumerate(self.words))
        return max(0, *fits)


def _spread(sheet: Sheet) -> list[list[object]]:
    """The first rows with each merged range's value in all of its cells."""
    rows = [list(row) for row in sheet.rows[: DEPTH + HEIGHT]]
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in range(top, min(bottom + 1, len(rows))):
            for column in range(left, min(right + 1, len(rows[row]))):
                rows[row][column] = rows[top][left]
    return rows


def _runs(
    sheet: Sheet, spread: list[list[object]], recognise: Callable[[object], object | None] | None
) -> Iterator[tuple[int, int]]:
    """Top and height of each run of rows that may hold headings: no figures, no title, no gap."""
    for top in range(min(DEPTH, len(sheet.rows))):
        if _has_figures(sheet, top) or not any(sheet.rows[top]):
            continue
        yield top, 1
        for bottom in range(top + 1, min(top + HEIGHT, len(spread))):
            if _has_figures(sheet, bottom) or not _heads(sheet, spread, bottom - 1, bottom, recognise):
                break
            if len(set(spread[bottom]) - {""}) > 1 or _heads(sheet, spread, bottom, bottom, recognise):
                yield top, bottom - top + 1


def _heads(
    sheet: Sheet,
    spread: list[list[object]],
    row: int,
    bottom: int,
    recognise: Callable[[object], object | None] | None,
) -> bool:
    """Whether a row may be part of headings of several rows, which a line of the title is not.

    A title is one cell, alone, or merged from the left over half of the table; a banner of one merged
    cell starts above (or under) a heading that ``recognise`` knows.
    """
    words = set(spread[row]) - {""}
    spans = [(left, right) for top, left, last, right in sheet.merged if top <= row <= last]
    wide = [(left, right) for left, right in spans if right > left]
    half = max(map(len, spread[row : bottom + 1])) / 2
    if any(
        right - left + 1 >= half and not any(cell != "" for cell in spread[row][:left])
        for left, right in wide
    ):
        return False
    if len(words) > 1:
        return len(words) > 2 or bool(spans)
    if not words or recognise is None:
        return False
    near = spread[max(0, row - 1) : row + HEIGHT]
    return any(recognise(cells[left]) is not None for left, _ in wide for cells in near if left < len(cells))


def _match(
    sheet: Sheet,
    spread: list[list[object]],
    top: int,
    height: int,
    terms: Mapping[str, _Terms],
    recognise: Callable[[object], object | None] | None,
) -> Header:
    width = max(len(row) for row in spread[top : top + height])
    levels: list[list[object]] = [[] for _ in range(width)]
    for row in spread[top : top + height]:
        for column, cell in enumerate(row):
            if cell != "" and (not levels[column] or levels[column][-1] != cell):
                levels[column].append(cell)
    recognised: dict[int, object] = {}
    if recognise:
        for column, cells in enumerate(levels):
            known = [found for found in map(recognise, cells) if found is not None]
            if known:
                recognised[column] = known[-1]
    taken = {*recognised, *(_beside(spread[top : top + height - 1], recognise) if recognise else ())}
    columns, rivals = _assign(levels, terms, taken)
    return Header(sheet, top, top + height - 1, columns, levels, recognised, rivals)


def _beside(rows: list[list[object]], recognise: Callable[[object], object | None]) -> Iterator[int]:
    """The empty cells to the right of a heading that ``recognise`` knows: what is below them is its own."""
    for cells in rows:
        known = False
        for column, cell in enumerate(cells):
            known = recognise(cell) is not None if cell != "" else known
            if known and cell == "":
                yield column


def _cuts_merged(header: Header) -> bool:
    """Whether a heading's merged cells reach beyond these rows: then the rows they reach are headings too."""
    used = {*header.columns.values(), *header.recognised}
    return any(
        top <= header.bottom
        and bottom >= header.top
        and (top < header.top or bottom > header.bottom)
        and not used.isdisjoint(range(left, right + 1))
        for top, left, bottom, right in header.sheet.merged
    )


def _leaves_subheadings(header: Header, required: Sequence[str | tuple[str, ...]]) -> bool:
    """Whether the row below only divides banners of the last row: "ผล" over "แผน | ผล"."""
    rows, row = header.sheet.rows, header.bottom + 1
    if row >= len(rows):
        return False
    key = required[0] if isinstance(required[0], str) else required[0][0]
    filled = [column for column, cell in enumerate(rows[row]) if cell != ""]
    return (
        len(filled) > 1
        and header.columns.get(key) not in filled
        and all(isinstance(rows[row][column], str) for column in filled)
        and all(_under_banner(rows[header.bottom], column) for column in filled)
    )


def _under_banner(cells: list[object], column: int) -> bool:
    """Whether a heading with empty cells to its right, or such an empty cell, stands at the column."""
    own, after = (cells[place] if place < len(cells) else "" for place in (column, column + 1))
    return own == "" or after == ""


def _assign(
    levels: list[list[object]],
    terms: Mapping[str, _Terms],
    taken: set[int],
) -> tuple[dict[str, int], dict[str, list[int]]]:
    """Each field its best column, each column one field: the surest pairs first; and the rivals left over."""
    pairs: list[tuple[int, int, str]] = []
    for column, cells in enumerate(levels):
        if column in taken or not cells:
            continue
        deepest, joined = compact(cells[-1]), compact("".join(str(cell) for cell in cells))
        if not deepest or len(deepest) > LONGEST:
            continue
        for name, given in terms.items():
            if fit := given.fit(deepest, joined):
                pairs.append((-fit, column, name))
    found: dict[str, int] = {}
    used: set[int] = set()
    for _, column, name in sorted(pairs):
        if name not in found and column not in used:
            found[name] = column
            used.add(column)
    surest = {name: fit for fit, column, name in pairs if found.get(name) == column}
    rivals: dict[str, list[int]] = {}
    for fit, column, name in sorted(pairs):
        if column not in used and surest.get(name) == fit:
            rivals.setdefault(name, []).append(column)
    return found, rivals


def _fit(word: str, deepest: str, joined: str, mark: str) -> int:
    if word in (deepest, joined):
        return 500 if mark == "~" else 4000
    if mark:
        return 0
    if deepest.startswith(word):
        return 3000
    if word in deepest:
        return 2000
    return 1000 if word in joined and len(joined) <= LONGEST else 0


def _complete(header: Header, required: Sequence[str | tuple[str, ...]]) -> bool:
    return all(
        any(name in header.columns for name in ((need,) if isinstance(need, str) else need))
        for need in required
    )


def _has_figures(sheet: Sheet, row: int) -> bool:
    return any(isinstance(cell, float) for cell in sheet.rows[row])


def _numbers_columns(cells: list[object]) -> bool:
    numbers = [compact(cell).partition("=")[0] for cell in cells]
    if not all(_COLUMN_INDEX.match(number) for number in numbers):
        return False
    figures = [int(number) for number in numbers]
    return figures[0] <= 1 and all(after - before == 1 for before, after in pairwise(figures))

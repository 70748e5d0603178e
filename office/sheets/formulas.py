"""Working out the plain sums of a file that holds no values for its formulas (made by a program).

Only figures of the same sheet: references, ranges, + and -, SUM and MAX. Anything else stays unknown.
"""

from __future__ import annotations

import re

from office.sheets.model import Sheet

_REFERENCE = re.compile(r"^\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?$")
_CALL = re.compile(r"^(SUM|MAX)\(([^()]*)\)$")
_TERM = re.compile(r"([+-]?)((?:SUM|MAX)\([^()]*\)|\$?[A-Z]{1,3}\$?\d{1,7}|\d+(?:\.\d+)?)")
_DEPTH = 20
_MOST_CELLS = 10_000
_MOST_WORK = 1_000_000
"""Cells looked at for all formulas of a sheet; what is left then stays unknown."""
_RANGE = re.compile(r"([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})")


class _Unknown(Exception):  # noqa: N818
    """The formula is beyond what is worked out here."""


def index_of(letters: str) -> int:
    """Excel's column letters as an index counted from 0."""
    index = 0
    for character in letters:
        index = index * 26 + ord(character) - 64
    return index - 1


def fill_in(sheet: Sheet) -> None:
    """Put the value of each formula that can be worked out in its cell; the rest stays in ``uncached``."""
    values: dict[tuple[int, int], float] = {}
    work = 0
    for place, formula in list(sheet.uncached.items()):
        work += _cells_named(formula)
        if work > _MOST_WORK:
            break
        try:
            values[place] = _value(sheet, place, values, _DEPTH)
        except _Unknown:
            continue
    for (row, column), value in values.items():
        if row < len(sheet.rows) and column < len(sheet.rows[row]):
            sheet.rows[row][column] = value
            sheet.uncached.pop((row, column), None)


def _cells_named(formula: str) -> int:
    """How many cells its ranges hold, at most; each range that is worked out has at most so many."""
    return len(formula) + sum(
        min(
            (abs(int(bottom) - int(top)) + 1) * (abs(index_of(right) - index_of(left)) + 1),
            _MOST_CELLS,
        )
        for left, top, right, bottom in _RANGE.findall(formula.upper())
    )


def _value(sheet: Sheet, place: tuple[int, int], known: dict[tuple[int, int], float], depth: int) -> float:
    if place in known:
        return known[place]
    if place in sheet.uncached:
        if depth == 0:
            raise _Unknown
        known[place] = _evaluate(sheet, sheet.uncached[place], known, depth - 1)
        return known[place]
    row, column = place
    cell = sheet.rows[row][column] if row < len(sheet.rows) and column < len(sheet.rows[row]) else ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    return 0.0 if not isinstance(cell, str) or cell.strip() in ("", "-") else _refuse()


def _refuse() -> float:
    raise _Unknown


def _evaluate(sheet: Sheet, formula: str, known: dict[tuple[int, int], float], depth: int) -> float:
    plain = formula.replace(" ", "").lstrip("=").upper()
    total, end = 0.0, 0
    for match in _TERM.finditer(plain):
        if match.start() != end or (end and not match[1]):
            raise _Unknown
        end = match.end()
        value = _term(sheet, match[2], known, depth)
        total += -value if match[1] == "-" else value
    if not plain or end != len(plain):
        raise _Unknown
    return total


def _term(sheet: Sheet, term: str, known: dict[tuple[int, int], float], depth: int) -> float:
    if call := _CALL.match(term):
        figures = [
            _value(sheet, place, known, depth) if _counts(sheet, place) else 0.0
            for argument in call[2].split(",")
            for place in _places(argument)
        ]
        return sum(figures) if call[1] == "SUM" else max(figures, default=0.0)
    if term[0].isdigit():
        return float(term)
    return _value(sheet, _places(term)[0], known, depth)


def _counts(sheet: Sheet, place: tuple[int, int]) -> bool:
    """SUM and MAX pass over text, as Excel does."""
    row, column = place
    if place in sheet.uncached:
        return True
    return (
        row < len(sheet.rows)
        and column < len(sheet.rows[row])
        and not isinstance(sheet.rows[row][column], str)
    )


def _places(reference: str) -> list[tuple[int, int]]:
    match = _REFERENCE.match(reference)
    if not match:
        raise _Unknown
    top, left = int(match[2]) - 1, index_of(match[1])
    bottom, right = (int(match[4]) - 1, index_of(match[3])) if match[3] else (top, left)
    if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
        raise _Unknown
    return [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]

"""The year grid: people by months."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from office.access import Actor, Perm, requires, unit_reach
from office.calendar import Month
from reports.dashboard import Rate
from reports.views.plan_pages import YEARS
from reports.year_grid import Cell, PersonRow, YearGrid, read_year


@requires(Perm.COMPLIANCE_VIEW)
@require_safe
def year_grid(request: HttpRequest, year: int) -> HttpResponse:
    """``?unit=ID&q=TEXT`` narrow it; the figures under the months are of the unit."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if year not in YEARS:
        raise Http404
    whole = read_year(actor, year, now=request.now)  # type: ignore[attr-defined]
    if whole is None:
        return render(request, "reports/year_grid.html", {"year": year, "others": _others(year, None)})
    request.user.office = whole.columns[0].board.month.office  # type: ignore[union-attr]  # shown by every page
    units = whole.units
    unit = {str(pk): pk for pk in units}.get(request.GET.get("unit", ""))
    text = request.GET.get("q", "").strip()[:100]
    grid = whole.of_unit(unit)
    everybody = grid.people()
    shown = grid.people(text) if text else everybody
    cells, rates, opens = Cells(grid), _rates(grid), unit_reach(actor, Perm.YEAR_LIST)
    page: dict[str, Any] = {
        "year": year,
        "others": _others(year, whole.years),
        "grid": grid,
        "latest": _latest(grid, request.now),  # type: ignore[attr-defined]
        "units": units.items(),
        "unit": unit,
        "text": text,
        "everybody": len(everybody),
        "shown": len(shown),
        "groups": [
            (group.unit, opens(group.unit_id), [(person, cells.of(person)) for person in group.rows])
            for group in grid.grouped(shown)
        ],
        "some_open": any(may_open := [opens(unit) for unit in units]) and not all(may_open),
        "months": [
            (column, each) for column, each in zip(grid.columns, rates, strict=True) if not column.to_come
        ],
        "totals": [(line[0].label, line) for line in zip(*rates, strict=True)],
        "on_time": sum(person.on_time for person in everybody),
        "due": sum(len(person.due) for person in everybody),
    }
    return render(request, "reports/year_grid.html", page)


class Cells:
    """A person's cells as HTML. Cells that differ in nothing but the person are rendered once."""

    _CODE = "{code}"

    def __init__(self, grid: YearGrid) -> None:
        self.grid = grid
        self._template = get_template("reports/year_grid.html#cell")
        self._made: dict[tuple[Month, str, str, bool], str] = {}

    def of(self, person: PersonRow) -> SafeString:
        cells = "".join(self._cell(cell) for cell in self.grid.cells(person))
        return SafeString(cells.replace(self._CODE, escape(person.code)))

    def _cell(self, cell: Cell) -> str:
        key = (cell.column.month, cell.state, cell.timing, cell.open_flag)
        if key not in self._made:
            self._made[key] = self._template.render({"cell": cell, "code": self._CODE})
        return self._made[key]


def _rates(grid: YearGrid) -> list[list[Rate]]:
    """Each month's; nothing is said of months to come, nor of months in which nobody is expected."""
    return [
        [Rate(rate.label, None if column.to_come else rate.part, rate.whole) for rate in column.rates]
        for column in grid.columns
    ]


def _latest(grid: YearGrid, now: datetime) -> Month:
    """The last month past its deadline, for the link to its dashboard; the first one before that."""
    past = [column.month for column in grid.columns if column.board.month.grace_end < now]
    return past[-1] if past else grid.columns[0].month


def _others(year: int, known: frozenset[int] | None) -> list[int]:
    """The years before and after that the office has; without this year both may be looked for."""
    return [other for other in (year - 1, year + 1) if other in YEARS and (known is None or other in known)]

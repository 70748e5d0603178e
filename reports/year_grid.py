"""The year grid: who sent what in each month of a fiscal year, in five queries whatever the size.

Each month is a ``dashboard.Board``: its figures are those of that month's dashboard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from office import thai, vocabulary
from office.access import Actor, Perm, unit_reach
from office.calendar import Month, day_of, fiscal_months
from office.models import Membership
from plans.models import MonthlyShare, ReportingMonth
from reports.dashboard import (
    PERSON_FIELDS,
    SHOWN_FIRST,
    UNIT_FIELDS,
    Board,
    BoardRow,
    Rate,
    live_flags,
    registered,
    set_state,
)
from reports.enums import RowState, Timing
from reports.models import ExpectedReport, Flag, MonthlyReport

_ROW = ("person_id", *PERSON_FIELDS, *UNIT_FIELDS)
_CLOCKED = (Timing.MISSING, Timing.LATE)
"""Flags by the clock, scan or no scan."""
_Rows = dict[int, list[tuple[Any, ...]]]
"""Rows of a query by month id."""


@dataclass(frozen=True, slots=True)
class Column:
    """One month of the year."""

    month: Month
    board: Board
    to_come: bool
    """It has not begun."""

    @property
    def name(self) -> str:
        return thai.MONTHS_SHORT[self.month.month - 1]

    @property
    def rates(self) -> list[Rate]:
        return self.board.rates


@dataclass(frozen=True, slots=True)
class Cell:
    """One person's month; ``state`` is NONE where nothing is expected of the person."""

    column: Column
    state: str = RowState.NONE.value
    timing: str = Timing.PENDING.value
    open_flag: bool = False


@dataclass(slots=True)
class PersonRow:
    code: str
    name: str
    unit_id: int
    unit: str
    order: tuple[int, int, int, int]
    months: dict[date, BoardRow] = field(default_factory=dict)

    @property
    def due(self) -> list[BoardRow]:
        """Months whose deadline has passed or that are already in, without the waived."""
        return [row for row in self.months.values() if not row.waiver and row.timing is not Timing.PENDING]

    @property
    def on_time(self) -> int:
        return sum(row.timing is Timing.ON_TIME for row in self.due)


@dataclass(frozen=True, slots=True)
class UnitGroup:
    unit_id: int
    unit: str
    rows: list[PersonRow]


@dataclass(frozen=True, slots=True)
class YearGrid:
    """A fiscal year (BE) of an office within the reach of who looks, in report order."""

    year: int
    columns: list[Column]
    years: frozenset[int]
    """Of the years before and after, those that the office has."""

    @property
    def units(self) -> dict[int, str]:
        rows = [row for column in self.columns for row in column.board.rows]
        return {row.unit_id: row.unit for row in sorted(rows, key=lambda row: row.order)}

    def of_unit(self, unit_id: int | None) -> YearGrid:
        """Each month's rows of the people who served in the unit that month."""
        columns = [Column(each.month, each.board.of_unit(unit_id), each.to_come) for each in self.columns]
        return YearGrid(self.year, columns, self.years)

    def people(self, text: str = "") -> list[PersonRow]:
        """Whose name or code holds the text; each in the unit of the last month they are expected in."""
        found: dict[int, PersonRow] = {}
        for column in reversed(self.columns):
            for row in column.board.rows:
                person = found.get(row.person_id)
                if person is None:
                    person = PersonRow(row.code, row.name, row.unit_id, row.unit, row.order)
                    found[row.person_id] = person
                person.months[column.month.first] = row
        wanted = thai.search_key(text)
        people = sorted(found.values(), key=lambda person: person.order)
        return [
            person
            for person in people
            if not wanted or wanted in thai.search_key(f"{person.code} {person.name}")
        ]

    def grouped(self, people: Iterable[PersonRow]) -> list[UnitGroup]:
        by_unit = groupby(people, key=lambda person: (person.unit_id, person.unit))
        return [UnitGroup(unit_id, unit, list(found)) for (unit_id, unit), found in by_unit]

    def cells(self, person: PersonRow) -> Iterator[Cell]:
        for column in self.columns:
            row = person.months.get(column.month.first)
            if row is None:
                yield Cell(column)
            else:
                yield Cell(column, row.state.value, row.timing.value, has_open_flag(row))


def has_open_flag(row: BoardRow) -> bool:
    return any(not vocabulary.ended(state) for state in row.flags.values())


def read_year(actor: Actor, year: int, *, now: datetime) -> YearGrid | None:
    """None when the office has no months of that fiscal year."""
    wanted = fiscal_months(year)
    around = [wanted[0].previous(), *wanted, wanted[-1].next()]
    found = {
        each.month: each
        for each in ReportingMonth.objects.filter(
            Q(office_id=actor.office_id), first__in=[month.first for month in around]
        ).select_related("office")
    }
    months = [found[month] for month in wanted if month in found]
    if not months:
        return None
    today = day_of(now)
    columns = [
        Column(board.month.month, board, board.month.first > today)
        for board in _boards(actor, months, now=now)
    ]
    others = frozenset(month.fiscal_year for month in found) - {year}
    return YearGrid(year, columns, others)


def _boards(actor: Actor, months: list[ReportingMonth], *, now: datetime) -> Iterator[Board]:
    """The boards of several months of one office, without what their rows lack: four queries."""
    within = unit_reach(actor, Perm.COMPLIANCE_VIEW)
    ids = [month.pk for month in months]
    written = _by_month(ExpectedReport.objects.filter(month__in=ids).values_list("month_id", *_ROW, "waiver"))
    serving = _serving([month for month in months if month.registered_at is None])
    reports: dict[tuple[int, int], tuple[Any, ...]] = {
        (month, person): tuple(facts)
        for month, person, *facts in MonthlyReport.objects.filter(month__in=ids).values_list(
            "month_id", "person_id", "state", "first_submitted_at", "first_deadline"
        )
    }
    flags = _flags(ids)
    for month in months:
        rows = [
            row
            for row in registered(written.get(month.pk, ()), serving.get(month.pk, ()))
            if within(row.unit_id)
        ]
        for row in rows:
            set_state(row, month, reports.get((month.pk, row.person_id)), now)
            known = flags.get((month.pk, row.person_id))
            if not row.waiver and (known or row.timing in _CLOCKED):
                row.flags = live_flags(known or {}, row.timing)
        yield Board(month, sorted(rows, key=lambda row: row.order), frozenset())


def _by_month(rows: Iterable[tuple[Any, ...]]) -> _Rows:
    found: _Rows = defaultdict(list)
    for month, *values in rows:
        found[month].append(tuple(values))
    return found


def _serving(months: list[ReportingMonth]) -> _Rows:
    """``facts.should_report`` of several months in one query."""
    if not months:
        return {}
    office_id = months[0].office_id
    deadline = {month.pk: day_of(month.grace_end) for month in months}
    shares = MonthlyShare.objects.in_force().filter(month=OuterRef("of_month"), person=OuterRef("person"))
    held = Membership.objects.annotate(of_month=F("person__office__months")).filter(
        Exists(shares), of_month__in=deadline, person__office_id=office_id, person__reports=True
    )
    found: _Rows = defaultdict(list)
    for month, starts, ends, *values in held.values_list(
        "of_month", "starts_on", "ends_on", *_ROW, "role", "pk"
    ):
        if starts <= deadline[month] and (ends is None or ends >= deadline[month]):
            found[month].append(tuple(values))
    return found


def _flags(month_ids: list[int]) -> dict[tuple[int, int], dict[str, str]]:
    """By month and person: breach → state, of several of one breach the least settled."""
    found: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    standing = Flag.objects.standing().filter(month__in=month_ids)
    for month, person, breach, state in standing.values_list("month_id", "person_id", "breach", "state"):
        shown = found[month, person].setdefault(breach, state)
        if SHOWN_FIRST[state] < SHOWN_FIRST[shown]:
            found[month, person][breach] = state
    return found

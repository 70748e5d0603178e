"""The year, the year grid, the dashboard and the check say the same of every person-month, scanned or not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest

from appraisals.queries import years_of
from office.calendar import Month
from office.enums import Role
from office.models import Membership, Office, Person, Unit
from plans.models import ReportingMonth
from reports.actions.compliance import check_month
from reports.dashboard import read_board
from reports.models import ExpectedReport
from reports.year_grid import read_year
from tests import builders

pytestmark = pytest.mark.django_db

EARLY = date(2020, 1, 1)
DUE = {
    "2026-10": datetime(2026, 10, 30, 9, 30, tzinfo=UTC),
    "2026-11": datetime(2026, 11, 30, 9, 30, tzinfo=UTC),
}
DAY = timedelta(days=1)


class Town:
    """Joiners, leavers, movers, people on leave and people who don't report, drawn by lot."""

    def __init__(self, seed: int) -> None:
        self.lot = Random(seed)
        self.office: Office = builders.make_office()
        self.units = [builders.make_unit(self.office) for _ in range(2)]
        self.director = builders.make_person(self.units[0], Role.DIRECTOR)
        self.people = [self._person() for _ in range(14)]
        shares = {
            person: [self.lot.choice([None, 0, 4]), self.lot.choice([None, 4])] for person in self.people
        }
        item = builders.make_item(builders.make_plan(self.office), shares)
        for text, due in DUE.items():
            for person in self.lot.sample(self.people, 3):
                self._waive(person, text)
            for person in self.lot.sample(self.people, 8):
                if person.memberships.serving(due.date()).exists():
                    at = due + self.lot.choice([-3, -1, 1, 4, 40]) * DAY
                    builders.send_report(person, {item: 4}, at=at, month=text)

    def _person(self) -> Person:
        since = self.lot.choice([EARLY, EARLY, date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 15)])
        until = self.lot.choice([None, None, date(2026, 10, 29), date(2026, 10, 30), date(2026, 11, 29)])
        reports = self.lot.random() < 0.85
        unit, other = self.lot.sample(self.units, 2)
        if until is not None and until < since:
            until = None
        person = builders.make_person(unit, since=since, until=until, reports=reports)
        if until is not None and self.lot.random() < 0.4:
            self._moves(person, other, until + DAY)
        return person

    @staticmethod
    def _moves(person: Person, unit: Unit, day: date) -> None:
        Membership.objects.create(person=person, unit=unit, role=Role.OFFICER, starts_on=day)

    def _waive(self, person: Person, text: str) -> None:
        month = builders.month_of(self.office, text)
        facts = {"due_at": month.due_at, "waiver": "LEAVE", "waived_at": month.due_at - 9 * DAY}
        ExpectedReport.objects.create(
            office=self.office, person=person, month=month, unit=self.units[0], **facts
        )

    def months(self) -> list[ReportingMonth]:
        return [builders.month_of(self.office, text) for text in DUE]


Axes = dict[tuple[str, str], tuple[str, str]]
"""Code and month → state and timing."""


def on_papers(town: Town, now: datetime) -> Axes:
    return {
        (year.person.code, str(each.month.month)): (each.fact.state.value, each.fact.timing.value)
        for year in years_of(town.people, town.office, 2570, now=now, day=now.date())
        for each in year.months
        if each.fact.expected and str(each.month.month) in DUE
    }


def on_dashboards(town: Town, now: datetime) -> Axes:
    actor = builders.actor(town.director)
    found: Axes = {}
    for text in DUE:
        board = read_board(actor, Month.parse(text), now=now)
        assert board is not None
        found |= {(row.code, text): (row.state.value, row.timing.value) for row in board.rows}
    return found


def in_the_grid(town: Town, now: datetime) -> Axes:
    grid = read_year(builders.actor(town.director), 2570, now=now)
    assert grid is not None
    codes = {person.pk: person.code for person in town.people}
    return {
        (codes[row.person_id], str(column.month)): (row.state.value, row.timing.value)
        for column in grid.columns
        for row in column.board.rows
        if str(column.month) in DUE
    }


def checked(town: Town, now: datetime) -> dict[str, set[tuple[str, str]]]:
    checks = [check_month(each, as_of=now, by=builders.SYSTEM, store=False) for each in town.months()]
    return {
        "expected": {(code, str(check.month)) for check in checks for code in check.expected},
        "missing": {(code, str(check.month)) for check in checks for code in check.missing},
        "late": {(code, str(check.month)) for check in checks for code in check.late},
        "submitted": {(code, str(check.month)) for check in checks for code in check.submitted},
    }


def as_checked(axes: Axes) -> dict[str, set[tuple[str, str]]]:
    counted = {key: timing for key, (state, timing) in axes.items() if state != "waived"}
    return {
        "expected": set(counted),
        "missing": {key for key, timing in counted.items() if timing == "missing"},
        "late": {key for key, timing in counted.items() if timing == "late"},
        "submitted": {key for key, timing in counted.items() if timing in ("on-time", "late")},
    }


@pytest.mark.parametrize("seed", range(6))
def test_all_say_the_same_before_and_after_the_scan(seed):
    town = Town(seed)
    for now in (
        DUE["2026-10"] - 2 * DAY,
        DUE["2026-10"] + timedelta(hours=1),
        DUE["2026-10"] + 5 * DAY,
        DUE["2026-11"] + 2 * DAY,
    ):
        for scanned in (False, True):
            if scanned:
                for month in town.months():
                    check_month(month, as_of=now, by=builders.SYSTEM, store=True)
            papers = on_papers(town, now)
            assert papers == on_dashboards(town, now) == in_the_grid(town, now)
            assert as_checked(papers) == checked(town, now)
    assert len({timing for _, timing in papers.values()}) >= 2

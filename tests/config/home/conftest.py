"""Home by role."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from meetings.actions import make_meetings
from office import clock
from office.enums import Role
from office.models import Holiday
from reports.enums import Breach, FlagState, ReportState, WaiverKind
from reports.models import ExpectedReport
from tests import builders
from tests.config.home.scene import NOW, flag, report


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Set another instant by calling it."""

    def at(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    at(NOW)
    return at


@pytest.fixture
def office():
    return builders.make_office()


@pytest.fixture
def unit(office):
    return builders.make_unit(office)


@pytest.fixture
def plan(office):
    plan = builders.make_plan(office)
    make_meetings(plan.fiscal_year, by=builders.SYSTEM, now=builders.MADE_AT)
    Holiday.objects.update(confirmed=True)
    return plan


@pytest.fixture
def officer(unit, plan):
    person = builders.make_person(unit)
    builders.make_item(plan, {person: [5] * 12})
    builders.make_item(plan, {person: [2] * 12})
    return person


@pytest.fixture
def cast(unit, plan):
    """Five officers: missing, submitted late, returned, accepted, waived."""
    people = [builders.make_person(unit, first_name=name) for name in ("ขาด", "ช้า", "แก้", "รับ", "เว้น")]
    builders.make_item(plan, {person: [1] * 12 for person in people})
    _missing, late, returned, accepted, excused = people
    report(late, first=datetime(2026, 11, 1, 3, tzinfo=UTC))
    report(returned, state=ReportState.RETURNED)
    report(accepted, state=ReportState.ACCEPTED)
    october = builders.month_of(unit.office)
    ExpectedReport.objects.create(
        office=unit.office,
        person=excused,
        month=october,
        unit=unit,
        due_at=october.due_at,
        waiver=WaiverKind.DUTY,
        waived_at=NOW,
    )
    flag(late, Breach.LATE)
    flag(accepted, Breach.OFF_PLAN)
    flag(returned, Breach.OFF_PLAN, state=FlagState.CLEARED)
    return people


@pytest.fixture
def clerk(unit):
    return builders.make_person(unit, Role.GENERAL_ADMIN, reports=False)

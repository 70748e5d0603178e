"""The officer's month in the browser."""

from __future__ import annotations

from datetime import datetime

import pytest

from office import clock
from tests import builders as b
from tests.reports.month_pages.scene import IN_MONTH


@pytest.fixture
def office():
    return b.make_office()


@pytest.fixture
def unit(office):
    return b.make_unit(office)


@pytest.fixture
def plan(office):
    return b.make_plan(office)


@pytest.fixture
def ann(unit):
    return b.make_person(unit, first_name="อัน")


@pytest.fixture
def at(monkeypatch):
    """Set the clock that the edge reads."""

    def setter(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    setter(IN_MONTH)
    return setter

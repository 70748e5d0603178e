from datetime import UTC, datetime

import pytest

from plans.actions import open_year
from plans.models import ReportingMonth
from tests import builders

pytestmark = pytest.mark.django_db


def test_opening_a_year_twice_makes_exactly_twelve_months():
    office = builders.make_office()
    for _ in range(2):
        open_year(office, 2570, by=builders.SYSTEM, now=builders.MADE_AT)
    months = list(ReportingMonth.objects.filter(office=office).order_by("first"))
    assert [str(month.month) for month in months][:2] == ["2026-10", "2026-11"]
    assert len(months) == 12


def test_october_is_due_at_the_meeting_day_before_the_weekend():
    office = builders.make_office()
    open_year(office, 2570, by=builders.SYSTEM, now=builders.MADE_AT)
    october = builders.month_of(office)
    assert october.due_at == datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
    assert october.lock_at == datetime(2026, 11, 6, 9, 30, tzinfo=UTC)

"""Scans that were days off, ran late or under a clock that jumped: in the end the flags of one daily run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reports.actions.compliance import check_due
from reports.enums import FlagState
from reports.models import ExpectedReport, Flag
from tests import builders

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LAST = DUE + 38 * DAY
"""After November's deadline too."""
HOURS = st.lists(st.integers(-72, 38 * 24), max_size=6)
"""Of the scans before the last, from October's deadline on, in any order: a clock may be set back."""


def explained(quantity: int) -> dict[str, object]:
    return {"kind": "VALUE", "quantity": quantity, "explanation": "สหกรณ์เลื่อนนัด"}


def make_office() -> None:
    """Of each way to report one person, some of them twice, on both sides of the deadline."""
    office = builders.make_office()
    unit, plan = builders.make_unit(office), builders.make_plan(office)
    people = [builders.make_person(unit) for _ in range(8)]
    first = builders.make_item(plan, {person: [4, 4] for person in people})
    second = builders.make_item(plan, {person: [2] for person in people})
    _missing, late, *others = people
    sent = {
        late: [(DUE + 2 * DAY, {first: 4, second: 2})],
        others[0]: [(DUE, {first: 4, second: 2})],
        others[1]: [(DUE - DAY, {first: 4})],
        others[2]: [(DUE - DAY, {first: 3, second: 2}), (DUE + 3 * DAY, {first: explained(3), second: 2})],
        others[3]: [(DUE - DAY, {first: 3}), (DUE + 5 * DAY, {first: 4, second: 2})],
        others[4]: [(DUE + DAY, {first: 4}), (DUE + 4 * DAY, {first: explained(2), second: 1})],
        others[5]: [(DUE - HOUR, {first: explained(3), second: 2})],
    }
    for person, versions in sent.items():
        for at, answers in versions:
            builders.send_report(person, answers, at=at)
    builders.send_report(others[0], {first: 4}, at=DUE + 20 * DAY, month="2026-11")


def scan(*instants: datetime) -> None:
    for instant in instants:
        for _check in check_due(as_of=instant, by=builders.SYSTEM):
            pass


def standing() -> list[tuple[object, ...]]:
    facts = ("person_id", "month_id", "breach", "item_id", "state", "basis", "unit_id")
    flags = Flag.objects.exclude(state=FlagState.CLEARED).order_by(*facts[:4])
    return list(flags.values_list(*facts))


def registered() -> list[tuple[object, ...]]:
    rows = ExpectedReport.objects.order_by("person_id", "month_id")
    return list(rows.values_list("person_id", "month_id", "unit_id", "due_at"))


@pytest.fixture
def once(db):
    """What one scan at the last instant leaves; then the office as it was before."""
    make_office()
    with transaction.atomic():
        scan(LAST)
        found = standing(), registered()
        transaction.set_rollback(True)
    assert not Flag.objects.exists()
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=HOURS)
@example(hours=[24 * day for day in range(38)])
@example(hours=[24, 4 * 24, 5 * 24])
@example(hours=[30 * 24, 24, -24, 2 * 24])
def test_whenever_the_scans_ran_the_last_one_leaves_the_same(once, hours):
    with transaction.atomic():
        scan(*(DUE + hour * HOUR for hour in hours), LAST)
        found = standing(), registered()
        count = Flag.objects.count()
        scan(LAST)
        again = standing(), Flag.objects.count()
        transaction.set_rollback(True)
    assert found == once
    assert again == (found[0], count)


def test_a_clock_that_ran_ahead_is_put_right_by_the_scan_at_the_same_instant(once):
    """Three days ahead before the deadline, everybody seemed missing; in due time nobody is who sent."""
    scan(DUE + 3 * DAY)
    early = Flag.objects.count()
    scan(DUE - DAY, DUE, DUE + DAY)
    assert Flag.objects.count() == early
    scan(LAST)
    assert (standing(), registered()) == once

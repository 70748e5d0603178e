"""A query written once answers each run with the values of that run."""

from __future__ import annotations

from datetime import date
from threading import Thread

import pytest
from django.db import connection
from django.db.models import DateField
from django.test.utils import CaptureQueriesContext

from office.models import Membership
from office.prepared import Given, Prepared
from tests.builders import make_office, make_person, make_unit

pytestmark = pytest.mark.django_db


def held():
    rows = Membership.objects.on(Given("day", DateField())).select_related("unit")
    return rows.filter(person=Given("person")).order_by("id")


def test_each_run_has_its_own_values_objects_and_query():
    prepared, unit = Prepared(held), make_unit(make_office())
    ann, ben = make_person(unit), make_person(unit, since=date(2026, 10, 1))
    for person, day, holds in [
        (ann, date(2026, 9, 30), True),
        (ben, date(2026, 9, 30), False),
        (ben, date(2026, 10, 1), True),
    ]:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            found = prepared(person=person.pk, day=day)
            assert [row.unit.name for row in found] == [unit.name] * holds
        assert len(asked) == 1
        assert found == list(person.memberships.on(day))
    first, second = (prepared(person=ann.pk, day=date(2026, 10, 1))[0] for _ in range(2))
    assert first == second
    assert first is not second


@pytest.mark.django_db(transaction=True)
def test_a_thread_asks_over_its_own_connection():
    prepared, person = Prepared(held), make_person(make_unit(make_office()))
    found = [prepared(person=person.pk, day=date(2026, 10, 1))]

    def ask():
        found.append(prepared(person=person.pk, day=date(2026, 10, 1)))
        connection.close()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found[0] == found[1] != []


def test_a_run_without_a_value_is_refused():
    with pytest.raises(KeyError, match="day"):
        Prepared(held)(person=1)

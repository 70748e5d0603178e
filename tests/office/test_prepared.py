"""A query written once answers each run with the values of that run."""

from __future__ import annotations

from datetime import date
from threading import Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import CharField, DateField
from django.test.utils import CaptureQueriesContext

from office.models import Membership, Person
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


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_asked_like_the_first():
    prepared, person = Prepared(held), make_person(make_unit(make_office()))
    found = []
    for _ in range(2):
        found += [prepared(person=person.pk, day=date(2026, 10, 1)) for _ in range(2)]
        connection.close()
    assert found[0] != []
    assert found == [found[0]] * 4


def test_a_run_after_one_that_failed_answers():
    prepared, person = Prepared(held), make_person(make_unit(make_office()))
    with pytest.raises(DatabaseError), transaction.atomic():
        with pytest.raises(DatabaseError):
            connection.cursor().execute("SELECT nothing")
        prepared(person=person.pk, day=date(2026, 10, 1))
        raise DatabaseError
    assert len(prepared(person=person.pk, day=date(2026, 10, 1))) == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
@pytest.mark.parametrize(
    "change",
    ["DEALLOCATE {}", "ALTER TABLE office_person ALTER COLUMN first_name TYPE varchar(290)"],
    ids=["nothing is left", "a column changed its type"],
)
def test_only_the_first_run_after_a_change_fails(change):
    people = Prepared(lambda: Person.objects.filter(pk=Given("person")))
    person = make_person(make_unit(make_office()))
    assert people(person=person.pk) == [person]
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements ORDER BY prepare_time DESC LIMIT 1")
        cursor.execute(change.format(*cursor.fetchone()))
    with pytest.raises(DatabaseError), transaction.atomic():
        people(person=person.pk)
    assert people(person=person.pk) == [person]


def test_signs_that_mean_something_in_sql_or_to_the_driver_stay_text():
    people = Prepared(
        lambda: Person.objects.filter(
            pk=Given("person"), first_name__contains="100%", last_name=Given("name", CharField())
        )
    )
    person = make_person(make_unit(make_office()))
    person.first_name, person.last_name = "it's 100% %s $1", "'; -- $2 %(x)s"
    person.save()
    for _ in range(2):
        assert people(person=person.pk, name=person.last_name) == [person]
        assert people(person=person.pk, name="other") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps plans")
@pytest.mark.parametrize("pooled", [False, True])
def test_postgresql_plans_it_once_unless_connections_are_pooled(monkeypatch, pooled):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", pooled)
    prepared, person = Prepared(held), make_person(make_unit(make_office()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        before = cursor.fetchone()[0]
        for _ in range(3):
            prepared(person=person.pk, day=date(2026, 10, 1))
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] - before == (not pooled)

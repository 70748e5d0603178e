"""Who serves where on a day, and what the office has set."""

from __future__ import annotations

from datetime import date

import pytest

from office.enums import Role
from office.models import Holiday, Membership, Person
from office.queries import holidays_of, unit_ids_on
from tests.builders import make_office, make_person, make_unit

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


@pytest.fixture
def unit(db):
    return make_unit(make_office())


DAYS = pytest.mark.parametrize(
    ("day", "holds"),
    [
        pytest.param(date(2026, 9, 30), False, id="day before"),
        pytest.param(FIRST, True, id="first day"),
        pytest.param(date(2026, 10, 15), True, id="between"),
        pytest.param(LAST, True, id="last day"),
        pytest.param(date(2026, 11, 1), False, id="day after"),
    ],
)


@DAYS
def test_a_membership_holds_from_its_first_to_its_last_day(unit, day, holds):
    person = make_person(unit, since=FIRST, until=LAST)
    row = person.memberships.get()
    assert row.covers(day) is holds
    assert Membership.objects.on(day).exists() is holds
    assert Membership.objects.serving(day).exists() is holds
    assert Person.objects.serving_on(day).exists() is holds
    assert unit_ids_on(unit.office, day) == ({person.pk: unit.pk} if holds else {})


def test_one_without_an_end_lasts(unit):
    row = make_person(unit, since=FIRST).memberships.get()
    assert row.covers(date(2999, 1, 1))
    assert Membership.objects.on(date(2999, 1, 1)).count() == 1


def test_who_only_heads_a_unit_does_not_serve_in_it(unit):
    head = make_person(unit)
    other = make_unit(unit.office)
    Membership.objects.create(person=head, unit=other, role=Role.UNIT_HEAD, starts_on=FIRST)
    assert unit_ids_on(unit.office, LAST) == {head.pk: unit.pk}


def test_units_are_those_of_the_office_asked_for(unit):
    make_person(make_unit(make_office()))
    assert unit_ids_on(unit.office, LAST) == {}


def test_roles_of_a_day_come_with_the_people_in_two_queries(unit, django_assert_num_queries):
    for count in (1, 3):
        for _ in range(count):
            make_person(unit, Role.UNIT_HEAD, since=FIRST)
        with django_assert_num_queries(2):
            people = list(Person.objects.with_roles_on(LAST))
        assert all([row.role for row in person.roles_now] == ["OFFICER", "UNIT_HEAD"] for person in people)
        with django_assert_num_queries(0):
            assert {row.unit.name for person in people for row in person.roles_now} == {unit.name}


def test_roles_not_held_that_day_are_left_out(unit):
    make_person(unit, since=FIRST, until=LAST)
    assert Person.objects.with_roles_on(date(2026, 11, 1)).get().roles_now == []


def test_holidays_are_the_office_s_own(unit):
    Holiday.objects.create(office=unit.office, day=FIRST, name="x", source="x")
    Holiday.objects.create(office=make_office(), day=LAST, name="x", source="x")
    assert holidays_of(unit.office) == {FIRST}

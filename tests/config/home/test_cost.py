"""What home costs, and its days in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.home_tasks import in_words
from office.enums import Role
from reports.enums import Breach
from tests import builders
from tests.config.home.scene import NOW, flag, report

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("people", [1, 3, 60])
@pytest.mark.parametrize(
    ("roles", "queries"),
    [
        ((), 7),  # one of them counts obstacles, one's own and the office's
        ((Role.UNIT_HEAD,), 15),
        ((Role.GENERAL_ADMIN,), 18),  # one of them counts open objections
        ((Role.GENERAL_ADMIN, Role.UNIT_HEAD, Role.DIRECTOR), 19),
    ],
    ids=["officer", "head", "admin unit", "all roles"],
)
def test_the_page_takes_the_same_queries_for_any_number_of_people(
    client, unit, plan, people, roles, queries, django_assert_num_queries
):
    reader = builders.make_person(unit, *roles)
    staff = [reader, *(builders.make_person(unit) for _ in range(people - 1))]
    builders.make_item(plan, {person: [1, 1] for person in staff})
    for person in staff[1::2]:
        report(person)
        flag(person, Breach.OFF_PLAN)
    client.force_login(reader)
    with django_assert_num_queries(queries):
        client.get("/")


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "วันนี้"), (1, "พรุ่งนี้"), (2, "อีก 2 วัน"), (-1, "เมื่อวาน"), (-3, "3 วันที่แล้ว")],
)
def test_days_in_words(days, words):
    assert in_words(NOW.date() + timedelta(days=days), NOW.date()) == words

"""Obstacles on home."""

from __future__ import annotations

import re

import pytest

from office.enums import Role
from reports.actions.obstacles import agree, raise_obstacle, solve
from tests import builders
from tests.config.home.scene import NOW, director_of, shown

pytestmark = pytest.mark.django_db


def obstacles_in(text: str) -> list[str]:
    if 'id="obstacles"' not in text:
        return []
    box = text.split('id="obstacles"')[1].split("</section>")[0]
    return re.findall(r'href="(/obstacles/[^"]*)">(\d+ เรื่อง)<', box)


def raised(person, text: str):
    return raise_obstacle(person, None, text=text, by=builders.actor(person), now=NOW)


def test_ones_own_obstacles_are_counted_until_they_end(client, unit, officer):
    clerk = builders.make_person(unit, Role.GENERAL_ADMIN)
    assert obstacles_in(shown(client, officer)) == []
    agree(raised(officer, "ไม่มีรถ"), text="ใช้รถกลุ่มอื่น", by=builders.actor(clerk), now=NOW)
    solve(raised(officer, "รถเสีย"), text="ซ่อมแล้ว", by=builders.actor(officer), now=NOW)
    raised(officer, "ฝนตก")
    raised(clerk, "ไฟดับ")
    assert obstacles_in(shown(client, officer)) == [("/obstacles/?mine=1", "2 เรื่อง")]


def test_the_admin_unit_sees_how_many_wait_for_a_way_out(client, unit, officer):
    clerk = builders.make_person(unit, Role.GENERAL_ADMIN)
    raised(officer, "ฝนตก")
    agree(raised(officer, "ไม่มีรถ"), text="ใช้รถกลุ่มอื่น", by=builders.actor(clerk), now=NOW)
    raised(builders.make_person(builders.make_unit(builders.make_office())), "ของที่อื่น")
    assert obstacles_in(shown(client, clerk)) == [("/obstacles/?state=open", "1 เรื่อง")]
    assert obstacles_in(shown(client, director_of(unit))) == []


def test_an_obstacle_is_raised_from_home_by_those_who_may(client, unit, officer):
    assert 'href="/obstacles/new/">แจ้งปัญหาอุปสรรค</a>' in shown(client, officer)
    assert "/obstacles/new/" not in shown(client, director_of(unit))

"""The open board (PT5): everyone sees the same plan against result of all units, and nobody's person."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from office import clock
from office.enums import Role
from plans.enums import Aggregation
from reports.plan_board import plan_with_items
from reports.unit_board import WIDTH, meter, unit_board
from tests import builders as b
from tests.reports.test_plan_board import AT, line

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
PRIVATE = {
    "explanation": "เหตุผลส่วนตัว",
    "obstacle": "ปัญหาส่วนตัว",
    "narrative": "เรื่องเล่า",
    "reason_category": "LEAVE",
}
PAGES = [
    "/plans/2570/",
    "/plans/2570/?view=total",
    "/plans/2570/?by=unit",
    "/plans/2570/?unit={unit}&view=total",
]


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


class Cast:
    def __init__(self):
        self.office = b.make_office()
        self.north = b.make_unit(self.office, "กลุ่มเหนือ")
        self.south = b.make_unit(self.office, "กลุ่มใต้")
        self.ann, self.bob = (
            b.make_person(self.north, first_name="อัญญา"),
            b.make_person(self.south, first_name="บัวบาน"),
        )
        self.head = b.make_person(self.north, Role.UNIT_HEAD, first_name="หัสดี")
        self.admin = b.make_person(self.south, Role.GENERAL_ADMIN, first_name="อดิศร")
        self.director = b.make_person(self.south, Role.DIRECTOR, first_name="ดิเรก")
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.ann: [4, 4], self.bob: [6, 6]}, job_no="สสจ. 901")
        self.lone = b.make_item(
            self.plan, {self.ann: [2, 2]}, job_no="สสจ. 902", aggregation=Aggregation.LATEST
        )
        reports = [
            b.send_report(self.ann, {self.item: line(3, 4) | PRIVATE, self.lone: line(3, 2)}, at=AT),
            b.send_report(self.bob, {self.item: line(6, 6)}, at=AT),
        ]
        for report in reports:
            report.last_version.self_rating, report.last_version.lesson = "5", "บทเรียนของฉัน"
            report.last_version.save()

    def board(self):
        plan, items = plan_with_items(b.actor(self.ann), 2570)
        served = {
            person.pk: [(row.unit_id, row.starts_on, row.ends_on) for row in person.memberships.all()]
            for person in self.office.people.all()
        }
        return unit_board(plan, items, [self.north, self.south], served, now=NOW)


@pytest.fixture
def cast():
    return Cast()


def main_of(person, path) -> bytes:
    """The page below its head: what differs above is who reads it."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(path)
    assert response.status_code == 200
    return response.content[response.content.index(b"<main") :]


@pytest.mark.parametrize("path", [page for page in PAGES if "unit={" not in page])
def test_officer_head_admin_and_director_get_the_same_bytes_and_nobody_s_name(cast, path):
    pages = {main_of(who, path) for who in (cast.ann, cast.bob, cast.head, cast.admin, cast.director)}
    assert len(pages) == 1
    text = pages.pop().decode()
    people = [
        word for each in cast.office.people.all() for word in (each.code, each.first_name, each.full_name)
    ]
    said = [*PRIVATE.values(), "บทเรียนของฉัน", "ดีมาก", "ประเมินตนเอง", "คะแนน"]
    assert [word for word in (*people, *said) if word in text] == []
    assert "สสจ. 901" in text


@pytest.mark.parametrize("path", PAGES)
def test_no_rating_and_no_private_word_is_on_any_view_for_anyone(cast, path):
    path = path.format(unit=cast.north.code)
    pages = {main_of(who, path) for who in (cast.bob, cast.head, cast.director)}
    assert len(pages) == 1
    text = pages.pop().decode()
    assert [word for word in (*PRIVATE.values(), "บทเรียนของฉัน", "ดีมาก") if word in text] == []


def test_people_are_offered_once_their_unit_is_chosen(cast):
    text = main_of(cast.bob, f"/plans/2570/?unit={cast.north.code}").decode()
    assert f'<option value="{cast.ann.code}"' in text
    assert f'<option value="{cast.bob.code}"' not in text
    mine = main_of(cast.bob, f"/plans/2570/?person={cast.ann.code}").decode()
    assert f'<option value="{cast.ann.code}" selected' in mine


def test_each_unit_has_its_own_part_of_plan_and_result(cast):
    north, south = cast.board().units
    assert [(row.item.job_no, row.so_far.result, row.so_far.plan) for row in north.rows] == [
        ("สสจ. 901", 3, 8),
        ("สสจ. 902", 3, 2),
    ]
    assert [(row.item.job_no, row.so_far.result, row.so_far.plan) for row in south.rows] == [
        ("สสจ. 901", 6, 12)
    ]
    assert (north.reached, north.below, north.open, north.width) == (1, 1, 0, WIDTH // 2)
    assert (south.reached, south.below, south.open) == (0, 1, 0)


def test_before_the_first_deadline_nothing_is_compared(cast, monkeypatch):
    monkeypatch.setitem(globals(), "NOW", datetime(2026, 10, 5, 2, 0, tzinfo=UTC))
    assert [(each.reached, each.below, each.open) for each in cast.board().units] == [(0, 0, 2), (0, 0, 1)]


def test_the_progress_by_unit_is_read_at_a_glance(cast):
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main_of(cast.bob, "/plans/2570/?by=unit").decode()))
    assert "กลุ่มเหนือ ถึงแผน 1 จาก 2 งาน · ▼ ไม่ถึงแผน 1" in text
    assert "3 / 8 ครั้ง · ▼ 37.50 %" in text
    assert 'href="?by=unit"' in main_of(cast.bob, "/plans/2570/").decode()


def test_a_plan_not_yet_given_out_has_no_units_to_compare():
    person = b.make_person(b.make_unit(b.make_office()))
    b.make_item(b.make_plan(person.office), {})
    assert "ยังไม่ได้กระจายแผนให้เจ้าหน้าที่" in main_of(person, "/plans/2570/?by=unit").decode()


@pytest.mark.parametrize(
    ("percent", "bar"),
    [
        (None, None),
        ("0", (0, WIDTH)),
        ("50", (WIDTH // 2, WIDTH)),
        ("100", (WIDTH, WIDTH)),
        ("125", (WIDTH, WIDTH * 100 // 125)),
        ("900", (WIDTH, WIDTH * 100 // 150)),
    ],
)
def test_a_bar_shows_the_plan_s_mark_and_never_leaves_its_track(percent, bar):
    assert meter(None if percent is None else Decimal(percent)) == bar

"""The plan's pages as people see them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.test import Client

from office import clock
from office.enums import Role
from plans.actions import import_plan
from plans.models import PlanGroup
from tests import builders
from tests.plans import sample
from tests.reports.test_plan_board import AT, line

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response) -> str:
    """What a reader sees, tags taken out."""
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def people():
    office = builders.make_office()
    unit = builders.make_unit(office, "กลุ่มหนึ่ง")
    return [builders.make_person(unit) for _ in range(2)]


@pytest.fixture
def item(people):
    plan = builders.make_plan(people[0].office)
    item = builders.make_item(plan, {people[0]: [4, 4], people[1]: [6, 6]}, job_no="สสจ. 1")
    program = PlanGroup.objects.create(plan=plan, level="PROGRAM", name="แผนงานพื้นฐาน", sort_order=1)
    output = PlanGroup.objects.create(plan=plan, parent=program, level="OUTPUT", name="ผลผลิต ก", sort_order=2)
    item.group, item.annual_target = output, Decimal(20)
    item.save()
    builders.send_report(people[0], {item: line(3, 4)}, at=AT)
    builders.send_report(people[1], {item: line(6, 6)}, at=AT)
    return item


def test_the_tree_shows_result_over_plan_and_the_year_so_far(people, item):
    text = text_of(client_of(people[0]).get("/plans/2570/"))
    assert "แผนงานพื้นฐาน ผลผลิต ก สสจ. 1" in text
    assert "9 ไม่ถึงแผน 10" in text
    assert "9 / 20 ▼ 45.00 %" in text


def test_months_sum_up_when_asked(people, item):
    builders.send_report(people[0], {item: line(5, 4)}, at=NOW, month="2026-11")
    page = client_of(people[0]).get("/plans/2570/?view=total")
    assert [row.cells[1].result for row in page.context["board"].rows] == [14]
    assert [row.cells[1].plan for row in page.context["board"].rows] == [20]


def test_one_person_and_one_unit_can_be_chosen(people, item):
    client = client_of(people[0])
    person = client.get(f"/plans/2570/?person={people[1].code.lower()}")
    assert [row.so_far.plan for row in person.context["board"].rows] == [12]
    assert people[1].full_name in text_of(person)
    unit = people[0].memberships.get().unit
    assert [
        row.so_far.plan for row in client.get(f"/plans/2570/?unit={unit.code}").context["board"].rows
    ] == [20]
    other = builders.make_unit(people[0].office)
    idle = builders.make_person(other)
    assert "ไม่มีงานในแผนตามที่เลือก" in text_of(client.get(f"/plans/2570/?person={idle.code}"))


@pytest.mark.parametrize("query", ["person=NOBODY", "unit=NOWHERE"])
def test_unknown_choices_are_not_there(people, item, query):
    assert client_of(people[0]).get(f"/plans/2570/?{query}").status_code == 404


def test_someone_of_another_office_is_not_there(people, item):
    stranger = builders.make_person(builders.make_unit(builders.make_office()))
    assert client_of(people[0]).get(f"/plans/2570/?person={stranger.code}").status_code == 404
    assert client_of(stranger).get(f"/plans/2570/items/{item.pk}/").status_code == 404


def test_a_year_without_a_plan_says_whose_task_it_is(people):
    assert "ฝ่ายบริหารทั่วไปเป็นผู้นำเข้าแผน" in text_of(client_of(people[0]).get("/plans/2570/"))
    admin = builders.make_person(people[0].memberships.get().unit, Role.GENERAL_ADMIN)
    assert 'href="/plans/2570/import/"' in client_of(admin).get("/plans/2570/").content.decode()


def test_a_draft_says_who_must_approve(people):
    plan = builders.make_plan(people[0].office, approved=False)
    item = builders.make_item(plan, {people[0]: [1]})
    for url in ("/plans/2570/", f"/plans/2570/items/{item.pk}/"):
        page = client_of(people[0]).get(url)
        assert "เมื่อสหกรณ์จังหวัดอนุมัติ" in text_of(page)
        assert "/approve/" not in page.content.decode()
    director = builders.make_person(people[0].memberships.get().unit, Role.DIRECTOR)
    assert 'href="/plans/2570/approve/"' in client_of(director).get("/plans/2570/").content.decode()


def test_every_number_leads_to_the_rows_that_make_it(people, item):
    client = client_of(people[0])
    page = client.get("/plans/2570/").content.decode()
    url = f"/plans/2570/items/{item.pk}/?month=2026-10"
    assert f'href="{url}"' in page
    inside = client.get(url).content.decode()
    assert f'href="/reports/2026-10/{people[0].code}/"' in inside
    assert f'href="/reports/2026-10/{people[1].code}/"' not in inside
    head = builders.make_person(people[0].memberships.get().unit, Role.UNIT_HEAD)
    assert f'href="/reports/2026-10/{people[1].code}/"' in client_of(head).get(url).content.decode()


def test_the_item_page_shows_months_people_and_history():
    office = sample.demo_office()
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW, approve_on=NOW.date())
    client = client_of(office.people.get(code="EX030"))
    plan = client.get("/plans/2570/").context["board"]
    item = plan.rows[0].item
    text = text_of(client.get(f"/plans/2570/items/{item.pk}/"))
    assert "ตุลาคม 2569 52 – – 52" in text
    assert "นายไหม ตัวอย่าง" in text
    assert "นำเข้าแผนปฏิบัติงาน โดย ระบบ" in text
    assert "อนุมัติแผนปฏิบัติงาน ณ วันที่ 1 ธ.ค. 2569 โดย ระบบ" in text


@pytest.mark.parametrize("month", ["nonsense", "2026-13", ""])
def test_a_nonsense_month_is_ignored(people, item, month):
    assert client_of(people[0]).get(f"/plans/2570/items/{item.pk}/?month={month}").status_code == 200


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_pages_take_the_same_few_queries_for_any_office(count, django_assert_num_queries):
    office = builders.make_office()
    unit = builders.make_unit(office)
    crowd = [builders.make_person(unit) for _ in range(count)]
    plan = builders.make_plan(office)
    items = [builders.make_item(plan, {person: [1]}) for person in crowd]
    shared = builders.make_item(plan, {person: [1] for person in crowd})
    for person, item in zip(crowd, items, strict=True):
        builders.send_report(person, {item: line(1, 1), shared: line(1, 1)}, at=AT)
    client = client_of(crowd[0])
    client.get("/plans/2570/")
    for query in ("", "?view=total", "?by=unit", f"?unit={unit.code}", f"?person={crowd[0].code}"):
        with django_assert_num_queries(8):
            assert client.get(f"/plans/2570/{query}").status_code == 200
    with django_assert_num_queries(9):
        assert client.get(f"/plans/2570/items/{shared.pk}/").status_code == 200

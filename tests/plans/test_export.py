"""The plan as a workbook: the import's own layout, there and back again."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client

from office.sheets import read
from plans.actions import import_plan
from plans.content import Content, Heading, Item, of_file
from plans.enums import Aggregation, Direction, GroupLevel
from plans.export import plan_workbook
from plans.models import ActionPlan
from plans.queries import who_answers
from plans.stored import content_of
from plans.workbook import parse
from tests import builders
from tests.plans import sample
from tests.plans.sample import months

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)


def again(office, content):
    units, people = who_answers(office)
    book = read(plan_workbook(content, office_name=office.name), name="plan.xlsx")
    return parse(book, units=units, people=people)


@pytest.mark.parametrize("name", ["action_plan_2569.xlsx", "action_plan_2570.xlsx"])
def test_what_is_exported_changes_nothing_when_taken_in_again(name):
    office = sample.demo_office()
    import_plan(
        office, sample.demo_file(office, name), by=builders.SYSTEM, now=NOW, approve_on=date(2026, 10, 1)
    )
    content = content_of(ActionPlan.objects.get())
    file = again(office, content)
    assert (file.problems, of_file(file)) == ([], content)
    outcome = import_plan(office, file, by=builders.SYSTEM, now=NOW)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 17)


def made(person, **facts):
    item = Item(
        "สสจ. 1", "งาน", "แห่ง", Aggregation.SUM, Decimal(3), months(1, 2), shares={person.pk: months(1, 2)}
    )
    return Content(2570, 1, (), (replace(item, **facts),), {person.pk: person.code})


@pytest.mark.parametrize(
    "facts",
    [
        {"name": '=HYPERLINK("x")', "note": "+1", "owner_text": ""},
        {"direction": Direction.LESS, "aggregation": Aggregation.MAX, "annual_target": Decimal(2)},
        {"budget": Decimal("1234.56"), "targets": months(0, 3), "annual_target": Decimal(3)},
    ],
    ids=["formulas", "less is better, highest", "satang and zero"],
)
def test_hostile_and_rare_facts_survive(facts):
    office = builders.make_office()
    person = builders.make_person(builders.make_unit(office))
    content = made(
        person, **facts, **({"shares": {person.pk: facts["targets"]}} if "targets" in facts else {})
    )
    file = again(office, content)
    assert (file.problems, of_file(file)) == ([], content)


def test_levels_that_names_do_not_tell_stand_in_columns():
    office = builders.make_office()
    person = builders.make_person(builders.make_unit(office))
    headings = (Heading(GroupLevel.PROGRAM, "บริหารทั่วไป"), Heading(GroupLevel.OUTPUT, "งานกลาง", 0))
    content = replace(made(person, heading=1), headings=headings)
    file = again(office, content)
    assert (file.problems, of_file(file)) == ([], content)


def test_a_first_instalment_keeps_its_months():
    office = builders.make_office()
    person = builders.make_person(builders.make_unit(office))
    content = made(person, annual_target=Decimal(12))
    file = again(office, content)
    assert (file.problems, of_file(file)) == ([], content)


def test_a_draft_without_shares_stays_one():
    office = builders.make_office()
    unit = builders.make_unit(office, "กลุ่มหนึ่ง")
    person = builders.make_person(unit)
    content = made(person, shares={}, owner_text="กลุ่มหนึ่ง", unit_ids=frozenset({unit.pk}))
    file = again(office, content)
    assert (file.problems, of_file(file), file.unshared) == ([], content, ["สสจ. 1"])


def test_no_text_opens_as_a_formula():
    office = builders.make_office()
    person = builders.make_person(builders.make_unit(office))
    content = replace(made(person, name="=1+1", note="@x"), names={person.pk: "=cmd"})
    book = openpyxl.load_workbook(io.BytesIO(plan_workbook(content, office_name="-x")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {"=1+1", "@x", "=cmd"} <= {cell.value for cell in cells}
    assert "f" not in {cell.data_type for cell in cells}


def test_the_page_gives_the_workbook_in_few_queries(monkeypatch, django_assert_max_num_queries):
    office = sample.demo_office()
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW)
    client = Client()
    client.force_login(office.people.get(code="EX006"), backend="django.contrib.auth.backends.ModelBackend")
    client.get("/plans/2570/export.xlsx")
    with django_assert_max_num_queries(5):
        response = client.get("/plans/2570/export.xlsx")
    assert response["Content-Type"].endswith("spreadsheetml.sheet")
    units, people = who_answers(office)
    file = parse(read(response.content, name="plan.xlsx"), units=units, people=people)
    assert of_file(file) == content_of(ActionPlan.objects.get())


@pytest.mark.parametrize(
    ("code", "named"), [("EX030", False), ("EX029", False), ("EX001", True), ("EX006", True)]
)
def test_the_sheet_that_names_people_is_for_those_who_take_plans_in_or_approve_them(code, named):
    office = sample.demo_office()
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW)
    client = Client()
    client.force_login(office.people.get(code=code), backend="django.contrib.auth.backends.ModelBackend")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/plans/2570/export.xlsx").content))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    people = {text for person in office.people.all() for text in (person.code, person.full_name)}
    assert bool(people & cells) is named
    assert "สสจ. 1" in cells

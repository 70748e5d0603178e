"""What a stored plan says: each figure in its month, headings and people in their order."""

from decimal import Decimal

import pytest

from plans.content import BLANK_YEAR, Heading
from plans.enums import GroupLevel
from plans.models import ActionPlan, PlanGroup
from plans.stored import content_of, with_lists
from tests import builders
from tests.plans.sample import months

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return builders.make_plan(builders.make_office())


def test_each_figure_stands_in_its_month_and_what_is_blank_stays_blank(plan):
    unit = builders.make_unit(plan.office)
    last, first = builders.make_person(unit), builders.make_person(unit)
    last.sort_order, first.sort_order = 2, 1
    last.save()
    first.save()
    twelve = ["0.07", *range(2, 12), "33.33"]
    builders.make_item(plan, {last: [None, 0, 3], first: twelve}, job_no="สสจ. 1")
    builders.make_item(plan, {last: []}, job_no="สสจ. 2")
    builders.make_item(plan, {}, job_no="สสจ. 3")
    content = content_of(plan)
    full = (Decimal("0.07"), *map(Decimal, range(2, 12)), Decimal("33.33"))
    assert [(item.job_no, list(item.shares.items())) for item in content.items] == [
        ("สสจ. 1", [(first.pk, full), (last.pk, months(None, 0, 3))]),
        ("สสจ. 2", [(last.pk, BLANK_YEAR)]),
        ("สสจ. 3", []),
    ]
    assert content.items[0].targets == (Decimal("0.07"), Decimal(2), Decimal(6), *full[3:])
    assert content.items[1].targets == BLANK_YEAR
    assert content.codes == {first.pk: first.code, last.pk: last.code}
    assert content.names == {first.pk: first.full_name, last.pk: last.full_name}


def test_headings_stand_in_their_order_however_they_were_read(plan):
    below = PlanGroup.objects.create(plan=plan, level=GroupLevel.ACTIVITY, name="กิจกรรม", sort_order=7)
    above = PlanGroup.objects.create(plan=plan, level=GroupLevel.PROGRAM, name="แผนงาน", sort_order=3)
    below.parent = above
    below.save()
    item = builders.make_item(plan, {})
    item.group = below
    item.save()
    carried = with_lists(ActionPlan.objects.select_related("fiscal_year", "office")).get()
    for content in (content_of(plan), content_of(carried)):
        assert content.headings == (
            Heading(GroupLevel.PROGRAM, "แผนงาน"),
            Heading(GroupLevel.ACTIVITY, "กิจกรรม", 0),
        )
        assert content.items[0].heading == 1


@pytest.mark.parametrize("size", [0, 1, 60])
def test_a_plan_of_any_size_is_read_in_as_many_queries(plan, size, django_assert_num_queries):
    unit = builders.make_unit(plan.office)
    people = [builders.make_person(unit) for _ in range(3)]
    for _ in range(size):
        builders.make_item(plan, {person: [1, 2] for person in people})
    with django_assert_num_queries(4):
        content_of(plan)
    carried = with_lists(ActionPlan.objects.select_related("fiscal_year", "office")).get()
    with django_assert_num_queries(1):
        assert len(content_of(carried, with_units=False).items) == size

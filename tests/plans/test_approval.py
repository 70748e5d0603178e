"""The director's approval (design rule 4.11): no plan, no result."""

from datetime import UTC, date, datetime

import pytest

from office import audit
from office.audit import Verb
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from plans.actions import approve, import_plan
from plans.enums import PlanState
from plans.models import ActionPlan, MonthlyShare
from tests import builders
from tests.plans.sample import item_row, months, plan_file, share_row

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)
DAY = date(2026, 9, 20)


@pytest.fixture
def draft():
    office = builders.make_office()
    unit = builders.make_unit(office)
    person = builders.make_person(unit)
    file = plan_file(2570, item_row("สสจ. 1", months(2)), shares=(share_row("สสจ. 1", person, months(2)),))
    import_plan(office, file, by=builders.SYSTEM, now=NOW)
    return ActionPlan.objects.get()


def director_of(plan):
    return builders.actor(builders.make_person(builders.make_unit(plan.office), Role.DIRECTOR))


def test_the_director_approves_and_it_is_recorded(draft):
    director = director_of(draft)
    plan = approve(draft, by=director, now=NOW, on=DAY, version=1)
    plan.refresh_from_db()
    assert (plan.state, plan.approved_at, plan.approved_on) == (PlanState.APPROVED, NOW, DAY)
    assert (plan.approved_by, plan.version) == (director.person, 2)
    event = audit.history_of(plan).last()
    assert (event.verb, event.before, event.after) == (
        Verb.PLAN_APPROVED,
        {"state": "DRAFT"},
        {"state": "APPROVED", "on": "2026-09-20"},
    )


@pytest.mark.parametrize(
    "role", [Role.OFFICER, Role.UNIT_HEAD, Role.GENERAL_ADMIN, Role.SYSTEM_ADMIN], ids=str
)
def test_nobody_else_approves(draft, role):
    person = builders.make_person(builders.make_unit(draft.office), role)
    with pytest.raises(NotAllowed):
        approve(draft, by=builders.actor(person), now=NOW, on=DAY)
    assert ActionPlan.objects.get().state == PlanState.DRAFT


def test_the_director_of_another_office_does_not(draft):
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.DIRECTOR)
    with pytest.raises(NotAllowed):
        approve(draft, by=builders.actor(stranger), now=NOW, on=DAY)


def test_a_plan_is_approved_once(draft):
    approve(draft, by=builders.SYSTEM, now=NOW, on=DAY)
    with pytest.raises(NotAllowedNow, match="อนุมัติแล้ว"):
        approve(draft, by=builders.SYSTEM, now=NOW, on=DAY)


def test_a_plan_that_changed_since_it_was_read_is_not_approved(draft):
    with pytest.raises(Stale):
        approve(draft, by=director_of(draft), now=NOW, on=DAY, version=draft.version + 1)


def test_an_item_whose_shares_do_not_cover_it_is_named(draft):
    MonthlyShare.objects.all().delete()
    with pytest.raises(Invalid) as refusal:
        approve(draft, by=builders.SYSTEM, now=NOW, on=DAY)
    assert refusal.value.faults == {"สสจ. 1": "กระจายแผนของ สสจ. 1 ให้ครบตามเป้าหมาย เดือนที่ยังไม่ครบ ต.ค. 2569"}


def test_an_item_without_targets_is_named():
    office = builders.make_office()
    import_plan(office, plan_file(2570, item_row("สสจ. 1", months())), by=builders.SYSTEM, now=NOW)
    with pytest.raises(Invalid) as refusal:
        approve(ActionPlan.objects.get(), by=builders.SYSTEM, now=NOW, on=DAY)
    assert refusal.value.faults == {"สสจ. 1": "กำหนดเป้าหมายรายเดือนของ สสจ. 1 อย่างน้อยหนึ่งเดือน"}


def test_an_empty_plan_is_refused():
    plan = builders.make_plan(builders.make_office(), approved=False)
    with pytest.raises(Invalid):
        approve(plan, by=builders.SYSTEM, now=NOW, on=DAY)

"""The register and the facts of a month, from the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from office.enums import Role
from office.models import Membership
from plans.enums import Aggregation, PlanState
from reports.enums import AnswerKind
from reports.facts import expected_people, month_facts
from reports.models import ExpectedReport
from reports.rules import PersonMonth
from tests import builders

pytestmark = pytest.mark.django_db

DEADLINE_DAY = date(2026, 10, 30)
SENT = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)
AS_OF = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def office():
    return builders.make_office()


@pytest.fixture
def unit(office):
    return builders.make_unit(office)


@pytest.fixture
def plan(office):
    return builders.make_plan(office)


def register(office) -> list[int]:
    return [row.person_id for row in expected_people(builders.month_of(office)) if not row.waived]


def facts_of(person, as_of: datetime = AS_OF, month: str = "2026-10") -> PersonMonth:
    facts = month_facts(builders.month_of(person.office, month), as_of=as_of)
    (row,) = [row for row in facts.expected if row.person_id == person.pk]
    return facts.of(row)


@pytest.mark.parametrize(
    ("serves", "expected"),
    [
        pytest.param({}, True, id="serves throughout"),
        pytest.param({"since": DEADLINE_DAY}, True, id="joined on the deadline day"),
        pytest.param({"since": date(2026, 10, 31)}, False, id="joined the day after"),
        pytest.param({"until": DEADLINE_DAY}, True, id="leaves after the deadline day"),
        pytest.param({"until": date(2026, 10, 29)}, False, id="left the day before"),
        pytest.param({"reports": False}, False, id="doesn't report"),
    ],
)
def test_who_is_expected(office, unit, plan, serves, expected):
    person = builders.make_person(unit, **serves)
    builders.make_item(plan, {person: [4]})
    assert (person.pk in register(office)) is expected


@pytest.mark.parametrize(
    ("shares", "expected"), [([0], True), ([None, 4], False), ([], False)], ids=["zero", "blank", "none"]
)
def test_a_share_of_zero_is_expected_and_a_blank_one_not(office, unit, plan, shares, expected):
    person = builders.make_person(unit)
    builders.make_item(plan, {person: shares})
    assert (person.pk in register(office)) is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [(PlanState.DRAFT, 0), (PlanState.CONSULTATION, 0), (PlanState.APPROVED, 1), (PlanState.CLOSED, 1)],
)
def test_only_a_plan_in_force_makes_reports_expected(office, unit, plan, state, expected):
    builders.make_item(plan, {builders.make_person(unit): [4]})
    plan.state = state
    plan.save()
    assert len(register(office)) == expected


def test_three_joiners_and_two_leavers_of_forty(office, unit, plan):
    stay = [builders.make_person(unit) for _ in range(35)]
    leave = [builders.make_person(unit, until=date(2026, 10, 15)) for _ in range(2)]
    join = [builders.make_person(unit, since=date(2026, 10, 20)) for _ in range(3)]
    builders.make_item(plan, {key: [1] for key in [*stay, *leave, *join]})
    assert register(office) == sorted(person.pk for person in [*stay, *join])


def test_the_unit_is_the_one_served_on_the_deadline_day(office, unit, plan):
    person = builders.make_person(unit, until=date(2026, 10, 29))
    new = builders.make_unit(office)
    Membership.objects.create(person=person, unit=new, role=Role.OFFICER, starts_on=DEADLINE_DAY)
    Membership.objects.create(person=person, unit=unit, role=Role.PERSONNEL, starts_on=DEADLINE_DAY)
    builders.make_item(plan, {person: [4]})
    assert [row.unit_id for row in expected_people(builders.month_of(office))] == [new.pk]


def test_another_offices_people_are_not_expected_here(office, unit, plan):
    elsewhere = builders.make_person(builders.make_unit(builders.make_office()))
    builders.make_item(plan, {elsewhere: [4]})
    assert register(office) == []


def waive(person, **facts) -> ExpectedReport:
    month = builders.month_of(person.office)
    unit_id = person.memberships.get(role=Role.OFFICER).unit_id
    values = {"waiver": "LEAVE", "waived_reason": "ลา", "waived_at": AS_OF} | facts
    return ExpectedReport.objects.create(
        office=person.office, person=person, month=month, unit_id=unit_id, due_at=month.due_at, **values
    )


def test_the_waived_stay_in_the_register_as_waived(office, unit, plan):
    away, here = builders.make_person(unit), builders.make_person(unit)
    builders.make_item(plan, {away: [4], here: [4]})
    waive(away)
    rows = {row.person_id: row.waived for row in expected_people(builders.month_of(office))}
    assert rows == {away.pk: True, here.pk: False}


def test_once_registered_the_register_is_its_rows(office, unit, plan):
    first, joiner = builders.make_person(unit), builders.make_person(unit)
    builders.make_item(plan, {first: [4], joiner: [4]})
    month = builders.month_of(office)
    waive(first, waiver="", waived_at=None)
    month.registered_at = AS_OF
    month.save()
    assert register(office) == [first.pk]


def test_facts_are_of_the_last_version_as_of_the_instant(unit, plan):
    person = builders.make_person(unit)
    item = builders.make_item(plan, {person: [4]})
    builders.send_report(person, {item: 1}, at=SENT)
    builders.send_report(person, {item: 3}, at=SENT + timedelta(hours=1))
    builders.send_report(person, {item: 4}, at=AS_OF + timedelta(seconds=1))

    def result(as_of: datetime) -> tuple[Decimal | None, datetime | None, datetime | None]:
        found = facts_of(person, as_of)
        return next((line.result for line in found.lines), None), found.first_submitted_at, found.submitted_at

    second = SENT + timedelta(hours=1)
    assert result(SENT - timedelta(seconds=1)) == (None, None, None)
    assert result(SENT) == (1, SENT, SENT)
    assert result(AS_OF) == (3, SENT, second)
    assert result(AS_OF + timedelta(seconds=1)) == (4, SENT, AS_OF + timedelta(seconds=1))


def test_lines_are_those_with_a_share_and_those_reported(unit, plan):
    person = builders.make_person(unit)
    done, skipped = builders.make_item(plan, {person: [4]}), builders.make_item(plan, {person: [0]})
    later, extra = builders.make_item(plan, {person: [None, 4]}), builders.make_item(plan, {})
    builders.send_report(person, {done: 4, extra: 2}, at=SENT)
    found = {line.item_id: (line.target, line.kind) for line in facts_of(person).lines}
    assert found == {
        done.pk: (Decimal(4), AnswerKind.VALUE),
        skipped.pk: (Decimal(0), AnswerKind.NONE),
        extra.pk: (None, AnswerKind.VALUE),
    }
    assert later.pk not in found


def test_a_target_changed_after_submission_counts_as_it_is_now(unit, plan):
    person = builders.make_person(unit)
    item = builders.make_item(plan, {person: [4]})
    builders.send_report(person, {item: 4}, at=SENT)
    item.monthly_shares.update(quantity=6)
    assert facts_of(person).lines[0].target == 6


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [(Aggregation.SUM, None), (Aggregation.LATEST, 3), (Aggregation.MAX, 5)],
)
def test_what_earlier_months_had_reached(unit, plan, aggregation, expected):
    person, other = builders.make_person(unit), builders.make_person(unit)
    item = builders.make_item(plan, {person: [4] * 12, other: [4] * 12}, aggregation=aggregation)
    builders.send_report(person, {item: 9}, at=SENT, month="2026-10")
    builders.send_report(person, {item: 5}, at=SENT + timedelta(hours=1), month="2026-10")
    builders.send_report(person, {item: 3}, at=SENT + timedelta(days=31), month="2026-11")
    builders.send_report(person, {item: {"kind": "NOTHING"}}, at=SENT + timedelta(days=60), month="2026-12")
    builders.send_report(other, {item: 8}, at=SENT, month="2026-10")
    builders.send_report(person, {item: 6}, at=SENT + timedelta(days=90), month="2027-01")
    (line,) = facts_of(person, SENT + timedelta(days=91), "2027-01").lines
    assert line.previous == expected


def test_a_submission_after_the_instant_is_no_previous_figure(unit, plan):
    person = builders.make_person(unit)
    item = builders.make_item(plan, {person: [4] * 12}, aggregation=Aggregation.LATEST)
    builders.send_report(person, {item: 2}, at=AS_OF + timedelta(days=40), month="2026-10")
    builders.send_report(person, {item: 3}, at=SENT, month="2026-11")
    assert facts_of(person, AS_OF, "2026-11").lines[0].previous is None


@pytest.mark.parametrize("people", [1, 3, 60])
def test_queries_do_not_grow_with_people(office, unit, plan, people, django_assert_num_queries):
    staff = [builders.make_person(unit) for _ in range(people)]
    for aggregation in (Aggregation.SUM, Aggregation.LATEST):
        item = builders.make_item(plan, {key: [4, 4] for key in staff}, aggregation=aggregation)
    for person in staff:
        builders.send_report(person, {item: 3}, at=SENT)
        builders.send_report(person, {item: 4}, at=SENT, month="2026-11")
    month = builders.month_of(office, "2026-11")
    with django_assert_num_queries(7):
        facts = month_facts(month, as_of=AS_OF)
        read = [facts.of(row) for row in facts.expected]
    assert len(read) == people


def test_facts_of_one_person_are_those_of_all(office, unit, plan):
    staff = [builders.make_person(unit) for _ in range(3)]
    item = builders.make_item(plan, {key: [4] for key in staff})
    for n, person in enumerate(staff):
        builders.send_report(person, {item: n}, at=SENT)
    month = builders.month_of(office)
    alone = month_facts(month, as_of=AS_OF, person_id=staff[1].pk)
    together = month_facts(month, as_of=AS_OF)
    (row,) = alone.expected
    assert row in together.expected
    assert alone.of(row) == together.of(row)

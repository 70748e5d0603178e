"""What a check costs, checks as jobs, and which instants are stored."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office import jobs
from office.audit import Verb, history_of
from office.models import AuditEvent
from plans.enums import PlanState
from plans.models import ActionPlan, ReportingMonth
from reports.actions import compliance
from reports.actions.compliance import check_due, check_month
from reports.enums import Breach, FlagState
from reports.models import ExpectedReport, Flag
from tests import builders
from tests.reports.compliance.scene import AS_OF, DAY, FLAGS, ON_TIME

pytestmark = pytest.mark.django_db


def queries(month) -> tuple[int, int]:
    """How many statements a stored check sends: those that read, and those that write (in batches)."""
    with CaptureQueriesContext(
        connection,
    ) as sent:
        check_month(month, as_of=AS_OF, by=builders.SYSTEM, store=True)
    kinds = [statement["sql"].split()[0] for statement in sent.captured_queries]
    reads = kinds.count("SELECT")
    return reads, len(kinds) - reads


@pytest.mark.parametrize("people", [1, 3, 60])
def test_queries_do_not_grow_with_people(people):
    office = builders.make_office()
    unit, plan = builders.make_unit(office), builders.make_plan(office)
    staff = [builders.make_person(unit) for _ in range(people)]
    item = builders.make_item(plan, {person: [4] for person in staff})
    for person in staff:
        builders.send_report(person, {item: 3}, at=ON_TIME)
    month = builders.month_of(office)
    reads, writes = queries(month)
    assert (reads, writes <= 9) == (9, True)
    assert Flag.objects.count() == 2 * people
    assert queries(month) == (8, 3)


def test_an_answer_of_unknown_work_is_that_persons_bad_data_alone(cast):
    stray = builders.make_item(builders.make_plan(cast.office, 2571), {})
    builders.send_report(cast["good"], {cast.item: 5, stray: 1}, at=ON_TIME)
    check = cast.check()
    assert check.unreadable == cast.codes("good")
    assert cast.flags() == FLAGS


def test_figures_unlike_cps_are_named_and_flagged(cast, monkeypatch):
    read = compliance.month_facts

    def with_cps(month, **kwargs):
        facts = read(month, **kwargs)

        def of(row):
            known = facts.of(row)
            return replace(known, lines=tuple(replace(line, cps=Decimal("3.5")) for line in known.lines))

        return replace(facts, of=of, expected=facts.expected[:2])

    monkeypatch.setattr(compliance, "month_facts", with_cps)
    builders.send_report(cast["missing"], {cast.item: "4.25"}, at=ON_TIME)
    assert cast.check().cps_mismatch == [
        {"person": cast["good"].code, "job_no": "สสจ. 1", "reported": 5, "cps": 3.5},
        {"person": cast["missing"].code, "job_no": "สสจ. 1", "reported": 4.25, "cps": 3.5},
    ]
    assert cast.flags() == {(name, "CPS_MISMATCH", "สสจ. 1"): "OPEN" for name in ("good", "missing")}


def test_a_job_checks_one_month_for_the_person_who_asked(cast, monkeypatch):
    monkeypatch.setattr(jobs.clock, "now", lambda: AS_OF)
    asked = {"key": "2026-10", "now": AS_OF, "office": cast.office, "params": {"month_id": cast.month.pk}}
    job = jobs.ask("check_compliance", by=builders.actor(cast["admin"]), **asked)
    jobs.run(job.pk, now=AS_OF)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("DONE", 1, 1)
    assert job.result == {
        "said": ["ต้องส่ง 6 คน ยังไม่ส่ง 1 คน", "เปิดธงใหม่ 6 หมดเหตุ 0"],
        "back": {"url": "/compliance/2026-10/", "label": "การส่งรายงาน ตุลาคม 2569"},
        "month": "2026-10",
        "expected": 6,
        "missing": 1,
        "opened": 6,
        "cleared": 0,
        "left_out": [],
    }
    assert AuditEvent.objects.get(verb=Verb.CHECKED).actor_id == cast["admin"].pk


def test_a_job_names_whom_it_left_out(cast, monkeypatch):
    monkeypatch.setattr(jobs.clock, "now", lambda: AS_OF)
    monkeypatch.setattr(compliance, "findings", lambda known, **kwargs: [][0])
    asked = {"key": "2026-10", "now": AS_OF, "office": cast.office, "params": {"month_id": cast.month.pk}}
    job = jobs.ask("check_compliance", by=builders.SYSTEM, **asked)
    jobs.run(job.pk, now=AS_OF)
    job.refresh_from_db()
    assert (job.state, [text.split()[0] for text in job.result["left_out"]]) == (
        "DONE",
        cast.codes("good", "missing", "late", "half", "off", "silent", "waived"),
    )


def test_a_job_of_the_system_itself_is_the_systems(cast, monkeypatch):
    monkeypatch.setattr(jobs.clock, "now", lambda: AS_OF)
    asked = {"key": "2026-10", "now": AS_OF, "office": cast.office, "params": {"month_id": cast.month.pk}}
    jobs.run(jobs.ask("check_compliance", by=builders.SYSTEM, **asked).pk, now=AS_OF)
    assert cast.flags() == FLAGS
    assert AuditEvent.objects.get(verb=Verb.CHECKED).actor_id is None


def test_a_check_for_an_instant_to_come_stops_no_check_of_the_present(cast):
    ahead = AS_OF + 30 * DAY
    check_month(cast.month, as_of=ahead, now=AS_OF, by=builders.SYSTEM, store=True)
    assert cast.flags() == FLAGS
    builders.send_report(cast["missing"], {cast.item: 4}, at=AS_OF + DAY)
    now = AS_OF + 2 * DAY
    earlier = check_month(cast.month, as_of=now, now=now + DAY, by=builders.SYSTEM, store=True)
    assert (earlier.opened, earlier.cleared) == (0, 0)
    present = check_month(cast.month, as_of=now, now=now, by=builders.SYSTEM, store=True)
    assert (present.opened, present.cleared) == (1, 1)
    cast.month.refresh_from_db()
    assert (cast.month.checked_as_of, cast.month.checked_at) == (now, now)


def test_after_a_check_of_the_present_none_for_an_earlier_instant_is_stored(cast):
    check_month(cast.month, as_of=AS_OF, now=AS_OF, by=builders.SYSTEM, store=True)
    Flag.objects.all().delete()
    for now in (AS_OF - DAY, AS_OF, AS_OF + DAY):
        check = check_month(cast.month, as_of=AS_OF - DAY, now=now, by=builders.SYSTEM, store=True)
        assert (check.opened, check.missing) == (0, cast.codes("missing"))
    assert cast.flags() == {}


def test_of_two_checks_for_instants_to_come_the_earlier_is_not_stored(cast):
    check_month(cast.month, as_of=AS_OF + 9 * DAY, now=ON_TIME, by=builders.SYSTEM, store=True)
    Flag.objects.all().delete()
    check_month(cast.month, as_of=AS_OF, now=ON_TIME, by=builders.SYSTEM, store=True)
    assert cast.flags() == {}


def test_nothing_is_stored_before_a_plan_is_in_force(cast):
    ActionPlan.objects.filter(pk=cast.plan.pk).update(state=PlanState.CONSULTATION)
    assert [check.opened for check in check_due(as_of=AS_OF, by=builders.SYSTEM)] == [0]
    cast.month.refresh_from_db()
    assert (cast.month.registered_at, cast.month.checked_as_of, cast.flags()) == (None, None, {})
    ActionPlan.objects.filter(pk=cast.plan.pk).update(state=PlanState.APPROVED)
    assert cast.check(AS_OF + DAY).opened == 6
    assert ExpectedReport.objects.filter(month=cast.month).count() == 7


def test_a_month_in_which_nobody_has_a_share_gets_no_register_until_somebody_has(cast):
    cast.office = builders.make_office()
    cast.month = month = builders.month_of(builders.make_plan(cast.office).office)
    check_month(month, as_of=AS_OF, by=builders.SYSTEM, store=True)
    month.refresh_from_db()
    assert (month.registered_at, month.checked_as_of) == (None, AS_OF)


def test_a_register_that_was_written_empty_is_written_once_there_is_a_plan(cast):
    ExpectedReport.objects.all().delete()
    ReportingMonth.objects.filter(pk=cast.month.pk).update(registered_at=ON_TIME, checked_as_of=ON_TIME)
    assert len(cast.check().expected) == 7
    assert ExpectedReport.objects.filter(month=cast.month).count() == 7


@pytest.mark.parametrize("state", [FlagState.CLOSED, FlagState.EXCUSED], ids=lambda state: state.value)
def test_a_decision_outlives_a_deadline_that_moves_and_passes_again(cast, state):
    cast.check()
    missing = Flag.objects.get(breach=Breach.MISSING)
    decided = {"decided_at": AS_OF, "decided_by": cast["admin"], "decided_reason": "ไปราชการ"}
    Flag.objects.filter(pk=missing.pk).update(state=state, **decided)
    moved = AS_OF + 3 * DAY
    ReportingMonth.objects.filter(pk=cast.month.pk).update(grace_end=moved)
    cast.check(AS_OF + DAY)
    missing.refresh_from_db()
    assert missing.state == FlagState.CLEARED
    check = cast.check(moved + DAY)
    missing.refresh_from_db()
    assert (check.opened, missing.state, missing.true_since) == (0, state, moved)
    assert {name: getattr(missing, name) for name in decided} == decided
    assert history_of(missing).last().after["state"] == state
    cast.check(moved + 2 * DAY)
    missing.refresh_from_db()
    assert missing.state == state

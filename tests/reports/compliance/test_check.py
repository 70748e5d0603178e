"""What the check finds, opens and clears."""

from __future__ import annotations

from datetime import timedelta

import pytest

from office.audit import Verb, history_of
from office.errors import NotAllowed
from office.models import AuditEvent, Policy
from reports.actions.compliance import check_month, recheck
from reports.enums import Breach, FlagState
from reports.models import ExpectedReport, Flag
from tests import builders
from tests.reports.compliance.scene import AS_OF, DAY, DUE, EXPLAINED, FLAGS, ON_TIME

pytestmark = pytest.mark.django_db


def test_the_check_answers_what_is_true(cast):
    def line(name: str, job_no: str) -> dict[str, str]:
        return {"person": cast[name].code, "job_no": job_no}

    assert cast.check().as_dict() == {
        "month": "2026-10",
        "as_of": "2026-11-02T09:00:00+07:00",
        "deadline": "2026-10-30T16:30:00+07:00",
        "expected": cast.codes("good", "missing", "late", "half", "off", "silent"),
        "submitted": cast.codes("good", "late", "half", "off", "silent"),
        "missing": cast.codes("missing"),
        "late": cast.codes("late"),
        "incomplete": [line("half", "สสจ. 2"), line("silent", "สสจ. 1")],
        "off_plan": [line("off", "สสจ. 1"), line("silent", "สสจ. 1")],
        "cps_mismatch": [],
        "opened": 6,
        "cleared": 0,
    }


def test_the_check_raises_flags_each_with_its_instants(cast):
    cast.check()
    assert cast.flags() == FLAGS
    missing = Flag.objects.get(breach=Breach.MISSING)
    assert (missing.true_since, missing.noticed_at, missing.unit) == (DUE, AS_OF, cast.unit)
    off = Flag.objects.get(person=cast["off"])
    assert off.true_since == ON_TIME
    assert off.basis == {"result": "3.00", "target": "4.00", "explanation": "สหกรณ์เลื่อนนัด", "cps": ""}


def test_history_says_who_opened_which_flag(cast):
    cast.check(by=builders.actor(cast["admin"]))
    flag = Flag.objects.get(breach=Breach.MISSING)
    (event,) = history_of(flag)
    assert (event.verb, event.actor_id, event.after["state"]) == (Verb.FLAG_OPENED, cast["admin"].pk, "OPEN")
    assert event.subject_text == f"ยังไม่ส่ง {cast['missing'].full_name} ตุลาคม 2569"
    assert AuditEvent.objects.filter(verb=Verb.CHECKED).get().after["opened"] == 6


def test_checking_again_changes_nothing(cast):
    cast.check()
    before = list(Flag.objects.order_by("pk").values()), AuditEvent.objects.count()
    again = [cast.check(AS_OF + n * DAY) for n in range(3)]
    assert (list(Flag.objects.order_by("pk").values()), AuditEvent.objects.count()) == before
    assert [(check.opened, check.cleared) for check in again] == [(0, 0)] * 3


def test_without_storing_nothing_is_written(cast):
    check = cast.check(store=False)
    cast.month.refresh_from_db()
    assert (check.opened, check.missing) == (0, cast.codes("missing"))
    assert (Flag.objects.count(), ExpectedReport.objects.count(), cast.month.checked_as_of) == (0, 1, None)


def test_an_earlier_instant_answers_but_stores_nothing(cast):
    cast.check()
    before = list(Flag.objects.order_by("pk").values())
    earlier = cast.check(DUE + timedelta(hours=1))
    cast.month.refresh_from_db()
    assert earlier.missing == cast.codes("late", "missing")
    assert (earlier.late, earlier.opened, earlier.cleared) == ([], 0, 0)
    assert list(Flag.objects.order_by("pk").values()) == before
    assert cast.month.checked_as_of == AS_OF


def test_before_the_deadline_nobody_is_missing_and_no_register_is_written(cast):
    check = cast.check(ON_TIME)
    cast.month.refresh_from_db()
    assert (check.missing, check.late, len(check.expected), len(check.submitted)) == ([], [], 6, 4)
    assert (cast.month.registered_at, ExpectedReport.objects.filter(waiver="").count()) == (None, 0)


def test_the_first_check_after_the_deadline_writes_the_register_for_good(cast):
    cast.check()
    joiner = builders.make_person(cast.unit)
    builders.make_item(cast.plan, {joiner: [4]})
    assert joiner.code not in cast.check(AS_OF + DAY).expected
    rows = ExpectedReport.objects.filter(month=cast.month)
    assert {row.person_id: row.waiver for row in rows} == {
        person.pk: "LEAVE" if name == "waived" else ""
        for name, person in cast.people.items()
        if name != "admin"
    }
    assert {(row.due_at, row.unit_id) for row in rows} == {(DUE, cast.unit.pk)}


def test_writing_the_register_is_in_the_history_though_nothing_is_amiss(cast):
    office = builders.make_office()
    person = builders.make_person(builders.make_unit(office))
    item = builders.make_item(builders.make_plan(office), {person: [4]})
    builders.send_report(person, {item: 4}, at=ON_TIME)
    month = builders.month_of(office)
    for hours in range(3):
        check_month(month, as_of=AS_OF + timedelta(hours=hours), by=builders.SYSTEM, store=True)
    (event,) = history_of(month).filter(verb=Verb.CHECKED)
    assert (event.at, event.after["registered"]) == (AS_OF, 1)


def test_a_transfer_after_the_deadline_leaves_unit_and_register(cast):
    cast.check()
    cast["missing"].memberships.update(ends_on=DUE.date())
    check = cast.check(AS_OF + DAY)
    assert cast["missing"].code in check.missing
    assert Flag.objects.get(breach=Breach.MISSING).unit == cast.unit


def test_a_late_submission_clears_missing_and_opens_late(cast):
    cast.check()
    builders.send_report(cast["missing"], {cast.item: 4}, at=AS_OF + DAY)
    check = cast.check(AS_OF + 2 * DAY)
    assert (check.opened, check.cleared) == (1, 1)
    assert cast.flags() == FLAGS | {
        ("missing", "MISSING", None): "CLEARED",
        ("missing", "LATE", None): "OPEN",
    }


def test_a_rewritten_report_moves_its_flags(cast):
    cast.check()
    builders.send_report(cast["half"], {cast.item: 4, cast.other: 2}, at=AS_OF + DAY)
    builders.send_report(cast["silent"], {cast.item: EXPLAINED}, at=AS_OF + DAY)
    cast.check(AS_OF + 2 * DAY)
    assert cast.flags() == FLAGS | {
        ("half", "INCOMPLETE", "สสจ. 2"): "CLEARED",
        ("silent", "INCOMPLETE", "สสจ. 1"): "CLEARED",
        ("silent", "OFF_PLAN", "สสจ. 1"): "EXPLAINED",
    }
    flag = Flag.objects.get(person=cast["silent"], breach=Breach.OFF_PLAN)
    assert [event.verb for event in history_of(flag)] == [Verb.FLAG_OPENED, Verb.FLAG_EXPLAINED]
    assert flag.true_since == ON_TIME


def test_a_waiver_clears_the_flags_and_leaves_the_rate(cast):
    cast.check()
    cast.waive("missing")
    check = cast.check(AS_OF + DAY)
    assert cast["missing"].code not in [*check.expected, *check.missing]
    assert cast.flags() == FLAGS | {("missing", "MISSING", None): "CLEARED"}


def test_a_decision_stands_until_the_facts_change(cast):
    cast.check()
    Flag.objects.filter(person=cast["off"]).update(state=FlagState.EXCUSED)
    cast.check(AS_OF + DAY)
    assert Flag.objects.get(person=cast["off"]).state == FlagState.EXCUSED
    builders.send_report(cast["off"], {cast.item: EXPLAINED | {"quantity": 2}}, at=AS_OF + DAY)
    check = cast.check(AS_OF + 2 * DAY)
    flag = Flag.objects.get(person=cast["off"])
    assert (flag.state, flag.basis["result"], check.opened) == (FlagState.EXPLAINED, "2.00", 1)
    assert (flag.true_since, flag.noticed_at) == (AS_OF + DAY, AS_OF + 2 * DAY)


def test_a_flag_that_comes_true_again_is_the_same_row(cast):
    cast.check()
    row = Flag.objects.get(person=cast["half"])
    builders.send_report(cast["half"], {cast.item: 4, cast.other: 2}, at=AS_OF + DAY)
    cast.check(AS_OF + 2 * DAY)
    builders.send_report(cast["half"], {cast.item: 4}, at=AS_OF + 3 * DAY)
    check = cast.check(AS_OF + 4 * DAY)
    again = Flag.objects.get(person=cast["half"])
    assert (again.pk, again.state, check.opened) == (row.pk, FlagState.OPEN, 1)
    assert [event.verb for event in history_of(again)] == [
        Verb.FLAG_OPENED,
        Verb.FLAG_CLEARED,
        Verb.FLAG_OPENED,
    ]


def test_facts_that_change_under_an_open_flag_are_kept_without_a_new_case(cast):
    cast.check()
    builders.send_report(cast["silent"], {cast.item: 2}, at=AS_OF + DAY)
    check = cast.check(AS_OF + 2 * DAY)
    flag = Flag.objects.get(person=cast["silent"], breach=Breach.OFF_PLAN)
    assert (flag.basis["result"], flag.changed_at, check.opened) == ("2.00", AS_OF, 0)


def test_the_policys_margin_decides_what_is_off_plan(cast):
    Policy.objects.create(office=cast.office, off_plan_margin=25)
    assert cast.check().off_plan == []


def test_a_closed_month_is_answered_but_never_touched(cast):
    cast.month.closed_at = AS_OF
    cast.month.save()
    check = cast.check(AS_OF + DAY)
    recheck(cast.month, cast["missing"].pk, by=builders.SYSTEM, now=AS_OF + DAY)
    assert (check.missing, check.opened, Flag.objects.count()) == (cast.codes("missing"), 0, 0)


def test_an_officer_may_not_order_a_check(cast):
    with pytest.raises(NotAllowed):
        cast.check(by=builders.actor(cast["good"]))

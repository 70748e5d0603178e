"""The compliance check: its answer, its flags, its history; run twice, late, or at an earlier instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office import jobs
from office.audit import Verb, history_of
from office.enums import Role
from office.errors import NotAllowed
from office.models import AuditEvent, Policy
from plans.enums import PlanState
from plans.models import ActionPlan, ReportingMonth
from reports import tasks
from reports.actions import compliance
from reports.actions.compliance import check_due, check_month, recheck
from reports.enums import Breach, FlagState
from reports.models import ExpectedReport, Flag
from tests import builders

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
ON_TIME = DUE - timedelta(hours=1)
AS_OF = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EXPLAINED = {"kind": "VALUE", "quantity": 3, "explanation": "สหกรณ์เลื่อนนัด"}


class Cast:
    """An office in which each way of falling short happens once."""

    def __init__(self) -> None:
        self.office = builders.make_office()
        self.unit = builders.make_unit(self.office)
        self.plan = builders.make_plan(self.office)
        roles = {"admin": [Role.GENERAL_ADMIN]}
        names = ["admin", "good", "missing", "late", "half", "off", "silent", "waived"]
        self.people = {name: builders.make_person(self.unit, *roles.get(name, [])) for name in names}
        shares = {person: [4, 4] for name, person in self.people.items() if name != "admin"}
        self.item = builders.make_item(self.plan, shares, job_no="สสจ. 1")
        self.other = builders.make_item(self.plan, {self["half"]: [2]}, job_no="สสจ. 2")
        self.month = builders.month_of(self.office)
        builders.send_report(self["good"], {self.item: 5}, at=ON_TIME)
        builders.send_report(self["late"], {self.item: 4}, at=DUE + DAY)
        builders.send_report(self["half"], {self.item: 4}, at=ON_TIME)
        builders.send_report(self["off"], {self.item: EXPLAINED}, at=ON_TIME)
        builders.send_report(self["silent"], {self.item: 3}, at=ON_TIME)
        self.waive("waived")

    def __getitem__(self, name: str):
        return self.people[name]

    def waive(self, name: str) -> None:
        values = {"waiver": "LEAVE", "waived_at": ON_TIME, "office": self.office, "unit": self.unit}
        ExpectedReport.objects.update_or_create(
            person=self[name], month=self.month, defaults=values, create_defaults=values | {"due_at": DUE}
        )

    def check(self, as_of: datetime = AS_OF, *, store: bool = True, by=builders.SYSTEM):
        return check_month(self.month, as_of=as_of, by=by, store=store)

    def codes(self, *names: str) -> list[str]:
        return sorted(self[name].code for name in names)

    def flags(self) -> dict[tuple[str, str, str | None], str]:
        names = {person.pk: name for name, person in self.people.items()}
        return {
            (names[flag.person_id], flag.breach, flag.item and flag.item.job_no): flag.state
            for flag in Flag.objects.filter(month=self.month).select_related("item")
        }


FLAGS = {
    ("missing", "MISSING", None): "OPEN",
    ("late", "LATE", None): "OPEN",
    ("half", "INCOMPLETE", "สสจ. 2"): "OPEN",
    ("off", "OFF_PLAN", "สสจ. 1"): "EXPLAINED",
    ("silent", "OFF_PLAN", "สสจ. 1"): "OPEN",
    ("silent", "INCOMPLETE", "สสจ. 1"): "OPEN",
}


@pytest.fixture
def cast() -> Cast:
    return Cast()


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


def test_bad_data_of_one_person_stops_nobody_else(cast, monkeypatch, caplog):
    judge = compliance.findings

    def stumbling(known, **kwargs):
        if known.first_submitted_at == DUE + DAY:
            raise ValueError("unreadable")
        return judge(known, **kwargs)

    monkeypatch.setattr(compliance, "findings", stumbling)
    check = cast.check()
    assert check.unreadable == cast.codes("late")
    assert cast.flags() == {key: state for key, state in FLAGS.items() if key[0] != "late"}
    assert cast["late"].code in check.expected
    assert "can't be checked" in caplog.text


def test_bad_data_leaves_the_flags_it_had(cast, monkeypatch):
    cast.check()
    monkeypatch.setattr(compliance, "findings", lambda known, **kwargs: [][0])
    cast.check(AS_OF + DAY)
    assert cast.flags() == FLAGS


def test_rechecking_one_person_touches_no_other(cast):
    cast.check()
    builders.send_report(cast["missing"], {cast.item: 4}, at=AS_OF + DAY)
    builders.send_report(cast["half"], {cast.item: 4, cast.other: 2}, at=AS_OF + DAY)
    recheck(cast.month, cast["missing"].pk, by=builders.actor(cast["missing"]), now=AS_OF + DAY)
    cast.month.refresh_from_db()
    assert cast.flags() == FLAGS | {
        ("missing", "MISSING", None): "CLEARED",
        ("missing", "LATE", None): "OPEN",
    }
    assert cast.month.checked_as_of == AS_OF


def test_rechecking_never_goes_behind_the_last_check(cast):
    cast.check(AS_OF + 9 * DAY)
    builders.send_report(cast["missing"], {cast.item: 4}, at=AS_OF)
    recheck(cast.month, cast["missing"].pk, by=builders.SYSTEM, now=AS_OF)
    assert cast.flags()["missing", "MISSING", None] == "CLEARED"
    cast.check(AS_OF + 10 * DAY)
    assert cast.flags()["missing", "LATE", None] == "OPEN"


def test_every_open_month_past_its_deadline_is_due_for_a_check(cast):
    other = Cast()
    other.month.closed_at = AS_OF
    other.month.save()
    assert [str(check.month) for check in check_due(as_of=DUE, by=builders.SYSTEM)] == []
    december = AS_OF + 30 * DAY
    found = [
        (str(check.month), len(check.missing)) for check in check_due(as_of=december, by=builders.SYSTEM)
    ]
    assert found == [("2026-10", 1), ("2026-11", 7), ("2026-11", 7)]
    mine = check_due(as_of=december, by=builders.SYSTEM, offices=[cast.office])
    assert [str(check.month) for check in mine] == ["2026-10", "2026-11"]


def test_what_a_deadline_moved_later_takes_back_is_cleared_at_the_next_scan(cast):
    list(check_due(as_of=AS_OF, by=builders.SYSTEM))
    ReportingMonth.objects.filter(pk=cast.month.pk).update(grace_end=AS_OF + 3 * DAY)
    assert list(check_due(as_of=AS_OF + DAY, by=builders.SYSTEM)) == []
    flags = cast.flags()
    assert (flags["missing", "MISSING", None], flags["late", "LATE", None]) == ("CLEARED", "CLEARED")
    assert [check.opened for check in check_due(as_of=AS_OF + 4 * DAY, by=builders.SYSTEM)] == [1]


def test_an_office_that_fails_stops_no_other(cast, monkeypatch, caplog):
    other = Cast()
    read = compliance.month_facts

    def stumbling(month, **kwargs):
        if month.office_id == cast.office.pk:
            raise ValueError("unreadable")
        return read(month, **kwargs)

    monkeypatch.setattr(compliance, "month_facts", stumbling)
    checks = list(check_due(as_of=AS_OF, by=builders.SYSTEM))
    assert [check.missing for check in checks] == [other.codes("missing")]
    assert "failed" in caplog.text


def test_who_may_not_check_is_told_so(cast):
    with pytest.raises(NotAllowed):
        list(check_due(as_of=AS_OF, by=builders.actor(cast["good"])))


def test_the_periodic_task_catches_up_after_days_off(cast, monkeypatch):
    monkeypatch.setattr(tasks.clock, "now", lambda: AS_OF + 60 * DAY)
    for _ in range(2):
        tasks.check_compliance()
    assert cast.flags() == FLAGS
    assert Flag.objects.filter(breach=Breach.MISSING).exclude(month=cast.month).count() == 7


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

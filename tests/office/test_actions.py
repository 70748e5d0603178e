"""Holidays, policy and passwords: checked, changed and recorded as one."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from django.contrib.auth import authenticate

from office.actions import (
    PolicyValues,
    change_policy,
    confirm_holidays,
    grant_role,
    remove_holiday,
    save_holiday,
    seed_holidays,
    set_password,
)
from office.calendar import ShiftRule
from office.enums import Role
from office.errors import Invalid, NotAllowed, Stale
from office.models import AuditEvent, Holiday, Policy
from office.queries import policy_of, policy_stamp
from tests.builders import SYSTEM, actor, make_office, make_person, make_unit

DAY = date(2026, 12, 31)
VALUES = PolicyValues(
    due_time=time(16, 30),
    grace_days=0,
    lock_day=7,
    shift_rule=ShiftRule.PREVIOUS,
    off_plan_margin=Decimal("0.00"),
    answer_days=3,
    second_answer_days=2,
)


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def admin(office):
    return actor(make_person(make_unit(office), Role.GENERAL_ADMIN))


@pytest.fixture
def officer(office):
    return actor(make_person(make_unit(office)))


def last_event():
    return AuditEvent.objects.last()


class TestHolidays:
    def test_seeding_fills_the_year_once(self, office, now):
        added = seed_holidays(office, 2570, by=SYSTEM, now=now)
        assert added == office.holidays.count() > 10
        assert seed_holidays(office, 2570, by=SYSTEM, now=now) == 0
        assert AuditEvent.objects.count() == 1
        assert not office.holidays.filter(confirmed=True).exists()

    def test_seeding_leaves_what_the_office_wrote(self, office, admin, now):
        save_holiday(office, DAY, "วันสิ้นปีของเรา", by=admin, now=now)
        seed_holidays(office, 2570, by=SYSTEM, now=now)
        assert office.holidays.get(day=DAY).name == "วันสิ้นปีของเรา"

    def test_adding_one_confirms_and_records_it(self, office, admin, now):
        holiday = save_holiday(office, DAY, "วันหยุดพิเศษ", by=admin, now=now, source="มติ ครม.")
        assert (holiday.confirmed, holiday.source) == (True, "มติ ครม.")
        event = last_event()
        assert (event.verb, event.actor_id, event.subject_id, event.at) == (
            "HOLIDAY_SAVED",
            admin.id,
            holiday.pk,
            now,
        )
        assert event.after["day"] == "2026-12-31"

    def test_a_day_is_a_holiday_once(self, office, admin, now):
        save_holiday(office, DAY, "วันสิ้นปี", by=admin, now=now)
        with pytest.raises(Invalid) as refusal:
            save_holiday(office, DAY, "อีกวัน", by=admin, now=now)
        assert "วันสิ้นปี" in refusal.value.faults["day"]
        assert AuditEvent.objects.count() == 1

    def test_the_same_day_of_another_office_is_its_own(self, office, admin, now):
        Holiday.objects.create(office=make_office(), day=DAY, name="x", source="x")
        assert save_holiday(office, DAY, "วันสิ้นปี", by=admin, now=now).office == office

    def test_removing_one_records_what_it_was(self, office, admin, now):
        holiday = save_holiday(office, DAY, "วันสิ้นปี", by=admin, now=now)
        number = holiday.pk
        remove_holiday(holiday, by=admin, now=now)
        assert not office.holidays.exists()
        event = last_event()
        assert (event.verb, event.subject_id, event.before["name"]) == ("HOLIDAY_REMOVED", number, "วันสิ้นปี")

    def test_removing_one_twice_is_recorded_once(self, office, admin, now):
        holiday = save_holiday(office, DAY, "วันสิ้นปี", by=admin, now=now)
        twin = Holiday.objects.get(pk=holiday.pk)
        remove_holiday(holiday, by=admin, now=now)
        remove_holiday(twin, by=admin, now=now)
        assert AuditEvent.objects.filter(verb="HOLIDAY_REMOVED").count() == 1

    def test_confirming_takes_the_year_s_days_only(self, office, admin, now):
        for day in (date(2026, 9, 30), date(2026, 10, 1), date(2027, 9, 30), date(2027, 10, 1)):
            Holiday.objects.create(office=office, day=day, name="x", source="x")
        assert confirm_holidays(office, 2570, by=admin, now=now) == 2
        confirmed = office.holidays.filter(confirmed=True).values_list("day", flat=True)
        assert list(confirmed) == [date(2026, 10, 1), date(2027, 9, 30)]
        assert confirm_holidays(office, 2570, by=admin, now=now) == 0
        assert AuditEvent.objects.count() == 1

    @pytest.mark.parametrize("who", ["officer", "stranger"])
    def test_others_may_not(self, office, officer, now, who):
        by = officer if who == "officer" else actor(make_person(make_unit(make_office()), Role.GENERAL_ADMIN))
        holiday = Holiday.objects.create(office=office, day=DAY, name="x", source="x")
        for deed in (
            lambda: save_holiday(office, date(2026, 12, 30), "x", by=by, now=now),
            lambda: remove_holiday(holiday, by=by, now=now),
            lambda: confirm_holidays(office, 2570, by=by, now=now),
        ):
            with pytest.raises(NotAllowed):
                deed()
        assert list(office.holidays.values_list("day", "confirmed")) == [(DAY, False)]


class TestPolicy:
    def test_is_the_default_until_set(self, office):
        policy = policy_of(office)
        assert (policy.pk, policy.due_time, policy.grace_days, policy.lock_day) == (None, time(16, 30), 0, 5)

    def test_changes_what_differs_and_records_it(self, office, admin, now):
        change_policy(office, VALUES, by=admin, now=now, stamp=policy_stamp(policy_of(office)))
        assert Policy.objects.get(office=office).lock_day == 7
        event = last_event()
        assert (event.verb, event.before, event.after) == ("POLICY_CHANGED", {"lock_day": 5}, {"lock_day": 7})

    def test_the_same_values_change_nothing(self, office, admin, now):
        for _ in range(2):
            change_policy(office, VALUES, by=admin, now=now, stamp=policy_stamp(policy_of(office)))
        assert AuditEvent.objects.count() == 1

    def test_of_two_who_change_it_the_second_is_told(self, office, admin, now):
        seen = policy_stamp(policy_of(office))
        change_policy(office, VALUES, by=admin, now=now, stamp=seen)
        with pytest.raises(Stale):
            change_policy(office, VALUES, by=admin, now=now, stamp=seen)

    def test_its_stamp_is_the_same_before_and_after_storing(self, office):
        policy = Policy(office=office, off_plan_margin=Decimal("2.5"))
        before = policy_stamp(policy)
        policy.save()
        assert policy_stamp(policy_of(office)) == before

    def test_others_may_not(self, office, officer, now):
        with pytest.raises(NotAllowed):
            change_policy(office, VALUES, by=officer, now=now, stamp=policy_stamp(policy_of(office)))
        assert not Policy.objects.exists()


class TestPasswords:
    def test_the_new_one_opens_and_is_not_recorded(self, office, now, rf):
        person = make_person(make_unit(office), code="EX001")
        set_password(person, "ลูกพลับ-9-ใบ", by=SYSTEM, now=now)
        assert authenticate(rf.post("/"), username="EX001", password="ลูกพลับ-9-ใบ") == person
        assert "ลูกพลับ" not in str(last_event().after)
        assert last_event().verb == "PERSON_CHANGED"

    @pytest.mark.parametrize(
        ("password", "remedy"),
        [("abc-9", "10 ตัว"), ("1234567890", "ตัวเลขล้วน"), ("password123", "เดาได้")],
        ids=["short", "figures", "common"],
    )
    def test_a_weak_one_is_refused_with_the_remedy(self, office, now, password, remedy):
        person = make_person(make_unit(office))
        with pytest.raises(Invalid) as refusal:
            set_password(person, password, by=SYSTEM, now=now)
        assert remedy in refusal.value.faults["password"]
        assert not AuditEvent.objects.exists()

    def test_only_the_system_administrator_may(self, office, admin, now):
        person = make_person(make_unit(office))
        with pytest.raises(NotAllowed):
            set_password(person, "ลูกพลับ-9-ใบ", by=admin, now=now)
        keeper = actor(make_person(make_unit(office), Role.SYSTEM_ADMIN))
        set_password(person, "ลูกพลับ-9-ใบ", by=keeper, now=now)
        assert person.has_usable_password()


class TestRoles:
    def test_given_from_a_day_on_once(self, office, now):
        unit = make_unit(office)
        person = make_person(unit)
        first = grant_role(person, Role.PERSONNEL, unit, starts_on=DAY, by=SYSTEM, now=now)
        assert grant_role(person, Role.PERSONNEL, unit, starts_on=DAY, by=SYSTEM, now=now) == first
        assert (first.starts_on, first.ends_on) == (DAY, None)
        assert AuditEvent.objects.count() == 1
        assert last_event().after["role"] == "PERSONNEL"

    def test_only_the_system_administrator_gives_them(self, office, admin, now):
        unit = make_unit(office)
        person = make_person(unit)
        with pytest.raises(NotAllowed):
            grant_role(person, Role.PERSONNEL, unit, starts_on=DAY, by=admin, now=now)

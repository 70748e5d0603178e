"""History is written with the change, can't be changed afterwards, and is read by those who may."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from office import audit, history
from office.audit import Verb
from office.calendar import ShiftRule
from office.enums import Role
from office.models import AuditEvent
from tests.builders import SYSTEM, actor, make_office, make_person, make_unit


@pytest.fixture
def office(db):
    return make_office()


def event(office, now, **facts):
    given = {"by": SYSTEM, "verb": Verb.POLICY_CHANGED, "subject": office, "at": now} | facts
    return audit.record(**given)


class TestTheTable:
    @pytest.mark.django_db
    @pytest.mark.parametrize(
        "deed",
        [
            pytest.param(lambda: AuditEvent.objects.update(actor_text="x"), id="update"),
            pytest.param(lambda: AuditEvent.objects.all().delete(), id="delete"),
            pytest.param(lambda: AuditEvent.objects.get().delete(), id="delete-one"),
            pytest.param(lambda: _sql("UPDATE office_auditevent SET verb = 'X'"), id="raw-update"),
            pytest.param(lambda: _sql("DELETE FROM office_auditevent"), id="raw-delete"),
        ],
    )
    def test_refuses_to_be_changed(self, office, now, deed):
        written = event(office, now)
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
        assert AuditEvent.objects.get().actor_text == written.actor_text

    @pytest.mark.django_db(transaction=True)
    def test_a_change_that_fails_leaves_no_history(self, now):
        office = make_office()
        with pytest.raises(RuntimeError), transaction.atomic():
            event(office, now)
            raise RuntimeError
        assert not AuditEvent.objects.exists()

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("round_", [1, 2], ids=["first", "after a flush"])
    def test_is_guarded_again_after_a_flush(self, now, round_):
        event(make_office(), now)
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEvent.objects.all().delete()
        assert AuditEvent.objects.count() == 1


class TestAnEntry:
    def test_names_who_what_when_and_why(self, office, now):
        person = make_person(make_unit(office))
        by = actor(person)
        written = event(office, now, by=by, before={"lock_day": 5}, after={"lock_day": 7}, reason="มติที่ประชุม")
        written.refresh_from_db()
        assert (written.office_id, written.at, written.verb) == (office.pk, now, "POLICY_CHANGED")
        assert (written.actor_id, written.actor_text) == (person.pk, person.full_name)
        assert (written.subject_type, written.subject_id, written.subject_text) == (
            "office.office",
            office.pk,
            office.name,
        )
        assert (written.before, written.after, written.reason) == (
            {"lock_day": 5},
            {"lock_day": 7},
            "มติที่ประชุม",
        )

    def test_keeps_values_as_plain_json(self, office, now):
        values = {
            "rule": ShiftRule.NEXT,
            "margin": Decimal("2.50"),
            "day": date(2026, 10, 31),
            "at": now,
            "hour": time(16, 30),
            "list": (Role.OFFICER, None),
            "inner": {"day": date(2026, 1, 1)},
            "on": True,
        }
        written = event(office, now, after=values)
        written.refresh_from_db()
        assert written.after == {
            "rule": "NEXT",
            "margin": "2.50",
            "day": "2026-10-31",
            "at": "2026-11-02T02:00:00+00:00",
            "hour": "16:30:00",
            "list": ["OFFICER", None],
            "inner": {"day": "2026-01-01"},
            "on": True,
        }

    def test_of_a_record_without_an_office_belongs_to_the_doers(self, office, now):
        person = make_person(make_unit(office))
        membership = person.memberships.get()
        assert event(office, now, by=actor(person), subject=membership).office_id == office.pk

    def test_history_of_a_subject_is_its_own_oldest_first(self, office, now):
        first, second = event(office, now), event(office, now)
        event(make_office(), now)
        assert list(audit.history_of(office)) == [first, second]

    def test_many_are_written_at_once(self, office, now, django_assert_num_queries):
        entries = [audit.entry(by=SYSTEM, verb=Verb.CHECKED, subject=office, at=now) for _ in range(60)]
        with django_assert_num_queries(1):
            audit.record_all(entries)
        assert AuditEvent.objects.count() == 60


class TestInWords:
    @pytest.mark.parametrize(
        ("value", "words"),
        [
            pytest.param(None, "–", id="nothing"),
            pytest.param("", "–", id="empty"),
            pytest.param([], "–", id="empty-list"),
            pytest.param(True, "ใช่", id="true"),
            pytest.param(False, "ไม่ใช่", id="false"),
            pytest.param(7, "7", id="number"),
            pytest.param("2026-10-31", "31 ต.ค. 2569", id="day"),
            pytest.param("2026-11-02T02:00:00+00:00", "2 พ.ย. 2569 09.00 น.", id="instant"),
            pytest.param("2026-99-31", "2026-99-31", id="no-such-day"),
            pytest.param("16:30:00", "16.30 น.", id="hour"),
            pytest.param("RETURNED", "ส่งกลับแก้ไข", id="code"),
            pytest.param("ตามจริง", "ตามจริง", id="text"),
            pytest.param({"lock_day": 5}, "ปิดรับแก้ไขวันทำการที่ 5", id="inner"),
            pytest.param(["a", "b"], "a, b", id="list"),
            pytest.param(list("abcdefgh"), "a, b, c, d, e, f และอีก 2", id="long-list"),
        ],
    )
    def test_a_value(self, value, words):
        assert history.words_of(value) == words

    def test_an_entry_tells_only_what_differs(self):
        written = AuditEvent(before={"lock_day": 5, "grace_days": 0}, after={"lock_day": 7, "grace_days": 0})
        assert history.told(written) == [history.Told("ปิดรับแก้ไขวันทำการที่", "5", "7")]

    def test_an_entry_without_before_tells_what_came(self):
        written = AuditEvent(after={"name": "วันหยุดพิเศษ", "odd": "x"})
        assert history.told(written) == [history.Told("ชื่อ", "", "วันหยุดพิเศษ"), history.Told("odd", "", "x")]

    def test_an_unknown_verb_is_shown_as_it_is(self):
        assert history.verb_label("GONE") == "GONE"
        assert history.verb_label("WAIVED") == "ยกเว้น"

    def test_every_role_state_and_type_has_a_word(self):
        from office.enums import PersonnelType

        missing = [code for code in (*Role, *PersonnelType, *ShiftRule) if code.value not in history.VALUES]
        assert missing == []


class TestWhoReads:
    def subjects(self, who):
        return set(AuditEvent.objects.filter(history.within(who)).values_list("subject_type", flat=True))

    @pytest.mark.parametrize(
        ("role", "seen"),
        [
            pytest.param(
                Role.GENERAL_ADMIN, {"office.office", "office.person", "plans.x", "reports.x"}, id="admin"
            ),
            pytest.param(
                Role.DIRECTOR,
                {"office.office", "office.person", "plans.x", "reports.x", "appraisals.x"},
                id="director",
            ),
            pytest.param(Role.SYSTEM_ADMIN, {"office.office", "office.person"}, id="system"),
            pytest.param(Role.OFFICER, {"plans.x"}, id="officer"),
        ],
    )
    def test_an_entry_is_for_those_who_see_its_subject_everywhere(self, office, now, role, seen):
        unit = make_unit(office)
        who = make_person(unit, role)
        if role is Role.SYSTEM_ADMIN:  # a pure one: no officer's grants
            who.memberships.filter(role=Role.OFFICER).delete()
        for subject_type in (
            "office.office",
            "office.person",
            "plans.x",
            "reports.x",
            "appraisals.x",
            "odd.x",
        ):
            made = audit.entry(by=SYSTEM, verb=Verb.CHECKED, subject=office, at=now)
            made.subject_type = subject_type
            made.save()
        assert self.subjects(actor(who)) == seen

    def test_other_offices_are_out_of_reach(self, office, now):
        event(make_office(), now)
        assert self.subjects(actor(make_person(make_unit(office), Role.DIRECTOR))) == set()

    def test_the_system_reads_all(self, office, now):
        event(office, now)
        assert self.subjects(SYSTEM) == {"office.office"}


def _sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)

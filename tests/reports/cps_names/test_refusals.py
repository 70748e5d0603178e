"""History of what was said, and what can't be said."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from office.audit import Verb
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import AuditEvent
from reports.actions.cps import Meaning, remove_alias
from reports.models import CpsAlias, CpsRecord
from tests import builders
from tests.reports.cps_names.scene import (
    HOUR,
    JOB,
    NOW,
    PERSON,
    ROWS,
    VISITING,
    ann_is,
    counted,
    match,
    stamp_of,
    take,
)

pytestmark = pytest.mark.django_db


def test_the_history_says_what_stood_before_and_after(cast):
    take(cast.month, *ROWS)
    match(cast, ann_is(cast), VISITING)
    match(cast, Meaning(PERSON, "EX998", person_id=cast.bob.pk), now=NOW + HOUR)
    match(cast, Meaning(JOB, "เยี่ยมสหกรณ์"), now=NOW + 2 * HOUR)
    said = AuditEvent.objects.filter(verb=Verb.CPS_ALIAS_SAVED.value).order_by("pk")
    ann, bob = (f"{each.full_name} ({each.code})" for each in (cast.ann, cast.bob))
    assert [(event.before.get("meaning"), event.after["meaning"]) for event in said] == [
        (None, ann),
        (None, "สสจ. 2"),
        (ann, bob),
    ]
    assert {event.actor_id for event in said} == {cast.admin.pk}
    assert AuditEvent.objects.get(verb=Verb.CPS_ALIAS_REMOVED.value).before["meaning"] == "สสจ. 2"
    read_again = AuditEvent.objects.filter(verb=Verb.CPS_MATCHED.value).order_by("pk")
    assert [event.after for event in read_again] == [
        {"changed": 3, "unmatched": 0},
        {"changed": 2, "unmatched": 0},
        {"changed": 2, "unmatched": 2},
    ]


# Refusals


def test_a_closed_month_is_left_as_it_is(cast):
    take(cast.month, *ROWS)
    cast.month.closed_at = NOW
    cast.month.save()
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        match(cast, ann_is(cast))
    assert (counted(cast.month), CpsAlias.objects.count()) == ({("EX030", "สสจ. 1", 3)}, 0)


def test_a_month_without_a_file_has_no_names(cast):
    with pytest.raises(NotAllowedNow, match="ยังไม่ได้นำเข้า"):
        match(cast, ann_is(cast))


def test_a_person_of_another_office_is_refused(cast):
    stranger = builders.make_person(builders.make_unit(builders.make_office()))
    take(cast.month, *ROWS)
    with pytest.raises(Invalid, match="เจ้าหน้าที่ของสำนักงาน"):
        match(cast, ann_is(cast, "EX998"), Meaning(PERSON, "EX998", person_id=stranger.pk))
    assert not CpsAlias.objects.exists()


@pytest.mark.parametrize(
    "meaning",
    [
        Meaning(PERSON, "EX998", person_id=0),
        Meaning(PERSON, "EX998", job_no="สสจ. 1"),
        Meaning(JOB, "เยี่ยมสหกรณ์", job_no="สสจ. 99"),
        Meaning(JOB, "เยี่ยมสหกรณ์", person_id=1),
        Meaning(PERSON, "ไม่มีในไฟล์", person_id=1),
        Meaning(PERSON, "EX030", person_id=1),
        Meaning(JOB, "EX998", job_no="สสจ. 1"),
        Meaning(PERSON, "", person_id=1),
    ],
    ids=[
        "nobody",
        "a job for a person",
        "no such job",
        "a person for a job",
        "not in the file",
        "known exactly",
        "a person's name as a job's",
        "no text",
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(cast, meaning):
    take(cast.month, *ROWS)
    with pytest.raises(Invalid):
        match(cast, VISITING, meaning)
    assert (CpsAlias.objects.count(), CpsRecord.objects.filter(item=cast.other).count()) == (0, 0)


def test_a_form_made_before_a_newer_file_or_another_s_word_is_stale(cast):
    take(cast.month, *ROWS)
    before = stamp_of(cast.month)
    match(cast, VISITING)
    with pytest.raises(Stale):
        match(cast, ann_is(cast), stamp=before)
    before = stamp_of(cast.month)
    take(cast.month, *ROWS[:2], now=NOW + HOUR)
    with pytest.raises(Stale):
        match(cast, ann_is(cast), stamp=before)
    assert CpsAlias.objects.count() == 1


def test_only_the_admin_unit_matches_and_only_its_own_office(cast):
    take(cast.month, *ROWS)
    match(cast, VISITING)
    director = builders.make_person(cast.units[0], Role.DIRECTOR)
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    for person in (cast.ann, cast.cat, director, stranger):
        with pytest.raises(NotAllowed):
            match(cast, ann_is(cast), by=person)
        with pytest.raises(NotAllowed):
            remove_alias(CpsAlias.objects.get(), by=builders.actor(person), now=NOW)


def test_the_database_holds_one_meaning_a_text_and_of_its_kind(cast):
    facts = {"office": cast.office, "text": "x", "written": "x", "saved_at": NOW}
    CpsAlias.objects.create(**facts, kind=JOB, job_no="สสจ. 1")
    for wrong in (
        {"kind": JOB, "job_no": "สสจ. 2"},
        {"kind": PERSON, "job_no": "สสจ. 2"},
        {"kind": PERSON, "person": cast.ann, "job_no": "สสจ. 2"},
        {"kind": PERSON},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            CpsAlias.objects.create(**facts | wrong)


def test_removing_is_in_the_history_and_twice_is_once(cast):
    take(cast.month, *ROWS)
    match(cast, VISITING)
    alias = CpsAlias.objects.get()
    for _ in range(2):
        remove_alias(alias, by=builders.actor(cast.admin), now=NOW)
    assert AuditEvent.objects.filter(verb=Verb.CPS_ALIAS_REMOVED.value).count() == 1
    assert ("EX031", "สสจ. 2", 5) in counted(cast.month)

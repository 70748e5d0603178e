"""What a name of CPS means: said once, counted from then on."""

from __future__ import annotations

import pytest

from office.models import AuditEvent
from reports.actions.compliance import check_month
from reports.actions.cps import Meaning
from reports.cps_reads import figures_of
from reports.cps_saved import key_of
from reports.enums import Breach, FlagState
from reports.models import CpsAlias, CpsFile, CpsRecord, Flag
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
    names,
    take,
)

pytestmark = pytest.mark.django_db


def test_each_unknown_name_is_told_once_and_nobody_is_guessed(cast):
    outcome = take(cast.month, *ROWS, ("", "สสจ. 1", 1, "แอน"), ("-", "-", 1))
    assert names(cast.month) == [("JOB", "เยี่ยมสหกรณ์", 2), ("PERSON", "EX998", 2), ("PERSON", "แอน", 1)]
    assert len(outcome.unmatched) == 5
    assert counted(cast.month) == {("EX030", "สสจ. 1", 3)}


def test_what_is_said_is_counted_at_once_in_that_month(cast):
    take(cast.month, *ROWS)
    done = match(cast, ann_is(cast), VISITING)
    assert (done.said, done.rows, done.unmatched) == (2, 3, 0)
    assert counted(cast.month) == {
        ("EX030", "สสจ. 1", 3),
        ("EX030", "สสจ. 1", 2),
        ("EX030", "สสจ. 2", 4),
        ("EX031", "สสจ. 2", 5),
    }
    assert figures_of(cast.month, cast.ann.pk, [cast.visits.pk]) == {cast.visits.pk: 5}
    assert CpsFile.objects.get().no == 1


def test_what_is_left_unsaid_stays_unmatched(cast):
    take(cast.month, *ROWS)
    done = match(cast, ann_is(cast), Meaning(JOB, "เยี่ยมสหกรณ์"))
    assert (done.said, done.rows, done.unmatched, CpsAlias.objects.count()) == (1, 2, 2, 1)


def test_the_same_file_again_changes_nothing(cast):
    take(cast.month, *ROWS)
    match(cast, ann_is(cast), VISITING)
    again = take(cast.month, *ROWS, now=NOW + HOUR)
    assert (again.created, again.changed, again.unchanged, again.unmatched) == (0, 0, 4, [])
    assert CpsFile.objects.count() == 1


def test_later_files_are_read_by_it(cast):
    take(cast.month, *ROWS)
    match(cast, ann_is(cast), VISITING)
    november = builders.month_of(cast.office, "2026-11")
    outcome = take(november, ("ex998", "เยี่ยม  สหกรณ์", 7), ("EX-998", "สสจ. 1", 1))
    assert [row["person"] for row in outcome.unmatched] == ["EX-998"]
    assert ("EX030", "สสจ. 2", 7) in counted(november)


def test_a_job_keeps_its_meaning_in_next_year_s_plan(cast):
    take(cast.month, *ROWS)
    match(cast, VISITING)
    plan = builders.make_plan(cast.office, 2571)
    october = builders.month_of(cast.office, "2027-10")
    assert len(take(october, ("EX030", "เยี่ยมสหกรณ์", 1)).unmatched) == 1
    item = builders.make_item(plan, {cast.ann: [1]}, job_no="สสจ. 2")
    assert take(october, ("EX030", "เยี่ยมสหกรณ์", 1), now=NOW + HOUR).unmatched == []
    assert CpsRecord.objects.filter(item=item).exists()


def test_an_exact_code_name_or_job_goes_before_what_was_said(cast):
    take(cast.month, *ROWS, ("", "สสจ. 1", 1, "นายดอน มา"))
    don = Meaning(PERSON, "นายดอน มา", person_id=cast.ann.pk)
    match(cast, ann_is(cast), VISITING, don)
    newcomer = builders.make_person(cast.units[0], code="EX998")
    newcomer.name_prefix, newcomer.first_name, newcomer.last_name = "นาย", "ดอน", "มา"
    newcomer.save()
    exact = builders.make_item(cast.plan, {}, job_no="เยี่ยมสหกรณ์")
    take(cast.month, *ROWS, ("", "สสจ. 1", 1, "นายดอน มา"), now=NOW + HOUR)
    newest = CpsFile.objects.first().records
    assert set(newest.exclude(person__in=[cast.ann, cast.bob]).values_list("person", flat=True)) == {
        newcomer.pk
    }
    assert newest.filter(person=newcomer).count() == 3
    assert newest.filter(item=exact).count() == 2
    assert names(cast.month) == []


def test_a_name_that_two_people_share_can_be_told_apart(cast):
    for code in ("EX040", "EX041"):
        twin = builders.make_person(cast.units[0], code=code, first_name="แฝด")
        twin.last_name = "เหมือน"
        twin.save()
    take(cast.month, ("", "สสจ. 1", 1, "นายแฝด เหมือน"))
    match(cast, Meaning(PERSON, "นายแฝด เหมือน", person_id=twin.pk))
    assert counted(cast.month) == {("EX041", "สสจ. 1", 1)}


def test_job_numbers_that_differ_by_a_point_are_two_names(cast):
    assert key_of(JOB, "กลาง 1.1") != key_of(JOB, "กลาง 11")
    assert key_of(JOB, "กลาง  ๑.๑") == key_of(JOB, "กลาง 1.1")
    assert (key_of(PERSON, " - "), key_of(JOB, "")) == ("", "")


def test_long_names_alike_at_the_start_are_two_names(cast):
    long = "ส่งเสริมและพัฒนาสหกรณ์ให้มีความเข้มแข็งตามศักยภาพ" * 2
    take(cast.month, ("EX030", f"{long} 1", 1), ("EX030", f"{long} 2", 2))
    match(cast, Meaning(JOB, f"{long} 1", job_no="สสจ. 2"))
    assert counted(cast.month) == {("EX030", "สสจ. 2", 1)}


def test_it_can_be_changed_and_taken_back(cast):
    take(cast.month, *ROWS)
    match(cast, ann_is(cast))
    match(cast, Meaning(PERSON, "EX998", person_id=cast.bob.pk), now=NOW + HOUR)
    assert ("EX031", "สสจ. 1", 2) in counted(cast.month)
    done = match(cast, Meaning(PERSON, "EX998"), now=NOW + 2 * HOUR)
    assert (done.said, done.rows, CpsAlias.objects.count()) == (1, 2, 0)
    assert counted(cast.month) == {("EX030", "สสจ. 1", 3)}


def test_saying_the_same_again_changes_nothing(cast):
    take(cast.month, *ROWS)
    match(cast, ann_is(cast))
    events = AuditEvent.objects.count()
    done = match(cast, ann_is(cast), now=NOW + HOUR)
    assert (done.said, done.rows, AuditEvent.objects.count()) == (0, 0, events)


def test_a_name_said_in_another_month_is_filled_in_here_when_saved(cast):
    november = builders.month_of(cast.office, "2026-11")
    take(cast.month, *ROWS)
    take(november, ("EX998", "สสจ. 1", 6))
    match(cast, ann_is(cast))
    assert counted(november) == set()
    match(cast, ann_is(cast), month=november)
    assert counted(november) == {("EX030", "สสจ. 1", 6)}


def test_a_job_of_last_year_s_plan_alone_can_stay_as_said(cast):
    take(cast.month, *ROWS)
    match(cast, VISITING)
    builders.make_plan(cast.office, 2571)
    october = builders.month_of(cast.office, "2027-10")
    take(october, ("EX998", "เยี่ยมสหกรณ์", 1))
    done = match(cast, VISITING, ann_is(cast), month=october)
    assert (done.said, done.unmatched) == (1, 1)


def test_said_twice_in_one_form_the_last_word_stands(cast):
    take(cast.month, *ROWS)
    match(cast, ann_is(cast), Meaning(PERSON, "ex998", person_id=cast.bob.pk))
    assert CpsAlias.objects.get().person == cast.bob


# Flags


def mismatch(person) -> Flag | None:
    return Flag.objects.filter(person=person, breach=Breach.CPS_MISMATCH).first()


def test_a_checked_month_is_checked_again(cast):
    take(cast.month, ("EX030", "สสจ. 1", 3), ("EX998", "สสจ. 1", 1))
    check_month(cast.month, as_of=NOW, by=builders.SYSTEM, store=True)
    assert mismatch(cast.ann).state == FlagState.OPEN
    match(cast, ann_is(cast), now=NOW + HOUR)
    assert mismatch(cast.ann).state == FlagState.CLEARED


def test_a_month_not_yet_checked_waits_for_its_check(cast):
    take(cast.month, ("EX998", "สสจ. 1", 1))
    match(cast, ann_is(cast))
    assert not Flag.objects.exists()

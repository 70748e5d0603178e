"""Names that a CPS file has and the office doesn't: who says what they mean, and what is counted then."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from office import clock
from office.audit import Verb
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.importing import Outcome
from office.models import AuditEvent
from reports.actions.compliance import check_month
from reports.actions.cps import Meaning, import_cps, match_names, remove_alias
from reports.cps_file import CpsFile as ParsedFile
from reports.cps_reads import figures_of
from reports.cps_row import CpsRow
from reports.cps_saved import Matcher, key_of, names_in, names_stamp
from reports.enums import AliasKind, Breach, FlagState
from reports.models import CpsAlias, CpsFile, CpsRecord, Flag
from tests import builders
from tests.reports.test_cps_pages import Cast, client_of, page

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "/cps/2026-10/"
HEADING = ["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "จำนวน"]
PERSON, JOB = AliasKind.PERSON, AliasKind.JOB


@pytest.fixture(autouse=True)
def _clock_and_files(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path


@pytest.fixture
def cast() -> Cast:
    return Cast()


ROWS = (("EX030", "สสจ. 1", 3), ("EX998", "สสจ. 1", 2), ("EX998", "เยี่ยมสหกรณ์", 4), ("EX031", "เยี่ยมสหกรณ์", 5))
"""One row known; EX998 and เยี่ยมสหกรณ์ nobody knows."""


def take(month, *told, now: datetime = NOW) -> Outcome:
    rows = [
        CpsRow(n, None, code, job, "", Decimal(quantity), "ครั้ง", None, name)
        for n, (code, job, quantity, name) in enumerate((((*each, "")[:4]) for each in told), start=2)
    ]
    return import_cps(month, ParsedFile(rows=rows), name="cps.xlsx", by=builders.SYSTEM, now=now)


def stamp_of(month) -> str:
    newest = CpsFile.objects.filter(month=month).first()
    return names_stamp(newest, CpsAlias.objects.filter(office=month.office)) if newest else ""


def match(cast, *meanings: Meaning, by=None, month=None, stamp: str | None = None, now: datetime = NOW):
    month = month or cast.month
    return match_names(
        month,
        meanings,
        stamp=stamp_of(month) if stamp is None else stamp,
        by=builders.actor(by or cast.admin),
        now=now,
    )


def ann_is(cast, text: str = "EX998") -> Meaning:
    return Meaning(PERSON, text, person_id=cast.ann.pk)


VISITING = Meaning(JOB, "เยี่ยมสหกรณ์", job_no="สสจ. 2")


def counted(month) -> set[tuple]:
    rows = CpsRecord.objects.filter(file__month=month, person__isnull=False, item__isnull=False)
    return set(rows.values_list("person__code", "item__job_no", "quantity"))


def names(month) -> list[tuple[str, str, int]]:
    newest = CpsFile.objects.filter(month=month).first()
    return [(name.kind.value, name.written, name.rows) for name in names_in(newest, Matcher.of(month))]


# What is said and what is counted


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


# History


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


# The month's page


def form_of(html: str) -> dict[str, str]:
    """What the form would send as it stands."""
    section = html[html.index('id="match"') :]
    sent = dict(re.findall(r'<input type="hidden" name="((?:kind|text)-\d+|stamp)" value="([^"]*)"', section))
    for name, options in re.findall(r'<select [^>]*name="(means-\d+)">(.*?)</select>', section, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def means(sent: dict[str, str], text: str, target: object) -> dict[str, str]:
    number = next(name.removeprefix("text-") for name, value in sent.items() if value == text)
    return sent | {f"means-{number}": str(target)}


def test_the_clerk_says_it_on_the_month_s_page(cast):
    take(cast.month, *ROWS)
    client = client_of(cast.admin)
    sent = form_of(client.get(URL).content.decode())
    sent = means(means(sent, "EX998", cast.ann.pk), "เยี่ยมสหกรณ์", "สสจ. 2")
    done = client.post(f"{URL}match/", sent, follow=True)
    assert done.redirect_chain == [(f"{URL}#match", 302)]
    html = done.content.decode()
    assert "บันทึกการจับคู่แล้ว อ่านใหม่ 3 แถว พบคู่ครบทุกแถว" in html
    assert 'id="unmatched"' not in html
    shown = form_of(html)
    assert (shown["means-1"], shown["means-2"]) == ("สสจ. 2", str(cast.ann.pk))
    assert html.count("จับคู่แล้ว</span>") == 2
    again = client.post(f"{URL}match/", shown, follow=True).content.decode()
    assert "ไม่มีอะไรเปลี่ยน" in again


def test_a_month_where_all_is_known_asks_nothing(cast):
    take(cast.month, ROWS[0])
    assert 'id="match"' not in page(cast.admin)


def test_others_see_the_unmatched_rows_but_no_form(cast):
    take(cast.month, *ROWS)
    director = builders.make_person(cast.units[0], Role.DIRECTOR)
    assert 'id="unmatched"' in page(director)
    for person in (director, cast.ann, cast.bob):
        assert 'id="match"' not in page(person)
        assert client_of(person).post(f"{URL}match/").status_code == 403
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    assert client_of(stranger).post(f"{URL}match/").status_code == 404


def test_a_closed_month_has_no_form_and_takes_none(cast):
    take(cast.month, *ROWS)
    sent = form_of(page(cast.admin))
    cast.month.closed_at = NOW
    cast.month.save()
    assert 'id="match"' not in page(cast.admin)
    assert client_of(cast.admin).post(f"{URL}match/", sent).status_code == 409


@pytest.mark.parametrize("target", ["stranger", "x", "๑", "9" * 40, "-1"])
def test_a_choice_that_was_not_offered_is_refused_on_the_page(cast, target):
    stranger = builders.make_person(builders.make_unit(builders.make_office()))
    take(cast.month, *ROWS)
    sent = means(form_of(page(cast.admin)), "EX998", stranger.pk if target == "stranger" else target)
    answer = client_of(cast.admin).post(f"{URL}match/", sent)
    assert answer.status_code == 422
    assert "เลือกเจ้าหน้าที่ของสำนักงานจากรายการ" in answer.content.decode()
    assert not CpsAlias.objects.exists()


def test_a_kind_that_does_not_exist_is_refused(cast):
    take(cast.month, *ROWS)
    sent = form_of(page(cast.admin)) | {"kind-1": "PET"}
    assert client_of(cast.admin).post(f"{URL}match/", sent).status_code == 422


def test_a_form_of_before_is_409(cast):
    take(cast.month, *ROWS)
    sent = means(form_of(page(cast.admin)), "EX998", cast.ann.pk)
    match(cast, VISITING)
    assert client_of(cast.admin).post(f"{URL}match/", sent).status_code == 409


def test_many_names_come_a_page_at_a_time(cast):
    take(cast.month, *((f"N{n}", "สสจ. 1", 1) for n in range(23)))
    assert len(re.findall(r'name="means-', page(cast.admin))) == 20
    assert len(re.findall(r'name="means-', page(cast.admin, f"{URL}?names=2"))) == 3
    assert len(re.findall(r'name="means-', page(cast.admin, f"{URL}?names=x"))) == 20


@pytest.mark.parametrize("unknown", [1, 3])
def test_the_month_s_page_is_read_in_constant_queries(cast, unknown):
    take(cast.month, *((f"N{n}", "สสจ. 1", 1) for n in range(unknown)))
    for n in range(unknown):
        CpsAlias.objects.create(
            office=cast.office, kind=JOB, text=f"t{n}", written="t", job_no="สสจ. 1", saved_at=NOW
        )
    client = client_of(cast.admin)
    with CaptureQueriesContext(connection) as captured:
        client.get(URL)
    assert len(captured) == 10


# All that was said


def test_all_that_was_said_is_listed_and_can_be_taken_back(cast):
    take(cast.month, *ROWS)
    match(cast, ann_is(cast), VISITING)
    html = page(cast.admin, "/cps/names/")
    assert re.findall(r'<tr data-name="([^"]*)"', html) == ["EX998", "เยี่ยมสหกรณ์"]
    assert f"{cast.ann.full_name} · EX030" in html
    alias = CpsAlias.objects.get(kind=JOB)
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    assert "EX998" not in page(stranger, "/cps/names/")
    assert client_of(stranger).post(f"/cps/names/{alias.pk}/remove/").status_code == 404
    for person in (cast.ann, cast.cat, builders.make_person(cast.units[0], Role.DIRECTOR)):
        page(person, "/cps/names/", 403)
        assert client_of(person).post(f"/cps/names/{alias.pk}/remove/").status_code == 403
    removed = client_of(cast.admin).post(f"/cps/names/{alias.pk}/remove/")
    assert (removed.url, CpsAlias.objects.count()) == ("/cps/names/", 1)


def test_nothing_said_yet(cast):
    assert "ยังไม่มีชื่อที่จับคู่ไว้" in page(cast.admin, "/cps/names/")


@pytest.mark.parametrize("said", [1, 3])
def test_the_list_is_read_in_constant_queries(cast, said):
    for n in range(said):
        facts = {"written": f"t{n}", "saved_at": NOW, "saved_by": cast.admin, "person": cast.ann}
        CpsAlias.objects.create(office=cast.office, kind=PERSON, text=f"t{n}", **facts)
    client = client_of(cast.admin)
    with CaptureQueriesContext(connection) as captured:
        html = client.get("/cps/names/").content.decode()
    assert (len(captured), html.count("/remove/")) == (5, said)


# The command


def test_the_command_reads_by_what_was_said_and_says_as_before(cast, tmp_path):
    built = Workbook()
    for row in (HEADING, ["05/10/2569", "EX998", "สสจ. 1", 2], ["05/10/2569", "EX997", "สสจ. 1", 1]):
        built.active.append(row)
    file = tmp_path / "cps.xlsx"
    built.save(file)

    def run() -> dict:
        out = io.StringIO()
        call_command(
            "import_cps", str(file), "--month", "2026-10", "--json", stdout=out, stderr=io.StringIO()
        )
        return json.loads(out.getvalue())

    assert [row["person"] for row in run()["unmatched"]] == ["EX998", "EX997"]
    match(cast, ann_is(cast))
    after = run()
    assert (after["unchanged"], [row["person"] for row in after["unmatched"]]) == (2, ["EX997"])
    told = {"sheet", "row", "worked_on", "person", "job_no", "place", "quantity", "why"}
    assert set(after["unmatched"][0]) == told
    assert CpsFile.objects.count() == 1

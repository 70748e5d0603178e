"""CPS files: what is stored and counted, what is refused, and the flags that follow."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from office import clock, sheets
from office.audit import Verb
from office.enums import Role
from office.errors import NotAllowed, NotAllowedNow
from office.importing import ImportRefused, Outcome
from office.models import AuditEvent
from plans.enums import Aggregation
from reports import cps_file
from reports.actions.compliance import check_month
from reports.actions.cps import import_cps, preview_cps
from reports.cps_reads import NO_PERSON, NOBODY_OF_BOTH, UNKNOWN_JOB, UNKNOWN_PERSON, why_unmatched
from reports.cps_row import CpsRow
from reports.enums import Breach, FlagState, ReportState
from reports.facts import month_facts
from reports.models import CpsFile, CpsRecord, Flag
from tests import builders

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEMO = Path(settings.BASE_DIR) / "office" / "demo"


@pytest.fixture
def office():
    return builders.make_office("LPG")


@pytest.fixture
def unit(office):
    return builders.make_unit(office)


@pytest.fixture
def plan(office):
    return builders.make_plan(office)


@pytest.fixture
def ann(unit):
    return builders.make_person(unit, code="EX030", first_name="แอน")


@pytest.fixture
def admin(office):
    return builders.make_person(builders.make_unit(office), Role.GENERAL_ADMIN, code="EX006")


@pytest.fixture
def item(plan, ann):
    return builders.make_item(plan, {ann: [4, 4]}, job_no="สสจ. 1")


@pytest.fixture
def month(office, item):
    return builders.month_of(office)


def visits(*told, day: date | None = date(2026, 10, 5)) -> cps_file.CpsFile:
    """Each told: person's code, job and quantity, and more of a row by name."""
    rows = []
    for n, (code, job_no, quantity, *more) in enumerate(told, start=4):
        facts = {"worked_on": day, "place": "", "counting_unit": "ครั้ง", "recorded_on": None} | dict(*more)
        rows.append(
            CpsRow(
                row=n,
                person_code=code,
                job_no=job_no,
                quantity=Decimal(quantity).quantize(Decimal("0.01")),
                **facts,
            )
        )
    return cps_file.CpsFile(rows=rows, sheet="CPS", day_columns={"CPS": "B"})


def take(month, *told, now: datetime = NOW, by=builders.SYSTEM, **more) -> Outcome:
    return import_cps(month, visits(*told, **more), name="cps.xlsx", by=by, now=now)


def counts(outcome: Outcome) -> tuple[int, int, int]:
    return outcome.created, outcome.changed, outcome.unchanged


def refusals(month, found) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(ImportRefused) as refused:
        import_cps(month, found, name="cps.xlsx", by=builders.SYSTEM, now=NOW)
    assert not CpsFile.objects.exists()
    return [(each.row, each.column, each.message) for each in refused.value.problems]


# What is stored


def test_a_first_file_is_all_new_and_in_the_history(month, ann, item):
    outcome = take(month, ("EX030", "สสจ. 1", 2), ("EX030", "สสจ. 1", 1))
    assert (counts(outcome), outcome.unmatched) == ((2, 0, 0), [])
    file = CpsFile.objects.get()
    assert (file.no, file.name, file.imported_at, file.imported_by) == (1, "cps.xlsx", NOW, None)
    assert set(file.records.values_list("row", "person", "item", "quantity")) == {
        (4, ann.pk, item.pk, 2),
        (5, ann.pk, item.pk, 1),
    }
    event = AuditEvent.objects.get(verb=Verb.CPS_IMPORTED.value)
    assert (event.subject_id, event.after["created"], event.after["name"]) == (file.pk, 2, "cps.xlsx")


def test_the_same_content_again_changes_nothing_whatever_its_order(month):
    take(month, ("EX030", "สสจ. 1", 2), ("EX030", "สสจ. 1", 1))
    again = take(month, ("EX030", "สสจ. 1", 1), ("EX030", "สสจ. 1", 2), now=NOW + HOUR)
    assert (counts(again), CpsFile.objects.count()) == ((0, 0, 2), 1)
    assert AuditEvent.objects.filter(verb=Verb.CPS_IMPORTED.value).count() == 1


def test_rows_are_counted_against_the_file_before(month):
    at_one, at_two = {"place": "สหกรณ์ 1"}, {"place": "สหกรณ์ 2"}
    take(month, ("EX030", "สสจ. 1", 2, at_one), ("EX030", "สสจ. 1", 1, at_two), ("EX030", "สสจ. 1", 7))
    newer = take(
        month,
        ("EX030", "สสจ. 1", 3, {"place": "สหกรณ์ 3"}),
        ("EX030", "สสจ. 1", 5, at_one),
        ("EX030", "สสจ. 1", 1, at_two),
        now=NOW + HOUR,
    )
    assert counts(newer) == (1, 1, 1)
    assert newer.changes == ["รายการที่ไฟล์ก่อนหน้ามีแต่ไฟล์นี้ไม่มี 1 แถว"]
    assert list(CpsFile.objects.values_list("no", flat=True)) == [2, 1]


def test_going_back_to_an_earlier_file_is_a_change(month):
    for n, quantity in enumerate((2, 3, 2)):
        take(month, ("EX030", "สสจ. 1", quantity), now=NOW + n * HOUR)
    assert list(CpsFile.objects.values_list("no", flat=True)) == [3, 2, 1]


@pytest.mark.parametrize(
    ("code", "job_no", "why"),
    [
        ("EX998", "สสจ. 1", UNKNOWN_PERSON),
        ("EX030", "สสจ. 99", UNKNOWN_JOB),
        ("EX998", "สสจ. 99", f"{UNKNOWN_PERSON} · {UNKNOWN_JOB}"),
    ],
    ids=["person", "job", "both"],
)
def test_what_is_unknown_is_kept_listed_and_counted_nowhere(month, ann, item, code, job_no, why):
    outcome = take(month, ("EX030", "สสจ. 1", 4), (code, job_no, "2.5"))
    assert outcome.unmatched == [
        {
            "sheet": "",
            "row": 5,
            "worked_on": "2026-10-05",
            "person": code,
            "job_no": job_no,
            "place": "",
            "quantity": 2.5,
            "why": why,
        }
    ]
    assert CpsRecord.objects.count() == 2
    assert figure(ann, item) == 4


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", NO_PERSON),
        ("EX998", UNKNOWN_PERSON),
        ("นายสมชาย ใจดี", UNKNOWN_PERSON),
        ("EX030 นายสมชาย ใจดี", NOBODY_OF_BOTH),
    ],
)
def test_a_person_is_unknown_for_one_of_three_reasons(written, why):
    assert why_unmatched(person_id=None, item_id=1, written=written) == why


def test_a_stranger_who_has_become_known_is_matched_when_the_file_comes_again(month, unit):
    told = ("EX998", "สสจ. 1", 1)
    assert take(month, told).unmatched
    builders.make_person(unit, code="EX998")
    again = take(month, told, now=NOW + HOUR)
    assert (counts(again), again.unmatched) == ((0, 1, 0), [])


def test_another_offices_officer_and_another_years_job_are_unknown(month, item):
    builders.make_person(builders.make_unit(builders.make_office()), code="EX500")
    builders.make_item(builders.make_plan(month.office, 2571), {}, job_no="สสจ. 77")
    outcome = take(month, ("EX500", "สสจ. 1", 1), ("EX030", "สสจ. 77", 1))
    assert [each["why"] for each in outcome.unmatched] == [UNKNOWN_PERSON, UNKNOWN_JOB]


def test_a_row_without_code_is_found_by_its_full_name(month, ann):
    take(
        month, ("", "สสจ. 1", 1, {"person_name": ann.full_name}), ("", "สสจ. 1", 1, {"person_name": "ใครก็ได้"})
    )
    assert list(CpsRecord.objects.values_list("person", "person_code")) == [
        (ann.pk, ann.full_name),
        (None, "ใครก็ได้"),
    ]


def test_a_preview_stores_nothing(month):
    reading = preview_cps(month, visits(("EX030", "สสจ. 1", 2)))
    assert (counts(reading.outcome), reading.same, CpsFile.objects.count()) == ((1, 0, 0), False, 0)


# What is refused


def test_a_file_of_another_month_is_refused_as_one_fault(month):
    found = visits(("EX030", "สสจ. 1", 2), ("EX030", "สสจ. 1", 2), day=date(2026, 11, 5))
    assert refusals(month, found) == [
        (4, "B", "เลือกเดือนให้ตรงกับไฟล์ ไฟล์นี้เป็นของเดือนพฤศจิกายน 2569 ไม่ใช่เดือนตุลาคม 2569")
    ]


def test_single_rows_of_another_month_are_named(month):
    late = {"worked_on": date(2026, 11, 1)}
    found = visits(("EX030", "สสจ. 1", 2), ("EX030", "สสจ. 1", 2, late), ("EX030", "สสจ. 1", 1, late))
    assert [(row, column) for row, column, _ in refusals(month, found)] == [(5, "B"), (6, "B")]


def test_a_file_that_tells_no_days_is_taken_as_of_the_month(month):
    assert counts(take(month, ("EX030", "สสจ. 1", 2), day=None)) == (1, 0, 0)


def test_a_file_without_rows_is_refused(month):
    assert len(refusals(month, visits())) == 1


def test_a_closed_month_takes_only_what_it_holds(month):
    take(month, ("EX030", "สสจ. 1", 2))
    month.closed_at = NOW
    month.save()
    assert counts(take(month, ("EX030", "สสจ. 1", 2))) == (0, 0, 1)
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        take(month, ("EX030", "สสจ. 1", 3))
    assert CpsFile.objects.count() == 1


def test_only_the_admin_unit_imports(month, ann, admin):
    with pytest.raises(NotAllowed):
        take(month, ("EX030", "สสจ. 1", 2), by=builders.actor(ann))
    take(month, ("EX030", "สสจ. 1", 2), by=builders.actor(admin))
    assert CpsFile.objects.get().imported_by == admin


# What the month's facts make of it


def figure(person, item, *, as_of: datetime = NOW + 9 * HOUR, alone: bool = False) -> Decimal | None:
    """The line's CPS figure; the person must have submitted the line for it to stand."""
    if not person.monthly_reports.exists():
        builders.send_report(person, {item: 4}, at=SENT)
    month = builders.month_of(person.office)
    facts = month_facts(month, as_of=as_of, person_id=person.pk if alone else None)
    (row,) = [row for row in facts.expected if row.person_id == person.pk]
    return next(line.cps for line in facts.of(row).lines if line.item_id == item.pk)


@pytest.mark.parametrize("alone", [False, True], ids=["of all", "of one person"])
@pytest.mark.parametrize(
    ("tracked", "rows", "expected"),
    [
        (None, [("EX030", 2), ("EX030", 1)], 3),
        (None, [("EX031", 2)], 0),
        (None, [], None),
        (None, [("EX998", 2)], None),
        (True, [("EX030", 2), ("EX031", 1)], 2),
        (True, [("EX031", 2)], 0),
        (True, [], 0),
        (False, [("EX030", 2)], None),
    ],
    ids=[
        "nothing said: rows of the person",
        "nothing said: rows of others only",
        "nothing said: no row for the job",
        "nothing said: an unknown person's row only",
        "tracked: rows of the person",
        "tracked: rows of others only",
        "tracked: no row",
        "not tracked",
    ],
)
def test_the_figure_of_a_line(month, unit, plan, ann, item, tracked, rows, expected, alone):
    builders.make_person(unit, code="EX031")
    builders.make_item(plan, {ann: [1]}, job_no="สสจ. 2")
    item.cps_tracked = tracked
    item.save()
    take(month, *((code, "สสจ. 1", quantity) for code, quantity in rows), ("EX030", "สสจ. 2", 9))
    assert figure(ann, item, alone=alone) == expected


def test_without_a_file_nothing_is_held_against_cps(ann, item):
    item.cps_tracked = True
    item.save()
    assert figure(ann, item) is None


def test_the_file_in_force_is_the_newest_that_had_come(month, ann, item):
    take(month, ("EX030", "สสจ. 1", 1), now=NOW)
    take(month, ("EX030", "สสจ. 1", 2), now=NOW + HOUR)
    at = {"before": NOW - HOUR, "first": NOW, "second": NOW + HOUR}
    assert {when: figure(ann, item, as_of=instant) for when, instant in at.items()} == {
        "before": 2,
        "first": 1,
        "second": 2,
    }


def test_a_file_is_of_its_month_alone(month, office, ann, item):
    november = builders.month_of(office, "2026-11")
    take(november, ("EX030", "สสจ. 1", 1), day=date(2026, 11, 5))
    assert figure(ann, item) is None


@pytest.mark.parametrize("people", [1, 3, 60])
def test_facts_with_a_file_are_read_in_constant_queries(
    office, unit, plan, people, django_assert_num_queries
):
    staff = [builders.make_person(unit) for _ in range(people)]
    item = builders.make_item(plan, {key: [4] for key in staff}, job_no="สสจ. 1")
    for person in staff:
        builders.send_report(person, {item: 3}, at=SENT)
    month = builders.month_of(office)
    take(month, *((person.code, "สสจ. 1", 3) for person in staff))
    with django_assert_num_queries(7):
        facts = month_facts(month, as_of=NOW)
        read = [facts.of(row) for row in facts.expected]
    assert [each.lines[0].cps for each in read] == [3] * people


# Flags


def mismatch(person) -> Flag | None:
    return Flag.objects.filter(person=person, breach=Breach.CPS_MISMATCH).first()


def test_a_file_after_acceptance_opens_and_a_corrected_one_clears(month, ann, item):
    builders.send_report(ann, {item: 4}, at=SENT, state=ReportState.ACCEPTED)
    check_month(month, as_of=NOW, by=builders.SYSTEM, store=True)
    take(month, ("EX030", "สสจ. 1", 3), now=NOW + HOUR)
    flag = mismatch(ann)
    assert (flag.state, flag.basis["result"], flag.basis["cps"]) == (FlagState.OPEN, "4.00", "3.00")
    take(month, ("EX030", "สสจ. 1", 4), now=NOW + 2 * HOUR)
    assert mismatch(ann).state == FlagState.CLEARED


def test_a_month_checked_later_than_now_is_checked_as_of_then(month, ann, item):
    builders.send_report(ann, {item: 4}, at=SENT)
    check_month(month, as_of=NOW + 5 * HOUR, by=builders.SYSTEM, store=True)
    take(month, ("EX030", "สสจ. 1", 3), now=NOW)
    assert mismatch(ann).state == FlagState.OPEN


def test_a_month_not_yet_checked_waits_for_its_check(month, ann, item):
    builders.send_report(ann, {item: 4}, at=SENT)
    take(month, ("EX030", "สสจ. 1", 3))
    assert not Flag.objects.exists()
    check = check_month(month, as_of=NOW, by=builders.SYSTEM, store=True)
    assert check.cps_mismatch == [{"person": "EX030", "job_no": "สสจ. 1", "reported": 4, "cps": 3}]
    assert mismatch(ann).state == FlagState.OPEN


def test_a_running_total_is_held_against_what_was_entered(month, plan, ann):
    item = builders.make_item(plan, {ann: [4]}, job_no="สสจ. 2", aggregation=Aggregation.LATEST)
    builders.send_report(ann, {item: 4}, at=SENT)
    take(month, ("EX030", "สสจ. 2", 4))
    assert check_month(month, as_of=NOW, by=builders.SYSTEM, store=False).cps_mismatch == []


# The command


@pytest.fixture
def demo(monkeypatch):
    """The office of the demo's files, its clock in December."""
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 2, 2, 0, tzinfo=UTC))
    run("import_staff", str(DEMO / "staff.xlsx"))
    run("import_plan", str(DEMO / "action_plan_2570.xlsx"), "--approve")


def run(*arguments: str) -> dict:
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


def test_the_command_counts_and_lists_the_unmatched(demo):
    november = (str(DEMO / "cps_2026-11.xlsx"), "--month", "2026-11")
    rehearsal = run("import_cps", *november, "--dry-run", "--by", "EX006")
    assert not CpsFile.objects.exists()
    first = run("import_cps", *november, "--by", "EX006")
    assert first == rehearsal
    assert (first["created"], first["changed"], first["unchanged"], first["problems"]) == (107, 0, 0, [])
    assert [(row["person"], row["job_no"], row["why"]) for row in first["unmatched"]] == [
        ("EX998", "สสจ. 1", UNKNOWN_PERSON)
    ]
    again = run("import_cps", *november)
    assert (again["unchanged"], again["unmatched"]) == (107, first["unmatched"])
    assert CpsFile.objects.get().imported_by.code == "EX006"


@pytest.mark.parametrize(
    ("name", "month"),
    [("cps_2026-11.xlsx", "2026-10"), ("cps_2026-11.xlsx", "2031-10"), ("staff.xlsx", "2026-11")],
    ids=["months mixed up", "no such month", "another kind of file"],
)
def test_the_command_refuses_naming_why(demo, capsys, name, month):
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "import_cps", str(DEMO / name), "--month", month, "--json", stdout=out, stderr=io.StringIO()
        )
    assert ended.value.code == 1
    answer = json.loads(out.getvalue())
    assert len(answer["problems"]) == 1
    assert all(problem["sheet"] for problem in answer["problems"])
    assert not CpsFile.objects.exists()


def test_the_demo_file_reads_as_it_stands():
    found = cps_file.parse(sheets.read(DEMO / "cps_2026-10.xlsx", name="cps_2026-10.xlsx"))
    assert (found.day_columns, len(found.rows)) == ({"ข้อมูลจาก CPS": "B"}, 94)

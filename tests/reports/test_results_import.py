"""import_results: files taken as they are, twice the same as once, nothing stored when refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office import clock
from office.calendar import BANGKOK
from office.enums import Role
from office.errors import NotAllowed
from office.importing import ImportRefused
from office.models import AuditEvent, Membership
from plans.models import ReportingMonth
from reports.actions.compliance import check_month
from reports.actions.results_import import import_results
from reports.actions.reviews import send_back
from reports.enums import AnswerKind, FlagState, ReportState
from reports.management.commands.import_results import read_results
from reports.models import Flag, MonthlyReport, ReportLine, ReportVersion, SubmittedLine
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
AT = datetime(2026, 10, 30, 8, 0, tzinfo=UTC)
HEAD = "รหัสเจ้าหน้าที่,เลขที่งาน,ผล,ปัญหาอุปสรรค,แนวทางแก้ไข,ชี้แจงเหตุผล\n"
COUNTS = ("created", "changed", "unchanged")


class Scene:
    """Two officers share สสจ. 1; the first also has สสจ. 2, which is for the second unplanned work."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.ann, self.bob = b.make_person(self.unit, code="AN1"), b.make_person(self.unit, code="BO1")
        self.plan = b.make_plan(self.office)
        self.one = b.make_item(self.plan, {self.ann: [4], self.bob: [2]}, job_no="สสจ. 1")
        self.two = b.make_item(self.plan, {self.ann: [3]}, job_no="สสจ. 2")

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    def file(self, *rows: str) -> Path:
        path = self.folder / "results.csv"
        path.write_text(HEAD + "\n".join(rows), encoding="utf-8-sig")
        return path

    def take(self, *rows: str, submit_at: datetime | None = None, by=b.SYSTEM) -> tuple[int, ...]:
        found = read_results(self.month, self.file(*rows))
        outcome = import_results(self.month, found, by=by, now=NOW, submit_at=submit_at).as_dict()
        return tuple(outcome[name] for name in COUNTS)

    def report(self, person) -> MonthlyReport:
        return MonthlyReport.objects.get(person=person, month=self.month)


@pytest.fixture
def scene(tmp_path) -> Scene:
    return Scene(tmp_path)


ANN_BELOW = "AN1,สสจ. 1,3,,,"
ANN_MET = "AN1,สสจ. ๑,๔,,,"
ANN_TWO = "AN1,สสจ. 2,3,ฝนตก,เลื่อน,เหตุ"
BOB = "BO1,สสจ. 1,2,,,"


def test_lines_become_drafts_of_their_people(scene):
    assert scene.take(ANN_BELOW, ANN_TWO, BOB) == (3, 0, 0)
    assert [scene.report(who).state for who in (scene.ann, scene.bob)] == [ReportState.DRAFT] * 2
    line = ReportLine.objects.get(report__person=scene.ann, item=scene.two)
    assert (line.kind, line.quantity, line.obstacle, line.solution, line.explanation) == (
        AnswerKind.VALUE,
        3,
        "ฝนตก",
        "เลื่อน",
        "เหตุ",
    )
    assert ReportVersion.objects.count() == 0


def test_the_same_file_again_changes_and_records_nothing(scene):
    scene.take(ANN_BELOW, BOB)
    events = AuditEvent.objects.count()
    assert scene.take(ANN_BELOW, BOB) == (0, 0, 2)
    assert (AuditEvent.objects.count(), scene.report(scene.ann).version) == (events, 1)


def test_a_corrected_file_changes_only_what_differs(scene):
    scene.take(ANN_BELOW, BOB)
    assert scene.take(ANN_MET, BOB) == (0, 1, 1)
    assert (scene.report(scene.ann).version, scene.report(scene.bob).version) == (2, 1)


def test_submitting_takes_the_file_as_it_is_for_the_people_in_it(scene):
    assert scene.take(ANN_BELOW, submit_at=AT) == (1, 0, 0)
    report = scene.report(scene.ann)
    assert (report.state, report.first_submitted_at, report.first_deadline) == (
        ReportState.SUBMITTED,
        AT,
        scene.month.grace_end,
    )
    lines = report.last_version.lines.order_by("item__job_no").values_list("item__job_no", "kind", "target")
    assert list(lines) == [("สสจ. 1", "VALUE", 4), ("สสจ. 2", "", 3)]
    assert not MonthlyReport.objects.filter(person=scene.bob).exists()


def test_submitting_the_same_again_makes_no_version(scene):
    scene.take(ANN_BELOW, BOB, submit_at=AT)
    assert scene.take(ANN_BELOW, BOB, submit_at=AT + timedelta(hours=1)) == (0, 0, 2)
    assert ReportVersion.objects.count() == 2


def test_drafts_submitted_later_count_as_changed(scene):
    scene.take(ANN_BELOW)
    assert scene.take(ANN_BELOW, submit_at=AT) == (0, 1, 0)


def test_the_first_submission_stays_first(scene):
    scene.take(ANN_BELOW, submit_at=AT)
    scene.take(ANN_MET, submit_at=AT + timedelta(days=9))
    report = scene.report(scene.ann)
    assert (report.first_submitted_at, report.submitted_at, report.submissions) == (
        AT,
        AT + timedelta(days=9),
        2,
    )


def test_an_instant_before_the_first_submission_does_not_move_it(scene):
    scene.take(ANN_BELOW, submit_at=AT)
    scene.take(ANN_MET, submit_at=AT - timedelta(days=9))
    report = scene.report(scene.ann)
    assert (report.first_submitted_at, report.submitted_at) == (AT, AT)


def test_work_of_another_persons_item_is_unplanned(scene):
    scene.take("BO1,สสจ. 2,5,,,", BOB, submit_at=AT)
    kept = SubmittedLine.objects.get(item=scene.two)
    assert (kept.quantity, kept.target) == (5, None)


def test_a_returned_report_is_answered_by_a_file_that_differs(scene):
    scene.take(ANN_BELOW, submit_at=AT)
    admin = b.make_person(scene.unit, Role.GENERAL_ADMIN)
    send_back(scene.report(scene.ann), by=b.actor(admin), now=NOW, version=1, comment="ตรวจ")
    scene.take(ANN_MET, submit_at=NOW)
    assert (scene.report(scene.ann).state, scene.report(scene.ann).submissions) == (ReportState.SUBMITTED, 2)


def test_an_accepted_report_takes_the_same_and_refuses_what_differs(scene):
    scene.take(ANN_BELOW, BOB, submit_at=AT)
    MonthlyReport.objects.filter(person=scene.ann).update(state=ReportState.ACCEPTED)
    assert scene.take(ANN_BELOW, submit_at=AT) == (0, 0, 1)
    with pytest.raises(ImportRefused) as refusal:
        scene.take(BOB, ANN_MET, submit_at=AT)
    assert [(problem.row, problem.value) for problem in refusal.value.problems] == [(3, "AN1")]


def test_a_closed_month_takes_the_same_and_refuses_what_differs(scene):
    scene.take(ANN_BELOW, submit_at=AT)
    ReportingMonth.objects.filter(pk=scene.month.pk).update(closed_at=NOW)
    assert scene.take(ANN_BELOW, submit_at=AT) == (0, 0, 1)
    with pytest.raises(ImportRefused) as refusal:
        scene.take(ANN_MET, BOB)
    assert [problem.row for problem in refusal.value.problems] == [2, 3]
    assert not MonthlyReport.objects.filter(person=scene.bob).exists()


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("XX9,สสจ. 1,3,,,", "XX9"),
        ("AN1,สสจ. 99,3,,,", "สสจ. 99"),
        ("AN1,สสจ. 1,-3,,,", "-3"),
        ("AN1,สสจ. 1,สาม,,,", "สาม"),
    ],
    ids=["unknown person", "unknown job", "negative", "text"],
)
def test_a_faulty_file_stores_nothing(scene, row, value):
    with pytest.raises(ImportRefused) as refusal:
        scene.take(BOB, row)
    assert [(problem.row, problem.value) for problem in refusal.value.problems] == [(3, value)]
    assert not MonthlyReport.objects.exists()


def test_without_an_approved_plan_nothing_is_taken(tmp_path):
    office = b.make_office()
    ann = b.make_person(b.make_unit(office), code="AN1")
    b.make_item(b.make_plan(office, approved=False), {ann: [4]}, job_no="สสจ. 1")
    path = tmp_path / "results.csv"
    path.write_text(HEAD + ANN_MET, encoding="utf-8-sig")
    month = b.month_of(office)
    with pytest.raises(ImportRefused) as refusal:
        import_results(month, read_results(month, path), by=b.SYSTEM, now=NOW)
    assert "สหกรณ์จังหวัดอนุมัติแผนแล้ว" in refusal.value.problems[0].message


@pytest.mark.parametrize("role", [Role.OFFICER, Role.UNIT_HEAD, Role.DIRECTOR])
def test_only_the_admin_unit_imports(scene, role):
    with pytest.raises(NotAllowed):
        scene.take(BOB, by=b.actor(b.make_person(scene.unit, role)))


def test_after_the_register_is_written_the_flags_follow_at_once(scene):
    check_month(scene.month, as_of=NOW, by=b.SYSTEM, store=True)
    scene.take(ANN_BELOW, submit_at=NOW)
    flags = scene.ann.flags.exclude(state="CLEARED").values_list("breach", flat=True)
    assert sorted(flags) == ["INCOMPLETE", "INCOMPLETE", "LATE", "OFF_PLAN"]


def test_the_unit_is_that_of_the_deadline_day(scene):
    moved = b.make_unit(scene.office)
    scene.ann.memberships.update(ends_on=date(2026, 10, 20))
    Membership.objects.create(person=scene.ann, unit=moved, role=Role.OFFICER, starts_on=date(2026, 10, 21))
    scene.take(ANN_MET)
    assert scene.report(scene.ann).unit == moved


def test_of_one_who_left_before_the_deadline_the_last_unit_is_kept(scene):
    scene.ann.memberships.update(ends_on=date(2026, 10, 20))
    scene.take(ANN_MET)
    assert scene.report(scene.ann).unit == scene.unit


def test_one_who_serves_in_no_unit_has_no_report(scene):
    scene.ann.memberships.all().delete()
    with pytest.raises(ImportRefused) as refusal:
        scene.take(BOB, ANN_MET)
    assert [problem.value for problem in refusal.value.problems] == ["AN1"]


def test_a_later_unit_does_not_replace_that_of_the_deadline_day(scene):
    moved = b.make_unit(scene.office)
    Membership.objects.create(person=scene.ann, unit=moved, role=Role.OFFICER, starts_on=date(2026, 11, 20))
    scene.take(ANN_MET)
    assert scene.report(scene.ann).unit == scene.unit


@pytest.mark.parametrize("people", [2, 20])
def test_the_number_of_queries_does_not_grow_with_the_file(scene, people):
    staff = [b.make_person(scene.unit) for _ in range(people)]
    b.make_item(scene.plan, {person: [4] for person in staff}, job_no="สสจ. 7")
    found = read_results(scene.month, scene.file(*(f"{person.code},สสจ. 7,3,,,ฝน" for person in staff)))
    month = scene.month
    with CaptureQueriesContext(connection) as captured:
        import_results(month, found, by=b.SYSTEM, now=NOW, submit_at=AT)
    asked = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(asked) == 14, asked


class TestCommand:
    def run(self, *args: str) -> tuple[int, dict]:
        out = StringIO()
        try:
            call_command("import_results", *args, "--json", stdout=out, stderr=StringIO())
        except SystemExit as ended:
            return int(str(ended.code)), json.loads(out.getvalue())
        return 0, json.loads(out.getvalue())

    @pytest.fixture(autouse=True)
    def _clock(self, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: NOW)

    def test_submits_at_the_named_instant(self, scene):
        path = scene.file(ANN_BELOW)
        done = self.run(str(path), "--month", "2026-10", "--submit", "--at", "2026-10-30T16:30:00")
        empty = {"unmatched": [], "problems": []}
        assert done == (0, {"created": 1, "changed": 0, "unchanged": 0} | empty)
        at = datetime(2026, 10, 30, 16, 30, tzinfo=BANGKOK)
        assert scene.report(scene.ann).first_submitted_at == at

    def test_submits_now_when_no_instant_is_named(self, scene):
        self.run(str(scene.file(ANN_BELOW)), "--month", "2026-10", "--submit")
        assert scene.report(scene.ann).first_submitted_at == NOW

    def test_a_dry_run_counts_and_stores_nothing(self, scene):
        code, answer = self.run(str(scene.file(ANN_BELOW)), "--month", "2026-10", "--dry-run")
        assert (code, answer["created"], MonthlyReport.objects.exists()) == (0, 1, False)

    def test_a_refusal_names_sheet_row_column_value_and_remedy(self, scene):
        code, answer = self.run(str(scene.file("XX9,สสจ. 1,3,,,")), "--month", "2026-10")
        assert (code, answer["created"]) == (1, 0)
        problem = answer["problems"][0]
        assert (problem["sheet"], problem["row"], problem["column"], problem["value"]) == (
            "results.csv",
            2,
            "A",
            "XX9",
        )

    @pytest.mark.parametrize("month", ["2569-10", "2030-10", "x"])
    def test_a_month_that_is_not_there_is_refused(self, scene, month):
        code, answer = self.run(str(scene.file(ANN_BELOW)), "--month", month)
        assert (code, answer["problems"][0]["value"]) == (1, month)

    def test_is_done_by_the_named_officer(self, scene):
        admin = b.make_person(scene.unit, Role.GENERAL_ADMIN, code="AD1")
        self.run(str(scene.file(ANN_BELOW)), "--month", "2026-10", "--submit", "--by", "ad1")
        assert scene.report(scene.ann).last_version.submitted_by == admin


AHEAD = NOW + timedelta(days=3)


def test_what_was_dated_ahead_by_mistake_is_put_right_by_the_same_file(scene):
    scene.take(ANN_MET, ANN_TWO, submit_at=AHEAD)
    assert scene.report(scene.ann).first_submitted_at == AHEAD
    scene.take(ANN_MET, ANN_TWO, submit_at=AT)
    report = scene.report(scene.ann)
    assert (report.first_submitted_at, report.submitted_at, report.submissions) == (AT, AT, 2)
    scene.take(ANN_MET, ANN_TWO, submit_at=AT)
    assert scene.report(scene.ann).submissions == 2


def test_what_was_dated_ahead_twice_stays_first(scene):
    scene.take(ANN_MET, submit_at=AHEAD)
    scene.take(ANN_BELOW, submit_at=AHEAD + timedelta(days=1))
    assert scene.report(scene.ann).first_submitted_at == AHEAD


def test_flags_of_a_month_checked_before_its_deadline_follow_too(scene):
    early = scene.month.grace_end - timedelta(days=1)
    scene.take(ANN_BELOW, ANN_TWO, submit_at=early)
    check_month(scene.month, as_of=early, by=b.SYSTEM, store=True)
    assert set(Flag.objects.values_list("state", flat=True)) == {FlagState.OPEN}
    scene.take(ANN_MET, ANN_TWO, submit_at=early)
    assert set(Flag.objects.values_list("state", flat=True)) == {FlagState.CLEARED}

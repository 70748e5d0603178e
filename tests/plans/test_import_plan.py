"""Taking the Action Plan in: exact counts, all or nothing, repeatable (design rules 4.3, 4.11, 5)."""

import io
import json
import os
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from office import audit
from office.audit import Verb
from office.enums import Role
from office.errors import NotAllowed
from office.importing import ImportRefused
from plans.actions import approve, import_plan, preview
from plans.enums import PlanState
from plans.models import ActionPlan, FiscalYear, MonthlyShare, MonthlyTarget, PlanItem, Share
from plans.stored import content_of
from reports.models import MonthlyReport, ReportLine
from tests import builders
from tests.plans import sample
from tests.plans.sample import item_row, months, plan_file, share_row

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)


def take(office, file, **kwargs):
    return import_plan(office, file, by=builders.SYSTEM, now=NOW, **kwargs)


@pytest.fixture
def small():
    office = builders.make_office()
    unit = builders.make_unit(office)
    a, b = builders.make_person(unit), builders.make_person(unit)
    file = plan_file(
        2570,
        item_row("สสจ. 1", months(2, 2), row=6),
        item_row("สสจ. 2", months(None, 5), row=7),
        shares=(
            share_row("สสจ. 1", a, months(1, 2)),
            share_row("สสจ. 1", b, months(1)),
            share_row("สสจ. 2", b, months(None, 5)),
        ),
    )
    return office, a, b, file


@pytest.mark.parametrize("year", [2569, 2570])
def test_the_sample_plan_is_stored_whole(year):
    office = sample.demo_office()
    outcome = take(office, sample.demo_file(office, f"action_plan_{year}.xlsx"))
    assert outcome.as_dict() == {"created": 17, "changed": 0, "unchanged": 0, "unmatched": [], "problems": []}
    assert Share.objects.count() == 78
    assert Share.objects.values("person").distinct().count() == 42
    plan = ActionPlan.objects.get()
    assert (plan.fiscal_year.year, plan.state) == (year, PlanState.DRAFT)
    first = PlanItem.objects.get(job_no="สสจ. 1")
    assert first.annual_target == first.targets.aggregate(n=Sum("quantity"))["n"] == 608
    assert first.monthly_shares.aggregate(n=Sum("quantity"))["n"] == 608
    assert [unit.abbreviation for unit in first.units.all()] == ["กสส.1", "กสส.2", "กสส.3", "กสส.4"]
    assert str(first.group) == "ผลผลิต สหกรณ์และกลุ่มเกษตรกรได้รับการส่งเสริมและพัฒนา"
    assert str(first.group.parent) == "แผนงานพื้นฐานด้านการสร้างความสามารถในการแข่งขัน"
    assert plan.items.aggregate(n=Sum("budget"))["n"] == 513_000


def test_what_was_stored_reads_back_as_the_file_said_it():
    office = sample.demo_office()
    file = sample.demo_file(office)
    shown = preview(office, file).content
    take(office, file)
    assert content_of(ActionPlan.objects.get()) == shown


def test_the_same_file_again_changes_nothing():
    office = sample.demo_office()
    file = sample.demo_file(office)
    take(office, file)
    rows = list(MonthlyShare.objects.order_by("id").values_list())
    events = audit.AuditEvent.objects.count()
    outcome = take(office, file)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 17)
    assert list(MonthlyShare.objects.order_by("id").values_list()) == rows
    assert audit.AuditEvent.objects.count() == events


def test_a_draft_becomes_what_the_new_file_says_and_items_keep_their_rows(small):
    office, a, b, file = small
    take(office, file)
    kept = PlanItem.objects.get(job_no="สสจ. 1").pk
    changed = plan_file(
        2570,
        item_row("สสจ. 3", months(9)),
        item_row("สสจ. 1", months(2, 3)),
        shares=(share_row("สสจ. 1", a, months(2, 3)), share_row("สสจ. 3", b, months(9))),
    )
    outcome = take(office, changed)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (1, 1, 0)
    assert list(PlanItem.objects.values_list("job_no", flat=True)) == ["สสจ. 3", "สสจ. 1"]
    item = PlanItem.objects.get(job_no="สสจ. 1")
    assert item.pk == kept
    assert [int(t.quantity) for t in item.targets.order_by("month__first")] == [2, 3]
    assert [share.person for share in item.shares.all()] == [a]
    told = audit.history_of(ActionPlan.objects.get()).last().after
    assert (told["created"], told["changed"], told["gone"]) == (["สสจ. 3"], ["สสจ. 1"], ["สสจ. 2"])


def test_an_item_with_results_can_not_be_left_out_and_nothing_is_stored(small):
    office, a, _, file = small
    take(office, file)
    item = PlanItem.objects.get(job_no="สสจ. 1")
    report = MonthlyReport.objects.create(
        office=office, person=a, month=builders.month_of(office), unit=a.memberships.get().unit
    )
    ReportLine.objects.create(report=report, item=item)
    with pytest.raises(ImportRefused) as refusal:
        take(office, plan_file(2570, item_row("สสจ. 9", months(1))))
    assert [problem.value for problem in refusal.value.problems] == ["สสจ. 1"]
    assert set(PlanItem.objects.values_list("job_no", flat=True)) == {"สสจ. 1", "สสจ. 2"}


def test_an_approved_plan_takes_an_equal_file_only(small):
    office, _, _, file = small
    take(office, file, approve_on=date(2026, 10, 1))
    outcome = take(office, file, approve_on=date(2026, 10, 1))
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 2)
    other = replace_item(file, 0, name="ชื่อใหม่")
    with pytest.raises(ImportRefused) as refusal:
        take(office, other)
    said = [problem.message for problem in refusal.value.problems]
    assert "แผนนี้อนุมัติแล้ว" in said[0] and "--revision --reason" in said[0]
    assert said[1] == "สสจ. 1 ชื่องาน: เดิม งาน สสจ. 1 ในไฟล์ ชื่อใหม่"
    assert refusal.value.problems[1].row == 6
    assert not PlanItem.objects.filter(name="ชื่อใหม่").exists()


def test_every_kind_of_difference_from_an_approved_plan_is_named(small):
    office, a, b, file = small
    take(office, file, approve_on=date(2026, 10, 1))
    other = plan_file(
        2570,
        replace(file.items[0], monthly=months(2, 4), annual_target=Decimal(6), budget=Decimal(100)),
        item_row("สสจ. 8", months(1)),
        shares=(share_row("สสจ. 1", a, months(2, 4)),),
    )
    with pytest.raises(ImportRefused) as refusal:
        take(office, other)
    assert [problem.message for problem in refusal.value.problems[1:]] == [
        "สสจ. 8 ไม่มีในแผนที่อนุมัติ",
        "สสจ. 2 มีในแผนที่อนุมัติ แต่ไม่มีในไฟล์",
        "สสจ. 1 เป้าหมายทั้งปี: เดิม 4 ในไฟล์ 6",
        "สสจ. 1 งบประมาณ: เดิม – ในไฟล์ 100",
        "สสจ. 1 เป้าหมาย พ.ย. 2569: เดิม 2 ในไฟล์ 4",
        f"สสจ. 1 ส่วนแบ่งของ {a.code} ต.ค. 2569: เดิม 1 ในไฟล์ 2",
        f"สสจ. 1 ส่วนแบ่งของ {a.code} พ.ย. 2569: เดิม 2 ในไฟล์ 4",
        f"สสจ. 1 ส่วนแบ่งของ {b.code}: เดิม มี ในไฟล์ ไม่มี",
    ]


def test_an_approved_plan_stays_equal_when_a_unit_is_added_later():
    office = sample.demo_office()
    take(office, sample.demo_file(office), approve_on=date(2026, 10, 1))
    builders.make_unit(office, "กลุ่มส่งเสริมสหกรณ์ 5", "กสส.5")
    assert take(office, sample.demo_file(office)).unchanged == 17


def replace_item(file, n, **facts):
    items = list(file.items)
    items[n] = replace(items[n], **facts)
    return plan_file(file.fiscal_year, *items, shares=tuple(file.shares))


def test_another_offices_file_is_refused_before_anything_is_made(small):
    office, _, _, file = small
    file.office_name = "สำนักงานสหกรณ์จังหวัดอื่น"
    with pytest.raises(ImportRefused) as refusal:
        take(office, file)
    assert refusal.value.problems[0].value == "สำนักงานสหกรณ์จังหวัดอื่น"
    assert not FiscalYear.objects.exists()


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.OFFICER, False), (Role.UNIT_HEAD, False), (Role.GENERAL_ADMIN, True), (Role.DIRECTOR, False)],
    ids=lambda value: str(value),
)
def test_only_general_administration_imports(small, role, allowed):
    office, a, _, file = small
    person = builders.make_person(a.memberships.first().unit, role)
    if allowed:
        assert import_plan(office, file, by=builders.actor(person), now=NOW).created == 2
    else:
        with pytest.raises(NotAllowed):
            import_plan(office, file, by=builders.actor(person), now=NOW)


def test_an_admin_can_not_import_for_another_office(small):
    office, _, _, file = small
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    with pytest.raises(NotAllowed):
        import_plan(office, file, by=builders.actor(stranger), now=NOW)


def test_import_is_in_the_history_with_who_and_what(small):
    office, a, _, file = small
    admin = builders.make_person(a.memberships.first().unit, Role.GENERAL_ADMIN)
    import_plan(office, file, by=builders.actor(admin), now=NOW)
    (event,) = audit.history_of(ActionPlan.objects.get())
    assert (event.verb, event.actor_id, event.at) == (Verb.PLAN_IMPORTED, admin.pk, NOW)
    assert event.after == {"instalment": 1, "items": 2, "created": ["สสจ. 1", "สสจ. 2"]}


def test_only_inserts_in_batches_grow_with_the_plan():
    others = []
    for rows in (1, 300):
        office = builders.make_office()
        person = builders.make_person(builders.make_unit(office))
        items = [item_row(f"สสจ. {n}", months(*range(1, 13))) for n in range(rows)]
        shares = tuple(share_row(item.job_no, person, item.monthly) for item in items)
        with CaptureQueriesContext(connection) as queries:
            take(office, plan_file(2570, *items, shares=shares))
        others.append(sum(not query["sql"].startswith("INSERT") for query in queries))
        assert MonthlyTarget.objects.filter(item__plan__office=office).count() == 12 * rows
    assert others[0] == others[1]


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_make_one_plan(small):
    office, _, _, file = small
    if connection.vendor == "sqlite":
        pytest.skip("threads don't share a database in memory: see the test with two processes")
    gate, results = threading.Barrier(2), []

    def work():
        gate.wait()
        try:
            results.append(take(office, file))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted((r.created, r.unchanged) for r in results) == [(0, 2), (2, 0)]
    assert (ActionPlan.objects.count(), PlanItem.objects.count(), FiscalYear.objects.count()) == (1, 2, 1)


def test_two_commands_at_once_make_one_plan(tmp_path):
    env = os.environ | {"DEBUG": "1", "DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    manage = [sys.executable, str(sample.DEMO.parents[1] / "manage.py")]
    subprocess.run([*manage, "migrate", "-v0"], env=env, check=True, capture_output=True)
    make = "from tests.plans.sample import demo_office; demo_office()"
    subprocess.run([*manage, "shell", "-v0", "-c", make], env=env, check=True, capture_output=True)
    command = [*manage, "import_plan", str(sample.DEMO / "action_plan_2570.xlsx"), "--json"]
    both = [
        subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    answers = [json.loads(process.communicate()[0]) for process in both]
    assert sorted((answer["created"], answer["unchanged"]) for answer in answers) == [(0, 17), (17, 0)]


# The command


def run(*args, code=0):
    out, err = io.StringIO(), io.StringIO()
    if code:
        with pytest.raises(SystemExit) as end:
            call_command("import_plan", *map(str, args), "--json", stdout=out, stderr=err)
        assert end.value.code == code
    else:
        call_command("import_plan", *map(str, args), "--json", stdout=out, stderr=err)
    return json.loads(out.getvalue())


def test_the_command_imports_and_approves_as_of_the_first_day():
    sample.demo_office()
    plan = sample.DEMO / "action_plan_2570.xlsx"
    assert run(plan, "--approve") == {
        "created": 17,
        "changed": 0,
        "unchanged": 0,
        "unmatched": [],
        "problems": [],
    }
    stored = ActionPlan.objects.get()
    assert (stored.state, stored.approved_on, stored.approved_by) == (
        PlanState.APPROVED,
        date(2026, 10, 1),
        None,
    )
    assert run(plan, "--approve")["unchanged"] == 17


@pytest.mark.parametrize(
    "written", ["2026-10-20", "20/10/2569", "๒๐/๑๐/๒๕๖๙"], ids=["iso", "be", "thai digits"]
)
def test_the_day_of_approval_is_iso_or_be(written):
    sample.demo_office()
    run(sample.DEMO / "action_plan_2570.xlsx", "--approve", "--on", written)
    assert ActionPlan.objects.get().approved_on == date(2026, 10, 20)


def test_a_rehearsal_stores_nothing_not_even_the_year():
    sample.demo_office()
    assert run(sample.DEMO / "action_plan_2570.xlsx", "--dry-run")["created"] == 17
    assert not FiscalYear.objects.exists()


def test_a_faulty_file_names_every_fault_and_stores_nothing():
    sample.demo_office()
    answer = run(sample.DEMO / "action_plan_2570_with_errors.xlsx", "--approve", code=1)
    assert (answer["created"], answer["changed"], answer["unchanged"]) == (0, 0, 0)
    assert [(each["row"], each["column"], each["value"]) for each in answer["problems"]] == [
        (9, "F", "427"),
        (10, "J", "-๔"),
        (11, "K", "สองแห่ง"),
    ]
    assert not FiscalYear.objects.exists()


def test_shares_may_stand_in_a_file_of_their_own(tmp_path):
    sample.demo_office()
    book = openpyxl.load_workbook(sample.DEMO / "action_plan_2570.xlsx")
    del book["กระจายแผนรายบุคคล"]
    book.save(tmp_path / "plan.xlsx")
    book = openpyxl.load_workbook(sample.DEMO / "action_plan_2570.xlsx")
    del book["แผนปฏิบัติงาน"]
    book.save(tmp_path / "shares.xlsx")
    assert run(tmp_path / "plan.xlsx", "--shares", tmp_path / "shares.xlsx", "--approve")["created"] == 17
    assert Share.objects.count() == 78


def test_a_plan_without_shares_is_stored_but_not_approved(tmp_path):
    sample.demo_office()
    book = openpyxl.load_workbook(sample.DEMO / "action_plan_2570.xlsx")
    del book["กระจายแผนรายบุคคล"]
    book.save(tmp_path / "plan.xlsx")
    answer = run(tmp_path / "plan.xlsx", "--approve", code=1)
    assert len(answer["problems"]) == 17 and not FiscalYear.objects.exists()
    assert run(tmp_path / "plan.xlsx")["created"] == 17


@pytest.mark.parametrize("name", ["staff.xlsx", "results_2026-10.csv", "cps_2026-10.xlsx"])
def test_another_workbook_is_refused(name):
    sample.demo_office()
    assert run(sample.DEMO / name, code=1)["problems"]
    assert not FiscalYear.objects.exists()


def test_revision_is_refused_in_so_many_words():
    sample.demo_office()
    run(sample.DEMO / "action_plan_2570.xlsx", "--approve")
    answer = run(sample.DEMO / "action_plan_2570.xlsx", "--revision", "--reason", "ปรับ", code=1)
    assert "ยังปรับแผนที่อนุมัติแล้วไม่ได้" in answer["problems"][0]["message"]


def test_approving_twice_by_hand_is_refused_but_by_the_same_file_is_fine():
    office = sample.demo_office()
    file = sample.demo_file(office)
    take(office, file, approve_on=date(2026, 10, 1))
    approved_at = ActionPlan.objects.get().approved_at
    take(office, file, approve_on=date(2026, 11, 1))
    plan = ActionPlan.objects.get()
    assert (plan.approved_at, plan.approved_on) == (approved_at, date(2026, 10, 1))
    with pytest.raises(Exception, match="อนุมัติแล้ว"):
        approve(plan, by=builders.SYSTEM, now=NOW, on=date(2026, 11, 1))


@pytest.mark.parametrize("written", ["20/10/2026", "2026-13-01", "วานนี้"])
def test_another_writing_of_the_day_is_refused(written):
    sample.demo_office()
    answer = run(sample.DEMO / "action_plan_2570.xlsx", "--approve", "--on", written, code=1)
    assert answer["problems"][0]["message"].startswith("--on: ใส่")
    assert not FiscalYear.objects.exists()

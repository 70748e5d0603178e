"""``manage.py check_compliance``: the JSON that others rely on, and several of it at once."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from office.enums import Role
from reports.actions import compliance
from reports.models import ExpectedReport, Flag
from tests import builders

AS_OF = "2026-11-02T09:00:00+07:00"
ON_TIME = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)


@pytest.fixture
def office(db):
    office = builders.make_office("LPG", "สำนักงานสหกรณ์จังหวัดตัวอย่าง")
    unit, plan = builders.make_unit(office), builders.make_plan(office)
    admin = builders.make_person(unit, Role.GENERAL_ADMIN, code="EX001")
    absent, short = builders.make_person(unit, code="EX002"), builders.make_person(unit, code="EX003")
    item = builders.make_item(plan, {admin: [1], absent: [2, 2], short: [4]}, job_no="สสจ. 1")
    builders.send_report(admin, {item: 1}, at=ON_TIME)
    builders.send_report(short, {item: 3}, at=ON_TIME)
    return office


def run(*arguments: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("check_compliance", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def answer(*arguments: str) -> dict[str, object]:
    return json.loads(run(*arguments, "--json")[0])


OCTOBER = {
    "month": "2026-10",
    "as_of": AS_OF,
    "deadline": "2026-10-30T16:30:00+07:00",
    "expected": ["EX001", "EX002", "EX003"],
    "submitted": ["EX001", "EX003"],
    "missing": ["EX002"],
    "late": [],
    "incomplete": [{"person": "EX003", "job_no": "สสจ. 1"}],
    "off_plan": [{"person": "EX003", "job_no": "สสจ. 1"}],
    "cps_mismatch": [],
    "opened": 3,
    "cleared": 0,
}


def test_one_month_as_json(office):
    assert answer("--month", "2026-10", "--as-of", AS_OF) == OCTOBER
    assert answer("--month", "2026-10", "--as-of", AS_OF) == OCTOBER | {"opened": 0}


def test_the_keys_stand_in_the_order_of_the_contract(office):
    assert list(answer("--month", "2026-10", "--as-of", AS_OF)) == list(OCTOBER)


def test_an_instant_without_zone_is_bangkoks(office):
    assert answer("--month", "2026-10", "--as-of", "2026-11-02T09:00") == OCTOBER


def test_without_a_month_every_open_month_past_its_deadline(office):
    assert answer("--as-of", AS_OF) == {"months": [OCTOBER]}
    later = answer("--as-of", "2026-12-02T09:00:00+07:00")["months"]
    assert [(each["month"], each["missing"]) for each in later] == [
        ("2026-10", ["EX002"]),
        ("2026-11", ["EX002"]),
    ]
    assert answer("--as-of", "2026-10-30T16:30:00+07:00") == {"months": []}


def test_people_read_thai(office):
    out, err = run("--month", "2026-10", "--as-of", AS_OF)
    assert out.splitlines() == [
        "การส่งรายงาน ตุลาคม 2569 ณ 2 พ.ย. 2569 09.00 น. (ครบกำหนด 30 ต.ค. 2569 16.30 น.)",
        "ต้องส่ง 3 คน ส่งแล้ว 2 คน",
        "ยังไม่ส่ง 1 คน: EX002",
        "ส่งช้า 0 คน",
        "ไม่ครบถ้วน 1 รายการ: EX003 สสจ. 1",
        "ไม่เป็นไปตามแผน 1 รายการ: EX003 สสจ. 1",
        "ไม่ตรงกับ CPS 0 รายการ",
        "เปิดธง 3 รายการ หมดเหตุ 0 รายการ",
    ]
    assert err == ""
    assert run("--as-of", "2026-10-30T16:30:00+07:00")[0] == "ไม่มีเดือนที่เลยกำหนดและยังไม่ปิด\n"


def test_who_could_not_be_judged_is_named_beside_the_answer(office, monkeypatch):
    monkeypatch.setattr(compliance, "findings", lambda known, **kwargs: [][0])
    out, err = run("--month", "2026-10", "--as-of", AS_OF, "--json")
    assert json.loads(out)["expected"] == ["EX001", "EX002", "EX003"]
    assert [line.split(":")[1].split()[0] for line in err.splitlines()] == ["EX001", "EX002", "EX003"]


def test_the_person_who_asks_is_in_the_history(office):
    assert answer("--month", "2026-10", "--as-of", AS_OF, "--by", "ex001") == OCTOBER


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--month", "2026-13"], "2026-10"),
        (["--month", "2030-01"], "นำเข้าแผนปฏิบัติงานก่อน"),
        (["--as-of", "yesterday"], "ISO"),
        (["--by", "EX999"], "EX999"),
        (["--month", "2026-10", "--by", "EX002"], "ไม่มีสิทธิ"),
        (["--by", "EX002", "--as-of", AS_OF], "ไม่มีสิทธิ"),
        (["--office", "NONE"], "office"),
    ],
    ids=["no such month", "no plan yet", "no instant", "nobody", "may not", "may not check all", "no office"],
)
def test_a_refusal_is_one_object_too(office, arguments, word):
    out = io.StringIO()
    with pytest.raises(CommandError, match=word):
        call_command("check_compliance", *arguments, "--json", stdout=out)
    assert word in json.loads(out.getvalue())["problems"][0]["message"]
    assert Flag.objects.count() == 0


def test_a_refusal_to_people_prints_nothing_on_stdout(office):
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_compliance", "--office", "NONE", stdout=out)
    assert out.getvalue() == ""


SEED = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import datetime, UTC
from tests import builders
office = builders.make_office()
unit, plan = builders.make_unit(office), builders.make_plan(office)
staff = [builders.make_person(unit) for _ in range(12)]
item = builders.make_item(plan, {person: [4] for person in staff})
for person in staff[:6]:
    builders.send_report(person, {item: 3}, at=datetime(2026, 10, 30, 3, tzinfo=UTC))
"""
COUNT = """
import django; django.setup()
from office.models import AuditEvent
from reports.models import ExpectedReport, Flag
opened = AuditEvent.objects.filter(verb="FLAG_OPENED")
flagged = opened.values("subject_id").distinct()
print(Flag.objects.count(), opened.count(), flagged.count(), ExpectedReport.objects.count())
"""


@pytest.fixture
def elsewhere(tmp_path: Path, django_db_blocker) -> Iterator[dict[str, str]]:
    """The environment of processes that share a database of their own, of the same kind as the suite's."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATA_DIR": str(tmp_path),
        "DEBUG": "1",
    }
    environment.pop("DATABASE_URL", None)
    if connection.vendor == "sqlite":
        yield environment
        return
    facts = settings.DATABASES["default"]
    name = f"parallel_{os.getpid()}"
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**facts)
    with django_db_blocker.unblock():
        _database(f'CREATE DATABASE "{name}"')
        try:
            yield environment | {"DATABASE_URL": url + name}
        finally:
            _database(f'DROP DATABASE "{name}" WITH (FORCE)')


def _database(statement: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def python(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def done(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def test_three_checks_in_three_processes_leave_the_flags_of_one(elsewhere):
    done(python(elsewhere, "-c", SEED))
    check = ["manage.py", "check_compliance", "--as-of", AS_OF, "--json"]
    months = [
        json.loads(done(process))["months"][0] for process in [python(elsewhere, *check) for _ in range(3)]
    ]
    assert sorted(month["opened"] for month in months) == [0, 0, 18]
    assert len({json.dumps(month | {"opened": 0}) for month in months}) == 1
    assert done(python(elsewhere, "-c", COUNT)).split() == ["18", "18", "18", "12"]


def test_days_off_end_as_daily_checks_would(office):
    month = builders.month_of(office)
    for day in range(1, 4):
        compliance.check_month(month, as_of=ON_TIME + timedelta(days=day), by=builders.SYSTEM, store=True)
    daily = set(Flag.objects.values_list("person_id", "breach", "item_id", "state", "true_since"))
    Flag.objects.all().delete()
    compliance.check_month(month, as_of=ON_TIME + timedelta(days=9), by=builders.SYSTEM, store=True)
    assert set(Flag.objects.values_list("person_id", "breach", "item_id", "state", "true_since")) == daily


def command(*arguments: str) -> dict[str, object]:
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())


@pytest.mark.parametrize("approved", ["before the results", "after the deadline"])
def test_a_check_made_before_the_plan_was_approved_spoils_nothing(db, approved):
    files = Path(settings.BASE_DIR) / "office" / "demo"
    plan, results = str(files / "action_plan_2570.xlsx"), str(files / "results_2026-10.csv")
    command("import_staff", str(files / "staff.xlsx"))
    command("import_plan", plan)
    early = AS_OF if approved == "after the deadline" else "2026-10-05T09:00:00+07:00"
    check = command("check_compliance", "--month", "2026-10", "--as-of", early)
    assert (check["expected"], check["opened"]) == ([], 0)
    command("import_plan", plan, "--approve")
    sent_at = "2026-10-30T10:00+07:00"
    command("import_results", results, "--month", "2026-10", "--submit", "--at", sent_at)
    check = command("check_compliance", "--month", "2026-10", "--as-of", AS_OF)
    assert check["expected"] == sorted({*check["submitted"], *check["missing"]}) != []
    assert check["opened"] > 0
    assert ExpectedReport.objects.count() == len(check["expected"])

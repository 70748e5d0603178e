"""Commands as a shell meets them: 0 or 1, and with --json one object on stdout whatever was typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from office.importing import told_misuse

IMPORTS = ("import_staff", "import_plan", "import_results", "import_cps")
MISUSES = {
    "import_staff": ([], "file"),
    "import_plan": (["plan.xlsx", "--colour", "red"], "--colour red"),
    "import_results": (["results.csv"], "--month"),
    "import_cps": (["cps.csv", "--month"], "--month"),
    "check_compliance": (["2026-10"], "2026-10"),
}


@pytest.fixture
def shell(tmp_path):
    """Its database is empty: not even migrated."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=os.environ
            | {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def is_a_refusal(command, printed, word):
    answer = json.loads(printed)
    [problem] = answer.pop("problems")
    counts = {"created": 0, "changed": 0, "unchanged": 0, "unmatched": []}
    assert answer == (counts if command in IMPORTS else {})
    assert set(problem) == {"sheet", "row", "column", "value", "message"}
    assert word in problem["message"]
    return True


@pytest.mark.parametrize("command", MISUSES)
def test_a_misused_command_says_so_in_one_object(shell, command):
    arguments, word = MISUSES[command]
    done = shell(command, "--json", *arguments)
    assert done.returncode == 1
    assert is_a_refusal(command, done.stdout, word)
    assert f"usage: manage.py {command}" in done.stderr


def test_without_json_people_read_why_and_how(shell):
    done = shell("import_results", "results.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert "usage: manage.py import_results" in done.stderr
    assert done.stderr.endswith("ระบุ --month ด้วย\n")


@pytest.mark.parametrize("command", ["import_staff", "check_compliance"])
def test_a_database_that_is_not_ready_is_a_refusal_too(shell, tmp_path, command):
    arguments = [str(settings.BASE_DIR / "office" / "demo" / "staff.xlsx")] if command in IMPORTS else []
    done = shell(command, "--json", *arguments)
    assert done.returncode == 1
    assert is_a_refusal(command, done.stdout, "migrate")


def test_called_by_code_it_raises():
    with pytest.raises(CommandError, match="ระบุ file, --month ด้วย"):
        call_command("import_results")


def test_what_has_no_translation_is_passed_on():
    assert told_misuse("argument --skip-checks: ignored explicit argument '1'").startswith("ใช้คำสั่งไม่ถูกต้อง (")

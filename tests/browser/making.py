"""Brings the DATA_DIR of its environment one stage further: a program, run at the clock of that stage.

Browser tests work on copies: most of what such a test costs is an office with its people, plan and reports.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import django

DEMO_FILES = Path(__file__).resolve().parents[2] / "office" / "demo"
PASSWORD = "ทดสอบ-ยาวพอ-2569"
AFTER = "2026-11-02T09:00:00+07:00"
PEOPLE = [
    "EX001",
    "EX006",
    "EX026",
    "EX029",
    "EX030",
    "EX031",
    "EX032",
    "EX033",
    "EX035",
    "EX036",
    "EX037",
]  # who signs in in the tests
STAGES: dict[str, tuple[str, str]] = {
    "empty": ("", AFTER),
    "planned": ("empty", "2026-09-01T09:00:00+07:00"),
    "reported": ("planned", AFTER),
    "demo": ("", AFTER),
}
"""Name: the stage it is made from, and the instant at which it is made."""


def main(stage: str) -> None:
    django.setup()
    {"empty": empty, "planned": planned, "reported": reported, "demo": demo}[stage]()


def empty() -> None:
    run("migrate", "--verbosity", "0")


def planned() -> None:
    """Everybody of the sample office, who signs in has a password, and the approved plan of 2570."""
    run("import_staff", str(DEMO_FILES / "staff.xlsx"))
    run("import_plan", str(DEMO_FILES / "action_plan_2570.xlsx"), "--approve")
    for code in PEOPLE:
        sys.stdin = io.StringIO(PASSWORD + "\n")
        run("set_password", code)


def reported() -> None:
    """October's reports are in and checked."""
    results, at = str(DEMO_FILES / "results_2026-10.csv"), "2026-10-30T10:00+07:00"
    run("import_results", results, "--month", "2026-10", "--submit", "--at", at)
    run("check_compliance", "--month", "2026-10", "--as-of", AFTER)


def demo() -> None:
    empty()
    run("seed_demo")


def run(*command: str) -> None:
    from django.core.management import call_command

    call_command(*command)


if __name__ == "__main__":
    main(sys.argv[1])

"""The demo's files, judged twice: by the product's commands and by a few lines that know nothing of it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.management import call_command

pytestmark = pytest.mark.django_db

FILES = Path(settings.BASE_DIR) / "office" / "demo"
THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
PERSON, JOB, RESULT, REASON = "รหัสเจ้าหน้าที่", "เลขที่งาน", "ผล", "ชี้แจงเหตุผล"


def oracle(year: int, month: str) -> dict[str, Any]:
    """Expected, submitted, missing, incomplete, off plan; in these files more is better throughout."""
    sheet = openpyxl.load_workbook(FILES / f"action_plan_{year}.xlsx")["กระจายแผนรายบุคคล"]
    column = 4 + (int(month[5:]) - 10) % 12
    rows = [
        [str(cell or "").translate(THAI_DIGITS) for cell in row]
        for row in sheet.iter_rows(2, values_only=True)
    ]
    shares = {(row[1], row[0]): float(row[column]) for row in rows if row[column] not in ("", "-")}
    with (FILES / f"results_{month}.csv").open(encoding="utf-8-sig") as file:
        sent = {(row[PERSON], row[JOB]): row for row in csv.DictReader(file)}
    people = {person for person, _ in shares}
    came = {person for person, _ in sent}
    mine = {key: target for key, target in shares.items() if key[0] in came}
    short = {key for key, target in mine.items() if key in sent and float(sent[key][RESULT]) < target}
    lacking = {key for key in mine if key not in sent} | {
        key for key in short if not sent[key][REASON].strip()
    }
    return {
        "expected": sorted(people),
        "submitted": sorted(people & came),
        "missing": sorted(people - came),
        "incomplete": sorted(lacking),
        "off_plan": sorted(short),
    }


def cps_oracle(file: Path, month: str) -> list[tuple[str, str, float, float]]:
    """Reported lines of jobs that CPS names, where the sum of visits of all sheets is another figure."""
    staff = openpyxl.load_workbook(FILES / "staff.xlsx").active
    known = {str(cell) for row in staff.iter_rows(values_only=True) for cell in row if cell}
    visits: dict[tuple[str, str], float] = {}
    for sheet in openpyxl.load_workbook(file):
        for _, _, person, job, _, quantity, *_ in sheet.iter_rows(4, values_only=True):
            if person in known:
                visits[person, job] = visits.get((person, job), 0) + float(quantity)
    jobs = {job for _, job in visits}
    with (FILES / f"results_{month}.csv").open(encoding="utf-8-sig") as file:
        sent = {(row[PERSON], row[JOB]): float(row[RESULT]) for row in csv.DictReader(file)}
    return sorted(
        (person, job, result, visits.get((person, job), 0))
        for (person, job), result in sent.items()
        if job in jobs and result != visits.get((person, job), 0)
    )


def in_two_sheets(file: Path, copy: Path) -> Path:
    """A copy with every other visit in a second sheet, under the same headings."""
    book = openpyxl.load_workbook(file)
    first = book.active
    second = book.copy_worksheet(first)
    for row in range(first.max_row, 3, -1):
        (first if row % 2 else second).delete_rows(row)
    book.save(copy)
    return copy


def run(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command(*arguments, "--json", stdout=out, stderr=io.StringIO())
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.mark.parametrize(
    ("year", "month", "sent_at", "as_of"),
    [
        (2570, "2026-10", "2026-10-30T10:00+07:00", "2026-11-02T09:00+07:00"),
        (2570, "2026-11", "2026-11-30T10:00+07:00", "2026-12-02T09:00+07:00"),
        (2569, "2025-12", "2025-12-30T10:00+07:00", "2026-01-05T09:00+07:00"),
        (2569, "2026-03", "2026-03-31T10:00+07:00", "2026-04-02T09:00+07:00"),
        (2569, "2026-09", "2026-09-30T10:00+07:00", "2026-10-02T09:00+07:00"),
    ],
    ids=["Oct 2569", "Nov 2569", "Dec 2568", "Mar 2569", "Sep 2569"],
)
def test_the_check_equals_an_independent_reading_of_the_files(year, month, sent_at, as_of):
    run("import_staff", str(FILES / "staff.xlsx"))
    run("import_plan", str(FILES / f"action_plan_{year}.xlsx"), "--approve")
    run("import_results", str(FILES / f"results_{month}.csv"), "--month", month, "--submit", "--at", sent_at)
    check = run("check_compliance", "--month", month, "--as-of", as_of)
    for key in ("incomplete", "off_plan"):
        check[key] = sorted((row["person"], row["job_no"]) for row in check[key])
    expected = oracle(year, month)
    assert {key: check[key] for key in expected} == expected
    assert (check["late"], check["cps_mismatch"]) == ([], [])
    assert expected["off_plan"]


@pytest.mark.parametrize(
    ("month", "sent_at", "as_of", "sheets"),
    [
        ("2026-10", "2026-10-30T10:00+07:00", "2026-11-02T09:00+07:00", 1),
        ("2026-11", "2026-11-30T10:00+07:00", "2026-12-02T09:00+07:00", 1),
        ("2026-11", "2026-11-30T10:00+07:00", "2026-12-02T09:00+07:00", 2),
    ],
)
def test_what_differs_from_cps_equals_an_independent_reading_of_the_files(
    month, sent_at, as_of, sheets, tmp_path
):
    file = FILES / f"cps_{month}.xlsx"
    file = file if sheets == 1 else in_two_sheets(file, tmp_path / "cps.xlsx")
    run("import_staff", str(FILES / "staff.xlsx"))
    run("import_plan", str(FILES / "action_plan_2570.xlsx"), "--approve")
    run("import_results", str(FILES / f"results_{month}.csv"), "--month", month, "--submit", "--at", sent_at)
    run("import_cps", str(file), "--month", month)
    check = run("check_compliance", "--month", month, "--as-of", as_of)
    found = [(row["person"], row["job_no"], row["reported"], row["cps"]) for row in check["cps_mismatch"]]
    expected = cps_oracle(file, month)
    assert sorted(found) == expected
    assert expected

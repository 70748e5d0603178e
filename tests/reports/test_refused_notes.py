"""A refused file says, beside its faults, what of it was not read: on both streams and in the browser."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from office import clock
from office.models import Person
from plans.actions import import_plan
from tests import builders
from tests.plans.sample import DEMO, demo_file, demo_office

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HIDDEN = "แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ลับ"
RESULTS = [["รหัสเจ้าหน้าที่", "เลขที่งาน", "ผล"], ["EX999", "สสจ. 1", 1]]
CPS = [["วันที่ปฏิบัติงาน", *RESULTS[0][:2], "จำนวน"], ["02/11/2569", "EX030", "สสจ. 1", 1]]


@pytest.fixture
def office():
    made = demo_office()
    import_plan(made, demo_file(made), by=builders.SYSTEM, now=NOW)
    return made


def saved(book, path: Path) -> Path:
    book.create_sheet("ลับ").append(["บันทึก"])
    book["ลับ"].sheet_state = "hidden"
    book.save(path)
    return path


def of_rows(rows, path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book, path)


def staff(path: Path) -> Path:
    book = openpyxl.load_workbook(DEMO / "staff.xlsx")
    book.worksheets[0]["B6"] = book.worksheets[0]["B5"].value
    return saved(book, path)


def plan(path: Path) -> Path:
    return saved(openpyxl.load_workbook(DEMO / "action_plan_2570_with_errors.xlsx"), path)


@pytest.mark.parametrize(
    ("command", "make"),
    [
        ("import_staff", staff),
        ("import_plan", plan),
        ("import_results", lambda path: of_rows(RESULTS, path)),
        ("import_cps", lambda path: of_rows(CPS, path)),
    ],
)
def test_a_refusal_says_what_was_not_read(office, tmp_path, capsys, command, make):
    month = {} if command in ("import_staff", "import_plan") else {"month": "2026-10"}
    with pytest.raises(SystemExit):
        call_command(command, str(make(tmp_path / "a.xlsx")), json=True, **month)
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert answer["problems"]
    assert (answer["notes"], HIDDEN in err) == ([HIDDEN], True)


def test_a_file_read_whole_has_no_notes_in_its_refusal(office, tmp_path, capsys):
    (tmp_path / "r.csv").write_text("\n".join(",".join(map(str, row)) for row in RESULTS), encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("import_results", str(tmp_path / "r.csv"), month="2026-10", json=True)
    assert "notes" not in json.loads(capsys.readouterr()[0])


@pytest.mark.parametrize(
    ("address", "data", "make"),
    [
        ("/plans/2570/import/", {}, plan),
        ("/cps/import/", {"month": "2026-10"}, lambda path: of_rows(CPS, path)),
    ],
)
def test_the_page_of_a_refusal_says_so_too(office, tmp_path, settings, monkeypatch, address, data, make):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path
    client = Client()
    client.force_login(Person.objects.get(code="EX006"))
    file = SimpleUploadedFile("a.xlsx", make(tmp_path / "a.xlsx").read_bytes())
    page = client.get(client.post(address, {**data, "file": file}).url)
    assert (page.status_code, f"<li>{HIDDEN}</li>" in page.content.decode()) == (422, True)

"""What a CPS workbook leaves in doubt is asked about with its sheet, not guessed; what is left is named."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from office import clock
from office.enums import Role
from plans.models import ReportingMonth
from reports.actions.cps import preview_cps
from reports.models import CpsFile
from tests import builders as b
from tests.reports.test_cps_genre import HEAD, VISIT, content_of, parsed, total

SECOND = ["03/10/2569", "EX004", "สสจ. 12", "สหกรณ์ ข", 2]


def places(found):
    assert found.rows == [] or found.problems
    return [(each.sheet, each.row, each.column) for each in found.problems]


@pytest.mark.parametrize(
    ("heading", "extra", "column"),
    [
        ([*HEAD[:4], "จำนวนครั้ง", "จำนวนแห่ง"], [1], "E"),
        ([*HEAD, "จำนวน"], [7], "E"),
        (["ออกพื้นที่", *HEAD[1:]], [], "A"),
    ],
    ids=["two figures", "two of one name", "days not understood"],
)
def test_a_later_sheet_in_doubt_is_asked_about_with_what_to_do(heading, extra, column):
    found = parsed([HEAD, VISIT], [heading, [*SECOND, *extra]])

    assert (found.rows, places(found)) == ([], [("แผ่น 2", 1, column)])
    assert "ตั้งหัวคอลัมน์ให้เหมือนแผ่นงาน แผ่น 1 หรือซ่อนแผ่นงานนี้" in found.problems[0].message


@pytest.mark.parametrize("last", [False, True])
def test_a_sheet_without_days_beside_one_with_them_is_asked_about(last):
    summary = [HEAD[1:3] + HEAD[4:], ["EX003", "สสจ. 12", 1]]
    sheets = [[HEAD, VISIT], summary] if last else [summary, [HEAD, VISIT]]
    found = parsed(*sheets)

    assert places(found) == [("แผ่น 2" if last else "แผ่น 1", 1, None)]
    assert "ไม่มีวันที่บอกว่าเป็นผลของเดือนใด" in found.problems[0].message


def test_sheets_that_all_lack_days_are_read_together():
    head, one, two = HEAD[1:], VISIT[1:], SECOND[1:]
    assert total(parsed([head, one], [head, two])) == 3


def test_a_copied_sheet_is_not_counted_twice():
    assert places(parsed([HEAD, VISIT, SECOND], [HEAD, SECOND, VISIT])) == [("แผ่น 2", 1, None)]


def test_a_summary_without_days_is_not_counted_with_what_it_sums_up():
    head = HEAD[1:]
    detail = [head, VISIT[1:], [*VISIT[1:3], "สหกรณ์ ค", 2]]
    assert places(parsed(detail, [[*head[:2], "จำนวน"], ["EX003", "สสจ. 12", 3]])) == [("แผ่น 2", 1, None)]


def test_days_of_another_month_are_no_copy():
    november = [HEAD, ["02/11/2569", *VISIT[1:]]]
    assert total(parsed([HEAD, VISIT], november)) == 2


def test_a_sum_that_does_not_say_so_is_asked_about():
    rows = [HEAD[1:], VISIT[1:], [*VISIT[1:3], "สหกรณ์ ค", 2], ["EX003", "สสจ. 12", None, 3]]
    assert places(parsed(rows)) == [("แผ่น 1", 4, "C")]


@pytest.mark.parametrize("places", [(None, None), ("สหกรณ์ ก", "สหกรณ์ ก")])
def test_a_copied_sheet_without_days_is_not_counted_twice(places):
    one, two = ([HEAD[1:], [*VISIT[1:3], place, 2]] for place in places)
    assert len(parsed(one, two).problems) == 1


def test_sheets_without_days_of_other_places_are_no_copies():
    one, two = ([HEAD[1:], [*VISIT[1:3], place, 2]] for place in ("สหกรณ์ ก", "สหกรณ์ ข"))
    assert total(parsed(one, two)) == 4


@pytest.mark.parametrize("first", [0, 1], ids=["with days", "without days"])
def test_a_visit_that_names_nobody_is_kept_as_one(first):
    nobodys = ["03/10/2569", None, None, "สหกรณ์ ข", 2]
    found = parsed([each[first:] for each in (HEAD, VISIT, nobodys)])
    assert total(found) == 3
    assert [(row.person_code, row.person_name, row.job_no, row.at) for row in found.rows[1:]] == [
        ("", "", "", 3)
    ]


def test_a_figure_that_cannot_be_read_of_a_visit_that_names_nobody_is_a_fault():
    found = parsed([HEAD, VISIT, ["03/10/2569", None, None, "สหกรณ์ ข", "2 ครั้ง"]])
    assert [(each.row, each.column) for each in found.problems] == [(3, "E")]
    assert "จำนวนของ แถวนี้" in found.problems[0].message


def test_what_merely_stands_below_is_no_visit():
    below = [[None, None, None, "ทั้งหมด", 1], ["ผู้พิมพ์", "นางทศ"], ["ลงชื่อ", "ผู้ตรวจสอบ", "ตำแหน่ง", "-"]]
    assert total(parsed([HEAD, VISIT, *below])) == 1


def test_two_days_are_asked_about_only_where_their_months_differ():
    head = ["วันที่เริ่ม", "วันที่สิ้นสุด", *HEAD[1:]]
    same, other = ["02/10/2569", "03/10/2569"], ["30/10/2569", "02/11/2569"]
    assert total(parsed([head, [*same, *VISIT[1:]]])) == 1
    assert places(parsed([head, [*same, *VISIT[1:]], [*other, *VISIT[1:]]])) == [("แผ่น 1", 1, "A")]


def test_plan_and_result_under_one_heading():
    rows = [[*HEAD[:4], "จำนวน", None], [None] * 4 + ["แผน", "ผล"], [*VISIT[:4], 9, 2]]
    for merged in ((), ("E1:F1",), ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1")):
        assert total(parsed(rows, merged=merged)) == 2


def test_hidden_sheets_are_named():
    found = parsed([HEAD, VISIT], [HEAD, SECOND], hidden=(1,))
    assert (total(found), found.notes) == (1, ["แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: แผ่น 2"])


def test_a_hidden_sheet_that_is_the_only_one_is_read_and_named():
    found = parsed([["ปก"]], [HEAD, VISIT], hidden=(1,))
    assert (total(found), found.notes) == (1, ["อ่านแผ่นงานที่ซ่อนไว้: แผ่น 2"])


@pytest.mark.django_db
class TestMonth:
    @pytest.fixture
    def month(self):
        office = b.make_office()
        b.make_plan(office)
        return ReportingMonth.objects.get(office=office, first="2026-10-01")

    def test_what_was_left_unread_is_part_of_the_outcome(self, month):
        november = [HEAD, ["03/11/2569", *SECOND[1:]]]
        found = parsed([HEAD, VISIT], november, [["บันทึก"]], [HEAD, SECOND], hidden=(3,))

        assert preview_cps(month, found).outcome.notes == [
            "แผ่นงานที่ไม่ได้อ่าน: แผ่น 2 (ทุกแถวเป็นของเดือนอื่น), แผ่น 3 (ไม่พบหัวคอลัมน์ของ CPS)",
            "แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: แผ่น 4",
        ]

    def test_the_command_says_so_on_both_streams(self, month, tmp_path, capsys):
        built = openpyxl.Workbook()
        for row in (HEAD, VISIT):
            built.active.append(row)
        built.create_sheet("ลับ").append(["บันทึก"])
        built["ลับ"].sheet_state = "hidden"
        built.save(tmp_path / "cps.xlsx")
        call_command("import_cps", str(tmp_path / "cps.xlsx"), month="2026-10", json=True)

        out, err = capsys.readouterr()
        assert json.loads(out)["notes"] == ["แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ลับ"]
        assert "แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ลับ" in err
        call_command("import_cps", str(tmp_path / "cps.xlsx"), month="2026-10", json=True)
        assert CpsFile.objects.count() == 1

    def test_the_browser_shows_the_same_words(self, month, settings, tmp_path, monkeypatch):
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 2, 2, 0, tzinfo=UTC))
        settings.DATA_DIR = tmp_path
        unit = b.make_unit(month.office, "ฝ่ายบริหารทั่วไป")
        client = Client()
        client.force_login(b.make_person(unit, Role.GENERAL_ADMIN))

        def look(*sheets, **more):
            file = SimpleUploadedFile("cps.xlsx", content_of(*sheets, **more))
            chosen = client.post("/cps/import/", {"month": "2026-10", "file": file})
            return client.get(chosen.url)

        shown = look([HEAD, VISIT], [HEAD, SECOND], hidden=(1,))
        assert "<li>แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: แผ่น 2</li>" in shown.content.decode()
        asked = look([HEAD, VISIT], [[*HEAD[:4], "จำนวนครั้ง", "จำนวนแห่ง"], [*SECOND, 1]])
        assert asked.status_code == 422
        cells = re.findall(r'<td data-th="([^"]+)">([^<]*)</td>', asked.content.decode())
        assert cells[:3] == [("แผ่นงาน", "แผ่น 2"), ("แถว", "1"), ("คอลัมน์", "E")]
        assert "หรือซ่อนแผ่นงานนี้ถ้าไม่ใช่ผลที่จะนำเข้า" in asked.content.decode()

    def test_a_visit_that_names_nobody_is_listed_and_counted_nowhere(self, month):
        found = parsed([HEAD, VISIT, ["03/10/2569", None, None, "สหกรณ์ ข", 2]])
        (row,) = [each for each in preview_cps(month, found).outcome.unmatched if each["row"] == 3]
        assert (row["person"], row["job_no"], row["quantity"]) == ("", "", 2)
        assert row["why"].startswith("ไม่ได้ระบุรหัสเจ้าหน้าที่")

    def test_where_all_was_read_the_object_has_no_notes(self, month):
        assert "notes" not in preview_cps(month, parsed([HEAD, VISIT])).outcome.as_dict()

"""Columns said once for all files with the same headings: how files are read by them, who may say so."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from office import clock, sheets
from office.audit import Verb
from office.enums import Role
from office.errors import Invalid, NotAllowed, Stale
from office.models import AuditEvent
from reports import cps_columns, cps_file
from reports.actions.cps_mapping import remove_mapping, save_mapping
from reports.cps_saved import mappings_of
from reports.models import CpsFile, CpsMapping
from tests import builders
from tests.reports.cps_pages.scene import Cast, client_of, page

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TITLE = ["ผลงานภาคสนาม"]
STRANGE = ["ทำเมื่อ", "ผู้ทำ", "งาน", "กี่หน", "ที่ไหน"]
"""Headings whose words say nothing."""
VISIT = ["05/10/2569", "EX030", "สสจ. 1", 3, "สหกรณ์ ก"]
CHOSEN = {"worked_on": 0, "person_code": 1, "job_no": 2, "quantity": 3, "place": 4}


@pytest.fixture(autouse=True)
def _clock_and_files(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path


@pytest.fixture
def cast() -> Cast:
    return Cast()


def bytes_of(*rows, more: dict[str, list] | None = None) -> bytes:
    """A workbook of one sheet, and ``more`` by name."""
    built = Workbook()
    for row in rows:
        built.active.append(row)
    for name, lines in (more or {}).items():
        sheet = built.create_sheet(name)
        for line in lines:
            sheet.append(line)
    target = io.BytesIO()
    built.save(target)
    return target.getvalue()


def book_of(*rows, **more):
    return sheets.read(bytes_of(*rows, **more), name="cps.xlsx")


def headings(*rows) -> cps_columns.Headings:
    found = cps_columns.likeliest(list(cps_columns.headings_in(book_of(*rows).sheets[0])))
    assert found is not None
    return found


def save(cast, chosen=None, *, of=STRANGE, now: datetime = NOW, by=None, version: int = 0) -> CpsMapping:
    actor = builders.actor(by or cast.admin)
    wanted = CHOSEN if chosen is None else chosen
    return save_mapping(cast.office, headings(TITLE, of), wanted, by=actor, now=now, version=version)


def read(cast, *rows, **more) -> cps_file.CpsFile:
    return cps_file.parse(book_of(*rows, **more), mappings_of(cast.office))


def told(found: cps_file.CpsFile) -> list[tuple]:
    return [(row.person_code, row.job_no, row.quantity, row.place) for row in found.rows]


READ = [("EX030", "สสจ. 1", 3, "สหกรณ์ ก")]


# How a file is read


@pytest.mark.parametrize(
    "rows",
    [
        [TITLE, STRANGE, VISIT],
        [STRANGE[::-1], VISIT[::-1]],
        [TITLE, [], [f" {text} : " for text in STRANGE], VISIT, ["", "", "รวม", 3, ""]],
        [STRANGE, VISIT, STRANGE],
    ],
    ids=["as saved", "another order", "spaces, signs and a total", "headings again"],
)
def test_a_file_with_these_headings_is_read_by_the_mapping(cast, rows):
    save(cast)
    found = read(cast, *rows)
    assert (found.problems, told(found), found.mapping.by) == ([], READ, cast.admin.full_name)


@pytest.mark.parametrize(
    "strange", [STRANGE[:-1], [*STRANGE, "อื่น"], ["ทำเมื่อไร", *STRANGE[1:]]], ids=["fewer", "more", "other"]
)
def test_other_headings_are_not_read_by_it(cast, strange):
    save(cast)
    found = read(cast, TITLE, strange, VISIT)
    assert (found.header, found.rows, len(found.problems)) == (None, [], 1)


def test_a_mapping_wins_over_the_words(cast):
    plain = ["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "จำนวน", "จำนวนสมาชิก"]
    visit = ["05/10/2569", "EX030", "สสจ. 1", 3, 8]
    assert [row.quantity for row in read(cast, plain, visit).rows] == [3]
    save(cast, {"worked_on": 0, "person_code": 1, "job_no": 2, "quantity": 4}, of=plain)
    found = read(cast, plain, visit)
    assert [row.quantity for row in found.rows] == [8]
    assert [(each.field, each.letter, each.heading) for each in found.columns][2] == (
        "quantity",
        "E",
        "จำนวนสมาชิก",
    )


def test_two_headings_alike_are_told_apart_by_their_order(cast):
    twice = ["ผู้ทำ", "งาน", "กี่หน", "กี่หน"]
    save(cast, {"person_code": 0, "job_no": 1, "quantity": 3}, of=twice)
    assert [row.quantity for row in read(cast, twice, ["EX030", "สสจ. 1", 1, 2]).rows] == [2]
    assert read(cast, ["กี่หน", "กี่หน", "ผู้ทำ", "งาน"], [1, 2, "EX030", "สสจ. 1"]).header is None


def test_another_office_s_mapping_is_not_used(cast):
    save(cast)
    assert cps_file.parse(book_of(STRANGE, VISIT), mappings_of(builders.make_office())).header is None


def test_of_several_sheets_the_one_that_was_pointed_out_is_read(cast):
    other = [["ใคร", "ทำไร", "เท่าไร"], ["EX030", "สสจ. 1", 9]]
    book = book_of(STRANGE, VISIT, more={"สอง": other})
    (second,) = list(cps_columns.headings_in(book.sheets[1]))[:1]
    save(cast)
    chosen = {"person_code": 0, "job_no": 1, "quantity": 2}
    save_mapping(cast.office, second, chosen, by=builders.SYSTEM, now=NOW + HOUR, version=0)
    found = cps_file.parse(book, mappings_of(cast.office))
    assert (found.sheet, [row.quantity for row in found.rows], found.mapping.by) == ("สอง", [9], "ระบบ")


@pytest.mark.parametrize(
    ("without", "quantities", "left"),
    [(set(), [7, 3], []), ({"worked_on"}, [7], ["Sheet"])],
    ids=["days say which month", "no days"],
)
def test_of_sheets_alike_all_are_read_where_days_say_the_month_else_the_saved_one(
    cast, without, quantities, left
):
    book = book_of(STRANGE, VISIT, more={"สอง": [STRANGE, [*VISIT[:3], 7, ""]]})
    (second,) = list(cps_columns.headings_in(book.sheets[1]))[:1]
    chosen = {name: column for name, column in CHOSEN.items() if name not in without}
    save_mapping(cast.office, second, chosen, by=builders.SYSTEM, now=NOW, version=0)
    found = cps_file.parse(book, mappings_of(cast.office))
    assert ([row.quantity for row in found.rows], [each.name for each in found.left]) == (quantities, left)


def test_the_likeliest_headings_are_the_fullest_row_without_figures():
    assert headings(["ก", "ข", "ค"], STRANGE, [*VISIT, "ก", "ข", "ค"]).row == 1
    assert cps_columns.likeliest([]) is None


# Saying it


def test_it_is_kept_with_who_and_when_and_in_the_history(cast):
    mapping = save(cast)
    assert (mapping.headings, mapping.saved_by, mapping.saved_at) == (STRANGE, cast.admin, NOW)
    event = AuditEvent.objects.get(verb=Verb.CPS_MAPPING_SAVED.value)
    assert (event.before, event.after["columns"]["จำนวน"], event.actor_id) == ({}, "กี่หน", cast.admin.pk)


def test_saving_again_replaces_it_and_the_history_has_both(cast):
    save(cast)
    save(cast, CHOSEN | {"place": 0, "worked_on": 4}, now=NOW + HOUR, version=1)
    mapping = CpsMapping.objects.get()
    assert (mapping.columns["place"], mapping.version, mapping.saved_at) == (0, 2, NOW + HOUR)
    event = AuditEvent.objects.filter(verb=Verb.CPS_MAPPING_SAVED.value).latest("pk")
    assert [event.before["columns"]["วันที่ปฏิบัติงาน"], event.after["columns"]["วันที่ปฏิบัติงาน"]] == ["ทำเมื่อ", "ที่ไหน"]


def test_saying_the_same_again_changes_nothing(cast):
    save(cast)
    save(cast, now=NOW + HOUR, version=0)
    assert CpsMapping.objects.get().saved_at == NOW
    assert AuditEvent.objects.filter(verb=Verb.CPS_MAPPING_SAVED.value).count() == 1


@pytest.mark.parametrize("version", [0, 2])
def test_whoever_did_not_see_the_last_one_does_not_replace_it(cast, version):
    save(cast)
    with pytest.raises(Stale):
        save(cast, CHOSEN | {"place": 0, "worked_on": 4}, version=version)
    assert CpsMapping.objects.get().columns == CHOSEN


@pytest.mark.parametrize(
    ("chosen", "wrong"),
    [
        ({}, {"job_no", "quantity", "person_code"}),
        ({"person_name": 1, "job_no": 2}, {"quantity"}),
        ({"job_no": 2, "quantity": 3}, {"person_code"}),
        (CHOSEN | {"place": 3}, {"place"}),
        (CHOSEN | {"quantity": 2}, {"quantity"}),
        (CHOSEN | {"place": 99}, {"place"}),
        (CHOSEN | {"salary": 4}, {"salary"}),
    ],
    ids=[
        "nothing",
        "no quantity",
        "no person",
        "a column twice",
        "needed twice",
        "no such column",
        "no such field",
    ],
)
def test_what_can_not_be_read_is_refused_field_by_field(cast, chosen, wrong):
    with pytest.raises(Invalid) as refused:
        save(cast, chosen)
    assert set(refused.value.faults) == wrong
    assert not CpsMapping.objects.exists()


def test_only_the_admin_unit_says_so_and_only_of_its_own_office(cast):
    director = builders.make_person(cast.units[0], Role.DIRECTOR)
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    for person in (cast.ann, cast.cat, director, stranger):
        with pytest.raises(NotAllowed):
            save(cast, by=person)
    mapping = save(cast)
    with pytest.raises(NotAllowed):
        remove_mapping(mapping, by=builders.actor(stranger), now=NOW)


def test_removing_it_is_in_the_history_and_twice_is_once(cast):
    mapping = save(cast)
    for _ in range(2):
        remove_mapping(mapping, by=builders.actor(cast.admin), now=NOW)
    event = AuditEvent.objects.get(verb=Verb.CPS_MAPPING_REMOVED.value)
    assert (event.before["headings"], CpsMapping.objects.count()) == (STRANGE, 0)


# Pages


def upload(cast, content: bytes, who=None):
    client = client_of(who or cast.admin)
    sent = {"month": "2026-10", "file": SimpleUploadedFile("ต.ค..xlsx", content)}
    return client, client.post("/cps/import/", sent).url


def chosen_in(html: str) -> dict[str, str]:
    found = re.findall(r'<select name="(\w+)".*?</select>', html, re.DOTALL)
    picked = {}
    for name in found:
        select = re.search(rf'<select name="{name}".*?</select>', html, re.DOTALL)[0]
        option = re.search(r'<option value="(\d*)" selected', select)
        picked[name] = option[1] if option else ""
    return picked


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(sheet|row|version)" value="(\d+)"', html))


def test_unknown_headings_lead_to_their_columns_then_to_the_preview(cast):
    client, preview = upload(cast, bytes_of(TITLE, STRANGE, VISIT))
    led = client.get(preview)
    assert (led.status_code, led.url) == (302, f"{preview}columns/")
    assert client.post(preview).url == led.url
    html = client.get(led.url).content.decode()
    assert "ระบบไม่รู้จักหัวคอลัมน์ของไฟล์นี้" in html
    assert re.findall(r'<td class="nowrap">([^<]+)</td>', html) == [*VISIT[:3], "3", VISIT[4]]
    assert re.search(rf'<td class="nowrap" colspan="{len(STRANGE)}">{TITLE[0]}<', html)
    assert hidden(html) == {"sheet": "1", "row": "2", "version": "0"}
    saved = client.post(led.url, hidden(html) | CHOSEN)
    assert (saved.status_code, saved.url) == (302, preview)
    assert CpsMapping.objects.get().saved_by == cast.admin
    html = client.get(preview).content.decode()
    assert f"อ่านตามคอลัมน์ที่{cast.admin.full_name} กำหนดเมื่อ 2 พ.ย. 2569 09.00 น." in html
    assert re.search(r'จำนวน</th><td data-th="คอลัมน์">D</td><td data-th="หัวคอลัมน์ในไฟล์">กี่หน<', html)
    assert client.post(preview).url == "/cps/2026-10/"
    assert CpsFile.objects.get().records.get().quantity == 3


def test_a_later_file_goes_straight_to_its_preview(cast):
    save(cast)
    client, preview = upload(cast, bytes_of(STRANGE, VISIT))
    assert client.get(preview).status_code == 200


def test_words_fill_the_form_in_and_a_wrong_reading_can_be_put_right(cast):
    plain = ["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "จำนวน"]
    client, preview = upload(cast, bytes_of(plain, ["05/10/2569", "EX030", "สสจ. 1", 3]))
    html = client.get(preview).content.decode()
    assert "อ่านตามคำในหัวคอลัมน์" in html
    assert f'href="{preview}columns/"' in html
    html = client.get(f"{preview}columns/").content.decode()
    assert chosen_in(html) | {"row": ""} == {
        "row": "",
        "person_code": "1",
        "person_name": "",
        "job_no": "2",
        "quantity": "3",
        "worked_on": "0",
        "recorded_on": "",
        "place": "",
        "counting_unit": "",
    }


def test_a_refused_file_leads_to_its_columns_too(cast):
    plain = ["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "จำนวน"]
    client, preview = upload(cast, bytes_of(plain, ["05/10/2569", "EX030", "สสจ. 1", "สาม"]))
    answer = client.get(preview)
    assert (answer.status_code, f"{preview}columns/" in answer.content.decode()) == (422, True)


def test_sheet_and_row_can_be_chosen(cast):
    content = bytes_of(["ก", "ข", "ค"], ["ง", "จ", "ฉ"], more={"ข้อมูล": [TITLE, [], STRANGE, VISIT]})
    client, preview = upload(cast, content)
    html = client.get(f"{preview}columns/?sheet=1&row=2").content.decode()
    assert hidden(html) == {"sheet": "1", "row": "2", "version": "0"}
    html = client.get(f"{preview}columns/?sheet=2").content.decode()
    assert hidden(html) == {"sheet": "2", "row": "3", "version": "0"}
    for nonsense in ("?sheet=9&row=x", "?row=99", "?sheet=-1", "?sheet=ก"):
        assert client.get(f"{preview}columns/{nonsense}").status_code == 200


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({}, "เลือกคอลัมน์ของจำนวน"),
        (CHOSEN | {"place": 3}, "คอลัมน์นี้เลือกไว้เป็นจำนวนแล้ว"),
        (CHOSEN | {"place": 99}, "เลือกคอลัมน์จากรายการ"),
        (CHOSEN | {"row": "9"}, "เลือกแผ่นงานและแถวหัวคอลัมน์จากรายการ"),
        (CHOSEN | {"row": ""}, ""),
        (CHOSEN | {"version": "ก"}, ""),
    ],
    ids=["nothing", "a column twice", "no such column", "another row", "no row", "no version"],
)
def test_a_bad_choice_is_told_and_kept_in_the_form(cast, typed, fault):
    client, preview = upload(cast, bytes_of(TITLE, STRANGE, VISIT))
    sent = {"sheet": "1", "row": "2", "version": "0"} | typed
    answer = client.post(f"{preview}columns/", sent)
    assert (answer.status_code, fault in answer.content.decode()) == (422, True)
    assert not CpsMapping.objects.exists()


def test_a_second_form_sent_over_the_first_is_409(cast):
    client, preview = upload(cast, bytes_of(TITLE, STRANGE, VISIT))
    sent = {"sheet": "1", "row": "2", "version": "0"} | CHOSEN
    assert client.post(f"{preview}columns/", sent).status_code == 302
    assert client.post(f"{preview}columns/", sent | {"place": "", "recorded_on": "4"}).status_code == 409


def test_what_has_no_headings_is_refused(cast):
    client, preview = upload(cast, bytes_of(["มีเพียง"], ["สองแถว"]))
    for url in (preview, f"{preview}columns/"):
        assert client.get(url).status_code == 422
    client, preview = upload(cast, b"%PDF-1.7 nothing")
    assert client.get(f"{preview}columns/").status_code == 422


def test_looking_at_the_columns_writes_nothing(cast):
    client, preview = upload(cast, bytes_of(TITLE, STRANGE, VISIT))
    events = AuditEvent.objects.count()
    client.get(f"{preview}columns/?sheet=1&row=2")
    assert (CpsMapping.objects.count(), AuditEvent.objects.count()) == (0, events)


def test_the_saved_ones_are_listed_with_who_and_when_and_removed_there(cast):
    mapping = save(cast)
    html = page(cast.admin, "/cps/import/")
    assert " · ".join(STRANGE) in html
    assert "<li>จำนวน = กี่หน</li>" in html
    assert f"/cps/mappings/{mapping.pk}/remove/" in html
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    assert STRANGE[0] not in page(stranger, "/cps/import/")
    assert client_of(stranger).post(f"/cps/mappings/{mapping.pk}/remove/").status_code == 404
    for person in (cast.ann, cast.cat, builders.make_person(cast.units[0], Role.DIRECTOR)):
        assert client_of(person).post(f"/cps/mappings/{mapping.pk}/remove/").status_code == 403
    removed = client_of(cast.admin).post(f"/cps/mappings/{mapping.pk}/remove/")
    assert (removed.url, CpsMapping.objects.count()) == ("/cps/import/", 0)


@pytest.mark.parametrize("saved", [1, 3])
def test_the_list_is_read_in_constant_queries(cast, saved):
    for n in range(saved):
        save(cast, of=[*STRANGE[:4], f"ที่ {n}"])
    client = client_of(cast.admin)
    with CaptureQueriesContext(connection) as captured:
        html = client.get("/cps/import/").content.decode()
    assert (len(captured), html.count("/remove/")) == (5, saved)


# The command


def test_the_command_reads_by_the_mapping(cast, tmp_path):
    file = tmp_path / "cps.xlsx"
    file.write_bytes(bytes_of(TITLE, STRANGE, VISIT, [*VISIT[:1], "EX998", *VISIT[2:]]))

    def run() -> tuple[int, dict]:
        out, code = io.StringIO(), 0
        try:
            call_command(
                "import_cps", str(file), "--month", "2026-10", "--json", stdout=out, stderr=io.StringIO()
            )
        except SystemExit as ended:
            code = ended.code
        return code, json.loads(out.getvalue())

    code, answer = run()
    assert (code, len(answer["problems"])) == (1, 1)
    assert "กำหนดคอลัมน์เอง" in answer["problems"][0]["message"]
    save(cast)
    code, answer = run()
    assert (code, answer["created"], [row["person"] for row in answer["unmatched"]]) == (0, 2, ["EX998"])
    assert set(answer) == {"created", "changed", "unchanged", "unmatched", "problems"}
    assert run()[1]["unchanged"] == 2

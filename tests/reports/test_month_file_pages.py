"""The month's form down and up: handed out prefilled, looked at, kept whole or not at all; whose it is."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from office import clock, uploads
from office.audit import Verb
from office.enums import Role
from office.models import AuditEvent
from plans.models import MonthlyShare, ReportingMonth
from reports.actions.drafts import save_draft
from reports.answers import LineAnswer, WholeAnswer, Work
from reports.enums import AnswerKind, SelfRating
from reports.models import MonthlyReport, ReportLine
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
SAID = {
    "self_rating": SelfRating.GOOD,
    "lesson": "=นัดล่วงหน้า",
    "works": (Work("ช่วยงานกาชาด", Decimal(2), "วัน", "-"),),
}


class Scene:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.ann = b.make_person(self.unit, first_name="อัน")
        self.bob = b.make_person(self.unit, first_name="บอย")
        self.plan = b.make_plan(self.office)
        self.items = [
            b.make_item(self.plan, {self.ann: [4, 4], self.bob: [1]}, job_no=f"กสส. {n}")
            for n in (1, 2, 3, 4)
        ]

    @property
    def url(self) -> str:
        return f"/reports/2026-10/{self.ann.code}/form.xlsx"

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    @property
    def report(self) -> MonthlyReport:
        return MonthlyReport.objects.get(person=self.ann)

    def answers(self) -> dict[str, LineAnswer]:
        lines = ReportLine.objects.filter(report__person=self.ann).select_related("item")
        return {line.item.job_no: LineAnswer.of(line) for line in lines}

    def save(self, changes=None, whole=None, *, version=0):
        by = b.actor(self.ann, NOW.date())
        return save_draft(self.month, self.ann, changes or {}, version=version, whole=whole, by=by, now=NOW)

    def save_all_four(self):
        one, two, three, _ = (item.pk for item in self.items)
        changes = {
            one: {"kind": AnswerKind.VALUE, "quantity": Decimal(0), "explanation": "น้ำท่วม", "obstacle": "-"},
            two: {"kind": AnswerKind.NOTHING},
            three: {"kind": AnswerKind.NOT_AVAILABLE, "unavailable_reason": "รอสหกรณ์"},
        }
        return self.save(changes, SAID)


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def sign_in(monkeypatch, scene):
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def sign_in(person=None) -> Client:
        client = Client()
        client.force_login(person or scene.ann, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def ann(sign_in) -> Client:
    return sign_in()


def handed(client: Client, url: str) -> openpyxl.Workbook:
    answer = client.get(url)
    assert answer.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def filled(book: openpyxl.Workbook, values: dict[str, object], sheet: int = 0) -> bytes:
    for place, value in values.items():
        book.worksheets[sheet][place] = value
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(client: Client, url: str, content: bytes, name: str = "form.xlsx"):
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def looked(client: Client, url: str, content: bytes, name: str = "form.xlsx"):
    """The preview's address, and the page."""
    answer = upload(client, url, content, name)
    assert answer.status_code == 302
    return answer.url, client.get(answer.url)


# down


def test_the_form_is_a_workbook_of_its_person_and_month(scene, ann):
    answer = ann.get(scene.url)
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert answer.headers["Content-Disposition"].startswith(
        "attachment; filename=form.xlsx; filename*=UTF-8''"
    )
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == (
        "nosniff",
        "private, no-store",
    )
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    assert book.sheetnames == ["รายงาน", "งานนอกแผน", "ประเมินตนเอง", "วิธีกรอก", "ต้นฉบับ"]
    assert [each.sheet_state for each in book.worksheets] == [*["visible"] * 4, "hidden"]
    assert [sheet.cell(row, 1).value for row in range(1, 8)] == [
        "แบบรายงานผลการปฏิบัติงานรายบุคคล เดือนตุลาคม 2569",
        scene.office.name,
        scene.ann.full_name,
        f"รหัสเจ้าหน้าที่: {scene.ann.code}",
        "เดือนของรายงาน: ตุลาคม 2569",
        f"รหัสสำนักงาน: {scene.office.code}",
        "รุ่นของร่าง: 0",
    ]
    assert [sheet.row_dimensions[row].hidden for row in (5, 6, 7, 8)] == [False, True, True, False]
    assert [sheet.cell(row, 1).value for row in range(9, 13)] == ["กสส. 1", "กสส. 2", "กสส. 3", "กสส. 4"]


def test_it_is_made_to_be_filled_and_printed(scene, ann):
    scene.save_all_four()
    book = handed(ann, scene.url)
    sheet = book.worksheets[0]
    assert (sheet.protection.sheet, sheet.protection.password) == (True, None)
    locked = [sheet.cell(9, column).protection.locked for column in range(1, 17)]
    assert locked == [True] * 7 + [False] * 9
    lists = {
        str(rule.sqref): rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    assert lists["H9:H12"] == '"มีผล,ไม่มีผลการดำเนินงาน,ไม่มีข้อมูล"'
    assert all(len(words) <= 255 for words in lists.values())
    assert (sheet.freeze_panes, sheet.page_setup.orientation, sheet.page_setup.paperSize) == (
        "B9",
        "landscape",
        9,
    )
    assert (sheet["A9"].font.name, sheet["J9"].alignment.wrap_text) == ("Sarabun", True)
    assert sum(cell.protection.locked is False for row in book.worksheets[1]["A4:D23"] for cell in row) == 80


def test_the_facts_of_the_year_stand_beside_the_fields(scene, sign_in, monkeypatch):
    b.send_report(scene.ann, {scene.items[0]: 3, scene.items[1]: {"kind": "NOTHING"}}, at=NOW)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=30))
    sheet = handed(sign_in(), scene.url.replace("2026-10", "2026-11")).worksheets[0]
    assert [sheet.cell(9, column).value for column in range(3, 8)] == ["ครั้ง", 4, 3, 4, 3]
    assert [sheet.cell(10, column).value for column in range(3, 8)] == ["ครั้ง", 4, "ไม่มีผล", 4, 0]


@pytest.mark.parametrize("items", (1, 3))
def test_the_form_takes_the_same_queries_for_any_number_of_lines(
    scene, sign_in, items, django_assert_num_queries
):
    MonthlyShare.objects.filter(item__in=scene.items[items:]).delete()
    ann = sign_in()
    ann.get(scene.url)
    with django_assert_num_queries(8):
        ann.get(scene.url)


def test_handing_it_out_writes_nothing(scene, ann):
    before = AuditEvent.objects.count()
    ann.get(scene.url)
    assert (MonthlyReport.objects.count(), AuditEvent.objects.count()) == (0, before)


# up


def test_the_four_facts_and_all_texts_survive_down_and_up_unchanged(scene, ann):
    scene.save_all_four()
    before = scene.answers()
    where, page = looked(ann, scene.url, filled(handed(ann, scene.url), {}))
    assert "ไฟล์นี้ตรงกับร่างแล้ว ไม่มีอะไรเปลี่ยน" in page.content.decode()
    assert ann.post(where).status_code == 302
    assert (scene.report.version, scene.answers(), WholeAnswer.of(scene.report)) == (
        1,
        before,
        WholeAnswer(**SAID),
    )


def test_a_filled_form_is_shown_then_kept_as_the_draft_and_recorded(scene, ann):
    book = handed(ann, scene.url)
    content = filled(book, {"I9": "๔", "J9": "ออกพื้นที่", "H10": "ไม่มีข้อมูล", "P10": "รอสหกรณ์"})
    where, page = looked(ann, scene.url, content)
    html = page.content.decode()
    assert page.status_code == 200
    for words in ("จะเปลี่ยน 4 ช่อง", "กสส. 1 ผลเดือนนี้", "4 ครั้ง", "กสส. 2 ผลเดือนนี้", "ไม่มีข้อมูล", "รอสหกรณ์"):
        assert words in html
    assert MonthlyReport.objects.count() == 0
    answer = ann.post(where, follow=True)
    assert "บันทึกร่างจากไฟล์แล้ว เปลี่ยน 4 ช่อง" in answer.content.decode()
    assert scene.answers() == {
        "กสส. 1": LineAnswer(AnswerKind.VALUE, Decimal(4), narrative="ออกพื้นที่"),
        "กสส. 2": LineAnswer(AnswerKind.NOT_AVAILABLE, unavailable_reason="รอสหกรณ์"),
    }
    event = AuditEvent.objects.get(verb=Verb.REPORT_SAVED)
    assert event.after["กสส. 1"]["narrative"] == "ออกพื้นที่"
    assert ann.get(where).status_code == 409, "a file that was kept is not waiting any more"


def test_the_same_file_again_changes_nothing(scene, ann):
    content = filled(handed(ann, scene.url), {"I9": 4})
    where, _ = looked(ann, scene.url, content)
    ann.post(where)
    where, page = looked(ann, scene.url, content)
    assert "ไม่มีอะไรเปลี่ยน" in page.content.decode()
    ann.post(where)
    assert (scene.report.version, AuditEvent.objects.filter(verb=Verb.REPORT_SAVED).count()) == (1, 1)


def test_one_bad_cell_keeps_all_out_and_comes_back_marked(scene, ann):
    scene.save_all_four()
    before = scene.answers()
    content = filled(handed(ann, scene.url), {"I9": "สาม", "J9": "ดี"})
    where, page = looked(ann, scene.url, content)
    html = page.content.decode()
    assert page.status_code == 422
    assert "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป ที่ผลเดือนนี้ พบ “สาม”" in html
    assert ann.post(where).status_code == 422
    assert (scene.report.version, scene.answers()) == (1, before)
    copy = openpyxl.load_workbook(io.BytesIO(ann.get(f"{where}marked.xlsx").content))
    sheet = copy["รายงาน"]
    assert (copy.sheetnames[0], sheet["I9"].comment.text[:10], sheet["I9"].fill.fgColor.rgb) == (
        "ข้อผิดพลาด",
        "ใส่ตัวเลขต",
        "00FBEAE8",
    )
    sheet["I9"] = 3
    target = io.BytesIO()
    copy.save(target)
    where, page = looked(ann, scene.url, target.getvalue())
    assert "จะเปลี่ยน 2 ช่อง" in page.content.decode()
    ann.post(where)
    assert scene.answers()["กสส. 1"].quantity == 3


def test_a_file_older_than_the_draft_shows_both_versions_and_overwrites_nothing(scene, ann):
    content = filled(handed(ann, scene.url), {"I9": 4, "J9": "จากไฟล์"})
    scene.save({scene.items[0].pk: {"narrative": "จากโทรศัพท์"}}, {"lesson": "พิมพ์ทีหลัง"})
    where, page = looked(ann, scene.url, content)
    html = page.content.decode()
    assert ("ร่างถูกบันทึกจากที่อื่นหลังดาวน์โหลดไฟล์นี้" in html, "ดูทั้งสองฉบับ" in html) == (True, True)
    answer = ann.post(where)
    html = answer.content.decode()
    key = f"l{scene.items[0].pk}"
    assert answer.status_code == 409
    for words in ("จากไฟล์", "จากโทรศัพท์", f"choice-{key}-narrative", ">ในไฟล์<", "ไม่ใช้ไฟล์นี้"):
        assert words in html
    assert f"choice-{key}-result" not in html, "only the file changed it"
    assert ("ของคุณ" in html, "data-drop" in html) == (False, False)
    assert "พิมพ์ทีหลัง" not in html, "nothing in the file was changed there"
    assert scene.answers()["กสส. 1"] == LineAnswer(narrative="จากโทรศัพท์")
    chosen = {
        "version": 1,
        f"{key}-kind": "VALUE",
        f"{key}-quantity": "4",
        f"{key}-narrative": "จากไฟล์",
        f"choice-{key}-narrative": "theirs",
    }
    assert ann.post(scene.url.replace("form.xlsx", "save/"), chosen).status_code == 302
    assert scene.answers()["กสส. 1"] == LineAnswer(AnswerKind.VALUE, Decimal(4), narrative="จากโทรศัพท์")
    assert scene.report.lesson == "พิมพ์ทีหลัง"


def test_what_only_one_side_changed_is_put_together_unasked(scene, ann):
    one, two = (item.pk for item in scene.items[:2])
    scene.save({one: {"narrative": "ก่อนดาวน์โหลด"}, two: {"narrative": "จะถูกลบในไฟล์"}}, SAID)
    book = handed(ann, scene.url)
    scene.save(
        {one: {"narrative": "แก้ในระบบ"}, scene.items[2].pk: {"kind": AnswerKind.NOTHING}},
        {"lesson": "แก้ในระบบ", "self_rating": SelfRating.POOR},
        version=1,
    )
    where, page = looked(ann, scene.url, filled(book, {"I9": 4, "J10": None}))
    html = page.content.decode()
    assert ("ไม่มีช่องที่แก้ทั้งสองฝั่ง" in html, "ดูทั้งสองฉบับ" in html) == (True, False)
    assert "จะเปลี่ยน 2 ช่อง" in html
    assert ann.post(where).status_code == 302
    answers = scene.answers()
    assert answers["กสส. 1"] == LineAnswer(AnswerKind.VALUE, Decimal(4), narrative="แก้ในระบบ")
    assert answers["กสส. 3"] == LineAnswer(AnswerKind.NOTHING)
    assert answers.get("กสส. 2", LineAnswer()) == LineAnswer()
    report = scene.report
    assert (report.lesson, report.self_rating, len(report.works)) == ("แก้ในระบบ", SelfRating.POOR, 1)


def test_works_and_a_result_that_both_sides_changed_are_asked(scene, ann):
    scene.save({scene.items[0].pk: {"kind": AnswerKind.NOTHING}}, SAID)
    book = handed(ann, scene.url)
    works = (*SAID["works"], Work("เพิ่มในระบบ"))
    scene.save(
        {scene.items[0].pk: {"kind": AnswerKind.VALUE, "quantity": Decimal(2)}}, {"works": works}, version=1
    )
    book.worksheets[1]["A5"] = "เพิ่มในไฟล์"
    where, page = looked(ann, scene.url, filled(book, {"H9": "มีผล", "I9": 4}))
    assert "2 ช่องแก้ทั้งในไฟล์และในร่าง" in page.content.decode()
    html = ann.post(where).content.decode()
    assert ("choice-works" in html, f"choice-l{scene.items[0].pk}-result" in html) == (True, True)
    assert ("เพิ่มในไฟล์" in html, "เพิ่มในระบบ" in html) == (True, True)


def test_a_draft_written_while_the_preview_was_read_is_not_overwritten(scene, ann):
    where, _ = looked(ann, scene.url, filled(handed(ann, scene.url), {"J9": "จากไฟล์"}))
    scene.save({scene.items[0].pk: {"narrative": "จากโทรศัพท์"}})
    assert ann.post(where).status_code == 409
    assert scene.answers()["กสส. 1"].narrative == "จากโทรศัพท์"


@pytest.mark.parametrize(("drafted", "status"), [(True, 409), (False, 302)])
def test_a_file_that_lost_what_it_was_made_from_counts_as_the_oldest(scene, ann, drafted, status):
    if drafted:
        scene.save({scene.items[0].pk: {"narrative": "เดิม"}})
    book = handed(ann, scene.url)
    del book["ต้นฉบับ"]
    where, _ = looked(ann, scene.url, filled(book, {"A7": None, "J9": "จากไฟล์"}))
    assert ann.post(where).status_code == status


# other people's, other months', anything else


def test_another_s_form_is_refused_by_name(scene, ann, sign_in):
    bobs = handed(sign_in(scene.bob), scene.url.replace(scene.ann.code, scene.bob.code))
    _, page = looked(ann, scene.url, filled(bobs, {"I9": 1}))
    assert page.status_code == 422
    assert f"ใช้แบบฟอร์มของ {scene.ann.code} ไฟล์นี้เป็นของ {scene.bob.code}" in page.content.decode()


def test_who_may_write_is_the_owner_alone(scene, sign_in):
    head, admin, director, personnel, system = (
        b.make_person(scene.unit, role)
        for role in (Role.UNIT_HEAD, Role.GENERAL_ADMIN, Role.DIRECTOR, Role.PERSONNEL, Role.SYSTEM_ADMIN)
    )
    stranger = b.make_person(b.make_unit(b.make_office()))
    other_head = b.make_person(b.make_unit(scene.office), Role.UNIT_HEAD)
    content = filled(handed(sign_in(), scene.url), {"I9": 1})
    where = upload(sign_in(), scene.url, content).url
    for person, status in (
        (head, 403),
        (admin, 403),
        (director, 403),
        (personnel, 404),
        (system, 404),
        (other_head, 404),
        (scene.bob, 404),
        (stranger, 404),
    ):
        client = sign_in(person)
        for asked in (scene.url, where, f"{where}marked.xlsx"):
            assert client.get(asked).status_code == status, (person, asked)
        assert client.post(scene.url).status_code == status
        assert client.post(where).status_code == status
    assert MonthlyReport.objects.count() == 0


def test_a_token_serves_only_who_uploaded(scene, ann, sign_in):
    token = upload(ann, scene.url, b"x").url.split("/")[-2]
    bob = sign_in(scene.bob)
    assert bob.get(f"/reports/2026-10/{scene.bob.code}/form/{token}/").status_code == 409


@pytest.mark.parametrize("closed", ["closed", "locked", "draft plan"])
def test_a_month_that_is_shut_hands_out_and_takes_nothing(scene, ann, monkeypatch, closed):
    where = upload(ann, scene.url, filled(handed(ann, scene.url), {"I9": 1})).url
    if closed == "closed":
        ReportingMonth.objects.filter(pk=scene.month.pk).update(closed_at=NOW)
    elif closed == "locked":
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=60))
    else:
        type(scene.plan).objects.update(state="DRAFT", approved_at=None, approved_on=None)
    for send in (ann.get, ann.post):
        assert send(scene.url).status_code == 409
        assert send(where).status_code == 409
    assert MonthlyReport.objects.count() == 0


def zipped(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def blanks(count: int) -> bytes:
    """A workbook of one sheet that is all blanks."""
    return zipped(**{"xl__workbook.xml": b"<", "xl__worksheets__sheet1.xml": b" " * count})


TOO_LARGE = "ใหญ่กว่าแบบฟอร์มของหนึ่งเดือนมาก"


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        pytest.param(b"%PDF-1.7", "form.xlsx", "ไฟล์นี้เป็นชนิดอื่น", id="pdf"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "form.xls", "ไฟล์นี้เสียหาย", id="xls"),
        pytest.param(b"   ", "form.xlsx", "ไฟล์นี้ว่างเปล่า", id="blank"),
        pytest.param(b"PK\x03\x04" + b"x" * 99, "form.xlsx", "ไฟล์นี้เสียหาย", id="damaged"),
        pytest.param(zipped(a=b"x"), "form.xlsx", "ไฟล์นี้เป็นชนิดอื่น", id="other zip"),
        pytest.param(blanks(20_000_000), "form.xlsx", TOO_LARGE, id="large"),
        pytest.param(blanks(12_000_000), "form.xlsx", "มากเกินกว่า", id="zip bomb"),
        pytest.param("ก,ข\n".encode() * 2_000_000, "form.csv", TOO_LARGE, id="large csv"),
        pytest.param("ก,ข\n1,2".encode(), "form.csv", "ไม่มีตารางที่มีหัวคอลัมน์ เลขที่งาน", id="other csv"),
    ],
)
def test_what_is_no_form_is_refused_with_a_word(scene, ann, content, name, says):
    where, page = looked(ann, scene.url, content, name)
    assert (page.status_code, says in page.content.decode()) == (422, True)
    assert ann.get(f"{where}marked.xlsx").status_code in (302, 422)


@pytest.mark.parametrize(
    "data", [{}, {"file": ""}, {"file": SimpleUploadedFile("f.xlsx", b"")}], ids=["none", "text", "empty"]
)
def test_without_a_file_the_page_asks_for_one(scene, ann, data):
    answer = ann.post(scene.url, data)
    assert (answer.status_code, 'href="#form-file"' in answer.content.decode()) == (422, True)


def test_a_file_too_large_is_refused_before_it_is_kept(scene, ann, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 10)
    assert upload(ann, scene.url, b"x" * 11).status_code == 422


def test_a_hundred_faults_are_named_and_the_rest_counted(scene, ann):
    values = {f"A{row}": f"ก. {row}" for row in range(13, 150)} | {f"J{row}": "x" for row in range(13, 150)}
    _, page = looked(ann, scene.url, filled(handed(ann, scene.url), values))
    html = page.content.decode()
    assert ("มี 137 จุดที่ต้องแก้" in html, "และอีก 37 จุด" in html, html.count("<tr>")) == (True, True, 101)


def test_a_name_or_a_text_that_is_markup_is_shown_as_text(scene, ann):
    content = filled(handed(ann, scene.url), {"J9": "<script>alert(1)</script>"})
    _, page = looked(ann, scene.url, content, "<b>.xlsx")
    html = page.content.decode()
    assert ("<script>alert" in html, "&lt;script&gt;alert" in html) == (False, True)


# on the month's page


def test_the_month_s_page_leads_to_the_form_while_it_is_open(scene, ann):
    page = f"/reports/2026-10/{scene.ann.code}/"
    html = ann.get(page).content.decode()
    assert (scene.url in html, 'id="form-file"' in html) == (True, True)
    ReportingMonth.objects.filter(pk=scene.month.pk).update(closed_at=NOW)
    assert scene.url not in ann.get(page).content.decode()


def test_who_has_no_line_this_month_fills_in_other_work(scene, sign_in):
    carl = b.make_person(scene.unit)
    client, url = sign_in(carl), scene.url.replace(scene.ann.code, carl.code)
    content = filled(handed(client, url), {"A4": "อบรมหมู่บ้าน", "B4": 1, "C4": "ครั้ง"}, sheet=1)
    where, page = looked(client, url, content)
    assert "ชื่องาน อบรมหมู่บ้าน · จำนวนที่ทำได้ 1 · หน่วยนับ ครั้ง" in page.content.decode()
    client.post(where)
    assert MonthlyReport.objects.get(person=carl).works[0]["name"] == "อบรมหมู่บ้าน"


def test_a_percent_below_one_is_asked_about_before_it_is_kept(scene, ann):
    type(scene.items[0]).objects.filter(pk=scene.items[0].pk).update(counting_unit="ร้อยละ")
    _, page = looked(ann, scene.url, filled(handed(ann, scene.url), {"I9": 0.85}))
    assert "ถ้าหมายถึงร้อยละ 85 พิมพ์ 85 ในไฟล์" in page.content.decode()

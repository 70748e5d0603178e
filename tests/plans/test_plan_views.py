"""Import, approval and export as people do them: what is shown, refused and kept."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from office import clock
from office.enums import Role
from plans.actions import approve, import_plan
from plans.enums import PlanState
from plans.models import ActionPlan, FiscalYear
from tests import builders
from tests.plans import sample

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
IMPORT = "/plans/2570/import/"


@pytest.fixture(autouse=True)
def _clock_and_files(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path


@pytest.fixture
def office():
    return sample.demo_office()


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def admin(office):
    return client_of(office.people.get(code="EX006"))


@pytest.fixture
def director(office):
    return client_of(office.people.get(code="EX001"))


def upload(client, path, *, url=IMPORT, content=None, **extra):
    file = SimpleUploadedFile(
        Path(path).name, (sample.DEMO / path).read_bytes() if content is None else content
    )
    return client.post(url, {"file": file} | extra)


def test_upload_preview_confirm_stores_the_plan(office, admin):
    answer = upload(admin, "action_plan_2570.xlsx")
    assert answer.status_code == 302
    assert not FiscalYear.objects.exists()
    preview = admin.get(answer.url)
    text = preview.content.decode()
    assert "<dt>งานใหม่</dt><dd>17</dd>" in text
    assert "78 <small>รายการ ของ 42 คน" in text
    assert "513,000.00 บาท" in text
    assert not FiscalYear.objects.exists()
    done = admin.post(answer.url)
    assert (done.status_code, done.url) == (302, "/plans/2570/")
    plan = ActionPlan.objects.get()
    assert (plan.state, plan.items.count(), plan.office) == (PlanState.DRAFT, 17, office)
    assert admin.post(answer.url).status_code == 409


def hiding(content: bytes) -> bytes:
    built = openpyxl.load_workbook(io.BytesIO(content))
    built.create_sheet("ลับ")["A1"] = "บันทึก"
    built["ลับ"].sheet_state = "hidden"
    target = io.BytesIO()
    built.save(target)
    return target.getvalue()


def test_the_preview_names_what_was_not_read(admin):
    content = hiding((sample.DEMO / "action_plan_2570.xlsx").read_bytes())
    answer = upload(admin, "action_plan_2570.xlsx", content=content)
    assert "<li>แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ลับ</li>" in admin.get(answer.url).content.decode()
    assert "ซ่อนไว้" not in admin.get(upload(admin, "action_plan_2570.xlsx").url).content.decode()


def test_a_second_import_of_the_same_file_says_that_nothing_changes(office, admin):
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW)
    answer = upload(admin, "action_plan_2570.xlsx")
    assert "นำเข้าแล้วไม่มีอะไรเปลี่ยน" in admin.get(answer.url).content.decode()
    version = ActionPlan.objects.get().version
    assert admin.post(answer.url).status_code == 302
    assert ActionPlan.objects.get().version == version


def test_a_faulty_file_is_shown_fault_by_fault_and_comes_back_marked(admin):
    answer = upload(admin, "action_plan_2570_with_errors.xlsx")
    page = admin.get(answer.url)
    text = page.content.decode()
    assert page.status_code == 422
    assert "มี 3 จุดที่ต้องแก้" in text
    assert text.count("<tr>") == 4
    marked = admin.get(re.search(r'href="([^"]*marked.xlsx)"', text)[1])
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    assert book["แผนปฏิบัติงาน"]["F9"].comment.text.startswith("แก้เป้าหมายทั้งปีของ สสจ. 2")
    assert admin.post(answer.url).status_code == 422
    assert not FiscalYear.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("picture.xlsx", PNG),
        ("broken.xlsx", b"PK\x03\x04" + b"\x00" * 50),
        ("blank.xlsx", b"   \n"),
        ("staff.xlsx", None),
        ("cps_2026-10.xlsx", None),
        ("results_2026-10.csv", None),
    ],
    ids=["a picture renamed", "damaged", "only spaces", "the list of staff", "a CPS file", "results"],
)
def test_anything_else_is_refused_with_what_to_do(admin, name, content):
    answer = upload(admin, name, content=content)
    page = admin.get(answer.url)
    assert (page.status_code, FiscalYear.objects.exists()) == (422, False)
    assert "ยังนำเข้าไม่ได้" in page.content.decode()


def test_an_empty_file_and_no_file_are_refused_at_the_form(admin):
    empty = upload(admin, "empty.xlsx", content=b"")
    none = admin.post(IMPORT)
    assert (empty.status_code, none.status_code) == (422, 422)
    assert "ไฟล์นี้ว่างเปล่า" in empty.content.decode()
    assert "เลือกไฟล์ก่อน" in none.content.decode()


def test_a_file_of_another_year_is_refused_here(admin):
    answer = upload(admin, "action_plan_2569.xlsx")
    page = admin.get(answer.url)
    assert page.status_code == 422
    assert "ไฟล์นี้เป็นปีงบประมาณ 2569" in page.content.decode()


def test_a_different_file_is_refused_once_the_plan_is_approved(office, admin, tmp_path):
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW, approve_on=date(2026, 10, 1))
    book = openpyxl.load_workbook(sample.DEMO / "action_plan_2570.xlsx")
    book["แผนปฏิบัติงาน"]["B8"] = "ชื่อใหม่"
    book.save(tmp_path / "new.xlsx")
    answer = upload(admin, "new.xlsx", content=(tmp_path / "new.xlsx").read_bytes())
    page = admin.get(answer.url)
    assert page.status_code == 422
    assert "แผนนี้อนุมัติแล้ว" in page.content.decode()
    assert admin.post(answer.url).status_code == 422


def test_shares_in_a_file_of_their_own(admin, tmp_path):
    for keep, drop in (("แผนปฏิบัติงาน", "กระจายแผนรายบุคคล"), ("กระจายแผนรายบุคคล", "แผนปฏิบัติงาน")):
        book = openpyxl.load_workbook(sample.DEMO / "action_plan_2570.xlsx")
        del book[drop]
        book.save(tmp_path / f"{keep}.xlsx")
    shares = SimpleUploadedFile("s.xlsx", (tmp_path / "กระจายแผนรายบุคคล.xlsx").read_bytes())
    answer = upload(admin, "p.xlsx", content=(tmp_path / "แผนปฏิบัติงาน.xlsx").read_bytes(), shares=shares)
    assert "78 <small>รายการ" in admin.get(answer.url).content.decode()
    assert admin.post(answer.url).url == "/plans/2570/"


def test_someone_elses_upload_is_not_there(office, admin):
    other = client_of(office.people.get(code="EX007"))
    assert other.get(upload(admin, "action_plan_2570.xlsx").url).status_code == 409


@pytest.mark.parametrize(
    ("code", "importing", "approving", "reading"),
    [
        ("EX006", 200, 403, 200),
        ("EX001", 403, 200, 200),
        ("EX014", 403, 403, 200),
        ("EX030", 403, 403, 200),
    ],
    ids=["general administration", "director", "unit head", "officer"],
)
def test_who_may_do_what(office, code, importing, approving, reading):
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW)
    client = client_of(office.people.get(code=code))
    assert client.get(IMPORT).status_code == importing
    assert client.get("/plans/2570/approve/").status_code == approving
    assert client.get("/plans/2570/export.xlsx").status_code == reading
    assert client.get("/plans/2570/").status_code == reading


def test_a_stranger_is_led_to_sign_in():
    for url in (IMPORT, "/plans/2570/approve/", "/plans/2570/export.xlsx", "/plans/"):
        assert Client().get(url).url.startswith("/sign-in/")


def test_another_office_has_no_such_plan(office):
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW)
    stranger = client_of(builders.make_person(builders.make_unit(builders.make_office()), Role.DIRECTOR))
    assert stranger.get("/plans/2570/export.xlsx").status_code == 404
    assert stranger.get("/plans/2570/approve/").status_code == 404


def test_the_director_approves_through_a_page_that_names_the_effect(office, director):
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW)
    page = director.get("/plans/2570/approve/").content.decode()
    assert "แผน 17 งาน ของเจ้าหน้าที่ 42 คน มีผล 1 ต.ค. 2569 ถึง 30 ก.ย. 2570" in page
    assert ActionPlan.objects.get().state == PlanState.DRAFT
    done = director.post("/plans/2570/approve/", {"version": 1})
    plan = ActionPlan.objects.get()
    assert (done.url, plan.state, plan.approved_on) == ("/plans/2570/", PlanState.APPROVED, date(2026, 9, 20))
    assert plan.approved_by.code == "EX001"
    assert director.post("/plans/2570/approve/", {"version": 2}).status_code == 409


@pytest.mark.parametrize("typed", [{"version": 9}, {}, {"version": "x"}], ids=["old", "missing", "nonsense"])
def test_a_plan_that_changed_meanwhile_is_not_approved(office, director, typed):
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW)
    assert director.post("/plans/2570/approve/", typed).status_code == 409
    assert ActionPlan.objects.get().state == PlanState.DRAFT


def test_what_keeps_a_plan_from_approval_is_listed_instead_of_the_button(office, director):
    file = sample.demo_file(office)
    file.shares.clear()
    import_plan(office, file, by=builders.SYSTEM, now=NOW)
    page = director.get("/plans/2570/approve/").content.decode()
    assert "ยังอนุมัติไม่ได้ มี 17 จุดที่ต้องแก้" in page
    assert 'name="version"' not in page
    assert director.post("/plans/2570/approve/", {"version": 1}).status_code == 422


def test_an_approved_plan_has_no_approval_page(office, director):
    import_plan(office, sample.demo_file(office), by=builders.SYSTEM, now=NOW)
    approve(ActionPlan.objects.get(), by=builders.SYSTEM, now=NOW, on=date(2026, 10, 1))
    assert director.get("/plans/2570/approve/").url == "/plans/2570/"


def test_plans_leads_to_this_years(office, admin):
    assert admin.get("/plans/").url == "/plans/2569/"


@pytest.mark.parametrize("year", [1, 99999])
def test_impossible_years_are_not_there(admin, year):
    assert admin.get(f"/plans/{year}/import/").status_code == 404
    assert admin.get(f"/plans/{year}/").status_code == 404

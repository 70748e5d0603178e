"""The office's own pages: what they show, to whom, and what their forms do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

import office
from office import audit
from office.audit import Verb
from office.enums import JobState, Role
from office.models import AuditEvent, Holiday, Job, Membership, Person, Policy
from plans.actions import open_year
from plans.models import ReportingMonth
from tests.builders import SYSTEM, make_office, make_person, make_unit

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
STAFF = Path(office.__file__).parent / "demo" / "staff.xlsx"


@pytest.fixture(autouse=True)
def _at_that_time(monkeypatch):
    monkeypatch.setattr("office.clock.now", lambda: NOW)


@pytest.fixture(autouse=True)
def _own_data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "uploads"},
        }
    }


@pytest.fixture
def place(db):
    return make_office(name="สำนักงานสหกรณ์จังหวัดตัวอย่าง")


@pytest.fixture
def unit(place):
    return make_unit(place, "กลุ่มหนึ่ง")


@pytest.fixture
def enter(client):
    """The client signed in as a person."""

    def signed_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def admin(unit, enter):
    return enter(make_person(unit, Role.GENERAL_ADMIN, code="EX006"))


@pytest.fixture
def keeper(unit, enter):
    return enter(make_person(unit, Role.SYSTEM_ADMIN, code="EX045"))


def text(response):
    return response.content.decode()


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


class TestPeople:
    def test_are_listed_by_unit_with_their_roles(self, admin, unit):
        head = make_person(unit, Role.UNIT_HEAD, first_name="บุญมี")
        groups = admin.get("/office/people/").context["groups"]
        assert [group.unit for group in groups] == [unit]
        row = next(row for row in groups[0].rows if row.person == head)
        assert (row.roles, row.since, row.type_label) == (["หัวหน้ากลุ่ม/ฝ่าย"], date(2020, 1, 1), "ข้าราชการ")

    def test_are_shown_as_on_the_day_asked_for(self, admin, unit):
        other = make_unit(unit.office, "กลุ่มสอง")
        moved = make_person(unit, code="MOVED", until=date(2026, 10, 31))
        Membership.objects.create(person=moved, unit=other, role=Role.OFFICER, starts_on=date(2026, 11, 1))

        def unit_on(day):
            groups = admin.get("/office/people/", {"on": day}).context["groups"]
            return [group.unit for group in groups for row in group.rows if row.person == moved]

        assert unit_on("31/10/2569") == [unit]
        assert unit_on("๑/๑๑/๒๕๖๙") == [other]
        assert unit_on("1/1/2560") == [None]

    def test_a_day_in_ce_is_refused_with_the_remedy(self, admin):
        response = admin.get("/office/people/", {"on": "31/10/2026"})
        assert "ใส่ปีเป็น พ.ศ." in text(response)
        assert response.context["day"] == date(2026, 11, 2)

    def test_of_other_offices_are_not_shown(self, admin):
        make_person(make_unit(make_office()), code="STRANGER")
        assert "STRANGER" not in text(admin.get("/office/people/"))

    def test_who_has_no_password_is_told_to_who_gives_them(self, keeper, unit):
        make_person(unit, code="EX001")
        assert "ยังไม่มีรหัสผ่าน" in text(keeper.get("/office/people/"))
        assert "นำเข้าบุคลากร" in text(keeper.get("/office/people/"))

    def test_the_administration_sees_no_way_to_import(self, admin):
        assert "นำเข้าบุคลากร" not in text(admin.get("/office/people/"))

    def test_costs_the_same_for_one_and_for_many(self, admin, unit, django_assert_num_queries):
        admin.get("/office/people/")
        for count in (1, 3, 60):
            for _ in range(count):
                make_person(unit, Role.PERSONNEL)
            with django_assert_num_queries(6):
                admin.get("/office/people/")


class TestImportingPeople:
    def upload(self, client, content=None, name="staff.xlsx"):
        file = SimpleUploadedFile(name, STAFF.read_bytes() if content is None else content)
        return client.post("/office/people/import/", {"file": file})

    def test_shows_first_and_stores_nothing(self, keeper):
        response = self.upload(keeper)
        assert response.status_code == 200
        assert (response.context["outcome"].created, response.context["outcome"].changed) == (44, 1)
        assert Person.objects.count() == 1
        assert not AuditEvent.objects.exists()

    def test_names_what_was_not_read(self, keeper):
        built = load_workbook(STAFF)
        built.create_sheet("ลับ")["A1"] = "บันทึก"
        built["ลับ"].sheet_state = "hidden"
        content = BytesIO()
        built.save(content)
        response = self.upload(keeper, content.getvalue())
        assert "<li>แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ลับ</li>" in text(response)

    def test_a_fault_is_told_with_sheet_row_column_value_and_remedy(self, keeper):
        built = load_workbook(STAFF)
        built["บุคลากร"]["H5"] = "พนักงาน"
        content = BytesIO()
        built.save(content)
        response = self.upload(keeper, content.getvalue())
        assert response.status_code == 422
        cells = re.findall(r'<td data-th="([^"]+)">([^<]*)</td>', text(response))
        assert cells[:4] == [("แผ่นงาน", "บุคลากร"), ("แถว", "5"), ("คอลัมน์", "H"), ("ค่าที่พบ", "พนักงาน")]
        assert "ใส่ประเภทบุคลากรของ EX002" in text(response)

    def test_stores_what_was_shown_once_confirmed(self, keeper):
        token = self.upload(keeper).context["confirm"].initial["token"]
        response = keeper.post("/office/people/import/", {"token": token})
        assert response.headers["Location"] == "/office/people/"
        assert told(response) == ["นำเข้าบุคลากรแล้ว เพิ่ม 44 เปลี่ยน 1 เท่าเดิม 0 คน"]
        assert Person.objects.count() == 45
        assert AuditEvent.objects.filter(verb="STAFF_IMPORTED").count() == 1

    def test_the_same_confirmation_twice_is_refused_the_second_time(self, keeper):
        token = self.upload(keeper).context["confirm"].initial["token"]
        keeper.post("/office/people/import/", {"token": token})
        assert keeper.post("/office/people/import/", {"token": token}).status_code == 409

    def test_another_s_upload_can_not_be_confirmed(self, keeper, unit, enter):
        token = self.upload(keeper).context["confirm"].initial["token"]
        other = enter(make_person(unit, Role.SYSTEM_ADMIN))
        assert other.post("/office/people/import/", {"token": token}).status_code == 409
        assert Person.objects.count() == 2

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            pytest.param(b"", "ไฟล์นี้ว่างเปล่า", id="empty"),
            pytest.param(b"%PDF-1.7", "ไฟล์นี้เป็นชนิดอื่น", id="pdf"),
            pytest.param("รหัส,ชื่อ\n1,ก".encode(), "จุดที่ต้องแก้", id="other table"),
        ],
    )
    def test_a_bad_file_is_refused_with_the_remedy(self, keeper, content, said):
        response = self.upload(keeper, content)
        assert response.status_code == 422
        assert said in text(response)

    def test_no_file_is_refused(self, keeper):
        response = keeper.post("/office/people/import/", {})
        assert response.status_code == 422
        assert "เลือกไฟล์ก่อน" in text(response)

    def test_a_file_that_came_to_be_wrong_since_the_preview_is_refused(self, keeper):
        token = self.upload(keeper).context["confirm"].initial["token"]
        make_person(make_unit(make_office()), code="EX030")
        response = keeper.post("/office/people/import/", {"token": token})
        assert response.status_code == 422
        assert "EX030" in text(response)

    def test_a_hostile_name_is_shown_as_text(self, keeper):
        response = self.upload(keeper, name="<script>alert(1)</script>.xlsx")
        assert "<script>alert" not in text(response)


class TestHolidays:
    URL = "/office/holidays/"

    @pytest.fixture
    def year(self, place):
        return open_year(place, 2570, by=SYSTEM, now=NOW)

    def test_of_the_year_are_listed_with_source_and_state(self, admin, year):
        page = text(admin.get(self.URL))
        assert "วันหยุด ปีงบประมาณ 2570" in page
        assert "ไลบรารี holidays" in page
        assert "ยังไม่ยืนยัน" in page

    @pytest.mark.parametrize(
        ("asked", "shown"), [("2569", 2569), ("๒๕๖๙", 2569), ("2026", 2570), ("x", 2570)]
    )
    def test_the_year_asked_for_is_in_be(self, admin, asked, shown):
        assert admin.get(self.URL, {"year": asked}).context["year"] == shown

    def test_one_added_moves_the_deadlines_that_lean_on_it(self, admin, year, place):
        month = ReportingMonth.objects.get(office=place, first=date(2026, 10, 1))
        lock = month.lock_at
        response = admin.post(self.URL, {"day": "3/11/2569", "name": "วันหยุดพิเศษ", "source": ""})
        assert response.headers["Location"] == f"{self.URL}?year=2570"
        assert told(response) == ["เพิ่มวันหยุด 3 พ.ย. 2569 วันหยุดพิเศษ แล้ว กำหนดเวลาของ 1 เดือนเปลี่ยนตาม"]
        month.refresh_from_db()
        assert (lock.day, month.lock_at) == (6, lock + timedelta(days=3))  # a Friday, then a Monday

    def test_one_in_another_year_leads_to_that_year(self, admin):
        response = admin.post(self.URL, {"day": "1/10/2570", "name": "วันหยุด", "source": ""})
        assert response.headers["Location"] == f"{self.URL}?year=2571"

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            pytest.param({"day": "31/12/2026"}, "ใส่ปีเป็น พ.ศ.", id="ce"),
            pytest.param({"day": ""}, "กรอกวันที่", id="no day"),
            pytest.param({"name": ""}, "กรอกชื่อวันหยุด", id="no name"),
            pytest.param({"day": "10/12/2569"}, "อยู่ในตารางแล้ว", id="there already"),
        ],
    )
    def test_a_wrong_one_is_refused_and_kept_in_the_form(self, admin, year, typed, said):
        given = {"day": "30/12/2569", "name": "วันหยุดพิเศษ", "source": "มติ ครม."} | typed
        response = admin.post(self.URL, given)
        assert response.status_code == 422
        assert said in text(response)
        assert "มติ ครม." in text(response)

    def test_one_removed_is_gone(self, admin, year, place):
        holiday = place.holidays.first()
        response = admin.post(f"{self.URL}{holiday.pk}/remove/")
        assert response.status_code == 302
        assert not Holiday.objects.filter(pk=holiday.pk).exists()

    def test_another_office_s_is_not_found(self, admin):
        theirs = Holiday.objects.create(office=make_office(), day=date(2026, 12, 31), name="x", source="x")
        assert admin.post(f"{self.URL}{theirs.pk}/remove/").status_code == 404
        assert Holiday.objects.filter(pk=theirs.pk).exists()

    def test_all_can_be_confirmed_at_once(self, admin, year, place):
        admin.post(f"{self.URL}confirm/", {"year": "2570"})
        assert not place.holidays.filter(confirmed=False, day__lte=date(2027, 9, 30)).exists()

    def test_a_deadline_on_a_holiday_is_told(self, admin, year):
        admin.post(self.URL, {"day": "30/11/2569", "name": "วันหยุดพิเศษ", "source": ""})
        assert "กำหนดส่งรายงานเดือนพฤศจิกายน 2569 ตรงกับวันหยุด" in text(admin.get(self.URL))

    def test_others_read_only(self, keeper, year, place):
        assert "เพิ่มวันหยุด" not in text(keeper.get(self.URL))
        given = {"day": "30/12/2569", "name": "x", "source": ""}
        assert keeper.post(self.URL, given).status_code == 403
        assert keeper.post(f"{self.URL}{place.holidays.first().pk}/remove/").status_code == 403
        assert keeper.post(f"{self.URL}confirm/").status_code == 403

    def test_costs_the_same_for_one_and_for_many(self, admin, place, django_assert_num_queries):
        admin.get(self.URL)
        for days in (1, 3, 60):
            Holiday.objects.all().delete()
            Holiday.objects.bulk_create(
                Holiday(office=place, day=date(2026, 10, 1) + timedelta(days=n), name="x", source="x")
                for n in range(days)
            )
            with django_assert_num_queries(6):
                admin.get(self.URL)


class TestPolicy:
    URL = "/office/policy/"

    def form(self, client, **typed):
        fields = client.get(self.URL).context["form"]
        given = {name: fields[name].value() for name in fields.fields}
        return {name: str(value) for name, value in (given | typed).items()}

    def test_shows_what_holds_as_people_type_it(self, admin):
        given = self.form(admin)
        assert (given["due_time"], given["grace_days"], given["off_plan_margin"]) == ("16.30", "0", "0")

    def test_a_change_is_stored_and_moves_open_months(self, admin, place):
        open_year(place, 2570, by=SYSTEM, now=NOW)
        response = admin.post(
            self.URL, self.form(admin, due_time="๑๕.๐๐", off_plan_margin="๒.๕", lock_day="7")
        )
        assert response.status_code == 302
        assert told(response) == ["บันทึกข้อกำหนดแล้ว กำหนดเวลาของ 12 เดือนเปลี่ยนตาม"]
        policy = Policy.objects.get(office=place)
        assert (f"{policy.due_time:%H:%M}", str(policy.off_plan_margin), policy.lock_day) == (
            "15:00",
            "2.50",
            7,
        )

    def test_of_two_forms_the_second_is_told(self, admin):
        first, second = self.form(admin, lock_day="6"), self.form(admin, lock_day="8")
        assert admin.post(self.URL, first).status_code == 302
        response = admin.post(self.URL, second)
        assert response.status_code == 409
        assert Policy.objects.get().lock_day == 6

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            pytest.param({"due_time": "25.00"}, "0.00 ถึง 23.59", id="no such hour"),
            pytest.param({"due_time": "บ่าย"}, "0.00 ถึง 23.59", id="not an hour"),
            pytest.param({"grace_days": "-1"}, "จำนวนเต็มตั้งแต่ 0", id="negative"),
            pytest.param({"lock_day": "0"}, "จำนวนเต็มตั้งแต่ 1", id="too small"),
            pytest.param({"lock_day": "99"}, "ถึง 22", id="too large"),
            pytest.param({"off_plan_margin": "101"}, "0 ถึง 100", id="more than all"),
            pytest.param({"off_plan_margin": "-"}, "กรอกช่องนี้", id="blank"),
            pytest.param({"answer_days": ""}, "กรอกช่องนี้", id="missing"),
        ],
    )
    def test_what_can_not_be_is_refused(self, admin, typed, said):
        response = admin.post(self.URL, self.form(admin, **typed))
        assert response.status_code == 422
        assert said in text(response)
        assert not Policy.objects.exists()

    def test_others_read_only(self, keeper):
        assert "ฝ่ายบริหารทั่วไปเป็นผู้แก้ไข" in text(keeper.get(self.URL))
        assert keeper.post(self.URL, self.form(keeper)).status_code == 403


class TestAudit:
    URL = "/office/audit/"

    def write(self, place, **facts):
        return audit.record(**{"by": SYSTEM, "verb": Verb.CHECKED, "subject": place, "at": NOW} | facts)

    def listed(self, client, **asked):
        return [event.pk for event, _, _ in client.get(self.URL, asked).context["rows"]]

    def test_tells_who_what_when_and_from_what_to_what(self, admin, place):
        self.write(
            place, verb=Verb.POLICY_CHANGED, before={"lock_day": 5}, after={"lock_day": 7}, reason="มติ"
        )
        page = text(admin.get(self.URL))
        for words in (
            "2 พ.ย. 2569 09.00 น.",
            "ระบบ",
            "แก้ไขข้อกำหนด",
            "ปิดรับแก้ไขวันทำการที่: 5 → 7",
            "เหตุผล: มติ",
        ):
            assert words in page

    def test_newest_first_a_page_at_a_time(self, admin, place):
        made = [self.write(place).pk for _ in range(120)]
        first = self.listed(admin)
        assert first == made[:-51:-1]
        second = self.listed(admin, before=first[-1])
        third = self.listed(admin, before=second[-1])
        assert first + second + third == made[::-1]

    def test_can_be_asked_by_day_deed_and_name(self, admin, place, unit):
        late = self.write(
            place, at=datetime(2026, 11, 1, 17, 30, tzinfo=UTC)
        ).pk  # 00.30 on the 2nd in Bangkok
        early = self.write(place, at=datetime(2026, 11, 1, 16, 30, tzinfo=UTC)).pk
        named = self.write(place, verb=Verb.PERSON_MADE, subject=make_person(unit, first_name="บุญมี")).pk
        assert self.listed(admin, day="2/11/2569") == [named, late]
        assert self.listed(admin, day="1/11/2569") == [early]
        assert self.listed(admin, verb="PERSON_MADE") == [named]
        assert self.listed(admin, who="บุญมี") == [named]
        assert self.listed(admin, who="ไม่มีใคร") == []

    @pytest.mark.parametrize(
        "asked", [{"before": "x"}, {"before": "0"}, {"before": "9" * 30}, {"verb": "NONE"}]
    )
    def test_nonsense_is_answered(self, admin, asked):
        assert admin.get(self.URL, asked).status_code == 200

    def test_of_another_office_is_not_shown(self, admin):
        self.write(make_office())
        assert self.listed(admin) == []

    def test_costs_the_same_for_one_and_for_many(self, admin, place, django_assert_num_queries):
        admin.get(self.URL)
        for count in (1, 3, 46):
            for _ in range(count):
                self.write(place, before={"a": 1}, after={"a": 2})
            with django_assert_num_queries(4):
                admin.get(self.URL)


class TestJobs:
    def job(self, place, person, **facts):
        given = {
            "office": place,
            "kind": "x",
            "key": str(Job.objects.count()),
            "asked_by": person,
            "asked_at": NOW,
        }
        return Job.objects.create(**given | facts)

    @pytest.fixture
    def person(self, unit):
        return make_person(unit)

    def test_the_list_is_for_the_administration_one_s_own_page_for_an_officer(
        self, place, person, unit, enter
    ):
        own, other = self.job(place, person), self.job(place, make_person(unit))
        officer = enter(person)
        assert officer.get("/office/jobs/").status_code == 403
        assert 'href="/office/jobs/"' not in text(officer.get(f"/office/jobs/{own.pk}/"))
        admin = enter(make_person(unit, Role.GENERAL_ADMIN))
        assert [row[0] for row in admin.get("/office/jobs/").context["rows"]] == [other, own]

    def test_another_s_is_not_found(self, place, person, unit, enter):
        other = self.job(place, make_person(unit))
        assert enter(person).get(f"/office/jobs/{other.pk}/").status_code == 404

    def test_a_running_one_asks_again_by_itself(self, place, person, enter):
        job = self.job(place, person, state=JobState.RUNNING, done=26, total=40, doing="นายอังคาร")
        page = text(enter(person).get(f"/office/jobs/{job.pk}/"))
        assert f'hx-get="/office/jobs/{job.pk}/" hx-trigger="every 2s"' in page
        assert "ทำแล้ว 26 จาก 40" in page
        assert "กำลังทำ: นายอังคาร" in page
        assert 'value="26" max="40"' in page
        assert f'<a class="btn btn-line" href="/office/jobs/{job.pk}/">' in page  # without script

    @pytest.mark.parametrize(
        ("state", "status"),
        [(JobState.QUEUED, 200), (JobState.RUNNING, 200), (JobState.DONE, 286), (JobState.FAILED, 286)],
    )
    def test_the_fragment_stops_asking_once_it_is_over(self, place, person, enter, state, status):
        job = self.job(place, person, state=state)
        response = enter(person).get(f"/office/jobs/{job.pk}/", headers={"HX-Request": "true"})
        assert response.status_code == status
        assert "<html" not in text(response)
        assert ("hx-trigger" in text(response)) is (status == 200)
        assert "no-cache" in response.headers["Cache-Control"]

    def test_a_failed_one_says_why_and_goes_on(self, place, person, enter):
        job = self.job(place, person, state=JobState.FAILED, done=8, total=40, error="เครื่องพิมพ์ไม่ตอบ")
        client = enter(person)
        assert "เครื่องพิมพ์ไม่ตอบ" in text(client.get(f"/office/jobs/{job.pk}/"))
        assert client.get(f"/office/jobs/{job.pk}/again/").status_code == 405
        assert client.post(f"/office/jobs/{job.pk}/again/").headers["Location"] == f"/office/jobs/{job.pk}/"
        job.refresh_from_db()
        assert job.state == JobState.QUEUED

    def test_left_out_is_told(self, place, person, enter):
        job = self.job(place, person, state=JobState.DONE, result={"left_out": ["นางจัตวา"]})
        assert "ขาด 1 รายการ" in text(enter(person).get(f"/office/jobs/{job.pk}/"))

    def with_file(self, place, person, **facts):
        job = self.job(place, person, **{"state": JobState.DONE} | facts)
        job.file.save("made", ContentFile(b"%PDF-1.7"))
        job.file_name = "สรุป.pdf"
        job.save()
        return job

    def test_its_file_comes_as_an_attachment_of_known_type(self, place, person, enter):
        job = self.with_file(place, person)
        response = enter(person).get(f"/office/jobs/{job.pk}/file")
        assert b"".join(response.streaming_content) == b"%PDF-1.7"
        assert response.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Type"] == "application/pdf"

    def test_its_file_is_for_who_asked_even_where_others_see_the_job(self, place, person, unit, enter):
        job = self.with_file(place, person)
        admin = enter(make_person(unit, Role.GENERAL_ADMIN))
        assert admin.get(f"/office/jobs/{job.pk}/").status_code == 200
        assert "ดาวน์โหลด" not in text(admin.get(f"/office/jobs/{job.pk}/"))
        assert admin.get(f"/office/jobs/{job.pk}/file").status_code == 404

    def test_only_who_asked_may_let_it_go_on(self, place, person, unit, enter):
        job = self.job(place, person, state=JobState.FAILED)
        admin = enter(make_person(unit, Role.GENERAL_ADMIN))
        assert admin.post(f"/office/jobs/{job.pk}/again/").status_code == 403

    @pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.FAILED])
    def test_there_is_no_file_before_it_is_done(self, place, person, enter, state):
        job = self.with_file(place, person, state=state)
        assert enter(person).get(f"/office/jobs/{job.pk}/file").status_code == 404

    def test_a_long_list_has_pages(self, place, person, unit, enter):
        for _ in range(26):
            self.job(place, person)
        client = enter(make_person(unit, Role.GENERAL_ADMIN))
        assert len(client.get("/office/jobs/").context["rows"]) == 25
        assert len(client.get("/office/jobs/?page=2").context["rows"]) == 1
        assert client.get("/office/jobs/?page=x").status_code == 200

    def test_costs_the_same_for_one_and_for_many(self, place, person, unit, enter, django_assert_num_queries):
        client = enter(make_person(unit, Role.GENERAL_ADMIN))
        self.job(place, person)
        client.get("/office/jobs/")
        for count in (1, 3, 20):
            for _ in range(count):
                self.job(place, person)
            with django_assert_num_queries(5):
                client.get("/office/jobs/")


class TestTheOffice:
    def test_leads_to_its_pages(self, keeper):
        page = text(keeper.get("/office/"))
        for address in ("people", "holidays", "policy", "audit", "jobs"):
            assert f'href="/office/{address}/"' in page

    @pytest.mark.parametrize(
        "address", ["", "people/", "people/import/", "holidays/", "policy/", "audit/", "jobs/"]
    )
    def test_reading_writes_nothing(self, keeper, address):
        with CaptureQueriesContext(connection) as queries:
            assert keeper.get(f"/office/{address}").status_code == 200
        assert [
            q["sql"] for q in queries if not q["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))
        ] == []

"""The people of the office and their import."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from office.enums import Role
from office.models import AuditEvent, Membership, Person
from tests.builders import make_office, make_person, make_unit
from tests.office.pages.scene import STAFF, text, told


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

    def changed(self, change) -> bytes:
        built = load_workbook(STAFF)
        change(built)
        content = BytesIO()
        built.save(content)
        return content.getvalue()

    def test_names_what_was_not_read(self, keeper):
        def hide(built):
            built.create_sheet("ลับ")["A1"] = "บันทึก"
            built["ลับ"].sheet_state = "hidden"

        response = self.upload(keeper, self.changed(hide))
        assert "<li>แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ลับ</li>" in text(response)

    def test_a_fault_is_told_with_sheet_row_column_value_and_remedy(self, keeper):
        def spoil(built):
            built["บุคลากร"]["H5"] = "พนักงาน"

        response = self.upload(keeper, self.changed(spoil))
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

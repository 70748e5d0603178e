"""Holidays, and the policy that dates follow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from office.models import Holiday, Policy
from plans.actions import open_year
from plans.models import ReportingMonth
from tests.builders import SYSTEM, make_office
from tests.office.pages.scene import NOW, text, told


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

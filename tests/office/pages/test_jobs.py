"""Long work as its askers see it."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from office.enums import JobState, Role
from office.models import Job
from tests.builders import make_person
from tests.office.pages.scene import NOW, text


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

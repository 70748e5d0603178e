"""Evidence on the pages: taken with the form, shown to whom the month is shown, handed out safely."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from office import clock
from office.enums import Role
from plans.models import ReportingMonth
from reports.models import Evidence, MonthlyReport, ReportLine
from tests import builders as b
from tests import pieces as p
from tests.reports.month_pages.scene import client_of, statements, url

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
PDF = p.pdf()


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": default}


@pytest.fixture
def at(monkeypatch):
    def setter(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    setter(NOW)
    return setter


class Scene:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.ann = b.make_person(self.unit, first_name="อัน")
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.ann: [4]}, job_no="สสจ. 901")
        self.key = f"l{self.item.pk}"
        self.client = client_of(self.ann)

    def post(self, step="save/", client: Client | None = None, **fields):
        fields = {name.replace("__", "-"): value for name, value in fields.items()}
        report = MonthlyReport.objects.filter(person=self.ann).first()
        form = {"version": report.version if report else 0} | fields
        return (client or self.client).post(url(self.ann, step), form)

    def attach(self, content=PDF, name="หลักฐาน.pdf", key=""):
        self.post(**{f"{key or self.key}-files": [p.upload(content, name)]})
        return Evidence.objects.order_by("-id").first()

    def submit(self):
        return self.post("submit/", **{f"{self.key}-quantity": "4"})


@pytest.fixture
def scene(at) -> Scene:
    return Scene()


def status_of(client: Client, name: str, kept: Evidence) -> int:
    answer = client.get(reverse(name, args=[kept.pk]))
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def text_of(response) -> str:
    return response.content.decode()


class TestForm:
    def test_asks_for_files_in_each_line_and_for_the_month(self, scene):
        page = text_of(scene.client.get(url(scene.ann)))
        assert 'enctype="multipart/form-data"' in page
        for key in (scene.key, "m"):
            assert re.search(rf'<input [^>]*type="file" id="{key}-files" name="{key}-files" multiple', page)
            assert f'name="{key}-link"' in page
        assert ".heic" not in page, "a telephone then sends a JPEG"
        assert "capture" not in page

    def test_enter_in_a_field_never_takes_evidence_away(self, scene):
        scene.attach()
        form = text_of(scene.client.get(url(scene.ann))).partition('<form class="two"')[2]
        assert "evidence-out" in form
        first = re.search(r"<button[^>]*>", form)[0]
        assert 'type="submit"' in first
        assert "name=" not in first

    def test_files_and_links_are_saved_with_the_draft(self, scene):
        answer = scene.post(
            **{
                f"{scene.key}-quantity": "3",
                f"{scene.key}-files": [p.upload(name="รูปถ่าย.jpg"), p.upload(PDF, "หนังสือ.pdf")],
                f"{scene.key}-link": "example.go.th/album",
                "m-files": [p.upload(p.office(), "สรุป.docx")],
            }
        )
        assert answer.status_code == 302
        page = text_of(scene.client.get(url(scene.ann)))
        kept = list(Evidence.objects.order_by("id").values_list("name", "item_id"))
        own = scene.item.pk
        assert kept == [
            ("รูปถ่าย.jpg", own),
            ("หนังสือ.pdf", own),
            ("สรุป.docx", None),
            ("example.go.th › album", own),
        ]
        assert all(name in page for name, _ in kept)
        assert page.count("evidence-out") == 4
        assert ReportLine.objects.get().quantity == 3

    @pytest.mark.parametrize(
        ("step", "says", "then"),
        [
            ("save/", "ยังบันทึกไม่ครบ มี 2 จุดที่ต้องแก้", "แก้แล้วกดบันทึกอีกครั้ง"),
            ("submit/", "ยังส่งไม่ได้ มี 2 จุดที่ต้องแก้", "รายงานยังไม่ได้ส่ง ช่องที่ถูกต้องบันทึกเป็นร่างไว้แล้ว"),
        ],
    )
    def test_a_refused_file_holds_the_form_and_all_that_is_good_is_kept(self, scene, step, says, then):
        answer = scene.post(
            step,
            **{
                f"{scene.key}-quantity": "4",
                f"{scene.key}-files": [p.upload(b"MZ\x90\0", "photo.jpg"), p.upload(PDF, "ดี.pdf")],
                "m-link": "javascript:alert(1)",
            },
        )
        page = text_of(answer)
        assert (answer.status_code, says in page, then in page) == (422, True, True)
        assert f'<a href="#{scene.key}-files">สสจ. 901: photo.jpg ไฟล์นี้เป็นโปรแกรม' in page
        assert '<a href="#m-link">หลักฐานของเดือน: javascript:alert(1) ใส่ที่อยู่เว็บ' in page
        assert 'value="javascript:alert(1)"' in page
        assert list(Evidence.objects.values_list("name", flat=True)) == ["ดี.pdf"]
        assert "ดี.pdf" in page
        assert (ReportLine.objects.get().quantity, MonthlyReport.objects.get().submissions) == (4, 0)

    @pytest.mark.parametrize("step", ["save/", "submit/"])
    def test_a_bad_figure_does_not_lose_a_file(self, scene, step):
        answer = scene.post(step, **{f"{scene.key}-quantity": "สาม", f"{scene.key}-files": [p.upload()]})
        assert (answer.status_code, Evidence.objects.count()) == (422, 1)
        assert "ภาพ.jpg" in text_of(answer)

    def test_nor_does_a_form_that_grew_old(self, scene):
        scene.post(**{f"{scene.key}-quantity": "3"})
        old = {"version": 0, f"{scene.key}-quantity": "5"}
        files = {f"{scene.key}-files": [p.upload(), p.upload(b"\0", "bad.jpg")]}
        answer = scene.client.post(url(scene.ann, "save/"), old | files)
        assert (answer.status_code, Evidence.objects.count()) == (409, 1)
        assert "bad.jpg: ไฟล์นี้ไม่ใช่รูปหรือเอกสารตามนามสกุล" in text_of(answer)

    def test_a_file_and_the_submission_go_together(self, scene):
        answer = scene.post("submit/", **{f"{scene.key}-quantity": "4", f"{scene.key}-files": [p.upload()]})
        assert answer.status_code == 302
        page = text_of(scene.client.get(url(scene.ann, "versions/1/")))
        assert "ภาพ.jpg" in page

    def test_other_evidence_than_was_sent_is_a_draft_that_was_not_sent(self, scene, at):
        scene.submit()
        at(NOW + timedelta(minutes=1))
        assert "มีร่างที่ยังไม่ได้ส่ง" not in text_of(scene.client.get(url(scene.ann)))
        scene.attach()
        assert "มีร่างที่ยังไม่ได้ส่ง" in text_of(scene.client.get(url(scene.ann)))
        scene.submit()
        assert MonthlyReport.objects.get().submissions == 2

    def test_a_form_that_sends_itself_attaches_no_half_typed_link(self, scene):
        form = {"version": 0, "m-link": "https://exam"}
        answer = scene.client.post(url(scene.ann, "save/"), form, headers={"X-Autosave": "1"})
        assert (answer.status_code, Evidence.objects.exists()) == (200, False)

    def test_a_button_takes_a_file_away_and_saves_the_draft(self, scene):
        kept = scene.attach()
        scene.post(**{f"{scene.key}-quantity": "2", "evidence-out": str(kept.pk)})
        kept.refresh_from_db()
        assert (kept.removed_at, ReportLine.objects.get().quantity) == (NOW, 2)
        assert "หลักฐาน.pdf" not in text_of(scene.client.get(url(scene.ann)))

    def test_nobody_takes_anothers_away(self, scene):
        kept = scene.attach()
        bob = b.make_person(scene.unit)
        for pk in (str(kept.pk), "x", "9" * 30):
            client_of(bob).post(url(bob, "save/"), {"version": 0, "evidence-out": pk})
        kept.refresh_from_db()
        assert kept.removed_at is None

    def test_a_shut_month_says_which_files_were_not_taken(self, scene, at):
        at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
        answer = scene.post(**{f"{scene.key}-files": [p.upload()]})
        assert (answer.status_code, "ภาพ.jpg" in text_of(answer)) == (409, True)
        assert not Evidence.objects.exists()

    @pytest.mark.parametrize("count", [1, 10])
    def test_reads_with_the_same_queries_however_many_files(self, scene, count):
        for n in range(count):
            scene.attach(p.pdf(b"%%%d\n" % n), f"{n}.pdf")
        scene.client.get(url(scene.ann))
        with CaptureQueriesContext(connection) as captured:
            scene.client.get(url(scene.ann))
        assert len(statements(captured)) == 8, statements(captured)


class TestScript:
    """What static/evidence.js asks."""

    def test_answers_with_the_list_of_that_line_alone(self, scene):
        scene.attach()
        answer = scene.post("evidence/", part=scene.key, **{f"{scene.key}-files": [p.upload()]})
        page = text_of(answer)
        assert (answer.status_code, page.count("<li>"), "<html" in page) == (200, 2, False)
        gone = scene.post("evidence/", part=scene.key, **{"evidence-out": str(Evidence.objects.last().pk)})
        assert text_of(gone).count("<li>") == 1

    def test_says_why_a_file_is_refused(self, scene):
        answer = scene.post("evidence/", part="m", **{"m-files": [p.upload(b"<svg/>", "a.svg")]})
        assert (answer.status_code, "a.svg: ไฟล์นี้เป็นหน้าเว็บ" in text_of(answer)) == (422, True)

    def test_takes_links(self, scene):
        answer = scene.post("evidence/", part="m", **{"m-link": "example.go.th/<b>"})
        assert (answer.status_code, "<b>" in text_of(answer)) == (200, False)
        answer = scene.post("evidence/", part="m", **{"m-link": "example.go.th/a"})
        assert 'href="https://example.go.th/a" rel="noopener noreferrer nofollow"' in text_of(answer)

    @pytest.mark.parametrize("part", ["", "x", "l", "l1x"])
    def test_an_unknown_part_is_not_found(self, scene, part):
        assert scene.post("evidence/", part=part).status_code == 404

    @pytest.mark.parametrize(
        ("role", "status"), [(Role.GENERAL_ADMIN, 403), (Role.DIRECTOR, 403), (Role.OFFICER, 404)]
    )
    def test_nobody_attaches_to_anothers_month(self, scene, role, status):
        other = client_of(b.make_person(scene.unit, role))
        answer = scene.post("evidence/", client=other, part="m", **{"m-files": [p.upload()]})
        assert (answer.status_code, Evidence.objects.exists()) == (status, False)

    def test_a_file_beyond_all_limits_is_cut_while_it_comes_in(self, scene):
        answer = scene.post(
            "evidence/", part="m", **{"m-files": [p.upload(b"x" * 22 * 1024 * 1024, "a.txt")]}
        )
        assert (answer.status_code, "ไฟล์ใหญ่เกิน 10 MB" in text_of(answer)) == (422, True)


class TestReading:
    @pytest.fixture
    def sent(self, scene):
        scene.attach(p.picture(), "ภาพ.jpg")
        scene.attach(name="ของเดือน.pdf", key="m")
        scene.submit()
        return scene

    def test_reviewers_and_heads_see_what_was_sent_and_no_draft(self, sent, at):
        at(NOW + timedelta(minutes=1))
        sent.attach(p.pdf(b"%2\n"), "ร่าง.pdf")
        for role in (Role.UNIT_HEAD, Role.GENERAL_ADMIN, Role.DIRECTOR):
            page = text_of(client_of(b.make_person(sent.unit, role)).get(url(sent.ann)))
            assert ("ภาพ.jpg" in page, "ของเดือน.pdf" in page, "ร่าง.pdf" in page) == (True, True, False)

    def test_a_version_shows_its_own_for_ever(self, sent, at):
        at(NOW + timedelta(hours=1))
        sent.post(**{"evidence-out": [str(pk) for pk in Evidence.objects.values_list("pk", flat=True)]})
        sent.attach(p.pdf(b"%2\n"), "ใหม่.pdf")
        at(NOW + timedelta(hours=2))
        sent.submit()
        admin = client_of(b.make_person(sent.unit, Role.GENERAL_ADMIN))
        pages = [text_of(admin.get(url(sent.ann, f"versions/{no}/"))) for no in (1, 2)]
        names = ("ภาพ.jpg", "ของเดือน.pdf", "ใหม่.pdf")
        assert [[name in page for name in names] for page in pages] == [
            [True, True, False],
            [False, False, True],
        ]
        old = Evidence.objects.get(name="ภาพ.jpg")
        assert status_of(admin, "evidence", old) == 200

    def test_ones_own_shut_month_shows_what_was_sent(self, sent, at):
        at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
        page = text_of(sent.client.get(url(sent.ann)))
        assert ("ภาพ.jpg" in page, "ของเดือน.pdf" in page, "evidence-out" in page) == (True, True, False)

    def test_or_what_was_attached_when_nothing_was_sent(self, scene, at):
        scene.attach()
        at(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
        assert "หลักฐาน.pdf" in text_of(scene.client.get(url(scene.ann)))

    def test_a_closed_month_shows_the_office_the_evidence_of_its_lines(self, sent):
        ReportingMonth.objects.update(closed_at=NOW)
        page = text_of(client_of(b.make_person(b.make_unit(sent.office))).get(url(sent.ann)))
        assert ("ภาพ.jpg" in page, "ของเดือน.pdf" in page) == (True, False)

    @pytest.mark.parametrize("count", [1, 9])
    @pytest.mark.parametrize("step", ["", "versions/1/"])
    def test_pages_read_with_the_same_queries_however_many_files(self, scene, count, step):
        for n in range(count):
            scene.attach(p.pdf(b"%%%d\n" % n), f"{n}.pdf")
        scene.submit()
        admin = client_of(b.make_person(scene.unit, Role.GENERAL_ADMIN))
        admin.get(url(scene.ann, step))
        with CaptureQueriesContext(connection) as captured:
            admin.get(url(scene.ann, step))
        expected = {"": 12, "versions/1/": 10}[step]
        assert len(statements(captured)) <= expected, statements(captured)


class TestHandingOut:
    def test_a_document_is_an_attachment_locked_in_and_private(self, scene):
        answer = scene.client.get(reverse("evidence", args=[scene.attach().pk]))
        assert b"".join(answer.streaming_content) == PDF
        headers = answer.headers
        assert headers["Content-Type"] == "application/pdf"
        assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E0%B8%AB")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert headers["Content-Length"] == str(len(PDF))
        assert headers["Cache-Control"] == "private, max-age=3600"
        assert "Cookie" in headers["Vary"]

    def test_a_picture_opens_in_the_browser_and_has_a_small_one(self, scene):
        kept = scene.attach(p.picture(size=(900, 600)), "ภาพ.jpg")
        whole = scene.client.get(reverse("evidence", args=[kept.pk]))
        small = scene.client.get(reverse("evidence-small", args=[kept.pk]))
        for answer in (whole, small):
            assert answer.headers["Content-Type"] == "image/jpeg"
            assert answer.headers["Content-Disposition"].startswith("inline")
            assert "sandbox" in answer.headers["Content-Security-Policy"]
        content = b"".join(whole.streaming_content)
        assert p.SECRET not in content
        assert 0 < len(b"".join(small.streaming_content)) < len(content) + 1

    def test_a_document_has_no_small_picture_and_a_link_no_file(self, scene):
        kept = scene.attach()
        assert status_of(scene.client, "evidence-small", kept) == 404
        scene.post(**{"m-link": "example.go.th"})
        link = Evidence.objects.get(file="")
        for name in ("evidence", "evidence-small"):
            assert status_of(scene.client, name, link) == 404

    def test_a_file_that_is_gone_from_the_disk_is_not_found(self, scene):
        kept = scene.attach()
        default_storage.delete(kept.file.name)
        assert status_of(scene.client, "evidence", kept) == 404

    MATRIX = {
        # who: draft, sent, closed and of a line, closed and of the month as a whole
        "the officer": (200, 200, 200, 200),
        "a colleague": (404, 404, 200, 404),
        "the unit's head": (404, 200, 200, 200),
        "another unit's head": (404, 404, 200, 404),
        "the admin unit": (404, 200, 200, 200),
        "the director": (404, 200, 200, 200),
        "personnel": (404, 404, 200, 404),
        "the system's admin": (403, 403, 403, 403),
        "another office's admin": (404, 404, 404, 404),
    }

    @pytest.mark.parametrize("who", MATRIX)
    def test_who_may_open_a_file(self, scene, who):
        other, elsewhere = b.make_unit(scene.office), b.make_unit(b.make_office())
        person = {
            "the officer": lambda: scene.ann,
            "a colleague": lambda: b.make_person(scene.unit),
            "the unit's head": lambda: b.make_person(scene.unit, Role.UNIT_HEAD),
            "another unit's head": lambda: b.make_person(other, Role.UNIT_HEAD),
            "the admin unit": lambda: b.make_person(other, Role.GENERAL_ADMIN),
            "the director": lambda: b.make_person(other, Role.DIRECTOR),
            "personnel": lambda: b.make_person(other, Role.PERSONNEL),
            "the system's admin": lambda: b.make_person(other, Role.SYSTEM_ADMIN),
            "another office's admin": lambda: b.make_person(elsewhere, Role.GENERAL_ADMIN),
        }[who]()
        if who == "the system's admin":
            person.memberships.exclude(role=Role.SYSTEM_ADMIN).delete()
        line = scene.attach(p.picture(), "ภาพ.jpg")
        whole = scene.attach(p.pdf(b"%m\n"), key="m")
        found = []

        def opens(kept):
            statuses = {status_of(client_of(person), "evidence", kept)}
            if kept is line:
                statuses.add(status_of(client_of(person), "evidence-small", kept))
            assert len(statuses) == 1
            found.append(statuses.pop())

        opens(line)
        scene.submit()
        opens(line)
        ReportingMonth.objects.update(closed_at=NOW)
        opens(line)
        opens(whole)
        assert tuple(found) == self.MATRIX[who]

    def test_what_was_never_sent_is_nobody_elses_even_when_the_month_is_closed(self, scene, at):
        first = scene.attach()
        scene.submit()
        at(NOW + timedelta(hours=1))
        never = scene.attach(p.pdf(b"%2\n"), "ร่าง.pdf")
        gone = scene.attach(p.pdf(b"%3\n"), "เอาออก.pdf")
        scene.post(**{"evidence-out": [str(gone.pk), str(first.pk)]})
        ReportingMonth.objects.update(closed_at=NOW)
        colleague = client_of(b.make_person(scene.unit))
        statuses = [status_of(colleague, "evidence", each) for each in (first, never, gone)]
        assert statuses == [200, 404, 404]

    def test_asks_with_few_queries(self, scene, django_assert_max_num_queries):
        kept = scene.attach()
        scene.submit()
        head = client_of(b.make_person(scene.unit, Role.UNIT_HEAD))
        with django_assert_max_num_queries(6):
            assert status_of(head, "evidence", kept) == 200

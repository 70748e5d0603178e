"""All years of an office in one file: one job, one paper a person, nobody left out unsaid."""

from __future__ import annotations

import io
import re
from contextlib import nullcontext
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest
from celery import current_app
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from office import jobs, thai
from office import print as printing
from office.audit import Verb
from office.enums import JobState, Role
from office.models import AuditEvent, Job, Person
from plans.models import PlanItem
from reports.models import SubmittedLine
from tests import builders

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
URL = "/appraisals/2570/summaries.pdf"


@pytest.fixture(autouse=True)
def _edges(monkeypatch, settings, tmp_path):
    monkeypatch.setattr("office.clock.now", lambda: AT)
    monkeypatch.setattr(current_app, "send_task", lambda *_, **__: None)
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": storage}


@pytest.fixture
def cast():
    """Two units, the second first in official order of people."""
    office = builders.make_office()
    first, second = builders.make_unit(office, "กลุ่มหนึ่ง"), builders.make_unit(office, "กลุ่มสอง")
    people = {
        "b": builders.make_person(second, code="BB1", first_name="บัว"),
        "a": builders.make_person(first, code="AA1", first_name="อนงค์"),
        "c": builders.make_person(second, code="CC1", first_name="จันทร์"),
        "head": builders.make_person(second, Role.UNIT_HEAD, code="HE1"),
        "admin": builders.make_person(first, Role.GENERAL_ADMIN, code="GA1"),
        "personnel": builders.make_person(first, Role.PERSONNEL, code="PE1"),
        "director": builders.make_person(first, Role.DIRECTOR, code="DI1"),
        "system": builders.make_person(first, Role.SYSTEM_ADMIN, code="SY1"),
    }
    plan = builders.make_plan(office, 2570)
    builders.make_item(plan, {people[name]: [4, 4] for name in ("b", "a", "c")}, job_no="สสจ. 1")
    return people


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def ask(client) -> Job:
    response = client.post(URL)
    assert response.status_code == 303
    found = re.fullmatch(r"/office/jobs/(\d+)/", response["Location"])
    assert found
    return Job.objects.get(pk=found[1])


def work(job: Job) -> Job:
    jobs.run(job.pk, now=AT)
    job.refresh_from_db()
    return job


def made(job: Job) -> bytes:
    with job.file.open("rb") as file:
        return file.read()


def texts(content: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(io.BytesIO(content))
    return [page.get_textpage().get_text_range().replace("\u200b", "") for page in pages]


def names_in_order(content: bytes) -> list[str]:
    """Of the heads of the papers: each paper begins with หน้า ๑."""
    firsts = [text for text in texts(content) if "หน้า ๑/" in text]
    return [name for text in firsts for name in ("อนงค์", "บัว", "จันทร์") if f"นาย{name}" in text]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("a", 403),
        ("admin", 403),
        ("system", 403),
        ("head", 403),
        ("personnel", 303),
        ("director", 303),
    ],
)
def test_who_may_have_all_years_printed(cast, as_, who, expected):
    assert as_(cast[who]).post(URL).status_code == expected


def test_everybody_with_a_plan_is_in_the_file_in_unit_and_name_order(cast, as_):
    for person in Person.objects.all():
        person.sort_key = thai.sort_key(f"{person.first_name} {person.last_name}")
        person.save(update_fields=["sort_key"])
    job = work(ask(as_(cast["director"])))
    assert (job.state, job.error) == (JobState.DONE, "")
    assert (job.done, job.total) == (3, 3)
    assert job.result == {"year": 2570, "printed": 3, "left_out": []}
    assert names_in_order(made(job)) == ["อนงค์", "จันทร์", "บัว"]


def test_the_paper_of_a_person_is_the_one_printed_alone(cast, as_):
    client = as_(cast["director"])
    whole = texts(made(work(ask(client))))
    alone = texts(client.get(reverse("person-year-pdf", args=[2570, "BB1"])).content)
    assert alone == [text for text in whole if "บัว" in text]


def test_the_file_is_for_who_asked(cast, as_):
    job = work(ask(as_(cast["director"])))
    url = reverse("job-file", args=[job.pk])
    answer = as_(cast["director"]).get(url)
    assert answer.status_code == 200
    assert "2570.pdf" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content) == made(job)
    assert as_(cast["personnel"]).get(url).status_code == 404


def test_a_double_click_is_one_job_and_another_person_s_is_another(cast, as_):
    first, again = ask(as_(cast["director"])), ask(as_(cast["director"]))
    other = ask(as_(cast["personnel"]))
    assert first == again != other


def test_each_person_printed_is_in_history_once_even_when_done_again(cast, as_):
    job = work(ask(as_(cast["director"])))
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    work(job)
    printed = AuditEvent.objects.filter(verb=Verb.YEAR_PRINTED)
    assert sorted(printed.values_list("subject_id", flat=True)) == sorted(cast[n].pk for n in "abc")
    assert {event.after["job"] for event in printed} == {job.pk}
    assert {event.actor_id for event in printed} == {cast["director"].pk}


def test_who_could_not_be_printed_is_named_and_the_others_are_there(cast, as_, monkeypatch):
    plain = printing.pdf

    def broken(template, data, **options):
        if data["people"][0]["code"] == "BB1":
            raise printing.PrintError(template, "no font for that")
        return plain(template, data, **options)

    monkeypatch.setattr(printing, "pdf", broken)
    client = as_(cast["director"])
    job = work(ask(client))
    assert job.state == JobState.DONE
    assert job.result["printed"] == 2
    assert [text[:3] for text in job.result["left_out"]] == ["BB1"]
    assert names_in_order(made(job)) == ["อนงค์", "จันทร์"]
    assert not AuditEvent.objects.filter(verb=Verb.YEAR_PRINTED, subject_id=cast["b"].pk).exists()
    assert "BB1" in client.get(reverse("job", args=[job.pk])).content.decode()


def test_whose_data_cannot_be_read_is_named_and_the_others_are_there(cast, as_):
    report = builders.send_report(cast["b"], {PlanItem.objects.get(): 4}, at=AT)
    SubmittedLine.objects.filter(version__report=report).update(kind="BROKEN", quantity=None)
    page = as_(cast["director"]).get("/appraisals/2570/").content.decode()
    assert f"แจ้งผู้ดูแลระบบ: BB1 {cast['b'].full_name}</p>" in page
    job = work(ask(as_(cast["director"])))
    assert (job.state, job.result["printed"]) == (JobState.DONE, 2)
    assert [text[:3] for text in job.result["left_out"]] == ["BB1"]
    assert names_in_order(made(job)) == ["อนงค์", "จันทร์"]


def test_when_nobody_could_be_printed_the_job_fails_and_says_whom(cast, as_, monkeypatch):
    def broken(template, data, **options):
        raise printing.PrintError(template, "no fonts")

    monkeypatch.setattr(printing, "pdf", broken)
    job = work(ask(as_(cast["director"])))
    assert job.state == JobState.FAILED
    assert all(code in job.error for code in ("AA1", "BB1", "CC1"))
    assert not job.file


def test_a_worker_that_lost_its_job_keeps_and_records_nothing(cast, as_, monkeypatch):
    job = ask(as_(cast["director"]))
    plain = printing.joined

    def taken_over(parts, *, title):
        content = plain(parts, title=title)
        Job.objects.filter(pk=job.pk).update(attempts=7)
        return content

    monkeypatch.setattr(printing, "joined", taken_over)
    work(job)
    assert (job.state, bool(job.file)) == (JobState.RUNNING, False)
    assert not AuditEvent.objects.filter(verb=Verb.YEAR_PRINTED).exists()


def test_the_doing_of_a_job_is_told_by_name(cast, as_, monkeypatch):
    monkeypatch.setattr("appraisals.tasks.TELL_SECONDS", 0.0)
    told = []
    monkeypatch.setattr(jobs.Progress, "__call__", lambda self, *facts: told.append(facts))
    work(ask(as_(cast["director"])))
    assert told == [
        (0, 3, cast["a"].full_name),
        (1, 3, cast["b"].full_name),
        (2, 3, cast["c"].full_name),
    ]


def test_who_lost_the_role_since_gets_nothing(cast, as_):
    job = ask(as_(cast["director"]))
    cast["director"].memberships.all().delete()
    assert work(job).state == JobState.FAILED


def test_a_year_without_a_plan_is_refused_with_the_reason(cast, as_):
    answer = as_(cast["director"]).post("/appraisals/2569/summaries.pdf")
    assert answer.status_code == 409
    assert "2569" in answer.content.decode()


def test_looking_at_the_address_asks_for_nothing(cast, as_):
    assert as_(cast["director"]).get(URL).status_code == 405
    assert not Job.objects.exists()


def test_the_list_offers_it_with_the_number_of_people(cast, as_):
    page = as_(cast["director"]).get("/appraisals/2570/").content.decode()
    assert f'action="{URL}"' in page
    assert "พิมพ์ทั้งหมด (3 คน)" in page
    empty = as_(cast["director"]).get("/appraisals/2569/").content.decode()
    assert "summaries.pdf" not in empty


def test_the_file_carries_no_tags_of_its_parts(cast, as_):
    content = made(work(ask(as_(cast["director"]))))
    with pikepdf.open(io.BytesIO(content)) as document:
        assert "/StructTreeRoot" not in document.Root


@pytest.mark.parametrize("people", [1, 3, 20])
def test_queries_do_not_grow_with_people(people, monkeypatch):
    office = builders.make_office()
    unit = builders.make_unit(office)
    director = builders.make_person(unit, Role.DIRECTOR)
    builders.make_item(builders.make_plan(office), {builders.make_person(unit): [1] for _ in range(people)})
    monkeypatch.setattr("appraisals.tasks.TELL_SECONDS", 3600.0)
    monkeypatch.setattr(jobs, "_beating", lambda progress: nullcontext())
    by = builders.actor(director)
    job = jobs.ask("year_summaries", key="q", by=by, now=AT, office=office, params={"year": 2570})
    with CaptureQueriesContext(connection) as taken:
        jobs.run(job.pk, now=AT)
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    assert sum(not each["sql"].startswith(marks) for each in taken) <= 20
    job.refresh_from_db()
    assert job.result["printed"] == people

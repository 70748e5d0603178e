import io
from datetime import UTC, date, datetime

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appraisals.printing import year_print
from appraisals.queries import years_of
from office import thai
from office.audit import Verb
from office.enums import Role
from office.models import AuditEvent, Person
from plans.models import ReportingMonth
from reports.actions.compliance import check_month
from reports.models import ExpectedReport
from reports.year_grid import read_year
from tests import builders

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr("office.clock.now", lambda: AT)


@pytest.fixture
def cast():
    office = builders.make_office()
    unit, other = builders.make_unit(office, "กลุ่มส่งเสริมสหกรณ์ 1"), builders.make_unit(office)
    people = {
        "anong": builders.make_person(unit, code="AN1", first_name="อนงค์"),
        "mate": builders.make_person(unit, code="MA1"),
        "head": builders.make_person(unit, Role.UNIT_HEAD, code="HE1"),
        "other head": builders.make_person(other, Role.UNIT_HEAD, code="OH1"),
        "admin": builders.make_person(other, Role.GENERAL_ADMIN, code="GA1"),
        "personnel": builders.make_person(other, Role.PERSONNEL, code="PE1"),
        "director": builders.make_person(other, Role.DIRECTOR, code="DI1"),
        "system": builders.make_person(other, Role.SYSTEM_ADMIN, code="SY1"),
        "elsewhere": builders.make_person(
            builders.make_unit(builders.make_office()), Role.DIRECTOR, code="EL1"
        ),
    }
    plan = builders.make_plan(office, 2570)
    builders.make_item(plan, {people["anong"]: [4, 4], people["mate"]: [3]}, job_no="สสจ. 1")
    return people


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("anong", 200),
        ("mate", 404),
        ("head", 200),
        ("other head", 404),
        ("admin", 404),
        ("personnel", 200),
        ("director", 200),
        ("system", 404),
        ("elsewhere", 404),
    ],
)
@pytest.mark.parametrize("name", ["person-year", "person-year-pdf"])
def test_who_may_open_the_year_of_anong(client, cast, who, expected, name):
    client.force_login(cast[who], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(name, args=[2570, "AN1"])).status_code == expected


def test_an_officer_is_led_to_the_own_year(client, cast):
    client.force_login(cast["anong"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("year-list", args=[2570]))
    assert (answer.status_code, answer.url) == (302, "/appraisals/2570/AN1/")


def test_a_head_lists_the_own_unit_only(client, cast):
    client.force_login(cast["head"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("year-list", args=[2570])).content.decode()
    assert [code for code in ("AN1", "MA1", "DI1") if f'data-person="{code}"' in page] == ["AN1", "MA1"]


def test_looking_at_anothers_year_and_printing_it_are_recorded(client, cast):
    client.force_login(cast["director"], backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("person-year", args=[2570, "AN1"]))
    client.get(reverse("person-year-pdf", args=[2570, "AN1"]))
    verbs = AuditEvent.objects.filter(subject_id=cast["anong"].pk, subject_type="office.person")
    assert list(verbs.values_list("verb", flat=True)) == [Verb.YEAR_VIEWED, Verb.YEAR_PRINTED]


def test_ones_own_year_is_not_recorded_as_viewed(client, cast):
    client.force_login(cast["anong"], backend="django.contrib.auth.backends.ModelBackend")
    client.get(reverse("person-year", args=[2570, "AN1"]))
    assert not AuditEvent.objects.filter(verb=Verb.YEAR_VIEWED).exists()


def paper_of(client) -> str:
    answer = client.get(reverse("person-year-pdf", args=[2570, "AN1"]))
    assert answer["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(io.BytesIO(answer.content))
    return "".join(page.get_textpage().get_text_range() for page in document).replace("\u200b", "")


def test_the_form_on_paper_names_the_person_the_year_and_the_missing_month(client, cast):
    client.force_login(cast["director"], backend="django.contrib.auth.backends.ModelBackend")
    text = paper_of(client)
    assert all(each in text for each in ("อนงค์", "๒๕๗๐", "สสจ. ๑", "ยังไม่ส่ง", "ฉบับชั่วคราว"))


def test_a_year_is_provisional_until_every_month_is_closed_and_says_so(client, cast):
    client.force_login(cast["director"], backend="django.contrib.auth.backends.ModelBackend")
    why = "ยังไม่ปิดเดือน 12 จาก 12 เดือน"
    for url in (reverse("year-list", args=[2570]), reverse("person-year", args=[2570, "AN1"])):
        assert f"ฉบับชั่วคราว: {why}" in client.get(url).content.decode()
    assert why in " ".join(thai.to_arabic(paper_of(client)).split())
    ReportingMonth.objects.update(closed_at=AT)
    assert "ฉบับชั่วคราว" not in client.get(reverse("person-year", args=[2570, "AN1"])).content.decode()
    assert "ฉบับชั่วคราว" not in paper_of(client)


@pytest.mark.parametrize(
    ("title", "lines"), [("สหกรณ์จังหวัด", ["สหกรณ์จังหวัด"]), ("รักษาการ", ["รักษาการ", "สหกรณ์จังหวัด"])]
)
def test_the_director_signs_under_one_title(cast, title, lines):
    Person.objects.filter(pk=cast["director"].pk).update(position_title=title, position_level="")
    office = cast["anong"].office
    (year,) = years_of([cast["anong"]], office, 2570, now=AT, day=AT.date())
    signed = year_print(year, office=office, fiscal_year=2570, printed_by="", now=AT)["signatures"][-1]
    assert [each for each in (signed["position"], signed["role"]) if each] == lines


@pytest.mark.parametrize(
    ("who", "led"), [("anong", True), ("head", True), ("director", True), ("personnel", False)]
)
def test_a_flag_leads_to_its_case_where_the_reader_may_open_it(client, cast, who, led):
    check_month(builders.month_of(cast["anong"].office), as_of=AT, by=builders.SYSTEM, store=True)
    case = reverse("case", args=[cast["anong"].flags.get().pk])
    client.force_login(cast[who], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("person-year", args=[2570, "AN1"])).content.decode()
    assert (f'href="{case}"' in page, client.get(case).status_code) == (led, 200 if led else 404)


@pytest.mark.parametrize(("ends", "due"), [(30, 1), (29, 0)], ids=["serving", "left before"])
def test_a_month_is_owed_by_who_serves_on_the_deadline_day(ends, due):
    office = builders.make_office()
    unit = builders.make_unit(office)
    person = builders.make_person(unit, until=date(2026, 10, ends))
    builders.make_item(builders.make_plan(office), {person: [4]})
    found = years_of([person], office, 2570, now=AT, day=AT.date())[0]
    assert (found.totals.expected, found.totals.missing) == (due, due)


def test_a_waiver_before_the_register_is_no_month_owed(cast):
    person = cast["anong"]
    month = builders.month_of(person.office)
    unit = person.memberships.get().unit
    facts = {"due_at": month.due_at, "waiver": "LEAVE", "waived_at": AT}
    ExpectedReport.objects.create(office=person.office, person=person, month=month, unit=unit, **facts)
    found = years_of([person], person.office, 2570, now=AT, day=AT.date())[0]
    assert (found.totals.expected, found.totals.waived) == (0, 1)
    assert found.months[0].fact.state == "waived"


def test_the_year_agrees_with_the_year_grid(cast):
    office = cast["anong"].office
    grid = read_year(builders.actor(cast["director"]), 2570, now=AT)
    people = [cast["anong"], cast["mate"], cast["head"]]
    axes = {
        (row.person_id, column.month): (row.state, row.timing)
        for column in grid.columns
        for row in column.board.rows
    }
    found = {
        (year.person.pk, month.month.month): (month.fact.state, month.fact.timing)
        for year in years_of(people, office, 2570, now=AT, day=AT.date())
        for month in year.months
        if month.fact.expected
    }
    assert axes == found


@pytest.mark.parametrize(("who", "most"), [("anong", 12), ("director", 12), ("head", 13)])
def test_queries_of_a_paper(client, cast, who, most):
    """A head's reach is asked for once more when the print is recorded."""
    client.force_login(cast[who], backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("person-year-pdf", args=[2570, "AN1"])
    with CaptureQueriesContext(connection) as taken:
        client.get(url)
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    assert sum(not each["sql"].startswith(marks) for each in taken) <= most


def test_a_year_without_months_is_not_found(client, cast):
    client.force_login(cast["director"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("person-year", args=[2560, "AN1"])).status_code == 404


@pytest.mark.parametrize("people", [1, 3, 60])
def test_the_list_takes_the_same_queries_whatever_its_length(client, people, django_assert_num_queries):
    office = builders.make_office()
    unit = builders.make_unit(office)
    director = builders.make_person(unit, Role.DIRECTOR)
    plan = builders.make_plan(office, 2570)
    builders.make_item(plan, {builders.make_person(unit): [1] for _ in range(people)})
    client.force_login(director, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_num_queries(12):
        client.get(reverse("year-list", args=[2570]))

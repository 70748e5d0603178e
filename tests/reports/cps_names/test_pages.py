"""Names on the month's page, the list of all that was said, the command."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from office.enums import Role
from reports.models import CpsAlias, CpsFile
from tests import builders
from tests.reports.cps_names.scene import (
    HEADING,
    JOB,
    NOW,
    PERSON,
    ROWS,
    URL,
    VISITING,
    ann_is,
    match,
    take,
)
from tests.reports.cps_pages.scene import client_of, page

pytestmark = pytest.mark.django_db


def form_of(html: str) -> dict[str, str]:
    """What the form would send as it stands."""
    section = html[html.index('id="match"') :]
    sent = dict(re.findall(r'<input type="hidden" name="((?:kind|text)-\d+|stamp)" value="([^"]*)"', section))
    for name, options in re.findall(r'<select [^>]*name="(means-\d+)">(.*?)</select>', section, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def means(sent: dict[str, str], text: str, target: object) -> dict[str, str]:
    number = next(name.removeprefix("text-") for name, value in sent.items() if value == text)
    return sent | {f"means-{number}": str(target)}


def test_the_clerk_says_it_on_the_month_s_page(cast):
    take(cast.month, *ROWS)
    client = client_of(cast.admin)
    sent = form_of(client.get(URL).content.decode())
    sent = means(means(sent, "EX998", cast.ann.pk), "เยี่ยมสหกรณ์", "สสจ. 2")
    done = client.post(f"{URL}match/", sent, follow=True)
    assert done.redirect_chain == [(f"{URL}#match", 302)]
    html = done.content.decode()
    assert "บันทึกการจับคู่แล้ว อ่านใหม่ 3 แถว พบคู่ครบทุกแถว" in html
    assert 'id="unmatched"' not in html
    shown = form_of(html)
    assert (shown["means-1"], shown["means-2"]) == ("สสจ. 2", str(cast.ann.pk))
    assert html.count("จับคู่แล้ว</span>") == 2
    again = client.post(f"{URL}match/", shown, follow=True).content.decode()
    assert "ไม่มีอะไรเปลี่ยน" in again


def test_a_month_where_all_is_known_asks_nothing(cast):
    take(cast.month, ROWS[0])
    assert 'id="match"' not in page(cast.admin)


def test_others_see_the_unmatched_rows_but_no_form(cast):
    take(cast.month, *ROWS)
    director = builders.make_person(cast.units[0], Role.DIRECTOR)
    assert 'id="unmatched"' in page(director)
    for person in (director, cast.ann, cast.bob):
        assert 'id="match"' not in page(person)
        assert client_of(person).post(f"{URL}match/").status_code == 403
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    assert client_of(stranger).post(f"{URL}match/").status_code == 404


def test_a_closed_month_has_no_form_and_takes_none(cast):
    take(cast.month, *ROWS)
    sent = form_of(page(cast.admin))
    cast.month.closed_at = NOW
    cast.month.save()
    assert 'id="match"' not in page(cast.admin)
    assert client_of(cast.admin).post(f"{URL}match/", sent).status_code == 409


@pytest.mark.parametrize("target", ["stranger", "x", "๑", "9" * 40, "-1"])
def test_a_choice_that_was_not_offered_is_refused_on_the_page(cast, target):
    stranger = builders.make_person(builders.make_unit(builders.make_office()))
    take(cast.month, *ROWS)
    sent = means(form_of(page(cast.admin)), "EX998", stranger.pk if target == "stranger" else target)
    answer = client_of(cast.admin).post(f"{URL}match/", sent)
    assert answer.status_code == 422
    assert "เลือกเจ้าหน้าที่ของสำนักงานจากรายการ" in answer.content.decode()
    assert not CpsAlias.objects.exists()


def test_a_kind_that_does_not_exist_is_refused(cast):
    take(cast.month, *ROWS)
    sent = form_of(page(cast.admin)) | {"kind-1": "PET"}
    assert client_of(cast.admin).post(f"{URL}match/", sent).status_code == 422


def test_a_form_of_before_is_409(cast):
    take(cast.month, *ROWS)
    sent = means(form_of(page(cast.admin)), "EX998", cast.ann.pk)
    match(cast, VISITING)
    assert client_of(cast.admin).post(f"{URL}match/", sent).status_code == 409


def test_many_names_come_a_page_at_a_time(cast):
    take(cast.month, *((f"N{n}", "สสจ. 1", 1) for n in range(23)))
    assert len(re.findall(r'name="means-', page(cast.admin))) == 20
    assert len(re.findall(r'name="means-', page(cast.admin, f"{URL}?names=2"))) == 3
    assert len(re.findall(r'name="means-', page(cast.admin, f"{URL}?names=x"))) == 20


@pytest.mark.parametrize("unknown", [1, 3])
def test_the_month_s_page_is_read_in_constant_queries(cast, unknown):
    take(cast.month, *((f"N{n}", "สสจ. 1", 1) for n in range(unknown)))
    for n in range(unknown):
        CpsAlias.objects.create(
            office=cast.office, kind=JOB, text=f"t{n}", written="t", job_no="สสจ. 1", saved_at=NOW
        )
    client = client_of(cast.admin)
    with CaptureQueriesContext(connection) as captured:
        client.get(URL)
    assert len(captured) == 10


# All that was said


def test_all_that_was_said_is_listed_and_can_be_taken_back(cast):
    take(cast.month, *ROWS)
    match(cast, ann_is(cast), VISITING)
    html = page(cast.admin, "/cps/names/")
    assert re.findall(r'<tr data-name="([^"]*)"', html) == ["EX998", "เยี่ยมสหกรณ์"]
    assert f"{cast.ann.full_name} · EX030" in html
    alias = CpsAlias.objects.get(kind=JOB)
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    assert "EX998" not in page(stranger, "/cps/names/")
    assert client_of(stranger).post(f"/cps/names/{alias.pk}/remove/").status_code == 404
    for person in (cast.ann, cast.cat, builders.make_person(cast.units[0], Role.DIRECTOR)):
        page(person, "/cps/names/", 403)
        assert client_of(person).post(f"/cps/names/{alias.pk}/remove/").status_code == 403
    removed = client_of(cast.admin).post(f"/cps/names/{alias.pk}/remove/")
    assert (removed.url, CpsAlias.objects.count()) == ("/cps/names/", 1)


def test_nothing_said_yet(cast):
    assert "ยังไม่มีชื่อที่จับคู่ไว้" in page(cast.admin, "/cps/names/")


@pytest.mark.parametrize("said", [1, 3])
def test_the_list_is_read_in_constant_queries(cast, said):
    for n in range(said):
        facts = {"written": f"t{n}", "saved_at": NOW, "saved_by": cast.admin, "person": cast.ann}
        CpsAlias.objects.create(office=cast.office, kind=PERSON, text=f"t{n}", **facts)
    client = client_of(cast.admin)
    with CaptureQueriesContext(connection) as captured:
        html = client.get("/cps/names/").content.decode()
    assert (len(captured), html.count("/remove/")) == (5, said)


# The command


def test_the_command_reads_by_what_was_said_and_says_as_before(cast, tmp_path):
    built = Workbook()
    for row in (HEADING, ["05/10/2569", "EX998", "สสจ. 1", 2], ["05/10/2569", "EX997", "สสจ. 1", 1]):
        built.active.append(row)
    file = tmp_path / "cps.xlsx"
    built.save(file)

    def run() -> dict:
        out = io.StringIO()
        call_command(
            "import_cps", str(file), "--month", "2026-10", "--json", stdout=out, stderr=io.StringIO()
        )
        return json.loads(out.getvalue())

    assert [row["person"] for row in run()["unmatched"]] == ["EX998", "EX997"]
    match(cast, ann_is(cast))
    after = run()
    assert (after["unchanged"], [row["person"] for row in after["unmatched"]]) == (2, ["EX997"])
    told = {"sheet", "row", "worked_on", "person", "job_no", "place", "quantity", "why"}
    assert set(after["unmatched"][0]) == told
    assert CpsFile.objects.count() == 1

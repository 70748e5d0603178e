"""The pages of meetings."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from meetings import actions
from meetings.models import Meeting
from office import clock
from office.calendar import Series
from office.enums import Role
from office.models import AuditEvent
from plans.actions import open_year
from plans.models import ReportingMonth
from tests import builders

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def office():
    return builders.make_office()


@pytest.fixture
def unit(office):
    return builders.make_unit(office)


@pytest.fixture
def clerk(unit):
    return builders.make_person(unit, Role.GENERAL_ADMIN)


@pytest.fixture
def year(office):
    return open_year(office, 2570, by=builders.SYSTEM, now=builders.MADE_AT)


@pytest.fixture
def meeting(year):
    actions.make_meetings(year, by=builders.SYSTEM, now=NOW)
    return Meeting.objects.get(nominal_on=date(2026, 11, 30))


def days_on(page) -> list[str]:
    return [part.split('"')[0] for part in page.content.decode().split('data-day="')[1:]]


@pytest.mark.parametrize("rows", [False, True], ids=["derived", "saved"])
def test_the_year_shows_its_24_meetings_and_writes_nothing(client, year, clerk, rows):
    if rows:
        actions.make_meetings(year, by=builders.SYSTEM, now=NOW)
    client.force_login(clerk)
    before = (Meeting.objects.count(), AuditEvent.objects.count())
    page = client.get("/meetings/")
    assert page.status_code == 200
    assert len(days_on(page)) == 24
    assert "2026-10-30" in days_on(page)
    assert (Meeting.objects.count(), AuditEvent.objects.count()) == before


def test_another_year_is_chosen_by_its_number(client, office, year, clerk):
    open_year(office, 2569, by=builders.SYSTEM, now=builders.MADE_AT)
    client.force_login(clerk)
    assert "2025-10-15" in days_on(client.get("/meetings/?year=2569"))


@pytest.mark.parametrize("typed", ["2026", "2571", "x"], ids=["CE", "not opened", "no number"])
def test_a_year_that_is_not_there_is_not_found(client, year, clerk, typed):
    client.force_login(clerk)
    assert client.get(f"/meetings/?year={typed}").status_code == 404


def test_an_office_without_a_year_is_told_so(client, clerk):
    client.force_login(clerk)
    assert "ยังไม่มีปีงบประมาณ" in client.get("/meetings/").content.decode()


def test_the_next_meeting_is_marked(client, year, clerk):
    client.force_login(clerk)
    text = client.get("/meetings/").content.decode()
    assert text.count('aria-current="true"') == 1
    assert 'data-day="2026-11-13" aria-current="true"' in text


def test_only_those_who_may_are_offered_to_move(client, year, unit, clerk):
    client.force_login(clerk)
    assert "เลื่อนวัน" in client.get("/meetings/").content.decode()
    client.force_login(builders.make_person(unit))
    assert "เลื่อนวัน" not in client.get("/meetings/").content.decode()


def test_a_meeting_without_a_row_has_a_page_and_get_makes_none(client, year, clerk):
    client.force_login(clerk)
    page = client.get("/meetings/end/2026-11/")
    assert page.status_code == 200
    assert Meeting.objects.count() == 0


def test_the_page_by_month_leads_to_the_row_when_there_is_one(client, meeting, clerk):
    client.force_login(clerk)
    page = client.get("/meetings/end/2026-11/")
    assert (page.status_code, page["Location"]) == (302, f"/meetings/{meeting.pk}/")


@pytest.mark.parametrize("path", ["/meetings/end/2026-13/", "/meetings/end/2031-11/", "/meetings/999999/"])
def test_a_meeting_that_is_not_there_is_not_found(client, year, clerk, path):
    client.force_login(clerk)
    assert client.get(path).status_code == 404


def test_moving_shows_the_new_day_the_reason_and_the_history(client, meeting, clerk):
    client.force_login(clerk)
    typed = {"day": "๑/๑๒/๒๕๖๙", "reason": "ห้องประชุมไม่ว่าง", "version": "1"}
    page = client.post(f"/meetings/{meeting.pk}/move/", typed, follow=True)
    text = page.content.decode()
    assert page.status_code == 200
    assert "เลื่อนวันประชุมเป็นวันอังคาร 1 ธันวาคม 2569 แล้ว" in text
    assert "จาก 30 พ.ย. 2569 เป็น 1 ธ.ค. 2569" in text
    assert ReportingMonth.objects.get(pk=meeting.month_id).due_on == date(2026, 12, 1)


def test_moving_a_meeting_without_a_row_makes_it(client, year, clerk):
    client.force_login(clerk)
    typed = {"day": "17/11/2569", "reason": "ห้องประชุมไม่ว่าง", "version": "1"}
    page = client.post("/meetings/mid/2026-11/move/", typed)
    meeting = Meeting.objects.get(nominal_on=date(2026, 11, 15))
    assert (page.status_code, page["Location"]) == (302, f"/meetings/{meeting.pk}/")
    assert meeting.held_on == date(2026, 11, 17)


def test_posting_by_month_moves_the_row_when_there_is_one(client, meeting, clerk):
    client.force_login(clerk)
    typed = {"day": "1/12/2569", "reason": "ห้องประชุมไม่ว่าง", "version": "1"}
    assert client.post("/meetings/end/2026-11/move/", typed).status_code == 302
    assert Meeting.objects.get(pk=meeting.pk).held_on == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"day": "1/12/2026"}, "พ.ศ."),
        ({"reason": ""}, "กรอกเหตุผลที่เลื่อนวันประชุม"),
        ({"day": "28/11/2569"}, "28 พ.ย. 2569 เป็นวันเสาร์"),
        ({"day": "7/12/2569"}, "วันชาติ"),
    ],
    ids=["CE year", "no reason", "Saturday", "substitute holiday"],
)
def test_a_refused_move_says_why_and_keeps_what_was_typed(client, meeting, clerk, typed, said):
    client.force_login(clerk)
    page = client.post(
        f"/meetings/{meeting.pk}/move/", {"day": "1/12/2569", "reason": "ห้องไม่ว่าง", "version": "1"} | typed
    )
    text = page.content.decode()
    assert page.status_code == 422
    assert said in text
    assert all(value in text for value in typed.values())


def test_a_day_off_can_be_confirmed(client, meeting, clerk):
    client.force_login(clerk)
    typed = {"day": "28/11/2569", "reason": "ประชุมนอกสถานที่", "version": "1"}
    refused = client.post(f"/meetings/{meeting.pk}/move/", typed)
    assert 'name="on_day_off"' in refused.content.decode()
    assert client.post(f"/meetings/{meeting.pk}/move/", typed | {"on_day_off": "on"}).status_code == 302


def test_the_second_mover_sees_both_versions_and_can_go_on(client, meeting, clerk):
    actions.move(
        meeting, date(2026, 12, 1), by=builders.actor(clerk), now=NOW, reason="ผู้ว่าฯ เรียกประชุม", version=1
    )
    client.force_login(clerk)
    typed = {"day": "2/12/2569", "reason": "ห้องประชุมไม่ว่าง", "version": "1"}
    page = client.post(f"/meetings/{meeting.pk}/move/", typed)
    text = page.content.decode()
    assert page.status_code == 409
    assert all(
        part in text for part in ("ผู้ว่าฯ เรียกประชุม", "อังคาร 1 ธันวาคม 2569", "2/12/2569", "ห้องประชุมไม่ว่าง")
    )
    assert 'name="version" value="2"' in text
    assert client.post(f"/meetings/{meeting.pk}/move/", typed | {"version": "2"}).status_code == 302


def test_a_closed_month_offers_no_form_and_refuses_a_post(client, meeting, clerk):
    ReportingMonth.objects.filter(pk=meeting.month_id).update(closed_at=NOW)
    client.force_login(clerk)
    assert 'name="version"' not in client.get(f"/meetings/{meeting.pk}/").content.decode()
    typed = {"day": "1/12/2569", "reason": "ห้องประชุมไม่ว่าง", "version": "1"}
    assert client.post(f"/meetings/{meeting.pk}/move/", typed).status_code == 409


@pytest.mark.parametrize(
    ("role", "see", "move"),
    [
        (Role.OFFICER, 200, 403),
        (Role.UNIT_HEAD, 200, 403),
        (Role.GENERAL_ADMIN, 200, 422),
        (Role.PERSONNEL, 200, 403),
        (Role.DIRECTOR, 200, 403),
    ],
)
def test_who_sees_and_who_moves(client, meeting, unit, role, see, move):
    client.force_login(builders.make_person(unit, role))
    found = [client.get("/meetings/").status_code, client.get(f"/meetings/{meeting.pk}/").status_code]
    assert found == [see, see]
    assert client.post(f"/meetings/{meeting.pk}/move/", {}).status_code == move
    assert client.post("/meetings/mid/2026-11/move/", {}).status_code == move


def test_a_system_administrator_who_is_no_officer_sees_no_meetings(client, meeting, unit):
    person = builders.make_person(unit, Role.SYSTEM_ADMIN)
    person.memberships.filter(role=Role.OFFICER).delete()
    client.force_login(person)
    assert client.get("/meetings/").status_code == 403


def test_meetings_of_another_office_are_not_found(client, meeting):
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    client.force_login(stranger)
    assert client.get(f"/meetings/{meeting.pk}/").status_code == 404
    assert client.post(f"/meetings/{meeting.pk}/move/", {}).status_code == 404
    assert client.get("/meetings/end/2026-11/").status_code == 404


def test_a_stranger_is_led_to_sign_in(client, meeting):
    for path in ("/meetings/", f"/meetings/{meeting.pk}/", "/meetings/end/2026-11/"):
        assert client.get(path)["Location"].startswith("/sign-in/")


def test_moving_by_get_is_not_possible(client, meeting, clerk):
    client.force_login(clerk)
    assert client.get(f"/meetings/{meeting.pk}/move/").status_code == 405


def test_the_year_takes_the_same_queries_with_and_without_rows(
    client, office, year, clerk, django_assert_num_queries
):
    client.force_login(clerk)
    for _ in range(2):
        with django_assert_num_queries(8):
            client.get("/meetings/")
        actions.make_meetings(year, by=builders.SYSTEM, now=NOW)


def test_series_is_part_of_the_address_in_small_letters():
    assert [each.value.lower() for each in Series] == ["mid", "end"]

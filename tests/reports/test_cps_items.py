"""Which items are held against CPS: said by the office, followed by open months, not by closed ones."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office import clock
from office.audit import Verb
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import AuditEvent
from plans.enums import PlanState
from plans.models import CpsTracking, PlanItem
from plans.queries import tracking_stamp
from reports.actions.compliance import check_month
from reports.actions.cps_tracking import track
from reports.enums import Breach, FlagState
from reports.models import Flag
from tests import builders
from tests.reports.cps_pages.scene import Cast, client_of, page, rows

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "/cps/items/2570/"


@pytest.fixture(autouse=True)
def _clock_and_files(monkeypatch, settings, tmp_path):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.DATA_DIR = tmp_path


@pytest.fixture
def cast() -> Cast:
    return Cast()


def say(cast, choices: dict[PlanItem, bool | None], *, by=None, stamp: str = "", now: datetime = NOW):
    return track(
        cast.plan,
        {item.pk: tracked for item, tracked in choices.items()},
        stamp=stamp or tracking_stamp(cast.plan.items.all()),
        by=builders.actor(by or cast.admin),
        now=now,
    )


def flags(cast) -> dict[tuple[str, str], str]:
    found = Flag.objects.filter(breach=Breach.CPS_MISMATCH)
    return {(flag.person.code, flag.item.job_no): flag.state for flag in found}


def mismatches(month) -> list[tuple[str, str]]:
    check = check_month(month, as_of=NOW + HOUR, by=builders.SYSTEM, store=False)
    return [(row["person"], row["job_no"]) for row in check.cps_mismatch]


ANN_1, ANN_2 = ("EX030", "สสจ. 1"), ("EX030", "สสจ. 2")


def test_what_is_said_is_kept_and_in_the_history(cast):
    done = say(cast, {cast.visits: False, cast.other: None})
    cast.visits.refresh_from_db()
    assert (done.items, done.months, cast.visits.cps_tracked) == (1, 0, False)
    event = AuditEvent.objects.get(verb=Verb.CPS_TRACKED.value)
    assert (event.subject_id, event.actor_id) == (cast.visits.pk, cast.admin.pk)
    assert (event.before, event.after) == ({"cps_tracked": "ตามไฟล์ของเดือน"}, {"cps_tracked": "ไม่เทียบ"})


def test_saying_the_same_changes_nothing(cast):
    say(cast, {cast.visits: None, cast.other: None})
    assert not AuditEvent.objects.filter(verb=Verb.CPS_TRACKED.value).exists()
    assert not CpsTracking.objects.exists()


def test_open_months_that_were_checked_are_checked_again(cast):
    cast.take_october()
    check_month(cast.month, as_of=NOW, by=builders.SYSTEM, store=True)
    assert flags(cast) == {ANN_1: FlagState.OPEN}
    done = say(cast, {cast.visits: False, cast.other: True}, now=NOW + HOUR)
    assert (done.items, done.months) == (2, 1)
    assert flags(cast) == {ANN_1: FlagState.CLEARED, ANN_2: FlagState.OPEN}


def test_months_not_yet_checked_wait_for_their_check(cast):
    cast.take_october()
    assert say(cast, {cast.other: True}).months == 0
    assert flags(cast) == {}


@pytest.mark.parametrize("before", [None, True, False], ids=["by the file", "yes", "no"])
@pytest.mark.parametrize("after", [None, True, False], ids=["by the file", "yes", "no"])
def test_a_closed_month_s_figures_do_not_move(cast, before, after):
    say(cast, {cast.visits: before, cast.other: before})
    cast.take_october()
    check_month(cast.month, as_of=NOW, by=builders.SYSTEM, store=True)
    cast.month.closed_at = NOW + HOUR
    cast.month.save()

    def told():
        review = page(cast.admin, "/reports/2026-10/EX030/").split("<main")[1]
        shown = re.findall(r'data-th="CPS">(.*?)</td>', review)
        return flags(cast), mismatches(cast.month), rows(page(cast.admin, "/cps/2026-10/")), shown

    stood = told()
    say(cast, {cast.visits: after, cast.other: after}, now=NOW + 2 * HOUR)
    say(cast, {cast.visits: True, cast.other: False}, now=NOW + 3 * HOUR)
    assert told() == stood


def test_a_month_that_is_opened_again_follows_what_is_said_now(cast):
    cast.take_october()
    cast.month.closed_at = NOW
    cast.month.save()
    say(cast, {cast.visits: False}, now=NOW + HOUR)
    assert mismatches(cast.month) == [ANN_1]
    cast.month.closed_at = None
    cast.month.save()
    assert mismatches(cast.month) == []
    cast.month.closed_at = NOW + 2 * HOUR
    cast.month.save()
    say(cast, {cast.visits: True}, now=NOW + 3 * HOUR)
    assert mismatches(cast.month) == []


def test_only_the_admin_unit_says_so_and_only_of_its_own_office(cast):
    director = builders.make_person(cast.units[0], Role.DIRECTOR)
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    for person in (cast.ann, cast.cat, director, stranger):
        with pytest.raises(NotAllowed):
            say(cast, {cast.visits: True}, by=person)


def test_an_item_of_another_plan_is_refused(cast):
    other = builders.make_item(builders.make_plan(builders.make_office()), {})
    with pytest.raises(Invalid):
        say(cast, {cast.visits: True, other: True})
    cast.visits.refresh_from_db()
    assert cast.visits.cps_tracked is None


def test_whoever_did_not_see_the_last_word_does_not_go_over_it(cast):
    seen = tracking_stamp(cast.plan.items.all())
    say(cast, {cast.visits: True})
    with pytest.raises(Stale):
        say(cast, {cast.other: True}, stamp=seen)


def test_a_closed_plan_is_left_as_it_is(cast):
    cast.plan.state = PlanState.CLOSED
    cast.plan.save()
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        say(cast, {cast.visits: True})


# The page


def form_of(html: str) -> dict[str, str]:
    sent = dict(re.findall(r'<input type="hidden" name="(stamp)" value="([^"]*)"', html))
    for name, options in re.findall(r'<select name="(item-\d+)".*?>(.*?)</select>', html, re.DOTALL):
        sent[name] = re.search(r'<option value="([^"]*)" selected', options)[1]
    return sent


def test_all_items_are_set_at_once(cast):
    cast.take_october()
    check_month(cast.month, as_of=NOW, by=builders.SYSTEM, store=True)
    client = client_of(cast.admin)
    html = client.get(URL).content.decode()
    assert re.findall(r'<tr data-job="([^"]*)"', html) == ["สสจ. 1", "สสจ. 2"]
    assert re.findall(r'data-th="มีในไฟล์ CPS">(.*?)</td>', html) == ["1 เดือน", "–"]
    sent = form_of(html) | {f"item-{cast.visits.pk}": "no", f"item-{cast.other.pk}": "yes"}
    done = client.post(URL, sent, follow=True).content.decode()
    assert "บันทึกแล้ว เปลี่ยน 2 งาน ตรวจเดือนที่ยังไม่ปิดใหม่ 1 เดือน" in done
    assert form_of(done)[f"item-{cast.other.pk}"] == "yes"
    assert "ไม่มีงานที่เปลี่ยน" in client.post(URL, form_of(done), follow=True).content.decode()


def test_an_item_that_the_form_does_not_name_stays(cast):
    say(cast, {cast.visits: True})
    sent = form_of(page(cast.admin, URL))
    del sent[f"item-{cast.visits.pk}"]
    client_of(cast.admin).post(URL, sent | {f"item-{cast.other.pk}": "no"})
    assert list(PlanItem.objects.order_by("job_no").values_list("cps_tracked", flat=True)) == [True, False]


def test_what_is_no_choice_is_refused(cast):
    sent = form_of(page(cast.admin, URL)) | {f"item-{cast.visits.pk}": "maybe"}
    answer = client_of(cast.admin).post(URL, sent)
    assert (answer.status_code, "เลือกจากรายการ" in answer.content.decode()) == (422, True)
    assert client_of(cast.admin).post(URL).status_code == 422


def test_a_form_of_before_is_409(cast):
    sent = form_of(page(cast.admin, URL)) | {f"item-{cast.visits.pk}": "no"}
    say(cast, {cast.other: True})
    assert client_of(cast.admin).post(URL, sent).status_code == 409


def test_others_do_not_get_there(cast):
    for person in (cast.ann, cast.cat, builders.make_person(cast.units[0], Role.DIRECTOR)):
        page(person, URL, 403)
        assert client_of(person).post(URL).status_code == 403
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    assert "ยังไม่มีแผนปฏิบัติงาน ปีงบประมาณ 2570" in page(stranger, URL)
    assert client_of(stranger).post(URL, form_of(page(cast.admin, URL))).status_code == 404


def test_a_year_without_a_plan_leads_to_those_that_have_one(cast):
    html = page(cast.admin, "/cps/items/2571/")
    assert ("/plans/2571/import/" in html, URL in html) == (True, True)
    page(cast.admin, "/cps/items/9999/", 404)


@pytest.mark.parametrize("items", [1, 3])
def test_the_page_is_read_in_constant_queries(items):
    office = builders.make_office()
    admin = builders.make_person(builders.make_unit(office), Role.GENERAL_ADMIN)
    plan = builders.make_plan(office)
    for _ in range(items):
        builders.make_item(plan, {admin: [1]})
    client = client_of(admin)
    with CaptureQueriesContext(connection) as captured:
        html = client.get(URL).content.decode()
    assert (len(captured), html.count("<tr data-job=")) == (7, items)


def test_the_item_s_page_says_it_and_leads_there(cast):
    say(cast, {cast.visits: True})
    address = f"/plans/2570/items/{cast.visits.pk}/"
    assert "เทียบทุกเดือน" in page(cast.ann, address)
    assert f'href="{URL}"' not in page(cast.ann, address)
    assert f'href="{URL}"' in page(cast.admin, address)
    assert f'href="{URL}"' in page(cast.admin, "/cps/")

"""Another person's month: who sees it, who decides, what stands on the page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office import clock
from office.enums import Role
from plans.models import ReportingMonth
from reports.actions.compliance import check_month
from reports.actions.drafts import save_draft
from reports.enums import AnswerKind, Breach, FlagState, ReportState
from reports.models import CpsFile, CpsRecord, Flag, MonthlyReport, Review
from tests import builders as b

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
BELOW = {"target": 4, "kind": "VALUE", "quantity": 3, "explanation": "สหกรณ์เลื่อนนัด"}


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def office():
    return b.make_office()


@pytest.fixture
def unit(office):
    return b.make_unit(office)


@pytest.fixture
def plan(office):
    return b.make_plan(office)


@pytest.fixture
def ann(unit):
    return b.make_person(unit)


@pytest.fixture
def admin(office):
    return b.make_person(b.make_unit(office), Role.GENERAL_ADMIN)


@pytest.fixture
def item(plan, ann):
    return b.make_item(plan, {ann: [4]}, job_no="สสจ. 901")


@pytest.fixture
def report(item, ann):
    return b.send_report(ann, {item: BELOW}, at=SENT)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(person, step: str = "") -> str:
    return f"/reports/2026-10/{person.code}/{step}"


def page_of(who, person) -> str:
    return client_of(who).get(url(person)).content.decode()


@pytest.mark.parametrize(
    ("role", "same_unit", "same_office", "status"),
    [
        (Role.GENERAL_ADMIN, False, True, 200),
        (Role.DIRECTOR, False, True, 200),
        (Role.UNIT_HEAD, True, True, 200),
        (Role.UNIT_HEAD, False, True, 404),
        (Role.OFFICER, True, True, 404),
        (Role.PERSONNEL, True, True, 404),
        (Role.GENERAL_ADMIN, False, False, 404),
    ],
    ids=["admin", "director", "head", "other head", "colleague", "personnel", "another office's admin"],
)
def test_an_open_month_is_seen_within_reach_only(report, ann, unit, role, same_unit, same_office, status):
    if same_office:
        where = unit if same_unit else b.make_unit(unit.office)
    else:
        where = b.make_unit(b.make_office())
        b.make_plan(where.office)
    assert client_of(b.make_person(where, role)).get(url(ann)).status_code == status


def test_a_closed_month_shows_its_figures_to_the_office_without_flags_and_decisions(report, ann, unit, admin):
    client_of(admin).post(url(ann, "return/"), {"version": 1, "comment": "ความเห็นภายใน"})
    ReportingMonth.objects.update(closed_at=NOW)
    page = page_of(b.make_person(unit), ann)
    assert ("สสจ. 901" in page, "ความเห็นภายใน" in page, "ประวัติการส่ง" in page) == (True, False, False)


def test_shows_plan_result_difference_percent_and_the_explanation_under_its_line(report, ann, admin):
    page = page_of(admin, ann)
    row = page[page.index('<th scope="row"><span class="strong">สสจ. 901') :]
    for cell in ('"แผน">4<', '"ผล">3<', '"below">−1<', '"ร้อยละ">75.00 %<'):
        assert cell in row
    assert row.index("75.00 %") < row.index("สหกรณ์เลื่อนนัด")


def test_a_reason_left_over_from_another_answer_stands_in_the_history_only(item, ann, admin, unit, office):
    left = {
        "explanation": "เหตุผลตอนต่ำกว่าแผน",
        "unavailable_reason": "เหตุผลตอนไม่มีข้อมูล",
        "reason_category": "OTHER",
    }
    b.send_report(ann, {item: BELOW | left | {"quantity": 4, "obstacle": "ถนนขาด"}}, at=SENT)
    head = b.make_person(unit, Role.UNIT_HEAD)

    def seen(who, address):
        page = client_of(who).get(address).content.decode()
        assert "ถนนขาด" in page
        return ["ตอนต่ำกว่าแผน" in page, "ตอนไม่มีข้อมูล" in page, "สาเหตุหลัก" in page]

    review, of_unit = url(ann), f"/reports/2026-10/units/{unit.code}/"
    for who, address in ((admin, review), (head, review), (head, of_unit), (ann, review)):
        assert seen(who, address) == [False, False, False], address
    assert seen(ann, url(ann, "versions/1/")) == [True, True, True]
    b.make_flag(ann, Breach.CPS_MISMATCH, item, at=NOW, state=FlagState.CLOSED)
    for who, address in ((admin, review), (head, of_unit), (ann, review)):
        assert seen(who, address) == [True, False, True], address
    ReportingMonth.objects.update(closed_at=NOW)
    assert seen(b.make_person(unit), review) == [True, False, True]


def test_shows_the_standing_flags_of_the_person_month(report, ann, admin, office):
    check_month(b.month_of(office), as_of=NOW, by=b.SYSTEM, store=True)
    assert "ไม่เป็นไปตามแผน · ชี้แจงแล้ว" in page_of(admin, ann)


def test_a_draft_of_another_is_not_shown(item, ann, admin, office):
    answer = {"kind": AnswerKind.VALUE, "quantity": 7, "narrative": "ยังเขียนไม่เสร็จ"}
    save_draft(b.month_of(office), ann, {item.pk: answer}, by=b.actor(ann), now=NOW, version=0)
    page = page_of(admin, ann)
    assert ("ยังไม่ได้ส่งรายงานเดือนนี้" in page, "ยังเขียนไม่เสร็จ" in page) == (True, False)


@pytest.mark.parametrize(
    ("role", "buttons"),
    [(Role.GENERAL_ADMIN, True), (Role.UNIT_HEAD, False), (Role.DIRECTOR, False)],
    ids=["admin decides", "the head reads", "the director reads while there is an admin"],
)
def test_only_those_who_decide_have_the_buttons(report, ann, unit, admin, role, buttons):
    page = page_of(b.make_person(unit, role), ann)
    assert (">ตรวจรับ</button>" in page, ">ส่งกลับแก้ไข</button>" in page) == (buttons, buttons)


def test_accepting_by_its_button(report, ann, admin):
    page = client_of(admin).post(url(ann, "accept/"), {"version": 1, "comment": ""}, follow=True)
    report.refresh_from_db()
    assert (report.state, "ตรวจรับรายงานเดือนตุลาคม 2569" in page.content.decode()) == (
        ReportState.ACCEPTED,
        True,
    )


def test_returning_tells_the_officer_why_and_until_when(report, ann, admin):
    client_of(admin).post(url(ann, "return/"), {"version": 1, "comment": "แนบหลักฐานด้วย"})
    page = page_of(ann, ann)
    assert ("แนบหลักฐานด้วย" in page, "แก้แล้วส่งภายใน <strong>5 พ.ย. 2569 16.30 น.</strong>" in page) == (
        True,
        True,
    )


def test_returning_without_a_comment_asks_for_it(report, ann, admin):
    page = client_of(admin).post(url(ann, "return/"), {"version": 1, "comment": " "})
    assert (page.status_code, "เขียนความเห็นก่อนส่งกลับ" in page.content.decode()) == (422, True)
    assert Review.objects.count() == 0


@pytest.mark.parametrize("step", ["accept/", "return/"])
@pytest.mark.parametrize(
    ("role", "status"), [(Role.OFFICER, 403), (Role.UNIT_HEAD, 403), (Role.DIRECTOR, 403)]
)
def test_others_decide_nothing(report, ann, unit, admin, step, role, status):
    answer = client_of(b.make_person(unit, role)).post(url(ann, step), {"version": 1, "comment": "ก"})
    assert (answer.status_code, Review.objects.count()) == (status, 0)


@pytest.mark.parametrize(
    ("step", "state"),
    [
        ("accept/", ReportState.DRAFT),
        ("return/", ReportState.DRAFT),
        ("return/", ReportState.RETURNED),
        ("accept/", ReportState.ACCEPTED),
    ],
)
def test_every_move_that_is_not_listed_is_409_with_its_reason(report, ann, admin, step, state):
    MonthlyReport.objects.update(state=state)
    answer = client_of(admin).post(url(ann, step), {"version": 1, "comment": "พิมพ์ไว้"})
    text = answer.content.decode()
    assert (answer.status_code, state.label in text, "พิมพ์ไว้" in text) == (409, True, True)


def test_a_returned_report_of_which_nothing_waits_is_accepted_as_it_was_sent(report, ann, admin):
    item = report.lines.first().item if report.lines.exists() else None
    case = b.make_flag(ann, Breach.OFF_PLAN, item, at=NOW, state=FlagState.NOTIFIED)
    MonthlyReport.objects.update(state=ReportState.RETURNED, decided_at=NOW)
    page = page_of(admin, ann)
    assert ("ตรวจรับฉบับที่ส่งไว้</button>" in page, "รอคำชี้แจง" in page) == (False, True)
    assert client_of(admin).post(url(ann, "accept/"), {"version": 1}).status_code == 409
    Flag.objects.filter(pk=case.pk).update(state=FlagState.CLOSED)
    assert "ตรวจรับฉบับที่ส่งไว้</button>" in page_of(admin, ann)
    client_of(admin).post(url(ann, "accept/"), {"version": 1})
    report.refresh_from_db()
    assert report.state == ReportState.ACCEPTED


def test_returning_what_a_colleague_has_accepted_since_is_409_and_keeps_the_comment(report, ann, admin, unit):
    other = b.make_person(unit, Role.GENERAL_ADMIN)
    read = {"version": 1, "state": ReportState.SUBMITTED, "comment": "แก้ผลก่อน"}
    client_of(other).post(url(ann, "accept/"), {"version": 1})
    answer = client_of(admin).post(url(ann, "return/"), read)
    text = answer.content.decode()
    assert (answer.status_code, other.full_name in text, "แก้ผลก่อน" in text) == (409, True, True)
    assert Review.objects.get().accepted
    client_of(admin).post(url(ann, "return/"), read | {"state": ReportState.ACCEPTED})
    assert not Review.objects.latest("pk").accepted


def test_a_comment_too_long_is_kept(report, ann, admin):
    answer = client_of(admin).post(url(ann, "return/"), {"version": 1, "comment": "ก" * 4001})
    assert (answer.status_code, f">{'ก' * 4001}</textarea>" in answer.content.decode()) == (422, True)


def test_a_newer_submission_than_the_one_read_is_409(report, item, ann, admin):
    b.send_report(ann, {item: 4}, at=NOW)
    answer = client_of(admin).post(url(ann, "accept/"), {"version": 1})
    assert (answer.status_code, Review.objects.count()) == (409, 0)


def test_the_queue_stands_in_the_dashboards_order_and_goes_round(report, plan, office, ann, unit, admin):
    after = b.make_person(unit)
    elsewhere = b.make_person(b.make_unit(office))
    unit.sort_order = 30_000  # after the other, whatever number that has
    unit.save()
    item = b.make_item(plan, {after: [4], elsewhere: [4]})
    for person in (after, elsewhere):
        b.send_report(person, {item: 4}, at=NOW)
    board = client_of(admin).get("/compliance/2026-10/").content.decode()
    order = [elsewhere, ann, after]
    assert sorted(order, key=lambda person: board.index(f'data-person="{person.code}"')) == order
    for no, (person, following) in enumerate(zip(order, [*order[1:], elsewhere], strict=True), start=1):
        page = page_of(admin, person)
        assert f"ฉบับที่ {no} จาก 3" in page
        assert f'name="then" value="{url(following)}"' in page
        assert ("ก่อนหน้า</a>" in page) == (no > 1)


def test_a_director_is_shown_no_queue_of_the_admin_units(report, ann, unit, admin):
    page = page_of(b.make_person(unit, Role.DIRECTOR), ann)
    assert ("รอตรวจ 0 ฉบับ" in page, "รายงานเดือนตุลาคม 2569" in page) == (False, True)


def test_the_queue_leaves_out_the_reviewers_own_report(report, plan, ann, unit, admin):
    later = b.make_person(unit)
    item = b.make_item(plan, {later: [4], admin: [4]})
    for person in (admin, later):
        b.send_report(person, {item: 4}, at=NOW)
    page = page_of(admin, ann)
    assert ("ฉบับที่ 1 จาก 2" in page, f'href="{url(later)}"' in page, f'href="{url(admin)}"' in page) == (
        True,
        True,
        False,
    )


def test_the_page_leads_back_to_the_month_for_those_who_see_it(report, ann, unit, admin):
    back = '<nav class="crumbs" aria-label="ทางกลับ"><a href="/compliance/2026-10/">'
    assert back in page_of(admin, ann)
    assert back in page_of(b.make_person(unit, Role.UNIT_HEAD), ann)
    ReportingMonth.objects.update(closed_at=NOW)
    assert back not in page_of(b.make_person(unit), ann)


def test_a_line_with_nothing_said_is_a_whole_card_and_a_word_has_room(item, ann, admin):
    page = page_of(admin, ann)
    assert 'class="has-say' not in page
    assert 'class="num strong in-words"' in page


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.DIRECTOR, Role.GENERAL_ADMIN])
def test_all_who_read_the_report_see_what_cps_says_beside_it(report, item, ann, unit, plan, role):
    month = b.month_of(plan.office)
    file = CpsFile.objects.create(office=plan.office, month=month, no=1, name="cps.xlsx", imported_at=SENT)
    CpsRecord.objects.create(file=file, row=1, sheet_row=1, person=ann, item=item, quantity=7)
    page = page_of(b.make_person(unit, role), ann)
    assert 'data-th="CPS"><span class="strong">7</span>' in page


def test_every_comment_and_version_stands_in_the_history(report, item, ann, admin):
    client = client_of(admin)
    for no in (1, 2, 3):
        client.post(url(ann, "return/"), {"version": no, "comment": f"ข้อสังเกตที่ {no}"})
        b.send_report(ann, {item: no}, at=NOW)
    page = page_of(admin, ann)
    assert [f"ข้อสังเกตที่ {no}" in page for no in (1, 2, 3)] == [True] * 3
    assert [f'href="{url(ann, f"versions/{no}/")}"' in page for no in (1, 2, 3, 4)] == [True] * 4


@pytest.mark.parametrize(
    ("items", "cps", "queries"),
    [(1, False, 8), (10, False, 8), (10, True, 9)],
    ids=["one", "ten", "with CPS"],
)
def test_reads_with_the_same_queries_however_many_lines(plan, ann, admin, items, cps, queries):
    lines = {b.make_item(plan, {ann: [4]}): 4 for _ in range(items)}
    b.send_report(ann, lines, at=SENT)
    if cps:
        month = b.month_of(plan.office)
        CpsFile.objects.create(office=plan.office, month=month, no=1, name="cps.xlsx", imported_at=SENT)
    client = client_of(admin)
    client.get(url(ann))
    with CaptureQueriesContext(connection) as captured:
        client.get(url(ann))
    assert len(captured) == queries, [query["sql"] for query in captured]

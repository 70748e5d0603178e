"""เดือนของกลุ่ม: what the head of a unit reads on one page, and what stays the officer's own."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from office import clock
from office.enums import Role
from office.models import Membership
from plans.enums import Aggregation
from reports.actions import talk
from reports.actions.compliance import check_month
from reports.actions.drafts import save_draft
from reports.dashboard import read_board
from reports.enums import AnswerKind
from reports.models import Evidence, MonthlyReport
from reports.unit_month import unit_month
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SENT = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)
BELOW = {"target": 4, "kind": "VALUE", "quantity": 3, "explanation": "สหกรณ์เลื่อนนัด", "obstacle": "ถนนขาด"}


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


class Cast:
    """Ann reported below plan, Bob has a draft only, Cat is in another unit."""

    def __init__(self):
        self.office = b.make_office()
        self.unit, self.other = b.make_unit(self.office), b.make_unit(self.office)
        self.ann, self.bob = b.make_person(self.unit), b.make_person(self.unit)
        self.cat = b.make_person(self.other)
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.other_head = b.make_person(self.other, Role.UNIT_HEAD)
        self.admin = b.make_person(self.other, Role.GENERAL_ADMIN)
        self.director = b.make_person(self.other, Role.DIRECTOR)
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(
            self.plan, {self.ann: [4, 4], self.bob: [2], self.cat: [9]}, job_no="สสจ. 901"
        )
        self.month = b.month_of(self.office)
        self.report = b.send_report(self.ann, {self.item: BELOW}, at=SENT)
        b.send_report(self.cat, {self.item: 9}, at=SENT)

    @property
    def url(self):
        return f"/reports/2026-10/units/{self.unit.code}/"

    def read(self, who=None):
        board = read_board(b.actor(who or self.head), self.month.month, now=NOW)
        return unit_month(self.unit, board)


@pytest.fixture
def cast():
    return Cast()


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response) -> str:
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    ("who", "status"),
    [("head", 200), ("admin", 200), ("director", 200), ("other_head", 404), ("ann", 403)],
)
def test_the_own_head_the_admin_unit_and_the_director_read_it(cast, who, status):
    assert client_of(getattr(cast, who)).get(cast.url).status_code == status


def test_other_offices_months_that_are_none_and_unknown_units_are_not_there(cast):
    stranger = b.make_person(b.make_unit(b.make_office()), Role.DIRECTOR)
    assert client_of(stranger).get(cast.url).status_code == 404
    client = client_of(cast.director)
    assert client.get("/reports/2026-10/units/NOWHERE/").status_code == 404
    assert client.get(f"/reports/2031-10/units/{cast.unit.code}/").status_code == 404
    assert client.get("/reports/2031-10/units/").status_code == 404


def test_each_person_is_shown_in_order_with_figures_words_and_totals(cast):
    text = text_of(client_of(cast.head).get(cast.url))
    assert text.index(cast.ann.full_name) < text.index(cast.bob.full_name)
    assert cast.cat.full_name not in text
    assert "(ครั้ง) 4 3 ▼ 75.00 %" in text
    assert "ชี้แจงเหตุผล สหกรณ์เลื่อนนัด ปัญหาอุปสรรค ถนนขาด" in text
    assert "ส่งแล้ว 1/2 · 50.00 %" in text
    assert "งานที่มีแผนเดือนนี้ 2 รายการ ถึงแผน 0 ต่ำกว่าแผน ▼ 1 ยังไม่มีผลที่ส่ง 1" in text


def test_rating_lesson_unplanned_work_and_evidence_of_the_last_version_are_told(cast):
    version = cast.report.last_version
    version.self_rating, version.lesson = "4", "โทรนัดก่อนหนึ่งสัปดาห์"
    work = {"name": "รับแขกจากกรม", "quantity": "2", "counting_unit": "ครั้ง", "narrative": "มาสองคณะ"}
    version.works = [work]
    version.save()
    place = {"office": cast.office, "person": cast.ann, "unit": cast.unit, "report": cast.report}
    early, after = SENT - timedelta(hours=1), SENT + timedelta(hours=1)
    for name, added, removed in (
        ("a", early, None),
        ("b", early, after),
        ("c", after, None),
        ("d", early, early),
    ):
        Evidence.objects.create(
            **place, name=name, link=f"https://example.go.th/{name}", added_at=added, removed_at=removed
        )
    assert cast.read().people[0].evidence == 2
    text = text_of(client_of(cast.head).get(cast.url))
    assert "งานนอกแผน รับแขกจากกรม 2 ครั้ง มาสองคณะ" in text
    assert "ประเมินตนเอง ดี บทเรียนของเดือน โทรนัดก่อนหนึ่งสัปดาห์" in text


def test_a_draft_is_not_the_head_s_to_read(cast):
    for who, before in ((cast.bob, 0), (cast.ann, 0)):
        words = {"kind": AnswerKind.VALUE, "quantity": 1, "explanation": "ร่างที่ยังไม่ส่ง"}
        cast.report.refresh_from_db()
        save_draft(cast.month, who, {cast.item.pk: words}, by=b.actor(who), now=SENT, version=before)
    MonthlyReport.objects.update(self_rating="1", lesson="ร่างที่ยังไม่ส่ง")
    text = text_of(client_of(cast.head).get(cast.url))
    assert "ร่างที่ยังไม่ส่ง" not in text
    assert "ต้องปรับปรุงมาก" not in text
    assert "ยังไม่ได้ส่งรายงานเดือนนี้ มีงานในแผน 1 รายการ" in text
    assert "(ครั้ง) 4 3 ▼ 75.00 %" in text


def test_nothing_to_report_leaves_a_running_total_where_it_stood(cast):
    item = b.make_item(cast.plan, {cast.ann: [5, 6]}, job_no="สสจ. 902", aggregation=Aggregation.LATEST)
    b.send_report(cast.ann, {item: 5}, at=SENT)
    b.send_report(cast.ann, {item: {"kind": "NOTHING", "target": 6}}, at=NOW, month="2026-11")
    board = read_board(b.actor(cast.head), b.month_of(cast.office, "2026-11").month, now=NOW)
    rows = {row.item.job_no: row for row in unit_month(cast.unit, board).people[0].rows}
    assert rows["สสจ. 902"].result == 5
    assert rows["สสจ. 901"].result is None


def test_flags_and_both_axes_stand_on_each_person(cast):
    check_month(cast.month, as_of=NOW, by=b.SYSTEM, store=True)
    page = client_of(cast.head).get(cast.url).content.decode()
    axes = {
        code: tuple(rest)
        for code, *rest in re.findall(
            r'data-person="(\w+)" data-state="([\w-]+)" data-timing="([\w-]+)" data-flags="([\w ]*)"', page
        )
    }
    assert axes == {
        cast.ann.code: ("submitted", "on-time", "OFF_PLAN"),
        cast.bob.code: ("expected", "missing", "MISSING"),
    }


def test_a_head_s_unit_is_opened_at_once_others_choose_and_a_person_leads_to_the_own_unit(cast):
    index = "/reports/2026-10/units/"
    assert client_of(cast.head).get(index)["Location"] == cast.url
    page = client_of(cast.director).get(index).content.decode()
    assert f'href="{cast.url}"' in page
    led = client_of(cast.admin).get(f"{index}?person={cast.ann.code}")
    assert led["Location"] == f"{cast.url}#p-{cast.ann.pk}"
    assert (
        client_of(cast.other_head)
        .get(f"{index}?person={cast.ann.code}")["Location"]
        .endswith(f"/{cast.other.code}/")
    )
    assert client_of(cast.ann).get(index).status_code == 403


def test_it_is_linked_from_home_the_dashboard_and_the_person_s_report(cast):
    client = client_of(cast.head)
    for page in ("/", "/compliance/2026-10/"):
        assert 'href="/reports/2026-10/units/"' in client.get(page).content.decode()
    link = f'href="/reports/2026-10/units/?person={cast.ann.code}"'
    assert link in client.get(f"/reports/2026-10/{cast.ann.code}/").content.decode()
    assert "/units/" not in client_of(cast.ann).get("/reports/2026-10/").content.decode()


# --- comments, here and on the person's pages ---


def say(client, person, text, back=""):
    return client.post(f"/reports/2026-10/{person.code}/comments/", {"text": text, "back": back})


def test_a_comment_leads_back_to_where_it_was_written_and_the_officer_answers_on_the_own_page(cast):
    back = f"{cast.url}#p-{cast.ann.pk}"
    assert say(client_of(cast.head), cast.ann, "ขอภาพถ่าย", back)["Location"] == back
    mine = client_of(cast.ann).get("/reports/2026-10/")
    assert "ขอภาพถ่าย" in text_of(mine)
    assert "ตอบความเห็น" in text_of(mine)
    own = f"/reports/2026-10/{cast.ann.code}/"
    assert say(client_of(cast.ann), cast.ann, "ส่งให้แล้ว")["Location"] == f"{own}#comments"
    for who, page in ((cast.head, cast.url), (cast.admin, own), (cast.director, cast.url)):
        text = text_of(client_of(who).get(page))
        assert text.index("ขอภาพถ่าย") < text.index("ส่งให้แล้ว")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/reports\\\\evil", ""])
def test_a_comment_leads_nowhere_else(cast, back):
    answer = say(client_of(cast.head), cast.ann, "ขอภาพถ่าย", back)
    assert answer["Location"] == f"/reports/2026-10/{cast.ann.code}/#comments"


def test_a_refused_comment_keeps_what_was_typed(cast):
    page = say(client_of(cast.head), cast.ann, "ก" * 4001)
    assert page.status_code == 422
    assert "ก" * 4001 in page.content.decode()
    assert say(client_of(cast.head), cast.ann, " \n").status_code == 422


@pytest.mark.parametrize(("who", "status"), [("bob", 404), ("other_head", 404), ("cat", 404)])
def test_colleagues_neither_read_nor_write_comments(cast, who, status):
    talk.comment(cast.ann, cast.month, text="ลับเฉพาะ", by=b.actor(cast.head), now=NOW)
    client = client_of(getattr(cast, who))
    assert client.get(f"/reports/2026-10/{cast.ann.code}/comments/").status_code == status
    assert say(client, cast.ann, "x").status_code == status


def test_a_colleague_who_sees_a_closed_month_s_figures_sees_no_comments(cast):
    talk.comment(cast.ann, cast.month, text="ลับเฉพาะ", by=b.actor(cast.head), now=NOW)
    cast.month.closed_at = NOW
    cast.month.save()
    client = client_of(cast.bob)
    assert "ลับเฉพาะ" not in text_of(client.get(f"/reports/2026-10/{cast.ann.code}/"))
    assert client.get(f"/reports/2026-10/{cast.ann.code}/comments/").status_code == 404


def test_who_has_moved_on_is_read_but_is_another_head_s_to_speak_to(cast):
    check_month(cast.month, as_of=NOW, by=b.SYSTEM, store=True)
    say(client_of(cast.head), cast.ann, "พูดก่อนย้าย")
    Membership.objects.filter(person=cast.ann).update(unit=cast.other)
    say(client_of(cast.other_head), cast.ann, "พูดหลังย้าย")
    page = client_of(cast.head).get(cast.url).content.decode()
    assert cast.ann.full_name in page
    assert ("พูดก่อนย้าย" in page, "พูดหลังย้าย" in page) == (True, False)
    assert "พูดหลังย้าย" in client_of(cast.admin).get(cast.url).content.decode()
    assert f"/reports/2026-10/{cast.ann.code}/" not in page
    assert say(client_of(cast.head), cast.ann, "x").status_code == 404


def test_a_unit_in_which_nobody_is_expected_says_so(cast):
    idle = b.make_unit(cast.office)
    b.make_person(idle)
    page = client_of(cast.director).get(f"/reports/2026-10/units/{idle.code}/")
    assert "เดือนนี้ไม่มีผู้ต้องส่งรายงานในหน่วยงานนี้" in text_of(page)


def test_the_comments_have_a_page_of_their_own(cast):
    talk.comment(cast.ann, cast.month, text="ขอภาพถ่าย", by=b.actor(cast.head), now=NOW)
    where = f"/reports/2026-10/{cast.ann.code}/comments/"
    assert "ขอภาพถ่าย" in text_of(client_of(cast.admin).get(where))
    assert client_of(cast.ann).get(f"/reports/2031-10/{cast.ann.code}/comments/").status_code == 404


def test_nothing_typed_is_lost_when_the_officer_serves_nowhere_any_more(cast):
    Membership.objects.filter(person=cast.ann).update(ends_on=NOW.date() - timedelta(days=1))
    answer = say(client_of(cast.director), cast.ann, "ขอภาพถ่าย")
    assert (answer.status_code, "ขอภาพถ่าย</textarea>" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("people", [1, 3, 20])
def test_reads_with_the_same_queries_however_many_people(people, django_assert_num_queries):
    office = b.make_office()
    unit, plan = b.make_unit(office), b.make_plan(office)
    head = b.make_person(unit, Role.UNIT_HEAD)
    staff = [b.make_person(unit) for _ in range(people)]
    item = b.make_item(plan, {person: [4] for person in staff})
    latest = b.make_item(plan, {person: [4] for person in staff}, aggregation=Aggregation.LATEST)
    month = b.month_of(office)
    for person in staff:
        b.send_report(person, {item: BELOW, latest: 4}, at=SENT)
        talk.comment(person, month, text="ดี", by=b.actor(head), now=NOW)
    check_month(month, as_of=NOW, by=b.SYSTEM, store=True)
    client, url = client_of(head), f"/reports/2026-10/units/{unit.code}/"
    client.get(url)
    with django_assert_num_queries(16):
        page = client.get(url).content.decode()
    assert page.count("<article") == people


def test_comments_cost_the_own_month_a_query_only_once_someone_has_spoken(
    cast, django_assert_max_num_queries
):
    client = client_of(cast.ann)
    client.get("/reports/2026-10/")
    with django_assert_max_num_queries(9):
        client.get("/reports/2026-10/")
    talk.comment(cast.ann, cast.month, text="ดี", by=b.actor(cast.head), now=NOW)
    with django_assert_max_num_queries(10):
        client.get("/reports/2026-10/")

"""Notices as people see them: who sees which, sent from the dashboard, answered by the officer."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from office.enums import Role
from plans.models import ReportingMonth
from reports.actions.compliance import check_month
from reports.actions.notices import notify
from reports.case_reads import memos
from reports.enums import AnswerKind, Breach, FlagState, ReportState
from reports.memo import closing_of, subject_of
from reports.models import Flag, MonthlyReport, Notice
from reports.notice_preview import previews
from tests import builders as b

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SHORT = {"kind": AnswerKind.VALUE, "quantity": Decimal(3)}
PREPARE, SEND = "/compliance/2026-10/notify/", "/compliance/2026-10/notify/send/"


class Cast:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit, self.elsewhere = b.make_unit(self.office), b.make_unit(self.office)
        plan = b.make_plan(self.office)
        self.admin = b.make_person(self.elsewhere, Role.GENERAL_ADMIN, code="EX001")
        self.director = b.make_person(self.elsewhere, Role.DIRECTOR, code="EX002")
        self.head = b.make_person(self.unit, Role.UNIT_HEAD, code="EX003")
        self.other_head = b.make_person(self.elsewhere, Role.UNIT_HEAD, code="EX004")
        self.ann = b.make_person(self.unit, code="EX005", first_name="แอน")
        self.bob = b.make_person(self.unit, code="EX006", first_name="บ๊อบ")
        self.item = b.make_item(plan, {self.ann: [4], self.bob: [4], self.admin: [4]}, job_no="สสจ. 1")
        b.send_report(self.ann, {self.item: SHORT}, at=DUE - timedelta(hours=1))
        check_month(self.month, as_of=NOW, by=b.SYSTEM, store=True)

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    def tell(self, person, at: datetime = NOW) -> Notice:
        flags = list(Flag.objects.filter(person=person))
        return notify(person, self.month, flags, by=b.actor(self.admin), now=at, message="โปรดตรวจทาน")


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def clock(monkeypatch):
    def set_to(instant: datetime) -> None:
        monkeypatch.setattr("office.clock.now", lambda: instant)

    set_to(NOW)
    return set_to


@pytest.fixture
def as_(clock):
    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def text(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def words(html: str) -> str:
    """As it is read, without tags."""
    return re.sub(r"<[^>]+>", "", html)


# Who sees which


def test_a_notice_is_seen_by_its_officer_the_head_the_admins_and_the_director(cast, as_):
    url = f"/notices/{cast.tell(cast.ann).pk}/"
    for person in (cast.ann, cast.head, cast.admin, cast.director):
        html = text(as_(person).get(url))
        assert "สสจ. 1" in html and "โปรดตรวจทาน" in html
    for person in (cast.bob, cast.other_head):
        assert as_(person).get(url).status_code == 404


@pytest.mark.parametrize("url", ["/notices/", "/cases/", "/cps/"])
def test_the_lists_stand_where_the_reports_are_and_lead_back_there(cast, as_, url):
    for person, place in ((cast.admin, "/compliance/2026-10/"), (cast.ann, "/reports/")):
        html = text(as_(person).get(url))
        assert f'<a href="{place}" aria-current="page">' in html
        assert f'<nav class="crumbs" aria-label="ทางกลับ"><a href="{place}">' in html


def test_officers_find_their_notices_from_their_month_and_not_the_directors_list(cast, as_):
    assert 'href="/notices/"' in text(as_(cast.ann).get("/reports/2026-10/"))
    seen = ["show=last" in text(as_(person).get("/notices/")) for person in (cast.ann, cast.head, cast.admin)]
    assert seen == [False, True, True]


def test_the_list_holds_what_is_within_reach(cast, as_):
    cast.tell(cast.ann)
    cast.tell(cast.bob)
    for person, names in (
        (cast.admin, {"แอน", "บ๊อบ"}),
        (cast.director, {"แอน", "บ๊อบ"}),
        (cast.head, {"แอน", "บ๊อบ"}),
        (cast.other_head, set()),
    ):
        html = text(as_(person).get("/notices/"))
        assert {name for name in ("แอน", "บ๊อบ") if name in html} == names
    html = text(as_(cast.ann).get("/notices/"))
    assert html.count("/notices/1") + html.count('class="name"') >= 1
    assert "1 ฉบับ" in html


def test_the_filters_part_the_list(cast, as_, clock):
    first = cast.tell(cast.ann)
    cast.tell(cast.bob)
    Notice.objects.filter(pk=first.pk).update(answered_at=NOW)
    client = as_(cast.admin)

    def shown(show: str) -> set[str]:
        html = text(client.get(f"/notices/?show={show}"))
        return {name for name in ("แอน", "บ๊อบ") if name in html}

    assert (shown("open"), shown("answered"), shown("overdue")) == ({"บ๊อบ"}, {"แอน"}, set())
    clock(NOW + timedelta(days=5))
    assert (shown("open"), shown("overdue"), shown("last")) == (set(), {"บ๊อบ"}, set())


def test_what_waited_in_vain_once_leads_from_home_to_the_second_notice(cast, as_, clock):
    first = cast.tell(cast.ann)
    clock(cast.tell(cast.bob).answer_by + timedelta(seconds=1))
    cast.tell(cast.ann, first.answer_by + timedelta(seconds=1))
    again = f'href="{PREPARE}?p=EX006"'
    client = as_(cast.admin)
    assert 'href="/notices/?show=again"' in text(client.get("/"))
    html = text(client.get("/notices/?show=again"))
    assert (again in html, "แอน" in html) == (True, False)
    pages = [
        text(client.get(f"/notices/{notice.pk}/")) for notice in Notice.objects.order_by("no", "person_id")
    ]
    assert [f"{PREPARE}?p=" in html for html in pages] == [False, True, False]
    assert again not in text(as_(cast.director).get("/notices/?show=again"))


def test_the_last_notice_takes_all_that_stands_open_and_says_that_it_is_the_last(cast, as_, clock):
    flag, *others = Flag.objects.filter(person=cast.ann)
    first = cast.tell(cast.ann)
    clock(first.answer_by + timedelta(seconds=1))
    client, sent = as_(cast.admin), {"p": "EX005", "flag": flag.pk}
    html = text(client.get(PREPARE, sent))
    assert "ครั้งสุดท้ายของเดือนนี้" in html
    assert all(f'name="flag" value="{each.pk}" checked' in html for each in [flag, *others])
    html = text(client.post(SEND, sent | {"message": "ก" * 4001}), 422)
    assert html.count(" checked") == 1, "what was left out by hand stays out"


def test_the_directors_list_holds_what_was_told_twice_in_vain(cast, as_, clock):
    first = cast.tell(cast.bob)
    second = cast.tell(cast.bob, first.answer_by + timedelta(seconds=1))
    clock(second.answer_by + timedelta(seconds=1))
    client = as_(cast.director)
    assert "บ๊อบ" in text(client.get("/notices/?show=last"))
    assert "แจ้งครบ 2 ครั้งแล้วยังไม่ตอบ 1 ฉบับ" in text(client.get("/"))
    assert text(client.get("/notices/?show=overdue")).count('class="row-bad"') == 1


def test_told_twice_in_vain_each_reads_what_can_be_done(cast, as_, clock):
    first = cast.tell(cast.ann)
    second = cast.tell(cast.ann, first.answer_by + timedelta(seconds=1))
    clock(max(second.answer_by, cast.month.lock_at) + timedelta(seconds=1))
    url = f"/notices/{second.pk}/"
    officer, admin, director = (text(as_(who).get(url)) for who in (cast.ann, cast.admin, cast.director))
    assert ("ไปแก้ไขรายงาน" in officer, "“เปิดแก้ไข” แล้วจึงชี้แจงได้" in officer) == (False, True)
    assert ("/reports/2026-10/EX005/unlock/" in admin, "เปิดแก้ไขให้เจ้าหน้าที่" in admin) == (True, True)
    assert ("unlock" in director, "เพื่อโปรดทราบ" in director) == (False, True)


def test_a_notice_of_what_was_settled_otherwise_waits_for_nobody(cast, as_, clock):
    notice = cast.tell(cast.bob)
    Flag.objects.filter(person=cast.bob).update(state=FlagState.CLEARED)
    clock(notice.answer_by + timedelta(seconds=1))
    client = as_(cast.admin)
    assert "บ๊อบ" not in text(client.get("/notices/?show=overdue"))
    assert "ไม่ต้องตอบแล้ว" in text(client.get("/notices/"))
    assert "เลยกำหนดตอบ" not in text(client.get("/"))
    month = text(as_(cast.bob).get("/reports/2026-10/"))
    assert ("ไม่ต้องตอบแล้ว" in month, "เลยกำหนดตอบ" in month) == (True, False)
    assert f"/notices/{notice.pk}/" not in text(as_(cast.bob).get("/")).split("ข่าวที่ยังไม่ได้อ่าน")[0]


def test_the_months_trail_lists_both_notices(cast, as_, clock):
    """The first is the return of what was submitted, the second a step of its own."""
    first = cast.tell(cast.ann)
    clock(first.answer_by + timedelta(seconds=1))
    second = cast.tell(cast.ann, at=first.answer_by + timedelta(seconds=1))
    for person in (cast.ann, cast.admin, cast.head):
        trail = text(as_(person).get("/reports/2026-10/EX005/")).split('id="trail-head"')[1].split("</ol>")[0]
        assert [each in trail for each in (f'"/notices/{first.pk}/"', f'"/notices/{second.pk}/"')] == [
            True,
            True,
        ]
        assert "ส่งกลับแก้ไข ฉบับที่ 1 ตามบันทึกแจ้งครั้งที่ 1" in words(trail)
        assert "แจ้งเจ้าหน้าที่ ครั้งที่ 2 โดย" in words(trail)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "แก้ไขและชี้แจงภายใน 5 พ.ย. 2569 16.30 น."),
        (
            datetime(2026, 11, 5, 10, 0, tzinfo=UTC),
            "เลยกำหนดตอบ 5 พ.ย. 2569 16.30 น. · ยังแก้ได้ถึง 6 พ.ย. 2569 16.30 น.",
        ),
        (datetime(2026, 11, 9, 2, 0, tzinfo=UTC), "เลยกำหนดตอบ 5 พ.ย. 2569 16.30 น."),
    ],
    ids=["awaited", "passed, still open", "passed and shut"],
)
@pytest.mark.parametrize("name", ["ann", "bob"])
def test_the_month_page_says_when_the_answer_by_has_passed_and_how_long_it_is_open(
    cast, as_, clock, name, at, said
):
    person = getattr(cast, name)
    cast.tell(person)
    clock(at)
    html = text(as_(person).get("/reports/2026-10/"))
    banner = words(html.split("บันทึกแจ้งครั้งที่ 1</a>", 1)[1].split("</p>")[0])
    assert banner.split(" · ", 1)[1].strip() == said


def test_a_report_never_sent_has_its_notices_in_the_trail(cast, as_):
    notice = cast.tell(cast.bob)
    html = text(as_(cast.bob).get("/reports/2026-10/"))
    assert f'"/notices/{notice.pk}/">แจ้งเจ้าหน้าที่ ครั้งที่ 1</a>' in html


def test_the_explanation_given_in_the_report_stands_with_its_fact(cast, as_):
    """The one that stood there when it was told is marked as such."""
    Flag.objects.filter(breach=Breach.OFF_PLAN).update(
        basis={"result": "3.00", "target": "4.00", "explanation": "เลื่อนนัด", "cps": ""}
    )
    notice, client = cast.tell(cast.ann), as_(cast.admin)
    assert "คำชี้แจงเดิมเลื่อนนัด" in words(text(client.get(f"/notices/{notice.pk}/")))
    b.send_report(
        cast.ann, {cast.item: SHORT | {"explanation": "น้ำท่วมสะพานขาด"}}, at=NOW + timedelta(hours=1)
    )
    check_month(cast.month, as_of=NOW + timedelta(hours=2), by=b.SYSTEM, store=True)
    for person in (cast.admin, cast.ann, cast.head):
        assert "คำชี้แจงในรายงานน้ำท่วมสะพานขาด" in words(text(as_(person).get(f"/notices/{notice.pk}/")))


# From the dashboard


def test_the_dashboard_offers_ticks_to_those_who_may_send(cast, as_):
    html = text(as_(cast.admin).get("/compliance/2026-10/"))
    assert 'name="p" value="EX005"' in html and 'name="p" value="EX006"' in html
    assert 'name="p" value="EX001"' not in html
    assert "แจ้งเจ้าหน้าที่ที่เลือก" in html
    assert 'name="p"' not in text(as_(cast.director).get("/compliance/2026-10/"))


@pytest.mark.parametrize("state", [FlagState.CLOSED, FlagState.EXCUSED])
def test_who_has_nothing_that_could_be_told_has_no_box_to_tick(cast, as_, state):
    Flag.objects.filter(person=cast.ann).update(state=state)
    cast.tell(cast.bob)
    html = text(as_(cast.admin).get("/compliance/2026-10/"))
    assert ('name="p"' in html, "แจ้งเจ้าหน้าที่ที่เลือก" in html, "ตอนนี้ไม่มีเรื่องที่แจ้งได้" in html) == (
        False,
        False,
        True,
    )


def test_a_closed_month_offers_none(cast, as_):
    ReportingMonth.objects.update(closed_at=NOW)
    assert 'name="p"' not in text(as_(cast.admin).get("/compliance/2026-10/"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_memos_are_read_before_anything_is_sent(cast, as_, method):
    html = text(getattr(as_(cast.admin), method)(PREPARE, {"p": ["EX005", "EX006"]}))
    assert "จะส่ง 2 ฉบับ" in words(html)
    assert "ภายในวันที่ 5 พฤศจิกายน 2569 เวลา 16.30 น." in html
    assert html.count('name="flag"') == 3
    assert Notice.objects.count() == 0


def test_an_explained_flag_is_offered_but_not_ticked(cast, as_):
    Flag.objects.filter(breach=Breach.OFF_PLAN).update(state=FlagState.EXPLAINED)
    flag = Flag.objects.get(breach=Breach.OFF_PLAN)
    html = text(as_(cast.admin).get(PREPARE, {"p": "EX005"}))
    assert f'name="flag" value="{flag.pk}">' in html


def test_what_can_not_be_told_is_left_out_and_says_why(cast, as_):
    cast.tell(cast.ann)
    html = text(as_(cast.admin).get(PREPARE, {"p": ["EX001", "EX003", "EX005"]}))
    assert "แจ้งตนเองไม่ได้" in html
    assert "ไม่มีเรื่องที่ต้องแจ้ง" in html
    assert "รอคำตอบถึง" in html
    both = words(text(as_(cast.admin).get(PREPARE, {"p": ["EX005", "EX006"]})))
    assert "จะส่ง 1 ฉบับ จาก 2 คนที่เลือก" in both and "ไม่ส่งถึง 1 คน" in both
    assert 'name="flag"' not in html


def send(client: Client, *people, flags=None, message: str = ""):
    chosen = Flag.objects.filter(person__in=people) if flags is None else flags
    codes = [person.code for person in people]
    return client.post(SEND, {"p": codes, "flag": [flag.pk for flag in chosen], "message": message})


def test_sending_tells_each_and_counts_them(cast, as_):
    client = as_(cast.admin)
    response = send(client, cast.ann, cast.bob, message="ขอความร่วมมือ")
    assert (response.status_code, response.headers["Location"]) == (302, "/compliance/2026-10/")
    html = text(client.get("/compliance/2026-10/"))
    assert "แจ้งแล้ว 2 คน" in html
    for notice in Notice.objects.all():
        assert f'<a href="/notices/{notice.pk}/">ครั้งที่ 1<' in html
    assert {notice.message for notice in Notice.objects.all()} == {"ขอความร่วมมือ"}
    assert MonthlyReport.objects.get().state == ReportState.RETURNED


@pytest.mark.parametrize(
    ("back", "kept"),
    [
        ("unit=7&state=missing&flag=&q=%E0%B8%81", "?unit=7&state=missing&q=%E0%B8%81"),
        ("next=//evil.example&state=missing", "?state=missing"),
        ("https://evil.example/?x=1", ""),
        ("", ""),
    ],
)
def test_the_filters_of_the_dashboard_come_back_and_nothing_else(cast, as_, back, kept):
    client = as_(cast.admin)
    html = text(client.post(PREPARE, {"p": "EX006", "back": back})).replace("&amp;", "&")
    assert f'href="/compliance/2026-10/{kept}">' in html
    assert f'name="back" value="{kept[1:]}"' in html
    flags = [flag.pk for flag in Flag.objects.filter(person=cast.bob)]
    sent = client.post(SEND, {"p": "EX006", "flag": flags, "back": back})
    assert sent.headers["Location"] == f"/compliance/2026-10/{kept}"


def test_the_dashboard_brings_its_filters_along(cast, as_):
    html = text(as_(cast.admin).get("/compliance/2026-10/?flag=MISSING&page=2"))
    assert 'name="back" value="flag=MISSING"' in html
    assert "?p=EX006&amp;back=flag%3DMISSING" in html


def test_who_was_told_is_not_told_again_before_the_answer_is_due(cast, as_, clock):
    client, link = as_(cast.admin), f"{PREPARE}?p=EX006"
    assert link in text(client.get("/compliance/2026-10/"))
    notice = cast.tell(cast.bob)
    assert link not in text(client.get("/compliance/2026-10/"))
    assert link not in text(client.get("/reports/2026-10/EX006/"))
    clock(notice.answer_by + timedelta(seconds=1))
    assert link in text(client.get("/compliance/2026-10/"))
    assert link in text(client.get("/reports/2026-10/EX006/"))


def test_ticks_of_a_unit_and_of_all_are_offered_to_scripts(cast, as_):
    html = text(as_(cast.admin).get("/compliance/2026-10/"))
    units = html.count('data-tick="p" data-within="tbody" hidden>')
    assert (units, html.count('data-tick="p" hidden>'), html.count('<span data-count="p">')) == (2, 1, 1)
    assert "data-tick" not in text(as_(cast.head).get("/compliance/2026-10/"))


def test_a_double_click_sends_once(cast, as_):
    client = as_(cast.admin)
    send(client, cast.ann)
    send(client, cast.ann)
    assert Notice.objects.count() == 1


def test_who_could_not_be_told_is_named_and_the_others_are_told(cast, as_):
    Flag.objects.filter(person=cast.ann).update(state=FlagState.CLOSED)
    client = as_(cast.admin)
    send(client, cast.ann, cast.bob)
    html = text(client.get("/compliance/2026-10/"))
    assert "แจ้งแล้ว 1 คน" in html
    assert f"ยังไม่ได้แจ้ง {cast.ann.full_name}: เรื่องที่เลือกสิ้นสุดหรือหมดเหตุไปแล้ว" in html


def test_sending_nothing_is_refused_with_the_memos_still_there(cast, as_):
    html = text(send(as_(cast.admin), cast.ann, flags=[], message="ข้อความที่พิมพ์"), 422)
    assert "เลือกเรื่องที่จะแจ้งอย่างน้อยหนึ่งเรื่อง" in html
    assert "ข้อความที่พิมพ์" in html


@pytest.mark.parametrize("longest", [4000, 4001])
def test_a_message_is_sent_whole_or_not_at_all(cast, as_, longest):
    words = "ก\n" * 1000 + "ก" * (longest - 2000)
    html = send(as_(cast.admin), cast.ann, message=words.replace("\n", "\r\n"))
    if longest == 4000:
        assert Notice.objects.get().message == words
    else:
        assert "เขียนไม่เกิน 4,000 ตัวอักษร ที่พิมพ์มี 4,001" in text(html, 422)
        assert not Notice.objects.exists()


def test_what_was_ticked_stays_ticked_when_it_is_refused(cast, as_):
    told, other = Flag.objects.filter(person=cast.ann).order_by("id")
    html = text(send(as_(cast.admin), cast.ann, flags=[told], message="ก" * 4001), 422)
    assert f'name="flag" value="{told.pk}" checked' in html
    assert f'name="flag" value="{other.pk}">' in html


@pytest.mark.parametrize("nobodys", ["9" * 19, "9" * 5000, "x", ""])
@pytest.mark.parametrize("field", ["flag", "seen"])
def test_ids_that_are_nobodys_are_passed_over(cast, as_, field, nobodys):
    flags = [str(flag.pk) for flag in Flag.objects.filter(person=cast.ann)]
    strange = {"flag": [*flags, nobodys], "seen": f"{nobodys}:x"}
    sent = {"p": "EX005", "flag": flags} | {field: strange[field]}
    assert as_(cast.admin).post(SEND, sent).status_code == 302


def test_flags_of_another_office_or_month_are_not_taken(cast, as_):
    office = b.make_office()
    foreign_person = b.make_person(b.make_unit(office))
    b.make_item(b.make_plan(office), {foreign_person: [1]})
    check_month(b.month_of(office), as_of=NOW, by=b.SYSTEM, store=True)
    response = send(as_(cast.admin), cast.ann, flags=Flag.objects.filter(person=foreign_person))
    assert response.status_code == 422
    assert Notice.objects.count() == 0


@pytest.mark.parametrize("url", [PREPARE, SEND])
def test_only_who_may_notify_gets_there(cast, as_, url):
    for person in (cast.ann, cast.head):
        client = as_(person)
        assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    asked = {"p": cast.ann.code}
    client = as_(cast.director)
    assert (client.get(PREPARE, asked).status_code, client.post(url, asked).status_code) == (403, 403)


# The officer


def test_the_officer_is_led_from_home_and_the_month_to_the_notice(cast, as_):
    notice = cast.tell(cast.bob)
    client = as_(cast.bob)
    assert f"/notices/{notice.pk}/" in text(client.get("/"))
    assert f"/notices/{notice.pk}/" in text(client.get("/reports/2026-10/"))


def test_lines_are_put_right_in_the_report(cast, as_):
    html = text(as_(cast.ann).get(f"/notices/{cast.tell(cast.ann).pk}/"))
    assert "ไปแก้ไขรายงาน" in html and "/reports/2026-10/EX005/" in html
    assert 'name="text"' not in html
    assert "memo.pdf" in html


def test_missing_is_answered_on_the_page(cast, as_):
    notice = cast.tell(cast.bob)
    client, url = as_(cast.bob), f"/notices/{notice.pk}/"
    assert "ชี้แจงเหตุผล" in text(client.get(url))
    response = client.post(f"{url}answer/", {"text": "ไปราชการ"})
    assert (response.status_code, response.headers["Location"]) == (302, url)
    html = text(client.get(url))
    assert "ไปราชการ" in html and 'name="text"' not in html
    assert Flag.objects.get(person=cast.bob).state == FlagState.EXPLAINED


def test_an_answer_in_words_leaves_the_missing_report_asked_for(cast, as_, clock):
    url, missing = f"/notices/{cast.tell(cast.bob).pk}/", "รายงานเดือนนี้ยังไม่ได้ส่ง"
    link, until = 'href="/reports/2026-10/EX006/"', "ส่งได้ถึง 6 พ.ย. 2569 16.30 น."
    client = as_(cast.bob)
    before = text(client.get(url))
    assert (missing in before, until in before) == (True, True)
    assert until in text(client.get("/reports/2026-10/")).replace("<strong>", "")
    html = text(client.post(f"{url}answer/", {"text": "ไปราชการ"}, follow=True))
    assert "คำชี้แจงไม่แทนรายงาน" in html
    html = text(client.get(url))
    assert (missing in html, until in html, html.count(link)) == (True, True, 2)
    clock(NOW + timedelta(days=10))
    html = text(client.get(url))
    assert (missing in html, html.count(link), "ปิดรับแล้วเมื่อ 6 พ.ย. 2569 16.30 น." in html) == (True, 1, True)
    b.send_report(cast.bob, {cast.item: SHORT}, at=NOW + timedelta(days=1))
    assert missing not in text(client.get(url))


def test_an_answer_past_its_time_is_said_to_be_late(cast, as_, clock):
    notice = cast.tell(cast.bob)
    clock(notice.answer_by + timedelta(hours=1))
    client, url = as_(cast.bob), f"/notices/{notice.pk}/"
    client.post(f"{url}answer/", {"text": "ไปราชการ"})
    for page in (url, "/notices/", "/reports/2026-10/"):
        assert "ตอบแล้ว หลังกำหนด" in text(client.get(page))


def test_who_sends_the_missing_report_is_led_on_to_say_why_it_is_late(cast, as_, clock):
    notice = cast.tell(cast.bob, NOW - timedelta(hours=1))
    client, url, page = as_(cast.bob), f"/notices/{notice.pk}/", "/reports/2026-10/EX006/"
    assert "บันทึกแจ้งขอเหตุผลที่ไม่ได้ส่งภายในกำหนดด้วย" in text(client.get(page))
    sent = {"version": 0, f"l{cast.item.pk}-quantity": "4"}
    html = text(client.post(f"{page}submit/", sent, follow=True))
    assert f'ยังต้องชี้แจงเหตุผลที่ส่งช้า: <a href="{url}">' in html
    assert "ตอบบันทึกแจ้ง" in text(client.get("/"))
    late = Flag.objects.get(person=cast.bob, breach=Breach.LATE)
    assert f'href="/cases/{late.pk}/"' in text(client.get(url))
    clock(NOW + timedelta(hours=1))
    client.post(f"{url}answer/", {"text": "ไปราชการ"})
    html = text(client.get(url))
    assert html.index("ส่งรายงาน ฉบับที่ 1") < html.index("</time>ชี้แจงเหตุผล")
    assert "ตอบบันทึกแจ้ง" not in text(client.get("/"))


@pytest.mark.parametrize(
    ("typed", "fault"),
    [(" ", "เขียนเหตุผลก่อนส่งคำชี้แจง"), ("เหตุผล" * 700, "เขียนไม่เกิน 4,000")],
    ids=["empty", "too long"],
)
def test_an_answer_that_will_not_do_is_asked_for_again_with_its_words_kept(cast, as_, typed, fault):
    notice = cast.tell(cast.bob)
    html = text(as_(cast.bob).post(f"/notices/{notice.pk}/answer/", {"text": typed}), 422)
    assert fault in html and f"{typed}</textarea>" in html


def test_an_answer_too_long_is_still_there_to_be_cut(cast, as_):
    url, words = f"/notices/{cast.tell(cast.bob).pk}/answer/", "ก" * 4001
    assert f">{words}</textarea>" in text(as_(cast.bob).post(url, {"text": words}), 422)


def test_too_late_an_answer_is_refused_with_its_words_kept(cast, as_, clock):
    notice = cast.tell(cast.bob)
    clock(NOW + timedelta(days=10))
    client, url = as_(cast.bob), f"/notices/{notice.pk}/"
    assert "เลยกำหนดตอบแล้ว" in text(client.get(url))
    html = text(client.post(f"{url}answer/", {"text": "พิมพ์ไว้แล้ว"}), 409)
    assert "เลยกำหนดตอบแล้ว" in html and "พิมพ์ไว้แล้ว" in html


def test_nobody_else_is_offered_the_answer(cast, as_):
    notice = cast.tell(cast.bob)
    for person in (cast.admin, cast.head):
        client = as_(person)
        assert 'name="text"' not in text(client.get(f"/notices/{notice.pk}/"))
        assert client.post(f"/notices/{notice.pk}/answer/", {"text": "x"}).status_code == 403
    assert as_(cast.ann).post(f"/notices/{notice.pk}/answer/", {"text": "x"}).status_code == 404


def test_get_never_writes(cast, as_):
    notice = cast.tell(cast.bob)
    for client, url in ((as_(cast.bob), f"/notices/{notice.pk}/answer/"), (as_(cast.admin), SEND)):
        assert client.get(url).status_code == 302
    assert Notice.objects.get(pk=notice.pk).answered_at is None


# Cost


@pytest.mark.parametrize("people", [1, 3, 60])
def test_queries_do_not_grow_with_notices(as_, people, django_assert_max_num_queries):
    office = b.make_office()
    unit, plan = b.make_unit(office), b.make_plan(office)
    admin = b.make_person(unit, Role.GENERAL_ADMIN)
    staff = [b.make_person(unit) for _ in range(people)]
    b.make_item(plan, {person: [4] for person in staff})
    month = b.month_of(office)
    check_month(month, as_of=NOW, by=b.SYSTEM, store=True)
    client = as_(admin)
    with django_assert_max_num_queries(11):
        client.get(PREPARE, {"p": [person.code for person in staff]})
    for person in staff:
        notify(person, month, list(Flag.objects.filter(person=person)), by=b.actor(admin), now=NOW)
    with django_assert_max_num_queries(6):
        client.get("/notices/")
    with django_assert_max_num_queries(8):  # two for the choices of month and unit
        client.get("/cases/?state=NOTIFIED")
    with django_assert_max_num_queries(8):
        client.get(f"/notices/{Notice.objects.first().pk}/")
    with django_assert_max_num_queries(8):
        client.get("/compliance/2026-10/")
    own = as_(staff[0])
    with django_assert_max_num_queries(8):
        own.get("/reports/2026-10/")


def test_the_words_before_sending_are_those_of_the_memo(cast, as_):
    """A report that never came is asked for; a second notice names the first and goes through the head."""
    html = text(as_(cast.admin).get(PREPARE, {"p": "EX006"}))
    (memo,) = previews(cast.month, memos(cast.month, [cast.bob], now=NOW), by=b.actor(cast.admin), now=NOW)
    assert (memo.subject in html, memo.closing in html) == (True, True)
    notice = cast.tell(cast.bob)
    assert (subject_of(notice), closing_of(notice)) == (memo.subject, memo.closing)


def test_who_has_nothing_ticked_is_counted_apart_and_named_afterwards(cast, as_):
    Flag.objects.filter(person=cast.ann).update(state=FlagState.EXPLAINED)
    client = as_(cast.admin)
    html = text(client.get(PREPARE, {"p": ["EX005", "EX006"]}))
    said = ("จะส่ง 1 ฉบับ จาก 2 คน", "ไม่ส่งถึง 1 คน", f"{cast.ann.full_name}: ทุกเรื่องชี้แจงแล้ว")
    assert [each for each in said if each not in words(html)] == []
    chosen = Flag.objects.filter(person=cast.bob).values_list("pk", flat=True)
    html = text(client.post(SEND, {"p": ["EX005", "EX006"], "flag": list(chosen)}, follow=True))
    assert f"แจ้งแล้ว 1 คน · ไม่ได้แจ้ง 1 คน เพราะไม่ได้เลือกเรื่อง: {cast.ann.full_name}" in html


def test_the_way_from_a_case_comes_with_that_case_ticked(cast, as_):
    Flag.objects.filter(person=cast.ann).update(state=FlagState.EXPLAINED)
    flag = Flag.objects.filter(person=cast.ann).first()
    html = text(as_(cast.admin).get(PREPARE, {"p": "EX005", "flag": flag.pk}))
    assert f'name="flag" value="{flag.pk}" checked' in html


def test_nobody_ticked_says_so(cast, as_):
    assert "ยังไม่ได้เลือกเจ้าหน้าที่" in text(as_(cast.admin).get(PREPARE))

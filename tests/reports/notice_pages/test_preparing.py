"""From the dashboard to the memos that are sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from plans.models import ReportingMonth
from reports.actions.compliance import check_month
from reports.enums import Breach, FlagState, ReportState
from reports.models import Flag, MonthlyReport, Notice
from tests import builders as b
from tests.reports.notice_pages.scene import NOW, PREPARE, SEND, send, text, words

pytestmark = pytest.mark.django_db


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

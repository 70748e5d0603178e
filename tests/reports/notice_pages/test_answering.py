"""The officer's side of a notice; what the lists cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from office.enums import Role
from reports.actions.compliance import check_month
from reports.actions.notices import notify
from reports.enums import Breach, FlagState
from reports.models import Flag, MonthlyReport, Notice
from tests import builders as b
from tests.reports.notice_pages.scene import NOW, PREPARE, SEND, SHORT, text

pytestmark = pytest.mark.django_db


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


def test_the_reason_of_a_corrected_figure_is_read_wherever_its_case_is(cast, as_):
    notice, why = cast.tell(cast.ann), "พิมพ์เลขผิด ตรวจกับทะเบียนแล้ว"
    key = f"l{cast.item.pk}"
    version = MonthlyReport.objects.get(person=cast.ann).version
    said = {"version": version, f"{key}-kind": "VALUE", f"{key}-quantity": "4", f"{key}-explanation": ""}
    submit = "/reports/2026-10/EX005/submit/"
    refused = text(as_(cast.ann).post(submit, said), 422)
    assert "เขียนเหตุผลที่แก้ไข ตามบันทึกแจ้ง" in refused
    version = MonthlyReport.objects.get(person=cast.ann).version
    sent = as_(cast.ann).post(submit, said | {"version": version, f"{key}-explanation": why})
    assert sent.status_code == 302
    case = notice.flags.get(breach=Breach.OFF_PLAN)
    assert case.state == FlagState.CLEARED
    of_unit = f"/reports/2026-10/units/{cast.unit.code}/"
    for url in (f"/notices/{notice.pk}/", "/reports/2026-10/EX005/", of_unit):
        assert why in text(as_(cast.head).get(url)), url
    assert why in text(as_(cast.ann).get("/reports/2026-10/"))
    steps = text(as_(cast.head).get(f"/cases/{case.pk}/")).partition('id="steps"')[2]
    assert why in steps.partition("หมดเหตุ")[2].partition("</li>")[0]


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

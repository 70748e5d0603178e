"""One page a case: seen within reach, decided by the admin unit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from office.enums import Role
from reports.actions.compliance import check_month
from reports.actions.notices import notify
from reports.enums import AnswerKind, Breach, FlagState
from reports.models import Flag
from tests import builders as b

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SHORT = {"kind": AnswerKind.VALUE, "quantity": Decimal(3), "explanation": "สหกรณ์เลื่อนนัด"}


class Cast:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit, self.elsewhere = b.make_unit(self.office), b.make_unit(self.office)
        plan = b.make_plan(self.office)
        self.admin = b.make_person(self.elsewhere, Role.GENERAL_ADMIN)
        self.director = b.make_person(self.elsewhere, Role.DIRECTOR)
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.ann = b.make_person(self.unit, first_name="แอน")
        self.bob = b.make_person(self.unit)
        self.item = b.make_item(plan, {self.ann: [4]}, job_no="สสจ. 1")
        b.send_report(self.ann, {self.item: SHORT}, at=DUE - timedelta(hours=1))
        check_month(b.month_of(self.office), as_of=NOW, by=b.SYSTEM, store=True)

    @property
    def flag(self) -> Flag:
        return Flag.objects.get()

    @property
    def url(self) -> str:
        return f"/cases/{self.flag.pk}/"


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def as_(monkeypatch):
    monkeypatch.setattr("office.clock.now", lambda: NOW)

    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def text(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def test_a_case_shows_its_facts_its_explanation_and_its_steps(cast, as_):
    html = text(as_(cast.admin).get(cast.url))
    for shown in ("สสจ. 1", "สหกรณ์เลื่อนนัด", "เกิดเหตุ", "ตรวจพบ ชี้แจงแล้ว", "30 ต.ค. 2569"):
        assert shown in html


def test_it_is_seen_within_reach_only(cast, as_):
    for person in (cast.ann, cast.head, cast.director, cast.admin):
        assert as_(person).get(cast.url).status_code == 200
    assert as_(cast.bob).get(cast.url).status_code == 404


def test_only_the_admin_unit_is_offered_a_decision(cast, as_):
    assert "ผ่อนผัน</button>" in text(as_(cast.admin).get(cast.url))
    for person in (cast.ann, cast.head, cast.director):
        client = as_(person)
        html = text(client.get(cast.url))
        assert "close/" not in html and "แจ้งเจ้าหน้าที่</a>" not in html
        assert client.post(f"{cast.url}close/").status_code == 403
        assert client.post(f"{cast.url}excuse/", {"reason": "x"}).status_code == 403
    assert cast.flag.state == FlagState.EXPLAINED


def test_closing_leads_back_to_the_case(cast, as_):
    client = as_(cast.admin)
    response = client.post(f"{cast.url}close/", {"reason": "เรียบร้อย"})
    assert (response.status_code, response.headers["Location"]) == (302, cast.url)
    html = text(client.get(cast.url))
    assert "ปิดเรื่องแล้ว" in html and "เรียบร้อย" in html and "close/" not in html


def test_excusing_asks_for_a_reason(cast, as_):
    client = as_(cast.admin)
    assert "ระบุเหตุผลที่ผ่อนผัน" in text(client.post(f"{cast.url}excuse/", {"reason": " "}), 422)
    client.post(f"{cast.url}excuse/", {"reason": "ภัยธรรมชาติ"})
    assert (cast.flag.state, cast.flag.decided_reason) == (FlagState.EXCUSED, "ภัยธรรมชาติ")


def test_closing_what_nobody_explained_asks_for_a_reason_at_its_field(cast, as_):
    Flag.objects.update(state=FlagState.OPEN)
    client = as_(cast.admin)
    assert "(จำเป็น เพราะไม่มีคำชี้แจง)" in text(client.get(cast.url))
    html = text(client.post(f"{cast.url}close/", {"reason": " "}), 422)
    fault = html.split('id="reason-error"')[1].split("</p>")[0]
    assert "ระบุเหตุผลที่ปิดเรื่อง เพราะไม่มีคำชี้แจง" in fault and 'aria-describedby="reason-error"' in html
    assert cast.flag.state == FlagState.OPEN
    client.post(f"{cast.url}close/", {"reason": "สั่งการแล้ว"})
    assert (cast.flag.state, cast.flag.decided_reason) == (FlagState.CLOSED, "สั่งการแล้ว")


def test_an_explained_case_asks_for_a_reason_to_excuse_only(cast, as_):
    html = text(as_(cast.admin).get(cast.url))
    assert ("(ต้องมีเมื่อผ่อนผัน)" in html, "จำเป็น เพราะไม่มีคำชี้แจง" in html) == (True, False)


@pytest.mark.parametrize(("first", "word"), [("close", "ปิดแล้ว"), ("excuse", "ผ่อนผันแล้ว")])
@pytest.mark.parametrize("then", ["close", "excuse"])
def test_the_second_of_two_admins_is_told_who_decided_and_when(cast, as_, first, word, then):
    colleague = b.make_person(cast.elsewhere, Role.GENERAL_ADMIN)
    seen = text(as_(colleague).get(cast.url)).split('name="seen" value="')[1].split('"')[0]
    as_(cast.admin).post(f"{cast.url}{first}/", {"reason": "ตรวจแล้ว"})
    sent = {"reason": "ข้อความของคนที่สอง", "seen": seen}
    html = text(as_(colleague).post(f"{cast.url}{then}/", sent), 409)
    assert f"เรื่องนี้{word} โดย {cast.admin.full_name} เมื่อ 2 พ.ย. 2569" in html
    assert "ข้อความของคนที่สอง" in html and "ข้อเท็จจริงของเรื่องนี้เปลี่ยนไป" not in html
    assert (cast.flag.decided_by, cast.flag.decided_reason) == (cast.admin, "ตรวจแล้ว")


def test_a_case_left_out_of_the_last_notice_says_why_it_is_not_told(cast, as_):
    month, by, flag = b.month_of(cast.office), b.actor(cast.admin), cast.flag
    other = b.make_flag(cast.ann, Breach.CPS_MISMATCH, cast.item, at=NOW, explanation="สหกรณ์เลื่อนนัด")
    first = notify(cast.ann, month, [flag], by=by, now=NOW)
    second = notify(cast.ann, month, [flag], by=by, now=first.answer_by + timedelta(seconds=1))
    html = text(as_(cast.admin).get(f"/cases/{other.pk}/"))
    assert "แจ้งครบ 2 ครั้งแล้ว เดือนนี้แจ้งอีกไม่ได้" in html and "/notify/" not in html
    assert f'href="/notices/{second.pk}/">บันทึกแจ้งครั้งที่ 2 ของเดือนนี้</a> ไม่ได้ระบุเรื่องนี้' in html


@pytest.mark.parametrize("move", ["close", "excuse"])
def test_a_reason_too_long_is_still_there_to_be_cut(cast, as_, move):
    html = text(as_(cast.admin).post(f"{cast.url}{move}/", {"reason": "ก" * 4001}), 422)
    assert f">{'ก' * 4001}</textarea>" in html and "ยังบันทึกการพิจารณาไม่ได้" in html


def test_facts_that_have_changed_leave_the_reason_in_its_field(cast, as_):
    html = text(as_(cast.admin).post(f"{cast.url}close/", {"reason": "พิมพ์ไว้", "seen": "other"}), 409)
    assert ">พิมพ์ไว้</textarea>" in html and html.count("พิมพ์ไว้") == 1


def test_a_second_decision_is_refused_with_what_was_typed(cast, as_):
    client = as_(cast.admin)
    client.post(f"{cast.url}close/")
    html = text(client.post(f"{cast.url}excuse/", {"reason": "พิมพ์ไว้"}), 409)
    assert "ปิดแล้ว" in html and "พิมพ์ไว้" in html


def test_once_the_first_notice_was_in_vain_the_button_says_the_second(cast, as_, monkeypatch):
    client = as_(cast.admin)
    assert "แจ้งเจ้าหน้าที่</a>" in text(client.get(cast.url))
    notice = notify(cast.ann, b.month_of(cast.office), [cast.flag], by=b.actor(cast.admin), now=NOW)
    monkeypatch.setattr("office.clock.now", lambda: notice.answer_by + timedelta(seconds=1))
    html = text(client.get(cast.url))
    assert "แจ้งครั้งที่ 2</a>" in html and "แจ้งเจ้าหน้าที่</a>" not in html


@pytest.mark.parametrize("state", [FlagState.OPEN, FlagState.CLOSED, FlagState.EXCUSED, FlagState.CLEARED])
def test_what_has_ended_awaits_no_explanation(cast, as_, state):
    late = b.make_flag(cast.ann, Breach.LATE, at=NOW, state=state)
    html = text(as_(cast.admin).get(f"/cases/{late.pk}/"))
    waits = state == FlagState.OPEN
    assert (">ยังไม่ได้ชี้แจง<" in html, ">ไม่มีคำชี้แจง<" in html) == (waits, not waits)


def test_a_job_number_does_not_break_in_the_title(cast, as_):
    title = '<h1>ไม่เป็นไปตามแผน <span class="nowrap">สสจ. 1</span> เดือนตุลาคม 2569</h1>'
    assert title in text(as_(cast.admin).get(cast.url))


def test_a_notified_case_says_that_it_waits(cast, as_):
    month = b.month_of(cast.office)
    notice = notify(cast.ann, month, [cast.flag], by=b.actor(cast.admin), now=NOW)
    html = text(as_(cast.admin).get(cast.url))
    assert "รอคำชี้แจง" in html and "close/" not in html
    own = text(as_(cast.ann).get(cast.url))
    assert f'href="/notices/{notice.pk}/">ชี้แจงเหตุผล' in own


def test_get_decides_nothing(cast, as_):
    client = as_(cast.admin)
    for move in ("close", "excuse"):
        assert client.get(f"{cast.url}{move}/").status_code == 302
    assert cast.flag.state == FlagState.EXPLAINED


def test_the_list_is_what_waits_for_a_decision(cast, as_):
    client = as_(cast.admin)
    assert "แอน" in text(client.get("/cases/"))
    assert "พิจารณาเรื่องที่ชี้แจงแล้ว 1 เรื่อง" in text(client.get("/"))
    client.post(f"{cast.url}close/")
    assert "แอน" not in text(client.get("/cases/"))
    assert "แอน" in text(client.get("/cases/?state=closed"))


def test_the_review_page_leads_to_the_case_and_the_notice(cast, as_):
    html = text(as_(cast.admin).get(f"/reports/2026-10/{cast.ann.code}/"))
    assert cast.url in html
    assert f"/compliance/2026-10/notify/?p={cast.ann.code}" in html
    assert "notify/" not in text(as_(cast.head).get(f"/reports/2026-10/{cast.ann.code}/"))


def test_an_excused_gap_does_not_lower_the_rate_of_complete_reports(cast, as_):
    flag = cast.flag
    Flag.objects.filter(pk=flag.pk).update(breach="INCOMPLETE", state=FlagState.OPEN)
    client = as_(cast.admin)
    assert "<dt>ครบถ้วนตรงเวลา</dt><dd>0/1" in text(client.get("/compliance/2026-10/"))
    client.post(f"{cast.url}excuse/", {"reason": "ภัยธรรมชาติ"})
    html = text(client.get("/compliance/2026-10/"))
    assert "<dt>ครบถ้วนตรงเวลา</dt><dd>1/1" in html
    assert 'data-flags="INCOMPLETE"' in html

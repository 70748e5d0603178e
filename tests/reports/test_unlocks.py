"""A reasoned, dated opening of one person-month: what it opens, for whom, until when, and who may give it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.test import Client

from office.audit import Verb
from office.calendar import day_of
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import AuditEvent, Notification
from plans.models import ReportingMonth
from reports.actions.cases import answer
from reports.actions.compliance import check_month
from reports.actions.drafts import save_draft
from reports.actions.notices import notify
from reports.actions.reviews import accept
from reports.actions.submissions import submit
from reports.actions.unlocks import revoke, unlock
from reports.enums import AnswerKind, Breach, FlagState
from reports.models import Flag, MonthlyReport, Unlock
from reports.needing import months_needing
from tests import builders as b

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 10, 29, 3, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
"""Ten days after the lock."""
UNTIL = LATER + timedelta(days=2)
SECOND = timedelta(seconds=1)
REASON = "เครื่องเสีย ส่งซ่อมกลับมาแล้ว"
MET = {"kind": AnswerKind.VALUE, "quantity": Decimal(4)}


class Cast:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.ann, self.bob = b.make_person(self.unit, first_name="อัน"), b.make_person(self.unit)
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.admin = b.make_person(self.unit, Role.GENERAL_ADMIN)
        self.director = b.make_person(self.unit, Role.DIRECTOR)
        self.item = b.make_item(b.make_plan(self.office), {self.ann: [4], self.bob: [4]})

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    def open(self, person=None, *, by=None, until=UNTIL, now=LATER, reason=REASON, seen=0) -> Unlock:
        who = b.actor(by or self.admin, day_of(now))
        person = person or self.ann
        return unlock(person, self.month, until=until, reason=reason, by=who, now=now, seen=seen)

    def send(self, person=None, *, now=LATER):
        person = person or self.ann
        who = b.actor(person, day_of(now))
        return submit(self.month, person, {self.item.pk: MET}, by=who, now=now, version=0)


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def as_(monkeypatch):
    def sign_in(person, now=LATER) -> Client:
        monkeypatch.setattr("office.clock.now", lambda: now)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_a_locked_month_opens_until_that_second_and_shuts_itself(cast):
    with pytest.raises(NotAllowedNow, match="ปิดรับแก้ไขแล้ว"):
        cast.send()
    cast.open()
    assert cast.send(now=UNTIL).new is True
    cast.open(cast.bob)
    with pytest.raises(NotAllowedNow):
        cast.send(cast.bob, now=UNTIL + SECOND)


def test_a_month_opened_again_is_among_those_that_need_its_officer(cast):
    needing = months_needing(cast.ann.pk, cast.office.pk, LATER)
    cast.open()
    assert (needing, months_needing(cast.ann.pk, cast.office.pk, LATER)) == ([], [cast.month])
    assert months_needing(cast.ann.pk, cast.office.pk, UNTIL + SECOND) == []


def test_it_opens_for_that_person_and_that_month_only(cast):
    cast.open()
    with pytest.raises(NotAllowedNow):
        cast.send(cast.bob)


def test_what_is_sent_then_is_late_for_ever(cast):
    cast.open()
    cast.send()
    check_month(cast.month, as_of=LATER + SECOND, by=b.SYSTEM, store=True)
    assert Flag.objects.get(person=cast.ann, breach=Breach.LATE).state == FlagState.OPEN


def test_a_submitted_report_may_be_corrected_while_it_is_open(cast):
    b.send_report(cast.ann, {cast.item: 4}, at=SENT)
    who = b.actor(cast.ann, LATER.date())
    change = {cast.item.pk: {"narrative": "เพิ่มรายละเอียด"}}
    version = MonthlyReport.objects.get(person=cast.ann).version
    with pytest.raises(NotAllowedNow):
        save_draft(cast.month, cast.ann, change, by=who, now=LATER, version=version)
    cast.open()
    assert save_draft(cast.month, cast.ann, change, by=who, now=LATER, version=version).pk


def test_revoking_shuts_it_at_once(cast):
    opened = cast.open()
    revoke(opened, by=b.actor(cast.admin, LATER.date()), now=LATER + SECOND)
    with pytest.raises(NotAllowedNow):
        cast.send(now=LATER + 2 * SECOND)


def test_a_new_one_takes_the_place_of_the_one_in_force(cast):
    first = cast.open()
    second = cast.open(until=LATER + timedelta(hours=1), seen=first.pk)
    assert list(Unlock.objects.standing()) == [second]
    told = Notification.objects.filter(person=cast.ann).order_by("pk").last()
    assert "แทนที่เปิดไว้ถึง 18 พ.ย. 2569 09.00 น." in told.text
    with pytest.raises(NotAllowedNow):
        cast.send(now=LATER + timedelta(hours=1) + SECOND)


def test_one_that_was_opened_shut_or_replaced_since_is_not_overlooked(cast):
    first = cast.open()
    with pytest.raises(Stale, match=r"18 พ\.ย\. 2569 09\.00 น\."):
        cast.open(reason="อีกเหตุ")
    second = cast.open(reason="อีกเหตุ", seen=first.pk)
    with pytest.raises(NotAllowedNow, match="อยู่แล้ว"):
        revoke(first, by=b.actor(cast.admin, LATER.date()), now=LATER)
    revoke(second, by=b.actor(cast.admin, LATER.date()), now=LATER)
    with pytest.raises(Stale, match="สิ้นสุดหรือถูกยกเลิก"):
        cast.open(reason="เหตุที่สาม", seen=second.pk)


def test_the_same_asked_twice_is_one_and_each_is_recorded(cast):
    first = cast.open()
    assert cast.open() == first
    revoke(first, by=b.actor(cast.admin, LATER.date()), now=LATER)
    revoke(first, by=b.actor(cast.admin, LATER.date()), now=LATER)
    verbs = AuditEvent.objects.filter(verb__in=[Verb.MONTH_UNLOCKED, Verb.UNLOCK_REVOKED])
    assert list(verbs.values_list("verb", "reason")) == [("MONTH_UNLOCKED", REASON), ("UNLOCK_REVOKED", "")]


def test_the_officer_is_told_until_when_and_why(cast):
    cast.open()
    news = Notification.objects.get(person=cast.ann)
    assert ("18 พ.ย. 2569 09.00 น." in news.text, REASON in news.text) == (True, True)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_it_needs_a_reason(cast, reason):
    with pytest.raises(Invalid, match="เหตุผล"):
        cast.open(reason=reason)


@pytest.mark.parametrize("until", [LATER, LATER - SECOND, LATER + timedelta(days=32)])
def test_it_ends_some_time_but_not_in_the_past(cast, until):
    with pytest.raises(Invalid) as refused:
        cast.open(until=until)
    assert list(refused.value.faults) == ["until"]


def test_a_closed_month_and_an_accepted_report_stay_shut(cast):
    b.send_report(cast.bob, {cast.item: 4}, at=SENT)
    accept(
        MonthlyReport.objects.get(person=cast.bob),
        by=b.actor(cast.admin, MONDAY.date()),
        now=MONDAY,
        version=1,
    )
    with pytest.raises(NotAllowedNow, match="ส่งกลับแก้ไข"):
        cast.open(cast.bob)
    ReportingMonth.objects.filter(pk=cast.month.pk).update(closed_at=LATER)
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        cast.open()


@pytest.mark.parametrize("who", ["ann", "bob", "head", "director"])
def test_only_the_admin_unit_opens_and_never_its_own(cast, who):
    with pytest.raises(NotAllowed):
        cast.open(by=getattr(cast, who))
    with pytest.raises(NotAllowed):
        cast.open(cast.admin)


def test_the_only_admins_month_is_opened_by_the_director(cast):
    assert cast.open(cast.admin, by=cast.director).made_by == cast.director


def test_a_notice_past_its_time_is_answered_again_while_the_month_is_open(cast):
    check_month(cast.month, as_of=MONDAY, by=b.SYSTEM, store=True)
    flags = Flag.objects.filter(person=cast.ann)
    notice = notify(cast.ann, cast.month, list(flags), by=b.actor(cast.admin, MONDAY.date()), now=MONDAY)
    ann = b.actor(cast.ann, LATER.date())
    with pytest.raises(NotAllowedNow, match="เปิดแก้ไข"):
        answer(notice, text="ป่วย", by=ann, now=LATER)
    cast.open()
    assert answer(notice, text="ลา", by=ann, now=LATER).answer == "ลา"


# pages


def test_the_form_opens_it_and_shuts_it_again(cast, as_):
    client, url = as_(cast.admin), f"/reports/2026-10/{cast.ann.code}/unlock/"
    assert 'value="19/11/2569"' in client.get(url).content.decode()
    typed = {"day": "18/11/2569", "hour": "16.30", "reason": REASON}
    assert client.post(url, typed).url == f"/reports/2026-10/{cast.ann.code}/"
    opened = Unlock.objects.get()
    assert (opened.until, opened.reason) == (datetime(2026, 11, 18, 9, 30, tzinfo=UTC), REASON)
    html = as_(cast.ann).get("/reports/2026-10/").content.decode()
    assert ("เปิดให้แก้ไขเดือนนี้ถึง" in html, "ส่งรายงาน" in html) == (True, True)
    as_(cast.admin).post(f"{url}{opened.pk}/revoke/")
    assert "ปิดรับแก้ไขแล้ว" in as_(cast.ann).get("/reports/2026-10/").content.decode()


def test_a_notice_says_until_when_it_can_be_answered_since(cast, as_):
    check_month(cast.month, as_of=MONDAY, by=b.SYSTEM, store=True)
    flag = Flag.objects.get(person=cast.ann)
    notice = notify(cast.ann, cast.month, [flag], by=b.actor(cast.admin, MONDAY.date()), now=MONDAY)
    cast.open()
    html = as_(cast.ann).get(f"/notices/{notice.pk}/").content.decode()
    assert ("ส่งได้ถึง 18 พ.ย. 2569 09.00 น." in html, 'name="text"' in html) == (True, True)


@pytest.mark.parametrize(
    ("typed", "status", "fault"),
    [
        ({"day": "1/11/2569"}, 422, "เลือกวันและเวลาที่ยังมาไม่ถึง"),
        ({"reason": "ก" * 4001}, 422, "เขียนไม่เกิน 4,000 ตัวอักษร ที่พิมพ์มี 4,001 ตัวอักษร"),
        ({"reason": "จากแท็บเก่า"}, 409, "มีการเปิดแก้ไขถึง 18 พ.ย. 2569 09.00 น. อยู่แล้ว"),
    ],
)
def test_a_refusal_keeps_what_was_typed(cast, as_, typed, status, fault):
    cast.open()
    url = f"/reports/2026-10/{cast.ann.code}/unlock/"
    typed = {"day": "17/11/2569", "hour": "16.30", "reason": REASON, "seen": "0"} | typed
    answered = as_(cast.admin).post(url, typed)
    html = answered.content.decode()
    assert (answered.status_code, typed["reason"] in html, fault in html) == (status, True, True)
    assert "maxlength" not in html[html.index("<textarea") : html.index("</textarea")]


def test_both_pages_of_the_month_say_until_when_why_and_since(cast, as_):
    opened = cast.open()
    url = f"/reports/2026-10/{cast.ann.code}/"
    pages = [as_(cast.admin).get(url).content.decode(), as_(cast.ann).get(url).content.decode()]
    for html in pages:
        assert html.count(REASON) >= 2, "in the note and in the history"
        assert ("18 พ.ย. 2569 09.00 น." in html, "<strong>เปิดแก้ไข</strong>" in html) == (True, True)
    assert "เปลี่ยนหรือยกเลิกการเปิดแก้ไข" in pages[0]
    revoke(opened, by=b.actor(cast.admin, LATER.date()), now=LATER)
    html = as_(cast.ann).get(url).content.decode()
    assert ("เปิดให้แก้ไขเดือนนี้ถึง" in html, "<strong>ยกเลิกการเปิดแก้ไข</strong>" in html) == (False, True)


def test_revoking_says_what_else_keeps_the_month_open(cast, as_):
    check_month(cast.month, as_of=MONDAY, by=b.SYSTEM, store=True)
    notify(
        cast.ann,
        cast.month,
        list(Flag.objects.filter(person=cast.ann)),
        by=b.actor(cast.admin, LATER.date()),
        now=LATER,
    )
    url = f"/reports/2026-10/{cast.ann.code}/unlock/{cast.open().pk}/revoke/"
    html = as_(cast.admin).post(url, follow=True).content.decode()
    assert "ยกเลิกการเปิดแก้ไขแล้ว แต่เดือนนี้ยังเปิดให้แก้ไขถึง 19 พ.ย. 2569 16.30 น." in html


@pytest.mark.parametrize(
    ("who", "status"), [("ann", 403), ("bob", 403), ("head", 403), ("director", 403), ("admin", 200)]
)
def test_who_gets_to_the_form(cast, as_, who, status):
    assert as_(getattr(cast, who)).get(f"/reports/2026-10/{cast.ann.code}/unlock/").status_code == status


def test_another_offices_month_is_not_found(cast, as_):
    stranger = b.make_person(b.make_unit(b.make_office()), Role.GENERAL_ADMIN)
    b.make_plan(stranger.office)
    assert as_(stranger).get(f"/reports/2026-10/{cast.ann.code}/unlock/").status_code == 404


def test_review_notice_and_case_lead_to_it_once_the_month_is_locked(cast, as_):
    check_month(cast.month, as_of=MONDAY, by=b.SYSTEM, store=True)
    flag = Flag.objects.get(person=cast.ann)
    notice = notify(cast.ann, cast.month, [flag], by=b.actor(cast.admin, MONDAY.date()), now=MONDAY)
    url = f"/reports/2026-10/{cast.ann.code}/unlock/"
    pages = (f"/reports/2026-10/{cast.ann.code}/", f"/notices/{notice.pk}/", f"/cases/{flag.pk}/")
    offered = [
        url in as_(cast.admin, now).get(page).content.decode() for now in (MONDAY, LATER) for page in pages
    ]
    assert offered == [False] * 3 + [True] * 3


@pytest.mark.django_db(transaction=True)
def test_one_being_revoked_is_not_revoked_a_second_time_by_the_next():
    cast, revoking, done = Cast(), Event(), Event()
    first = cast.open()

    def shut():
        with transaction.atomic():
            revoke(first, by=b.actor(cast.admin, day_of(LATER)), now=LATER)
            revoking.set()
            done.wait(0.3)
        connection.close()

    other = Thread(target=shut)
    other.start()
    revoking.wait()
    with pytest.raises(Stale):
        cast.open(until=UNTIL + SECOND, seen=first.pk)
    other.join()
    assert AuditEvent.objects.filter(verb=Verb.UNLOCK_REVOKED).count() == 1
    assert not Unlock.objects.standing().exists()

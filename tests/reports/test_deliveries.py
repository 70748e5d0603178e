"""Mails of notices, through a real mail server on loopback."""

from __future__ import annotations

import email
import socket
import threading
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend as InMemory
from django.db import connection
from django.urls import reverse

from office import clock
from office.enums import Role
from reports.actions import deliveries
from reports.actions.deliveries import (
    ANSWERED,
    NO_ADDRESS,
    UNDER_WAY,
    UNKNOWN,
    UNREACHABLE,
    WAITS,
    send_due,
)
from reports.enums import Breach
from reports.models import Delivery
from reports.tasks import send_deliveries
from tests import builders as b

SENT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class Postbox:
    """Takes every message but those to addresses in ``refused``."""

    def __init__(self):
        self.messages, self.refused = [], {}

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        self.messages.append((envelope.rcpt_tos, message))
        return "250 OK"


class Server(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="localhost")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def port(settings):
    """Settings that lead to a port of loopback where nothing listens yet."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.SITE_URL = "https://tidtam.example.go.th/"
    return settings.EMAIL_PORT


@pytest.fixture
def serve(port):
    """Starts the mail server and gives its postbox; ended with the test."""
    running = []

    def start():
        postbox = Postbox()
        server = Server(postbox, hostname="127.0.0.1", port=port)
        server.start()
        running.append(server)
        return postbox

    yield start
    for server in running:
        server.stop()


class Office:
    """An admin unit's clerk, and officers of a group, each with an address of the own code."""

    def __init__(self):
        self.office = b.make_office(name="สำนักงานสหกรณ์จังหวัดลำปาง")
        self.clerk = b.make_person(b.make_unit(self.office, "ฝ่ายบริหารทั่วไป"), Role.GENERAL_ADMIN)
        self.unit = b.make_unit(self.office, "กลุ่มส่งเสริมสหกรณ์ 1")
        self.plan = b.make_plan(self.office)

    def officer(self, address="", *roles):
        person = b.make_person(self.unit, *roles)
        person.email = f"{person.code.lower()}@example.go.th" if address == "" else address
        person.save()
        return person

    def told(self, person=None, **facts):
        """A notice about one line of ``person``; gives its first delivery."""
        person = person or self.officer()
        item = b.make_item(self.plan, {person: [4]})
        flag = b.make_flag(person, Breach.OFF_PLAN, item, at=SENT, result="3.00", target="4.00")
        return b.make_notice(flag, at=SENT, by=self.clerk, **facts).deliveries.get(copy=False)


@pytest.fixture
def place():
    return Office()


def written(message):
    return message.get_content().replace("\r\n", "\n")


def fresh(delivery):
    return Delivery.objects.get(pk=delivery.pk)


def test_thai_text_arrives_as_it_was_written(place, serve):
    postbox, delivery = serve(), place.told()
    done = send_due(now=SENT)
    assert (done.sent, done.failed, done.waiting) == (1, 0, 0)
    [(to, message)] = postbox.messages
    person, notice = delivery.notice.person, delivery.notice
    assert to == [person.email]
    subject = "ขอให้แก้ไขรายงานผลการปฏิบัติงานประจำเดือนตุลาคม 2569 พร้อมชี้แจงเหตุผล"
    assert message["Subject"].strip() == subject
    assert message.get_content_type() == "text/plain"
    assert message.get_content_charset() == "utf-8"
    text = written(message)
    for words in (
        f"เรียน {person.full_name}\n",
        "ฝ่ายบริหารทั่วไป สำนักงานสหกรณ์จังหวัดลำปาง ได้ตรวจสอบ",
        "ประจำเดือนตุลาคม 2569 แล้ว พบว่า ผลการปฏิบัติงานไม่เป็นไปตามแผน",
        "แก้ผลหากไม่ถูกต้อง พร้อมชี้แจงเหตุผลที่ไม่เป็นไปตามแผน",
        "ภายในวันที่ 5 พฤศจิกายน 2569 เวลา 09.00 น.",
        f"https://tidtam.example.go.th{reverse('notice', args=[notice.pk])}\n",
    ):
        assert words in text
    row = fresh(delivery)
    assert (row.sent_at, row.attempts, row.error) == (SENT, 1, "")


def test_what_was_written_by_hand_stays_in_the_application(place, serve):
    postbox, person = serve(), place.officer()
    item = b.make_item(place.plan, {person: [4]})
    flag = b.make_flag(person, Breach.OFF_PLAN, item, at=SENT, result="3.00", explanation="ลาป่วย")
    b.make_notice(flag, at=SENT, by=place.clerk, message="หายป่วยแล้วขอให้แก้ไข")
    send_due(now=SENT)
    text = written(postbox.messages[0][1])
    assert "ป่วย" not in text
    assert "มีข้อความเพิ่มเติมจากผู้แจ้ง" in text


def test_nothing_is_escaped_as_if_it_were_a_page(place, serve):
    postbox, delivery = serve(), place.told()
    facts = delivery.notice.facts
    facts[0]["name"] = "สหกรณ์ <A&B> 'ก'"
    delivery.notice.save()
    send_due(now=SENT)
    assert "สหกรณ์ <A&B> 'ก'" in written(postbox.messages[0][1])


def test_the_copy_tells_the_head_whom_it_is_about(place, serve):
    postbox, head = serve(), place.officer("", Role.UNIT_HEAD)
    delivery = place.told(no=2, copied_to=head)
    assert send_due(now=SENT).sent == 2
    to, message = postbox.messages[1]
    assert to == [head.email]
    assert message["Subject"].strip().startswith("สำเนา: ขอให้แก้ไขรายงาน")
    text = written(message)
    assert f"เรียน {head.full_name}\n" in text
    assert f"สำเนาบันทึกแจ้งครั้งที่ 2 ถึง {delivery.notice.person.full_name} เพื่อโปรดทราบ" in text
    assert "ขอให้เจ้าหน้าที่ดำเนินการแก้ไข" in text


def test_a_message_is_known_again_by_its_id(place, serve):
    postbox, first, second = serve(), place.told(), place.told()
    send_due(now=SENT)
    Delivery.objects.filter(pk=first.pk).update(sent_at=None)
    send_due(now=SENT + WAITS[1])
    ids = [message["Message-ID"] for _, message in postbox.messages]
    assert ids[0] == ids[2] == deliveries.message_id(first)
    assert ids[1] == deliveries.message_id(second) != ids[0]
    assert ids[0].endswith("@tidtam.example.go.th>")


def test_the_date_of_a_message_is_that_of_the_scan(place, serve):
    postbox, _ = serve(), place.told()
    send_due(now=SENT)
    assert postbox.messages[0][1]["Date"].datetime == SENT


def test_what_was_sent_is_not_sent_again(place, serve):
    postbox, _ = serve(), place.told()
    send_due(now=SENT)
    assert send_due(now=SENT + timedelta(days=30)).sent == 0
    assert len(postbox.messages) == 1


def test_while_the_server_is_down_nothing_is_lost_and_no_try_is_used_up(place, serve):
    first, second = place.told(), place.told()
    at = SENT
    for _ in range(10):
        done = send_due(now=at)
        assert (done.sent, done.failed, done.waiting) == (0, 0, 2)
        at += WAITS[0]
    assert [fresh(row).error for row in (first, second)] == [UNREACHABLE] * 2
    assert [fresh(row).attempts for row in (first, second)] == [0, 0]
    postbox = serve()
    assert send_due(now=at).sent == 2
    assert len(postbox.messages) == 2
    assert [fresh(row).error for row in (first, second)] == ["", ""]


def test_after_an_unreached_server_it_waits_a_minute(place, serve):
    place.told()
    send_due(now=SENT)
    serve()
    assert send_due(now=SENT + timedelta(seconds=59)).sent == 0
    assert send_due(now=SENT + timedelta(seconds=60)).sent == 1


def test_an_address_the_server_refuses_is_recorded_and_harms_no_other(place, serve):
    postbox = serve()
    before, bad, after = place.told(), place.told(), place.told()
    postbox.refused[bad.to] = "550 no such user"
    done = send_due(now=SENT)
    assert (done.sent, done.failed) == (2, 1)
    assert [to for to, _ in postbox.messages] == [[before.to], [after.to]]
    row = fresh(bad)
    assert (row.error, row.attempts, row.sent_at) == ("เครื่องส่งอีเมลไม่รับที่อยู่นี้ (550)", 1, None)


@pytest.mark.parametrize("address", ["ไม่ใช่อีเมล", "a@b\nBcc: all@example.go.th"])
def test_an_address_that_is_none_is_recorded_and_harms_no_other(place, serve, address):
    postbox = serve()
    bad, other = place.told(place.officer(address)), place.told()
    done = send_due(now=SENT)
    assert (done.sent, done.failed) == (1, 1)
    assert [to for to, _ in postbox.messages] == [[other.to]]
    assert fresh(bad).error
    assert fresh(bad).sent_at is None


def test_tries_are_made_ever_more_seldom_and_end_after_five(place, serve):
    postbox, delivery = serve(), place.told()
    postbox.refused[delivery.to] = "451 try later"
    minutes = [0, 0.9, 1, 5.9, 6, 20.9, 21, 80.9, 81, 142, 10_000]
    tried = [minute for minute in minutes if send_due(now=SENT + timedelta(minutes=minute)).failed]
    assert tried == [0, 1, 6, 21, 81]
    row = fresh(delivery)
    assert (row.attempts, row.sent_at) == (5, None)
    assert row.error == "เครื่องส่งอีเมลไม่รับที่อยู่นี้ (451)"


def test_who_has_no_address_is_marked_once(place, serve):
    postbox, delivery = serve(), place.told()
    Delivery.objects.update(to="")
    assert send_due(now=SENT).no_address == 1
    assert send_due(now=SENT + timedelta(days=1)).no_address == 0
    row = fresh(delivery)
    assert (row.error, row.tried_at, row.attempts, row.sent_at) == (NO_ADDRESS, SENT, 0, None)
    assert postbox.messages == []


def test_what_was_answered_before_it_could_be_sent_is_not_asked_any_more(place, serve):
    postbox, answered, waiting = serve(), place.told(), place.told()
    answered.notice.answered_at = SENT
    answered.notice.save()
    done = send_due(now=SENT)
    assert (done.sent, done.moot) == (1, 1)
    assert [to for to, _ in postbox.messages] == [[waiting.to]]
    assert (fresh(answered).error, fresh(answered).attempts) == (ANSWERED, 0)
    assert send_due(now=SENT + timedelta(days=1)).moot == 0


def test_what_was_sent_stays_so_when_it_is_answered(place, serve):
    serve()
    delivery = place.told()
    send_due(now=SENT)
    delivery.notice.answered_at = SENT
    delivery.notice.save()
    assert send_due(now=SENT + timedelta(days=1)).moot == 0
    assert (fresh(delivery).sent_at, fresh(delivery).error) == (SENT, "")


def test_a_row_of_another_channel_is_left_alone(place, serve):
    postbox, delivery = serve(), place.told()
    Delivery.objects.update(channel="PAPER", to="")
    send_due(now=SENT)
    assert postbox.messages == []
    assert fresh(delivery).error == ""


def test_a_worker_that_dies_after_the_claim_leaves_a_row_for_another_try(place, serve, monkeypatch):
    postbox, delivery = serve(), place.told()

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(deliveries, "message_of", die)
        with pytest.raises(Killed):
            send_due(now=SENT)
    assert (fresh(delivery).attempts, fresh(delivery).error) == (1, UNKNOWN)
    assert send_due(now=SENT + UNDER_WAY - timedelta(seconds=1)).sent == 0
    assert send_due(now=SENT + UNDER_WAY).sent == 1
    assert len(postbox.messages) == 1


class SlowWithAnotherScan(InMemory):
    """Each message takes 20 seconds; a second worker scans 61 seconds after the first began."""

    at = SENT
    scanned = False

    def send_messages(self, messages):
        SlowWithAnotherScan.at += timedelta(seconds=20)
        if SlowWithAnotherScan.at > SENT + timedelta(seconds=61) and not SlowWithAnotherScan.scanned:
            SlowWithAnotherScan.scanned = True
            send_due(now=SlowWithAnotherScan.at, tick=lambda: SlowWithAnotherScan.at)
        return super().send_messages(messages)


def test_a_scan_that_lasts_longer_than_a_wait_sends_nothing_twice(place, settings):
    settings.EMAIL_BACKEND = f"{__name__}.SlowWithAnotherScan"
    SlowWithAnotherScan.at, SlowWithAnotherScan.scanned = SENT, False
    rows = [place.told() for _ in range(8)]
    send_due(now=SENT, tick=lambda: SlowWithAnotherScan.at)
    assert SlowWithAnotherScan.scanned
    assert sorted(message.to for message in mail.outbox) == sorted([row.to] for row in rows)


def test_a_try_from_before_the_clock_was_set_back_doesnt_wait_for_the_future(place, serve):
    postbox, delivery = serve(), place.told()
    ahead = SENT + timedelta(days=30)
    Delivery.objects.filter(pk=delivery.pk).update(attempts=1, tried_at=ahead, error=UNREACHABLE)
    assert send_due(now=SENT).sent == 1
    assert len(postbox.messages) == 1


class AnotherScanMeanwhile(InMemory):
    """While a message is being sent, another worker runs the same scan to its end."""

    others: list[deliveries.Sent] | None = None

    def send_messages(self, messages):
        if AnotherScanMeanwhile.others is None:
            AnotherScanMeanwhile.others = []
            AnotherScanMeanwhile.others.append(send_due(now=SENT))
        return super().send_messages(messages)


def test_a_scan_within_a_scan_sends_each_message_once(place, settings):
    settings.EMAIL_BACKEND = f"{__name__}.AnotherScanMeanwhile"
    AnotherScanMeanwhile.others = None
    rows = [place.told() for _ in range(3)]
    done = send_due(now=SENT)
    assert (done.sent, AnotherScanMeanwhile.others[0].sent) == (1, 2)
    assert sorted(message.to for message in mail.outbox) == sorted([row.to] for row in rows)


def test_an_unreached_server_does_not_undo_what_another_worker_has_claimed(place, port, monkeypatch):
    delivery = place.told()

    def reached(_):
        Delivery.objects.update(attempts=1, tried_at=SENT, error=UNKNOWN)
        return False

    monkeypatch.setattr(deliveries, "_reached", reached)
    assert send_due(now=SENT).waiting == 0
    assert fresh(delivery).error == UNKNOWN


@pytest.mark.django_db(transaction=True)
def test_of_scans_at_once_each_message_comes_once(place, serve):
    postbox = serve()
    rows = [place.told() for _ in range(4)]
    start = threading.Barrier(3)

    def scan():
        start.wait(timeout=10)
        try:
            for _ in range(20):
                send_due(now=SENT)
        finally:
            connection.close()

    threads = [threading.Thread(target=scan) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(to for to, _ in postbox.messages) == sorted([row.to] for row in rows)


def test_the_task_sends_what_is_due_now(place, serve, monkeypatch):
    postbox, _ = serve(), place.told()
    monkeypatch.setattr(clock, "now", lambda: SENT)
    send_deliveries(scheduled_by="beat")
    assert len(postbox.messages) == 1


def test_a_scan_with_nothing_due_asks_no_server(port, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(mail, "get_connection", lambda: pytest.fail("asked"))
    with django_assert_num_queries(3):
        assert send_due(now=SENT) == deliveries.Sent()

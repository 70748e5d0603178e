"""Send notices by mail: a scan that derives what is due from the rows (design rule 4.10).

Each try is claimed by a conditional UPDATE before it is made, so two workers never send one message. A
worker that dies between the mail server's yes and ``sent_at`` leaves a row that is tried once more: the
message may come twice, with the same Message-ID. A server that can't be reached costs no try.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from smtplib import SMTPAuthenticationError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse

from reports.memo import (
    GENERAL_ADMIN_UNIT,
    RELATED,
    asked_of,
    finding_of,
    rows_of,
    sending_unit,
    subject_of,
    until_of,
)
from reports.models import Delivery, Notice

log = logging.getLogger(__name__)

EMAIL = "EMAIL"
WAITS = [timedelta(minutes=minutes) for minutes in (1, 1, 5, 15, 60)]
"""After so many tries, since the last one; the first stands for a server that couldn't be reached."""
MAX_ATTEMPTS = len(WAITS)
MOST_AT_ONCE = 200
UNDER_WAY = timedelta(minutes=15)
"""How long a try may last before its worker is taken for dead."""
SET_BACK = timedelta(minutes=1)
"""A try further ahead than this was made before the clock was set back."""

NO_ADDRESS = "ไม่มีอีเมล"
ANSWERED = "ตอบในระบบแล้วก่อนส่งอีเมล จึงไม่ส่ง"
UNREACHABLE = "ติดต่อเครื่องส่งอีเมลไม่ได้ ระบบจะลองใหม่"
UNKNOWN = "กำลังส่ง หรือไม่ทราบว่าส่งถึงหรือไม่"


@dataclass(slots=True)
class Sent:
    """What one scan did, in messages."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    """Left for later because the mail server couldn't be reached."""
    no_address: int = 0
    moot: int = 0
    """Answered before the mail could go: nothing is asked any more."""


def send_due(*, now: datetime, tick: Callable[[], datetime] | None = None) -> Sent:
    """Try every message that is due, up to 200; one that fails keeps its error and harms no other.

    Running it late, twice or in parallel sends nothing twice. Sends outside of any transaction. ``tick``
    tells the time again at each try: a slow server makes a scan last longer than the wait between two tries.
    """
    at = tick or (lambda: now)
    done = Sent(no_address=_note(Q(to=""), NO_ADDRESS, now=now))
    done.moot = _note(Q(notice__answered_at__isnull=False) & ~Q(to=""), ANSWERED, now=now)
    due = list(_due(now))
    if not due:
        return done
    connection = mail.get_connection()
    try:
        for place, delivery in enumerate(due):
            if not _reached(connection):
                done.waiting = _postpone(due[place:], now=at())
                break
            if _claimed(delivery, now=at()):
                _try(delivery, connection, done, at=at)
    finally:
        _close(connection)
    return done


def message_id(delivery: Delivery) -> str:
    """The same at every try, so that a message which came twice can be recognised."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<notice-{delivery.notice_id}-delivery-{delivery.pk}@{host}>"


def message_of(delivery: Delivery, *, now: datetime) -> mail.EmailMessage:
    """Thai plain text. What the sender wrote by hand and what officers explained stay in the application."""
    notice = delivery.notice
    unit = sending_unit(notice)
    subject = subject_of(notice)
    context = {
        "notice": notice,
        "copy": delivery.copy,
        "sender": unit.name if unit else GENERAL_ADMIN_UNIT,
        "finding": finding_of(notice),
        "rows": [row | {"fix": row["fix"].replace("\n", "\n  ")} for row in rows_of(notice)],
        "asked": asked_of(notice),
        "until": until_of(notice),
        "url": _address_of(notice),
    }
    return mail.EmailMessage(
        subject=f"สำเนา: {subject}" if delivery.copy else subject,
        body=render_to_string("mail/notice.txt", context),
        to=[delivery.to],
        headers={"Message-ID": message_id(delivery), "Date": format_datetime(now)},
    )


def _address_of(notice: Notice) -> str:
    return settings.SITE_URL.rstrip("/") + reverse("notice", args=[notice.pk])


def _note(which: Q, why: str, *, now: datetime) -> int:
    """Say once why messages aren't sent."""
    unsent = Delivery.objects.filter(which, channel=EMAIL, sent_at=None).exclude(error=why)
    return Delivery.objects.filter(pk__in=unsent.values("pk")).update(error=why, tried_at=now)


def _due(now: datetime) -> Iterable[Delivery]:
    ripe = Q(attempts=0, tried_at=None)
    for attempts, wait in enumerate(WAITS):
        ripe |= Q(attempts=attempts, tried_at__lte=now - wait)
    ripe &= ~Q(error=UNKNOWN) | Q(tried_at=None) | Q(tried_at__lte=now - UNDER_WAY)
    ripe |= Q(attempts__lt=MAX_ATTEMPTS, tried_at__gt=now + SET_BACK)
    unsent = Delivery.objects.filter(ripe, channel=EMAIL, sent_at=None, notice__answered_at=None)
    rows = unsent.exclude(to="")
    return rows.select_related(*(f"notice__{name}" for name in RELATED)).order_by("id")[:MOST_AT_ONCE]


def _claimed(delivery: Delivery, *, now: datetime) -> bool:
    """Whether this try is ours: nobody has tried since the row was read."""
    unchanged = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, sent_at=None)
    return unchanged.update(attempts=F("attempts") + 1, tried_at=now, error=UNKNOWN) == 1


def _try(delivery: Delivery, connection: BaseEmailBackend, done: Sent, *, at: Callable[[], datetime]) -> None:
    row = Delivery.objects.filter(pk=delivery.pk)
    try:
        connection.send_messages([message_of(delivery, now=at())])
    except Exception as error:  # whatever it is, the others are to be sent
        log.warning("mail of delivery %s failed: %s", delivery.pk, type(error).__name__)
        row.update(error=_in_thai(error))
        done.failed += 1
        _close(connection)
    else:
        row.update(sent_at=at(), error="")
        done.sent += 1


def _reached(connection: BaseEmailBackend) -> bool:
    """Whether the server answers; a connection that stands is kept."""
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        log.warning("mail server not reached: %s", type(error).__name__)
        return False
    return True


def _postpone(deliveries: list[Delivery], *, now: datetime) -> int:
    """Try again after the usual wait, without counting a try; rows of another worker are left alone."""
    rows = Delivery.objects.filter(sent_at=None)
    return sum(
        rows.filter(pk=delivery.pk, attempts=delivery.attempts).update(tried_at=now, error=UNREACHABLE)
        for delivery in deliveries
    )


def _close(connection: BaseEmailBackend) -> None:
    with suppress(OSError, SMTPException):  # the server has gone already
        connection.close()


def _in_thai(error: Exception) -> str:
    if isinstance(error, SMTPRecipientsRefused):
        codes = [str(code) for code, _ in error.recipients.values()]
        return f"เครื่องส่งอีเมลไม่รับที่อยู่นี้ ({', '.join(codes)})"
    if isinstance(error, SMTPAuthenticationError):
        return "เครื่องส่งอีเมลไม่รับชื่อหรือรหัสผ่านของระบบ"
    if isinstance(error, SMTPResponseException):
        return f"เครื่องส่งอีเมลปฏิเสธ ({error.smtp_code})"
    if isinstance(error, OSError | SMTPException):
        return "การติดต่อกับเครื่องส่งอีเมลขาดกลางคัน"
    return "ส่งอีเมลไม่ได้ ตรวจที่อยู่อีเมล"

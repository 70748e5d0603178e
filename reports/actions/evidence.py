"""Attach files and links to a month, and take them away: who may write the draft may, as long as it is open.

The report's version stays: attaching overwrites nothing, so no page that is open elsewhere grows stale.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Count, Q

from office import audit, content
from office.access import Actor, Perm, check
from office.audit import Verb
from office.errors import Invalid, NotAllowedNow
from office.models import Person
from office.uploads import safe_name
from plans.models import ReportingMonth
from reports.actions.drafts import Draft, open_draft
from reports.models import Evidence, MonthlyReport

MOST_BYTES = 10 * 1024 * 1024
"""Of one file."""
MOST_A_LINE = 10
MOST_A_MONTH = 60
MOST_EVER_A_MONTH = 300
"""With those taken away, which are kept: else attaching and taking away would fill the disk."""
LONGEST_LINK = 500

TOO_LARGE = f"ไฟล์ใหญ่เกิน {MOST_BYTES // 1024 // 1024} MB เลือกไฟล์ที่เล็กกว่า หรือถ่ายรูปขนาดเล็กลง"
LINE_FULL = f"แนบได้ไม่เกิน {MOST_A_LINE} ชิ้นต่องาน เอาชิ้นที่ไม่ใช้ออกก่อน หรือรวมเป็น PDF ไฟล์เดียว"
MONTH_FULL = f"แนบได้ไม่เกิน {MOST_A_MONTH} ชิ้นต่อเดือน เอาชิ้นที่ไม่ใช้ออกก่อน หรือรวมเป็น PDF ไฟล์เดียว"
EVER_FULL = (
    f"เดือนนี้แนบและเอาออกรวมกันครบ {MOST_EVER_A_MONTH} ครั้งแล้ว ที่แนบไว้ยังอยู่ครบ ถ้าต้องแนบเพิ่มให้ใช้ลิงก์ในรายละเอียดผล"
)
NO_LINK = "ใส่ที่อยู่เว็บที่ขึ้นต้นด้วย https:// คัดลอกจากช่องที่อยู่ของเบราว์เซอร์"
LONG_LINK = f"ลิงก์ยาวเกิน {LONGEST_LINK} ตัวอักษร ใช้ลิงก์แบบสั้นจากปุ่มแชร์"
GONE = "แผนปฏิบัติงานเปลี่ยนไปหลังจากคุณเปิดหน้านี้ งานนี้ไม่อยู่ในแผนของคุณเดือนนี้แล้ว"
CLOSED = "เดือนนี้ปิดแล้ว ตัวเลขและหลักฐานถูกตรึงไว้"


def attach(
    month: ReportingMonth,
    person: Person,
    item_id: int | None,
    upload: UploadedFile[bytes],
    *,
    by: Actor,
    now: datetime,
) -> Evidence:
    """The file on that line (None: on the month); the one that is there when its content already is.

    Raises NotAllowed, NotAllowedNow as a draft does, and Invalid for what can't be taken.
    """
    check(by, Perm.REPORT_WRITE, person)
    if (upload.size or 0) > MOST_BYTES:
        raise Invalid(TOO_LARGE)
    judged = content.judge(upload.read(), upload.name or "")
    fresh = Evidence(
        name=judged.name,
        content_type=judged.kind.content_type,
        size=len(judged.data),
        sha256=hashlib.sha256(judged.data).hexdigest(),
    )
    name = secrets.token_urlsafe(16) + judged.kind.endings[0]

    def store() -> None:
        fresh.file.save(name, ContentFile(judged.data), save=False)
        if judged.small:
            default_storage.save(small_of(fresh), ContentFile(judged.small))

    return _add(month, person, item_id, fresh, Q(sha256=fresh.sha256), store, by=by, now=now)


def attach_link(
    month: ReportingMonth, person: Person, item_id: int | None, link: str, *, by: Actor, now: datetime
) -> Evidence:
    """A web address, kept and shown, never fetched. Raises as ``attach`` does."""
    address, name = _read_link(link)
    fresh = Evidence(name=name, link=address)
    return _add(month, person, item_id, fresh, Q(link=address), lambda: None, by=by, now=now)


def remove(evidence: Evidence, *, by: Actor, now: datetime) -> None:
    """Marked, never deleted: it stays with the versions sent with it. A second time does nothing."""
    month, person = evidence.report.month, evidence.person
    with transaction.atomic():
        report = _open(month, person, by=by, now=now).report
        taken = Evidence.objects.filter(pk=evidence.pk, removed_at=None)
        if taken.update(removed_at=_instant(report, now), removed_by=by.person):
            _refuse_closed(report)
            facts = _facts(evidence, evidence.item.job_no if evidence.item else "")
            audit.record(by=by, verb=Verb.EVIDENCE_REMOVED, subject=report, at=now, before=facts)


def small_of(evidence: Evidence) -> str:
    """Where the small picture for lists is stored."""
    return f"{evidence.file.name}.small.jpg"


def _open(month: ReportingMonth, person: Person, *, by: Actor, now: datetime) -> Draft:
    """Locked for the length of the transaction: two at a time are counted one after the other."""
    return open_draft(month, person, by=by, now=now, version=1)


def _add(
    month: ReportingMonth,
    person: Person,
    item_id: int | None,
    fresh: Evidence,
    same: Q,
    store: Callable[[], None],
    *,
    by: Actor,
    now: datetime,
) -> Evidence:
    with transaction.atomic():
        draft = _open(month, person, by=by, now=now)
        if item_id is not None and item_id not in draft.job_nos:
            raise NotAllowedNow(GONE)
        report = draft.report
        there = Evidence.objects.filter(same, report=report, item_id=item_id, removed_at=None).first()
        if there is not None:
            return there
        _refuse_closed(report)
        _check_room(report, item_id)
        fresh.office_id, fresh.person, fresh.unit_id = report.office_id, person, report.unit_id
        fresh.report, fresh.item_id, fresh.added_by = report, item_id, by.person
        fresh.added_at = _instant(report, now)
        try:
            store()
            fresh.save(force_insert=True)
            facts = _facts(fresh, draft.job_nos[item_id] if item_id is not None else "")
            audit.record(by=by, verb=Verb.EVIDENCE_ADDED, subject=report, at=now, after=facts)
        except BaseException:
            _unstore(fresh)
            raise
    return fresh


def _instant(report: MonthlyReport, now: datetime) -> datetime:
    """After the last submission, also when that came while the file was still on its way."""
    sent_at = report.submitted_at
    return now if sent_at is None or now > sent_at else sent_at + timedelta(microseconds=1)


def _check_room(report: MonthlyReport, item_id: int | None) -> None:
    standing = Q(removed_at=None)
    counts = Evidence.objects.filter(report=report).aggregate(
        ever=Count("pk"),
        month=Count("pk", filter=standing),
        line=Count("pk", filter=standing & (Q(item=None) if item_id is None else Q(item_id=item_id))),
    )
    for name, most, words in (
        ("line", MOST_A_LINE, LINE_FULL),
        ("month", MOST_A_MONTH, MONTH_FULL),
        ("ever", MOST_EVER_A_MONTH, EVER_FULL),
    ):
        if counts[name] >= most:
            raise Invalid(words)


def _refuse_closed(report: MonthlyReport) -> None:
    """The month's close wins over a page that was opened before it."""
    if ReportingMonth.objects.filter(pk=report.month_id, closed_at__isnull=False).exists():
        raise NotAllowedNow(CLOSED)


def _unstore(fresh: Evidence) -> None:
    """Nothing of a file that was not attached stays behind."""
    if fresh.file.name:
        for name in (small_of(fresh), fresh.file.name):
            default_storage.delete(name)


def _facts(evidence: Evidence, job_no: str) -> dict[str, Any]:
    facts = {"name": evidence.name, "job_no": job_no, "link": evidence.link, "sha256": evidence.sha256}
    return {name: value for name, value in facts.items() if value}


def _read_link(typed: str) -> tuple[str, str]:
    """The address, and what a list shows of it."""
    text = typed.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    if len(text) > LONGEST_LINK:
        raise Invalid(LONG_LINK)
    try:
        URLValidator(schemes=["http", "https"])(text)
        parts = urlsplit(text)
        if parts.username is not None or not parts.hostname:
            raise Invalid(NO_LINK)
    except (ValidationError, ValueError):
        raise Invalid(NO_LINK) from None
    shown = f"{parts.hostname}{unquote(parts.path)}".rstrip("/").replace("/", " › ")
    return text, safe_name(shown[:120])

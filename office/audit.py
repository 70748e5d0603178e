"""The only writer of history. Rows can't be updated or deleted: triggers on both databases refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import models

from office.access import Actor
from office.enums import Labelled
from office.models import AuditEvent


class Verb(Labelled):
    OFFICE_MADE = "OFFICE_MADE", "ตั้งสำนักงาน"
    STAFF_IMPORTED = "STAFF_IMPORTED", "นำเข้าบุคลากร"
    PERSON_MADE = "PERSON_MADE", "เพิ่มบุคลากร"
    PERSON_CHANGED = "PERSON_CHANGED", "แก้ไขข้อมูลบุคลากร"
    HOLIDAY_SAVED = "HOLIDAY_SAVED", "บันทึกวันหยุด"
    HOLIDAY_REMOVED = "HOLIDAY_REMOVED", "ลบวันหยุด"
    POLICY_CHANGED = "POLICY_CHANGED", "แก้ไขข้อกำหนด"
    YEAR_OPENED = "YEAR_OPENED", "เปิดปีงบประมาณ"
    MONTH_MOVED = "MONTH_MOVED", "เปลี่ยนกำหนดส่ง"
    PLAN_IMPORTED = "PLAN_IMPORTED", "นำเข้าแผนปฏิบัติงาน"
    PLAN_APPROVED = "PLAN_APPROVED", "อนุมัติแผนปฏิบัติงาน"
    REPORT_SAVED = "REPORT_SAVED", "บันทึกร่าง"
    REPORT_SUBMITTED = "REPORT_SUBMITTED", "ส่งรายงาน"
    REPORT_RETURNED = "REPORT_RETURNED", "ส่งกลับแก้ไข"
    REPORT_ACCEPTED = "REPORT_ACCEPTED", "ตรวจรับ"
    RESULTS_IMPORTED = "RESULTS_IMPORTED", "นำเข้าผลการปฏิบัติงาน"
    WAIVED = "WAIVED", "ยกเว้น"
    FLAG_OPENED = "FLAG_OPENED", "เปิดธง"
    FLAG_CLEARED = "FLAG_CLEARED", "หมดเหตุ"
    FLAG_EXPLAINED = "FLAG_EXPLAINED", "ชี้แจงเหตุผล"
    FLAG_CPS_CHANGED = "FLAG_CPS_CHANGED", "ผลใน CPS เปลี่ยน"
    FLAG_NOTIFIED = "FLAG_NOTIFIED", "แจ้งเจ้าหน้าที่"
    FLAG_CLOSED = "FLAG_CLOSED", "ปิดเรื่อง"
    FLAG_EXCUSED = "FLAG_EXCUSED", "ผ่อนผัน"
    MONTH_UNLOCKED = "MONTH_UNLOCKED", "เปิดแก้ไข"
    UNLOCK_REVOKED = "UNLOCK_REVOKED", "ยกเลิกการเปิดแก้ไข"
    NOTICE_SENT = "NOTICE_SENT", "ส่งบันทึกแจ้ง"
    NOTICE_ANSWERED = "NOTICE_ANSWERED", "ชี้แจงเหตุผล"
    CPS_IMPORTED = "CPS_IMPORTED", "นำเข้าไฟล์ CPS"
    EVIDENCE_ADDED = "EVIDENCE_ADDED", "แนบหลักฐาน"
    EVIDENCE_REMOVED = "EVIDENCE_REMOVED", "นำหลักฐานออก"
    OBSTACLE_RAISED = "OBSTACLE_RAISED", "แจ้งปัญหาอุปสรรค"
    OBSTACLE_CHANGED = "OBSTACLE_CHANGED", "แก้ไขปัญหาอุปสรรค"
    OBSTACLE_FOLLOWED = "OBSTACLE_FOLLOWED", "บันทึกการดำเนินการ"
    OBSTACLE_ENDED = "OBSTACLE_ENDED", "ปิดปัญหาอุปสรรค"
    OBSTACLE_REOPENED = "OBSTACLE_REOPENED", "เปิดปัญหาอุปสรรคอีกครั้ง"
    POST_WRITTEN = "POST_WRITTEN", "แสดงความเห็น"
    POST_EDITED = "POST_EDITED", "แก้ไขความเห็น"
    OBJECTION_SETTLED = "OBJECTION_SETTLED", "ข้อโต้แย้งได้ข้อยุติ"
    MONTH_COMMENTED = "MONTH_COMMENTED", "ให้ความเห็นต่อรายงาน"
    YEAR_NOTICE_SENT = "YEAR_NOTICE_SENT", "แจ้งผลเมื่อสิ้นสุดแผน"
    YEAR_NOTICE_READ = "YEAR_NOTICE_READ", "เปิดอ่านผลเมื่อสิ้นสุดแผน"
    CPS_MAPPING_SAVED = "CPS_MAPPING_SAVED", "กำหนดคอลัมน์ของไฟล์ CPS"
    CPS_MAPPING_REMOVED = "CPS_MAPPING_REMOVED", "ลบคอลัมน์ที่กำหนดของไฟล์ CPS"
    CPS_ALIAS_SAVED = "CPS_ALIAS_SAVED", "จับคู่ชื่อใน CPS"
    CPS_ALIAS_REMOVED = "CPS_ALIAS_REMOVED", "เลิกจับคู่ชื่อใน CPS"
    CPS_MATCHED = "CPS_MATCHED", "อ่านไฟล์ CPS ใหม่ตามคู่"
    CPS_TRACKED = "CPS_TRACKED", "กำหนดงานที่เทียบกับ CPS"
    CHECKED = "CHECKED", "ตรวจการส่งรายงาน"
    MEETING_MADE = "MEETING_MADE", "กำหนดวันประชุม"
    YEAR_VIEWED = "YEAR_VIEWED", "เปิดดูสรุปรายปี"
    YEAR_PRINTED = "YEAR_PRINTED", "พิมพ์สรุปรายปี"
    MEETING_MOVED = "MEETING_MOVED", "เลื่อนวันประชุม"


def record(
    *,
    by: Actor,
    verb: Verb,
    subject: models.Model,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Write one line of history; call it inside the transaction of the change."""
    event = entry(by=by, verb=verb, subject=subject, at=at, before=before, after=after, reason=reason)
    event.save(force_insert=True)
    return event


def entry(
    *,
    by: Actor,
    verb: Verb,
    subject: models.Model,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """The unsaved line, for ``record_all``."""
    return AuditEvent(
        office_id=_office_id(subject, by),
        at=at,
        verb=verb.value,
        actor_id=by.id,
        actor_text=by.name,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_text=str(subject)[:300],
        before=_plain(before),
        after=_plain(after),
        reason=reason,
    )


def record_all(entries: list[AuditEvent]) -> None:
    AuditEvent.objects.bulk_create(entries, batch_size=500)


def history_of(subject: models.Model) -> models.QuerySet[AuditEvent]:
    """Oldest first. Show it only to those who may see ``subject``."""
    return AuditEvent.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)


def _office_id(subject: models.Model, by: Actor) -> int | None:
    paths = getattr(type(subject), "ACCESS", None)
    return paths.of(subject, paths.office) if paths else by.office_id


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: _scalar(value) for key, value in (values or {}).items()}


def _scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return _plain(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_scalar(each) for each in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)

"""History in words: what an entry of ``AuditEvent`` says to people, and who may read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from office import thai
from office.access import Actor, Perm, Scope
from office.audit import Verb
from office.models import AuditEvent

SEEN_WITH = (
    ("office.person", Perm.PEOPLE_VIEW),
    ("office.", Perm.OFFICE_VIEW),
    ("plans.", Perm.PLAN_VIEW),
    ("reports.", Perm.REPORT_VIEW),
    ("meetings.", Perm.MEETING_VIEW),
    ("appraisals.", Perm.YEAR_LIST),
)
"""An entry is shown only to those who may see its subject in the whole office; the first match rules."""

WORDS = {
    "action": "การกระทำ",
    "answer_by": "ให้ตอบภายใน",
    "answer_days": "วันทำการสำหรับชี้แจง",
    "approved_on": "วันที่อนุมัติ",
    "as_of": "ตรวจ ณ เวลา",
    "basis": "ข้อมูลที่ใช้ตรวจ",
    "breach": "เรื่อง",
    "changed": "เปลี่ยน",
    "changes": "ที่เปลี่ยน",
    "cleared": "หมดเหตุ",
    "code": "รหัส",
    "columns": "คอลัมน์",
    "confirmed": "ยืนยัน",
    "cps": "ผลใน CPS",
    "cps_tracked": "เทียบกับ CPS",
    "created": "เพิ่ม",
    "day": "วันที่",
    "days": "จำนวนวัน",
    "due_at": "กำหนดส่ง",
    "due_on": "วันกำหนดส่ง",
    "due_time": "เวลาครบกำหนด",
    "email": "อีเมล",
    "explanation": "คำชี้แจง",
    "file": "ไฟล์",
    "first_name": "ชื่อ",
    "fiscal_year": "ปีงบประมาณ",
    "grace_days": "วันทำการผ่อนให้",
    "grace_end": "สิ้นสุดวันผ่อนให้",
    "headings": "หัวคอลัมน์",
    "help_wanted": "ความช่วยเหลือที่ต้องการ",
    "held_on": "วันประชุม",
    "items": "รายการ",
    "job_no": "เลขที่งาน",
    "kind": "ประเภท",
    "last_name": "นามสกุล",
    "lines": "รายการ",
    "link": "ลิงก์",
    "lock_at": "ปิดรับแก้ไข",
    "lock_day": "ปิดรับแก้ไขวันทำการที่",
    "meaning": "หมายถึง",
    "month": "เดือน",
    "name": "ชื่อ",
    "name_prefix": "คำนำหน้า",
    "no": "ฉบับที่",
    "off_plan_margin": "ยอมให้ต่ำกว่าแผน (ร้อยละ)",
    "opened": "เปิดธง",
    "password": "รหัสผ่าน",
    "personnel_type": "ประเภทบุคลากร",
    "position_level": "ระดับ",
    "position_title": "ตำแหน่ง",
    "quantity": "ผล",
    "reason": "เหตุผล",
    "registered": "ขึ้นทะเบียนผู้ต้องส่ง (คน)",
    "reports": "ต้องรายงาน",
    "result": "ผล",
    "roles": "บทบาทและหน่วยงาน",
    "second_answer_days": "วันทำการสำหรับชี้แจงครั้งที่ 2",
    "sha256": "ลายนิ้วมือของไฟล์",
    "shift_rule": "เมื่อวันประชุมตรงวันหยุด",
    "since": "ตั้งแต่",
    "source": "ที่มา",
    "started_on": "วันเริ่มปฏิบัติงาน",
    "state": "สถานะ",
    "submitted_at": "ส่งเมื่อ",
    "settled_at": "ได้ข้อยุติเมื่อ",
    "target": "แผน",
    "text": "ข้อความ",
    "tried": "สิ่งที่ทำไปแล้ว",
    "unchanged": "เท่าเดิม",
    "unit": "หน่วยงาน",
    "units": "หน่วยงานที่เปลี่ยน",
    "unmatched": "ไม่พบคู่",
    "version": "รุ่นที่บันทึก",
    "version_no": "ฉบับที่",
    "waiver": "ยกเว้นเพราะ",
    "written": "เขียนในไฟล์ว่า",
    "year": "ปีงบประมาณ",
}
VALUES = {
    "ACCEPTED": "ตรวจรับแล้ว",
    "AGREED": "มีแนวทางแล้ว",
    "APPROVED": "อนุมัติแล้ว",
    "CLEARED": "หมดเหตุ",
    "CLOSED": "ปิดแล้ว",
    "COMMENT": "ความเห็น",
    "CONSULTATION": "หารือ",
    "CPS_MISMATCH": "ไม่ตรงกับ CPS",
    "DIRECTOR": "สหกรณ์จังหวัด",
    "DRAFT": "ร่าง",
    "EXCUSED": "ผ่อนผัน",
    "EXPLAINED": "ชี้แจงแล้ว",
    "GENERAL_ADMIN": "ฝ่ายบริหารทั่วไป",
    "CIVIL": "ข้าราชการ",
    "GOV_EMP": "พนักงานราชการ",
    "INCOMPLETE": "ไม่ครบถ้วน",
    "LATE": "ส่งช้า",
    "MISSING": "ยังไม่ส่ง",
    "NEXT": "เลื่อนไปวันทำการถัดไป",
    "NOTIFIED": "แจ้งแล้ว",
    "OBJECTION": "ข้อโต้แย้ง",
    "OFFICER": "เจ้าหน้าที่",
    "OFF_PLAN": "ไม่เป็นไปตามแผน",
    "OPEN": "เปิดอยู่",
    "OUTSOURCED": "จ้างเหมาบริการ",
    "PERMANENT": "ลูกจ้างประจำ",
    "PERSONNEL": "งานบุคคล",
    "PREVIOUS": "เลื่อนมาวันทำการก่อนหน้า",
    "RETURNED": "ส่งกลับแก้ไข",
    "SOLVED": "แก้ไขแล้ว",
    "SUBMITTED": "ส่งแล้ว",
    "SYSTEM_ADMIN": "ผู้ดูแลระบบ",
    "UNIT_HEAD": "หัวหน้ากลุ่ม/ฝ่าย",
    "WITHDRAWN": "ยกเลิก",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")
_CLOCK = re.compile(r"\d\d:\d\d:\d\d")
_MOST_LISTED = 6


@dataclass(frozen=True)
class Told:
    """One changed fact; ``before`` is empty when the entry does not say what stood there."""

    what: str
    before: str
    after: str


def within(actor: Actor) -> Q:
    """The entries that ``actor`` may read."""
    if actor.is_system:
        return Q()
    kinds, ruled = Q(pk__in=[]), Q(pk__in=[])
    for prefix, perm in SEEN_WITH:
        about = Q(subject_type__startswith=prefix)
        if (actor.scope(perm) or 0) >= Scope.OFFICE:
            kinds |= about & ~ruled
        ruled |= about
    return Q(office_id=actor.office_id) & kinds


def told(event: AuditEvent) -> list[Told]:
    """Each fact that the entry names, before and after, in the order in which it was recorded."""
    names = dict.fromkeys([*event.before, *event.after])
    return [
        Told(WORDS.get(name, name), _said(event.before, name), _said(event.after, name))
        for name in names
        if _said(event.before, name) != _said(event.after, name) or name not in event.before
    ]


def verb_label(code: str) -> str:
    return Verb(code).label if code in Verb.__members__ else code


def _said(facts: dict[str, Any], name: str) -> str:
    return words_of(facts[name]) if name in facts else ""


def words_of(value: Any) -> str:
    """A recorded value as people read it: dates in BE, codes in Thai, long lists cut."""
    if value is None or value == "":
        return thai.BLANK
    if isinstance(value, bool):
        return "ใช่" if value else "ไม่ใช่"
    if isinstance(value, dict):
        return ", ".join(f"{WORDS.get(name, name)} {words_of(each)}" for name, each in value.items())
    if isinstance(value, list):
        listed = ", ".join(words_of(each) for each in value[:_MOST_LISTED])
        more = len(value) - _MOST_LISTED
        return f"{listed} และอีก {more}" if more > 0 else listed or thai.BLANK
    return _text(str(value))


def _text(text: str) -> str:
    try:
        if _DAY.fullmatch(text):
            return thai.short_date(date.fromisoformat(text))
        if _INSTANT.fullmatch(text) and (instant := datetime.fromisoformat(text)).tzinfo:
            return thai.instant_text(instant)
    except ValueError:
        return text
    if _CLOCK.fullmatch(text):
        return f"{text[:5].replace(':', '.')} น."
    return VALUES.get(text, text)

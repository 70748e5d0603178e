"""Vocabulary of monthly reports and of what falls short."""

from __future__ import annotations

from office.enums import Labelled


class ReportState(Labelled):
    DRAFT = "DRAFT", "ร่าง"
    SUBMITTED = "SUBMITTED", "รอตรวจ"
    RETURNED = "RETURNED", "ส่งกลับแก้ไข"
    ACCEPTED = "ACCEPTED", "ตรวจรับแล้ว"


class AnswerKind(Labelled):
    """How a line is answered; blank is not zero (design rule 4.4)."""

    NONE = "", "ยังไม่กรอก"
    VALUE = "VALUE", "มีผล"
    NOTHING = "NOTHING", "ไม่มีผลการดำเนินงาน"
    NOT_AVAILABLE = "NOT_AVAILABLE", "ไม่มีข้อมูล"


class Breach(Labelled):
    MISSING = "MISSING", "ยังไม่ส่ง"
    LATE = "LATE", "ส่งช้า"
    INCOMPLETE = "INCOMPLETE", "ไม่ครบถ้วน"
    OFF_PLAN = "OFF_PLAN", "ไม่เป็นไปตามแผน"
    CPS_MISMATCH = "CPS_MISMATCH", "ไม่ตรงกับ CPS"


class AliasKind(Labelled):
    """What a text of a CPS file stands for."""

    PERSON = "PERSON", "เจ้าหน้าที่"
    JOB = "JOB", "งาน"


class FlagState(Labelled):
    OPEN = "OPEN", "เปิดอยู่"
    NOTIFIED = "NOTIFIED", "แจ้งแล้ว"
    EXPLAINED = "EXPLAINED", "ชี้แจงแล้ว"
    CLOSED = "CLOSED", "ปิดแล้ว"
    EXCUSED = "EXCUSED", "ผ่อนผัน"
    CLEARED = "CLEARED", "หมดเหตุ"


class RowState(Labelled):
    """State axis of a person-month on dashboards (``data-state``)."""

    NONE = "none", "ไม่มีแผน"
    WAIVED = "waived", "ยกเว้น"
    EXPECTED = "expected", "ยังไม่เริ่ม"
    DRAFT = "draft", "ร่าง"
    SUBMITTED = "submitted", "รอตรวจ"
    RETURNED = "returned", "ส่งกลับแก้ไข"
    ACCEPTED = "accepted", "ตรวจรับแล้ว"


class Timing(Labelled):
    """Timing axis of a person-month (``data-timing``)."""

    PENDING = "pending", "ยังไม่ถึงกำหนด"
    ON_TIME = "on-time", "ตรงเวลา"
    LATE = "late", "ส่งช้า"
    MISSING = "missing", "ยังไม่ส่ง"


class WaiverKind(Labelled):
    LEAVE = "LEAVE", "ลา"
    DUTY = "DUTY", "ไปราชการ"
    VACANT = "VACANT", "ตำแหน่งว่าง"
    OTHER = "OTHER", "อื่น ๆ"


class SelfRating(Labelled):
    """How the month went, in the officer's own view (participatory self-evaluation)."""

    NONE = "", "ยังไม่ประเมิน"
    VERY_POOR = "1", "ต้องปรับปรุงมาก"
    POOR = "2", "ต้องปรับปรุง"
    FAIR = "3", "พอใช้"
    GOOD = "4", "ดี"
    VERY_GOOD = "5", "ดีมาก"


class ObstacleState(Labelled):
    OPEN = "OPEN", "รอแนวทางแก้ไข"
    AGREED = "AGREED", "มีแนวทางแล้ว"
    SOLVED = "SOLVED", "แก้ไขแล้ว"
    WITHDRAWN = "WITHDRAWN", "ยกเลิก"


class ObstacleStepKind(Labelled):
    RAISED = "RAISED", "แจ้งปัญหา"
    CHANGED = "CHANGED", "แก้ไขรายละเอียด"
    TRIED = "TRIED", "ดำเนินการ"
    AGREED = "AGREED", "ตกลงแนวทางแก้ไข"
    SOLVED = "SOLVED", "แก้ไขแล้ว"
    WITHDRAWN = "WITHDRAWN", "ยกเลิก"
    REOPENED = "REOPENED", "เปิดอีกครั้ง"


class PostKind(Labelled):
    COMMENT = "COMMENT", "ความเห็น"
    OBJECTION = "OBJECTION", "ข้อโต้แย้ง"


class ReasonCategory(Labelled):
    NONE = "", "–"
    POSTPONED = "POSTPONED", "สหกรณ์หรือกลุ่มเป้าหมายเลื่อนนัด"
    OTHER_DUTY = "OTHER_DUTY", "ได้รับมอบหมายงานอื่น / ไปราชการ"
    LEAVE = "LEAVE", "ลา"
    BUDGET = "BUDGET", "งบประมาณยังไม่ได้รับโอน"
    OTHER = "OTHER", "อื่น ๆ"

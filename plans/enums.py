"""Vocabulary of the Action Plan."""

from __future__ import annotations

from office.enums import Labelled


class PlanState(Labelled):
    DRAFT = "DRAFT", "ร่าง"
    CONSULTATION = "CONSULTATION", "รับฟังความเห็น"
    APPROVED = "APPROVED", "อนุมัติแล้ว"
    CLOSED = "CLOSED", "สิ้นสุดแล้ว"


class Aggregation(Labelled):
    """How months add up to a year (design rule 4.3)."""

    SUM = "SUM", "รวม"
    LATEST = "LATEST", "สะสม"
    MAX = "MAX", "สูงสุด"


class Direction(Labelled):
    MORE = "MORE", "ยิ่งมากยิ่งดี"
    LESS = "LESS", "ยิ่งน้อยยิ่งดี"


class Dimension(Labelled):
    """The four dimensions of the founding document."""

    EFFECTIVENESS = "EFFECTIVENESS", "ประสิทธิผล"
    QUALITY = "QUALITY", "คุณภาพ"
    EFFICIENCY = "EFFICIENCY", "ประสิทธิภาพของการปฏิบัติราชการ"
    ORG_DEVELOPMENT = "ORG_DEVELOPMENT", "การพัฒนาองค์กร"


class GroupLevel(Labelled):
    PROGRAM = "PROGRAM", "แผนงาน"
    OUTPUT = "OUTPUT", "ผลผลิต/โครงการ"
    ACTIVITY = "ACTIVITY", "กิจกรรม"


TRACKED: dict[bool | None, str] = {True: "เทียบทุกเดือน", False: "ไม่เทียบ", None: "ตามไฟล์ของเดือน"}
"""What the office says of an item and CPS (4.7)."""

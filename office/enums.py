"""Vocabulary of the office: roles, personnel types, states of long work."""

from __future__ import annotations

from enum import StrEnum


class Labelled(StrEnum):
    """A StrEnum whose members carry a Thai label: ``NAME = "VALUE", "ป้าย"``."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Labelled:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(member.value, member.label) for member in cls]


class Role(Labelled):
    OFFICER = "OFFICER", "เจ้าหน้าที่"
    UNIT_HEAD = "UNIT_HEAD", "หัวหน้ากลุ่ม/ฝ่าย"
    GENERAL_ADMIN = "GENERAL_ADMIN", "ฝ่ายบริหารทั่วไป"
    PERSONNEL = "PERSONNEL", "งานบุคคล"
    DIRECTOR = "DIRECTOR", "สหกรณ์จังหวัด"
    SYSTEM_ADMIN = "SYSTEM_ADMIN", "ผู้ดูแลระบบ"


class PersonnelType(Labelled):
    CIVIL = "CIVIL", "ข้าราชการ"
    GOV_EMP = "GOV_EMP", "พนักงานราชการ"
    PERMANENT = "PERMANENT", "ลูกจ้างประจำ"
    OUTSOURCED = "OUTSOURCED", "จ้างเหมาบริการ"


class JobState(Labelled):
    QUEUED = "QUEUED", "รอเริ่ม"
    RUNNING = "RUNNING", "กำลังทำ"
    DONE = "DONE", "เสร็จแล้ว"
    FAILED = "FAILED", "หยุดกลางคัน"

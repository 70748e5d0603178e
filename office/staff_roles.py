"""The words by which lists of staff name people's roles."""

from __future__ import annotations

import re

from office.enums import Role
from office.sheets import compact

_ROLE_WORDS = (
    ("ไม่ต้องรายงาน", None),
    ("ไม่รายงาน", None),
    ("ผู้บริหาร", Role.DIRECTOR),
    ("สหกรณ์จังหวัด", Role.DIRECTOR),
    ("หัวหน้าสำนักงาน", Role.DIRECTOR),
    ("หัวหน้ากลุ่ม", Role.UNIT_HEAD),
    ("หัวหน้าฝ่าย", Role.UNIT_HEAD),
    ("หัวหน้านิคม", Role.UNIT_HEAD),
    ("หัวหน้าหน่วย", Role.UNIT_HEAD),
    ("ผู้อำนวยการ", Role.UNIT_HEAD),
    ("ผอ", Role.UNIT_HEAD),
    ("ฝ่ายบริหารทั่วไป", Role.GENERAL_ADMIN),
    ("งานบุคคล", Role.PERSONNEL),
    ("เจ้าหน้าที่บุคคล", Role.PERSONNEL),
    ("งานการเจ้าหน้าที่", Role.PERSONNEL),
    ("การเจ้าหน้าที่", Role.PERSONNEL),
    ("ผู้ดูแลระบบ", Role.SYSTEM_ADMIN),
    ("เจ้าหน้าที่ผู้รับผิดชอบ", Role.OFFICER),
    ("เจ้าหน้าที่", Role.OFFICER),
    ("ผู้ปฏิบัติงาน", Role.OFFICER),
)


def role_words(said: str) -> list[str]:
    """The roles of a cell; "/" parts two of them only where it isn't part of one (หัวหน้ากลุ่ม/ฝ่าย)."""
    words: list[str] = []
    for word in (piece.strip() for piece in re.split(r"[,;\n]|และ", said)):
        words += [word] if role_of(word)[0] else [part.strip() for part in word.split("/")]
    return [word for word in words if word]


def role_of(word: str) -> tuple[bool, Role | None]:
    """Whether the word is known, and its role; None means ไม่ต้องรายงาน."""
    key = compact(word)
    for known, role in _ROLE_WORDS:
        if key == known or (key.startswith(known) and role != Role.OFFICER):
            return True, role
    return False, None


def ordered(roles: set[Role]) -> tuple[str, ...]:
    return tuple(role for role in Role if role in roles)

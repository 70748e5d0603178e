"""Vocabulary of a person's year."""

from __future__ import annotations

from office.enums import Labelled


class Met(Labelled):
    """How an item of a person's plan stands: each item in exactly one of these."""

    MET = "met", "ได้ตามเป้า"
    BEHIND = "behind", "ไม่ได้ตามเป้า"
    NOT_DUE = "not-due", "ยังไม่ถึงกำหนด"
    UNSAID = "unsaid", "ยังสรุปไม่ได้"

"""Free text as people type it, cleaned and measured in one way everywhere."""

from __future__ import annotations

import re

LONGEST_TEXT = 4000

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def cleaned(text: str) -> str:
    """Without control characters and outer space; one kind of line end."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def too_long(text: str) -> str:
    """What to tell whoever typed it; empty when it fits."""
    if len(text) <= LONGEST_TEXT:
        return ""
    return f"เขียนไม่เกิน {LONGEST_TEXT:,} ตัวอักษร ที่พิมพ์มี {len(text):,} ตัวอักษร"

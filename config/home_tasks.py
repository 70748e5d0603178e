"""One thing to do, as the home page lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what (a link), why, when."""

    what: str
    url: str
    why: str
    when: str = ""
    tag: str = ""
    tone: str = ""
    icon: str = ""
    to_know: bool = False
    """Nothing is asked of the reader."""


def in_words(day: date, today: date) -> str:
    """As "วันนี้", "พรุ่งนี้", "อีก 5 วัน", "เมื่อวาน" or "5 วันที่แล้ว"."""
    days = (day - today).days
    near = {0: "วันนี้", 1: "พรุ่งนี้", -1: "เมื่อวาน"}
    return near.get(days) or (f"อีก {days} วัน" if days > 0 else f"{-days} วันที่แล้ว")

"""Where a meeting may be put and why it isn't on its nominal day (design rule 4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from office import thai
from office.calendar import Month, Series, is_working_day

DAYS_BEYOND = 10
"""How far past the end of its month a person may put a meeting."""


def day_off(day: date, names: Mapping[date, str]) -> str:
    """What makes it no working day, e.g. "วันเสาร์" or the holiday's name; empty for a working day."""
    if is_working_day(day, names):
        return ""
    weekend = f"วัน{thai.WEEKDAYS[day.weekday()]}" if day.weekday() >= 5 else ""
    return " ".join(filter(None, (weekend, names.get(day, ""))))


def why_shifted(nominal: date, held: date, names: Mapping[date, str]) -> str:
    """Why the rule moved it; empty when it stands on its nominal day."""
    reason = day_off(nominal, names)
    return f"ตรงกับ{reason}"[:300] if reason and nominal != held else ""


def span(month: Month) -> tuple[date, date]:
    """The first and the last day on which a person may put a meeting of ``month``."""
    return month.first, month.last + timedelta(days=DAYS_BEYOND)


@dataclass(frozen=True, slots=True)
class Wish:
    """A person's wish to hold a meeting on another day."""

    series: Series
    month: Month
    held_on: date
    day: date
    reason: str
    off_confirmed: bool
    """The person has ticked that the office meets on a day off."""
    due_gone: bool
    """The day's due instant lies in the past."""


def move_faults(wish: Wish, names: Mapping[date, str]) -> dict[str, str]:
    """Field → Thai message for everything that keeps the wish from being granted."""
    faults = {}
    if not wish.reason.strip():
        faults["reason"] = "กรอกเหตุผลที่เลื่อนวันประชุม"
    first, last = span(wish.month)
    off = day_off(wish.day, names)
    if not first <= wish.day <= last:
        faults["day"] = f"เลือกวันตั้งแต่ {thai.short_date(first)} ถึง {thai.short_date(last)}"
    elif wish.day == wish.held_on:
        faults["day"] = f"เลือกวันอื่น การประชุมนี้อยู่ที่ {thai.short_date(wish.day)} อยู่แล้ว"
    elif wish.series is Series.END and wish.due_gone:
        faults["day"] = "เลือกวันที่ยังไม่เลยเวลาครบกำหนดส่ง วันประชุมสิ้นเดือนคือกำหนดส่งรายงาน"
    elif off and not wish.off_confirmed:
        faults["day"] = f"เลือกวันทำการ {thai.short_date(wish.day)} เป็น{off}"
        faults["on_day_off"] = "ถ้าจะประชุมในวันหยุดจริง ให้ทำเครื่องหมายยืนยัน"
    return faults

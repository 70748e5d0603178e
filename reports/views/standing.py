"""Where a person-month stands, on both axes, for its pill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from office import thai
from office.calendar import day_of
from reports.enums import ReportState
from reports.queries import MonthOfPerson
from reports.rules import PersonMonth, row_state, timing_of
from reports.views.place import Place


def standing(read: MonthOfPerson, place: Place, now: datetime) -> dict[str, Any]:
    """No query: ``place.month`` knows whether its person is waived."""
    report = read.report
    waived = bool(getattr(place.month, "waived", False))
    expected = any(row.target is not None for row in read.rows)
    state = row_state(expected=expected, waived=waived, report=read.state, submitted=read.submitted)
    timing = timing_of(
        PersonMonth(
            deadline=place.month.grace_end,
            waived=waived,
            first_submitted_at=report.first_submitted_at if report else None,
            first_deadline=report.first_deadline if report else None,
        ),
        now=now,
    )
    return {"row_state": state, "timing": timing}


@dataclass(frozen=True, slots=True)
class Kept:
    """Where what was typed stands, for the bar of the form."""

    words: str
    icon: str = ""
    tone: str = ""
    sent: bool = False
    """All of it is submitted: nothing is left to be done."""
    changed: bool = False
    """It was submitted, and changed since."""


def kept(read: MonthOfPerson, now: datetime) -> Kept:
    report = read.report
    if read.state is ReportState.SUBMITTED and report and report.submitted_at:
        if read.unsent:
            return Kept("แก้หลังส่ง ยังไม่ได้ส่งใหม่", "exclamation-triangle-fill", "warn", changed=True)
        return Kept(f"ส่งแล้ว {_when(report.submitted_at, now)}", "check-circle-fill", sent=True)
    if report and report.saved_at:
        return Kept(f"บันทึกร่างแล้ว {_when(report.saved_at, now)}", "cloud-check")
    return Kept("ยังไม่ได้บันทึก", tone="mute")


def _when(at: datetime, now: datetime) -> str:
    """The time of today, the day of before."""
    return (
        thai.clock_time(at.astimezone(thai.BANGKOK).time())
        if day_of(at) == day_of(now)
        else thai.short_date(day_of(at))
    )

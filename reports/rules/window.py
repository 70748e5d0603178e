"""Until when a person-month can be written, and why not any more (4.6, 4.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from office.calendar import day_of
from office.thai import long_date
from reports.enums import ReportState
from reports.rules.months import second


@dataclass(frozen=True, slots=True)
class Window:
    """The instants that open and shut one person's month."""

    opens_on: date
    """The month's first day: nothing is reported of a month that hasn't begun."""
    deadline: datetime
    """Due + grace: from then on what was submitted is changed only when asked for."""
    lock_at: datetime
    closed: bool = False
    reopened_until: datetime | None = None
    """By the last return."""
    told_until: datetime | None = None
    """Answer-by of the newest notice: it keeps open a month with no report too."""
    unlocked_until: datetime | None = None

    @property
    def kept_until(self) -> datetime | None:
        """What was asked for or allowed keeps it open till then, whatever is past."""
        until = (self.reopened_until, self.told_until, self.unlocked_until)
        return max(filter(None, until), default=None)

    @property
    def answer_until(self) -> datetime:
        """The last instant at which its newest notice is answered."""
        if self.closed and self.told_until is not None:
            return self.told_until
        return max(filter(None, (self.lock_at, self.told_until, self.unlocked_until)))

    def until(self, state: ReportState | None) -> datetime:
        """The last instant at which a report in this state can be written as things stand."""
        shuts = self.deadline if state is ReportState.SUBMITTED else self.lock_at
        return max(filter(None, (shuts, self.kept_until)))

    def refusal(self, state: ReportState | None, *, now: datetime) -> str:
        """Why an officer can't save or submit now, in Thai; empty when it is open."""
        if self.closed:
            return "เดือนนี้ปิดแล้ว ตัวเลขถูกตรึงไว้"
        if day_of(now) < self.opens_on:
            return f"เดือนนี้ยังไม่เริ่ม เปิดให้รายงานตั้งแต่วันที่ {long_date(self.opens_on)}"
        if state is ReportState.ACCEPTED:
            return "รายงานนี้ตรวจรับแล้ว หากต้องแก้ไข ขอให้ฝ่ายบริหารทั่วไปส่งกลับแก้ไข"
        if second(now) <= self.until(state):
            return ""
        if state is ReportState.SUBMITTED:
            return "ส่งรายงานแล้วและเลยกำหนดส่งแล้ว หากต้องแก้ไข ขอให้ฝ่ายบริหารทั่วไปส่งกลับแก้ไข"
        return "เดือนนี้ปิดรับแก้ไขแล้ว ขอเปิดแก้ไขได้ที่ฝ่ายบริหารทั่วไป"

    def answer_refusal(self, *, now: datetime) -> str:
        """Why its newest notice can't be answered now, in Thai; empty when it can."""
        if second(now) <= self.answer_until:
            return ""
        return "เลยกำหนดตอบแล้วและเดือนนี้ปิดรับแก้ไขแล้ว ขอให้ฝ่ายบริหารทั่วไป “เปิดแก้ไข” แล้วจึงชี้แจงได้"

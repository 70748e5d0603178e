"""Months, fiscal years, working days, meeting days and deadlines (design rules 4.1, 4.2, 4.6).

Days are Bangkok days, instants are aware. `holidays` is best a set: it is asked once a day walked over.
"""

import calendar as gregorian
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from office import thai
from office.thai import BANGKOK as BANGKOK

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """A month of a CE year."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.year <= 9998):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """From "2026-10" as in URLs and commands. Raises ThaiValueError."""
        match = re.fullmatch("([0-9]{4})-(0[1-9]|1[0-2])", text)
        if match is None or not 1900 <= int(match[1]) < 2400:
            raise thai.ThaiValueError("ใส่เดือนเป็น ปี ค.ศ.-เดือน เช่น 2026-10", f"“{text[:20]}”")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, gregorian.monthrange(self.year, self.month)[1])

    def shift(self, months: int) -> "Month":
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return Month(year, month + 1)

    def next(self) -> "Month":
        return self.shift(1)

    def previous(self) -> "Month":
        return self.shift(-1)

    @property
    def fiscal_year(self) -> int:
        """BE."""
        return thai.be(self.year) + (self.month >= 10)

    @property
    def label(self) -> str:
        return thai.month_name(self.first)

    @property
    def short(self) -> str:
        return thai.month_short(self.first)


def fiscal_year(day: date) -> int:
    """BE."""
    return Month.of(day).fiscal_year


def fiscal_months(fy: int) -> tuple[Month, ...]:
    """October to September of the BE fiscal year."""
    october = Month(thai.ce(fy) - 1, 10)
    return tuple(october.shift(n) for n in range(12))


def fiscal_span(fy: int) -> tuple[date, date]:
    months = fiscal_months(fy)
    return months[0].first, months[-1].last


def quarter(month: Month) -> int:
    """1 (Oct–Dec) to 4 (Jul–Sep)."""
    return (month.month - 10) % 12 // 3 + 1


def half(month: Month) -> int:
    """The appraisal round: 1 (Oct–Mar) or 2 (Apr–Sep)."""
    return (month.month - 10) % 12 // 6 + 1


def day_of(instant: datetime) -> date:
    """The Bangkok day of an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(BANGKOK).date()


def at(day: date, hour: time) -> datetime:
    """The instant (UTC) at which Bangkok clocks show `hour` on `day`."""
    return datetime.combine(day, hour, BANGKOK).astimezone(UTC)


class ShiftRule(StrEnum):
    """Where a meeting goes when its day is not a working day."""

    PREVIOUS = "PREVIOUS"
    NEXT = "NEXT"

    @property
    def label(self) -> str:
        return "เลื่อนมาวันทำการก่อนหน้า" if self is ShiftRule.PREVIOUS else "เลื่อนไปวันทำการถัดไป"


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def previous_working_day(day: date, holidays: Collection[date]) -> date:
    """`day` itself when it is a working day."""
    while not is_working_day(day, holidays):
        day -= _ONE_DAY
    return day


def next_working_day(day: date, holidays: Collection[date]) -> date:
    """`day` itself when it is a working day."""
    while not is_working_day(day, holidays):
        day += _ONE_DAY
    return day


def shifted(day: date, holidays: Collection[date], rule: ShiftRule) -> date:
    move = previous_working_day if rule is ShiftRule.PREVIOUS else next_working_day
    return move(day, holidays)


def add_working_days(day: date, n: int, holidays: Collection[date]) -> date:
    """The n-th working day after `day`; with 0 the day itself or the next working day."""
    if n < 0:
        raise ValueError("n must not be negative")
    if n == 0:
        return next_working_day(day, holidays)
    for _ in range(n):
        day = next_working_day(day + _ONE_DAY, holidays)
    return day


def nth_working_day(month: Month, n: int, holidays: Collection[date]) -> date:
    """Counted from the first of the month, n ≥ 1; runs on into the next month when n is large."""
    if n < 1:
        raise ValueError("n must be at least 1")
    return add_working_days(month.first - _ONE_DAY, n, holidays)


class Series(StrEnum):
    """The two monthly meetings."""

    MID = "MID"
    END = "END"

    @property
    def label(self) -> str:
        return "วันที่ 15 ติดตามงาน" if self is Series.MID else "สิ้นเดือน สรุปผล"


@dataclass(frozen=True, slots=True)
class MeetingDay:
    """`nominal` is the 15th or the last of `month`; `actual` is where the shift rule puts it."""

    series: Series
    month: Month
    nominal: date
    actual: date


def meeting_day(series: Series, month: Month, holidays: Collection[date], rule: ShiftRule) -> MeetingDay:
    nominal = month.first.replace(day=15) if series is Series.MID else month.last
    return MeetingDay(series, month, nominal, shifted(nominal, holidays, rule))


def meeting_days(fy: int, holidays: Collection[date], rule: ShiftRule) -> tuple[MeetingDay, ...]:
    """The 24 meetings of a BE fiscal year in the order of their nominal days."""
    return tuple(
        meeting_day(series, month, holidays, rule)
        for month in fiscal_months(fy)
        for series in (Series.MID, Series.END)
    )


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Aware UTC instants: at `due` and up to `grace_end` a report is on time, from `lock` it is shut."""

    due: datetime
    grace_end: datetime
    lock: datetime


def deadlines(
    month: Month,
    meeting_day: date,
    holidays: Collection[date],
    *,
    due_time: time,
    grace_days: int,
    lock_day: int,
) -> Deadlines:
    """Design rule 4.6. `meeting_day` is the day on which the month-end meeting is really held.

    `grace_days` are working days after it; `lock_day` counts working days of the month that follows.
    """
    last_day = add_working_days(meeting_day, grace_days, holidays) if grace_days else meeting_day
    lock = max(nth_working_day(month.next(), lock_day, holidays), last_day)
    return Deadlines(at(meeting_day, due_time), at(last_day, due_time), at(lock, due_time))

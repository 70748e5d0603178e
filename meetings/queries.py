"""Reads of meetings: saved ones, and those that the rule gives while there is no row yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from meetings import rules
from meetings.enums import PURPOSES, TITLES
from office.calendar import Month, Series, ShiftRule, meeting_day
from office.models import Office
from office.queries import policy_of
from plans.models import ReportingMonth

if TYPE_CHECKING:
    from meetings.models import Meeting


@dataclass(frozen=True)
class OfficeDays:
    """Holidays by day and the shift rule of one office."""

    names: dict[date, str]
    shift_rule: ShiftRule

    def day_of(self, series: Series, month: Month) -> tuple[date, date]:
        """Nominal day and the day on which the rule puts it."""
        found = meeting_day(series, month, self.names.keys(), self.shift_rule)
        return found.nominal, found.actual


@dataclass(frozen=True)
class MeetingRow:
    """A meeting as it is shown; ``saved`` is None while only the rule says that it exists."""

    series: Series
    month: ReportingMonth
    nominal_on: date
    held_on: date
    shifted_because: str
    moved_reason: str = ""
    saved: Meeting | None = None

    @property
    def title(self) -> str:
        return TITLES[self.series]

    @property
    def purpose(self) -> str:
        return PURPOSES[self.series]

    @property
    def version(self) -> int:
        """A meeting that isn't saved yet will be made with version 1."""
        return self.saved.version if self.saved else 1

    @property
    def is_month_end(self) -> bool:
        return self.series is Series.END

    @property
    def url(self) -> str:
        return f"/meetings/{self.saved.pk}/" if self.saved else f"/meetings/{self.slug}/"

    @property
    def slug(self) -> str:
        return f"{self.series.lower()}/{self.month.month}"


def days_of(office: Office) -> OfficeDays:
    names = dict(office.holidays.values_list("day", "name"))
    return OfficeDays(names, ShiftRule(policy_of(office).shift_rule))


def row_of(meeting: Meeting) -> MeetingRow:
    return MeetingRow(
        series=Series(meeting.series),
        month=meeting.month,
        nominal_on=meeting.nominal_on,
        held_on=meeting.held_on,
        shifted_because=meeting.shifted_because,
        moved_reason=meeting.moved_reason,
        saved=meeting,
    )


def derived(month: ReportingMonth, series: Series, days: OfficeDays) -> MeetingRow:
    """What the rule says; a month-end meeting stands where the month's reports are due."""
    nominal, actual = days.day_of(series, month.month)
    held = month.due_on if series is Series.END else actual
    return MeetingRow(series, month, nominal, held, rules.why_shifted(nominal, held, days.names))


def rows_of_months(months: list[ReportingMonth], days: OfficeDays) -> list[MeetingRow]:
    """Two for each month in the order given, saved or derived; one query."""
    saved = {
        (meeting.month_id, Series(meeting.series)): meeting for meeting in _saved().filter(month__in=months)
    }
    return [
        row_of(saved[month.pk, series]) if (month.pk, series) in saved else derived(month, series, days)
        for month in months
        for series in (Series.MID, Series.END)
    ]


def next_meeting(office: Office, day: date) -> MeetingRow | None:
    """The first meeting on or after ``day``; one query when the year's rows are there."""
    found = _saved().filter(office=office, held_on__gte=day).order_by("held_on", "id").first()
    if found is not None:
        return row_of(found)
    first = Month.of(day).previous().first
    months = list(ReportingMonth.objects.of(office).filter(first__gte=first).order_by("first")[:3])
    to_come = [row for row in rows_of_months(months, days_of(office)) if row.held_on >= day] if months else []
    return min(to_come, key=lambda row: row.held_on, default=None)


def _saved() -> QuerySet[Meeting]:
    from meetings.models import Meeting

    return Meeting.objects.select_related("month")

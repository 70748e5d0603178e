"""Changes to meetings: making the year's, moving one, following changed holidays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count

from meetings import rules
from meetings.enums import TITLES
from meetings.models import Meeting
from meetings.queries import OfficeDays, days_of, rows_of_months
from office import audit, thai
from office.access import Actor, Perm, check
from office.audit import Verb
from office.calendar import Series, at, day_of
from office.errors import Invalid, NotAllowedNow, Stale
from office.models import Notification, Office, Person
from office.queries import policy_of
from plans.actions import move_due
from plans.models import FiscalYear, ReportingMonth

MEETINGS_A_YEAR = 24
RULE_CHANGED = "วันหยุดหรือข้อกำหนดของสำนักงานเปลี่ยน"


@transaction.atomic
def make_meetings(fiscal_year: FiscalYear, *, by: Actor, now: datetime) -> list[Meeting]:
    """The year's 24 meetings; those that exist already stay as they are, moved or not."""
    check(by, Perm.MEETING_MOVE, fiscal_year)
    fiscal_year = FiscalYear.objects.select_for_update().get(pk=fiscal_year.pk)
    months = list(ReportingMonth.objects.filter(fiscal_year=fiscal_year).order_by("first"))
    missing = [
        Meeting(
            office_id=fiscal_year.office_id,
            fiscal_year=fiscal_year,
            month=row.month,
            series=row.series,
            nominal_on=row.nominal_on,
            held_on=row.held_on,
            shifted_because=row.shifted_because,
        )
        for row in rows_of_months(months, days_of(fiscal_year.office))
        if row.saved is None
    ]
    made = Meeting.objects.bulk_create(missing)
    audit.record_all(
        [
            audit.entry(by=by, verb=Verb.MEETING_MADE, subject=each, at=now, after=_facts(each))
            for each in made
        ]
    )
    return list(
        Meeting.objects.filter(fiscal_year=fiscal_year).select_related("month").order_by("nominal_on")
    )


@transaction.atomic
def move(
    meeting: Meeting,
    day: date,
    *,
    by: Actor,
    now: datetime,
    reason: str,
    version: int,
    on_day_off: bool = False,
) -> Meeting:
    """Hold the meeting on ``day``; a month-end meeting takes the month's due, grace and lock with it.

    Back on the rule's day it counts as not moved. Raises Invalid with faults of ``day``, ``reason`` and
    ``on_day_off``, Stale when ``version`` isn't the present one, NotAllowedNow once the month is closed.
    Tells everybody who serves in the office.
    """
    check(by, Perm.MEETING_MOVE, meeting)
    meeting = _locked(meeting)
    if meeting.version != version:
        raise Stale("มีการเลื่อนการประชุมนี้จากที่อื่นก่อนคุณ")
    if meeting.month.closed_at is not None:
        raise NotAllowedNow("เดือนนี้ปิดแล้ว เลื่อนวันประชุมไม่ได้")
    days = days_of(meeting.office)
    wish = rules.Wish(
        series=Series(meeting.series),
        month=meeting.month.month,
        held_on=meeting.held_on,
        day=day,
        reason=reason,
        off_confirmed=on_day_off,
        due_gone=_due_gone(meeting.office, day, now),
    )
    faults = rules.move_faults(wish, days.names)
    if faults:
        raise Invalid("ยังเลื่อนวันประชุมไม่ได้", faults)
    moved = day != days.day_of(Series(meeting.series), meeting.month.month)[1]
    meeting.moved_reason = reason.strip()[:300] if moved else ""
    meeting.moved_by = by.person if moved else None
    meeting.moved_at = now if moved else None
    return _hold(meeting, day, days, by=by, now=now, reason=reason.strip()[:300])


@transaction.atomic
def move_unsaved(
    month: ReportingMonth,
    series: Series,
    day: date,
    *,
    by: Actor,
    now: datetime,
    reason: str,
    version: int,
    on_day_off: bool = False,
) -> Meeting:
    """Move a meeting that only the rule gives so far: the year's meetings are made first."""
    make_meetings(month.fiscal_year, by=by, now=now)
    meeting = Meeting.objects.select_related("month").get(month=month, series=series)
    return move(meeting, day, by=by, now=now, reason=reason, version=version, on_day_off=on_day_off)


@transaction.atomic
def realign(office: Office, *, by: Actor, now: datetime) -> int:
    """Let meetings of open months, to come and not moved by a person, follow the holidays and the rule.

    Returns how many went to another day. Never into the past: such a one stays for a person to move.
    """
    check(by, Perm.MEETING_MOVE, office)
    days, today, count = days_of(office), day_of(now), 0
    standing = Meeting.objects.select_for_update(of=("self",)).select_related("month", "office")
    for meeting in standing.filter(office=office, month__closed_at=None, moved_at=None, held_on__gte=today):
        day = days.day_of(Series(meeting.series), meeting.month.month)[1]
        if day == meeting.held_on or day < today or _due_gone(office, day, now):
            continue
        _hold(meeting, day, days, by=by, now=now, reason=RULE_CHANGED)
        count += 1
    return count


def keep_meetings(*, by: Actor, now: datetime) -> dict[str, int]:
    """The periodic scan: years without their meetings get them, the others follow changed holidays."""
    lacking = (
        FiscalYear.objects.annotate(rows=Count("meetings")).filter(rows__lt=MEETINGS_A_YEAR).order_by("id")
    )
    years = [make_meetings(year, by=by, now=now) for year in lacking]
    offices = Office.objects.filter(months__closed_at=None).distinct().order_by("id")
    return {"years": len(years), "moved": sum(realign(office, by=by, now=now) for office in offices)}


def _locked(meeting: Meeting) -> Meeting:
    return (
        Meeting.objects.select_for_update(of=("self",)).select_related("month", "office").get(pk=meeting.pk)
    )


def _due_gone(office: Office, day: date, now: datetime) -> bool:
    return at(day, policy_of(office).due_time) < now


def _hold(meeting: Meeting, day: date, days: OfficeDays, *, by: Actor, now: datetime, reason: str) -> Meeting:
    before = _facts(meeting)
    meeting.held_on = day
    meeting.shifted_because = (
        "" if meeting.moved_at else rules.why_shifted(meeting.nominal_on, day, days.names)
    )
    meeting.version += 1
    meeting.save()
    audit.record(
        by=by,
        verb=Verb.MEETING_MOVED,
        subject=meeting,
        at=now,
        before=before,
        after=_facts(meeting),
        reason=reason,
    )
    if meeting.series == Series.END:
        meeting.month = move_due(meeting.month, day, by=by, now=now, reason=reason)
    _tell(meeting, now=now, reason=reason)
    return meeting


def _facts(meeting: Meeting) -> Mapping[str, object]:
    return {"held_on": meeting.held_on, "moved_reason": meeting.moved_reason, "version": meeting.version}


def _tell(meeting: Meeting, *, now: datetime, reason: str) -> None:
    month, series = meeting.month.month, Series(meeting.series)
    text = f"{TITLES[series]} {month.label} เปลี่ยนเป็นวัน{thai.weekday_date(meeting.held_on)}"
    if series is Series.END:
        text += f" กำหนดส่งรายงานเดือน{month.label} เปลี่ยนตามเป็น {thai.instant_text(meeting.month.due_at)}"
    serving = Person.objects.serving_on(day_of(now)).filter(office_id=meeting.office_id, is_active=True)
    Notification.objects.bulk_create(
        (
            Notification(
                person_id=person,
                key=f"meeting-moved:{meeting.pk}:{meeting.version}",
                text=f"{text} เพราะ{reason}"[:500],
                url=f"/meetings/{meeting.pk}/",
                at=now,
            )
            for person in serving.values_list("pk", flat=True)
        ),
        ignore_conflicts=True,
        batch_size=500,
    )

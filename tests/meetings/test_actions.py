"""The year's 24 meetings, moving one, following changed holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from config.schedule import SCHEDULE
from meetings import actions, tasks
from meetings.models import Meeting
from meetings.queries import days_of, next_meeting, rows_of_months
from office import clock
from office.audit import history_of
from office.calendar import Series
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import Holiday, Notification, Policy
from plans.actions import open_year
from plans.models import FiscalYear, ReportingMonth
from tests import builders

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)

# DOMAIN 4.2: the meetings that are not held on their nominal day, nominal → held.
SHIFTED = {
    2569: {
        "2025-11-15": "2025-11-14",
        "2026-02-15": "2026-02-13",
        "2026-03-15": "2026-03-13",
        "2026-04-15": "2026-04-10",
        "2026-08-15": "2026-08-14",
        "2025-11-30": "2025-11-28",
        "2025-12-31": "2025-12-30",
        "2026-01-31": "2026-01-30",
        "2026-02-28": "2026-02-27",
        "2026-05-31": "2026-05-29",
    },
    2570: {
        "2026-11-15": "2026-11-13",
        "2027-04-15": "2027-04-12",
        "2027-05-15": "2027-05-14",
        "2027-08-15": "2027-08-13",
        "2026-10-31": "2026-10-30",
        "2026-12-31": "2026-12-30",
        "2027-01-31": "2027-01-29",
        "2027-02-28": "2027-02-26",
        "2027-07-31": "2027-07-30",
    },
}


@pytest.fixture
def office():
    return builders.make_office()


@pytest.fixture
def unit(office):
    return builders.make_unit(office)


@pytest.fixture
def clerk(unit):
    return builders.make_person(unit, Role.GENERAL_ADMIN)


@pytest.fixture
def year(office) -> FiscalYear:
    return open_year(office, 2570, by=builders.SYSTEM, now=builders.MADE_AT)


def made(year: FiscalYear) -> list[Meeting]:
    return actions.make_meetings(year, by=builders.SYSTEM, now=NOW)


def meeting_of(year: FiscalYear, month: str, series: Series) -> Meeting:
    made(year)
    return Meeting.objects.get(month=builders.month_of(year.office, month), series=series)


def moved(meeting: Meeting, day: date, *, by, now=NOW, **given) -> Meeting:
    given = {"reason": "ห้องประชุมไม่ว่าง", "version": meeting.version} | given
    return actions.move(meeting, day, by=by, now=now, **given)


def state(meetings) -> list[tuple]:
    fields = (
        "pk",
        "month_id",
        "series",
        "nominal_on",
        "held_on",
        "shifted_because",
        "moved_reason",
        "version",
    )
    return sorted(tuple(getattr(each, name) for name in fields) for each in meetings)


@pytest.mark.parametrize("fy", [2569, 2570])
def test_a_year_has_24_meetings_shifted_to_the_previous_working_day(office, fy):
    meetings = made(open_year(office, fy, by=builders.SYSTEM, now=builders.MADE_AT))
    assert len(meetings) == 24
    apart = {str(each.nominal_on): str(each.held_on) for each in meetings if each.nominal_on != each.held_on}
    assert apart == SHIFTED[fy]
    assert [bool(each.shifted_because) for each in meetings] == [
        str(each.nominal_on) in apart for each in meetings
    ]


@pytest.mark.parametrize(
    ("month", "series", "why"),
    [
        ("2026-11", Series.MID, "ตรงกับวันอาทิตย์"),
        ("2027-04", Series.MID, "ตรงกับวันสงกรานต์"),
        ("2026-12", Series.END, "ตรงกับวันสิ้นปี"),
        ("2026-12", Series.MID, ""),
    ],
    ids=["weekend", "holiday", "last day of the year", "working day"],
)
def test_a_shifted_meeting_says_why(year, month, series, why):
    assert meeting_of(year, month, series).shifted_because == why


def test_month_end_meetings_stand_on_the_day_the_reports_are_due(year):
    made(year)
    pairs = Meeting.objects.filter(series=Series.END).values_list("held_on", "month__due_on")
    assert [held for held, _ in pairs] == [due for _, due in pairs]


def test_making_again_makes_no_copies_and_keeps_a_moved_meeting(year, clerk):
    meeting = meeting_of(year, "2026-11", Series.END)
    moved(meeting, date(2026, 12, 1), by=builders.actor(clerk))
    before = state(Meeting.objects.all())
    made(year)
    assert state(Meeting.objects.all()) == before


def test_derived_meetings_are_the_same_as_those_made(year):
    months = list(ReportingMonth.objects.filter(fiscal_year=year))
    derived = [
        (r.series, r.nominal_on, r.held_on, r.shifted_because)
        for r in rows_of_months(months, days_of(year.office))
    ]
    assert Meeting.objects.count() == 0
    made(year)
    saved = [
        (r.series, r.nominal_on, r.held_on, r.shifted_because)
        for r in rows_of_months(months, days_of(year.office))
    ]
    assert derived == saved


def test_making_records_each_meeting_once(year):
    first, *_ = made(year)
    made(year)
    assert [event.verb for event in history_of(first)] == ["MEETING_MADE"]


def test_moving_the_month_end_meeting_moves_due_grace_and_lock(year, office, clerk):
    Policy.objects.create(office=office, grace_days=1)
    moved(meeting_of(year, "2026-11", Series.END), date(2026, 12, 9), by=builders.actor(clerk))
    november = builders.month_of(office, "2026-11")
    assert november.due_on == date(2026, 12, 9)
    assert november.due_at == datetime(2026, 12, 9, 9, 30, tzinfo=UTC)
    assert november.grace_end == datetime(2026, 12, 11, 9, 30, tzinfo=UTC)  # the 10th is a holiday
    assert november.lock_at == datetime(2026, 12, 11, 9, 30, tzinfo=UTC)


def test_moving_the_meeting_of_the_15th_leaves_the_deadline_alone(year, office, clerk):
    before = builders.month_of(office, "2026-11").due_at
    meeting = moved(meeting_of(year, "2026-11", Series.MID), date(2026, 11, 17), by=builders.actor(clerk))
    assert builders.month_of(office, "2026-11").due_at == before
    assert (meeting.nominal_on, meeting.held_on) == (date(2026, 11, 15), date(2026, 11, 17))


def test_moving_is_in_the_history_with_before_after_and_reason(year, clerk):
    meeting = moved(meeting_of(year, "2026-11", Series.END), date(2026, 12, 1), by=builders.actor(clerk))
    event = history_of(meeting).last()
    assert (event.verb, event.actor_id, event.reason) == ("MEETING_MOVED", clerk.pk, "ห้องประชุมไม่ว่าง")
    assert (event.before["held_on"], event.after["held_on"]) == ("2026-11-30", "2026-12-01")
    assert history_of(meeting.month).last().verb == "MONTH_MOVED"


def test_back_on_the_rules_day_a_meeting_counts_as_not_moved(year, office, clerk):
    by = builders.actor(clerk)
    meeting = moved(meeting_of(year, "2026-11", Series.MID), date(2026, 11, 17), by=by)
    assert (meeting.moved_reason, meeting.moved_by, meeting.moved_at) == ("ห้องประชุมไม่ว่าง", clerk, NOW)
    meeting = moved(meeting, date(2026, 11, 13), by=by, reason="ใช้วันเดิมได้แล้ว")
    assert (meeting.moved_reason, meeting.moved_by, meeting.moved_at) == ("", None, None)
    assert meeting.shifted_because == "ตรงกับวันอาทิตย์"


def test_everyone_who_serves_is_told_once(year, unit, clerk):
    builders.make_person(unit)
    builders.make_person(unit, until=date(2026, 10, 31))
    builders.make_person(builders.make_unit(builders.make_office()))
    meeting = moved(meeting_of(year, "2026-11", Series.END), date(2026, 12, 1), by=builders.actor(clerk))
    told = Notification.objects.filter(url=f"/meetings/{meeting.pk}/")
    assert told.count() == 2
    assert "กำหนดส่งรายงานเดือนพฤศจิกายน 2569 เปลี่ยนตามเป็น 1 ธ.ค. 2569 16.30 น." in told.first().text


@pytest.mark.parametrize(
    ("day", "given", "fault"),
    [
        (date(2026, 11, 27), {"reason": "  "}, "reason"),
        (date(2026, 11, 28), {}, "on_day_off"),
        (date(2026, 12, 7), {}, "on_day_off"),
        (date(2026, 10, 30), {}, "day"),
        (date(2026, 12, 11), {}, "day"),
        (date(2026, 11, 30), {}, "day"),
    ],
    ids=["no reason", "Saturday", "holiday", "month before", "over ten days after", "same day"],
)
def test_a_month_end_meeting_is_not_moved_without(year, clerk, day, given, fault):
    meeting = meeting_of(year, "2026-11", Series.END)
    with pytest.raises(Invalid) as refusal:
        moved(meeting, day, by=builders.actor(clerk), **given)
    assert fault in refusal.value.faults
    assert Meeting.objects.get(pk=meeting.pk).held_on == date(2026, 11, 30)


@pytest.mark.parametrize(
    "day", [date(2026, 11, 1), date(2026, 12, 10)], ids=["first of month", "tenth after"]
)
def test_a_day_off_is_taken_when_confirmed_up_to_the_edges(year, clerk, day):
    meeting = meeting_of(year, "2026-11", Series.MID)
    assert moved(meeting, day, by=builders.actor(clerk), on_day_off=True).held_on == day


def test_a_month_end_meeting_can_not_put_its_deadline_into_the_past(year, clerk):
    meeting = meeting_of(year, "2026-11", Series.END)
    just_after = datetime(2026, 11, 20, 9, 31, tzinfo=UTC)
    with pytest.raises(Invalid) as refusal:
        moved(meeting, date(2026, 11, 20), by=builders.actor(clerk), now=just_after)
    assert set(refusal.value.faults) == {"day"}
    assert moved(
        meeting, date(2026, 11, 20), by=builders.actor(clerk), now=datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    )


def test_a_meeting_of_the_15th_may_be_put_on_a_past_day(year, clerk):
    meeting = meeting_of(year, "2026-11", Series.MID)
    assert moved(
        meeting, date(2026, 11, 12), by=builders.actor(clerk), now=datetime(2026, 11, 20, tzinfo=UTC)
    )


def test_a_past_deadline_can_still_be_moved_later(year, office, clerk):
    moved(meeting_of(year, "2026-10", Series.END), date(2026, 11, 3), by=builders.actor(clerk))
    assert builders.month_of(office, "2026-10").due_at == datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


def test_a_closed_month_keeps_its_meetings(year, clerk):
    meeting = meeting_of(year, "2026-11", Series.MID)
    ReportingMonth.objects.filter(pk=meeting.month_id).update(closed_at=NOW)
    with pytest.raises(NotAllowedNow):
        moved(meeting, date(2026, 11, 17), by=builders.actor(clerk))


def test_the_second_of_two_who_move_is_refused(year, clerk):
    meeting = meeting_of(year, "2026-11", Series.MID)
    moved(meeting, date(2026, 11, 17), by=builders.actor(clerk))
    with pytest.raises(Stale):
        moved(meeting, date(2026, 11, 18), by=builders.actor(clerk), version=1)
    assert Meeting.objects.get(pk=meeting.pk).held_on == date(2026, 11, 17)


@pytest.mark.parametrize(
    "role", [Role.OFFICER, Role.UNIT_HEAD, Role.DIRECTOR, Role.PERSONNEL, Role.SYSTEM_ADMIN]
)
def test_only_the_admin_unit_moves_meetings(year, unit, role):
    meeting = meeting_of(year, "2026-11", Series.MID)
    with pytest.raises(NotAllowed):
        moved(meeting, date(2026, 11, 17), by=builders.actor(builders.make_person(unit, role)))


def test_the_admin_unit_of_another_office_moves_nothing(year):
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    with pytest.raises(NotAllowed):
        moved(meeting_of(year, "2026-11", Series.MID), date(2026, 11, 17), by=builders.actor(stranger))


def test_moving_a_meeting_without_a_row_makes_the_years(year, office, clerk):
    november = builders.month_of(office, "2026-11")
    wish = {"reason": "ห้องประชุมไม่ว่าง", "version": 1}
    actions.move_unsaved(november, Series.MID, date(2026, 11, 17), by=builders.actor(clerk), now=NOW, **wish)
    assert Meeting.objects.filter(fiscal_year=year).count() == 24
    assert Meeting.objects.get(month=november, series=Series.MID).held_on == date(2026, 11, 17)


def test_a_refused_move_of_a_meeting_without_a_row_leaves_no_rows(year, office, clerk):
    november = builders.month_of(office, "2026-11")
    with pytest.raises(Invalid):
        actions.move_unsaved(
            november, Series.MID, date(2026, 11, 14), by=builders.actor(clerk), now=NOW, reason="x", version=1
        )
    assert Meeting.objects.count() == 0


def test_a_new_holiday_takes_meeting_and_deadline_with_it(year, office):
    made(year)
    Holiday.objects.create(office=office, day=date(2026, 11, 30), name="วันหยุดพิเศษ", source="มติ ครม.")
    assert actions.realign(office, by=builders.SYSTEM, now=NOW) == 1
    meeting = Meeting.objects.get(nominal_on=date(2026, 11, 30))
    assert (meeting.held_on, meeting.shifted_because) == (date(2026, 11, 27), "ตรงกับวันหยุดพิเศษ")
    assert builders.month_of(office, "2026-11").due_at == datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
    assert actions.realign(office, by=builders.SYSTEM, now=NOW) == 0


@pytest.mark.parametrize("what", ["moved", "closed", "held"])
def test_realigning_leaves_alone_what_is(year, office, clerk, what):
    meeting = meeting_of(year, "2026-11", Series.END)
    now = NOW
    if what == "moved":
        meeting = moved(meeting, date(2026, 12, 1), by=builders.actor(clerk))
    if what == "closed":
        ReportingMonth.objects.filter(pk=meeting.month_id).update(closed_at=NOW)
    if what == "held":
        now = datetime(2026, 12, 1, 2, tzinfo=UTC)
    for day in (date(2026, 11, 30), date(2026, 12, 1)):
        Holiday.objects.create(office=office, day=day, name="วันหยุดพิเศษ", source="มติ ครม.")
    actions.realign(office, by=builders.SYSTEM, now=now)
    assert Meeting.objects.get(pk=meeting.pk).held_on == meeting.held_on


def test_realigning_never_puts_a_meeting_into_the_past(year, office):
    made(year)
    Holiday.objects.create(office=office, day=date(2026, 11, 30), name="วันหยุดพิเศษ", source="มติ ครม.")
    assert actions.realign(office, by=builders.SYSTEM, now=datetime(2026, 11, 30, 2, tzinfo=UTC)) == 0
    assert actions.realign(office, by=builders.SYSTEM, now=datetime(2026, 11, 27, 9, 31, tzinfo=UTC)) == 0


def test_the_task_reads_the_clock_and_scans(year, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    tasks.make_meetings()
    assert Meeting.objects.filter(fiscal_year=year).count() == 24
    assert history_of(Meeting.objects.first()).get().at == NOW


def test_the_scan_is_scheduled_under_its_name():
    assert tasks.make_meetings.name in {entry["task"] for entry in SCHEDULE.values()}


def test_the_scan_gives_every_year_its_meetings_and_a_second_run_changes_nothing(year):
    other = open_year(builders.make_office(), 2570, by=builders.SYSTEM, now=builders.MADE_AT)
    assert actions.keep_meetings(by=builders.SYSTEM, now=NOW) == {"years": 2, "moved": 0}
    before = state(Meeting.objects.all())
    assert {each.fiscal_year_id for each in Meeting.objects.all()} == {year.pk, other.pk}
    assert actions.keep_meetings(by=builders.SYSTEM, now=NOW) == {"years": 0, "moved": 0}
    assert state(Meeting.objects.all()) == before


@pytest.mark.parametrize("rows", [False, True], ids=["derived", "saved"])
@pytest.mark.parametrize(
    ("day", "held"),
    [
        (date(2026, 11, 2), date(2026, 11, 13)),
        (date(2026, 11, 13), date(2026, 11, 13)),
        (date(2026, 11, 14), date(2026, 11, 30)),
        (date(2026, 12, 31), date(2027, 1, 15)),
    ],
)
def test_the_next_meeting_is_the_first_on_or_after_the_day(year, office, rows, day, held):
    if rows:
        made(year)
    assert next_meeting(office, day).held_on == held


def test_an_office_without_months_has_no_next_meeting(office):
    assert next_meeting(office, date(2026, 11, 2)) is None

"""Months, fiscal years, working days, meetings and deadlines."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from office import calendar
from office.calendar import Month, Series, ShiftRule
from office.holidays_th import government_holidays
from office.thai import ThaiValueError

properties = settings(deadline=None, database=None, max_examples=100)

HOUR = time(16, 30)
FY2569 = frozenset(holiday.date for holiday in government_holidays(2569))
FY2570 = frozenset(holiday.date for holiday in government_holidays(2570))
HOLIDAYS = FY2569 | FY2570
NO_HOLIDAYS: frozenset[date] = frozenset()

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
fiscal_years = st.integers(2560, 2580)
months = st.builds(Month, st.integers(2020, 2030), st.integers(1, 12))
holiday_sets = st.frozensets(days, max_size=200)
rules = st.sampled_from(ShiftRule)


# Months


def test_a_month_is_read_and_written_as_in_urls():
    month = Month.parse("2026-10")
    assert (month.year, month.month, str(month)) == (2026, 10, "2026-10")


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-1", "2569-10", "10-2026", "", "2026-10\n", "๒๐๒๖-๑๐", "2026-10-01"]
)
def test_other_months_are_refused_with_a_remedy(text):
    with pytest.raises(ThaiValueError, match=r"^ใส่เดือนเป็น ปี ค\.ศ\.-เดือน เช่น 2026-10 คุณพิมพ์ “"):
        Month.parse(text)


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (0, 1), (9999, 1)])
def test_a_month_that_is_none_cannot_be_made(year, month):
    with pytest.raises(ValueError, match="no such month"):
        Month(year, month)


@properties
@given(months)
def test_months_come_back_from_text_and_from_each_of_their_days(month):
    assert Month.parse(str(month)) == Month.of(month.first) == Month.of(month.last) == month


@properties
@given(months, st.integers(-500, 500))
def test_shifting_there_and_back_is_home(month, n):
    assert month.shift(n).shift(-n) == month


@properties
@given(months)
def test_neighbours_touch(month):
    assert month.last + timedelta(days=1) == month.next().first
    assert month.previous().next() == month


@properties
@given(st.lists(months))
def test_months_sort_by_time(some):
    assert [month.first for month in sorted(some)] == sorted(month.first for month in some)


def test_february_ends_on_the_29th_in_leap_years_only():
    assert [Month(year, 2).last.day for year in (2024, 2025, 2028)] == [29, 28, 29]


def test_labels_are_thai():
    month = Month(2026, 10)
    assert (month.label, month.short) == ("ตุลาคม 2569", "ต.ค. 2569")


# Fiscal years


@pytest.mark.parametrize(
    ("day", "fy"),
    [
        (date(2026, 9, 30), 2569),
        (date(2026, 10, 1), 2570),
        (date(2026, 12, 31), 2570),
        (date(2027, 1, 1), 2570),
        (date(2027, 9, 30), 2570),
    ],
    ids=str,
)
def test_the_fiscal_year_begins_in_october(day, fy):
    assert calendar.fiscal_year(day) == fy


@properties
@given(fiscal_years)
def test_a_fiscal_year_has_twelve_months_of_its_own(fy):
    own = calendar.fiscal_months(fy)
    assert [month.month for month in own] == [10, 11, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    assert {month.fiscal_year for month in own} == {fy}
    assert calendar.fiscal_span(fy) == (date(fy - 544, 10, 1), date(fy - 543, 9, 30))


def test_quarters_and_halves_count_from_october():
    own = calendar.fiscal_months(2570)
    assert [calendar.quarter(month) for month in own] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert [calendar.half(month) for month in own] == [1] * 6 + [2] * 6


# Days and instants


def test_midnight_in_bangkok_parts_the_days():
    midnight = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)
    assert calendar.day_of(midnight - timedelta(seconds=1)) == date(2026, 10, 31)
    assert calendar.day_of(midnight) == date(2026, 11, 1)


@properties
@given(days, st.times())
def test_an_instant_falls_on_the_day_it_was_made_for(day, hour):
    instant = calendar.at(day, hour)
    assert calendar.day_of(instant) == day
    assert instant.utcoffset() == timedelta(0)


def test_the_policys_hour_is_bangkok_time():
    assert calendar.at(date(2026, 10, 30), HOUR) == datetime(2026, 10, 30, 9, 30, tzinfo=UTC)


def test_an_instant_without_zone_has_no_day():
    with pytest.raises(ValueError, match="time zone"):
        calendar.day_of(datetime(2026, 10, 31, 12, 0))  # noqa: DTZ001


# Working days


@pytest.mark.parametrize(
    ("day", "working"),
    [
        pytest.param(date(2026, 10, 30), True, id="Friday"),
        pytest.param(date(2026, 10, 31), False, id="Saturday"),
        pytest.param(date(2026, 11, 1), False, id="Sunday"),
        pytest.param(date(2026, 10, 23), False, id="holiday"),
        pytest.param(date(2026, 5, 1), True, id="Labour Day"),
    ],
)
def test_working_days_are_neither_weekend_nor_holiday(day, working):
    assert calendar.is_working_day(day, HOLIDAYS) is working


@properties
@given(days, holiday_sets, rules)
def test_a_shifted_day_is_the_nearest_working_day_on_its_side(day, holidays, rule):
    moved = calendar.shifted(day, holidays, rule)
    assert calendar.is_working_day(moved, holidays)
    assert moved <= day if rule is ShiftRule.PREVIOUS else moved >= day
    low, high = sorted((moved, day))
    between = [low + timedelta(days=n) for n in range((high - low).days + 1)]
    assert [each for each in between if calendar.is_working_day(each, holidays)] == [moved]


@properties
@given(days, st.integers(0, 30), holiday_sets)
def test_added_working_days_are_working_days_and_each_comes_later(day, n, holidays):
    reached = calendar.add_working_days(day, n, holidays)
    assert calendar.is_working_day(reached, holidays)
    assert day <= reached
    further = calendar.add_working_days(day, n + 1, holidays)
    if n or reached == day:
        assert further == calendar.next_working_day(reached + timedelta(days=1), holidays)
    else:
        assert further == reached


@properties
@given(days, days, st.integers(0, 30), holiday_sets)
def test_adding_working_days_keeps_the_order_of_days(one, other, n, holidays):
    first, last = sorted((one, other))
    assert calendar.add_working_days(first, n, holidays) <= calendar.add_working_days(last, n, holidays)


@pytest.mark.parametrize(
    ("day", "n", "reached"),
    [
        pytest.param(date(2026, 10, 20), 0, date(2026, 10, 20), id="0 from a working day"),
        pytest.param(date(2026, 10, 24), 0, date(2026, 10, 26), id="0 from a Saturday"),
        pytest.param(date(2026, 10, 24), 1, date(2026, 10, 26), id="1 from a Saturday"),
        pytest.param(date(2026, 10, 22), 1, date(2026, 10, 26), id="over holiday and weekend"),
        pytest.param(date(2026, 12, 30), 3, date(2027, 1, 6), id="over New Year"),
    ],
)
def test_working_days_are_added(day, n, reached):
    assert calendar.add_working_days(day, n, HOLIDAYS) == reached


def test_working_days_are_not_taken_away():
    with pytest.raises(ValueError, match="negative"):
        calendar.add_working_days(date(2026, 10, 20), -1, HOLIDAYS)


@pytest.mark.parametrize(
    ("month", "n", "day"),
    [
        pytest.param(Month(2026, 10), 1, date(2026, 10, 1), id="first"),
        pytest.param(Month(2026, 11), 5, date(2026, 11, 6), id="fifth, the 1st a Sunday"),
        pytest.param(Month(2027, 1), 5, date(2027, 1, 8), id="fifth, after New Year"),
        pytest.param(Month(2027, 4), 5, date(2027, 4, 8), id="fifth, over Chakri Day"),
        pytest.param(Month(2026, 10), 21, date(2026, 11, 2), id="runs on into the next month"),
    ],
)
def test_working_days_of_a_month_are_counted(month, n, day):
    assert calendar.nth_working_day(month, n, HOLIDAYS) == day


def test_there_is_no_zeroth_working_day():
    with pytest.raises(ValueError, match="at least 1"):
        calendar.nth_working_day(Month(2026, 10), 0, HOLIDAYS)


# Meetings

SHIFTED = [
    (2569, Series.MID, date(2025, 11, 15), date(2025, 11, 14)),
    (2569, Series.MID, date(2026, 2, 15), date(2026, 2, 13)),
    (2569, Series.MID, date(2026, 3, 15), date(2026, 3, 13)),
    (2569, Series.MID, date(2026, 4, 15), date(2026, 4, 10)),
    (2569, Series.MID, date(2026, 8, 15), date(2026, 8, 14)),
    (2569, Series.END, date(2025, 11, 30), date(2025, 11, 28)),
    (2569, Series.END, date(2025, 12, 31), date(2025, 12, 30)),
    (2569, Series.END, date(2026, 1, 31), date(2026, 1, 30)),
    (2569, Series.END, date(2026, 2, 28), date(2026, 2, 27)),
    (2569, Series.END, date(2026, 5, 31), date(2026, 5, 29)),
    (2570, Series.MID, date(2026, 11, 15), date(2026, 11, 13)),
    (2570, Series.MID, date(2027, 4, 15), date(2027, 4, 12)),
    (2570, Series.MID, date(2027, 5, 15), date(2027, 5, 14)),
    (2570, Series.MID, date(2027, 8, 15), date(2027, 8, 13)),
    (2570, Series.END, date(2026, 10, 31), date(2026, 10, 30)),
    (2570, Series.END, date(2026, 12, 31), date(2026, 12, 30)),
    (2570, Series.END, date(2027, 1, 31), date(2027, 1, 29)),
    (2570, Series.END, date(2027, 2, 28), date(2027, 2, 26)),
    (2570, Series.END, date(2027, 7, 31), date(2027, 7, 30)),
]


@pytest.mark.parametrize(("fy", "series", "nominal", "actual"), SHIFTED, ids=[str(row[2]) for row in SHIFTED])
def test_meetings_on_days_off_move_to_the_working_day_before(fy, series, nominal, actual):
    held = calendar.meeting_days(fy, HOLIDAYS, ShiftRule.PREVIOUS)
    assert calendar.MeetingDay(series, Month.of(nominal), nominal, actual) in held


@pytest.mark.parametrize("fy", [2569, 2570])
def test_no_other_meeting_moves(fy):
    moved = {meeting.nominal for meeting in calendar.meeting_days(fy, HOLIDAYS, ShiftRule.PREVIOUS)
             if meeting.nominal != meeting.actual}  # fmt: skip
    assert moved == {nominal for year, _, nominal, _ in SHIFTED if year == fy}


def test_the_other_rule_moves_meetings_forward_even_into_the_next_month():
    december = calendar.meeting_day(Series.END, Month(2025, 12), HOLIDAYS, ShiftRule.NEXT)
    assert (december.actual, december.month) == (date(2026, 1, 5), Month(2025, 12))


@properties
@given(fiscal_years, holiday_sets, rules)
def test_a_fiscal_year_has_24_meetings_in_order_on_working_days(fy, holidays, rule):
    meetings = calendar.meeting_days(fy, holidays, rule)
    assert len(meetings) == 24
    assert [meeting.nominal for meeting in meetings] == sorted({meeting.nominal for meeting in meetings})
    assert {meeting.series for meeting in meetings[::2]} == {Series.MID}
    assert {meeting.series for meeting in meetings[1::2]} == {Series.END}
    for meeting in meetings:
        assert calendar.is_working_day(meeting.actual, holidays)
        early = meeting.actual <= meeting.nominal
        assert early if rule is ShiftRule.PREVIOUS else meeting.actual >= meeting.nominal


@pytest.mark.parametrize("choice", [*Series, *ShiftRule], ids=str)
def test_choices_have_a_thai_label_of_their_own(choice):
    others = {other.label for other in type(choice) if other is not choice}
    assert choice.label not in others | {"", choice.value}


# Deadlines


def due_days(found: calendar.Deadlines) -> tuple[date, date, date]:
    return tuple(calendar.day_of(instant) for instant in (found.due, found.grace_end, found.lock))


@pytest.mark.parametrize(
    ("month", "meeting_day", "grace_days", "lock_day", "expected"),
    [
        pytest.param(
            Month(2026, 10), date(2026, 10, 30), 0, 5,
            (date(2026, 10, 30), date(2026, 10, 30), date(2026, 11, 6)), id="the default",
        ),
        pytest.param(
            Month(2026, 12), date(2026, 12, 30), 2, 5,
            (date(2026, 12, 30), date(2027, 1, 5), date(2027, 1, 8)), id="grace over New Year",
        ),
        pytest.param(
            Month(2026, 10), date(2026, 10, 30), 10, 5,
            (date(2026, 10, 30), date(2026, 11, 13), date(2026, 11, 13)), id="grace past the lock",
        ),
        pytest.param(
            Month(2026, 10), date(2026, 10, 31), 0, 1,
            (date(2026, 10, 31), date(2026, 10, 31), date(2026, 11, 2)), id="moved to a Saturday by a person",
        ),
        pytest.param(
            Month(2026, 9), date(2026, 10, 1), 0, 1,
            (date(2026, 10, 1), date(2026, 10, 1), date(2026, 10, 1)), id="meeting after the month",
        ),
    ],
)  # fmt: skip
def test_deadlines_follow_the_meeting(month, meeting_day, grace_days, lock_day, expected):
    found = calendar.deadlines(
        month, meeting_day, HOLIDAYS, due_time=HOUR, grace_days=grace_days, lock_day=lock_day
    )
    assert due_days(found) == expected
    assert {
        instant.astimezone(calendar.BANGKOK).time() for instant in (found.due, found.grace_end, found.lock)
    } == {HOUR}


@properties
@given(months, st.integers(-20, 20), st.times(), st.integers(0, 15), st.integers(1, 15), holiday_sets)
def test_due_comes_before_grace_end_and_grace_end_before_lock(month, moved, hour, grace, lock_day, holidays):
    meeting_day = month.last + timedelta(days=moved)
    found = calendar.deadlines(
        month, meeting_day, holidays, due_time=hour, grace_days=grace, lock_day=lock_day
    )
    assert found.due == calendar.at(meeting_day, hour)
    assert found.due <= found.grace_end <= found.lock
    assert grace > 0 or found.grace_end == found.due


@properties
@given(months, st.integers(0, 10), holiday_sets)
def test_more_grace_never_hurts(month, grace, holidays):
    meeting_day = calendar.previous_working_day(month.last, holidays)
    assume(meeting_day.year >= 2020)
    less, more = (
        calendar.deadlines(month, meeting_day, holidays, due_time=HOUR, grace_days=n, lock_day=5)
        for n in (grace, grace + 1)
    )
    assert less.grace_end < more.grace_end
    assert less.lock <= more.lock

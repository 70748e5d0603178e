"""One clock for web, worker, beat and commands; the demo's runs on from where it was set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from office import clock


@pytest.fixture(autouse=True)
def _fresh(settings, tmp_path):
    settings.DATA_DIR, settings.TIDTAM_CLOCK, settings.DEMO = tmp_path, "", False
    clock._offset.cache_clear()
    yield
    clock._offset.cache_clear()


def near(instant, wanted, within=timedelta(seconds=5)):
    return abs(instant - wanted) < within


def machine():
    return datetime.now(UTC)  # noqa: TID251


def test_it_is_the_machine_s_outside_the_demo():
    assert near(clock.now(), machine())
    assert clock.now().tzinfo is UTC
    assert not clock.shifted()


def test_a_kept_offset_counts_only_in_the_demo(settings):
    clock.start_at(clock.DEMO_START)
    assert near(clock.now(), machine())
    settings.DEMO = True
    clock._offset.cache_clear()
    assert near(clock.now(), clock.DEMO_START)
    assert clock.shifted()


def test_the_demo_runs_on_and_other_processes_share_it(settings):
    settings.DEMO = True
    clock.start_at(clock.DEMO_START)
    first = clock.now()
    clock._offset.cache_clear()  # as another process reads it
    second = clock.now()
    assert first <= second < first + timedelta(seconds=5)


def test_the_demo_starts_on_monday_the_second_at_nine_in_bangkok():
    assert clock.parse("2026-11-02T09:00") == clock.DEMO_START


def test_the_environment_stands_above_the_kept_offset(settings):
    settings.DEMO = True
    clock.start_at(clock.DEMO_START)
    settings.TIDTAM_CLOCK = "2027-01-04T08:00+07:00"
    clock._offset.cache_clear()
    assert near(clock.now(), datetime(2027, 1, 4, 1, 0, tzinfo=UTC))


def test_a_demo_without_an_offset_yet_has_the_machine_s_time(settings):
    settings.DEMO = True
    assert near(clock.now(), machine())


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10-30T16:30", datetime(2026, 10, 30, 9, 30, tzinfo=UTC)),
        ("2026-10-30", datetime(2026, 10, 29, 17, 0, tzinfo=UTC)),
        ("2026-10-30T16:30+07:00", datetime(2026, 10, 30, 9, 30, tzinfo=UTC)),
        ("2026-10-30T09:30Z", datetime(2026, 10, 30, 9, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_without_zone_is_bangkok_s(text, instant):
    assert clock.parse(text) == instant


def test_nonsense_is_refused():
    with pytest.raises(ValueError, match="Invalid isoformat"):
        clock.parse("yesterday")

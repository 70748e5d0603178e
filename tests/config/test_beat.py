"""Beat keeps nothing: at its start, and after a clock set back, every scan is due at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from celery import Celery
from celery.schedules import crontab

from config.beat import Scheduler

SCHEDULE = {
    "often": {"task": "often", "schedule": 30.0},
    "daily": {"task": "daily", "schedule": crontab(minute=0, hour=7)},
    "monthly": {"task": "monthly", "schedule": crontab(minute=0, hour=7, day_of_month=1)},
}


class Clock:
    def __init__(self) -> None:
        self.at = datetime.fromisoformat("2026-11-02T09:00:00+07:00")


class Kept(Scheduler):
    """Sends nowhere."""

    def apply_entry(self, entry, producer=None):
        self.sent.append(entry.task)

    @property
    def producer(self):
        return None


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def scheduler(clock):
    with Celery("beaten", set_as_current=False) as app:
        app.conf.timezone = "Asia/Bangkok"
        app.conf.beat_schedule = SCHEDULE
        app.now = lambda: clock.at
        made = Kept(app)
        made.sent = []
        yield made


def ticks(scheduler):
    """What is sent until there is nothing due; the seconds to the next."""
    scheduler.sent.clear()
    for _ in range(50):
        pause = scheduler.tick()
        if pause:
            return sorted(scheduler.sent), pause
    raise AssertionError("beat does not come to rest")


def test_all_are_due_at_the_start_then_each_in_its_time(scheduler, clock):
    assert ticks(scheduler)[0] == ["daily", "monthly", "often"]
    sent, pause = ticks(scheduler)
    assert sent == []
    assert 0 < pause <= 30
    clock.at += timedelta(seconds=31)
    assert ticks(scheduler)[0] == ["often"]


def test_a_clock_set_back_by_days_stops_nothing(scheduler, clock):
    ticks(scheduler)
    clock.at -= timedelta(days=3)
    assert ticks(scheduler)[0] == ["daily", "monthly", "often"]
    clock.at += timedelta(seconds=31)
    assert ticks(scheduler)[0] == ["often"]


def test_days_off_are_made_up_for_once(scheduler, clock):
    ticks(scheduler)
    clock.at += timedelta(days=3)
    assert ticks(scheduler)[0] == ["daily", "often"]
    assert ticks(scheduler)[0] == []


def test_it_is_the_scheduler_in_use(settings):
    assert settings.CELERY_BEAT_SCHEDULER == "config.beat:Scheduler"

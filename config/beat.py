"""When the periodic scans are sent. Nothing is kept between runs: what is due is in the data, not here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from celery import beat

LONG_AGO = timedelta(days=32)
"""More than the longest pause between two runs of any scan."""


class Scheduler(beat.Scheduler):
    """At its start, and when the machine's clock was set back, every scan is due at once.

    Celery's own keeps the last runs in a file: after a clock set back by days it would wait as many days.
    """

    _seen: datetime | None = None

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)
        self._make_all_due()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send at most one due task; returns the seconds until the next call."""
        now: datetime = self.app.now()
        if self._seen is not None and now < self._seen:
            self._make_all_due()
        self._seen = now
        return super().tick(*args, **kwargs)

    def _make_all_due(self) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - LONG_AGO
        self._heap = None

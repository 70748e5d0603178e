"""The only reader of the system clock.

The demo lives at another time than the machine: its offset is kept in DATA_DIR/clock and read by web,
worker, beat and commands alike. TIDTAM_CLOCK, on one process, stands above the kept offset.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings

DEMO_START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""2 Nov 2026 09:00 in Bangkok."""


def now() -> datetime:
    """The present instant, aware, UTC; the demo's own when the demo's clock is set."""
    offset = _offset()  # first: it is made from the system's clock on the first call
    return datetime.now(UTC) + offset


def shifted() -> bool:
    return bool(_offset())


def start_at(instant: datetime) -> None:
    """Let the demo's clock show ``instant`` from this moment on, in every process that starts later."""
    offset = instant - datetime.now(UTC)
    _offset_file().parent.mkdir(parents=True, exist_ok=True)
    _offset_file().write_text(str(offset.total_seconds()))
    _offset.cache_clear()


def parse(text: str) -> datetime:
    """An ISO instant with its zone; without a zone it is Bangkok's. Raises ValueError."""
    from office.calendar import BANGKOK

    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=BANGKOK)
    return instant.astimezone(UTC)


def _offset_file() -> Path:
    return Path(settings.DATA_DIR) / "clock"


@cache
def _offset() -> timedelta:
    if settings.TIDTAM_CLOCK:
        return parse(settings.TIDTAM_CLOCK) - datetime.now(UTC)
    if settings.DEMO and _offset_file().exists():
        return timedelta(seconds=float(_offset_file().read_text()))
    return timedelta(0)

"""A Celery application whose compliance check stands still at the point STALL_AT, to be killed there."""

from __future__ import annotations

import os
import time
from functools import wraps
from pathlib import Path

import django

django.setup()

from config.celery import app  # noqa: E402, F401
from office import jobs  # noqa: E402
from reports.actions import compliance  # noqa: E402


def stall() -> None:
    (Path(os.environ["DATA_DIR"]) / "stalled").touch()
    time.sleep(120)


def before(owner, name: str) -> None:
    real = getattr(owner, name)

    @wraps(real)
    def stalling(*args, **kwargs):
        stall()
        return real(*args, **kwargs)

    setattr(owner, name, stalling)


POINTS = {
    "claimed": lambda: before(compliance, "check_month"),
    "flags written, history not": lambda: before(compliance.audit, "record_all"),
    "stored, job not ended": lambda: before(jobs, "_finish"),
}
POINTS[os.environ["STALL_AT"]]()

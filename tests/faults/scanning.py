"""Runs every task of the schedule, as often as its argument says, once a file named ``go`` is there."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django


def main(times: int) -> None:
    django.setup()
    from config.celery import app
    from config.schedule import SCHEDULE

    app.loader.import_default_modules()
    folder = Path(os.environ["DATA_DIR"])
    (folder / f"ready-{os.getpid()}").touch()
    for _ in range(600):
        if (folder / "go").exists():
            break
        time.sleep(0.05)
    for _ in range(times):
        for entry in SCHEDULE.values():
            app.tasks[str(entry["task"])]()


if __name__ == "__main__":
    main(int(sys.argv[1]))

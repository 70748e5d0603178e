"""Two schedulers at the end of a plan, at the same moment: each person is told once."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.faults.conftest import wait_for

ENDED = datetime(2027, 10, 20, 2, 0, tzinfo=UTC)
SCAN = """
import os, pathlib, time, django
django.setup()
from appraisals.tasks import tell_year_end
folder = pathlib.Path(os.environ["DATA_DIR"])
(folder / f"ready-{os.getpid()}").touch()
while not (folder / "go").exists():
    time.sleep(0.02)
for _ in range(2):
    tell_year_end()
"""


def test_two_processes_tell_each_person_once(office):
    office.set_clock(ENDED)
    running = [office.run("-c", SCAN) for _ in range(2)]
    assert wait_for(lambda: len(list(office.folder.glob("ready-*"))) == 2), office.said()
    (office.folder / "go").touch()
    assert [process.wait(timeout=60) for process in running] == [0, 0], office.said()
    assert office.rows("select count(*), count(distinct person_id) from appraisals_yearnotice") == [(60, 60)]
    told = "select count(*) from office_notification where key = 'year-notice:2570'"
    assert office.rows(told) == [(60,)]
    written = "select count(*) from office_auditevent where verb = 'YEAR_NOTICE_SENT'"
    assert office.rows(written) == [(60,)]

"""A day and a deadline are Bangkok's, whatever zone the machine is set to."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.faults.conftest import ROOT

SAID = {
    "missing": [[], ["NOT"], ["NOT"]],
    "late": ["LATE"],
    "deadline": "2026-10-30 09:30:00+00:00",
    "shown": "30 ต.ค. 2569 23.59 น.",
    "days": ["2026-10-30", "2026-10-31"],
}


@pytest.mark.parametrize(("zone", "offset"), [("UTC", "+0000"), ("Asia/Tokyo", "+0900")])
def test_the_seconds_around_a_deadline_are_judged_the_same(office, zone, offset):
    command = [sys.executable, "-m", "tests.faults.zones"]
    done = subprocess.run(command, cwd=ROOT, env=office.env | {"TZ": zone}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said.pop("zone") == offset
    assert said == SAID

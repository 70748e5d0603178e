"""Two schedulers at once: each flag, message, mail and line of history is there once."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.conftest import wait_for


def scan(office, *, processes, times):
    """What every periodic task leaves when so many processes run it, at the same moment."""
    mails = {"EMAIL_URL": f"filemail:///{office.folder}/mails"}
    running = [office.run("-m", "tests.faults.scanning", str(times), **mails) for _ in range(processes)]
    assert wait_for(lambda: len(list(office.folder.glob("ready-*"))) == processes), office.said()
    (office.folder / "go").touch()
    assert [process.wait(timeout=60) for process in running] == [0] * processes, office.said()
    return office.case_file() | {"mails": mails_in(office.folder / "mails")}


def mails_in(folder: Path) -> list[str]:
    """To whom; one entry a message."""
    return sorted(to for path in folder.iterdir() for to in re.findall(r"(?m)^To: (.*)$", path.read_text()))


def test_three_scans_in_two_processes_leave_what_one_leaves(new_office):
    alone = scan(new_office("alone"), processes=1, times=1)
    together = scan(new_office("together"), processes=2, times=3)
    assert together == alone
    assert len(alone["flags"]) == 40
    assert alone["mails"] == [f"P{n:03}@example.go.th" for n in range(0, 60, 6)]
    assert {count for *_, count in together["history"]} == {1}

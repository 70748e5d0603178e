"""Two schedulers at once: each flag, message and line of history is there once."""

from __future__ import annotations

from tests.faults.conftest import wait_for


def scan(office, *, processes, times):
    """What every periodic task leaves when so many processes run it, at the same moment."""
    running = [office.run("-m", "tests.faults.scanning", str(times)) for _ in range(processes)]
    assert wait_for(lambda: len(list(office.folder.glob("ready-*"))) == processes), office.said()
    (office.folder / "go").touch()
    assert [process.wait(timeout=60) for process in running] == [0] * processes, office.said()
    return office.case_file()


def test_three_scans_in_two_processes_leave_what_one_leaves(new_office):
    alone = scan(new_office("alone"), processes=1, times=1)
    together = scan(new_office("together"), processes=2, times=3)
    assert together == alone
    assert len(alone["flags"]) == 40
    assert {count for *_, count in together["history"]} == {1}

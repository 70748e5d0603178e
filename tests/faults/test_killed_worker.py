"""kill -9 on a worker in the middle of a check: the sweep has it finished, once, as if nothing had been."""

from __future__ import annotations

import json
import os
import signal
from datetime import timedelta

import pytest
from celery import Celery

from tests.faults.conftest import NOW, wait_for

LATER = timedelta(minutes=5)
"""By then the dead worker's silence tells."""
POINTS = ["claimed", "flags written, history not", "stored, job not ended"]


def work(office, application, **env):
    """A worker as ``serve`` starts it, without a beat: nothing but what is sent is done."""
    command = ("-m", "celery", "-q", "-A", application, "worker", "-P", "threads", "-c", "2", "-l", "warning")
    return office.run(*command, "--without-mingle", "--without-gossip", **env)


def send(office, task, **given):
    """Put a message into the embedded queue, as beat and web do."""
    queue = office.folder / "queue"
    for name in ("messages", "control"):
        (queue / name).mkdir(parents=True, exist_ok=True)
    messages = str(queue / "messages")
    with Celery("sender", broker="filesystem://localhost//", set_as_current=False) as sender:
        sender.conf.broker_transport_options = {
            "data_folder_in": messages,
            "data_folder_out": messages,
            "control_folder": str(queue / "control"),
        }
        sender.send_task(task, kwargs=given)


def ask_for_check(office):
    """The job as the admin unit's click leaves it."""
    office.write(
        "insert into office_job (kind, key, params, asked_at, asked_by_id, office_id, state, attempts, done,"
        " total, doing, result, error, file, file_name) select 'check_compliance', ?, ?,"
        " '2026-11-02 02:00:00', p.id, p.office_id, 'QUEUED', 0, 0, 0, '', '{}', '', '', ''"
        " from office_person p where p.code = 'ADMIN'",
        str(office.october),
        json.dumps({"month_id": office.october}),
    )
    send(office, "office.run_job", job_id=1)


def result(office):
    return json.loads(office.rows("select result from office_job")[0][0])


@pytest.fixture(scope="module")
def known():
    """What a check leaves that nobody disturbed; made by the first test that wants it."""
    return {}


@pytest.fixture
def undisturbed(new_office, known):
    if not known:
        office = new_office("undisturbed")
        ask_for_check(office)
        work(office, "config")
        assert office.all_done(1), office.said()
        known.update(office.case_file(), result=result(office))
        office.end()
    return known


@pytest.mark.parametrize("point", POINTS)
def test_a_check_whose_worker_is_killed_is_finished_once(office, undisturbed, point):
    ask_for_check(office)
    worker = work(office, "tests.faults.stalling", STALL_AT=point)
    assert wait_for((office.folder / "stalled").exists), office.said()
    office.kill(worker)
    assert office.jobs() == [("RUNNING", 1)]
    office.set_clock(NOW + LATER)
    send(office, "office.sweep_jobs")
    work(office, "config")
    assert office.all_done(1), office.said()
    assert office.jobs() == [("DONE", 2)]
    assert office.case_file() | {"result": result(office)} == undisturbed
    assert len(undisturbed["flags"]) == 10 + 10 + 10 + 10
    assert {count for *_, count in undisturbed["history"]} == {1}


def test_a_worker_that_dies_while_serving_comes_back_and_nobody_waits_for_it(office):
    serving = office.serve()
    first = office.part(serving, "worker")
    os.kill(first, signal.SIGKILL)
    code, session = next(iter(office.officers.items()))
    saved = office.ask(f"/reports/2026-11/{code}/save/", session, office.draft(3, 0))
    assert (saved.status, office.ask_for_check().status) == (302, 303)
    assert office.all_done(1), office.said()
    assert "worker ended by itself (-9)" in office.said()
    second = office.part(serving, "worker")
    assert second not in (0, first)

    # Celery ends at a message that it finds empty, read while it is being written.
    (office.folder / "queue" / "messages" / "1_torn.celery.msg").touch()
    assert wait_for(lambda: office.part(serving, "worker") != second), office.said()
    assert office.ask_for_check("2026-11").status == 303
    assert office.all_done(2), office.said()
    assert office.part(serving, "gunicorn")

"""The queue is gone: people still read, save and submit; what was to be queued is done when it is back."""

from __future__ import annotations

import shutil

import pytest

from tests.faults.conftest import wait_for

QUICK = 2.0
"""Seconds for a page on a busy machine, less than a wait for a broker that doesn't answer."""
BOUND = 4.0
"""Seconds for the first to find out that a broker is silent: a wait of 2 s, and the page."""
MONTHS = ["2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03"]
DOWN, UP = (503, "down: queue\n"), (200, "ok\n")


def steps_of(office, code):
    """One officer's day; the seconds of each step."""
    session, path = office.officers[code], f"/reports/2026-11/{code}/"
    steps = [
        office.ask(path, session),
        office.ask(f"{path}save/", session, office.draft(4, 0)),
        office.ask(f"{path}submit/", session, office.draft(5, 1)),
        office.ask(path, session),
    ]
    assert [step.status for step in steps] == [200, 302, 302, 200]
    assert "ส่งรายงานเดือน" in steps[-1].body
    return [step.seconds for step in steps]


def ask_for_checks(office, months):
    """A job for each month, which stays queued; the seconds of each."""
    answers = [office.ask_for_check(month) for month in months]
    assert [answer.status for answer in answers] == [303] * len(months)
    assert {state for state, _ in office.jobs()} == {"QUEUED"}
    return [answer.seconds for answer in answers]


@pytest.fixture
def say(capsys):
    def said(what, **times):
        figures = "; ".join(
            f"{name} {' '.join(f'{time:.2f}' for time in seconds)}" for name, seconds in times.items()
        )
        with capsys.disabled():
            print(f"\n{what}, seconds: {figures}")  # noqa: T201

    return said


def test_without_the_embedded_queue(office, say):
    serving = office.serve()
    messages = office.folder / "queue" / "messages"
    assert wait_for(lambda: office.health() == UP)
    shutil.rmtree(messages)
    messages.write_text("a file where the folder was")
    assert office.health() == DOWN
    asked, worked = ask_for_checks(office, MONTHS), steps_of(office, "P004")
    assert office.health() == DOWN
    messages.unlink()
    assert office.all_done(len(MONTHS)), office.said()
    assert office.health() == UP
    assert serving.poll() is None
    say("queue folder unwritable", jobs=asked, officer=worked)
    assert max(asked + worked) < QUICK


def test_without_redis(new_office, redis, say):
    """Frozen, it takes connections and answers none; stopped, it loses all that it held."""
    office = new_office(redis_url=redis.url)
    serving = office.serve()
    assert wait_for(lambda: office.health() == UP)
    ways = {"frozen": (redis.freeze, MONTHS[:3], "P001"), "stopped": (redis.stop, MONTHS[3:], "P002")}
    for how, (lose, months, code) in ways.items():
        lose()
        assert office.health() == DOWN
        asked, worked = ask_for_checks(office, months), steps_of(office, code)
        health = office.ask("/healthz").seconds
        say(f"Redis {how}", jobs=asked, officer=worked, healthz=[health])
        assert max([*asked, health]) < BOUND
        assert sum(time > QUICK for time in asked) <= 2, "each of two web processes finds out once"
        assert max(worked) < QUICK
        if how == "frozen":
            redis.thaw()
            assert office.health() == UP
    redis.start()
    assert office.all_done(len(MONTHS)), office.said()
    assert office.health() == UP
    assert serving.poll() is None

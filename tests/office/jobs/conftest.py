"""Long work: one job for a double click, one worker for a job, nothing lost with the broker or a worker."""

from __future__ import annotations

import pytest
from celery import current_app

from office import jobs
from tests.builders import make_office, make_person, make_unit
from tests.office.jobs.scene import KIND


@pytest.fixture(autouse=True)
def _broker_unknown(monkeypatch):
    monkeypatch.setattr(jobs, "_broker", jobs._Broker())


@pytest.fixture
def sent(monkeypatch):
    """What went to the broker."""
    messages = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, **given: messages.append((name, given["kwargs"]))
    )
    return messages


@pytest.fixture
def broker_down(monkeypatch):
    def refuse(*_, **__):
        raise ConnectionError("no broker")

    monkeypatch.setattr(current_app, "send_task", refuse)


@pytest.fixture
def work(monkeypatch):
    """Register a handler for one test."""

    def register(function):
        monkeypatch.setitem(jobs._handlers, KIND, function)
        monkeypatch.setitem(jobs._labels, KIND, "งานทดสอบ")

    return register


@pytest.fixture
def clock_at(monkeypatch, now):
    """The clock that a worker reads, standing still."""
    monkeypatch.setattr("office.clock.now", lambda: now)
    return now


@pytest.fixture
def asker(db):
    return make_person(make_unit(make_office()))

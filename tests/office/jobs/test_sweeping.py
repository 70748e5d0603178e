"""What a lost worker or broker left behind is found; kinds have names."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery import current_app

from office import jobs
from office.enums import JobState
from office.models import Job, Notification
from tests.office.jobs.scene import KIND, ask, job_in


class TestSweeping:
    @pytest.mark.parametrize(
        ("state", "facts", "woken"),
        [
            pytest.param(JobState.QUEUED, {"asked": timedelta(seconds=5)}, 0, id="just asked"),
            pytest.param(JobState.QUEUED, {"asked": timedelta(seconds=20)}, 1, id="waits too long"),
            pytest.param(
                JobState.QUEUED, {"asked": timedelta(days=-3)}, 1, id="asked by a clock set back since"
            ),
            pytest.param(JobState.RUNNING, {"beat": timedelta(seconds=5)}, 0, id="alive"),
            pytest.param(JobState.RUNNING, {"beat": timedelta(seconds=90)}, 1, id="dead"),
            pytest.param(JobState.DONE, {"asked": timedelta(days=1)}, 0, id="done"),
            pytest.param(JobState.FAILED, {"asked": timedelta(days=1)}, 0, id="failed"),
        ],
    )
    def test_wakes_what_waits_or_died(self, db, now, sent, state, facts, woken):
        beat = now - facts["beat"] if "beat" in facts else None
        job_in(state, now - facts.get("asked", timedelta()), heartbeat_at=beat)
        assert jobs.sweep(now=now) == woken
        assert len(sent) == woken

    def test_gives_up_after_the_last_attempt_and_tells_who_asked(self, asker, now, clock_at, sent):
        long_ago = now - timedelta(minutes=5)
        facts = {"heartbeat_at": long_ago, "attempts": jobs.MAX_ATTEMPTS, "asked_by": asker}
        job = job_in(JobState.RUNNING, now, **facts)
        assert [jobs.sweep(now=now), jobs.sweep(now=now)] == [0, 0]
        job.refresh_from_db()
        assert (job.state, job.error, sent) == (JobState.FAILED, "เริ่มใหม่หลายครั้งแล้วไม่สำเร็จ", [])
        assert [each.text for each in Notification.objects.filter(person=asker)] == [f"{KIND} หยุดกลางคัน"]

    def test_twice_starts_the_work_once(self, asker, now, clock_at, sent, work):
        calls = []
        work(lambda progress: calls.append(1) or {})
        ask(asker, now - timedelta(minutes=1))
        jobs.sweep(now=now)
        jobs.sweep(now=now)
        for _, given in sent:
            jobs.run(given["job_id"], now=now)
        assert (len(sent), calls) == (2, [1])

    def test_sends_what_the_broker_lost_once_it_is_back(self, asker, now, monkeypatch, sent):
        with broken_broker(monkeypatch):
            job = ask(asker, now)
            assert jobs.sweep(now=now + timedelta(seconds=30)) == 0
        assert jobs.sweep(now=now + timedelta(seconds=60)) == 1
        assert sent == [("office.run_job", {"job_id": job.pk})]

    def test_costs_the_same_for_one_job_and_for_many(self, db, now, sent, django_assert_num_queries):
        for count in (1, 30):
            for number in range(count):
                Job.objects.create(kind=KIND, key=f"{count}-{number}", asked_at=now - timedelta(minutes=1))
            with django_assert_num_queries(2):
                jobs.sweep(now=now)


def test_an_unknown_kind_is_shown_by_its_name():
    assert jobs.label_of("nobody does this") == "nobody does this"


def test_a_handler_registers_its_label(monkeypatch):
    monkeypatch.setattr(jobs, "_handlers", {})
    monkeypatch.setattr(jobs, "_labels", {})
    jobs.handler("x", label="งานเอ็กซ์")(lambda progress: {})
    assert jobs.label_of("x") == "งานเอ็กซ์"
    assert list(jobs._handlers) == ["x"]


@contextmanager
def broken_broker(monkeypatch):
    def refuse(*_, **__):
        raise ConnectionError("no broker")

    with monkeypatch.context() as patch:
        patch.setattr(current_app, "send_task", refuse)
        yield

"""A job is asked for once, and sent whatever the broker does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from celery import current_app
from django.db import transaction
from django.db.models import QuerySet

from office import jobs
from office.enums import JobState
from office.errors import NotAllowedNow
from office.models import Job
from tests.builders import SYSTEM, actor
from tests.office.jobs.scene import KIND, ask, job_in


class TestAsking:
    def test_queues_a_job_and_wakes_a_worker_after_commit(
        self, asker, now, sent, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            job = ask(asker, now, params={"year": 2570})
            assert sent == []
        assert (job.state, job.params, job.asked_by, job.asked_at) == ("QUEUED", {"year": 2570}, asker, now)
        assert sent == [("office.run_job", {"job_id": job.pk})]

    def test_twice_is_one_job(self, asker, now, sent, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            assert ask(asker, now) == ask(asker, now + timedelta(seconds=1))
        assert len(sent) == 1

    def test_while_it_runs_is_the_same_job(self, asker, now):
        running = job_in(JobState.RUNNING, now, heartbeat_at=now)
        assert ask(asker, now) == running

    @pytest.mark.parametrize("over", [JobState.DONE, JobState.FAILED])
    def test_after_it_is_over_is_a_new_job(self, asker, now, over):
        ended = job_in(over, now)
        assert ask(asker, now) != ended

    def test_another_key_is_another_job(self, asker, now):
        assert ask(asker, now, key="1") != ask(asker, now, key="2")

    def test_the_system_may_ask(self, db, now):
        assert jobs.ask(KIND, key="1", by=SYSTEM, now=now, office=None).asked_by is None

    def test_at_the_same_moment_is_one_job(
        self, asker, now, monkeypatch, sent, django_capture_on_commit_callbacks
    ):
        """The other's row is not there yet when looked for, but is when this one is made."""
        rival = job_in(JobState.QUEUED, now)
        looks = []
        plain = QuerySet.first

        def blind_at_first(rows):
            looks.append(1)
            return None if len(looks) == 1 else plain(rows)

        monkeypatch.setattr(QuerySet, "first", blind_at_first)
        with django_capture_on_commit_callbacks(execute=True):
            assert ask(asker, now) == rival
        assert sent == []

    def test_that_never_gets_a_turn_is_refused(self, asker, now, monkeypatch):
        job_in(JobState.QUEUED, now)
        monkeypatch.setattr(QuerySet, "first", lambda rows: None)
        with pytest.raises(NotAllowedNow):
            jobs.ask(KIND, key="1", by=SYSTEM, now=now, office=None)

    def test_with_the_broker_down_the_job_stays_queued(
        self, asker, now, broker_down, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            job = ask(asker, now)
        job.refresh_from_db()
        assert job.state == JobState.QUEUED

    def test_a_rolled_back_request_wakes_nobody(self, asker, now, sent, django_capture_on_commit_callbacks):
        committing = django_capture_on_commit_callbacks(execute=True)
        with committing, pytest.raises(RuntimeError), transaction.atomic():
            ask(asker, now)
            raise RuntimeError
        assert sent == []
        assert not Job.objects.exists()


class TestASilentBroker:
    """Finding out costs seconds: once found, nobody waits again for a while."""

    @pytest.fixture
    def tries(self, monkeypatch):
        made = []

        def refuse(name, **given):
            made.append(name)
            raise ConnectionError("no broker")

        monkeypatch.setattr(current_app, "send_task", refuse)
        return made

    def test_is_not_asked_at_each_save(self, asker, now, tries, django_capture_on_commit_callbacks):
        for key in ("1", "2", "3"):
            with django_capture_on_commit_callbacks(execute=True):
                ask(asker, now, key=key)
        assert len(tries) == 1
        assert Job.objects.filter(state=JobState.QUEUED).count() == 3

    def test_is_asked_again_after_a_rest(
        self, asker, now, tries, monkeypatch, django_capture_on_commit_callbacks
    ):
        for rest in (0.0, jobs.BROKER_REST_SECONDS + 1):
            monkeypatch.setattr(jobs._broker, "silent_until", jobs._broker.silent_until - rest)
            with django_capture_on_commit_callbacks(execute=True):
                ask(asker, now, key=str(rest))
        assert len(tries) == 2

    def test_is_always_asked_by_the_sweep(self, asker, now, tries):
        ask(asker, now - timedelta(minutes=1))
        assert [jobs.sweep(now=now), jobs.sweep(now=now)] == [0, 0]
        assert len(tries) == 2


class TestAskingAgain:
    def test_a_failed_job_waits_anew_and_keeps_what_was_done(
        self, asker, now, sent, django_capture_on_commit_callbacks
    ):
        failed = job_in(JobState.FAILED, now, attempts=5, done=8, total=40, error="x", finished_at=now)
        with django_capture_on_commit_callbacks(execute=True):
            again = jobs.ask_again(failed, by=actor(asker), now=now)
        assert (again.pk, again.state, again.attempts, again.error) == (failed.pk, "QUEUED", 0, "")
        assert (again.done, again.total, again.finished_at) == (8, 40, None)
        assert sent == [("office.run_job", {"job_id": failed.pk})]

    def test_gives_the_newer_job_of_the_same_work(self, asker, now):
        failed = job_in(JobState.FAILED, now)
        newer = job_in(JobState.RUNNING, now, heartbeat_at=now)
        assert jobs.ask_again(failed, by=actor(asker), now=now) == newer
        failed.refresh_from_db()
        assert failed.state == JobState.FAILED

    def test_leaves_a_job_that_is_done(self, asker, now, sent, django_capture_on_commit_callbacks):
        done = job_in(JobState.DONE, now)
        with django_capture_on_commit_callbacks(execute=True):
            assert jobs.ask_again(done, by=actor(asker), now=now).state == JobState.DONE
        assert sent == []

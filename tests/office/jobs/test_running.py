"""One worker for a job; what fails is tried again and told."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from office import jobs
from office.enums import JobState
from office.errors import Invalid
from office.models import Job, Notification
from tests.builders import actor, make_office, make_person, make_unit
from tests.office.jobs.scene import ask, job_in


class TestClaiming:
    def test_one_worker_wins(self, db, now):
        job = job_in(JobState.QUEUED, now)
        with jobs.claimed(job.pk, now=now) as first, jobs.claimed(job.pk, now=now) as second:
            assert first == job
            assert second is None
            assert first.attempts == 1

    @pytest.mark.parametrize(
        ("silent", "won"),
        [
            pytest.param(timedelta(seconds=59), False, id="alive"),
            pytest.param(jobs.STALE, False, id="at the limit"),
            pytest.param(timedelta(seconds=61), True, id="dead"),
            pytest.param(timedelta(seconds=-59), False, id="a little ahead"),
            pytest.param(timedelta(days=-30), True, id="from a clock set back"),
        ],
    )
    def test_a_running_job_is_taken_over_only_when_silent(self, db, now, silent, won):
        job = job_in(JobState.RUNNING, now, heartbeat_at=now - silent, attempts=1)
        with jobs.claimed(job.pk, now=now) as claim:
            assert (claim is not None) is won

    @pytest.mark.parametrize("over", [JobState.DONE, JobState.FAILED])
    def test_a_job_that_is_over_is_left(self, db, now, over):
        with jobs.claimed(job_in(over, now).pk, now=now) as claim:
            assert claim is None

    @pytest.mark.django_db(transaction=True)
    def test_of_many_workers_at_once_one_wins(self, now):
        job = job_in(JobState.QUEUED, now)
        start, wins = threading.Barrier(4), []

        def claim():
            start.wait(timeout=10)
            try:
                with jobs.claimed(job.pk, now=now) as won:
                    wins.append(won is not None)
            finally:
                connection.close()

        threads = [threading.Thread(target=claim) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert sorted(wins) == [False, False, False, True]


class TestRunning:
    def test_does_the_work_once_and_tells_the_asker(self, asker, now, clock_at, work):
        calls = []

        def handle(progress):
            calls.append(progress.job.params)
            progress(1, 2, "นายหนึ่ง")
            return {"people": 2}

        work(handle)
        job = ask(asker, now, params={"a": 1})
        jobs.run(job.pk, now=now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        assert calls == [{"a": 1}]
        assert (job.state, job.result, job.done, job.total, job.doing) == ("DONE", {"people": 2}, 2, 2, "")
        assert (job.started_at, job.finished_at) == (now, now)
        told = Notification.objects.get(person=asker)
        assert (told.text, told.url) == ("งานทดสอบ เสร็จแล้ว", f"/office/jobs/{job.pk}/")

    def test_shows_how_far_it_is(self, asker, now, clock_at, work):
        seen = []

        def handle(progress):
            progress(26, 40, "นายอังคาร")
            seen.append(Job.objects.values("done", "total", "doing", "heartbeat_at").get(pk=progress.job.pk))
            return {}

        work(handle)
        jobs.run(ask(asker, now).pk, now=now - timedelta(seconds=30))
        assert seen == [{"done": 26, "total": 40, "doing": "นายอังคาร", "heartbeat_at": now}]

    def test_keeps_a_file(self, asker, now, clock_at, work, settings, tmp_path):
        settings.STORAGES = settings.STORAGES | {
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": tmp_path},
            }
        }

        def handle(progress):
            progress.keep_file(b"%PDF", "สรุป.pdf")
            return {}

        work(handle)
        job = ask(asker, now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        with job.file.open("rb") as file:
            assert (file.read(), job.file_name) == (b"%PDF", "สรุป.pdf")

    @pytest.mark.parametrize(
        ("error", "text"),
        [
            pytest.param(ValueError("ลายเซ็น"), f"{jobs.BROKEN} (ValueError: ลายเซ็น)", id="bug"),
            pytest.param(Invalid("ยังไม่มีแผน"), "ยังไม่มีแผน", id="refusal"),
        ],
    )
    def test_a_failure_is_kept_and_told(self, asker, now, clock_at, work, error, text):
        def handle(progress):
            progress(8, 40)
            raise error

        work(handle)
        job = ask(asker, now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        assert (job.state, job.error, job.done, job.finished_at) == ("FAILED", text, 8, now)
        assert Notification.objects.get(person=asker).text == "งานทดสอบ หยุดกลางคัน"

    def test_without_a_handler_fails_with_its_name(self, db, now):
        job = Job.objects.create(kind="nobody does this", key="1", asked_at=now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert "nobody does this" in job.error

    def test_without_the_database_waits_for_the_sweep(self, asker, now, work):
        def handle(progress):
            raise OperationalError("server closed the connection")

        work(handle)
        job = ask(asker, now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        assert (job.state, job.attempts) == (JobState.RUNNING, 1)

    def test_a_worker_taken_for_dead_changes_nothing_when_it_wakes(self, asker, now, clock_at, work):
        """Its job is claimed by another meanwhile; the first stops at its next word of progress."""
        after = []

        def handle(progress):
            Job.objects.update(attempts=2, done=30)
            progress(9, 40)
            after.append("went on")

        work(handle)
        job = ask(asker, now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        assert (job.state, job.attempts, job.done, job.error) == ("RUNNING", 2, 30, "")
        assert after == []
        assert not Notification.objects.exists()

    def test_a_worker_of_before_the_job_was_asked_again_changes_nothing(self, asker, now, clock_at):
        job = ask(asker, now)
        with jobs.claimed(job.pk, now=now) as stuck:
            Job.objects.filter(pk=job.pk).update(state=JobState.FAILED)
            jobs.ask_again(job, by=actor(asker), now=now)
            with jobs.claimed(job.pk, now=now + timedelta(minutes=1)) as second:
                assert second.attempts == stuck.attempts == 1
                with pytest.raises(jobs.LostClaim):
                    jobs.Progress(stuck)(1, 2)
                jobs.Progress(second)(1, 2)

    def test_a_worker_taken_for_dead_does_not_end_the_job(self, asker, now, clock_at, work):
        def handle(progress):
            Job.objects.update(attempts=2)
            return {"mine": True}

        work(handle)
        job = ask(asker, now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        assert (job.state, job.result) == ("RUNNING", {})

    def test_a_crashed_job_is_done_by_the_next_worker(self, asker, now, clock_at, work, sent):
        """kill -9 leaves it RUNNING with an old heartbeat; the sweep wakes another worker, which resumes."""
        seen = []

        def handle(progress):
            seen.append((progress.job.done, progress.job.attempts))
            progress(10, 10)
            return {}

        work(handle)
        job = job_in(
            JobState.RUNNING, now, heartbeat_at=now - timedelta(minutes=2), attempts=1, done=5, total=10
        )
        assert jobs.sweep(now=now) == 1
        [(name, given)] = sent
        jobs.run(given["job_id"], now=now)
        job.refresh_from_db()
        assert (name, seen, job.state) == ("office.run_job", [(5, 2)], "DONE")

    @pytest.mark.django_db(transaction=True)
    def test_a_long_step_shows_life(self, now, work, monkeypatch):
        monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.02)
        asker = make_person(make_unit(make_office()))
        old = now - timedelta(days=1)

        def handle(progress):
            Job.objects.update(heartbeat_at=old)
            for _ in range(200):
                threading.Event().wait(0.05)
                if Job.objects.get(pk=progress.job.pk).heartbeat_at > old:
                    return {"alive": True}
            return {"alive": False}

        work(handle)
        job = ask(asker, now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        assert job.result == {"alive": True}

    @pytest.mark.django_db(transaction=True)
    def test_a_beat_that_fails_does_not_stop_the_work(self, now, work, monkeypatch, caplog):
        monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.01)
        asker = make_person(make_unit(make_office()))
        plain = jobs._mine

        def broken_for_beats(job):
            if threading.current_thread().name.startswith("job-"):
                raise OperationalError("database is locked")
            return plain(job)

        def handle(progress):
            for _ in range(400):
                threading.Event().wait(0.02)
                if "could not show life" in caplog.text:
                    return {"heard": True}
            return {"heard": False}

        monkeypatch.setattr(jobs, "_mine", broken_for_beats)
        work(handle)
        job = ask(asker, now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        assert (job.state, job.result) == ("DONE", {"heard": True})

    @pytest.mark.django_db(transaction=True)
    def test_a_stuck_step_falls_silent(self, now, work, monkeypatch):
        monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.01)
        monkeypatch.setattr(jobs, "LONGEST_STEP_BEATS", 2)
        asker = make_person(make_unit(make_office()))

        def handle(progress):
            for _ in range(400):
                threading.Event().wait(0.02)
                if not any(thread.name == f"job-{progress.job.pk}" for thread in threading.enumerate()):
                    return {"silent": True}
            return {"silent": False}

        work(handle)
        job = ask(asker, now)
        jobs.run(job.pk, now=now)
        job.refresh_from_db()
        assert job.result == {"silent": True}

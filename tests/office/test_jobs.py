"""Long work: one job for a double click, one worker for a job, nothing lost with the broker or a worker."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery import current_app
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet

from office import jobs
from office.enums import JobState
from office.errors import Invalid, NotAllowedNow
from office.models import Job, Notification
from tests.builders import SYSTEM, actor, make_office, make_person, make_unit

KIND = "test kind"


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


def ask(asker, now, key="1", **facts):
    return jobs.ask(KIND, key=key, by=actor(asker), now=now, office=asker.office, **facts)


def job_in(state, now, **facts):
    return Job.objects.create(kind=KIND, key="1", asked_at=now, state=state, **facts)


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

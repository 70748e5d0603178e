"""Long work that people can watch, safe against double clicks, crashes and a lost broker.

A Job row is the truth; a Celery message only wakes a worker. ``later`` sends it after commit and a failed
send is logged and left to ``sweep``, which re-queues what waits too long or whose worker died.
Each claim counts up ``attempts`` and has its instant; a worker writes only while both are its own, so one
that was taken for dead and wakes again changes nothing, also when the job has been asked for again since.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from time import monotonic
from typing import Any

from celery import current_app
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.module_loading import autodiscover_modules

from office import clock
from office.access import Actor
from office.enums import JobState
from office.errors import NotAllowedNow, Refused
from office.models import Job, Notification, Office

log = logging.getLogger(__name__)

STALE = timedelta(seconds=60)
"""A worker silent for longer is taken for dead."""
BEAT_SECONDS = 10.0
LONGEST_STEP_BEATS = 120
"""A step without a word of progress for 20 minutes is taken for stuck: its heart stops beating."""
BROKER_REST_SECONDS = 15.0
PATIENCE = timedelta(seconds=15)
MAX_ATTEMPTS = 5
BROKEN = "ระบบทำงานนี้ไม่สำเร็จ กด “ทำต่อ” หากหยุดอีกให้แจ้งผู้ดูแลระบบ"
MOST_WOKEN = 200
Handler = Callable[["Progress"], dict[str, Any]]
_handlers: dict[str, Handler] = {}
_labels: dict[str, str] = {}
_OPEN = [JobState.QUEUED, JobState.RUNNING]


class LostClaim(Exception):  # noqa: N818
    """Another worker has taken the job over: stop, and change nothing more."""


def handler(kind: str, *, label: str = "") -> Callable[[Handler], Handler]:
    """Register, in an app's tasks.py, the function that does jobs of ``kind`` and returns their result.

    It works in short transactions and can start again from the data; ``label`` is what people read.
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        _labels[kind] = label or kind
        return function

    return register


def label_of(kind: str) -> str:
    _find_handlers()
    return _labels.get(kind, kind)


@cache
def _find_handlers() -> None:
    autodiscover_modules("tasks")


def ask(
    kind: str,
    *,
    key: str,
    by: Actor,
    now: datetime,
    office: Office | None,
    params: dict[str, Any] | None = None,
) -> Job:
    """The open job of this kind and key, or a new one: a double click is one job."""
    facts = {"params": params or {}, "asked_by": by.person, "asked_at": now, "office": office}
    for _ in range(3):
        found = Job.objects.filter(kind=kind, key=key, state__in=_OPEN).first()
        if found is not None:
            return found
        try:
            with transaction.atomic():
                made = Job.objects.create(kind=kind, key=key, **facts)
        except IntegrityError:
            continue  # someone asked at the same moment
        later("office.run_job", job_id=made.pk)
        return made
    raise NotAllowedNow("มีผู้สั่งงานเดียวกันพร้อมกัน รอสักครู่แล้วลองใหม่")


def ask_again(job: Job, *, by: Actor, now: datetime) -> Job:
    """Go on with a failed job; when the same work has been asked for anew meanwhile, that job."""
    facts = {"asked_by": by.person, "asked_at": now, "attempts": 0, "error": "", "finished_at": None}
    try:
        with transaction.atomic():
            won = Job.objects.filter(pk=job.pk, state=JobState.FAILED).update(state=JobState.QUEUED, **facts)
    except IntegrityError:
        return Job.objects.get(kind=job.kind, key=job.key, state__in=_OPEN)
    if won:
        later("office.run_job", job_id=job.pk)
    return Job.objects.get(pk=job.pk)


def later(task_name: str, **kwargs: Any) -> None:
    """Send a task by name once the transaction has committed."""
    transaction.on_commit(partial(_try_to_send, task_name, kwargs))


def _try_to_send(task_name: str, kwargs: dict[str, Any]) -> None:
    """Send, unless the broker has just been found silent: people don't wait for it at each save."""
    if monotonic() >= _broker.silent_until:
        _send(task_name, kwargs)


def _send(task_name: str, kwargs: dict[str, Any]) -> bool:
    try:
        current_app.send_task(task_name, kwargs=kwargs, retry=False)
    except Exception as error:  # each transport raises its own: all mean that the broker can't be reached
        log.warning("broker unreachable (%s): %s waits for the sweep", error, task_name)
        _broker.silent_until = monotonic() + BROKER_REST_SECONDS
        return False
    _broker.silent_until = 0.0
    return True


@dataclass
class _Broker:
    silent_until: float = 0.0
    """By the machine's monotonic clock; each process finds out for itself."""


_broker = _Broker()


@dataclass
class Progress:
    """Given to a handler: its job, and the way to say how far it is. Both raise LostClaim."""

    job: Job
    silent_beats: int = 0

    def __call__(self, done: int, total: int, doing: str = "") -> None:
        self.silent_beats = 0
        self._write(done=done, total=total, doing=doing[:200], heartbeat_at=clock.now())

    def keep_file(self, content: bytes, name: str) -> None:
        self.job.file.save(
            f"{self.job.pk}-{self.job.attempts}-{self.job.kind}", ContentFile(content), save=False
        )
        self._write(file=self.job.file.name, file_name=name[:200], heartbeat_at=clock.now())

    def _write(self, **values: Any) -> None:
        if not _mine(self.job).update(**values):
            raise LostClaim(f"job {self.job.pk}, attempt {self.job.attempts}")


def _mine(job: Job) -> QuerySet[Job]:
    claim = {"attempts": job.attempts, "started_at": job.started_at}
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, **claim)


def _silent(now: datetime) -> Q:
    """RUNNING jobs whose worker is dead. A heartbeat from the future is left by a clock set back since."""
    return Q(state=JobState.RUNNING) & (Q(heartbeat_at__lt=now - STALE) | Q(heartbeat_at__gt=now + STALE))


@contextmanager
def claimed(job_id: int, *, now: datetime) -> Iterator[Job | None]:
    """Yield the job to the one worker that wins it, None to the others. An error marks it FAILED.

    When the database itself fails the job stays RUNNING, grows silent, and is swept up again.
    """
    won = Job.objects.filter(Q(state=JobState.QUEUED) | _silent(now), pk=job_id).update(
        state=JobState.RUNNING, started_at=now, heartbeat_at=now, attempts=F("attempts") + 1
    )
    if not won:
        yield None
        return
    job = Job.objects.get(pk=job_id)
    try:
        yield job
    except LostClaim:
        log.warning("job %s was taken over by another worker", job_id)
    except (OperationalError, InterfaceError):
        log.exception("job %s lost the database and waits for the sweep", job_id)
    except Exception as error:
        log.exception("job %s failed", job_id)
        text = str(error) if isinstance(error, Refused) else f"{BROKEN} ({type(error).__name__}: {error})"
        _finish(job, state=JobState.FAILED, error=text[:2000])


def run(job_id: int, *, now: datetime) -> None:
    """Claim and do one job; nothing happens when another worker was first."""
    with claimed(job_id, now=now) as job:
        if job is None:
            return
        _find_handlers()
        progress = Progress(job)
        with _beating(progress):
            result = _handlers[job.kind](progress)
        _finish(job, state=JobState.DONE, result=result, done=F("total"), doing="")


@transaction.atomic
def _finish(job: Job, *, state: JobState, **facts: Any) -> None:
    """End the job, if it is still this worker's, and tell who asked for it."""
    at = clock.now()
    if not _mine(job).update(state=state, finished_at=at, **facts):
        log.warning("job %s had been taken over before it ended", job.pk)
    elif job.asked_by_id is not None:
        told = "เสร็จแล้ว" if state is JobState.DONE else "หยุดกลางคัน"
        Notification.objects.get_or_create(
            person_id=job.asked_by_id,
            key=f"job {job.pk} {state} {job.asked_at.isoformat()}",
            defaults={"text": f"{label_of(job.kind)} {told}", "url": reverse("job", args=[job.pk]), "at": at},
        )


@contextmanager
def _beating(progress: Progress) -> Iterator[None]:
    """Show life during a long step. Killed with its process, so a dead worker falls silent."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_SECONDS) and progress.silent_beats < LONGEST_STEP_BEATS:
            progress.silent_beats += 1
            try:
                _mine(progress.job).update(heartbeat_at=clock.now())
            except DatabaseError:
                log.exception("job %s could not show life", progress.job.pk)
            finally:
                connection.close()

    thread = threading.Thread(target=beat, name=f"job-{progress.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=BEAT_SECONDS)


def sweep(*, now: datetime) -> int:
    """Wake workers for jobs that wait or whose worker fell silent; give up after MAX_ATTEMPTS and say so.

    Returns how many were sent; with the broker down it stops at the first: the next sweep does the rest.
    """
    silent = _silent(now)
    for job in Job.objects.filter(silent, attempts__gte=MAX_ATTEMPTS):
        _finish(job, state=JobState.FAILED, error="เริ่มใหม่หลายครั้งแล้วไม่สำเร็จ")
    waiting = Q(state=JobState.QUEUED) & (Q(asked_at__lt=now - PATIENCE) | Q(asked_at__gt=now))
    ids = Job.objects.filter(silent | waiting).order_by("id").values_list("pk", flat=True)[:MOST_WOKEN]
    sent = 0
    for job_id in list(ids):
        if not _send("office.run_job", {"job_id": job_id}):
            break
        sent += 1
    return sent

"""Long work that people can watch, safe against double clicks, crashes and a lost broker.

A Job row is the truth; a Celery message only wakes a worker. ``later`` sends it after commit and a failed
send is logged and left to ``sweep``, which re-queues what waits too long or whose worker died.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from office import clock
from office.access import Actor
from office.enums import JobState
from office.models import Job, Office

log = logging.getLogger(__name__)

STALE = timedelta(seconds=60)
MAX_ATTEMPTS = 5
Handler = Callable[["Progress"], dict[str, Any]]
_handlers: dict[str, Handler] = {}


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register, in an app's tasks.py, the function that does jobs of ``kind`` and returns their result."""

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def ask(
    kind: str, *, key: str, by: Actor, now: datetime, office: Office | None, params: dict[str, Any] | None = None
) -> Job:
    """The open job of this kind and key, or a new one: a double click is one job."""
    open_ones = Job.objects.filter(kind=kind, key=key, state__in=[JobState.QUEUED, JobState.RUNNING])
    found = open_ones.first()
    if found is None:
        try:
            with transaction.atomic():
                found = Job.objects.create(
                    kind=kind, key=key, params=params or {}, asked_by=by.person, asked_at=now, office=office
                )
        except IntegrityError:
            return open_ones.get()
        later("office.run_job", job_id=found.pk)
    return found


def later(task_name: str, **kwargs: Any) -> None:
    """Send a task by name once the transaction has committed."""
    transaction.on_commit(partial(_send, task_name, kwargs))


def _send(task_name: str, kwargs: dict[str, Any]) -> None:
    try:
        current_app.send_task(task_name, kwargs=kwargs, retry=False)
    except Exception:
        log.exception("broker unreachable: %s waits for the sweep", task_name)


@dataclass
class Progress:
    """Given to a handler: its job, and the way to say how far it is."""

    job: Job

    def __call__(self, done: int, total: int, doing: str = "") -> None:
        values = {"done": done, "total": total, "doing": doing[:200], "heartbeat_at": clock.now()}
        Job.objects.filter(pk=self.job.pk).update(**values)

    def keep_file(self, content: bytes, name: str) -> None:
        self.job.file.save(f"{self.job.pk}-{self.job.kind}", ContentFile(content), save=False)
        Job.objects.filter(pk=self.job.pk).update(file=self.job.file.name, file_name=name)


@contextmanager
def claimed(job_id: int, *, now: datetime) -> Iterator[Job | None]:
    """Yield the job to the one worker that wins it, None to the others. An error marks it FAILED."""
    free = Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, heartbeat_at__lt=now - STALE)
    won = Job.objects.filter(free, pk=job_id).update(
        state=JobState.RUNNING, started_at=now, heartbeat_at=now, attempts=F("attempts") + 1
    )
    if not won:
        yield None
        return
    try:
        yield Job.objects.get(pk=job_id)
    except Exception as error:
        log.exception("job %s failed", job_id)
        failed = {"state": JobState.FAILED, "error": f"{type(error).__name__}: {error}", "finished_at": clock.now()}
        Job.objects.filter(pk=job_id).update(**failed)


def run(job_id: int, *, now: datetime) -> None:
    """Claim and do one job; nothing happens when another worker was first."""
    with claimed(job_id, now=now) as job:
        if job is not None:
            result = _handlers[job.kind](Progress(job))
            Job.objects.filter(pk=job_id).update(
                state=JobState.DONE, result=result, finished_at=clock.now(), done=F("total"), doing=""
            )


def sweep(*, now: datetime) -> int:
    """Wake a worker for jobs that wait or whose worker fell silent; give up after MAX_ATTEMPTS."""
    silent = Q(state=JobState.QUEUED, asked_at__lt=now - timedelta(seconds=15)) | Q(
        state=JobState.RUNNING, heartbeat_at__lt=now - STALE
    )
    Job.objects.filter(silent, attempts__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED, error="เริ่มใหม่หลายครั้งแล้วไม่สำเร็จ", finished_at=now
    )
    waiting = list(Job.objects.filter(silent).values_list("pk", flat=True))
    for job_id in waiting:
        _send("office.run_job", {"job_id": job_id})
    return len(waiting)

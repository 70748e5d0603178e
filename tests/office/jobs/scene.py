"""Long work: one job for a double click, one worker for a job, nothing lost with the broker or a worker."""

from __future__ import annotations

from office import jobs
from office.models import Job
from tests.builders import actor

KIND = "test kind"


def ask(asker, now, key="1", **facts):
    return jobs.ask(KIND, key=key, by=actor(asker), now=now, office=asker.office, **facts)


def job_in(state, now, **facts):
    return Job.objects.create(kind=KIND, key="1", asked_at=now, state=state, **facts)

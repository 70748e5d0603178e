"""Thin doors for Celery."""

from __future__ import annotations

from celery import shared_task

from office import clock, jobs


@shared_task(name="office.run_job")
def run_job(*, job_id: int, **_: object) -> None:
    jobs.run(job_id, now=clock.now())


@shared_task(name="office.sweep_jobs")
def sweep_jobs(**_: object) -> None:
    jobs.sweep(now=clock.now())

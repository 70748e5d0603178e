"""Thin doors for Celery."""

from __future__ import annotations

from celery import shared_task

from meetings import actions
from office import access, clock
from office.calendar import day_of


@shared_task(name="meetings.make_meetings")
def make_meetings(**_: object) -> None:
    now = clock.now()
    actions.keep_meetings(by=access.system(day_of(now)), now=now)

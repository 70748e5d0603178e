"""Thin doors for Celery: the years of an office in one file, and the notice at plan end."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from celery import shared_task

from appraisals import actions
from appraisals.gathered import Gathered
from appraisals.printing import year_print
from appraisals.queries import people_within
from office import access, clock, jobs, thai
from office import print as printing
from office.calendar import day_of
from office.errors import NotAllowedNow
from office.models import Person

log = logging.getLogger(__name__)

TELL_SECONDS = 1.0
"""Progress is told that often at most: the page asks every two seconds."""


@shared_task(name="appraisals.tell_year_end")
def tell_year_end(**_: object) -> None:
    """Every plan that has just ended; late, twice or in parallel nobody is told twice."""
    now = clock.now()
    actions.tell_ended_years(by=access.system(day_of(now)), now=now)


@jobs.handler("year_summaries", label="พิมพ์สรุปรายปีทั้งสำนักงาน")
def print_summaries(progress: jobs.Progress) -> dict[str, Any]:
    """One paper a person in the order of units and then of names, joined; ``params`` holds ``year``.

    Done again after a crash it makes the whole file anew and records nobody's print twice.
    """
    job, now = progress.job, clock.now()
    if job.asked_by is None:
        raise NotAllowedNow("ต้องมีผู้สั่งพิมพ์")
    year, by = int(job.params["year"]), access.actor_of(job.asked_by, day_of(now))
    office = job.asked_by.office
    people = list(people_within(by, office, year))
    gathered = Gathered(office, year, people, now=now, day=by.day)
    people.sort(key=lambda person: (gathered.unit_order(person), person.sort_key, person.pk))
    facts = {"office": office, "fiscal_year": year, "printed_by": by.name, "now": now}
    papers = _Papers(progress, people, gathered, facts)
    content = printing.joined(papers, title=f"สรุปผลการปฏิบัติงานรายบุคคล ปีงบประมาณ {thai.to_thai(str(year))}")
    if not papers.printed:
        raise NotAllowedNow("พิมพ์ไม่ได้เลยสักคน: " + (" · ".join(papers.left_out) or "ไม่มีผู้ที่มีแผนในปีนี้"))
    progress.keep_file(content, f"สรุปรายปี-{year}.pdf")
    actions.record_prints(papers.printed, year, job=job, by=by, now=now)
    return {"year": year, "printed": len(papers.printed), "left_out": papers.left_out}


@dataclass
class _Papers:
    """Makes each person's paper as it is asked for, and notes who was left out."""

    progress: jobs.Progress
    people: list[Person]
    gathered: Gathered
    facts: dict[str, Any]
    printed: list[Person] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    told: float | None = None

    def __iter__(self) -> Iterator[bytes]:
        for done, person in enumerate(self.people):
            self._tell(done, person.full_name)
            try:
                year = year_print(self.gathered.of(person), **self.facts)
                paper = printing.pdf("year", {"people": [year]}, tagged=False)
            except Exception:  # whatever one person's data do, the others get their papers
                log.exception("the year of %s could not be printed", person.code)
                self.left_out.append(f"{person.code} {person.full_name}: พิมพ์ไม่ได้ แจ้งผู้ดูแลระบบ")
            else:
                self.printed.append(person)
                yield paper

    def _tell(self, done: int, doing: str) -> None:
        if self.told is None or monotonic() - self.told >= TELL_SECONDS:
            self.told = monotonic()
            self.progress(done, len(self.people), doing)

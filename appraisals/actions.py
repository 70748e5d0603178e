"""Printing of years, and what is recorded: who opened and who printed whose year."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from appraisals.queries import people_within
from office import audit, jobs
from office.access import Actor, Perm, check
from office.audit import Verb
from office.errors import NotAllowed, NotAllowedNow
from office.models import AuditEvent, Job, Person


@transaction.atomic
def record_view(person: Person, year: int, *, by: Actor, now: datetime) -> None:
    """Keep that someone looked at another's year: the one GET that writes (design section 3)."""
    check(by, Perm.YEAR_VIEW, person)
    if by.id != person.pk:
        audit.record(by=by, verb=Verb.YEAR_VIEWED, subject=person, at=now, after={"fiscal_year": year})


@transaction.atomic
def record_print(person: Person, year: int, *, by: Actor, now: datetime) -> None:
    check(by, Perm.YEAR_VIEW, person)
    audit.record(by=by, verb=Verb.YEAR_PRINTED, subject=person, at=now, after={"fiscal_year": year})


@transaction.atomic
def ask_summaries(year: int, *, by: Actor, now: datetime) -> Job:
    """The years of all whom ``by`` may list, as one file. Raises NotAllowed, NotAllowedNow for nobody."""
    check(by, Perm.YEAR_LIST)
    if by.person is None:
        raise NotAllowed("ต้องมีผู้สั่งพิมพ์")
    office = by.person.office
    if not people_within(by, office, year).exists():
        raise NotAllowedNow(f"ปีงบประมาณ {year} ยังไม่มีแผนที่อนุมัติ จึงยังไม่มีสรุปรายปีให้พิมพ์")
    return jobs.ask(
        "year_summaries", key=f"{year} {by.id}", by=by, now=now, office=office, params={"year": year}
    )


@transaction.atomic
def record_prints(people: Iterable[Person], year: int, *, job: Job, by: Actor, now: datetime) -> None:
    """One line of history a person; for the same job only once. ``people`` are within the reach of ``by``."""
    check(by, Perm.YEAR_LIST)
    people = list(people)
    known = AuditEvent.objects.filter(
        subject_type=Person._meta.label_lower,
        subject_id__in=[person.pk for person in people],
        verb=Verb.YEAR_PRINTED,
        after__job=job.pk,
    )
    recorded = set(known.values_list("subject_id", flat=True))
    after = {"fiscal_year": year, "job": job.pk}
    audit.record_all(
        [
            audit.entry(by=by, verb=Verb.YEAR_PRINTED, subject=person, at=now, after=after)
            for person in people
            if person.pk not in recorded
        ]
    )

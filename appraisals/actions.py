"""Printing of years, the notice at plan end, and what is recorded: who opened and printed whose year."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from appraisals.gathered import Gathered
from appraisals.models import YearNotice
from appraisals.printing import notice_rows, notice_sentence
from appraisals.queries import people_of_year, people_within
from office import audit, jobs
from office.access import Actor, Perm, check
from office.audit import Verb
from office.calendar import day_of
from office.errors import NotAllowed, NotAllowedNow
from office.models import AuditEvent, Job, Notification, Person
from plans.models import FiscalYear, ReportingMonth

log = logging.getLogger(__name__)

TOLD_WITHIN = timedelta(days=60)
"""After the lock of a plan's last month."""


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
    check(by, Perm.YEAR_PRINT_ALL)
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
    check(by, Perm.YEAR_PRINT_ALL)
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


def tell_ended_years(*, by: Actor, now: datetime) -> int:
    """Tell every person of each plan that has just ended; returns how many were told.

    A plan has ended when its last month is closed, or past its lock. Only years whose last lock lies within
    60 days are looked at: an office that takes in plans of years gone by isn't flooded with old news, and
    a system that stood still for weeks still tells. Each year is a transaction of its own; one that fails
    is logged and the others go on. Late, twice or in parallel it changes nothing.
    """
    told = 0
    for year in _ended(now):
        try:
            told += len(tell_year_end(year, by=by, now=now))
        except NotAllowed:
            raise
        except Exception:
            log.exception("the end of year %s of office %s could not be told", year.year, year.office_id)
    return told


@transaction.atomic
def tell_year_end(fiscal_year: FiscalYear, *, by: Actor, now: datetime) -> list[YearNotice]:
    """One notice to each person with shares in the year's approved plan; returns those that are new.

    Every item is said to be met, not met or beyond saying, with the figures of the person's year page at
    ``now``. Who was told already isn't told again, whatever has changed since. Data of one person that
    can't be read are logged and told once they can. Raises NotAllowed, NotAllowedNow before the plan's end.
    """
    check(by, Perm.YEAR_LIST, fiscal_year)
    fiscal_year = (
        FiscalYear.objects.select_for_update(of=("self",)).select_related("office").get(pk=fiscal_year.pk)
    )
    last = ReportingMonth.objects.filter(fiscal_year=fiscal_year).order_by("first").last()
    if last is None or now <= last.grace_end or (last.closed_at is None and now <= last.lock_at):
        raise NotAllowedNow("แจ้งผลได้เมื่อปิดเดือนสุดท้ายของแผนแล้ว หรือเลยกำหนดแก้ไขของเดือนนั้นแล้ว")
    people = people_of_year(fiscal_year.office, fiscal_year.year)
    waiting = list(people.exclude(year_notices__fiscal_year=fiscal_year).order_by("sort_order", "pk"))
    if not waiting:
        return []
    YearNotice.objects.bulk_create(
        _year_notices(fiscal_year, last, waiting, now=now), batch_size=500, ignore_conflicts=True
    )
    made = YearNotice.objects.filter(fiscal_year=fiscal_year, person__in=waiting)
    told = list(made.select_related("person", "fiscal_year"))
    _say(told, by=by, now=now)
    return told


@transaction.atomic
def open_year_notice(notice: YearNotice, *, by: Actor, now: datetime) -> YearNotice:
    """Keep the person's first reading, the message's too, and each opening by another (design section 3)."""
    check(by, Perm.YEAR_VIEW, notice)
    year = notice.fiscal_year.year
    if by.id != notice.person_id:
        after = {"fiscal_year": year, "notice": notice.pk}
        audit.record(by=by, verb=Verb.YEAR_VIEWED, subject=notice.person, at=now, after=after)
    elif YearNotice.objects.filter(pk=notice.pk, read_at=None).update(read_at=now):
        audit.record(by=by, verb=Verb.YEAR_NOTICE_READ, subject=notice, at=now, after={"fiscal_year": year})
        news = Notification.objects.filter(person_id=notice.person_id, key=_news_key(notice), read_at=None)
        news.update(read_at=now)
        notice.read_at = now
    return notice


def _news_key(notice: YearNotice) -> str:
    return f"year-notice:{notice.fiscal_year.year}"


def _ended(now: datetime) -> Iterator[FiscalYear]:
    """Years whose last month, September, is closed or past its lock, not long ago."""
    months = ReportingMonth.objects.filter(first__month=9, lock_at__gt=now - TOLD_WITHIN, grace_end__lt=now)
    ended = months.filter(Q(lock_at__lt=now) | Q(closed_at__isnull=False))
    return FiscalYear.objects.filter(pk__in=ended.values("fiscal_year_id")).order_by("pk").iterator()


def _year_notices(
    fiscal_year: FiscalYear, last: ReportingMonth, people: list[Person], *, now: datetime
) -> Iterator[YearNotice]:
    gathered = Gathered(fiscal_year.office, fiscal_year.year, people, now=now, day=day_of(now))
    for person in people:
        try:
            rows = notice_rows(gathered.of(person))
        except Exception:  # whatever one person's data do, the others are told
            log.exception("the year %s of %s could not be told", fiscal_year.year, person.code)
            continue
        unit_id = gathered.unit_id_on(person, last.due_on)
        if unit_id is None:
            continue  # who never served in a unit has nobody to be seen by
        yield YearNotice(
            office_id=fiscal_year.office_id,
            person=person,
            unit_id=unit_id,
            fiscal_year=fiscal_year,
            rows=rows,
            made_at=now,
        )


def _say(told: list[YearNotice], *, by: Actor, now: datetime) -> None:
    """A message in the app, once, and a line of history."""
    Notification.objects.bulk_create(
        (
            Notification(
                person=notice.person,
                key=_news_key(notice),
                text=f"ผลเมื่อสิ้นสุดแผน ปีงบประมาณ {notice.fiscal_year.year}: {notice_sentence(notice.rows)}",
                url=reverse("year-notice", args=[notice.fiscal_year.year, notice.person.code]),
                at=now,
            )
            for notice in told
        ),
        batch_size=500,
        ignore_conflicts=True,
    )
    audit.record_all(
        [
            audit.entry(by=by, verb=Verb.YEAR_NOTICE_SENT, subject=notice, at=now, after=_sent(notice))
            for notice in told
        ]
    )


def _sent(notice: YearNotice) -> dict[str, object]:
    return {"fiscal_year": notice.fiscal_year.year, "rows": notice.rows}

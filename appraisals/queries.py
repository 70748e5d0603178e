"""Reads of whole years of people, in a constant number of queries however many they are."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from appraisals.gathered import Gathered
from appraisals.person_year import MonthOfYear, Outside, PersonYear
from office.access import Actor, Perm, reach
from office.models import Office, Person
from plans.models import MonthlyShare

__all__ = [
    "MonthOfYear",
    "Outside",
    "PersonYear",
    "people_of_year",
    "people_within",
    "readable_years_of",
    "years_of",
]

log = logging.getLogger(__name__)


def people_of_year(office: Office, year: int) -> Any:
    """Those with at least one share in the year's plan."""
    shares = MonthlyShare.objects.in_force().filter(
        item__plan__fiscal_year__year=year, item__plan__office=office
    )
    return Person.objects.filter(pk__in=shares.values("person_id"))


def people_within(actor: Actor, office: Office, year: int) -> Any:
    """Of them, those whose year the actor may list and print."""
    return people_of_year(office, year).filter(reach(actor, Perm.YEAR_LIST, Person))


def years_of(
    people: Sequence[Person], office: Office, year: int, *, now: datetime, day: date
) -> list[PersonYear]:
    """The years of ``people`` as known at ``now``, in unit and official order."""
    return _in_order(Gathered(office, year, people, now=now, day=day).all())


def readable_years_of(
    people: Sequence[Person], office: Office, year: int, *, now: datetime, day: date
) -> tuple[list[PersonYear], list[Person]]:
    """The same of those whose data can be read, and the others; the log says why."""
    gathered = Gathered(office, year, people, now=now, day=day)
    found, unreadable = [], []
    for person in people:
        try:
            found.append(gathered.of(person))
        except Exception:  # whatever one person's data do, the others are listed
            log.exception("the year %s of %s could not be read", year, person.code)
            unreadable.append(person)
    return _in_order(found), unreadable


def _in_order(years: list[PersonYear]) -> list[PersonYear]:
    return sorted(years, key=lambda each: (each.unit_order, each.person.sort_order, each.person.pk))

"""What is recorded about appraisals: who opened and who printed whose year."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.models import Person


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

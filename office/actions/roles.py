"""Dated roles given to people beyond what the staff list says."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.enums import Role
from office.models import Membership, Person, Unit


@transaction.atomic
def grant_role(
    person: Person,
    role: Role,
    unit: Unit,
    *,
    starts_on: date,
    by: Actor,
    now: datetime,
    ends_on: date | None = None,
) -> Membership:
    """Give a person a role in a unit from a day on; giving it again changes nothing."""
    check(by, Perm.PEOPLE_EDIT, person)
    held = Membership.objects.filter(person=person, role=role, unit=unit).on(starts_on).first()
    if held is not None:
        return held
    given = Membership.objects.create(
        person=person, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on
    )
    facts = {"role": role, "unit": unit.name, "starts_on": starts_on, "ends_on": ends_on}
    audit.record(by=by, verb=Verb.PERSON_CHANGED, subject=person, at=now, after=facts)
    return given

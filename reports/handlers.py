"""Who handles a report, its notices and its cases: the admin unit, never one's own, else the director."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from office.access import Actor, Perm, may
from office.enums import Role
from office.models import Membership
from reports.rules import Deed, handling_refusal


def of_admin_unit(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.GENERAL_ADMIN)


def refusal_to_handle(record: Any, by: Actor, deed: Deed) -> str:
    """Why ``by`` can't do this to a report or a flag, in Thai; empty when it is theirs. At most one query."""
    own, admin = record.person_id == by.id, of_admin_unit(by)
    admins = set() if own or admin else admins_of(record.office_id, by)
    return handling_refusal(
        deed,
        own=own,
        by_admin=admin,
        author_is_admin=record.person_id in admins,
        other_admins=bool(admins - {record.person_id}),
    )


def handled(actor: Actor, perm: Perm, *, owner: str = "person") -> Q:
    """Of the records within reach, those that are this person's to handle. At most one query.

    ``owner`` is the lookup of whose they are: "pk" of people themselves.
    """
    if not may(actor, perm):
        return Q(pk__in=[])
    if of_admin_unit(actor):
        return ~Q(**{owner: actor.id}) if actor.id else Q()
    admins = admins_of(actor.office_id, actor)
    return Q(**{f"{owner}__in": admins - {actor.id}}) if len(admins) == 1 else Q(pk__in=[])


def admins_of(office_id: int | None, by: Actor) -> set[int]:
    """Who is of the admin unit on that day."""
    rows = Membership.objects.on(by.day).filter(
        role=Role.GENERAL_ADMIN, person__office_id=office_id, person__is_active=True
    )
    return set(rows.values_list("person_id", flat=True))

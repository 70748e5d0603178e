"""A message inside the application, once a person and key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from office.models import Notification, Person


def tell(people: Iterable[int], *, key: str, text: str, url: str, now: datetime) -> None:
    """To those of them who can still sign in."""
    active = Person.objects.filter(pk__in=set(people), is_active=True).values_list("pk", flat=True)
    Notification.objects.bulk_create(
        [Notification(person_id=pk, key=key, text=text[:500], url=url, at=now) for pk in active],
        ignore_conflicts=True,
    )

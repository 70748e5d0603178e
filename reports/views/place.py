"""Whose month a page is about: found within the reach of who looks, else 404."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField
from django.http import Http404, HttpRequest
from django.urls import reverse

from office.access import Actor, Perm, check, may
from office.calendar import Month
from office.models import Person
from office.prepared import Given, Prepared
from office.thai import ThaiValueError
from plans.models import ReportingMonth
from reports.queries import find_month


@dataclass(frozen=True, slots=True)
class Place:
    month: ReportingMonth
    person: Person
    own: bool
    full: bool
    """False for colleagues who see the figures of a closed month only (4.14)."""

    @property
    def url(self) -> str:
        return address(self.month.month, self.person.code)


def address(month: Month, code: str, name: str = "person-month") -> str:
    return reverse(name, args=[month, code])


def month_in(text: str) -> Month:
    try:
        return Month.parse(text)
    except ThaiValueError as fault:
        raise Http404(str(fault)) from None


def find_own(request: HttpRequest, month: Month) -> Place | None:
    """None when the office has no such month."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = _month(actor, month, actor.person.pk) if actor.person else None
    return Place(found, actor.person, own=True, full=True) if found and actor.person else None


def find(request: HttpRequest, month: Month, code: str) -> Place | None:
    """None when it is one's own and the office has no such month; 404 for anybody out of reach."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.person is not None and code.upper() == actor.person.code:
        return find_own(request, month)
    person = next(iter(_PERSON(office=actor.office_id, code=code.upper())), None)
    found = _month(actor, month, person.pk) if person else None
    if person is None or found is None:
        raise Http404
    return Place(found, person, own=False, full=in_reach(actor, found, person))


def _person() -> Any:
    return Person.objects.filter(office=Given("office"), code=Given("code", CharField()))


_PERSON = Prepared(_person)


def find_to_write(request: HttpRequest, month: str, code: str) -> Place:
    """Within reach but not one's own is 403: nobody writes for another."""
    place = find(request, month_in(month), code)
    if place is None:
        raise Http404
    check(request.actor, Perm.REPORT_WRITE, place.person)  # type: ignore[attr-defined]
    return place


def in_reach(actor: Actor, month: ReportingMonth, person: Person) -> bool:
    """Whether all of a colleague's month may be read; 404 out of reach. A unit head's reach is a query."""
    full = may(actor, Perm.REPORT_VIEW, person)
    if not full and (month.closed_at is None or not may(actor, Perm.PLAN_VIEW, person)):
        raise Http404
    return full


def _month(actor: Actor, month: Month, person_id: int) -> ReportingMonth | None:
    found = find_month(actor.office_id, month, person_id) if actor.office_id else None
    if found is not None and actor.person is not None:
        actor.person.office = found.office  # the head of every page shows it: one query less
    return found


def months_nav(month: Month, code: str) -> dict[str, dict[str, str]]:
    """To the months before and after; the addresses of months without a plan say so."""
    before, after = month.previous(), month.next()
    return {
        "previous": {"url": address(before, code), "label": before.short},
        "next": {"url": address(after, code), "label": after.short},
    }

"""Whose month a page is about: found within the reach of who looks, else 404."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, Value, When
from django.http import Http404, HttpRequest
from django.urls import reverse

from office import access
from office.access import Actor, Perm, check
from office.calendar import Month
from office.models import Person
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
    found = _month(actor, month, actor.person.code if actor.person else "")
    return Place(found, actor.person, own=True, full=True) if found and actor.person else None


def find(request: HttpRequest, month: Month, code: str) -> Place | None:
    """None when it is one's own and the office has no such month; 404 for anybody out of reach."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.person is not None and code.upper() == actor.person.code:
        return find_own(request, month)
    found = _month(actor, month, code.upper())
    if found is None:
        raise Http404
    person, full = colleague(actor, found, code)
    return Place(found, person, own=False, full=full)


def find_to_write(request: HttpRequest, month: str, code: str) -> Place:
    """Within reach but not one's own is 403: nobody writes for another."""
    place = find(request, month_in(month), code)
    if place is None:
        raise Http404
    check(request.actor, Perm.REPORT_WRITE, place.person)  # type: ignore[attr-defined]
    return place


def colleague(actor: Actor, month: ReportingMonth, code: str) -> tuple[Person, bool]:
    """And whether all of their month may be read; 404 out of reach."""
    visible = access.reach(actor, Perm.REPORT_VIEW, Person)
    within: Q = visible
    if month.closed_at is not None:
        within = access.reach(actor, Perm.PLAN_VIEW, Person) | visible
    whole: Any = Case(When(visible, then=Value("yes")), default=Value(""))
    person = Person.objects.filter(within, code=code.upper()).annotate(whole=whole).first()
    if person is None:
        raise Http404
    return person, bool(person.whole)


def _month(actor: Actor, month: Month, code: str) -> ReportingMonth | None:
    if actor.person is None:
        return None
    found = find_month(actor.person.office_id, month, code)
    if found is not None:
        actor.person.office = found.office  # the head of every page shows it: one query less
    return found


def months_nav(month: Month, code: str) -> dict[str, dict[str, str]]:
    """To the months before and after; the addresses of months without a plan say so."""
    before, after = month.previous(), month.next()
    return {
        "previous": {"url": address(before, code), "label": before.short},
        "next": {"url": address(after, code), "label": after.short},
    }

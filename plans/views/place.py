"""Whose plan of which year a page is about: found within reach, else 404."""

from __future__ import annotations

from django.http import Http404

from office.access import Actor, Perm, reach
from office.models import Office
from plans.models import ActionPlan
from plans.stored import with_lists

YEARS = range(2500, 2700)
"""Fiscal years (BE) that have pages."""


def office_for(actor: Actor, perm: Perm, year: int) -> Office:
    found = Office.objects.filter(reach(actor, perm, Office)).first() if year in YEARS else None
    if found is None:
        raise Http404
    return found


def plan_for(actor: Actor, perm: Perm, year: int) -> ActionPlan:
    plans = with_lists(ActionPlan.objects.select_related("fiscal_year", "office"))
    found = plans.filter(reach(actor, perm, ActionPlan), fiscal_year__year=year).first()
    if found is None:
        raise Http404
    return found

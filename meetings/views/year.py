"""The meetings of a fiscal year, by month."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meetings.queries import days_of, rows_of_months
from office.access import Actor, Perm, may, reach, requires
from office.calendar import day_of, fiscal_year
from office.thai import ThaiValueError, parse_be_year
from plans.models import FiscalYear
from plans.queries import months_of_year


@requires(Perm.MEETING_VIEW)
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    today = day_of(request.now)  # type: ignore[attr-defined]
    years = list(
        FiscalYear.objects.filter(reach(actor, Perm.MEETING_VIEW, FiscalYear))
        .values_list("year", flat=True)
        .order_by("year")
    )
    year = _chosen(request.GET.get("year", ""), years, fiscal_year(today))
    office = actor.person.office if actor.person else None
    months = months_of_year(office, year) if office and year in years else []
    rows = rows_of_months(months, days_of(office)) if office and months else []
    coming = [row for row in rows if row.held_on >= today]
    page = {
        "year": year,
        "years": years,
        "today": today,
        "upcoming": min(coming, key=lambda row: row.held_on, default=None),
        "groups": [(month, list(pair)) for month, pair in groupby(rows, key=lambda row: row.month)],
        "may_move": may(actor, Perm.MEETING_MOVE),
        "may_import": may(actor, Perm.PLAN_IMPORT),
    }
    return render(request, "meetings/year.html", page)


def _chosen(typed: str, years: list[int], current: int) -> int:
    """The year asked for, else the current one, else the last one that there is. 404 for any other."""
    if not typed:
        return current if current in years or not years else years[-1]
    try:
        year = parse_be_year(typed)
    except ThaiValueError as refusal:
        raise Http404(str(refusal)) from refusal
    if year not in years:
        raise Http404("no such fiscal year")
    return year

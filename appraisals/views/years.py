"""A year of people: the list, one person's page, one person's form on paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from appraisals import actions
from appraisals.printing import flag_detail, year_print
from appraisals.queries import PersonYear, people_within, readable_years_of, years_of
from appraisals.year_page import page_of
from office import print as printing
from office.access import Actor, Perm, may, reach, requires
from office.calendar import day_of, fiscal_year
from office.models import Office, Person
from plans.models import FiscalYear


@require_safe
@requires(Perm.YEAR_VIEW)
def current(request: HttpRequest) -> HttpResponse:
    return redirect("year-list", year=fiscal_year(day_of(request.now)))


@require_safe
@requires(Perm.YEAR_VIEW)
def year_list(request: HttpRequest, year: int) -> HttpResponse:
    """The people whose year the reader may open; an officer is led to the own one."""
    actor: Actor = request.actor
    if not may(actor, Perm.YEAR_LIST):
        return redirect("person-year", year=year, code=actor.person.code)
    office: Office = actor.person.office
    people = list(people_within(actor, office, year))
    years, unreadable = readable_years_of(people, office, year, now=request.now, day=day_of(request.now))
    context = {
        "year": year,
        "years": years,
        "unreadable": unreadable,
        "other_years": _years(office),
        "may_print_all": may(actor, Perm.YEAR_PRINT_ALL),
        "mine": any(each.person.pk == actor.id for each in years),
    }
    return render(request, "appraisals/year_list.html", context)


@require_safe
@requires(Perm.YEAR_VIEW)
def person_year(request: HttpRequest, year: int, code: str) -> HttpResponse:
    person, found = _found(request, year, code)
    actions.record_view(person, year, by=request.actor, now=request.now)
    context = page_of(found, actor=request.actor, now=request.now, show=request.GET.get("show", "")) | {
        "year": year,
        "flags": [
            (flag, flag_detail(flag), may(request.actor, Perm.NOTICE_VIEW, flag)) for flag in found.flags
        ],
        "other_years": _years(person.office),
        "may_list": may(request.actor, Perm.YEAR_LIST),
    }
    return render(request, "appraisals/person_year.html", context)


@require_safe
@requires(Perm.YEAR_VIEW)
def person_year_pdf(request: HttpRequest, year: int, code: str) -> HttpResponse:
    person, found = _found(request, year, code)
    entry = _entry(request, found, year)
    content = printing.pdf("year", {"people": [entry]})
    actions.record_print(person, year, by=request.actor, now=request.now)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="tidtam-{year}-{person.code}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _found(request: HttpRequest, year: int, code: str) -> tuple[Person, PersonYear]:
    actor: Actor = request.actor
    within = Person.objects.filter(reach(actor, Perm.YEAR_VIEW, Person)).select_related("office")
    person = get_object_or_404(within, code=code.upper())
    found = years_of([person], person.office, year, now=request.now, day=day_of(request.now))[0]
    if not found.months:
        raise Http404
    return person, found


def _entry(request: HttpRequest, found: PersonYear, year: int) -> dict[str, Any]:
    return year_print(
        found,
        office=found.person.office,
        fiscal_year=year,
        printed_by=request.actor.name,
        now=request.now,
    )


def _years(office: Office) -> list[int]:
    return list(FiscalYear.objects.filter(office=office).order_by("-year").values_list("year", flat=True))

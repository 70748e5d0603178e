"""เดือนของกลุ่ม: the unit head reads the unit's whole month on one page; nothing waits for it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from office.access import Actor, Perm, may, reach, requires
from office.calendar import Month
from office.models import Membership, Person, Unit
from plans.models import ReportingMonth
from reports.dashboard import read_board
from reports.models import MonthComment
from reports.talk_reads import MonthTalk
from reports.unit_month import Member, UnitMonth
from reports.unit_month import unit_month as read_unit_month
from reports.views.month_tables import table_lines
from reports.views.place import Place, address, month_in


def unit_url(actor: Actor, place: Place) -> str:
    """From a person's month to that of the unit, for those who may read it; no query."""
    if place.own or not place.full or not may(actor, Perm.COMPLIANCE_VIEW):
        return ""
    return f"{reverse('unit-months', args=[place.month.month])}?{urlencode({'person': place.person.code})}"


def url_of(month: Month, code: str) -> str:
    return reverse("unit-month", args=[month, code])


@requires(Perm.COMPLIANCE_VIEW)
@require_safe
def unit_months(request: HttpRequest, month: str) -> HttpResponse:
    """The units within reach; to the one there is, or with ``?person=CODE`` to that of a person."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = month_in(month)
    board = read_board(actor, wanted, now=request.now)  # type: ignore[attr-defined]
    if board is None:
        raise Http404
    units = list(Unit.objects.filter(reach(actor, Perm.COMPLIANCE_VIEW, Unit)))
    code = request.GET.get("person", "").upper()
    row = next((each for each in board.rows if code and each.code == code), None)
    if row is not None:
        place = next(unit for unit in units if unit.pk == row.unit_id)
        return redirect(f"{url_of(wanted, place.code)}#p-{row.person_id}")
    if len(units) == 1:
        return redirect("unit-month", wanted, units[0].code)
    page = {
        "month": board.month,
        "rows": [(unit, url_of(wanted, unit.code), board.of_unit(unit.pk)) for unit in units],
        "nav_months": _months(wanted, board.neighbours),
    }
    return render(request, "reports/unit_months.html", page)


@requires(Perm.COMPLIANCE_VIEW)
@require_safe
def unit_month(request: HttpRequest, month: str, code: str) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = month_in(month)
    unit = get_object_or_404(Unit, reach(actor, Perm.COMPLIANCE_VIEW, Unit), code=code)
    board = read_board(actor, wanted, now=request.now)  # type: ignore[attr-defined]
    if board is None:
        raise Http404
    found = read_unit_month(unit, board)
    page = {
        "unit": unit,
        "month": board.month,
        "board": found.board,
        "totals": found.totals,
        "people": _people(actor, board.month, found),
        "nav_months": _months(wanted, board.neighbours, unit.code),
        "dashboard_url": f"{reverse('compliance', args=[wanted])}?unit={unit.pk}",
    }
    return render(request, "reports/unit_month.html", page)


def _people(actor: Actor, month: ReportingMonth, found: UnitMonth) -> list[dict[str, Any]]:
    units = _units_now(actor, found)
    return [_shown(actor, month, each, found.unit, units) for each in found.people]


def _shown(
    actor: Actor, month: ReportingMonth, each: Member, unit: Unit, units: dict[int, int]
) -> dict[str, Any]:
    who = Person(pk=each.row.person_id, code=each.row.code, office_id=unit.office_id)
    writing = MonthComment(office_id=unit.office_id, person=who, unit_id=units.get(who.pk, 0))
    theirs = who.pk in units and may(actor, Perm.MONTH_COMMENT, writing)
    return {
        "month": each,
        "row": each.row,
        "table": table_lines(each.rows, flagged=each.row.flagged),
        "url": address(month.month, who.code) if theirs else "",
        "talk": MonthTalk(
            person_id=who.pk,
            said=[said for said in each.said if theirs or may(actor, Perm.MONTH_COMMENT, said)],
            url=address(month.month, who.code, "month-comments"),
            back=f"{url_of(month.month, unit.code)}#p-{who.pk}",
            own=who.pk == actor.id,
            may_write=theirs,
        ),
    }


def _units_now(actor: Actor, found: UnitMonth) -> dict[int, int]:
    """Where each of them serves today: who has moved on is another head's to speak to."""
    people = [each.row.person_id for each in found.people]
    rows = Membership.objects.serving(actor.day).filter(person__in=people).order_by("-id")
    return dict(rows.values_list("person_id", "unit_id"))


def _months(month: Month, neighbours: frozenset[date], code: str = "") -> dict[str, Any]:
    """To the months before and after that the office has: of the unit of this code, else of all."""
    around = {"previous": month.previous(), "next": month.next()}
    return {
        name: {
            "url": url_of(each, code) if code else reverse("unit-months", args=[each]),
            "label": each.short,
        }
        if each.first in neighbours
        else None
        for name, each in around.items()
    }

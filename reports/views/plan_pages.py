"""The plan against what was reported: the year's tree, and one item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office import audit
from office.access import Actor, Perm, may, reach, requires
from office.audit import Verb
from office.calendar import Month, fiscal_span
from office.enums import Role
from office.models import AuditEvent, Membership, Person, Unit
from office.thai import MONTHS_SHORT, ThaiValueError
from plans.enums import TRACKED, PlanState
from plans.models import ActionPlan, PlanItem
from plans.queries import IN_FORCE
from reports.item_board import item_board
from reports.plan_board import Choice, board_of, path_of, plan_with_items

YEARS = range(2500, 2700)
VIEWS = {"month": "รายเดือน", "total": "สะสม"}


@dataclass(frozen=True)
class Staff:
    """Who serves where in a year: for choosing whose plan to see."""

    units: list[Unit]
    people: list[Person]
    served: dict[int, list[tuple[int, date, date | None]]]


@requires(Perm.PLAN_VIEW)
@require_safe
def plan(request: HttpRequest, year: int) -> HttpResponse:
    """``?view=total`` sums up the months, ``?unit=CODE`` and ``?person=CODE`` narrow it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if year not in YEARS:
        raise Http404
    found, items = plan_with_items(actor, year)
    if found is None:
        return _no_plan(request, year)
    staff = _staff(actor, year)
    unit, person = _chosen(request, staff)
    choice = Choice(person.pk if person else None, unit.pk if unit else None, staff.served)
    board = board_of(found, items, now=request.now, choice=choice)  # type: ignore[attr-defined]
    view = request.GET.get("view", "month")
    for row in board.rows:
        row.cells = row.cumulative if view == "total" else row.monthly
    shown: dict[str, Any] = {
        "year": year,
        "board": board,
        "views": VIEWS,
        "view": view if view in VIEWS else "month",
        "view_label": VIEWS.get(view, VIEWS["month"]),
        "reached": MONTHS_SHORT[board.span.reached_month.month - 1],
        "staff": staff,
        "unit": unit,
        "person": person,
        "budget": sum((item.budget or Decimal(0) for item in items), Decimal(0)),
    }
    return render(request, "reports/plan.html", shown | _state(found, actor))


def _no_plan(request: HttpRequest, year: int) -> HttpResponse:
    importing = may(request.actor, Perm.PLAN_IMPORT)  # type: ignore[attr-defined]
    return render(request, "reports/plan_none.html", {"year": year, "may_import": importing})


def _state(found: ActionPlan, actor: Actor) -> dict[str, Any]:
    draft = found.state not in IN_FORCE
    return {
        "plan": found,
        "state": PlanState(found.state),
        "draft": draft,
        "may_import": may(actor, Perm.PLAN_IMPORT, found),
        "may_approve": draft and may(actor, Perm.PLAN_APPROVE, found),
    }


def _staff(actor: Actor, year: int) -> Staff:
    """One query: everyone who served in the office during the fiscal year."""
    first, last = fiscal_span(year)
    office_id = actor.office_id or 0
    rows = Membership.objects.filter(
        person__office_id=office_id, role=Role.OFFICER, starts_on__lte=last, person__reports=True
    ).exclude(ends_on__lt=first)
    units: dict[int, Unit] = {}
    people: dict[int, Person] = {}
    served: dict[int, list[tuple[int, date, date | None]]] = {}
    for row in rows.select_related("unit", "person").order_by("unit__sort_order", "person__sort_order", "id"):
        units[row.unit_id] = row.unit
        people[row.person_id] = row.person
        served.setdefault(row.person_id, []).append((row.unit_id, row.starts_on, row.ends_on))
    return Staff(list(units.values()), list(people.values()), served)


def _chosen(request: HttpRequest, staff: Staff) -> tuple[Unit | None, Person | None]:
    """A person goes before a unit; an unknown code is 404."""
    code = request.GET.get("person", "").strip().upper()
    if code:
        return None, _named(code, staff.people)
    code = request.GET.get("unit", "").strip()
    return (_named(code, staff.units) if code else None), None


def _named(code: str, among: list[Any]) -> Any:
    for each in among:
        if each.code == code:
            return each
    raise Http404


@requires(Perm.PLAN_VIEW)
@require_safe
def plan_item(request: HttpRequest, year: int, pk: int) -> HttpResponse:
    """``?month=2026-10`` marks a month."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    within = PlanItem.objects.filter(reach(actor, Perm.PLAN_VIEW, PlanItem), plan__fiscal_year__year=year)
    item = within.select_related("plan__fiscal_year", "group__parent__parent").filter(pk=pk).first()
    if item is None:
        raise Http404
    board = item_board(item, by=actor, now=request.now)  # type: ignore[attr-defined]
    shown = {
        "year": year,
        "item": item,
        "board": board,
        "row": board.row,
        "headings": path_of(item.group),
        "reached": MONTHS_SHORT[board.row.span.reached_month.month - 1],
        "marked": _month(request),
        "tracked": TRACKED[item.cps_tracked],
        "may_track": may(actor, Perm.CPS_IMPORT, item),
        "history": [_told(event, item) for event in audit.history_of(item.plan)],
    }
    return render(request, "reports/plan_item.html", shown | _state(item.plan, actor))


def _month(request: HttpRequest) -> Month | None:
    try:
        return Month.parse(request.GET.get("month", ""))
    except ThaiValueError:
        return None


def _told(event: AuditEvent, item: PlanItem) -> dict[str, Any]:
    """An event of the plan, with what it changed of this item."""
    changes = event.after.get("differences", [])
    return {
        "event": event,
        "verb": Verb(event.verb).label,
        "on": date.fromisoformat(event.after["on"]) if "on" in event.after else None,
        "changes": [
            text.removeprefix(item.job_no).strip() for text in changes if text.startswith(f"{item.job_no} ")
        ],
    }

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
from reports.item_board import ItemBoard, item_board
from reports.models import Post
from reports.plan_board import Choice, board_of, path_of, plan_with_items
from reports.talk_reads import NEVER_SAID, said_by_month
from reports.unit_board import unit_board

YEARS = range(2500, 2700)
VIEWS = {"month": "รายเดือน", "total": "สะสม"}


@dataclass(frozen=True)
class Staff:
    """Who serves where in a year: for choosing whose plan to see."""

    units: list[Unit]
    people: list[Person]
    served: dict[int, list[tuple[int, date, date | None]]]

    def colleagues(self, unit: Unit | None, person: Person | None) -> list[Person]:
        """Whom to choose from: the people of the chosen unit, or of the chosen person's; else nobody."""
        units = {unit.pk} if unit else set()
        if person is not None:
            units = {unit_id for unit_id, *_ in self.served[person.pk]}
        return [each for each in self.people if any(unit_id in units for unit_id, *_ in self.served[each.pk])]


@requires(Perm.PLAN_VIEW)
@require_safe
def plan(request: HttpRequest, year: int) -> HttpResponse:
    """The open board: the same for everyone, without names until a unit's people are asked for.

    ``?view=total`` sums up the months, ``?unit=CODE`` and ``?person=CODE`` narrow it, ``?by=unit`` compares.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if year not in YEARS:
        raise Http404
    found, items = plan_with_items(actor, year)
    if found is None:
        return _no_plan(request, year)
    staff = _staff(actor, year)
    if request.GET.get("by") == "unit":
        return _by_unit(request, found, items, staff)
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
        "colleagues": staff.colleagues(unit, person),
        "objections": Post.objects.open_objections(found.office_id, year).count(),
        "budget": sum((item.budget or Decimal(0) for item in items), Decimal(0)),
    }
    return render(request, "reports/plan.html", shown | _state(found, actor))


def _by_unit(request: HttpRequest, found: ActionPlan, items: list[PlanItem], staff: Staff) -> HttpResponse:
    board = unit_board(found, items, staff.units, staff.served, now=request.now)  # type: ignore[attr-defined]
    shown = {
        "year": found.fiscal_year.year,
        "board": board,
        "reached": MONTHS_SHORT[board.span.reached_month.month - 1],
        "objections": Post.objects.open_objections(found.office_id, found.fiscal_year.year).count(),
    }
    return render(request, "reports/plan_units.html", shown | _state(found, request.actor))  # type: ignore[attr-defined]


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
        "months": _months_with_talk(item, board),
        "discuss": may(actor, Perm.DISCUSS),
        "headings": path_of(item.group),
        "reached": MONTHS_SHORT[board.row.span.reached_month.month - 1],
        "marked": _month(request),
        "tracked": TRACKED[item.cps_tracked],
        "may_track": may(actor, Perm.CPS_IMPORT, item),
        "history": [_told(event, item) for event in audit.history_of(item.plan)],
    }
    return render(request, "reports/plan_item.html", shown | _state(item.plan, actor))


def _months_with_talk(item: PlanItem, board: ItemBoard) -> list[tuple[Any, ...]]:
    """(month, its cell, the year so far, posts on it, open objections among them)."""
    said = said_by_month(item)
    return [(*each, *said.get(each[0].first, NEVER_SAID)) for each in board.months]


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

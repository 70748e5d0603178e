"""One meeting: its facts, its history, and moving it. GET writes nothing, row or no row."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from meetings import actions
from meetings.forms import MoveForm
from meetings.models import Meeting
from meetings.queries import MeetingRow, days_of, derived, row_of
from meetings.rules import span
from office import audit, thai
from office.access import Actor, Perm, may, reach, requires
from office.calendar import Month, Series, day_of
from office.errors import Invalid, Stale
from office.thai import ThaiValueError
from plans.models import ReportingMonth
from reports.queries.obstacles import awaiting_a_way_out


@requires(Perm.MEETING_VIEW)
@require_safe
def saved(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, row_of(_meeting(request, pk)))


@requires(Perm.MEETING_VIEW)
@require_safe
def by_month(request: HttpRequest, series: str, month: str) -> HttpResponseBase:
    """A meeting that has no row yet; leads to the row's page when there is one."""
    found = _month(request, month)
    meeting = found.meetings.filter(series=series.upper()).first()
    if meeting is not None:
        return redirect("meeting", pk=meeting.pk)
    return _page(request, derived(found, Series(series.upper()), days_of(found.office)))


@requires(Perm.MEETING_MOVE)
@require_POST
def move_saved(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _move(request, row_of(_meeting(request, pk)))


@requires(Perm.MEETING_MOVE)
@require_POST
def move_by_month(request: HttpRequest, series: str, month: str) -> HttpResponseBase:
    found = _month(request, month)
    meeting = found.meetings.filter(series=series.upper()).select_related("month").first()
    return _move(
        request, row_of(meeting) if meeting else derived(found, Series(series.upper()), days_of(found.office))
    )


def _move(request: HttpRequest, row: MeetingRow) -> HttpResponseBase:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    typed = form.cleaned_data
    wish = {name: typed[name] for name in ("day", "reason", "version", "on_day_off")}
    who_and_when = {"by": request.actor, "now": request.now}  # type: ignore[attr-defined]
    try:
        if row.saved is not None:
            meeting = actions.move(row.saved, **wish, **who_and_when)
        else:
            meeting = actions.move_unsaved(row.month, row.series, **wish, **who_and_when)
    except Invalid as refusal:
        for name, message in refusal.faults.items():
            form.add_error(name, message)
        return _page(request, row, form, status=422)
    except Stale as refusal:
        return _stale(request, row, str(refusal))
    messages.success(
        request, f"เลื่อนวันประชุมเป็นวัน{thai.weekday_date(meeting.held_on)} แล้ว และแจ้งทุกคนในสำนักงานแล้ว"
    )
    return redirect("meeting", pk=meeting.pk)


def _stale(request: HttpRequest, row: MeetingRow, reason: str) -> HttpResponse:
    """Both versions; what was typed stays in a form that carries the present version."""
    now = row_of(Meeting.objects.select_related("month").get(month=row.month, series=row.series))
    form = MoveForm({**request.POST.dict(), "version": str(now.version)})
    page = {"row": now, "form": form, "reason": reason, "move_url": f"{now.url}move/"}
    return render(request, "meetings/stale.html", page, status=409)


def _page(
    request: HttpRequest, row: MeetingRow, form: MoveForm | None = None, *, status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    page = {
        "row": row,
        "today": day_of(request.now),  # type: ignore[attr-defined]
        "form": form or MoveForm(initial={"version": row.version}),
        "move_url": f"{row.url}move/",
        "may_move": may(actor, Perm.MEETING_MOVE, row.month) and row.month.closed_at is None,
        "may_follow": may(actor, Perm.COMPLIANCE_VIEW),
        "may_write": may(actor, Perm.REPORT_WRITE),
        "report_url": f"/reports/{row.month.month}/",
        "board_url": f"/compliance/{row.month.month}/",
        "span": span(row.month.month),
        "history": _history(row),
        **_obstacles(row, actor, day_of(request.now)),  # type: ignore[attr-defined]
    }
    return render(request, "meetings/meeting.html", page, status=status)


def _obstacles(row: MeetingRow, actor: Actor, today: date) -> dict[str, Any]:
    """For a meeting on obstacles still to come: those without a way out, by unit. One query."""
    asked = row.series is Series.MID and row.held_on >= today and may(actor, Perm.OBSTACLE_VIEW)
    return {
        "obstacles_asked": asked,
        "obstacles": awaiting_a_way_out(row.month.office_id) if asked else [],
    }


def _history(row: MeetingRow) -> list[dict[str, Any]]:
    """Newest first."""
    if row.saved is None:
        return []
    return [
        {
            "at": event.at,
            "who": event.actor_text,
            "what": audit.Verb(event.verb).label,
            "before": _iso_day(event.before),
            "after": _iso_day(event.after),
            "reason": event.reason,
        }
        for event in audit.history_of(row.saved).order_by("-id")
    ]


def _iso_day(facts: dict[str, Any]) -> date | None:
    return date.fromisoformat(facts["held_on"]) if "held_on" in facts else None


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    reached = Meeting.objects.filter(reach(request.actor, Perm.MEETING_VIEW, Meeting))  # type: ignore[attr-defined]
    return get_object_or_404(reached.select_related("month"), pk=pk)


def _month(request: HttpRequest, text: str) -> ReportingMonth:
    try:
        month = Month.parse(text)
    except ThaiValueError as refusal:
        raise Http404(str(refusal)) from refusal
    reached = ReportingMonth.objects.filter(
        reach(request.actor, Perm.MEETING_VIEW, ReportingMonth)  # type: ignore[attr-defined]
    )
    return get_object_or_404(reached.select_related("office", "fiscal_year"), first=month.first)

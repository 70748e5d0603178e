"""The home page: what I must do today, by role; and marking messages as read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from config import home_months, home_reads
from config.home_mine import mine_of, step_aside
from config.home_parts import obstacles_part, office_part
from config.home_tasks import in_words
from meetings.queries import next_meeting
from office.access import Actor, Perm, may, requires
from office.actions import read_news
from office.calendar import Month, day_of, fiscal_year
from office.models import Person

LINKS = (Perm.YEAR_LIST, Perm.YEAR_VIEW, Perm.PEOPLE_EDIT)


@requires(Perm.HOME)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now: datetime = request.now  # type: ignore[attr-defined]
    person, today = actor.person, day_of(request.now)  # type: ignore[attr-defined]
    assert person is not None
    year = fiscal_year(today)
    page: dict[str, Any] = {"today": today, "year": year, "tasks": [], "mine": None, "office_part": None}
    if may(actor, Perm.REPORT_WRITE):
        page["mine"] = mine_of(home_months.my_months(person, year, now), year, today)
    if may(actor, Perm.COMPLIANCE_VIEW):
        page["office_part"] = office_part(actor, person, year, now)
        if page["mine"] and page["office_part"]["whole"]:
            step_aside(page["mine"], today)
        page["tasks"] += page["office_part"]["tasks"]
    if page["mine"]:
        page["tasks"] += page["mine"].tasks
    page["to_know"] = [task for task in page["tasks"] if task.to_know]
    page["tasks"] = [task for task in page["tasks"] if not task.to_know]
    meeting = next_meeting(person.office, today) if may(actor, Perm.MEETING_VIEW) else None
    obstacles = obstacles_part(actor) if may(actor, Perm.OBSTACLE_VIEW) else None
    page |= _news(person) | {
        "this_month": Month.of(today),
        "meeting": meeting,
        "obstacles": obstacles,
        "meeting_when": in_words(meeting.held_on, today) if meeting else "",
        "places": {
            "year": f"/appraisals/{year}/",
            "my_year": f"/appraisals/{year}/{person.code}/",
            "grid": f"/compliance/year/{year}/",
            "people": "/office/people/",
            "jobs": "/office/jobs/",
        },
        "may": {perm.name.lower(): may(actor, perm) for perm in LINKS},
    }
    page["to_do"] = len(page["tasks"]) + bool(page["mine"] and page["mine"].first)
    return render(request, "home/home.html", page)


def _news(person: Person) -> dict[str, Any]:
    messages = home_reads.unread(person)
    keys = [message.pk for message in messages]
    return {
        "unread": messages[: home_reads.NOTIFICATIONS_SHOWN],
        "older_unread": messages[home_reads.NOTIFICATIONS_SHOWN :],
        "unread_range": (min(keys, default=0), max(keys, default=0)),
    }


@requires(Perm.HOME)
@require_POST
def mark_read(request: HttpRequest) -> HttpResponseBase:
    """Messages from the oldest to the newest one that the page held; others stay unread."""
    ends = [request.POST.get(end, "") for end in ("since", "until")]
    if all(end.isascii() and end.isdigit() and len(end) < 19 for end in ends):
        actor: Actor = request.actor  # type: ignore[attr-defined]
        since, until = map(int, ends)
        read_news(actor.person, since=since, until=until, now=request.now)  # type: ignore[arg-type, attr-defined]
    return redirect("home")

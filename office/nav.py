"""The places of the main menu, by what the person may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from office.access import Actor, Perm, may
from office.calendar import Month, day_of, fiscal_year


@dataclass(frozen=True)
class Place:
    label: str
    url: str
    current: bool
    count: int | None = None


def places_for(actor: Actor, request: HttpRequest) -> list[Place]:
    """At most seven places, in the order of the month's work."""
    now: datetime = request.now  # type: ignore[attr-defined]
    day = day_of(now)
    month, year = Month.of(day), fiscal_year(day)
    wanted = [
        (Perm.HOME, "วันนี้", "/", None),
        (Perm.REPORT_WRITE, "รายงานของฉัน", "/reports/", "/reports/"),
        (Perm.COMPLIANCE_VIEW, "ติดตามรายงาน", f"/compliance/{month.previous()}/", "/compliance/"),
        (Perm.PLAN_VIEW, "แผนปฏิบัติงาน", f"/plans/{year}/", "/plans/"),
        (Perm.MEETING_VIEW, "การประชุม", "/meetings/", "/meetings/"),
        (Perm.YEAR_VIEW, "ผลงานรายปี", f"/appraisals/{year}/", "/appraisals/"),
        (Perm.OFFICE_VIEW, "สำนักงาน", "/office/", "/office/"),
    ]
    path = _place_of(request.path, actor)
    return [
        Place(label, url, path == url if prefix is None else path.startswith(prefix))
        for perm, label, url, prefix in wanted
        if may(actor, perm)
    ]


def _place_of(path: str, actor: Actor) -> str:
    """Where a page stands in the menu: the report of a colleague under the dashboard, not under my own;
    obstacles under the meetings that look for a way out; notices and cases where the reports are."""
    parts = path.split("/")
    if parts[1] in ("notices", "cases", "cps"):
        return "/compliance/" if may(actor, Perm.COMPLIANCE_VIEW) else "/reports/"
    if parts[1] == "obstacles":
        return "/meetings/"
    mine = actor.person.code if actor.person else ""
    if len(parts) > 4 and parts[1] == "reports" and parts[3].upper() != mine:
        return "/compliance/"
    return path

"""The notice at plan end: one person's, and who has read theirs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from appraisals import actions
from appraisals.models import YearNotice
from appraisals.printing import notice_sentence
from office.access import Actor, Perm, may, reach, requires
from office.calendar import fiscal_months
from office.models import Person
from plans.models import FiscalYear, PlanItem
from reports.enums import PostKind

WORDS = {"yes": "ได้ตามเป้า", "no": "ไม่ได้ตามเป้า", "": "สรุปไม่ได้"}
TONES = {"yes": "ok", "no": "warn", "": "mute"}


@require_safe
@requires(Perm.YEAR_VIEW)
def year_notice(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """The person's opening of it is kept, once; merely asking for its head opens nothing."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now: datetime = request.now  # type: ignore[attr-defined]
    within = YearNotice.objects.filter(reach(actor, Perm.YEAR_VIEW, YearNotice), fiscal_year__year=year)
    rows = within.select_related("person", "unit", "fiscal_year", "office")
    notice = get_object_or_404(rows, person__code=code.upper())
    if request.method == "GET":
        actions.open_year_notice(notice, by=actor, now=now)
    context = {
        "year": year,
        "notice": notice,
        "own": actor.id == notice.person_id,
        "sentence": notice_sentence(notice.rows),
        "rows": _rows(notice, own=actor.id == notice.person_id),
        "may_list": may(actor, Perm.YEAR_LIST),
        "may_open_year": may(actor, Perm.YEAR_VIEW, notice.person),
    }
    return render(request, "appraisals/year_notice.html", context)


def _rows(notice: YearNotice, *, own: bool) -> list[dict[str, Any]]:
    """One's own lead to where a figure is objected to; work no longer in the plan leads nowhere."""
    items = PlanItem.objects.filter(plan__fiscal_year=notice.fiscal_year_id).values_list("job_no", "pk")
    of_plan = dict(items) if own else {}
    year = notice.fiscal_year.year
    last = fiscal_months(year)[-1]
    return [
        row
        | {
            "word": WORDS[row["met"]],
            "tone": TONES[row["met"]],
            "objection_url": f"{reverse('plan-thread', args=[year, pk, last])}?kind={PostKind.OBJECTION}#say"
            if (pk := of_plan.get(row["job_no"]))
            else "",
        }
        for row in notice.rows
    ]


@require_safe
@requires(Perm.YEAR_LIST)
def notice_list(request: HttpRequest, year: int) -> HttpResponse:
    """Whom the plan's end was told, what came of each plan, and who has read it when."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    assert actor.person is not None
    fiscal_year = get_object_or_404(FiscalYear, office_id=actor.person.office_id, year=year)
    within = YearNotice.objects.filter(reach(actor, Perm.YEAR_LIST, YearNotice), fiscal_year=fiscal_year)
    order = ("unit__sort_order", "unit_id", "person__sort_order", "person_id")
    everybody = [_listed(each) for each in within.select_related("person", "unit").order_by(*order)]
    unread = [row for row in everybody if row["notice"].read_at is None]
    shows_unread = request.GET.get("show") == "unread"
    context = {
        "year": year,
        "rows": unread if shows_unread else everybody,
        "pills": [
            _pill("?", len(everybody), "people", "ทั้งหมด", current=not shows_unread),
            _pill("?show=unread", len(unread), "envelope", "ยังไม่ได้เปิดอ่าน", current=shows_unread),
        ],
        "count": len(everybody),
        "read": len(everybody) - len(unread),
    }
    return render(request, "appraisals/year_notices.html", context)


def _listed(notice: YearNotice) -> dict[str, Any]:
    person: Person = notice.person
    counts = {name: sum(row["met"] == met for row in notice.rows) for met, name in NAMES.items()}
    return {"notice": notice, "person": person, "unit": notice.unit, "all": len(notice.rows)} | counts


NAMES = {"yes": "met", "no": "unmet", "": "unsaid"}


def _pill(url: str, n: int, icon: str, word: str, *, current: bool) -> dict[str, Any]:
    return {"url": url, "n": n, "icon": icon, "word": word, "current": current}

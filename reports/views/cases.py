"""One page a case: what was found, everything that happened since, and how it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from office import access
from office.access import Actor, Perm, Scope, may, requires
from office.errors import Invalid, NotAllowedNow
from reports.actions.cases import close, excuse
from reports.case_reads import Named, newest_notice, steps_of, told_facts
from reports.enums import FlagState
from reports.handlers import refusal_to_handle
from reports.models import Flag
from reports.rules import Deed, decide_refusal, may_be_named, notice_refusal
from reports.views.notices import prepare_url

PAGE = 50
STATES = {
    "": "รอพิจารณา",
    "NOTIFIED": "แจ้งแล้ว",
    "OPEN": "เปิดอยู่",
    "CLOSED": "ปิดแล้ว",
    "EXCUSED": "ผ่อนผัน",
}


@requires(Perm.NOTICE_VIEW)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """``?state=OPEN|NOTIFIED|CLOSED|EXCUSED&page=N``; else the explained, that wait for a decision."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    state = request.GET.get("state", "").upper()
    state = state if state in STATES else ""
    rows = Flag.objects.within(actor, Perm.NOTICE_VIEW).filter(state=state or FlagState.EXPLAINED)
    rows = rows.select_related("person", "month", "item", "unit")
    ordered = rows.order_by("-month__first", "person__sort_order", "breach", "id")
    page = Paginator(ordered, PAGE).get_page(request.GET.get("page"))
    found = {
        "page": page,
        "rows": [(flag, Named.of(fact)) for flag, fact in zip(page, told_facts(page), strict=True)],
        "others": (actor.scope(Perm.NOTICE_VIEW) or Scope.OWN) > Scope.OWN,
        "filters": [
            {"url": f"?state={key}" if key else "?", "word": word, "current": key == state}
            for key, word in STATES.items()
        ],
    }
    return render(request, "reports/cases.html", found)


@requires(Perm.NOTICE_VIEW)
@require_safe
def case(request: HttpRequest, pk: int) -> HttpResponse:
    return _case_page(request, _found(request, pk))


@requires(Perm.CASE_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def close_case(request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, "close")


@requires(Perm.CASE_DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
def excuse_case(request: HttpRequest, pk: int) -> HttpResponse:
    return _decided(request, pk, "excuse")


def _decided(request: HttpRequest, pk: int, move: str) -> HttpResponse:
    flag = _found(request, pk)
    if request.method != "POST":
        return redirect("case", pk)
    by, now = request.actor, request.now  # type: ignore[attr-defined]
    reason = request.POST.get("reason", "")
    try:
        act = close if move == "close" else excuse
        act(flag, by=by, now=now, reason=reason)
    except Invalid as fault:
        return _case_page(request, flag, fault=str(fault))
    except NotAllowedNow as refusal:
        flag.refresh_from_db()
        return _case_page(request, flag, refused=str(refusal), typed=reason)
    messages.success(request, "ปิดเรื่องแล้ว" if move == "close" else "ผ่อนผันแล้ว ไม่นับเป็นข้อบกพร่องของผู้รายงาน")
    return redirect("case", pk)


def _case_page(
    request: HttpRequest, flag: Flag, *, fault: str = "", refused: str = "", typed: str = ""
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    (fact,) = told_facts([flag])
    page = {
        "flag": flag,
        "fact": Named.of(fact),
        "steps": steps_of(flag),
        "own": flag.person_id == actor.id,
        "report_url": reverse("person-month", args=[flag.month.month, flag.person.code]),
        "fault": fault,
        "refused": refused,
        "typed": typed,
        **_possible(actor, flag, request.now),  # type: ignore[attr-defined]
    }
    return render(request, "reports/case.html", page, status=422 if fault else 409 if refused else 200)


def _possible(actor: Actor, flag: Flag, now: datetime) -> dict[str, Any]:
    """What this person may do to the case now, and if not, why."""
    found = newest_notice(flag.month_id, flag.person_id)
    last, state = (found.told if found else None), FlagState(flag.state)
    page: dict[str, Any] = {
        "last": found,
        "may_decide": False,
        "why_not": "",
        "notify_url": "",
        "unlock_url": "",
    }
    if flag.person_id == actor.id:
        return page
    theirs = may(actor, Perm.CASE_DECIDE, flag) and not refusal_to_handle(flag, actor, Deed.DECIDE)
    ended = state in (FlagState.CLOSED, FlagState.EXCUSED, FlagState.CLEARED)
    if theirs and not ended:
        page["why_not"] = decide_refusal(state, "close", last, now=now)
        page["may_decide"] = not page["why_not"]
    closed = flag.month.closed_at is not None
    tellable = may_be_named(state, last, now=now) and not notice_refusal(last, closed=closed)
    if theirs and not closed and now > flag.month.lock_at and may(actor, Perm.MONTH_UNLOCK, flag):
        page["unlock_url"] = reverse("unlock-month", args=[flag.month.month, flag.person.code])
    if theirs and tellable and may(actor, Perm.NOTICE_SEND, flag):
        page["notify_url"] = prepare_url(flag.month, flag.person.code)
    return page


def _found(request: HttpRequest, pk: int) -> Flag:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Flag.objects.select_related("person", "month", "unit", "item", "decided_by")
    return get_object_or_404(rows, access.reach(actor, Perm.NOTICE_VIEW, Flag), pk=pk)

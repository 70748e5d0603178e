"""One page a case: what was found, everything that happened since, and how it ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from office import access
from office.access import Actor, Perm, may, requires
from office.errors import Invalid, NotAllowedNow
from reports.actions.cases import close, excuse
from reports.case_reads import Named, cases_to_decide, decided_text, mark_of, newest_notice, told_facts
from reports.case_steps import steps_of
from reports.enums import FlagState
from reports.handlers import refusal_to_handle
from reports.models import Flag
from reports.queries.flags import ENDED
from reports.rules import DECIDED, UNEXPLAINED, Deed, decide_refusal, may_be_named, notice_refusal
from reports.views.case_list import ORDER
from reports.views.notices import prepare_url


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
        done = act(flag, by=by, now=now, reason=reason, seen=request.POST.get("seen", ""))
    except Invalid as fault:
        flag.refresh_from_db()
        return _case_page(request, flag, fault=str(fault), typed=reason)
    except NotAllowedNow as refusal:
        flag.refresh_from_db()
        return _case_page(request, flag, refused=str(refusal), typed=reason)
    if done.decided_by_id != by.id:
        return _case_page(request, _found(request, pk), refused=decided_text(done), typed=reason)
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
        "seen": mark_of(flag),
        "steps": steps_of(flag),
        "own": flag.person_id == actor.id,
        "ended": flag.state in ENDED,
        "report_url": reverse("person-month", args=[flag.month.month, flag.person.code]),
        "fault": fault,
        "refused": refused,
        "typed": typed,
        "following": _following(actor, flag),
        **_possible(actor, flag, request.now),  # type: ignore[attr-defined]
    }
    return render(request, "reports/case.html", page, status=422 if fault else 409 if refused else 200)


def _following(actor: Actor, flag: Flag) -> Flag | None:
    """The next case that waits for this person's decision, once this one is decided."""
    if flag.state not in DECIDED or not may(actor, Perm.CASE_DECIDE):
        return None
    found: Flag | None = cases_to_decide(actor).select_related("person").order_by(*ORDER).first()
    return found


def _possible(actor: Actor, flag: Flag, now: datetime) -> dict[str, Any]:
    """What this person may do to the case now, and if not, why."""
    found = newest_notice(flag.month_id, flag.person_id)
    last, state = (found.told if found else None), FlagState(flag.state)
    page: dict[str, Any] = {
        "last": found,
        "told": flag.notices.order_by("-no").first() if found else None,
        "may_decide": False,
        "unexplained": state in UNEXPLAINED,
        "why_not": "",
        "notify_url": "",
        "why_untold": "",
        "unlock_url": "",
    }
    if flag.person_id == actor.id:
        return page
    theirs = may(actor, Perm.CASE_DECIDE, flag) and not refusal_to_handle(flag, actor, Deed.DECIDE)
    closed = flag.month.closed_at is not None
    if theirs and state not in ENDED:
        page["why_not"] = decide_refusal(state, "close", last, now=now, closed=closed)
        page["may_decide"] = not page["why_not"]
    untold = notice_refusal(last, now=now, closed=closed)
    if theirs and not closed and now > flag.month.lock_at and may(actor, Perm.MONTH_UNLOCK, flag):
        page["unlock_url"] = reverse("unlock-month", args=[flag.month.month, flag.person.code])
    if page["may_decide"] and may(actor, Perm.NOTICE_SEND, flag):
        page["why_untold"] = untold
    if theirs and not untold and may_be_named(state, last, now=now) and may(actor, Perm.NOTICE_SEND, flag):
        page["notify_url"] = prepare_url(flag.month, flag.person.code, flag=flag.pk)
    return page


def _found(request: HttpRequest, pk: int) -> Flag:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = Flag.objects.select_related("person", "month", "unit", "item", "decided_by")
    return get_object_or_404(rows, access.reach(actor, Perm.NOTICE_VIEW, Flag), pk=pk)

"""Another's month: reviewed by those who decide, read by the unit head and, once closed, by the office."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from office.access import Actor, Perm, may, requires
from office.errors import Invalid, NotAllowedNow
from reports.actions.reviews import accept, refusal_to_take, send_back
from reports.case_reads import told_in
from reports.cps_reads import figures_of
from reports.enums import FlagState, ReportState
from reports.forms import version_of
from reports.handlers import handled, of_admin_unit, refusal_to_handle
from reports.models import Flag, MonthlyReport
from reports.queries import KnownFlag, flagged_items, read_sent, standing_flags, trail_in
from reports.rules import CASE_MOVES, MOVES, Deed, notice_refusal
from reports.views.comments import month_talk
from reports.views.month_evidence import of_version
from reports.views.month_tables import flag_rows, table_lines
from reports.views.notices import prepare_url
from reports.views.place import Place, address, find, month_in, months_nav
from reports.views.standing import standing
from reports.views.unit_month import unit_url
from reports.views.unlocks import may_unlock


@requires(Perm.REPORT_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def accept_month(request: HttpRequest, month: str, code: str) -> HttpResponse:
    place, report = _deciding(request, month, code)
    if request.method != "POST":
        return redirect(place.url)
    comment = request.POST.get("comment", "")
    by, now = request.actor, request.now  # type: ignore[attr-defined]
    try:
        accept(report, by=by, now=now, version=version_of(request.POST), comment=comment)
    except NotAllowedNow as refusal:
        return _refused(request, place, str(refusal), comment)
    messages.success(request, f"ตรวจรับรายงานเดือน{place.month} ของ {place.person.full_name} แล้ว")
    following = request.POST.get("then", "")
    return redirect(following if following.startswith("/reports/") else place.url)


@requires(Perm.REPORT_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def return_month(request: HttpRequest, month: str, code: str) -> HttpResponse:
    place, report = _deciding(request, month, code)
    if request.method != "POST":
        return redirect(place.url)
    comment, seen = request.POST.get("comment", ""), request.POST.get("state", "")
    by, now = request.actor, request.now  # type: ignore[attr-defined]
    try:
        send_back(report, by=by, now=now, version=version_of(request.POST), comment=comment, seen=seen)
    except Invalid as fault:
        return review_page(request, place, fault=str(fault))
    except NotAllowedNow as refusal:
        return _refused(request, place, str(refusal), comment)
    messages.success(request, f"ส่งกลับแก้ไขแล้ว แจ้ง {place.person.full_name} ในระบบแล้ว")
    return redirect(place.url)


def review_page(request: HttpRequest, place: Place, *, fault: str = "") -> HttpResponse:
    """Figures are those of the last version; the draft of another is nobody's to read."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = request.now  # type: ignore[attr-defined]
    read = read_sent(place.month, place.person.pk)
    page: dict[str, Any] = {
        "place": place,
        "read": read,
        "report": read.report,
        "nav_months": months_nav(place.month.month, place.person.code),
        "fault": fault,
        "typed": request.POST.get("comment", "") if fault else "",
        **standing(read, place, now),
    }
    evidence = of_version(place, read.report.last_version if read.report else None)
    flags = standing_flags(place.month)
    by_item, whole = flag_rows(flags)
    if not place.full:
        table = table_lines(read.rows, evidence=evidence, flagged=flagged_items(place.month))
        return render(request, "reports/review.html", page | {"table": table})
    cps = figures_of(place.month, place.person.pk, [row.item.id for row in read.rows])
    page |= {
        "notify_url": _notify_url(actor, place, flags, now),
        "unlock_url": _unlock_url(actor, place, read.report, now),
        "opened_until": _opened_until(place, read.report, now),
        "table": table_lines(read.rows, by_item, cps, evidence, flagged=flagged_items(place.month)),
        "evidence": evidence.get(None),
        "with_cps": bool(cps),
        "said": read.sent_whole,
        "confirmed": read.report.last_version.confirmed if read.report and read.report.last_version else [],
        "flags": whole,
        "trail": trail_in(place.month),
        "talk": month_talk(actor, place),
        "unit_url": unit_url(actor, place),
        "may_see_board": may(actor, Perm.COMPLIANCE_VIEW),
        **_deciding_on(actor, place, read.report, now),
    }
    return render(request, "reports/review.html", page, status=422 if fault else 200)


def _notify_url(actor: Actor, place: Place, flags: list[KnownFlag], now: datetime) -> str:
    """To the memo about this month, while something of it may be told now."""
    going = any("notify" in CASE_MOVES.get(flag.state, {}) for flag in flags)
    refusal = notice_refusal(told_in(place.month), now=now, closed=place.month.closed_at is not None)
    open_to = going and not refusal and may(actor, Perm.NOTICE_SEND, place.person)
    asked = Flag(person=place.person, office_id=place.person.office_id)
    theirs = open_to and not refusal_to_handle(asked, actor, Deed.NOTIFY)
    return prepare_url(place.month, place.person.code) if theirs else ""


def _unlock_url(actor: Actor, place: Place, report: MonthlyReport | None, now: datetime) -> str:
    """Once the month is locked and the report isn't accepted."""
    shut = now > place.month.lock_at and (report is None or report.state != ReportState.ACCEPTED)
    offered = shut and may_unlock(actor, place)
    return address(place.month.month, place.person.code, "unlock-month") if offered else ""


def _opened_until(place: Place, report: MonthlyReport | None, now: datetime) -> datetime | None:
    """Until when an unlock lets the officer write now; None when it doesn't."""
    until: datetime | None = place.month.unlocked_until  # type: ignore[attr-defined]
    accepted = report is not None and report.state == ReportState.ACCEPTED
    open_now = until is not None and until >= now and place.month.closed_at is None and not accepted
    return until if open_now else None


def _deciding_on(actor: Actor, place: Place, report: MonthlyReport | None, now: datetime) -> dict[str, Any]:
    """What this reviewer may decide now, and the neighbours in the queue; nothing for a unit head.

    No queue for a director while nothing waits for them: what waits is the admin unit's.
    """
    nothing: dict[str, Any] = {"may_accept": False, "may_return": False, "refusal": "", "queue": None}
    if not may(actor, Perm.REPORT_REVIEW, place.person):
        return nothing
    waiting = _queue(place, actor)
    queue = waiting if waiting["total"] or of_admin_unit(actor) else None
    if report is None or not report.submissions:
        return nothing | {"queue": queue}
    refusal = refusal_to_handle(report, actor, Deed.REVIEW)
    state = ReportState(report.state)
    moves = MOVES[state]
    if state is ReportState.RETURNED:
        waits = any(flag.state is FlagState.NOTIFIED for flag in standing_flags(place.month))
        refusal = refusal or refusal_to_take(report, told_waits=waits, now=now)
    return {
        "refusal": refusal,
        "may_accept": not refusal and "accept" in moves,
        "may_return": not refusal and "return" in moves and place.month.closed_at is None,
        "queue": queue,
    }


def _queue(place: Place, actor: Actor) -> dict[str, Any]:
    """Whose report waits for this reviewer's decision this month, in the dashboard's order; the neighbours.

    After the last comes the first.
    """
    waiting = MonthlyReport.objects.filter(
        handled(actor, Perm.REPORT_REVIEW), month=place.month, state=ReportState.SUBMITTED
    )
    order = ("unit__sort_order", "unit_id", "person__sort_order", "person_id")
    rows = list(waiting.order_by(*order).values_list("person__code", flat=True))
    month, code = place.month.month, place.person.code
    at = rows.index(code) if code in rows else -1
    before = rows[at - 1] if at > 0 else None
    after = next((each for each in (*rows[at + 1 :], *rows[:1]) if each != code), None)
    return {
        "total": len(rows),
        "no": at + 1,
        "previous": address(month, before) if before else "",
        "next": address(month, after) if after else "",
    }


def _deciding(request: HttpRequest, month: str, code: str) -> tuple[Place, MonthlyReport]:
    place = find(request, month_in(month), code)
    if place is None or not place.full:
        raise Http404
    report = MonthlyReport.objects.filter(person=place.person, month=place.month).first()
    if report is None:
        raise Http404
    return place, report


def _refused(request: HttpRequest, place: Place, reason: str, comment: str) -> HttpResponse:
    texts = [("ความเห็นถึงเจ้าหน้าที่", comment)] if comment.strip() else []
    page = {"place": place, "reason": reason, "texts": texts, "back_url": place.url, "back_label": "ดูรายงาน"}
    return render(request, "reports/conflict_shut.html", page, status=409)

"""Opening one person-month past its lock: the form, and shutting it before its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from office import access, thai
from office.access import Actor, Perm, check, requires
from office.calendar import at
from office.errors import Invalid, NotAllowed, NotAllowedNow
from office.forms import ThaiDateField, ThaiTimeField
from reports.actions.notices import answer_by_of
from reports.actions.unlocks import in_force, revoke, unlock
from reports.enums import ReportState
from reports.forms import count_of
from reports.handlers import refusal_to_handle
from reports.models import MonthlyReport, Unlock
from reports.rules import Deed
from reports.views.place import Place, find, month_in
from reports.windows import window_in


class UnlockForm(forms.Form):
    day = ThaiDateField(label="เปิดแก้ไขถึงวันที่")
    hour = ThaiTimeField(label="เวลา")
    reason = forms.CharField(
        label="เหตุผล",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "กรอกเหตุผลที่เปิดแก้ไข"},
        help_text="เจ้าหน้าที่เห็นเหตุผลนี้ และเก็บไว้ในประวัติ",
    )


@requires(Perm.MONTH_UNLOCK)
@require_http_methods(["GET", "HEAD", "POST"])
def unlock_month(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """Until the end of office hours of the day a notice would give, unless somebody says otherwise."""
    place = _place(request, month, code)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = request.now  # type: ignore[attr-defined]
    if request.method != "POST":
        return _page(request, place, _blank(place, now))
    form = UnlockForm(request.POST)
    if not form.is_valid():
        return _page(request, place, form)
    until = at(form.cleaned_data["day"], form.cleaned_data["hour"] or time(16, 30))
    try:
        made = unlock(
            place.person,
            place.month,
            until=until,
            reason=form.cleaned_data["reason"],
            by=actor,
            now=now,
            seen=max(count_of(request.POST, "seen"), 0),
        )
    except Invalid as refusal:
        for name, text in refusal.faults.items():
            form.add_error("day" if name == "until" else name, text)
        return _page(request, place, form)
    except NotAllowedNow as refusal:
        return _page(request, place, form, refused=str(refusal))
    said = f"เปิดแก้ไขให้ {place.person.full_name} ถึง {thai.instant_text(made.until)} แล้ว"
    before = place.month.unlocked_until  # type: ignore[attr-defined]
    if before and now <= before != made.until:
        said += f" แทนที่เปิดไว้ถึง {thai.instant_text(before)}"
    messages.success(request, said)
    return redirect(place.url)


@requires(Perm.MONTH_UNLOCK)
@require_POST
def revoke_unlock(request: HttpRequest, month: str, code: str, pk: int) -> HttpResponse:
    place = _place(request, month, code)
    opened = get_object_or_404(Unlock, pk=pk, month=place.month, person=place.person)
    now = request.now  # type: ignore[attr-defined]
    try:
        revoke(opened, by=request.actor, now=now)  # type: ignore[attr-defined]
    except NotAllowedNow as refusal:
        return _page(request, place, _blank(place, now), refused=str(refusal))
    messages.success(request, f"ยกเลิกการเปิดแก้ไขแล้ว{_still_open(place, now)}")
    return redirect("unlock-month", month, code)


def _still_open(place: Place, now: datetime) -> str:
    """What else lets the officer write after the unlock was revoked; empty when nothing does."""
    month: Any = place.month
    report = MonthlyReport.objects.filter(person=place.person, month=place.month).first()
    state = ReportState(report.state) if report else None
    open_ = replace(window_in(month, report), unlocked_until=None)
    shut = open_.refusal(state, now=now)
    return "" if shut else f" แต่เดือนนี้ยังเปิดให้แก้ไขถึง {thai.instant_text(open_.until(state))}"


def _place(request: HttpRequest, month: str, code: str) -> Place:
    """Within reach but one's own, or an officer's to the director, is 403."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = find(request, month_in(month), code)
    if place is None or not place.full:
        raise Http404
    check(actor, Perm.MONTH_UNLOCK, place.person)
    refusal = _not_theirs(actor, place)
    if refusal:
        raise NotAllowed(refusal)
    return place


def _not_theirs(actor: Actor, place: Place) -> str:
    asked = Unlock(person=place.person, office_id=place.person.office_id)
    return refusal_to_handle(asked, actor, Deed.UNLOCK)


def _blank(place: Place, now: datetime) -> UnlockForm:
    until = answer_by_of(place.month.office, 1, now=now).astimezone(thai.BANGKOK)
    return UnlockForm(initial={"day": until.date(), "hour": until.time()})


def _page(request: HttpRequest, place: Place, form: UnlockForm, *, refused: str = "") -> HttpResponse:
    opened = Unlock.objects.filter(month=place.month, person=place.person)
    page: dict[str, Any] = {
        "place": place,
        "form": form,
        "opened": list(opened.select_related("made_by", "revoked_by")),
        "current": in_force(place.person, place.month, now=request.now),  # type: ignore[attr-defined]
        "refused": refused,
        "at": request.now,  # type: ignore[attr-defined]
    }
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "reports/unlock.html", page, status=status)


def may_unlock(actor: Actor, place: Place) -> bool:
    """Whether the page of this person-month offers it."""
    closed = place.month.closed_at is not None
    if place.own or closed or not access.may(actor, Perm.MONTH_UNLOCK, place.person):
        return False
    return not _not_theirs(actor, place)

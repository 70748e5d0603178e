"""The office's history, newest first."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office import history
from office.access import Perm, requires
from office.audit import Verb
from office.calendar import at
from office.forms import ThaiDateField
from office.models import AuditEvent

PAGE = 50
MOST = 150
"""Entries that a page's lines may hold."""


def _verbs() -> list[tuple[str, str]]:
    return [("", "ทุกเรื่อง"), *sorted(Verb.choices(), key=lambda pair: pair[1])]


class AuditFilter(forms.Form):
    day = ThaiDateField(label="วันที่", required=False)
    verb = forms.ChoiceField(label="เรื่อง", required=False, choices=_verbs)
    who = forms.CharField(label="ชื่อผู้ทำหรือผู้ถูกทำ", required=False, max_length=100)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)
    """Only entries older than this one: the pages of the list."""


@requires(Perm.AUDIT_VIEW)
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    form = AuditFilter(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    events = AuditEvent.objects.filter(history.within(request.actor))  # type: ignore[attr-defined]
    found = list(_filtered(events, asked).order_by("-id")[: MOST + 1])
    lines, count = history.folded(found[:MOST], PAGE)
    shown = {
        "form": form,
        "filtered": any(asked.get(name) for name in ("day", "verb", "who")),
        "lines": lines,
        "older": found[count - 1].pk if len(found) > count else None,
        "first_page": not asked.get("before"),
    }
    return render(request, "office/audit.html", shown)


def _filtered(events: QuerySet[AuditEvent], asked: dict[str, Any]) -> QuerySet[AuditEvent]:
    if day := asked.get("day"):
        events = events.filter(at__gte=at(day, time.min), at__lt=at(day + timedelta(days=1), time.min))
    if verb := asked.get("verb"):
        events = events.filter(verb=verb)
    if who := (asked.get("who") or "").strip():
        events = events.filter(Q(actor_text__icontains=who) | Q(subject_text__icontains=who))
    if before := asked.get("before"):
        events = events.filter(pk__lt=before)
    return events

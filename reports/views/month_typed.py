"""One sent form of a month: its lines and what is said of the month as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from reports import forms, whole_form
from reports.forms import Typed
from reports.views.month_evidence import Refused
from reports.whole_form import TypedWhole

_WHOLE = {"rating": "self_rating", "lesson": "lesson", "works": "works"}


@dataclass(frozen=True, slots=True)
class Sent:
    lines: Typed
    whole: TypedWhole
    version: int
    """That the form was read at."""
    evidence: tuple[Refused, ...] = ()
    """Files and links that could not be taken; all others are attached already."""

    @property
    def faults(self) -> bool:
        return bool(self.lines.faults or self.whole.faults or self.evidence)


def read_sent(request: HttpRequest) -> Sent:
    """Where a page of both versions chose what is kept, what was typed is dropped."""
    lines, whole = forms.read(request.POST), whole_form.read(request.POST)
    for (item_id, name), theirs in forms.choices(request.POST).items():
        if theirs:
            lines.drop(item_id, ("kind", "quantity") if name == "result" else (name,))
    for name, field in _WHOLE.items():
        if request.POST.get(f"choice-{name}") == "theirs":
            whole.drop(name, field)
    return Sent(lines, whole, forms.version_of(request.POST))

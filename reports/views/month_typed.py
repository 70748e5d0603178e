"""One sent form of a month: its lines and what is said of the month as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import HttpRequest

from reports import forms, whole_form
from reports.forms import Typed
from reports.views.month_evidence import Refused
from reports.whole_form import TypedWhole

_WHOLE = {"rating": "self_rating", "lesson": "lesson", "works": "works"}
_OF_LINE = re.compile(r"l([0-9]{1,18})-([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Sent:
    lines: Typed
    whole: TypedWhole
    version: int
    """That the form was read at."""
    evidence: tuple[Refused, ...] = ()
    """Files and links that could not be taken; all others are attached already."""
    made_from: str | None = None
    """``merging.prints`` of what stood in the form when it came; None when it doesn't say."""

    @property
    def faults(self) -> bool:
        return bool(self.lines.faults or self.whole.faults or self.evidence)

    def drop(self, key: str) -> None:
        """Forget a part, a key of ``merging``: what is kept stands."""
        of_line = _OF_LINE.fullmatch(key)
        if not of_line:
            self.whole.drop(key, _WHOLE[key])
            return
        item_id, name = int(of_line[1]), of_line[2]
        if name == "sure":
            self.whole.changes["confirmed"].pop(item_id)
        else:
            self.lines.drop(item_id, ("kind", "quantity") if name == "result" else (name,))


def read_sent(request: HttpRequest) -> Sent:
    """Where a page of both versions chose what is kept, what was typed is dropped."""
    post = request.POST
    sent = Sent(
        forms.read(post), whole_form.read(post), forms.version_of(post), made_from=post.get("made-from")
    )
    theirs = [f"l{item_id}-{name}" for (item_id, name), chosen in forms.choices(post).items() if chosen]
    for key in [*theirs, *(name for name in _WHOLE if post.get(f"choice-{name}") == "theirs")]:
        sent.drop(key)
    return sent

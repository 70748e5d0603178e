"""A sent form kept as the draft, put together with what was saved elsewhere meanwhile."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest

from office.errors import Stale
from reports.actions.drafts import save_draft
from reports.queries import read_month
from reports.views.merging import in_words, merge
from reports.views.month_typed import Sent
from reports.views.place import Place

MERGED = "รวมกับที่บันทึกจากที่อื่นแล้ว ช่องที่มาจากที่อื่น: {}"


def keep(request: HttpRequest, place: Place, sent: Sent) -> None:
    save_draft(
        place.month,
        place.person,
        sent.lines.changes,
        by=request.actor,  # type: ignore[attr-defined]
        now=request.now,  # type: ignore[attr-defined]
        version=sent.version,
        whole=sent.whole.changes,
    )


def keep_merged(request: HttpRequest, place: Place, sent: Sent) -> str:
    """What was changed on one side only is put together; in words what came from elsewhere. Else Stale."""
    try:
        keep(request, place, sent)
    except Stale:
        found = merge(read_month(place.month, place.person.pk), sent)
        if found.asked:
            raise
        found.settle(sent)
        keep(request, place, replace(sent, version=found.version))
        return MERGED.format(in_words(found.elsewhere)) if found.elsewhere else ""
    return ""

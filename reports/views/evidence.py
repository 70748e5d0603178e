"""Files of a month: handed out to who may read them, and taken one by one from the page's script."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from office.access import Actor, Perm, requires
from office.content import KINDS
from reports.actions.evidence import small_of
from reports.models import Evidence
from reports.queries import went_with_any, went_with_last
from reports.views.month_evidence import FIELD, part_of, take_sent
from reports.views.place import find_to_write, in_reach

KEPT_FOR = 3600
"""Seconds in the browser of one person; a file never changes."""
LOCKED_IN = "default-src 'none'; sandbox"
"""Whatever a file holds, it is no page of this server."""


@require_safe
@requires(Perm.REPORT_VIEW)
def whole(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Pictures, which were decoded and written anew here, open in the browser; all else is saved."""
    found = _found(request, pk)
    kind = KINDS[found.content_type]
    return _handed(str(found.file.name), kind.content_type, found.name, as_attachment=not kind.picture)


@require_safe
@requires(Perm.REPORT_VIEW)
def small(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Of a picture, for lists."""
    found = _found(request, pk)
    if not KINDS[found.content_type].picture:
        raise Http404
    return _handed(small_of(found), "image/jpeg", f"{pk}.jpg", as_attachment=False)


@requires(Perm.REPORT_WRITE)
@require_POST
def take(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """What the page's script attaches or takes away; answers with the list of that line, 422 with a word."""
    place = find_to_write(request, month, code)
    key = request.POST.get("part", "")
    if not FIELD.fullmatch(f"{key}-files"):
        raise Http404
    refused = take_sent(request, place)
    page = {"part": part_of(place, key, refused)}
    return render(request, "reports/evidence.html#list", page, status=422 if refused else 200)


def _found(request: HttpRequest, pk: int) -> Evidence:
    """As the page of that month shows it: one's own always, another's as it was sent, 404 out of reach."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    files = Evidence.objects.filter(office=actor.office_id, link="")
    found = files.select_related("person", "report__month", "report__last_version").filter(pk=pk).first()
    if found is None:
        raise Http404
    if found.person_id == actor.id:
        return found
    full = in_reach(actor, found.report.month, found.person)
    if not (went_with_any(found) if full else found.item_id is not None and went_with_last(found)):
        raise Http404
    return found


def _handed(path: str, content_type: str, name: str, *, as_attachment: bool) -> FileResponse:
    try:
        file = default_storage.open(path, "rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, as_attachment=as_attachment, filename=name, content_type=content_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = LOCKED_IN
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = f"private, max-age={KEPT_FOR}"
    return response

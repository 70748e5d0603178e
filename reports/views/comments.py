"""ความเห็นต่อรายงาน: what head, admin unit, director and officer say of one person's month."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from office.access import Actor, Perm, may, requires
from office.errors import Invalid, NotAllowedNow
from reports.actions import talk
from reports.talk_reads import MonthTalk, comments_of
from reports.views.place import Place, address, find, month_in


def month_talk(actor: Actor, place: Place) -> MonthTalk | None:
    """For ``reports/comments.html``: None for colleagues who see figures only.

    One query, none when the place came from ``find`` and nobody has said anything yet.
    """
    if not place.full or not may(actor, Perm.MONTH_COMMENT):
        return None
    spoken = getattr(place.month, "commented", True)
    said = comments_of(place.month, [place.person.pk]).get(place.person.pk, []) if spoken else []
    return MonthTalk(
        person_id=place.person.pk,
        said=said,
        url=address(place.month.month, place.person.code, "month-comments"),
        back=f"{place.url}#comments",
        own=place.own,
        may_write=True,
    )


@requires(Perm.MONTH_COMMENT)
@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """The comments by themselves; POST adds one and leads back to the page it was written on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = find(request, month_in(month), code)
    if place is None or not place.full:
        raise Http404
    if request.method != "POST":
        return _page(request, place)
    text = request.POST.get("text", "")
    try:
        talk.comment(place.person, place.month, text=text, by=actor, now=request.now)  # type: ignore[attr-defined]
    except Invalid as fault:
        return _page(request, place, fault=str(fault), typed=text, status=422)
    except NotAllowedNow as refusal:
        return _page(request, place, fault=str(refusal), typed=text, status=409)
    messages.success(request, "บันทึกคำตอบแล้ว" if place.own else f"บันทึกความเห็นถึง {place.person.full_name} แล้ว")
    back = request.POST.get("back", "")
    return redirect(back if _own_page(back) else f"{place.url}#comments")


def _own_page(back: str) -> bool:
    return back.startswith("/reports/") and "\\" not in back


def _page(
    request: HttpRequest, place: Place, *, fault: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    found = month_talk(request.actor, place)  # type: ignore[attr-defined]
    page = {"place": place, "talk": found, "fault": fault, "typed": typed}
    return render(request, "reports/month_comments.html", page, status=status)

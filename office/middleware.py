"""The edge: who and when, read once for each request; refusals become pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, QueryDict
from django.shortcuts import render

from office import access, clock
from office.calendar import day_of
from office.errors import NotAllowed, NotAllowedNow
from office.views import bad_request, not_allowed, resume


class EdgeMiddleware:
    """Sets ``request.now`` and ``request.actor`` (None for strangers)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.now = clock.now()  # type: ignore[attr-defined]
        request.actor = None  # type: ignore[attr-defined]
        if not request.path.startswith("/static/") and request.user.is_authenticated:
            request.actor = access.actor_of(request.user, day_of(request.now))  # type: ignore[attr-defined]
        response = self.get_response(request)
        return not_allowed(response) if isinstance(response, HttpResponseNotAllowed) else response

    def process_view(self, request: HttpRequest, view: Any, *_: object) -> HttpResponseBase | None:
        """A form sent after the session ended is kept; the script of a page finds out by the redirect.

        A form of a page drawn for another person is never sent as the one who is signed in now.

        NUL, which no keyboard types and PostgreSQL can't hold, is a bad request.
        """
        if _holds_nul(request.GET) or (request.method == "POST" and _holds_nul(request.POST)):
            return bad_request(request)
        guarded = getattr(view, "required_permission", None) is not None
        if guarded and request.method == "POST" and resume.drawn_for_another(request):
            return resume.not_yours(request, target=request.path, pairs=resume.typed(request.POST))
        if guarded and request.method == "POST" and request.actor is None and not request.htmx:  # type: ignore[attr-defined]
            return resume.session_over(
                request, target=request.get_full_path(), pairs=resume.typed(request.POST)
            )
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return render(request, "errors/403.html", {"reason": str(exception)}, status=403)
        if isinstance(exception, NotAllowedNow):
            return render(request, "errors/409.html", {"reason": str(exception)}, status=409)
        return None


def _holds_nul(sent: QueryDict) -> bool:
    return any("\0" in text for name, texts in sent.lists() for text in (name, *texts))

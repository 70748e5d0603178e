"""The edge: who and when, read once for each request; refusals become pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from office import access, clock
from office.calendar import day_of
from office.errors import NotAllowed, NotAllowedNow


class EdgeMiddleware:
    """Sets ``request.now`` and ``request.actor`` (None for strangers)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.now = clock.now()  # type: ignore[attr-defined]
        request.actor = None  # type: ignore[attr-defined]
        if not request.path.startswith("/static/") and request.user.is_authenticated:
            request.actor = access.actor_of(request.user, day_of(request.now))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, NotAllowed):
            return render(request, "errors/403.html", {"reason": str(exception)}, status=403)
        if isinstance(exception, NotAllowedNow):
            return render(request, "errors/409.html", {"reason": str(exception)}, status=409)
        return None

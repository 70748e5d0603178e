"""How a form that waits to be sent again is read back to people: each text under the name of its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import resolve

Pairs = list[tuple[str, str]]
View = TypeVar("View", bound=Callable[..., Any])
Words = Callable[[HttpRequest, Pairs], Pairs]


def said_by(words: Words) -> Callable[[View], View]:
    """Declare the words of the form that a view takes. Stands above ``requires``."""

    def declare(view: View) -> View:
        view.in_words = words  # type: ignore[attr-defined]
        return view

    return declare


def in_words(request: HttpRequest, target: str, sent: Pairs) -> Pairs:
    """Labels and texts; empty where the view doesn't say how."""
    words: Words | None = getattr(resolve(urlsplit(target).path).func, "in_words", None)
    return words(request, sent) if words else []

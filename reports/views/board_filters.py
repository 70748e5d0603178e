"""What an address of the missing-report dashboard asks for, carried from page to page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from office.calendar import Month

NAMES = ("unit", "state", "flag", "q")


def kept_query(asked: QueryDict) -> str:
    """The filters of an address and nothing else of it; "" when it has none."""
    found = {name: asked.get(name, "").strip()[:100] for name in NAMES}
    return urlencode({name: value for name, value in found.items() if value})


def back_of(asked: QueryDict) -> str:
    """The filters that a form or link brings along as ``back``."""
    return kept_query(QueryDict(asked.get("back", "")[:1000]))


def board_url(month: Month, query: str) -> str:
    url = reverse("compliance", args=[month])
    return f"{url}?{query}" if query else url

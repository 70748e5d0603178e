"""The officer's month in the browser."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.test import Client

IN_MONTH = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(person, step: str = "", month: str = "2026-10") -> str:
    return f"/reports/{month}/{person.code}/{step}"


def statements(captured) -> list[str]:
    """Without the words that only begin and end transactions."""
    skipped = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    return [query["sql"] for query in captured if not query["sql"].startswith(skipped)]


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of the page's main form."""
    form = page[page.index('<form class="two"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(version|made-from)" value="([^"]*)"', form))
    fields |= dict(re.findall(r'<input class="form-control[^>]*name="([^"]+)"[^>]* value="([^"]*)"', form))
    fields |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form))
    fields |= dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)" checked>', form))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)">(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        fields[name] = chosen[1] if chosen else ""
    return fields

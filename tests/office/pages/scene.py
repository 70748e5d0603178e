"""The office's own pages: what they show, to whom, and what their forms do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from django.contrib.messages import get_messages

import office

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
STAFF = Path(office.__file__).parent / "demo" / "staff.xlsx"


def text(response):
    return response.content.decode()


def told(response):
    return [str(message) for message in get_messages(response.wsgi_request)]

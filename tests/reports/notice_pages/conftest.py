"""The pages of notices."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from tests.reports.notice_pages.scene import NOW, Cast


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def clock(monkeypatch):
    def set_to(instant: datetime) -> None:
        monkeypatch.setattr("office.clock.now", lambda: instant)

    set_to(NOW)
    return set_to


@pytest.fixture
def as_(clock):
    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in

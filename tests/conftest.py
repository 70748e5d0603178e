"""Stricter than production: fixed settings, no stray files, history triggers that let a test database flush."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest


@pytest.fixture(autouse=True)
def _plain_settings(settings, request):
    """Fast hashes and plain static files; nothing else differs from production code."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.DEBUG = False


@pytest.fixture
def now() -> datetime:
    """2 Nov 2026 09:00 in Bangkok."""
    return datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def today() -> date:
    return date(2026, 11, 2)

"""Stricter than production: fixed settings, no stray files, a history that lets a test database flush."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

import pytest

from tests.chromium import FLAGS, chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for the test database: the rest can't go otherwise on another one."""
    for item in items:
        if item.get_closest_marker("django_db") or "django_db_setup" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)


@pytest.fixture(autouse=True)
def _plain_settings(settings, request):
    """Fast hashes and plain static files; nothing else differs from production code."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.DEBUG = False


@pytest.fixture(scope="session")
def browser():
    """One Chromium a process: a second Playwright beside it is refused."""
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a Chromium")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def now() -> datetime:
    """2 Nov 2026 09:00 in Bangkok."""
    return datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def today() -> date:
    return date(2026, 11, 2)


@pytest.fixture(scope="session", autouse=True)
def _history_lets_a_test_database_flush():
    """Tests that commit are followed by a flush, which on SQLite the history's triggers would refuse.

    They are set aside for that flush alone; PostgreSQL truncates, which row triggers don't see.
    """
    from django.db import connection

    if connection.vendor != "sqlite":
        yield
        return
    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self, style, tables, **options):
        statements = plain(self, style, tables, **options)
        if "office_auditevent" not in tables:
            return statements
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
        dropped = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
        return [*dropped, *statements, *(sql for _, sql in triggers)]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = plain

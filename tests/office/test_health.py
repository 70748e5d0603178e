"""/healthz answers 200 when database and queue do, else 503 naming which."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import DatabaseError

from office import health


@pytest.fixture(autouse=True)
def queue(settings, tmp_path):
    settings.ENV = replace(settings.ENV, redis_url="")
    settings.QUEUE_DIR = tmp_path / "queue"
    for name in ("messages", "control"):
        (settings.QUEUE_DIR / name).mkdir(parents=True)
    return settings.QUEUE_DIR


@pytest.fixture
def broken_database(monkeypatch):
    def refuse():
        raise DatabaseError("gone")

    monkeypatch.setattr(health.connection, "cursor", refuse)


def answer(client):
    response = client.get("/healthz")
    return response.status_code, response.content.decode()


@pytest.mark.django_db
def test_all_is_well(client):
    assert answer(client) == (200, "ok\n")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["messages", "control"])
def test_without_a_queue(client, queue, name):
    (queue / name).rmdir()
    (queue / name).write_text("in the way")
    assert answer(client) == (503, "down: queue\n")


@pytest.mark.django_db
def test_before_the_first_message_the_queue_is_made(client, settings, tmp_path):
    settings.QUEUE_DIR = tmp_path / "new" / "queue"
    assert answer(client) == (200, "ok\n")
    assert sorted(path.name for path in settings.QUEUE_DIR.iterdir()) == ["control", "messages"]


@pytest.mark.django_db
def test_without_a_database(client, broken_database):
    assert answer(client) == (503, "down: database\n")


@pytest.mark.django_db
def test_without_either(client, broken_database, queue):
    (queue / "messages").rmdir()
    (queue / "messages").write_text("in the way")
    assert answer(client) == (503, "down: database, queue\n")


class Broker:
    def __init__(self, error=None):
        self.error = error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def ensure_connection(self, **_):
        if self.error:
            raise self.error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "said"),
    [(None, (200, "ok\n")), (ConnectionError("refused"), (503, "down: queue\n"))],
    ids=["answers", "refuses"],
)
def test_redis_is_asked_when_it_is_the_queue(client, monkeypatch, settings, error, said):
    settings.ENV = replace(settings.ENV, redis_url="redis://127.0.0.1:1/0")
    monkeypatch.setattr(health.current_app, "connection_for_read", lambda: Broker(error))
    assert answer(client) == said


@pytest.mark.django_db
def test_it_needs_no_session_and_tells_no_more(client):
    response = client.get("/healthz")
    assert response.headers["Content-Type"] == "text/plain"
    assert not response.cookies

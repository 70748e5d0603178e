"""Whether the parts that the web process leans on answer."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection

log = logging.getLogger(__name__)


def silent_parts() -> list[str]:
    """Names of the parts that don't answer: ``database``, ``queue``."""
    answers = {"database": _database(), "queue": _queue()}
    return [name for name, answered in answers.items() if not answered]


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("database does not answer: %s", error)
        return False
    return True


def _queue() -> bool:
    if not settings.ENV.redis_url:
        return all(_writable(Path(settings.QUEUE_DIR) / name) for name in ("messages", "control"))
    try:
        with current_app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=0, timeout=2)
    except Exception as error:  # kombu raises what its transport raises: each means that the queue is silent
        log.warning("queue does not answer: %s", error)
        return False
    return True


def _writable(folder: Path) -> bool:
    """Makes the folder when it isn't there yet: a message sent now has a place to wait."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        log.warning("folder of the queue can't be made: %s", error)
        return False
    return os.access(folder, os.W_OK)

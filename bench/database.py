"""The run's own PostgreSQL database: made at the start, dropped at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

NAME = "tidtam_bench"
DEFAULT_URL = "postgres://postgres@127.0.0.1:5432/postgres"


class UnusableError(RuntimeError):
    """No PostgreSQL answers, or another run is using the bench's database."""


@contextmanager
def own(server_url: str) -> Iterator[str]:
    """The URL of an empty database on the server of ``server_url``. Raises UnusableError."""
    parts = urlsplit(server_url or DEFAULT_URL)
    if parts.scheme not in ("postgres", "postgresql", "psql", "pgsql"):
        raise UnusableError("the bench needs PostgreSQL: set DATABASE_URL=postgres://user@host:port/")
    admin_url = urlunsplit(parts._replace(scheme="postgresql", path=parts.path.rstrip("/") or "/postgres"))
    _make(admin_url)
    try:
        yield urlunsplit(parts._replace(scheme="postgres", path=f"/{NAME}"))
    finally:
        _run(admin_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)")


def _make(admin_url: str) -> None:
    """A database left behind by a killed run is dropped first, unless somebody is connected to it."""
    try:
        _run(admin_url, "DROP DATABASE IF EXISTS {}")
        _run(admin_url, "CREATE DATABASE {}")
    except psycopg2.errors.ObjectInUse as error:
        raise UnusableError(f"another run is using the database {NAME}: wait for it to end") from error
    except psycopg2.OperationalError as error:
        raise UnusableError(f"PostgreSQL doesn't answer: {str(error).strip()}") from error


def _run(admin_url: str, statement: str) -> None:
    with closing(psycopg2.connect(admin_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(NAME)))

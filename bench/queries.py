"""Counting the SQL statements of a request or a piece of work, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client

from bench.client import FailedError, Request

NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK", "BEGIN", "COMMIT")


@dataclass(slots=True)
class Statements:
    """Those that read or write; the marks of transactions aren't counted."""

    texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if not str(sql).startswith(NOT_COUNTED):
            self.texts.append(str(sql))
        return execute(sql, params, many, context)


@contextmanager
def counted() -> Iterator[Statements]:
    statements = Statements()
    with connection.execute_wrapper(statements):
        yield statements


def answer_of(request: Request) -> tuple[Statements, bytes]:
    """What the product's own answer to ``request`` took, session and user included, and its body."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = request.session
    with counted() as statements:
        if request.fields is None:
            response = client.get(request.path)
        else:
            response = client.post(request.path, dict(request.fields))
        if response.status_code != request.expected:
            asked = f"{request.method} {request.path}"
            raise FailedError(f"{asked}: {response.status_code}, not {request.expected}")
    return statements, response.content

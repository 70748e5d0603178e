"""Queries whose SQL is written once: Django writes that of a large one slower than the database answers it.

``HELD = Prepared(lambda: Membership.objects.filter(person=Given("person")))``; ``HELD(person=7)`` is a list.
Only values may differ from run to run, never the shape. Nothing that locks rows: Django looks for the
transaction while it writes the SQL.

PostgreSQL also reads and plans it once a connection (PREPARE), which takes it longer than answering. Behind
a pooler that gives each transaction another connection, DISABLE_SERVER_SIDE_CURSORS turns this off, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from threading import local
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BigIntegerField, Field, QuerySet, Value

_numbers = count(1)


class Given(Value):
    """In a filter: the value that a run gives under this name, of the kind that the field holds."""

    def __init__(self, name: str, output_field: Field[Any, Any] | None = None) -> None:
        super().__init__(name, output_field=output_field or BigIntegerField())

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Stands among the parameters itself until a run puts its value there."""
        return "%s", (self,)

    def among(self, values: Mapping[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.value], connection)


class Prepared:
    """``query`` makes the queryset; it is asked at the first run in each thread."""

    def __init__(self, query: Callable[[], QuerySet[Any, Any]]) -> None:
        self._query = query
        self._thread = local()
        """A compiler belongs to a connection, and that to a thread."""

    def __call__(self, **values: Any) -> list[Any]:
        thread = self._thread
        if not hasattr(thread, "queryset"):
            self._write()
        given = {name: each.among(values) for name, each in thread.given.items()}
        asked = thread.statement.asked(given)
        thread.compiler.as_sql = lambda *_, **__: asked
        found = list(thread.queryset.all())
        thread.statement.answered()
        return found

    def _write(self) -> None:
        """All copies of the queryset share one compiler, which knows its columns and how to read them."""
        queryset, thread = self._query(), self._thread
        compiler = thread.compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        thread.given = {each.value: each for each in params if isinstance(each, Given)}
        thread.statement = _Kept(sql, params) if _keeps() else _Plain(sql, params)
        queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        thread.queryset = queryset


def _keeps() -> bool:
    pooled = connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")
    return connection.vendor == "postgresql" and not pooled


class _Plain:
    """A statement that goes to the database whole each time."""

    def __init__(self, sql: str, params: tuple[Any, ...]) -> None:
        self._sql, self._params = sql, params

    def asked(self, given: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        params = (given[each.value] if isinstance(each, Given) else each for each in self._params)
        return self._sql, tuple(params)

    def answered(self) -> None:
        """Nothing is kept."""


class _Kept:
    """A statement that the first run on a connection leaves there, under a name of its own."""

    def __init__(self, sql: str, params: tuple[Any, ...]) -> None:
        from psycopg2.extensions import AsIs

        names = list(dict.fromkeys(each.value for each in params if isinstance(each, Given)))
        places = {name: AsIs(f"${n}") for n, name in enumerate(names, 1)}
        filled = [places[each.value] if isinstance(each, Given) else each for each in params]
        with connection.cursor() as cursor:
            self._sql = cursor.mogrify(sql, filled).decode().replace("%", "%%")
        self._values = f" ({', '.join(['%s'] * len(names))})" if names else ""
        self._name, self._left_on = "", None

    def asked(self, given: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
        """After a run that failed it is left again, under another name: what it reads may have changed."""
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        left_on, self._left_on, leave = self._left_on, None, ""
        if left_on is not connection.connection:
            self._name = f"tidtam_{next(_numbers)}"
            leave = f"PREPARE {self._name} AS {self._sql}; "
        return f"{leave}EXECUTE {self._name}{self._values}", tuple(given.values())

    def answered(self) -> None:
        self._left_on = connection.connection

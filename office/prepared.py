"""Queries whose SQL is written once: Django writes that of a large one slower than the database answers it.

``HELD = Prepared(lambda: Membership.objects.filter(person=Given("person")))``; ``HELD(person=7)`` is a list.
Only values may differ from run to run, never the shape. Nothing that locks rows: Django looks for the
transaction while it writes the SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import local
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BigIntegerField, Field, QuerySet, Value


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
        if not hasattr(self._thread, "queryset"):
            self._write()
        compiler, (sql, params) = self._thread.compiler, self._thread.written
        given = tuple(each.among(values) if isinstance(each, Given) else each for each in params)
        compiler.as_sql = lambda *_, **__: (sql, given)
        return list(self._thread.queryset.all())

    def _write(self) -> None:
        """All copies of the queryset share one compiler, which knows its columns and how to read them."""
        queryset = self._query()
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        self._thread.compiler, self._thread.written = compiler, compiler.as_sql()
        queryset.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        self._thread.queryset = queryset

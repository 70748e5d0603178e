"""Rows of another table as one JSON value, to be carried along by a query; the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Aggregate, Func, JSONField, QuerySet, Subquery


class _Named(Func):
    """A function that each database calls by a name of its own."""

    output_field = JSONField()
    sqlite = postgresql = ""

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, function=self.sqlite, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, function=self.postgresql, **extra)


class Row(_Named):
    sqlite, postgresql = "JSON_ARRAY", "JSONB_BUILD_ARRAY"


class Gathered(_Named, Aggregate):
    """Rows as one JSON list, in no order."""

    sqlite, postgresql = "JSON_GROUP_ARRAY", "JSONB_AGG"


def gathered(rows: QuerySet[Any, Any], of: str, *columns: Any) -> Subquery:
    """``rows``, which all have the same ``of``, as a JSON list of lists; NULL when there are none."""
    listed = rows.order_by().values(of).annotate(all=Gathered(Row(*columns))).values("all")
    return Subquery(listed, output_field=JSONField())


def instant(value: Any) -> datetime:
    """As it is, or as the database writes it into JSON; SQLite leaves the zone out."""
    if isinstance(value, datetime):
        return value
    read = datetime.fromisoformat(value)
    return read if read.tzinfo else read.replace(tzinfo=UTC)

"""One line's answer as a value: what is typed, kept, compared and submitted. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Protocol

from reports.enums import AnswerKind

TEXTS = (
    "narrative",
    "reason_category",
    "explanation",
    "obstacle",
    "solution",
    "unavailable_reason",
    "help_wanted",
)
FIELDS = ("kind", "quantity", *TEXTS)


class AnswerRow(Protocol):
    """A row of the database that holds an answer: ReportLine or SubmittedLine."""

    kind: Any
    quantity: Any
    narrative: Any
    reason_category: Any
    explanation: Any
    obstacle: Any
    solution: Any
    unavailable_reason: Any
    help_wanted: Any


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """Blank is not zero: ``quantity`` is a number exactly when ``kind`` is VALUE."""

    kind: AnswerKind = AnswerKind.NONE
    quantity: Decimal | None = None
    narrative: str = ""
    reason_category: str = ""
    explanation: str = ""
    obstacle: str = ""
    solution: str = ""
    unavailable_reason: str = ""
    help_wanted: str = ""

    @classmethod
    def of(cls, row: AnswerRow) -> LineAnswer:
        return cls(AnswerKind(row.kind), row.quantity, *(getattr(row, name) for name in TEXTS))

    @property
    def empty(self) -> bool:
        return self == EMPTY

    def with_changes(self, changes: Mapping[str, Any]) -> LineAnswer:
        """Fields not named stay; only a VALUE has a quantity, and a VALUE without one is no answer."""
        changed = replace(self, **changes)
        if changed.kind is not AnswerKind.VALUE:
            return replace(changed, quantity=None)
        return replace(changed, kind=AnswerKind.NONE) if changed.quantity is None else changed

    def differing(self, other: LineAnswer) -> tuple[str, ...]:
        return tuple(name for name in FIELDS if getattr(self, name) != getattr(other, name))

    def as_fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FIELDS}


EMPTY = LineAnswer()

"""How the rows of a CPS file differ from those of the file before it, whatever their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reports.models import CpsRecord

CONTENT = (
    "worked_on",
    "person_code",
    "job_no",
    "place",
    "quantity",
    "counting_unit",
    "recorded_on",
    "person_id",
    "item_id",
)
"""What makes two rows the same: all that the file says, and whom and what it was taken to mean."""
_VISIT = len(("worked_on", "person_code", "job_no", "place"))
"""The first of them say which visit it is; the rest of a known visit may change."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Every row of both files once."""

    created: tuple[CpsRecord, ...]
    changed: tuple[tuple[CpsRecord, CpsRecord], ...]
    """The same visit as it was and as it is."""
    unchanged: int
    gone: tuple[CpsRecord, ...]


def content_of(record: CpsRecord) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in CONTENT)


def changes_of(records: Sequence[CpsRecord], before: Sequence[CpsRecord]) -> Changes:
    """Rows new, different from those before, the same, or there no more.

    One file writes the code, another the name: what rows mean goes before how they are written.
    """
    _, created, gone = _paired(records, before, _meaning_of)
    changed: list[tuple[CpsRecord, CpsRecord]] = []
    unchanged = len(records) - len(created)
    for visit in (_written_visit, _meant_visit):
        pairs, created, gone = _paired(created, gone, visit)
        changed += pairs
    changed.sort(key=lambda pair: pair[1].row)
    return Changes(tuple(created), tuple(changed), unchanged, tuple(gone))


def _meaning_of(record: CpsRecord) -> tuple[Any, ...]:
    """The content, however a known person and job are written."""
    worked_on, person, job, *rest = content_of(record)
    return worked_on, person if record.person_id is None else "", job if record.item_id is None else "", *rest


def _written_visit(record: CpsRecord) -> tuple[Any, ...]:
    return content_of(record)[:_VISIT]


def _meant_visit(record: CpsRecord) -> tuple[Any, ...]:
    return *_meaning_of(record)[:_VISIT], record.person_id, record.item_id


def _paired(
    records: Sequence[CpsRecord], others: Sequence[CpsRecord], key: Callable[[CpsRecord], tuple[Any, ...]]
) -> tuple[list[tuple[CpsRecord, CpsRecord]], list[CpsRecord], list[CpsRecord]]:
    """Each record with the first of the others that has its key, once; then the rest of both, by row."""
    waiting: defaultdict[tuple[Any, ...], list[CpsRecord]] = defaultdict(list)
    for other in reversed(others):
        waiting[key(other)].append(other)
    pairs, alone = [], []
    for record in records:
        if same := waiting[key(record)]:
            pairs.append((same.pop(), record))
        else:
            alone.append(record)
    left = (other for rest in waiting.values() for other in rest)
    return pairs, alone, sorted(left, key=lambda other: other.row)


def repeated(records: Iterable[CpsRecord]) -> list[list[CpsRecord]]:
    """Rows that say exactly the same, together, in the file's order."""
    alike: defaultdict[tuple[Any, ...], list[CpsRecord]] = defaultdict(list)
    for record in records:
        alike[content_of(record)].append(record)
    return [same for same in alike.values() if len(same) > 1]

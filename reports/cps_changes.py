"""How the rows of a CPS file differ from those of the file before it, whatever their order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
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


def changes_of(records: Iterable[CpsRecord], before: Iterable[CpsRecord]) -> Changes:
    """Rows new, different from those before, the same, or there no more."""
    records, before = list(records), list(before)
    old, new = Counter(map(content_of, before)), Counter(map(content_of, records))
    fresh, left = _without(records, old), _without(before, new)
    known: defaultdict[tuple[Any, ...], list[CpsRecord]] = defaultdict(list)
    for record in reversed(left):
        known[content_of(record)[:_VISIT]].append(record)
    created: list[CpsRecord] = []
    changed: list[tuple[CpsRecord, CpsRecord]] = []
    for record in fresh:
        if same := known[content_of(record)[:_VISIT]]:
            changed.append((same.pop(), record))
        else:
            created.append(record)
    gone = sorted((record for rest in known.values() for record in rest), key=lambda record: record.row)
    return Changes(tuple(created), tuple(changed), len(records) - len(fresh), tuple(gone))


def _without(records: list[CpsRecord], others: Counter[tuple[Any, ...]]) -> list[CpsRecord]:
    """Those that have no equal among the others; each of the others answers for one."""
    others = others.copy()
    rest = []
    for record in records:
        content = content_of(record)
        if others[content]:
            others[content] -= 1
        else:
            rest.append(record)
    return rest


def repeated(records: Iterable[CpsRecord]) -> list[list[CpsRecord]]:
    """Rows that say exactly the same, together, in the file's order."""
    alike: defaultdict[tuple[Any, ...], list[CpsRecord]] = defaultdict(list)
    for record in records:
        alike[content_of(record)].append(record)
    return [same for same in alike.values() if len(same) > 1]

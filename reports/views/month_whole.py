"""What is said of a month as a whole, as its form and its pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from reports.answers import PART_LABELS, WORK_FIELDS, WORK_LABELS, WholeAnswer
from reports.enums import SelfRating
from reports.rules import WorkLack, work_lacks
from reports.views.month_lines import Fault, error_of, marks_of
from reports.whole_form import MOST_WORKS, TypedWhole, shown_works

RATINGS = [(rating.value, rating.label) for rating in SelfRating]


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One work's fields; the last row is blank, for one more."""

    n: int
    values: dict[str, str]
    errors: dict[str, SafeString]
    wrong: dict[str, SafeString]

    @property
    def key(self) -> str:
        return f"u{self.n}"

    @property
    def blank(self) -> bool:
        return not any(self.values.values())


@dataclass(slots=True)
class WholePart:
    rating: str
    lesson: str
    works: list[WorkRow]
    faults: dict[str, str] = field(default_factory=dict)

    ratings = RATINGS

    @property
    def errors(self) -> dict[str, SafeString]:
        return {name: error_of(name, "part", self.faults.get(name, "")) for name in PART_LABELS}

    @property
    def links(self) -> list[Fault]:
        return [Fault(f"#{key}", f"{self._label(key)}: {text}") for key, text in self.faults.items()]

    def _label(self, key: str) -> str:
        if key in PART_LABELS:
            return PART_LABELS[key]
        row, _, name = key.partition("-")
        return f"งานนอกแผน ลำดับที่ {int(row[1:]) + 1} {WORK_LABELS[name]}"


def whole_part(
    said: WholeAnswer, typed: TypedWhole | None = None, lacks: Iterable[tuple[int, WorkLack]] = ()
) -> WholePart:
    """What was typed when it was refused, else what is kept."""
    raw = typed.raw if typed else {}
    faults = dict(typed.faults) if typed else {}
    faults |= {f"u{n}-{lack.value}": lack.label for n, lack in lacks}
    rows = typed.works if typed and "works" in raw else shown_works(said)
    blank = [] if len(rows) >= MOST_WORKS else [dict.fromkeys(WORK_FIELDS, "")]
    return WholePart(
        rating=raw.get("rating", said.self_rating),
        lesson=raw.get("lesson", said.lesson),
        works=[_work_row(n, values, faults) for n, values in enumerate([*rows, *blank])],
        faults=faults,
    )


def _work_row(n: int, values: dict[str, str], faults: dict[str, str]) -> WorkRow:
    key = f"u{n}"
    told = {name: faults.get(f"{key}-{name}", "") for name in WORK_FIELDS}
    return WorkRow(
        n=n,
        values=values,
        errors={name: error_of(key, name, text) for name, text in told.items()},
        wrong={name: marks_of(key, name, text) for name, text in told.items()},
    )


def work_links(said: WholeAnswer) -> list[Fault]:
    """What works outside the plan still lack, each a link to its field."""
    return [
        Fault(f"#u{n}-{lack.value}", f"งานนอกแผน {work.name or f'ลำดับที่ {n + 1}'}: {lack.label}")
        for n, work in enumerate(said.works)
        for lack in work_lacks(work)
    ]

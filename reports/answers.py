"""What an officer answers, as values: of one line, and of the month as a whole. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal
from typing import Any, Protocol

from reports.enums import AnswerKind, SelfRating

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
FIELD_LABELS = {
    "kind": "เดือนนี้มีผลอย่างไร",
    "quantity": "ผลเดือนนี้",
    "narrative": "รายละเอียดผล",
    "reason_category": "สาเหตุหลัก",
    "explanation": "ชี้แจงเหตุผล",
    "obstacle": "ปัญหาอุปสรรค",
    "solution": "แนวทางแก้ไข",
    "unavailable_reason": "เหตุผลที่ไม่มีข้อมูล",
    "help_wanted": "ความช่วยเหลือที่ต้องการ",
}


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


@dataclass(frozen=True, slots=True)
class Work:
    """One work outside the plan (งานนอกแผน)."""

    name: str
    quantity: Decimal | None = None
    counting_unit: str = ""
    narrative: str = ""

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Work:
        quantity = Decimal(row["quantity"]) if row["quantity"] else None
        return cls(row["name"], quantity, row["counting_unit"], row["narrative"])


WORK_FIELDS = ("name", "quantity", "counting_unit", "narrative")
WORK_LABELS = {
    "name": "ชื่องาน",
    "quantity": "จำนวนที่ทำได้",
    "counting_unit": "หน่วยนับ",
    "narrative": "รายละเอียด",
}
PART_LABELS = {"rating": "ประเมินตนเอง", "lesson": "บทเรียนของเดือน", "works": "งานนอกแผน"}


@dataclass(frozen=True, slots=True)
class WholeAnswer:
    """What is said of the month as a whole, beside its lines."""

    self_rating: SelfRating = SelfRating.NONE
    lesson: str = ""
    works: tuple[Work, ...] = ()
    confirmed: Mapping[int, Decimal] = field(default_factory=dict)
    """Plan item id → the figure of which a warning asked and was told that it is right."""

    @classmethod
    def of(cls, row: WholeRow | None, confirmed: Mapping[str, str] | None = None) -> WholeAnswer:
        """``confirmed`` is the column of a draft."""
        if row is None:
            return NOTHING_SAID
        sure = {int(item): Decimal(figure) for item, figure in (confirmed or {}).items()}
        works = tuple(Work.of(each) for each in row.works)
        return cls(SelfRating(row.self_rating), row.lesson, works, sure)

    @property
    def works_as_rows(self) -> list[dict[str, str]]:
        """As columns of the database keep them."""
        return [
            asdict(work) | {"quantity": "" if work.quantity is None else str(work.quantity)}
            for work in self.works
        ]

    def with_changes(self, changes: Mapping[str, Any]) -> WholeAnswer:
        """Fields not named stay, so does what was confirmed of lines not named; None takes a tick away."""
        sure = {**self.confirmed, **changes.get("confirmed", {})}
        confirmed = {item: figure for item, figure in sure.items() if figure is not None}
        return replace(self, **{**changes, "confirmed": confirmed})

    def differing(self, other: WholeAnswer) -> tuple[str, ...]:
        return tuple(name for name in WHOLE_FIELDS if getattr(self, name) != getattr(other, name))

    def says_as(self, other: WholeAnswer) -> bool:
        """Whether a reader sees the same; ticks aside."""
        return (self.self_rating, self.lesson, self.works) == (other.self_rating, other.lesson, other.works)


class WholeRow(Protocol):
    """A row of the database that says it: MonthlyReport or ReportVersion."""

    self_rating: Any
    lesson: Any
    works: Any


WHOLE_FIELDS = ("self_rating", "lesson", "works", "confirmed")
NOTHING_SAID = WholeAnswer()

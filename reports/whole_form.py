"""What a month's page sends of the month as a whole: work outside the plan, self-rating, lesson, ticks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from office import thai
from office.thai import ThaiValueError, parse_quantity
from reports.answers import WORK_FIELDS, WholeAnswer, Work
from reports.enums import SelfRating
from reports.forms import LONGEST_QUANTITY
from reports.texts import LONGEST_TEXT, cleaned

MOST_WORKS = 20
LONGEST = {"name": 300, "counting_unit": 60, "narrative": LONGEST_TEXT, "lesson": LONGEST_TEXT}
_WORK = re.compile(rf"u([0-9]{{1,2}})-({'|'.join(WORK_FIELDS)})")
_ASKED = re.compile(r"l([0-9]{1,18})-(asked|sure)")


@dataclass(slots=True)
class TypedWhole:
    """``works``: the rows as typed, blank ones left out; ``changes``: what may be kept; ``faults`` by id."""

    works: list[dict[str, str]] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def drop(self, name: str, kept: str) -> None:
        """Forget a part of the form: what is kept stands."""
        self.raw.pop(name, None)
        self.changes.pop(kept, None)
        if name == "works":
            self.works = []
        self.faults = {key: text for key, text in self.faults.items() if not _of_part(key, name)}


def read(post: Mapping[str, str]) -> TypedWhole:
    """Fields that were not sent are not changed. Works are kept together, half written ones too; none of them
    while a figure among them can't be read.
    """
    typed = TypedWhole()
    if "rating" in post:
        typed.raw["rating"] = post["rating"]
        if post["rating"] in list(SelfRating):
            typed.changes["self_rating"] = SelfRating(post["rating"])
        else:
            typed.faults["rating"] = "เลือกระดับจากรายการ"
    if "lesson" in post:
        typed.raw["lesson"] = lesson = cleaned(post["lesson"])
        if not _too_long(typed, "lesson", "lesson", lesson):
            typed.changes["lesson"] = lesson
    if "works" in post:
        typed.raw["works"] = "sent"
        _read_works(typed, post)
    confirmed = _confirmed(post)
    if confirmed:
        typed.changes["confirmed"] = confirmed
    return typed


def _of_part(key: str, name: str) -> bool:
    return key == name or (name == "works" and key.startswith("u"))


def shown_works(said: WholeAnswer) -> list[dict[str, str]]:
    """The rows as fields show them."""
    return [
        {
            "name": work.name,
            "quantity": "" if work.quantity is None else thai.quantity(work.quantity),
            "counting_unit": work.counting_unit,
            "narrative": work.narrative,
        }
        for work in said.works
    ]


def _read_works(typed: TypedWhole, post: Mapping[str, str]) -> None:
    rows: dict[int, dict[str, str]] = {}
    for name, value in post.items():
        match = _WORK.fullmatch(name)
        if match:
            rows.setdefault(int(match[1]), dict.fromkeys(WORK_FIELDS, ""))[match[2]] = cleaned(value)
    typed.works = [row for _, row in sorted(rows.items()) if any(row.values())]
    works = [_work(typed, f"u{n}", row) for n, row in enumerate(typed.works)]
    if len(works) > MOST_WORKS:
        typed.faults["works"] = f"บันทึกงานนอกแผนได้ไม่เกิน {MOST_WORKS} งาน รวมงานที่คล้ายกันไว้ด้วยกัน"
    if not any(name.startswith(("u", "works")) for name in typed.faults):
        typed.changes["works"] = tuple(works)


def _work(typed: TypedWhole, key: str, row: dict[str, str]) -> Work:
    quantity = None
    try:
        quantity = parse_quantity(row["quantity"][:LONGEST_QUANTITY])
    except ThaiValueError as fault:
        typed.faults[f"{key}-quantity"] = str(fault)
    for name in ("name", "counting_unit", "narrative"):
        _too_long(typed, f"{key}-{name}", name, row[name])
    return Work(row["name"], quantity, row["counting_unit"], row["narrative"])


def _too_long(typed: TypedWhole, key: str, name: str, text: str) -> bool:
    if len(text) <= LONGEST[name]:
        return False
    typed.faults[key] = f"เขียนไม่เกิน {LONGEST[name]:,} ตัวอักษร ที่พิมพ์มี {len(text):,} ตัวอักษร"
    return True


def _confirmed(post: Mapping[str, str]) -> dict[int, Any]:
    """Item id → the figure that was ticked as right, None where the page asked and the tick isn't there.

    A figure that can't be read ticks nothing.
    """
    found: dict[int, Any] = {}
    for name, value in post.items():
        match = _ASKED.fullmatch(name)
        if not match:
            continue
        item = int(match[1])
        found.setdefault(item, None)
        if match[2] == "sure":
            try:
                found[item] = parse_quantity(value[:LONGEST_QUANTITY])
            except ThaiValueError:
                continue
    return found

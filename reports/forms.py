"""What a month's page sends, read strictly: good fields become changes, bad ones stay as they were typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from office import thai
from office.thai import ThaiValueError, parse_quantity
from reports.answers import FIELDS, TEXTS, LineAnswer
from reports.enums import AnswerKind, ReasonCategory
from reports.texts import cleaned, too_long

LONGEST_QUANTITY = 60
CONTRADICTION = "เลือก “มีผล” หรือลบตัวเลขที่พิมพ์ไว้"

_NAME = re.compile(rf"l([0-9]{{1,18}})-({'|'.join(FIELDS)})")
_CHOICE = re.compile(r"choice-l([0-9]{1,18})-([a-z_]+)")


@dataclass(slots=True)
class Typed:
    """One sent form: ``raw`` texts as typed, the ``changes`` they mean, ``faults`` for the others."""

    raw: dict[int, dict[str, str]] = field(default_factory=dict)
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    faults: dict[tuple[int, str], str] = field(default_factory=dict)

    def drop(self, item_id: int, names: tuple[str, ...]) -> None:
        """Forget these fields of an item: what is kept stands."""
        for name in names:
            self.raw.get(item_id, {}).pop(name, None)
            self.changes.get(item_id, {}).pop(name, None)
            self.faults.pop((item_id, name), None)


def read(post: Mapping[str, str]) -> Typed:
    """Fields that were not sent are not changed; names that are no fields of a line are left alone."""
    typed = Typed()
    for name, value in post.items():
        match = _NAME.fullmatch(name)
        if match:
            typed.raw.setdefault(int(match[1]), {})[match[2]] = cleaned(value)
    for item_id, raw in typed.raw.items():
        changes = typed.changes.setdefault(item_id, {})
        for name in TEXTS:
            if name in raw:
                _read_text(typed, item_id, name, changes)
        if "kind" in raw or "quantity" in raw:
            _read_result(typed, item_id, changes)
    return typed


def shown(answer: LineAnswer) -> dict[str, str]:
    """An answer as fields show it: sent like that, it stays the same."""
    values = {name: str(getattr(answer, name)) for name in FIELDS}
    values["quantity"] = "" if answer.quantity is None else thai.quantity(answer.quantity)
    return values


def choices(post: Mapping[str, str]) -> dict[tuple[int, str], bool]:
    """(item id, field) → whether what was kept was chosen, on the page of both versions."""
    matches = ((_CHOICE.fullmatch(name), value) for name, value in post.items())
    return {(int(match[1]), match[2]): value == "theirs" for match, value in matches if match}


def version_of(post: Mapping[str, str]) -> int:
    """The version a form was read at; one that can't be is older than all."""
    return count_of(post, "version")


def count_of(post: Mapping[str, str], name: str) -> int:
    """A count that a form carries; one that can't be is -1, older than all."""
    text = post.get(name, "")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else -1


def _read_text(typed: Typed, item_id: int, name: str, changes: dict[str, Any]) -> None:
    text = typed.raw[item_id][name]
    if fault := too_long(text):
        typed.faults[item_id, name] = fault
    elif name == "reason_category" and text not in list(ReasonCategory):
        typed.faults[item_id, name] = "เลือกสาเหตุจากรายการ"
    else:
        changes[name] = text


def _read_result(typed: Typed, item_id: int, changes: dict[str, Any]) -> None:
    """A number without a kind means that there is a result; a number beside "nothing" can't be both."""
    raw = typed.raw[item_id]
    kind, figure = raw.get("kind", ""), raw.get("quantity", "")
    if kind not in list(AnswerKind):
        typed.faults[item_id, "kind"] = "เลือกว่าเดือนนี้มีผลอย่างไร"
        return
    quantity = _quantity(typed, item_id, figure)
    if (item_id, "quantity") in typed.faults:
        return
    if quantity and kind in (AnswerKind.NOTHING, AnswerKind.NOT_AVAILABLE):
        typed.faults[item_id, "quantity"] = CONTRADICTION
    elif kind in (AnswerKind.NOTHING, AnswerKind.NOT_AVAILABLE):
        changes.update(kind=AnswerKind(kind), quantity=None)
    else:
        changes.update(kind=AnswerKind.NONE if quantity is None else AnswerKind.VALUE, quantity=quantity)


def _quantity(typed: Typed, item_id: int, figure: str) -> Decimal | None:
    if len(figure) > LONGEST_QUANTITY:
        figure = figure[:LONGEST_QUANTITY] + "…"
    try:
        return parse_quantity(figure)
    except ThaiValueError as fault:
        typed.faults[item_id, "quantity"] = str(fault)
        return None

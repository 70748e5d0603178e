"""The lines of a month as the tables of reading and reviewing show them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from office import thai
from reports.answers import FIELD_LABELS, TEXTS, LineAnswer
from reports.enums import AnswerKind, ReasonCategory
from reports.queries import Row
from reports.views.month_lines import result_text


def flag_rows(flags: Iterable[Any]) -> tuple[dict[int, list[Any]], list[Any]]:
    """Flags by item, and those of the whole month."""
    by_item: dict[int, list[Any]] = {}
    whole = []
    for flag in flags:
        if flag.item_id is None:
            whole.append(flag)
        else:
            by_item.setdefault(flag.item_id, []).append(flag)
    return by_item, whole


@dataclass(slots=True)
class TableLine:
    """One item in the tables of reading and reviewing."""

    row: Row
    result: str
    difference: str
    tone: str
    flags: list[Any]
    said: list[tuple[str, str]]
    """What the officer wrote beside the figure, each with its word."""
    cps: Decimal | None = None
    """What CPS says of it; None when it isn't held against CPS."""
    evidence: Sequence[Any] = ()
    """Files and links that went with it."""

    @property
    def in_words(self) -> bool:
        """The result is a word, wider than a figure."""
        return self.row.answer.kind is not AnswerKind.VALUE

    @property
    def unlike_cps(self) -> bool:
        reported = self.row.line.reported
        return self.cps is not None and reported is not None and reported != self.cps


def _said(answer: LineAnswer, idle: Collection[str]) -> list[tuple[str, str]]:
    texts = {name: getattr(answer, name) for name in TEXTS if name not in idle}
    if texts.get("reason_category"):
        texts["reason_category"] = ReasonCategory(texts["reason_category"]).label
    words = FIELD_LABELS if answer.kind else FIELD_LABELS | {"unavailable_reason": "เหตุผลที่ไม่ได้กรอก"}
    return [(words[name], text) for name, text in texts.items() if text]


def table_lines(
    rows: Iterable[Row],
    flags: Mapping[int, list[Any]] | None = None,
    cps: Mapping[int, Decimal] | None = None,
    evidence: Mapping[int | None, Sequence[Any]] | None = None,
    *,
    flagged: Collection[int] = (),
    whole: bool = False,
) -> list[TableLine]:
    """``flagged``: items with a flag, shown or not; ``whole``: with texts left over from another answer."""
    flags, cps, evidence = flags or {}, cps or {}, evidence or {}
    lines = []
    for row in rows:
        item = row.item.id
        idle = () if whole else row.idle(flagged=item in flagged)
        lines.append(_table_line(row, flags.get(item, []), cps.get(item), evidence.get(item, ()), idle))
    return lines


def _table_line(
    row: Row, flags: list[Any], cps: Decimal | None, evidence: Sequence[Any], idle: Collection[str]
) -> TableLine:
    difference = row.difference
    sign = "+" if difference and difference > 0 else ""
    tone = "" if not difference else "below" if row.below else "above" if difference > 0 else ""
    return TableLine(
        row=row,
        result=result_text(row.answer.kind, row.answer.quantity),
        difference=thai.BLANK if difference is None else f"{sign}{thai.quantity(difference)}",
        tone=tone,
        flags=flags,
        said=_said(row.answer, idle),
        cps=cps,
        evidence=evidence,
    )

"""A sent form against what it was made from and what is kept now: only what both sides changed is asked.

A part is what is chosen as one: a line's result, one text, the works outside the plan. Its key is
``l12-result``, ``l12-narrative``, ``lesson``. Its text is what a reader sees of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2s

from office import thai
from office.thai import ThaiValueError, parse_quantity
from reports.answers import FIELD_LABELS, FIELDS, PART_LABELS, TEXTS, WORK_FIELDS, WORK_LABELS
from reports.enums import AnswerKind, ReasonCategory, SelfRating
from reports.forms import LONGEST_QUANTITY, shown
from reports.month_cells import plain
from reports.queries import MonthOfPerson, Row
from reports.views.month_typed import Sent
from reports.whole_form import MOST_WORKS, TypedWhole, shown_works

WORDLESS = (AnswerKind.NOTHING, AnswerKind.NOT_AVAILABLE)
"""Answers without a figure."""
NAMED = 3
WORKS = "works"
_PRINT = re.compile(r"([a-z0-9_-]{1,40}):([0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class Difference:
    key: str
    legend: str
    mine: str
    theirs: str

    @property
    def name(self) -> str:
        return f"choice-{self.key}"

    @property
    def mine_label(self) -> str:
        return "รวมของทั้งสองฝั่ง" if self.key == WORKS else ""


@dataclass(frozen=True, slots=True)
class Merge:
    version: int
    """That is kept now."""
    asked: list[Difference]
    """Changed here and elsewhere, or unlike what is kept by a form that doesn't say what it was made from."""
    elsewhere: list[Difference]
    """Changed elsewhere only: what is kept stands."""
    untouched: list[str]
    """Keys of all that wasn't changed here."""

    def settle(self, sent: Sent) -> None:
        for key in self.untouched:
            sent.drop(key)

    def join_works(self, read: MonthOfPerson, sent: Sent) -> None:
        """Works outside the plan of both sides: one's own go with those kept, not instead of them."""
        for n, each in enumerate(self.asked):
            if each.key == WORKS:
                kept = shown_works(read.whole)
                sent.whole.works = [*kept, *(row for row in sent.whole.works if row not in kept)]
                self.asked[n] = replace(each, mine=_works_text(sent.whole.works))


def merge(read: MonthOfPerson, sent: Sent) -> Merge:
    made_from = None if sent.made_from is None else dict(_PRINT.findall(sent.made_from))
    found = Merge(read.report.version if read.report else 0, [], [], [])
    kept, legends = _kept(read), _legends(read)
    for key, mine in _sent(read, sent).items():
        theirs = kept.get(key, "")
        one = Difference(key, legends.get(key, ""), mine, theirs)
        if made_from is None:
            here = there = True
        else:
            here, there = (_print(text) != made_from.get(key, "") for text in (mine, theirs))
        if not here:
            found.untouched.append(key)
        if mine != theirs and there and one.legend:
            (found.asked if here else found.elsewhere).append(one)
    return found


def differences_of(read: MonthOfPerson, sent: Sent) -> list[Difference]:
    """Part by part, what was sent and what is kept."""
    kept, legends = _kept(read), _legends(read)
    return [
        Difference(key, legends[key], mine, kept[key])
        for key, mine in _sent(read, sent).items()
        if key in legends and mine != kept[key]
    ]


def prints(read: MonthOfPerson) -> str:
    """What a form is made from, short: it carries this along, so its changes are known field by field."""
    return _in_prints(_kept(read))


def prints_then(read: MonthOfPerson, base: Mapping[str, str]) -> str:
    """``prints`` of the fields a file was made from; what a file can't hold of a text makes no change."""
    kept, then = _kept(read), _of_fields(read, base)
    return _in_prints(
        {key: kept[key] if plain(kept[key]) == plain(text) else text for key, text in then.items()}
    )


def in_words(found: Iterable[Difference]) -> str:
    legends = [each.legend for each in found]
    more = f" และอีก {len(legends) - NAMED} ช่อง" if len(legends) > NAMED else ""
    return ", ".join(legends[:NAMED]) + more


def said(name: str, text: str) -> str:
    """A field of a line in words."""
    if name == "kind":
        return AnswerKind(text).label
    if name == "reason_category" and text in list(ReasonCategory):
        return ReasonCategory(text).label
    return text


def whole_texts(typed: TypedWhole) -> dict[str, str]:
    """What was typed of each part that was sent."""
    texts = {name: typed.raw[name] for name in ("rating", "lesson") if name in typed.raw}
    if texts.get("rating") in list(SelfRating):
        texts["rating"] = SelfRating(texts["rating"]).label if texts["rating"] else ""
    return texts | ({"works": _works_text(typed.works)} if "works" in typed.raw else {})


def _in_prints(texts: Mapping[str, str]) -> str:
    return " ".join(f"{key}:{_print(text)}" for key, text in texts.items() if text)


def _print(text: str) -> str:
    return blake2s(text.encode(), digest_size=6).hexdigest() if text else ""


def _kept(read: MonthOfPerson) -> dict[str, str]:
    whole = read.whole
    found: dict[str, str] = {}
    for row in read.rows:
        found |= _of_line(row, shown(row.answer))
    found |= {f"l{item}-sure": thai.quantity(figure) for item, figure in whole.confirmed.items()}
    return found | {
        "rating": whole.self_rating.label if whole.self_rating else "",
        "lesson": whole.lesson,
        "works": _works_text(shown_works(whole)),
    }


def _of_fields(read: MonthOfPerson, fields: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in read.rows:
        found |= _of_line(row, {name: fields.get(f"l{row.item.id}-{name}", "") for name in FIELDS})
    rating = fields.get("rating", "")
    rows = [{name: fields.get(f"u{n}-{name}", "") for name in WORK_FIELDS} for n in range(MOST_WORKS)]
    return found | {
        "rating": SelfRating(rating).label if rating and rating in list(SelfRating) else rating,
        "lesson": fields.get("lesson", ""),
        "works": _works_text(row for row in rows if any(row.values())),
    }


def _sent(read: MonthOfPerson, sent: Sent) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in read.rows:
        found |= _of_line(row, sent.lines.raw.get(row.item.id, {}))
    ticks = sent.whole.changes.get("confirmed", {})
    found |= {
        f"l{item}-sure": "" if figure is None else thai.quantity(figure) for item, figure in ticks.items()
    }
    return found | whole_texts(sent.whole)


def _legends(read: MonthOfPerson) -> dict[str, str]:
    """Of what is chosen by hand: a tick goes with its figure."""
    words = {"result": FIELD_LABELS["quantity"]} | {name: FIELD_LABELS[name] for name in TEXTS}
    of_lines = {
        f"l{row.item.id}-{name}": f"{row.item.job_no} {word}"
        for row in read.rows
        for name, word in words.items()
    }
    return of_lines | PART_LABELS


def _of_line(row: Row, values: dict[str, str]) -> dict[str, str]:
    key = f"l{row.item.id}"
    found = {f"{key}-{name}": said(name, values[name]) for name in TEXTS if name in values}
    if "kind" in values or "quantity" in values:
        found = {f"{key}-result": _result(values, row.item.counting_unit)} | found
    return found


def _result(values: dict[str, str], unit: str) -> str:
    kind, figure = values.get("kind", ""), values.get("quantity", "")
    if kind in WORDLESS and not figure:
        return AnswerKind(kind).label
    try:
        quantity = parse_quantity(figure[:LONGEST_QUANTITY])
    except ThaiValueError:
        return f"{figure} {unit}"
    return "" if quantity is None else f"{thai.quantity(quantity)} {unit}"


def _works_text(rows: Iterable[dict[str, str]]) -> str:
    """A row a line, each field by its word: the same words in another field are another text."""
    return "\n".join(
        " · ".join(f"{WORK_LABELS[name]} {text}" for name, text in row.items() if text) for row in rows
    )

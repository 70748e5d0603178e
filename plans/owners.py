"""Whom the words in a plan's "หน่วยงานรับผิดชอบ" mean. Names are matched, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from office import thai
from office.sheets import People, compact

Key = int | str
T = TypeVar("T")

_SEPARATOR = re.compile(r"[,;\n\r]+")
_SOFT_SEPARATOR = re.compile(r"\s*(?:และ|กับ|/|\+|&)\s*")
_RANGE = re.compile(
    r"^(?P<stem>.*?)(?:ที่)?\s*(?P<first>\d+)\s*(?:[-–—−]|ถึง)\s*(?P<again>.*?)(?:ที่)?\s*(?P<last>\d+)$"
)
_NUMBERED = re.compile(r"^(?P<stem>.*?\D)(?P<number>\d+)$")
_ALL = re.compile(r"^ทุก(?:กลุ่มงาน|กลุ่ม|ฝ่าย|หน่วยงาน|หน่วย|งาน|นิคม|ศูนย์|และ|สหกรณ์)+(?:ในสังกัด|ของสำนักงาน)?$")
_EVERY_OF = re.compile(r"^(?:ทุก(?P<before>.+)|(?P<after>.+?)ทุก(?:กลุ่ม|แห่ง|หน่วย))$")
_ORDINAL = re.compile(r"ที่(?=\d)")
_KIND_OF_UNIT = re.compile(r"^(?:กลุ่มงาน|กลุ่ม|ฝ่าย)")
_HEADS = ("สหกรณ์จังหวัด", "สกจ", "หัวหน้าสำนักงาน", "ผู้บริหาร")
_LONGEST_RANGE = 50
_LONGEST_PIECE = 300
"""A longer text names nobody; it is not taken apart."""


@dataclass(frozen=True, slots=True)
class UnitRef:
    id: Key
    name: str
    abbreviation: str = ""


@dataclass(frozen=True, slots=True)
class PersonRef:
    id: Key
    code: str
    full_name: str
    unit_id: Key | None = None


@dataclass(frozen=True, slots=True)
class Owners:
    """Units and people that a text names, each once, in its order; ``unknown`` is what nobody answers to."""

    unit_ids: tuple[Key, ...] = ()
    person_ids: tuple[Key, ...] = ()
    unknown: tuple[str, ...] = ()


def resolve(text: str, units: Sequence[UnitRef], people: Sequence[PersonRef]) -> Owners:
    """One text against an office; for many texts make one ``Directory``."""
    return Directory(units, people).owners(text)


class Directory:
    """The words by which an office's units and people are known."""

    def __init__(self, units: Sequence[UnitRef], people: Sequence[PersonRef]) -> None:
        self._units = [unit for unit in units if not _is_head(unit)]
        self._unit_by_key = _unique((key, unit.id) for unit in units for key in _unit_keys(unit))
        for key, unit_id in _unique((_short_key(unit), unit.id) for unit in units).items():
            self._unit_by_key.setdefault(key, unit_id)
        self._by_stem: dict[str, list[Key]] = {}
        for unit in units:
            for key in _unit_keys(unit):
                if match := _NUMBERED.match(key):
                    self._by_stem.setdefault(match["stem"], []).append(unit.id)
        self._people = People(people)
        self._known: dict[str, Owners] = {}

    def owners(self, text: str) -> Owners:
        """See ``Owners``. Remembers what it has resolved."""
        if text not in self._known:
            self._known[text] = self._resolve(text)
        return self._known[text]

    def person(self, *, code: str = "", name: str = "") -> PersonRef | None:
        """By code when there is one, else by full name (with or without นาย/นาง/นางสาว)."""
        return self._people.find(code=code, name=name)

    def other(self, person: PersonRef, name: str) -> PersonRef | None:
        """Whom else the name beside a person's code means; see ``People.other``."""
        return self._people.other(person, name)

    def _resolve(self, text: str) -> Owners:
        units: list[Key] = []
        people: list[Key] = []
        unknown: list[str] = []
        stem = ""
        for raw in _SEPARATOR.split(text):
            piece = thai.normalize(raw).strip(" .-–")
            if not piece:
                continue
            short = len(piece) <= _LONGEST_PIECE
            named = (self._piece(piece, stem) or self._split(piece, stem)) if short else None
            if named is None:
                unknown.append(piece)
                continue
            stem = _stem_of(piece) or stem
            units += named.unit_ids
            people += named.person_ids
            unknown += named.unknown
        return Owners(_once(units), _once(people), tuple(dict.fromkeys(unknown)))

    def _split(self, piece: str, stem: str) -> Owners | None:
        """A list joined by "และ" or "/", which unit names hold too: the first cut whose halves both fit."""
        for cut in _SOFT_SEPARATOR.finditer(piece):
            left, right = piece[: cut.start()].strip(), piece[cut.end() :].strip()
            if not left or not right:
                continue
            first = self._piece(left, stem)
            if first is None:
                continue
            stem_now = _stem_of(left) or stem
            second = self._piece(right, stem_now) or self._split(right, stem_now)
            if second is not None:
                return Owners(
                    first.unit_ids + second.unit_ids,
                    first.person_ids + second.person_ids,
                    first.unknown + second.unknown,
                )
        return None

    def _piece(self, piece: str, stem: str) -> Owners | None:
        key = _ORDINAL.sub("", compact(piece))
        if not key:
            return None
        if key in self._unit_by_key:
            return Owners(unit_ids=(self._unit_by_key[key],))
        if person := self._person_in(piece, key):
            return Owners(person_ids=(person.id,))
        if _ALL.match(key):
            return Owners(unit_ids=tuple(unit.id for unit in self._units))
        if group := self._group(key):
            return Owners(unit_ids=group)
        if match := _RANGE.match(piece):
            return self._range(match, stem)
        if key.isdigit() and stem and stem + key in self._unit_by_key:
            return Owners(unit_ids=(self._unit_by_key[stem + key],))
        return None

    def _person_in(self, piece: str, key: str) -> PersonRef | None:
        by_code = self._people.by_code
        if person := by_code.get(key) or self._people.find(name=piece):
            return person
        words = [compact(word) for word in re.split(r"[\s()\[\]]+", piece)]
        coded = [by_code[word] for word in words if word in by_code]
        return coded[0] if len(coded) == 1 else None

    def _group(self, key: str) -> tuple[Key, ...]:
        """ "กสส." or "ทุก กสส." where only กสส.1, กสส.2 … exist."""
        match = _EVERY_OF.match(key)
        stem = (match["before"] or match["after"]) if match else key
        return _once(self._by_stem.get(stem, ()))

    def _range(self, match: re.Match[str], stem: str) -> Owners | None:
        own = _ORDINAL.sub("", compact(match["stem"])) or stem
        again = compact(match["again"])
        first, last = int(match["first"]), int(match["last"])
        if own not in self._by_stem or again not in ("", own) or not first <= last < first + _LONGEST_RANGE:
            return None
        keys = [f"{own}{number}" for number in range(first, last + 1)]
        return Owners(
            unit_ids=tuple(self._unit_by_key[key] for key in keys if key in self._unit_by_key),
            unknown=tuple(
                f"{match['stem'].strip()}{number}"
                for number, key in zip(range(first, last + 1), keys, strict=True)
                if key not in self._unit_by_key
            ),
        )


def _is_head(unit: UnitRef) -> bool:
    return compact(unit.name) in _HEADS or compact(unit.abbreviation) == "สกจ"


def _unit_keys(unit: UnitRef) -> list[str]:
    keys = (_ORDINAL.sub("", compact(words)) for words in (unit.name, unit.abbreviation))
    return list(dict.fromkeys(key for key in keys if key))


def _short_key(unit: UnitRef) -> str:
    """The name without กลุ่ม or ฝ่าย, as people shorten it."""
    return _KIND_OF_UNIT.sub("", _unit_keys(unit)[0]) if unit.name else ""


def _stem_of(piece: str) -> str:
    last = _RANGE.match(piece)
    match = _NUMBERED.match(_ORDINAL.sub("", compact(last["stem"] + last["last"] if last else piece)))
    return match["stem"] if match else ""


def _unique(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """Only keys that mean one thing."""
    found: dict[str, T] = {}
    ambiguous: set[str] = set()
    for key, value in pairs:
        if key in found and found[key] != value:
            ambiguous.add(key)
        found.setdefault(key, value)
    return {key: value for key, value in found.items() if key not in ambiguous}


def _once(keys: Iterable[Key]) -> tuple[Key, ...]:
    return tuple(dict.fromkeys(keys))

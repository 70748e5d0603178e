"""Finding a person by code or by full name. Names are matched, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from office.sheets.model import compact

_PREFIX = re.compile(
    r"^(?:นางสาว|นาง|นาย|นส|ดร|ผศ|รศ|ว่าที่(?:ร้อยตรี|ร้อยโท|ร้อยเอก|พันตรี|รต|รท|รอ)(?:หญิง)?(?:นางสาว|นาง|นาย)?)"
)


class Named(Protocol):
    """What is needed of a person: a model instance will do."""

    @property
    def code(self) -> str: ...

    @property
    def full_name(self) -> str: ...


P = TypeVar("P", bound=Named)


class People(Generic[P]):
    """An index of the staff; a name that two people share finds nobody."""

    def __init__(self, people: Iterable[P]) -> None:
        self.by_code: dict[str, P] = {}
        self._by_name: dict[str, P | None] = {}
        self._by_first: dict[str, P | None] = {}
        for person in people:
            if person.code:
                self.by_code[compact(person.code)] = person
            for key in name_keys(person.full_name):
                self._by_name[key] = person if self._by_name.get(key, person) is person else None
            first = _first_name(person.full_name)
            self._by_first[first] = person if self._by_first.get(first, person) is person else None

    def find(self, *, code: str = "", name: str = "") -> P | None:
        """By code when there is one, else by full name, with or without นาย, นาง, นางสาว."""
        if code:
            return self.by_code.get(compact(code))
        return next((found for key in name_keys(name) if (found := self._by_name.get(key))), None)

    def other(self, person: P, name: str) -> P | None:
        """The other person whom ``name`` means beyond doubt; None where it may be the person's own."""
        first = _first_name(name)
        if not first or first == _first_name(person.full_name):
            return None
        found = self.find(name=name) or self._by_first.get(first)
        return None if found is person else found


def _first_name(full_name: str) -> str:
    """The key of the first name: "ไหม" of "นายไหม ตัวอย่าง" and of "นาย ไหม"."""
    words = [key for word in full_name.split() if (key := _PREFIX.sub("", compact(word)))]
    return words[0] if words else ""


def name_keys(full_name: str) -> list[str]:
    """The keys a full name is known by: as written and without its prefix."""
    key = compact(full_name)
    return [found for found in dict.fromkeys((key, _PREFIX.sub("", key))) if found]


def split_name(full_name: str) -> tuple[str, str, str]:
    """Prefix, first and last name of "นางสาวทดสอบ สอง"; the prefix is "" when it isn't a known one."""
    match = re.match(
        r"^(นางสาว|นาง|นาย|น\.ส\.|ดร\.|ว่าที่\s?(?:ร้อยตรี|ร\.ต\.)(?:\s?หญิง)?)\s*(?=\S+\s+\S)", full_name
    )
    prefix = match[1] if match else ""
    first, _, last = full_name[len(match[0]) if match else 0 :].strip().partition(" ")
    return prefix, first, last.strip()

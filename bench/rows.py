"""The pages that are measured in T, and who asks for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from django.urls import Resolver404, resolve

from bench.client import Connection, Request
from bench.pages import form_of
from bench.seed import LAST_YEAR, PEOPLE, Loaded, sign_in
from office.models import Person

Prepare = Callable[[Connection, int], Request]
"""The request of the n-th turn; what it needs first is asked over the connection, untimed."""


@dataclass(frozen=True, slots=True)
class Page:
    name: str
    label: str
    goal: float
    queries_goal: int
    path: str
    prepare: Prepare

    @property
    def built(self) -> bool:
        try:
            resolve(self.path)
        except Resolver404:
            return False
        return True


def pages_of(office: Loaded) -> list[Page]:
    """In the order of design section 8."""
    sessions = Sessions()
    read, form = "/reports/2026-09/", "/reports/2026-11/"
    review = f"/reports/2026-10/{office.officers[3].code}/"
    dashboard, grid = "/compliance/2026-10/", f"/compliance/year/{LAST_YEAR}/"
    own_pdf = f"/appraisals/{LAST_YEAR}/{office.officers[0].code}/year.pdf"
    officer, admin = office.officers[0], office.admin
    return [
        Page("month", "one's month, reading", 1.5, 8, read, sessions.reading(officer, read)),
        Page("review", "a person's month, reviewing", 1.5, 8, review, sessions.reading(admin, review)),
        Page("form", f"one's month, the form of {_LINES} lines", 3, 8, form, sessions.reading(officer, form)),
        Page(
            "dashboard",
            f"missing-report dashboard of {PEOPLE}",
            2,
            8,
            dashboard,
            sessions.reading(admin, dashboard),
        ),
        Page("grid", f"year grid, {PEOPLE} people by 12 months", 4, 8, grid, sessions.reading(admin, grid)),
        Page("save", "save a draft", 1.5, 12, form, sessions.saving(office, form)),
        Page("submit", "submit", 3, 20, form, sessions.submitting(office, form)),
        Page("pdf", "one person's year as PDF", 12, 12, own_pdf, sessions.reading(officer, own_pdf)),
    ]


_LINES = 10
_NOTE = "ออกแนะนำส่งเสริมสหกรณ์ ครั้งที่"


class Sessions:
    """Signs people in as they are needed, once each."""

    def __init__(self) -> None:
        self._keys: dict[int, str] = {}

    def of(self, person: Person) -> str:
        if person.pk not in self._keys:
            self._keys[person.pk] = sign_in(person)
        return self._keys[person.pk]

    def reading(self, person: Person, path: str) -> Prepare:
        request = Request(path, self.of(person))
        return lambda connection, turn: request

    def saving(self, office: Loaded, path: str) -> Prepare:
        return partial(self._writing, office.officers[:20], path, "บันทึกร่าง")

    def submitting(self, office: Loaded, path: str) -> Prepare:
        """Other people than those who only save, so that a save is never one after a submission."""
        return partial(self._writing, office.officers[20:], path, "ส่งรายงาน")

    def _writing(
        self, people: list[Person], path: str, button: str, connection: Connection, turn: int
    ) -> Request:
        """The form as it stands, three of its notes written anew; people take turns."""
        reading = Request(path, self.of(people[turn % len(people)]))
        form = form_of(connection.ask(reading).body.decode(), button)
        notes = [name for name in form.fields if name.endswith("-narrative")][:3]
        changed = form.fields | dict.fromkeys(notes, f"{_NOTE} {turn}")
        return replace(reading, path=form.action, fields=changed, expected=302)

"""Makes, in the DATA_DIR of its environment, an office of 60 who report; run as a program of its own.

October stands in every way of falling short; November is open. What tests need goes to stdout as JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta

import django

PEOPLE, ITEMS = 60, 10
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from office import clock

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        made = make()
    clock.start_at(NOW)
    json.dump(made, sys.stdout)


def make() -> dict[str, object]:
    from office.enums import Role
    from tests import builders

    office = builders.make_office("KEPT")
    units = [builders.make_unit(office) for _ in range(6)]
    officers = [builders.make_person(units[n % 6], code=f"P{n:03}") for n in range(PEOPLE)]
    admin = builders.make_person(units[0], Role.GENERAL_ADMIN, code="ADMIN", reports=False)
    plan = builders.make_plan(office)
    items = [builders.make_item(plan, {person: [4, 4] for person in officers}) for _ in range(ITEMS)]
    for n, person in enumerate(officers):
        report(builders, n % 6, person, items)
    month = builders.month_of(office)
    for person in officers[::6]:
        notify(person, month, by=admin)
    return {
        "officers": {person.code: session(person) for person in officers},
        "admin": session(admin),
        "items": [item.pk for item in items],
        "october": month.pk,
    }


def report(builders, way: int, person, items) -> None:
    """0 missing, 1 late, 2 a line short, 3 below plan and explained, else as planned."""
    if way == 0:
        return
    answers: dict[object, object] = dict.fromkeys(items[way == 2 :], 4)
    if way == 3:
        answers[items[0]] = {"kind": "VALUE", "quantity": 3, "explanation": "สหกรณ์เลื่อนนัด"}
    builders.send_report(person, answers, at=DUE + timedelta(hours=5 if way == 1 else -5))


def notify(person, month, *, by) -> None:
    """A notice whose mail has not gone yet."""
    from reports.models import Delivery, Notice

    at, until = DUE + timedelta(hours=1), DUE + timedelta(days=5)
    unit = person.memberships.get().unit
    facts = {"office": person.office, "unit": unit, "sent_by": by, "sent_at": at, "answer_by": until}
    names = ("job_no", "name", "counting_unit", "target", "result", "cps", "explanation", "demand")
    told = {"flag": 0, "breach": "MISSING"} | dict.fromkeys(names, "")
    notice = Notice.objects.create(person=person, month=month, no=1, facts=[told], **facts)
    Delivery.objects.create(notice=notice, to=f"{person.code}@example.go.th")


def session(person) -> str:
    """The key of a session in which this person is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.save()
    return store.session_key


if __name__ == "__main__":
    main()

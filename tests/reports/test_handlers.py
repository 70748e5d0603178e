"""Whose it is to review, notify and decide: the admin unit's, never one's own, else the director's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from office.access import Perm
from office.calendar import day_of
from office.enums import Role
from office.errors import NotAllowed
from reports.actions.cases import close
from reports.actions.compliance import check_month
from reports.actions.notices import notify
from reports.case_reads import cases_to_decide
from reports.enums import AnswerKind, FlagState
from reports.handlers import handled, refusal_to_handle
from reports.models import Flag
from reports.rules import Deed
from tests import builders as b

SENT = datetime(2026, 10, 29, 3, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
EXPLAINED = {"kind": AnswerKind.VALUE, "quantity": 3, "explanation": "สหกรณ์เลื่อนนัด"}

pytestmark = pytest.mark.django_db


class Cast:
    """An office whose admin unit is one person, who fell short of the plan and said why."""

    def __init__(self) -> None:
        office = b.make_office()
        unit = b.make_unit(office)
        self.unit = unit
        self.admin = b.make_person(unit, Role.GENERAL_ADMIN)
        self.director, self.officer = b.make_person(unit, Role.DIRECTOR), b.make_person(unit)
        item = b.make_item(b.make_plan(office), {self.admin: [4], self.officer: [4]})
        self.month = b.month_of(office)
        for person in (self.admin, self.officer):
            b.send_report(person, {item: EXPLAINED}, at=SENT)
        check_month(self.month, as_of=MONDAY, by=b.SYSTEM, store=True)

    def flag(self, person) -> Flag:
        return Flag.objects.get(person=person)


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def clock(monkeypatch) -> None:
    monkeypatch.setattr("office.clock.now", lambda: MONDAY)


def who(person):
    return b.actor(person, day_of(MONDAY))


def test_the_only_admins_case_is_closed_by_the_director(cast):
    closed = close(cast.flag(cast.admin), by=who(cast.director), now=MONDAY, reason="รับทราบ")
    assert (closed.state, closed.decided_by) == (FlagState.CLOSED, cast.director)


def test_the_only_admin_is_notified_by_the_director(cast):
    notice = notify(cast.admin, cast.month, [cast.flag(cast.admin)], by=who(cast.director), now=MONDAY)
    assert (notice.no, notice.sent_by) == (1, cast.director)


def test_an_officers_case_stays_the_admin_units(cast):
    with pytest.raises(NotAllowed, match="ฝ่ายบริหารทั่วไปเป็นผู้ปิดเรื่อง"):
        close(cast.flag(cast.officer), by=who(cast.director), now=MONDAY)
    with pytest.raises(NotAllowed, match="ฝ่ายบริหารทั่วไปเป็นผู้แจ้ง"):
        notify(cast.officer, cast.month, [cast.flag(cast.officer)], by=who(cast.director), now=MONDAY)


def test_the_director_stands_in_only_while_there_is_no_other_admin(cast):
    b.make_person(cast.unit, Role.GENERAL_ADMIN)
    with pytest.raises(NotAllowed):
        close(cast.flag(cast.admin), by=who(cast.director), now=MONDAY)


@pytest.mark.parametrize("others", [0, 1], ids=["the only admin", "one of two"])
@pytest.mark.parametrize("role", ["admin", "director"])
def test_the_list_and_the_page_agree(cast, role, others):
    for _ in range(others):
        b.make_person(cast.unit, Role.GENERAL_ADMIN)
    actor = who(getattr(cast, role))
    listed = set(Flag.objects.filter(handled(actor, Perm.CASE_DECIDE)))
    alone = {flag for flag in Flag.objects.all() if not refusal_to_handle(flag, actor, Deed.DECIDE)}
    assert listed == alone


def test_the_directors_list_holds_what_is_the_directors(cast):
    assert [flag.person for flag in cases_to_decide(who(cast.director))] == [cast.admin]
    assert [flag.person for flag in cases_to_decide(who(cast.admin))] == [cast.officer]


@pytest.mark.parametrize(("whose", "offered"), [("admin", True), ("officer", False)])
def test_the_case_page_offers_the_decision_to_whom_it_belongs(cast, client, clock, whose, offered):
    client.force_login(cast.director, backend="django.contrib.auth.backends.ModelBackend")
    flag = cast.flag(getattr(cast, whose))
    html = client.get(reverse("case", args=[flag.pk])).content.decode()
    assert (reverse("close-case", args=[flag.pk]) in html) is offered
    answer = client.post(reverse("close-case", args=[flag.pk]))
    assert answer.status_code == (302 if offered else 403)


def test_the_director_is_offered_nobody_else_to_notify(cast, client, clock):
    client.force_login(cast.director, backend="django.contrib.auth.backends.ModelBackend")
    url = reverse("prepare-notices", args=[cast.month.month])
    html = client.get(url, {"p": [cast.admin.code, cast.officer.code]}).content.decode()
    assert cast.admin.full_name in html
    assert cast.officer.full_name not in html

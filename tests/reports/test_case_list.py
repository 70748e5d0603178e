"""The list of cases: filters, ticks, many closed at once, and what comes next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from office.audit import Verb
from office.enums import Role
from office.models import AuditEvent, Membership
from reports.actions.compliance import check_month
from reports.enums import AnswerKind, FlagState
from reports.models import Flag
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SENT = NOW - timedelta(days=4)
SHORT = {"kind": AnswerKind.VALUE, "quantity": Decimal(3), "explanation": "สหกรณ์เลื่อนนัด"}


class Cast:
    """Officers of two units and the admin, each below plan in October and explained."""

    def __init__(self, people: int = 2) -> None:
        self.office = b.make_office()
        self.unit, self.other = b.make_unit(self.office), b.make_unit(self.office)
        self.admin = b.make_person(self.other, Role.GENERAL_ADMIN, first_name="ธุรการ")
        b.make_person(self.other, Role.GENERAL_ADMIN)
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.staff = [b.make_person(self.unit) for _ in range(people)]
        self.away = b.make_person(self.other)
        everyone = [*self.staff, self.away, self.admin]
        item = b.make_item(b.make_plan(self.office), {person: [4] for person in everyone})
        for person in everyone:
            b.send_report(person, {item: SHORT}, at=SENT)
        check_month(b.month_of(self.office), as_of=NOW, by=b.SYSTEM, store=True)

    def flag(self, person) -> Flag:
        return Flag.objects.get(person=person)


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def as_(monkeypatch):
    monkeypatch.setattr("office.clock.now", lambda: NOW)

    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def listed(client: Client, query: str = "") -> set[str]:
    html = client.get(f"/cases/{query}").content.decode()
    return {flag.person.code for flag in Flag.objects.all() if f'href="/cases/{flag.pk}/"' in html}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"staff", "away", "admin"}),
        ("?breach=OFF_PLAN", {"staff", "away", "admin"}),
        ("?breach=MISSING", set()),
        ("?month=2026-10", {"staff", "away", "admin"}),
        ("?month=2026-11", set()),
        ("?state=CLOSED", set()),
        ("?month=nothing&unit=x&breach=y&state=z", {"staff", "away", "admin"}),
    ],
)
def test_what_is_asked_for_is_listed(cast, as_, query, expected):
    names = {
        "staff": {person.code for person in cast.staff},
        "away": {cast.away.code},
        "admin": {cast.admin.code},
    }
    assert listed(as_(cast.admin), query) == set().union(*(names[key] for key in expected))


def test_a_unit_is_listed_alone(cast, as_):
    assert listed(as_(cast.admin), f"?unit={cast.unit.pk}") == {person.code for person in cast.staff}


def test_many_are_closed_at_once_and_each_is_recorded(cast, as_):
    chosen = [cast.flag(person).pk for person in cast.staff]
    back = f"month=2026-10&unit={cast.unit.pk}"
    answer = as_(cast.admin).post("/cases/close/", {"case": chosen, "reason": "เหตุสุดวิสัย", "back": back})
    assert answer.url == f"/cases/?{back}"
    assert set(Flag.objects.filter(pk__in=chosen).values_list("state", "decided_reason")) == {
        (FlagState.CLOSED, "เหตุสุดวิสัย")
    }
    assert AuditEvent.objects.filter(verb=Verb.FLAG_CLOSED).count() == len(chosen)


def test_one_that_is_refused_harms_no_other_and_says_why(cast, as_):
    own, other = cast.flag(cast.admin), cast.flag(cast.away)
    sent = {"case": [own.pk, other.pk], "reason": "เหตุสุดวิสัย"}
    html = as_(cast.admin).post("/cases/close/", sent, follow=True).content.decode()
    for said in ("ของตนเองไม่ได้", "ปิดเรื่องแล้ว 1 เรื่อง", "ยังไม่ได้บันทึกกับเรื่องข้างต้น: เหตุสุดวิสัย"):
        assert said in html
    assert (cast.flag(cast.admin).state, cast.flag(cast.away).state) == (
        FlagState.EXPLAINED,
        FlagState.CLOSED,
    )


def test_what_somebody_closed_before_is_counted_apart(cast, as_):
    before, now = cast.flag(cast.staff[0]), cast.flag(cast.away)
    client = as_(cast.admin)
    client.post(f"/cases/{before.pk}/close/")
    Flag.objects.filter(pk=before.pk).update(decided_at=F("decided_at") - timedelta(hours=1))
    html = client.post("/cases/close/", {"case": [before.pk, now.pk]}, follow=True).content.decode()
    assert ("ปิดเรื่องแล้ว 1 เรื่อง" in html, "ปิดไปก่อนแล้ว 1 เรื่อง" in html) == (True, True)


@pytest.mark.parametrize("nobodys", ["9" * 19, "9" * 5000, "x", ""])
def test_ids_that_are_nobodys_close_nothing(cast, as_, nobodys):
    assert as_(cast.admin).post("/cases/close/", {"case": f"{nobodys}:x"}).url == "/cases/"


def test_an_address_smuggled_into_the_way_back_leads_nowhere_else(cast, as_):
    sent = {"case": [], "back": "//evil.example/?state=CLOSED&next=x"}
    assert as_(cast.admin).post("/cases/close/", sent).url == "/cases/"


def test_ones_own_case_has_no_tick_and_says_who_decides(cast, as_):
    html = as_(cast.admin).get("/cases/").content.decode()
    assert f'name="case" value="{cast.flag(cast.admin).pk}:' not in html
    assert f'name="case" value="{cast.flag(cast.away).pk}:' in html
    assert "เรื่องของคุณเอง ให้ผู้อื่นพิจารณา" in html


def test_the_list_is_counted_as_home_counts_it_with_ones_own_apart(cast, as_):
    client = as_(cast.admin)
    assert "พิจารณาเรื่องที่ชี้แจงแล้ว 3 เรื่อง" in client.get("/").content.decode()
    assert '<p class="sub">3 เรื่อง และของคุณเอง 1 เรื่อง ·' in client.get("/cases/").content.decode()
    assert '<p class="sub">2 เรื่อง ·' in client.get(f"/cases/?unit={cast.unit.pk}").content.decode()
    assert '<p class="sub">2 เรื่อง ·' in as_(cast.head).get("/cases/").content.decode()


def test_for_the_director_who_stands_in_the_rest_is_others_to_decide(cast, as_):
    Membership.objects.filter(role=Role.GENERAL_ADMIN).exclude(person=cast.admin).delete()
    director = b.make_person(cast.other, Role.DIRECTOR)
    html = as_(director).get("/cases/").content.decode()
    assert '<p class="sub">1 เรื่อง และที่ผู้อื่นพิจารณา 3 เรื่อง ·' in html


def test_closing_many_leaves_out_what_nobody_explained(cast, as_):
    open_, other = cast.flag(cast.staff[0]), cast.flag(cast.away)
    Flag.objects.filter(pk=open_.pk).update(state=FlagState.OPEN)
    html = as_(cast.admin).post("/cases/close/", {"case": [open_.pk, other.pk]}, follow=True).content.decode()
    assert "ระบุเหตุผลที่ปิดเรื่อง เพราะไม่มีคำชี้แจง" in html
    states = (cast.flag(cast.staff[0]).state, cast.flag(cast.away).state)
    assert states == (FlagState.OPEN, FlagState.CLOSED)


@pytest.mark.parametrize("who", ["head", "staff"])
def test_others_read_without_ticks(cast, as_, who):
    person = cast.staff[0] if who == "staff" else cast.head
    html = as_(person).get("/cases/").content.decode()
    assert 'name="case"' not in html
    assert as_(person).post("/cases/close/", {"case": cast.flag(cast.away).pk}).status_code == 403


def test_a_decided_case_leads_to_the_next_one(cast, as_):
    client, first = as_(cast.admin), cast.flag(cast.staff[0])
    client.post(f"/cases/{first.pk}/close/")
    html = client.get(f"/cases/{first.pk}/").content.decode()
    assert f'href="/cases/{cast.flag(cast.staff[1]).pk}/">เรื่องถัดไป' in html


@pytest.mark.parametrize("people", [1, 3, 20])
def test_queries_do_not_grow_with_cases(as_, people):
    client = as_(Cast(people).admin)
    client.get("/cases/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/cases/")
    assert len(captured) == 8, [query["sql"] for query in captured]

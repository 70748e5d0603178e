"""The year grid: people by months, with each month's own figures, in constant queries."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from office.calendar import Month, fiscal_months
from office.enums import Role
from office.models import Membership
from plans.models import ReportingMonth
from reports.actions.compliance import check_month
from reports.enums import FlagState, ReportState
from reports.facts import expected_people
from reports.models import ExpectedReport, Flag
from reports.year_grid import read_year
from tests import builders

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
"""October and November checked; December past its deadline and not checked; January begun."""
URL = "/compliance/year/2570/"
DAY = timedelta(days=1)
CELL = re.compile(
    r'<td class="mth( future)?" data-th="[^"]+" data-person="([^"]+)" data-month="([^"]+)"'
    r' data-state="([^"]+)" data-timing="([^"]+)">(.*?)</td>'
)
ROW = re.compile(r'<tr data-person="([^"]*)" data-state="([^"]*)" data-timing="([^"]*)"')
RATE = re.compile(r"<div><dt>([^<]*)</dt><dd>([^<]*)</dd></div>")


class Cast:
    def __init__(self) -> None:
        self.office = builders.make_office()
        self.admin_unit = builders.make_unit(self.office, "ฝ่ายบริหารทั่วไป")
        self.unit = builders.make_unit(self.office, "กลุ่มส่งเสริมสหกรณ์ 1")
        plan = builders.make_plan(self.office)
        self.admin = builders.make_person(self.admin_unit, Role.GENERAL_ADMIN, code="AD1")
        self.head = builders.make_person(self.unit, Role.UNIT_HEAD, code="HE1")
        self.steady = builders.make_person(self.unit, code="ST1", first_name="สม่ำเสมอ")
        self.late = builders.make_person(self.unit, code="LA1")
        self.silent = builders.make_person(self.unit, code="SI1")
        self.away = builders.make_person(self.unit, code="AW1")
        self.leaver = builders.make_person(self.unit, code="LE1", until=date(2026, 12, 10))
        self.mover = builders.make_person(self.unit, code="MO1", until=date(2026, 11, 15))
        Membership.objects.create(
            person=self.mover, unit=self.admin_unit, role=Role.OFFICER, starts_on=date(2026, 11, 16)
        )
        self.quiet = builders.make_person(self.unit, code="QU1", reports=False)
        people = [self.admin, self.head, self.steady, self.late, self.silent, self.away, self.leaver]
        people += [self.mover, self.quiet]
        self.item = builders.make_item(plan, {person: [4] * 12 for person in people}, job_no="สสจ. 1")
        self.few = builders.make_person(self.unit, code="FE1")
        builders.make_item(plan, {self.few: [None, 2]}, job_no="สสจ. 2")
        self.director = builders.make_person(self.admin_unit, Role.DIRECTOR, code="DI1")
        self.months = {str(each.month): each for each in ReportingMonth.objects.filter(office=self.office)}
        for text in ("2026-10", "2026-11"):
            self._reports(text)
            check_month(self.months[text], as_of=self.months[text].lock_at, by=builders.SYSTEM, store=True)
        self.months = {str(each.month): each for each in ReportingMonth.objects.filter(office=self.office)}
        builders.send_report(self.steady, {self.item: 1}, at=self.due("2026-12") - DAY, month="2026-12")
        builders.send_report(self.steady, {self.item: 4}, at=NOW - DAY, month="2027-01")

    def _reports(self, text: str) -> None:
        due = self.due(text)
        for person, state in (
            (self.admin, ReportState.SUBMITTED),
            (self.head, ReportState.RETURNED),
            (self.steady, ReportState.ACCEPTED),
            (self.leaver, ReportState.SUBMITTED),
            (self.mover, ReportState.SUBMITTED),
        ):
            done = 4 if person != self.leaver else 3
            builders.send_report(person, {self.item: done}, at=due - DAY, month=text, state=state)
        late = {"month": text, "state": ReportState.ACCEPTED}
        builders.send_report(self.late, {self.item: 4}, at=due + DAY, **late)
        ExpectedReport.objects.create(
            office=self.office,
            person=self.away,
            month=self.months[text],
            unit=self.unit,
            due_at=due,
            waiver="LEAVE",
            waived_at=due - DAY,
        )

    def due(self, text: str) -> datetime:
        return self.months[text].grace_end


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def as_(monkeypatch):
    def sign_in(person, now: datetime = NOW) -> Client:
        monkeypatch.setattr("office.clock.now", lambda: now)
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def page(client: Client, query: str = "") -> str:
    response = client.get(URL + query)
    assert response.status_code == 200
    return response.content.decode()


def cells(html: str) -> dict[tuple[str, str], tuple[str, str]]:
    """(person, month) → (state, timing), each once."""
    found = CELL.findall(html)
    assert len({each[1:3] for each in found}) == len(found)
    return {(person, month): (state, timing) for _, person, month, state, timing, _ in found}


def inside(html: str, person: str, month: str) -> str:
    return next(each[5] for each in CELL.findall(html) if each[1:3] == (person, month))


def totals(html: str) -> dict[str, list[str]]:
    foot = html[html.index("<tfoot>") : html.index("</tfoot>")]
    return {
        label: re.findall(r'<td class="nowrap small">([^<]*)</td>', row)
        for label, row in re.findall(r'<tr><th scope="row">(\S+) \(ฉบับ\)</th>(.*?)</tr>', foot)
    }


def test_every_person_has_twelve_cells(cast, as_):
    found = cells(page(as_(cast.admin)))
    people = {person for person, _ in found}
    assert people == {"AD1", "HE1", "ST1", "LA1", "SI1", "AW1", "LE1", "MO1", "FE1"}
    assert set(found) == {(person, str(month)) for person in people for month in fiscal_months(2570)}


@pytest.mark.parametrize("who", ["admin", "director", "head"])
@pytest.mark.parametrize("unit", [False, True], ids=["all units", "one unit"])
def test_each_month_has_the_rows_and_figures_of_its_dashboard(cast, as_, who, unit):
    client = as_(getattr(cast, who))
    query = f"?unit={cast.unit.pk}" if unit else ""
    html = page(client, query)
    found, sums = cells(html), totals(html)
    for place, month in enumerate(map(str, fiscal_months(2570))):
        board = client.get(f"/compliance/{month}/{query}").content.decode()
        rows = {person: (state, timing) for person, state, timing in ROW.findall(board)}
        assert {
            who: axes for (who, when), axes in found.items() if when == month and axes[0] != "none"
        } == rows
        if month <= "2027-01":
            told = {label: text.split(" ")[0].replace("–", "") for label, text in RATE.findall(board)}
            assert {label: line[place] for label, line in sums.items()} == told
        else:
            assert {line[place] for line in sums.values()} == {""}


def test_the_axes_of_each_kind_of_month(cast, as_):
    found = cells(page(as_(cast.admin)))
    expected = {
        ("AD1", "2026-10"): ("submitted", "on-time"),
        ("HE1", "2026-10"): ("returned", "on-time"),
        ("ST1", "2026-10"): ("accepted", "on-time"),
        ("LA1", "2026-10"): ("accepted", "late"),
        ("SI1", "2026-10"): ("expected", "missing"),
        ("AW1", "2026-10"): ("waived", "pending"),
        ("SI1", "2026-12"): ("expected", "missing"),
        ("SI1", "2027-01"): ("expected", "pending"),
        ("ST1", "2027-01"): ("submitted", "on-time"),
        ("ST1", "2027-09"): ("expected", "pending"),
        ("FE1", "2026-10"): ("none", "pending"),
        ("FE1", "2026-11"): ("expected", "missing"),
        ("LE1", "2026-11"): ("submitted", "on-time"),
        ("LE1", "2026-12"): ("none", "pending"),
    }
    assert {key: found[key] for key in expected} == expected


def test_rates_never_pass_the_whole(cast, as_):
    for line in totals(page(as_(cast.admin))).values():
        for part, whole in (map(int, text.split("/")) for text in line if text):
            assert 0 <= part <= whole


def test_before_the_register_the_same_people_are_expected_as_by_the_check(cast):
    grid = read_year(builders.actor(cast.admin), 2570, now=NOW)
    for column in grid.columns:
        known = {(row.person_id, row.unit_id, bool(row.waiver)) for row in column.board.rows}
        facts = expected_people(cast.months[str(column.month)])
        assert known == {(each.person_id, each.unit_id, each.waived) for each in facts}
    assert sum(column.board.month.registered_at is None for column in grid.columns) == 10


def test_a_late_month_never_turns_green(cast, as_):
    html = page(as_(cast.admin))
    late = [key for key, (_, timing) in cells(html).items() if timing == "late"]
    assert sorted(late) == [("LA1", "2026-10"), ("LA1", "2026-11")]
    assert not any("is-ok" in inside(html, *key) for key in late)
    assert "is-warn" in inside(html, "LA1", "2026-10")
    assert "is-ok" in inside(html, "ST1", "2026-10")


@pytest.mark.parametrize(
    ("state", "dark"),
    [
        (FlagState.OPEN, True),
        (FlagState.NOTIFIED, True),
        (FlagState.EXPLAINED, True),
        (FlagState.CLOSED, False),
        (FlagState.EXCUSED, False),
        (FlagState.CLEARED, False),
    ],
)
def test_the_dark_corner_is_a_flag_not_yet_closed(cast, as_, state, dark):
    Flag.objects.filter(person=cast.leaver, month=cast.months["2026-11"]).update(state=state)
    text = inside(page(as_(cast.admin)), "LE1", "2026-11")
    assert ("มีธงที่ยังไม่ปิด" in text, bool(re.search(r'class="[^"]* fl"', text))) == (dark, dark)


def test_a_month_without_a_flag_has_no_corner_and_a_missing_one_has_it_before_any_check(cast, as_):
    html = page(as_(cast.admin))
    assert "มีธง" not in inside(html, "ST1", "2026-10")
    assert "มีธง" in inside(html, "SI1", "2026-12")


def test_cells_lead_to_the_month_and_months_to_come_lead_nowhere(cast, as_):
    html = page(as_(cast.admin))
    to_come = {month for future, _, month, *_ in CELL.findall(html) if future}
    assert to_come == {str(Month(2027, n)) for n in range(2, 10)}
    assert 'href="/reports/2026-10/SI1/"' in inside(html, "SI1", "2026-10")
    assert "href" not in inside(html, "SI1", "2027-02")
    assert "href" not in inside(html, "FE1", "2026-10")
    assert "ไม่มีแผน" in inside(html, "FE1", "2026-10")


def test_people_stand_under_the_unit_of_their_last_month(cast, as_):
    html = page(as_(cast.admin))
    parts = re.split(r'scope="rowgroup">([^<]*)<', html)
    under = {
        parts[n]: set(re.findall(r'data-person="([^"]*)"', parts[n + 1])) for n in range(1, len(parts), 2)
    }
    assert under["ฝ่ายบริหารทั่วไป"] == {"AD1", "MO1"}
    assert "MO1" not in under["กลุ่มส่งเสริมสหกรณ์ 1"]


def test_a_head_sees_the_months_that_people_served_in_the_own_unit(cast, as_):
    found = cells(page(as_(cast.head)))
    assert "AD1" not in {person for person, _ in found}
    served = [month for (person, month), (state, _) in found.items() if person == "MO1" and state != "none"]
    assert served == ["2026-10"]
    assert cells(page(as_(cast.head), f"?unit={cast.admin_unit.pk}")) == found


@pytest.mark.parametrize(
    ("query", "expected"),
    [("?q=st1", {"ST1"}), ("?q=สม่ำเสมอ", {"ST1"}), ("?q=nobody", set()), ("?unit=x&q=la1", {"LA1"})],
)
def test_text_narrows_people_and_not_the_figures(cast, as_, query, expected):
    html = page(as_(cast.admin), query)
    assert {person for person, _ in cells(html)} == expected
    if expected:
        assert totals(html) == totals(page(as_(cast.admin)))


def test_a_person_s_months_on_time_of_those_due_stand_at_the_end(cast, as_):
    html = page(as_(cast.admin))
    sums = dict(
        re.findall(r'data-person="(\w+)"(?:(?!data-person|</tr>).)*?<td class="num sum">([^<]*)<', html, re.S)
    )
    assert {code: sums[code] for code in ("ST1", "LA1", "SI1", "AW1")} == {
        "ST1": "4/4",
        "LA1": "0/3",
        "SI1": "0/3",
        "AW1": "0/1",
    }


def test_names_lead_to_the_years_that_the_reader_may_open(cast, as_):
    def led(who) -> set[str]:
        return set(re.findall(r'href="/appraisals/2570/(\w+)/"', page(as_(who)))) - {who.code}

    assert led(cast.admin) == set()
    assert led(cast.director) == {"AD1", "HE1", "ST1", "LA1", "SI1", "AW1", "LE1", "MO1", "FE1"}
    Membership.objects.create(
        person=cast.head, unit=cast.admin_unit, role=Role.GENERAL_ADMIN, starts_on=builders.EARLY
    )
    assert led(cast.head) == {"ST1", "LA1", "SI1", "AW1", "LE1", "FE1"}
    hinted = ["ดูได้เฉพาะกลุ่มของคุณ" in page(as_(who)) for who in (cast.admin, cast.director, cast.head)]
    assert hinted == [False, False, True]


def test_before_the_year_everything_is_to_come(cast, as_):
    html = page(as_(cast.admin, now=datetime(2026, 9, 1, 3, 0, tzinfo=UTC)))
    assert {future for future, *_ in CELL.findall(html)} == {" future"}
    assert {text for line in totals(html).values() for text in line} == {""}


def test_a_year_that_the_office_does_not_have_says_so(cast, as_):
    response = as_(cast.admin).get("/compliance/year/2575/")
    assert response.status_code == 200
    assert "ยังไม่มีเดือนรายงาน" in response.content.decode()
    assert as_(cast.admin).get("/compliance/year/99999/").status_code == 404


def test_other_offices_are_not_in_it(cast, as_):
    other = builders.make_office()
    stranger = builders.make_person(builders.make_unit(other), Role.DIRECTOR, code="ZZ1")
    builders.make_item(builders.make_plan(other), {stranger: [1] * 12})
    assert {person for person, _ in cells(page(as_(stranger)))} == {"ZZ1"}
    assert "ZZ1" not in page(as_(cast.admin))


def test_an_officer_has_no_grid(cast, as_):
    assert as_(cast.steady).get(URL).status_code == 403


def test_the_dashboard_leads_to_the_year_and_back(cast, as_):
    client = as_(cast.admin)
    assert f'href="{URL}"' in client.get("/compliance/2026-12/").content.decode()
    html = page(client)
    assert 'href="/compliance/2026-12/">เดือน' in html


def test_codes_are_shown_as_text(cast, as_):
    type(cast.steady).objects.filter(pk=cast.steady.pk).update(code='<b>"')
    assert 'data-person="&lt;b&gt;&quot;"' in page(as_(cast.admin))


@pytest.mark.parametrize("checked", [0, 3, 12], ids=lambda n: f"{n} months checked")
@pytest.mark.parametrize("people", [1, 3, 60])
def test_queries_whatever_the_size(people, checked, as_, django_assert_max_num_queries):
    office = builders.make_office()
    unit = builders.make_unit(office)
    admin = builders.make_person(unit, Role.GENERAL_ADMIN)
    shares = {builders.make_person(unit): [1] * 12 for _ in range(people)}
    builders.make_item(builders.make_plan(office), shares)
    for month in ReportingMonth.objects.filter(office=office).order_by("first")[:checked]:
        check_month(month, as_of=month.lock_at, by=builders.SYSTEM, store=True)
    client = as_(admin, now=datetime(2027, 11, 1, 3, 0, tzinfo=UTC))
    with django_assert_max_num_queries(8):
        html = page(client)
    assert len(cells(html)) == people * 12

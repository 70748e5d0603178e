"""The notice at plan end: one a person, with the figures of the page and the paper; its reading is kept."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appraisals import actions
from appraisals.models import YearNotice
from appraisals.printing import notice_rows, notice_sentence, year_print
from appraisals.queries import years_of
from appraisals.tasks import tell_year_end as task
from office.audit import Verb
from office.calendar import day_of
from office.enums import Role
from office.errors import NotAllowed, NotAllowedNow
from office.models import AuditEvent, Notification
from plans.enums import Aggregation, Direction
from plans.models import ReportingMonth
from reports.models import SubmittedLine
from tests import builders as b

pytestmark = pytest.mark.django_db
OPEN = datetime(2027, 10, 4, 2, 0, tzinfo=UTC)
"""Past the deadline of September 2570 (BE), before its lock."""
ENDED = datetime(2027, 10, 20, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Cast:
    """Anong has an item met, one behind, one not reported and one with a ceiling; Mate reports nothing."""

    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit, self.other = b.make_unit(self.office), b.make_unit(self.office)
        self.anong = b.make_person(self.unit, code="AN1")
        self.mate = b.make_person(self.unit, code="MA1")
        self.head = b.make_person(self.unit, Role.UNIT_HEAD, code="HE1")
        self.other_head = b.make_person(self.other, Role.UNIT_HEAD, code="OH1")
        self.admin = b.make_person(self.other, Role.GENERAL_ADMIN, code="GA1")
        self.personnel = b.make_person(self.other, Role.PERSONNEL, code="PE1")
        self.director = b.make_person(self.other, Role.DIRECTOR, code="DI1")
        self.system = b.make_person(self.other, Role.SYSTEM_ADMIN, code="SY1")
        self.stranger = b.make_person(b.make_unit(b.make_office()), Role.DIRECTOR, code="EL1")
        plan = b.make_plan(self.office)
        shares = {self.anong: [1000, *[None] * 10, 2]}
        self.met = b.make_item(plan, {self.anong: [1000, *[None] * 10, 2], self.mate: [3]})
        self.behind = b.make_item(plan, {self.anong: [4]}, aggregation=Aggregation.LATEST)
        self.silent = b.make_item(plan, {self.anong: [4]})
        self.ceiling = b.make_item(plan, shares, direction=Direction.LESS)
        b.send_report(
            self.anong, {self.met: "1002.50", self.behind: 3, self.ceiling: 5000}, at=OPEN - 340 * DAY
        )
        self.year = plan.fiscal_year

    def tell(self, at=ENDED):
        return actions.tell_year_end(self.year, by=b.SYSTEM, now=at)


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def clock(monkeypatch):
    def at(instant):
        monkeypatch.setattr("office.clock.now", lambda: instant)

    at(ENDED)
    return at


@pytest.fixture
def as_(client, clock):
    def sign_in(person):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def test_everyone_with_shares_gets_one_notice_a_message_and_a_line_of_history(cast):
    told = cast.tell()
    assert {notice.person for notice in told} == {cast.anong, cast.mate}
    assert [row["met"] for row in YearNotice.objects.get(person=cast.anong).rows] == ["yes", "no", "", "no"]
    news = Notification.objects.get(person=cast.anong)
    assert news.url == "/appraisals/2570/AN1/notice/"
    assert "ได้ตามเป้า 1 จาก 4 งาน ไม่ได้ตามเป้า 2 งาน สรุปไม่ได้ 1 งาน" in news.text
    assert AuditEvent.objects.filter(verb=Verb.YEAR_NOTICE_SENT).count() == 2


def test_told_again_changes_nothing_whatever_has_changed_since(cast):
    cast.tell()
    rows = YearNotice.objects.get(person=cast.anong).rows
    SubmittedLine.objects.update(quantity=7)
    assert cast.tell(ENDED + DAY) == []
    assert YearNotice.objects.get(person=cast.anong).rows == rows
    assert Notification.objects.filter(key="year-notice:2570").count() == 2
    assert AuditEvent.objects.filter(verb=Verb.YEAR_NOTICE_SENT).count() == 2


def test_who_was_given_work_late_is_told_at_the_next_scan(cast):
    cast.tell()
    late = b.make_person(cast.unit)
    b.make_item(cast.year.plan, {late: [1]})
    assert [notice.person for notice in cast.tell(ENDED + DAY)] == [late]


def test_before_the_plan_has_ended_nothing_is_told(cast):
    for instant in (OPEN - 100 * DAY, OPEN):
        with pytest.raises(NotAllowedNow):
            cast.tell(instant)
    assert actions.tell_ended_years(by=b.SYSTEM, now=OPEN) == 0


def test_a_last_month_that_is_closed_ends_the_plan_before_its_lock(cast):
    ReportingMonth.objects.filter(fiscal_year=cast.year, first__month=9).update(closed_at=OPEN - DAY / 2)
    assert actions.tell_ended_years(by=b.SYSTEM, now=OPEN) == 2


@pytest.mark.parametrize(("days", "told"), [(0.001, 2), (3, 2), (59, 2), (61, 0), (400, 0)])
def test_the_scan_tells_late_but_not_years_long_gone(cast, days, told):
    lock = ReportingMonth.objects.get(fiscal_year=cast.year, first__month=9).lock_at
    assert actions.tell_ended_years(by=b.SYSTEM, now=lock + days * DAY) == told


def test_a_plan_that_was_never_approved_tells_nobody(cast):
    cast.year.plan.__class__.objects.update(state="DRAFT", approved_at=None, approved_on=None)
    assert cast.tell() == []


def test_the_task_twice_is_as_once(cast, clock):
    task()
    task(later="argument")
    assert YearNotice.objects.count() == 2


def test_data_of_one_person_that_can_t_be_read_keep_nobody_else_from_being_told(cast, caplog):
    version = b.send_report(cast.mate, {cast.met: 3}, at=OPEN - 340 * DAY).last_version
    SubmittedLine.objects.filter(version=version).update(kind="ODD", quantity=None)
    assert [notice.person for notice in cast.tell()] == [cast.anong]
    assert "MA1" in caplog.text
    SubmittedLine.objects.filter(version=version).update(kind="VALUE", quantity=3)
    assert [notice.person for notice in cast.tell(ENDED + DAY)] == [cast.mate]


def test_a_year_that_fails_keeps_no_other_office_from_being_told(cast, monkeypatch, caplog):
    other = Cast.__new__(Cast)
    other.office = b.make_office()
    person = b.make_person(b.make_unit(other.office))
    b.make_item(b.make_plan(other.office), {person: [1]})
    plain = actions.tell_year_end

    def fails_for_one(year, **facts):
        if year.office_id == cast.office.pk:
            raise RuntimeError("broken")
        return plain(year, **facts)

    monkeypatch.setattr(actions, "tell_year_end", fails_for_one)
    assert actions.tell_ended_years(by=b.SYSTEM, now=ENDED) == 1
    assert "broken" in caplog.text


def test_who_has_left_is_told_under_the_unit_last_served_in(cast):
    gone = b.make_person(cast.other, until=date(2027, 3, 31))
    b.make_item(cast.year.plan, {gone: [1]})
    cast.tell()
    assert YearNotice.objects.get(person=gone).unit == cast.other


def test_only_who_may_list_years_may_tell(cast):
    for person, allowed in ((cast.anong, False), (cast.head, False), (cast.director, True)):
        by = b.actor(person, day_of(ENDED))
        if allowed:
            assert actions.tell_year_end(cast.year, by=by, now=ENDED)
        else:
            with pytest.raises(NotAllowed):
                actions.tell_year_end(cast.year, by=by, now=ENDED)


@pytest.mark.parametrize("people", [1, 3, 20])
def test_telling_takes_the_same_queries_for_any_number_of_people(people):
    office = b.make_office()
    unit, plan = b.make_unit(office), b.make_plan(office)
    b.make_item(plan, {b.make_person(unit): [1] for _ in range(people)})
    with CaptureQueriesContext(connection) as taken:
        actions.tell_year_end(plan.fiscal_year, by=b.SYSTEM, now=ENDED)
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    assert sum(not each["sql"].startswith(marks) for each in taken) == 14


def test_notice_page_and_paper_say_the_same_figures(cast, as_):
    cast.tell()
    rows = YearNotice.objects.get(person=cast.anong).rows
    (year,) = years_of([cast.anong], cast.office, 2570, now=ENDED, day=day_of(ENDED))
    assert notice_rows(year) == rows
    paper = year_print(year, office=cast.office, fiscal_year=2570, printed_by="", now=ENDED)
    for row, item in zip(rows, paper["items"], strict=True):
        texts = (item["year_plan"], item["year_result"], item["year_percent"])
        assert texts == (row["target"] or "–", row["result"] or "–", row["percent"] or "–")
        assert (item["year_mark"] == "below") is (row["met"] == "no")
    client = as_(cast.anong)
    page = client.get(reverse("person-year", args=[2570, "AN1"])).content.decode()
    notice = client.get(reverse("year-notice", args=[2570, "AN1"])).content.decode()
    assert figures(page, r'<table class="table cards c2 standing.*?</table>') == [
        (row["job_no"], row["target"] or "–", row["result"] or "–") for row in rows
    ]
    assert figures(page, r'<table class="table cards c2 standing.*?</table>') == figures(
        notice, r"<table.*?</table>"
    )
    assert notice_sentence(rows) in notice


def figures(page: str, table: str) -> list[tuple[str, str, str]]:
    """Job, target and result of each row of a table."""
    (found,) = re.findall(table, page, re.S)
    rows = re.findall(r'<tr data-item="([^"]*)".*?</tr>', found, re.S)
    numbers = [
        re.findall(r'<td class="num"[^>]*>(?:<b>)?([^<]*)', row)
        for row in re.findall(r"<tr data-item.*?</tr>", found, re.S)
    ]
    return [(job, *cells[:2]) for job, cells in zip(rows, numbers, strict=True)]


@pytest.mark.parametrize(
    ("who", "one", "all_"),
    [
        ("anong", 200, 403),
        ("mate", 404, 403),
        ("head", 200, 200),
        ("other_head", 404, 200),
        ("admin", 404, 403),
        ("personnel", 200, 200),
        ("director", 200, 200),
        ("system", 404, 403),
        ("stranger", 404, 404),
    ],
)
def test_who_may_open_a_notice_and_the_list(cast, as_, who, one, all_):
    cast.tell()
    client = as_(getattr(cast, who))
    assert client.get(reverse("year-notice", args=[2570, "AN1"])).status_code == one
    assert client.get(reverse("year-notices", args=[2570])).status_code == all_


def test_from_a_wrong_figure_one_comes_to_an_objection_on_the_last_month_of_its_item(cast, as_):
    cast.tell()
    url = reverse("year-notice", args=[2570, "AN1"])
    link = f"/plans/2570/items/{cast.behind.pk}/2027-09/?kind=OBJECTION"
    client = as_(cast.anong)
    assert f'href="{link}#say"' in client.get(url).content.decode()
    assert re.search(r'value="OBJECTION" checked', client.get(link).content.decode())
    assert "OBJECTION" not in as_(cast.head).get(url).content.decode()


def test_a_head_s_list_is_the_own_unit_s(cast, as_):
    cast.tell()
    url = reverse("year-notices", args=[2570])
    assert 'data-person="AN1"' in as_(cast.head).get(url).content.decode()
    assert 'data-person="AN1"' not in as_(cast.other_head).get(url).content.decode()


def test_the_first_reading_is_kept_once_with_history_and_the_message_is_read_too(cast, as_, clock):
    cast.tell()
    client, url = as_(cast.anong), reverse("year-notice", args=[2570, "AN1"])
    client.head(url)
    assert YearNotice.objects.get(person=cast.anong).read_at is None
    client.get(url)
    clock(ENDED + DAY)
    client.get(url)
    assert YearNotice.objects.get(person=cast.anong).read_at == ENDED
    assert AuditEvent.objects.filter(verb=Verb.YEAR_NOTICE_READ).count() == 1
    assert Notification.objects.get(person=cast.anong).read_at == ENDED
    assert Notification.objects.get(person=cast.mate).read_at is None


def test_another_s_opening_is_recorded_as_a_view_and_is_no_reading(cast, as_):
    cast.tell()
    as_(cast.director).get(reverse("year-notice", args=[2570, "AN1"]))
    assert YearNotice.objects.get(person=cast.anong).read_at is None
    event = AuditEvent.objects.get(verb=Verb.YEAR_VIEWED)
    assert (event.subject_id, event.actor_id) == (cast.anong.pk, cast.director.pk)


def test_the_list_says_who_has_read_and_can_show_the_others_only(cast, as_):
    cast.tell()
    notice = YearNotice.objects.get(person=cast.anong)
    actions.open_year_notice(notice, by=b.actor(cast.anong, day_of(ENDED)), now=ENDED)
    client, url = as_(cast.director), reverse("year-notices", args=[2570])
    page = client.get(url).content.decode()
    assert 'data-person="AN1" data-read="yes"' in page
    assert 'data-person="MA1" data-read="no"' in page
    assert "แจ้งแล้ว 2 คน เปิดอ่านแล้ว 1 คน" in page
    unread = client.get(url, {"show": "unread"}).content.decode()
    assert ('data-person="AN1"' in unread, 'data-person="MA1"' in unread) == (False, True)


def test_before_anyone_was_told_the_list_says_when_that_will_be(cast, as_):
    page = as_(cast.director).get(reverse("year-notices", args=[2570])).content.decode()
    assert "ยังไม่มีการแจ้งผลของปีนี้" in page


@pytest.mark.parametrize("where", ["/appraisals/2571/notices/", "/appraisals/2570/AN1/notice/"])
def test_what_was_not_told_is_not_found(cast, as_, where):
    assert as_(cast.director).get(where).status_code == 404


@pytest.mark.parametrize("people", [1, 3, 60])
def test_the_list_takes_the_same_queries_whatever_its_length(as_, people, django_assert_num_queries):
    office = b.make_office()
    unit, plan = b.make_unit(office), b.make_plan(office)
    director = b.make_person(unit, Role.DIRECTOR)
    b.make_item(plan, {b.make_person(unit): [1] for _ in range(people)})
    actions.tell_year_end(plan.fiscal_year, by=b.SYSTEM, now=ENDED)
    client = as_(director)
    with django_assert_num_queries(5):
        client.get(reverse("year-notices", args=[2570]))


def test_words_of_users_are_shown_as_words(cast, as_):
    cast.met.__class__.objects.update(name="<script>alert(1)</script>")
    cast.tell()
    page = as_(cast.anong).get(reverse("year-notice", args=[2570, "AN1"])).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page

"""The pages of obstacles: the register, raising one, and the page of one; who sees and does what."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from meetings.actions import make_meetings
from meetings.models import Meeting
from office.calendar import Series
from office.enums import Role
from plans.models import ReportingMonth
from reports.actions.obstacles import agree, change, follow, raise_obstacle, solve, withdraw
from reports.models import MonthlyReport, Obstacle
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RAIN = "น้ำท่วมเส้นทางเข้าสหกรณ์การเกษตร"


class Cast:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office, name="กลุ่มแรก")
        self.other = b.make_unit(self.office, name="กลุ่มหลัง")
        self.ann = b.make_person(self.unit, first_name="แอน")
        self.colleague = b.make_person(self.other, first_name="บอย")
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.admin = b.make_person(self.other, Role.GENERAL_ADMIN)
        self.director = b.make_person(self.other, Role.DIRECTOR)
        self.director.memberships.filter(role=Role.OFFICER).delete()
        self.keeper = b.make_person(self.other, Role.SYSTEM_ADMIN)
        self.keeper.memberships.filter(role=Role.OFFICER).delete()
        self.stranger = b.make_person(b.make_unit(b.make_office()), Role.GENERAL_ADMIN)
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.ann: [4]}, job_no="งาน 91")

    def raised(self, text: str = RAIN, *, person=None, item=None, now=NOW, **more) -> Obstacle:
        person = person or self.ann
        return raise_obstacle(person, item, text=text, by=b.actor(person), now=now, **more)


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def as_(monkeypatch):
    monkeypatch.setattr("office.clock.now", lambda: NOW + HOUR)

    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def text_of(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def listed(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<tr data-obstacle="(\d+)"', page)]


# The register


@pytest.mark.parametrize("who", ["ann", "colleague", "head", "admin", "director"])
def test_the_whole_office_sees_the_register_with_names(cast, as_, who):
    made = cast.raised(item=cast.item)
    page = text_of(as_(getattr(cast, who)).get("/obstacles/"))
    assert listed(page) == [made.pk]
    assert RAIN in page
    assert cast.ann.full_name in page
    assert ("แจ้งปัญหาอุปสรรค</a>" in page) is (who != "director")


def test_others_do_not_see_it(cast, as_):
    made = cast.raised()
    assert as_(cast.keeper).get("/obstacles/").status_code == 403
    assert listed(text_of(as_(cast.stranger).get("/obstacles/"))) == []
    for path in ("", "change/", "follow/", "solve/", "withdraw/", "reopen/"):
        assert as_(cast.stranger).get(f"/obstacles/{made.pk}/{path}").status_code == 404
        assert as_(cast.stranger).post(f"/obstacles/{made.pk}/{path}", {"text": "ก"}).status_code in (
            404,
            405,
        )
    assert Client().get("/obstacles/")["Location"].startswith("/sign-in/")


def test_the_newest_is_on_top_and_states_units_and_own_filter(cast, as_):
    old = cast.raised("ไม่มีรถ")
    agree(old, text="ใช้รถกลุ่มอื่น", by=b.actor(cast.admin), now=NOW)
    new = cast.raised("รถเสีย", now=NOW + HOUR)
    theirs = cast.raised("ฝนตก", person=cast.colleague, now=NOW + HOUR / 2)
    client = as_(cast.ann)

    def found(query: str) -> list[int]:
        return listed(text_of(client.get(f"/obstacles/?{query}")))

    assert found("") == [new.pk, theirs.pk, old.pk]
    assert found("state=agreed") == [old.pk]
    assert found("state=open") == [new.pk, theirs.pk]
    assert found("state=solved") == []
    assert found("mine=1") == [new.pk, old.pk]
    assert found(f"unit={cast.other.pk}") == [theirs.pk]
    assert found(f"unit={cast.unit.pk}&state=open&mine=1") == [new.pk]


def test_each_count_is_that_of_the_rows_behind_it(cast, as_):
    solve(cast.raised("ไม่มีรถ"), text="ได้แล้ว", by=b.actor(cast.ann), now=NOW)
    cast.raised("รถเสีย")
    cast.raised("ฝนตก", person=cast.colleague)
    client = as_(cast.ann)
    page = text_of(client.get("/obstacles/?state=open&q=%E0%B8%A3%E0%B8%96"))
    links = re.findall(r'<a[^>]*href="(\?[^"]*)"[^>]*>(?:<b>(\d+)</b>|.*?<b>(\d+)</b>)', page)
    counted = [(link.replace("&amp;", "&"), int(first or second)) for link, first, second in links]
    assert len(counted) >= 6
    for link, n in counted:
        assert len(listed(text_of(client.get(f"/obstacles/{link}")))) == n, link


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ท่วม", True),
        ("สหกรณ์ น้ำ", True),
        ("น\u0e49\u0e4d\u0e32", True),
        ("น\u0e4d\u0e49\u0e32", True),
        ("2 แห่ง", True),
        ("๒", True),
        ("งาน 91", True),
        ("แอน", True),
        ("ขอรถ", True),
        ("ยืมรถ", True),
        ("โทรแจ้ง", True),
        ("ไฟไหม้", False),
        ("%", False),
        ("_", False),
        ("' OR 1=1 --", False),
    ],
)
def test_a_word_is_found_inside_thai_that_has_no_spaces(cast, as_, typed, found):
    made = cast.raised(f"{RAIN} ๒ แห่ง", item=cast.item, tried="ยืมรถแล้ว", help_wanted="ขอรถสูง")
    follow(made, text="โทรแจ้งอำเภอแล้ว", by=b.actor(cast.ann), now=NOW)
    page = text_of(as_(cast.colleague).get("/obstacles/", {"q": typed}))
    assert (listed(page) == [made.pk]) is found
    assert found or "ไม่พบเรื่องตามที่กรอง" in page


@pytest.mark.parametrize(
    "query",
    [
        {"state": "x", "unit": "x", "page": "x", "mine": "x"},
        {"unit": "9" * 30, "page": "-1"},
        {"unit": "๑", "q": "ก " * 500},
        {"q": "<script>alert(1)</script>"},
        {"q": "ก" * 5000},
    ],
)
def test_what_cannot_be_asked_does_no_harm(cast, as_, query):
    cast.raised()
    page = text_of(as_(cast.ann).get("/obstacles/", query))
    assert "<script>alert" not in page


def test_ones_own_come_first_on_the_unfiltered_page_while_they_stand(cast, as_):
    solve(cast.raised("จบแล้ว"), text="ก", by=b.actor(cast.ann), now=NOW)
    cast.raised("ของฉันเอง")
    cast.raised("ของคนอื่น", person=cast.colleague, now=NOW + HOUR)
    mine = text_of(as_(cast.ann).get("/obstacles/")).split('id="mine"')[1].split("</section>")[0]
    assert "ของฉันเอง" in mine
    assert "ของคนอื่น" not in mine
    assert "จบแล้ว" not in mine
    assert 'id="mine"' not in text_of(as_(cast.ann).get("/obstacles/?state=open"))
    assert 'id="mine"' not in text_of(as_(cast.admin).get("/obstacles/"))


def test_an_empty_register_says_what_will_be_there(cast, as_):
    assert "ยังไม่มีใครแจ้งปัญหาอุปสรรค" in text_of(as_(cast.ann).get("/obstacles/"))


def test_the_register_has_pages(cast, as_):
    for n in range(31):
        cast.raised(f"เรื่องที่ {n}", now=NOW + n * timedelta(minutes=1))
    client = as_(cast.director)
    assert len(listed(text_of(client.get("/obstacles/")))) == 30
    assert len(listed(text_of(client.get("/obstacles/?page=2")))) == 1


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_the_register_takes_the_same_queries(cast, as_, rows, django_assert_num_queries):
    for n in range(rows):
        cast.raised(f"เรื่องที่ {n}", item=cast.item)
    client = as_(cast.ann)
    with django_assert_num_queries(7):
        client.get("/obstacles/?q=เรื่อง")


# Raising one


def test_one_text_is_enough_and_a_plan_item_is_chosen_beforehand(cast, as_):
    client = as_(cast.ann)
    page = text_of(client.get(f"/obstacles/new/?item={cast.item.pk}"))
    assert "ทุกคนในสำนักงานเห็นเรื่องนี้" in page
    assert f'<option value="{cast.item.pk}" selected>' in page
    done = client.post("/obstacles/new/", {"text": RAIN})
    made = Obstacle.objects.get()
    assert done["Location"] == f"/obstacles/{made.pk}/"
    assert (made.text, made.item, made.raised_at) == (RAIN, None, NOW + HOUR)
    client.post("/obstacles/new/", {"text": RAIN, "item": cast.item.pk, "tried": "ก", "help_wanted": "ข"})
    made = Obstacle.objects.get(item=cast.item)
    assert (made.tried, made.help_wanted) == ("ก", "ข")


def test_an_item_of_another_year_that_one_has_can_be_chosen_beforehand(cast, as_):
    later = b.make_item(b.make_plan(cast.office, 2571), {cast.ann: [1]}, job_no="งาน 92")
    client = as_(cast.ann)
    assert "งาน 92" not in text_of(client.get("/obstacles/new/"))
    assert "งาน 92" in text_of(client.get(f"/obstacles/new/?item={later.pk}"))
    client.post("/obstacles/new/", {"text": RAIN, "item": later.pk})
    assert Obstacle.objects.get().item == later


@pytest.mark.parametrize("item", ["x", "9" * 30, "-1", "๑"])
def test_an_item_that_is_not_ones_own_is_not_offered_and_not_taken(cast, as_, item):
    client = as_(cast.colleague)
    assert " selected" not in text_of(client.get(f"/obstacles/new/?item={cast.item.pk}"))
    for sent in (item, str(cast.item.pk)):
        page = text_of(client.post("/obstacles/new/", {"text": RAIN, "item": sent}), 422)
        assert "เลือกงานของคุณในแผน" in page
        assert RAIN in page
    assert not Obstacle.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": "  "}, "เขียนปัญหาหรืออุปสรรคที่พบ"),
        ({"text": "\u200b"}, "เขียนปัญหาหรืออุปสรรคที่พบ"),
        ({"text": "ก" * 4001}, "เขียนไม่เกิน 4000 ตัวอักษร ที่พิมพ์มี 4001 ตัวอักษร"),
    ],
)
def test_a_text_that_cannot_be_taken_stays_as_it_was_typed(cast, as_, typed, said):
    page = text_of(as_(cast.ann).post("/obstacles/new/", typed | {"tried": "ลองแล้ว"}), 422)
    assert said in page
    assert "ลองแล้ว" in page


def test_the_director_and_the_system_admin_raise_none(cast, as_):
    for person in (cast.director, cast.keeper):
        assert as_(person).get("/obstacles/new/").status_code == 403
        assert as_(person).post("/obstacles/new/", {"text": RAIN}).status_code == 403


@pytest.mark.parametrize("items", [1, 3, 60])
def test_the_form_takes_the_same_queries(cast, as_, items, django_assert_num_queries):
    for _ in range(items):
        b.make_item(cast.plan, {cast.colleague: [1]})
    client = as_(cast.colleague)
    with django_assert_num_queries(5):
        client.get("/obstacles/new/")


def test_hostile_words_are_shown_as_words(cast, as_):
    made = cast.raised(
        "<img src=x onerror=alert(1)>", tried="</textarea><script>", help_wanted="{{ 7|add:7 }}"
    )
    follow(made, text="<b>ทำแล้ว</b>", by=b.actor(cast.ann), now=NOW)
    for path in ("/obstacles/", f"/obstacles/{made.pk}/", "/"):
        page = text_of(as_(cast.ann).get(path))
        assert "<img src=x" not in page
        assert "</textarea><script>" not in page
        assert "<b>ทำแล้ว" not in page


# The page of one


def forms_of(page: str) -> set[str]:
    return set(re.findall(r'action="/obstacles/\d+/([a-z]+)/"', page))


@pytest.mark.parametrize(
    ("who", "standing", "ended"),
    [
        ("ann", {"follow", "solve", "change", "withdraw"}, {"reopen"}),
        ("admin", {"follow", "solve", "withdraw"}, {"reopen"}),
        ("colleague", set(), set()),
        ("head", set(), set()),
        ("director", set(), set()),
    ],
)
def test_the_page_offers_what_this_person_may_do_now(cast, as_, who, standing, ended):
    made = cast.raised()
    client = as_(getattr(cast, who))
    assert forms_of(text_of(client.get(f"/obstacles/{made.pk}/"))) == standing
    withdraw(made, reason="แจ้งซ้ำ", by=b.actor(cast.ann), now=NOW)
    assert forms_of(text_of(client.get(f"/obstacles/{made.pk}/"))) == ended


DEEDS = ("change", "follow", "solve", "withdraw", "reopen")


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", ["colleague", "head", "director"])
@pytest.mark.parametrize("text", ["ก", ""], ids=["words", "empty"])
def test_a_form_hidden_from_a_person_is_also_refused(cast, as_, deed, who, text):
    made = cast.raised()
    sent = as_(getattr(cast, who)).post(f"/obstacles/{made.pk}/{deed}/", {"text": text, "version": "1"})
    assert sent.status_code == 403
    assert Obstacle.objects.get().steps.count() == 1


@pytest.mark.parametrize("deed", DEEDS)
def test_a_reload_of_a_deed_leads_to_the_page(cast, as_, deed):
    made = cast.raised()
    assert as_(cast.ann).get(f"/obstacles/{made.pk}/{deed}/")["Location"] == f"/obstacles/{made.pk}/"


def test_its_life_on_the_page_without_any_script(cast, as_):
    made = cast.raised(item=cast.item, help_wanted="ขอรถ")
    client, url = as_(cast.ann), f"/obstacles/{made.pk}/"
    sent = (
        ("follow", "ยืมรถแล้ว"),
        ("solve", "ไปครบแล้ว"),
        ("reopen", "น้ำท่วมอีก"),
        ("withdraw", "แจ้งซ้ำ"),
    )
    for deed, words in sent:
        assert client.post(f"{url}{deed}/", {"text": words})["Location"] == url
        assert words in text_of(client.get(url))
    page = text_of(client.get(url))
    assert re.findall(r'data-step="(\w+)"', page) == ["raised", "tried", "solved", "reopened", "withdrawn"]
    assert page.count(f"</strong> โดย {cast.ann.full_name}") == 5
    assert f'href="/plans/2570/items/{cast.item.pk}/"' in page


@pytest.mark.parametrize("deed", ["change", "follow", "solve", "withdraw"])
@pytest.mark.parametrize("text", ["", " ", "\u200b"], ids=["empty", "blank", "invisible"])
def test_a_deed_without_words_says_what_to_write(cast, as_, deed, text):
    made = cast.raised()
    page = text_of(as_(cast.ann).post(f"/obstacles/{made.pk}/{deed}/", {"text": text, "version": "1"}), 422)
    assert f'href="#{deed}-text"' in page
    assert f'id="{deed}-text"' in page


def test_of_a_state_that_has_passed_nothing_typed_is_lost(cast, as_):
    made = cast.raised()
    solve(made, text="จบแล้ว", by=b.actor(cast.admin), now=NOW)
    page = text_of(as_(cast.ann).post(f"/obstacles/{made.pk}/follow/", {"text": "พิมพ์ไว้แล้ว"}), 409)
    assert "เรื่องนี้สิ้นสุดแล้ว (แก้ไขแล้ว) เปิดอีกครั้งก่อนจึงทำต่อได้" in page
    assert "พิมพ์ไว้แล้ว" in page
    sent = {"text": "แก้คำ", "tried": "", "help_wanted": "", "version": "2"}
    assert "แก้คำ" in text_of(as_(cast.ann).post(f"/obstacles/{made.pk}/change/", sent), 409)


def test_the_words_before_a_change_stay_to_read(cast, as_):
    made = cast.raised("คำเดิม")
    client = as_(cast.ann)
    client.post(f"/obstacles/{made.pk}/change/", {"text": "คำใหม่", "version": "1"})
    page = text_of(as_(cast.colleague).get(f"/obstacles/{made.pk}/"))
    assert "เดิม: คำเดิม<br>เป็น: คำใหม่" in page


def test_the_second_of_two_who_change_it_sees_both_and_chooses(cast, as_):
    made = cast.raised("คำเดิม")
    change(made, text="คำจากที่อื่น", help_wanted="ขอรถ", by=b.actor(cast.ann), now=NOW, version=1)
    client, url = as_(cast.ann), f"/obstacles/{made.pk}/change/"
    sent = {"text": "คำของฉัน", "tried": "ลองแล้ว", "help_wanted": "", "version": "1"}
    page = text_of(client.post(url, sent), 409)
    assert "คำจากที่อื่น" in page
    assert "คำของฉัน" in page
    assert "ต่างกัน 3 ช่อง" in page
    chosen = {"choice-text": "mine", "choice-tried": "mine", "choice-help_wanted": "theirs", "version": "2"}
    assert client.post(url, sent | chosen).status_code == 302
    made.refresh_from_db()
    assert (made.text, made.tried, made.help_wanted) == ("คำของฉัน", "ลองแล้ว", "ขอรถ")


@pytest.mark.parametrize("version", ["", "x", "9" * 40, "-1"])
def test_a_form_without_its_version_overwrites_nothing(cast, as_, version):
    made = cast.raised("คำเดิม")
    client = as_(cast.ann)
    assert client.post(f"/obstacles/{made.pk}/change/", {"text": "ก", "version": version}).status_code == 409
    made.refresh_from_db()
    assert made.text == "คำเดิม"


@pytest.mark.parametrize(
    ("who", "closed", "seen"),
    [
        ("ann", False, True),
        ("head", False, True),
        ("admin", False, True),
        ("director", False, True),
        ("colleague", False, False),
        ("colleague", True, True),
    ],
)
def test_the_month_is_linked_for_those_who_may_see_it(cast, as_, who, closed, seen):
    month = b.month_of(cast.office)
    report = MonthlyReport.objects.create(office=cast.office, person=cast.ann, month=month, unit=cast.unit)
    made = cast.raised(item=cast.item)
    Obstacle.objects.update(report=report)
    if closed:
        ReportingMonth.objects.filter(pk=month.pk).update(closed_at=NOW)
    page = text_of(as_(getattr(cast, who)).get(f"/obstacles/{made.pk}/"))
    assert "รายงานเดือนตุลาคม 2569" in page
    assert (f'href="/reports/2026-10/{cast.ann.code}/"' in page) is seen


@pytest.mark.parametrize("steps", [1, 3, 60])
def test_the_page_takes_the_same_queries(cast, as_, steps, django_assert_num_queries):
    made = cast.raised(item=cast.item)
    for n in range(steps):
        follow(made, text=f"ครั้งที่ {n}", by=b.actor(cast.ann), now=NOW)
    client = as_(cast.ann)
    with django_assert_num_queries(6):
        client.get(f"/obstacles/{made.pk}/")


def test_its_place_in_the_menu_is_with_the_meetings(cast, as_):
    page = text_of(as_(cast.ann).get("/obstacles/"))
    assert '<a href="/meetings/" aria-current="page">' in page


# Where it is led to from


def test_it_is_raised_from_the_head_of_ones_own_month(cast, as_):
    assert '<a class="link-tap" href="/obstacles/new/">' in text_of(as_(cast.ann).get("/reports/2026-11/"))


def test_the_month_says_who_sees_an_obstacle(cast, as_):
    page = text_of(as_(cast.ann).get("/reports/2026-10/"))
    assert "ปัญหาอุปสรรคที่เขียนในรายงาน ทุกคนในสำนักงานเห็นเมื่อส่งแล้ว" in page


# The meeting of the 15th


@pytest.fixture
def meetings(cast):
    make_meetings(cast.plan.fiscal_year, by=b.SYSTEM, now=b.MADE_AT)
    return {(each.series, str(each.month.month)): each for each in Meeting.objects.select_related("month")}


def test_what_has_no_way_out_waits_for_the_next_meeting_by_unit(cast, as_, meetings):
    theirs = cast.raised("ฝนตก", person=cast.colleague)
    mine = cast.raised("ไม่มีรถ", now=NOW + HOUR)
    first = cast.raised("รถเสีย")
    agree(cast.raised("มีทางแล้ว"), text="ใช้รถกลุ่มอื่น", by=b.actor(cast.admin), now=NOW)
    solve(cast.raised("จบแล้ว"), text="ได้แล้ว", by=b.actor(cast.ann), now=NOW)
    page = text_of(as_(cast.ann).get(f"/meetings/{meetings[Series.MID, '2026-11'].pk}/"))
    section = page.split('id="open-obstacles"')[1].split("</section>")[0]
    assert re.findall(r'data-obstacle="(\d+)"', section) == [str(each.pk) for each in (first, mine, theirs)]
    assert section.index("กลุ่มแรก") < section.index("กลุ่มหลัง")


def test_other_meetings_and_past_ones_do_not_list_them(cast, as_, meetings):
    cast.raised()
    client = as_(cast.ann)
    for key in ((Series.END, "2026-11"), (Series.MID, "2026-10")):
        assert "open-obstacles" not in text_of(client.get(f"/meetings/{meetings[key].pk}/"))
    nothing = text_of(as_(cast.stranger).get("/meetings/"))
    assert RAIN not in nothing


def test_a_meeting_without_a_row_lists_them_too(cast, as_):
    cast.raised()
    assert RAIN in text_of(as_(cast.ann).get("/meetings/mid/2026-11/"))


@pytest.mark.parametrize("rows", [1, 3, 60])
def test_the_meeting_takes_the_same_queries(cast, as_, meetings, rows, django_assert_num_queries):
    for n in range(rows):
        cast.raised(f"เรื่องที่ {n}", item=cast.item)
    client, meeting = as_(cast.ann), meetings[Series.MID, "2026-11"]
    with django_assert_num_queries(6):
        client.get(f"/meetings/{meeting.pk}/")

"""The history, and the office itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office import audit
from office.audit import Verb
from tests import builders as b
from tests.builders import SYSTEM, make_office, make_person
from tests.office.pages.scene import NOW, text

READING = ("SELECT", "SAVEPOINT", "RELEASE", "PREPARE", "EXECUTE")
"""The last two are how PostgreSQL is asked what office.prepared keeps there: nothing but SELECT."""


class TestAudit:
    URL = "/office/audit/"

    def write(self, place, **facts):
        return audit.record(**{"by": SYSTEM, "verb": Verb.CHECKED, "subject": place, "at": NOW} | facts)

    def listed(self, client, **asked):
        return [line.newest.pk for line in client.get(self.URL, asked).context["lines"]]

    def test_tells_who_what_when_and_from_what_to_what(self, admin, place):
        self.write(
            place, verb=Verb.POLICY_CHANGED, before={"lock_day": 5}, after={"lock_day": 7}, reason="มติ"
        )
        page = text(admin.get(self.URL))
        for words in (
            "2 พ.ย. 2569 09.00 น.",
            "ระบบ",
            "แก้ไขข้อกำหนด",
            "ปิดรับแก้ไขวันทำการที่: 5 → 7",
            "เหตุผล: มติ",
        ):
            assert words in page

    def test_newest_first_a_page_at_a_time(self, admin, place):
        made = [self.write(place).pk for _ in range(120)]
        first = self.listed(admin)
        assert first == made[:-51:-1]
        second = self.listed(admin, before=first[-1])
        third = self.listed(admin, before=second[-1])
        assert first + second + third == made[::-1]

    def test_savings_in_a_row_are_one_line_and_each_can_be_read(self, admin, place, unit):
        ann, bob = (b.actor(make_person(unit, first_name=name)) for name in ("อัน", "บอย"))

        def saved(by, subject, minute, was, now):
            facts = {"before": {"งาน 1": {"quantity": was}}, "after": {"งาน 1": {"quantity": now}}}
            at = datetime(2026, 11, 2, 2, minute, tzinfo=UTC)
            return self.write(subject, by=by, verb=Verb.REPORT_SAVED, at=at, **facts).pk

        other = make_person(unit)
        saved(ann, place, 0, "1", "2")
        sent = self.write(place, verb=Verb.REPORT_SUBMITTED).pk
        saved(ann, place, 12, "2", "3")
        theirs = saved(bob, other, 13, "7", "8")
        saved(ann, place, 20, "3", "4")
        last = saved(ann, place, 40, "4", "5")
        lines = admin.get(self.URL).context["lines"]
        assert [(line.newest.pk, len(line.entries)) for line in lines] == [
            (last, 3),
            (theirs, 1),
            (sent, 1),
            (last - 5, 1),
        ]
        page = text(admin.get(self.URL))
        for words in ("บันทึกร่าง 3 ครั้ง 09.12–09.40 น.", "งาน 1: ผล 2 → ผล 5", "งาน 1: ผล 3 → ผล 4"):
            assert words in page
        assert audit.history_of(place).count() == 5

    def test_a_fact_of_its_own_is_told_as_a_whole_when_savings_are_folded(self, admin, place, unit):
        by = b.actor(make_person(unit))
        for before, after in (({}, {"5": "3"}), ({"5": "3"}, {"7": "1"})):
            facts = {"before": {"confirmed": before}, "after": {"confirmed": after}}
            self.write(place, verb=Verb.REPORT_SAVED, by=by, **facts)
        (line,) = admin.get(self.URL).context["lines"]
        assert [(each.before, each.after) for each in line.facts] == [("", "7 1")]

    def test_a_page_of_savings_in_a_row_leads_to_what_is_older(self, admin, place):
        old = [self.write(place).pk for _ in range(3)]
        rows = [self.write(place, verb=Verb.REPORT_SAVED).pk for _ in range(151)]
        lines = admin.get(self.URL).context["lines"]
        assert [len(line.entries) for line in lines] == [150]
        assert self.listed(admin, before=lines[0].entries[-1].pk) == [rows[0], *old[::-1]]

    def test_can_be_asked_by_day_deed_and_name(self, admin, place, unit):
        late = self.write(
            place, at=datetime(2026, 11, 1, 17, 30, tzinfo=UTC)
        ).pk  # 00.30 on the 2nd in Bangkok
        early = self.write(place, at=datetime(2026, 11, 1, 16, 30, tzinfo=UTC)).pk
        named = self.write(place, verb=Verb.PERSON_MADE, subject=make_person(unit, first_name="บุญมี")).pk
        assert self.listed(admin, day="2/11/2569") == [named, late]
        assert self.listed(admin, day="1/11/2569") == [early]
        assert self.listed(admin, verb="PERSON_MADE") == [named]
        assert self.listed(admin, who="บุญมี") == [named]
        assert self.listed(admin, who="ไม่มีใคร") == []

    @pytest.mark.parametrize(
        "asked", [{"before": "x"}, {"before": "0"}, {"before": "9" * 30}, {"verb": "NONE"}]
    )
    def test_nonsense_is_answered(self, admin, asked):
        assert admin.get(self.URL, asked).status_code == 200

    def test_of_another_office_is_not_shown(self, admin):
        self.write(make_office())
        assert self.listed(admin) == []

    def test_costs_the_same_for_one_and_for_many(self, admin, place, django_assert_num_queries):
        admin.get(self.URL)
        for count in (1, 3, 46):
            for _ in range(count):
                self.write(place, before={"a": 1}, after={"a": 2})
            with django_assert_num_queries(4):
                admin.get(self.URL)


class TestTheOffice:
    def test_leads_to_its_pages(self, keeper):
        page = text(keeper.get("/office/"))
        for address in ("people", "holidays", "policy", "audit", "jobs"):
            assert f'href="/office/{address}/"' in page

    @pytest.mark.parametrize(
        "address", ["", "people/", "people/import/", "holidays/", "policy/", "audit/", "jobs/"]
    )
    def test_reading_writes_nothing(self, keeper, address):
        with CaptureQueriesContext(connection) as queries:
            assert keeper.get(f"/office/{address}").status_code == 200
        assert [q["sql"] for q in queries if not q["sql"].startswith(READING)] == []

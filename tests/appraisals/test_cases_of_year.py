"""A year's cases on the person's page and print: where each stands, and that an excused one doesn't count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from appraisals.printing import case_ending
from appraisals.queries import years_of
from office.calendar import day_of
from office.enums import Role
from reports.actions.cases import close, excuse
from reports.actions.compliance import check_month
from reports.actions.notices import notify
from reports.enums import Breach
from reports.models import Flag
from tests import builders as b

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


class Cast:
    def __init__(self) -> None:
        self.office = b.make_office()
        unit, plan = b.make_unit(self.office), b.make_plan(self.office)
        self.admin, self.ann = b.make_person(unit, Role.GENERAL_ADMIN), b.make_person(unit)
        self.item, other = b.make_item(plan, {self.ann: [4]}), b.make_item(plan, {self.ann: [4]})
        b.send_report(self.ann, {self.item: 4, other: {"kind": ""}}, at=DUE - timedelta(hours=1))
        check_month(b.month_of(self.office), as_of=NOW, by=b.SYSTEM, store=True)

    @property
    def flag(self) -> Flag:
        return Flag.objects.get(breach=Breach.INCOMPLETE)

    def year(self):
        (year,) = years_of([self.ann], self.office, 2570, now=NOW, day=day_of(NOW))
        return year


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_an_incomplete_month_counts_until_it_is_excused(cast):
    assert cast.year().totals.complete == 0
    close(cast.flag, by=b.actor(cast.admin), now=NOW, reason="รับทราบ")
    assert cast.year().totals.complete == 0
    Flag.objects.update(state="OPEN")
    excuse(cast.flag, by=b.actor(cast.admin), now=NOW, reason="ภัยธรรมชาติ")
    assert (cast.year().totals.complete, cast.year().totals.on_time) == (1, 1)


def test_where_the_case_stands_is_said_with_the_notice_s_number_and_the_reason(cast):
    assert case_ending(cast.year().flags[0]) == "เปิดอยู่"
    notify(cast.ann, b.month_of(cast.office), [cast.flag], by=b.actor(cast.admin), now=NOW)
    assert case_ending(cast.year().flags[0]) == "แจ้งแล้ว ครั้งที่ 1"
    Flag.objects.update(state="OPEN")
    excuse(cast.flag, by=b.actor(cast.admin), now=NOW, reason="ภัยธรรมชาติ")
    assert case_ending(cast.year().flags[0]) == "ผ่อนผัน: ภัยธรรมชาติ"

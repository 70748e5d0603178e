"""Home of the admin unit, of heads and of the director."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from office.enums import Role
from office.models import Holiday
from plans.models import ReportingMonth
from reports.actions.talk import post, settle
from reports.actions.unlocks import unlock
from reports.enums import Breach, PostKind, ReportState
from reports.models import ExpectedReport, Flag, MonthlyReport
from tests import builders
from tests.config.home.scene import NOW, director_of, flag, no_plan, report, shown, told

pytestmark = pytest.mark.django_db


def tiles(text: str) -> dict[str, int]:
    """Link → count, of the tiles and pills that lead to the dashboard of October."""
    found = {}
    for part in text.split('href="/compliance/2026-10/?')[1:]:
        link, rest = part.split('"', 1)
        if "<b>" in rest.split("</a>")[0]:
            found[link] = int(rest.split("<b>")[1].split("</b>")[0])
    return found


def test_the_admin_unit_sees_the_last_months_counts_with_links(client, cast, clerk):
    text = shown(client, clerk)
    assert tiles(text) == {
        "state=missing": 1,
        "state=submitted": 1,
        "state=returned": 1,
        "state=accepted": 1,
        "state=waived": 1,
        "flag=LATE": 1,
        "flag=OFF_PLAN": 1,
    }
    assert "ส่งแล้ว 3 จาก 4 ฉบับ" in text


def test_every_count_is_the_number_of_rows_that_its_link_shows(client, cast, clerk):
    flag(cast[4], Breach.OFF_PLAN)
    Flag.objects.filter(breach=Breach.LATE).delete()
    found = tiles(shown(client, clerk))
    assert found["flag=LATE"] == 1
    for link, n in found.items():
        board = client.get(f"/compliance/2026-10/?{link}").content.decode()
        assert board.count("<tr data-person=") == n, link


def test_the_admin_unit_sees_the_current_month_and_what_waits_for_review(client, cast, clerk):
    report(cast[3], "2026-11", first=datetime(2026, 11, 1, 3, tzinfo=UTC))
    text = shown(client, clerk)
    assert "ส่งแล้ว 1 จาก 5 ฉบับ · ครบกำหนด 30 พ.ย. 2569 16.30 น." in text
    assert "ตรวจรับรายงานเดือนตุลาคม 2569 1 ฉบับ" in text
    assert "ตรวจรับรายงานเดือนพฤศจิกายน 2569 1 ฉบับ" in text


def test_ones_own_report_isnt_among_those_to_review(client, cast, plan, clerk):
    builders.make_item(plan, {clerk: [1] * 12})
    report(clerk)
    text = shown(client, clerk)
    assert "ตรวจรับรายงานเดือนตุลาคม 2569 1 ฉบับ" in text


def test_objections_that_are_open_are_a_task_of_the_admin_unit_alone(client, officer, plan, clerk, unit):
    item, by = builders.make_item(plan, {officer: [1] * 12}), builders.actor(officer)
    assert "รอข้อยุติ" not in shown(client, clerk)
    for n, month in enumerate(("2026-10", "2026-10", "2026-11"), start=1):
        record = builders.month_of(unit.office, month)
        said = post(item, record, kind=PostKind.OBJECTION, text=f"แผนสูงไป {n}", by=by, now=NOW)
    post(item, record, kind=PostKind.COMMENT, text="ความเห็น", by=by, now=NOW)
    settle(said, by=by, now=NOW)
    task = '<a class="go" href="/plans/2570/objections/">ข้อโต้แย้งรอข้อยุติ 2 เรื่อง</a>'
    assert task in shown(client, clerk)
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    head = builders.make_person(unit, Role.UNIT_HEAD)
    for other in (officer, head, director_of(unit), stranger):
        assert "รอข้อยุติ" not in shown(client, other)


def test_what_waits_for_review_is_counted_alike_in_the_list(client, cast, plan, unit):
    reader = builders.make_person(unit, Role.GENERAL_ADMIN)
    builders.make_item(plan, {reader: [1] * 12})
    report(reader)
    assert "ตรวจรับรายงานเดือนตุลาคม 2569 1 ฉบับ" in shown(client, reader)
    listed = client.get("/compliance/2026-10/?state=submitted").content.decode()
    assert "<caption>1 คน และของคุณเอง 1 คน จาก 6 คน" in listed
    assert "<caption>6 คน เรียง" in client.get("/compliance/2026-10/").content.decode()


def test_counts_come_from_the_register_once_it_is_written(client, cast, clerk, unit):
    october = builders.month_of(unit.office)
    ExpectedReport.objects.create(
        office=unit.office, person=cast[0], month=october, unit=unit, due_at=october.due_at
    )
    ReportingMonth.objects.filter(pk=october.pk).update(registered_at=NOW)
    assert tiles(shown(client, clerk))["state=accepted"] == 0


def test_holidays_not_confirmed_are_asked_of_the_admin_unit(client, plan, clerk, unit):
    text = shown(client, clerk)
    assert "ยืนยันวันหยุดราชการ" not in text
    Holiday.objects.filter(day__in=[date(2026, 12, 7), date(2026, 10, 13)]).update(confirmed=False)
    assert "ยืนยันวันหยุดราชการ 2 วัน" in shown(client, clerk)
    assert "ยืนยันวันหยุดราชการ" not in shown(client, director_of(unit))


def test_a_plan_not_approved_waits_for_the_director(client, plan, clerk, unit, officer):
    no_plan(officer)
    assert "อนุมัติแผนปฏิบัติงาน ปีงบประมาณ 2570" in shown(client, director_of(unit))
    assert "แผนปฏิบัติงาน ปีงบประมาณ 2570 ยังไม่อนุมัติ" in shown(client, clerk)


def test_a_year_without_a_plan_asks_the_admin_unit_to_import_one(client, clerk, unit):
    assert "/plans/2570/import/" in shown(client, clerk)
    assert "/import/" not in shown(client, director_of(unit))
    builders.make_plan(unit.office).delete()
    assert "เปิดปีงบประมาณแล้ว แต่ยังไม่มีแผน" in shown(client, clerk)
    assert "/import/" not in shown(client, director_of(unit))


def test_the_director_reads_the_month_in_one_sentence(client, cast, unit):
    text = shown(client, director_of(unit))
    sentence = text.split('class="fs-5 mb-4">')[1].split("</p>")[0]
    assert 'href="/compliance/2026-10/">3 จาก 4 ฉบับ</a>' in sentence
    assert 'href="/compliance/2026-10/?state=missing">1 คน</a>' in sentence
    assert 'href="/compliance/2026-10/?flag=OFF_PLAN">1 คน</a>' in sentence
    assert "ภาพรวมสำนักงาน" in text
    assert "/appraisals/2570/" in text
    assert "ตรวจรับรายงาน" not in text


def test_a_head_sees_who_of_the_unit_is_missing_and_nobody_else(client, cast, office, plan):
    other = builders.make_unit(office)
    stranger = builders.make_person(other, first_name="ต่างกลุ่ม")
    builders.make_item(plan, {stranger: [1] * 12})
    head = builders.make_person(cast[0].memberships.first().unit, Role.UNIT_HEAD, reports=False)
    text = shown(client, head)
    assert cast[0].full_name in text
    assert stranger.full_name not in text
    assert "เดือนตุลาคม 2569 ส่งแล้ว 3 จาก 4 ฉบับ" in text
    unit = head.memberships.first().unit_id
    assert tiles(text) == {f"unit={unit}&amp;flag=LATE": 1, f"unit={unit}&amp;flag=OFF_PLAN": 1}


def test_the_own_units_links_lead_to_that_unit_only(client, cast, office, plan):
    other = builders.make_unit(office)
    stranger = builders.make_person(other)
    builders.make_item(plan, {stranger: [1] * 12})
    flag(stranger, Breach.OFF_PLAN)
    mine = cast[0].memberships.first().unit
    both = builders.make_person(mine, Role.UNIT_HEAD, Role.GENERAL_ADMIN, reports=False)
    box = shown(client, both).split('aria-labelledby="unit"')[1].split("</section>")[0]
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/compliance/[^"]*)"', box)]
    assert len(links) == 3
    assert [stranger.full_name in client.get(link).content.decode() for link in links] == [False] * 3


def test_notices_in_vain_are_told_apart_by_what_can_still_be_done(client, cast, clerk, unit, today):
    told(cast[0])
    told(cast[1])
    told(cast[1], Breach.OFF_PLAN, no=2)
    today(datetime(2026, 11, 9, 2, tzinfo=UTC))
    text = shown(client, clerk)
    assert "บันทึกแจ้งที่เลยกำหนดตอบ 1 ฉบับ" in text
    assert "แจ้งครบ 2 ครั้งแล้วยังไม่ตอบ 1 ฉบับ" in text
    text = shown(client, director_of(unit))
    assert "บันทึกแจ้งที่เลยกำหนดตอบ" not in text
    assert "วันนี้ไม่มีเรื่องค้าง" not in text
    assert ("รอท่าน" in text, "แจ้งครบ 2 ครั้ง" in text.split(">เพื่อโปรดทราบ</h2>")[1]) == (False, True)


def test_a_return_not_answered_in_time_is_the_admin_units_until_it_is_open_again(
    client, cast, clerk, unit, today
):
    until = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
    back = MonthlyReport.objects.filter(state=ReportState.RETURNED)
    back.update(reopened_until=until)
    line = "รายงานเดือนตุลาคม 2569 ที่ส่งกลับแล้วไม่แก้ไขภายในกำหนด 1 ฉบับ"
    today(until)
    assert line not in shown(client, clerk)
    today(until + timedelta(seconds=1))
    text = shown(client, clerk)
    assert (line in text, f'href="/reports/2026-10/{cast[2].code}/"' in text) == (True, True)
    assert line not in shown(client, director_of(unit))
    report(cast[0], state=ReportState.RETURNED, reopened_until=until)
    text = shown(client, clerk)
    assert ("ภายในกำหนด 2 ฉบับ" in text, 'href="/compliance/2026-10/?state=returned"' in text) == (True, True)
    record = builders.month_of(unit.office)
    unlock(
        cast[0],
        record,
        until=NOW + timedelta(days=9),
        reason="ขอเวลา",
        by=builders.actor(clerk),
        now=until + timedelta(days=1),
    )
    assert line in shown(client, clerk)
    told(cast[2], Breach.CPS_MISMATCH)
    assert "ไม่แก้ไขภายในกำหนด" not in shown(client, clerk), "it is among the notices"


def test_several_roles_show_each_section_once(client, cast, unit, plan):
    person = builders.make_person(unit, Role.GENERAL_ADMIN, Role.UNIT_HEAD, Role.DIRECTOR)
    builders.make_item(plan, {person: [1] * 12})
    text = shown(client, person)
    for name in ("next", "todo", "last", "current", "unit", "me", "meeting", "places"):
        assert text.count(f'id="{name}"') == 1, name


def test_a_system_administrator_is_led_to_people_and_jobs(client, unit):
    person = builders.make_person(unit, Role.SYSTEM_ADMIN)
    person.memberships.filter(role=Role.OFFICER).delete()
    text = shown(client, person)
    assert "/office/people/" in text
    assert "วันนี้ไม่มีเรื่องค้าง" in text


def test_one_office_shows_nothing_of_another(client, cast):
    stranger = builders.make_person(builders.make_unit(builders.make_office()), Role.GENERAL_ADMIN)
    assert tiles(shown(client, stranger)) == {}

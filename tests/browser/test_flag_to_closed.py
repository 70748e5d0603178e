"""The heart of the office's month: flagged, notified, explained, closed, by the people whose task it is."""

import pytest
from playwright.sync_api import expect

from tests.browser.making import AFTER
from tests.browser.test_main_job import line

STAGE = "reported"
REASON = "กลุ่มเป้าหมายเลื่อนการรับคำปรึกษาไปเดือนพฤศจิกายน"
OFFICER, JOB = "EX026", "สสจ. 15"


@pytest.fixture
def office(live_office):
    """October is in and checked: EX026 is below plan without an explanation."""
    return live_office.start(AFTER)


def test_from_a_flag_to_a_closed_case(office, visit):
    admin = visit("EX006")
    page = admin.open("/compliance/2026-10/")
    page.locator(f"tr[data-person={OFFICER}] input[type=checkbox]").check()
    page.get_by_role("button", name="แจ้งเจ้าหน้าที่").click()
    expect(page.locator("main")).to_contain_text(JOB)
    page.locator(".dock").get_by_role("button").first.click()
    expect(page.locator("main")).to_contain_text("แจ้งแล้ว 1 คน")

    officer = visit(OFFICER, width=390)
    page = officer.open("/notices/")
    page.get_by_role("link", name="ครั้งที่ 1").first.click()
    page.get_by_role("link", name="ไปแก้ไขรายงาน").click()
    line(page, JOB).get_by_label("ชี้แจงเหตุผล").fill(REASON)
    page.get_by_role("button", name="ส่งรายงาน").click()
    expect(page.locator("main")).to_contain_text("ส่งรายงานเดือนตุลาคม 2569 แล้ว")

    page = admin.open("/compliance/2026-10/")
    row = page.locator(f"tr[data-person={OFFICER}]")
    expect(row).to_have_attribute("data-flags", "OFF_PLAN")
    expect(row).to_have_attribute("data-state", "submitted")
    row.get_by_role("link").first.click()
    page.locator("main a[href*='/cases/']").first.click()
    expect(page.locator("main")).to_contain_text(REASON)
    page.get_by_role("button", name="ปิดเรื่อง").click()
    expect(page.locator("main")).to_contain_text("ปิดแล้ว")

    director = visit("EX001")
    page = director.open(f"/appraisals/2570/{OFFICER}/")
    expect(page.locator("main")).to_contain_text(REASON)
    expect(page.locator("main")).to_contain_text("ปิดแล้ว")

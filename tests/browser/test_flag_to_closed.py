"""The heart of the office's month: flagged, notified, explained, closed, by the people whose task it is."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DEMO_FILES, PASSWORD
from tests.browser.test_main_job import line

AFTER = "2026-11-02T09:00:00+07:00"
SUBMITTED = ("--submit", "--at", "2026-10-30T10:00+07:00")
REASON = "กลุ่มเป้าหมายเลื่อนการรับคำปรึกษาไปเดือนพฤศจิกายน"
OFFICER, JOB = "EX026", "สสจ. 15"


@pytest.fixture
def office(live_office):
    """October is in and checked: EX026 is below plan without an explanation."""
    live_office.manage("import_staff", str(DEMO_FILES / "staff.xlsx"), clock="2026-09-01T09:00+07:00")
    live_office.manage("import_plan", str(DEMO_FILES / "action_plan_2570.xlsx"), "--approve")
    live_office.manage(
        "import_results", str(DEMO_FILES / "results_2026-10.csv"), "--month", "2026-10", *SUBMITTED
    )
    found = live_office.answer("check_compliance", "--month", "2026-10", "--as-of", AFTER, clock=AFTER)
    assert {"person": OFFICER, "job_no": JOB} in found["incomplete"]
    for code in (OFFICER, "EX006", "EX001"):
        live_office.manage("set_password", code, stdin=PASSWORD + "\n")
    live_office.set_clock(AFTER)
    live_office.start()
    return live_office


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

"""An obstacle from a phone in the field: raised in one text, followed, solved; without scripts too."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice

STAGE = "planned"
IN_MONTH = "2026-10-20T10:00:00+07:00"
RAIN = "น้ำท่วมเส้นทางเข้าสหกรณ์ ๒ แห่ง เข้าแนะนำไม่ได้"


@pytest.fixture
def office(live_office: LiveOffice) -> LiveOffice:
    return live_office.start(IN_MONTH)


def fits(page: Page) -> None:
    """No sideways scroll, and nothing that axe finds."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_one_is_raised_followed_and_solved_on_a_phone(office, visit, scripts):
    visitor = visit("EX030", width=390, scripts=scripts)
    page, began = visitor.open("/"), time.monotonic()
    page.get_by_role("link", name="แจ้งปัญหาอุปสรรค").click()
    expect(page.locator("main")).to_contain_text("ทุกคนในสำนักงานเห็นเรื่องนี้")
    page.get_by_label("ปัญหาหรืออุปสรรคที่พบ").fill(RAIN)
    page.get_by_role("button", name="แจ้งปัญหาอุปสรรค").click()
    expect(page.locator("main")).to_contain_text("แจ้งปัญหาอุปสรรคแล้ว")
    assert time.monotonic() - began < 60
    expect(page.locator("main .tag").first).to_contain_text("รอแนวทางแก้ไข")

    page.get_by_label("สิ่งที่ดำเนินการ").fill("โทรศัพท์ให้คำแนะนำแทน")
    page.get_by_role("button", name="บันทึกการดำเนินการ").click()
    expect(page.locator("[data-step=tried]")).to_contain_text("โทรศัพท์ให้คำแนะนำแทน")
    page.get_by_text("แก้ไขได้แล้ว").click()
    page.get_by_label("ผลการแก้ไข").fill("น้ำลดแล้ว เข้าแนะนำครบ")
    page.get_by_role("button", name="ปิดเรื่อง แก้ไขแล้ว").click()
    expect(page.locator("main .tag").first).to_contain_text("แก้ไขแล้ว")
    expect(page.locator("[data-step=solved]")).to_contain_text("น้ำลดแล้ว")

    page = visitor.open("/obstacles/new/")
    assert page.get_by_label("ปัญหาหรืออุปสรรคที่พบ").input_value() == ""
    expect(page.get_by_text("มีสิ่งที่พิมพ์ค้างไว้")).to_have_count(0)


def test_what_the_field_raised_waits_for_the_meeting_and_pages_are_accessible(office, visit):
    officer = visit("EX030", width=390)
    page = officer.open("/obstacles/new/")
    fits(page)
    page.get_by_role("button", name="แจ้งปัญหาอุปสรรค").click()
    expect(page.locator(".error-summary")).to_be_focused()
    fits(page)
    page.get_by_label("ปัญหาหรืออุปสรรคที่พบ").fill(RAIN)
    page.get_by_label("เกี่ยวกับงานในแผน").select_option(index=1)
    page.get_by_label("ความช่วยเหลือที่ต้องการ").fill("ขอรถยนต์ราชการ")
    page.get_by_role("button", name="แจ้งปัญหาอุปสรรค").click()
    expect(page.locator("main")).to_contain_text("แจ้งปัญหาอุปสรรคแล้ว")
    for summary in page.locator("main details summary").all():
        summary.click()
    fits(page)
    fits(officer.open("/obstacles/"))
    fits(officer.open("/"))

    admin = visit("EX006")
    page = admin.open("/obstacles/?q=ท่วม")
    expect(page.locator("tr[data-obstacle]")).to_have_count(1)
    fits(page)
    page = admin.open("/meetings/mid/2026-11/")
    expect(page.locator("main")).to_contain_text("ปัญหาอุปสรรคที่ยังไม่มีแนวทาง")
    expect(page.locator("main")).to_contain_text(RAIN)
    fits(page)

"""Many notices at once: a unit or all that is shown is ticked at a touch, counted, and the filter kept."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import follow
from tests.browser.making import AFTER
from tests.browser.test_flag_to_closed import OFFICER

STAGE = "reported"
BOARD = "/compliance/2026-10/?flag=OFF_PLAN"


@pytest.fixture
def office(live_office):
    return live_office.start(AFTER)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_unit_and_all_are_ticked_and_counted(office, visit, width):
    page = visit("EX006", width=width).open(BOARD)
    ticks, send = page.locator("input[name=p]"), page.locator(".dock button[type=submit]")
    all_shown = page.get_by_role("button", name="เลือกทั้งหมดที่แสดง")
    all_shown.click()
    expect(send).to_have_text(re.compile(rf"\({ticks.count()}\)"))
    expect(all_shown).to_have_attribute("aria-pressed", "true")
    all_shown.click()
    expect(send).not_to_contain_text("(")
    unit = page.locator("tbody", has=page.locator("button[data-tick]:visible")).first
    unit.locator("button[data-tick]").click()
    expect(send).to_contain_text(f"({unit.locator('input[name=p]').count()})")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".dock").bounding_box()["height"] < 90
    assert Axe().run(page).violations_count == 0

    send.click()
    expect(page.get_by_role("link", name="กลับ", exact=True)).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="กลับ", exact=True).click()
    expect(page).to_have_url(re.compile(r"/compliance/2026-10/\?flag=OFF_PLAN$"))


def test_memos_are_counted_as_they_are_ticked(office, visit):
    page = visit("EX006").open(BOARD)
    page.locator(f"input[name=p][value={OFFICER}]").check()
    follow(page.locator(".dock button[type=submit]"))
    flags, said = page.locator("input[name=flag]"), page.locator(".dock [data-memos]")
    unsent = page.locator("[data-unsent]")
    expect(said).to_have_text("1 ฉบับ")
    expect(unsent).to_be_hidden()
    for n in range(flags.count()):
        flags.nth(n).uncheck()
    expect(said).to_have_text("0 ฉบับ")
    expect(unsent).to_contain_text("ไม่ส่งถึง 1 คน")
    expect(unsent.get_by_role("listitem")).to_contain_text("ยังไม่ได้เลือกเรื่อง")


def test_without_scripts_people_are_ticked_one_by_one(office, visit):
    page = visit("EX006", scripts=False).open(BOARD)
    expect(page.get_by_role("button", name="เลือกทั้งหมดที่แสดง")).to_have_count(0)
    page.locator(f"input[name=p][value={OFFICER}]").check()
    page.locator(".dock button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("จะส่ง 1 ฉบับ")

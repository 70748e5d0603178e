"""ส่งรายงาน while saving has stopped or a choice waits: it ends in one sent, or the button says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice, follow
from tests.browser.test_month_on_a_phone import HERE, IN_MONTH, MONTH, status

OFFICERS = iter(("EX030", "EX031", "EX032"))
PHONE, DESK = "จากโทรศัพท์", "จากเครื่องที่โต๊ะ"
SENT = "ส่งรายงานเดือนตุลาคม 2569 แล้ว"


@pytest.fixture(scope="module")
def live_office(office_at: Callable[[str], LiveOffice]) -> Iterator[LiveOffice]:
    office = office_at("planned").start(IN_MONTH)
    yield office
    office.end()


@pytest.fixture
def who() -> str:
    return next(OFFICERS)


def filled(page: Page) -> Page:
    for each in page.locator("fieldset.line").all():
        each.get_by_label("ผลเดือนนี้").fill(each.locator("dd").first.inner_text().split()[0])
    follow(page.locator("#keep-button"))
    return page


def saved_at_the_desk(visit, who: str) -> None:
    desk = visit(who).open(MONTH)
    desk.locator("#lesson").fill(DESK)
    follow(desk.locator("#keep-button"))


def chosen_and_sent(page: Page) -> None:
    page.get_by_role("group", name="บทเรียนของเดือน").get_by_label(PHONE).check()
    page.get_by_role("button", name="ส่งตามที่เลือก").click()
    expect(page.get_by_text(SENT)).to_be_visible()
    expect(page.locator("#lesson")).to_have_value(PHONE)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_when_another_device_saved_the_choice_is_sent(who, visit):
    visitor = visit(who, width=390)
    page = filled(visitor.open(MONTH))
    saved_at_the_desk(visit, who)
    page.locator("#lesson").fill(PHONE)
    expect(page.get_by_role("alert")).to_contain_text("มีการบันทึกรายงานนี้จากที่อื่นก่อนคุณ", timeout=15_000)
    visitor.context.set_offline(True)
    page.locator("#send-button").click()
    expect(page.locator("#send").get_by_role("alert")).to_contain_text("ยังไม่มีสัญญาณ รายงานยังไม่ได้ส่ง")
    visitor.context.set_offline(False)
    follow(page.locator("#send-button"))
    chosen_and_sent(page)
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_a_copy_that_waits_is_asked_about_at_the_button(who, visit):
    visitor = visit(who, width=390)
    page = filled(visitor.open(MONTH))
    visitor.context.set_offline(True)
    page.locator("#lesson").fill(PHONE)
    expect(status(page)).to_contain_text(HERE, timeout=15_000)
    page.close()
    visitor.context.set_offline(False)
    saved_at_the_desk(visit, who)
    page = visitor.context.new_page()
    page.goto(visitor.url + MONTH)
    expect(page.get_by_role("alert")).to_contain_text("มีสิ่งที่พิมพ์ค้างไว้ในเครื่องนี้", timeout=15_000)
    page.locator("#send-button").click()
    told = page.locator("#send").get_by_role("alert")
    expect(told).to_contain_text("รายงานยังไม่ได้ส่ง มีสิ่งที่พิมพ์ค้างไว้ในเครื่องนี้")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    follow(told.get_by_role("button", name="ดูทั้งสองฉบับแล้วส่ง"))
    chosen_and_sent(page)
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_or_it_is_left_out_knowingly(who, visit):
    visitor = visit(who, width=390)
    page = filled(visitor.open(MONTH))
    visitor.context.set_offline(True)
    page.locator("#lesson").fill(PHONE)
    expect(status(page)).to_contain_text(HERE, timeout=15_000)
    page.close()
    visitor.context.set_offline(False)
    saved_at_the_desk(visit, who)
    page = visitor.context.new_page()
    page.goto(visitor.url + MONTH)
    expect(page.get_by_role("alert")).to_contain_text("มีสิ่งที่พิมพ์ค้างไว้ในเครื่องนี้", timeout=15_000)
    page.locator("#send-button").click()
    page.locator("#send").get_by_role("button", name="ทิ้งสิ่งที่พิมพ์ค้างไว้แล้วส่ง").click()
    expect(page.get_by_text(SENT)).to_be_visible()
    expect(page.locator("#lesson")).to_have_value(DESK)
    expect(page.get_by_role("alert")).to_have_count(0)
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in each]

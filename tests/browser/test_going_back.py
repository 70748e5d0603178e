"""Back to the month's page out of a telephone's memory: what was settled isn't kept a second time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import LiveOffice, follow
from tests.browser.test_month_on_a_phone import HERE, MONTH, SAVED, status
from tests.chromium import FLAGS, chromium

LATE = "2026-11-03T10:00:00+07:00"
OFFICERS = iter(("EX030", "EX031", "EX032", "EX033", "EX035"))
PHONE, DESK = "จากโทรศัพท์", "จากเครื่องที่โต๊ะ"
LEFT_OVER = "สิ่งที่พิมพ์ค้างไว้"


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Iterator[Browser]:
    """Playwright's own keeps no page in memory."""
    started = browser.browser_type.launch(
        executable_path=chromium(), args=FLAGS, ignore_default_args=["--disable-back-forward-cache"]
    )
    yield started
    started.close()


@pytest.fixture(scope="module")
def live_office(office_at: Callable[[str], LiveOffice]) -> Iterator[LiveOffice]:
    office = office_at("planned").start(LATE)
    yield office
    office.end()


@pytest.fixture
def visitor(visit):
    return visit(next(OFFICERS), width=390)


def answer_all(page: Page) -> None:
    for each in page.locator("fieldset.line").all():
        each.get_by_label("ผลเดือนนี้").fill(each.locator("dd").first.inner_text().split()[0])


def texts_kept(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((name) => name.includes(':month '))")


def month(visitor) -> Page:
    page = visitor.open(MONTH)
    page.evaluate(
        "() => { addEventListener('pageshow',"
        " (event) => event.persisted && sessionStorage.setItem('from memory', 'yes')); }"
    )
    return page


def back(page: Page, pages: int = 1) -> None:
    page.evaluate("(pages) => { history.go(-pages); }", pages)
    page.wait_for_function("sessionStorage.getItem('from memory') === 'yes'")
    page.wait_for_timeout(1500)  # what must not be done has had its time


def test_what_was_submitted_late_is_not_called_unsaved(visitor):
    page = month(visitor)
    answer_all(page)
    page.locator("#lesson").fill(PHONE)
    page.locator("#send-button").click()
    expect(page.get_by_text("ส่งรายงานเดือนตุลาคม 2569 แล้ว")).to_be_visible()
    expect(page.locator("form[data-month-shut]")).to_be_attached()
    back(page)
    expect(page.locator("form[data-month-shut]")).to_be_attached()
    expect(page.locator("main")).not_to_contain_text(LEFT_OVER)
    assert texts_kept(page) == []


def test_what_was_dropped_for_the_other_version_does_not_come_back(visitor, visit):
    page = month(visitor)
    desk = visit(page.locator("body").get_attribute("data-who")).open(MONTH)
    desk.locator("#lesson").fill(DESK)
    follow(desk.locator("#keep-button"))
    page.locator("#lesson").fill(PHONE)
    follow(page.locator("#keep-button"))
    follow(page.get_by_role("link", name="ทิ้งของฉัน ใช้ที่บันทึกไว้"))
    expect(page.locator("#lesson")).to_have_value(DESK)
    back(page, 2)
    expect(page.locator("#lesson")).to_have_value(DESK)
    expect(page.locator("main")).not_to_contain_text(LEFT_OVER)
    assert texts_kept(page) == []


def test_what_never_arrived_is_still_kept(visitor):
    page = month(visitor)
    page.route("**/save/", lambda route: route.abort())
    page.locator("#lesson").fill(PHONE)
    page.goto(visitor.url + "/notices/")
    back(page)
    expect(page.locator("#lesson")).to_have_value(PHONE)
    assert len(texts_kept(page)) == 1
    page.unroute("**/save/")
    page.locator("#lesson").press("End")
    page.locator("#lesson").press_sequentially(" ต่อ")
    expect(status(page)).to_contain_text(SAVED, timeout=20_000)
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_FAILED" not in each]


def test_what_a_later_page_typed_is_not_overwritten_by_the_one_before_it(visitor):
    page = month(visitor)
    page.route("**/save/", lambda route: route.abort())
    page.locator("#lesson").fill(PHONE)
    page.goto(visitor.url + "/notices/")
    page.goto(visitor.url + MONTH)
    expect(page.locator("#lesson")).to_have_value(PHONE)
    page.locator("#lesson").fill(PHONE + " ต่ออีก")
    expect(status(page)).to_contain_text(HERE, timeout=15_000)
    back(page, 2)
    expect(page.locator("#lesson")).to_have_value(PHONE + " ต่ออีก")
    page.unroute("**/save/")
    expect(status(page)).to_contain_text(SAVED, timeout=40_000)
    assert texts_kept(page) == []
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_FAILED" not in each]

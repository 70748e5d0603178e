"""One browser, two tabs on one month: each keeps its own copy until the server has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import pieces
from tests.browser.conftest import PASSWORD, LiveOffice, follow
from tests.browser.test_month_on_a_phone import IN_MONTH, MONTH, SAVED, status

OFFICERS = iter(("EX030", "EX031", "EX032", "EX033", "EX035", "EX036"))
FROM_A, FROM_B = "พิมพ์ในแท็บแรก", "พิมพ์ในแท็บที่สอง"


@pytest.fixture(scope="module")
def live_office(office_at: Callable[[str], LiveOffice]) -> Iterator[LiveOffice]:
    office = office_at("planned").start(IN_MONTH)
    yield office
    office.end()


@pytest.fixture
def who() -> str:
    return next(OFFICERS)


@pytest.fixture
def visitor(who, visit):
    return visit(who, width=390)


def tab(visitor) -> Page:
    page = visitor.context.new_page()
    page.goto(visitor.url + MONTH)
    return page


def narrative(page: Page):
    return page.locator("fieldset.line").first.get_by_label("รายละเอียดผล")


def save(page: Page) -> None:
    follow(page.locator("#keep-button"))


def test_what_one_tab_types_outlives_what_another_saves(visitor, who, visit):
    first, second = tab(visitor), tab(visitor)
    first.route("**/save/", lambda route: route.abort())
    first.locator("#lesson").fill(FROM_A)
    narrative(second).fill(FROM_B)
    save(second)
    first.close()
    third = tab(visitor)
    expect(third.locator("#lesson")).to_have_value(FROM_A)
    expect(status(third)).to_contain_text(SAVED, timeout=15_000)
    desk = visit(who).open(MONTH)
    assert (desk.locator("#lesson").input_value(), narrative(desk).input_value()) == (FROM_A, FROM_B)
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_FAILED" not in each]


def test_two_tabs_without_a_signal_lose_neither_text(visitor, who, visit):
    first, second = tab(visitor), tab(visitor)
    visitor.context.set_offline(True)
    first.locator("#lesson").fill(FROM_A)
    narrative(second).fill(FROM_B)
    first.close()
    second.close()
    visitor.context.set_offline(False)
    third = tab(visitor)
    expect(third.locator("#lesson")).to_have_value(FROM_A, timeout=15_000)
    expect(narrative(third)).to_have_value(FROM_B, timeout=15_000)
    expect(status(third)).to_contain_text(SAVED, timeout=15_000)
    expect(third.get_by_role("alert")).to_have_count(0)
    desk = visit(who).open(MONTH)
    expect(desk.locator("#lesson")).to_have_value(FROM_A)
    expect(narrative(desk)).to_have_value(FROM_B)
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_what_was_taken_out_does_not_come_back_from_a_tab_that_still_shows_it(visitor, who, visit):
    first = tab(visitor)
    first.locator("#lesson").fill(FROM_A)
    save(first)
    second = tab(visitor)
    first.locator("#lesson").fill("")
    save(first)
    narrative(second).fill(FROM_B)
    save(second)
    expect(second.locator("#lesson")).to_have_value("")
    third = tab(visitor)
    assert (third.locator("#lesson").input_value(), narrative(third).input_value()) == ("", FROM_B)
    expect(third.get_by_role("alert")).to_have_count(0)


def test_a_tab_that_goes_on_typing_is_not_asked_about_its_own_words(visitor, who, visit):
    first = tab(visitor)
    first.route("**/save/", lambda route: route.abort())
    first.locator("#lesson").fill(FROM_A)
    first.evaluate(
        "() => { Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    second = tab(visitor)
    expect(second.locator("#lesson")).to_have_value(FROM_A)
    expect(status(second)).to_contain_text(SAVED, timeout=15_000)
    first.unroute("**/save/")
    first.locator("#lesson").fill(FROM_A + " ต่ออีก")
    expect(status(first)).to_contain_text(SAVED, timeout=20_000)
    expect(first.get_by_role("alert")).to_have_count(0)
    assert visit(who).open(MONTH).locator("#lesson").input_value() == FROM_A + " ต่ออีก"
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_FAILED" not in each]


def kept_of(visitor) -> str:
    """All that the machine keeps of persons, asked from a page of nobody's."""
    page = visitor.context.new_page()
    page.goto(visitor.url + "/healthz")
    kept = page.evaluate("async () => JSON.stringify([{ ...localStorage }, await indexedDB.databases()])")
    page.close()
    return kept


def seen_again(page: Page) -> None:
    page.evaluate("() => { document.dispatchEvent(new Event('visibilitychange')); }")


def test_signing_out_in_one_tab_ends_the_keeping_in_the_other(visitor, who, tmp_path):
    first, second = tab(visitor), tab(visitor)
    for path in ("**/save/", "**/evidence/"):
        first.route(path, lambda route: route.abort())
    first.locator("#lesson").fill(FROM_A)
    (tmp_path / "สวน.jpg").write_bytes(pieces.picture())
    part = first.locator("[data-evidence]").first
    part.locator("> summary").click()
    part.locator("input[type=file]").set_input_files(tmp_path / "สวน.jpg")
    expect(part.locator(".evidence-way")).to_contain_text("เก็บไว้ในเครื่องนี้แล้ว")
    second.once("dialog", lambda dialog: dialog.accept())
    second.locator("summary", has_text="เมนู").click()
    follow(second.locator(".menu-out"))
    expect(second.get_by_label("รหัสเจ้าหน้าที่")).to_be_visible()
    told = first.get_by_role("alert")
    expect(told).to_contain_text("ออกจากระบบแล้ว เครื่องนี้เก็บสิ่งที่พิมพ์ไว้ไม่ได้")
    expect(part.locator(".evidence-way")).to_contain_text("อย่าเพิ่งปิดหน้านี้")
    seen_again(first)
    first.locator("#lesson").fill(FROM_A + " ต่อ")
    part.locator("input[type=file]").set_input_files(tmp_path / "สวน.jpg")
    expect(part.locator(".evidence-way li")).to_have_count(2)
    first.unroute("**/save/")
    first.get_by_label("รายละเอียดผล").first.fill(FROM_A)
    expect(told).to_contain_text("อย่าปิดหน้านี้ เข้าสู่ระบบในแท็บใหม่", timeout=15_000)
    first.wait_for_timeout(500)
    assert FROM_A not in kept_of(visitor)
    assert ":month" not in kept_of(visitor)
    assert f"tidtam {who}" not in kept_of(visitor)
    found = Axe().run(first)
    assert found.violations_count == 0, found.generate_report()

    visitor.page = second
    visitor.sign_in(who)
    seen_again(first)
    expect(status(first)).to_contain_text(SAVED, timeout=15_000)
    first.route("**/save/", lambda route: route.abort())
    first.locator("#lesson").fill(FROM_B)
    first.wait_for_timeout(300)
    assert FROM_B in kept_of(visitor), "who is signed in again has it kept again"
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_FAILED" not in each]


def test_a_session_that_ran_out_keeps_what_was_typed(visitor, who):
    first = tab(visitor)
    first.route("**/save/", lambda route: route.abort())
    first.locator("#lesson").fill(FROM_A)
    visitor.context.clear_cookies()
    first.unroute("**/save/")
    first.locator("#lesson").fill(FROM_A + " ต่อ")
    told = first.get_by_role("alert")
    expect(told).to_contain_text("หมดเวลาเข้าสู่ระบบ สิ่งที่พิมพ์เก็บไว้ในเครื่องนี้แล้ว", timeout=15_000)
    seen_again(first)
    assert FROM_A + " ต่อ" in kept_of(visitor)
    follow(told.get_by_role("link", name="เข้าสู่ระบบ"))
    first.get_by_label("รหัสเจ้าหน้าที่").fill(who)
    first.get_by_label("รหัสผ่าน").fill(PASSWORD)
    follow(first.get_by_role("button", name="เข้าสู่ระบบ"))
    expect(first.locator("#lesson")).to_have_value(FROM_A + " ต่อ")
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_FAILED" not in each]

"""The officer's month at 390 px: a draft that saves itself, a line that is cut, two devices, no scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import LiveOffice, follow

IN_MONTH = "2026-10-20T10:00:00+07:00"
MONTH = "/reports/2026-10/"
SAVED = "บันทึกร่างแล้ว"
HERE = "เก็บไว้ในเครื่อง รอสัญญาณ"


PEOPLE = ("EX030", "EX031", "EX032", "EX033", "EX035", "EX036", "EX037")
OFFICERS = iter(PEOPLE)


@pytest.fixture(scope="module")
def live_office(office_at: Callable[[str], LiveOffice]) -> Iterator[LiveOffice]:
    """The real plan of 2570, in the third week of October: one office for all, an officer a test."""
    office = office_at("planned").start(IN_MONTH)
    yield office
    office.end()


@pytest.fixture
def who() -> str:
    return next(OFFICERS)


def line(page: Page, job: str):
    return page.locator("fieldset.line", has=page.get_by_role("heading", name=job + " "))


def status(page: Page):
    return page.locator("#dock-live [data-keep-status]")


def test_what_is_typed_saves_itself_and_the_page_says_so(who, visit):
    page = visit(who, width=390).open(MONTH)
    page.emulate_media(reduced_motion="reduce")
    first = line(page, "สสจ. 1")
    first.get_by_label("ผลเดือนนี้").fill("๑")
    first.get_by_label("รายละเอียดผล").fill("แนะนำสหกรณ์ตัวอย่าง ๑")
    at = first.get_by_label("รายละเอียดผล").bounding_box()["y"]
    expect(status(page)).to_contain_text(SAVED, timeout=15_000)
    assert abs(first.get_by_label("รายละเอียดผล").bounding_box()["y"] - at) < 3
    expect(first.locator(".tag")).to_contain_text("ต่ำกว่าแผน")
    expect(first.get_by_label("ชี้แจงเหตุผล")).to_be_visible()
    page.goto(page.url.replace(MONTH, "/"))
    page.evaluate("setTimeout(() => history.back())")
    expect(status(page)).to_contain_text(SAVED)
    expect(line(page, "สสจ. 1").get_by_label("ผลเดือนนี้")).to_have_value("1")
    again = visit(who, width=390).open(MONTH)
    assert line(again, "สสจ. 1").get_by_label("รายละเอียดผล").input_value() == "แนะนำสหกรณ์ตัวอย่าง ๑"


def test_a_cut_line_loses_no_letter_and_the_draft_goes_up_when_it_is_back(who, visit):
    visitor = visit(who, width=390)
    page = visitor.open(MONTH)
    visitor.context.set_offline(True)
    words = "น้ำท่วมเส้นทาง เข้าพื้นที่ไม่ได้ จึงแนะนำทางโทรศัพท์แทน"
    page.locator("#lesson").press_sequentially(words)
    expect(status(page)).to_contain_text(HERE, timeout=15_000)
    page.evaluate("() => { [window.was, Storage.prototype.setItem] = [Storage.prototype.setItem, null] }")
    page.get_by_role("button", name="ส่งรายงาน").click()
    expect(page.get_by_role("alert")).to_contain_text("เครื่องนี้เก็บไว้ไม่ได้ อย่าเพิ่งปิดหน้านี้ กดอีกครั้ง")
    page.evaluate("() => { Storage.prototype.setItem = window.was }")
    page.get_by_role("button", name="ส่งรายงาน").click()
    expect(page.get_by_text("ยังไม่มีสัญญาณ รายงานยังไม่ได้ส่ง")).to_be_visible()
    assert page.locator("#lesson").input_value() == words
    visitor.context.set_offline(False)
    expect(status(page)).to_contain_text(SAVED, timeout=20_000)
    expect(page.get_by_text("ร่างบันทึกแล้ว แต่รายงานยังไม่ได้ส่ง")).to_be_visible()
    expect(page.get_by_text("ยังไม่มีสัญญาณ รายงานยังไม่ได้ส่ง")).to_have_count(0)
    _lose_one_answer(page)
    page.locator("#lesson").fill(words + " สัปดาห์ที่สอง")
    expect(status(page)).to_contain_text(HERE, timeout=15_000)
    page.locator("#lesson").fill(words + " สัปดาห์ที่สาม")
    expect(status(page)).to_contain_text(SAVED, timeout=20_000)
    assert visit(who).open(MONTH).locator("#lesson").input_value() == words + " สัปดาห์ที่สาม"
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_" not in each]


def _lose_one_answer(page: Page) -> None:
    """The next saving arrives, the answer to it doesn't."""

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/save/", lose, times=1)


def test_a_closed_browser_brings_back_what_the_server_never_got(who, visit):
    visitor = visit(who, width=390)
    page = visitor.open(MONTH)
    visitor.context.set_offline(True)
    page.locator("#lesson").press_sequentially("เขียนไว้ตอนไม่มีสัญญาณ")
    expect(status(page)).to_contain_text(HERE, timeout=15_000)
    page.close()
    visitor.context.set_offline(False)
    again = visitor.context.new_page()
    again.goto(visitor.url + MONTH)
    assert again.locator("#lesson").input_value() == "เขียนไว้ตอนไม่มีสัญญาณ"
    expect(status(again)).to_contain_text(SAVED, timeout=15_000)
    desk = visit(who).open(MONTH)
    assert desk.locator("#lesson").input_value() == "เขียนไว้ตอนไม่มีสัญญาณ"
    _leave_overtaken(visitor, again, desk, "เล่าไว้ตอนไม่มีสัญญาณ", lesson="")
    merged = visitor.context.new_page()
    merged.goto(visitor.url + MONTH)
    expect(merged.get_by_text("รวมกับที่บันทึกจากที่อื่นแล้ว")).to_be_visible(timeout=15_000)
    expect(merged.get_by_role("alert")).to_have_count(0)
    expect(merged.locator("#lesson")).to_have_value("จากเครื่องที่โต๊ะ")
    desk = visit(who).open(MONTH)
    first = desk.locator("fieldset.line").first
    expect(first.get_by_label("รายละเอียดผล")).to_have_value("เล่าไว้ตอนไม่มีสัญญาณ")
    _leave_overtaken(visitor, merged, desk, "", lesson="ไม่มีสัญญาณอีกครั้ง")
    last = visitor.context.new_page()
    last.goto(visitor.url + MONTH)
    expect(last.get_by_role("alert")).to_contain_text("มีสิ่งที่พิมพ์ค้างไว้ในเครื่องนี้", timeout=15_000)
    last.locator("fieldset.line").first.get_by_label("รายละเอียดผล").fill("พิมพ์ต่อก่อนเลือก")
    expect(status(last)).to_contain_text(SAVED, timeout=15_000)
    last.get_by_role("alert").get_by_role("button", name="ดูทั้งสองฉบับ").click()
    both = last.get_by_role("group", name="บทเรียนของเดือน")
    expect(both).to_contain_text("ไม่มีสัญญาณอีกครั้ง")
    expect(both).to_contain_text("จากเครื่องที่โต๊ะ")
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def _leave_overtaken(visitor, page: Page, desk: Page, narrative: str, *, lesson: str) -> None:
    """What is typed without a signal stays in the device; then the desk saves another lesson."""
    visitor.context.set_offline(True)
    if narrative:
        page.locator("fieldset.line").first.get_by_label("รายละเอียดผล").fill(narrative)
    if lesson:
        page.locator("#lesson").fill(lesson)
    expect(status(page)).to_contain_text(HERE, timeout=15_000)
    page.close()
    visitor.context.set_offline(False)
    words = "จากเครื่องที่โต๊ะ"
    desk.locator("#lesson").fill(words + " แก้ที่โต๊ะอีก" if lesson else words)
    follow(desk.get_by_role("button", name="บันทึกร่าง"))


def test_two_devices_never_overwrite_each_other_unseen(who, visit):
    phone, desk = visit(who, width=390), visit(who)
    at_hand, at_desk = phone.open(MONTH), desk.open(MONTH)
    at_desk.locator("#lesson").fill("ร่างที่โต๊ะ")
    follow(at_desk.get_by_role("button", name="บันทึกร่าง"))
    at_hand.locator("fieldset.line").first.get_by_label("ผลเดือนนี้").fill("1")
    expect(at_hand.locator("#lesson")).to_have_value("ร่างที่โต๊ะ", timeout=15_000)
    at_desk.locator("#lesson").fill("จากเครื่องที่โต๊ะ")
    follow(at_desk.get_by_role("button", name="บันทึกร่าง"))
    at_hand.locator("#lesson").fill("จากโทรศัพท์")
    note = at_hand.get_by_role("alert")
    expect(note).to_contain_text("มีการบันทึกรายงานนี้จากที่อื่นก่อนคุณ", timeout=15_000)
    follow(note.get_by_role("button", name="ดูทั้งสองฉบับ"))
    both = at_hand.get_by_role("group", name="บทเรียนของเดือน")
    expect(both).to_contain_text("จากโทรศัพท์")
    expect(both).to_contain_text("จากเครื่องที่โต๊ะ")
    both.get_by_label("จากโทรศัพท์").check()
    phone.context.set_offline(True)
    at_hand.get_by_role("button", name="บันทึกตามที่เลือก").click()
    expect(at_hand.get_by_text("สิ่งที่พิมพ์ยังอยู่ในหน้านี้ กดอีกครั้ง")).to_be_visible()
    phone.context.set_offline(False)
    at_hand.get_by_role("button", name="บันทึกตามที่เลือก").click()
    expect(at_hand.locator("#lesson")).to_have_value("จากโทรศัพท์")
    expect(at_hand.get_by_role("alert")).to_have_count(0)
    assert desk.open(MONTH).locator("#lesson").input_value() == "จากโทรศัพท์"
    phone.complaints[:] = [each for each in phone.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_a_figure_unlike_the_plan_asks_once_and_the_report_goes_in(who, visit):
    page = visit(who, width=390).open(MONTH)
    for each in page.locator("fieldset.line").all():
        target = each.locator("dd").first.inner_text().split()[0]
        each.get_by_label("ผลเดือนนี้").fill("40" if "สสจ. 1 " in each.inner_text() else target)
    page.get_by_role("button", name="ส่งรายงาน").click()
    expect(page.get_by_role("alert")).to_contain_text("ยืนยันตัวเลขก่อนส่ง 1 รายการ")
    line(page, "สสจ. 1").get_by_label("ถูกต้อง").check()
    page.locator("fieldset.line").last.get_by_label("ผลเดือนนี้").fill("")
    page.get_by_role("button", name="ส่งรายงาน").click()
    page.get_by_label("ยังไม่กรอกเพราะ").fill("รอข้อมูลจากสหกรณ์")
    page.get_by_role("button", name="ส่งทั้งที่ยังไม่ครบ").click()
    expect(page.get_by_text("ส่งรายงานเดือนตุลาคม 2569 แล้ว")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("link", name="ส่งรายงาน ฉบับที่ 1").click()
    expect(page.get_by_role("heading", name="รายงานเดือนตุลาคม 2569 ฉบับที่ 1")).to_be_visible()


def test_work_outside_the_plan_gets_a_row_as_soon_as_one_is_begun(who, visit):
    page = visit(who, width=390).open(MONTH)
    page.get_by_text("งานนอกแผน", exact=False).first.click()
    page.locator("#u0-name").fill("ช่วยงานกาชาดจังหวัด")
    expect(page.locator("#u1-name")).to_be_visible()
    page.locator("#u0-quantity").fill("สอง")
    expect(status(page)).to_contain_text("ยกเว้น 1 ช่อง", timeout=15_000)
    expect(page.locator("#u0-quantity")).to_have_accessible_description("ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “สอง”")
    expect(page.locator("#lacks-live")).to_contain_text("“สอง”")
    page.locator("#u0-quantity").fill("2")
    page.locator("#u0-counting_unit").fill("วัน")
    page.locator("#u1-name").fill("ประชุมคณะทำงานน้ำท่วม")
    expect(status(page)).to_contain_text(SAVED, timeout=15_000)
    again = visit(who, width=390, scripts=False).open(MONTH)
    assert (again.locator("#u0-name").input_value(), again.locator("#u1-name").input_value()) == (
        "ช่วยงานกาชาดจังหวัด",
        "ประชุมคณะทำงานน้ำท่วม",
    )
    assert again.locator("#u2-name").input_value() == ""


def test_the_whole_month_by_keyboard_in_the_order_it_is_read(who, visit):
    page = visit(who, width=390).open(MONTH)
    page.emulate_media(reduced_motion="reduce")
    lines = page.locator("fieldset.line").all()
    page.locator("fieldset.line input[type=radio]").first.focus()
    seen: list[str] = []
    for _ in range(60 + 12 * len(lines)):
        where = page.evaluate(
            "() => { const e = document.activeElement; const r = e.getBoundingClientRect();"
            " const dock = document.querySelector('.dock')?.getBoundingClientRect().top ?? innerHeight;"
            " return [e.name || e.textContent.trim().slice(0, 30), e.closest('fieldset.line')?.id ?? '',"
            " r.top + 24 <= dock || Boolean(e.closest('.dock')), getComputedStyle(e).outlineStyle] }"
        )
        name, key, uncovered, outline = where
        assert uncovered, f"{name} is under the dock"
        assert outline != "none", f"{name} shows no focus"
        if key and key not in seen:
            seen.append(key)
        if name.endswith("-quantity") and key:
            page.keyboard.type("1")
        if name == "ส่งรายงาน":
            break
        page.keyboard.press("Tab")
    assert seen == [each.get_attribute("id") for each in lines]
    page.keyboard.press("Enter")
    told = page.get_by_role("alert").or_(page.get_by_text("แล้ว เมื่อ"))
    expect(told.first).to_be_visible()

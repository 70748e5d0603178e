"""The thread of an item's month and the unit's month, on a phone and on a desk, with scripts and without."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.making import AFTER

STAGE = "reported"


@pytest.fixture
def office(live_office):
    return live_office.start(AFTER)


def looks_right(page: Page) -> None:
    """On a phone and on a desk, with all that can be opened open: no finding, no sideways scroll."""
    for each in page.query_selector_all("main details"):
        each.evaluate("each => each.open = true")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_objection_is_raised_edited_and_settled_on_a_phone_without_scripts(office, visit):
    page = visit("EX030", width=390, scripts=False).open("/plans/2570/")
    page.get_by_role("link", name="สสจ. 1", exact=True).click()
    page.get_by_role("link", name="หารือ เดือนตุลาคม 2569").click()
    page.get_by_label("ข้อโต้แย้ง").check()
    page.get_by_label("ข้อความ", exact=True).fill("แผนเดือนนี้สูงไป")
    page.get_by_role("button", name="บันทึกข้อความ").click()
    post = page.locator(".posts > li")
    expect(post).to_contain_text("แผนเดือนนี้สูงไป")
    post.get_by_text("แก้ไขข้อความ").click()
    post.get_by_label("ข้อความใหม่").fill("แผนเดือนนี้สูงไป 1 ครั้ง")
    post.get_by_role("button", name="บันทึกการแก้ไข").click()
    expect(post).to_contain_text("แก้ไขแล้ว 1 ครั้ง")

    admin = visit("EX006")
    page = admin.open("/plans/2570/objections/")
    looks_right(page)
    page.locator("main table a").click()
    expect(page.locator(".posts > li")).to_be_visible()
    looks_right(page)
    page.get_by_label("ข้อยุติ", exact=True).fill("หารือแล้ว คงแผนเดิม")
    page.get_by_role("button", name="ได้ข้อยุติแล้ว").click()
    expect(page.locator(".posts > li")).to_contain_text("หารือแล้ว คงแผนเดิม")
    expect(admin.open("/plans/2570/objections/").locator("main")).to_contain_text("ไม่มีข้อโต้แย้งค้างอยู่")


def test_the_head_reads_the_unit_s_month_comments_and_is_answered(office, visit):
    head = visit("EX029")
    page = head.open("/")
    page.get_by_role("link", name="อ่านทั้งกลุ่ม").first.click()
    expect(page.locator("h1")).to_have_text("เดือนของกลุ่ม ตุลาคม 2569")
    looks_right(page)
    member = page.locator("article[data-person=EX030]")
    member.get_by_label("ข้อความถึงเจ้าหน้าที่").fill("ขอภาพถ่ายของ สสจ. 1")
    member.get_by_role("button", name="บันทึกความเห็น").click()
    expect(page.locator("article[data-person=EX030] .posts")).to_contain_text("ขอภาพถ่ายของ สสจ. 1")

    officer = visit("EX030", width=390)
    page = officer.open("/")
    page.get_by_role("link", name="ให้ความเห็นต่อรายงานเดือนตุลาคม 2569").click()
    page.get_by_text("ตอบความเห็น").click()
    page.get_by_label("คำตอบ").fill("ส่งให้แล้ว")
    page.get_by_role("button", name="ส่งคำตอบ").click()
    expect(page.locator("#comments .posts")).to_contain_text("ส่งให้แล้ว")
    looks_right(page)
    expect(head.open("/").locator("main")).to_contain_text("ตอบความเห็นเรื่องรายงานเดือนตุลาคม 2569")

    page = officer.open("/plans/2570/")
    page.get_by_role("link", name="ดูตามหน่วยงาน").click()
    expect(page.locator("svg.meter").first).to_be_visible()
    looks_right(page)

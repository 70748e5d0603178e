"""Where I stand, and the notice at plan end, in a real browser: on a phone, with and without scripts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.making import AFTER

STAGE = "demo"
PAGES = ("/appraisals/2569/EX030/", "/appraisals/2570/EX030/", "/appraisals/2569/EX030/notice/")


@pytest.fixture
def demo(live_office):
    return live_office.start(AFTER)


def test_a_year_that_is_over_is_told_read_and_seen_by_the_director(demo, visit):
    officer = visit("EX030", width=390, scripts=False)
    page = officer.page
    page.get_by_role("link", name="ผลงานของฉันตอนนี้").click()
    expect(page.locator("h1")).to_contain_text("ผลงานของฉัน ปีงบประมาณ 2570")
    tiles, rates = page.locator(".counts").first, page.get_by_text("ครบถ้วนและตรงเวลา").first
    for answer in (tiles, rates):
        box = answer.bounding_box()
        assert box
        assert box["y"] + box["height"] < 844
    officer.open("/").get_by_text("ข่าวก่อนหน้านี้อีก").click()
    page.get_by_role("link", name="ผลเมื่อสิ้นสุดแผน ปีงบประมาณ 2569").click()
    expect(page.locator("main")).to_contain_text("จาก 3 งาน")

    director = visit("EX001")
    row = director.open("/appraisals/2569/notices/").locator("tr[data-person=EX030]")
    expect(row).to_have_attribute("data-read", "yes")

    for width in (390, 1280):
        reader = visit("EX030", width=width)
        for path in PAGES:
            shown = reader.open(path)
            shown.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
            assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            found = Axe().run(shown)
            assert found.violations_count == 0, found.generate_report()

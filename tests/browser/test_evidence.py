"""Evidence from a phone: photographs go up at once, a large one smaller, a bad one is refused; no scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import pieces
from tests.browser.conftest import LiveOffice, follow

STAGE = "planned"
IN_MONTH = "2026-10-20T10:00:00+07:00"
MONTH = "/reports/2026-10/"
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture
def office(live_office: LiveOffice) -> LiveOffice:
    return live_office.start(IN_MONTH)


@pytest.fixture
def photographs(tmp_path: Path) -> dict[str, str]:
    made = {
        "สวน.jpg": pieces.picture(size=(800, 600), colour="teal"),
        "นา.png": pieces.picture("PNG", (400, 300), colour="olive"),
        "ใหญ่.jpg": pieces.noise((4700, 3500)),
        "โปรแกรม.jpg": b"MZ\x90\0" + bytes(200),
        "หนังสือ.pdf": pieces.pdf(),
    }
    folder = tmp_path / "telephone"
    folder.mkdir()
    for name, content in made.items():
        (folder / name).write_bytes(content)
    assert len(made["ใหญ่.jpg"]) > 12 * 1024 * 1024
    return {name: str(folder / name) for name in made}


def first(page: Page):
    part = page.locator("[data-evidence]").first
    if part.get_attribute("open") is None:
        part.locator("> summary").click()
    return part


def names(part) -> list[str]:
    return part.locator("[data-evidence-list] .files a").all_inner_texts()


def take_out(part, name: str) -> None:
    """The first touch only asks."""
    sure = part.get_by_role("button", name=f"ยืนยันเอาออก {name}")
    expect(sure).to_be_hidden()
    part.locator("summary", has_text=f"เอาออก {name}").click()
    assert name in names(part)
    sure.click()


def clean(page: Page) -> None:
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_photographs_go_up_at_once_and_the_reviewer_opens_them(office, visit, photographs):
    visitor = visit("EX030", width=390)
    page = visitor.open(MONTH)
    part = first(page)
    part.locator("input[type=file]").set_input_files([photographs["สวน.jpg"], photographs["นา.png"]])
    expect(part.locator("[data-evidence-list] li")).to_have_count(2)
    expect(part.locator("> summary")).to_contain_text("(2)")
    part.locator("input[type=file]").set_input_files([photographs["ใหญ่.jpg"], photographs["โปรแกรม.jpg"]])
    going = part.locator(".evidence-way")
    expect(page.locator("#told")).to_contain_text("แนบ ใหญ่.jpg แล้ว ย่อรูปจาก", timeout=60_000)
    expect(going).to_contain_text("ไฟล์นี้เป็นโปรแกรม", timeout=60_000)
    expect(going.locator("li")).to_have_count(1)
    assert names(part) == ["สวน.jpg", "นา.png", "ใหญ่.jpg"]
    clean(page)
    going.get_by_role("button", name="ปิดข้อความ").click()
    expect(going).not_to_contain_text("โปรแกรม.jpg")
    expect(part.locator("> summary")).to_be_focused()
    take_out(part, "นา.png")
    expect(part.locator("[data-evidence-list] li")).to_have_count(2)
    expect(page.locator("#told")).to_have_text("เอา นา.png ออกแล้ว")
    expect(part.locator("> summary")).to_be_focused()
    for job, figure in (("สสจ. 1", "4"), ("สสจ. 2", "3"), ("สสจ. 3", "1")):
        line = page.locator("fieldset.line", has=page.get_by_role("heading", name=job + " "))
        line.get_by_label("ผลเดือนนี้").fill(figure)
    page.get_by_role("button", name="ส่งรายงาน").click()
    expect(page.get_by_text("ส่งรายงานเดือนตุลาคม 2569 แล้ว")).to_be_visible()
    reviewer = visit("EX006")
    review = reviewer.open(f"{MONTH}EX030/")
    clean(review)
    expect(review.get_by_role("link", name="สวน.jpg")).to_be_visible()
    expect(review.get_by_role("link", name="นา.png")).to_have_count(0)
    small = review.locator(".thumb img").first
    assert small.evaluate("each => each.decode().then(() => each.naturalWidth)") == 240
    where = review.get_by_role("link", name="ใหญ่.jpg").get_attribute("href")
    answer = review.request.get(reviewer.url + str(where))
    assert (answer.status, answer.headers["content-type"], len(answer.body()) < 6_000_000) == (
        200,
        "image/jpeg",
        True,
    )


def test_a_file_that_a_cut_line_held_up_is_not_left_behind_and_goes_by_itself(office, visit, photographs):
    visitor = visit("EX030", width=390)
    page = visitor.open(MONTH)
    page.evaluate("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('full'); }; }")
    part = first(page)
    visitor.context.set_offline(True)
    part.locator("input[type=file]").set_input_files(photographs["สวน.jpg"])
    going = part.locator(".evidence-way")
    expect(going).to_contain_text("ส่งไม่ได้ในตอนนี้ จะส่งเองเมื่อมีสัญญาณ อย่าเพิ่งปิดหน้านี้")
    expect(page.locator(".dock")).to_contain_text("ยังไม่ได้แนบ 1 ไฟล์")
    page.locator("#send").get_by_role("button", name="บันทึกร่าง").click()
    expect(going).to_contain_text("ยังไม่ได้แนบไฟล์นี้")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("link", name="ติดตาม", exact=True).click()
    assert [words.startswith("ยังไม่ได้แนบ สวน.jpg") for words in asked] == [True]
    assert page.url.endswith(MONTH)
    visitor.context.set_offline(False)
    expect(part.locator("[data-evidence-list] li")).to_have_count(1)
    expect(page.locator(".dock")).not_to_contain_text("ไฟล์")
    page.locator("#send").get_by_role("button", name="บันทึกร่าง").click()
    expect(page.locator("[data-evidence-list] li").first).to_contain_text("สวน.jpg")
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_a_file_that_waits_outlives_its_page_and_goes_up_from_the_next(office, visit, photographs):
    visitor = visit("EX030", width=390)
    page = visitor.open(MONTH)
    part = first(page)
    visitor.context.set_offline(True)
    part.locator("input[type=file]").set_input_files([photographs["สวน.jpg"], photographs["ใหญ่.jpg"]])
    going = part.locator(".evidence-way")
    expect(going.get_by_text("เก็บไว้ในเครื่องนี้แล้ว")).to_have_count(2, timeout=60_000)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    visitor.context.set_offline(False)
    page = visitor.page = visitor.context.new_page()
    visitor.open(MONTH)
    part = page.locator("[data-evidence]").first
    expect(part.locator("[data-evidence-list] li")).to_have_count(2, timeout=60_000)
    assert sorted(names(part)) == ["สวน.jpg", "ใหญ่.jpg"]
    assert asked == []
    expect(page.locator(".dock")).not_to_contain_text("ไฟล์")
    visitor.open(MONTH)
    expect(page.locator("#told")).to_be_attached()
    page.wait_for_timeout(1000)
    assert page.locator(".evidence-way li").count() == 0, "what went up is kept no longer"
    clean(page)
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_INTERNET_DISCONNECTED" not in each]


def test_what_is_sent_at_once_after_choosing_a_file_waits_for_it(office, visit, photographs):
    page = visit("EX030", width=390).open(MONTH)
    first(page)
    page.evaluate(
        "() => document.querySelector('[data-evidence] input[type=file]')"
        ".addEventListener('change', () => setTimeout(() => document.getElementById('keep-button').click()))"
    )
    page.locator("[data-evidence] input[type=file]").first.set_input_files(photographs["ใหญ่.jpg"])
    expect(page.locator("#dock-live")).to_contain_text("บันทึกร่างแล้ว", timeout=60_000)
    expect(page.locator("[data-evidence-list] li")).to_have_count(1)


def test_signing_out_asks_about_a_file_that_waits_and_leaves_nothing(office, visit, photographs):
    visitor = visit("EX030")
    page = visitor.open(MONTH)
    page.route("**/evidence/", lambda route: route.abort())
    first(page).locator("input[type=file]").set_input_files(photographs["สวน.jpg"])
    expect(page.locator(".evidence-way")).to_contain_text("เก็บไว้ในเครื่องนี้แล้ว")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    follow(page.locator("header").get_by_role("button", name="ออกจากระบบ").first)
    assert ["ไฟล์ที่ยังไม่ได้แนบ" in words for words in asked] == [True]
    assert page.evaluate("() => indexedDB.databases().then((found) => found.length)") == 0
    assert page.evaluate("Object.keys(localStorage)") == ["tidtam:EX030:out"], (
        "that somebody went, nothing else"
    )
    visitor.complaints[:] = [each for each in visitor.complaints if "ERR_FAILED" not in each]


def test_a_link_goes_up_with_enter_and_typing_goes_on(office, visit):
    page = visit("EX030", width=390).open(MONTH)
    part = first(page)
    field = part.locator("input[type=url]")
    field.fill("ไม่ใช่ลิงก์")
    field.press("Enter")
    expect(part.locator(".evidence-way")).to_contain_text("ใส่ที่อยู่เว็บที่ขึ้นต้นด้วย https://")
    field.fill("example.go.th/album")
    field.press("Enter")
    expect(part.get_by_role("link", name="example.go.th › album")).to_be_visible()
    expect(field).to_have_value("")


def test_all_of_it_without_scripts(office, visit, photographs):
    page = visit("EX030", width=390, scripts=False).open(MONTH)
    part = first(page)
    part.locator("input[type=file]").set_input_files(
        [photographs["สวน.jpg"], photographs["หนังสือ.pdf"], photographs["โปรแกรม.jpg"]]
    )
    part.locator("input[type=url]").fill("example.go.th")
    page.locator("#lesson").fill("พิมพ์ไว้")
    page.locator("#send").get_by_role("button", name="บันทึกร่าง").click()
    expect(page.get_by_role("alert")).to_contain_text("โปรแกรม.jpg ไฟล์นี้เป็นโปรแกรม")
    part = first(page)
    assert names(part) == ["สวน.jpg", "หนังสือ.pdf", "example.go.th"]
    expect(page.locator("#lesson")).to_have_value("พิมพ์ไว้")
    take_out(part, "หนังสือ.pdf")
    assert names(first(page)) == ["สวน.jpg", "example.go.th"]
    page.locator("#lesson").fill("พิมพ์อีก")
    page.locator("#lesson").press("Tab")
    with page.expect_navigation():
        page.locator("fieldset.line").first.get_by_label("ผลเดือนนี้").press("Enter")
    assert names(first(page)) == ["สวน.jpg", "example.go.th"], "Enter saves, it never takes away"
    expect(page.locator("#lesson")).to_have_value("พิมพ์อีก")

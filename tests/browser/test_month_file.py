"""The month's form in a file, at 390 px: down, filled in away from the network, up, kept; no scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import LiveOffice

IN_MONTH = "2026-10-20T10:00:00+07:00"
MONTH = "/reports/2026-10/"
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def live_office(office_at: Callable[[str], LiveOffice]) -> Iterator[LiveOffice]:
    office = office_at("planned").start(IN_MONTH)
    yield office
    office.end()


def clean(page: Page) -> None:
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def part(page: Page):
    folded = page.locator("#form-file-part")
    if folded.get_attribute("open") is None:
        folded.locator("summary").click()
    return folded


def handed(page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        part(page).get_by_role("link", name="ดาวน์โหลดแบบฟอร์ม").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def fill(path: Path, values: dict[str, object], name: str = "filled.xlsx") -> Path:
    book = openpyxl.load_workbook(path)
    for place, value in values.items():
        book["รายงาน"][place] = value
    book.save(path.with_name(name))
    return path.with_name(name)


def send(page: Page, path: Path) -> None:
    page.get_by_label("ไฟล์ที่กรอกแล้ว").set_input_files(path)
    page.get_by_role("button", name="อัปโหลดและตรวจไฟล์").click()


def in_the_draft(page: Page, job: str):
    line = page.locator("fieldset.line", has=page.get_by_role("heading", name=job + " "))
    return line.get_by_label("ผลเดือนนี้"), line.get_by_label("รายละเอียดผล")


@pytest.mark.parametrize(
    ("who", "scripts"), [("EX030", True), ("EX031", False)], ids=["scripts", "no scripts"]
)
def test_a_form_goes_down_is_filled_and_comes_up_as_the_draft(who, scripts, live_office, visit, tmp_path):
    page = visit(who, width=390, scripts=scripts).open(MONTH)
    path = handed(page, tmp_path)
    jobs = [cell.value for cell in openpyxl.load_workbook(path)["รายงาน"]["A"][8:] if cell.value]
    first = jobs[0]
    if scripts:
        clean(page)
    send(page, fill(path, {"I9": "สาม", "J9": "ออกพื้นที่"}))
    expect(page.get_by_role("alert")).to_contain_text("ยังบันทึกไม่ได้ มี 1 จุดที่ต้องแก้")
    expect(page.get_by_role("row").filter(has_text="พบ “สาม”")).to_contain_text("I")
    if scripts:
        clean(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="ดาวน์โหลดไฟล์ที่ทำเครื่องหมายแล้ว").click()
    marked = tmp_path / "marked.xlsx"
    download.value.save_as(marked)
    assert "ใส่ตัวเลข" in openpyxl.load_workbook(marked)["รายงาน"]["I9"].comment.text
    send(page, fill(marked, {"I9": "๓"}, "again.xlsx"))
    expect(page.get_by_role("heading", name="จะเปลี่ยน 2 ช่อง")).to_be_visible()
    if scripts:
        clean(page)
    page.get_by_role("button", name="บันทึกร่าง").click()
    expect(page.get_by_text("บันทึกร่างจากไฟล์แล้ว เปลี่ยน 2 ช่อง")).to_be_visible()
    figure, words = in_the_draft(page, first)
    expect(figure).to_have_value("3")
    expect(words).to_have_value("ออกพื้นที่")
    part(page)
    send(page, tmp_path / "again.xlsx")
    expect(page.get_by_text("ไฟล์นี้ตรงกับร่างแล้ว ไม่มีอะไรเปลี่ยน")).to_be_visible()
    page.get_by_role("link", name="ไปหน้ารายงาน").click()
    part(page)
    send(page, fill(tmp_path / "again.xlsx", {"J9": "แก้ต่อในไฟล์เดิม"}, "old.xlsx"))
    expect(page.get_by_text("ร่างถูกบันทึกจากที่อื่นหลังดาวน์โหลดไฟล์นี้")).to_be_visible()
    page.get_by_role("button", name="ดูทั้งสองฉบับ").click()
    both = page.get_by_role("group", name=f"{first} รายละเอียดผล")
    both.get_by_label("แก้ต่อในไฟล์เดิม").check()
    page.get_by_role("button", name="บันทึกตามที่เลือก").click()
    expect(in_the_draft(page, first)[1]).to_have_value("แก้ต่อในไฟล์เดิม")

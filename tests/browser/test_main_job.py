"""The main job, from the office's own workbooks to a year printed, in a real browser with a real worker."""

import io
import re
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DEMO_FILES, PASSWORD

STAGE = "empty"
LAST_DAY = "2026-10-30T09:00:00+07:00"
AFTER = "2026-11-02T09:00:00+07:00"
COMMENT = "ผลของ สสจ. 2 ไม่ตรงกับแบบบันทึก กรุณาตรวจแล้วส่งใหม่"
REASON = "สหกรณ์ขอเลื่อนนัดไปเดือนถัดไป"


@pytest.fixture
def office(live_office):
    """An office with its people and its approved plan, on the morning of the deadline."""
    live_office.manage("import_staff", str(DEMO_FILES / "staff.xlsx"), clock="2026-09-01T09:00+07:00")
    plan = live_office.answer("import_plan", str(DEMO_FILES / "action_plan_2570.xlsx"), "--approve")
    assert (plan["created"], plan["problems"]) == (17, [])
    for code in ("EX030", "EX006", "EX001"):
        live_office.manage("set_password", code, stdin=PASSWORD + "\n")
    return live_office.start(LAST_DAY)


def line(page: Page, job_no: str):
    heading = page.get_by_role("heading", name=re.compile(rf"^{re.escape(job_no)} "))
    return page.locator("fieldset.line").filter(has=heading)


def fill_october(page: Page) -> None:
    """One line a visit short of plan, two at plan; only the figures are typed."""
    for job_no, figure in (("สสจ. 1", "๓"), ("สสจ. 2", "3"), ("สสจ. 3", "1")):
        line(page, job_no).get_by_label("ผลเดือนนี้").fill(figure)


def results_without(code: str, path: Path) -> str:
    lines = (DEMO_FILES / "results_2026-10.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(each for each in lines if not each.startswith(code)), encoding="utf-8")
    return str(path)


def printed(content: bytes) -> str:
    """The text of a PDF without spaces: lines break where the paper ends."""
    with pypdfium2.PdfDocument(io.BytesIO(content)) as document:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def officer_submits(visit) -> None:
    page = visit("EX030", width=390).open("/reports/2026-10/")
    fill_october(page)
    page.get_by_role("button", name="ส่งรายงาน").click()
    expect(page.locator(".error-summary")).to_contain_text("สสจ. 1")
    expect(line(page, "สสจ. 1").get_by_label("ผลเดือนนี้")).to_have_value("๓")
    line(page, "สสจ. 1").get_by_label("ชี้แจงเหตุผล").fill(REASON)
    page.get_by_role("button", name="ส่งรายงาน").click()
    expect(page.locator("main")).to_contain_text("ส่งรายงานเดือนตุลาคม 2569 แล้ว")
    expect(page.locator("main")).to_contain_text("ตรงเวลา")


def admin_checks(visit) -> None:
    page = visit("EX006").open("/compliance/2026-10/")
    page.get_by_role("button", name="ตรวจใหม่").click()
    expect(page.locator("main")).to_contain_text("เสร็จแล้ว", timeout=60_000)
    page.goto(page.url.split("/office/")[0] + "/compliance/2026-10/")
    row = page.locator("tr[data-person=EX043]")
    expect(row).to_have_attribute("data-timing", "missing")
    expect(row).to_have_attribute("data-flags", "MISSING")
    expect(page.locator("tr[data-person=EX030]")).to_have_attribute("data-flags", "OFF_PLAN")
    page.goto(page.url.replace("/compliance/", "/reports/") + "EX030/")
    page.get_by_role("button", name="ตรวจรับ").click()
    page.goto(page.url.split("/reports/")[0] + "/reports/2026-10/EX031/")
    page.get_by_role("textbox", name="ความเห็นถึงเจ้าหน้าที่").fill(COMMENT)
    page.get_by_role("button", name="ส่งกลับแก้ไข").click()
    page.goto(page.url.split("/reports/")[0] + "/compliance/2026-10/")
    expect(page.locator("tr[data-person=EX030]")).to_have_attribute("data-state", "accepted")
    expect(page.locator("tr[data-person=EX031]")).to_have_attribute("data-state", "returned")


def director_prints(visit) -> None:
    visitor = visit("EX001")
    page = visitor.open("/appraisals/2570/")
    page.get_by_role("link", name="นายไหม ตัวอย่าง", exact=True).click()
    link = page.get_by_role("link", name="พิมพ์สรุป (PDF)").get_attribute("href")
    answer = visitor.context.request.get(visitor.url + link)
    assert answer.headers["content-type"] == "application/pdf"
    text = printed(answer.body())
    assert [each for each in ("นายไหม", "๒๕๗๐", "ตรวจรับแล้ว", REASON) if each not in text] == []


def test_from_the_offices_workbooks_to_a_month_checked_and_a_year_printed(office, visit):
    officer_submits(visit)
    colleagues = results_without("EX030", office.folder / "colleagues.csv")
    at = ("--submit", "--at", "2026-10-30T10:00+07:00")
    office.manage("import_results", colleagues, "--month", "2026-10", *at)
    office.end()
    office.start(AFTER)
    admin_checks(visit)
    director_prints(visit)


def test_the_month_is_filled_in_and_sent_without_javascript(office, visit):
    page = visit("EX030", width=390, scripts=False).open("/reports/2026-10/")
    fill_october(page)
    page.get_by_role("button", name="บันทึกร่าง").click()
    line(page, "สสจ. 1").get_by_label("ชี้แจงเหตุผล").fill(REASON)
    page.get_by_role("button", name="ส่งรายงาน").click()
    expect(page.locator("main")).to_contain_text("ส่งรายงานเดือนตุลาคม 2569 แล้ว")

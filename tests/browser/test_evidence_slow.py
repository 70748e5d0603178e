"""Evidence over a bad line: a slow one gets it through, one that stands still is said of."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from reports.actions.evidence import LINE_FULL, MOST_BYTES, TOO_LARGE
from tests import pieces
from tests.browser.conftest import LiveOffice
from tests.browser.test_evidence import IN_MONTH, MONTH, clean, first, names

STAGE = "planned"
HASTE = """
const [later, limit] = [window.setTimeout, AbortSignal.timeout];
window.setTimeout = (act, ms = 0, ...more) => later(act, ms >= 10000 ? ms / 30 : ms, ...more);
AbortSignal.timeout = (ms) => limit.call(AbortSignal, ms / 30);
"""
"""A minute of patience lasts two seconds."""


@pytest.fixture
def office(live_office: LiveOffice) -> LiveOffice:
    return live_office.start(IN_MONTH)


@pytest.fixture
def asked(office, visit) -> tuple[Page, list[str]]:
    """The month in haste, and what its evidence was sent with."""
    visitor = visit("EX030", width=390)
    visitor.context.add_init_script(HASTE)
    page = visitor.open(MONTH)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/evidence/" in request.url else None)
    return page, sent


def paper(folder: Path, name: str, size: int) -> str:
    content = pieces.pdf(b"%" + b"x" * size)
    (folder / name).write_bytes(content)
    return str(folder / name)


def slow(page: Page, bytes_a_second: int) -> None:
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": bytes_a_second},
    )


def test_a_slow_line_that_goes_gets_a_file_through_at_the_first_try(asked, tmp_path):
    page, sent = asked
    part = first(page)
    slow(page, 100_000)
    part.locator("input[type=file]").set_input_files(paper(tmp_path, "แผน.pdf", 1_000_000))
    going = part.locator(".evidence-way small")
    expect(going).to_contain_text("กำลังส่ง")
    page.evaluate(
        """() => {
            window.spoken = new Set();
            const place = document.querySelector(".evidence-way small");
            const hear = () => window.spoken.add([...place.childNodes]
                .filter((each) => each.ariaHidden !== "true").map((each) => each.textContent).join(""));
            new MutationObserver(hear).observe(place, {subtree: true, childList: true, characterData: true});
        }"""
    )
    steps = set()
    while going.count() and len(steps) < 6:
        steps.add(going.locator("[aria-hidden]").text_content(timeout=20_000))
    assert len(steps) == 6, "how far it is moves on"
    clean(page)
    expect(part.locator("[data-evidence-list] li")).to_have_count(1, timeout=60_000)
    assert len(sent) == 1
    assert page.evaluate("window.spoken.size") <= 4, "not every step is spoken"
    expect(page.locator("#told")).to_have_text("แนบ แผน.pdf แล้ว")
    expect(part.locator(".evidence-way li")).to_have_count(0)


def test_a_line_that_stands_still_is_given_up_and_says_what_comes(asked, tmp_path):
    page, _ = asked
    part = first(page)
    page.route("**/evidence/", lambda route: None)
    part.locator("input[type=file]").set_input_files(paper(tmp_path, "แผน.pdf", 1000))
    going = part.locator(".evidence-way")
    expect(going).to_contain_text(
        "สัญญาณขาดช่วง ส่งไม่สำเร็จ จะส่งใหม่ทั้งไฟล์เองในอีกสักครู่ เก็บไว้ในเครื่องนี้แล้ว", timeout=20_000
    )
    page.unroute("**/evidence/")
    expect(part.locator("[data-evidence-list] li")).to_have_count(1, timeout=20_000)
    expect(going.locator("li")).to_have_count(0)


def test_what_would_use_up_much_in_vain_goes_no_more_by_itself(asked, tmp_path):
    page, sent = asked
    part = first(page)
    page.route("**/evidence/", lambda route: route.fulfill(status=503, body=""))
    page.evaluate(
        """() => {
            const send = XMLHttpRequest.prototype.send;
            XMLHttpRequest.prototype.send = function (body) {
                send.call(this, body);
                for (const loaded of [4e6, 8e6])
                    this.upload.dispatchEvent(new ProgressEvent("progress", {loaded, total: 9e6}));
            };
        }"""
    )
    part.locator("input[type=file]").set_input_files(paper(tmp_path, "แผน.pdf", 1000))
    going = part.locator(".evidence-way")
    expect(going).to_contain_text("ระบบยังรับไฟล์ไม่ได้ จะไม่ส่งเองอีก", timeout=20_000)
    assert len(sent) == 2
    page.wait_for_timeout(3000)
    assert len(sent) == 2
    clean(page)
    page.unroute("**/evidence/")
    going.get_by_role("button", name="ลองอีกครั้ง").click()
    expect(part.locator("[data-evidence-list] li")).to_have_count(1, timeout=20_000)


def test_a_file_over_the_limit_does_not_set_out_and_its_word_leaves_with_the_next(asked, tmp_path):
    page, sent = asked
    part = first(page)
    files = part.locator("input[type=file]")
    files.set_input_files(paper(tmp_path, "ใหญ่.pdf", MOST_BYTES))
    going = part.locator(".evidence-way")
    expect(going).to_contain_text(TOO_LARGE)
    clean(page)
    assert sent == []
    (tmp_path / "เสีย.jpg").write_bytes(b"\xff\xd8\xff" + bytes(MOST_BYTES))
    files.set_input_files(str(tmp_path / "เสีย.jpg"))
    expect(going.locator("li")).to_have_count(1)
    expect(going).to_contain_text("เสีย.jpg" + TOO_LARGE)
    files.set_input_files(paper(tmp_path, "เล็ก.pdf", 10))
    expect(part.locator("[data-evidence-list] li")).to_have_count(1)
    expect(going.locator("li")).to_have_count(0)
    assert (names(part), len(sent)) == (["เล็ก.pdf"], 1)


def test_the_eleventh_of_a_line_does_not_set_out(asked, tmp_path):
    page, sent = asked
    part = first(page)
    part.locator("input[type=file]").set_input_files([paper(tmp_path, f"{n}.pdf", n) for n in range(11)])
    going = part.locator(".evidence-way")
    expect(going).to_contain_text("10.pdf" + LINE_FULL, timeout=30_000)
    assert (len(names(part)), len(sent)) == (10, 10)

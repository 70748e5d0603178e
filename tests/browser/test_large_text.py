"""The officer's pages on a phone: twice the text pushes nothing sideways, and a finger hits what it means."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.making import AFTER

STAGE = "demo"
PAGES = {
    "EX030": (
        "/",
        "/reports/2026-11/",
        "/reports/2026-10/",
        "/appraisals/2569/EX030/",
        "/appraisals/2570/EX030/",
        "/notices/",
        "/obstacles/",
        "/obstacles/new/",
    ),
    "EX006": ("/", "/reports/2026-10/EX030/", "/compliance/2026-10/"),
    "EX029": ("/",),
}
OPEN = "document.querySelectorAll('main details').forEach(each => each.open = true)"
TWICE = "document.documentElement.style.fontSize = '200%'"
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll('main a[href], main button, main summary')]
  .filter(each => !each.closest('p, .visually-hidden') || each.matches('p > a:only-child'))
  .filter(each => getComputedStyle(each, '::after').position !== 'absolute')
  .filter(each => each.getClientRects().length && each.getBoundingClientRect().height < 44)
  .map(each => each.textContent.trim().slice(0, 60))"""
"""Links within a sentence are exempt, and one that a whole row stands for."""


@pytest.fixture
def demo(live_office):
    return live_office.start(AFTER)


def linked(page: Page, path: str) -> list[str]:
    """The first page of its kind that a list leads to."""
    found = page.locator("main a").evaluate_all("each => each.map(a => new URL(a.href).pathname)")
    return [each for each in found if re.fullmatch(path + "[0-9]+/", each)][:1]


def test_text_twice_as_large_scrolls_no_page_sideways_and_no_target_is_small(demo, visit):
    wide, small = [], []
    for code, pages in PAGES.items():
        visitor = visit(code, width=390)
        paths = list(pages)
        for kind in ("/notices/", "/obstacles/"):
            paths += linked(visitor.open(kind), kind)
        for path in paths:
            page = visitor.open(path)
            page.evaluate(OPEN)
            small += [(path, each) for each in page.evaluate(SMALL)]
            page.evaluate(TWICE)
            if page.evaluate(WIDE) > 0:
                wide.append((code, path, page.evaluate(WIDE)))
    assert wide == []
    assert small == []

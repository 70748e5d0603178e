"""The look in a real browser: no finding, no sideways scroll, and a page that keeps what is typed."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from django.urls import reverse

from office import assets
from office.management.commands import build_assets
from tests.office.look_pages import BASE, ERRORS, SignIn, context, drawn, stranger

pytestmark = pytest.mark.browser

ORIGIN = "http://tidtam.test"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'self'"


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("build") / "vendor"
    assets.build(target, build_assets.sources(BASE))
    return target


class Desk:
    """One browser window on pages drawn here; what the browser complains of is in ``complaints``."""

    def __init__(self, browser: Any, vendor: Path, width: int) -> None:
        self.window = browser.new_page(viewport={"width": width, "height": 800})
        self.vendor = vendor
        self.complaints: list[str] = []
        self.page = ""
        self.number = count()
        self.window.set_default_timeout(10_000)
        self.window.on("console", lambda said: self._note(said))
        self.window.route("**/*", self._answer)

    def _note(self, said: Any) -> None:
        if said.type in ("error", "warning"):
            self.complaints.append(said.text)

    def _answer(self, route: Any) -> None:
        address = route.request.url.removeprefix(ORIGIN)
        if not address.startswith("/static/"):
            policy = {"Content-Security-Policy": POLICY}
            return route.fulfill(body=self.page, content_type="text/html; charset=utf-8", headers=policy)
        name = address.removeprefix("/static/")
        found = self.vendor / name[7:] if name.startswith("vendor/") else Path(str(finders.find(name)))
        kind = "font/woff2" if found.suffix == ".woff2" else mimetypes.guess_type(found.name)[0]
        return route.fulfill(body=found.read_bytes(), content_type=kind)

    def show(self, page: str) -> None:
        self.page = page
        self.window.goto(f"{ORIGIN}/{next(self.number)}")
        self.window.evaluate("document.fonts.ready")

    def keeps(self, *values: str) -> None:
        """Wait up to 5 s until the machine keeps a copy with these values, or no copy when there are none."""
        for _ in range(100):
            kept = self.window.evaluate(
                "Object.entries({...localStorage}).filter(([name]) => !name.endsWith(':out')).join()"
            )
            if bool(kept) == bool(values) and all(value in kept for value in values):
                return
            self.window.wait_for_timeout(50)
        pytest.fail(f"kept: {kept!r}")


@pytest.fixture(params=[390, 1280])
def desk(request: pytest.FixtureRequest, browser: Any, vendor: Path) -> Iterator[Desk]:
    window = Desk(browser, vendor, request.param)
    yield window
    window.window.close()


def sign_in_page() -> str:
    account = {"code": "EX030", "name": "นายไหม ตัวอย่าง", "role": "เจ้าหน้าที่", "why": "กรอกรายงาน"}
    form = SignIn({"username": "EX030", "password": ""})
    return drawn(
        "office/sign_in.html", stranger(form=form, demo_accounts=[account], demo_password="abc-1234")
    )


@pytest.mark.parametrize("name", [*ERRORS, "sign in"])
def test_page_has_no_finding_and_no_sideways_scroll(desk: Desk, name: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    desk.show(sign_in_page() if name == "sign in" else drawn(f"errors/{name}.html", context()))
    for menu in desk.window.query_selector_all("details"):
        menu.evaluate("menu => menu.open = true")
    found = Axe().run(desk.window)
    assert found.violations_count == 0, found.generate_report()
    assert desk.window.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert desk.complaints == []


FORM = (
    '{% extends "base.html" %}{% block main %}<h1>รายงาน</h1><p data-keep-status></p>'
    '<form method="post" data-keep="report 2026-10"><label>ผล <input name="figure" value="{{ figure }}">'
    '</label><label><input type="checkbox" name="tick" value="1"> เสนอ</label>'
    '<input type="hidden" name="version" value="1">'
    '</form><a href="#next" data-key="KeyJ">ถัดไป</a>{% endblock main %}'
)


def form_page(figure: str, **who: object) -> str:
    return str(
        engines["django"].from_string(FORM).render(context(figure=figure, **who), RequestFactory().get("/"))
    )


@pytest.fixture
def phone(browser: Any, vendor: Path) -> Iterator[Desk]:
    window = Desk(browser, vendor, 390)
    yield window
    window.window.close()


def test_what_was_typed_and_not_saved_is_offered_again(phone: Desk) -> None:
    phone.show(form_page("1"))
    phone.window.fill("[name=figure]", "12")
    phone.window.check("[name=tick]")
    phone.keeps("12", "true")
    phone.show(form_page("1"))
    assert phone.window.input_value("[name=figure]") == "1"
    phone.window.click("text=ใช้สิ่งที่พิมพ์ไว้")
    assert phone.window.input_value("[name=figure]") == "12"
    assert phone.window.is_checked("[name=tick]")
    assert phone.complaints == []


def test_nothing_is_offered_once_the_server_has_it(phone: Desk) -> None:
    phone.show(form_page("1"))
    phone.window.fill("[name=figure]", "12")
    phone.keeps("12")
    phone.show(form_page("12"))
    assert phone.window.locator("text=ใช้สิ่งที่พิมพ์ไว้").count() == 0
    phone.keeps()


def test_kept_typing_is_not_shown_to_another_person_and_goes_with_signing_out(phone: Desk) -> None:
    phone.show(form_page("1"))
    phone.window.fill("[name=figure]", "12")
    phone.keeps("12")
    other = SimpleNamespace(
        person=SimpleNamespace(full_name="นางโท", code="EX002"), role_labels=[], unit_name=""
    )
    phone.show(form_page("1", actor=other))
    assert phone.window.locator("text=ใช้สิ่งที่พิมพ์ไว้").count() == 0
    phone.show(form_page("1"))
    phone.window.click("summary")
    phone.window.click(".menu-out")
    phone.keeps()


def test_single_keys_work_only_where_no_field_has_the_focus(phone: Desk) -> None:
    phone.show(form_page("1"))
    phone.window.focus("[name=figure]")
    phone.window.keyboard.press("j")
    assert "#next" not in phone.window.url
    phone.window.evaluate("document.activeElement.blur()")
    phone.window.keyboard.press("j")
    assert phone.window.url.endswith("#next")


def test_menu_opens_without_script_and_escape_closes_it(phone: Desk) -> None:
    phone.show(form_page("1"))
    phone.window.click("summary")
    assert phone.window.is_visible(".menu nav")
    phone.window.keyboard.press("Escape")
    assert not phone.window.is_visible(".menu nav")
    assert phone.window.evaluate("document.activeElement.tagName") == "SUMMARY"


SAVING = (
    '{% extends "base.html" %}{% block main %}<h1>รายงาน</h1>'
    '<form data-keep="report 2026-10" hx-post="{{ to }}" hx-target="#said">'
    '<label>ผล <input name="figure" value="1"></label><button class="btn btn-primary">บันทึกร่าง</button>'
    '</form><p id="said"></p>{% endblock main %}'
)


def save(phone: Desk, answer: Callable[[Any], None], to: str = "/save") -> None:
    """Type 12, press the button; ``answer`` fulfils the request."""
    page = engines["django"].from_string(SAVING)
    phone.show(str(page.render(context(to=to), RequestFactory().get("/"))))
    phone.window.route(f"**{to}", answer)
    phone.window.fill("[name=figure]", "12")
    phone.keeps("12")
    phone.window.click("text=บันทึกร่าง")


def test_a_draft_saved_in_place_leaves_no_copy_behind(phone: Desk) -> None:
    save(phone, lambda route: route.fulfill(body="บันทึกร่างแล้ว", content_type="text/html; charset=utf-8"))
    phone.window.wait_for_selector("#said:text('บันทึกร่างแล้ว')")
    phone.keeps()
    assert phone.complaints == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(lambda route: route.abort(), "ไม่มีสัญญาณ", id="no line"),
        pytest.param(lambda route: route.fulfill(status=503, body="x"), "ระบบไม่พร้อมชั่วคราว", id="no server"),
        pytest.param(lambda route: route.fulfill(status=409, body="x"), "ทำรายการนี้ตอนนี้ไม่ได้", id="no longer"),
    ],
)
def test_an_answer_that_is_none_keeps_the_page_and_the_copy(
    phone: Desk, answer: Callable[[Any], None], words: str
) -> None:
    save(phone, answer)
    phone.window.wait_for_selector(f".offline:has-text('{words}')")
    phone.keeps("12")
    assert phone.window.input_value("[name=figure]") == "12"
    assert phone.window.inner_text("#said") == ""


def test_a_session_that_ran_out_does_not_put_the_sign_in_page_into_the_form(phone: Desk) -> None:
    """A browser follows the redirect by itself: the page sees an answer that comes from the sign-in."""
    sign_in = "<h1>เข้าสู่ระบบ</h1>"
    save(phone, lambda route: route.fulfill(body=sign_in, content_type="text/html"), to=reverse("sign-in"))
    phone.window.wait_for_selector(".offline:has-text('หมดเวลาเข้าสู่ระบบ')")
    phone.keeps("12")
    assert phone.window.inner_text("#said") == ""

"""The look: strict pages, readable colours, error pages that need nothing, a plain sign-in."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import Context, Engine
from django.template.loader import get_template

from tests.office.look_pages import BASE, ERRORS, NOW, SignIn, context, drawn, stranger

PAGES = [
    path.relative_to(BASE / "templates").as_posix()
    for path in sorted((BASE / "templates").rglob("*.html"))
    if not path.is_relative_to(BASE / "templates" / "print")
]
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "circle", "line"}


# Strict pages


@pytest.mark.parametrize("name", PAGES)
def test_page_compiles_and_obeys_the_content_security_policy(name: str) -> None:
    get_template(name)
    source = (BASE / "templates" / name).read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|[\"'(]data:|https?://|hx-on", source)
    for script in re.findall(r"<script[^>]*>", source):
        assert "src=" in script
        assert "defer" in script


@pytest.mark.parametrize("name", ["app.css", "app.js", "favicon.svg"])
def test_own_static_files_fetch_nothing_from_elsewhere(name: str) -> None:
    source = (BASE / "static" / name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//cdn|@import|url\(\"?data:|\beval\(|innerHTML|document\.write", source)


def test_every_own_class_of_the_components_is_in_the_style() -> None:
    style = (BASE / "static/app.css").read_text(encoding="utf-8")
    for name in (
        "note--warn",
        "error-summary",
        "empty",
        "counts",
        "pills",
        "months-nav",
        "field-error",
        "choices",
    ):
        assert f".{name}" in style


# Readable colours


def tokens() -> dict[str, str]:
    style = (BASE / "static/app.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--t-([a-z0-9-]+): (#[0-9a-f]{6});", style))


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two #rrggbb colours."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", 7),
        ("ink", "wash", 7),
        ("ink-2", "paper", 4.5),
        ("ink-2", "brand-wash", 4.5),
        ("link", "paper", 4.5),
        ("link", "brand-wash", 4.5),
        ("paper", "brand", 7),
        ("line-strong", "paper", 3),
        ("focus", "ink", 3),
        *((tone, f"{tone}-wash", 4.5) for tone in ("ok", "info", "warn", "bad", "back", "mute")),
        *((f"{tone}-mark", "paper", 3) for tone in ("ok", "info", "warn", "bad", "back", "mute")),
    ],
)
def test_colours_can_be_told_apart(front: str, back: str, least: float) -> None:
    colours = tokens()
    assert contrast(colours[front], colours[back]) >= least


# The shell


class Outline(HTMLParser):
    """Tags that close in order, ids, and the forms with their fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.inputs: list[dict[str, str | None]] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag in ("input", "button"):
            self.inputs.append(found)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", [f"errors/{code}.html" for code in ERRORS] + ["office/locked_out.html"])
@pytest.mark.parametrize("who", [context, stranger], ids=["signed in", "stranger"])
def test_page_is_well_formed_and_names_no_id_twice(name: str, who: Any) -> None:
    outline = Outline(drawn(name, who()))
    assert len(outline.ids) == len(set(outline.ids))
    assert "main" in outline.ids


def test_shell_says_who_where_and_when() -> None:
    page = drawn("errors/404.html", context())
    assert '<html lang="th">' in page
    assert page.index('class="skip"') < page.index('class="brand"')
    assert "นายไหม ตัวอย่าง · กลุ่มส่งเสริมสหกรณ์ 1" in page
    assert page.count('<a href="/" aria-current="page">') == 2
    assert '<span class="nav-n">3<span class="visually-hidden"> รายการ</span></span>' in page
    assert "เวลาของระบบ 2 พ.ย. 2569 09.00 น. (วันที่ของระบบสาธิต ไม่ใช่วันจริง)" in page


def test_shell_outside_the_demo_does_not_speak_of_it() -> None:
    assert "สาธิต" not in drawn("errors/404.html", context(demo=False))


def test_stranger_sees_no_menu_and_no_way_out() -> None:
    page = drawn("errors/404.html", stranger())
    assert "nav-main" not in page
    assert "ออกจากระบบ" not in page


def test_signing_out_is_a_post_with_a_token() -> None:
    page = drawn("errors/404.html", context())
    forms = re.findall(r'<form method="post"[^>]*data-sign-out>(.*?)</form>', page)
    assert len(forms) == 2
    assert all("csrfmiddlewaretoken" in form for form in forms)


def test_htmx_writes_no_style_runs_no_text_and_keeps_no_pages() -> None:
    page = drawn("errors/404.html", context())
    config = json.loads(re.search(r"name=\"htmx-config\" content='(.*?)'", page)[1])  # type: ignore[index]
    assert not config["includeIndicatorStyles"]
    assert not config["allowEval"]
    assert not config["allowScriptTags"]
    assert config["historyCacheSize"] == 0
    assert re.search(r"hx-headers='{\"X-CSRFToken\": \"[A-Za-z0-9]{64}\"}'", page)


# Error pages


@pytest.mark.parametrize("code", ["400", "500", "503"])
def test_page_of_a_broken_server_needs_no_context(code: str) -> None:
    engine = Engine(
        dirs=[BASE / "templates"],
        builtins=["office.templatetags.tidtam"],
        libraries={"static": "django.templatetags.static"},
        string_if_invalid="UNDEFINED %s",
    )
    page = engine.get_template(f"errors/{code}.html").render(Context())
    assert "UNDEFINED" not in page
    assert f"รหัส {code}" in page


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("403", {"reason": "คุณเปิดดูได้ แต่ตรวจรับไม่ได้", "who": "การตรวจรับเป็นหน้าที่ของฝ่ายบริหารทั่วไป"},
         ["คุณทำขั้นตอนนี้ไม่ได้", "แต่ตรวจรับไม่ได้", "เป็นหน้าที่ของฝ่ายบริหารทั่วไป", "ไม่มีอะไรถูกเปลี่ยน"]),
        ("403", {}, ["เป็นหน้าที่ของผู้อื่น"]),
        ("403", {"heading": "หน้านี้หมดเวลา", "reason": "ลองใหม่"}, ["<h1>หน้านี้หมดเวลา</h1>"]),
        ("403", {"reason": "<b>", "back_url": "/reports/", "back_label": "กลับไปที่รายงาน"},
         ["&lt;b&gt;", '<a class="btn btn-primary" href="/reports/">กลับไปที่รายงาน</a>']),
        ("404", {}, ["ไม่พบหน้านี้", "รหัส 404 · 2 พ.ย. 2569 09.00 น."]),
        ("409", {"reason": "รายงานเดือนกุมภาพันธ์ 2569 ปิดรับแก้ไขแล้ว", "since": NOW},
         ["ปิดรับแก้ไขแล้ว</h1>", "ตั้งแต่ 2 พ.ย. 2569 09.00 น.", 'role="alert"']),
        ("409", {}, ["ข้อมูลนี้เปลี่ยนไปแล้วตั้งแต่คุณเปิดหน้า"]),
        ("400", {"reason": "ปีต้องเป็น พ.ศ."}, ["ปีต้องเป็น พ.ศ."]),
    ],
)  # fmt: skip
def test_error_page_says_what_is_so_and_what_to_do(
    code: str, values: dict[str, Any], words: list[str]
) -> None:
    page = drawn(f"errors/{code}.html", context(**values))
    assert [word for word in words if word not in page] == []


@pytest.mark.parametrize("code", ERRORS)
def test_error_page_blames_nobody(code: str) -> None:
    page = re.sub(r"<[^>]*>", "", drawn(f"errors/{code}.html", context()))
    assert not re.search("!|ผิดพลาด|ล้มเหลว|ตกลง|OK", page)


def test_both_versions_can_be_chosen_and_neither_is_lost() -> None:
    values = {
        "name": "c1",
        "legend": "สสจ. 1",
        "mine": "3 <ครั้ง>",
        "theirs": "",
        "theirs_label": "ที่บันทึกไว้ 10.09 น.",
    }
    page = drawn("components/version_choice.html", values)
    assert [(found["value"], "checked" in found) for found in Outline(page).inputs] == [
        ("mine", True),
        ("theirs", False),
    ]
    assert "3 &lt;ครั้ง&gt;" in page
    assert "(ว่าง)" in page


# Sign-in


def test_sign_in_form_posts_to_its_own_address() -> None:
    page = drawn("office/sign_in.html", stranger(form=SignIn(), next="/plans/2570/"))
    assert '<form class="sign-in stack-sm" method="post">' in page
    assert 'for="id_username">รหัสเจ้าหน้าที่</label>' in page
    assert '<button class="btn btn-primary" type="submit">เข้าสู่ระบบ</button>' in page
    fields = {str(found.get("name")): found for found in Outline(page).inputs if found.get("name")}
    assert set(fields) == {"csrfmiddlewaretoken", "next", "username", "password"}
    assert fields["next"]["value"] == "/plans/2570/"
    assert "value" not in fields["username"]
    assert fields["password"]["type"] == "password"


def test_refused_sign_in_keeps_the_code_and_never_the_password() -> None:
    form = SignIn({"username": "ex030", "password": ""})
    form.add_error(None, "รหัสเจ้าหน้าที่หรือรหัสผ่านไม่ตรงกัน")
    page = drawn("office/sign_in.html", stranger(form=form, demo=False))
    assert 'value="ex030"' in page
    assert "รหัสเจ้าหน้าที่หรือรหัสผ่านไม่ตรงกัน" in page
    assert 'role="alert"' in page
    assert not [
        found for found in Outline(page).inputs if found.get("name") == "password" and "value" in found
    ]


def test_demo_lists_its_accounts_as_plain_links() -> None:
    account = {"code": "EX030", "name": "นายไหม ตัวอย่าง", "role": "เจ้าหน้าที่", "why": "กรอกรายงาน"}
    values = stranger(
        form=SignIn(initial={"username": "EX030"}), demo_accounts=[account], demo_password="abc-1234"
    )
    page = drawn("office/sign_in.html", values, query="?next=/plans/2570/")
    assert 'href="?next=%2Fplans%2F2570%2F&amp;code=EX030"' in page
    assert "abc-1234" in page
    assert 'value="EX030"' in page


def test_lockout_says_how_long() -> None:
    page = drawn("office/locked_out.html", stranger(limit=5, minutes=15))
    assert "ครบ 5 ครั้ง" in page
    assert "15 นาที" in page


# Components


def test_job_asks_again_only_until_it_is_over() -> None:
    job = {"done": 26, "total": 40, "doing": "นายอังคาร", "over": False}
    page = drawn("components/job.html", {"job": job, "url": "/office/jobs/1/progress/", "unit": "คน"})
    assert "ทำแล้ว 26 จาก 40 คน" in page
    assert 'hx-get="/office/jobs/1/progress/" hx-trigger="every 2s"' in page
    assert "hx-get" not in drawn("components/job.html", {"job": {**job, "over": True}, "url": "/x"})
    assert "รอเริ่ม" in drawn("components/job.html", {"job": {**job, "done": 0, "total": 0}, "url": "/x"})


def test_months_nav_leaves_out_what_is_not_there() -> None:
    page = drawn(
        "components/months_nav.html", {"previous": {"url": "/a/", "label": "ก.พ. 2569"}, "not_yet": "ยังไม่ถึง"}
    )
    assert page.count("<a ") == 1
    assert "ยังไม่ถึง" in page

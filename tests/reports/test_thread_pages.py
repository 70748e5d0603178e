"""หารือ: the thread of an item's month, and the list of open objections, as people see them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from office import clock
from office.enums import Role
from reports.actions import talk
from reports.enums import PostKind
from reports.models import Post
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SENT = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def unit():
    return b.make_unit(b.make_office())


@pytest.fixture
def ann(unit):
    return b.make_person(unit)


@pytest.fixture
def bob(unit):
    return b.make_person(unit)


@pytest.fixture
def admin(unit):
    return b.make_person(unit, Role.GENERAL_ADMIN)


@pytest.fixture
def item(unit, ann):
    item = b.make_item(b.make_plan(unit.office), {ann: [4]}, job_no="สสจ. 901")
    b.send_report(ann, {item: {"target": 4, "kind": "VALUE", "quantity": 3}}, at=SENT)
    return item


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(item, month="2026-10") -> str:
    return f"/plans/2570/items/{item.pk}/{month}/"


def text_of(response, status=200) -> str:
    assert response.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def posted(item, who, text, kind=PostKind.COMMENT, at=NOW):
    month = b.month_of(who.office)
    return talk.post(item, month, kind=kind, text=text, by=b.actor(who), now=at)


def test_the_thread_shows_the_office_s_figures_and_the_posts_oldest_first(item, ann, bob):
    posted(item, ann, "แผนเดือนนี้สูง", PostKind.OBJECTION, NOW - timedelta(hours=2))
    posted(item, bob, "เห็นด้วย", at=NOW - timedelta(hours=1))
    text = text_of(client_of(bob).get(url(item)))
    assert "ตุลาคม 2569" in text
    assert "แผนเดือนนี้ 4 ครั้ง ผลเดือนนี้ 3 ร้อยละ ▼ 75.00 %" in text
    assert text.index("แผนเดือนนี้สูง") < text.index("เห็นด้วย")
    assert f"{ann.full_name} 2 พ.ย. 2569 07.00 น." in text
    assert "ข้อโต้แย้งค้าง 1" in text


def test_one_posts_edits_and_settles_with_plain_forms(item, ann):
    client = client_of(ann)
    answer = client.post(url(item), {"kind": "OBJECTION", "text": "แผนสูงไป"})
    post = Post.objects.get()
    assert answer["Location"] == f"{url(item)}#post-{post.pk}"
    changed = client.post(f"/plans/2570/posts/{post.pk}/edit/", {"text": "แผนสูงไป 1 ครั้ง", "edits": "0"})
    assert changed["Location"] == f"{url(item)}#post-{post.pk}"
    text = text_of(client.get(url(item)))
    assert "แก้ไขแล้ว 1 ครั้ง ข้อความเดิม ใช้จนถึง 2 พ.ย. 2569 09.00 น. แผนสูงไป" in text
    client.post(f"/plans/2570/posts/{post.pk}/settle/", {"reason": ""})
    text = text_of(client.get(url(item)))
    assert f"ได้ข้อยุติเมื่อ 2 พ.ย. 2569 09.00 น. โดย {ann.full_name}" in text
    assert "แก้ไขข้อความ" not in text


def test_a_refused_form_keeps_what_was_typed(item, ann, admin):
    page = client_of(ann).post(url(item), {"kind": "OBJECTION", "text": "ก" * 4001})
    assert "เขียนไม่เกิน 4,000 ตัวอักษร" in text_of(page, 422)
    assert "ก" * 4001 in page.content.decode()
    assert 'value="OBJECTION" checked' in page.content.decode()
    assert "เขียนข้อความก่อนบันทึก" in text_of(
        client_of(ann).post(url(item), {"kind": "COMMENT", "text": " "}), 422
    )
    post = posted(item, ann, "โต้แย้ง", PostKind.OBJECTION)
    lacking = client_of(admin).post(f"/plans/2570/posts/{post.pk}/settle/", {"reason": ""})
    assert "กรอกเหตุผลที่ถือว่าได้ข้อยุติ" in text_of(lacking, 422)
    empty = client_of(ann).post(f"/plans/2570/posts/{post.pk}/edit/", {"text": "", "edits": "0"})
    assert f'href="#edit-{post.pk}"' in empty.content.decode()
    assert empty.status_code == 422


def test_the_second_of_two_edits_is_shown_both_texts(item, ann):
    post, client = posted(item, ann, "หนึ่ง"), client_of(ann)
    edit = f"/plans/2570/posts/{post.pk}/edit/"
    client.post(edit, {"text": "สองสอง", "edits": "0"})
    page = client.post(edit, {"text": "สามสาม", "edits": "0"})
    assert page.status_code == 409
    assert "สองสอง" in page.content.decode()
    assert "สามสาม</textarea>" in page.content.decode()
    assert 'name="edits" value="1"' in page.content.decode()
    assert Post.objects.get().text == "สองสอง"


def test_what_is_settled_is_told_so_and_nothing_typed_is_lost(item, ann, admin):
    post = posted(item, ann, "โต้แย้ง", PostKind.OBJECTION)
    talk.settle(post, by=b.actor(admin), now=NOW, reason="คงแผน")
    page = client_of(ann).post(f"/plans/2570/posts/{post.pk}/edit/", {"text": "พิมพ์ไว้", "edits": "0"})
    assert (page.status_code, "พิมพ์ไว้</textarea>" in page.content.decode()) == (409, True)
    again = client_of(ann).post(f"/plans/2570/posts/{post.pk}/settle/", {"reason": "พิมพ์ไว้"})
    assert (again.status_code, "พิมพ์ไว้</textarea>" in again.content.decode()) == (409, True)


def test_another_s_post_has_no_form_and_is_refused(item, ann, bob):
    post = posted(item, ann, "โต้แย้ง", PostKind.OBJECTION)
    client = client_of(bob)
    page = client.get(url(item)).content.decode()
    assert ("/edit/" in page, "/settle/" in page) == (False, False)
    assert client.post(f"/plans/2570/posts/{post.pk}/edit/", {"text": "x", "edits": "0"}).status_code == 403
    assert client.post(f"/plans/2570/posts/{post.pk}/settle/", {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("where", ["thread", "year", "month", "post"])
def test_out_of_reach_is_not_there(item, ann, where):
    post = posted(item, ann, "ข้อความ")
    stranger = b.make_person(b.make_unit(b.make_office()))
    b.make_plan(stranger.office)
    asked = {
        "thread": (stranger, url(item)),
        "year": (ann, f"/plans/2569/items/{item.pk}/2026-10/"),
        "month": (ann, url(item, "2026-09")),
        "post": (stranger, f"/plans/2570/posts/{post.pk}/edit/"),
    }
    who, address = asked[where]
    assert client_of(who).get(address).status_code == 404


def test_a_form_s_address_opened_by_itself_leads_to_the_thread(item, ann):
    post = posted(item, ann, "โต้แย้ง", PostKind.OBJECTION)
    for step in ("edit", "settle"):
        answer = client_of(ann).get(f"/plans/2570/posts/{post.pk}/{step}/")
        assert answer["Location"] == f"{url(item)}#post-{post.pk}"


def test_what_is_typed_is_shown_as_text(item, ann):
    posted(item, ann, "<script>alert(1)</script> =cmd|' /C calc'!A0 {{ 7|add:7 }}")
    page = client_of(ann).get(url(item)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7|add:7 }}" in page


def test_a_draft_plan_waits_for_approval(unit, ann):
    item = b.make_item(b.make_plan(unit.office, approved=False), {ann: [4]})
    assert "หารือรายเดือนได้เมื่อสหกรณ์จังหวัดอนุมัติแผนแล้ว" in text_of(client_of(ann).get(url(item)))
    answer = client_of(ann).post(url(item), {"kind": "COMMENT", "text": "ข้อความ"})
    assert (answer.status_code, Post.objects.count()) == (409, 0)


def test_the_item_s_page_counts_posts_and_open_objections_by_month(item, ann, bob):
    posted(item, ann, "โต้แย้ง", PostKind.OBJECTION)
    posted(item, bob, "ความเห็น")
    page = text_of(client_of(bob).get(f"/plans/2570/items/{item.pk}/"))
    assert "ตุลาคม 2569 หารือ 2 เดือนตุลาคม 2569 ข้อโต้แย้งค้าง 1" in page
    assert "พฤศจิกายน 2569 หารือ เดือนพฤศจิกายน 2569" in page


def test_open_objections_are_listed_and_linked_from_the_plan(item, ann, bob, admin):
    client = client_of(bob)
    assert "/plans/2570/objections/" not in client.get("/plans/2570/").content.decode()
    assert "ไม่มีข้อโต้แย้งค้างอยู่" in text_of(client.get("/plans/2570/objections/"))
    post = posted(item, ann, "แผนสูงไป", PostKind.OBJECTION)
    assert 'href="/plans/2570/objections/"' in client.get("/plans/2570/").content.decode()
    page = client.get("/plans/2570/objections/")
    assert f"{url(item)}#post-{post.pk}" in page.content.decode()
    assert f"แผนสูงไป ตุลาคม 2569 {ann.full_name} 2 พ.ย. 2569" in text_of(page)
    talk.settle(post, by=b.actor(admin), now=NOW, reason="คงแผน")
    assert "ไม่มีข้อโต้แย้งค้างอยู่" in text_of(client.get("/plans/2570/objections/"))
    assert client.get("/plans/9999/objections/").status_code == 404


@pytest.mark.parametrize("count", [1, 3, 60])
def test_pages_take_the_same_queries_for_any_number_of_posts(
    unit, item, ann, count, django_assert_num_queries
):
    for n in range(count):
        who = b.make_person(unit)
        post = posted(item, who, f"โต้แย้ง {n}", PostKind.OBJECTION)
        talk.edit(post, text=f"โต้แย้งอีกครั้ง {n}", by=b.actor(who), now=NOW, edits=0)
    client = client_of(ann)
    client.get(url(item))
    with django_assert_num_queries(10):
        client.get(url(item))
    with django_assert_num_queries(5):
        client.get("/plans/2570/objections/")
    with django_assert_num_queries(9):
        client.get(f"/plans/2570/items/{item.pk}/")

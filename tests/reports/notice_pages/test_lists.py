"""Who sees which notices, and what the lists say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reports.actions.compliance import check_month
from reports.enums import Breach, FlagState
from reports.models import Flag, Notice
from tests import builders as b
from tests.reports.notice_pages.scene import NOW, PREPARE, SEND, SHORT, text, words

pytestmark = pytest.mark.django_db


def test_a_notice_is_seen_by_its_officer_the_head_the_admins_and_the_director(cast, as_):
    url = f"/notices/{cast.tell(cast.ann).pk}/"
    for person in (cast.ann, cast.head, cast.admin, cast.director):
        html = text(as_(person).get(url))
        assert "สสจ. 1" in html and "โปรดตรวจทาน" in html
    for person in (cast.bob, cast.other_head):
        assert as_(person).get(url).status_code == 404


@pytest.mark.parametrize("url", ["/notices/", "/cases/", "/cps/"])
def test_the_lists_stand_where_the_reports_are_and_lead_back_there(cast, as_, url):
    for person, place in ((cast.admin, "/compliance/2026-10/"), (cast.ann, "/reports/")):
        html = text(as_(person).get(url))
        assert f'<a href="{place}" aria-current="page">' in html
        assert f'<nav class="crumbs" aria-label="ทางกลับ"><a href="{place}">' in html


def test_officers_find_their_notices_from_their_month_and_not_the_directors_list(cast, as_):
    assert 'href="/notices/"' in text(as_(cast.ann).get("/reports/2026-10/"))
    seen = ["show=last" in text(as_(person).get("/notices/")) for person in (cast.ann, cast.head, cast.admin)]
    assert seen == [False, True, True]


def test_the_list_holds_what_is_within_reach(cast, as_):
    cast.tell(cast.ann)
    cast.tell(cast.bob)
    for person, names in (
        (cast.admin, {"แอน", "บ๊อบ"}),
        (cast.director, {"แอน", "บ๊อบ"}),
        (cast.head, {"แอน", "บ๊อบ"}),
        (cast.other_head, set()),
    ):
        html = text(as_(person).get("/notices/"))
        assert {name for name in ("แอน", "บ๊อบ") if name in html} == names
    html = text(as_(cast.ann).get("/notices/"))
    assert html.count("/notices/1") + html.count('class="name"') >= 1
    assert "1 ฉบับ" in html


def test_the_filters_part_the_list(cast, as_, clock):
    first = cast.tell(cast.ann)
    cast.tell(cast.bob)
    Notice.objects.filter(pk=first.pk).update(answered_at=NOW)
    client = as_(cast.admin)

    def shown(show: str) -> set[str]:
        html = text(client.get(f"/notices/?show={show}"))
        return {name for name in ("แอน", "บ๊อบ") if name in html}

    assert (shown("open"), shown("answered"), shown("overdue")) == ({"บ๊อบ"}, {"แอน"}, set())
    clock(NOW + timedelta(days=5))
    assert (shown("open"), shown("overdue"), shown("last")) == (set(), {"บ๊อบ"}, set())


def test_what_waited_in_vain_once_leads_from_home_to_the_second_notice(cast, as_, clock):
    first = cast.tell(cast.ann)
    clock(cast.tell(cast.bob).answer_by + timedelta(seconds=1))
    cast.tell(cast.ann, first.answer_by + timedelta(seconds=1))
    again = f'href="{PREPARE}?p=EX006"'
    client = as_(cast.admin)
    assert 'href="/notices/?show=again"' in text(client.get("/"))
    html = text(client.get("/notices/?show=again"))
    assert (again in html, "แอน" in html) == (True, False)
    pages = [
        text(client.get(f"/notices/{notice.pk}/")) for notice in Notice.objects.order_by("no", "person_id")
    ]
    assert [f"{PREPARE}?p=" in html for html in pages] == [False, True, False]
    assert again not in text(as_(cast.director).get("/notices/?show=again"))


def test_the_last_notice_takes_all_that_stands_open_and_says_that_it_is_the_last(cast, as_, clock):
    flag, *others = Flag.objects.filter(person=cast.ann)
    first = cast.tell(cast.ann)
    clock(first.answer_by + timedelta(seconds=1))
    client, sent = as_(cast.admin), {"p": "EX005", "flag": flag.pk}
    html = text(client.get(PREPARE, sent))
    assert "ครั้งสุดท้ายของเดือนนี้" in html
    assert all(f'name="flag" value="{each.pk}" checked' in html for each in [flag, *others])
    html = text(client.post(SEND, sent | {"message": "ก" * 4001}), 422)
    assert html.count(" checked") == 1, "what was left out by hand stays out"


def test_the_directors_list_holds_what_was_told_twice_in_vain(cast, as_, clock):
    first = cast.tell(cast.bob)
    second = cast.tell(cast.bob, first.answer_by + timedelta(seconds=1))
    clock(second.answer_by + timedelta(seconds=1))
    client = as_(cast.director)
    assert "บ๊อบ" in text(client.get("/notices/?show=last"))
    assert "แจ้งครบ 2 ครั้งแล้วยังไม่ตอบ 1 ฉบับ" in text(client.get("/"))
    assert text(client.get("/notices/?show=overdue")).count('class="row-bad"') == 1


def test_told_twice_in_vain_each_reads_what_can_be_done(cast, as_, clock):
    first = cast.tell(cast.ann)
    second = cast.tell(cast.ann, first.answer_by + timedelta(seconds=1))
    clock(max(second.answer_by, cast.month.lock_at) + timedelta(seconds=1))
    url = f"/notices/{second.pk}/"
    officer, admin, director = (text(as_(who).get(url)) for who in (cast.ann, cast.admin, cast.director))
    assert ("ไปแก้ไขรายงาน" in officer, "“เปิดแก้ไข” แล้วจึงชี้แจงได้" in officer) == (False, True)
    assert ("/reports/2026-10/EX005/unlock/" in admin, "เปิดแก้ไขให้เจ้าหน้าที่" in admin) == (True, True)
    assert ("unlock" in director, "เพื่อโปรดทราบ" in director) == (False, True)


def test_a_notice_of_what_was_settled_otherwise_waits_for_nobody(cast, as_, clock):
    notice = cast.tell(cast.bob)
    Flag.objects.filter(person=cast.bob).update(state=FlagState.CLEARED)
    clock(notice.answer_by + timedelta(seconds=1))
    client = as_(cast.admin)
    assert "บ๊อบ" not in text(client.get("/notices/?show=overdue"))
    assert "ไม่ต้องตอบแล้ว" in text(client.get("/notices/"))
    assert "เลยกำหนดตอบ" not in text(client.get("/"))
    month = text(as_(cast.bob).get("/reports/2026-10/"))
    assert ("ไม่ต้องตอบแล้ว" in month, "เลยกำหนดตอบ" in month) == (True, False)
    assert f"/notices/{notice.pk}/" not in text(as_(cast.bob).get("/")).split("ข่าวที่ยังไม่ได้อ่าน")[0]


def test_the_months_trail_lists_both_notices(cast, as_, clock):
    """The first is the return of what was submitted, the second a step of its own."""
    first = cast.tell(cast.ann)
    clock(first.answer_by + timedelta(seconds=1))
    second = cast.tell(cast.ann, at=first.answer_by + timedelta(seconds=1))
    for person in (cast.ann, cast.admin, cast.head):
        trail = text(as_(person).get("/reports/2026-10/EX005/")).split('id="trail-head"')[1].split("</ol>")[0]
        assert [each in trail for each in (f'"/notices/{first.pk}/"', f'"/notices/{second.pk}/"')] == [
            True,
            True,
        ]
        assert "ส่งกลับแก้ไข ฉบับที่ 1 ตามบันทึกแจ้งครั้งที่ 1" in words(trail)
        assert "แจ้งเจ้าหน้าที่ ครั้งที่ 2 โดย" in words(trail)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (NOW, "แก้ไขและชี้แจงภายใน 5 พ.ย. 2569 16.30 น."),
        (
            datetime(2026, 11, 5, 10, 0, tzinfo=UTC),
            "เลยกำหนดตอบ 5 พ.ย. 2569 16.30 น. · ยังแก้ได้ถึง 6 พ.ย. 2569 16.30 น.",
        ),
        (datetime(2026, 11, 9, 2, 0, tzinfo=UTC), "เลยกำหนดตอบ 5 พ.ย. 2569 16.30 น."),
    ],
    ids=["awaited", "passed, still open", "passed and shut"],
)
@pytest.mark.parametrize("name", ["ann", "bob"])
def test_the_month_page_says_when_the_answer_by_has_passed_and_how_long_it_is_open(
    cast, as_, clock, name, at, said
):
    person = getattr(cast, name)
    cast.tell(person)
    clock(at)
    html = text(as_(person).get("/reports/2026-10/"))
    banner = words(html.split("บันทึกแจ้งครั้งที่ 1</a>", 1)[1].split("</p>")[0])
    assert banner.split(" · ", 1)[1].strip() == said


def test_a_report_never_sent_has_its_notices_in_the_trail(cast, as_):
    notice = cast.tell(cast.bob)
    html = text(as_(cast.bob).get("/reports/2026-10/"))
    assert f'"/notices/{notice.pk}/">แจ้งเจ้าหน้าที่ ครั้งที่ 1</a>' in html


def test_the_explanation_given_in_the_report_stands_with_its_fact(cast, as_):
    """The one that stood there when it was told is marked as such."""
    Flag.objects.filter(breach=Breach.OFF_PLAN).update(
        basis={"result": "3.00", "target": "4.00", "explanation": "เลื่อนนัด", "cps": ""}
    )
    notice, client = cast.tell(cast.ann), as_(cast.admin)
    assert "คำชี้แจงเดิมเลื่อนนัด" in words(text(client.get(f"/notices/{notice.pk}/")))
    b.send_report(
        cast.ann, {cast.item: SHORT | {"explanation": "น้ำท่วมสะพานขาด"}}, at=NOW + timedelta(hours=1)
    )
    check_month(cast.month, as_of=NOW + timedelta(hours=2), by=b.SYSTEM, store=True)
    for person in (cast.admin, cast.ann, cast.head):
        assert "คำชี้แจงในรายงานน้ำท่วมสะพานขาด" in words(text(as_(person).get(f"/notices/{notice.pk}/")))

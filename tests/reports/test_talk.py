"""What people say: kept, edited without loss, settled by whose task it is, and told to whom it concerns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.access import Perm, may
from office.audit import Verb, history_of
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import Membership, Notification
from reports.actions import talk
from reports.enums import PostKind
from reports.models import MonthComment, Post
from reports.talk_reads import objections_of, said_by_month
from reports.texts import LONGEST_TEXT, cleaned, too_long
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Cast:
    def __init__(self):
        self.office = b.make_office()
        self.unit, other = b.make_unit(self.office), b.make_unit(self.office)
        self.ann, self.bob = b.make_person(self.unit), b.make_person(self.unit)
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.other_head = b.make_person(other, Role.UNIT_HEAD)
        self.admin = b.make_person(other, Role.GENERAL_ADMIN)
        self.director = b.make_person(other, Role.DIRECTOR)
        self.stranger = b.make_person(b.make_unit(b.make_office()))
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.ann: [4, 4]}, job_no="สสจ. 901")
        self.month = b.month_of(self.office)

    def post(self, who, text="แผนสูงไป", *, kind=PostKind.COMMENT, now=NOW, **more):
        place = {"item": self.item, "month": self.month} | more
        return talk.post(place["item"], place["month"], kind=kind, text=text, by=b.actor(who), now=now)

    def comment(self, who, text="ขอรายละเอียดเพิ่ม", *, now=NOW, person=None):
        return talk.comment(person or self.ann, self.month, text=text, by=b.actor(who), now=now)

    def told(self, person):
        return [note.key.split(":")[0] for note in Notification.objects.filter(person=person).order_by("id")]


@pytest.fixture
def cast():
    return Cast()


# --- texts ---


@given(st.text())
def test_cleaning_is_done_once_and_leaves_no_control_character(text):
    once = cleaned(text)
    assert cleaned(once) == once
    assert not any(ord(sign) < 32 and sign not in "\n\t" for sign in once)


@pytest.mark.parametrize(("length", "fits"), [(LONGEST_TEXT, True), (LONGEST_TEXT + 1, False)])
def test_a_text_has_a_limit(length, fits):
    assert (too_long("ก" * length) == "") is fits


# --- posts ---


def test_a_post_is_kept_with_its_author_its_instant_and_a_line_of_history(cast):
    post = cast.post(cast.bob, "  ขอดูวิธีนับ\r\nอีกครั้ง\x07 ", kind=PostKind.OBJECTION)
    assert (post.author, post.at, post.text, post.kind) == (cast.bob, NOW, "ขอดูวิธีนับ\nอีกครั้ง", "OBJECTION")
    (event,) = history_of(post)
    assert (event.verb, event.actor_id, event.after["kind"]) == (Verb.POST_WRITTEN, cast.bob.pk, "OBJECTION")


@pytest.mark.parametrize(
    "text", ["", "  \n ", "\x00\x07", "ก" * (LONGEST_TEXT + 1)], ids=["empty", "blank", "control", "long"]
)
def test_a_text_that_says_nothing_or_too_much_is_refused(cast, text):
    with pytest.raises(Invalid) as refusal:
        cast.post(cast.ann, text)
    assert set(refusal.value.faults) == {"text"}
    assert not Post.objects.exists()


def test_an_objection_reaches_those_who_settle_it_and_a_comment_does_not(cast):
    cast.post(cast.ann)
    assert cast.told(cast.admin) == []
    objection = cast.post(cast.ann, "แผนไม่ตรงกับที่ตกลง", kind=PostKind.OBJECTION)
    cast.post(cast.admin, "แผนผิดเดือน", kind=PostKind.OBJECTION)
    assert (cast.told(cast.admin), cast.told(cast.director)) == (["objection"], [])
    (note,) = Notification.objects.filter(person=cast.admin)
    assert note.text == f"{cast.ann.full_name} เขียนข้อโต้แย้งใน สสจ. 901 เดือนตุลาคม 2569"
    assert note.url.endswith(f"#post-{objection.pk}")


def test_a_kind_that_is_none_is_refused(cast):
    with pytest.raises(Invalid) as refusal:
        cast.post(cast.ann, kind="SHOUT")
    assert set(refusal.value.faults) == {"kind"}


def test_a_double_click_posts_once_and_the_same_words_later_are_another_post(cast):
    first = cast.post(cast.ann)
    assert cast.post(cast.ann, now=NOW + MINUTE / 2) == first
    assert cast.post(cast.bob, now=NOW + MINUTE / 2) != first
    assert cast.post(cast.ann, now=NOW + MINUTE) != first
    assert Post.objects.count() == 3


@pytest.mark.parametrize("who", ["ann", "bob", "head", "admin", "director"])
def test_everyone_of_the_office_may_post(cast, who):
    assert cast.post(getattr(cast, who)).author == getattr(cast, who)


def test_another_office_may_not_nor_the_system(cast):
    with pytest.raises(NotAllowed):
        cast.post(cast.stranger)
    with pytest.raises(NotAllowed):
        talk.post(cast.item, cast.month, kind="COMMENT", text="x", by=b.SYSTEM, now=NOW)


def test_a_month_of_another_year_is_refused_and_a_draft_plan_waits(cast):
    old = b.make_plan(cast.office, 2569, approved=False)
    with pytest.raises(Invalid):
        cast.post(cast.ann, month=b.month_of(cast.office, "2026-09"))
    item = b.make_item(old, {cast.ann: [1]})
    with pytest.raises(NotAllowedNow):
        cast.post(cast.ann, item=item, month=b.month_of(cast.office, "2026-09"))


def test_owners_of_the_month_s_share_and_earlier_participants_are_told_once_a_day_never_oneself(cast):
    cast.post(cast.bob)
    assert (cast.told(cast.ann), cast.told(cast.bob), cast.told(cast.head)) == (["thread"], [], [])
    cast.post(cast.ann, "ขอบคุณ", now=NOW + MINUTE)
    cast.post(cast.head, "เห็นด้วย", now=NOW + 2 * MINUTE)
    assert (cast.told(cast.ann), cast.told(cast.bob), cast.told(cast.head)) == (["thread"], ["thread"], [])
    cast.post(cast.bob, "เพิ่มเติม", now=NOW + DAY)
    assert (cast.told(cast.ann), cast.told(cast.head)) == (["thread", "thread"], ["thread"])


def test_who_holds_no_share_that_month_or_is_gone_is_not_told(cast):
    december = b.month_of(cast.office, "2026-12")
    cast.post(cast.bob, month=december)
    cast.ann.is_active = False
    cast.ann.save()
    cast.post(cast.bob)
    assert cast.told(cast.ann) == []


# --- edits ---


def test_an_edit_keeps_every_earlier_text(cast):
    post = cast.post(cast.ann, "หนึ่ง")
    post = talk.edit(post, text="สอง", by=b.actor(cast.ann), now=NOW + MINUTE, edits=0)
    post = talk.edit(post, text="สาม", by=b.actor(cast.ann), now=NOW + 2 * MINUTE, edits=1)
    assert (post.text, post.edits) == ("สาม", 2)
    assert [(old.no, old.text, old.until) for old in post.texts.all()] == [
        (1, "หนึ่ง", NOW + MINUTE),
        (2, "สอง", NOW + 2 * MINUTE),
    ]
    last = list(history_of(post))[-1]
    assert (last.verb, last.before, last.after) == (Verb.POST_EDITED, {"text": "สอง"}, {"text": "สาม"})


def test_the_same_text_again_changes_nothing(cast):
    post = cast.post(cast.ann, "หนึ่ง")
    assert talk.edit(post, text=" หนึ่ง ", by=b.actor(cast.ann), now=NOW, edits=0).edits == 0
    assert history_of(post).count() == 1


def test_who_read_an_older_text_overwrites_nothing(cast):
    post = cast.post(cast.ann, "หนึ่ง")
    talk.edit(post, text="สอง", by=b.actor(cast.ann), now=NOW, edits=0)
    with pytest.raises(Stale):
        talk.edit(post, text="สาม", by=b.actor(cast.ann), now=NOW, edits=0)
    assert Post.objects.get().text == "สอง"


@pytest.mark.parametrize("who", ["bob", "head", "admin", "director", "stranger"])
def test_nobody_edits_another_s_words(cast, who):
    post = cast.post(cast.ann)
    with pytest.raises(NotAllowed):
        talk.edit(post, text="อื่น", by=b.actor(getattr(cast, who)), now=NOW, edits=0)


def test_nobody_can_delete_a_post_or_an_earlier_text():
    deeds = {name for name in dir(talk) if not name.startswith("_")}
    assert not {name for name in deeds if "delete" in name or "remove" in name}


# --- objections ---


def settle(post, who, reason=""):
    return talk.settle(post, by=b.actor(who), now=NOW + MINUTE, reason=reason)


def test_its_author_settles_an_objection_without_a_reason(cast):
    post = settle(cast.post(cast.ann, kind=PostKind.OBJECTION), cast.ann)
    assert (post.settled_at, post.settled_by) == (NOW + MINUTE, cast.ann)
    assert list(history_of(post))[-1].verb == Verb.OBJECTION_SETTLED
    assert cast.told(cast.ann) == []


def test_the_admin_unit_says_why_and_the_author_is_told(cast):
    post = cast.post(cast.ann, kind=PostKind.OBJECTION)
    with pytest.raises(Invalid) as refusal:
        settle(post, cast.admin, "  ")
    assert set(refusal.value.faults) == {"reason"}
    settled = settle(post, cast.admin, "ตรวจแล้ว คงแผนเดิม")
    assert (settled.settled_by, settled.settled_reason) == (cast.admin, "ตรวจแล้ว คงแผนเดิม")
    assert list(history_of(post))[-1].reason == "ตรวจแล้ว คงแผนเดิม"
    assert cast.told(cast.ann) == ["settled"]


@pytest.mark.parametrize("who", ["bob", "head", "director", "stranger"])
def test_nobody_else_settles_it(cast, who):
    post = cast.post(cast.ann, kind=PostKind.OBJECTION)
    with pytest.raises(NotAllowed):
        settle(post, getattr(cast, who), "ยุติ")


def test_a_comment_has_nothing_to_settle(cast):
    with pytest.raises(NotAllowedNow):
        settle(cast.post(cast.ann), cast.ann)


def test_settled_once_it_stays_so_and_a_second_click_changes_nothing(cast):
    post = settle(cast.post(cast.ann, kind=PostKind.OBJECTION), cast.ann)
    assert settle(post, cast.ann).settled_at == NOW + MINUTE
    with pytest.raises(NotAllowedNow):
        settle(post, cast.admin, "ซ้ำ")
    with pytest.raises(NotAllowedNow):
        talk.edit(post, text="อื่น", by=b.actor(cast.ann), now=NOW, edits=0)
    assert history_of(post).count() == 2


def test_open_objections_of_a_year_are_listed_oldest_first(cast):
    first = cast.post(cast.ann, "ก", kind=PostKind.OBJECTION)
    second = cast.post(cast.bob, "ข", kind=PostKind.OBJECTION, now=NOW + MINUTE)
    settle(cast.post(cast.bob, "ค", kind=PostKind.OBJECTION), cast.bob)
    cast.post(cast.bob, "ง")
    assert list(objections_of(cast.office.pk, 2570)) == [first, second]
    assert list(objections_of(cast.office.pk, 2569)) == []
    assert list(objections_of(cast.stranger.office_id, 2570)) == []
    assert said_by_month(cast.item) == {cast.month.first: (4, 2)}


# --- comments on a month ---


@pytest.mark.parametrize("who", ["head", "admin", "director", "ann"])
def test_head_admin_director_and_the_officer_comment(cast, who):
    said = cast.comment(getattr(cast, who))
    assert (said.person, said.unit, said.author, said.at) == (cast.ann, cast.unit, getattr(cast, who), NOW)
    (event,) = history_of(said)
    assert event.verb == Verb.MONTH_COMMENTED


@pytest.mark.parametrize("who", ["bob", "other_head", "stranger"])
def test_colleagues_other_heads_and_other_offices_do_not(cast, who):
    with pytest.raises(NotAllowed):
        cast.comment(getattr(cast, who))
    assert not MonthComment.objects.exists()


def test_the_officer_is_told_and_the_answer_tells_those_who_spoke_each_once(cast):
    cast.comment(cast.head)
    cast.comment(cast.admin, "ขอภาพถ่ายด้วย", now=NOW + MINUTE)
    assert cast.told(cast.ann) == ["month-comment", "month-comment"]
    assert cast.told(cast.head) == []
    cast.comment(cast.head, "ขอบคุณ", now=NOW + 2 * MINUTE)
    cast.comment(cast.ann, "แนบแล้ว", now=NOW + 3 * MINUTE)
    assert (cast.told(cast.head), cast.told(cast.admin)) == (["month-comment"], ["month-comment"])
    assert (len(cast.told(cast.ann)), cast.told(cast.director)) == (3, [])


def test_who_may_no_longer_read_the_month_is_not_told_of_the_answer(cast):
    cast.comment(cast.head)
    Membership.objects.filter(person=cast.head, role=Role.UNIT_HEAD).update(ends_on=NOW.date() - DAY)
    cast.comment(cast.ann, "แนบแล้ว", now=NOW + MINUTE)
    assert cast.told(cast.head) == []


def test_a_double_click_comments_once(cast):
    assert cast.comment(cast.head) == cast.comment(cast.head, now=NOW + MINUTE / 2)
    assert cast.told(cast.ann) == ["month-comment"]


@pytest.mark.parametrize("text", ["", " \n", "ก" * (LONGEST_TEXT + 1)])
def test_an_empty_or_endless_comment_is_refused(cast, text):
    with pytest.raises(Invalid):
        cast.comment(cast.head, text)


def test_one_who_serves_nowhere_that_day_or_a_month_of_another_office_is_refused(cast):
    with pytest.raises(NotAllowed):
        talk.comment(cast.ann, b.month_of(_office_with_plan()), text="x", by=b.actor(cast.director), now=NOW)
    Membership.objects.filter(person=cast.ann).update(ends_on=NOW.date() - DAY)
    with pytest.raises(NotAllowedNow):
        cast.comment(cast.director)


@pytest.mark.parametrize("who", ["ann", "bob", "head", "other_head", "admin", "director", "stranger"])
def test_a_page_and_a_list_agree_on_who_reaches_what_is_said(cast, who):
    cast.post(cast.ann)
    cast.post(cast.admin)
    cast.comment(cast.head)
    reader = b.actor(getattr(cast, who))
    for model, perms in (
        (Post, (Perm.DISCUSS, Perm.DISCUSS_SETTLE)),
        (MonthComment, (Perm.MONTH_COMMENT,)),
    ):
        for perm in perms:
            allowed = {each for each in model.objects.all() if may(reader, perm, each)}
            assert set(model.objects.within(reader, perm)) == allowed


def _office_with_plan():
    office = b.make_office()
    b.make_plan(office)
    return office


def test_the_unit_is_the_one_served_in_on_the_day_of_the_comment(cast):
    moved = b.make_unit(cast.office)
    Membership.objects.filter(person=cast.ann).update(unit=moved)
    assert cast.comment(cast.director).unit == moved
    with pytest.raises(NotAllowed):
        cast.comment(cast.head, "ยังอ่านได้ไหม")

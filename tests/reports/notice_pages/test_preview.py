"""What is said before sending."""

from __future__ import annotations

import pytest

from reports.case_reads import memos
from reports.enums import FlagState
from reports.memo import closing_of, subject_of
from reports.models import Flag
from reports.notice_preview import previews
from tests import builders as b
from tests.reports.notice_pages.scene import NOW, PREPARE, SEND, text, words

pytestmark = pytest.mark.django_db


def test_the_words_before_sending_are_those_of_the_memo(cast, as_):
    """A report that never came is asked for; a second notice names the first and goes through the head."""
    html = text(as_(cast.admin).get(PREPARE, {"p": "EX006"}))
    (memo,) = previews(cast.month, memos(cast.month, [cast.bob], now=NOW), by=b.actor(cast.admin), now=NOW)
    assert (memo.subject in html, memo.closing in html) == (True, True)
    notice = cast.tell(cast.bob)
    assert (subject_of(notice), closing_of(notice)) == (memo.subject, memo.closing)


def test_who_has_nothing_ticked_is_counted_apart_and_named_afterwards(cast, as_):
    Flag.objects.filter(person=cast.ann).update(state=FlagState.EXPLAINED)
    client = as_(cast.admin)
    html = text(client.get(PREPARE, {"p": ["EX005", "EX006"]}))
    said = ("จะส่ง 1 ฉบับ จาก 2 คน", "ไม่ส่งถึง 1 คน", f"{cast.ann.full_name}: ทุกเรื่องชี้แจงแล้ว")
    assert [each for each in said if each not in words(html)] == []
    chosen = Flag.objects.filter(person=cast.bob).values_list("pk", flat=True)
    html = text(client.post(SEND, {"p": ["EX005", "EX006"], "flag": list(chosen)}, follow=True))
    assert f"แจ้งแล้ว 1 คน · ไม่ได้แจ้ง 1 คน เพราะไม่ได้เลือกเรื่อง: {cast.ann.full_name}" in html


def test_the_way_from_a_case_comes_with_that_case_ticked(cast, as_):
    Flag.objects.filter(person=cast.ann).update(state=FlagState.EXPLAINED)
    flag = Flag.objects.filter(person=cast.ann).first()
    html = text(as_(cast.admin).get(PREPARE, {"p": "EX005", "flag": flag.pk}))
    assert f'name="flag" value="{flag.pk}" checked' in html


def test_nobody_ticked_says_so(cast, as_):
    assert "ยังไม่ได้เลือกเจ้าหน้าที่" in text(as_(cast.admin).get(PREPARE))

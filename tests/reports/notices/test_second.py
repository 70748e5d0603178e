"""The second notice, and that what was read is what is decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from office.calendar import day_of
from office.errors import NotAllowedNow, Stale
from office.models import Notification, Policy
from plans.models import ReportingMonth
from reports.actions.cases import answer, close
from reports.actions.notices import notify
from reports.case_reads import mark_of
from reports.enums import Breach, FlagState, ReportState
from reports.memo import memo_data
from reports.models import Delivery, Flag, MonthlyReport, Notice
from tests import builders as b
from tests.reports.notices.scene import DUE, MONDAY, REASON, SENT, SHORT, THURSDAY_END

pytestmark = pytest.mark.django_db


AFTER = THURSDAY_END + timedelta(seconds=1)


def test_the_second_notice_follows_an_unanswered_first_with_a_copy_to_the_head(cast):
    cast.head.email = "head@example.org"
    cast.head.save()
    cast.check()
    cast.tell(cast.ann)
    second = cast.tell(cast.ann, at=AFTER)
    monday = datetime(2026, 11, 9, 9, 30, tzinfo=UTC)
    assert (second.no, second.copied_to, second.answer_by) == (2, cast.head, monday)
    copy = Delivery.objects.get(notice=second, copy=True)
    assert copy.to == "head@example.org"
    assert Notification.objects.filter(key=f"notice:{second.pk}").count() == 2
    assert cast.state(cast.ann, Breach.MISSING) == FlagState.NOTIFIED


def test_the_days_to_answer_are_the_policys(cast):
    Policy.objects.update_or_create(office=cast.office, defaults={"answer_days": 1, "second_answer_days": 4})
    cast.check()
    first = cast.tell(cast.ann)
    assert first.answer_by == datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    second = cast.tell(cast.ann, at=first.answer_by + timedelta(seconds=1))
    assert second.answer_by == datetime(2026, 11, 9, 9, 30, tzinfo=UTC)


def test_while_the_first_waits_the_same_flags_give_no_second(cast):
    cast.check()
    first = cast.tell(cast.ann)
    assert cast.tell(cast.ann, at=THURSDAY_END) == first


def test_an_explanation_that_does_not_do_is_told_again(cast):
    cast.short()
    cast.correct(cast.ann, SHORT | {"explanation": REASON}, at=MONDAY + timedelta(hours=1))
    second = cast.tell(
        cast.ann, at=MONDAY + timedelta(hours=2), flags=[Flag.objects.get(breach=Breach.OFF_PLAN)]
    )
    assert (second.no, cast.state(cast.ann, Breach.OFF_PLAN)) == (2, FlagState.NOTIFIED)
    assert MonthlyReport.objects.get().state == ReportState.RETURNED


def test_there_is_no_third(cast):
    cast.check()
    cast.tell(cast.ann)
    second = cast.tell(cast.ann, at=AFTER)
    with pytest.raises(NotAllowedNow, match="ครบ 2 ครั้ง"):
        cast.tell(cast.ann, at=second.answer_by + timedelta(seconds=1))


def test_a_head_gets_no_copy_of_a_notice_to_themselves(cast):
    b.make_item(cast.plan, {cast.head: [1]})
    cast.check()
    cast.tell(cast.head)
    assert cast.tell(cast.head, at=AFTER).copied_to is None


def test_the_first_can_not_be_answered_once_there_is_a_second(cast):
    cast.check()
    first = cast.tell(cast.ann)
    cast.tell(cast.ann, at=AFTER)
    with pytest.raises(NotAllowedNow, match="ครั้งที่ 2"):
        answer(first, text=REASON, by=b.actor(cast.ann, day_of(AFTER)), now=AFTER)


# What was read is what is decided


def test_a_case_that_changed_since_it_was_read_is_not_closed_unseen(cast):
    b.send_report(cast.ann, {cast.item: SHORT | {"explanation": REASON}}, at=SENT)
    cast.check()
    flag = Flag.objects.get(person=cast.ann)
    seen = mark_of(flag)
    Flag.objects.filter(pk=flag.pk).update(basis=flag.basis | {"result": "1.00"})
    by = b.actor(cast.admin, day_of(MONDAY))
    with pytest.raises(Stale):
        close(flag, by=by, now=MONDAY, seen=seen)
    flag.refresh_from_db()
    assert close(flag, by=by, now=MONDAY, seen=mark_of(flag)).state == FlagState.CLOSED


def test_a_report_sent_again_since_the_memo_was_read_is_not_returned_unread(cast):
    b.send_report(cast.ann, {cast.item: SHORT}, at=SENT)
    cast.check()
    flag = Flag.objects.get(person=cast.ann, breach=Breach.OFF_PLAN)
    by = b.actor(cast.admin, day_of(MONDAY))
    with pytest.raises(Stale):
        notify(cast.ann, cast.month, [flag], by=by, now=MONDAY, seen={flag.pk: mark_of(flag, 0)})
    assert Notice.objects.count() == 0
    notify(cast.ann, cast.month, [flag], by=by, now=MONDAY, seen={flag.pk: mark_of(flag, 1)})
    assert Notice.objects.count() == 1


def test_explaining_lateness_leaves_a_notice_open_that_names_a_line_too(cast):
    b.send_report(cast.ann, {cast.item: SHORT}, at=MONDAY - timedelta(hours=1))
    cast.check()
    notice = cast.tell(cast.ann)
    ann = b.actor(cast.ann, day_of(MONDAY))
    answer(notice, text="ไปราชการ", by=ann, now=MONDAY + timedelta(hours=1))
    notice.refresh_from_db()
    assert (notice.answer, notice.answered_at) == ("ไปราชการ", None)
    assert cast.state(cast.ann, Breach.OFF_PLAN) == FlagState.NOTIFIED
    cast.correct(cast.ann, SHORT | {"explanation": REASON}, at=MONDAY + timedelta(hours=2))
    notice.refresh_from_db()
    assert (notice.answer, notice.answered_at) == ("ไปราชการ", MONDAY + timedelta(hours=2))


def test_the_memo_prints_as_it_was_sent_whatever_is_corrected_later(cast):
    notice = cast.short()
    before = memo_data(notice)
    type(cast.ann).objects.filter(pk=cast.ann.pk).update(last_name="สกุลใหม่", position_title="นิติกร")
    ReportingMonth.objects.filter(pk=cast.month.pk).update(due_at=DUE + timedelta(days=3))
    assert memo_data(Notice.objects.get(pk=notice.pk)) == before

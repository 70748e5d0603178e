"""Notices of a report that never came, or came late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from office.calendar import day_of
from office.errors import Invalid, NotAllowed, NotAllowedNow
from office.models import AuditEvent
from reports.actions.cases import answer
from reports.actions.drafts import save_draft
from reports.enums import AnswerKind, Breach, FlagState, ReportState
from reports.models import Flag, MonthlyReport, Notice, Review
from reports.needing import months_needing
from tests import builders as b
from tests.reports.notices.scene import DUE, LOCK, MONDAY, REASON, SHORT, THURSDAY_END

pytestmark = pytest.mark.django_db


def test_a_missing_report_may_come_until_the_answer_by_and_its_reason_is_still_asked_for(cast):
    friday = LOCK - timedelta(hours=1)
    cast.check(friday)
    notice = cast.tell(cast.ann, at=friday)
    assert (MonthlyReport.objects.count(), Review.objects.count()) == (0, 0)
    at = LOCK + timedelta(days=1)
    assert months_needing(cast.ann.pk, cast.office.pk, at) == [cast.month]
    assert months_needing(cast.bob.pk, cast.office.pk, at) == []
    cast.correct(cast.ann, {"kind": AnswerKind.VALUE, "quantity": Decimal(4)}, at=at)
    assert cast.state(cast.ann, Breach.MISSING) == FlagState.CLEARED
    notice.refresh_from_db()
    assert (cast.state(cast.ann, Breach.LATE), notice.answered_at) == (FlagState.NOTIFIED, None)
    answered = answer(notice, text=REASON, by=b.actor(cast.ann, day_of(at)), now=at)
    assert (cast.state(cast.ann, Breach.LATE), answered.answered_at) == (FlagState.EXPLAINED, at)


def test_a_missing_report_can_not_come_after_the_answer_by(cast):
    friday = LOCK - timedelta(hours=1)
    cast.check(friday)
    notice = cast.tell(cast.ann, at=friday)
    with pytest.raises(NotAllowedNow):
        cast.correct(cast.ann, SHORT, at=notice.answer_by + timedelta(seconds=1))


def test_without_a_notice_nothing_comes_after_the_lock(cast):
    cast.check()
    with pytest.raises(NotAllowedNow):
        cast.correct(cast.ann, SHORT, at=LOCK + timedelta(seconds=1))


def test_a_begun_draft_stays_open_too(cast):
    at, who = DUE - timedelta(days=1), b.actor(cast.ann, day_of(DUE))
    save_draft(cast.month, cast.ann, {cast.item.pk: SHORT}, by=who, now=at, version=0)
    cast.check()
    notice = cast.tell(cast.ann)
    report = MonthlyReport.objects.get()
    assert (report.state, report.reopened_until) == (ReportState.DRAFT, notice.answer_by)


def test_missing_is_explained_on_the_notice_and_stays_explained_by_the_next_scan(cast):
    cast.check()
    notice = cast.tell(cast.ann)
    at = MONDAY + timedelta(hours=2)
    answered = answer(notice, text=f" {REASON} ", by=b.actor(cast.ann), now=at)
    assert (answered.answer, answered.answered_at) == (REASON, at)
    cast.check(at + timedelta(hours=1))
    flag = Flag.objects.get(person=cast.ann, breach=Breach.MISSING)
    assert (flag.state, flag.basis) == (FlagState.EXPLAINED, {"explanation": REASON})


def test_what_was_said_of_the_missing_report_is_said_of_the_late_one(cast):
    cast.check()
    answer(cast.tell(cast.ann), text=REASON, by=b.actor(cast.ann), now=MONDAY)
    cast.correct(cast.ann, {"kind": AnswerKind.VALUE, "quantity": Decimal(4)}, at=MONDAY + timedelta(hours=1))
    late = Flag.objects.get(breach=Breach.LATE)
    assert (late.state, late.basis) == (FlagState.EXPLAINED, {"explanation": REASON})


def test_a_late_report_may_still_be_explained_on_the_notice_that_asked_for_it(cast):
    cast.check()
    notice = cast.tell(cast.ann)
    at = MONDAY + timedelta(hours=1)
    cast.correct(cast.ann, {"kind": AnswerKind.VALUE, "quantity": Decimal(4)}, at=at)
    answer(notice, text=REASON, by=b.actor(cast.ann), now=at)
    assert cast.state(cast.ann, Breach.LATE) == FlagState.EXPLAINED


def late(cast) -> Notice:
    b.send_report(cast.ann, {cast.item: 4}, at=DUE + timedelta(hours=1))
    cast.check()
    return cast.tell(cast.ann)


def test_explaining_a_late_report_sends_it_back_to_review_as_it_was(cast):
    notice = late(cast)
    report = MonthlyReport.objects.get()
    assert report.state == ReportState.RETURNED
    answer(notice, text=REASON, by=b.actor(cast.ann), now=MONDAY + timedelta(hours=1))
    report.refresh_from_db()
    assert (report.state, report.submissions, report.last_version.no) == (ReportState.SUBMITTED, 2, 2)
    assert [line.quantity for line in report.last_version.lines.all()] == [Decimal(4)]
    assert [version.lines.count() for version in report.versions.all()] == [1, 1]
    assert cast.state(cast.ann, Breach.LATE) == FlagState.EXPLAINED


def test_a_late_report_that_was_written_in_since_waits_to_be_sent(cast):
    notice, at = late(cast), MONDAY + timedelta(hours=1)
    report, ann = MonthlyReport.objects.get(), b.actor(cast.ann)
    changes = {cast.item.pk: {"kind": AnswerKind.VALUE, "quantity": Decimal(5)}}
    save_draft(cast.month, cast.ann, changes, by=ann, now=at, version=report.version)
    answer(notice, text=REASON, by=ann, now=at)
    report.refresh_from_db()
    assert (report.state, report.submissions) == (ReportState.RETURNED, 1)
    cast.correct(cast.ann, changes[cast.item.pk], at=at)
    assert [line.quantity for line in MonthlyReport.objects.get().last_version.lines.all()] == [Decimal(5)]
    assert cast.state(cast.ann, Breach.LATE) == FlagState.EXPLAINED


def test_a_report_returned_for_its_lines_waits_for_its_correction(cast):
    b.send_report(cast.ann, {cast.item: SHORT}, at=DUE + timedelta(hours=1))
    cast.check()
    notice = cast.tell(cast.ann)
    answer(notice, text=REASON, by=b.actor(cast.ann), now=MONDAY + timedelta(hours=1))
    assert MonthlyReport.objects.get().state == ReportState.RETURNED


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_answer_needs_words(cast, text):
    cast.check()
    notice = cast.tell(cast.ann)
    with pytest.raises(Invalid):
        answer(notice, text=text, by=b.actor(cast.ann), now=MONDAY)


def test_nobody_answers_for_another(cast):
    cast.check()
    notice = cast.tell(cast.ann)
    for other in (cast.admin, cast.head, cast.bob):
        with pytest.raises(NotAllowed):
            answer(notice, text=REASON, by=b.actor(other), now=MONDAY)


def test_the_same_answer_twice_is_one_and_another_is_refused(cast):
    cast.check()
    notice = cast.tell(cast.ann)
    answer(notice, text=REASON, by=b.actor(cast.ann), now=MONDAY)
    answer(notice, text=REASON, by=b.actor(cast.ann), now=MONDAY + timedelta(seconds=1))
    assert AuditEvent.objects.filter(verb="NOTICE_ANSWERED").count() == 1
    with pytest.raises(NotAllowedNow, match="ไปแล้ว"):
        answer(notice, text="อีกอย่าง", by=b.actor(cast.ann), now=MONDAY)


def test_a_notice_about_lines_alone_is_answered_in_the_report(cast):
    notice = cast.short()
    with pytest.raises(NotAllowedNow, match="แก้ไขรายงานแล้วส่งใหม่"):
        answer(notice, text=REASON, by=b.actor(cast.ann), now=MONDAY)


@pytest.mark.parametrize(
    ("sent", "at", "taken"),
    [
        pytest.param(MONDAY, THURSDAY_END + timedelta(seconds=1), True, id="answer-by past, not yet locked"),
        pytest.param(LOCK, LOCK + timedelta(days=1), True, id="locked, before the answer-by"),
        pytest.param(
            LOCK, datetime(2026, 11, 11, 9, 30, tzinfo=UTC), True, id="locked, at the answer-by to the second"
        ),
        pytest.param(LOCK, datetime(2026, 11, 11, 9, 30, 1, tzinfo=UTC), False, id="locked, after it"),
    ],
)
def test_until_when_missing_may_be_answered(cast, sent, at, taken):
    cast.check(sent)
    notice = cast.tell(cast.ann, at=sent)
    who = b.actor(cast.ann, day_of(at))
    if taken:
        assert answer(notice, text=REASON, by=who, now=at).answer == REASON
    else:
        with pytest.raises(NotAllowedNow, match="เลยกำหนดตอบ"):
            answer(notice, text=REASON, by=who, now=at)

"""A notice answered by correcting the report."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from office.calendar import day_of
from office.errors import NotAllowedNow
from office.models import AuditEvent
from reports.actions.notices import answer_by_of
from reports.actions.submissions import NotReady, submit
from reports.enums import AnswerKind, Breach, FlagState
from reports.models import CpsFile, CpsRecord, MonthlyReport, Notice
from reports.rules import Lack
from tests import builders as b
from tests.reports.notices.scene import LOCK, MONDAY, OTHER, REASON, SENT, SHORT

pytestmark = pytest.mark.django_db

FULL = {"kind": AnswerKind.VALUE, "quantity": Decimal(4)}


def test_a_new_explanation_answers_the_notice(cast):
    notice = cast.short()
    at = MONDAY + timedelta(days=1)
    cast.correct(cast.ann, SHORT | {"explanation": REASON}, at=at)
    notice.refresh_from_db()
    assert (notice.answered_at, notice.answer) == (at, "")
    assert cast.state(cast.ann, Breach.OFF_PLAN) == FlagState.EXPLAINED
    assert cast.state(cast.ann, Breach.INCOMPLETE) == FlagState.CLEARED
    assert AuditEvent.objects.filter(verb="NOTICE_ANSWERED", subject_id=notice.pk).count() == 1


def test_a_corrected_figure_with_its_reason_clears_the_flags_that_keep_it(cast):
    notice = cast.short()
    cast.correct(cast.ann, FULL | {"explanation": REASON}, at=MONDAY + timedelta(days=1))
    notice.refresh_from_db()
    found = {(flag.state, flag.basis["explanation"]) for flag in cast.flags(cast.ann)}
    assert (found, notice.answered_at is not None) == ({(FlagState.CLEARED, REASON)}, True)
    cleared = AuditEvent.objects.filter(verb="FLAG_CLEARED").values_list("reason", flat=True)
    assert set(cleared) == {REASON}


def test_a_corrected_figure_without_a_word_is_no_answer(cast):
    notice = cast.short()
    assert cast.answered(notice, 4, "") == ([Lack.NO_WORD], False)
    assert cast.answered(notice, 4, "  ") == ([Lack.NO_WORD], False)


def test_a_line_left_empty_is_filled_in_with_why_it_was(cast):
    other = b.make_item(cast.plan, {cast.ann: [4, 4]})
    b.send_report(cast.ann, {cast.item: 4, other: {"kind": AnswerKind.NONE}}, at=SENT)
    cast.check()
    cast.tell(cast.ann)

    def fill(explanation: str) -> None:
        said = {cast.item.pk: FULL, other.pk: FULL | {"explanation": explanation}}
        version = MonthlyReport.objects.get(person=cast.ann).version
        at = MONDAY + timedelta(hours=1)
        submit(cast.month, cast.ann, said, by=b.actor(cast.ann, day_of(at)), now=at, version=version)

    with pytest.raises(NotReady) as refused:
        fill("")
    assert refused.value.lacks == ((other.pk, Lack.NO_WORD),)
    fill(REASON)
    assert cast.state(cast.ann, Breach.INCOMPLETE) == FlagState.CLEARED


def test_a_file_is_taken_as_it_is_without_a_reason(cast):
    notice = cast.short()
    b.send_report(cast.ann, {cast.item: 4}, at=MONDAY + timedelta(minutes=1))
    cast.check(MONDAY + timedelta(minutes=2))
    cleared = {(flag.state, flag.basis["explanation"]) for flag in notice.flags.all()}
    assert cleared == {(FlagState.CLEARED, "")}


def test_what_a_newer_cps_file_has_cleared_asks_for_no_reason(cast):
    b.send_report(cast.ann, {cast.item: FULL}, at=SENT)
    _cps(cast, 1, 5)
    cast.check()
    notice = cast.tell(cast.ann)
    _cps(cast, 2, 4)
    assert cast.answered(notice, 4, "") == ([], True)
    (cleared,) = AuditEvent.objects.filter(verb="FLAG_CLEARED")
    assert cleared.reason == ""


def test_the_same_explanation_sent_again_is_no_answer(cast):
    b.send_report(cast.ann, {cast.item: SHORT | {"explanation": REASON}}, at=SENT)
    cast.check()
    assert cast.state(cast.ann, Breach.OFF_PLAN) == FlagState.EXPLAINED
    notice = cast.tell(cast.ann)
    with pytest.raises(NotReady) as refused:
        cast.correct(cast.ann, SHORT | {"explanation": REASON}, at=MONDAY + timedelta(days=1))
    assert [lack for _, lack in refused.value.lacks] == [Lack.NOT_ADDRESSED]
    notice.refresh_from_db()
    assert (cast.state(cast.ann, Breach.OFF_PLAN), notice.answered_at) == (FlagState.NOTIFIED, None)


@pytest.mark.parametrize(
    ("figure", "explanation", "lacks"),
    [
        pytest.param(2, OTHER, [], id="another reason"),
        pytest.param(4, REASON, [Lack.OLD_REASON], id="a figure on plan, the old reason"),
        pytest.param(4, OTHER, [], id="a figure on plan, another reason"),
        pytest.param(4, "", [Lack.NO_WORD], id="a figure on plan, the reason taken away"),
        pytest.param(1, REASON, [Lack.OLD_REASON], id="a worse figure, the old reason"),
        pytest.param(3, REASON, [Lack.OLD_REASON], id="a better one below plan, the old reason"),
        pytest.param(3, OTHER, [], id="a better one below plan, another reason"),
    ],
)
def test_a_figure_below_plan_is_explained_anew_put_right_or_not(cast, figure, explanation, lacks):
    b.send_report(cast.ann, {cast.item: SHORT | {"quantity": Decimal(2), "explanation": REASON}}, at=SENT)
    cast.check()
    assert cast.answered(cast.tell(cast.ann), figure, explanation) == (lacks, not lacks)


@pytest.mark.parametrize(
    ("before", "figure", "explanation", "lacks"),
    [
        pytest.param("", 5, "", [Lack.NOT_ADDRESSED], id="as it was"),
        pytest.param("", 4, "", [Lack.STILL_UNLIKE_CPS], id="another figure, unlike CPS too"),
        pytest.param("", 4, REASON, [], id="another figure, with a reason"),
        pytest.param("", 5, REASON, [], id="as it was, with a reason"),
        pytest.param("", 6, "", [Lack.NO_WORD], id="as CPS says, without a word"),
        pytest.param("", 6, REASON, [], id="as CPS says, with a reason"),
        pytest.param(REASON, 4, REASON, [Lack.OLD_REASON], id="another figure, the old reason"),
        pytest.param(REASON, 4, OTHER, [], id="another figure, another reason"),
        pytest.param(REASON, 6, REASON, [Lack.OLD_REASON], id="as CPS says, the old reason"),
        pytest.param(REASON, 6, OTHER, [], id="as CPS says, another reason"),
    ],
)
def test_a_figure_unlike_cps_is_explained_anew_put_right_or_not(cast, before, figure, explanation, lacks):
    answer = {"kind": AnswerKind.VALUE, "quantity": Decimal(5), "explanation": before}
    b.send_report(cast.ann, {cast.item: answer}, at=SENT)
    _cps(cast, 1, 6)
    cast.check()
    assert cast.answered(cast.tell(cast.ann), figure, explanation) == (lacks, not lacks)


def _cps(cast, no: int, figure: int) -> None:
    """A file that says ``figure`` of Ann's job."""
    file = CpsFile.objects.create(
        office=cast.office, month=cast.month, no=no, name="cps.xlsx", fingerprint=str(no), imported_at=SENT
    )
    CpsRecord.objects.create(
        file=file,
        row=1,
        sheet_row=1,
        person=cast.ann,
        item=cast.item,
        person_code="",
        job_no="",
        quantity=Decimal(figure),
    )


def test_lateness_is_still_to_be_explained_when_the_report_is_sent_again(cast):
    b.send_report(cast.ann, {cast.item: 4}, at=MONDAY - timedelta(hours=1))
    cast.check()
    notice = cast.tell(cast.ann)
    cast.correct(cast.ann, {"kind": AnswerKind.VALUE, "quantity": Decimal(5)}, at=MONDAY + timedelta(hours=1))
    notice.refresh_from_db()
    assert (cast.state(cast.ann, Breach.LATE), notice.answered_at) == (FlagState.NOTIFIED, None)


def test_what_a_second_clerk_wanted_to_say_is_not_taken_for_said(cast):
    cast.check()
    first = cast.tell(cast.ann)
    assert cast.tell(cast.ann) == first
    with pytest.raises(NotAllowedNow, match=f"{cast.admin.full_name} แจ้งครั้งที่ 1 ไปแล้ว"):
        cast.tell(cast.ann, by=cast.colleague, message="ขอให้ส่งโดยเร็ว")
    assert Notice.objects.count() == 1


def test_a_second_notice_is_never_due_before_the_first(cast):
    first = cast.short()
    policy_alone = answer_by_of(cast.office, 2, now=MONDAY)
    assert policy_alone < first.answer_by
    assert answer_by_of(cast.office, 2, now=MONDAY, last=first.answer_by) == first.answer_by


def test_a_correction_is_taken_after_the_lock_before_the_answer_by_and_not_after(cast):
    b.send_report(cast.ann, {cast.item: SHORT}, at=SENT)
    friday = LOCK - timedelta(hours=1)
    cast.check(friday)
    notice = cast.tell(cast.ann, at=friday)
    assert notice.answer_by > LOCK
    with pytest.raises(NotAllowedNow):
        cast.correct(cast.ann, SHORT | {"explanation": REASON}, at=notice.answer_by + timedelta(seconds=1))
    cast.correct(cast.ann, SHORT | {"explanation": REASON}, at=notice.answer_by)
    assert cast.state(cast.ann, Breach.OFF_PLAN) == FlagState.EXPLAINED

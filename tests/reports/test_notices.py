"""Notifying: what it does to the report, its flags and the month; whom it tells; how often; who answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from office.calendar import day_of
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import AuditEvent, Notification, Policy
from plans.models import ReportingMonth
from reports.actions.cases import answer, close
from reports.actions.compliance import check_month
from reports.actions.drafts import save_draft
from reports.actions.notices import answer_by_of, notify, notify_many
from reports.actions.submissions import NotReady, submit
from reports.case_reads import mark_of
from reports.enums import AnswerKind, Breach, FlagState, ReportState
from reports.memo import memo_data
from reports.models import CpsFile, CpsRecord, Delivery, Flag, MonthlyReport, Notice, Review
from reports.needing import months_needing
from reports.rules import Lack
from tests import builders as b

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
SENT = DUE - timedelta(days=1)
MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
THURSDAY_END = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
"""End of the third working day after Monday."""
LOCK = datetime(2026, 11, 6, 9, 30, tzinfo=UTC)
SHORT = {"kind": AnswerKind.VALUE, "quantity": Decimal(3)}
REASON, OTHER = "สหกรณ์เลื่อนนัด", "ตรวจซ้ำแล้ว ผลถูกต้อง"


class Cast:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit, self.admins = b.make_unit(self.office), b.make_unit(self.office)
        self.plan = b.make_plan(self.office)
        self.admin = b.make_person(self.admins, Role.GENERAL_ADMIN)
        self.colleague = b.make_person(self.admins, Role.GENERAL_ADMIN)
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.ann, self.bob = b.make_person(self.unit), b.make_person(self.unit)
        self.item = b.make_item(self.plan, {self.ann: [4, 4], self.bob: [4, 4]})

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    def check(self, at: datetime = MONDAY) -> None:
        check_month(self.month, as_of=at, by=b.SYSTEM, store=True)

    def flags(self, person) -> list[Flag]:
        return list(Flag.objects.filter(person=person).order_by("id"))

    def tell(self, person, *, at: datetime = MONDAY, by=None, message: str = "", flags=None) -> Notice:
        named = self.flags(person) if flags is None else flags
        who = b.actor(by or self.admin, day_of(at))
        return notify(person, self.month, named, by=who, now=at, message=message)

    def short(self) -> Notice:
        """Ann's report, below plan and taken from a file unexplained, is checked and told."""
        b.send_report(self.ann, {self.item: SHORT}, at=SENT)
        self.check()
        return self.tell(self.ann)

    def correct(self, person, changes, *, at: datetime):
        report = MonthlyReport.objects.filter(person=person).first()
        version = report.version if report else 0
        who = b.actor(person, day_of(at))
        return submit(self.month, person, {self.item.pk: changes}, by=who, now=at, version=version)

    def answered(self, notice: Notice, figure, explanation: str) -> tuple[list[Lack], bool]:
        """What keeps Ann's correction from being submitted, and whether it answered the notice."""
        said = {"kind": AnswerKind.VALUE, "quantity": Decimal(figure), "explanation": explanation}
        lacks: list[Lack] = []
        try:
            self.correct(self.ann, said, at=MONDAY + timedelta(hours=1))
        except NotReady as refused:
            lacks = [lack for _, lack in refused.lacks]
        notice.refresh_from_db()
        return lacks, notice.answered_at is not None

    def state(self, person, breach: Breach) -> str:
        return Flag.objects.get(person=person, breach=breach).state


@pytest.fixture
def cast() -> Cast:
    return Cast()


# On a submitted report it is the return


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.ACCEPTED])
def test_on_a_submitted_report_the_notice_is_the_return(cast, state):
    report = b.send_report(cast.ann, {cast.item: SHORT}, at=SENT, state=state)
    cast.check()
    notice = cast.tell(cast.ann, message="โปรดแก้ไข")
    report.refresh_from_db()
    review = Review.objects.get()
    assert (report.state, report.reopened_until, notice.answer_by) == (
        ReportState.RETURNED,
        THURSDAY_END,
        THURSDAY_END,
    )
    assert (review.accepted, review.answer_by, review.by) == (False, THURSDAY_END, cast.admin)
    assert review.comment.startswith("โปรดแก้ไข\n")
    assert "แผน 4 ผล 3" in review.comment
    assert {flag.state for flag in cast.flags(cast.ann)} == {FlagState.NOTIFIED}
    assert set(notice.flags.all()) == set(cast.flags(cast.ann))


def test_only_the_named_flags_are_notified(cast):
    b.send_report(cast.ann, {cast.item: SHORT}, at=SENT)
    cast.check()
    incomplete = Flag.objects.get(breach=Breach.INCOMPLETE)
    cast.tell(cast.ann, flags=[incomplete])
    assert (cast.state(cast.ann, Breach.INCOMPLETE), cast.state(cast.ann, Breach.OFF_PLAN)) == (
        FlagState.NOTIFIED,
        FlagState.OPEN,
    )


def test_it_keeps_what_was_told_whatever_is_corrected_later(cast):
    notice = cast.short()
    cast.correct(cast.ann, {"kind": AnswerKind.VALUE, "quantity": Decimal(4)}, at=MONDAY + timedelta(hours=1))
    notice.refresh_from_db()
    fact = next(each for each in notice.facts if each["breach"] == Breach.OFF_PLAN)
    assert (fact["target"], fact["result"], fact["job_no"]) == ("4.00", "3.00", cast.item.job_no)
    assert fact["demand"].startswith("แก้ผลให้ถูกต้อง")


def test_the_officer_is_told_once_in_the_app_and_a_mail_is_prepared(cast):
    cast.ann.email = "ann@example.org"
    cast.ann.save()
    notice = cast.short()
    message = Notification.objects.get()
    assert (message.person, message.key, message.url) == (
        cast.ann,
        f"notice:{notice.pk}",
        f"/notices/{notice.pk}/",
    )
    mail = Delivery.objects.get()
    assert (mail.notice, mail.channel, mail.to, mail.copy) == (notice, "EMAIL", "ann@example.org", False)


def test_an_officer_without_an_address_still_has_a_row_that_says_so(cast):
    cast.short()
    assert Delivery.objects.get().to == ""


def test_history_holds_the_notice_and_each_flag(cast):
    notice = cast.short()
    event = AuditEvent.objects.get(verb="NOTICE_SENT")
    assert (event.subject_id, event.after["no"], event.actor_id) == (notice.pk, 1, cast.admin.pk)
    told = AuditEvent.objects.filter(verb="FLAG_NOTIFIED")
    assert {each.subject_id for each in told} == {flag.pk for flag in cast.flags(cast.ann)}
    assert all(each.after["notice"] == notice.pk and each.before == {"state": "OPEN"} for each in told)


# Who, and when not


@pytest.mark.parametrize("role", [Role.OFFICER, Role.UNIT_HEAD, Role.PERSONNEL, Role.DIRECTOR])
def test_only_the_admin_unit_notifies(cast, role):
    cast.check()
    with pytest.raises(NotAllowed):
        cast.tell(cast.ann, by=b.make_person(cast.unit, role))
    assert Notice.objects.count() == 0


def test_an_admin_of_another_office_notifies_nobody(cast):
    cast.check()
    stranger = b.make_person(b.make_unit(b.make_office()), Role.GENERAL_ADMIN)
    with pytest.raises(NotAllowed):
        cast.tell(cast.ann, by=stranger)


def test_nobody_notifies_themselves_another_admin_does(cast):
    b.make_item(cast.plan, {cast.admin: [4]})
    cast.check()
    with pytest.raises(NotAllowed, match="ของตนเองไม่ได้"):
        cast.tell(cast.admin)
    assert cast.tell(cast.admin, by=cast.colleague).sent_by == cast.colleague


def test_flags_of_somebody_else_are_refused(cast):
    cast.check()
    with pytest.raises(NotAllowed, match="ไม่ใช่ของเจ้าหน้าที่คนนี้"):
        cast.tell(cast.ann, flags=cast.flags(cast.bob))


def test_no_flag_is_refused(cast):
    cast.check()
    with pytest.raises(Invalid):
        cast.tell(cast.ann, flags=[])


def test_a_closed_month_is_not_notified(cast):
    cast.check()
    ReportingMonth.objects.filter(pk=cast.month.pk).update(closed_at=MONDAY)
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        cast.tell(cast.ann)


@pytest.mark.parametrize("state", [FlagState.CLOSED, FlagState.EXCUSED, FlagState.CLEARED])
def test_an_ended_case_is_not_notified(cast, state):
    cast.check()
    Flag.objects.update(state=state)
    with pytest.raises(NotAllowedNow, match="ไม่มีอะไรต้องแจ้ง"):
        cast.tell(cast.ann)


def test_a_double_click_is_one_notice(cast):
    first = cast.short()
    again = cast.tell(cast.ann, at=MONDAY + timedelta(seconds=1))
    assert (again.pk, Notice.objects.count(), Review.objects.count(), Delivery.objects.count()) == (
        first.pk,
        1,
        1,
        1,
    )


def test_many_at_once_one_refused_harms_no_other(cast):
    cast.check()
    Flag.objects.filter(person=cast.bob).update(state=FlagState.CLOSED)
    chosen = [(person, cast.flags(person)) for person in (cast.bob, cast.ann)]
    sent = notify_many(cast.month, chosen, by=b.actor(cast.admin), now=MONDAY)
    assert [notice.person for notice in sent.notices] == [cast.ann]
    assert [person for person, _ in sent.refused] == [cast.bob]


# Answering by correcting


def test_a_new_explanation_answers_the_notice(cast):
    notice = cast.short()
    at = MONDAY + timedelta(days=1)
    cast.correct(cast.ann, SHORT | {"explanation": REASON}, at=at)
    notice.refresh_from_db()
    assert (notice.answered_at, notice.answer) == (at, "")
    assert cast.state(cast.ann, Breach.OFF_PLAN) == FlagState.EXPLAINED
    assert cast.state(cast.ann, Breach.INCOMPLETE) == FlagState.CLEARED
    assert AuditEvent.objects.filter(verb="NOTICE_ANSWERED", subject_id=notice.pk).count() == 1


def test_a_corrected_figure_clears_the_flags(cast):
    cast.short()
    cast.correct(cast.ann, {"kind": AnswerKind.VALUE, "quantity": Decimal(4)}, at=MONDAY + timedelta(days=1))
    assert {flag.state for flag in cast.flags(cast.ann)} == {FlagState.CLEARED}


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
        pytest.param(4, REASON, [], id="a figure on plan"),
        pytest.param(1, REASON, [Lack.OLD_REASON], id="a worse figure, the old reason"),
        pytest.param(3, REASON, [Lack.OLD_REASON], id="a better one below plan, the old reason"),
        pytest.param(3, OTHER, [], id="a better one below plan, another reason"),
    ],
)
def test_a_figure_below_plan_is_put_right_or_explained_anew(cast, figure, explanation, lacks):
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
        pytest.param("", 6, "", [], id="as CPS says"),
        pytest.param(REASON, 4, REASON, [Lack.OLD_REASON], id="another figure, the old reason"),
        pytest.param(REASON, 4, OTHER, [], id="another figure, another reason"),
        pytest.param(REASON, 6, REASON, [], id="as CPS says, the old reason"),
    ],
)
def test_a_figure_unlike_cps_is_put_right_or_explained(cast, before, figure, explanation, lacks):
    answer = {"kind": AnswerKind.VALUE, "quantity": Decimal(5), "explanation": before}
    b.send_report(cast.ann, {cast.item: answer}, at=SENT)
    file = CpsFile.objects.create(
        office=cast.office, month=cast.month, no=1, name="cps.xlsx", fingerprint="x", imported_at=SENT
    )
    CpsRecord.objects.create(
        file=file,
        row=1,
        sheet_row=1,
        person=cast.ann,
        item=cast.item,
        person_code="",
        job_no="",
        quantity=Decimal(6),
    )
    cast.check()
    assert cast.answered(cast.tell(cast.ann), figure, explanation) == (lacks, not lacks)


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


# A report that never came


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


# The second notice


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

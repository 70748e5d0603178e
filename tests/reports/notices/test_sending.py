"""What a notice does, and to whom and when it is not sent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow
from office.models import AuditEvent, Notification
from plans.models import ReportingMonth
from reports.actions.notices import notify_many
from reports.enums import AnswerKind, Breach, FlagState, ReportState
from reports.models import Delivery, Flag, Notice, Review
from tests import builders as b
from tests.reports.notices.scene import MONDAY, REASON, SENT, SHORT, THURSDAY_END

pytestmark = pytest.mark.django_db


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
    full = {"kind": AnswerKind.VALUE, "quantity": Decimal(4), "explanation": REASON}
    cast.correct(cast.ann, full, at=MONDAY + timedelta(hours=1))
    notice.refresh_from_db()
    fact = next(each for each in notice.facts if each["breach"] == Breach.OFF_PLAN)
    assert (fact["target"], fact["result"], fact["job_no"]) == ("4.00", "3.00", cast.item.job_no)
    assert fact["demand"].startswith("แก้ผลหากไม่ถูกต้อง")


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

"""Accepting and returning: by whom, in which state, with what left behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import AuditEvent, Notification
from plans.models import ReportingMonth
from reports.actions.reviews import accept, send_back
from reports.enums import Breach, FlagState, ReportState
from reports.models import MonthlyReport, Review
from tests import builders as b

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 10, 29, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)


@pytest.fixture
def office():
    return b.make_office()


@pytest.fixture
def plan(office):
    return b.make_plan(office)


@pytest.fixture
def unit(office):
    return b.make_unit(office)


@pytest.fixture
def ann(unit):
    return b.make_person(unit)


@pytest.fixture
def admin(unit):
    return b.make_person(unit, Role.GENERAL_ADMIN)


@pytest.fixture
def item(plan, ann):
    return b.make_item(plan, {ann: [4]})


@pytest.fixture
def report(item, ann) -> MonthlyReport:
    return b.send_report(ann, {item: 4}, at=SENT)


def in_state(report: MonthlyReport, state: ReportState) -> MonthlyReport:
    MonthlyReport.objects.filter(pk=report.pk).update(state=state)
    report.refresh_from_db()
    return report


def decide(move: str, report: MonthlyReport, by, *, version: int = 1, comment: str = "โปรดตรวจ") -> Review:
    action = accept if move == "accept" else send_back
    return action(report, by=b.actor(by), now=NOW, version=version, comment=comment)


@pytest.mark.parametrize(
    ("state", "move", "to"),
    [
        (ReportState.SUBMITTED, "accept", ReportState.ACCEPTED),
        (ReportState.SUBMITTED, "return", ReportState.RETURNED),
        (ReportState.RETURNED, "accept", ReportState.ACCEPTED),
        (ReportState.ACCEPTED, "return", ReportState.RETURNED),
    ],
    ids=["submitted accepted", "submitted returned", "returned accepted", "accepted returned"],
)
def test_a_decision_moves_the_report_and_leaves_its_record(report, admin, ann, state, move, to):
    review = decide(move, in_state(report, state), admin)
    report.refresh_from_db()
    assert (report.state, report.decided_by, report.decided_at) == (to, admin, NOW)
    assert (review.accepted, review.comment, review.by, review.version_no) == (
        move == "accept",
        "โปรดตรวจ",
        admin,
        1,
    )
    verb = "REPORT_ACCEPTED" if move == "accept" else "REPORT_RETURNED"
    event = AuditEvent.objects.get(verb=verb)
    assert (event.before, event.after["state"], event.reason, event.actor_id) == (
        {"state": state.value},
        to.value,
        "โปรดตรวจ",
        admin.pk,
    )
    message = Notification.objects.get()
    assert (message.person, message.url) == (ann, f"/reports/2026-10/{ann.code}/")


@pytest.mark.parametrize(
    ("state", "move"),
    [
        (ReportState.DRAFT, "accept"),
        (ReportState.DRAFT, "return"),
        (ReportState.RETURNED, "return"),
        (ReportState.ACCEPTED, "accept"),
    ],
    ids=lambda value: str(value),
)
def test_every_other_move_is_refused_and_leaves_nothing(report, admin, state, move):
    in_state(report, state)
    with pytest.raises(NotAllowedNow):
        decide(move, report, admin)
    report.refresh_from_db()
    left = (Review.objects.count(), AuditEvent.objects.filter(verb__startswith="REPORT_").count())
    assert (report.state, left, Notification.objects.count()) == (state, (0, 0), 0)


def test_a_returned_report_waits_for_what_was_told_and_not_for_what_has_gone(report, item, ann, admin):
    in_state(report, ReportState.RETURNED)
    case = b.make_flag(ann, Breach.CPS_MISMATCH, item, at=NOW, state=FlagState.NOTIFIED)
    with pytest.raises(NotAllowedNow, match="รอคำชี้แจง"):
        decide("accept", report, admin)
    case.state = FlagState.CLEARED
    case.save()
    decide("accept", report, admin)
    report.refresh_from_db()
    assert (report.state, report.reopened_until, report.submissions) == (ReportState.ACCEPTED, None, 1)


@pytest.mark.parametrize("move", ["accept", "return"])
@pytest.mark.parametrize(
    "role", [Role.OFFICER, Role.UNIT_HEAD, Role.PERSONNEL, Role.SYSTEM_ADMIN, Role.DIRECTOR]
)
def test_only_the_admin_unit_decides_on_an_officers_report(report, unit, admin, role, move):
    with pytest.raises(NotAllowed):
        decide(move, report, b.make_person(unit, role))
    assert Review.objects.count() == 0


def test_an_admin_of_another_office_decides_nothing(report):
    stranger = b.make_person(b.make_unit(b.make_office()), Role.GENERAL_ADMIN)
    with pytest.raises(NotAllowed):
        decide("accept", report, stranger)


@pytest.mark.parametrize("move", ["accept", "return"])
def test_nobody_decides_on_their_own(plan, unit, move):
    admin, _ = b.make_person(unit, Role.GENERAL_ADMIN), b.make_person(unit, Role.GENERAL_ADMIN)
    own = b.send_report(admin, {b.make_item(plan, {admin: [4]}): 4}, at=SENT)
    with pytest.raises(NotAllowed, match="ของตนเองไม่ได้"):
        decide(move, own, admin)


def test_an_admins_report_is_decided_by_another_admin_and_not_by_the_director(plan, unit, admin):
    other, director = b.make_person(unit, Role.GENERAL_ADMIN), b.make_person(unit, Role.DIRECTOR)
    report = b.send_report(admin, {b.make_item(plan, {admin: [4]}): 4}, at=SENT)
    with pytest.raises(NotAllowed):
        decide("accept", report, director)
    assert decide("accept", report, other).accepted is True


def test_the_only_admins_report_is_decided_by_the_director(plan, unit, admin):
    director = b.make_person(unit, Role.DIRECTOR)
    report = b.send_report(admin, {b.make_item(plan, {admin: [4]}): 4}, at=SENT)
    assert decide("accept", report, director).by == director


@pytest.mark.parametrize("comment", ["", "  \n "])
def test_returning_needs_a_comment(report, admin, comment):
    with pytest.raises(Invalid, match="เขียนความเห็นก่อนส่งกลับ"):
        decide("return", report, admin, comment=comment)
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


def test_accepting_needs_none(report, admin):
    assert decide("accept", report, admin, comment="").comment == ""


def test_a_return_is_to_be_answered_by_the_end_of_the_third_working_day(report, admin):
    review = decide("return", report, admin)
    report.refresh_from_db()
    wednesday = datetime(2026, 11, 4, 9, 30, tzinfo=UTC)
    assert (review.answer_by, report.reopened_until) == (wednesday, wednesday)


@pytest.mark.parametrize("state", [ReportState.SUBMITTED, ReportState.ACCEPTED])
def test_a_closed_month_returns_nothing(report, admin, state):
    in_state(report, state)
    ReportingMonth.objects.filter(pk=report.month_id).update(closed_at=NOW)
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        decide("return", report, admin)


@pytest.mark.parametrize("move", ["accept", "return"])
def test_a_submission_that_was_not_read_is_not_decided_on(report, item, ann, admin, move):
    b.send_report(ann, {item: 5}, at=SENT + timedelta(hours=1))
    with pytest.raises(Stale):
        decide(move, report, admin, version=1)
    assert Review.objects.count() == 0


def test_after_three_returns_all_comments_are_kept_with_their_versions(report, item, ann, admin):
    for no in (1, 2, 3):
        decide("return", report, admin, version=no, comment=f"ครั้งที่ {no}")
        b.send_report(ann, {item: no}, at=NOW + timedelta(hours=no))
    kept = Review.objects.values_list("version_no", "comment")
    assert list(kept) == [(1, "ครั้งที่ 1"), (2, "ครั้งที่ 2"), (3, "ครั้งที่ 3")]
    assert Notification.objects.filter(person=ann).count() == 3

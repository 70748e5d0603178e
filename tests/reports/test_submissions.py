"""Submitting: the first instant stays for ever, every version is kept, what lacks is named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from office.errors import NotAllowedNow, Stale
from office.models import AuditEvent
from plans.enums import Aggregation
from plans.models import MonthlyShare, ReportingMonth
from reports.actions.compliance import check_month
from reports.actions.drafts import save_draft
from reports.actions.reviews import accept, send_back
from reports.actions.submissions import NotReady, Submission, mark_sent, submit
from reports.enums import AnswerKind, Breach, FlagState, ReportState
from reports.models import Flag, MonthlyReport, ReportLine, ReportVersion, SubmittedLine
from reports.queries import version_rows
from reports.rules import Lack
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def value(quantity: int, **texts) -> dict:
    return {"kind": AnswerKind.VALUE, "quantity": Decimal(quantity)} | texts


def whole(quantity: int, **texts) -> dict:
    """Every field of a line, as the whole form sends it."""
    names = (
        "narrative",
        "reason_category",
        "explanation",
        "obstacle",
        "solution",
        "unavailable_reason",
        "help_wanted",
    )
    return value(quantity) | dict.fromkeys(names, "") | texts


class Scene:
    """An officer with two items in October, and one who reviews."""

    def __init__(self) -> None:
        from office.enums import Role

        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.person = b.make_person(self.unit)
        self.admin = b.make_person(self.unit, Role.GENERAL_ADMIN)
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.person: [4, 4]}, job_no="สสจ. 901")
        self.other = b.make_item(self.plan, {self.person: [2]}, job_no="สสจ. 902")

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    @property
    def report(self) -> MonthlyReport:
        return MonthlyReport.objects.get(person=self.person, month=self.month)

    def submit(self, changes, *, version: int, now: datetime = NOW, **more) -> Submission:
        by = b.actor(self.person)
        return submit(self.month, self.person, changes, by=by, now=now, version=version, **more)

    def met(self, *, version: int = 0, now: datetime = NOW) -> MonthlyReport:
        return self.submit({self.item.pk: value(4), self.other.pk: value(2)}, version=version, now=now).report

    def send_back(self, *, now: datetime) -> None:
        submissions = self.report.submissions
        send_back(self.report, by=b.actor(self.admin), now=now, version=submissions, comment="โปรดตรวจ")


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_submission_keeps_a_version_copied_from_the_draft_with_the_shares_of_that_moment(scene):
    scene.submit({scene.item.pk: value(3, explanation="เลื่อนนัด"), scene.other.pk: value(5)}, version=0)
    MonthlyShare.objects.filter(item=scene.item).update(quantity=9)
    report = scene.report
    lines = report.last_version.lines.order_by("item__sort_order")
    assert list(lines.values_list("item__job_no", "target", "kind", "quantity", "explanation")) == [
        ("สสจ. 901", Decimal(4), "VALUE", Decimal(3), "เลื่อนนัด"),
        ("สสจ. 902", Decimal(2), "VALUE", Decimal(5), ""),
    ]
    assert (report.state, report.submissions, report.last_version.no, report.last_version.submitted_by) == (
        ReportState.SUBMITTED,
        1,
        1,
        scene.person,
    )
    assert (report.first_submitted_at, report.submitted_at, report.first_deadline) == (
        NOW,
        NOW,
        scene.month.grace_end,
    )


def test_the_first_submission_never_changes_and_both_versions_stay_open(scene):
    scene.met()
    deadline = scene.month.grace_end
    scene.send_back(now=NOW + HOUR)
    ReportingMonth.objects.filter(pk=scene.month.pk).update(grace_end=deadline + 5 * HOUR)
    scene.submit({scene.item.pk: value(6)}, version=scene.report.version, now=deadline + 2 * HOUR)
    report = scene.report
    assert (report.first_submitted_at, report.first_deadline, report.submitted_at, report.submissions) == (
        NOW,
        deadline,
        deadline + 2 * HOUR,
        2,
    )
    kept = SubmittedLine.objects.filter(item=scene.item).order_by("version__no")
    assert list(kept.values_list("version__no", "quantity")) == [(1, Decimal(4)), (2, Decimal(6))]


def test_a_double_click_is_one_submission(scene):
    changes = {scene.item.pk: whole(4), scene.other.pk: whole(2)}
    first = scene.submit(changes, version=0)
    second = scene.submit(changes, version=0, now=NOW + SECOND)
    assert (first.new, second.new, ReportVersion.objects.count()) == (True, False, 1)
    assert AuditEvent.objects.filter(verb="REPORT_SUBMITTED").count() == 1


def test_a_refused_submission_clicked_twice_says_the_same_twice(scene):
    changes = {scene.item.pk: whole(3), scene.other.pk: whole(2)}
    for _ in range(2):
        with pytest.raises(NotReady) as refusal:
            scene.submit(changes, version=0)
        assert refusal.value.lacks == ((scene.item.pk, Lack.UNEXPLAINED),)


def test_below_plan_without_explanation_is_refused_and_the_draft_is_kept(scene):
    with pytest.raises(NotReady) as refusal:
        scene.submit({scene.item.pk: value(3), scene.other.pk: value(2)}, version=0)
    assert (refusal.value.lacks, refusal.value.may_go_incomplete) == (
        ((scene.item.pk, Lack.UNEXPLAINED),),
        False,
    )
    line = ReportLine.objects.get(item=scene.item)
    assert (line.quantity, scene.report.state, scene.report.first_submitted_at) == (
        3,
        ReportState.DRAFT,
        None,
    )


def test_not_available_needs_its_reason(scene):
    nothing = {"kind": AnswerKind.NOT_AVAILABLE, "quantity": None}
    with pytest.raises(NotReady) as refusal:
        scene.submit({scene.item.pk: nothing, scene.other.pk: value(2)}, version=0)
    assert refusal.value.lacks == ((scene.item.pk, Lack.NO_REASON),)
    sent = scene.submit({scene.item.pk: nothing | {"unavailable_reason": "รอผล"}}, version=1)
    assert sent.report.state == ReportState.SUBMITTED


def test_unanswered_lines_go_only_when_agreed_to_with_a_reason_for_each(scene):
    with pytest.raises(NotReady) as refusal:
        scene.submit({scene.item.pk: value(4)}, version=0)
    assert (refusal.value.lacks, refusal.value.may_go_incomplete) == (
        ((scene.other.pk, Lack.UNANSWERED),),
        True,
    )
    with pytest.raises(NotReady):
        scene.submit({}, version=1, incomplete_ok=True)
    scene.submit({scene.other.pk: {"unavailable_reason": "รอผลจากสหกรณ์"}}, version=1, incomplete_ok=True)
    kept = scene.report.last_version.lines.get(item=scene.other)
    assert (kept.kind, kept.unavailable_reason) == (AnswerKind.NONE, "รอผลจากสหกรณ์")


def test_with_no_line_answered_nothing_can_be_submitted(scene):
    why = {"unavailable_reason": "ไม่มี"}
    with pytest.raises(NotReady, match="ยังไม่ได้กรอกผลสักรายการ") as refusal:
        scene.submit({scene.item.pk: why, scene.other.pk: why}, version=0, incomplete_ok=True)
    assert (refusal.value.may_go_incomplete, scene.report.submissions) == (False, 0)


def test_a_person_without_items_has_nothing_to_submit(scene):
    idle = b.make_person(scene.unit)
    with pytest.raises(NotReady):
        submit(scene.month, idle, {}, by=b.actor(idle), now=NOW, version=0)


@pytest.mark.parametrize(
    ("after", "breaches"),
    [(timedelta(0), []), (timedelta(microseconds=999_999), []), (SECOND, [Breach.LATE])],
    ids=["at the deadline", "within its second", "a second past it"],
)
def test_the_deadline_judges_to_the_second(scene, after, breaches):
    scene.met(now=scene.month.grace_end + after)
    assert list(Flag.objects.values_list("breach", flat=True)) == breaches


def test_a_first_submission_after_the_deadline_clears_missing_and_opens_late(scene):
    from reports.actions.compliance import check_month

    deadline = scene.month.grace_end
    check_month(scene.month, as_of=deadline + HOUR, by=b.SYSTEM, store=True)
    assert list(Flag.objects.values_list("breach", "state")) == [(Breach.MISSING, FlagState.OPEN)]
    scene.met(now=deadline + 2 * HOUR)
    assert dict(Flag.objects.values_list("breach", "state")) == {
        Breach.MISSING: FlagState.CLEARED,
        Breach.LATE: FlagState.OPEN,
    }


def test_before_the_deadline_a_draft_over_a_submission_leaves_its_figures(scene):
    scene.met()
    by = b.actor(scene.person)
    save_draft(scene.month, scene.person, {scene.item.pk: value(6)}, by=by, now=NOW, version=2)
    report = scene.report
    assert (report.state, report.last_version.lines.get(item=scene.item).quantity) == (
        ReportState.SUBMITTED,
        4,
    )


def test_before_the_deadline_one_may_submit_again_unasked_and_after_it_not(scene):
    scene.met()
    scene.submit({scene.item.pk: value(6)}, version=2, now=scene.month.grace_end)
    assert scene.report.submissions == 2
    with pytest.raises(NotAllowedNow, match="เลยกำหนดส่งแล้ว"):
        scene.submit(
            {scene.item.pk: value(7)}, version=scene.report.version, now=scene.month.grace_end + SECOND
        )


def test_the_same_content_again_makes_no_new_version_unless_it_was_returned(scene):
    scene.met()
    assert scene.submit({}, version=2).new is False
    scene.send_back(now=NOW)
    assert scene.submit({}, version=2, now=NOW + HOUR).new is True
    assert scene.report.submissions == 2


def test_an_old_page_is_stale_and_submits_nothing(scene):
    by = b.actor(scene.person)
    save_draft(scene.month, scene.person, {scene.item.pk: value(4)}, by=by, now=NOW, version=0)
    with pytest.raises(Stale):
        scene.submit({scene.other.pk: value(2)}, version=0)
    assert (scene.report.submissions, ReportLine.objects.count()) == (0, 1)


def test_an_accepted_report_is_shut(scene):
    scene.met()
    accept(scene.report, by=b.actor(scene.admin), now=NOW, version=1)
    with pytest.raises(NotAllowedNow, match="ตรวจรับแล้ว"):
        scene.submit({scene.item.pk: value(6)}, version=2)


def test_a_return_opens_the_report_past_the_lock_until_its_answer_by(scene):
    scene.met()
    scene.send_back(now=scene.month.lock_at + HOUR)
    until = scene.report.reopened_until
    scene.submit({scene.item.pk: value(6)}, version=2, now=until)
    assert scene.report.submissions == 2
    with pytest.raises(NotAllowedNow):
        scene.submit({scene.item.pk: value(7)}, version=scene.report.version, now=until + SECOND)


def test_nothing_to_report_changes_no_running_total(scene):
    running = b.make_item(scene.plan, {scene.person: [5, 5]}, aggregation=Aggregation.LATEST)
    scene.submit({scene.item.pk: value(4), scene.other.pk: value(2), running.pk: value(5)}, version=0)
    november = b.month_of(scene.office, "2026-11")
    later = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
    changes = {scene.item.pk: value(4), running.pk: {"kind": AnswerKind.NOTHING, "quantity": None}}
    sent = submit(november, scene.person, changes, by=b.actor(scene.person), now=later, version=0)
    assert sent.new is True


def test_submitting_records_who_when_and_which_version(scene):
    scene.met()
    event = AuditEvent.objects.get(verb="REPORT_SUBMITTED")
    assert (event.actor_id, event.before, event.after["state"], event.after["version_no"], event.at) == (
        scene.person.pk,
        {"state": "DRAFT"},
        "SUBMITTED",
        1,
        NOW,
    )


def test_agreeing_on_an_old_page_to_what_one_has_not_seen_is_stale(scene):
    by = b.actor(scene.person)
    for version, quantity in enumerate((4, 6)):
        changes = {scene.item.pk: value(quantity), scene.other.pk: value(2)}
        save_draft(scene.month, scene.person, changes, by=by, now=NOW, version=version)
    with pytest.raises(Stale):
        scene.submit({}, version=1, incomplete_ok=True)
    assert scene.report.submissions == 0


def test_a_month_closed_while_it_was_being_submitted_takes_nothing(scene):
    by, seen = b.actor(scene.person), scene.month
    changes = {scene.item.pk: value(4), scene.other.pk: value(2)}
    save_draft(seen, scene.person, changes, by=by, now=NOW, version=0)
    ReportingMonth.objects.filter(pk=seen.pk).update(closed_at=NOW)
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        submit(seen, scene.person, {}, by=by, now=NOW, version=1)
    assert (scene.report.submissions, ReportVersion.objects.count()) == (0, 0)


def test_an_accepted_report_can_not_be_marked_as_sent(scene):
    report = MonthlyReport(state=ReportState.ACCEPTED)
    with pytest.raises(NotAllowedNow, match="ตรวจรับแล้ว"):
        mark_sent(report, scene.month, at=NOW)


AHEAD = datetime(2026, 10, 28, 3, 0, tzinfo=UTC)


def test_a_submission_made_now_goes_over_one_that_a_file_dated_ahead(scene):
    scene.met(now=AHEAD)
    scene.submit({scene.item.pk: value(5)}, version=scene.report.version)
    report = scene.report
    assert (report.first_submitted_at, report.submitted_at, report.submissions) == (NOW, NOW, 2)
    assert report.first_deadline == scene.month.grace_end


def test_the_very_same_as_was_dated_ahead_is_submitted_now(scene):
    scene.met(now=AHEAD)
    assert scene.met(version=scene.report.version).first_submitted_at == NOW
    assert scene.report.submissions == 2


def test_what_was_dated_ahead_shuts_nothing_even_past_the_deadline(scene):
    scene.met(now=AHEAD)
    ReportingMonth.objects.filter(pk=scene.month.pk).update(grace_end=NOW - HOUR)
    assert scene.met(version=scene.report.version).first_submitted_at == NOW


def test_a_month_not_yet_begun_is_not_written(scene):
    early = datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC)
    with pytest.raises(NotAllowedNow, match="เดือนนี้ยังไม่เริ่ม เปิดให้รายงานตั้งแต่วันที่ 1 ตุลาคม 2569"):
        scene.met(now=early)
    assert not MonthlyReport.objects.exists()
    assert scene.met(now=early + SECOND).submissions == 1


def test_a_flag_found_before_the_deadline_follows_a_new_submission(scene):
    scene.submit({scene.item.pk: value(3, explanation="เลื่อนนัด"), scene.other.pk: value(2)}, version=0)
    check_month(scene.month, as_of=NOW + HOUR, by=b.SYSTEM, store=True)
    assert Flag.objects.get().state == FlagState.EXPLAINED
    scene.submit({scene.item.pk: value(4)}, version=scene.report.version, now=NOW + 2 * HOUR)
    assert Flag.objects.get().state == FlagState.CLEARED


@pytest.mark.parametrize("aggregation", [Aggregation.LATEST, Aggregation.MAX], ids=lambda each: each.value)
def test_a_version_counts_on_what_stood_of_earlier_months_when_it_was_submitted(scene, aggregation):
    item = b.make_item(scene.plan, {scene.person: [2, 2]}, aggregation=aggregation)
    b.send_report(scene.person, {item: 4}, at=NOW)
    b.send_report(scene.person, {item: 5}, at=NOW + HOUR)
    november = NOW + timedelta(days=30)
    b.send_report(scene.person, {item: {"kind": "NOTHING"}}, at=november, month="2026-11")
    b.send_report(scene.person, {item: 1}, at=november + HOUR)
    b.send_report(scene.person, {item: 7}, at=november + HOUR, month="2026-11")
    report = MonthlyReport.objects.get(month__first="2026-11-01")
    first, second = report.versions.all()
    month = b.month_of(scene.office, "2026-11")
    (row,) = version_rows(month, first)
    assert (row.result, row.below, row.result_before) == (Decimal(5), False, Decimal(5))
    (row,) = version_rows(month, second)
    assert (row.result, row.result_before) == (Decimal(7), Decimal(1))

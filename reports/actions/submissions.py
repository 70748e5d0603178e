"""Submit a month's report: what is submitted is kept as a numbered version for ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from office import audit
from office.access import Actor
from office.audit import Verb
from office.errors import Invalid, NotAllowedNow, Stale
from office.models import Person
from plans.models import ReportingMonth
from reports.actions import compliance
from reports.actions.drafts import Changes, open_draft, write
from reports.actions.notices import resubmitted
from reports.answers import FIELDS
from reports.enums import ReportState
from reports.models import MonthlyReport, ReportVersion, SubmittedLine
from reports.queries import Row, policy_for, rows_of
from reports.rules import MOVES, Lack, has_come, sending_lacks

SENT_FIELDS = (
    "state",
    "version",
    "submissions",
    "first_submitted_at",
    "first_deadline",
    "submitted_at",
    "last_version",
)


class NotReady(Invalid):
    """The draft is kept; ``lacks`` says what each line still needs, by plan item id."""

    def __init__(self, report: MonthlyReport, lacks: Sequence[tuple[int, Lack]], *, answered: bool) -> None:
        super().__init__(
            f"ยังส่งไม่ได้ มี {len(lacks)} จุดที่ต้องแก้" if answered else "ยังไม่ได้กรอกผลสักรายการ จึงยังส่งไม่ได้"
        )
        self.report = report
        self.lacks = tuple(lacks)
        self.answered = answered

    @property
    def may_go_incomplete(self) -> bool:
        """Only unanswered lines stand in the way: a reason for each lets it go."""
        return self.answered and all(lack is Lack.UNANSWERED for _, lack in self.lacks)


@dataclass(frozen=True, slots=True)
class Submission:
    report: MonthlyReport
    new: bool
    """False when the very same had already been submitted: nothing was changed."""


def submit(
    month: ReportingMonth,
    person: Person,
    changes: Changes,
    *,
    by: Actor,
    now: datetime,
    version: int,
    incomplete_ok: bool = False,
) -> Submission:
    """Keep what was typed, then submit it; the first instant of submission stays for ever.

    Raises what ``save_draft`` raises, and NotReady, with the draft kept, when something is lacking.
    """
    with transaction.atomic():
        draft = open_draft(month, person, by=by, now=now, version=version)
        report, seen = draft.report, draft.report.version
        write(draft, changes, by=by, now=now, version=version)
        rows = rows_of(month, person.pk, draft.answers)
        if already_sent(report, rows, now=now):
            return Submission(report, new=False)
        if version != seen and not _saw_everything(rows, changes):
            raise Stale("มีการบันทึกรายงานนี้จากที่อื่นก่อนคุณ")
        lines = [row.line for row in rows]
        lacks = sending_lacks(lines, policy_for(month).off_plan_margin, incomplete_ok=incomplete_ok)
        answered = any(line.answered for line in lines)
        if answered and not lacks:
            send(report, rows, month, by=by, now=now)
            if now > month.grace_end or month.checked_as_of is not None or month.registered_at is not None:
                compliance.recheck(month, person.pk, by=by, now=now)
                resubmitted(month.pk, person.pk, by=by, now=now)
    if lacks or not answered:
        raise NotReady(report, [(line.item_id, lack) for line, lack in lacks], answered=answered)
    return Submission(report, new=True)


def _saw_everything(rows: Iterable[Row], changes: Changes) -> bool:
    """The whole form was sent and nothing in it differs from what is kept: an old page does no harm."""
    return all(changes.get(row.item.id, {}).keys() >= set(FIELDS) for row in rows)


def already_sent(report: MonthlyReport, rows: Iterable[Row], *, now: datetime) -> bool:
    submitted = report.state == ReportState.SUBMITTED and has_come(report.first_submitted_at, now=now)
    return submitted and all(row.answer == row.sent if row.sent else row.answer.empty for row in rows)


def send(
    report: MonthlyReport, rows: Iterable[Row], month: ReportingMonth, *, by: Actor, now: datetime
) -> None:
    """Copy the draft into a new version and move the report on. Call it with the report locked."""
    before = report.state
    sent_at = mark_sent(report, month, at=now, now=now)
    kept = ReportVersion.objects.create(
        report=report, no=report.submissions, submitted_at=sent_at, submitted_by=by.person
    )
    report.last_version = kept
    SubmittedLine.objects.bulk_create(submitted_lines(kept, rows))
    values = {name: getattr(report, name) for name in SENT_FIELDS}
    if not MonthlyReport.objects.filter(pk=report.pk, month__closed_at=None).update(**values):
        raise NotAllowedNow("เดือนนี้ปิดแล้ว ตัวเลขถูกตรึงไว้")
    after = sent_facts(report)
    audit.record(
        by=by, verb=Verb.REPORT_SUBMITTED, subject=report, at=now, before={"state": before}, after=after
    )


def mark_sent(
    report: MonthlyReport, month: ReportingMonth, *, at: datetime, now: datetime | None = None
) -> datetime:
    """Set the facts of a submission, the first instant and its deadline once; returns when it counts.

    A first instant that a file gave and that hasn't come by ``now`` (``at`` when not given) gives way.
    """
    now = now or at
    if at <= now and not has_come(report.first_submitted_at, now=now):
        report.first_submitted_at = report.first_deadline = None
    state = ReportState(report.state)
    if "submit" not in MOVES[state]:
        raise NotAllowedNow(f"รายงานนี้{state.label} ส่งอีกไม่ได้")
    report.state = MOVES[state]["submit"]
    report.version += 1
    report.submissions += 1
    report.first_submitted_at = report.first_submitted_at or at
    report.first_deadline = report.first_deadline or month.grace_end
    report.submitted_at = max(at, report.first_submitted_at)
    return report.submitted_at


def submitted_lines(version: ReportVersion, rows: Iterable[Row]) -> list[SubmittedLine]:
    """Of every line that has a share, answered or not, and of unplanned work that was reported."""
    return [
        SubmittedLine(version=version, item_id=row.item.id, target=row.target, **row.answer.as_fields())
        for row in rows
        if row.target is not None or not row.answer.empty
    ]


def sent_facts(report: MonthlyReport) -> dict[str, Any]:
    return {
        "state": report.state,
        "version_no": report.submissions,
        "submitted_at": report.submitted_at,
        "first_submitted_at": report.first_submitted_at,
    }

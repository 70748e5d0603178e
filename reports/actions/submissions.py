"""Submit a month's report: what is submitted is kept as a numbered version for ever."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from office import audit
from office.access import Actor
from office.audit import Verb
from office.errors import Invalid, NotAllowedNow, Stale
from office.models import Person
from office.thai import quantity
from plans.models import ReportingMonth
from reports.actions import compliance
from reports.actions.drafts import Changes, Draft, WholeChanges, open_draft, write
from reports.actions.notices import resubmitted
from reports.actions.obstacles_told import from_report
from reports.answers import FIELDS, NOTHING_SAID, WholeAnswer
from reports.cps_reads import figures_of
from reports.enums import Breach, FlagState, ReportState
from reports.models import Flag, MonthlyReport, ReportVersion, SubmittedLine
from reports.queries import Row, changed_since_sent, policy_for, rows_of
from reports.rules import MOVES, Asked, Lack, Line, WorkLack, has_come, sending_lacks, unaddressed, work_lacks

SENT_FIELDS = (
    "state",
    "version",
    "submissions",
    "first_submitted_at",
    "first_deadline",
    "submitted_at",
    "last_version",
)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands between a draft and its submission."""

    answered: bool
    lacks: tuple[tuple[int, Lack], ...] = ()
    """What lines still need, by plan item id."""
    works: tuple[tuple[int, WorkLack], ...] = ()
    """What works outside the plan still need, by their place."""
    asked: tuple[Asked, ...] = ()
    """Figures unlike the usual."""
    unsure: tuple[Asked, ...] = ()
    """Those of them that aren't confirmed."""

    @property
    def ready(self) -> bool:
        return self.answered and not (self.lacks or self.works or self.unsure)

    def __str__(self) -> str:
        faults, unsure = len(self.lacks) + len(self.works), len(self.unsure)
        if not self.answered:
            return "ยังไม่ได้กรอกผลสักรายการ จึงยังส่งไม่ได้"
        if faults and unsure:
            return f"ยังส่งไม่ได้ มี {faults + unsure} จุดที่ต้องแก้หรือยืนยัน"
        return f"ยังส่งไม่ได้ มี {faults} จุดที่ต้องแก้" if faults else f"ยืนยันตัวเลขก่อนส่ง {unsure} รายการ"


class NotReady(Invalid):
    """The draft is kept; ``found`` says what it still needs."""

    def __init__(self, report: MonthlyReport, found: Readiness) -> None:
        super().__init__(str(found))
        self.report = report
        self.found = found
        self.lacks, self.answered = found.lacks, found.answered

    @property
    def may_go_incomplete(self) -> bool:
        """Only unanswered lines stand in the way: a reason for each lets it go."""
        others = self.found.unsure or self.found.works
        return self.answered and not others and all(lack is Lack.UNANSWERED for _, lack in self.lacks)


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
    whole: WholeChanges | None = None,
) -> Submission:
    """Keep what was typed, then submit it; the first instant of submission stays for ever.

    Raises what ``save_draft`` raises, and NotReady, with the draft kept, when something is lacking or a
    figure unlike the usual isn't confirmed.
    """
    with transaction.atomic():
        draft = open_draft(month, person, by=by, now=now, version=version)
        report, seen = draft.report, draft.report.version
        write(draft, changes, whole or {}, by=by, now=now, version=version)
        rows = rows_of(month, person.pk, draft.answers)
        if already_sent(report, rows, draft.whole, now=now) and not changed_since_sent(report):
            audit.record_all(draft.history)
            return Submission(report, new=False)
        if version != seen and not _saw_everything(rows, draft.whole, changes, whole or {}):
            raise Stale("มีการบันทึกรายงานนี้จากที่อื่นก่อนคุณ")
        found = _readiness(draft, rows, month, incomplete_ok=incomplete_ok)
        if found.ready:
            send(draft, rows, month, by=by, now=now, confirmed=found.asked)
            if now > month.grace_end or month.checked_as_of is not None or month.registered_at is not None:
                compliance.recheck(month, person.pk, by=by, now=now)
                resubmitted(month.pk, person.pk, by=by, now=now)
        else:
            audit.record_all(draft.history)
    if not found.ready:
        raise NotReady(report, found)
    return Submission(report, new=True)


def _readiness(draft: Draft, rows: Sequence[Row], month: ReportingMonth, *, incomplete_ok: bool) -> Readiness:
    lines = [row.line for row in rows]
    margin = policy_for(month).off_plan_margin
    lacks = sending_lacks(lines, margin, incomplete_ok=incomplete_ok)
    lacking = {line.item_id for line, _ in lacks}
    lacks += _not_addressed(
        draft.report, month, [line for line in lines if line.item_id not in lacking], margin
    )
    asked = [found for row in rows if (found := row.asked(month.month))]
    return Readiness(
        answered=any(line.answered for line in lines) or (not lines and bool(draft.whole.works)),
        lacks=tuple((line.item_id, lack) for line, lack in lacks),
        works=tuple((n, lack) for n, work in enumerate(draft.whole.works) for lack in work_lacks(work)),
        asked=tuple(asked),
        unsure=tuple(each for each in asked if draft.whole.confirmed.get(each.item_id) != each.quantity),
    )


def _not_addressed(
    report: MonthlyReport, month: ReportingMonth, lines: Iterable[Line], margin: Decimal
) -> list[tuple[Line, Lack]]:
    """Those of the lines that a notice names and that don't answer it yet."""
    if not report.submissions or month.checked_as_of is None:
        return []
    of_line = {line.item_id: line for line in lines}
    rows = Flag.objects.filter(
        person_id=report.person_id, month_id=report.month_id, state=FlagState.NOTIFIED, item__in=of_line
    )
    told = list(rows.values_list("item_id", "breach", "basis"))
    compared = [item for item, breach, _ in told if breach == Breach.CPS_MISMATCH]
    cps = figures_of(month, report.person_id, compared) if compared else {}
    silent = {
        item: lack
        for item, breach, basis in told
        if (lack := unaddressed(replace(of_line[item], cps=cps.get(item)), Breach(breach), basis, margin))
    }
    return [(of_line[item], silent[item]) for item in of_line if item in silent]


def _saw_everything(rows: Iterable[Row], said: WholeAnswer, changes: Changes, whole: WholeChanges) -> bool:
    """The whole form was sent and nothing in it differs from what is kept: an old page does no harm."""
    lines = all(changes.get(row.item.id, {}).keys() >= set(FIELDS) for row in rows)
    return lines and (whole.keys() >= {"self_rating", "lesson", "works"} or said.says_as(NOTHING_SAID))


def already_sent(report: MonthlyReport, rows: Iterable[Row], said: WholeAnswer, *, now: datetime) -> bool:
    sent = report.state == ReportState.SUBMITTED and has_come(report.first_submitted_at, now=now)
    same = sent and all(row.answer == row.sent if row.sent else row.answer.empty for row in rows)
    return same and said.says_as(WholeAnswer.of(report.last_version))


def send(
    draft: Draft,
    rows: Sequence[Row],
    month: ReportingMonth,
    *,
    by: Actor,
    now: datetime,
    confirmed: Sequence[Asked] = (),
) -> None:
    """Copy the draft into a new version, move the report on, and record all that was done to the draft."""
    report = draft.report
    before = report.state
    sent_at = mark_sent(report, month, at=now, now=now)
    kept = version_of(report, sent_at, by=by, confirmed=confirmed)
    kept.save()
    report.last_version = kept
    SubmittedLine.objects.bulk_create(submitted_lines(kept, rows))
    values = {name: getattr(report, name) for name in SENT_FIELDS}
    if not MonthlyReport.objects.filter(pk=report.pk, month__closed_at=None).update(**values):
        raise NotAllowedNow("เดือนนี้ปิดแล้ว ตัวเลขถูกตรึงไว้")
    after = sent_facts(report) | ({"confirmed": kept.confirmed} if kept.confirmed else {})
    draft.history.append(
        audit.entry(
            by=by, verb=Verb.REPORT_SUBMITTED, subject=report, at=now, before={"state": before}, after=after
        )
    )
    audit.record_all([*draft.history, *from_report(report, rows, by=by, now=now)])


def version_of(
    report: MonthlyReport, sent_at: datetime, *, by: Actor, confirmed: Sequence[Asked] = ()
) -> ReportVersion:
    """The unsaved version of what the draft says of the month as a whole; call it after ``mark_sent``."""
    return ReportVersion(
        report=report,
        no=report.submissions,
        submitted_at=sent_at,
        submitted_by=by.person,
        self_rating=report.self_rating,
        lesson=report.lesson,
        works=report.works,
        confirmed=[
            {
                "item": each.item_id,
                "job_no": each.job_no,
                "figure": quantity(each.quantity),
                "asked": [ask.label for ask in each.asks],
            }
            for each in confirmed
        ],
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

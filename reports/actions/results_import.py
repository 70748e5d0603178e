"""Take a month's results in from a file, for many people at once: drafts, or submitted at an instant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.enums import Role
from office.importing import ImportRefused, Outcome
from office.models import AuditEvent, Membership, Person
from office.sheets import Problem
from plans.models import MonthlyShare, PlanItem, ReportingMonth
from reports.actions import compliance
from reports.actions.drafts import refusal_without_plan
from reports.actions.notices import resubmitted
from reports.actions.obstacles_told import Telling, from_reports
from reports.actions.submissions import SENT_FIELDS, mark_sent, sent_facts, version_of
from reports.answers import EMPTY, FIELDS, LineAnswer
from reports.enums import ReportState
from reports.models import (
    MonthlyReport,
    ReportLine,
    ReportVersion,
    SubmittedLine,
)
from reports.results_file import ResultRow, ResultsFile
from reports.rules import has_come

BATCH = 500
_SAVED_FIELDS = ("version", "saved_at")


@dataclass(slots=True)
class _Month:
    """One person's report while the file is taken in."""

    report: MonthlyReport
    drafts: dict[int, LineAnswer] = field(default_factory=dict)
    sent: dict[int, LineAnswer] = field(default_factory=dict)
    shares: dict[int, Any] = field(default_factory=dict)
    said: dict[int, LineAnswer] = field(default_factory=dict)
    """What the file says, by item."""
    rows: dict[int, int] = field(default_factory=dict)
    """Row of the file, by item."""
    ahead: bool = False
    """What was submitted carries an instant still to come, and is submitted now."""

    @property
    def merged(self) -> dict[int, LineAnswer]:
        return self.drafts | self.said

    @property
    def differing(self) -> dict[int, LineAnswer]:
        return {
            item_id: answer
            for item_id, answer in self.said.items()
            if item_id not in self.drafts or self.drafts[item_id] != answer
        }

    @property
    def to_send(self) -> dict[int, LineAnswer]:
        """Every line with a share, answered or not, and what was reported beside the plan."""
        merged = self.merged
        wanted = set(self.shares) | {item_id for item_id, answer in merged.items() if not answer.empty}
        return {item_id: merged.get(item_id, EMPTY) for item_id in wanted}

    @property
    def news_to_send(self) -> bool:
        """Whether what would be submitted differs from the last version."""
        if not self.report.submissions or self.ahead:
            return True
        known = {item_id: answer for item_id, answer in self.sent.items() if not answer.empty}
        return known != {item_id: answer for item_id, answer in self.to_send.items() if not answer.empty}


@transaction.atomic
def import_results(
    month: ReportingMonth, found: ResultsFile, *, by: Actor, now: datetime, submit_at: datetime | None = None
) -> Outcome:
    """Store the lines of a parsed file; with ``submit_at`` the people in it have submitted at that instant.

    Taken as it is: nothing lacking refuses it. A job that isn't the person's that month becomes unplanned
    work. What was submitted first stays first; the same content again makes no new version. Raises
    NotAllowed and ImportRefused, with nothing stored.
    """
    check(by, Perm.RESULTS_IMPORT, month)
    _refuse(found.problems)
    refusal = refusal_without_plan(month)
    if refusal:
        _refuse([Problem("", None, None, str(month.month), refusal)])
    people = _gather(month, found.rows)
    for each in people.values():
        first = each.report.first_submitted_at
        each.ahead = submit_at is not None and submit_at <= now and not has_come(first, now=now)
    _refuse(_closed_to_the_file(month, people, submit=submit_at is not None))
    outcome = _count(people, submit=submit_at is not None)
    outcome.notes = list(found.notes)
    events = _save_drafts(people, by=by, now=now)
    sending = [each for each in people.values() if submit_at is not None and each.news_to_send]
    if submit_at is not None:
        events += _send(sending, month, by=by, now=now, at=submit_at)
    tellings = [Telling(each.report, each.sent, each.to_send) for each in sending]
    audit.record_all(events + from_reports(tellings, by=by, now=now))
    if events:
        facts = {"created": outcome.created, "changed": outcome.changed, "submitted_at": submit_at}
        audit.record(by=by, verb=Verb.RESULTS_IMPORTED, subject=month, at=now, after=facts)
    if month.checked_as_of is not None or month.registered_at is not None:
        for each in sending:
            compliance.recheck(month, each.report.person_id, by=by, now=now)
            resubmitted(month.pk, each.report.person_id, by=by, now=now)
    return outcome


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ImportRefused(problems)


def _gather(month: ReportingMonth, rows: Iterable[ResultRow]) -> dict[int, _Month]:
    """Each person's month with what the file says of it; a fixed number of queries, however many people."""
    rows = list(rows)
    ids = {int(row.person_id) for row in rows}
    people = _reports(month, ids)
    by_report = {each.report.pk: each for each in people.values() if each.report.pk}
    for draft in ReportLine.objects.filter(report__in=by_report):
        by_report[draft.report_id].drafts[draft.item_id] = LineAnswer.of(draft)
    sent = SubmittedLine.objects.filter(version__last_of__in=by_report).select_related("version")
    for line in sent:
        by_report[line.version.report_id].sent[line.item_id] = LineAnswer.of(line)
    shares = MonthlyShare.objects.in_force().filter(month=month, person__in=ids)
    for person_id, item_id, quantity in shares.values_list("person_id", "item_id", "quantity"):
        people[person_id].shares[item_id] = quantity
    items = PlanItem.objects.filter(plan__fiscal_year_id=month.fiscal_year_id)
    item_ids = dict(items.values_list("job_no", "pk"))
    for row in rows:
        mine, item_id = people[int(row.person_id)], item_ids[row.job_no]
        mine.said[item_id] = _said(row, mine.drafts.get(item_id, EMPTY))
        mine.rows[item_id] = row.row
    return people


def _said(row: ResultRow, kept: LineAnswer) -> LineAnswer:
    """The file's word; narrative and reason category, which most files lack, stay where it is silent."""
    return replace(
        kept,
        kind=row.kind,
        quantity=row.quantity,
        narrative=row.narrative or kept.narrative,
        reason_category=row.reason_category.value or kept.reason_category,
        explanation=row.explanation,
        obstacle=row.obstacle,
        solution=row.solution,
    )


def _reports(month: ReportingMonth, ids: set[int]) -> dict[int, _Month]:
    found = MonthlyReport.objects.select_for_update().filter(month=month, person__in=ids)
    people = {report.person_id: _Month(report) for report in found}
    missing = ids - people.keys()
    units = _units(month, missing)
    staff = list(Person.objects.filter(pk__in=ids))
    _refuse([_without_unit(person) for person in staff if person.pk in missing - units.keys()])
    for person in staff:
        if person.pk in missing:
            people[person.pk] = _Month(
                MonthlyReport(office_id=month.office_id, person=person, month=month, unit_id=units[person.pk])
            )
        people[person.pk].report.person = person
        people[person.pk].report.month = month
    return people


def _without_unit(person: Person) -> Problem:
    message = f"กำหนดกลุ่มงานของ {person.code} ก่อน ยังไม่สังกัดกลุ่มใด จึงไม่มีรายงานให้บันทึก"
    return Problem("", None, None, person.code, message)


def _units(month: ReportingMonth, ids: set[int]) -> dict[int, int]:
    """The unit served in on the deadline day; of those who have left or not yet come, the nearest one."""
    rows = Membership.objects.filter(person__in=ids, role=Role.OFFICER).order_by("starts_on", "pk")
    units: dict[int, int] = {}
    covered: set[int] = set()
    for membership in rows:
        if membership.person_id not in covered:
            units[membership.person_id] = membership.unit_id
        if membership.covers(month.due_on):
            covered.add(membership.person_id)
    return units


def _closed_to_the_file(
    month: ReportingMonth, people: Mapping[int, _Month], *, submit: bool
) -> list[Problem]:
    """A closed month and an accepted report take nothing that differs from what they hold."""
    problems = []
    for each in people.values():
        differing = each.differing
        if not differing and not (submit and each.news_to_send):
            continue
        code = each.report.person.code
        if month.closed_at is not None:
            message = f"เดือน{month}ปิดแล้ว ตัวเลขถูกตรึงไว้ นำเข้าผลของ {code} ไม่ได้"
        elif each.report.state == ReportState.ACCEPTED:
            message = f"รายงานของ {code} ตรวจรับแล้ว ส่งกลับแก้ไขก่อนจึงนำเข้าผลใหม่ได้"
        else:
            continue
        row = min((each.rows[item_id] for item_id in differing), default=min(each.rows.values()))
        problems.append(Problem("", row, None, code, message))
    return problems


def _count(people: Mapping[int, _Month], *, submit: bool) -> Outcome:
    """Lines of reports: new, different from what was kept or submitted, or the same."""
    outcome = Outcome()
    for each in people.values():
        sending = submit and each.news_to_send
        for item_id, answer in each.said.items():
            if item_id not in each.drafts:
                outcome.created += 1
            elif each.drafts[item_id] != answer or (sending and each.sent.get(item_id) != answer):
                outcome.changed += 1
            else:
                outcome.unchanged += 1
    return outcome


def _save_drafts(people: Mapping[int, _Month], *, by: Actor, now: datetime) -> list[AuditEvent]:
    differing = {each.report.person_id: each.differing for each in people.values()}
    touched = [each for each in people.values() if differing[each.report.person_id]]
    for each in touched:
        each.report.version += 1
        each.report.saved_at = now
    fresh = [each.report for each in people.values() if each.report.pk is None]
    MonthlyReport.objects.bulk_create(fresh, batch_size=BATCH)
    known = [each.report for each in touched if each.report not in fresh]
    MonthlyReport.objects.bulk_update(known, _SAVED_FIELDS, batch_size=BATCH)
    ReportLine.objects.bulk_create(
        (
            ReportLine(report=each.report, item_id=item_id, **answer.as_fields())
            for each in touched
            for item_id, answer in differing[each.report.person_id].items()
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["report", "item"],
        update_fields=list(FIELDS),
    )
    return [
        audit.entry(
            by=by,
            verb=Verb.REPORT_SAVED,
            subject=each.report,
            at=now,
            before=_facts(each.drafts, differing[each.report.person_id]),
            after=_facts(each.said, differing[each.report.person_id]),
        )
        for each in touched
    ]


def _facts(answers: Mapping[int, LineAnswer], differing: Iterable[int]) -> dict[str, Any]:
    return {str(item_id): answers[item_id].as_fields() for item_id in differing if item_id in answers}


def _submitted(each: _Month) -> list[SubmittedLine]:
    version = each.report.last_version
    return [
        SubmittedLine(version=version, item_id=item_id, target=each.shares.get(item_id), **answer.as_fields())
        for item_id, answer in each.to_send.items()
    ]


def _send(
    people: list[_Month], month: ReportingMonth, *, by: Actor, now: datetime, at: datetime
) -> list[AuditEvent]:
    before = {each.report.pk: each.report.state for each in people}
    versions = []
    for each in people:
        sent_at = mark_sent(each.report, month, at=at, now=now)
        versions.append(version_of(each.report, sent_at, by=by))
    ReportVersion.objects.bulk_create(versions, batch_size=BATCH)
    for each, version in zip(people, versions, strict=True):
        each.report.last_version = version
    SubmittedLine.objects.bulk_create(
        (line for each in people for line in _submitted(each)), batch_size=BATCH
    )
    MonthlyReport.objects.bulk_update([each.report for each in people], SENT_FIELDS, batch_size=BATCH)
    return [
        audit.entry(
            by=by,
            verb=Verb.REPORT_SUBMITTED,
            subject=each.report,
            at=now,
            before={"state": before[each.report.pk]},
            after=sent_facts(each.report),
        )
        for each in people
    ]

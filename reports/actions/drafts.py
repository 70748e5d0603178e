"""Write a month's draft: one report a person and month, nothing overwritten that was not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import AuditEvent, Person
from office.prepared import Given, Prepared
from plans.enums import PlanState
from plans.models import MonthlyShare, ReportingMonth
from reports.answers import EMPTY, FIELDS, NOTHING_SAID, LineAnswer, WholeAnswer
from reports.enums import AnswerKind, ReportState
from reports.models import MonthlyReport, ReportLine
from reports.queries import plan_in_force, plan_state
from reports.rules import Window, has_come
from reports.windows import window, window_of

Changes = Mapping[int, Mapping[str, Any]]
"""Plan item id → field of LineAnswer → new value; what isn't named stays as it is."""
WholeChanges = Mapping[str, Any]
"""Field of WholeAnswer → new value; what isn't named stays as it is."""

_SAVED = ["version", "saved_at", "state", "self_rating", "lesson", "works", "confirmed"]


@dataclass(slots=True)
class Draft:
    """A report locked for the length of a transaction, with the answers written so far."""

    report: MonthlyReport
    answers: dict[int, LineAnswer]
    job_nos: dict[int, str]
    """Of the items that may be answered: with a share that month, or already answered."""
    whole: WholeAnswer = NOTHING_SAID
    history: list[AuditEvent] = field(default_factory=list)
    """What was done to it, to be recorded in the same transaction."""


def save_draft(
    month: ReportingMonth,
    person: Person,
    changes: Changes,
    *,
    by: Actor,
    now: datetime,
    version: int,
    whole: WholeChanges | None = None,
) -> MonthlyReport:
    """Keep what was typed. The first save makes the report; saving the same again changes nothing.

    Raises NotAllowed, NotAllowedNow (deadline, lock, close, plan not approved), Invalid, and Stale when the
    report was saved from elsewhere after ``version`` and something differs.
    """
    with transaction.atomic():
        draft = open_draft(month, person, by=by, now=now, version=version)
        write(draft, changes, whole or {}, by=by, now=now, version=version)
        audit.record_all(draft.history)
    return draft.report


def open_draft(month: ReportingMonth, person: Person, *, by: Actor, now: datetime, version: int) -> Draft:
    """Lock the person's report of the month, made when there is none, for writing by its owner."""
    check(by, Perm.REPORT_WRITE, person)
    if month.office_id != person.office_id:
        raise NotAllowed("เดือนนี้ไม่ใช่ของสำนักงานเดียวกับเจ้าหน้าที่")
    _refuse_without_plan(month)
    report = (version and locked_report(month, person)) or _new_report(month, person, by)
    reopened = report.reopened_until if report else None
    open_ = window_of(month, person.pk, report) if now > month.grace_end else window(month, reopened=reopened)
    refusal = refusal_to_write(open_, report, now=now)
    if refusal:
        raise NotAllowedNow(refusal)
    answers, job_nos = {}, {}
    for item_id, job_no, kind, *rest in _WRITTEN(report=report.pk):
        answers[item_id], job_nos[item_id] = LineAnswer(AnswerKind(kind), *rest), job_no
    job_nos |= dict(_PLANNED(person=person.pk, month=month.pk))
    return Draft(report, answers, job_nos, WholeAnswer.of(report, report.confirmed))


def _written() -> Any:
    lines = ReportLine.objects.filter(report=Given("report"))
    return lines.values_list("item_id", "item__job_no", *FIELDS)


_WRITTEN = Prepared(_written)


def _planned() -> Any:
    shares = MonthlyShare.objects.in_force().filter(person=Given("person"), month=Given("month"))
    return shares.values_list("item_id", "item__job_no")


_PLANNED = Prepared(_planned)


def write(
    draft: Draft, changes: Changes, whole: WholeChanges, *, by: Actor, now: datetime, version: int
) -> None:
    """Store what differs, one step up in version; ``draft.history`` is the caller's to record."""
    written = {item_id: _changed(draft, item_id, changes[item_id]) for item_id in changes}
    differing = {
        item_id: answer for item_id, answer in written.items() if answer != draft.answers.get(item_id, EMPTY)
    }
    said = draft.whole.with_changes(whole)
    report = draft.report
    new = report.version == 0
    if not differing and not said.differing(draft.whole) and not new:
        return
    if version != report.version:
        raise Stale("มีการบันทึกรายงานนี้จากที่อื่นก่อนคุณ")
    _upsert(report, differing)
    _say(report, said)
    report.version += 1
    report.saved_at = now
    _update_if_open(report, _SAVED)
    before, after = _differences(draft, differing)
    for name in said.differing(draft.whole):
        before[name], after[name] = _as_fact(draft.whole, name), _as_fact(said, name)
    saved = audit.entry(by=by, verb=Verb.REPORT_SAVED, subject=report, at=now, before=before, after=after)
    draft.history.append(saved)
    draft.answers |= differing
    draft.whole = said


def locked_report(month: ReportingMonth, person: Person) -> MonthlyReport | None:
    report = MonthlyReport.objects.select_for_update().filter(person=person, month=month).first()
    if report is not None:
        report.person, report.month = person, month
    return report


def refusal_to_write(open_: Window, report: MonthlyReport | None, *, now: datetime) -> str:
    """Why this person can't write; empty when they can. What is submitted only later is a draft."""
    state = ReportState(report.state) if report else None
    if state is ReportState.SUBMITTED and report and not has_come(report.first_submitted_at, now=now):
        state = ReportState.DRAFT
    return open_.refusal(state, now=now)


def refusal_without_plan(month: ReportingMonth) -> str:
    """Why nothing can be reported yet, naming who must approve the plan; empty when it is in force."""
    if plan_in_force(month):
        return ""
    state = plan_state(month)
    year = month.month.fiscal_year
    if state is None:
        return f"ยังไม่มีแผนปฏิบัติงาน ปีงบประมาณ {year} ฝ่ายบริหารทั่วไปเป็นผู้นำเข้าแผน"
    where = "อยู่ระหว่างรับฟังความเห็น" if state is PlanState.CONSULTATION else "ยังเป็นร่าง"
    return f"แผนปฏิบัติงาน ปีงบประมาณ {year} {where} รายงานได้เมื่อสหกรณ์จังหวัดอนุมัติแผนแล้ว"


def _refuse_without_plan(month: ReportingMonth) -> None:
    refusal = refusal_without_plan(month)
    if refusal:
        raise NotAllowedNow(refusal)


def _new_report(month: ReportingMonth, person: Person, by: Actor) -> MonthlyReport:
    """Made once, even by two clicks at a time: the second finds the first one's."""
    unit_id = next(unit for role, unit in by.roles if role is Role.OFFICER)
    fresh = MonthlyReport(office_id=month.office_id, person=person, month=month, unit_id=unit_id)
    MonthlyReport.objects.bulk_create([fresh], ignore_conflicts=True)
    report = MonthlyReport.objects.select_for_update().get(person=person, month=month)
    report.person, report.month = person, month
    return report


def _changed(draft: Draft, item_id: int, fields: Mapping[str, Any]) -> LineAnswer:
    if item_id not in draft.job_nos:
        raise NotAllowedNow("แผนปฏิบัติงานเปลี่ยนไปหลังจากคุณเปิดหน้านี้ มีงานที่ไม่อยู่ในแผนของคุณเดือนนี้แล้ว")
    answer = draft.answers.get(item_id, EMPTY).with_changes(fields)
    if answer.kind is AnswerKind.VALUE and (answer.quantity is None or answer.quantity < 0):
        raise Invalid("ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป", {f"l{item_id}-quantity": "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป"})
    return answer


def _upsert(report: MonthlyReport, answers: Mapping[int, LineAnswer]) -> None:
    ReportLine.objects.bulk_create(
        (
            ReportLine(report=report, item_id=item_id, **answer.as_fields())
            for item_id, answer in answers.items()
        ),
        update_conflicts=True,
        unique_fields=["report", "item"],
        update_fields=list(FIELDS),
    )


def _say(report: MonthlyReport, said: WholeAnswer) -> None:
    """Saved with the report's version."""
    report.self_rating, report.lesson, report.works = said.self_rating, said.lesson, said.works_as_rows
    report.confirmed = {str(item): str(figure) for item, figure in said.confirmed.items()}


def _as_fact(said: WholeAnswer, name: str) -> Any:
    if name == "works":
        return said.works_as_rows
    return (
        {str(item): figure for item, figure in said.confirmed.items()}
        if name == "confirmed"
        else getattr(said, name)
    )


def _update_if_open(report: MonthlyReport, fields: list[str]) -> None:
    """The month's close wins over a save that began before it."""
    values = {name: getattr(report, name) for name in fields}
    if not MonthlyReport.objects.filter(pk=report.pk, month__closed_at=None).update(**values):
        raise NotAllowedNow("เดือนนี้ปิดแล้ว ตัวเลขถูกตรึงไว้")


def _differences(draft: Draft, differing: Mapping[int, LineAnswer]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after of the changed fields only, by job number."""
    before, after = {}, {}
    for item_id, answer in differing.items():
        was = draft.answers.get(item_id, EMPTY)
        names = answer.differing(was)
        before[draft.job_nos[item_id]] = {name: getattr(was, name) for name in names}
        after[draft.job_nos[item_id]] = {name: getattr(answer, name) for name in names}
    return before, after

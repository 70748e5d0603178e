"""Taking a plan workbook in: all or nothing, repeatable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import ProtectedError

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.importing import ImportRefused, Outcome
from office.models import Office
from office.sheets import Problem
from plans import content
from plans.actions.approval import approve
from plans.actions.months import open_year
from plans.content import Changes, Content, Item, Months
from plans.enums import PlanState
from plans.models import (
    ActionPlan,
    FiscalYear,
    MonthlyShare,
    MonthlyTarget,
    PlanGroup,
    PlanItem,
    ReportingMonth,
    Share,
)
from plans.queries import months_of_year, plan_of
from plans.stored import content_of
from plans.workbook import PlanFile

BATCH = 2000
SHOWN = 40
"""Differences from an approved plan that a refusal names."""
IN_DRAFT = frozenset({PlanState.DRAFT, PlanState.CONSULTATION})


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a file in would do, and why it can't be."""

    plan: ActionPlan | None
    content: Content | None
    changes: Changes | None
    problems: tuple[Problem, ...]


def preview(office: Office, plan_file: PlanFile, *, year: int | None = None) -> Preview:
    """What ``import_plan`` would do now; stores nothing. With ``year`` (BE) the file must be of that year."""
    problems = list(plan_file.problems) or _not_ours(office, plan_file, year)
    plan = plan_of(office, plan_file.fiscal_year) if plan_file.fiscal_year else None
    if problems:
        return Preview(plan, None, None, tuple(problems))
    new = content.of_file(plan_file)
    if plan is None:
        return Preview(None, new, content.compare(None, new), ())
    changes = _changes(plan, new)
    return Preview(plan, new, changes, tuple(_approved_already(plan, plan_file, changes)))


@transaction.atomic
def import_plan(
    office: Office, plan_file: PlanFile, *, by: Actor, now: datetime, approve_on: date | None = None
) -> Outcome:
    """Store the workbook; counts items. The same file again changes nothing (design rules 4.11, 5).

    A draft becomes what the file says; items that are gone go unless something was reported on them. An
    approved plan takes only an equal file. Raises ImportRefused with every fault, having stored nothing.
    """
    check(by, Perm.PLAN_IMPORT, office)
    if problems := list(plan_file.problems) or _not_ours(office, plan_file, None):
        raise ImportRefused(problems)
    new = content.of_file(plan_file)
    year = open_year(office, plan_file.fiscal_year, by=by, now=now)
    FiscalYear.objects.select_for_update().get(pk=year.pk)
    plan, made = ActionPlan.objects.get_or_create(fiscal_year=year, defaults={"office": office})
    fingerprint = new.fingerprint()
    if not made and plan.fingerprint == fingerprint:
        changes = Changes((), (), tuple(item.job_no for item in new.items), (), ())
    else:
        old = None if made else content_of(plan)
        changes = _changes(plan, new, old)
        if refusals := _approved_already(plan, plan_file, changes):
            raise ImportRefused(refusals)
        if plan.state in IN_DRAFT:
            _store(plan, new, old, changes, plan_file)
            plan.fingerprint, plan.instalment = fingerprint, new.instalment
            plan.version += 0 if made else 1
            plan.save(update_fields=["fingerprint", "instalment", "version"])
            audit.record(by=by, verb=Verb.PLAN_IMPORTED, subject=plan, at=now, after=_told(new, changes))
    if approve_on is not None and plan.state in IN_DRAFT:
        approve(plan, by=by, now=now, on=approve_on)
    counts = (len(changes.created), len(changes.changed), len(changes.unchanged))
    return Outcome(*counts, notes=[*plan_file.notes, *_unshared(plan_file)])


def _unshared(plan_file: PlanFile) -> list[str]:
    jobs = plan_file.unshared
    more = f" และอีก {len(jobs) - SHOWN} งาน" if len(jobs) > SHOWN else ""
    return [f"ยังไม่ได้กระจายแผนให้เจ้าหน้าที่ {len(jobs)} งาน: {', '.join(jobs[:SHOWN])}{more}"] if jobs else []


def _told(new: Content, changes: Changes) -> dict[str, object]:
    facts: dict[str, object] = {"instalment": new.instalment, "items": len(new.items)}
    named = {"created": changes.created, "changed": changes.changed, "gone": changes.gone}
    facts |= {name: list(jobs[:SHOWN]) for name, jobs in named.items() if jobs}
    if changes.differences:
        facts["differences"] = [str(each) for each in changes.differences[:SHOWN]]
    return facts


def _not_ours(office: Office, plan_file: PlanFile, year: int | None) -> list[Problem]:
    """Faults of the file as a whole: another office's, another year's."""
    found = []
    if plan_file.office_name and _squeezed(plan_file.office_name) != _squeezed(office.name):
        message = f"ใช้แผนของ{office.name} ไฟล์นี้เป็นของ{plan_file.office_name}"
        found.append(Problem(plan_file.sheet, None, None, plan_file.office_name, message))
    if year is not None and plan_file.fiscal_year != year:
        said = plan_file.fiscal_year
        message = f"ใช้แผนปีงบประมาณ {year} หรือไปหน้านำเข้าของปี {said} ไฟล์นี้เป็นปีงบประมาณ {said}"
        found.append(Problem(plan_file.sheet, None, None, str(said), message))
    return found


def _squeezed(name: str) -> str:
    return "".join(name.split())


def _changes(plan: ActionPlan, new: Content, old: Content | None = None) -> Changes:
    return content.compare(old or content_of(plan), new, units=plan.state in IN_DRAFT)


def _approved_already(plan: ActionPlan, plan_file: PlanFile, changes: Changes) -> list[Problem]:
    """Why an approved plan can't take this file, difference by difference; nothing for an equal one."""
    if plan.state in IN_DRAFT or changes.none:
        return []
    count = len(changes.created) + len(changes.changed) + len(changes.gone)
    approved = f"เมื่อ {plan.approved_on:%d/%m/}{plan.approved_on.year + 543}" if plan.approved_on else ""
    message = (
        f"แผนนี้อนุมัติแล้ว{approved} ไฟล์นี้ต่างจากแผนที่อนุมัติ {count} งาน "
        "ต้องนำเข้าเป็นการปรับแผนพร้อมเหตุผล (--revision --reason)"
    )
    found = [Problem(plan_file.sheet, None, None, "", message)]
    said = [(job, f"{job} ไม่มีในแผนที่อนุมัติ") for job in changes.created]
    said += [(job, f"{job} มีในแผนที่อนุมัติ แต่ไม่มีในไฟล์") for job in changes.gone]
    said += [(each.job_no, str(each)) for each in changes.differences]
    found += [Problem(*plan_file.place_of(job), None, job, words) for job, words in said[:SHOWN]]
    return found


def _store(
    plan: ActionPlan, new: Content, old: Content | None, changes: Changes, plan_file: PlanFile
) -> None:
    """Make the draft what ``new`` says, keeping the rows of items that stay."""
    rows = {item.job_no: item for item in plan.items.all()} if old else {}
    before: Mapping[str, Item] = old.by_job() if old else {}
    _remove(plan, [rows[job] for job in changes.gone], plan_file)
    groups = _groups(plan, new)
    for order, item in enumerate(new.items, 1):
        _put(rows.setdefault(item.job_no, PlanItem(plan=plan)), item, groups, order)
    fresh = [rows[job] for job in changes.created]
    PlanItem.objects.bulk_create(fresh, batch_size=BATCH)
    kept = [rows[item.job_no] for item in new.items if item.job_no in before]
    PlanItem.objects.bulk_update(kept, _COLUMNS, batch_size=200)
    touched = [item for item in new.items if item.job_no in {*changes.created, *changes.changed}]
    _replace_details(plan, touched, before, rows)


_COLUMNS = [
    "group", "name", "dimension", "counting_unit", "aggregation", "direction", "annual_target", "budget",
    "owner_text", "note", "sort_order",
]  # fmt: skip


def _put(row: PlanItem, item: Item, groups: list[PlanGroup], order: int) -> None:
    row.job_no, row.sort_order = item.job_no, order
    row.group = None if item.heading is None else groups[item.heading]
    row.dimension = item.dimension or ""
    for name in _COLUMNS[1:-1]:
        if name != "dimension":
            setattr(row, name, getattr(item, name))


def _remove(plan: ActionPlan, rows: list[PlanItem], plan_file: PlanFile) -> None:
    if not rows:
        return
    try:
        PlanItem.objects.filter(pk__in=[row.pk for row in rows]).delete()
    except ProtectedError as error:
        reported = {getattr(thing, "item_id", None) for thing in error.protected_objects}
        jobs = [row.job_no for row in rows if row.pk in reported]
        raise ImportRefused([
            Problem(plan_file.sheet, None, None, job, f"เก็บ {job} ไว้ในแผน งานนี้มีผลหรือความเห็นแล้ว จึงเอาออกไม่ได้")
            for job in jobs or [row.job_no for row in rows]
        ]) from error  # fmt: skip


def _groups(plan: ActionPlan, new: Content) -> list[PlanGroup]:
    """The plan's headings anew, parents first; items are put under them afterwards."""
    plan.items.update(group=None)
    plan.groups.all().delete()
    made = [
        PlanGroup(plan=plan, level=heading.level, name=heading.name, sort_order=n)
        for n, heading in enumerate(new.headings)
    ]
    waiting = list(range(len(made)))
    while waiting:
        ready = [n for n in waiting if _parent_is_made(new, made, n)]
        for n in ready:
            parent = new.headings[n].parent
            made[n].parent = None if parent is None else made[parent]
        PlanGroup.objects.bulk_create([made[n] for n in ready], batch_size=BATCH)
        waiting = [n for n in waiting if n not in set(ready)]
    return made


def _parent_is_made(new: Content, made: list[PlanGroup], n: int) -> bool:
    parent = new.headings[n].parent
    return parent is None or made[parent].pk is not None


def _replace_details(
    plan: ActionPlan, items: list[Item], before: Mapping[str, Item], rows: Mapping[str, PlanItem]
) -> None:
    """Units, monthly targets and shares of new and changed items, in bulk."""
    months = months_of_year(plan.office, plan.fiscal_year.year)
    old_ids = [rows[item.job_no].pk for item in items if item.job_no in before]
    through = PlanItem.units.through
    if old_ids:
        for model, field in ((through, "planitem_id"), (MonthlyTarget, "item_id"), (Share, "item_id")):
            model.objects.filter(**{f"{field}__in": old_ids}).delete()
    through.objects.bulk_create(
        [
            through(planitem_id=rows[item.job_no].pk, unit_id=unit)
            for item in items
            for unit in sorted(item.unit_ids)
        ],
        batch_size=BATCH,
    )
    MonthlyTarget.objects.bulk_create(
        [
            MonthlyTarget(item_id=rows[item.job_no].pk, month=month, quantity=quantity)
            for item in items
            for month, quantity in _planned(months, item.targets)
        ],
        batch_size=BATCH,
    )
    _store_shares(items, rows, months)


def _store_shares(items: list[Item], rows: Mapping[str, PlanItem], months: list[ReportingMonth]) -> None:
    parts = [
        (Share(item_id=rows[item.job_no].pk, person_id=person), figures)
        for item in items
        for person, figures in item.shares.items()
    ]
    Share.objects.bulk_create([share for share, _ in parts], batch_size=BATCH)
    MonthlyShare.objects.bulk_create(
        [
            MonthlyShare(
                share_id=share.pk,
                item_id=share.item_id,
                person_id=share.person_id,
                month=month,
                quantity=quantity,
            )
            for share, figures in parts
            for month, quantity in _planned(months, figures)
        ],
        batch_size=BATCH,
    )


def _planned(months: list[ReportingMonth], figures: Months) -> Iterable[tuple[ReportingMonth, Decimal]]:
    return ((month, figure) for month, figure in zip(months, figures, strict=True) if figure is not None)

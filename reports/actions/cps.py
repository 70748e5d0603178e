"""Take a month's CPS file in: the newest is in force, earlier ones stay; nobody and nothing is guessed."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.calendar import Month
from office.importing import ImportRefused, Outcome
from office.models import Person
from office.sheets import People, Problem, match_job
from plans.models import PlanItem, ReportingMonth
from reports import cps_file
from reports.actions.compliance import check_month
from reports.cps_reads import why_unmatched
from reports.models import CpsFile, CpsRecord

BATCH = 1000

_CONTENT = (
    "worked_on",
    "person_code",
    "job_no",
    "place",
    "quantity",
    "counting_unit",
    "recorded_on",
    "person_id",
    "item_id",
)
"""What makes two rows the same: all that the file says, and whom and what it was taken to mean."""
_VISIT = len(("worked_on", "person_code", "job_no", "place"))
"""The first of them say which visit it is; the rest of a known visit may change."""


@dataclass(frozen=True, slots=True)
class _Colleague:
    """Whom a row may mean."""

    id: int
    code: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What taking a file in would do."""

    outcome: Outcome
    records: tuple[CpsRecord, ...]
    """Unsaved, in the file's order."""
    fingerprint: str
    newest: CpsFile | None

    @property
    def same(self) -> bool:
        """The newest file says the same: there is nothing to store."""
        return self.newest is not None and self.newest.fingerprint == self.fingerprint


def preview_cps(month: ReportingMonth, found: cps_file.CpsFile) -> Reading:
    """What ``import_cps`` would do now; stores nothing. Raises ImportRefused."""
    _refuse(found.problems or _not_of_the_month(month, found))
    records = _matched(month, found.rows)
    newest = CpsFile.objects.filter(month=month).order_by("-no").first()
    reading = Reading(_counted(records, newest), records, _fingerprint(records), newest)
    if month.closed_at is not None and not reading.same:
        message = f"เดือน{month}ปิดแล้ว ตัวเลขถูกตรึงไว้ นำเข้าไฟล์ CPS ไม่ได้"
        _refuse([Problem(found.sheet, None, None, str(month.month), message)])
    return reading


@transaction.atomic
def import_cps(
    month: ReportingMonth, found: cps_file.CpsFile, *, name: str, by: Actor, now: datetime
) -> Outcome:
    """Store a parsed file as the month's newest; counts its rows against the file before it.

    The same content again makes no new file. A month that has been checked is checked again, so that a
    file arriving after acceptance opens and clears its flags. Raises NotAllowed and ImportRefused, with
    nothing stored.
    """
    check(by, Perm.CPS_IMPORT, month)
    month = ReportingMonth.objects.select_for_update().get(pk=month.pk)
    reading = preview_cps(month, found)
    if reading.same:
        return reading.outcome
    file = CpsFile.objects.create(
        office_id=month.office_id,
        month=month,
        no=reading.newest.no + 1 if reading.newest else 1,
        name=name[-200:],
        fingerprint=reading.fingerprint,
        imported_at=now,
        imported_by=by.person,
    )
    for record in reading.records:
        record.file = file
    CpsRecord.objects.bulk_create(reading.records, batch_size=BATCH)
    audit.record(by=by, verb=Verb.CPS_IMPORTED, subject=file, at=now, after=_facts(file, reading))
    if month.checked_as_of is not None:
        check_month(month, as_of=max(now, month.checked_as_of), by=by, store=True, now=now)
    return reading.outcome


def _facts(file: CpsFile, reading: Reading) -> dict[str, Any]:
    counted = reading.outcome
    return {
        "name": file.name,
        "created": counted.created,
        "changed": counted.changed,
        "unchanged": counted.unchanged,
        "unmatched": len(counted.unmatched),
    }


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ImportRefused(problems)


def _not_of_the_month(month: ReportingMonth, found: cps_file.CpsFile) -> list[Problem]:
    """A file of another month is one fault, single rows of another month are one each."""
    if not found.rows:
        return [Problem(found.sheet, None, None, "", "ตรวจว่าเลือกไฟล์ถูกต้อง ไฟล์นี้ไม่มีรายการจาก CPS")]
    wanted = month.month
    strange = [row for row in found.rows if row.worked_on and Month.of(row.worked_on) != wanted]
    others = {Month.of(row.worked_on) for row in strange if row.worked_on}
    if len(strange) == len(found.rows) and len(others) == 1:
        other = others.pop().label
        return [found.problem(strange[0], f"เลือกเดือนให้ตรงกับไฟล์ ไฟล์นี้เป็นของเดือน{other} ไม่ใช่เดือน{wanted.label}")]
    message = f"แก้วันที่ปฏิบัติงานให้อยู่ในเดือน{wanted.label} หรือแยกแถวนี้ไปนำเข้ากับเดือนของแถว"
    return [found.problem(row, message) for row in strange]


def _matched(month: ReportingMonth, rows: Iterable[cps_file.CpsRow]) -> tuple[CpsRecord, ...]:
    """Each row with its person and job where they are known; two queries."""
    staff = Person.objects.filter(office_id=month.office_id)
    people = People([_Colleague(each.pk, each.code, each.full_name) for each in staff])
    items = PlanItem.objects.filter(plan__fiscal_year_id=month.fiscal_year_id)
    jobs = dict(items.values_list("job_no", "pk"))
    return tuple(_record(row, people, jobs) for row in rows)


def _record(row: cps_file.CpsRow, people: People[_Colleague], jobs: dict[str, int]) -> CpsRecord:
    person = people.find(code=row.person_code, name=row.person_name)
    job = match_job(row.job_no, jobs)
    return CpsRecord(
        row=row.row,
        worked_on=row.worked_on,
        person_code=(row.person_code or row.person_name)[:60],
        job_no=row.job_no[:60],
        place=row.place[:300],
        quantity=row.quantity,
        counting_unit=row.counting_unit[:60],
        recorded_on=row.recorded_on,
        person_id=person.id if person else None,
        item_id=jobs[job] if job else None,
    )


def _counted(records: Iterable[CpsRecord], newest: CpsFile | None) -> Outcome:
    """Rows new, different from those of the file before, or the same; whatever their order."""
    outcome = Outcome()
    before = Counter(map(_content, newest.records.all())) if newest else Counter()
    fresh = []
    for record in records:
        content = _content(record)
        if before[content]:
            before[content] -= 1
            outcome.unchanged += 1
        else:
            fresh.append(content[:_VISIT])
        if why := why_unmatched(person_id=record.person_id, item_id=record.item_id):
            outcome.unmatched.append(_told(record, why))
    left = Counter(content[:_VISIT] for content in before.elements())
    for visit in fresh:
        if left[visit]:
            left[visit] -= 1
            outcome.changed += 1
        else:
            outcome.created += 1
    gone = left.total()
    if gone:
        outcome.changes.append(f"รายการที่ไฟล์ก่อนหน้ามีแต่ไฟล์นี้ไม่มี {gone} แถว")
    return outcome


def _content(record: CpsRecord) -> tuple[Any, ...]:
    return tuple(getattr(record, name) for name in _CONTENT)


def _fingerprint(records: Iterable[CpsRecord]) -> str:
    """Of the rows and of what they were taken to mean: whoever has become known since makes a difference."""
    lines = sorted(repr(_content(record)) for record in records)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _told(record: CpsRecord, why: str) -> dict[str, Any]:
    quantity = record.quantity
    return {
        "row": record.row,
        "worked_on": record.worked_on.isoformat() if record.worked_on else None,
        "person": record.person_code,
        "job_no": record.job_no,
        "place": record.place,
        "quantity": int(quantity) if quantity == quantity.to_integral_value() else float(quantity),
        "why": why,
    }

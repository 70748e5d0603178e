"""Take a month's CPS file in: the newest is in force, earlier ones stay; nobody and nothing is guessed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.calendar import Month
from office.errors import Invalid, NotAllowedNow, Stale
from office.importing import ImportRefused, Outcome
from office.models import Office, Person
from office.sheets import Problem
from plans.models import ReportingMonth
from reports import cps_file
from reports.actions.compliance import check_month
from reports.cps_changes import Changes, changes_of, content_of
from reports.cps_reads import why_unmatched
from reports.cps_row import CpsRow
from reports.cps_saved import AliasKey, Matcher, Name, key_of, names_in, names_stamp
from reports.enums import AliasKind
from reports.models import CpsAlias, CpsFile, CpsRecord
from reports.models.cps import TEXT
from reports.title_month import of_another_month

BATCH = 1000
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Reading:
    """What taking a file in would do."""

    outcome: Outcome
    records: tuple[CpsRecord, ...]
    """Unsaved, in the file's order."""
    fingerprint: str
    newest: CpsFile | None
    changes: Changes
    """Against the newest file."""

    @property
    def same(self) -> bool:
        """The newest file says the same: there is nothing to store."""
        changes = self.changes
        return self.newest is not None and not (changes.created or changes.changed or changes.gone)

    @property
    def stamp(self) -> str:
        """Of the file it was held against."""
        return self.newest.fingerprint if self.newest else "none"


def preview_cps(month: ReportingMonth, found: cps_file.CpsFile) -> Reading:
    """What ``import_cps`` would do now; stores nothing.

    Raises ImportRefused with every fault there is, and NotAllowedNow where a closed month holds another file.
    """
    rows = _of_the_month(month, found)
    if problems := [*found.problems, *_not_of_the_month(month, found, rows)]:
        raise ImportRefused(problems, _unread(found, rows))
    records = _matched(month, rows)
    newest = CpsFile.objects.filter(month=month).order_by("-no").first()
    changes = changes_of(records, list(newest.records.all()) if newest else ())
    reading = Reading(_counted(records, changes), records, fingerprint_of(records), newest, changes)
    reading.outcome.notes = _unread(found, rows)
    if month.closed_at is not None and not reading.same:
        raise NotAllowedNow(f"เดือน{month}ปิดแล้ว ตัวเลขถูกตรึงไว้ นำเข้าไฟล์ CPS ที่ต่างจากที่ใช้อยู่ไม่ได้")
    return reading


@transaction.atomic
def import_cps(
    month: ReportingMonth, found: cps_file.CpsFile, *, name: str, by: Actor, now: datetime, seen: str = ""
) -> Outcome:
    """Store a parsed file as the month's newest; counts its rows against the file before it.

    The same content again makes no new file. A month that has been checked is checked again, so that a
    file arriving after acceptance opens and clears its flags. ``seen`` is the stamp of the preview that was
    read. Raises NotAllowed, Stale when another file has come since, and what ``preview_cps`` raises, with
    nothing stored.
    """
    check(by, Perm.CPS_IMPORT, month)
    month = ReportingMonth.objects.select_for_update().get(pk=month.pk)
    reading = preview_cps(month, found)
    if reading.same:
        return reading.outcome
    if seen and seen != reading.stamp:
        raise Stale("มีผู้นำเข้าหรือจับคู่ไฟล์ CPS ของเดือนนี้หลังจากคุณเปิดหน้า ตรวจผลต่างกับไฟล์ล่าสุดอีกครั้งก่อนนำเข้า")
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
    check_again(month, by=by, now=now)
    return reading.outcome


def check_again(month: ReportingMonth, *, by: Actor, now: datetime) -> None:
    """Let the flags of a month that has been checked follow what is now held against CPS."""
    if month.checked_as_of is not None:
        check_month(month, as_of=max(now, month.checked_as_of), by=by, store=True, now=now)


def _facts(file: CpsFile, reading: Reading) -> dict[str, Any]:
    counted = reading.outcome
    return {
        "name": file.name,
        "created": counted.created,
        "changed": counted.changed,
        "unchanged": counted.unchanged,
        "unmatched": len(counted.unmatched),
    }


def _unread(found: cps_file.CpsFile, rows: list[CpsRow]) -> list[str]:
    """Sheets of other months, sheets that were not understood, and what Excel doesn't show."""
    counted = {row.sheet for row in rows}
    elsewhere = dict.fromkeys(row.sheet for row in found.rows if row.sheet not in counted)
    left = [f"{name} (ทุกแถวเป็นของเดือนอื่น)" for name in elsewhere]
    left += [f"{each.name} ({each.why})" for each in found.left]
    return ([f"แผ่นงานที่ไม่ได้อ่าน: {', '.join(left)}"] if left else []) + found.notes


def _of_the_month(month: ReportingMonth, found: cps_file.CpsFile) -> list[CpsRow]:
    """Of a workbook with a sheet a month, those of this month; else all rows."""
    months: dict[str, set[Month]] = {}
    for row in found.rows:
        if row.worked_on:
            months.setdefault(row.sheet, set()).add(Month.of(row.worked_on))
    elsewhere = {sheet for sheet, named in months.items() if month.month not in named}
    if elsewhere >= months.keys():
        return found.rows
    return [row for row in found.rows if row.sheet not in elsewhere]


def _not_of_the_month(month: ReportingMonth, found: cps_file.CpsFile, rows: list[CpsRow]) -> list[Problem]:
    """A file of another month is one fault, single rows of another month are one each."""
    wanted = month.month
    if not any(row.worked_on for row in rows) and found.header is not None:
        stranger = of_another_month(found.header, wanted, "ใช้ไฟล์จาก CPS ")
        if stranger is not None:
            return [stranger]
    if not rows:
        empty = Problem(found.sheet, None, None, "", "ตรวจว่าเลือกไฟล์ถูกต้อง ไฟล์นี้ไม่มีรายการจาก CPS")
        return [] if found.problems else [empty]
    strange = [row for row in rows if row.worked_on and Month.of(row.worked_on) != wanted]
    others = {Month.of(row.worked_on) for row in strange if row.worked_on}
    if len(strange) == len(rows) and len(others) == 1:
        other = others.pop().label
        return [found.problem(strange[0], f"เลือกเดือนให้ตรงกับไฟล์ ไฟล์นี้เป็นของเดือน{other} ไม่ใช่เดือน{wanted.label}")]
    message = f"แก้วันที่ปฏิบัติงานให้อยู่ในเดือน{wanted.label} หรือแยกแถวนี้ไปนำเข้ากับเดือนของแถว"
    return [found.problem(row, message) for row in strange]


def _matched(month: ReportingMonth, rows: Iterable[CpsRow]) -> tuple[CpsRecord, ...]:
    """Each row with its person and job where they are known; three queries."""
    matcher = Matcher.of(month)
    return tuple(_record(row, matcher) for row in rows)


def _record(row: CpsRow, matcher: Matcher) -> CpsRecord:
    person, job = matcher.written(row.person_code, row.person_name)[:TEXT], row.job_no[:TEXT]
    return CpsRecord(
        row=row.row,
        sheet=row.sheet[:TEXT],
        sheet_row=row.sheet_row,
        worked_on=row.worked_on,
        person_code=person,
        job_no=job,
        place=row.place[:TEXT],
        quantity=row.quantity.quantize(_CENT),
        counting_unit=row.counting_unit[:60],
        recorded_on=row.recorded_on,
        person_id=matcher.person(person),
        item_id=matcher.item(job),
    )


def _counted(records: Iterable[CpsRecord], changes: Changes) -> Outcome:
    outcome = Outcome(len(changes.created), len(changes.changed), changes.unchanged)
    for record in records:
        why = why_unmatched(person_id=record.person_id, item_id=record.item_id, written=record.person_code)
        if why:
            outcome.unmatched.append(_told(record, why))
    if changes.gone:
        outcome.changes.append(f"รายการที่ไฟล์ก่อนหน้ามีแต่ไฟล์นี้ไม่มี {len(changes.gone)} แถว")
    return outcome


def fingerprint_of(records: Iterable[CpsRecord]) -> str:
    """Of the rows and of what they were taken to mean: whoever has become known since makes a difference."""
    lines = sorted(repr(content_of(record)) for record in records)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _told(record: CpsRecord, why: str) -> dict[str, Any]:
    quantity = record.quantity
    return {
        "sheet": record.sheet,
        "row": record.sheet_row,
        "worked_on": record.worked_on.isoformat() if record.worked_on else None,
        "person": record.person_code,
        "job_no": record.job_no,
        "place": record.place,
        "quantity": int(quantity) if quantity == quantity.to_integral_value() else float(quantity),
        "why": why,
    }


# Names that the file has and the office doesn't


@dataclass(frozen=True, slots=True)
class Meaning:
    """What somebody says of a text of the file: a person, a job number, or neither to leave it unmatched."""

    kind: AliasKind
    text: str
    """As the file writes it."""
    person_id: int | None = None
    job_no: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """What saying so did: texts said anew or otherwise, rows read anew, rows still unmatched."""

    said: int
    rows: int
    unmatched: int


@transaction.atomic
def match_names(
    month: ReportingMonth, meanings: Iterable[Meaning], *, stamp: str, by: Actor, now: datetime
) -> Matched:
    """Keep whom and what the texts mean, and read the month's newest file again by it.

    Codes, names and job numbers that are known exactly stand. Later files are read by it too, other months'
    files once they come again. A month that has been checked is checked again. ``stamp`` is
    ``names_stamp`` of what the form showed. Raises NotAllowed, NotAllowedNow (no file, month closed), Invalid
    (a text not in the file; a person or job that isn't the office's) and Stale.
    """
    check(by, Perm.CPS_IMPORT, month)
    Office.objects.select_for_update().get(pk=month.office_id)  # aliases are the whole office's: one waits
    month = ReportingMonth.objects.select_for_update().get(pk=month.pk)
    if month.closed_at is not None:
        raise NotAllowedNow(f"เดือน{month}ปิดแล้ว ตัวเลขถูกตรึงไว้ จับคู่ชื่อใน CPS ไม่ได้")
    file = CpsFile.objects.filter(month=month).order_by("-no").first()
    if file is None:
        raise NotAllowedNow(f"ยังไม่ได้นำเข้าไฟล์ CPS เดือน{month} จึงไม่มีชื่อให้จับคู่")
    matcher = Matcher.of(month)
    if names_stamp(file, matcher.aliases.values()) != stamp:
        raise Stale("มีผู้จับคู่หรือนำเข้าไฟล์ก่อนคุณ เปิดหน้าของเดือนนี้ใหม่เพื่อดูรายการล่าสุด แล้วจับคู่อีกครั้ง")
    names = {(name.kind, name.key): name for name in names_in(file, matcher)}
    said = [_say(month, _name(names, meaning, matcher), meaning, by=by, now=now) for meaning in meanings]
    rows = _read_again(file, Matcher.of(month))
    unmatched = file.records.filter(Q(person=None) | Q(item=None)).count()
    done = Matched(sum(said), rows, unmatched)
    if done.said or done.rows:
        facts = {"changed": rows, "unmatched": unmatched}
        audit.record(by=by, verb=Verb.CPS_MATCHED, subject=file, at=now, after=facts)
        check_again(month, by=by, now=now)
    return done


@transaction.atomic
def remove_alias(alias: CpsAlias, *, by: Actor, now: datetime) -> None:
    """Forget what a text was said to mean; files already read stay as they are until they come again."""
    check(by, Perm.CPS_IMPORT, alias)
    found = CpsAlias.objects.select_for_update().filter(pk=alias.pk).first()
    if found is not None:
        _forget(found, by=by, now=now)


def _name(names: Mapping[AliasKey, Name], meaning: Meaning, matcher: Matcher) -> Name:
    """Which name of the file is spoken of; whoever isn't of the office, or in the year's plan, is refused."""
    name, shown = names.get((meaning.kind, key_of(meaning.kind, meaning.text))), meaning.text[:60]
    if name is None:
        raise Invalid(f"เลือกชื่อจากรายการ ไฟล์ของเดือนนี้ไม่มีชื่อที่ต้องจับคู่ “{shown}”")
    if meaning.kind is AliasKind.PERSON:
        if meaning.job_no or (meaning.person_id is not None and meaning.person_id not in matcher.staff):
            raise Invalid(f"เลือกเจ้าหน้าที่ของสำนักงานจากรายการ สำหรับ “{shown}”")
        return name
    kept = name.alias is not None and name.alias.job_no == meaning.job_no
    known = not meaning.job_no or meaning.job_no in matcher.jobs or kept
    if meaning.person_id is not None or not known:
        raise Invalid(f"เลือกงานในแผนของปีนี้จากรายการ สำหรับ “{shown}”")
    return name


def _say(month: ReportingMonth, name: Name, meaning: Meaning, *, by: Actor, now: datetime) -> bool:
    """Whether anything was said that wasn't before."""
    alias = name.alias
    if meaning.person_id is None and not meaning.job_no:
        if alias is not None:
            _forget(alias, by=by, now=now)
            name.alias = None
        return alias is not None
    if alias is not None and (alias.person_id, alias.job_no) == (meaning.person_id, meaning.job_no):
        return False
    before = _means(alias) if alias else None
    alias = alias or CpsAlias(office_id=month.office_id, kind=name.kind, text=name.key)
    alias.written, alias.job_no = name.written, meaning.job_no
    alias.person = Person.objects.get(pk=meaning.person_id) if meaning.person_id else None
    alias.saved_at, alias.saved_by = now, by.person
    alias.save()
    name.alias = alias
    audit.record(by=by, verb=Verb.CPS_ALIAS_SAVED, subject=alias, at=now, before=before, after=_means(alias))
    return True


def _forget(alias: CpsAlias, *, by: Actor, now: datetime) -> None:
    audit.record(by=by, verb=Verb.CPS_ALIAS_REMOVED, subject=alias, at=now, before=_means(alias))
    alias.delete()


def _means(alias: CpsAlias) -> dict[str, Any]:
    meant = f"{alias.person.full_name} ({alias.person.code})" if alias.person else alias.job_no
    return {"kind": AliasKind(alias.kind).label, "written": alias.written, "meaning": meant}


def _read_again(file: CpsFile, matcher: Matcher) -> int:
    """Fill each row's person and job anew; returns how many rows changed.

    The fingerprint is that of the rows as they now stand: the same file again is the same.
    """
    changed: list[CpsRecord] = []
    records = list(file.records.all())
    for record in records:
        person, item = matcher.person(record.person_code), matcher.item(record.job_no)
        if (record.person_id, record.item_id) != (person, item):
            record.person_id, record.item_id = person, item
            changed.append(record)
    CpsRecord.objects.bulk_update(changed, ["person", "item"], batch_size=500)
    if changed:
        file.fingerprint = fingerprint_of(records)
        file.save(update_fields=["fingerprint"])
    return len(changed)

"""Taking in the list of staff: all or nothing, repeatable, people who are not in it left alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from office import audit, thai
from office.access import Actor, Perm, check
from office.audit import Verb
from office.calendar import day_of, fiscal_span, fiscal_year
from office.enums import Role
from office.errors import NotAllowed
from office.importing import ImportRefused, Outcome
from office.models import AuditEvent, Membership, Office, Person, Unit
from office.staff_workbook import PersonRow, StaffFile, UnitRow

APPOINTED = (Role.PERSONNEL, Role.SYSTEM_ADMIN)
"""Given to named people: a list gives these roles, but its silence does not take them away."""

_SHOWN = {
    "name_prefix": "คำนำหน้า",
    "first_name": "ชื่อ",
    "last_name": "นามสกุล",
    "position_title": "ตำแหน่ง",
    "position_level": "ระดับ",
    "personnel_type": "ประเภทบุคลากร",
    "email": "อีเมล",
    "reports": "ต้องรายงาน",
    "started_on": "วันเริ่มปฏิบัติงาน",
}


@transaction.atomic
def import_staff(
    file: StaffFile, *, by: Actor, now: datetime, office: Office | None = None, code: str = ""
) -> Outcome:
    """Store the list; counts are of people.

    Without ``office`` it is the one that the title names; the system makes it when it does not exist, with
    ``code`` or the first free number. A change of unit or role holds from the day of ``now``; someone new
    serves from the day on the list, else from the first day of the fiscal year. Nobody gets a password.
    Raises ImportRefused.
    """
    if file.problems:
        raise ImportRefused(file.problems)
    target = _office(file, by=by, now=now, office=office, code=code)
    check(by, Perm.PEOPLE_EDIT, target)
    Office.objects.select_for_update().get(pk=target.pk)  # of two imports at once one waits
    intake = _Intake(target, by, now)
    intake.refuse_strangers_codes(file)
    units = intake.units(file.units)
    for place, row in enumerate(file.people, 1):
        intake.person(row, place, units[row.unit_name])
    intake.record()
    intake.outcome.notes = list(file.notes)
    return intake.outcome


def _office(file: StaffFile, *, by: Actor, now: datetime, office: Office | None, code: str) -> Office:
    named = file.office_name or ""
    if office is not None:
        if named and named != office.name:
            raise _refused(file, f"ใช้ไฟล์ของ{office.name} ไฟล์นี้เป็นของ{named}", named)
        return office
    found = Office.objects.filter(name=named).first() if named else None
    if found is None and not named and Office.objects.count() == 1:
        found = Office.objects.get()
    if found is not None:
        return found
    if not named:
        raise _refused(file, "ใส่ชื่อสำนักงานในบรรทัดบนสุดของแผ่นบุคลากร ไม่พบชื่อที่ขึ้นต้นด้วย “สำนักงาน”")
    if Office.objects.exists() and not code:
        message = "ตรวจชื่อสำนักงาน ไม่มีสำนักงานนี้ในระบบ ถ้าเป็นสำนักงานใหม่ให้ระบุรหัสด้วย --office"
        raise _refused(file, message, named)
    if not by.is_system:
        raise NotAllowed("ตั้งสำนักงานใหม่ได้จากคำสั่งของผู้ดูแลเครื่องแม่ข่ายเท่านั้น")
    made = Office.objects.create(code=code or _free_code(), name=named)
    audit.record(
        by=by, verb=Verb.OFFICE_MADE, subject=made, at=now, after={"code": made.code, "name": made.name}
    )
    return made


def _free_code() -> str:
    used = set(Office.objects.values_list("code", flat=True))
    return next(code for number in range(1, 1000) if (code := f"{number:03}") not in used)


def _refused(file: StaffFile, message: str, value: str = "") -> ImportRefused:
    return ImportRefused([file.title_problem(message, value)])


@dataclass
class _Intake:
    office: Office
    by: Actor
    now: datetime
    outcome: Outcome = field(default_factory=Outcome)
    _entries: list[AuditEvent] = field(default_factory=list)
    _unit_changes: int = 0

    def __post_init__(self) -> None:
        self.day = day_of(self.now)
        people = self.office.people.prefetch_related("memberships__unit")
        self.known = {person.code: person for person in people}

    def refuse_strangers_codes(self, file: StaffFile) -> None:
        theirs = Person.objects.filter(code__in=[row.code for row in file.people]).exclude(office=self.office)
        taken = set(theirs.values_list("code", flat=True))
        problems = [
            file.code_problem(row, f"ใช้รหัสอื่น รหัส {row.code} เป็นของคนในสำนักงานอื่น")
            for row in file.people
            if row.code in taken
        ]
        if problems:
            raise ImportRefused(problems)

    def units(self, rows: list[UnitRow]) -> dict[str, Unit]:
        """The unit of each name. A unit is known by its name; one renamed in the list, by its code."""
        by_name = {unit.name: unit for unit in self.office.units.all()}
        by_code = {unit.code: unit for unit in by_name.values()}
        listed = {row.name for row in rows}
        found: dict[str, Unit] = {}
        for row in rows:
            unit = by_name.get(row.name)
            if unit is None and (namesake := by_code.get(row.code)) and namesake.name not in listed:
                unit = namesake
            found[row.name] = self._changed_unit(unit, row) if unit else self._new_unit(row, by_code)
        return found

    def _new_unit(self, row: UnitRow, by_code: dict[str, Unit]) -> Unit:
        code = row.code
        if code in by_code:
            code = next(free for n in range(1, 1000) if (free := f"U{n:02}") not in by_code)
        unit = Unit.objects.create(
            office=self.office,
            code=code,
            name=row.name,
            abbreviation=row.abbreviation,
            sort_order=row.sort_order,
        )
        by_code[code] = unit
        self._unit_changes += 1
        return unit

    def _changed_unit(self, unit: Unit, row: UnitRow) -> Unit:
        wanted = {
            "name": row.name,
            "abbreviation": row.abbreviation or unit.abbreviation,
            "sort_order": row.sort_order,
        }
        if _differences(unit, wanted):
            for name, value in wanted.items():
                setattr(unit, name, value)
            unit.save(update_fields=list(wanted))
            self._unit_changes += 1
        return unit

    def person(self, row: PersonRow, place: int, unit: Unit) -> None:
        known = self.known.get(row.code)
        if known is None:
            self._make(row, place, unit)
        else:
            self._change(known, row, place, unit)

    def _make(self, row: PersonRow, place: int, unit: Unit) -> None:
        facts = _facts(row)
        person = Person(office=self.office, code=row.code, sort_order=place, sort_key=_sort_key(row), **facts)
        person.set_unusable_password()
        person.save(force_insert=True)
        start = row.started_on or fiscal_span(fiscal_year(self.day))[0]
        Membership.objects.bulk_create(
            Membership(person=person, unit=unit, role=role, starts_on=start) for role in row.roles
        )
        after = facts | {"unit": unit.name, "roles": row.roles, "since": start}
        self._note(Verb.PERSON_MADE, person, after=after)
        self.outcome.created += 1
        self.outcome.changes.append(f"{row.code} {person.full_name}: เพิ่มใน{unit.name}")

    def _change(self, person: Person, row: PersonRow, place: int, unit: Unit) -> None:
        wanted = _facts(row)
        wanted |= {name: getattr(person, name) for name in ("email", "started_on") if not wanted[name]}
        before = _differences(person, wanted)
        for name in before:
            setattr(person, name, wanted[name])
        if before or person.sort_order != place:
            person.sort_order, person.sort_key = place, _sort_key(row)
            person.save(update_fields=[*before, "sort_order", "sort_key"])
        served, serves = self._move(person, row, unit)
        if not before and served == serves:
            self.outcome.unchanged += 1
            return
        after = {name: wanted[name] for name in before}
        if served != serves:
            before, after = before | {"roles": served}, after | {"roles": serves}
        self._note(Verb.PERSON_CHANGED, person, before=before, after=after)
        self.outcome.changed += 1
        self.outcome.changes.append(f"{row.code} {person.full_name}: {_told(before, after)}")

    def _move(self, person: Person, row: PersonRow, unit: Unit) -> tuple[list[str], list[str]]:
        """Let the listed roles hold from today, and end the others yesterday; what held, and what holds."""
        current = [
            held for held in person.memberships.all() if held.ends_on is None or held.ends_on >= self.day
        ]
        served = sorted(_role_in_unit(held) for held in current)
        kept: list[Membership] = []
        for held in current:
            listed = held.unit_id == unit.pk and held.role in row.roles
            if listed or (held.role in APPOINTED and held.role not in row.roles):
                kept.append(held)
            else:
                self._end(held)
        holding = {held.role for held in kept}
        for role in row.roles:
            if role not in holding:
                kept.append(
                    Membership.objects.create(person=person, unit=unit, role=role, starts_on=self.day)
                )
        return served, sorted(_role_in_unit(held) for held in kept)

    def _end(self, held: Membership) -> None:
        if held.starts_on >= self.day:
            held.delete()  # it has not held for a day
            return
        held.ends_on = self.day - timedelta(days=1)
        held.save(update_fields=["ends_on"])

    def _note(self, verb: Verb, person: Person, **values: Any) -> None:
        self._entries.append(audit.entry(by=self.by, verb=verb, subject=person, at=self.now, **values))

    def record(self) -> None:
        """One line for the import and one for each person made or changed; none when nothing was."""
        if not self._entries and not self._unit_changes:
            return
        counts = {
            "created": self.outcome.created,
            "changed": self.outcome.changed,
            "units": self._unit_changes,
        }
        audit.record(by=self.by, verb=Verb.STAFF_IMPORTED, subject=self.office, at=self.now, after=counts)
        audit.record_all(self._entries)


def _facts(row: PersonRow) -> dict[str, Any]:
    return {
        "name_prefix": row.prefix,
        "first_name": row.first_name,
        "last_name": row.last_name,
        "position_title": row.position_title,
        "position_level": row.position_level,
        "personnel_type": row.personnel_type.value,
        "email": row.email,
        "reports": row.reports,
        "started_on": row.started_on,
    }


def _sort_key(row: PersonRow) -> str:
    return thai.sort_key(f"{row.first_name} {row.last_name}")


def _differences(record: Any, wanted: dict[str, Any]) -> dict[str, Any]:
    """The fields in which the record differs, with their values now."""
    return {name: getattr(record, name) for name, value in wanted.items() if getattr(record, name) != value}


def _role_in_unit(held: Membership) -> str:
    return f"{Role(held.role).label} {held.unit.name}"


def _told(before: dict[str, Any], after: dict[str, Any]) -> str:
    return ", ".join(
        f"{_SHOWN.get(name, 'บทบาทและหน่วยงาน')} {_shown(before[name])} → {_shown(after[name])}"
        for name in before
    )


def _shown(value: Any) -> str:
    if isinstance(value, date):
        return thai.short_date(value)
    if isinstance(value, bool):
        return "ใช่" if value else "ไม่"
    if isinstance(value, list):
        return " และ ".join(value)
    return str(value or thai.BLANK)

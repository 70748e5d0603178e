"""The sample office and plan content for tests of plans, made without the staff import."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from office.enums import PersonnelType, Role
from office.models import Membership, Office, Person, Unit
from office.sheets import read
from plans.enums import Aggregation, Direction
from plans.owners import Owners
from plans.queries import who_answers
from plans.workbook import ItemRow, PlanFile, ShareRow, parse
from tests import builders

DEMO = Path(__file__).resolve().parents[2] / "office" / "demo"


@cache
def _staff() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(DEMO / "staff.xlsx")
    people, units = book.worksheets
    return (
        [row for row in people.iter_rows(min_row=4, values_only=True) if isinstance(row[0], int)],
        list(units.iter_rows(min_row=2, values_only=True)),
    )


def demo_office() -> Office:
    """สำนักงานสหกรณ์จังหวัดตัวอย่าง with its units and people."""
    people, units = _staff()
    office = Office.objects.create(code="EX", name="สำนักงานสหกรณ์จังหวัดตัวอย่าง")
    Unit.objects.bulk_create(
        Unit(office=office, sort_order=order, code=code, name=name, abbreviation=short)
        for order, code, name, short in units
    )
    by_name = {unit.name: unit for unit in office.units.all()}
    made = Person.objects.bulk_create(
        Person(
            office=office,
            code=row[1],
            name_prefix=row[2],
            first_name=row[3],
            last_name=row[4],
            sort_order=row[0],
            personnel_type=PersonnelType.CIVIL,
            reports=row[9] != "ไม่ต้องรายงาน",
            password="!",
        )
        for row in people
    )
    roles = {"ผู้บริหาร": Role.DIRECTOR, "หัวหน้ากลุ่ม": Role.UNIT_HEAD, "ฝ่ายบริหารทั่วไป": Role.GENERAL_ADMIN}
    Membership.objects.bulk_create(
        Membership(person=person, unit=by_name[row[8]], role=role, starts_on=builders.EARLY)
        for person, row in zip(made, people, strict=True)
        for role in {Role.OFFICER, roles.get(row[9], Role.OFFICER)}
    )
    return office


def demo_file(office: Office, name: str = "action_plan_2570.xlsx") -> PlanFile:
    units, people = who_answers(office)
    return parse(read(DEMO / name, name=name), units=units, people=people)


def plan_file(year: int, *items: ItemRow, shares: tuple[ShareRow, ...] = ()) -> PlanFile:
    return PlanFile(fiscal_year=year, sheet="แผน", items=list(items), shares=list(shares))


def item_row(job_no: str, monthly: tuple[Decimal | None, ...], **facts: Any) -> ItemRow:
    known = {
        "row": 6,
        "job_no": job_no,
        "name": f"งาน {job_no}",
        "dimension": "",
        "counting_unit": "ครั้ง",
        "aggregation": Aggregation.SUM,
        "direction": Direction.MORE,
        "annual_target": sum(filter(None, monthly), Decimal(0)),
        "budget": None,
        "monthly": monthly,
        "owners": Owners(),
        "owner_text": "",
        "group": None,
        "group_path": (),
        "note": "",
    }
    return ItemRow(**(known | facts))


def months(*figures: int | None) -> tuple[Decimal | None, ...]:
    """Twelve months from October; a short list ends in blanks."""
    padded = (*figures, *(None,) * (12 - len(figures)))
    return tuple(None if figure is None else Decimal(figure) for figure in padded)


def share_row(job_no: str, person: Person, monthly: tuple[Decimal | None, ...]) -> ShareRow:
    return ShareRow(2, "กระจายแผน", job_no, person.pk, person.code, monthly)

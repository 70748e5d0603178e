"""What a plan says, apart from where it stands: in a file or in the database. Pure; two can be compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from office import thai
from office.calendar import fiscal_months
from plans.enums import Aggregation, Dimension, Direction, GroupLevel

if TYPE_CHECKING:
    from plans.workbook import PlanFile

Months = tuple[Decimal | None, ...]
"""Twelve figures from October on; None is blank."""

BLANK_YEAR: Months = (None,) * 12


@dataclass(frozen=True, slots=True)
class Heading:
    """A row of the plan's tree."""

    level: GroupLevel
    name: str
    parent: int | None = None
    """Place of the heading above it among the plan's headings."""


@dataclass(frozen=True, slots=True)
class Item:
    job_no: str
    name: str
    counting_unit: str
    aggregation: Aggregation
    annual_target: Decimal
    targets: Months
    direction: Direction = Direction.MORE
    dimension: Dimension | None = None
    budget: Decimal | None = None
    owner_text: str = ""
    note: str = ""
    heading: int | None = None
    """Place among the plan's headings."""
    unit_ids: frozenset[int] = frozenset()
    shares: Mapping[int, Months] = field(default_factory=dict)
    """Person id → the person's part of each month."""


@dataclass(frozen=True, slots=True)
class Content:
    year: int
    """BE."""
    instalment: int
    headings: tuple[Heading, ...]
    items: tuple[Item, ...]
    codes: Mapping[int, str] = field(default_factory=dict, compare=False)
    """Officer's codes of the people with shares, for messages."""
    names: Mapping[int, str] = field(default_factory=dict, compare=False)
    """Their full names, where they come from the database."""

    def fingerprint(self) -> str:
        """64 hex figures, the same for the same content."""
        headings = [_heading(self, place) for place in range(len(self.headings))]
        facts = [self.year, self.instalment, headings, [_facts(item) for item in self.items]]
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def by_job(self) -> dict[str, Item]:
        return {item.job_no: item for item in self.items}

    def headings_of(self, item: Item) -> tuple[str, ...]:
        """The names above an item, outermost first."""
        names: list[str] = []
        place = item.heading
        while place is not None:
            names.append(self.headings[place].name)
            place = self.headings[place].parent
        return tuple(reversed(names))


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact of one item that two plans tell differently, in words."""

    job_no: str
    what: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.job_no} {self.what}: เดิม {self.old} ในไฟล์ {self.new}"


@dataclass(frozen=True, slots=True)
class Changes:
    """From one content to another, by job number."""

    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    gone: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def none(self) -> bool:
        return not (self.created or self.changed or self.gone)


def compare(old: Content | None, new: Content, *, units: bool = True) -> Changes:
    """What storing ``new`` over ``old`` would do; the order of items is no change.

    Without ``units`` the units that the owners' words mean today are left out: an approved plan does not
    change because a unit was added since.
    """
    after = new.by_job()
    if old is None:
        return Changes(created=tuple(after), changed=(), unchanged=(), gone=(), differences=())
    before = old.by_job()
    found: list[Difference] = []
    for job, item in after.items():
        if job in before:
            found.extend(_differences(old, before[job], new, item, units=units))
    changed = {each.job_no for each in found}
    return Changes(
        created=tuple(job for job in after if job not in before),
        changed=tuple(job for job in after if job in changed),
        unchanged=tuple(job for job in after if job in before and job not in changed),
        gone=tuple(job for job in before if job not in after),
        differences=tuple(found),
    )


def of_file(plan: PlanFile) -> Content:
    """What a faultless workbook says; its keys of units and people are ids of the database."""
    shares: dict[str, dict[int, Months]] = {}
    for share in plan.shares:
        shares.setdefault(share.job_no, {})[int(share.person_id)] = share.monthly
    items = tuple(
        Item(
            job_no=row.job_no,
            name=row.name,
            counting_unit=row.counting_unit,
            aggregation=row.aggregation,
            annual_target=row.annual_target,
            targets=row.monthly,
            direction=row.direction,
            dimension=Dimension(row.dimension) if row.dimension else None,
            budget=row.budget,
            owner_text=row.owner_text,
            note=row.note,
            heading=row.group,
            unit_ids=frozenset(int(unit) for unit in row.owners.unit_ids),
            shares=shares.get(row.job_no, {}),
        )
        for row in plan.items
    )
    headings = tuple(Heading(group.level, group.name, group.parent) for group in plan.groups)
    codes = {int(share.person_id): share.person_code for share in plan.shares}
    return Content(plan.fiscal_year, plan.instalment, headings, items, codes)


_FACTS: dict[str, str] = {
    "name": "ชื่องาน",
    "counting_unit": "หน่วยนับ",
    "aggregation": "วิธีนับ",
    "direction": "ทิศทาง",
    "dimension": "มิติ",
    "annual_target": "เป้าหมายทั้งปี",
    "budget": "งบประมาณ",
    "owner_text": "หน่วยงานรับผิดชอบ",
    "note": "หมายเหตุ",
}


def _differences(old: Content, was: Item, new: Content, now: Item, *, units: bool) -> Iterator[Difference]:
    for name, title in _FACTS.items():
        before, after = getattr(was, name), getattr(now, name)
        if before != after:
            yield Difference(now.job_no, title, _said(before), _said(after))
    above, below = old.headings_of(was), new.headings_of(now)
    if above != below:
        yield Difference(now.job_no, "แผนงาน/โครงการ", _said(" / ".join(above)), _said(" / ".join(below)))
    if units and was.unit_ids != now.unit_ids:
        yield Difference(now.job_no, "จำนวนหน่วยงานรับผิดชอบ", str(len(was.unit_ids)), str(len(now.unit_ids)))
    yield from _month_differences(now.job_no, "เป้าหมาย", new.year, was.targets, now.targets)
    yield from _share_differences(new.year, was, now, {**old.codes, **new.codes})


def _share_differences(year: int, was: Item, now: Item, codes: Mapping[int, str]) -> Iterator[Difference]:
    for person in sorted(was.shares.keys() | now.shares.keys()):
        what = f"ส่วนแบ่งของ {codes.get(person, person)}"
        before, after = was.shares.get(person), now.shares.get(person)
        if before is None or after is None:
            words = ("ไม่มี", "มี") if before is None else ("มี", "ไม่มี")
            yield Difference(now.job_no, what, *words)
        else:
            yield from _month_differences(now.job_no, what, year, before, after)


def _month_differences(job_no: str, what: str, year: int, was: Months, now: Months) -> Iterator[Difference]:
    for month, before, after in zip(fiscal_months(year), was, now, strict=True):
        if before != after:
            yield Difference(job_no, f"{what} {month.short}", _said(before), _said(after))


def _said(value: object) -> str:
    if isinstance(value, Decimal):
        return thai.quantity(value)
    return str(getattr(value, "label", value)) if value not in (None, "") else "–"


def _heading(content: Content, place: int) -> list[Any]:
    heading = content.headings[place]
    return [heading.level.value, heading.name, heading.parent]


def _facts(item: Item) -> list[Any]:
    """Everything of an item as plain values, figures spelled one way."""
    facts = [getattr(item, name) for name in _FACTS]
    shares = {str(person): [_figure(month) for month in months] for person, months in item.shares.items()}
    return [
        item.job_no,
        *(_figure(fact) if isinstance(fact, Decimal) else fact for fact in facts),
        item.heading,
        sorted(item.unit_ids),
        [_figure(month) for month in item.targets],
        shares,
    ]


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"

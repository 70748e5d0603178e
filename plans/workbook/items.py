"""The plan's own rows: groups, items, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from office.sheets import (
    Bad,
    Header,
    Problem,
    TextColumns,
    compact,
    figure,
    is_note,
    is_total,
    job_number,
    show,
    text,
)
from plans.enums import Aggregation, Dimension, Direction, GroupLevel
from plans.owners import Directory, Key, Owners
from plans.workbook.model import GroupRow, ItemRow, Monthly
from plans.workbook.months import MonthColumns

_LEVELS = (
    (re.compile(r"^(?:[\d.)(\s]*)แผนงาน"), GroupLevel.PROGRAM),
    (re.compile(r"^(?:[\d.)(\s]*)(?:ผลผลิต|โครงการ)"), GroupLevel.OUTPUT),
    (re.compile(r"^(?:[\d.)(\s]*)กิจกรรม"), GroupLevel.ACTIVITY),
)
_DEPTH = {GroupLevel.PROGRAM: 0, GroupLevel.OUTPUT: 1, GroupLevel.ACTIVITY: 2}
JOB = re.compile(r"^\D{0,20}\d+(?:[./-]\d+)*$")
_GROUP_COLUMNS = {
    "program": GroupLevel.PROGRAM,
    "output": GroupLevel.OUTPUT,
    "main_activity": GroupLevel.ACTIVITY,
}
_DIMENSIONS = (
    ("พัฒนาองค์กร", Dimension.ORG_DEVELOPMENT),
    ("ประสิทธิผล", Dimension.EFFECTIVENESS),
    ("ประสิทธิภาพ", Dimension.EFFICIENCY),
    ("คุณภาพ", Dimension.QUALITY),
)
_LESS = re.compile(r"น้อย|ต่ำ|ลด|less", re.I)
_SUM = re.compile(r"^(?:ผล)?รวม|ไม่สะสม|บวก|sum|นับรวม|รายเดือน", re.I)
_LATEST = re.compile(r"สะสม|ล่าสุด|เดือนสุดท้าย|latest|ค่าสุดท้าย", re.I)
_MAX = re.compile(r"สูงสุด|มากที่สุด|max", re.I)
_LENGTHS = {"job_no": ("เลขที่งาน", 40), "name": ("ชื่อกิจกรรม", 500), "counting_unit": ("หน่วยนับ", 60),
            "owner": ("หน่วยงานรับผิดชอบ", 300)}  # fmt: skip


@dataclass(slots=True)
class PlanTable:
    """What the plan's table holds; ``months`` and ``aggregation`` of faulty items too, as far as known.

    A faulty item is left out of ``items`` but stays in ``jobs``, so that its shares aren't called unknown.
    """

    groups: list[GroupRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    jobs: dict[str, int] = field(default_factory=dict)
    """Job number -> its row, counted from 0."""
    bad_months: dict[str, set[int]] = field(default_factory=dict)
    months: dict[str, Monthly] = field(default_factory=dict)
    aggregations: dict[str, Aggregation] = field(default_factory=dict)
    percents: set[str] = field(default_factory=set)


class PlanReader:
    """One pass down the plan's table."""

    def __init__(
        self,
        header: Header,
        months: MonthColumns,
        directory: Directory,
        problems: list[Problem],
        *,
        shared: bool,
    ) -> None:
        self.header, self.months = header, months
        self.sheet, self.columns = header.sheet, header.columns
        self.directory, self.problems, self.shared = directory, problems, shared
        self.first = header.first
        self.texts = TextColumns(header.sheet)
        self.table = PlanTable()
        self._stack: list[int] = []
        self._headings = {compact(header.levels[column][-1]) for column in header.columns.values()}
        self._by_order = not is_job_heading(header)

    def read(self) -> PlanTable:
        self._missing_columns()
        for row in range(self.first, len(self.sheet.rows)):
            self._row(row)
        last = max((item for item in self.table.jobs.values()), default=-1)
        self.table.groups = [group for group in self.table.groups if group.row - 1 <= last]
        if not self.table.jobs:
            self.problems.append(self.sheet.problem(self.first, None, "ใส่รายการงานในแผน ไม่พบแถวที่มีเลขที่งาน"))
        return self.table

    def _missing_columns(self) -> None:
        wanted = [("counting_unit", "หน่วยนับ")]
        if not self.shared:
            wanted.append(("owner", "หน่วยงานรับผิดชอบ"))
        for name, title in wanted:
            if name not in self.columns:
                message = f"เพิ่มคอลัมน์{title} ไม่พบหัวคอลัมน์นี้ในแผน"
                self.problems.append(self.sheet.problem(self.first - 1, None, message))

    def _row(self, row: int) -> None:
        cells = self.sheet.rows[row]
        if not any(cell != "" for cell in cells) or is_note(self.header, row):
            return
        job = self._own(row, "job_no")
        name = self.texts.get(row, self.columns["name"]) if job else self._own(row, "name")
        if not job and not name:
            name = self._stray_group(row)
        if self._is_noise(job, name):
            return
        if job and not JOB.match(text(job)) and (not self._looks_planned(row) or self._is_group(row, job)):
            job, name = "", name or job
        if job and not (self._by_order and not self._looks_planned(row)):
            self._columns_to_groups(row)
            self._item(row, job_number(job), name)
        elif not job and self._has_unit(row) and not self._is_group(row, name):
            message = f"ใส่เลขที่งาน แถวนี้มีหน่วยนับและเป้าหมายแต่ไม่มีเลขที่งาน พบ “{name}”"
            self.problems.append(self.sheet.problem(row, self.columns["job_no"], message))
        elif name or job:
            self._group(row, name or job)

    def _own(self, row: int, field: str) -> str:
        """The row's own cell, without what a merge from above lends it."""
        cells, column = self.sheet.rows[row], self.columns.get(field)
        return show(cells[column]).strip() if column is not None and column < len(cells) else ""

    def _stray_group(self, row: int) -> str:
        """A group's name set in another column, or merged from the first one."""
        texts = [cell for cell in self.sheet.rows[row] if isinstance(cell, str) and cell.strip()]
        return show(texts[0]).strip() if len(texts) == 1 and _level(texts[0]) else ""

    def _is_noise(self, job: str, name: str) -> bool:
        key = compact(job or name)
        if not key or (job and key in self._headings and not any(map(str.isdigit, key))):
            return True
        return is_total(job or name)

    def _is_group(self, row: int, name: str) -> bool:
        """A group may sum up its items in their unit; it has nobody of its own to do it."""
        return _level(name) is not None and self._own(row, "owner") in ("", "-")

    def _has_unit(self, row: int) -> bool:
        return self.texts.get(row, self.columns.get("counting_unit")) not in ("", "-")

    def _looks_planned(self, row: int) -> bool:
        cells = self.sheet.rows[row]
        columns = [*self.months.columns.values(), self.columns.get("annual_target", -1)]
        return self._has_unit(row) or any(
            0 <= column < len(cells) and cells[column] != "" for column in columns
        )

    def _columns_to_groups(self, row: int) -> None:
        """Groups given in columns of their own: a new value opens a group."""
        for column, level in _GROUP_COLUMNS.items():
            name = self.texts.get(row, self.columns.get(column))
            opened = {
                (self.table.groups[index].name, self.table.groups[index].level) for index in self._stack
            }
            if name not in ("", "-") and (name, level) not in opened:
                self._group(row, name, level)

    def _group(self, row: int, name: str, level: GroupLevel | None = None) -> None:
        level = level or _level(name) or GroupLevel.ACTIVITY
        while self._stack and _DEPTH[self.table.groups[self._stack[-1]].level] >= _DEPTH[level]:
            self._stack.pop()
        parent = self._stack[-1] if self._stack else None
        clean = self.texts.get(row, self.columns["name"]) if self._own(row, "name") == name else name
        self.table.groups.append(GroupRow(row + 1, level, clean, parent))
        self._stack.append(len(self.table.groups) - 1)

    def _item(self, row: int, job: str, name: str) -> None:
        before = len(self.problems)
        if self._is_repeated(row, job):
            return
        self.table.jobs[job] = row
        if not name:
            self._fault(row, "name", f"ใส่ชื่อกิจกรรมของ {job} พบช่องว่าง")
        unit = self._unit(row, job)
        monthly = self._monthly(row, job)
        annual, aggregation = self._annual(row, job, monthly)
        budget = self._figure(row, "budget", f"งบประมาณของ {job}")
        owner_text, owners, doers = self._owners(row, job)
        self._lengths(row, {"job_no": job, "name": name, "counting_unit": unit, "owner": owner_text})
        if len(self.problems) > before or annual is None or aggregation is None:
            return
        less = _LESS.search(self.texts.get(row, self.columns.get("direction")))
        item = ItemRow(
            row=row + 1,
            job_no=job,
            name=name,
            dimension=_dimension(self.texts.get(row, self.columns.get("dimension"))),
            counting_unit=unit,
            aggregation=aggregation,
            direction=Direction.LESS if less else Direction.MORE,
            annual_target=annual,
            budget=budget,
            monthly=monthly,
            owners=owners,
            owner_text=owner_text,
            group=self._stack[-1] if self._stack else None,
            group_path=tuple(self.table.groups[index].name for index in self._stack),
            note=self.texts.get(row, self.columns.get("note")),
            doers=doers,
            sheet=self.sheet.name,
        )
        self.table.items.append(item)

    def _is_repeated(self, row: int, job: str) -> bool:
        if job not in self.table.jobs:
            return False
        message = f"ใช้เลขที่งานไม่ซ้ำกัน {job} มีอยู่แล้วที่แถว {self.table.jobs[job] + 1}"
        self._fault(row, "job_no", message, job)
        return True

    def _fault(self, row: int, field: str, message: str, value: object = "") -> None:
        self.problems.append(self.sheet.problem(row, self.columns.get(field), message, value))

    def _lengths(self, row: int, values: dict[str, str]) -> None:
        for field_name, value in values.items():
            title, longest = _LENGTHS[field_name]
            if len(value) > longest:
                self._fault(
                    row, field_name, f"ย่อ{title}ให้ไม่เกิน {longest} ตัวอักษร พบ {len(value)} ตัวอักษร", value[:40]
                )

    def _unit(self, row: int, job: str) -> str:
        unit = self.texts.get(row, self.columns.get("counting_unit"))
        if unit in ("", "-") and "counting_unit" in self.columns:
            self._fault(row, "counting_unit", f"ใส่หน่วยนับของ {job} พบช่องว่าง", unit)
        if unit.startswith(("ร้อยละ", "%", "เปอร์เซ็นต์")):
            self.table.percents.add(job)
        return unit

    def _figure(self, row: int, field_name: str, title: str) -> Decimal | None:
        try:
            return figure(self.sheet, row, self.columns.get(field_name), title, self.problems)
        except Bad:
            return None

    def _monthly(self, row: int, job: str) -> Monthly:
        values: list[Decimal | None] = [None] * 12
        bad: set[int] = set()
        for month, column in self.months.columns.items():
            try:
                values[month] = figure(
                    self.sheet,
                    row,
                    column,
                    f"เป้าหมายเดือน {self.months.label(month)} ของ {job}",
                    self.problems,
                )
            except Bad:
                bad.add(month)
        self.table.months[job] = tuple(values)
        self.table.bad_months[job] = bad
        return self.table.months[job]

    def _annual(self, row: int, job: str, monthly: Monthly) -> tuple[Decimal | None, Aggregation | None]:
        """The year's target and how months add up to it; None where a fault leaves it open."""
        said = self.texts.get(row, self.columns.get("aggregation"))
        aggregation = _aggregation(said)
        if aggregation:
            self.table.aggregations[job] = aggregation
        elif said not in ("", "-"):
            self._fault(row, "aggregation", f"ใส่วิธีนับของ {job} เป็น รวม สะสม หรือ สูงสุด พบ “{said}”", said)
            return None, None
        try:
            annual = figure(
                self.sheet, row, self.columns.get("annual_target"), f"เป้าหมายทั้งปีของ {job}", self.problems
            )
        except Bad:
            return None, aggregation
        if self.table.bad_months[job]:
            return None, aggregation
        if aggregation is None:
            return self._infer(row, job, monthly, annual)
        total = total_of(monthly, aggregation)
        if annual is None:
            return total, aggregation
        whole = len(self.months.columns) == 12
        if annual != total and (whole or total > annual):
            self._fault(
                row,
                "annual_target",
                f"แก้เป้าหมายทั้งปีของ {job} ให้เท่ากับ{_RULE[aggregation]} ({show(total)}) หรือแก้ตัวเลขรายเดือน "
                f"พบ {show(annual)}",
                annual,
            )
        return annual, aggregation

    def _infer(
        self, row: int, job: str, monthly: Monthly, annual: Decimal | None
    ) -> tuple[Decimal | None, Aggregation | None]:
        """Where the sheet doesn't say: the sum if it fits, else the last month, else refused."""
        planned = any(value for value in monthly)
        if annual is None and not planned:
            annual = Decimal(0)
        for aggregation in (Aggregation.SUM, Aggregation.LATEST):
            if annual is not None and annual == total_of(monthly, aggregation):
                self.table.aggregations[job] = aggregation
                return annual, aggregation
        total, last = (total_of(monthly, way) for way in (Aggregation.SUM, Aggregation.LATEST))
        if annual is None:
            message = f"ใส่เป้าหมายทั้งปีหรือวิธีนับของ {job} พบช่องว่าง"
        else:
            message = (
                f"แก้เป้าหมายทั้งปีของ {job} ให้เท่ากับผลรวมรายเดือน ({show(total)}) หรือเดือนสุดท้าย ({show(last)}) "
                f"หรือใส่วิธีนับ พบ {show(annual)}"
            )
        self._fault(row, "annual_target", message, "" if annual is None else annual)
        return None, None

    def _owners(self, row: int, job: str) -> tuple[str, Owners, tuple[Key, ...]]:
        """What the owners' column says, whom it and the column of people mean, and who does the work."""
        owning, doing = self._named(row, job, "owner"), self._named(row, job, "doer")
        written = self._written(row, "owner") or self._written(row, "doer")
        if not written and "owner" in self.columns and not self.shared:
            self._fault(row, "owner", f"ใส่หน่วยงานหรือผู้รับผิดชอบของ {job} พบช่องว่าง")
        if "doer" not in self.columns:
            return written, owning, () if owning.unit_ids else owning.person_ids
        both = Owners(
            tuple(dict.fromkeys(owning.unit_ids + doing.unit_ids)),
            tuple(dict.fromkeys(owning.person_ids + doing.person_ids)),
        )
        return written, both, doing.person_ids

    def _written(self, row: int, field: str) -> str:
        said = self.texts.get(row, self.columns.get(field))
        return "" if said == "-" else said

    def _named(self, row: int, job: str, field: str) -> Owners:
        """Whom a cell means; a stranger is a fault, unless people's shares say who does the work."""
        written = show(self.texts.raw(row, self.columns.get(field))).strip()
        if written in ("", "-"):
            return Owners()
        named = self.directory.owners(written)
        for unknown in named.unknown if field == "owner" or not self.shared else ():
            message = f"ใช้ชื่อหน่วยงาน ชื่อย่อ หรือชื่อบุคลากรที่มีในสำนักงาน เป็นผู้รับผิดชอบของ {job} ไม่รู้จัก “{unknown}”"
            self._fault(row, field, message, written)
        return named


_RULE = {
    Aggregation.SUM: "ผลรวมรายเดือน",
    Aggregation.LATEST: "เดือนสุดท้ายที่มีค่า",
    Aggregation.MAX: "ค่าสูงสุดของเดือน",
}


def total_of(monthly: Monthly, aggregation: Aggregation) -> Decimal:
    """What the months come to for the year; 0 when none has a target."""
    values = [value for value in monthly if value is not None]
    if not values:
        return Decimal(0)
    if aggregation == Aggregation.SUM:
        return sum(values, Decimal(0))
    return values[-1] if aggregation == Aggregation.LATEST else max(values)


def _aggregation(said: str) -> Aggregation | None:
    key = compact(said)
    if "ไม่สะสม" in key:
        return Aggregation.SUM
    for pattern, aggregation in (
        (_MAX, Aggregation.MAX),
        (_LATEST, Aggregation.LATEST),
        (_SUM, Aggregation.SUM),
    ):
        if pattern.search(key):
            return aggregation
    return None


def _dimension(said: str) -> Dimension | str:
    key = compact(said)
    return next((dimension for word, dimension in _DIMENSIONS if word in key), "")


def _level(name: str) -> GroupLevel | None:
    return next((level for pattern, level in _LEVELS if pattern.match(name)), None)


def is_job_heading(header: Header) -> bool:
    return "งาน" in compact(header.levels[header.columns["job_no"]][-1])

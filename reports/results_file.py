"""Reading a month's results, csv or workbook: who did how much of what. Stores nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from office.calendar import Month
from office.sheets import (
    Bad,
    Book,
    Header,
    People,
    Problem,
    TextColumns,
    broken_words,
    compact,
    figure,
    find_header,
    has_total,
    is_note,
    is_total,
    job_number,
    match_job,
    merged_figures,
    two_columns,
    unread,
)
from reports.enums import AnswerKind, ReasonCategory
from reports.title_month import column_of_another_month, of_another_month, squeezed, tells

WORDS: dict[str, Sequence[str]] = {
    "person_code": ("รหัสเจ้าหน้าที่", "รหัสบุคลากร", "รหัสผู้รายงาน", "รหัสพนักงาน", "รหัสประจำตัว", "=รหัส", "!ประชาชน"),
    "person_name": (
        "ชื่อ-สกุล",
        "ชื่อ-นามสกุล",
        "ชื่อเจ้าหน้าที่",
        "ผู้รายงาน",
        "ผู้รับผิดชอบ",
        "เจ้าหน้าที่",
        "=ชื่อ",
        "!รหัส",
        "!หน่วย",
    ),
    "job_no": (
        "เลขที่งาน",
        "เลขงาน",
        "รหัสงาน",
        "เลขที่กิจกรรม",
        "รหัสกิจกรรม",
        "เลขที่แผนงาน",
        "~เลขที่",
        "~งานที่",
        "~งาน",
    ),
    "quantity": (
        "=ผล",
        "=ผล (จำนวน)",
        "=ผลการดำเนินงาน",
        "=ผลการปฏิบัติงาน",
        "=ผลเดือนนี้",
        "=จำนวนผลงาน",
        "=ผลงาน",
        "ผลเดือน",
        "ผลที่ทำได้",
        "ผลงานที่ทำได้",
        "จำนวนที่ทำได้",
        "ผลการดำเนินงาน",
        "ผลการปฏิบัติงาน",
        "=จำนวน",
        "=ปริมาณงาน",
        "ผล (",
        "!แผน",
        "!สะสม",
        "!ร้อยละ",
        "!รายละเอียด",
        "!เหตุผล",
        "!ผู้",
    ),
    "narrative": ("รายละเอียดผล", "รายละเอียด", "=คำอธิบายผล", "=คำอธิบาย", "=ผลการดำเนินงาน", "=ผลการปฏิบัติงาน"),
    "obstacle": ("ปัญหาอุปสรรค", "ปัญหาและอุปสรรค", "ปัญหา", "อุปสรรค", "!แนวทาง"),
    "solution": ("แนวทางแก้ไข", "แนวทางการแก้ไข", "แนวทาง", "วิธีแก้ไข", "การแก้ไข"),
    "explanation": ("ชี้แจงเหตุผล", "คำชี้แจง", "เหตุผลที่ผลต่ำกว่าแผน", "ชี้แจง", "เหตุผล", "!ประเภท"),
    "reason_category": ("ประเภทเหตุผล", "กลุ่มเหตุผล", "ประเภทของเหตุผล", "=สาเหตุ"),
}
_WORDS = (
    "person_code",
    "person_name",
    "job_no",
    "narrative",
    "obstacle",
    "solution",
    "explanation",
    "reason_category",
)
_OF_CPS = ("วันที่ปฏิบัติงาน", "วันปฏิบัติงาน", "วันที่บันทึก", "วันบันทึก", "ชื่อสหกรณ์", "สหกรณ์กลุ่มเกษตรกร")
_CPS = re.compile(r"(?<![a-z])cps(?![a-z])", re.I)
_NOTHING = ("ไม่มีผล", "ไม่มีการดำเนินงาน", "ไม่มีงาน")
_NOT_AVAILABLE = ("ไม่มีข้อมูล", "ยังไม่มีข้อมูล", "ไม่ทราบ", "na")


class PersonLike(Protocol):
    """What is needed of a person; a model instance will do."""

    @property
    def id(self) -> int | str: ...

    @property
    def code(self) -> str: ...

    @property
    def full_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One answered or unanswered line; ``quantity`` only with kind VALUE."""

    row: int
    person_id: int | str
    job_no: str
    kind: AnswerKind
    quantity: Decimal | None
    narrative: str
    obstacle: str
    solution: str
    explanation: str
    reason_category: ReasonCategory


@dataclass(slots=True)
class ResultsFile:
    """The whole file. Nothing of it may be stored while there are ``problems``."""

    rows: list[ResultRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """Hidden sheets, left unread or read, and hidden rows read."""


def parse(
    book: Book,
    *,
    people: Iterable[PersonLike],
    jobs: Collection[str],
    reporter: PersonLike | None = None,
    month: Month | None = None,
) -> ResultsFile:
    """Every line of the file (design rule 4.4). ``reporter`` owns a form that names no person.

    A file that is CPS's, or whose title names another month than ``month``, is refused whole.
    Whether a job belongs to the person's plan that month is the caller's to judge.
    """
    result = ResultsFile()
    headers = _headers(book, reporter, month)
    if not headers:
        names = ", ".join(sheet.name for sheet in book.sheets)
        message = f"ใช้ไฟล์ผลที่มีหัวคอลัมน์รหัสเจ้าหน้าที่ เลขที่งาน และผล ไฟล์นี้มีแผ่นงาน {names}"
        result.problems.append(
            Problem(book.sheets[0].name if book.sheets else book.name, None, None, names, message)
        )
        return result
    header = headers[0]
    result.notes = unread(book, {header.sheet.name})
    stranger = _from_cps(header) or of_another_month(header, month, "ใช้ไฟล์ผล") or _several(headers)
    stranger = stranger or two_columns(header, "quantity", "ผล", squeezed(month))
    stranger = stranger or column_of_another_month(header, "quantity", month, "ใช้คอลัมน์ผล")
    if stranger:
        result.problems.append(stranger)
        return result
    result.problems += broken_words(header, _WORDS)
    result.problems += merged_figures(header, {header.columns["quantity"]})
    _Reader(header, People(people), jobs, reporter, result).read()
    return result


def _headers(book: Book, reporter: PersonLike | None, month: Month | None) -> list[Header]:
    """The tables that could be meant: of the month where any says so, else those that name none, else all."""
    needs: list[str | tuple[str, ...]] = ["job_no", "quantity"]
    if reporter is None:
        needs.append(("person_code", "person_name"))
    found = [header for sheet in book.by_visibility() if (header := find_header(sheet, WORDS, needs))]
    if any(header.sheet.visible for header in found):
        found = [header for header in found if header.sheet.visible]
    if month is None:
        return found
    told: dict[bool | None, list[Header]] = {True: [], None: [], False: []}
    for header in found:
        told[tells(header, month)].append(header)
    return told[True] or told[None] or told[False]


def _several(headers: list[Header]) -> Problem | None:
    """The fault that results stand in several sheets of the month."""
    filled = [header for header in headers if any(map(any, header.sheet.rows[header.first :]))]
    if len(filled) < 2:
        return None
    names = ", ".join(header.sheet.name for header in filled)
    message = f"รวมผลไว้ในแผ่นงานเดียว หรือซ่อนแผ่นงานที่ไม่ใช้ พบตารางผลหลายแผ่นงาน {names}"
    return filled[1].sheet.problem(filled[1].bottom, None, message)


def _from_cps(header: Header) -> Problem | None:
    """The fault that the file is an export of CPS: its columns or its title say so."""
    sheet = header.sheet
    for row in range(header.bottom + 1):
        for column, cell in enumerate(sheet.rows[row]):
            is_heading = row >= header.top and compact(cell).startswith(_OF_CPS)
            if is_heading or (row < header.top and isinstance(cell, str) and _CPS.search(cell)):
                return sheet.problem(row, column, "ไฟล์นี้เป็นไฟล์จาก CPS ใช้เมนูนำเข้า CPS (import_cps)", cell)
    return None


class _Reader:
    def __init__(
        self,
        header: Header,
        people: People[PersonLike],
        jobs: Collection[str],
        reporter: PersonLike | None,
        result: ResultsFile,
    ) -> None:
        self.header, self.people, self.jobs, self.reporter = header, people, jobs, reporter
        self.rows, self.problems = result.rows, result.problems
        self.sheet, self.columns, self.texts = header.sheet, header.columns, TextColumns(header.sheet)
        self._seen: dict[tuple[int | str, str], int] = {}

    def read(self) -> None:
        headings = {compact(self.header.levels[column][-1]) for column in self.columns.values()}
        for row in range(self.header.first, len(self.sheet.rows)):
            job = self.texts.get(row, self.columns["job_no"])
            code, name = self._get(row, "person_code"), self._get(row, "person_name")
            if compact(job) in headings or self._is_total(row, job, code, name) or is_note(self.header, row):
                continue
            if job or code or name:
                self._line(row, job, code, name)

    def _is_total(self, row: int, job: str, code: str, name: str) -> bool:
        """A row that adds others up; neither a job of the plan nor a person whose name begins so."""
        if is_total(code) or (is_total(job) and match_job(job, self.jobs) is None):
            return True
        if is_total(name):
            return not code and self.people.find(name=name) is None
        return not job and not code and has_total(self.sheet, row)

    def _get(self, row: int, column: str) -> str:
        return self.texts.get(row, self.columns.get(column))

    def _fault(self, row: int, column: str, message: str, value: object = "") -> None:
        self.problems.append(self.sheet.problem(row, self.columns.get(column), message, value))

    def _line(self, row: int, written: str, code: str, name: str) -> None:
        cells = self.sheet.rows[row]
        if sum(cell != "" for cell in cells) == 1:
            return
        before = len(self.problems)
        person = self._person(row, code, name)
        job = match_job(written, self.jobs)
        if not written:
            self._fault(row, "job_no", f"ใส่เลขที่งานของ {code or name} พบช่องว่าง")
        elif job is None:
            self._fault(row, "job_no", f"ใช้เลขที่งานที่มีในแผน ไม่พบ “{job_number(written)}” ในแผน", written)
        kind, quantity = self._answer(row, job or written, code or name)
        if person and job:
            self._once(row, person, job)
        category = self._category(row)
        if person is None or job is None or len(self.problems) > before:
            return
        self.rows.append(
            ResultRow(
                row=row + 1,
                person_id=person.id,
                job_no=job,
                kind=kind,
                quantity=quantity,
                narrative=self._prose(row, "narrative"),
                obstacle=self._prose(row, "obstacle"),
                solution=self._prose(row, "solution"),
                explanation=self._prose(row, "explanation"),
                reason_category=category,
            )
        )

    def _prose(self, row: int, column: str) -> str:
        words = self.texts.prose(row, self.columns.get(column))
        return "" if words == "-" else words

    def _person(self, row: int, code: str, name: str) -> PersonLike | None:
        if not code and not name and self.reporter:
            return self.reporter
        person = self.people.find(code=code, name=name)
        column = "person_code" if code or "person_name" not in self.columns else "person_name"
        if person is None and (code or name):
            what = "รหัสเจ้าหน้าที่" if code else "ชื่อบุคลากร"
            self._fault(row, column, f"ใช้{what}ที่มีในสำนักงาน ไม่รู้จัก “{code or name}”", code or name)
        elif person is None:
            self._fault(row, column, "ใส่รหัสเจ้าหน้าที่ พบช่องว่าง")
        elif code and name and (other := self.people.other(person, name)):
            message = f"ใช้รหัสและชื่อของคนเดียวกัน {person.code} คือ {person.full_name} แต่ “{name}” คือ {other.code}"
            self._fault(row, "person_name", message, name)
        return person

    def _answer(self, row: int, job: str, who: str) -> tuple[AnswerKind, Decimal | None]:
        key = compact(self._get(row, "quantity"))
        if key.startswith(_NOTHING):
            return AnswerKind.NOTHING, None
        if key.startswith(_NOT_AVAILABLE):
            return AnswerKind.NOT_AVAILABLE, None
        try:
            quantity = figure(
                self.sheet, row, self.columns["quantity"], f"ผลของ {who} ใน {job}", self.problems
            )
        except Bad:
            return AnswerKind.NONE, None
        return (AnswerKind.NONE if quantity is None else AnswerKind.VALUE), quantity

    def _once(self, row: int, person: PersonLike, job: str) -> None:
        first = self._seen.setdefault((person.id, job), row + 1)
        if first != row + 1:
            message = f"ใส่ผลของ {person.code} ใน {job} เพียงแถวเดียว มีอยู่แล้วที่แถว {first}"
            self._fault(row, "job_no", message, job)

    def _category(self, row: int) -> ReasonCategory:
        said = self._get(row, "reason_category")
        if said in ("", "-", "–"):
            return ReasonCategory.NONE
        key = compact(said)
        for category in ReasonCategory:
            if category and key in (compact(category.value), compact(category.label)):
                return category
        labels = ", ".join(category.label for category in ReasonCategory if category)
        self._fault(row, "reason_category", f"ใช้ประเภทเหตุผลเป็นหนึ่งใน {labels} พบ “{said}”", said)
        return ReasonCategory.NONE

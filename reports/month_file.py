"""A month's form that comes back as a workbook, read by its words: what it would change of the draft. Pure.

What is read becomes the fields of the month's page, so that one strict reading (``forms``, ``whole_form``)
judges both. What equals the draft is no change, nor what stands as it stood when the file was made; a row, a
column or a sheet that isn't there changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from office import thai
from office.calendar import Month
from office.sheets import Book, Header, Problem, find_header
from reports import forms, whole_form
from reports.answers import FIELD_LABELS, WORK_LABELS, LineAnswer, WholeAnswer
from reports.forms import Typed
from reports.month_cells import MOST_ROWS, Found, Table, misplaced, read_lines, read_self, read_works
from reports.rules.asks import PERCENT
from reports.whole_form import TypedWhole, shown_works

CODE, MONTH, OFFICE, DRAFT = "รหัสเจ้าหน้าที่", "เดือนของรายงาน", "รหัสสำนักงาน", "รุ่นของร่าง"
JOB, RATING, LESSON = "เลขที่งาน", "เดือนนี้งานของฉันเป็นอย่างไร", "บทเรียนของเดือน"
WORDS: dict[str, Sequence[str]] = {
    "job_no": (f"={JOB}", JOB, "=เลขงาน"),
    "quantity": ("=ผลเดือนนี้", "ผลเดือนนี้", "=ผล", "!แผน", "!สะสม", "!ก่อน", "!รายละเอียด"),
    "kind": ("=เดือนนี้มีผลอย่างไร", "มีผลอย่างไร"),
    "narrative": ("=รายละเอียดผล", "รายละเอียดผล", "=รายละเอียด"),
    "reason_category": ("=สาเหตุหลัก", "สาเหตุหลัก", "=สาเหตุ"),
    "explanation": ("=ชี้แจงเหตุผล", "ชี้แจงเหตุผล", "=คำชี้แจง"),
    "obstacle": ("=ปัญหาอุปสรรค", "ปัญหาอุปสรรค", "ปัญหาและอุปสรรค"),
    "solution": ("=แนวทางแก้ไข", "แนวทางแก้ไข", "แนวทางการแก้ไข"),
    "help_wanted": ("=ความช่วยเหลือที่ต้องการ", "ความช่วยเหลือ"),
    "unavailable_reason": ("=เหตุผลที่ไม่มีข้อมูล", "เหตุผลที่ไม่มีข้อมูล"),
}
WORK_WORDS: dict[str, Sequence[str]] = {
    "name": ("=ชื่องาน", "ชื่องาน"),
    "quantity": ("=จำนวนที่ทำได้", "จำนวนที่ทำได้", "=จำนวน"),
    "counting_unit": ("=หน่วยนับ", "หน่วยนับ"),
    "narrative": ("=รายละเอียด", "รายละเอียด"),
}
SELF_WORDS: dict[str, Sequence[str]] = {
    "rating": (f"={RATING}", "=ประเมินตนเอง"),
    "lesson": (f"={LESSON}",),
}
BASE_KEY, BASE_VALUE = "ช่องของระบบ", "ค่าตอนดาวน์โหลด"
LABELS = {"job_no": JOB, **FIELD_LABELS}
SELF_LABELS = {"rating": RATING, "lesson": LESSON}
GET_ANEW = "ดาวน์โหลดแบบฟอร์มจากหน้ารายงานแล้วกรอกในไฟล์นั้น"

_LONGEST_SHOWN = 80
_SAID = re.compile(rf"^({CODE}|{MONTH}|{OFFICE}|{DRAFT}) ?:? ?(\S.*)$")


@dataclass(frozen=True, slots=True)
class Form:
    """Whose form of which month a file must be, and what the draft says now."""

    office: str
    person: str
    month: Month
    jobs: Mapping[str, int]
    """Job number → plan item id, of all that may be answered."""
    units: Mapping[int, str]
    """Plan item id → counting unit."""
    kept: Mapping[str, str]
    """The draft as the fields of the month's page (``as_fields``)."""


@dataclass(slots=True)
class MonthFile:
    """What a file says. Nothing of it may be kept while there are ``problems``."""

    version: int | None = None
    """Of the draft that it was made from; None when it doesn't say."""
    base: Mapping[str, str] | None = None
    """The fields that it was made from; None when it doesn't say."""
    lines: Typed = field(default_factory=Typed)
    whole: TypedWhole = field(default_factory=TypedWhole)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What isn't in the file and stays as it is."""
    doubts: list[str] = field(default_factory=list)
    """Figures that may mean something else."""

    @property
    def changes(self) -> bool:
        return bool(self.lines.changes or self.whole.changes)


def as_fields(answers: Mapping[int, LineAnswer], said: WholeAnswer) -> dict[str, str]:
    """A draft as the fields of its page."""
    fields = {
        f"l{item}-{name}": text
        for item, answer in answers.items()
        for name, text in forms.shown(answer).items()
    }
    works = shown_works(said)
    fields |= {f"u{n}-{name}": text for n, row in enumerate(works) for name, text in row.items()}
    return fields | {"rating": str(said.self_rating), "lesson": said.lesson}


def parse(book: Book, form: Form) -> MonthFile:
    """Every field of the file that differs from the draft; all faults, each with its cell."""
    file = MonthFile()
    header = _only(book, WORDS, ("job_no", ("kind", "quantity")), "รายงาน", file.problems)
    if header is None:
        if not file.problems:
            names = ", ".join(sheet.name for sheet in book.sheets)
            message = f"{GET_ANEW} ไฟล์นี้ไม่มีตารางที่มีหัวคอลัมน์ {JOB} และ{LABELS['quantity']}"
            file.problems.append(Problem(book.name, None, None, names, message))
        return file
    stranger = _stranger(header, form, file)
    if stranger:
        file.problems.append(stranger)
        return file
    file.base = _base(book)
    found = Found(form.kept, file.base, file.problems)
    lines = Table(header, LABELS)
    missing = [name for name in ("kind", "quantity") if name not in header.columns]
    faults = misplaced(lines) or [_no_column(header, LABELS[name]) for name in missing]
    if faults:
        file.problems += faults
    else:
        seen = read_lines(lines, form.jobs, found)
        _note_absent(file, lines, [job for job, item in form.jobs.items() if item not in seen])
    _read_whole(book, found, file)
    _judge(found, file)
    file.doubts = _doubts(file, form)
    return file


def _only(
    book: Book,
    words: Mapping[str, Sequence[str]],
    needs: Sequence[str | tuple[str, ...]],
    what: str,
    problems: list[Problem],
) -> Header | None:
    """The one table of its kind; of several sheets that are seen nobody can say which is meant."""
    found = [header for sheet in book.by_visibility() if (header := find_header(sheet, words, needs))]
    seen = [header for header in found if header.sheet.visible]
    if len(seen) > 1:
        names = ", ".join(f"“{header.sheet.name}”" for header in seen)
        message = f"ลบแผ่นงานที่ไม่ใช้ ให้เหลือตาราง{what}ตารางเดียว พบที่ {names}"
        problems.append(Problem(seen[1].sheet.name, None, None, "", message))
        return None
    return found[0] if found else None


def _base(book: Book) -> dict[str, str] | None:
    """What stood in the fields when the file was made; blank ones aren't written down."""
    words = {"key": (f"={BASE_KEY}",), "value": (f"={BASE_VALUE}",)}
    for sheet in book.sheets:
        header = find_header(sheet, words, ("key", "value"))
        if header is not None:
            table = Table(header, {})
            rows = range(header.first, min(len(sheet.rows), header.first + len(FIELD_LABELS) * MOST_ROWS))
            return {table.text(row, "key"): table.text(row, "value") for row in rows}
    return None


def _no_column(header: Header, label: str) -> Problem:
    message = f"ใส่หัวคอลัมน์ “{label}” คืน หรือ{GET_ANEW}"
    return header.sheet.problem(header.bottom, header.columns["job_no"], message)


def _stranger(header: Header, form: Form, file: MonthFile) -> Problem | None:
    """The fault that this is another person's form, or another month's, or doesn't say; notes its version."""
    said: dict[str, tuple[int, int, str]] = {}
    for row, cells in enumerate(header.sheet.rows[: header.top]):
        for column, cell in enumerate(cells):
            match = _SAID.match(thai.normalize(cell)) if isinstance(cell, str) and len(cell) < 200 else None
            if match:
                said.setdefault(match[1], (row, column, match[2].strip()))
    if DRAFT in said and re.fullmatch("[0-9]{1,9}", said[DRAFT][2]):
        file.version = int(said[DRAFT][2])
    for what, label in ((CODE, "เจ้าหน้าที่"), (MONTH, "เดือน")):
        if what not in said:
            message = f"{GET_ANEW} ไฟล์นี้ไม่มีบรรทัด “{what}: …” เหนือตาราง จึงไม่รู้ว่าเป็นแบบฟอร์มของ{label}ใด"
            return header.sheet.problem(None, None, message)
    return _other_person(header, form, said) or _other_month(header, form, said[MONTH])


def _other_person(header: Header, form: Form, said: Mapping[str, tuple[int, int, str]]) -> Problem | None:
    row, column, code = said[CODE]
    if code.upper() != form.person.upper():
        message = f"ใช้แบบฟอร์มของ {form.person} ไฟล์นี้เป็นของ {code[:_LONGEST_SHOWN]}"
        return header.sheet.problem(row, column, message, code[:_LONGEST_SHOWN])
    if OFFICE in said and said[OFFICE][2].upper() != thai.normalize(form.office).upper():
        row, column, office = said[OFFICE]
        message = "ใช้แบบฟอร์มของสำนักงานนี้ ไฟล์นี้เป็นของสำนักงานอื่น"
        return header.sheet.problem(row, column, message, office[:_LONGEST_SHOWN])
    return None


def _other_month(header: Header, form: Form, said: tuple[int, int, str]) -> Problem | None:
    row, column, words = said
    if thai.parse_month(words) == form.month.first:
        return None
    words = words[:_LONGEST_SHOWN]
    message = f"ใช้แบบฟอร์มของเดือน{form.month.label} ไฟล์นี้เป็นของเดือน{words}"
    return header.sheet.problem(row, column, message, words)


def _note_absent(file: MonthFile, table: Table, jobs: Sequence[str]) -> None:
    columns = [label for name, label in LABELS.items() if name not in table.header.columns]
    if columns:
        file.notes.append(f"คอลัมน์ที่ไม่มีในไฟล์ ไม่เปลี่ยน: {', '.join(columns)}")
    if jobs:
        file.notes.append(f"งานที่ไม่มีในไฟล์ ไม่เปลี่ยน: {', '.join(jobs)}")


def _read_whole(book: Book, found: Found, file: MonthFile) -> None:
    works = _only(book, WORK_WORDS, ("name", "quantity"), "งานนอกแผน", file.problems)
    if works is None:
        file.notes.append("ไม่พบตารางงานนอกแผนในไฟล์ ส่วนนี้ไม่เปลี่ยน")
    else:
        table = Table(works, WORK_LABELS)
        missing = [label for name, label in WORK_LABELS.items() if name not in works.columns]
        faults = misplaced(table)
        if missing:
            message = f"ใส่หัวคอลัมน์ {', '.join(missing)} ของงานนอกแผนคืน หรือ{GET_ANEW}"
            faults.append(works.sheet.problem(works.bottom, works.columns["name"], message))
        if faults:
            file.problems += faults
        else:
            read_works(table, found)
    own = _only(book, SELF_WORDS, ("rating", "lesson"), "ประเมินตนเอง", file.problems)
    if own is None:
        file.notes.append("ไม่พบตารางประเมินตนเองในไฟล์ ส่วนนี้ไม่เปลี่ยน")
        return
    table = Table(own, SELF_LABELS)
    faults = misplaced(table)
    if faults:
        file.problems += faults
    else:
        read_self(table, found)


def _judge(found: Found, file: MonthFile) -> None:
    """The page's own reading of the fields that differ; its faults told by their cells."""
    file.lines, file.whole = forms.read(found.fields), whole_form.read(found.fields)
    faults = {f"l{item}-{name}": text for (item, name), text in file.lines.faults.items()}
    for name, text in (faults | file.whole.faults).items():
        table, row, column = found.places[name]
        value = thai.normalize(found.fields.get(name, ""))
        short = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
        file.problems.append(table.sheet.problem(row, column, f"{text} ที่{table.label(column)}", short))


def _doubts(file: MonthFile, form: Form) -> list[str]:
    """85% typed in a workbook is stored as 0.85."""
    jobs: Mapping[int, str] = {item: job for job, item in form.jobs.items()}
    found = []
    for item, changes in file.lines.changes.items():
        figure = changes.get("quantity")
        if form.units.get(item) == PERCENT and figure and figure < Decimal(1):
            meant = thai.quantity(figure * 100)
            found.append(
                f"{jobs[item]} อ่านได้ร้อยละ {thai.quantity(figure)} ถ้าหมายถึงร้อยละ {meant} พิมพ์ {meant} ในไฟล์"
            )
    return found

"""Reading the list of staff: the office's name, its units, its people and their roles. Stores nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from office.enums import PersonnelType, Role
from office.sheets import (
    Bad,
    Book,
    Header,
    Problem,
    TextColumns,
    broken_words,
    compact,
    day,
    find_header,
    has_total,
    is_note,
    is_total,
    letter,
    lines_above,
    office_name,
    split_name,
    text,
    unread,
)
from office.staff_roles import ordered, role_of, role_words
from office.staff_words import PEOPLE_WORDS, UNIT_WORDS

_TYPE_WORDS = (
    ("พนักงานราชการ", PersonnelType.GOV_EMP),
    ("ข้าราชการ", PersonnelType.CIVIL),
    ("ลูกจ้างประจำ", PersonnelType.PERMANENT),
    ("จ้างเหมา", PersonnelType.OUTSOURCED),
)
_WORDS = (
    "code",
    "prefix",
    "full_name",
    "first_name",
    "last_name",
    "title",
    "level",
    "type",
    "unit",
    "roles",
    "email",
)
_UNIT_ALONE = re.compile(r"^\d{1,2}[.)]\s+|\s*\(?\d+ ?(?:คน|ราย|อัตรา)\)?$")
"""What stands round a unit's name that heads its people: "2. … (5 คน)"."""
_HEAD_TITLE = re.compile(r"^(?:ผู้อำนวยการ|ผอ\.|หัวหน้าฝ่าย|หัวหน้ากลุ่ม)")
_CODE = re.compile(r"[\w\u0e00-\u0e7f.-]+")  # it stands in addresses
_NATIONAL_ID = re.compile(r"^\d{13}$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_LENGTHS = {
    "code": 30,
    "prefix": 30,
    "first_name": 100,
    "last_name": 100,
    "title": 200,
    "level": 60,
    "unit": 200,
}


@dataclass(frozen=True, slots=True)
class UnitRow:
    row: int
    code: str
    name: str
    abbreviation: str
    sort_order: int


@dataclass(frozen=True, slots=True)
class PersonRow:
    """``roles`` always holds OFFICER; ``unit_name`` is the unit's full name."""

    row: int
    code: str
    prefix: str
    first_name: str
    last_name: str
    position_title: str
    position_level: str
    personnel_type: PersonnelType
    unit_name: str
    roles: tuple[str, ...]
    reports: bool
    email: str
    started_on: date | None


@dataclass(slots=True)
class StaffFile:
    """The whole workbook. Nothing of it may be stored while there are ``problems``."""

    office_name: str | None = None
    units: list[UnitRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sheet: str = ""
    title_row: int = 1
    title_column: str = "A"
    """The cell that names the office, or where it should stand."""
    code_column: str = "A"
    notes: list[str] = field(default_factory=list)
    """Hidden sheets, left unread or read, and hidden rows read."""

    def title_problem(self, message: str, value: str = "") -> Problem:
        return Problem(self.sheet, self.title_row, self.title_column, value, message)

    def code_problem(self, person: PersonRow, message: str) -> Problem:
        return Problem(self.sheet, person.row, self.code_column, person.code, message)


def parse(book: Book) -> StaffFile:
    """The staff as listed; without a sheet of units, units are those that people name, in that order."""
    staff = StaffFile()
    headers = _people_headers(book)
    if not headers:
        staff.problems.append(_no_people(book))
        return staff
    header, *others = headers
    _title(staff, header)
    staff.problems += [*_several(header, others), *broken_words(header, _WORDS)]
    units = _unit_header(book, header)
    if units:
        staff.units = _UnitReader(units, staff.problems).read()
    reader = _PeopleReader(header, staff, derive_units=units is None)
    reader.read()
    staff.notes = unread(book, {found.sheet.name for found in (header, units) if found})
    return staff


def _title(staff: StaffFile, header: Header) -> None:
    """The office that the lines above the table name, and the cell that does."""
    sheet = header.sheet
    staff.sheet, staff.code_column = sheet.name, letter(header.columns["code"])
    staff.office_name = office_name(lines_above(sheet, header.top))
    for row, cells in enumerate(sheet.rows[: header.top]):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and cell and office_name([text(cell)]):
                staff.title_row, staff.title_column = row + 1, letter(column)
                return


def _people_headers(book: Book) -> list[Header]:
    """The tables of people, the one to read first."""
    needs = ("code", ("first_name", "full_name"))
    found = [header for sheet in book.by_visibility() if (header := find_header(sheet, PEOPLE_WORDS, needs))]
    return sorted(found, key=lambda header: (header.sheet.visible, len(header.columns)), reverse=True)


def _several(header: Header, others: list[Header]) -> list[Problem]:
    """The fault that other sheets that are seen list people too: nobody can say which of them serve."""
    rivals = [
        other
        for other in others
        if other.sheet.visible and "type" in other.columns and any(map(any, other.sheet.rows[other.first :]))
    ]
    if not rivals or not header.sheet.visible:
        return []
    names = ", ".join(each.sheet.name for each in (header, *rivals))
    message = f"รวมรายชื่อไว้ในแผ่นงานเดียว หรือซ่อนแผ่นงานที่ไม่ใช้ พบรายชื่อบุคลากรหลายแผ่นงาน {names}"
    return [rivals[0].sheet.problem(rivals[0].bottom, rivals[0].columns["code"], message)]


def _unit_header(book: Book, people: Header) -> Header | None:
    for sheet in book.by_visibility():
        if sheet is people.sheet:
            continue
        if header := find_header(sheet, UNIT_WORDS, ("name", ("abbreviation", "code"))):
            return header
    return None


def _no_people(book: Book) -> Problem:
    names = ", ".join(sheet.name for sheet in book.sheets)
    message = f"ใช้ไฟล์บัญชีรายชื่อที่มีหัวคอลัมน์รหัสเจ้าหน้าที่ ชื่อ และหน่วยงาน ไฟล์นี้มีแผ่นงาน {names}"
    return Problem(book.sheets[0].name if book.sheets else book.name, None, None, names, message)


class _UnitReader:
    def __init__(self, header: Header, problems: list[Problem]) -> None:
        self.header, self.problems = header, problems
        self.sheet, self.texts = header.sheet, TextColumns(header.sheet)

    def read(self) -> list[UnitRow]:
        units: list[UnitRow] = []
        names: set[str] = set()
        codes: set[str] = set()
        for row in range(self.header.first, len(self.sheet.rows)):
            name = self._get(row, "name")
            if not name:
                continue
            code = self._get(row, "code").upper() or f"U{len(units) + 1:02}"
            if compact(name) in names:
                self._fault(row, "name", f"ใช้ชื่อหน่วยงานไม่ซ้ำกัน พบ “{name}” ซ้ำ", name)
                continue
            if code in codes:
                self._fault(row, "code", f"ใช้รหัสหน่วยงานไม่ซ้ำกัน พบ “{code}” ซ้ำ", code)
                continue
            names.add(compact(name))
            codes.add(code)
            order = self._get(row, "order")
            units.append(
                UnitRow(
                    row + 1,
                    code,
                    name,
                    self._get(row, "abbreviation"),
                    int(order) if order.isdigit() else len(units),
                )
            )
        return units

    def _get(self, row: int, name: str) -> str:
        said = self.texts.get(row, self.header.columns.get(name))
        return "" if said == "-" else said

    def _fault(self, row: int, name: str, message: str, value: str) -> None:
        self.problems.append(self.sheet.problem(row, self.header.columns.get(name), message, value))


class _PeopleReader:
    def __init__(self, header: Header, staff: StaffFile, *, derive_units: bool) -> None:
        self.header, self.staff, self.derive_units = header, staff, derive_units
        self.sheet, self.columns = header.sheet, header.columns
        self.texts = TextColumns(header.sheet)
        self._units = {
            compact(key): unit.name for unit in staff.units for key in (unit.abbreviation, unit.name) if key
        }
        self._codes: dict[str, int] = {}
        self._headed: set[str] = set()
        self._section = ""

    def read(self) -> None:
        if "type" not in self.columns:
            self._fault(self.header.bottom, "type", "เพิ่มคอลัมน์ประเภทบุคลากร ไม่พบหัวคอลัมน์นี้")
        headings = {compact(self.header.levels[column][-1]) for column in self.columns.values()}
        for row in range(self.header.first, len(self.sheet.rows)):
            filled = [cell for cell in self.sheet.rows[row] if cell != ""]
            if is_note(self.header, row):
                continue
            if len(filled) == 1:
                self._section = _UNIT_ALONE.sub("", self.texts.get(row, self._only(row))).strip()
            elif filled and not self._is_total(row) and compact(self._get(row, "code")) not in headings:
                self._person(row)
        if not self._codes and not self.staff.problems:
            self._fault(self.header.first, "code", "ใส่รายชื่อบุคลากร ไม่พบแถวที่มีรหัสเจ้าหน้าที่")

    def _is_total(self, row: int) -> bool:
        """A row that counts the people above it; of a person only the code is missing."""
        code, kind = self._get(row, "code"), self._get(row, "type")
        return is_total(code) or (not code and not kind and has_total(self.sheet, row))

    def _only(self, row: int) -> int:
        return next(index for index, cell in enumerate(self.sheet.rows[row]) if cell != "")

    def _get(self, row: int, name: str) -> str:
        said = self.texts.get(row, self.columns.get(name))
        return "" if said == "-" else said

    def _fault(self, row: int, name: str, message: str, value: str = "") -> None:
        column = self.columns.get(name, self.columns["code"])
        self.staff.problems.append(self.sheet.problem(row, column, message, value))

    def _person(self, row: int) -> None:
        before = len(self.staff.problems)
        prefix, first, last = self._name(row)
        code = self._code(row, first)
        personnel_type = self._type(row, code)
        unit = self._unit(row, code)
        roles, reports = self._roles(row, code, personnel_type)
        title = self._get(row, "title")
        started_on = self._started_on(row, code)
        email = self._email(row, code)
        self._lengths(row, code)
        if unit and unit not in self._headed and _HEAD_TITLE.match(title):
            self._headed.add(unit)
            roles = ordered({*map(Role, roles), Role.UNIT_HEAD})
        if len(self.staff.problems) > before or personnel_type is None:
            return
        self.staff.people.append(
            PersonRow(
                row + 1, code, prefix, first, last, title, self._get(row, "level"), personnel_type, unit,
                roles, reports, email, started_on,
            )
        )  # fmt: skip

    def _name(self, row: int) -> tuple[str, str, str]:
        prefix, first, last = (
            self._get(row, "prefix"),
            self._get(row, "first_name"),
            self._get(row, "last_name"),
        )
        if not last:
            found, first, last = split_name(self._get(row, "full_name") or first)
            prefix = prefix or found
        field_name = "first_name" if "first_name" in self.columns else "full_name"
        if not first:
            self._fault(row, field_name, "ใส่ชื่อบุคลากร พบช่องว่าง")
        elif not last:
            self._fault(row, field_name, f"ใส่นามสกุลของ {first} พบช่องว่าง", first)
        return prefix, first, last

    def _code(self, row: int, first: str) -> str:
        code = self._get(row, "code").replace(" ", "").upper()
        if not code:
            self._fault(row, "code", f"ใส่รหัสเจ้าหน้าที่ของ {first or f'แถว {row + 1}'} พบช่องว่าง")
        elif _NATIONAL_ID.match(code.replace("-", "")):
            self._fault(row, "code", "ใช้รหัสที่สำนักงานกำหนดเอง ระบบไม่เก็บเลขประจำตัวประชาชน พบตัวเลข 13 หลัก")
        elif not _CODE.fullmatch(code):
            self._fault(row, "code", f"ใช้ตัวอักษร ตัวเลข จุด และขีดเท่านั้นเป็นรหัสเจ้าหน้าที่ พบ “{code}”", code)
        elif code in self._codes:
            self._fault(row, "code", f"ใช้รหัสเจ้าหน้าที่ไม่ซ้ำกัน {code} มีอยู่แล้วที่แถว {self._codes[code]}", code)
        self._codes.setdefault(code, row + 1)
        return code

    def _type(self, row: int, code: str) -> PersonnelType | None:
        if "type" not in self.columns:
            return None
        said = self._get(row, "type")
        found = next((kind for word, kind in _TYPE_WORDS if word in compact(said)), None)
        if found is None:
            kinds = " ".join(kind.label for kind in PersonnelType)
            self._fault(row, "type", f"ใส่ประเภทบุคลากรของ {code} เป็นหนึ่งใน {kinds} พบ “{said}”", said)
        return found

    def _unit(self, row: int, code: str) -> str:
        said = self._get(row, "unit") if "unit" in self.columns else self._section
        if not said:
            self._fault(row, "unit", f"ใส่หน่วยงานของ {code} พบช่องว่าง")
            return ""
        if compact(said) in self._units:
            return self._units[compact(said)]
        if not self.derive_units:
            self._fault(row, "unit", f"ใช้ชื่อหน่วยงานตามแผ่นหน่วยงาน สำหรับ {code} ไม่รู้จัก “{said}”", said)
            return ""
        order = len(self.staff.units)
        self.staff.units.append(UnitRow(row + 1, f"U{order + 1:02}", said, "", order))
        self._units[compact(said)] = said
        return said

    def _roles(
        self, row: int, code: str, personnel_type: PersonnelType | None
    ) -> tuple[tuple[str, ...], bool]:
        said = self.texts.prose(row, self.columns.get("roles"))
        if said in ("", "-"):
            return (Role.OFFICER,), personnel_type != PersonnelType.OUTSOURCED
        roles: set[Role] = {Role.OFFICER}
        reports = True
        for word in role_words(said):
            known, role = role_of(word)
            if not known:
                self._fault(
                    row, "roles", f"ใช้บทบาทที่ระบบรู้จัก เช่น เจ้าหน้าที่ หัวหน้ากลุ่ม สำหรับ {code} พบ “{word}”", word
                )
            elif role is None:
                reports = False
            else:
                roles.add(role)
        return ordered(roles), reports

    def _started_on(self, row: int, code: str) -> date | None:
        try:
            return day(
                self.sheet,
                row,
                self.columns.get("started_on"),
                f"วันเริ่มปฏิบัติงานของ {code}",
                self.staff.problems,
            )
        except Bad:
            return None

    def _email(self, row: int, code: str) -> str:
        email = self._get(row, "email")
        if email and not _EMAIL.match(email):
            self._fault(row, "email", f"ใส่อีเมลของ {code} ให้ถูกรูปแบบ พบ “{email}”", email)
        return email

    def _lengths(self, row: int, code: str) -> None:
        for name, longest in _LENGTHS.items():
            said = self._get(row, name)
            if len(said) > longest:
                title = self.header.levels[self.columns[name]][-1]
                self._fault(row, name, f"ย่อ{title}ของ {code} ให้ไม่เกิน {longest} ตัวอักษร", said[:40])

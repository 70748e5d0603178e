"""A person's month as a workbook to fill in without the network; ``month_file`` reads it back by words."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.dimensions import RowDimension
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from office import thai
from office.calendar import Month
from office.sheets import letter, pin
from plans.rules import total
from reports.answers import FIELD_LABELS, WORK_FIELDS, WORK_LABELS
from reports.enums import AnswerKind, ReasonCategory, SelfRating
from reports.month_file import BASE_KEY, BASE_VALUE, CODE, DRAFT, JOB, LESSON, MONTH, OFFICE, RATING, Form
from reports.queries import Row
from reports.whole_form import MOST_WORKS

FACTS = ("กิจกรรม", "หน่วยนับ", "แผนเดือนนี้", "ผลเดือนก่อน", "แผนสะสมถึงเดือนก่อน", "ผลสะสมถึงเดือนก่อน")
FILLED = (
    "kind",
    "quantity",
    "narrative",
    "reason_category",
    "explanation",
    "obstacle",
    "solution",
    "help_wanted",
    "unavailable_reason",
)
SHEETS = ("รายงาน", "งานนอกแผน", "ประเมินตนเอง", "วิธีกรอก", "ต้นฉบับ")
_WIDTHS = (12, 34, 10, 10, 11, 11, 11, 20, 12, 34, 22, 28, 28, 28, 26, 26)
_WORK_WIDTHS = {"name": 44, "quantity": 14, "counting_unit": 16, "narrative": 60}

HOW = (
    "กรอกเฉพาะช่องสีขาว ช่องสีเทาเป็นข้อมูลจากระบบ แก้แล้วไม่มีผล",
    "“เดือนนี้มีผลอย่างไร” เลือกจากรายการ ไม่มีงานในเดือนนี้เลือก “ไม่มีผลการดำเนินงาน”",
    "ยังหาตัวเลขไม่ได้ เลือก “ไม่มีข้อมูล” แล้วบอกเหตุผลที่ไม่มีข้อมูล",
    "“ผลเดือนนี้” ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป ทศนิยมไม่เกิน 2 ตำแหน่ง เลขไทยหรืออารบิกก็ได้",
    "งานที่นับเป็นร้อยละ ร้อยละ 85 พิมพ์ 85 ไม่ต้องใส่เครื่องหมาย %",
    "ช่องว่างหมายถึงยังไม่กรอก เลข 0 หมายถึงทำแล้วได้ 0 สองอย่างนี้ไม่เหมือนกัน",
    "ผลต่ำกว่าแผน เขียน “ชี้แจงเหตุผล” ด้วย ข้อความช่องละไม่เกิน 4,000 ตัวอักษร ขึ้นบรรทัดใหม่ในช่องกด Alt+Enter",
    "ลบข้อความเดิมในช่อง เท่ากับลบข้อความนั้นออกจากร่าง ลบทั้งแถวหรือทั้งคอลัมน์ เท่ากับไม่เปลี่ยนงานหรือเรื่องนั้น",
    "บันทึกไฟล์ เปิดหน้ารายงานของเดือนนี้ แล้วเลือกไฟล์ที่หัวข้อ “กรอกในไฟล์ Excel”",
    "ระบบแสดงสิ่งที่จะเปลี่ยนก่อนบันทึก บันทึกแล้วกดส่งรายงานในหน้านั้น",
    "แถวที่ซ่อนไว้เหนือตาราง “รุ่นของร่าง” บอกว่าไฟล์นี้ทำจากร่างรุ่นใด ไม่ต้องแก้",
    "ถ้าร่างถูกแก้จากที่อื่นหลังดาวน์โหลด ระบบรวมของทั้งสองฝั่ง ถามเฉพาะช่องที่แก้ทั้งในไฟล์และในร่าง ไม่ทับของเดิม",
    "แผ่นงานที่ซ่อนไว้ “ต้นฉบับ” เก็บค่าตอนดาวน์โหลด ช่องที่ไม่ได้แก้ในไฟล์จึงไม่ทับสิ่งที่พิมพ์ทีหลังในระบบ",
    "อัปโหลดแล้วจะแก้ต่อ ดาวน์โหลดไฟล์ใหม่จากหน้ารายงาน",
    "แผ่นงานป้องกันไว้ไม่ให้แก้ช่องสีเทาโดยไม่ตั้งใจ ไม่มีรหัสผ่าน",
)

_NAME = "Sarabun"
_FONT = Font(name=_NAME, size=11)
_BOLD = Font(name=_NAME, size=11, bold=True)
_TITLE = Font(name=_NAME, size=14, bold=True)
_HEAD = PatternFill("solid", fgColor="EAEFF7")
_LOCKED = PatternFill("solid", fgColor="EEF0F3")
_EDGE = Side(style="thin", color="A9B0BC")
_BOX = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_WRAP = Alignment(horizontal="left", wrap_text=True, vertical="top", indent=1)
_HEAD_WRAP = Alignment(horizontal="left", wrap_text=True, vertical="center", indent=1)
_FIGURE = Alignment(horizontal="right", vertical="top", indent=1)
_OPEN = Protection(locked=False)
_LINE, _HIGHEST = 19, 400
"""Points of one line of text, and of the highest row."""


class _Growing(RowDimension):
    """A height to begin with: Excel fits it anew when more is typed, which it doesn't for a custom one."""

    @property
    def customHeight(self) -> bool:  # noqa: N802
        return False


def month_workbook(
    form: Form, rows: Sequence[Row], *, office_name: str, person_name: str, version: int
) -> bytes:
    """Prefilled with the draft; taken in again unchanged, nothing changes."""
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    month = form.month
    title = f"แบบรายงานผลการปฏิบัติงานรายบุคคล เดือน{month.label}"
    lines, works, own, how, base = (book.create_sheet(name) for name in SHEETS)
    facts = [f"{OFFICE}: {form.office}", f"{DRAFT}: {version}"]
    above = [title, office_name, person_name, f"{CODE}: {form.person}", f"{MONTH}: {month.label}", *facts]
    _write_lines(lines, above, form, rows)
    _write_works(works, title, form.kept)
    _write_self(own, title, form.kept)
    _write_how(how)
    _write_base(base, form.kept)
    for sheet in book.worksheets:
        _print_setup(sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write_lines(sheet: Worksheet, above: Sequence[str], form: Form, rows: Sequence[Row]) -> None:
    top = _title(sheet, above)
    for row in (top - 2, top - 1):
        sheet.row_dimensions[row].hidden = True
    headings = (JOB, *FACTS, *(FIELD_LABELS[name] for name in FILLED))
    _headings(sheet, top, headings, _WIDTHS)
    for at, line in enumerate(rows, top + 1):
        for column, value in enumerate((line.item.job_no, *_facts(line, form.month)), 1):
            _locked(sheet.cell(at, column), value)
        for column, name in enumerate(FILLED, len(FACTS) + 2):
            _to_fill(sheet.cell(at, column), _shown(name, form.kept[f"l{line.item.id}-{name}"]), name)
        _high(sheet, at, least=2)
    last = top + max(1, len(rows))
    first = len(FACTS) + 2
    kinds = [kind.label for kind in AnswerKind if kind]
    _choose(sheet, first, top + 1, last, kinds, "เลือกจากรายการ ช่องว่างหมายถึงยังไม่กรอก")
    reasons = [reason.label for reason in ReasonCategory if reason]
    _choose(sheet, first + FILLED.index("reason_category"), top + 1, last, reasons, "เลือกจากรายการ หรือเว้นว่าง")
    hint = DataValidation(showErrorMessage=False, promptTitle="ผลเดือนนี้", prompt="ตัวเลขตั้งแต่ 0 ร้อยละ 85 พิมพ์ 85")
    hint.showInputMessage = True
    _apply(sheet, hint, first + 1, top + 1, last)
    sheet.freeze_panes = f"B{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.print_title_cols = "A:B"
    _protect(sheet)


def _write_works(sheet: Worksheet, title: str, kept: Mapping[str, str]) -> None:
    top = _title(sheet, [title, "งานที่ทำจริงแต่ไม่มีในแผนปฏิบัติงาน แถวละหนึ่งงาน"])
    _headings(sheet, top, [WORK_LABELS[name] for name in WORK_FIELDS], [_WORK_WIDTHS[n] for n in WORK_FIELDS])
    for n in range(MOST_WORKS):
        for column, name in enumerate(WORK_FIELDS, 1):
            _to_fill(sheet.cell(top + 1 + n, column), kept.get(f"u{n}-{name}", ""), name)
        _high(sheet, top + 1 + n)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.print_title_rows = f"{top}:{top}"
    _protect(sheet)


def _write_self(sheet: Worksheet, title: str, kept: Mapping[str, str]) -> None:
    top = _title(sheet, [title, "ไม่บังคับ แสดงในสรุปรายปีของคุณ"])
    _headings(sheet, top, [RATING, LESSON], [30, 80])
    _to_fill(sheet.cell(top + 1, 1), _shown("rating", kept["rating"]), "rating")
    _to_fill(sheet.cell(top + 1, 2), kept["lesson"], "lesson")
    _high(sheet, top + 1, least=6)
    ratings = [rating.label for rating in SelfRating if rating]
    _choose(sheet, 1, top + 1, top + 1, ratings, "เลือกจากรายการ หรือเว้นว่าง")
    _protect(sheet)


def _write_how(sheet: Worksheet) -> None:
    top = _title(sheet, ["วิธีกรอก"])
    sheet.column_dimensions["A"].width = 110
    for row, words in enumerate(HOW, top):
        _text(sheet.cell(row, 1), f"{row - top + 1}. {words}", _FONT, _WRAP)
        _high(sheet, row)


def _write_base(sheet: Worksheet, kept: Mapping[str, str]) -> None:
    """What the fields held: when the form comes back, what was not touched overwrites nothing."""
    sheet.sheet_state = "hidden"
    _headings(sheet, 1, [BASE_KEY, BASE_VALUE], [30, 60])
    for row, (key, text) in enumerate(((key, text) for key, text in kept.items() if text), 2):
        _locked(sheet.cell(row, 1), key)
        _locked(sheet.cell(row, 2), text)
    _protect(sheet)


def _title(sheet: Worksheet, lines: Sequence[str]) -> int:
    """Lines above a table; the row of its headings."""
    for row, words in enumerate(lines, 1):
        _text(sheet.cell(row, 1), words, _TITLE if row == 1 else _FONT)
    return len(lines) + 1


def _headings(sheet: Worksheet, row: int, words: Sequence[str], widths: Sequence[int]) -> None:
    for column, (label, width) in enumerate(zip(words, widths, strict=True), 1):
        cell = sheet.cell(row, column)
        _text(cell, label, _BOLD, _HEAD_WRAP)
        cell.fill, cell.border = _HEAD, _BOX
        sheet.column_dimensions[letter(column - 1)].width = width
    _high(sheet, row, least=2)


def _high(sheet: Worksheet, row: int, *, least: int = 1) -> None:
    """As high as its wrapped texts need: not every program works it out when it opens the file."""
    lines = least
    for cell in sheet[row]:
        if isinstance(cell.value, str):
            room = max(4, sheet.column_dimensions[letter(cell.column - 1)].width - 3)
            paragraphs = cell.value.split("\n")
            lines = max(lines, sum(max(1, -(-_breadth(each) // int(room))) for each in paragraphs))
    sheet.row_dimensions[row] = _Growing(sheet, index=row, ht=min(_HIGHEST, lines * _LINE + 4))


def _breadth(text: str) -> int:
    """Letters side by side: marks above and below take no room."""
    return sum(unicodedata.category(sign) != "Mn" for sign in text)


def _facts(row: Row, month: Month) -> tuple[object, ...]:
    last = row.last_month(month)
    planned = total((quantity for _, quantity in row.targets_before), row.item.aggregation)
    said = "" if last is None else _result(last.answer.kind, last.answer.quantity)
    return (row.item.name, row.item.counting_unit, row.target, said, planned, row.result_before)


def _result(kind: AnswerKind, quantity: Decimal | None) -> object:
    """The four different facts, each in its own word (4.4)."""
    words = {AnswerKind.NOTHING: "ไม่มีผล", AnswerKind.NOT_AVAILABLE: "ไม่มีข้อมูล"}
    return quantity if kind is AnswerKind.VALUE else words.get(kind, "ไม่ได้กรอก")


def _shown(name: str, value: str) -> str:
    """The word of a choice."""
    choices: dict[str, Any] = {"kind": AnswerKind, "reason_category": ReasonCategory, "rating": SelfRating}
    return str(choices[name](value).label) if value and name in choices else value


def _locked(cell: Any, value: object) -> None:
    if isinstance(value, Decimal):
        _figure(cell, value)
    else:
        _text(cell, str(value or thai.BLANK), _FONT, _WRAP)
    cell.fill, cell.border = _LOCKED, _BOX


def _to_fill(cell: Any, text: str, name: str) -> None:
    """Text cells take what is typed as it is typed: "- ประชุม" is no formula there, 1/2 no date."""
    if name == "quantity":
        _figure(cell, thai.parse_quantity(text))
    else:
        cell.number_format = "@"
        _text(cell, text, _FONT, _WRAP)
    cell.border, cell.protection = _BOX, _OPEN


def _figure(cell: Any, value: Decimal | None) -> None:
    cell.font, cell.alignment = _FONT, _FIGURE
    cell.value = value
    cell.number_format = "#,##0.00" if value is not None and value % 1 else "#,##0"
    if value is None:
        cell.number_format = "General"


def _text(cell: Any, words: str, font: Font, alignment: Alignment | None = None) -> None:
    cell.font = font
    if alignment:
        cell.alignment = alignment
    if words:
        pin(cell, words)


def _choose(sheet: Worksheet, column: int, first: int, last: int, words: Sequence[str], prompt: str) -> None:
    listed = DataValidation(
        type="list", formula1=f'"{",".join(words)}"', allow_blank=True, showErrorMessage=True
    )
    listed.errorTitle, listed.error = "เลือกจากรายการ", f"เลือกเป็นหนึ่งใน {', '.join(words)} หรือเว้นว่าง"
    listed.prompt, listed.showInputMessage = prompt, True
    _apply(sheet, listed, column, first, last)


def _apply(sheet: Worksheet, rule: DataValidation, column: int, first: int, last: int) -> None:
    rule.add(f"{letter(column - 1)}{first}:{letter(column - 1)}{last}")
    sheet.add_data_validation(rule)


def _protect(sheet: Worksheet) -> None:
    """Against a slip of the hand, not against a person: no password; widths and heights stay free."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.formatCells = False


def _print_setup(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 2 if sheet.title == SHEETS[0] else 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.5
    sheet.oddFooter.right.text = "&P/&N"  # type: ignore[union-attr]

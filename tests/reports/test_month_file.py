"""A month's workbook read back by its words: what it would change, and every fault with its cell."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from office import sheets
from office.calendar import Month
from plans.enums import Aggregation, Direction
from reports.answers import EMPTY, FIELD_LABELS, FIELDS, LineAnswer, WholeAnswer, Work
from reports.enums import AnswerKind, ReasonCategory, SelfRating
from reports.month_file import Form, MonthFile, as_fields, parse
from reports.month_workbook import month_workbook
from reports.queries.rows import Item, Row

MONTH = Month(2026, 10)
JOBS = {"กสส. 1": 11, "กสส. 2": 12, "กสส. 3": 13}
VALUE = LineAnswer(AnswerKind.VALUE, Decimal("4.50"), narrative="ออกพื้นที่")
NOTHING = LineAnswer(AnswerKind.NOTHING)
UNKNOWN = LineAnswer(AnswerKind.NOT_AVAILABLE, unavailable_reason="รอข้อมูลจากสหกรณ์")
SAID = WholeAnswer(SelfRating.GOOD, "นัดล่วงหน้าได้ผล", (Work("ช่วยงานกาชาด", Decimal(2), "วัน", "ตั้งโต๊ะ"),))


def form(answers=None, said: WholeAnswer = SAID, *, unit: str = "ครั้ง") -> Form:
    answers = answers or {11: VALUE, 12: NOTHING, 13: UNKNOWN}
    full = {item: answers.get(item, EMPTY) for item in JOBS.values()}
    return Form("OFF1", "EX030", MONTH, JOBS, dict.fromkeys(JOBS.values(), unit), as_fields(full, said))


def row(job: str, item: int) -> Row:
    made = Item(item, job, f"งาน {job}", "ครั้ง", Aggregation.SUM, Direction.MORE, item)
    return Row(item=made, target=Decimal(4), answer=EMPTY, sent=None, margin=Decimal(0))


def written(of: Form, *, version: int = 3) -> bytes:
    rows = [row(job, item) for job, item in JOBS.items()]
    return month_workbook(of, rows, office_name="สำนักงานทดสอบ", person_name="อัน ใจดี", version=version)


def changed(content: bytes, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(content: bytes, of: Form | None = None, name: str = "form.xlsx") -> MonthFile:
    return parse(sheets.read(content, name=name), of or form())


def cell(book: openpyxl.Workbook, job: str, label: str, sheet: int = 0):
    """The cell of a job's row under a heading."""
    ws = book.worksheets[sheet]
    top = next(
        r for r in range(1, 30) if ws.cell(r, 1).value in ("เลขที่งาน", "ชื่องาน", "เดือนนี้งานของฉันเป็นอย่างไร")
    )
    column = next(c for c in range(1, 30) if ws.cell(top, c).value == label)
    at = next((r for r in range(top + 1, top + 30) if ws.cell(r, 1).value == job), top + 1)
    return ws.cell(at, column)


def typed(values: dict[tuple[str, str], object], of: Form | None = None) -> MonthFile:
    """What is read when these were typed in the form."""

    def fill(book):
        for (job, label), value in values.items():
            cell(book, job, label).value = value

    of = of or form()
    return read(changed(written(of), fill), of)


# nothing changes


def test_the_form_taken_in_again_changes_nothing():
    file = read(written(form()))
    assert (file.changes, file.problems, file.notes, file.version) == (False, [], [], 3)


def test_each_of_the_four_facts_has_its_own_word_in_the_file():
    zero = LineAnswer(AnswerKind.VALUE, Decimal(0))
    book = openpyxl.load_workbook(io.BytesIO(written(form({11: zero, 12: NOTHING, 13: EMPTY}))))
    said = [(cell(book, job, "เดือนนี้มีผลอย่างไร").value, cell(book, job, "ผลเดือนนี้").value) for job in JOBS]
    assert said == [("มีผล", 0), ("ไม่มีผลการดำเนินงาน", None), (None, None)]


TEXT = st.text(max_size=60) | st.builds(
    lambda mark, rest: mark + rest,
    st.sampled_from(["=", "+", "-", "@", "\t", "\n", "#REF!", "_x0041_"]),
    st.text(max_size=9),
)
FIGURE = st.decimals(0, Decimal("999999999999.99"), places=2)
ANSWER = st.one_of(
    st.builds(lambda q, **k: LineAnswer(AnswerKind.VALUE, q, **k), FIGURE, narrative=TEXT, help_wanted=TEXT),
    st.builds(
        LineAnswer,
        st.sampled_from([AnswerKind.NONE, AnswerKind.NOTHING, AnswerKind.NOT_AVAILABLE]),
        reason_category=st.sampled_from([each.value for each in ReasonCategory]),
        explanation=TEXT,
        obstacle=TEXT,
        solution=TEXT,
        unavailable_reason=TEXT,
    ),
)
WORK = st.builds(Work, TEXT, FIGURE | st.none(), TEXT, TEXT)
WHOLE = st.builds(
    WholeAnswer, st.sampled_from(list(SelfRating)), TEXT, st.lists(WORK, max_size=20).map(tuple)
)


@settings(max_examples=30, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys(JOBS.values(), ANSWER)), WHOLE)
@example({11: LineAnswer(narrative="ก" * 4000), 12: LineAnswer(explanation="-")}, WholeAnswer(lesson="=1+1"))
@example(
    {11: LineAnswer(narrative="🌾\n\n=cmd|'/c calc'!A1")}, WholeAnswer(works=(Work("-", None, "-", "-"),))
)
@example(
    {11: LineAnswer(obstacle="\ufffe\x0b\r\nข")}, WholeAnswer(works=(Work("", None, "", ""), Work("#N/A")))
)
def test_any_draft_survives_down_and_up_unchanged(answers, said):
    of = form(answers, said)
    file = read(written(of), of)
    assert (file.problems, file.lines.changes, file.whole.changes) == ([], {}, {})


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.fixed_dictionaries(dict.fromkeys(JOBS.values(), ANSWER)), WHOLE), min_size=2, max_size=2
    )
)
def test_what_was_not_touched_in_the_file_overwrites_nothing_newer(drafts):
    then, now = (form(answers, said) for answers, said in drafts)
    file = read(written(then), now)
    assert (file.problems, file.lines.changes, file.whole.changes) == ([], {}, {})


def test_only_what_was_touched_in_an_older_file_is_a_change():
    newer = form({11: LineAnswer(narrative="พิมพ์ทีหลัง"), 13: UNKNOWN}, WholeAnswer(lesson="พิมพ์ทีหลัง"))
    file = read(
        changed(written(form()), lambda book: setattr(cell(book, "กสส. 3", "ปัญหาอุปสรรค"), "value", "ใหม่")),
        newer,
    )
    assert (file.lines.changes, file.whole.changes) == ({13: {"obstacle": "ใหม่"}}, {})


def test_a_file_that_lost_what_it_was_made_from_is_held_against_the_draft_alone():
    newer = form({11: LineAnswer(narrative="พิมพ์ทีหลัง"), 12: NOTHING, 13: UNKNOWN})
    file = read(changed(written(form()), lambda book: book.remove(book["ต้นฉบับ"])), newer)
    assert file.lines.changes == {
        11: {"kind": AnswerKind.VALUE, "quantity": Decimal("4.50"), "narrative": "ออกพื้นที่"}
    }


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_what_looks_like_a_formula_opens_as_text(text):
    content = written(form({11: LineAnswer(narrative=text)}, WholeAnswer(lesson=text, works=(Work(text),))))
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell(book, "กสส. 1", "รายละเอียดผล"), book.worksheets[1]["A4"], book.worksheets[2]["B4"]]
    assert [(c.value, c.data_type, c.quotePrefix) for c in cells] == [(text, "s", True)] * 3


# what is typed


@pytest.mark.parametrize(
    ("kind", "figure", "means"),
    [
        (None, 7, (AnswerKind.VALUE, Decimal(7))),
        ("มีผล", 0, (AnswerKind.VALUE, Decimal(0))),
        ("มีผล", "๑,๒๓๔.๕", (AnswerKind.VALUE, Decimal("1234.5"))),
        ("มีผล", "85%", (AnswerKind.VALUE, Decimal(85))),
        (None, "=3+4", (AnswerKind.VALUE, Decimal(7))),
        ("ไม่มีผล", None, (AnswerKind.NOTHING, None)),
        ("ไม่มีผลการดำเนินงาน", "-", (AnswerKind.NOTHING, None)),
        ("ไม่มีผลการดำเนินงาน", 0, (AnswerKind.NOTHING, None)),
        (None, "ไม่มีข้อมูล", (AnswerKind.NOT_AVAILABLE, None)),
        ("ไม่มีข้อมูล", None, (AnswerKind.NOT_AVAILABLE, None)),
        (None, None, (AnswerKind.NONE, None)),
        (None, "–", (AnswerKind.NONE, None)),
        ("ยังไม่กรอก", None, (AnswerKind.NONE, None)),
    ],
)
def test_a_result_as_people_type_it(kind, figure, means):
    file = typed({("กสส. 1", "เดือนนี้มีผลอย่างไร"): kind, ("กสส. 1", "ผลเดือนนี้"): figure})
    assert (file.problems, file.lines.changes) == (
        [],
        {11: dict(zip(("kind", "quantity"), means, strict=True))},
    )


@pytest.mark.parametrize(
    ("label", "value", "column", "message"),
    [
        ("ผลเดือนนี้", "สาม", "I", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป ที่ผลเดือนนี้ พบ “สาม”"),
        ("ผลเดือนนี้", -1, "I", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป ที่ผลเดือนนี้ พบ “-1”"),
        ("ผลเดือนนี้", 1.234, "I", "ใส่ทศนิยมไม่เกิน 2 ตำแหน่ง ที่ผลเดือนนี้ พบ “1.234”"),
        ("ผลเดือนนี้", None, "I", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป หรือลบคำว่า “มีผล” ถ้ายังไม่กรอก"),
        ("ผลเดือนนี้", "ไม่มีข้อมูล", "I", "เลือก “ไม่มีข้อมูล” หรือใส่ตัวเลข"),
        ("เดือนนี้มีผลอย่างไร", "ไม่มีข้อมูล", "I", "เลือก “มีผล” หรือลบตัวเลขที่พิมพ์ไว้"),
        ("เดือนนี้มีผลอย่างไร", "ได้ผลดี", "H", "เลือกว่าเดือนนี้มีผลอย่างไร เป็นหนึ่งใน มีผล, ไม่มีผลการดำเนินงาน, ไม่มีข้อมูล"),
        ("สาเหตุหลัก", "ฝนตก", "K", "เลือกสาเหตุจากรายการ ที่สาเหตุหลัก"),
        ("รายละเอียดผล", "ก" * 4001, "J", "เขียนไม่เกิน 4,000 ตัวอักษร ที่พิมพ์มี 4,001 ตัวอักษร ที่รายละเอียดผล"),
        ("ผลเดือนนี้", "=NOW()", "I", "เปิดไฟล์ใน Excel แล้วบันทึกใหม่เพื่อให้สูตรมีค่า ผลเดือนนี้ ที่เซลล์ I9 เป็นสูตรที่ยังไม่มีค่า"),
        ("รายละเอียดผล", "=A1&B1", "J", "เปิดไฟล์ใน Excel แล้วบันทึกใหม่ เซลล์ J9 เป็นสูตรที่ยังไม่มีค่า"),
        ("รายละเอียดผล", "#NAME?", "J", "พิมพ์ข้อความแทนสูตรที่เซลล์ J9 Excel คิดค่าไม่ได้"),
        ("เลขที่งาน", "กสส. 9", "A", "ใช้เลขที่งานที่เป็นงานของคุณเดือนนี้ ไม่พบ “กสส. 9” ลบแถวนี้ถ้าไม่ใช้"),
        ("เลขที่งาน", None, "A", "ใส่เลขที่งานของแถวนี้ หรือลบข้อความในแถวนี้ พบช่องว่าง"),
        ("เลขที่งาน", "กสส.๒", None, "ใส่งานนี้เพียงแถวเดียว มีอยู่แล้วที่แถว 9"),
    ],
)
def test_a_fault_is_told_with_its_cell(label, value, column, message):
    (problem,) = typed({("กสส. 1", label): value}).problems
    place = ("รายงาน", 9, column) if column else ("รายงาน", 10, "A")
    assert (problem.sheet, problem.row, problem.column, problem.message) == (*place, message)
    assert len(problem.value) <= 81


def test_a_word_and_a_choice_are_taken_and_a_deleted_text_is_a_change():
    file = typed(
        {
            ("กสส. 1", "รายละเอียดผล"): None,
            ("กสส. 1", "สาเหตุหลัก"): "ลา",
            ("กสส. 2", "ชี้แจงเหตุผล"): " น้ำท่วม\r\nเข้าพื้นที่ไม่ได้ ",
            ("กสส. 2", "ปัญหาอุปสรรค"): "-",
            ("กสส. 3", "แนวทางแก้ไข"): 5,
        }
    )
    assert file.problems == []
    assert file.lines.changes == {
        11: {"narrative": "", "reason_category": "LEAVE"},
        12: {"explanation": "น้ำท่วม\nเข้าพื้นที่ไม่ได้"},
        13: {"solution": "5"},
    }


def test_a_percent_below_one_is_asked_about():
    of = form(unit="ร้อยละ")
    assert typed({("กสส. 1", "ผลเดือนนี้"): 0.85}, of).doubts == [
        "กสส. 1 อ่านได้ร้อยละ 0.85 ถ้าหมายถึงร้อยละ 85 พิมพ์ 85 ในไฟล์"
    ]
    assert typed({("กสส. 1", "ผลเดือนนี้"): 85}, of).doubts == []


# by words, not by position


def moved(book):
    """Columns in another order with one between, rows turned round, sheets renamed and turned round."""
    for ws in book.worksheets:
        ws.protection.sheet = False
        ws.data_validations.dataValidation.clear()
    ws = book.worksheets[0]
    rows = [[c.value for c in line] for line in ws.iter_rows(min_row=8, max_row=11)]
    head, *rest = rows
    order = [8, 0, 15, 9, 7, *range(1, 7), *range(10, 15)]
    for at, line in enumerate([head, *reversed(rest)], 8):
        for column in range(len(order)):
            ws.cell(at, column + 1).value = line[order[column]]
        ws.cell(at, len(order) + 1).value = "บันทึกส่วนตัว" if at == 8 else "ของฉัน"
    ws.title = "ของอัน"
    book._sheets.reverse()


def test_columns_rows_and_sheets_may_be_moved_and_columns_added():
    file = read(changed(written(form()), moved))
    assert (file.problems, file.changes, file.version) == ([], False, 3)


def test_a_row_that_is_missing_changes_nothing_and_is_named():
    file = read(changed(written(form()), lambda book: book.worksheets[0].delete_rows(10)))
    assert (file.problems, file.changes, file.notes) == ([], False, ["งานที่ไม่มีในไฟล์ ไม่เปลี่ยน: กสส. 2"])


def test_columns_and_sheets_that_are_missing_change_nothing_and_are_named():
    def cut(book):
        book.worksheets[0].delete_cols(10)
        for name in ("งานนอกแผน", "ประเมินตนเอง"):
            del book[name]

    file = read(changed(written(form()), cut))
    assert (file.problems, file.changes) == ([], False)
    assert file.notes == [
        "คอลัมน์ที่ไม่มีในไฟล์ ไม่เปลี่ยน: รายละเอียดผล",
        "ไม่พบตารางงานนอกแผนในไฟล์ ส่วนนี้ไม่เปลี่ยน",
        "ไม่พบตารางประเมินตนเองในไฟล์ ส่วนนี้ไม่เปลี่ยน",
    ]


def test_a_total_and_a_remark_under_the_table_are_no_lines():
    def add(book):
        ws = book.worksheets[0]
        ws["A12"], ws["I12"] = "รวม", 99
        ws["A14"] = "หมายเหตุ ส่งก่อนเที่ยง"

    file = read(changed(written(form()), add))
    assert (file.problems, file.changes) == ([], False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda b: b.worksheets[0].merge_cells("J9:J10"), "ยกเลิกการผสานเซลล์ J9:J10 แล้วใส่ค่าแยกทีละเซลล์"),
        (lambda b: b.worksheets[1].merge_cells("A5:B5"), "ยกเลิกการผสานเซลล์ A5:B5 แล้วใส่ค่าแยกทีละเซลล์"),
        (lambda b: b.worksheets[0].cell(8, 20, "ผลเดือนนี้"), "ลบหรือเปลี่ยนชื่อคอลัมน์ “ผลเดือนนี้” ที่ไม่ใช้"),
        (lambda b: b.worksheets[0].delete_cols(9), "ใส่หัวคอลัมน์ “ผลเดือนนี้” คืน"),
        (lambda b: b.worksheets[0].delete_cols(8), "ใส่หัวคอลัมน์ “เดือนนี้มีผลอย่างไร” คืน"),
        (lambda b: b.worksheets[1].delete_cols(3), "ใส่หัวคอลัมน์ หน่วยนับ ของงานนอกแผนคืน"),
        (
            lambda b: b.copy_worksheet(b.worksheets[0]),
            "ลบแผ่นงานที่ไม่ใช้ ให้เหลือตารางรายงานตารางเดียว พบที่ “รายงาน”",
        ),
        (lambda b: b.copy_worksheet(b.worksheets[1]), "ลบแผ่นงานที่ไม่ใช้ ให้เหลือตารางงานนอกแผนตารางเดียว"),
        (lambda b: b.worksheets[2].cell(6, 2, "ต่อ"), "ย้ายข้อความนี้ไปต่อในเซลล์แถว 4"),
        (lambda b: b.worksheets[0].delete_rows(1, 8), "ดาวน์โหลดแบบฟอร์มจากหน้ารายงานแล้วกรอกในไฟล์นั้น"),
    ],
    ids=[
        "merged",
        "merged work",
        "twice",
        "no figure",
        "no kind",
        "no unit",
        "two",
        "two works",
        "below",
        "no table",
    ],
)
def test_what_nobody_can_read_for_sure_is_refused_with_its_remedy(change, says):
    (problem,) = read(changed(written(form()), change)).problems
    assert problem.message.startswith(says)


# whose, of when


def put(place, value):
    return lambda book: setattr(book.worksheets[0][place], "value", value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (put("A4", "รหัสเจ้าหน้าที่: EX031"), "ใช้แบบฟอร์มของ EX030 ไฟล์นี้เป็นของ EX031"),
        (put("A5", "เดือนของรายงาน: กันยายน 2569"), "ใช้แบบฟอร์มของเดือนตุลาคม 2569 ไฟล์นี้เป็นของเดือนกันยายน 2569"),
        (put("A5", "เดือนของรายงาน: ตุลาคม 2026"), "ใช้แบบฟอร์มของเดือนตุลาคม 2569 ไฟล์นี้เป็นของเดือนตุลาคม 2026"),
        (put("A6", "รหัสสำนักงาน: OFF2"), "ใช้แบบฟอร์มของสำนักงานนี้ ไฟล์นี้เป็นของสำนักงานอื่น"),
        (put("A4", None), "ดาวน์โหลดแบบฟอร์มจากหน้ารายงานแล้วกรอกในไฟล์นั้น ไฟล์นี้ไม่มีบรรทัด “รหัสเจ้าหน้าที่: …”"),
        (put("A5", None), "ดาวน์โหลดแบบฟอร์มจากหน้ารายงานแล้วกรอกในไฟล์นั้น ไฟล์นี้ไม่มีบรรทัด “เดือนของรายงาน: …”"),
    ],
)
def test_another_s_form_or_another_month_s_is_refused_whole(change, says):
    file = read(changed(written(form()), change))
    (problem,) = file.problems
    assert (problem.message.startswith(says), file.changes) == (True, False)


@pytest.mark.parametrize("words", ["เดือนของรายงาน: ต.ค. 2569", "เดือนของรายงาน ตุลาคม ๒๕๖๙"])
def test_the_month_may_be_written_otherwise(words):
    assert read(changed(written(form()), put("A5", words))).problems == []


@pytest.mark.parametrize(("said", "version"), [(None, None), ("รุ่นของร่าง: ๑๒", 12), ("รุ่นของร่าง: ใหม่", None)])
def test_the_version_is_what_the_file_says(said, version):
    assert read(changed(written(form()), put("A7", said))).version == version


# work outside the plan, self-rating


def test_works_are_read_together_blank_rows_and_dashes_left_out():
    def fill(book):
        ws = book.worksheets[1]
        ws["A5"] = ws["B5"] = ws["C5"] = "-"
        ws["A7"], ws["B7"], ws["C7"] = "อบรม", "๓", "ครั้ง"

    file = read(changed(written(form()), fill))
    assert file.whole.changes == {"works": (*SAID.works, Work("อบรม", Decimal(3), "ครั้ง"))}


def test_works_and_words_taken_out_are_a_change():
    def empty(book):
        for name in "ABCD":
            book.worksheets[1][f"{name}4"] = None
        book.worksheets[2]["A4"] = book.worksheets[2]["B4"] = None

    file = read(changed(written(form()), empty))
    assert file.whole.changes == {"works": (), "self_rating": SelfRating.NONE, "lesson": ""}


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        (
            lambda b: b.worksheets[1].cell(4, 2, "สอง"),
            ("งานนอกแผน", 4, "B"),
            "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป ที่จำนวนที่ทำได้",
        ),
        (lambda b: b.worksheets[1].cell(4, 1, "ก" * 301), ("งานนอกแผน", 4, "A"), "เขียนไม่เกิน 300 ตัวอักษร"),
        (lambda b: b.worksheets[1].cell(4, 4, "#REF!"), ("งานนอกแผน", 4, "D"), "พิมพ์ข้อความแทนสูตรที่เซลล์ D4"),
        (
            lambda b: [b.worksheets[1].cell(n, 1, "ก") for n in range(5, 40)],
            ("งานนอกแผน", 24, "A"),
            "บันทึกงานนอกแผนได้ไม่เกิน 20",
        ),
        (lambda b: b.worksheets[2].cell(4, 1, "ดีเยี่ยม"), ("ประเมินตนเอง", 4, "A"), "เลือกระดับจากรายการ"),
        (lambda b: b.worksheets[2].cell(4, 2, "ก" * 4001), ("ประเมินตนเอง", 4, "B"), "เขียนไม่เกิน 4,000 ตัวอักษร"),
    ],
)
def test_a_fault_of_the_month_as_a_whole_has_its_cell(change, place, says):
    (problem,) = read(changed(written(form()), change)).problems
    assert (problem.sheet, problem.row, problem.column) == place
    assert problem.message.startswith(says)


# other files


def test_the_same_table_as_csv_is_read_too():
    book = openpyxl.load_workbook(io.BytesIO(written(form())))
    cell(book, "กสส. 2", "ผลเดือนนี้").value = 2
    cell(book, "กสส. 2", "เดือนนี้มีผลอย่างไร").value = "มีผล"
    lines = [
        ["" if v is None else str(v) for v in line] for line in book.worksheets[0].iter_rows(values_only=True)
    ]
    content = "\r\n".join(",".join(f'"{v}"' for v in line) for line in lines).encode("utf-8-sig")
    file = read(content, name="form.csv")
    assert (file.problems, file.version) == ([], 3)
    assert file.lines.changes == {12: {"kind": AnswerKind.VALUE, "quantity": Decimal(2)}}


def test_a_hundred_thousand_rows_are_one_fault_and_soon_told():
    book = openpyxl.load_workbook(io.BytesIO(written(form())))
    lines = [list(line) for line in book.worksheets[0].iter_rows(values_only=True)]
    found = sheets.Sheet("รายงาน", [["" if v is None else v for v in line] for line in lines])
    found.rows += [["ก. 1", *[1.0] * 15] for _ in range(100_000)]
    started = time.process_time()
    (problem,) = parse(sheets.Book("f", [found]), form()).problems
    assert problem.message == "ลบแถวที่ไม่ใช่งานของคุณ ตารางนี้มี 100,003 แถว"
    assert time.process_time() - started < 20


def test_every_field_of_a_line_has_a_column():
    book = openpyxl.load_workbook(io.BytesIO(written(form())))
    labels = {c.value for c in book.worksheets[0][8]}
    assert {FIELD_LABELS[name] for name in FIELDS} <= labels

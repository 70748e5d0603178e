"""A workbook is read as Excel shows it; what Excel doesn't show, and what holds no value, is told."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from office import sheets, thai

WANTED = {"name": ("ชื่อ",), "quantity": ("จำนวน",)}


def read(fill):
    built = Workbook()
    fill(built)
    content = io.BytesIO()
    built.save(content)
    return sheets.read(content.getvalue(), name="a.xlsx")


def one(value, number_format):
    def fill(built):
        built.active["A1"] = value
        built.active["A1"].number_format = number_format

    return read(fill).sheets[0].rows[0][0]


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (0.85, "0%", 85),
        (0.855, "0.00%", 85.5),
        (0.07, '[Red]0.0%;"–"', 7),
        (1, "0%", 100),
        (85, '0"%"', 85),
        (85, "0\\%", 85),
        (0.85, "0.00", 0.85),
        (7, "000", "007"),
        (1234, "000", "1234"),
        (7.5, "000", 7.5),
        ("ก", "0%", "ก"),
    ],
)
def test_a_figure_is_what_its_format_shows(value, number_format, shown):
    assert one(value, number_format) == shown


def test_hidden_sheets_and_rows_are_told():
    def fill(built):
        built.active.title = "แผน"
        for row in range(1, 4):
            built.active.cell(row, 1).value = row
        built.active.row_dimensions[2].hidden = built.active.row_dimensions[9].hidden = True
        for name, state in (("ลับ", "hidden"), ("ลับมาก", "veryHidden"), ("ว่าง", "hidden")):
            sheet = built.create_sheet(name)
            sheet.sheet_state = state
            if name != "ว่าง":
                sheet["A1"] = 1

    book = read(fill)
    assert sheets.unseen(book, {"แผน"}) == [
        "แผ่นงานที่ซ่อนไว้ไม่ได้อ่าน: ลับ, ลับมาก",
        "อ่านแถวที่ซ่อนไว้ด้วย: แผ่นงาน แผน แถว 2",
    ]
    assert sheets.unseen(book, {"ลับ"})[1:] == ["อ่านแผ่นงานที่ซ่อนไว้: ลับ"]


def test_words_that_hold_an_error_or_no_value_are_told_once_each():
    def fill(built):
        built.active.append(["ชื่อ", "จำนวน"])
        built.active.append(["#REF!", 1])
        built.active["A2"].data_type = "e"
        built.active.append(["=X!A1", 1])
        built.active.append(["ก", "=X!A1"])
        built.active.append(["รวม", 2])

    header = sheets.find_header(read(fill).sheets[0], WANTED, ("name",))
    found = list(sheets.broken_words(header, ("name",)))
    assert [(each.row, each.column, each.value) for each in found] == [(2, "A", "#REF!"), (3, "A", "=X!A1")]


@pytest.mark.parametrize(
    ("written", "job"),
    [("1.", "1"), ("1)", "1"), ("สสจ. 1/1", "สสจ. 1/1"), ("สสจ.๑/๐๒", "สสจ. 1/2"), ("(1)", "(1)")],
)
def test_a_job_number_keeps_its_parts_and_no_full_stop(written, job):
    assert sheets.job_number(written) == job


def test_a_tone_typed_after_sara_am_is_in_its_place():
    assert thai.normalize("นำ้ใส") == thai.normalize("นํ้าใส") == "น้ำใส"


def test_a_clock_time_with_its_word_is_left_out():
    book = sheets.read("วันที่\n02/10/2569 เวลา 10.30 น.\n".encode(), name="a.csv")
    assert str(sheets.day(book.sheets[0], 1, 0, "วันที่", [])) == "2026-10-02"


@pytest.mark.parametrize(
    ("span", "told"),
    [("B2:B3", ["B2:B3"]), ("B2:C2", ["B2:C2"]), ("A2:A3", []), ("A5:C5", []), ("B4:C4", [])],
    ids=["down", "across", "words", "a total", "a dash"],
)
def test_a_figure_merged_over_others_is_nobodys(span, told):
    def fill(built):
        for row in (
            ["ชื่อ", "จำนวน", "ผล"],
            ["ก", 60, None],
            ["ค", None, 1],
            ["ข", "-", None],
            ["รวม", 60, None],
        ):
            built.active.append(row)
        built.active.merge_cells(span)

    header = sheets.find_header(read(fill).sheets[0], WANTED, ("name",))
    found = list(sheets.merged_figures(header, {1, 2}))
    assert [each.message for each in found] == [
        f"ยกเลิกการผสานเซลล์ {place} แล้วใส่ตัวเลขทีละเซลล์" for place in told
    ]

"""Reading files that may be anything, finding headings by words, writing without formulas."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl import Workbook

from office import sheets
from office.sheets import Problem, SheetSpec, WorkbookError, reading, xlsx


def saved(built: Workbook) -> bytes:
    target = io.BytesIO()
    built.save(target)
    return target.getvalue()


def one_sheet(cells: dict[str, object], merges=()) -> bytes:
    built = Workbook()
    for place, value in cells.items():
        built.active[place] = value
    for span in merges:
        built.active.merge_cells(span)
    return saved(built)


def read(content: bytes, name: str = "f") -> sheets.Book:
    return sheets.read(content, name=name)


# Reading


def test_cells_keep_their_excel_place():
    sheet = read(one_sheet({"C3": "ก", "D4": 5})).sheets[0]

    assert (sheet.cell(3, 3), sheet.cell(4, 4), sheet.cell(1, 1), sheet.cell(99, 99)) == ("ก", 5, None, None)


def test_a_path_a_file_and_bytes_read_alike(tmp_path):
    content = one_sheet({"A1": "ก"})
    path = tmp_path / "a.bin"
    path.write_bytes(content)

    assert read(content).sheets[0].rows == sheets.read(path, name="f").sheets[0].rows
    assert read(content).sheets[0].rows == sheets.read(io.BytesIO(content), name="f").sheets[0].rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_of_any_thai_encoding_and_delimiter(encoding, mark):
    content = f'รหัส{mark}ผล\r\nEX1{mark}"บรรทัดหนึ่ง\nบรรทัดสอง"\r\n'.encode(encoding)

    sheet = read(content, "results.csv").sheets[0]

    assert (sheet.name, sheet.rows) == ("results.csv", [["รหัส", "ผล"], ["EX1", "บรรทัดหนึ่ง\nบรรทัดสอง"]])


def test_hidden_sheets_are_read_and_known_as_hidden():
    built = Workbook()
    built.active.title = "ซ่อน"
    built.create_sheet("เห็น")
    built["ซ่อน"].sheet_state = "hidden"

    book = read(saved(built))

    assert [(sheet.name, sheet.visible) for sheet in book.by_visibility()] == [("เห็น", True), ("ซ่อน", False)]


def test_an_excel_error_is_kept_as_its_word_not_as_blank():
    built = Workbook()
    built.active["B2"] = "#REF!"
    built.active["B2"].data_type = "e"

    assert read(saved(built)).sheets[0].cell(2, 2) == "#REF!"


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=SUM(A1:C1)", 6),
        ("=A1+B1", 3),
        ("=SUM(A1,C1)", 4),
        ("=C1-A1", 2),
        ("=MAX($A$1:$C$1)", 3),
        ("=SUM(A1:D1)", 6),
        ("=E2", 6),
    ],
)
def test_plain_sums_without_stored_values_are_worked_out(formula, value):
    cells = {"A1": 1, "B1": 2, "C1": 3, "D1": "-", "E2": "=SUM(A1:C1)", "F1": formula}

    assert read(one_sheet(cells)).sheets[0].cell(1, 6) == value


@pytest.mark.parametrize(
    "formula", ["=VLOOKUP(A1,B:C,2)", "=F1", "=Other!A1", "=A1*2", '="x"', "=SUM(A1:XFD1048576)"]
)
def test_other_formulas_without_stored_values_stay_unknown(formula):
    sheet = read(one_sheet({"A1": 1, "F1": formula})).sheets[0]

    assert sheet.cell(1, 6) is None
    assert (0, 5) in sheet.uncached


def zip_of(names: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            archive.writestr(name, content)
    return target.getvalue()


OLE = bytes.fromhex("D0CF11E0A1B11AE1")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "ว่างเปล่า"),
        (b"%PDF-1.7 ...", "ชนิดอื่น"),
        (b"\x89PNG\r\n\x1a\n....", "ชนิดอื่น"),
        (b"<html><table></table></html>", "ชนิดอื่น"),
        (zip_of({"word/document.xml": b"<x/>"}), "ชนิดอื่น"),
        (b"PK\x03\x04 torn", "เสียหาย"),
        (one_sheet({"A1": 1})[:-200], "เสียหาย"),
        (zip_of({"xl/workbook.xml": b"<workbook/>"}), "เสียหาย"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "รหัสผ่าน"),
        (OLE + b"\0" * 600, "เสียหาย"),
        (b"a,\x00b", "ตัวอักษร"),
    ],
    ids=[
        "empty",
        "pdf",
        "image",
        "html",
        "docx",
        "torn zip",
        "cut short",
        "hollow",
        "encrypted",
        "hollow xls",
        "binary",
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content, says):
    with pytest.raises(WorkbookError) as refusal:
        read(content, "ไฟล์.xlsx")

    assert [problem.sheet for problem in refusal.value.problems] == ["ไฟล์.xlsx"]
    assert says in refusal.value.problems[0].message


def test_the_extension_is_not_believed():
    assert read(one_sheet({"A1": "ก"}), "a.csv").sheets[0].rows == [["ก"]]
    assert read("ก,ข".encode(), "a.xlsx").sheets[0].rows == [["ก", "ข"]]


def test_a_large_file_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 1000)

    with pytest.raises(WorkbookError, match="MB"):
        read(b"x" * 1001)


def test_a_zip_bomb_is_refused():
    bomb = zip_of({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 30_000_000})

    with pytest.raises(WorkbookError, match="เซลล์มากเกิน"):
        read(bomb)


@pytest.mark.parametrize("place", ["XFD100000", "A1048576"])
def test_one_far_cell_does_not_unfold_the_sheet(place):
    with pytest.raises(WorkbookError, match="เซลล์มากเกิน"):
        read(one_sheet({"A1": 1, place: 1}))


@pytest.mark.parametrize(
    "cell",
    [
        b'<x:c r="XFD900000"><x:v>1</x:v></x:c>',
        b"<c s='1' r = 'XFD900000' ><v>1</v></c>",
        b'<c r="xfd900000">\n<v>1</v></c>',
    ],
    ids=["prefixed", "other order", "lower case"],
)
def test_a_far_cell_written_otherwise_is_seen_too(cell):
    content = b"<worksheet><sheetData><row>" + cell + b"</row></sheetData></worksheet>"
    book = b'<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>'
    relations = b'<Relationships><Relationship Id="r1" Target="worksheets/a.xml"/></Relationships>'

    with pytest.raises(WorkbookError, match="เซลล์มากเกิน"):
        read(
            zip_of(
                {
                    "xl/workbook.xml": book,
                    "xl/_rels/workbook.xml.rels": relations,
                    "xl/worksheets/a.xml": content,
                }
            )
        )


def test_formatted_empty_cells_far_away_do_no_harm():
    built = Workbook()
    built.active["A1"] = "ก"
    built.active["XFD1048576"].font = openpyxl.styles.Font(bold=True)

    assert read(saved(built)).sheets[0].rows == [["ก"]]


def test_a_csv_with_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(xlsx, "MAX_CELLS", 10)

    with pytest.raises(WorkbookError, match="เซลล์มากเกิน"):
        read(b"1,2,3\n" * 4)


# Headings


WANTED = {
    "job": ("เลขที่งาน", "=ที่"),
    "unit": ("หน่วยนับ", "=หน่วย", "!หน่วยงาน"),
    "owner": ("หน่วยงานรับผิดชอบ", "รับผิดชอบ"),
    "target": ("เป้าหมายทั้งปี", "เป้าหมาย", "!งบ"),
}


def header_of(rows: list[list[object]], merges=(), required=("job",)):
    built = Workbook()
    for row in rows:
        built.active.append(row)
    for span in merges:
        built.active.merge_cells(span)
    return sheets.find_header(read(saved(built)).sheets[0], WANTED, required)


@pytest.mark.parametrize(
    ("rows", "merges", "columns", "first"),
    [
        ([["เลขที่งาน", "หน่วยนับ", "หน่วยงานรับผิดชอบ"]], (), {"job": 0, "unit": 1, "owner": 2}, 1),
        ([["หน่วยงานรับผิดชอบ", "หน่วย", "เลขที่ งาน"]], (), {"job": 2, "unit": 1, "owner": 0}, 1),
        ([["ชื่อเรื่อง"], [], ["ที่", "หน่วยนับ (แห่ง)"]], (), {"job": 0, "unit": 1}, 3),
        (
            [["เลขที่งาน", "รวมทั้งสิ้น", None], [None, "เป้าหมาย", "งบประมาณ"]],
            ["A1:A2", "B1:C1"],
            {"job": 0, "target": 1},
            2,
        ),
        ([["เลขที่งาน", "เป้าหมาย"], [None, "ทั้งปี"]], ["A1:A2"], {"job": 0, "target": 1}, 2),
        (
            [["เลขที่งาน", "หน่วยนับ", "เป้าหมาย"], ["(1)", "(2)", "(3)"], ["1", "แห่ง", 3]],
            (),
            {"job": 0, "unit": 1, "target": 2},
            2,
        ),
        ([["เลขที่งาน", "หน่วยนับ", "เป้าหมาย"], [1, 2, 3]], (), {"job": 0, "unit": 1, "target": 2}, 2),
    ],
    ids=[
        "plain",
        "other order",
        "after titles",
        "two merged rows",
        "a heading merged down has two rows",
        "numbered in brackets",
        "numbered",
    ],
)
def test_headings_are_found_by_words(rows, merges, columns, first):
    header = header_of(rows, merges)

    assert header.columns == columns
    assert header.first == first


def test_without_a_required_heading_there_is_no_table():
    assert header_of([["เลขที่งาน", "หน่วยนับ"]], required=("job", ("owner", "target"))) is None
    assert header_of([["ชื่อ"], ["ก"]]) is None


# Words


@pytest.mark.parametrize("written", ["สสจ. 1", "สสจ. ๑", "สสจ.๑", "สสจ 1", "สสจ.  01", " สสจ. ที่ 1 ", "สสจ.​1"])
def test_a_job_number_has_one_spelling(written):
    assert sheets.job_number(written) == "สสจ. 1"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [(7.0, "7"), ("1.2", "1.2"), ("งานพิเศษ", "งานพิเศษ"), ("กสส.2.1", "กสส. 2.1"), ("", "")],
)
def test_other_job_numbers_keep_their_form(written, canonical):
    assert sheets.job_number(written) == canonical


def test_a_bare_number_means_the_one_job_that_ends_with_it():
    assert sheets.match_job(1.0, {"สสจ. 1", "สสจ. 11"}) == "สสจ. 1"
    assert sheets.match_job("1", {"สสจ. 1", "กสส. 1"}) is None
    assert sheets.match_job("", {"สสจ. 1"}) is None


@pytest.mark.parametrize(
    ("line", "office"),
    [
        ("บัญชีรายชื่อบุคลากร สำนักงานสหกรณ์จังหวัดตัวอย่าง", "สำนักงานสหกรณ์จังหวัดตัวอย่าง"),
        ("สำนักงานสหกรณ์จังหวัดตัวอย่าง   แผนปฏิบัติงานครั้งที่ ๑", "สำนักงานสหกรณ์จังหวัดตัวอย่าง"),
        ("สำนักงานสหกรณ์จังหวัด ลำปาง ประจำปีงบประมาณ 2570", "สำนักงานสหกรณ์จังหวัดลำปาง"),
        ("สำนักงานสหกรณ์กรุงเทพมหานคร พื้นที่ 1", "สำนักงานสหกรณ์กรุงเทพมหานคร พื้นที่ 1"),
        ("บัญชีรายชื่อ", None),
    ],
)
def test_the_office_is_named_in_the_title(line, office):
    assert sheets.office_name([sheets.text(line)]) == office


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_excels_letters(column, letters):
    assert sheets.letter(column) == letters


def test_a_problem_as_json_has_exactly_the_public_keys():
    assert Problem("แผน", 3, "B", "x", "ใส่ตัวเลข").as_dict() == {
        "sheet": "แผน",
        "row": 3,
        "column": "B",
        "value": "x",
        "message": "ใส่ตัวเลข",
    }


# Writing

DANGEROUS = ["=1+1", "+66", "-2", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")', "#REF!", "-"]


def test_no_text_becomes_a_formula_not_even_a_heading():
    content = sheets.workbook([SheetSpec("=แผ่น", DANGEROUS, [DANGEROUS], title=["=1+1"])])

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.value is None or cell.data_type == "s"
    assert [cell.value for cell in sheet[3]][:4] == DANGEROUS[:4]
    assert [bool(cell.quotePrefix) for cell in sheet[3]] == [text[0] in "=+-@\t\r" for text in DANGEROUS]


def test_what_is_written_reads_back_the_same():
    rows = [["=1+1", 3, "-", "กลุ่ม", None], ["-๔", 2.5, "@x", "", "ข"]]

    book = read(sheets.workbook([SheetSpec("ก", ["a", "b", "c", "d", "e"], rows)]))

    assert book.sheets[0].rows[1:] == [["=1+1", 3.0, "-", "กลุ่ม", ""], ["-๔", 2.5, "@x", "", "ข"]]


def sheet_xml(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize(
    "figure", ["0", "0.10", "2.50", "1E+3", "-7.25", "123456789012.34", "99999999999999.99"]
)
def test_a_figure_is_written_with_the_digits_that_the_library_gives_it(figure):
    alone = Workbook(write_only=True)
    alone.create_sheet().append([Decimal(figure)])
    cell = re.search("<v>.*</v>", sheet_xml(saved(alone)))[0]
    assert cell in sheet_xml(sheets.workbook([SheetSpec("ก", ["a"], [[Decimal(figure)]])]))


def test_where_there_is_nothing_to_write_there_is_no_cell():
    content = sheets.workbook([SheetSpec("ก", ["a", "b", "c"], [["", None, 0]])])
    assert re.findall(r'<c r="(\w+)"', sheet_xml(content)) == ["A1", "B1", "C1", "C2"]


def test_dates_are_written_in_the_buddhist_era_and_figures_as_figures():
    row = [date(2026, 10, 31), datetime(2026, 10, 31, 17, 30, tzinfo=UTC), Decimal("2.50")]

    book = read(sheets.workbook([SheetSpec("ก", ["a", "b", "c"], [row])]))

    assert book.sheets[0].rows[1] == ["31/10/2569", "01/11/2569 00.30 น.", 2.5]


def test_headings_are_bold_and_stay_in_view():
    content = sheets.workbook([SheetSpec("ก", ["หัว"], [["ค่า"]], title=["เรื่อง"], widths=[33])])

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert (sheet["A2"].font.bold, sheet.freeze_panes, sheet.column_dimensions["A"].width) == (True, "A3", 33)


def test_sheet_names_are_made_fit_for_excel():
    specs = [
        SheetSpec("ก/ข:ค", ["x"], []),
        SheetSpec("ก-ข-ค", ["x"], []),
        SheetSpec("ย" * 40, ["x"], []),
        SheetSpec("", ["x"], []),
    ]

    names = [sheet.name for sheet in read(sheets.workbook(specs)).sheets]

    assert names == ["ก-ข-ค", "ก-ข-ค (2)", "ย" * 31, "Sheet"]


def test_control_characters_in_text_do_not_break_the_file():
    book = read(sheets.workbook([SheetSpec("ก", ["x"], [["a\x00b\x0bc"]])]))

    assert book.sheets[0].rows[1] == ["abc"]


# Marking


@pytest.mark.parametrize(
    ("words", "kept"),
    [("a\ufffeb", "ab"), ("a\uffff", "a"), ("_x0041_", "_x0041_"), ("ก_x000D_ข", "ก_x000D_ข")],
)
def test_what_xml_can_not_hold_is_left_out_and_what_looks_like_an_escape_stays(words, kept):
    content = sheets.workbook([SheetSpec("ก", [words], [[words]])])

    assert read(content).sheets[0].rows == [[kept], [kept]]


def test_a_fault_naming_what_xml_can_not_hold_is_marked_all_the_same():
    problem = Problem("f.csv", 1, "A", "a\uffff", "แก้ “a\uffff”")

    copy = openpyxl.load_workbook(
        io.BytesIO(sheets.mark_problems("a\uffff,b".encode(), [problem], name="f.csv"))
    )

    assert copy.worksheets[1]["A1"].comment.text == "แก้ “a”"


def test_a_refused_workbook_comes_back_with_its_bad_cells_marked():
    source = one_sheet({"A1": "หัว", "B2": "สองแห่ง", "C3": "=1+1"})
    problems = [Problem("Sheet", 2, "B", "สองแห่ง", "ใส่ตัวเลข"), Problem("Sheet", None, None, "=x", "=ทั้งแผ่น")]

    marked = openpyxl.load_workbook(io.BytesIO(sheets.mark_problems(source, problems)))

    assert marked.sheetnames == ["ข้อผิดพลาด", "Sheet"]
    assert marked["Sheet"]["B2"].comment.text == "ใส่ตัวเลข"
    assert marked["Sheet"]["B2"].fill.fgColor.rgb == "00FBEAE8"
    assert marked["Sheet"]["B2"].value == "สองแห่ง"
    assert [cell.value for cell in marked["ข้อผิดพลาด"][2]] == ["Sheet", 2, "B", "สองแห่ง", "ใส่ตัวเลข"]
    assert [cell.data_type for cell in marked["ข้อผิดพลาด"][3]][3:] == ["s", "s"]


def test_two_faults_of_one_cell_stand_in_one_comment():
    problems = [Problem("Sheet", 1, "A", "x", "หนึ่ง"), Problem("Sheet", 1, "A", "x", "สอง")]

    marked = openpyxl.load_workbook(io.BytesIO(sheets.mark_problems(one_sheet({"A1": "x"}), problems)))

    assert marked["Sheet"]["A1"].comment.text == "หนึ่ง\nสอง"


def test_a_fault_inside_a_merged_range_marks_the_range():
    source = one_sheet({"A1": "x"}, merges=["A1:A3"])

    marked = openpyxl.load_workbook(
        io.BytesIO(sheets.mark_problems(source, [Problem("Sheet", 2, "A", "x", "แก้")]))
    )

    assert marked["Sheet"]["A1"].comment.text == "แก้"


def test_a_refused_csv_comes_back_as_a_workbook():
    name = "results_of_a_month_with_a_very_long_name.csv"
    problems = [Problem(name, 2, "B", "=x", "ใส่ตัวเลข")]

    marked = openpyxl.load_workbook(
        io.BytesIO(sheets.mark_problems("รหัส,ผล\nEX1,=x\n".encode(), problems, name=name))
    )

    cell = marked.worksheets[1]["B2"]
    assert (cell.value, cell.data_type, cell.comment.text) == ("=x", "s", "ใส่ตัวเลข")

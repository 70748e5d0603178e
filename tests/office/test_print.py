"""A printed paper: right Thai in every reader, inert data, its own font, the same bytes for the same data."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst
from PIL import ImageChops

from office import print as printing
from office import thai_pdf
from tests.office.papers import READERS, pages, person, run_together

CONSONANTS = [chr(code) for code in range(0x0E01, 0x0E2F) if chr(code) not in "ฤฦ"]
VOWELS = ["", "ั", "ิ", "ี", "ึ", "ื", "ุ", "ู", "ำ"]
TONES = ["", "่", "้", "๊", "๋", "์", "็"]
JUST_SEEN = 64
"""Of 255 shades of grey at 72 dots an inch: a sign moved by a quarter of a point changes as much."""
UGLY = "ปู่ ที่ น้ำ กตัญญู ฐิติ ญี่ปุ่น ฎุ ฝึ้ ฬู่ ก็ เปี๊ยก ฟื้นฟู เปลี่ยน ซึ่ง ชื่อ ป้ำ"

LINES = """
#import "base.typ": *
#show: form.with(title: "ทดสอบ", author: "ทดสอบ")
#for line in data.lines { prose(line); linebreak() }
"""


def cluster(consonant: str, vowel: str, tone: str) -> str:
    return consonant + (tone + vowel if vowel == "ำ" else vowel + tone)


def clusters() -> list[str]:
    """Every consonant with every vowel mark with every tone that can stand there, between plain letters."""
    return [
        "ก".join(
            cluster(consonant, vowel, tone)
            for tone in TONES
            if not (tone == "็" and vowel) and not (tone == "์" and vowel == "ำ")
        )
        + "ก"
        for consonant in CONSONANTS
        for vowel in VOWELS
    ]


@pytest.fixture
def lines(tmp_path, monkeypatch):
    """A template that prints `data.lines`, each on a line."""
    (tmp_path / "base.typ").write_bytes((printing.TEMPLATES / "base.typ").read_bytes())
    (tmp_path / "lines.typ").write_text(LINES, encoding="utf-8")
    monkeypatch.setattr(printing, "TEMPLATES", tmp_path)
    return "lines"


def compiled(template: str, data: bytes) -> bytes:
    source = printing.TEMPLATES / f"{template}.typ"
    return typst.compile(
        source,
        root=printing.TEMPLATES,
        font_paths=[printing.SARABUN],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": data.decode()},
        timestamp=0,
    )


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_every_cluster_of_thai_reads_as_it_was_written(lines, reader):
    written = clusters()
    read = [line.strip() for line in reader(printing.pdf(lines, {"lines": written})).split("\n")]
    assert [line for line in read if line.strip("\f")] == written


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_the_ugliest_words_read_as_they_were_written(lines, reader):
    assert UGLY in " ".join(reader(printing.pdf(lines, {"lines": [UGLY]})).split())


def test_without_repair_the_text_would_be_wrong(lines):
    assert UGLY not in " ".join(pages(compiled(lines, b'{"lines": ["%b"]}' % UGLY.encode()))[0].split())


def darkest_change(before: bytes, after: bytes) -> int:
    """The largest difference between two renderings, of 255, seen at 72 dots an inch."""
    changes = []
    for old, new in zip(pypdfium2.PdfDocument(before), pypdfium2.PdfDocument(after), strict=True):
        seen, repaired = (page.render(scale=4).to_pil().convert("L").reduce(4) for page in (old, new))
        changes.append(ImageChops.difference(seen, repaired).getextrema()[1])
    return max(changes)


def test_repair_moves_no_mark_one_could_see(lines):
    before = compiled(lines, b'{"lines": ["%b"]}' % " ".join(clusters()[:200]).encode())
    assert darkest_change(before, thai_pdf.repair(before)) < JUST_SEEN


def test_repair_moves_no_letter_or_figure(lines):
    text = "AVATo Type Works 1,160,000.00 ๑,๑๖๐,๐๐๐.๐๐ ▼๗๕.๐๐ (EX030) https://example.go.th/" + "x" * 60
    before = compiled(lines, b'{"lines": ["%b"]}' % text.encode())
    assert darkest_change(before, thai_pdf.repair(before)) == 0


def test_repair_of_repaired_text_leaves_it_right(lines):
    twice = thai_pdf.repair(printing.pdf(lines, {"lines": [UGLY]}))
    assert UGLY in " ".join(pages(twice)[0].split())


def test_text_of_users_is_never_markup(lines):
    evil = "#evil[*x*] $x$ <b> _ก_ \\ \" ' {{ }} #{a + b} // ก @ref = หัวเรื่อง"
    assert evil in pages(printing.pdf(lines, {"lines": [evil]}))[0]


def test_every_digit_of_a_string_is_thai(lines):
    assert (
        "สสจ. ๑๗ วันที่ ๓๑/๑๐/๒๕๖๙ ๐" in pages(printing.pdf(lines, {"lines": ["สสจ. 17 วันที่ 31/10/2569 0"]}))[0]
    )


def test_a_number_stays_a_number_for_the_template(lines):
    template = printing.TEMPLATES / "sum.typ"
    template.write_text('#import "base.typ": *\n#show: form\n#thai(data.a + data.b)', encoding="utf-8")
    assert "๑๒" in pages(printing.pdf("sum", {"a": 5, "b": 7}))[0]


def test_lines_of_a_text_stay_lines(lines):
    written = "บรรทัดแรกของคำชี้แจงจบตรงนี้\nบรรทัดที่สองของคำชี้แจงเริ่มตรงนี้"
    assert written in pages(printing.pdf(lines, {"lines": [written]}))[0]


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x85", "\ud800", "\uffff"], ids=ascii)
def test_what_no_font_can_draw_becomes_a_space(lines, sign):
    assert "ก ข" in pages(printing.pdf(lines, {"lines": [f"ก{sign}ข"]}))[0]


@pytest.mark.parametrize("before", range(0, 60, 3))
def test_the_name_of_a_province_is_not_broken(lines, before):
    text = ("กา" * before) + " สำนักงานสหกรณ์จังหวัดลำปาง" * 6
    read = pages(printing.pdf(lines, {"lines": [text]}))[0]
    assert read.count("ลำปาง") == 6


def test_letters_without_end_stay_on_the_page(lines):
    document = pypdfium2.PdfDocument(printing.pdf(lines, {"lines": ["x" * 600]}))
    text = document[0].get_textpage()
    assert max(text.get_rect(index)[2] for index in range(text.count_rects())) < document[0].get_width()
    assert run_together(text.get_text_range()).count("x") == 600


def test_equal_data_make_equal_bytes(lines):
    first, again, other = (printing.pdf(lines, {"lines": [text]}) for text in ("ก", "ก", "ข"))
    assert first == again
    assert first != other


def test_every_font_is_embedded_and_thai_is_sarabun():
    with pikepdf.open(io.BytesIO(printing.pdf("year", {"people": [person()]}))) as document:
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        assert {str(font.BaseFont).partition("+")[2] for font in fonts} == {"Sarabun-Regular", "Sarabun-Bold"}
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in fonts)


def test_signs_that_sarabun_lacks_are_drawn_by_another_font(lines):
    assert "→" in pages(printing.pdf(lines, {"lines": ["ก → ข"]}))[0]


@pytest.mark.parametrize("template", ["none", "../base", "/etc/passwd", "", "year.typ"])
def test_an_unknown_template_is_named(template):
    with pytest.raises(printing.PrintError, match="no such template") as caught:
        printing.pdf(template, {})
    assert caught.value.template == template


def test_data_the_template_misses_are_an_error_that_names_the_template():
    with pytest.raises(printing.PrintError, match="print template 'year'") as caught:
        printing.pdf("year", {"people": [{"name": "ก"}]})
    assert "fiscal_year" in caught.value.reason


def test_data_that_are_no_text_are_refused(lines):
    with pytest.raises(printing.PrintError, match="cannot print a object"):
        printing.pdf(lines, {"lines": [object()]})


def test_printing_writes_nothing(lines):
    def state() -> list[tuple[Path, int]]:
        return [(path, path.stat().st_mtime_ns) for path in sorted(printing.TEMPLATES.rglob("*"))]

    before = state()
    printing.pdf(lines, {"lines": ["ก"]})
    assert state() == before


def test_a_paper_is_tagged_for_screen_readers_unless_it_is_a_part(lines):
    for tagged in (True, False):
        with pikepdf.open(io.BytesIO(printing.pdf(lines, {"lines": ["ก"]}, tagged=tagged))) as document:
            assert ("/StructTreeRoot" in document.Root) is tagged
            assert document.Root.Lang == "th-TH"


def test_an_office_may_bring_its_own_font(lines, tmp_path):
    own = tmp_path / "fonts"
    own.mkdir()
    (own / "own.ttf").write_bytes((printing.SARABUN / "Sarabun-Regular.ttf").read_bytes())
    assert "ก" in pages(printing.pdf(lines, {"lines": ["ก"], "font": "Sarabun"}, extra_font_dirs=[own]))[0]


def test_parts_are_joined_in_order_under_one_title(lines):
    parts = [
        printing.pdf(lines, {"lines": [text]}, tagged=tagged) for text, tagged in [("ก", True), ("ข", False)]
    ]
    whole = printing.joined(iter(parts), title="ทั้งหมด")
    assert [page.strip()[0] for page in pages(whole)] == ["ก", "ข"]
    assert whole == printing.joined(parts, title="ทั้งหมด")
    with pikepdf.open(io.BytesIO(whole)) as document:
        assert document.docinfo.Title == "ทั้งหมด"
        assert document.Root.Lang == "th-TH"
        assert all("/StructParents" not in page.obj for page in document.pages)

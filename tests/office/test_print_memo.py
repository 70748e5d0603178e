"""A notice on the official memo's paper: templates/print/memo.typ."""

from __future__ import annotations

import io
import re

import pikepdf
import pypdfium2
import pytest

from office.print import pdf
from tests.office.papers import NAMES, READERS, REASON, pages, run_together, thai_digits

SUBJECT = "ขอให้แก้ไขรายงานผลการปฏิบัติงานประจำเดือนตุลาคม 2569 พร้อมชี้แจงเหตุผล"
CLOSING = "จึงเรียนมาเพื่อทราบ และขอให้ดำเนินการแก้ไขรายงานพร้อมชี้แจงเหตุผลในระบบ ภายในวันที่ 5 พฤศจิกายน 2569"
UGLY = "ปู่ ที่ น้ำ กตัญญู ฐิติ ญี่ปุ่น ฎุ ก็ เปี๊ยก #evil[*x*] $x$ <b>"


def row(number: int, **changes: str) -> dict[str, str]:
    return {
        "job": f"สสจ. {number} {NAMES[number % 3]}",
        "counting_unit": "ครั้ง",
        "plan": "52",
        "result": "38",
        "fix": "แก้ผลหากไม่ถูกต้อง พร้อมชี้แจงเหตุผลที่ไม่เป็นไปตามแผน",
    } | changes


def data(**changes: object) -> dict[str, object]:
    return {
        "agency": "สำนักงานสหกรณ์จังหวัดลำปาง ฝ่ายบริหารทั่วไป",
        "date": "2 พฤศจิกายน 2569",
        "subject": SUBJECT,
        "to": "นายไหม ตัวอย่าง นักวิชาการสหกรณ์ชำนาญการ",
        "through": "",
        "cause": "ตามที่กำหนดให้เจ้าหน้าที่ส่งรายงาน ภายในวันที่ 30 ตุลาคม 2569 เวลา 16.30 น. นั้น",
        "finding": "ฝ่ายบริหารทั่วไปได้ตรวจสอบแล้ว พบว่า ผลการปฏิบัติงานไม่เป็นไปตามแผน ดังนี้",
        "rows": [row(1), row(2)],
        "note": "",
        "closing": CLOSING,
        "signer": {"name": "นายฉัตร ตัวอย่าง", "position": "หัวหน้าฝ่ายบริหารทั่วไป"},
    } | changes


def memo(**changes: object) -> list[str]:
    return pages(pdf("memo", data(**changes)))


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_what_was_written_is_what_is_read(reader):
    text = run_together(reader(pdf("memo", data(note=UGLY))))
    for words in ("บันทึกข้อความ", SUBJECT, "เรียน นายไหม ตัวอย่าง", UGLY, CLOSING, "(นายฉัตร ตัวอย่าง)"):
        assert run_together(thai_digits(words)) in text


def test_its_parts_stand_in_the_order_of_the_official_paper():
    text = run_together("".join(memo(through="ผู้อำนวยการกลุ่มส่งเสริมสหกรณ์ 1", note="แนบรายชื่อด้วย")))
    order = (
        "บันทึกข้อความ ส่วนราชการ วันที่ เรื่อง เรียน ผ่านผู้อำนวยการ ตามที่ พบว่า สิ่งที่ต้องแก้ไข แนบรายชื่อ "
        "จึงเรียนมา (ลงชื่อ) (นายฉัตร หัวหน้าฝ่ายบริหารทั่วไป"
    )
    places = []
    for words in order.split():
        places.append(text.index(words, places[-1] if places else 0))
    assert places == sorted(places)


def test_the_number_is_left_to_the_register():
    [line] = [line for line in memo()[0].splitlines() if "วันที่ ๒ พฤศจิกายน" in line or line.strip() == "ที่"]
    assert re.fullmatch(r"ที่\s+วันที่ ๒ พฤศจิกายน ๒๕๖๙\s*|ที่\s*", line)


def test_no_arabic_digit_is_left():
    assert not set("0123456789") & set("".join(memo(rows=[row(number) for number in range(1, 13)])))


def test_it_goes_through_nobody_unless_said():
    assert "ผ่าน" not in "".join(memo())


def test_without_lines_there_is_no_table():
    assert "หน่วยนับ" not in "".join(memo(rows=[]))


def test_every_row_is_numbered_and_has_its_figures():
    text = memo(rows=[row(1, plan="13,160,000.50", result="–"), row(2)])[0]
    assert "ครั้ง ๑๓,๑๖๐,๐๐๐.๕๐ –" in text
    assert "ครั้ง ๕๒ ๓๘" in text
    assert text.count("ครั้ง") == 2


def test_a_usual_notice_is_one_page_without_a_number():
    [page] = memo()
    assert "- ๑ -" not in page


def test_twelve_rows_are_two_pages_the_second_numbered_at_its_top():
    first, second = memo(rows=[row(number) for number in range(1, 13)])
    assert second.strip().startswith("- ๒ -")
    assert "- ๑ -" not in first


def test_the_header_is_repeated_on_every_page_of_the_table():
    papers = memo(rows=[row(number) for number in range(1, 36)])
    assert [page.strip()[:5] for page in papers[1:]] == ["- ๒ -", "- ๓ -"]
    assert all("สิ่งที่ต้องแก้ไข" in page for page in papers)


@pytest.mark.parametrize("rows", range(21))
def test_the_signature_is_never_alone(rows):
    papers = memo(rows=[row(number) for number in range(1, rows + 1)])
    assert ["ลงชื่อ" in page for page in papers] == [False] * (len(papers) - 1) + [True]
    last = run_together(papers[-1])
    assert last.index("จึงเรียนมาเพื่อทราบ") < last.index("(ลงชื่อ)")


def test_a_row_stays_on_one_page():
    papers = memo(rows=[row(number, fix="ต้นแถว " + "ชี้แจงเหตุผล " * 12 + "ท้ายแถว") for number in range(1, 13)])
    assert len(papers) > 1
    for page in map(run_together, papers):
        assert page.count("ต้นแถว") == page.count("ท้ายแถว")


def test_a_row_longer_than_a_page_goes_on_the_next():
    text = run_together("".join(memo(rows=[row(1, fix=REASON * 25 + "สุดท้าย")])))
    assert text.count("เนื่องจากสหกรณ์การเกษตรลำปาง") == 25
    assert "สุดท้าย" in text


def test_a_long_note_is_printed_to_its_last_letter():
    assert "ท้ายบันทึก" in run_together("".join(memo(note=REASON * 12 + "ท้ายบันทึก")))


@pytest.mark.parametrize("name", ["นายสุวรรณภูมิพิพัฒน์ ศรีสมบูรณ์ทรัพย์ไพศาล", "ว่าที่ร้อยตรีหญิงกรกนก ณ อยุธยา"])
def test_names_are_kept_whole(name):
    lines = "".join(memo(signer={"name": name, "position": "หัวหน้าฝ่ายบริหารทั่วไป"})).splitlines()
    assert any(run_together(name) in run_together(line) for line in lines)


def test_without_a_known_head_there_is_a_line_for_the_name():
    text = "".join(memo(signer={"name": "", "position": "หัวหน้าฝ่ายบริหารทั่วไป"}))
    assert "()" in run_together(text)
    assert "หัวหน้าฝ่ายบริหารทั่วไป" in text


def test_pages_are_a4_upright():
    with pikepdf.open(io.BytesIO(pdf("memo", data()))) as document:
        assert [round(float(edge)) for edge in document.pages[0].mediabox] == [0, 0, 595, 842]
        assert document.docinfo.Title == thai_digits(SUBJECT)


CM = 72 / 2.54
DOT = 100 / 72
"""Pixels a point in pictures of 100 dots an inch."""


def ink(content: bytes):
    """Where page 1 has ink, as a picture of 100 dots an inch."""
    with pypdfium2.PdfDocument(content) as document:
        return document[0].render(scale=DOT).to_pil().convert("L").point(lambda shade: 255 * (shade < 200))


def test_the_place_of_the_emblem_is_left_empty():
    picture = ink(pdf("memo", data()))
    corner = [round(edge * CM * DOT) for edge in (0, 0, 6, 3)]
    assert picture.crop(corner).getbbox() is None


def test_margins_are_those_of_official_papers():
    left, top, right, bottom = ink(pdf("memo", data(rows=[row(number) for number in range(1, 13)]))).getbbox()
    assert left / DOT / CM == pytest.approx(3, abs=0.1)
    assert 21 - right / DOT / CM == pytest.approx(2, abs=0.1)
    assert top / DOT / CM >= 1.5
    assert 29.7 - bottom / DOT / CM >= 2


def test_the_office_s_own_font_is_drawn_at_the_paper_s_own_sizes():
    with pypdfium2.PdfDocument(pdf("memo", data(font="TH Sarabun New"))) as document:
        own = document[0].get_textpage().get_text_range()
    assert "บันทึกข้อความ" in own
    usual, larger = (ink(pdf("memo", data(rows=[], **more))).getbbox() for more in ({}, {"font": "X"}))
    assert larger[3] > usual[3]


def test_equal_data_make_equal_bytes():
    assert pdf("memo", data()) == pdf("memo", data())


CAUSE = (
    "ตามที่กำหนดให้เจ้าหน้าที่ส่งรายงานผลการปฏิบัติงานตามแผนปฏิบัติงานประจำเดือนตุลาคม 2569 ปีงบประมาณ พ.ศ. 2570 "
    "ภายในวันที่ 30 ตุลาคม 2569 เวลา 16.30 น. นั้น"
)


def lines_of(**changes: object) -> list[str]:
    page = pypdfium2.PdfDocument(pdf("memo", data(rows=[], **changes)))[0]
    return [line.strip() for line in page.get_textpage().get_text_range().splitlines()]


def test_a_date_stays_whole_with_the_word_before_it():
    lines = lines_of(cause=CAUSE)
    for words in ("ประจำเดือนตุลาคม 2569", "วันที่ 30 ตุลาคม 2569", "16.30 น.", "วันที่ 5 พฤศจิกายน 2569"):
        assert any(thai_digits(words) in line for line in lines), words


def test_each_line_of_a_message_is_a_paragraph():
    def left(words: str) -> float:
        page = pypdfium2.PdfDocument(pdf("memo", data(rows=[], note="แนบรายชื่อ\n\nโทรกลับด้วย")))[0]
        text = page.get_textpage()
        found = text.search(words).get_next()
        return text.get_charbox(found[0])[0]

    assert left("แนบรายชื่อ") == pytest.approx(left("โทรกลับด้วย"), abs=5)


def test_emoji_are_left_out():
    lines = lines_of(note="ขอบคุณ 🙏🏽 ครับ")
    assert any("".join(line.split()) == "ขอบคุณครับ" for line in lines)

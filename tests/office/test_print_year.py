"""The year of a person on paper: templates/print/year.typ."""

from __future__ import annotations

import io
import os

import pikepdf
import pytest

from office.print import joined, pdf
from tests.office.papers import (
    GOLDEN,
    READERS,
    REASON,
    flag,
    item,
    pages,
    person,
    ratings,
    run_together,
    thai_digits,
)

TITLE = "สรุปผลการปฏิบัติงานรายบุคคล ประจำปีงบประมาณ พ.ศ. ๒๕๖๙"
UGLY = "ปู่ ที่ น้ำ กตัญญู ฐิติ ญี่ปุ่น ฎุ ฝึ้ ฬู่ ก็ เปี๊ยก"


def year(**changes: object) -> list[str]:
    return pages(pdf("year", {"people": [person(**changes)]}))


def test_the_paper_of_a_known_person_is_the_golden_one():
    golden = GOLDEN / "year.txt"
    printed = "\f\n".join(
        year(
            provisional=True,
            items=[item(number) for number in range(1, 5)],
            flags=[
                flag(),
                flag(month="ธ.ค. 68", breach="ยังไม่ส่ง", job_no="", detail="เลยกำหนด 2 วัน", explanation=""),
            ],
            unplanned=[{"month": "ม.ค. 69", "name": "ช่วยศูนย์ประสานงานน้ำท่วม", "result": "3 วัน"}],
            ratings=ratings("นัดสหกรณ์ล่วงหน้า 2 สัปดาห์"),
        )
    )
    if os.environ.get("RENEW_GOLDEN"):
        golden.write_text(printed, encoding="utf-8")
    assert printed == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_what_was_written_is_what_is_read(reader):
    paper = pdf("year", {"people": [person(flags=[flag(explanation=UGLY)])]})
    text = reader(paper)
    for words in (TITLE, "นายไหม ตัวอย่าง", "ข้อมูล ณ วันที่ ๒ พ.ย. ๒๕๖๙", "ยังไม่ถึงกำหนด", "ไม่เป็นไปตามแผน", UGLY):
        assert words in " ".join(text.split())


def test_a_long_explanation_is_printed_to_its_last_letter():
    long = (REASON * 4)[:600]
    text = "".join(year(flags=[flag(explanation=long)]))
    assert run_together(thai_digits(long)) in run_together(text)


def test_an_explanation_longer_than_a_page_goes_on_the_next():
    text = "".join(year(flags=[flag(explanation="ก่อน " + REASON * 30 + "สุดท้าย")]))
    assert run_together(text).count(run_together(REASON)) >= 28
    assert "สุดท้าย" in text


def test_no_arabic_digit_is_left_but_in_the_code_that_people_type():
    text = "".join(year(items=[item(number) for number in range(1, 13)], flags=[flag()] * 5)).replace(
        "EX030", ""
    )
    assert not set("0123456789") & set(text)


def test_a_short_year_is_one_page():
    assert len(year()) == 1


def test_twelve_items_and_ten_flags_are_three_pages_at_most():
    assert len(year(items=[item(number) for number in range(1, 13)], flags=[flag()] * 10)) <= 3


@pytest.mark.parametrize("flags", range(26))
def test_signatures_are_never_alone(flags):
    last = year(items=[item(number) for number in range(1, 4)], flags=[flag()] * flags)[-1]
    assert last.count("ลงชื่อ") == 3
    assert "๖. สรุปการส่งรายงาน" in last
    assert last.index("ครบถ้วนและตรงเวลา") < last.index("ลงชื่อ")


@pytest.mark.parametrize("items", range(1, 14))
def test_signatures_are_on_the_last_page_only(items):
    papers = year(items=[item(number) for number in range(items)])
    assert ["ลงชื่อ" in page for page in papers] == [False] * (len(papers) - 1) + [True]


def test_header_rows_are_repeated_on_every_page_of_a_table():
    papers = year(items=[item(number) for number in range(1, 25)], flags=[flag(explanation=REASON * 3)] * 30)
    with_items = [page for page in papers if "หน่วยนับ" in page]
    with_flags = [page for page in papers if "ไม่เป็นไปตามแผน" in page]
    assert len(with_items) > 1
    assert len(with_flags) > 2
    assert all("งานตามแผน" in page and "รอบ ๒" in page for page in with_items)
    assert all("ข้อเท็จจริง" in page and "คำชี้แจง" in page for page in with_flags)


def test_the_three_rows_of_an_item_stay_on_one_page():
    for page in year(items=[item(number) for number in range(1, 25)]):
        assert page.count("หน่วยนับ") == page.count("ร้อยละ")


@pytest.mark.parametrize("joining", [False, True], ids=["one file", "joined"])
def test_each_person_begins_on_a_new_page_and_is_counted_alone(joining):
    people = [
        person(name="นางสาวหนึ่ง ตัวอย่าง"),
        person(name="นายสอง ตัวอย่าง", items=[item(number) for number in range(1, 9)], flags=[flag()]),
        person(name="นางสาม ตัวอย่าง"),
    ]
    if joining:
        paper = joined((pdf("year", {"people": [one]}, tagged=False) for one in people), title=TITLE)
    else:
        paper = pdf("year", {"people": people})
    feet = [page.strip().split("\n")[-1] for page in pages(paper)]
    assert [foot[-8:] for foot in feet] == ["หน้า ๑/๑", "หน้า ๑/๒", "หน้า ๒/๒", "หน้า ๑/๑"]
    assert [foot.split("น. ")[1].split()[0] for foot in feet] == ["นางสาวหนึ่ง", "นายสอง", "นายสอง", "นางสาม"]


def test_each_page_says_who_printed_it_when_and_whose_it_is():
    for page in year(items=[item(number) for number in range(1, 9)]):
        foot = page.strip().split("\n")[-1]
        assert "พิมพ์โดย นางสาวทดสอบ สอง เมื่อ ๒ พ.ย. ๒๕๖๙ ๐๙.๑๒ น." in foot
        assert "นายไหม ตัวอย่าง EX030 · ปีงบประมาณ ๒๕๖๙" in foot


@pytest.mark.parametrize("provisional", [True, False])
def test_a_provisional_paper_says_so_on_every_page(provisional):
    papers = year(provisional=provisional, items=[item(number) for number in range(1, 9)])
    assert ["ฉบับชั่วคราว" in page for page in papers] == [provisional] * len(papers)


def test_below_plan_is_a_sign_beside_the_figure():
    page = year()[0]
    assert "▼๗๕.๐๐" in page
    assert "▼๑๐๐.๐๐" not in page
    assert "▼ ต่ำกว่าแผน" in page


def test_a_target_set_later_is_marked():
    figure = {"plan": "4", "result": "0", "percent": "–", "mark": "set_later"}
    page = year(items=[item(1, months=[figure] * 12)])[0]
    assert page.count("*–") == 12
    assert "* แผนกำหนดภายหลัง" in page


def test_a_year_without_work_flags_or_unplanned_work_says_so():
    text = " ".join(year(items=[], flags=[], unplanned=[])[0].split())
    assert "๒. ผลการปฏิบัติงานตามแผน ไม่มีงานตามแผนในปีนี้" in text
    assert "๓. เรื่องที่ตรวจพบและคำชี้แจง ไม่มี" in text
    assert "๔. งานนอกแผน ไม่มี" in text
    assert "๕. การประเมินตนเองรายเดือน ไม่มี" in text


def test_a_flag_of_the_whole_report_names_no_job():
    assert "ทั้งรายงาน" in year(flags=[flag(job_no="")])[0]


def test_a_signer_without_a_name_gets_a_line_to_write_it_on():
    page = year()[0]
    assert "(นายไหม ตัวอย่าง)" in page
    assert "(นายหัวหน้า กลุ่มงาน)" in page
    assert page.count("วันที่") == 4
    assert "()" not in run_together(page).replace("()", "", 1)


def test_twelve_ratings_stand_in_one_row_with_their_words_and_the_lessons_written():
    page = "\n".join(year(ratings=ratings("", "นัดล่วงหน้า 2 สัปดาห์")))
    assert page.count("ดีมาก") == 3
    assert "พ.ย. ๖๘ นัดล่วงหน้า ๒ สัปดาห์" in " ".join(page.split())
    assert "บทเรียนที่ได้" in page


def test_months_judged_without_a_lesson_need_no_table_of_lessons():
    assert "บทเรียนที่ได้" not in "".join(year(ratings=ratings()))


def test_a_paper_without_ratings_in_its_data_is_still_made():
    whole = person()
    del whole["ratings"]
    assert "๕. การประเมินตนเองรายเดือน" in pages(pdf("year", {"people": [whole]}))[-1]


@pytest.mark.parametrize("works", [10, 12, 14, 16, 18])
def test_much_work_outside_the_plan_and_long_lessons_leave_no_signature_alone(works):
    outside = [{"month": "ม.ค. 69", "name": REASON, "result": "3 วัน", "narrative": REASON}] * works
    papers = year(unplanned=outside, ratings=ratings(*[REASON * 2] * 12))
    assert ["ลงชื่อ" in page for page in papers] == [False] * (len(papers) - 1) + [True]
    assert "๖. สรุปการส่งรายงาน" in papers[-1]
    assert all("รายละเอียด" in page for page in papers if "๓ วัน" in page)
    assert all("บทเรียนที่ได้" in page for page in papers if page.count("ซึ่งเจ้าหน้าที่") and "๓ วัน" not in page)


def test_large_figures_stay_whole():
    big = {"plan": "1,160,000.00", "result": "999,999", "percent": "1,234.56", "mark": ""}
    page = year(items=[item(1, months=[big] * 12, year_plan="13,920,000.00")])[0]
    assert page.count("๑,๑๖๐,๐๐๐.๐๐") == 12
    assert page.count("๙๙๙,๙๙๙") == 12
    assert "๑๓,๙๒๐,๐๐๐.๐๐" in page


def test_text_of_users_is_printed_as_it_is():
    evil = "#evil[*x*] $x$ <b>"
    page = year(name=evil, unplanned=[{"month": "ม.ค. 69", "name": evil, "result": evil}])[0]
    assert page.count(evil) >= 4


def test_the_file_names_its_subject_and_its_office():
    with pikepdf.open(io.BytesIO(pdf("year", {"people": [person()]}))) as document:
        assert document.docinfo.Title == f"{TITLE} นายไหม ตัวอย่าง"
        assert document.docinfo.Author == "สำนักงานสหกรณ์จังหวัดลำปาง"
    with pikepdf.open(io.BytesIO(pdf("year", {"people": [person(), person()]}))) as document:
        assert document.docinfo.Title == TITLE


def test_pages_are_a4_on_their_side():
    with pikepdf.open(io.BytesIO(pdf("year", {"people": [person()]}))) as document:
        assert [round(float(edge)) for edge in document.pages[0].mediabox] == [0, 0, 842, 595]


def test_equal_data_make_equal_bytes():
    assert pdf("year", {"people": [person()]}) == pdf("year", {"people": [person()]})


def test_a_paper_for_nobody_is_refused():
    with pytest.raises(RuntimeError, match="year"):
        pdf("year", {"people": []})

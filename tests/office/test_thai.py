"""Thai text, years, dates and months, in and out."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office import thai
from office.thai import ThaiValueError

properties = settings(deadline=None, database=None, max_examples=100)
days = st.dates(date(1900, 1, 1), date(2150, 12, 31))


def refusal(read, value) -> str:
    with pytest.raises(ThaiValueError) as caught:
        read(value)
    return str(caught.value)


# Text


@properties
@given(st.text("0123456789/.- กขค"))
def test_digits_come_back_from_thai(text):
    assert thai.to_arabic(thai.to_thai(text)) == text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("  กลุ่ม \u00a0 ส่งเสริม\n", "กลุ่ม ส่งเสริม", id="whitespace"),
        pytest.param("สห\u200bกรณ์\ufeff", "สหกรณ์", id="zero width"),
        pytest.param("ทํา", "ทำ", id="split sara am"),
        pytest.param("นํ้า", "น้ำ", id="split sara am, nikhahit before the tone"),
        pytest.param("น้ํา", "น้ำ", id="split sara am, tone before nikhahit"),
        pytest.param("เเผน", "แผน", id="two sara e"),
        pytest.param("ที่", "ที่", id="already right"),
        pytest.param("ท่ี", "ที่", id="tone before the vowel above"),
        pytest.param("สสจ. ๑๗", "สสจ. 17", id="Thai digits"),
        pytest.param("e\u0301", "é", id="NFC"),
    ],
)
def test_spellings_that_look_alike_are_one(typed, meant):
    assert thai.normalize(typed) == meant


def test_what_is_kept_is_spelled_right_with_its_lines_and_digits_as_typed():
    assert thai.respell("นํ้าท่วม\u200b\n๒  เเห่ง") == "น้ำท่วม\n๒  แห่ง"


@properties
@given(st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B) | st.characters(codec="utf-8")))
def test_normalizing_twice_changes_nothing_more(text):
    once = thai.normalize(text)
    assert thai.normalize(once) == once


def test_search_ignores_case_spaces_and_digit_style():
    assert thai.search_key("EX 030 สสจ. ๑") == thai.search_key("ex030สสจ.1") == "ex030สสจ.1"


# Order


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("กบ กา เกษตร ไก่ ขาว เขียว แดง", id="consonant before leading vowel"),
        pytest.param("ปา ป่า ป้า ป๊า ป๋า ปาก", id="tone marks break ties only"),
        pytest.param("กรม กรรม กรุง เกณฑ์ แกง โกง ใกล้ ไกล ขอ", id="each leading vowel"),
        pytest.param("12 abc ABD กก", id="figures, Latin in any case, Thai"),
    ],
)
def test_sort_key_gives_dictionary_order(words):
    keys = [thai.sort_key(word) for word in words.split()]
    assert keys == sorted(set(keys))


@properties
@given(st.lists(st.text("กขฃคงเแโใไะาิุ่้็์ abX19๑", max_size=12)))
def test_sort_key_agrees_with_the_pair_it_packs(words):
    def pair(word: str) -> tuple[str, str]:
        swapped = thai._LEADING_VOWEL.sub(r"\2\1", thai.normalize(word).casefold())
        return thai._IGNORED_AT_FIRST.sub("", swapped), swapped

    assert [pair(word) for word in sorted(words, key=thai.sort_key)] == sorted(map(pair, words))


@properties
@given(st.text(max_size=400))
def test_sort_key_is_plain_and_fits_its_column(text):
    key = thai.sort_key(text)
    assert set(key) <= set("0123456789abcdef")
    assert len(key) <= thai.SORT_KEY_LENGTH


# Years


@pytest.mark.parametrize(
    "typed",
    ["2569", "๒๕๖๙", " 2569 ", 2569, 2569.0, "พ.ศ. 2569", "ปีงบประมาณ พ.ศ. ๒๕๖๙", "ปี 2569", "ปีงบประมาณ 2569"],
)
def test_be_year_is_read(typed):
    assert thai.parse_be_year(typed) == 2569


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param("2026", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ 2026", id="CE"),
        pytest.param("๒๐๒๖", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ 2026", id="CE in Thai digits"),
        pytest.param(2026, "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ 2026", id="CE from a workbook"),
        pytest.param("69", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ 69", id="two figures"),
        pytest.param("2700", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ 2700", id="too far"),
        pytest.param("ปีนี้", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ “ปีนี้”", id="text"),
        pytest.param("2569.5", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ “2569.5”", id="fraction"),
        pytest.param("", "ใส่ปีเป็น พ.ศ. เช่น 2569", id="blank"),
        pytest.param(None, "ใส่ปีเป็น พ.ศ. เช่น 2569", id="nothing"),
        pytest.param(True, "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ “True”", id="boolean"),
    ],
)
def test_other_years_are_refused(typed, message):
    assert refusal(thai.parse_be_year, typed) == message


def test_refusal_keeps_remedy_and_what_was_found_apart():
    error = ThaiValueError("ใส่ปีเป็น พ.ศ. เช่น 2569", "2026")
    assert (error.remedy, error.found) == ("ใส่ปีเป็น พ.ศ. เช่น 2569", "2026")


@given(st.integers(2400, 2699))
@properties
def test_be_and_ce_are_inverse(year):
    assert thai.be(thai.ce(year)) == year


# Dates in


@pytest.mark.parametrize(
    "typed",
    [
        "31/10/2569",
        "31-10-2569",
        "31.10.2569",
        "31 / 10 / 2569",
        "๓๑/๑๐/๒๕๖๙",
        "31/10/69",
        "31 ต.ค. 2569",
        "31 ต.ค. 69",
        "31 ตค 2569",
        "31ต.ค.2569",
        "31 ตุลาคม 2569",
        "๓๑ ตุลาคม พ.ศ. ๒๕๖๙",
        "วันที่ 31 ตุลาคม 2569",
        "31 ตุลาคม พศ 2569",
        date(2026, 10, 31),
        datetime(2026, 10, 31, 23, 59),  # noqa: DTZ001
        datetime(2026, 10, 30, 17, 0, tzinfo=UTC),
        date(2569, 10, 31),
        datetime(2569, 10, 31, 8, 0),  # noqa: DTZ001
    ],
    ids=str,
)
def test_every_way_to_write_a_day_is_read(typed):
    assert thai.parse_date(typed) == date(2026, 10, 31)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param("31/10/2026", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ 2026", id="CE year"),
        pytest.param("31 ต.ค. 2026", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ 2026", id="CE year in words"),
        pytest.param("31/10/26", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ 26", id="two figures that may be CE"),
        pytest.param("30/2/2569", "วันที่ 30/2/2569 ไม่มีในปฏิทิน", id="30 February"),
        pytest.param("๓๐ ก.พ. ๒๕๖๙", "วันที่ 30/2/2569 ไม่มีในปฏิทิน", id="30 February in words"),
        pytest.param("29/02/2568", "วันที่ 29/2/2568 ไม่มีในปฏิทิน", id="leap by BE only"),
        pytest.param("31/13/2569", "วันที่ 31/13/2569 ไม่มีในปฏิทิน", id="month 13"),
        pytest.param("0/1/2569", "วันที่ 0/1/2569 ไม่มีในปฏิทิน", id="day 0"),
        pytest.param(date(2568, 2, 29), "วันที่ 29/2/2568 ไม่มีในปฏิทิน", id="BE stored as CE, no such day"),
        pytest.param("2026-10-31", f"{thai._DATE_REMEDY} คุณพิมพ์ “2026-10-31”", id="ISO"),
        pytest.param("31/10-2569", f"{thai._DATE_REMEDY} คุณพิมพ์ “31/10-2569”", id="mixed separators"),
        pytest.param("31 ตุลา 2569", f"{thai._DATE_REMEDY} คุณพิมพ์ “31 ตุลา 2569”", id="no such month name"),
        pytest.param("เร็ว ๆ นี้", f"{thai._DATE_REMEDY} คุณพิมพ์ “เร็ว ๆ นี้”", id="text"),
        pytest.param(45961, f"{thai._DATE_REMEDY} คุณพิมพ์ “45961”", id="bare serial number"),
        pytest.param("  ", thai._DATE_REMEDY, id="blank"),
        pytest.param(None, thai._DATE_REMEDY, id="nothing"),
        pytest.param("ก" * 50, f"{thai._DATE_REMEDY} คุณพิมพ์ “{'ก' * 40}…”", id="long text is cut"),
    ],
)
def test_other_days_are_refused_with_a_remedy(typed, message):
    assert refusal(thai.parse_date, typed) == message


def test_29_february_is_a_day_in_a_true_leap_year():
    assert thai.parse_date("29/02/2567") == date(2024, 2, 29)


@properties
@given(days)
def test_days_come_back_from_every_form(day):
    figures = f"{day.day}/{day.month}/{thai.be(day.year)}"
    forms = (
        figures,
        thai.to_thai(figures),
        thai.long_date(day),
        thai.short_date(day),
        thai.official_date(day),
    )
    assert {thai.parse_date(form) for form in forms} == {day}


@properties
@given(days)
def test_workbook_days_before_2400_are_ce(day):
    assert thai.parse_date(day) == day


@properties
@given(
    st.one_of(st.text(), st.text("0123456789/.-ตค ๒๕๖"), st.floats(), st.integers(), st.dates(), st.none())
)
def test_any_value_is_a_day_or_refused(value):
    try:
        assert isinstance(thai.parse_date(value), date)
    except ThaiValueError as refused:
        assert refused.remedy


# Month headings


@pytest.mark.parametrize(
    "heading",
    [
        "ต.ค. 69",
        "ต.ค.69",
        "ต.ค 69",
        "ตค69",
        "ต.ค.-69",
        "ต.ค./69",
        "ต.ค. 2569",
        "ต.ค.๒๕๖๙",
        "ต.ค.\n69",
        "ตุลาคม 2569",
        "เดือนตุลาคม พ.ศ. 2569",
        datetime(2026, 10, 1),  # noqa: DTZ001
        date(2569, 10, 31),
    ],
    ids=str,
)
def test_month_headings_are_read(heading):
    assert thai.parse_month(heading) == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("heading", "month"),
    [
        ("ต.ค.", date(2026, 10, 1)),
        ("ธันวาคม", date(2026, 12, 1)),
        ("ม.ค.", date(2027, 1, 1)),
        ("ก.ย.", date(2027, 9, 1)),
        ("ก.ย. 69", date(2026, 9, 1)),
    ],
)
def test_a_heading_without_year_takes_it_from_the_fiscal_year(heading, month):
    assert thai.parse_month(heading, fiscal_year=2570) == month


@pytest.mark.parametrize(
    "heading",
    [
        "ต.ค.",
        "รวม",
        "ไตรมาส 1",
        "Oct 69",
        "ต.ค. 2026",
        "ต.ค. 26",
        "ต.ค. 256",
        "แผน ต.ค. 69",
        "",
        None,
        10,
        "." * 30000,
    ],
    ids=lambda heading: str(heading)[:20],
)
def test_other_headings_are_no_month(heading):
    assert thai.parse_month(heading) is None


@pytest.mark.parametrize("names", [thai.MONTHS, thai.MONTHS_SHORT], ids=["full", "short"])
def test_every_month_name_is_its_own(names):
    assert [thai.parse_month(f"{name} 2569").month for name in names] == list(range(1, 13))


# Out

MARCH_30 = date(2026, 3, 30)


@pytest.mark.parametrize(
    ("write", "text"),
    [
        (thai.long_date, "30 มีนาคม 2569"),
        (thai.short_date, "30 มี.ค. 2569"),
        (thai.weekday_date, "จันทร์ 30 มีนาคม 2569"),
        (thai.official_date, "๓๐ มีนาคม ๒๕๖๙"),
        (thai.month_name, "มีนาคม 2569"),
        (thai.month_short, "มี.ค. 2569"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_days_are_written(write, text):
    assert write(MARCH_30) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        pytest.param(MARCH_30, MARCH_30, "30 มี.ค. 2569", id="one day"),
        pytest.param(date(2026, 3, 1), MARCH_30, "1–30 มี.ค. 2569", id="one month"),
        pytest.param(date(2026, 1, 1), MARCH_30, "1 ม.ค. – 30 มี.ค. 2569", id="one year"),
        pytest.param(date(2025, 10, 1), MARCH_30, "1 ต.ค. 2568 – 30 มี.ค. 2569", id="two years"),
        pytest.param(date(2025, 3, 1), MARCH_30, "1 มี.ค. 2568 – 30 มี.ค. 2569", id="one month, two years"),
    ],
)
def test_ranges_say_once_what_both_days_share(first, last, text):
    assert thai.date_range(first, last) == text


def test_times_are_written_with_a_point():
    assert thai.clock_time(time(9, 5)) == "09.05 น."


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 3, 30, 3, 20, tzinfo=UTC),
        datetime(2026, 3, 29, 22, 20, tzinfo=timezone(timedelta(hours=-5))),
    ],
    ids=["UTC", "UTC-5"],
)
def test_instants_are_written_as_bangkok_sees_them(instant):
    assert thai.instant_text(instant) == "30 มี.ค. 2569 10.20 น."


def test_an_instant_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        thai.instant_text(datetime(2026, 3, 30, 10, 20))  # noqa: DTZ001

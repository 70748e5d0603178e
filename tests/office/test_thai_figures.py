"""Figures as people type them and as they see them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office import thai
from office.thai import ThaiValueError

properties = settings(deadline=None, database=None, max_examples=100)


def refusal(value) -> str:
    with pytest.raises(ThaiValueError) as caught:
        thai.parse_quantity(value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        pytest.param("12", "12", id="text"),
        pytest.param("๑๒.๕", "12.5", id="Thai digits"),
        pytest.param("1,234,567.50", "1234567.5", id="commas"),
        pytest.param(" 1 234 ", "1234", id="spaces"),
        pytest.param(".5", "0.5", id="no leading figure"),
        pytest.param("5.", "5", id="point at the end"),
        pytest.param("0", "0", id="zero"),
        pytest.param(7, "7", id="int"),
        pytest.param(3.0000000001, "3", id="float noise"),
        pytest.param(0.1 + 0.2, "0.3", id="float sum"),
        pytest.param(-1e-12, "0", id="float noise below zero"),
        pytest.param(Decimal("2.50"), "2.5", id="Decimal"),
        pytest.param(999_999_999_999.99, "999999999999.99", id="greatest"),
    ],
)
def test_quantities_are_read(typed, value):
    assert thai.parse_quantity(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", " ", "-", "–", "—", "−", "\u200b", None], ids=repr)
def test_blank_and_dash_are_no_quantity(typed):
    assert thai.parse_quantity(typed) is None


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        pytest.param("-๔", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “-๔”", id="negative text"),
        pytest.param("−4", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “−4”", id="true minus"),
        pytest.param(-4, "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “-4”", id="negative"),
        pytest.param(-4.0, "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “-4”", id="negative float"),
        pytest.param("สองแห่ง", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “สองแห่ง”", id="words"),
        pytest.param("12 แห่ง", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “12 แห่ง”", id="figure and unit"),
        pytest.param("1e3", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “1e3”", id="exponent"),
        pytest.param("NaN", "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “NaN”", id="NaN text"),
        pytest.param(float("nan"), "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “nan”", id="NaN"),
        pytest.param(float("inf"), "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “inf”", id="infinity"),
        pytest.param(Decimal("sNaN"), "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “sNaN”", id="signalling NaN"),
        pytest.param(True, "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “True”", id="boolean"),
        pytest.param(date(2026, 10, 1), "ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป คุณพิมพ์ “2026-10-01”", id="date"),
        pytest.param("1,23", "ใส่จุลภาคคั่นทุกสามหลัก เช่น 1,234 คุณพิมพ์ “1,23”", id="comma misplaced"),
        pytest.param("1234,567", "ใส่จุลภาคคั่นทุกสามหลัก เช่น 1,234 คุณพิมพ์ “1234,567”", id="comma missing"),
        pytest.param("1 2", "ใส่จุลภาคคั่นทุกสามหลัก เช่น 1,234 คุณพิมพ์ “1 2”", id="two figures"),
        pytest.param("3.141", "ใส่ทศนิยมไม่เกิน 2 ตำแหน่ง คุณพิมพ์ “3.141”", id="three decimals"),
        pytest.param(3.141, "ใส่ทศนิยมไม่เกิน 2 ตำแหน่ง คุณพิมพ์ “3.141”", id="three decimals, float"),
        pytest.param(10**12, "ใส่ตัวเลขที่น้อยกว่า 1,000,000,000,000 คุณพิมพ์ “1000000000000”", id="too large"),
    ],
)
def test_other_quantities_are_refused_with_a_remedy(typed, message):
    assert refusal(typed) == message


@pytest.mark.parametrize("typed", [10**5000, "9" * 6000, 1e300], ids=["int", "text", "float"])
def test_enormous_quantities_are_refused_too(typed):
    assert refusal(typed).startswith("ใส่ตัวเลขที่น้อยกว่า 1,000,000,000,000 คุณพิมพ์ “")


@pytest.mark.parametrize("text", ["9" * 30000 + "x", "9," * 15000 + "x", "ก" + ". " * 15000 + "x"])
def test_hostile_text_is_refused_at_once(text):
    assert refusal(text).startswith(thai._QUANTITY_REMEDY)


@properties
@given(st.decimals(0, "999999999999.99", places=2))
def test_quantities_come_back_as_they_were_shown(value):
    shown = thai.quantity(value)
    assert thai.parse_quantity(shown) == thai.parse_quantity(thai.to_thai(shown)) == value


@properties
@given(st.one_of(st.text(), st.floats(), st.integers(), st.decimals(), st.booleans(), st.none()))
def test_any_value_is_read_or_refused(value):
    try:
        read = thai.parse_quantity(value)
    except ThaiValueError as refused:
        assert refused.remedy
    else:
        assert read is None or 0 <= read < thai.QUANTITY_LIMIT


@pytest.mark.parametrize(
    ("value", "quantity", "percent", "baht"),
    [
        pytest.param(None, "–", "–", "–", id="none"),
        pytest.param(Decimal("0.00"), "0", "0.00 %", "0.00 บาท", id="zero"),
        pytest.param(Decimal("1000"), "1,000", "1,000.00 %", "1,000.00 บาท", id="zeros that count"),
        pytest.param(Decimal("1234.50"), "1,234.5", "1,234.50 %", "1,234.50 บาท", id="one decimal"),
        pytest.param(Decimal("94.475"), "94.48", "94.48 %", "94.48 บาท", id="half goes up"),
        pytest.param(Decimal("-3"), "−3", "−3.00 %", "−3.00 บาท", id="true minus"),
        pytest.param(Decimal("-0.001"), "0", "0.00 %", "0.00 บาท", id="no minus zero"),
        pytest.param(12, "12", "12.00 %", "12.00 บาท", id="int"),
    ],
)
def test_figures_are_written(value, quantity, percent, baht):
    assert (thai.quantity(value), thai.percent(value), thai.baht(value)) == (quantity, percent, baht)

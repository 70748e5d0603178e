"""Fields read what people type and say what to do when they can't."""

from __future__ import annotations

import io
import zipfile
from datetime import date, time
from decimal import Decimal

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from office.forms import ThaiCountField, ThaiDateField, ThaiQuantityField, ThaiTimeField, UploadForm
from office.sheets import MAX_BYTES, WorkbookError, read


def refusal(field, typed):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(typed)
    return " ".join(refused.value.messages)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("31/10/2569", date(2026, 10, 31)),
        (" ๓๑/๑๐/๒๕๖๙ ", date(2026, 10, 31)),
        ("31 ต.ค. 69", date(2026, 10, 31)),
    ],
)
def test_a_date(typed, day):
    assert ThaiDateField().clean(typed) == day


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/10/2026", "ใส่ปีเป็น พ.ศ. เช่น 2569 คุณพิมพ์ 2026"),
        ("30/2/2569", "วันที่ 30/2/2569 ไม่มีในปฏิทิน"),
        ("เมื่อวาน", "ใส่วันที่เป็น วัน/เดือน/ปี พ.ศ."),
        ("", "กรอกวันที่"),
        ("1" * 41, "ไม่เกิน 40 ตัวอักษร"),
    ],
)
def test_a_refused_date(typed, said):
    assert said in refusal(ThaiDateField(), typed)


@pytest.mark.parametrize(
    "field",
    [
        ThaiDateField(required=False),
        ThaiQuantityField(required=False),
        ThaiCountField(most=9, required=False),
        ThaiTimeField(required=False),
    ],
    ids=lambda field: type(field).__name__,
)
@pytest.mark.parametrize("blank", ["", "  ", None])
def test_an_optional_blank_is_none(field, blank):
    assert field.clean(blank) is None


@given(st.dates(date(1900, 1, 1), date(2150, 1, 1)))
def test_a_date_shown_is_read_as_the_same(day):
    field = ThaiDateField()
    assert field.clean(field.prepare_value(day)) == day


@given(st.decimals(0, 10**9, places=2))
def test_a_quantity_shown_is_read_as_the_same(value):
    field = ThaiQuantityField(required=False)
    assert field.clean(field.prepare_value(value)) == value


@given(st.times())
def test_a_time_shown_is_read_as_the_same_minute(value):
    field = ThaiTimeField()
    assert field.clean(field.prepare_value(value)) == value.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("๑,๒๓๔.๕", Decimal("1234.50")), ("0", Decimal("0.00")), ("-", None)],
)
def test_a_quantity(typed, value):
    assert ThaiQuantityField(required=False).clean(typed) == value


@pytest.mark.parametrize(
    ("typed", "said"), [("สาม", "ตั้งแต่ 0 ขึ้นไป"), ("-1", "ตั้งแต่ 0 ขึ้นไป"), ("1.234", "ทศนิยมไม่เกิน 2 ตำแหน่ง")]
)
def test_a_refused_quantity(typed, said):
    assert said in refusal(ThaiQuantityField(), typed)


@pytest.mark.parametrize(("typed", "value"), [("5", 5), ("๕", 5), ("0", 0), ("007", 7)])
def test_a_count(typed, value):
    assert ThaiCountField(most=9).clean(typed) == value


@pytest.mark.parametrize("typed", ["10", "-1", "1.5", "ห้า", "²", "9" * 30])
def test_a_refused_count(typed):
    assert "จำนวนเต็มตั้งแต่ 0 ถึง 9" in refusal(ThaiCountField(most=9), typed)


@pytest.mark.parametrize(
    ("typed", "value"), [("16.30", time(16, 30)), ("๐๙:๐๕ น.", time(9, 5)), ("0.00", time(0))]
)
def test_a_time(typed, value):
    assert ThaiTimeField().clean(typed) == value


@pytest.mark.parametrize("typed", ["24.00", "16", "16.5", "16.60", "สี่โมง", "1:2:3"])
def test_a_refused_time(typed):
    assert "0.00 ถึง 23.59" in refusal(ThaiTimeField(), typed)


def test_what_was_typed_wrongly_is_shown_again():
    class Form(forms.Form):
        day = ThaiDateField()

    form = Form({"day": "31/10/2026"})
    assert not form.is_valid()
    assert form["day"].value() == "31/10/2026"


def test_numbers_open_the_keys_for_numbers():
    assert ThaiQuantityField().widget.attrs["inputmode"] == "decimal"
    assert ThaiCountField(most=9).widget.attrs["inputmode"] == "numeric"
    assert ThaiDateField().widget.attrs["maxlength"] == "40"


@pytest.mark.parametrize(
    ("content", "size", "said"),
    [(None, 0, "เลือกไฟล์ก่อน"), (b"", 0, "ไฟล์นี้ว่างเปล่า"), (b"x", MAX_BYTES + 1, "ใหญ่เกิน 20 MB")],
    ids=["none", "empty", "too large"],
)
def test_an_upload_is_refused_with_the_remedy(content, size, said):
    files = {}
    if content is not None:
        files["file"] = SimpleUploadedFile("แผน.xlsx", content)
        files["file"].size = size
    form = UploadForm({}, files)
    assert not form.is_valid()
    assert said in form.errors["file"][0]


def test_an_upload_of_the_greatest_size_is_taken():
    file = SimpleUploadedFile("แผน.xlsx", b"x")
    file.size = MAX_BYTES
    assert UploadForm({}, {"file": file}).is_valid()


def test_a_kind_that_is_not_read_is_not_offered():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content/>")
    with pytest.raises(WorkbookError):
        read(content.getvalue(), name="cps.ods")
    assert ".ods" not in UploadForm().fields["file"].widget.attrs["accept"].split(",")

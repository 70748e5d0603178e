"""Form fields that read what people in the office type: BE dates, Thai digits, figures, files."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from office import thai
from office.sheets import MAX_BYTES
from office.thai import ThaiValueError

DATE_HINT = "วัน/เดือน/ปี พ.ศ. เช่น 31/10/2569"


class ThaiField(forms.Field):
    """One line of text that ``read`` turns into a value or refuses with a Thai message."""

    widget = forms.TextInput
    longest = 40
    default_error_messages = {"required": "กรอกช่องนี้"}

    def read(self, typed: str) -> Any:
        raise NotImplementedError

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"maxlength": str(self.longest), "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        typed = str(value or "").strip()
        if not typed:
            return None
        if len(typed) > self.longest:
            raise ValidationError(f"พิมพ์ไม่เกิน {self.longest} ตัวอักษร")
        try:
            return self.read(typed)
        except ThaiValueError as refusal:
            raise ValidationError(str(refusal)) from refusal


class ThaiDateField(ThaiField):
    """A day typed in BE; ``clean`` gives a date (CE) or None. No date picker: browsers show CE."""

    default_error_messages = {"required": f"กรอกวันที่ เป็น {DATE_HINT}"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": DATE_HINT} | kwargs)

    def read(self, typed: str) -> date:
        return thai.parse_date(typed)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.day}/{value.month}/{thai.be(value.year)}" if isinstance(value, date) else value


class ThaiQuantityField(ThaiField):
    """A figure of a plan or a result; ``clean`` gives a Decimal with two places, or None for blank or "-"."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "decimal"}

    def read(self, typed: str) -> Decimal | None:
        return thai.parse_quantity(typed)

    def prepare_value(self, value: Any) -> Any:
        return thai.quantity(value).replace(",", "") if isinstance(value, Decimal) else value


class ThaiCountField(ThaiField):
    """A whole number from ``least`` to ``most``, Thai digits too; ``clean`` gives an int or None."""

    def __init__(self, *, least: int = 0, most: int, **kwargs: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return super().widget_attrs(widget) | {"inputmode": "numeric"}

    def read(self, typed: str) -> int:
        text = thai.normalize(typed)
        if text.isascii() and text.isdigit() and self.least <= int(text) <= self.most:
            return int(text)
        raise ThaiValueError(f"ใส่จำนวนเต็มตั้งแต่ {self.least} ถึง {self.most}", f"“{text}”")


class ThaiTimeField(ThaiField):
    """A time of day as 16.30 or 16:30; ``clean`` gives a time or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"help_text": "เช่น 16.30"} | kwargs)

    def read(self, typed: str) -> time:
        text = thai.normalize(typed).removesuffix("น.").strip().replace(":", ".")
        hour, dot, minute = text.partition(".")
        if dot and hour.isdigit() and len(minute) == 2 and minute.isdigit():
            try:
                return time(int(hour), int(minute))
            except ValueError:
                pass
        raise ThaiValueError("ใส่เวลาตั้งแต่ 0.00 ถึง 23.59 เช่น 16.30", f"“{text}”")

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H.%M}" if isinstance(value, time) else value


class WorkbookField(forms.FileField):
    """A workbook to import; its content is judged by ``office.sheets.read``, only its size here."""

    default_error_messages = {
        "required": "เลือกไฟล์ก่อน",
        "missing": "เลือกไฟล์ก่อน",
        "empty": "เลือกไฟล์ที่มีข้อมูล ไฟล์นี้ว่างเปล่า",
        "invalid": "เลือกไฟล์ก่อน",
        "max_length": "ชื่อไฟล์ยาวเกินไป ตั้งชื่อให้สั้นลง",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}))
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile) and (file.size or 0) > MAX_BYTES:
            raise ValidationError(f"ไฟล์ใหญ่เกิน {MAX_BYTES // 1024 // 1024} MB เลือกไฟล์ที่เล็กกว่า")
        return file


class UploadForm(forms.Form):
    """First step of every import page: choose a file, look at what it would change."""

    file = WorkbookField(label="ไฟล์", help_text="ไฟล์ Excel หรือ CSV ขนาดไม่เกิน 20 MB")


class ConfirmForm(forms.Form):
    """Second step: take in exactly the file that was looked at (``office.uploads``)."""

    token = forms.CharField(max_length=64, widget=forms.HiddenInput)

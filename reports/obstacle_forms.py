"""Forms of obstacles: short enough for a phone in the field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from plans.models import PlanItem
from reports.actions.obstacles import LABELS, LONGEST

TOO_LONG = "เขียนไม่เกิน %(limit_value)s ตัวอักษร ที่พิมพ์มี %(show_value)s ตัวอักษร"


def text_field(
    label: str, *, rows: int = 3, required: bool = True, empty: str = "", hint: str = ""
) -> forms.CharField:
    """No ``maxlength`` in the page: a browser would cut a paste off without a word."""
    field = forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": empty or "กรอกช่องนี้", "max_length": TOO_LONG},
    )
    field.widget.attrs.pop("maxlength", None)
    return field


class TextsForm(forms.Form):
    """The three texts of an obstacle."""

    text = text_field("ปัญหาหรืออุปสรรคที่พบ", rows=4, empty="เขียนปัญหาหรืออุปสรรคที่พบ")
    tried = text_field(LABELS["tried"], rows=2, required=False)
    help_wanted = text_field(LABELS["help_wanted"], rows=2, required=False)


class NewForm(TextsForm):
    item = forms.ChoiceField(
        label="เกี่ยวกับงานในแผน",
        required=False,
        error_messages={"invalid_choice": "เลือกงานของคุณในแผน"},
    )
    field_order = ["text", "item", "tried", "help_wanted"]

    def __init__(self, *args: Any, items: Iterable[PlanItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {str(item.pk): item for item in items}
        field = self.fields["item"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "ไม่ใช่งานในแผน")] + [(key, str(item)) for key, item in self.items.items()]

    @property
    def chosen(self) -> PlanItem | None:
        return self.items.get(self.cleaned_data["item"])


class FollowForm(forms.Form):
    text = text_field("สิ่งที่ดำเนินการ", empty="เขียนสิ่งที่ดำเนินการก่อนบันทึก")


class SolveForm(forms.Form):
    text = text_field("ผลการแก้ไข", empty="เขียนผลการแก้ไขก่อนปิดเรื่อง")


class WithdrawForm(forms.Form):
    text = text_field("เหตุผลที่ยกเลิก", rows=2, empty="เขียนเหตุผลก่อนยกเลิกเรื่อง")


class ReopenForm(forms.Form):
    text = text_field("เหตุผลที่เปิดอีกครั้ง", rows=2, empty="เขียนเหตุผลก่อนเปิดเรื่องอีกครั้ง")

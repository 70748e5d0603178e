"""Moving a meeting."""

from __future__ import annotations

from django import forms

from office.forms import ThaiDateField


class MoveForm(forms.Form):
    day = ThaiDateField(label="วันประชุมใหม่")
    reason = forms.CharField(
        label="เหตุผลที่เลื่อน",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "กรอกเหตุผลที่เลื่อนวันประชุม"},
        help_text="ทุกคนในสำนักงานเห็นเหตุผลนี้",
    )
    on_day_off = forms.BooleanField(label="ยืนยันว่าประชุมในวันหยุด", required=False)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

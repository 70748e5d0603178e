"""The sign-in form, shared by the sign-in page and the page of an ended session."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "รหัสเจ้าหน้าที่หรือรหัสผ่านไม่ตรงกัน ตรวจแล้วลองใหม่ พิมพ์ผิดครบ 5 ครั้งจะพัก 15 นาที",
        "inactive": "บัญชีนี้ปิดใช้งานแล้ว ติดต่อผู้ดูแลระบบ",
    }

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().upper()

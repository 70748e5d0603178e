"""What months and people's codes look like in an address: nothing that a database can't hold gets further."""

from __future__ import annotations

from django.urls import register_converter


class MonthConverter:
    """As in 2026-10; whether there is such a month is for the view to say."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


class CodeConverter(MonthConverter):
    """A person's code or a kept file's token, in any script: no slash, no control character."""

    regex = r"[^/\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]+"


register_converter(MonthConverter, "month")
register_converter(CodeConverter, "code")

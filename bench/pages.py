"""What a browser would send: the fields of the form that a button belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


class NoFormError(LookupError):
    """The page has no such button."""


@dataclass(slots=True)
class Form:
    """``action`` is where ``button`` sends it."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


def form_of(html: str, button: str) -> Form:
    """The form with the button of that text, filled in as it stands. Raises NoFormError."""
    reader = _Reader(button)
    reader.feed(html)
    if reader.found is None:
        raise NoFormError(button)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, button: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wanted = button
        self.found: Form | None = None
        self.form = Form("")
        self.textarea = self.select = ""
        self.pressed: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(known.get("action", ""))
        elif tag == "input":
            self._input(known)
        elif tag == "textarea":
            self.textarea = known.get("name", "")
            self.form.fields[self.textarea] = ""
        elif tag == "select":
            self.select = known.get("name", "")
        elif tag == "option" and self.select:
            if "selected" in known or self.select not in self.form.fields:
                self.form.fields[self.select] = known.get("value", "")
        elif tag == "button":
            self.pressed = known.get("formaction", "")

    def _input(self, known: dict[str, str]) -> None:
        name, kind = known.get("name", ""), known.get("type", "text")
        if not name or (kind in ("radio", "checkbox") and "checked" not in known):
            return
        if kind not in ("submit", "button", "file"):
            self.form.fields[name] = known.get("value", "on" if kind == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.form.fields[self.textarea] += data
        elif self.pressed is not None and self.wanted in data:
            self.found = Form(self.pressed or self.form.action, self.form.fields)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = ""
        elif tag == "select":
            self.select = ""
        elif tag == "button":
            self.pressed = None

"""Filters and tags of every page; builtins, so pages need no {% load %}."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.template.defaulttags import CsrfTokenNode
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from office import thai, vocabulary
from office.calendar import Month, day_of

register = template.Library()

TONE_ICONS = {
    "ok": "check-circle-fill",
    "info": "info-circle-fill",
    "warn": "exclamation-triangle-fill",
    "bad": "x-octagon-fill",
}
LEVEL_TONES = {"debug": "info", "info": "info", "success": "ok", "warning": "warn", "error": "bad"}
_ICON_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _day(value: date) -> date:
    return day_of(value) if isinstance(value, datetime) else value


@register.filter
def thai_date(value: date | None) -> str:
    """As "31 มี.ค. 2569"; an instant is its Bangkok day; None is a dash."""
    return thai.BLANK if value is None else thai.short_date(_day(value))


@register.filter
def thai_date_long(value: date | None) -> str:
    """As "จันทร์ 31 มีนาคม 2569"."""
    return thai.BLANK if value is None else thai.weekday_date(_day(value))


@register.filter
def thai_instant(value: datetime | None) -> str:
    """As "31 มี.ค. 2569 16.30 น.", in Bangkok."""
    return thai.BLANK if value is None else thai.instant_text(value)


@register.filter
def thai_time(value: datetime | None) -> str:
    """As "16.30 น.", in Bangkok."""
    return thai.BLANK if value is None else thai.clock_time(value.astimezone(thai.BANGKOK).time())


@register.filter
def thai_month(value: Month | date | None) -> str:
    """As "มีนาคม 2569"."""
    if value is None:
        return thai.BLANK
    return value.label if isinstance(value, Month) else thai.month_name(_day(value))


@register.filter
def thai_month_short(value: Month | date | None) -> str:
    """As "มี.ค. 2569"."""
    if value is None:
        return thai.BLANK
    return value.short if isinstance(value, Month) else thai.month_short(_day(value))


@register.filter
def quantity(value: Decimal | int | None) -> str:
    return thai.quantity(value)


@register.filter
def percent(value: Decimal | int | None) -> str:
    """Of a figure already times 100: "94.48 %"; None (a plan of 0) is a dash."""
    return thai.percent(value)


@register.filter
def baht(value: Decimal | int | None) -> str:
    return thai.baht(value)


@register.filter
def unbroken(job_no: str) -> SafeString:
    """A job number that stays on one line within a title; it keeps its one plain space."""
    return format_html('<span class="nowrap">{}</span>', job_no)


@lru_cache(maxsize=256)
@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon: the word beside it says the same. Raises UnknownWordError for a malformed name."""
    if not _ICON_NAME.fullmatch(name):
        raise vocabulary.UnknownWordError(f"not the name of an icon: {name!r}")
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """The page's own query string with these parameters changed; None takes one out; never empty."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            params.pop(name, None)
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag
def state_tag(state: str, timing: str, place: str = "list") -> SafeString:
    """The pill of an expected report; ``place`` is list, page (says "ส่งตรงเวลา") or cell."""
    return _state_tag(str(state), str(timing), place)


@lru_cache(maxsize=128)
def _state_tag(state: str, timing: str, place: str) -> SafeString:
    shown = vocabulary.report_state(state, timing)
    return _pill(shown, shown.word_in(place))


@register.simple_tag
def state_cell(state: str, timing: str) -> SafeString:
    """Icon and short word for the inside of a grid cell or a strip; see ``state_tone`` for its class."""
    return _state_cell(str(state), str(timing))


@lru_cache(maxsize=128)
def _state_cell(state: str, timing: str) -> SafeString:
    shown = vocabulary.report_state(state, timing)
    return format_html("{}<b>{}</b>", icon(shown.icon), shown.cell_word)


@register.simple_tag
def state_tone(state: str, timing: str) -> str:
    """The class of a grid cell or a strip's month: "is-ok", or "" for a month without a plan."""
    tone = vocabulary.report_state(str(state), str(timing)).tone
    return "" if tone == "none" else f"is-{tone}"


@register.simple_tag
def state_word(state: str, timing: str, place: str = "list") -> str:
    """The same word without the pill, for names of links."""
    return vocabulary.report_state(str(state), str(timing)).word_in(place)


@lru_cache(maxsize=16)
@register.simple_tag
def line_tag(key: str) -> SafeString:
    """The pill of one line of the month: unanswered, answered or below."""
    shown = vocabulary.LINES[vocabulary.known(key, tuple(vocabulary.LINES))]
    return _pill(shown, shown.word)


@lru_cache(maxsize=16)
@register.simple_tag
def obstacle_tag(state: str) -> SafeString:
    """The pill of an obstacle's state."""
    shown = vocabulary.obstacle(str(state))
    return _pill(shown, shown.word)


@register.simple_tag
def flag_tag(breach: str, state: str = "OPEN", count: int = 0) -> SafeString:
    """A square flag; unless it is merely open its word says where the case stands.

    ``count`` is how many notices were sent. An ended flag is dashed.
    """
    return _flag_tag(str(breach), str(state), count)


@lru_cache(maxsize=256)
def _flag_tag(breach: str, state: str, count: int) -> SafeString:
    shown, life = vocabulary.flag(breach), vocabulary.flag_life(state, count)
    tone = "" if shown.tone == "warn" else f" flag--{shown.tone}"
    word = shown.word if state.upper() == "OPEN" else f"{shown.word} · {life}"
    return format_html(
        '<span class="flag{}">{}{}</span>',
        " flag--done" if vocabulary.ended(state) else tone,
        icon(shown.icon),
        word,
    )


def _pill(shown: vocabulary.Shown, word: str) -> SafeString:
    tone = "" if shown.tone == "mute" else f" tag--{shown.tone}"
    return format_html('<span class="tag{}">{}{}</span>', tone, icon(shown.icon), word)


@register.simple_block_tag
def note(content: str, tone: str = "info", role: str = "") -> SafeString:
    """A message about the whole page or job: {% note "warn" %}<p>…</p>{% endnote %}."""
    vocabulary.known(tone, tuple(TONE_ICONS))
    return format_html(
        '<div class="note note--{}"{}>{}<div>{}</div></div>',
        tone,
        format_html(' role="{}"', role) if role else "",
        icon(TONE_ICONS[tone]),
        content,
    )


@register.filter
def tone_of(level: str) -> str:
    """Tone of a Django message's level tag."""
    return LEVEL_TONES[vocabulary.known(level, tuple(LEVEL_TONES))]


@register.simple_tag
def field(bound: BoundField, unit: str = "", autofocus: bool = False) -> SafeString:  # noqa: FBT001, FBT002
    """Label, hint, error and control of one form field, wired for screen readers.

    ``unit`` puts a counting unit behind a number. Raises TypeError for anything but a bound field.
    """
    if not isinstance(bound, BoundField):
        raise TypeError(f"field wants a bound form field, not {bound!r}")
    if bound.is_hidden:
        return bound.as_hidden()
    attrs: dict[str, Any] = {"class": _control_class(bound)}
    if autofocus:
        attrs["autofocus"] = True
    kind = _kind(bound)
    page = get_template(f"components/field_{kind}.html")
    parts = {"bound": bound, "unit": unit, "optional": not bound.field.required}
    if kind != "choices":
        parts["control"] = bound.as_widget(attrs=attrs)
    return SafeString(page.render(parts))


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        return "tick"
    return "choices" if isinstance(widget, RadioSelect | CheckboxSelectMultiple) else "control"


def _control_class(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, CheckboxInput):
        base = ""
    else:
        base = "form-select" if isinstance(widget, Select) else "form-control"
    own = str(widget.attrs.get("class", ""))
    return " ".join(filter(None, (base, own, "is-invalid" if bound.errors else "")))


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> str:
    """Django's field, and for whom the page was drawn: nobody else may send the form."""
    token = CsrfTokenNode().render(context)
    actor = getattr(context.get("request"), "actor", None)
    if actor is None or actor.person is None:
        return token
    return token + format_html('<input type="hidden" name="drawn_for" value="{}">', actor.person.code)

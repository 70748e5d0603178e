"""What was found of each line, beside the fields where it is put right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from office import thai
from office.templatetags.tidtam import flag_tag
from reports.case_reads import demand
from reports.enums import Breach, FlagState
from reports.queries import MonthOfPerson, Row
from reports.queries.flags import KnownFlag, flagged_items, line_flags
from reports.rules import Lack, unaddressed
from reports.views.month_lines import FormLine

_BOTH = {Breach.OFF_PLAN, Breach.CPS_MISMATCH}


def show_flags(read: MonthOfPerson, lines: Iterable[FormLine]) -> None:
    """Tell each line its flags; the month as ``find_month`` gives it. No query."""
    found = line_flags(read.month)
    flagged = flagged_items(read.month)
    for line in lines:
        flags = found.get(line.row.item.id)
        line.flagged = line.row.item.id in flagged
        if flags:
            line.flags = _shown(flags, line.row.item.counting_unit)
            line.pressing = any(flag.pressing for flag in flags)
            line.named = any(flag.state is FlagState.NOTIFIED for flag in flags)
            line.several = {flag.breach for flag in flags} >= _BOTH
            if line.named and not line.row.lacks:
                line.unaddressed = _unaddressed(line.row, flags)


def _unaddressed(row: Row, flags: list[KnownFlag]) -> Lack | None:
    """As submitting will find it, of what the notice named."""
    told = [flag for flag in flags if flag.state is FlagState.NOTIFIED]
    found = (
        unaddressed(
            replace(row.line, cps=thai.parse_quantity(flag.cps)),
            flag.breach,
            {"result": flag.result, "explanation": flag.explanation},
            row.margin,
        )
        for flag in told
    )
    return next(filter(None, found), None)


def _shown(flags: list[KnownFlag], unit: str) -> SafeString:
    one = "<li>{} <span>{}</span></li>"
    rows = ((flag_tag(flag.breach, flag.state), _words(flag, unit)) for flag in flags)
    return format_html('<ul class="line-flags">{}</ul>', format_html_join("", one, rows))


def _words(flag: KnownFlag, unit: str) -> str:
    asked = demand(flag.breach, {"result": flag.result}) if flag.pressing else "รอฝ่ายบริหารทั่วไปพิจารณา"
    if flag.breach is not Breach.CPS_MISMATCH:
        return asked
    sent, cps = (thai.quantity(thai.parse_quantity(text)) for text in (flag.result, flag.cps))
    return f"ที่ส่งไว้ {sent} {unit} · CPS {cps} {unit} · {asked}"

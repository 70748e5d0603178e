"""What was found of each line, beside the fields where it is put right."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from office import thai
from office.templatetags.tidtam import flag_tag
from plans.models import ReportingMonth
from reports.case_reads import demand
from reports.enums import Breach
from reports.queries.flags import KnownFlag, line_flags
from reports.views.month_lines import FormLine


def show_flags(month: ReportingMonth, lines: Iterable[FormLine]) -> None:
    """Tell each line its flags; ``month`` as ``find_month`` gives it. No query."""
    found = line_flags(month)
    for line in lines:
        flags = found.get(line.row.item.id)
        if flags:
            line.flags = _shown(flags, line.row.item.counting_unit)
            line.pressing = any(flag.pressing for flag in flags)


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

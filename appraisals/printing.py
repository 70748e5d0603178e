"""The data of templates/print/year.typ, from a PersonYear."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from appraisals.queries import MonthOfYear, PersonYear
from appraisals.rules import Figure, ItemYear
from office import thai, vocabulary
from office.calendar import Month, day_of
from office.enums import PersonnelType
from office.models import Office
from plans.enums import Aggregation
from reports.enums import Breach, FlagState, RowState, Timing
from reports.models import Flag

PUNCTUALITY = {
    Timing.PENDING: "ยังไม่ถึงกำหนด",
    Timing.ON_TIME: "ตรงเวลา",
    Timing.LATE: "ช้า",
    Timing.MISSING: "ยังไม่ส่ง",
}


def year_print(
    year: PersonYear, *, office: Office, fiscal_year: int, printed_by: str, now: datetime
) -> dict[str, Any]:
    """One person's entry of ``data.people``; every value is text, dates in BE."""
    person = year.person
    return {
        "office": office.name,
        "fiscal_year": str(fiscal_year),
        "name": person.full_name,
        "code": person.code,
        "position": person.position,
        "personnel_type": PersonnelType(person.personnel_type).label,
        "unit": year.unit_name,
        "as_of": thai.short_date(day_of(now)),
        "provisional": any(month.month.closed_at is None for month in year.months),
        "printed_by": printed_by,
        "printed_at": thai.instant_text(now),
        "months": [_month(month) for month in year.months],
        "items": [_item(item) for item in year.items],
        "totals": {name: str(getattr(year.totals, name)) for name in year.totals.__slots__},
        "flags": [_flag(flag) for flag in year.flags],
        "unplanned": [
            {
                "month": _label(row.month.month),
                "name": f"{row.item.job_no} {row.item.name}",
                "result": f"{thai.quantity(row.line.result)} {row.item.counting_unit}",
            }
            for row in year.unplanned
        ],
        "signatures": _signatures(year),
    }


def flag_detail(flag: Flag) -> str:
    """What the flag found, in figures where it has any."""
    basis = flag.basis
    if flag.breach == Breach.OFF_PLAN:
        return f"แผน {_figure(basis.get('target'))} ผล {_figure(basis.get('result'))}"
    if flag.breach == Breach.CPS_MISMATCH:
        return f"รายงาน {_figure(basis.get('result'))} CPS {_figure(basis.get('cps'))}"
    if flag.breach == Breach.LATE:
        return f"ส่งเมื่อ {thai.instant_text(flag.true_since)}"
    return {Breach.MISSING: "ไม่พบรายงานเมื่อเลยกำหนด"}.get(Breach(flag.breach), "กรอกไม่ครบหรือยังไม่ชี้แจง")


def punctuality(month: MonthOfYear) -> str:
    if month.fact.waived:
        return "ยกเว้น"
    if not month.fact.expected:
        return "ไม่มีแผน"
    return PUNCTUALITY[month.fact.timing]


def _month(month: MonthOfYear) -> dict[str, str]:
    sent = month.fact.submitted_at
    shown = month.fact.state in (RowState.SUBMITTED, RowState.RETURNED, RowState.ACCEPTED)
    return {
        "label": _label(month.month.month),
        "punctuality": punctuality(month),
        "sent_on": _short_day(day_of(sent)) if sent else "",
        "state": month.fact.state.label if shown else "",
    }


def _item(item: ItemYear) -> dict[str, Any]:
    return {
        "job_no": item.job_no,
        "name": item.name,
        "counting_unit": item.counting_unit,
        "aggregation": Aggregation(item.aggregation).label,
        "months": [_cell(figure) for figure in item.months],
        "half1": _cell(item.half1),
        "half2": _cell(item.half2),
        "year_plan": thai.quantity(item.year.plan),
        "year_result": thai.quantity(item.year.result),
        "year_percent": _percent(item.year),
        "year_mark": "",
    }


def _cell(figure: Figure) -> dict[str, str]:
    return {
        "plan": thai.quantity(figure.plan),
        "result": thai.quantity(figure.result),
        "percent": _percent(figure),
        "mark": "set_later" if figure.set_later else "below" if figure.below else "",
    }


def _percent(figure: Figure) -> str:
    return "–" if figure.percent is None else f"{figure.percent:.2f}"


def _flag(flag: Flag) -> dict[str, str]:
    return {
        "month": _label(flag.month.month),
        "breach": Breach(flag.breach).label,
        "job_no": flag.item.job_no if flag.item else "",
        "detail": flag_detail(flag),
        "explanation": str(flag.basis.get("explanation", "")),
        "state": case_ending(flag),
    }


def case_ending(flag: Flag) -> str:
    """Where the case stands, as "แจ้งแล้ว ครั้งที่ 2" or "ผ่อนผัน: ไปราชการ"."""
    state = vocabulary.flag_life(flag.state, getattr(flag, "told", None) or 0)
    excused = flag.state == FlagState.EXCUSED and flag.decided_reason
    return f"{state}: {flag.decided_reason}" if excused else state


def _signatures(year: PersonYear) -> list[dict[str, str]]:
    blocks = [{"role": "ผู้รายงาน", "name": f"({year.person.full_name})", "position": year.person.position}]
    if year.head is not None:
        blocks.append(
            {"role": "หัวหน้ากลุ่ม/ฝ่าย", "name": f"({year.head.full_name})", "position": year.head.position}
        )
    director = year.director
    name, position = (f"({director.full_name})", director.position) if director else ("", "สหกรณ์จังหวัด")
    return [*blocks, {"role": "สหกรณ์จังหวัด", "name": name, "position": position}]


def _short_day(day: date) -> str:
    return f"{day.day} {_label(Month.of(day))}"


def _label(month: Month) -> str:
    return f"{thai.MONTHS_SHORT[month.month - 1]} {(month.year + 543) % 100:02d}"


def _figure(text: object) -> str:
    return thai.quantity(thai.parse_quantity(text)) if text else "–"

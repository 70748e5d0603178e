"""A person's year in words: the data of templates/print/year.typ, and the rows of the notice at plan end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from appraisals.enums import Met
from appraisals.queries import MonthOfYear, Outside, PersonYear
from appraisals.rules import Figure, ItemStanding
from office import thai, vocabulary
from office.calendar import Month, day_of
from office.enums import PersonnelType
from office.models import Office
from plans.enums import Aggregation
from reports.enums import Breach, FlagState, RowState, SelfRating, Timing
from reports.models import Flag

YEAR = 12
SAID = {Met.MET: "yes", Met.BEHIND: "no"}
"""As ``YearNotice.rows`` keeps it; "" when it can't be said."""
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
        "provisional": bool(provisional := provisional_because(year)),
        "because": provisional,
        "printed_by": printed_by,
        "printed_at": thai.instant_text(now),
        "months": [_month(month) for month in year.months],
        "items": [_item(standing) for standing in year.standings],
        "totals": {name: str(getattr(year.totals, name)) for name in year.totals.__slots__},
        "flags": [_flag(flag) for flag in year.flags],
        "unplanned": [_outside(row) for row in year.outside],
        "ratings": [_rating(month) for month in year.months],
        "signatures": _signatures(year),
    }


def provisional_because(year: PersonYear) -> str:
    """Why the paper is ฉบับชั่วคราว: its figures may still change (4.12); empty once all months are closed."""
    unclosed = sum(month.month.closed_at is None for month in year.months)
    return f"ยังไม่ปิดเดือน {unclosed} จาก {len(year.months)} เดือน ตัวเลขอาจเปลี่ยน" if unclosed else ""


def told(standing: ItemStanding) -> dict[str, str]:
    """How one item stands, as the page, the paper and the notice say it: figures as text, "" for none."""
    figure = standing.figure
    return {
        "job_no": standing.item.job_no,
        "name": standing.item.name,
        "counting_unit": standing.item.counting_unit,
        "target": "" if figure.plan is None else thai.quantity(figure.plan),
        "result": "" if figure.result is None else thai.quantity(figure.result),
        "percent": "" if figure.percent is None else _percent(figure),
        "met": SAID.get(standing.met, ""),
    }


def notice_rows(year: PersonYear) -> list[dict[str, str]]:
    """What the notice at plan end tells of each item: ``YearNotice.rows``."""
    return [told(standing) for standing in year.standings]


def notice_sentence(rows: Sequence[Mapping[str, str]]) -> str:
    """As "ได้ตามเป้า 8 จาก 11 งาน ไม่ได้ตามเป้า 2 งาน สรุปไม่ได้ 1 งาน"; what there is none of isn't said."""
    counts = Counter(row["met"] for row in rows)
    if not rows:
        return "ไม่มีงานตามแผน"
    parts = [f"ได้ตามเป้า {counts['yes']} จาก {len(rows)} งาน"]
    parts += [
        f"{word} {counts[met]} งาน" for met, word in (("no", "ไม่ได้ตามเป้า"), ("", "สรุปไม่ได้")) if counts[met]
    ]
    return " ".join(parts)


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


def _item(standing: ItemStanding) -> dict[str, Any]:
    """With the sums of the whole year; once all months are due they are those of the notice."""
    item, year = standing.item, standing.item.year
    return {
        "job_no": item.job_no,
        "name": item.name,
        "counting_unit": item.counting_unit,
        "aggregation": Aggregation(item.aggregation).label,
        "months": [_cell(figure) for figure in item.months],
        "half1": _cell(item.half1),
        "half2": _cell(item.half2),
        "year_plan": thai.quantity(year.plan),
        "year_result": thai.quantity(year.result),
        "year_percent": _percent(year),
        "year_mark": "below" if standing.due == YEAR and standing.met is Met.BEHIND else "",
    }


def _outside(row: Outside) -> dict[str, str]:
    result = "–" if row.quantity is None else f"{thai.quantity(row.quantity)} {row.counting_unit}"
    return {
        "month": _label(row.month.month),
        "name": f"{row.job_no} {row.name}".strip(),
        "result": result.strip(),
        "narrative": row.narrative,
    }


def _rating(month: MonthOfYear) -> dict[str, str]:
    rated = month.rating is not SelfRating.NONE
    return {
        "month": _label(month.month.month),
        "rating": month.rating.value,
        "word": month.rating.label if rated else "",
        "lesson": month.lesson,
    }


def _cell(figure: Figure) -> dict[str, str]:
    return {
        "plan": thai.quantity(figure.plan),
        "result": thai.quantity(figure.result),
        "percent": _percent(figure),
        "mark": "set_later" if figure.set_later else "below" if figure.below else "",
    }


def _percent(figure: Figure) -> str:
    return "–" if figure.percent is None else f"{figure.percent:,.2f}"


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
    director, role = year.director, "สหกรณ์จังหวัด"
    name, position = (f"({director.full_name})", director.position) if director else ("", "")
    return [*blocks, {"role": role, "name": name, "position": "" if position == role else position}]


def _short_day(day: date) -> str:
    return f"{day.day} {_label(Month.of(day))}"


def _label(month: Month) -> str:
    return f"{thai.MONTHS_SHORT[month.month - 1]} {(month.year + 543) % 100:02d}"


def _figure(text: object) -> str:
    return thai.quantity(thai.parse_quantity(text)) if text else "–"

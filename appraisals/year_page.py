"""Where a person stands: what the page of a year shows, and where each of its numbers leads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from appraisals.enums import Met
from appraisals.models import YearNotice
from appraisals.person_year import MonthOfYear, PersonYear
from appraisals.printing import YEAR, punctuality, told
from appraisals.rules import ItemStanding, count_met
from office import thai
from office.access import Actor, Perm, may
from plans.models import ReportingMonth
from reports.case_reads import condition
from reports.enums import FlagState, ReportState, RowState, SelfRating, Timing
from reports.models import MonthlyReport, Notice
from reports.queries import changed_reports
from reports.windows import window_in, with_windows

TONES = {Met.MET: "ok", Met.BEHIND: "warn", Met.NOT_DUE: "mute", Met.UNSAID: "mute"}
ICONS = {
    Met.MET: "check-circle-fill",
    Met.BEHIND: "graph-down-arrow",
    Met.NOT_DUE: "clock",
    Met.UNSAID: "question-circle",
}
WIDTH = 100
"""Of a meter, in its own units."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Result to date as a bar against the year's target, with a mark at the target to date."""

    bar: int
    mark: int | None
    words: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    standing: ItemStanding
    told: dict[str, str]
    meter: Meter | None
    tone: str
    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing still open: what, where it is done ("" where the reader may not go), and when."""

    what: str
    url: str
    when: str
    tone: str
    icon: str
    word: str


def page_of(year: PersonYear, *, actor: Actor, now: datetime, show: str = "") -> dict[str, Any]:
    """Three queries more than the year itself: notices to answer, reports changed, the notice at plan end."""
    opens = _opens_months(year, actor)
    names = [thai.MONTHS_SHORT[month.month.first.month - 1] for month in year.months]
    rows = [_row(standing) for standing in year.standings]
    counted = [flag for flag in year.flags if flag.state != FlagState.EXCUSED]
    wanted = next((word for word in Met if word.value == show), None)
    return {
        "found": year,
        "person": year.person,
        "own": actor.id == year.person.pk,
        "opens": opens,
        "through": year.months[year.due - 1].month.month if year.due else None,
        "begins": year.months[0].month,
        "rows": [row for row in rows if wanted in (None, row.standing.met)],
        "wanted": word_of(wanted, year.due) if wanted else "",
        "counts": _tiles(year, wanted),
        "todo": [*_notices(year, actor, now), *_months_open(year, opens=opens), *_changed(year, actor, now)],
        "next": _next_deadline(year, now),
        "cases": len(counted),
        "excused": len(year.flags) - len(counted),
        "months": [(month, name, punctuality(month)) for month, name in zip(year.months, names, strict=True)],
        "month_names": names,
        "ratings": _ratings(year.months),
        "rated": sum(month.rating is not SelfRating.NONE for month in year.months),
        "lessons": [month for month in year.months if month.lesson],
        "year_notice": _year_notice(year),
    }


def word_of(met: Met, due: int) -> str:
    """While the year runs what is behind may still be made up for."""
    return f"ยัง{met.label}" if met is Met.BEHIND and due < YEAR else met.label


def meter_of(standing: ItemStanding) -> Meter | None:
    """None where there is no target to measure by."""
    whole = standing.item.year.plan
    if not whole:
        return None
    figure = standing.figure
    result, plan, year = (thai.quantity(value) for value in (figure.result, figure.plan, whole))
    words = f"ผล {result} เป้าถึงเดือนนี้ {plan} เป้าทั้งปี {year}"
    return Meter(_part(figure.result, whole), _part(figure.plan, whole) if figure.plan else None, words)


def _part(value: Decimal | None, whole: Decimal) -> int:
    return min(WIDTH, int((value or Decimal(0)) * WIDTH / whole))


def _row(standing: ItemStanding) -> ItemRow:
    met = standing.met
    word = word_of(met, standing.due)
    return ItemRow(standing, told(standing), meter_of(standing), TONES[met], ICONS[met], word)


def _tiles(year: PersonYear, wanted: Met | None) -> list[dict[str, Any]]:
    """Exclude one another and add up to all items; each leads to its rows."""
    return [
        {
            "url": f"?show={word.value}#items",
            "n": n,
            "icon": ICONS[word],
            "word": word_of(word, year.due),
            "tone": "" if TONES[word] == "mute" else TONES[word],
            "current": word is wanted,
        }
        for word, n in count_met(year.standings).items()
        if n or word in (Met.MET, Met.BEHIND)
    ]


def _opens_months(year: PersonYear, actor: Actor) -> bool:
    """Whether the reader may open the person's months: the personnel officer may not."""
    report = MonthlyReport(office_id=year.person.office_id, person_id=year.person.pk)
    if year.unit_id is not None:
        report.unit_id = year.unit_id
    return may(actor, Perm.REPORT_VIEW, report)


def _notices(year: PersonYear, actor: Actor, now: datetime) -> Iterable[Todo]:
    waiting = Notice.objects.filter(
        condition("open", now=now) | condition("overdue", now=now),
        person=year.person,
        month__in=[each.month for each in year.months],
    )
    for notice in waiting.select_related("month").order_by("answer_by"):
        late = notice.answer_by < now
        yield Todo(
            f"ตอบบันทึกแจ้ง เดือน{notice.month.month.label}",
            f"/notices/{notice.pk}/" if may(actor, Perm.NOTICE_VIEW, notice) else "",
            f"ภายใน {thai.instant_text(notice.answer_by)}",
            "bad" if late else "info",
            "envelope",
            "เลยกำหนดตอบ" if late else "รอคำตอบ",
        )


def _months_open(year: PersonYear, *, opens: bool) -> Iterable[Todo]:
    """Reports sent back, and months past their deadline that were never sent."""
    for each in year.months:
        url = _url(year, each) if opens else ""
        due = f"ครบกำหนด {thai.instant_text(each.month.due_at)}"
        if each.fact.state is RowState.RETURNED:
            what = f"แก้ไขรายงานเดือน{each.month.month.label}"
            yield Todo(what, url, "", "back", "arrow-return-left", "ส่งกลับแก้ไข")
        elif each.fact.expected and not each.fact.waived and each.fact.timing is Timing.MISSING:
            yield Todo(f"รายงานเดือน{each.month.month.label}", url, due, "bad", "x-octagon-fill", "ยังไม่ส่ง")


def _changed(year: PersonYear, actor: Actor, now: datetime) -> Iterable[Todo]:
    """One's own reports that were changed since they were sent, while they can be sent again."""
    if actor.id != year.person.pk:
        return
    months = {each.month.pk: each for each in year.months}
    reports = changed_reports().filter(person=year.person, month__in=months)
    changed = {report.month_id: report for report in reports}
    written = ReportingMonth.objects.filter(pk__in=changed).order_by("first")
    for month in with_windows(written, year.person.pk) if changed else ():
        open_ = window_in(month, changed[month.pk])
        if not open_.refusal(ReportState.SUBMITTED, now=now):
            until = thai.instant_text(open_.until(ReportState.SUBMITTED))
            what, url = f"ส่งรายงานเดือน{month.month.label} อีกครั้ง", _url(year, months[month.pk])
            yield Todo(what, url, f"แก้ได้ถึง {until}", "warn", "exclamation-triangle-fill", "แก้หลังส่ง")


def _next_deadline(year: PersonYear, now: datetime) -> MonthOfYear | None:
    """The next month that is expected and not sent yet."""
    coming = (
        each
        for each in year.months
        if each.fact.expected
        and not each.fact.waived
        and each.fact.submitted_at is None
        and each.month.grace_end >= now
    )
    return next(coming, None)


def _url(year: PersonYear, each: MonthOfYear) -> str:
    return f"/reports/{each.month.month}/{year.person.code}/"


def _ratings(months: Iterable[MonthOfYear]) -> list[dict[str, Any]]:
    """Twelve points for the chart; ``y`` only where the month was rated."""
    return [
        {
            "month": each.month.month,
            "name": thai.MONTHS_SHORT[each.month.first.month - 1],
            "x": 20 + n * 40,
            "y": 96 - 16 * int(each.rating.value) if each.rating.value else None,
            "rating": each.rating,
        }
        for n, each in enumerate(months)
    ]


def _year_notice(year: PersonYear) -> YearNotice | None:
    fiscal_year = year.months[0].month.fiscal_year_id
    return YearNotice.objects.filter(person=year.person, fiscal_year=fiscal_year).first()

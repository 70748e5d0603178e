"""The parts of the home page, by role, from what home_reads knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from config import home_reads
from config.home_months import MyMonth
from config.home_reads import OfficeMonths, Standing, YearAhead
from office import thai, vocabulary
from office.access import Actor, Perm, Scope, may
from office.calendar import day_of
from office.models import Person
from plans.enums import PlanState
from plans.models import ReportingMonth
from plans.queries import IN_FORCE
from reports.case_reads import cases_to_decide
from reports.enums import Breach, RowState, Timing
from reports.handlers import of_admin_unit
from reports.queries.obstacles import standing_counts
from reports.returned import overdue_returns
from reports.rules import NOTICES

LINE_FLAGS = (Breach.LATE, Breach.INCOMPLETE, Breach.OFF_PLAN, Breach.CPS_MISMATCH)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: what (a link), why, when."""

    what: str
    url: str
    why: str
    when: str = ""
    tag: str = ""
    tone: str = ""
    icon: str = ""
    to_know: bool = False
    """Nothing is asked of the reader."""


PRESSING = timedelta(days=7)


@dataclass(slots=True)
class Mine:
    """The officer's own part of the page."""

    first: MyMonth | None = None
    tasks: list[Task] = field(default_factory=list)
    waiting: list[Task] = field(default_factory=list)
    strip: list[MyMonth] = field(default_factory=list)

    @property
    def first_when(self) -> str:
        """The day the first one is due, in words; empty when nothing is to be done."""
        return in_words(self.first.record.due_on, day_of(self.first.now)) if self.first else ""

    @property
    def year_in_words(self) -> str:
        words = ((Timing.ON_TIME, "ตรงเวลา"), (Timing.LATE, "ช้า"), (Timing.MISSING, "ยังไม่ส่ง"))
        counted = [f"{word} {self.timings[timing]}" for timing, word in words if self.timings[timing]]
        if not counted:
            return "ยังไม่มีเดือนที่ครบกำหนดส่ง"
        return f"การส่งรายงาน {self.due} เดือน: {' · '.join(counted)}"

    @property
    def timings(self) -> Counter[Timing]:
        return Counter(each.timing for each in self.strip if each.expected and not each.waived)

    @property
    def due(self) -> int:
        """Months of the year whose deadline has passed, or that are in already."""
        return sum(count for timing, count in self.timings.items() if timing is not Timing.PENDING)


def step_aside(mine: Mine, today: date) -> None:
    """For those with the whole office to look after: an own report not yet pressing is one task of many."""
    first = mine.first
    if first and not _pressing(first, today):
        mine.first = None
        mine.tasks.append(_month_task(first, today))


def in_words(day: date, today: date) -> str:
    """As "วันนี้", "พรุ่งนี้", "อีก 5 วัน", "เมื่อวาน" or "5 วันที่แล้ว"."""
    days = (day - today).days
    near = {0: "วันนี้", 1: "พรุ่งนี้", -1: "เมื่อวาน"}
    return near.get(days) or (f"อีก {days} วัน" if days > 0 else f"{-days} วันที่แล้ว")


def board_url(month: ReportingMonth, **filters: object) -> str:
    """The missing-report dashboard of ``month``, filtered."""
    return f"/compliance/{month.month}/{'?' if filters else ''}{urlencode(filters)}"


def mine_of(months: list[MyMonth], year: int, today: date) -> Mine:
    needing = [each for each in months if each.needs_me]
    open_now = sorted(
        (each for each in needing if not each.refusal),
        key=lambda each: (not (each.returned or each.overdue), each.record.first),
    )
    shut = [each for each in needing if each.refusal]
    told = [each for each in months if each.notice_id and each not in needing]
    first = open_now[0] if open_now else None
    later = open_now[1:]
    if first and shut and not _pressing(first, today):
        first, later = None, open_now
    return Mine(
        first=first,
        tasks=[
            *(_unsent_task(each) for each in months if each.unsent),
            *(_notice_task(each) for each in told),
            *(_shut_task(each) for each in shut),
            *(_month_task(each, today) for each in later),
        ],
        waiting=[_waiting_task(each) for each in months if each.waits_for_review],
        strip=[each for each in months if each.month.fiscal_year == year],
    )


def _pressing(each: MyMonth, today: date) -> bool:
    return each.returned or each.overdue or each.record.due_on <= today + PRESSING


def _month_task(each: MyMonth, today: date) -> Task:
    url = each.url
    if each.returned:
        until = f"ภายใน {thai.instant_text(each.reopened_until)}" if each.reopened_until else ""
        return Task(
            f"แก้ไขรายงานเดือน{each.month.label} แล้วส่งใหม่",
            url,
            "ฝ่ายบริหารทั่วไปมีบันทึกแจ้งให้แก้ไขหรือชี้แจง" if each.notice_id else each.comment,
            until,
            "ส่งกลับแก้ไข",
            "back",
            "arrow-return-left",
        )
    why = f"กรอกแล้ว {each.answered} จาก {each.shares} รายการ{_told(each)}"
    when = f"ครบกำหนด {thai.instant_text(each.record.due_at)}"
    if each.overdue:
        shown = vocabulary.MISSING
        return Task(f"ส่งรายงานเดือน{each.month.label}", url, why, when, shown.word, shown.tone, shown.icon)
    soon = in_words(each.record.due_on, today)
    return Task(f"ส่งรายงานเดือน{each.month.label}", url, why, when, soon, "", "clock")


def _unsent_task(each: MyMonth) -> Task:
    until = max(
        filter(None, (each.record.grace_end, each.reopened_until, each.told_until, each.unlocked_until))
    )
    return Task(
        f"ส่งรายงานเดือน{each.month.label} อีกครั้ง",
        each.url,
        "แก้หลังส่ง ยังไม่ได้ส่งใหม่ ตัวเลขที่นับคือฉบับที่ส่งไว้",
        f"แก้ได้ถึง {thai.instant_text(until)}",
        "แก้หลังส่ง",
        "warn",
        "exclamation-triangle-fill",
    )


def _told(each: MyMonth) -> str:
    """That a notice waits for the same report; empty without one."""
    if not each.notice_id or not each.told_until or each.told_until < each.now:
        return ""
    return f" · มีบันทึกแจ้ง ตอบภายใน {thai.instant_text(each.told_until)}"


def _notice_task(each: MyMonth) -> Task:
    until, url = each.told_until, f"/notices/{each.notice_id}/"
    when = f"ภายใน {thai.instant_text(until)}" if until else ""
    awaited = until is not None and until >= each.now
    tag, tone = ("รอคำตอบ", "info") if awaited else ("เลยกำหนดตอบ", "bad")
    if each.now > each.open_until or each.record.closed_at is not None:
        why = "เลยกำหนดตอบและปิดรับแก้ไขแล้ว ขอให้ฝ่ายบริหารทั่วไปเปิดแก้ไขก่อนจึงชี้แจงได้"
        return Task(f"บันทึกแจ้ง เดือน{each.month.label} ยังไม่ได้ตอบ", url, why, when, tag, tone, "envelope")
    why = "ฝ่ายบริหารทั่วไปขอให้แก้ไขรายงานหรือชี้แจงเหตุผล"
    return Task(f"ตอบบันทึกแจ้ง เดือน{each.month.label}", url, why, when, tag, tone, "envelope")


def _shut_task(each: MyMonth) -> Task:
    shown = vocabulary.RETURNED if each.returned else vocabulary.MISSING
    return Task(
        f"รายงานเดือน{each.month.label} ยังค้างอยู่",
        f"/notices/{each.notice_id}/" if each.notice_id else each.url,
        each.refusal,
        f"ปิดรับเมื่อ {thai.instant_text(each.open_until)}",
        shown.word,
        shown.tone,
        shown.icon,
    )


def _waiting_task(each: MyMonth) -> Task:
    late = " (ส่งช้า)" if each.timing is Timing.LATE else ""
    return Task(
        f"รายงานเดือน{each.month.label}",
        each.url,
        f"ส่งแล้วเมื่อ {thai.instant_text(each.submitted_at)}{late}" if each.submitted_at else "",
        "รอฝ่ายบริหารทั่วไปตรวจรับ",
    )


def office_part(actor: Actor, person: Person, year: int, now: datetime) -> dict[str, Any]:
    """What heads, the admin unit and the director see of the months of others."""
    months = home_reads.office_months(person.office, now, reader=person)
    both = home_reads.standings([each for each in (months.last, months.current) if each], now)
    of = {standing.month.pk: standing for standing in both}
    last = of.get(months.last.pk) if months.last else None
    current = of.get(months.current.pk) if months.current else None
    whole = (actor.scope(Perm.COMPLIANCE_VIEW) or Scope.OWN) >= Scope.OFFICE
    part: dict[str, Any] = {"whole": whole, "tasks": [], "unit": None, "last": None, "current": current}
    units = actor.units_for(Perm.COMPLIANCE_VIEW)
    if units:
        part["unit"] = _unit_part(units, last, current)
    if whole:
        part["last"] = _last_part(last) if last else None
        part["tasks"] = [
            *_plan_tasks(actor, months.years, year),
            *(_review_tasks(months) if _reviews(actor) else []),
            *(_returned_tasks(actor, now) if _reviews(actor) else []),
            *_case_tasks(actor, now),
            *(_holiday_tasks(months.years) if may(actor, Perm.HOLIDAY_EDIT) else []),
        ]
        part["director"] = may(actor, Perm.PLAN_APPROVE)
    return part


def _reviews(actor: Actor) -> bool:
    """The admin unit reviews; the director only where nobody else can, so nothing is counted for them."""
    return may(actor, Perm.REPORT_REVIEW) and may(actor, Perm.MEETING_MOVE)


def _unit_part(units: Collection[int], last: Standing | None, current: Standing | None) -> dict[str, Any]:
    own = last.of_units(set(units)) if last else None
    missing = home_reads.people_by_name(own.missing) if own else []
    only = {"unit": min(units)} if len(set(units)) == 1 else {}
    return {
        "last": own,
        "current": current.of_units(set(units)) if current else None,
        "missing": [(each, f"/reports/{own.month.month}/{each.code}/") for each in missing if own],
        "pills": _pills(own, **only) if own else [],
        "board": board_url(own.month, **only) if own else "",
    }


def _last_part(standing: Standing) -> dict[str, Any]:
    """Count tiles that exclude one another and pills of flags that overlap, all links to the dashboard."""
    month = standing.month
    tiles = [
        ("missing", len(standing.missing), vocabulary.MISSING),
        ("submitted", standing.count(RowState.SUBMITTED), vocabulary.SUBMITTED),
        ("returned", standing.count(RowState.RETURNED), vocabulary.RETURNED),
        ("accepted", standing.count(RowState.ACCEPTED), vocabulary.ACCEPTED),
        ("waived", standing.count(RowState.WAIVED), vocabulary.WAIVED),
    ]
    return {
        "standing": standing,
        "counts": [
            {
                "url": board_url(month, state=state),
                "n": n,
                "icon": shown.icon,
                "word": shown.word,
                "tone": "" if shown.tone == "mute" else shown.tone,
                "current": False,
            }
            for state, n, shown in tiles
            if n or state != "waived"
        ],
        "pills": _pills(standing),
        "board": standing.url,
        "missing_url": board_url(month, state="missing"),
        "off_plan": len(standing.flagged.get(Breach.OFF_PLAN, ())),
        "off_plan_url": board_url(month, flag=Breach.OFF_PLAN.value),
    }


def _pills(standing: Standing, **only: object) -> list[dict[str, Any]]:
    """Flags of lines and lateness, that overlap: each a link to the people on the dashboard."""
    return [
        {
            "url": board_url(standing.month, **only, flag=breach.value),
            "n": len(standing.flagged[breach]),
            "icon": vocabulary.flag(breach).icon,
            "word": breach.label,
            "current": False,
        }
        for breach in LINE_FLAGS
        if standing.flagged.get(breach)
    ]


def _plan_tasks(actor: Actor, years: Sequence[YearAhead], year: int) -> list[Task]:
    tasks = []
    if not any(each.year == year for each in years) and may(actor, Perm.PLAN_IMPORT):
        why = "เมื่อมีแผน ระบบจึงเปิดเดือนรายงานและกำหนดวันประชุม"
        tasks.append(Task(f"นำเข้าแผนปฏิบัติงาน ปีงบประมาณ {year}", f"/plans/{year}/import/", why, "ยังไม่มีแผน"))
    for each in years:
        if each.plan in IN_FORCE:
            continue
        if each.plan is None:
            if may(actor, Perm.PLAN_IMPORT):
                tasks.append(_no_plan(each))
        elif may(actor, Perm.PLAN_APPROVE):
            why = "เจ้าหน้าที่เริ่มรายงานได้เมื่ออนุมัติแล้ว"
            what = f"อนุมัติแผนปฏิบัติงาน ปีงบประมาณ {each.year}"
            tasks.append(Task(what, f"/plans/{each.year}/", why, PlanState(each.plan).label))
        else:
            what = f"แผนปฏิบัติงาน ปีงบประมาณ {each.year} ยังไม่อนุมัติ"
            why = "รอสหกรณ์จังหวัดอนุมัติ เจ้าหน้าที่เริ่มรายงานได้เมื่ออนุมัติแล้ว"
            tasks.append(Task(what, f"/plans/{each.year}/", why, PlanState(each.plan).label))
    return tasks


def _no_plan(each: YearAhead) -> Task:
    return Task(
        f"นำเข้าแผนปฏิบัติงาน ปีงบประมาณ {each.year}",
        f"/plans/{each.year}/import/",
        "เปิดปีงบประมาณแล้ว แต่ยังไม่มีแผน จึงยังไม่มีใครต้องรายงาน",
        "ยังไม่มีแผน",
    )


def _review_tasks(months: OfficeMonths) -> list[Task]:
    return [
        Task(
            f"ตรวจรับรายงานเดือน{month.month.label} {n} ฉบับ",
            board_url(month, state="submitted"),
            "ตรวจรับ หรือส่งกลับแก้ไขพร้อมความเห็น",
            f"ครบกำหนดส่ง {thai.short_date(month.due_on)}",
            "รอตรวจ",
            "info",
            "hourglass-split",
        )
        for month, n in months.waiting
    ]


def _returned_tasks(actor: Actor, now: datetime) -> list[Task]:
    shown = vocabulary.RETURNED
    return [
        Task(
            f"รายงานเดือน{each.month.label} ที่ส่งกลับแล้วไม่แก้ไขภายในกำหนด {each.reports} ฉบับ",
            f"/reports/{each.month}/{each.code}/"
            if each.code
            else f"/compliance/{each.month}/?state=returned",
            "ติดตามเจ้าหน้าที่ และเปิดแก้ไขให้เมื่อปิดรับแก้ไขแล้ว",
            "",
            "เลยกำหนดแก้ไข",
            "bad",
            shown.icon,
        )
        for each in overdue_returns(actor, now)
    ]


def _case_tasks(actor: Actor, now: datetime) -> list[Task]:
    """For the admin unit cases to decide and notices in vain; for the director those told twice in vain."""
    overdue, last = home_reads.notice_counts(actor, now)
    tasks = []
    explained = cases_to_decide(actor).count()
    if explained:
        why = "เจ้าหน้าที่ชี้แจงแล้ว ปิดเรื่อง ผ่อนผัน หรือแจ้งอีกครั้ง"
        tasks.append(
            Task(f"พิจารณาเรื่องที่ชี้แจงแล้ว {explained} เรื่อง", "/cases/", why, "", "รอพิจารณา", "info", "flag")
        )
    shown = vocabulary.MISSING
    if of_admin_unit(actor) and overdue > last:
        why = "แจ้งครั้งที่ 2 พร้อมสำเนาถึงหัวหน้ากลุ่ม"
        what, url = f"บันทึกแจ้งที่เลยกำหนดตอบ {overdue - last} ฉบับ", "/notices/?show=again"
        tasks.append(Task(what, url, why, "", "เลยกำหนดตอบ", "bad", shown.icon))
    if last:
        why = "สหกรณ์จังหวัดเห็นรายการนี้แล้ว เปิดแก้ไขให้เจ้าหน้าที่ ปิดเรื่อง หรือผ่อนผัน"
        if not of_admin_unit(actor):
            why = "ฝ่ายบริหารทั่วไปเปิดแก้ไข ปิดเรื่อง หรือผ่อนผันได้"
        what = f"แจ้งครบ {NOTICES} ครั้งแล้วยังไม่ตอบ {last} ฉบับ"
        seen = {"to_know": not of_admin_unit(actor)}
        tasks.append(Task(what, "/notices/?show=last", why, "", "เลยกำหนดตอบ", "bad", shown.icon, **seen))
    return tasks


def _holiday_tasks(years: Sequence[YearAhead]) -> list[Task]:
    days = max((each.holidays_unconfirmed for each in years), default=0)
    if not days:
        return []
    why = "วันหยุดที่ตั้งไว้มีผลต่อวันประชุมและกำหนดส่ง ตรวจกับประกาศของทางราชการแล้วยืนยัน"
    return [Task(f"ยืนยันวันหยุดราชการ {days} วัน", "/office/holidays/", why, "ยังไม่ยืนยัน")]


def obstacles_part(actor: Actor) -> dict[str, Any]:
    """One's own that have not ended; for the admin unit also how many wait for a way out. One query."""
    mine, waiting = standing_counts(actor)
    manages = may(actor, Perm.OBSTACLE_MANAGE)
    return {
        "may_raise": may(actor, Perm.OBSTACLE_RAISE),
        "mine": mine,
        "waiting": waiting if manages else 0,
    }

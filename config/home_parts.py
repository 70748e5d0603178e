"""What heads, the admin unit and the director see on the home page, from what home_reads knows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from config import home_reads
from config.home_reads import OfficeMonths, Standing, YearAhead
from config.home_tasks import Task
from office import thai, vocabulary
from office.access import Actor, Perm, Scope, may
from office.models import Person
from plans.enums import PlanState
from plans.models import ReportingMonth
from plans.queries import IN_FORCE
from reports.case_reads import cases_to_decide
from reports.enums import Breach, RowState
from reports.handlers import of_admin_unit
from reports.queries.obstacles import standing_counts
from reports.returned import overdue_returns
from reports.rules import NOTICES
from reports.talk_reads import open_by_year

LINE_FLAGS = (Breach.LATE, Breach.INCOMPLETE, Breach.OFF_PLAN, Breach.CPS_MISMATCH)


def board_url(month: ReportingMonth, **filters: object) -> str:
    """The missing-report dashboard of ``month``, filtered."""
    return f"/compliance/{month.month}/{'?' if filters else ''}{urlencode(filters)}"


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
            *(_objection_tasks(person) if of_admin_unit(actor) else []),
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


def _objection_tasks(person: Person) -> list[Task]:
    """A year each: that is how the objections are listed."""
    why = "ตอบในหน้าหารือ แล้วบันทึกข้อยุติพร้อมเหตุผล"
    return [
        Task(
            f"ข้อโต้แย้งรอข้อยุติ {n} เรื่อง",
            f"/plans/{year}/objections/",
            why,
            f"ปีงบประมาณ {year}",
            "รอข้อยุติ",
            "info",
            "chat-square-text",
        )
        for year, n in open_by_year(person.office_id)
    ]


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

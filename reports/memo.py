"""The memo (บันทึกข้อความ) of a notice, as data of templates/print/memo.typ, and the words mails share with it.

All of it stands on what was told when the notice was sent: the same memo prints for ever. The wording is
neutral and blames nobody; a notice is not disciplinary.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from office import thai
from office.calendar import day_of
from office.enums import Role
from office.models import Membership, Person, Unit
from reports.case_reads import Named
from reports.enums import Breach
from reports.models import Notice

GENERAL_ADMIN_UNIT = "ฝ่ายบริหารทั่วไป"
FINDINGS = {
    Breach.MISSING: "ยังไม่ได้รับรายงาน",
    Breach.LATE: "ได้รับรายงานหลังกำหนดส่ง",
    Breach.INCOMPLETE: "รายงานยังไม่ครบถ้วน",
    Breach.OFF_PLAN: "ผลการปฏิบัติงานไม่เป็นไปตามแผน",
    Breach.CPS_MISMATCH: "ผลในรายงานไม่ตรงกับผลในระบบการส่งเสริมสหกรณ์ (CPS)",
}
RELATED = ("office", "person", "month", "unit", "copied_to")
"""What to select along with a notice that is to be written out."""
Row = dict[str, str]


def paper_of(notice: Notice) -> dict[str, Any]:
    """``Notice.paper`` of a notice that is being sent. At most 3 queries, given RELATED."""
    unit = sending_unit(notice)
    unit_name = unit.name if unit else GENERAL_ADMIN_UNIT
    return {
        "unit": unit_name,
        "agency": f"{notice.office.name} {unit_name}",
        "to": f"{notice.person.full_name} {notice.person.position}".strip(),
        "through": post_of(notice.copied_to, notice.unit) if notice.copied_to else "",
        "due": notice.month.due_at.isoformat(),
        "signer": _signer(notice, unit),
    }


def memo_data(notice: Notice) -> dict[str, Any]:
    """What templates/print/memo.typ takes; ที่ is left to the register. At most 3 queries, given RELATED."""
    paper = notice.paper or paper_of(notice)
    rows = rows_of(notice)
    return {
        "agency": paper["agency"],
        "date": thai.long_date(day_of(notice.sent_at)),
        "subject": subject_of(notice),
        "to": paper["to"],
        "through": paper["through"],
        "cause": cause_of(notice, _told_before(notice)),
        "finding": f"{paper['unit']}ได้ตรวจสอบแล้ว พบว่า {finding_of(notice)}{' ดังนี้' if rows else ''}",
        "rows": rows,
        "note": notice.message,
        "closing": closing_of(notice),
        "signer": paper["signer"],
    }


def subject_of(notice: Notice) -> str:
    """เรื่อง, also of the mail."""
    report = f"รายงานผลการปฏิบัติงานประจำเดือน{notice.month}"
    told = breaches_of(notice)
    if told == [Breach.LATE]:
        words = f"ขอให้ชี้แจงเหตุผลการส่ง{report}"
    elif told == [Breach.MISSING]:
        words = f"ขอให้ส่ง{report} พร้อมชี้แจงเหตุผล"
    else:
        words = f"ขอให้แก้ไข{report} พร้อมชี้แจงเหตุผล"
    return words if notice.no == 1 else f"{words} (ครั้งที่ {notice.no})"


def finding_of(notice: Notice) -> str:
    return _and([FINDINGS[breach] for breach in breaches_of(notice)])


def asked_of(notice: Notice) -> str:
    told = breaches_of(notice)
    if told == [Breach.LATE]:
        return "ชี้แจงเหตุผล"
    if told == [Breach.MISSING]:
        return "ส่งรายงานพร้อมชี้แจงเหตุผล"
    return "ดำเนินการแก้ไขรายงานพร้อมชี้แจงเหตุผล"


def closing_of(notice: Notice) -> str:
    return f"จึงเรียนมาเพื่อทราบ และขอให้{asked_of(notice)}ในระบบ ภายในวันที่ {until_of(notice)}"


def until_of(notice: Notice) -> str:
    return _instant(notice.answer_by)


def breaches_of(notice: Notice) -> list[Breach]:
    """Each kind once, in the order of the rules."""
    told = {named.breach for named in _told(notice)}
    return [breach for breach in Breach if breach in told]


def rows_of(notice: Notice) -> list[Row]:
    """One row a job, in the order told; breaches of one job share it. None for the report as a whole."""
    jobs: dict[str, list[Named]] = {}
    for named in _told(notice):
        if named.job_no:
            jobs.setdefault(named.job_no, []).append(named)
    return [_row(told) for told in jobs.values()]


def sending_unit(notice: Notice) -> Unit | None:
    """The unit in which the sender served that day; for the system's own notice, that of the admins."""
    held = Membership.objects.on(day_of(notice.sent_at)).select_related("unit").order_by("id")
    if notice.sent_by_id is not None:
        row = held.filter(person_id=notice.sent_by_id, role=Role.OFFICER).first()
    else:
        row = held.filter(unit__office_id=notice.office_id, role=Role.GENERAL_ADMIN).first()
    return row.unit if row else None


def post_of(head: Person | None, unit: Unit) -> str:
    """The executive post of a unit's head as it is signed, without the line of work in brackets."""
    post = head.position_title.split("(")[0].strip() if head else ""
    if unit.name in post:
        return post
    if unit.name.startswith("กลุ่ม"):
        return f"ผู้อำนวยการ{unit.name}"
    if not unit.name.startswith("ฝ่าย") and post.startswith(("ผู้อำนวยการ", "หัวหน้า")):
        return post
    return f"หัวหน้า{unit.name}"


def _signer(notice: Notice, unit: Unit | None) -> dict[str, str]:
    """The head of the sending unit on that day; nobody is named where none is known."""
    if unit is None:
        return {"name": "", "position": f"หัวหน้า{GENERAL_ADMIN_UNIT}"}
    heads = Membership.objects.on(day_of(notice.sent_at)).filter(unit=unit, role=Role.UNIT_HEAD)
    found = [row.person for row in heads.select_related("person").order_by("id")]
    head = next((person for person in found if person.pk == notice.sent_by_id), found[0] if found else None)
    return {"name": head.full_name if head else "", "position": post_of(head, unit)}


def cause_of(notice: Notice, told_before: datetime | None) -> str:
    """``told_before``: when the notice before this one was sent; None for the first."""
    month = notice.month
    due = datetime.fromisoformat(notice.paper["due"]) if notice.paper else month.due_at
    expected = (
        f"ตามที่กำหนดให้เจ้าหน้าที่ส่งรายงานผลการปฏิบัติงานตามแผนปฏิบัติงานประจำเดือน{month} "
        f"ปีงบประมาณ พ.ศ. {month.month.fiscal_year} ภายในวันที่ {_instant(due)}"
    )
    if told_before is None:
        return f"{expected} นั้น"
    day = thai.long_date(day_of(told_before))
    return f"{expected} และได้แจ้งครั้งที่ {notice.no - 1} เมื่อวันที่ {day} แล้ว นั้น"


def _told_before(notice: Notice) -> datetime | None:
    if notice.no == 1:
        return None
    before = Notice.objects.filter(person_id=notice.person_id, month_id=notice.month_id, no=notice.no - 1)
    return before.values_list("sent_at", flat=True).first()


def _told(notice: Notice) -> list[Named]:
    return [Named.of(fact) for fact in notice.facts]


def _row(told: list[Named]) -> Row:
    first = told[0]
    return {
        "job": f"{first.job_no} {first.name}",
        "counting_unit": first.counting_unit,
        "plan": first.plan_text,
        "result": _figure(first.result),
        "fix": "\n".join(_fixes(told)),
    }


def _fixes(told: list[Named]) -> Iterator[str]:
    """An explanation that is lacking is asked for once, with what it is to explain."""
    off_plan = any(named.breach is Breach.OFF_PLAN for named in told)
    for named in told:
        if named.breach is Breach.CPS_MISMATCH:
            yield f"{named.demand} (ผลใน CPS {_figure(named.cps)})"
        elif named.breach is not Breach.INCOMPLETE or not off_plan:
            yield named.demand


def _figure(text: str) -> str:
    return thai.quantity(thai.parse_quantity(text))


def _instant(instant: datetime) -> str:
    local = instant.astimezone(thai.BANGKOK)
    return f"{thai.long_date(local)} เวลา {thai.clock_time(local.time())}"


def _and(words: list[str]) -> str:
    *most, last = words
    return f"{' '.join(most)} และ{last}" if most else last

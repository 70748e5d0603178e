"""Everything that happened to one case, as dated steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from office import audit
from office.audit import Verb
from reports.case_reads import figure_in
from reports.enums import FlagState
from reports.models import Flag, MonthlyReport
from reports.queries import trail_of


@dataclass(frozen=True, slots=True)
class Step:
    """One dated step of a case."""

    at: datetime
    what: str
    by: str = ""
    text: str = ""
    url: str = ""


def steps_of(flag: Flag) -> list[Step]:
    """Everything that happened to a case, oldest first, with the report's returns and submissions since.

    Of one instant the submission comes before what it explains, the notice before the return that it is.
    """
    report = MonthlyReport.objects.filter(person=flag.person_id, month=flag.month_id).first()
    history = list(audit.history_of(flag))
    since = history[0].at if history else flag.noticed_at
    sent: list[Step] = []
    decided: list[Step] = []
    for each in trail_of(report):
        if each.at < since:
            continue
        said = each.comment if each.what == "returned" else ""
        moved = Step(each.at, f"{_TRAIL[each.what]} ฉบับที่ {each.no}", each.by or "ระบบ", said)
        (sent if each.what == "submitted" else decided).append(moved)
    told = list(_told(history))
    began = Step(flag.true_since, "เกิดเหตุ")
    return sorted([began, *sent, *told, *decided], key=lambda step: step.at)


_TRAIL = {"submitted": "ส่งรายงาน", "returned": "ส่งกลับแก้ไข", "accepted": "ตรวจรับรายงาน"}
_WORDS = {
    Verb.FLAG_CLEARED: "หมดเหตุ",
    Verb.FLAG_EXPLAINED: "ชี้แจงเหตุผล",
    Verb.FLAG_CLOSED: "ปิดเรื่อง",
    Verb.FLAG_EXCUSED: "ผ่อนผัน",
}


_FOUND = {
    FlagState.EXPLAINED: "ตรวจพบ ชี้แจงแล้ว",
    FlagState.NOTIFIED: "ตรวจพบ บันทึกแจ้งเดิมขอเหตุผลไว้แล้ว",
}


_DECISIONS = (Verb.FLAG_CLOSED, Verb.FLAG_EXCUSED)


def _told(history: Iterable[Any]) -> Iterator[Step]:
    decided_on: Mapping[str, Any] = {}
    for event in history:
        if event.verb in _DECISIONS:
            decided_on = event.after
        if (step := _step(event, decided_on)) is not None:
            yield step
        if event.verb == Verb.FLAG_OPENED:
            decided_on = {}


def _step(event: Any, decided_on: Mapping[str, Any]) -> Step | None:
    """``decided_on``: the facts of the decision that still stood; empty without one."""
    if event.verb == Verb.FLAG_NOTIFIED:
        url = f"/notices/{event.after['notice']}/"
        return Step(event.at, f"แจ้งเจ้าหน้าที่ ครั้งที่ {event.after['no']}", event.actor_text, url=url)
    if event.verb == Verb.FLAG_OPENED:
        explained = event.after.get("explanation", "")
        if event.before:
            changed = list(_changes(decided_on, event.after)) if decided_on else []
            why = f"เพราะ{' และ'.join(changed)}" if changed else explained
            return Step(event.at, "เปิดเรื่องอีกครั้ง", text=why)
        found = _FOUND.get(event.after.get("state", ""), "ตรวจพบ")
        return Step(event.at, found, text=explained)
    if event.verb == Verb.FLAG_CPS_CHANGED:
        was, now = figure_in(event.before["cps"]), figure_in(event.after["cps"])
        file = f"ตามไฟล์ CPS ครั้งที่ {event.after['no']} {event.after['file']}" if "file" in event.after else ""
        return Step(event.at, f"ผลใน CPS เปลี่ยนจาก {was} เป็น {now}", event.actor_text, file)
    if event.verb not in _WORDS:
        return None
    said = event.reason or (event.after.get("explanation", "") if event.verb == Verb.FLAG_EXPLAINED else "")
    return Step(event.at, _WORDS[event.verb], event.actor_text, said)


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """What is otherwise in the facts than when they were decided on, in Thai."""

    def of(name: str) -> tuple[str, str]:
        return before.get(name, ""), after.get(name, "")

    for name, word in (("result", "ผล"), ("target", "แผน")):
        was, now = of(name)
        if was != now:
            yield f"{word}เปลี่ยนจาก {figure_in(was)} เป็น {figure_in(now)}"
    was, now = of("cps")
    if was != now:
        yield _cps_change(was, now)
    was, now = of("explanation")
    if was != now:
        yield _saying_change(was, now)


def _cps_change(was: str, now: str) -> str:
    """A figure that agrees with the report, or isn't there, is kept as none."""
    if was and now:
        return f"ผลใน CPS เปลี่ยนจาก {figure_in(was)} เป็น {figure_in(now)}"
    if now:
        return f"ผลใน CPS {figure_in(now)} ต่างจากที่รายงาน"
    return f"ผลใน CPS เดิม {figure_in(was)} ไม่ต่างจากที่รายงานแล้ว"


def _saying_change(was: str, now: str) -> str:
    if was and now:
        return f"คำชี้แจงเปลี่ยนจาก “{was}” เป็น “{now}”"
    return f"มีคำชี้แจงใหม่ “{now}”" if now else f"คำชี้แจง “{was}” ถูกนำออก"

"""The officer's own part of the home page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from config.home_months import MyMonth
from config.home_tasks import Task, in_words
from office import thai, vocabulary
from office.calendar import day_of
from reports.enums import Timing

PRESSING = timedelta(days=7)


@dataclass(slots=True)
class Mine:
    """The officer's own part of the page."""

    first: MyMonth | None = None
    dated: list[tuple[datetime, Task]] = field(default_factory=list)
    """Each with the instant it is due."""
    waiting: list[Task] = field(default_factory=list)
    strip: list[MyMonth] = field(default_factory=list)

    @property
    def tasks(self) -> list[Task]:
        return [task for _, task in sorted(self.dated, key=lambda dated: dated[0])]

    @property
    def first_when(self) -> str:
        """The day the first one is due, in words; empty when nothing is to be done."""
        return in_words(self.first.record.due_on, day_of(self.first.now)) if self.first else ""

    @property
    def reports(self) -> bool:
        """Whether this year asks them for reports, or has asked."""
        return any(each.expected or each.report for each in self.strip)

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
        mine.dated.append(_dated_month(first, today))


def mine_of(months: list[MyMonth], year: int, today: date) -> Mine:
    needing = [each for each in months if each.needs_me]
    open_now = sorted(
        (each for each in needing if not each.refusal),
        key=lambda each: (not (each.returned or each.overdue), each.record.first),
    )
    shut = [each for each in needing if each.refusal]
    told = [each for each in months if each.notice_id and each not in needing]
    unsent = [each for each in months if each.unsent]
    first = open_now[0] if open_now else None
    later = open_now[1:]
    sooner = [
        *(each.open_until for each in shut),
        *(each.open_until for each in unsent),
        *(_told_until(each) for each in told if not _past_answering(each)),
    ]
    if first and not _pressing(first, today) and any(at < first.record.due_at for at in sooner):
        first, later = None, open_now
    return Mine(
        first=first,
        dated=[
            *((each.open_until, _unsent_task(each)) for each in unsent),
            *((_told_until(each), _notice_task(each)) for each in told),
            *((each.open_until, _shut_task(each)) for each in shut),
            *(_dated_month(each, today) for each in later),
        ],
        waiting=[_waiting_task(each) for each in months if each.waits_for_review],
        strip=[each for each in months if each.month.fiscal_year == year],
    )


def _pressing(each: MyMonth, today: date) -> bool:
    return each.returned or each.overdue or each.record.due_on <= today + PRESSING


def _past_answering(each: MyMonth) -> bool:
    return bool(each.window.answer_refusal(now=each.now))


def _told_until(each: MyMonth) -> datetime:
    return each.told_until or each.open_until


def _dated_month(each: MyMonth, today: date) -> tuple[datetime, Task]:
    back = each.reopened_until if each.returned else None
    return back or each.record.due_at, _month_task(each, today)


def _until(each: MyMonth, until: datetime | None) -> str:
    """By when it is asked for; once that has passed, until when it is still open."""
    if until is None:
        return ""
    if until >= each.now:
        return f"ภายใน {thai.instant_text(until)}"
    asked, shuts = thai.instant_text(until), thai.instant_text(each.open_until)
    return f"เลยกำหนดตอบ {asked} · ยังแก้ได้ถึง {shuts}"


def _month_task(each: MyMonth, today: date) -> Task:
    url = each.url
    if each.returned:
        until = _until(each, each.reopened_until)
        return Task(
            f"แก้ไขรายงานเดือน{each.month.label} แล้วส่งใหม่",
            url,
            "ฝ่ายบริหารทั่วไปมีบันทึกแจ้งให้แก้ไขพร้อมชี้แจงเหตุผล" if each.notice_id else each.comment,
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
    return Task(
        f"ส่งรายงานเดือน{each.month.label} อีกครั้ง",
        each.url,
        "แก้หลังส่ง ยังไม่ได้ส่งใหม่ ตัวเลขที่นับคือฉบับที่ส่งไว้",
        f"แก้ได้ถึง {thai.instant_text(each.open_until)}",
        "แก้หลังส่ง",
        "warn",
        "exclamation-triangle-fill",
    )


def _told(each: MyMonth) -> str:
    """That a notice waits for the same report; empty without one."""
    if not each.notice_id or not each.told_until:
        return ""
    word = "เลยกำหนดตอบ" if each.told_until < each.now else "ตอบภายใน"
    return f" · มีบันทึกแจ้ง {word} {thai.instant_text(each.told_until)}"


def _notice_task(each: MyMonth) -> Task:
    until, url = each.told_until, f"/notices/{each.notice_id}/"
    when = f"ภายใน {thai.instant_text(until)}" if until else ""
    awaited = until is not None and until >= each.now
    tag, tone = ("รอคำตอบ", "info") if awaited else ("เลยกำหนดตอบ", "bad")
    if _past_answering(each):
        why = "เลยกำหนดตอบและปิดรับแก้ไขแล้ว ขอให้ฝ่ายบริหารทั่วไปเปิดแก้ไขก่อนจึงชี้แจงได้"
        return Task(f"บันทึกแจ้ง เดือน{each.month.label} ยังไม่ได้ตอบ", url, why, when, tag, tone, "envelope")
    why = "ฝ่ายบริหารทั่วไปขอให้แก้ไขรายงานพร้อมชี้แจงเหตุผล"
    if until and not awaited:
        when = f"{thai.instant_text(until)} · ยังตอบได้ถึง {thai.instant_text(each.window.answer_until)}"
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

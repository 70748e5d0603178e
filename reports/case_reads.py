"""Cases and notices as they are read: what a notice tells, what waits for an answer, a case's steps."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from office import thai
from office.access import Actor, Perm, reach
from plans.models import ReportingMonth
from reports.enums import Breach, FlagState
from reports.handlers import handled
from reports.models import Flag, Notice
from reports.rules import NOTICES, Told, may_be_named

WHOLE = (Breach.MISSING, Breach.LATE)
"""Breaches of the report as a whole: with no line, they are answered on the notice."""
_DEMANDS = {
    Breach.MISSING: "ส่งรายงาน และชี้แจงเหตุผลที่ไม่ได้ส่งภายในกำหนด",
    Breach.LATE: "ชี้แจงเหตุผลที่ส่งช้า",
    Breach.OFF_PLAN: "แก้ผลหากไม่ถูกต้อง พร้อมชี้แจงเหตุผลที่ไม่เป็นไปตามแผน",
    Breach.CPS_MISMATCH: "ตรวจกับ CPS แก้ผลหากไม่ถูกต้อง พร้อมชี้แจงเหตุผลที่ต่างกัน",
}


@dataclass(frozen=True, slots=True)
class Newest:
    notice: Notice
    told: Told


def told_of(notice: Notice) -> Told:
    return Told(notice.no, notice.answer_by, notice.answered_at is not None)


def told_in(month: Any) -> Told | None:
    """Of a month from ``find_month``: the newest notice to its person, as what it may still ask for."""
    if month.told_pk is None:
        return None
    return Told(month.told_no, month.told_until, month.told_answered is not None)


def newest_notice(month_id: int, person_id: int) -> Newest | None:
    notices = Notice.objects.filter(month_id=month_id, person_id=person_id).select_related("month", "person")
    notice = notices.order_by("-no").first()
    return Newest(notice, told_of(notice)) if notice else None


def demand(breach: Breach, basis: Mapping[str, str]) -> str:
    """What is to be put right, in Thai."""
    if breach is Breach.INCOMPLETE:
        filled = bool(basis.get("result"))
        return "ชี้แจงเหตุผลที่ผลต่ำกว่าแผน" if filled else "กรอกผล พร้อมชี้แจงเหตุผลที่ยังไม่กรอก หรือระบุเหตุผลที่ไม่มีข้อมูล"
    return _DEMANDS[breach]


def mark_of(flag: Flag, submissions: int = 0) -> str:
    """Of the facts that a page showed: another mark means that they have changed since."""
    seen = json.dumps([flag.state, flag.basis, submissions], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def decided_text(flag: Flag) -> str:
    """Who has ended it and when, in Thai."""
    word = "ปิดแล้ว" if flag.state == FlagState.CLOSED else "ผ่อนผันแล้ว"
    by = flag.decided_by.full_name if flag.decided_by else "ระบบ"
    when = f" เมื่อ {thai.instant_text(flag.decided_at)}" if flag.decided_at else ""
    return f"เรื่องนี้{word} โดย {by}{when}"


def told_facts(flags: Iterable[Flag]) -> list[dict[str, Any]]:
    """The rows of ``Notice.facts``."""
    return [
        {
            "flag": flag.pk,
            "breach": flag.breach,
            "job_no": flag.item.job_no if flag.item else "",
            "name": flag.item.name if flag.item else "",
            "counting_unit": flag.item.counting_unit if flag.item else "",
            **{name: flag.basis.get(name, "") for name in ("target", "result", "cps", "explanation")},
            "demand": demand(Breach(flag.breach), flag.basis),
        }
        for flag in flags
    ]


@dataclass(frozen=True, slots=True)
class Named:
    """One row of what a notice told."""

    flag: int
    breach: Breach
    job_no: str
    name: str
    counting_unit: str
    target: str
    result: str
    cps: str
    explanation: str
    demand: str

    @classmethod
    def of(cls, fact: Mapping[str, Any]) -> Named:
        return cls(**{**fact, "breach": Breach(fact["breach"])})

    @property
    def plan_text(self) -> str:
        return figure_in(self.target)

    @property
    def result_text(self) -> str:
        shown = figure_in(self.result)
        return f"{shown} (CPS {figure_in(self.cps)})" if self.breach is Breach.CPS_MISMATCH else shown

    def _counted(self, text: str) -> str:
        return f"{figure_in(text)} {self.counting_unit}".strip()

    @property
    def in_words(self) -> str:
        """As "สสจ. 1 ไม่เป็นไปตามแผน (แผน 4 ผล 3): …"."""
        if not self.job_no:
            return f"{self.breach.label}: {self.demand}"
        if self.breach is Breach.CPS_MISMATCH:
            both = f"รายงาน {self._counted(self.result)}, CPS {self._counted(self.cps)}"
            return f"{self.job_no} {self.breach.label}: {both} (แผน {self.plan_text}) · {self.demand}"
        figures = f"แผน {self.plan_text} ผล {self.result_text}"
        return f"{self.job_no} {self.breach.label} ({figures}): {self.demand}"


def figure_in(text: str) -> str:
    return thai.quantity(thai.parse_quantity(text)) if text else thai.BLANK


# Lists


FILTERS = ("open", "overdue", "again", "answered", "last")


def notices_within(actor: Actor, kind: str, *, now: datetime) -> QuerySet[Notice]:
    """Notices within reach: waiting, past their answer-by, to be told again, answered, or told in vain."""
    rows = Notice.objects.filter(reach(actor, Perm.NOTICE_VIEW, Notice))
    rows = rows.filter(condition(kind, now=now)).annotate(going=going())
    return rows.select_related("person", "month", "unit")


def going() -> Exists:
    """Whether something that a notice named still waits for an answer; it may have been cleared or closed."""
    return Exists(Notice.flags.through.objects.filter(notice=OuterRef("pk"), flag__state=FlagState.NOTIFIED))


def condition(kind: str, *, now: datetime) -> Q:
    """Of one of FILTERS; anything else is all. One told again waits for the answer to the second."""
    newer = Notice.objects.filter(person=OuterRef("person"), month=OuterRef("month"), no__gt=OuterRef("no"))
    unanswered = Q(answered_at=None) & ~Q(Exists(newer)) & Q(going())
    return {
        "open": unanswered & Q(answer_by__gte=now),
        "overdue": unanswered & Q(answer_by__lt=now),
        "again": unanswered & Q(answer_by__lt=now, no__lt=NOTICES),
        "answered": Q(answered_at__isnull=False),
        "last": unanswered & Q(answer_by__lt=now, no__gte=NOTICES),
    }.get(kind, Q())


def cases_to_decide(actor: Actor) -> QuerySet[Flag]:
    """Explained, of others, within reach: to be closed, excused or notified again."""
    rows: QuerySet[Flag] = Flag.objects.within(actor, Perm.CASE_DECIDE).filter(state=FlagState.EXPLAINED)
    return rows.filter(handled(actor, Perm.CASE_DECIDE))


@dataclass(frozen=True, slots=True)
class Last:
    """The newest notice to one person about a month, as a row of the dashboard shows it."""

    pk: int
    sent_at: datetime
    told: Told

    @property
    def no(self) -> int:
        return self.told.no


def notices_of_month(month: ReportingMonth) -> dict[int, Last]:
    """The newest notice by person; no query before the first check."""
    if month.checked_as_of is None:
        return {}
    names = ("person_id", "pk", "sent_at", "no", "answer_by", "answered_at")
    rows = Notice.objects.filter(month=month).order_by("no").values_list(*names)
    return {
        person: Last(pk, sent_at, Told(no, answer_by, answered_at is not None))
        for person, pk, sent_at, no, answer_by, answered_at in rows
    }


# Before sending


@dataclass(slots=True)
class Memo:
    """What a person would be told, to be read before it is sent."""

    person: Any
    no: int
    refusal: str
    rows: list[tuple[Flag, Named, bool]]
    """Flag, its row in the memo, and whether it is chosen unless somebody says otherwise."""
    last: Notice | None = None

    @property
    def final(self) -> bool:
        """What it leaves out can't be told of any more."""
        return self.no >= NOTICES

    @property
    def unticked(self) -> str:
        """Why it isn't sent while nothing of it is ticked, in Thai."""
        if all(flag.state == FlagState.EXPLAINED for flag, _, _ in self.rows):
            return "ทุกเรื่องชี้แจงแล้ว เลือกเรื่องด้านล่างหากยังต้องแจ้ง"
        return "ยังไม่ได้เลือกเรื่องด้านล่าง"

    @property
    def chosen(self) -> list[Flag]:
        return [flag for flag, _, chosen in self.rows if chosen]


def memos(
    month: ReportingMonth,
    people: Iterable[Any],
    *,
    now: datetime,
    asked: Collection[int] = (),
    ticked: bool = False,
) -> list[Memo]:
    """Of each person asked about, in that order; two queries.

    Chosen are the flags ``asked`` for by id, and those that aren't explained when none is or, unless they
    were ``ticked`` by hand, the notice is the last.
    """
    people = list(people)
    ids = [person.pk for person in people]
    flags: dict[int, list[Flag]] = defaultdict(list)
    standing = (
        Flag.objects.standing().filter(month=month, person__in=ids).select_related("item", "month", "unit")
    )
    for flag in standing.order_by("breach", "item__sort_order", "id"):
        flags[flag.person_id].append(flag)
    newest = {
        notice.person_id: notice
        for notice in Notice.objects.filter(month=month, person__in=ids).order_by("no")
    }
    return [
        _memo(person, flags[person.pk], newest.get(person.pk), now, asked=asked, ticked=ticked)
        for person in people
    ]


def _memo(
    person: Any,
    flags: list[Flag],
    newest: Notice | None,
    now: datetime,
    *,
    asked: Collection[int],
    ticked: bool,
) -> Memo:
    last = told_of(newest) if newest else None
    named = [flag for flag in flags if may_be_named(FlagState(flag.state), last, now=now)]
    no = last.no + 1 if last else 1
    every = not asked or (no >= NOTICES and not ticked)
    rows = [
        (flag, Named.of(fact), flag.pk in asked or (every and flag.state != FlagState.EXPLAINED))
        for flag, fact in zip(named, told_facts(named), strict=True)
    ]
    refusal = ""
    if last is not None and last.no >= NOTICES:
        refusal = f"แจ้งครบ {NOTICES} ครั้งแล้ว"
    elif not rows and last is not None and last.waits(now):
        refusal = f"แจ้งครั้งที่ {last.no} แล้ว รอคำตอบถึง {thai.instant_text(last.answer_by)}"
    elif not rows:
        refusal = "ไม่มีเรื่องที่ต้องแจ้ง"
    return Memo(person, no, refusal, [] if refusal else rows, newest)

"""The memo as it will be sent, in the words that it prints: read before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from office.access import Actor
from office.enums import Role
from office.models import Membership, Person
from plans.models import ReportingMonth
from reports.actions.notices import answer_by_of
from reports.case_reads import Memo, Named, mark_of, told_facts
from reports.memo import cause_of, closing_of, finding_of, post_of, subject_of
from reports.models import Flag, MonthlyReport, Notice


@dataclass(frozen=True, slots=True)
class Preview:
    memo: Memo
    subject: str
    through: str
    """ผ่าน: the head of the unit, on a second notice."""
    cause: str
    finding: str
    closing: str
    submissions: int
    """How often the report had been sent when this was read."""

    @property
    def rows(self) -> list[tuple[Flag, Named, bool, str]]:
        """Those of the memo, each with the mark of what was read."""
        return [(*row, mark_of(row[0], self.submissions)) for row in self.memo.rows]


def previews(month: ReportingMonth, ready: Iterable[Memo], *, by: Actor, now: datetime) -> list[Preview]:
    """With what is chosen of each memo; all of it while nothing is. At most two queries."""
    ready = list(ready)
    units = {flag.unit_id for memo in ready if memo.no > 1 for flag, _, _ in memo.rows}
    heads = _heads(units, by)
    people = [memo.person for memo in ready]
    reports = MonthlyReport.objects.filter(month=month, person__in=people)
    sent = dict(reports.values_list("person_id", "submissions"))
    until = {no: answer_by_of(month.office, no, now=now) for no in {memo.no for memo in ready}}
    return [_preview(month, memo, heads, until[memo.no], now, sent.get(memo.person.pk, 0)) for memo in ready]


def _preview(
    month: ReportingMonth,
    memo: Memo,
    heads: dict[int, list[Person]],
    until: datetime,
    now: datetime,
    submissions: int,
) -> Preview:
    flags = memo.chosen or [flag for flag, _, _ in memo.rows]
    last = memo.last
    notice = Notice(
        person=memo.person,
        month=month,
        no=memo.no,
        sent_at=now,
        answer_by=max(until, last.answer_by) if last else until,
        facts=told_facts(flags),
    )
    return Preview(
        memo=memo,
        subject=subject_of(notice),
        through=_through(flags[0], memo, heads),
        cause=cause_of(notice, last.sent_at if last else None),
        finding=finding_of(notice),
        closing=closing_of(notice),
        submissions=submissions,
    )


def _through(flag: Flag, memo: Memo, heads: dict[int, list[Person]]) -> str:
    found = [head for head in heads.get(flag.unit_id, []) if head.pk != memo.person.pk]
    return post_of(found[0], flag.unit) if memo.no > 1 and found else ""


def _heads(units: set[int], by: Actor) -> dict[int, list[Person]]:
    if not units:
        return {}
    rows = Membership.objects.on(by.day).filter(
        role=Role.UNIT_HEAD, unit_id__in=units, person__is_active=True
    )
    found: dict[int, list[Person]] = {}
    for row in rows.select_related("person").order_by("id"):
        found.setdefault(row.unit_id, []).append(row.person)
    return found

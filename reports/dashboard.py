"""The missing-report dashboard: one month of an office in a constant number of queries.

States and timing are read as they are now, flags as the last check left them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KT

from office import thai
from office.access import Actor, Perm, unit_reach
from office.calendar import Month
from office.enums import Role
from office.models import position_text
from plans.models import ReportingMonth
from plans.rules import percent
from reports.enums import Breach, FlagState, ReportState, RowState, Timing, WaiverKind
from reports.facts import should_report
from reports.models import ExpectedReport, Flag, MonthlyReport
from reports.rules import PersonMonth, has_come, row_state, timing_of

BUCKETS = ("missing", "expected", "submitted", "returned", "accepted", "waived")
"""What a row counts as: every row is in exactly one."""

PERSON_FIELDS = tuple(
    f"person__{name}"
    for name in (
        "code",
        "name_prefix",
        "first_name",
        "last_name",
        "position_title",
        "position_level",
        "sort_order",
    )
)
UNIT_FIELDS = ("unit_id", "unit__name", "unit__sort_order")
SHOWN_FIRST = {state.value: rank for rank, state in enumerate(FlagState)}
"""Of several flags of one breach the least settled one is shown."""


@dataclass(slots=True)
class BoardRow:
    """One expected report."""

    person_id: int
    code: str
    name: str
    position: str
    unit_id: int
    unit: str
    order: tuple[int, int, int, int]
    waiver: str = ""
    state: RowState = RowState.EXPECTED
    timing: Timing = Timing.PENDING
    first_submitted_at: datetime | None = None
    flags: dict[str, str] = field(default_factory=dict)
    """Breach → state, of those not CLEARED."""
    flagged: set[int] = field(default_factory=set)
    """Items with a flag that is not CLEARED, or that was told of."""
    lacks: list[tuple[str, list[str]]] = field(default_factory=list)
    """What its lines lack, in words, each with the job numbers."""
    cases: list[tuple[str, str, str]] = field(default_factory=list)
    """Breach, job number ("" of the whole report) and state of each flag not CLEARED, as last checked."""

    @property
    def bucket(self) -> str:
        if self.state in (RowState.EXPECTED, RowState.DRAFT):
            return "missing" if self.timing is Timing.MISSING else "expected"
        return self.state.value

    @property
    def flag_names(self) -> str:
        return " ".join(self.flags)

    @property
    def shown_flags(self) -> list[tuple[str, str]]:
        """Without an open MISSING or LATE that the pill of the state already says."""
        said = {"MISSING"} if self.timing is Timing.MISSING else set()
        if self.timing is Timing.LATE and self.state is not RowState.RETURNED:
            said = {"LATE"}
        return [
            (breach, state) for breach, state in self.flags.items() if breach not in said or state != "OPEN"
        ]

    @property
    def case_states(self) -> list[str]:
        """As "ไม่เป็นไปตามแผน สสจ. 1: ชี้แจงแล้ว", one a flag; what no check has seen yet is open."""
        words = []
        for breach, state in self.flags.items():
            known = [case for case in self.cases if case[0] == breach] or [(breach, "", state)]
            for _, job_no, each in known:
                words.append(f"{f'{Breach(breach).label} {job_no}'.strip()}: {FlagState(each).label}")
        return words

    @property
    def note(self) -> str:
        return WaiverKind(self.waiver).label if self.waiver else ""

    @property
    def waits_for_review(self) -> bool:
        return self.state is RowState.SUBMITTED

    @property
    def sent(self) -> str:
        """As "31 มี.ค. 16.20 น."; the year is the page's."""
        if self.first_submitted_at is None:
            return thai.BLANK
        local = self.first_submitted_at.astimezone(thai.BANGKOK)
        return f"{local.day} {thai.MONTHS_SHORT[local.month - 1]} {local:%H.%M} น."


@dataclass(frozen=True, slots=True)
class Rate:
    label: str
    part: int | None
    """None while it isn't known."""
    whole: int

    @property
    def text(self) -> str:
        if self.part is None:
            return thai.BLANK
        share = percent(Decimal(self.part), Decimal(self.whole))
        return f"{self.part}/{self.whole} · {thai.percent(share)}"


@dataclass(frozen=True, slots=True)
class Group:
    unit: str
    sent: int
    expected: int
    rows: list[BoardRow]


@dataclass(frozen=True, slots=True)
class Board:
    """A month's register within the reach of who looks, in report order."""

    month: ReportingMonth
    rows: list[BoardRow]
    neighbours: frozenset[date]
    """First days of the months before and after, where the office has them."""

    @property
    def units(self) -> dict[int, str]:
        return {row.unit_id: row.unit for row in self.rows}

    @property
    def counts(self) -> Counter[str]:
        """Rows by bucket; they add up to all rows."""
        return Counter(row.bucket for row in self.rows)

    @property
    def flagged(self) -> Counter[str]:
        """Reports that bear each breach, by its name."""
        return Counter(breach for row in self.rows for breach in row.flags)

    @property
    def counted(self) -> list[BoardRow]:
        """Without the waived: the denominator of every rate."""
        return [row for row in self.rows if not row.waiver]

    @property
    def rates(self) -> list[Rate]:
        """Over the register, so that none can pass 100 %; completeness is known after the first check."""
        counted = self.counted
        checked, deadline = self.month.checked_as_of, self.month.grace_end
        on_time = [row for row in counted if row.timing is Timing.ON_TIME]
        spared = (None, FlagState.EXCUSED.value)
        complete = sum(row.flags.get(Breach.INCOMPLETE.value) in spared for row in on_time)
        known = checked is not None and checked > deadline
        return [
            Rate("ส่งแล้ว", _submitted(counted), len(counted)),
            Rate("ตรงเวลา", len(on_time), len(counted)),
            Rate("ครบถ้วนตรงเวลา", complete if known else None, len(counted)),
        ]

    def of_unit(self, unit_id: int | None) -> Board:
        if unit_id is None:
            return self
        return Board(self.month, [row for row in self.rows if row.unit_id == unit_id], self.neighbours)

    def chosen(self, *, state: str = "", flag: str = "", text: str = "") -> list[BoardRow]:
        """Rows of a bucket, with a flag, whose name or code holds the text."""
        wanted = thai.search_key(text)
        return [
            row
            for row in self.rows
            if (not state or row.bucket == state)
            and (not flag or flag in row.flags)
            and (not wanted or wanted in thai.search_key(f"{row.code} {row.name}"))
        ]

    def grouped(self, rows: Iterable[BoardRow]) -> list[Group]:
        """The chosen rows by unit; the figures beside a unit's name are of the whole unit."""
        whole: dict[int, list[BoardRow]] = defaultdict(list)
        for row in self.counted:
            whole[row.unit_id].append(row)
        return [
            Group(found[0].unit, _submitted(whole[unit]), len(whole[unit]), found)
            for unit, found in ((unit, list(each)) for unit, each in groupby(rows, lambda row: row.unit_id))
        ]


def _submitted(rows: Iterable[BoardRow]) -> int:
    return sum(row.timing in (Timing.ON_TIME, Timing.LATE) for row in rows)


def read_board(actor: Actor, month: Month, *, now: datetime) -> Board | None:
    """At most 5 queries whatever the size; None when the office has no such month."""
    months = {
        each.first: each
        for each in ReportingMonth.objects.filter(
            Q(office_id=actor.office_id),
            first__in=[month.previous().first, month.first, month.next().first],
        ).select_related("office")
    }
    found = months.pop(month.first, None)
    if found is None:
        return None
    within = unit_reach(actor, Perm.COMPLIANCE_VIEW)
    rows = {row.person_id: row for row in _register(found) if within(row.unit_id)}
    _read_reports(found, rows, now)
    _read_flags(found, rows)
    return Board(found, sorted(rows.values(), key=lambda row: row.order), frozenset(months))


def _register(month: ReportingMonth) -> list[BoardRow]:
    """The rows of ``facts.expected_people`` with names: one query, two before the register is written."""
    fields = ("person_id", *PERSON_FIELDS, *UNIT_FIELDS)
    written = ExpectedReport.objects.filter(month=month).values_list(*fields, "waiver")
    if month.registered_at is not None:
        return registered(written, ())
    return registered(written, should_report(month).values_list(*fields, "role", "pk"))


def registered(written: Iterable[tuple[Any, ...]], serving: Iterable[tuple[Any, ...]]) -> list[BoardRow]:
    """One row a person of rows of the register and of ``facts.should_report``.

    Both begin with the person's id, PERSON_FIELDS and UNIT_FIELDS; then come the waiver, or role and pk.
    """
    rows = {values[0]: board_row(values[:-1], waiver=values[-1]) for values in written}
    for values in sorted(serving, key=lambda each: (each[-2] != Role.OFFICER, -each[-1])):
        if values[0] not in rows:
            rows[values[0]] = board_row(values[:-2])
    return list(rows.values())


def board_row(values: tuple[Any, ...], *, waiver: str = "") -> BoardRow:
    """From the person's id, PERSON_FIELDS and UNIT_FIELDS."""
    person_id, code, prefix, first, last, title, level, order, unit_id, unit, unit_order = values
    position = position_text(title, level)
    place = (unit_order, unit_id, order, person_id)
    return BoardRow(person_id, code, f"{prefix}{first} {last}", position, unit_id, unit, place, waiver)


def _read_reports(month: ReportingMonth, rows: dict[int, BoardRow], now: datetime) -> None:
    facts = MonthlyReport.objects.filter(month=month)
    reports = {
        person: values
        for person, *values in facts.values_list("person_id", "state", "first_submitted_at", "first_deadline")
    }
    for row in rows.values():
        set_state(row, month, reports.get(row.person_id), now)


def set_state(row: BoardRow, month: ReportingMonth, report: Sequence[Any] | None, now: datetime) -> None:
    """From the report's state, first submission and first deadline; None while there is no report."""
    state, first, allowed = report or (None, None, None)
    first = first if has_come(first, now=now) else None
    row.first_submitted_at = first
    row.state = row_state(
        expected=True,
        waived=bool(row.waiver),
        report=None if state is None else ReportState(state),
        submitted=first is not None,
    )
    known = PersonMonth(
        month.grace_end, waived=bool(row.waiver), first_submitted_at=first, first_deadline=allowed
    )
    row.timing = timing_of(known, now=now)


def _read_flags(month: ReportingMonth, rows: dict[int, BoardRow]) -> None:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    jobs: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    cases: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    known = Flag.objects.standing_or_told().filter(month=month).order_by("breach", "item__sort_order")
    fields = ("person_id", "breach", "state", "item_id", "item__job_no", KT("basis__result"))
    for person, breach, state, item, job_no, result in known.values_list(*fields):
        if item and person in rows:
            rows[person].flagged.add(item)
        if state == FlagState.CLEARED:
            continue
        cases[person].append((breach, job_no or "", state))
        shown = found[person].setdefault(breach, state)
        if SHOWN_FIRST[state] < SHOWN_FIRST[shown]:
            found[person][breach] = state
        if job_no:
            jobs[person][_lack(breach, result)].append(job_no)
    for row in rows.values():
        if row.waiver:
            continue
        row.flags = live_flags(found.get(row.person_id, {}), row.timing)
        row.cases = cases.get(row.person_id, [])
        row.lacks = list(jobs.get(row.person_id, {}).items())


def live_flags(flags: dict[str, str], timing: Timing) -> dict[str, str]:
    """In the order of the breaches; MISSING and LATE as the clock has them, scan or no scan."""
    clocked = {Breach.MISSING: timing is Timing.MISSING, Breach.LATE: timing is Timing.LATE}
    live = {}
    for breach in Breach:
        if clocked.get(breach, breach.value in flags):
            live[breach.value] = flags.get(breach.value, FlagState.OPEN.value)
    return live


def _lack(breach: str, result: str | None) -> str:
    if breach == Breach.INCOMPLETE:
        return "ยังไม่ชี้แจง" if result else "ยังไม่กรอกผล"
    return "ต่ำกว่าแผน" if breach == Breach.OFF_PLAN else "ต่างจาก CPS"

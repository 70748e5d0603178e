"""What the home page needs to know of an office, in as many queries for 60 people as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Count,
    OuterRef,
    Q,
)

from config.home_months import counted
from office.access import Actor, Perm, reach
from office.calendar import Month, day_of, fiscal_span, fiscal_year
from office.models import Holiday, Notification, Office, Person
from plans.enums import PlanState
from plans.models import ReportingMonth
from reports.case_reads import condition
from reports.enums import Breach, ReportState, RowState, Timing
from reports.facts import expected_people
from reports.models import Flag, MonthlyReport, Notice
from reports.rules import NOTICES, PersonMonth, has_come, row_state, timing_of

NOTIFICATIONS_SHOWN, NOTIFICATIONS_FOLDED = 5, 45


@dataclass(frozen=True, slots=True)
class StandingRow:
    person_id: int
    unit_id: int
    state: RowState
    timing: Timing


@dataclass(frozen=True, slots=True)
class Standing:
    """How an office's month stands: its register, and the people who bear each flag.

    The same figures as ``reports.dashboard``, which also reads names, for two months at once.
    LATE is as the clock has it, scan or no scan; the waived bear nothing.
    """

    month: ReportingMonth
    rows: tuple[StandingRow, ...]
    flagged: dict[Breach, frozenset[int]]

    def of_units(self, units: Collection[int]) -> Standing:
        rows = tuple(row for row in self.rows if row.unit_id in units)
        people = {row.person_id for row in rows}
        return Standing(self.month, rows, {breach: who & people for breach, who in self.flagged.items()})

    @property
    def url(self) -> str:
        """The missing-report dashboard of the month."""
        return f"/compliance/{self.month.month}/"

    @property
    def counted(self) -> list[StandingRow]:
        """Without the waived."""
        return [row for row in self.rows if row.state is not RowState.WAIVED]

    @property
    def missing(self) -> list[int]:
        return [row.person_id for row in self.counted if row.timing is Timing.MISSING]

    @property
    def submitted(self) -> int:
        return sum(row.timing in (Timing.ON_TIME, Timing.LATE) for row in self.counted)

    def count(self, state: RowState) -> int:
        return sum(row.state is state for row in self.rows)


@dataclass(frozen=True, slots=True)
class YearAhead:
    """A fiscal year (BE), its plan, and what is unsure about its days."""

    year: int
    plan: PlanState | None
    holidays_unconfirmed: int
    """Of the office, from today on."""


@dataclass(frozen=True, slots=True)
class OfficeMonths:
    last: ReportingMonth | None
    """The last one past its deadline."""
    current: ReportingMonth | None
    """That of today, unless it is the same."""
    waiting: tuple[tuple[ReportingMonth, int], ...]
    """Open months with the number of reports of others that wait for review, oldest first."""
    years: tuple[YearAhead, ...]
    """This fiscal year and later ones, as far as they are opened."""


def notice_counts(actor: Actor, now: datetime) -> tuple[int, int]:
    """Notices past their answer-by in vain, and those told for the last time among them; one query."""
    rows = Notice.objects.filter(reach(actor, Perm.NOTICE_VIEW, Notice)).filter(condition("overdue", now=now))
    numbers = rows.order_by().aggregate(all=Count("pk"), last=Count("pk", filter=Q(no__gte=NOTICES)))
    return numbers["all"], numbers["last"]


def office_months(office: Office, now: datetime, *, reader: Person) -> OfficeMonths:
    """Of the last thirteen months and those that are opened ahead; one query."""
    today = day_of(now)
    this_year = fiscal_year(today)
    in_year = Holiday.objects.filter(office=OuterRef("office"), day__range=fiscal_span(this_year))
    unconfirmed = in_year.filter(confirmed=False)
    waiting = MonthlyReport.objects.filter(month=OuterRef("pk"), state=ReportState.SUBMITTED)
    months = list(
        ReportingMonth.objects.of(office)
        .filter(first__gte=Month.of(today).shift(-12).first)
        .select_related("fiscal_year__plan")
        .annotate(waiting=counted(waiting.exclude(person=reader)), unconfirmed=counted(unconfirmed))
        .order_by("first")
    )
    past = [month for month in months if month.grace_end < now]
    last = past[-1] if past else None
    begun = [month for month in months if month.first <= today]
    years = {month.fiscal_year.year: month for month in months if month.fiscal_year.year >= this_year}
    return OfficeMonths(
        last=last,
        current=next((month for month in begun if month.month == Month.of(today) and month != last), None),
        waiting=tuple((each, each.waiting) for each in begun if each.waiting and not each.closed_at),
        years=tuple(_year_ahead(number, month) for number, month in sorted(years.items())),
    )


def _year_ahead(year: int, month: ReportingMonth) -> YearAhead:
    plan = getattr(month.fiscal_year, "plan", None)
    return YearAhead(year, PlanState(plan.state) if plan else None, month.unconfirmed)


def standings(months: Iterable[ReportingMonth], now: datetime) -> list[Standing]:
    """At most 2 queries a month and 2 more."""
    months = list(months)
    reports: dict[int, dict[int, tuple]] = defaultdict(dict)  # type: ignore[type-arg]
    facts = MonthlyReport.objects.filter(month__in=months).values_list(
        "month_id", "person_id", "state", "first_submitted_at", "first_deadline"
    )
    for month_id, person_id, *rest in facts:
        reports[month_id][person_id] = tuple(rest)
    flagged: dict[int, dict[Breach, set[int]]] = defaultdict(lambda: defaultdict(set))
    flags = Flag.objects.filter(month__in=months).standing().values_list("month_id", "breach", "person_id")
    for month_id, breach, person_id in flags:
        flagged[month_id][Breach(breach)].add(person_id)
    return [_standing(month, reports[month.pk], flagged[month.pk], now) for month in months]


def _standing(
    month: ReportingMonth,
    reports: dict[int, tuple],  # type: ignore[type-arg]
    flagged: dict[Breach, set[int]],
    now: datetime,
) -> Standing:
    rows = []
    for row in expected_people(month):
        state, first, deadline = reports.get(row.person_id, (None, None, None))
        report = ReportState(state) if state else None
        first = first if has_come(first, now=now) else None
        facts = PersonMonth(month.grace_end, first_submitted_at=first, first_deadline=deadline)
        rows.append(
            StandingRow(
                row.person_id,
                row.unit_id,
                row_state(expected=True, waived=row.waived, report=report, submitted=first is not None),
                timing_of(facts, now=now),
            )
        )
    counted = {row.person_id: row.timing for row in rows if row.state is not RowState.WAIVED}
    bearing = {breach: frozenset(people & counted.keys()) for breach, people in flagged.items()}
    late = frozenset(person for person, timing in counted.items() if timing is Timing.LATE)
    return Standing(month, tuple(rows), bearing | {Breach.LATE: late})


def unread(person: Person) -> list[Notification]:
    """The last to come, newest first: all that stand between the smallest and the greatest key."""
    rows = person.notifications.filter(read_at=None).order_by("-pk")
    last = rows[: NOTIFICATIONS_SHOWN + NOTIFICATIONS_FOLDED]
    return sorted(last, key=lambda each: (each.at, each.pk), reverse=True)


def people_by_name(ids: Collection[int]) -> list[Person]:
    return list(Person.objects.filter(pk__in=ids).order_by("sort_order", "id"))

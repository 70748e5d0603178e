"""What the home page needs to know, in a constant number of queries whatever the number of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate

from office.access import Actor, Perm, reach
from office.calendar import BANGKOK, Month, day_of, fiscal_span, fiscal_year
from office.models import Holiday, Membership, Notification, Office, Person
from office.thai import MONTHS_SHORT
from plans.enums import PlanState
from plans.models import MonthlyShare, ReportingMonth
from reports.case_reads import condition, going
from reports.enums import AnswerKind, Breach, ReportState, RowState, Timing
from reports.facts import expected_people
from reports.models import ExpectedReport, Flag, MonthlyReport, Notice, ReportLine, Review, Unlock
from reports.rules import NOTICES, PersonMonth, has_come, row_state, timing_of, write_refusal

NOTIFICATIONS_SHOWN, NOTIFICATIONS_FOLDED = 5, 45


@dataclass(frozen=True, slots=True)
class MyMonth:
    """One month of one officer: where the report stands and what is still to do."""

    record: ReportingMonth
    now: datetime
    shares: int
    expected: bool
    waived: bool
    report: ReportState | None
    submitted_at: datetime | None
    first_submitted_at: datetime | None
    first_deadline: datetime | None
    reopened_until: datetime | None
    answered: int
    """Lines with a share that the draft answers."""
    comment: str
    """Of the last return."""
    told_until: datetime | None = None
    unlocked_until: datetime | None = None
    """Answer-by of the newest notice: it keeps the month open too, report or none."""
    notice_id: int | None = None
    """The newest notice, while it isn't answered."""

    @property
    def month(self) -> Month:
        return self.record.month

    @property
    def url(self) -> str:
        return f"/reports/{self.month}/"

    @property
    def short(self) -> str:
        """As "ต.ค."."""
        return MONTHS_SHORT[self.month.month - 1]

    @property
    def state(self) -> RowState:
        return row_state(
            expected=self.expected,
            waived=self.waived,
            report=self.report,
            submitted=self.first_submitted_at is not None,
        )

    @property
    def timing(self) -> Timing:
        if not self.expected or self.waived:
            return Timing.PENDING
        return timing_of(
            PersonMonth(
                deadline=self.record.grace_end,
                first_submitted_at=self.first_submitted_at,
                first_deadline=self.first_deadline,
            ),
            now=self.now,
        )

    @property
    def begun(self) -> bool:
        return self.record.first <= day_of(self.now)

    @property
    def returned(self) -> bool:
        return self.report is ReportState.RETURNED

    @property
    def overdue(self) -> bool:
        return self.timing is Timing.MISSING

    @property
    def in_grace(self) -> bool:
        return self.timing is Timing.PENDING and self.now > self.record.due_at

    @property
    def needs_me(self) -> bool:
        """Expected, begun, the month not closed, and nothing submitted or sent back."""
        unsent = self.report in (None, ReportState.DRAFT, ReportState.RETURNED)
        return self.expected and not self.waived and self.begun and self.record.closed_at is None and unsent

    @property
    def refusal(self) -> str:
        """Why it can't be written now; empty when it can."""
        return write_refusal(
            state=self.report,
            now=self.now,
            opens_on=self.record.first,
            deadline=self.record.grace_end,
            lock_at=self.record.lock_at,
            closed=self.record.closed_at is not None,
            reopened_until=max(filter(None, self._kept_open), default=None),
        )

    @property
    def _kept_open(self) -> tuple[datetime | None, ...]:
        return (self.reopened_until, self.told_until, self.unlocked_until)

    @property
    def open_until(self) -> datetime:
        """The last instant at which it can be written as things stand."""
        return max(filter(None, (self.record.lock_at, *self._kept_open)))

    @property
    def unlocked(self) -> bool:
        """It is open because the admin unit opened it for this person."""
        return self.unlocked_until is not None and self.unlocked_until >= self.now

    @property
    def waits_for_review(self) -> bool:
        return self.report is ReportState.SUBMITTED and self.record.closed_at is None


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


def my_months(person: Person, year: int, now: datetime) -> list[MyMonth]:
    """The months of the fiscal year (BE), and earlier ones not yet closed; one query."""
    rows = (
        ReportingMonth.objects.filter(office_id=person.office_id)
        .filter(Q(fiscal_year__year=year) | Q(closed_at=None, first__lte=day_of(now)))
        .annotate(
            mine=FilteredRelation("reports", condition=Q(reports__person=person)),
            shares_mine=_count(MonthlyShare.objects.in_force().filter(month=OuterRef("pk"), person=person)),
            deadline_day=TruncDate("grace_end", tzinfo=BANGKOK),
            waived=Exists(
                ExpectedReport.objects.filter(month=OuterRef("pk"), person=person).exclude(waiver="")
            ),
            state_mine=F("mine__state"),
            submitted_mine=F("mine__submitted_at"),
            first_mine=F("mine__first_submitted_at"),
            first_deadline_mine=F("mine__first_deadline"),
            reopened_mine=F("mine__reopened_until"),
            unlocked_mine=Subquery(_unlocks(person).values("until")[:1]),
            answered=_count(_answered_lines(person)),
            comment=Subquery(
                Review.objects.filter(report__month=OuterRef("pk"), report__person=person, accepted=False)
                .order_by("-id")
                .values("comment")[:1]
            ),
        )
        .annotate(serving=Exists(_serving(person)), **_notices(person))
        .order_by("first")
    )
    return [_my_month(row, person, now) for row in rows]


def _my_month(row: ReportingMonth, person: Person, now: datetime) -> MyMonth:
    report = ReportState(row.state_mine) if row.state_mine else None
    if report is ReportState.SUBMITTED and not has_come(row.first_mine, now=now):
        report = ReportState.DRAFT
    return MyMonth(
        record=row,
        now=now,
        shares=row.shares_mine,
        expected=bool(row.shares_mine) and row.serving and person.reports,
        waived=row.waived,
        report=report,
        submitted_at=row.submitted_mine,
        first_submitted_at=row.first_mine if has_come(row.first_mine, now=now) else None,
        first_deadline=row.first_deadline_mine,
        reopened_until=row.reopened_mine,
        answered=row.answered,
        comment=row.comment or "",
        told_until=row.told_until,
        unlocked_until=row.unlocked_mine,
        notice_id=row.told_pk if row.told_going and row.told_answered is None else None,
    )


def _unlocks(person: Person) -> QuerySet[Unlock]:
    return Unlock.objects.standing().filter(month=OuterRef("pk"), person=person).order_by("-until")


def _notices(person: Person) -> dict[str, Subquery]:
    newest = Notice.objects.filter(month=OuterRef("pk"), person=person).order_by("-no")
    facts = {"told_pk": "pk", "told_until": "answer_by", "told_answered": "answered_at"}
    told = {name: Subquery(newest.values(fact)[:1]) for name, fact in facts.items()}
    return told | {"told_going": Subquery(newest.annotate(going=going()).values("going")[:1])}


def notice_counts(actor: Actor, now: datetime) -> tuple[int, int]:
    """Notices past their answer-by in vain, and those told for the last time among them; one query."""
    rows = Notice.objects.filter(reach(actor, Perm.NOTICE_VIEW, Notice)).filter(condition("overdue", now=now))
    numbers = rows.order_by().aggregate(all=Count("pk"), last=Count("pk", filter=Q(no__gte=NOTICES)))
    return numbers["all"], numbers["last"]


def _answered_lines(person: Person) -> QuerySet[ReportLine]:
    reasoned = ~Q(unavailable_reason="") | ~Q(explanation="")
    return ReportLine.objects.filter(
        Q(kind__in=[AnswerKind.VALUE, AnswerKind.NOTHING]) | Q(reasoned, kind=AnswerKind.NOT_AVAILABLE),
        report__month=OuterRef("pk"),
        report__person=person,
        item__in=MonthlyShare.objects.in_force()
        .filter(month=OuterRef("report__month"), person=person)
        .values("item"),
    )


def _serving(person: Person) -> QuerySet[Membership]:
    day = OuterRef("deadline_day")
    return Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=day), person=person, starts_on__lte=day)


def _count(rows: QuerySet) -> Coalesce:  # type: ignore[type-arg]
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


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
        .annotate(waiting=_count(waiting.exclude(person=reader)), unconfirmed=_count(unconfirmed))
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
    """Newest first."""
    return list(person.notifications.filter(read_at=None)[: NOTIFICATIONS_SHOWN + NOTIFICATIONS_FOLDED])


def people_by_name(ids: Collection[int]) -> list[Person]:
    return list(Person.objects.filter(pk__in=ids).order_by("sort_order", "id"))

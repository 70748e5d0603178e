"""What the home page needs to know of one's own months, in one query."""

from __future__ import annotations

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

from office.calendar import BANGKOK, Month, day_of
from office.models import Membership, Person
from office.thai import MONTHS_SHORT
from plans.models import MonthlyShare, ReportingMonth
from reports.case_reads import going
from reports.enums import AnswerKind, ReportState, RowState, Timing
from reports.models import ExpectedReport, Notice, ReportLine, Review
from reports.queries import changed_reports
from reports.rules import PersonMonth, Window, has_come, row_state, timing_of
from reports.windows import kept_open, window


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
    """Answer-by of the newest notice: it keeps the month open too, report or none."""
    unlocked_until: datetime | None = None
    notice_id: int | None = None
    """The newest notice, while it isn't answered."""
    changed: bool = False
    """Since it was submitted: the change doesn't count until it is sent."""

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
        return self.window.refusal(self.report, now=self.now)

    @property
    def window(self) -> Window:
        return window(
            self.record, reopened=self.reopened_until, told=self.told_until, unlocked=self.unlocked_until
        )

    @property
    def open_until(self) -> datetime:
        """The last instant at which it can be written as things stand."""
        return self.window.until(self.report)

    @property
    def unlocked(self) -> bool:
        """It is open because the admin unit opened it for this person."""
        return self.unlocked_until is not None and self.unlocked_until >= self.now

    @property
    def unsent(self) -> bool:
        """Changed since it was submitted, and still to be sent again."""
        return self.changed and self.report is ReportState.SUBMITTED and not self.refusal

    @property
    def waits_for_review(self) -> bool:
        submitted = self.report is ReportState.SUBMITTED and self.record.closed_at is None
        return submitted and not self.unsent


def my_months(person: Person, year: int, now: datetime) -> list[MyMonth]:
    """The months of the fiscal year (BE), and earlier ones not yet closed; one query."""
    rows = (
        ReportingMonth.objects.filter(office_id=person.office_id)
        .filter(Q(fiscal_year__year=year) | Q(closed_at=None, first__lte=day_of(now)))
        .annotate(
            mine=FilteredRelation("reports", condition=Q(reports__person=person)),
            shares_mine=counted(MonthlyShare.objects.in_force().filter(month=OuterRef("pk"), person=person)),
            deadline_day=TruncDate("grace_end", tzinfo=BANGKOK),
            waived=Exists(
                ExpectedReport.objects.filter(month=OuterRef("pk"), person=person).exclude(waiver="")
            ),
            state_mine=F("mine__state"),
            submitted_mine=F("mine__submitted_at"),
            first_mine=F("mine__first_submitted_at"),
            first_deadline_mine=F("mine__first_deadline"),
            reopened_mine=F("mine__reopened_until"),
            answered=counted(_answered_lines(person)),
            comment=Subquery(
                Review.objects.filter(report__month=OuterRef("pk"), report__person=person, accepted=False)
                .order_by("-id")
                .values("comment")[:1]
            ),
        )
        .annotate(changed=Exists(changed_reports().filter(month=OuterRef("pk"), person=person)))
        .annotate(serving=Exists(_serving(person)), **_notices(person))
        .annotate(**kept_open(month=OuterRef("pk"), person=person))
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
        changed=row.changed,
        told_until=row.told_until,
        unlocked_until=row.unlocked_until,
        notice_id=row.told_pk if row.told_going and row.told_answered is None else None,
    )


def _notices(person: Person) -> dict[str, Subquery]:
    newest = Notice.objects.filter(month=OuterRef("pk"), person=person).order_by("-no")
    facts = {"told_pk": "pk", "told_answered": "answered_at"}
    told = {name: Subquery(newest.values(fact)[:1]) for name, fact in facts.items()}
    return told | {"told_going": Subquery(newest.annotate(going=going()).values("going")[:1])}


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


def counted(rows: QuerySet) -> Coalesce:  # type: ignore[type-arg]
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

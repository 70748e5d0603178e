"""Reads of CPS: which files came, and what they say beside the plan and the reports, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from office.access import Actor, Perm, Scope, reach
from office.calendar import Month
from office.enums import Role
from office.models import Person
from office.prepared import Given, Prepared
from plans.enums import Aggregation
from plans.models import PlanItem, ReportingMonth
from plans.queries import IN_FORCE, tracking_at_close
from reports.enums import AnswerKind
from reports.facts import CpsFigures
from reports.models import CpsFile, CpsRecord, SubmittedLine
from reports.rules import ZERO, Line

UNKNOWN_PERSON = "ไม่มีเจ้าหน้าที่นี้ในสำนักงาน"
NOBODY_OF_BOTH = "รหัสกับชื่อไม่ตรงกับเจ้าหน้าที่คนใด"
NO_PERSON = "ไม่ได้ระบุรหัสเจ้าหน้าที่"
UNKNOWN_JOB = "ไม่มีเลขที่งานนี้ในแผน"
STANDINGS = ("differ", "same", "open")
"""Of a line: its figures differ, agree, or can't be compared because none was reported."""


@dataclass(frozen=True, slots=True)
class Who:
    id: int
    code: str
    name: str
    unit_id: int | None
    """The unit served in on the deadline day."""
    unit: str


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    job_no: str
    name: str
    counting_unit: str
    aggregation: Aggregation
    tracked: bool | None
    order: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One person's line: plan, CPS, report."""

    who: Who
    job: Job
    line: Line
    submitted: bool

    @property
    def difference(self) -> Decimal | None:
        """Reported less CPS; None when no figure was reported."""
        if self.line.reported is None or self.line.cps is None:
            return None
        return self.line.reported - self.line.cps

    @property
    def standing(self) -> str:
        difference = self.difference
        if difference is None:
            return "open"
        return "differ" if difference else "same"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A row that is counted nowhere, and why."""

    sheet: str
    row: int
    """As Excel numbers it in that sheet."""
    worked_on: date | None
    person: str
    """As the file writes it."""
    job_no: str
    place: str
    quantity: Decimal
    why: str


@dataclass(slots=True)
class CpsBoard:
    """A month's newest file held against the reports; ``file`` is None while none has come."""

    month: ReportingMonth
    file: CpsFile | None
    rows: list[Compared] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    people: dict[int, Who] = field(default_factory=dict)
    """All within the reader's reach."""
    jobs: dict[int, Job] = field(default_factory=dict)
    """All of the year."""

    @property
    def units(self) -> dict[int, str]:
        """Units of the people compared, in the office's order."""
        return {row.who.unit_id: row.who.unit for row in self.rows if row.who.unit_id is not None}

    def of_unit(self, unit: int | None) -> list[Compared]:
        return [row for row in self.rows if unit is None or row.who.unit_id == unit]


def files_of(actor: Actor) -> QuerySet[CpsFile]:
    """Every file of the actor's office, newest month first, with how many rows it has and doesn't know."""
    unknown = Q(records__person=None) | Q(records__item=None)
    files = CpsFile.objects.filter(Q(office_id=actor.office_id)).select_related(
        "month__office", "imported_by"
    )
    counted = files.annotate(rows=Count("records"), unknown=Count("records", filter=unknown))
    return counted.order_by("-month__first", "-no")


def figures_of(month: ReportingMonth, person_id: int, item_ids: Iterable[int]) -> dict[int, Decimal]:
    """What the newest file says of one person's items; those not held against CPS are absent.

    One query, two of a closed month; none before the first file, of a month from ``find_month``.
    """
    if getattr(month, "cps_file", month) is None:
        return {}
    closed, wanted = tracking_at_close(month), set(item_ids)
    found = {}
    for item_id, said, named, total in _FIGURES(year=month.fiscal_year_id, month=month.pk, person=person_id):
        tracked = closed.get(item_id, said)
        if item_id in wanted and (tracked or (tracked is None and named)):
            found[item_id] = total
    return found


def _figures_of() -> Any:
    """Of each item of the year: whether CPS is asked for, whether the file names it, the person's sum."""
    newest = Subquery(CpsFile.objects.filter(month=Given("month")).order_by("-no").values("pk")[:1])
    known = CpsRecord.objects.filter(file=newest, item=OuterRef("pk"), person__isnull=False)
    mine = CpsRecord.objects.filter(file=newest, item=OuterRef("pk"), person=Given("person")).order_by()
    total = Subquery(mine.values("item").annotate(total=Sum("quantity")).values("total"))
    items = PlanItem.objects.filter(plan__fiscal_year=Given("year")).order_by()
    items = items.filter(Exists(CpsFile.objects.filter(month=Given("month"))))
    return items.values_list("pk", "cps_tracked", Exists(known), Coalesce(total, ZERO))


_FIGURES = Prepared(_figures_of)


def why_unmatched(*, person_id: int | None, item_id: int | None, written: str) -> str:
    """Why a row is counted nowhere, in Thai; empty when its person and job are known.

    ``written``: what the row calls the person, a code with a name where they mean two people.
    """
    code, _, name = written.partition(" ")
    with_code = any(each.isdigit() for each in code)
    nobody = (NOBODY_OF_BOTH if with_code and name else UNKNOWN_PERSON) if written else NO_PERSON
    unknown = [(person_id, nobody), (item_id, UNKNOWN_JOB)]
    return " · ".join(why for known, why in unknown if known is None)


def read_board(actor: Actor, month: Month) -> CpsBoard | None:
    """Within the actor's reach, in five queries; None when the office has no such month."""
    of_month = CpsFile.objects.filter(Q(office_id=actor.office_id, month__first=month.first))
    file = of_month.select_related("month__office", "imported_by").order_by("-no").first()
    if file is None:
        months = ReportingMonth.objects.select_related("office")
        found = months.filter(Q(office_id=actor.office_id, first=month.first)).first()
        return CpsBoard(found, None) if found else None
    people = _people(actor, file.month)
    figures, unmatched = _figures(file)
    if actor.scope(Perm.CPS_VIEW) == Scope.OWN:
        unmatched = [(person, row) for person, row in unmatched if person in people]
    jobs, shares = _jobs(file.month)
    rows = _compared(file.month, people, jobs, shares, figures, own=actor.id if len(people) == 1 else None)
    return CpsBoard(file.month, file, rows, [row for _, row in unmatched], people, jobs)


def _people(actor: Actor, month: ReportingMonth) -> dict[int, Who]:
    """In the order of units, then of people; those who serve nowhere on the deadline day last."""
    day = month.due_on
    condition = Q(memberships__role=Role.OFFICER, memberships__starts_on__lte=day) & (
        Q(memberships__ends_on=None) | Q(memberships__ends_on__gte=day)
    )
    rows = (
        Person.objects.filter(reach(actor, Perm.CPS_VIEW, Person))
        .annotate(serving_in=FilteredRelation("memberships", condition=condition))
        .order_by(F("serving_in__unit__sort_order").asc(nulls_last=True), "sort_order", "pk")
    )
    names = (
        "code",
        "name_prefix",
        "first_name",
        "last_name",
        "serving_in__unit_id",
        "serving_in__unit__name",
    )
    found: dict[int, Who] = {}
    for pk, code, prefix, first, last, unit_id, unit in rows.values_list("pk", *names):
        found.setdefault(pk, Who(pk, code, f"{prefix}{first} {last}".strip(), unit_id, unit or ""))
    return found


def _figures(file: CpsFile) -> tuple[CpsFigures, list[tuple[int | None, Unmatched]]]:
    """The sums by person and item, and the rows that are in none of them with whose they are; one query."""
    known = Q(person__isnull=False, item__isnull=False)
    apart = Case(When(known, then=Value(0)), default=F("row"), output_field=IntegerField())
    rows = (
        CpsRecord.objects.filter(file=file)
        .order_by()
        .values_list("person_id", "item_id", apart)
        .annotate(
            total=Sum("quantity"),
            sheet=Min("sheet"),
            at=Min("sheet_row"),
            day=Min("worked_on"),
            code=Min("person_code"),
            job=Min("job_no"),
            place=Min("place"),
        )
    )
    sums: dict[tuple[int, int], Decimal] = {}
    apart_by_row = {}
    for person, item, row, total, sheet, at, day, code, job, place in rows:
        if person is not None and item is not None:
            sums[person, item] = total
        else:
            why = why_unmatched(person_id=person, item_id=item, written=code)
            apart_by_row[row] = person, Unmatched(sheet, at, day, code, job, place, total, why)
    unmatched = [apart_by_row[row] for row in sorted(apart_by_row)]
    return CpsFigures(sums, frozenset(item for _, item in sums)), unmatched


def _compared(
    month: ReportingMonth,
    people: dict[int, Who],
    jobs: dict[int, Job],
    shares: dict[tuple[int, int], Decimal],
    figures: CpsFigures,
    *,
    own: int | None,
) -> list[Compared]:
    answers, previous = _answers(month, own)
    submitted = {person for person, _ in answers}
    rank = {person: n for n, person in enumerate(people)}
    rows = []
    for person, item in sorted(
        (key for key in shares.keys() | answers.keys() | figures.sums.keys() if key[0] in rank),
        key=lambda key: (rank[key[0]], jobs[key[1]].order),
    ):
        job = jobs[item]
        cps = figures.of(person, item, tracked=job.tracked)
        if cps is None:
            continue
        kind, quantity = answers.get((person, item), (AnswerKind.NONE, None))
        line = Line(
            item,
            job.job_no,
            shares.get((person, item)),
            kind,
            quantity,
            aggregation=job.aggregation,
            previous=previous.get((person, item)),
            cps=cps,
        )
        rows.append(Compared(people[person], job, line, person in submitted))
    return rows


def _jobs(month: ReportingMonth) -> tuple[dict[int, Job], dict[tuple[int, int], Decimal]]:
    """The year's items, and each person's share of the month in a plan in force; one query."""
    of_month = FilteredRelation("monthly_shares", condition=Q(monthly_shares__month=month.pk))
    columns = ("pk", "job_no", "name", "counting_unit", "aggregation", "cps_tracked", "sort_order")
    rows = PlanItem.objects.filter(plan__fiscal_year_id=month.fiscal_year_id).annotate(share=of_month)
    closed = tracking_at_close(month)
    jobs: dict[int, Job] = {}
    shares: dict[tuple[int, int], Decimal] = {}
    for *values, state, person, quantity in rows.values_list(
        *columns, "plan__state", "share__person_id", "share__quantity"
    ):
        pk, job_no, name, unit, how, tracked, order = values
        jobs.setdefault(pk, Job(pk, job_no, name, unit, Aggregation(how), closed.get(pk, tracked), order))
        if person is not None and state in IN_FORCE:
            shares[person, pk] = quantity
    return jobs, shares


_Answers = dict[tuple[int, int], tuple[AnswerKind, Decimal | None]]


def _answers(month: ReportingMonth, own: int | None) -> tuple[_Answers, dict[tuple[int, int], Decimal]]:
    """The month's last versions; and where running totals and highest figures stood before it. One query."""
    running = Q(item__aggregation__in=[Aggregation.LATEST, Aggregation.MAX], kind=AnswerKind.VALUE)
    of = "version__last_of__"
    lines: Any = SubmittedLine.objects.filter(
        Q(**{f"{of}month": month.pk}) | running,
        **{f"{of}month__fiscal_year_id": month.fiscal_year_id, f"{of}month__first__lte": month.first},
        **({f"{of}person_id": own} if own is not None else {}),
    ).order_by(f"{of}month__first")
    answers: _Answers = {}
    previous: dict[tuple[int, int], Decimal] = {}
    columns = (f"{of}person_id", "item_id", f"{of}month_id", "item__aggregation", "kind", "quantity")
    for person, item, month_id, how, kind, quantity in lines.values_list(*columns):
        key = (person, item)
        if month_id == month.pk:
            answers[key] = (AnswerKind(kind), quantity)
        elif how == Aggregation.MAX:
            previous[key] = max(quantity, previous.get(key, quantity))
        else:
            previous[key] = quantity
    return answers, previous

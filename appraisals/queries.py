"""Reads of whole years of people, in a constant number of queries however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import DateTimeField, Max, Q, TextField, Value
from django.db.models.functions import Cast

from appraisals.rules import ItemYear, MonthFact, Totals, item_year, totals
from office.access import Actor, Perm, reach
from office.calendar import day_of
from office.enums import Role
from office.models import Membership, Office, Person
from plans.enums import Aggregation, Direction
from plans.models import MonthlyShare, PlanItem, ReportingMonth
from reports.enums import AnswerKind, Breach, FlagState, ReportState
from reports.models import ExpectedReport, Flag, MonthlyReport, SubmittedLine
from reports.queries import policy_for
from reports.rules import Line, PersonMonth, has_come, row_state, timing_of

NO_UNIT = 1_000_000
_NO_INSTANT = Cast(Value(None), DateTimeField())
_PersonMonth = tuple[int, int]
"""Ids."""


@dataclass(frozen=True)
class MonthOfYear:
    month: ReportingMonth
    fact: MonthFact


@dataclass(frozen=True)
class Unplanned:
    month: ReportingMonth
    item: PlanItem
    line: Line


@dataclass(frozen=True)
class PersonYear:
    person: Person
    unit_name: str
    unit_order: int
    """Place of the unit in the order of reporting; after all units for who serves in none."""
    head: Person | None
    """The head of the person's unit on the day; None for the head of a unit."""
    director: Person | None
    """Of the office, on the day."""
    months: tuple[MonthOfYear, ...]
    items: tuple[ItemYear, ...]
    totals: Totals
    flags: tuple[Flag, ...]
    unplanned: tuple[Unplanned, ...]


@dataclass(frozen=True, slots=True)
class _Report:
    state: ReportState
    first_submitted_at: datetime | None
    first_deadline: datetime | None


@dataclass(frozen=True, slots=True)
class _Answer:
    kind: AnswerKind
    quantity: Decimal | None
    explanation: str


def people_of_year(office: Office, year: int) -> Any:
    """Those with at least one share in the year's plan."""
    shares = MonthlyShare.objects.in_force().filter(
        item__plan__fiscal_year__year=year, item__plan__office=office
    )
    return Person.objects.filter(pk__in=shares.values("person_id"))


def people_within(actor: Actor, office: Office, year: int) -> Any:
    """Of them, those whose year the actor may list and print."""
    return people_of_year(office, year).filter(reach(actor, Perm.YEAR_LIST, Person))


def years_of(
    people: Sequence[Person], office: Office, year: int, *, now: datetime, day: date
) -> list[PersonYear]:
    """The years of ``people`` as known at ``now``, in unit and official order."""
    found = _Gathered(office, year, people, now=now, day=day).all()
    return sorted(found, key=lambda each: (each.unit_order, each.person.sort_order, each.person.pk))


class _Gathered:
    """All rows of a year for some people, read once and looked up from dictionaries."""

    def __init__(
        self, office: Office, year: int, people: Sequence[Person], *, now: datetime, day: date
    ) -> None:
        self.people, self.now = people, now
        self.ids = [person.pk for person in people]
        self.months = list(
            ReportingMonth.objects.filter(Q(office=office, fiscal_year__year=year))
            .select_related("office__policy")
            .order_by("first")
        )
        self.margin: Decimal = policy_for(self.months[0]).off_plan_margin if self.months else Decimal(0)
        self.items = {
            item.pk: item
            for item in PlanItem.objects.in_force().filter(plan__fiscal_year__year=year, plan__office=office)
        }
        self.targets = self._targets()
        self.answers = self._answers()
        self.planned = {(person, month) for person, _, month in self.targets}
        self.items_of: dict[int, set[int]] = defaultdict(set)
        for person, item, _ in (*self.targets, *self.answers):
            self.items_of[person].add(item)
        self.reports: dict[_PersonMonth, _Report] = {}
        self.waivers: dict[_PersonMonth, str] = {}
        self._read_reports()
        self.flags = self._flags()
        self.held: dict[int, list[Membership]] = defaultdict(list)
        self.serving: dict[int, Membership] = {}
        self.heads: dict[int, Person] = {}
        self.director: Person | None = None
        self._read_units(office, day)

    def all(self) -> list[PersonYear]:
        return [self._year(person) for person in self.people]

    def _targets(self) -> dict[tuple[int, int, int], Decimal]:
        rows = MonthlyShare.objects.in_force().filter(person_id__in=self.ids, month__in=self.months)
        return {
            (person, item, month): quantity
            for person, item, month, quantity in rows.values_list(
                "person_id", "item_id", "month_id", "quantity"
            )
        }

    def _answers(self) -> dict[tuple[int, int, int], _Answer]:
        rows = SubmittedLine.objects.filter(
            version__last_of__person_id__in=self.ids, version__last_of__month__in=self.months
        ).values_list(
            "version__last_of__person_id",
            "item_id",
            "version__last_of__month_id",
            "kind",
            "quantity",
            "explanation",
        )
        return {
            (person, item, month): _Answer(AnswerKind(kind), quantity, explanation)
            for person, item, month, kind, quantity, explanation in rows
        }

    def _read_reports(self) -> None:
        """Reports and the register's waivers, which are empty for who isn't waived, in one query."""
        mine = {"person_id__in": self.ids, "month__in": self.months}
        reports = MonthlyReport.objects.filter(**mine).order_by().annotate(of=Value("report", TextField()))
        register = (
            ExpectedReport.objects.filter(**mine).order_by().annotate(of=Value("register", TextField()))
        )
        rows = reports.values_list(
            "of", "person_id", "month_id", "state", "first_submitted_at", "first_deadline"
        ).union(
            register.values_list("of", "person_id", "month_id", "waiver", _NO_INSTANT, _NO_INSTANT), all=True
        )
        for of, person, month, word, first, deadline in rows:
            if of == "report":
                self.reports[person, month] = _Report(ReportState(word), first, deadline)
            else:
                self.waivers[person, month] = word

    def _flags(self) -> dict[int, list[Flag]]:
        """With ``told``, the number of the newest notice that names it; None without one."""
        rows = Flag.objects.standing().filter(person_id__in=self.ids, month__in=self.months)
        rows = rows.annotate(told=Max("notices__no"))
        found: dict[int, list[Flag]] = defaultdict(list)
        for flag in rows.select_related("item", "month").order_by("month__first", "item__sort_order", "id"):
            found[flag.person_id].append(flag)
        return found

    def _read_units(self, office: Office, day: date) -> None:
        """Who served where in the year; on the day, the heads and the director, who were first appointed."""
        rows = Membership.objects.filter(person__office=office).select_related("unit", "person")
        for row in rows.order_by("-id"):
            self.held[row.person_id].append(row)
            if not _covers(row, day):
                continue
            if row.role == Role.OFFICER:
                self.serving[row.person_id] = row
            elif row.role == Role.UNIT_HEAD:
                self.heads[row.unit_id] = row.person
            elif row.role == Role.DIRECTOR:
                self.director = row.person

    def _year(self, person: Person) -> PersonYear:
        flags = self.flags.get(person.pk, [])
        counting = [flag for flag in flags if flag.state != FlagState.EXCUSED]
        incomplete = {flag.month_id for flag in counting if flag.breach == Breach.INCOMPLETE}
        months = tuple(self._month(person, month, month.pk in incomplete) for month in self.months)
        lines = self._lines(person)
        membership = self.serving.get(person.pk)
        head = self.heads.get(membership.unit_id) if membership else None
        return PersonYear(
            person=person,
            unit_name=membership.unit.name if membership else "",
            unit_order=membership.unit.sort_order if membership else NO_UNIT,
            head=None if head == person else head,
            director=self.director,
            months=months,
            items=tuple(self._item(item_id, by_month) for item_id, by_month in lines),
            totals=totals([month.fact for month in months]),
            flags=tuple(flags),
            unplanned=tuple(self._unplanned(lines)),
        )

    def _month(self, person: Person, month: ReportingMonth, incomplete: bool) -> MonthOfYear:  # noqa: FBT001
        key = (person.pk, month.pk)
        report = self.reports.get(key)
        expected = key in self.waivers or (month.registered_at is None and self._should_report(person, month))
        waived = bool(self.waivers.get(key))
        first = report.first_submitted_at if report else None
        sent = first if has_come(first, now=self.now) else None
        facts = PersonMonth(
            deadline=month.grace_end,
            waived=waived,
            first_submitted_at=sent,
            first_deadline=report.first_deadline if report else None,
        )
        state = row_state(
            expected=expected,
            waived=waived,
            report=report.state if report else None,
            submitted=sent is not None,
        )
        return MonthOfYear(
            month, MonthFact(expected, waived, state, timing_of(facts, now=self.now), sent, incomplete)
        )

    def _should_report(self, person: Person, month: ReportingMonth) -> bool:
        """As ``reports.facts.should_report``."""
        deadline = day_of(month.grace_end)
        serves = any(_covers(row, deadline) for row in self.held[person.pk])
        return serves and person.reports and (person.pk, month.pk) in self.planned

    def _lines(self, person: Person) -> list[tuple[int, list[Line | None]]]:
        """Each of the person's items in plan order, with twelve months of lines."""
        known = (item for item in self.items_of[person.pk] if item in self.items)
        ordered = sorted(known, key=lambda item: self.items[item].sort_order)
        return [(item, self._line_months(person.pk, self.items[item])) for item in ordered]

    def _line_months(self, person_id: int, item: PlanItem) -> list[Line | None]:
        lines: list[Line | None] = []
        previous: Decimal | None = None
        for month in self.months:
            key = (person_id, item.pk, month.pk)
            answer = self.answers.get(key)
            if key not in self.targets and answer is None:
                lines.append(None)
                continue
            line = Line(
                item_id=item.pk,
                job_no=item.job_no,
                target=self.targets.get(key),
                kind=answer.kind if answer else AnswerKind.NONE,
                quantity=answer.quantity if answer else None,
                explanation=answer.explanation if answer else "",
                aggregation=Aggregation(item.aggregation),
                direction=Direction(item.direction),
                previous=previous,
            )
            previous = line.result if line.result is not None else previous
            lines.append(line)
        return lines

    def _item(self, item_id: int, lines: list[Line | None]) -> ItemYear:
        item = self.items[item_id]
        return item_year(lines, name=item.name, counting_unit=item.counting_unit, margin=self.margin)

    def _unplanned(self, lines: list[tuple[int, list[Line | None]]]) -> Iterable[Unplanned]:
        for item_id, by_month in lines:
            for month, line in zip(self.months, by_month, strict=True):
                if line is not None and line.unplanned:
                    yield Unplanned(month, self.items[item_id], line)


def _covers(row: Membership, day: date) -> bool:
    return row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)

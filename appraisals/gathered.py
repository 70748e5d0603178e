"""All rows of a fiscal year for some people, read once, however many they are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import DateTimeField, Max, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce

from appraisals.person_year import MonthOfYear, Outside, PersonYear
from appraisals.rules import ItemYear, MonthFact, item_year, months_due, standing_of, totals
from office.calendar import day_of
from office.enums import Role
from office.models import Membership, Office, Person
from plans.enums import Aggregation, Direction
from plans.models import MonthlyShare, PlanItem, ReportingMonth
from reports.answers import Work
from reports.case_reads import WHOLE
from reports.enums import AnswerKind, Breach, FlagState, ReportState, SelfRating
from reports.models import ExpectedReport, Flag, MonthlyReport, SubmittedLine
from reports.queries import policy_for
from reports.rules import Line, PersonMonth, has_come, row_state, timing_of

NO_UNIT = 1_000_000
_NO_INSTANT = Cast(Value(None), DateTimeField())
_NO_TEXT = Value("", TextField())
_PersonMonth = tuple[int, int]
"""Ids."""


@dataclass(frozen=True, slots=True)
class _Report:
    state: str
    first_submitted_at: datetime | None
    first_deadline: datetime | None
    rating: str
    lesson: str
    works: str
    """As the column holds them (reports.models.Whole), in text."""


@dataclass(frozen=True, slots=True)
class _Answer:
    kind: str
    quantity: Decimal | None
    explanation: str


class Gathered:
    """All rows of a year for some people, read once and looked up from dictionaries.

    What a person's rows say is judged in ``of``: data that can't be read harm nobody else's year.
    """

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
        self.answers: dict[tuple[int, int, int], _Answer] = {}
        self._read_lines()
        self.due = months_due([month.grace_end for month in self.months], now)
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
        return [self.of(person) for person in self.people]

    def unit_order(self, person: Person) -> int:
        """Place of the person's unit in the order of reporting; after all units for who serves in none."""
        serving = self.serving.get(person.pk)
        return serving.unit.sort_order if serving else NO_UNIT

    def unit_id_on(self, person: Person, day: date) -> int | None:
        """Where the person served on that day, else last before it; None for who served nowhere by then."""
        begun = [row for row in self.held[person.pk] if row.starts_on <= day]
        ended = [row.ends_on or date.max for row in begun]
        ranked = sorted(
            zip(ended, begun, strict=True),
            key=lambda each: (min(each[0], day), each[1].role == Role.OFFICER, each[1].starts_on),
        )
        return ranked[-1][1].unit_id if ranked else None

    def _targets(self) -> dict[tuple[int, int, int], Decimal]:
        rows = MonthlyShare.objects.in_force().filter(person_id__in=self.ids, month__in=self.months)
        return {
            (person, item, month): quantity
            for person, item, month, quantity in rows.values_list(
                "person_id", "item_id", "month_id", "quantity"
            )
        }

    def _read_lines(self) -> None:
        """The answers of last versions, in one query."""
        mine = {"version__last_of__person_id__in": self.ids, "version__last_of__month__in": self.months}
        names = ("version__last_of__person_id", "item_id", "version__last_of__month_id")
        rows = SubmittedLine.objects.filter(**mine).values_list(*names, "kind", "quantity", "explanation")
        for person, item, month, *answer in rows:
            self.answers[person, item, month] = _Answer(*answer)

    def _read_reports(self) -> None:
        """Reports and the register's waivers, which are empty for who isn't waived, in one query."""
        mine = {"person_id__in": self.ids, "month__in": self.months}
        reports = MonthlyReport.objects.filter(**mine).order_by().annotate(of=Value("report", TextField()))
        register = (
            ExpectedReport.objects.filter(**mine).order_by().annotate(of=Value("register", TextField()))
        )
        rows = reports.values_list(
            "of",
            "person_id",
            "month_id",
            "state",
            "first_submitted_at",
            "first_deadline",
            _text("last_version__self_rating"),
            _text("last_version__lesson"),
            Coalesce(Cast("last_version__works", TextField()), _NO_TEXT, output_field=TextField()),
        ).union(
            register.values_list(
                "of", "person_id", "month_id", "waiver", _NO_INSTANT, _NO_INSTANT, *[_NO_TEXT] * 3
            ),
            all=True,
        )
        for of, person, month, word, *rest in rows:
            if of == "report":
                self.reports[person, month] = _Report(word, *rest)
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

    def of(self, person: Person) -> PersonYear:
        flags = self.flags.get(person.pk, [])
        counting = [flag for flag in flags if flag.state != FlagState.EXCUSED]
        incomplete = {flag.month_id for flag in counting if flag.breach == Breach.INCOMPLETE}
        excused = {
            flag.month_id for flag in flags if flag.state == FlagState.EXCUSED and flag.breach in WHOLE
        }
        months = tuple(
            self._month(person, month, incomplete=month.pk in incomplete, excused=month.pk in excused)
            for month in self.months
        )
        lines = self._lines(person)
        own = (each for each in lines if self._has_share(person.pk, each[0]))
        items = tuple(self._item(item_id, by_month) for item_id, by_month in own)
        membership = self.serving.get(person.pk)
        head = self.heads.get(membership.unit_id) if membership else None
        return PersonYear(
            person=person,
            unit_id=membership.unit_id if membership else None,
            unit_name=membership.unit.name if membership else "",
            unit_order=self.unit_order(person),
            head=None if head == person else head,
            director=self.director,
            months=months,
            items=items,
            due=self.due,
            standings=tuple(standing_of(item, due=self.due) for item in items),
            totals=totals([month.fact for month in months]),
            flags=tuple(flags),
            outside=tuple(
                sorted([*self._unplanned(lines), *self._works(person)], key=lambda row: row.month.first)
            ),
        )

    def _month(
        self, person: Person, month: ReportingMonth, *, incomplete: bool, excused: bool
    ) -> MonthOfYear:
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
            report=ReportState(report.state) if report else None,
            submitted=sent is not None,
        )
        fact = MonthFact(expected, waived, state, timing_of(facts, now=self.now), sent, incomplete, excused)
        if report is None or sent is None:
            return MonthOfYear(month, fact)
        return MonthOfYear(month, fact, SelfRating(report.rating), report.lesson)

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
                kind=AnswerKind(answer.kind) if answer else AnswerKind.NONE,
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

    def _has_share(self, person_id: int, item_id: int) -> bool:
        return any((person_id, item_id, month.pk) in self.targets for month in self.months)

    def _works(self, person: Person) -> Iterable[Outside]:
        """Written as work outside the plan, in the months' order and then in that of the page."""
        for month in self.months:
            report = self.reports.get((person.pk, month.pk))
            for work in map(Work.of, json.loads(report.works or "[]") if report else []):
                yield Outside(month, "", work.name, work.quantity, work.counting_unit, work.narrative)

    def _unplanned(self, lines: list[tuple[int, list[Line | None]]]) -> Iterable[Outside]:
        for item_id, by_month in lines:
            item = self.items[item_id]
            for month, line in zip(self.months, by_month, strict=True):
                if line is not None and line.unplanned:
                    yield Outside(month, item.job_no, item.name, line.result, item.counting_unit)


def _covers(row: Membership, day: date) -> bool:
    return row.starts_on <= day and (row.ends_on is None or row.ends_on >= day)


def _text(name: str) -> Coalesce:
    """A text of any column, as a union needs it."""
    return Coalesce(name, _NO_TEXT, output_field=TextField())

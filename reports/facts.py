"""The facts of an office's month, read in a constant number of queries whatever the number of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Sum, Value, When

from office.calendar import day_of
from office.enums import Role
from office.models import Membership
from plans.enums import Aggregation, Direction
from plans.models import MonthlyShare, PlanItem, ReportingMonth
from plans.queries import tracking_at_close
from reports.enums import AnswerKind
from reports.models import CpsFile, CpsRecord, ExpectedReport, ReportVersion, SubmittedLine
from reports.rules import ZERO, Line, PersonMonth

_AGGREGATION = {each.value: each for each in Aggregation}
_DIRECTION = {each.value: each for each in Direction}
_KIND = {each.value: each for each in AnswerKind}


@dataclass(frozen=True, slots=True)
class Expected:
    """One row of the register (design rule 4.5)."""

    person_id: int
    unit_id: int
    waived: bool = False


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """``of`` assembles one person's facts on demand, so that one person's bad data harms nobody else."""

    expected: tuple[Expected, ...]
    of: Callable[[Expected], PersonMonth]


@dataclass(frozen=True, slots=True)
class _Version:
    id: int
    submitted_at: datetime
    first_submitted_at: datetime
    first_deadline: datetime | None


@dataclass(frozen=True, slots=True)
class _Item:
    job_no: str
    aggregation: Aggregation
    direction: Direction
    cps_tracked: bool | None


_Answer = tuple[str, Decimal | None, str, str]
_Key = tuple[int, int]
"""Person id and item id."""


@dataclass(frozen=True, slots=True)
class CpsFigures:
    """What one CPS file says of a month: the sums of จำนวน, and the items it has a row for (4.7)."""

    sums: Mapping[_Key, Decimal]
    named: frozenset[int]

    def of(self, person_id: int, item_id: int, *, tracked: bool | None) -> Decimal | None:
        """None when the item isn't held against CPS that month; 0 when the person has no row."""
        if tracked is False or (tracked is None and item_id not in self.named):
            return None
        return self.sums.get((person_id, item_id), ZERO)


def expected_people(month: ReportingMonth, *, person_id: int | None = None) -> list[Expected]:
    """The register, the waived included: derived until the month is registered, then read from its rows.

    Derived: people who report and serve on the deadline day, with a share not blank in a plan in force.
    """
    narrow = {} if person_id is None else {"person_id": person_id}
    rows = ExpectedReport.objects.filter(month=month, **narrow)
    written = {
        person: Expected(person, unit, bool(waiver))
        for person, unit, waiver in rows.values_list("person_id", "unit_id", "waiver")
    }
    if month.registered_at is None:
        serving = should_report(month).filter(**narrow).values_list("person_id", "unit_id", "role", "pk")
        for person, unit, _, _ in sorted(serving, key=lambda row: (row[2] != Role.OFFICER, -row[3])):
            written.setdefault(person, Expected(person, unit))
    return sorted(written.values(), key=lambda row: row.person_id)


def should_report(month: ReportingMonth) -> models.QuerySet[Membership]:
    """Memberships, on the deadline day, of people who report and have a share not blank in a plan in force.

    A person may have several: the OFFICER row says which unit they serve in.
    """
    shares = MonthlyShare.objects.in_force().filter(month=month, person=OuterRef("person"))
    serving: models.QuerySet[Membership] = Membership.objects.on(day_of(month.grace_end))
    return serving.filter(Exists(shares), person__office_id=month.office_id, person__reports=True)


def month_facts(month: ReportingMonth, *, as_of: datetime, person_id: int | None = None) -> MonthFacts:
    """What is known of a month at ``as_of``: later submissions are ignored, targets are those of today.

    At most 9 queries, one more for a closed month; with ``person_id`` the same for one person alone.
    """
    narrow = {} if person_id is None else {"person_id": person_id}
    items, cps_file = _items(month, as_of)
    cps = cps_figures(cps_file, person_id=person_id) if cps_file else None
    targets = _targets(month, narrow)
    versions = _versions(month, as_of, narrow)
    answers = _answers(versions)
    running = {pk for pk, item in items.items() if item.aggregation is not Aggregation.SUM}
    lasting = running.intersection(item for lines in targets.values() for item in lines)
    previous = _previous(month, as_of, items, lasting, narrow) if lasting else {}

    def of(row: Expected) -> PersonMonth:
        person = row.person_id
        version = versions.get(person)
        planned, answered = targets.get(person, {}), answers.get(version.id, {}) if version else {}
        lines = (
            _line(
                item,
                items[item],
                planned.get(item),
                answered.get(item),
                previous.get((person, item)),
                cps.of(person, item, tracked=items[item].cps_tracked) if cps else None,
            )
            for item in planned.keys() | answered.keys()
        )
        return PersonMonth(
            deadline=month.grace_end,
            waived=row.waived,
            first_submitted_at=version.first_submitted_at if version else None,
            first_deadline=version.first_deadline if version else None,
            submitted_at=version.submitted_at if version else None,
            lines=tuple(sorted(lines, key=lambda line: line.item_id)) if version else (),
        )

    return MonthFacts(tuple(expected_people(month, person_id=person_id)), of)


def _line(
    item_id: int,
    item: _Item,
    target: Decimal | None,
    answer: _Answer | None,
    previous: Decimal | None,
    cps: Decimal | None,
) -> Line:
    kind, quantity, explanation, unavailable = answer or ("", None, "", "")
    return Line(
        item_id,
        item.job_no,
        target,
        _KIND[kind],
        quantity,
        explanation,
        unavailable,
        item.aggregation,
        item.direction,
        previous,
        cps,
    )


def _items(month: ReportingMonth, as_of: datetime) -> tuple[dict[int, _Item], int | None]:
    """By id; and, so that it costs no query of its own, the id of the CPS file in force."""
    rows = PlanItem.objects.filter(plan__fiscal_year_id=month.fiscal_year_id)
    columns = ("pk", "job_no", "aggregation", "direction", "cps_tracked")
    in_force = Subquery(cps_files(month, as_of).values("pk")[:1])
    found = list(rows.annotate(cps_file=in_force).values_list(*columns, "cps_file"))
    closed = tracking_at_close(month)
    items = {
        pk: _Item(job_no, _AGGREGATION[aggregation], _DIRECTION[direction], closed.get(pk, tracked))
        for pk, job_no, aggregation, direction, tracked, _ in found
    }
    return items, found[0][-1] if found else None


def cps_files(month: ReportingMonth, as_of: datetime) -> models.QuerySet[CpsFile]:
    """The month's files, the one in force at ``as_of`` first: the newest that had come by then.

    A month whose first file came later is judged by its newest: the work it tells of was done before.
    """
    known = Case(When(imported_at__lte=as_of, then=Value(0)), default=Value(1))
    return CpsFile.objects.filter(month=month).order_by(known, "-no")


def cps_figures(file_id: int, *, person_id: int | None = None) -> CpsFigures:
    """The rows whose person and job are known, in one query; with ``person_id`` the sums of one person."""
    rows = CpsRecord.objects.filter(file_id=file_id, person__isnull=False, item__isnull=False).order_by()
    if person_id is None:
        found = rows.values_list("person_id", "item_id").annotate(total=Sum("quantity"))
        sums = {(person, item): total for person, item, total in found}
        return CpsFigures(sums, frozenset(item for _, item in sums))
    mine = Sum("quantity", filter=Q(person_id=person_id))
    by_item = dict(rows.values_list("item_id").annotate(total=mine))
    sums = {(person_id, item): total for item, total in by_item.items() if total is not None}
    return CpsFigures(sums, frozenset(by_item))


def _targets(month: ReportingMonth, narrow: dict[str, int]) -> dict[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    rows = MonthlyShare.objects.in_force().filter(month=month, **narrow)
    for person, item, quantity in rows.values_list("person_id", "item_id", "quantity"):
        found[person][item] = quantity
    return found


def _standing(as_of: datetime) -> Any:
    """Versions that were their report's last at ``as_of``."""
    newer = ReportVersion.objects.filter(
        report=OuterRef("report"), no__gt=OuterRef("no"), submitted_at__lte=as_of
    )
    return ReportVersion.objects.filter(~Exists(newer), submitted_at__lte=as_of)


def standing_before(month: ReportingMonth, as_of: datetime) -> Any:
    """Of the fiscal year's earlier months, the versions that were their report's last at ``as_of``."""
    return _standing(as_of).filter(
        report__month__fiscal_year_id=month.fiscal_year_id, report__month__first__lt=month.first
    )


def _versions(month: ReportingMonth, as_of: datetime, narrow: dict[str, int]) -> dict[int, _Version]:
    """By person."""
    rows = _standing(as_of).filter(report__month=month, **_by_report(narrow))
    fields = (
        "report__person_id",
        "pk",
        "submitted_at",
        "report__first_submitted_at",
        "report__first_deadline",
    )
    return {person: _Version(*facts) for person, *facts in rows.values_list(*fields)}


def _by_report(narrow: dict[str, int]) -> dict[str, int]:
    return {f"report__{name}": value for name, value in narrow.items()}


def _answers(versions: dict[int, _Version]) -> dict[int, dict[int, _Answer]]:
    """Version id → item id → answer."""
    found: dict[int, dict[int, _Answer]] = defaultdict(dict)
    rows: Iterable[tuple[Any, ...]] = SubmittedLine.objects.filter(
        version_id__in=[version.id for version in versions.values()]
    ).values_list("version_id", "item_id", "kind", "quantity", "explanation", "unavailable_reason")
    for version, item, *answer in rows:
        found[version][item] = tuple(answer)
    return found


def _previous(
    month: ReportingMonth, as_of: datetime, items: dict[int, _Item], wanted: set[int], narrow: dict[str, int]
) -> dict[_Key, Decimal]:
    """For LATEST and MAX items: the figure that earlier months of the fiscal year had reached."""
    rows: Any = (
        SubmittedLine.objects.filter(
            version__in=standing_before(month, as_of).filter(**_by_report(narrow)),
            item_id__in=wanted,
            kind=AnswerKind.VALUE,
        )
        .order_by("version__report__month__first")
        .values_list("version__report__person_id", "item_id", "quantity")
    )
    found: dict[_Key, Decimal] = {}
    for person, item, quantity in rows:
        highest = items[item].aggregation is Aggregation.MAX
        key = (person, item)
        found[key] = max(quantity, found.get(key, quantity)) if highest else quantity
    return found

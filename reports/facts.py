"""The facts of an office's month, read in a constant number of queries whatever the number of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from office.calendar import day_of
from office.enums import Role
from office.models import Membership
from plans.enums import Aggregation, Direction
from plans.models import MonthlyShare, PlanItem, ReportingMonth
from reports.enums import AnswerKind
from reports.models import ExpectedReport, ReportVersion, SubmittedLine
from reports.rules import Line, PersonMonth

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


_Item = tuple[str, Aggregation, Direction]
_Answer = tuple[str, Decimal | None, str, str]
_Key = tuple[int, int]
"""Person id and item id."""


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

    At most 8 queries; with ``person_id`` the same for one person alone.
    """
    narrow = {} if person_id is None else {"person_id": person_id}
    items = _items(month)
    targets = _targets(month, narrow)
    versions = _versions(month, as_of, narrow)
    answers = _answers(versions)
    running = {item for item, (_, how, _) in items.items() if how is not Aggregation.SUM}
    lasting = running.intersection(item for lines in targets.values() for item in lines)
    previous = _previous(month, as_of, items, lasting, narrow) if lasting else {}

    def of(row: Expected) -> PersonMonth:
        person = row.person_id
        version = versions.get(person)
        planned, answered = targets.get(person, {}), answers.get(version.id, {}) if version else {}
        lines = (
            _line(item, items[item], planned.get(item), answered.get(item), previous.get((person, item)))
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
    item_id: int, item: _Item, target: Decimal | None, answer: _Answer | None, previous: Decimal | None
) -> Line:
    kind, quantity, explanation, unavailable = answer or ("", None, "", "")
    job_no, aggregation, direction = item
    return Line(
        item_id,
        job_no,
        target,
        _KIND[kind],
        quantity,
        explanation,
        unavailable,
        aggregation,
        direction,
        previous,
    )


def _items(month: ReportingMonth) -> dict[int, _Item]:
    rows = PlanItem.objects.filter(plan__fiscal_year_id=month.fiscal_year_id)
    return {
        pk: (job_no, _AGGREGATION[aggregation], _DIRECTION[direction])
        for pk, job_no, aggregation, direction in rows.values_list("pk", "job_no", "aggregation", "direction")
    }


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
            version__in=_standing(as_of).filter(
                report__month__fiscal_year_id=month.fiscal_year_id,
                report__month__first__lt=month.first,
                **_by_report(narrow),
            ),
            item_id__in=wanted,
            kind=AnswerKind.VALUE,
        )
        .order_by("version__report__month__first")
        .values_list("version__report__person_id", "item_id", "quantity")
    )
    found: dict[_Key, Decimal] = {}
    for person, item, quantity in rows:
        highest = items[item][1] is Aggregation.MAX
        key = (person, item)
        found[key] = max(quantity, found.get(key, quantity)) if highest else quantity
    return found

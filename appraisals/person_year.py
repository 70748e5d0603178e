"""A person's year as it is read: months, items, where they stand, cases and work outside the plan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from appraisals.rules import ItemStanding, ItemYear, MonthFact, Totals
from office.models import Person
from plans.models import ReportingMonth
from reports.enums import SelfRating
from reports.models import Flag


@dataclass(frozen=True)
class MonthOfYear:
    month: ReportingMonth
    fact: MonthFact
    rating: SelfRating = SelfRating.NONE
    """Of the last version sent, as is the lesson."""
    lesson: str = ""


@dataclass(frozen=True)
class Outside:
    """Work outside the plan: written as such, or reported of a job without a plan for it that month (4.4)."""

    month: ReportingMonth
    job_no: str
    """Empty for work that stands in no line of the plan."""
    name: str
    quantity: Decimal | None
    counting_unit: str
    narrative: str = ""


@dataclass(frozen=True)
class PersonYear:
    person: Person
    unit_id: int | None
    """Where the person serves on the day."""
    unit_name: str
    unit_order: int
    """Place of the unit in the order of reporting; after all units for who serves in none."""
    head: Person | None
    """The head of the person's unit on the day; None for the head of a unit."""
    director: Person | None
    """Of the office, on the day."""
    months: tuple[MonthOfYear, ...]
    items: tuple[ItemYear, ...]
    """Those with a share in any month; what was done for others is outside the plan."""
    due: int
    """How many months, October first, are past their deadline."""
    standings: tuple[ItemStanding, ...]
    """One an item, after the months that are due."""
    totals: Totals
    flags: tuple[Flag, ...]
    outside: tuple[Outside, ...]

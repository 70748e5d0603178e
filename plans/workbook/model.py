"""What a plan workbook says, read but not stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from office.sheets import Problem
from plans.enums import Aggregation, Dimension, Direction, GroupLevel
from plans.owners import Key, Owners

Monthly = tuple[Decimal | None, ...]
"""October to September; None is no target."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A heading of the plan's tree; ``parent`` is its place in ``PlanFile.groups``."""

    row: int
    level: GroupLevel
    name: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the plan; ``group`` is its place in ``PlanFile.groups``."""

    row: int
    job_no: str
    name: str
    dimension: Dimension | str
    counting_unit: str
    aggregation: Aggregation
    direction: Direction
    annual_target: Decimal
    budget: Decimal | None
    monthly: Monthly
    owners: Owners
    owner_text: str
    group: int | None
    group_path: tuple[str, ...]
    note: str
    doers: tuple[Key, ...] = ()
    """Who does it: people of a column of their own, else of ``owners`` where no unit is among them."""
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A person's part in an item. ``sheet`` and ``row`` are the plan's own when the owner is the person."""

    row: int
    sheet: str
    job_no: str
    person_id: Key
    person_code: str
    monthly: Monthly


@dataclass(slots=True)
class PlanFile:
    """The whole workbook. Nothing of it may be stored while there are ``problems``.

    ``fiscal_year`` is BE, 0 when the file doesn't say; ``unshared`` are items of units without shares.
    """

    fiscal_year: int = 0
    office_name: str | None = None
    instalment: int = 1
    sheet: str = ""
    groups: list[GroupRow] = field(default_factory=list)
    items: list[ItemRow] = field(default_factory=list)
    shares: list[ShareRow] = field(default_factory=list)
    unshared: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was read that isn't shown, and what was left unread."""

    def place_of(self, job_no: str) -> tuple[str, int | None]:
        """The sheet and row of an item; the plan's own sheet for a job that the file doesn't have."""
        found = next((item for item in self.items if item.job_no == job_no), None)
        return (found.sheet or self.sheet, found.row) if found else (self.sheet, None)

"""One person's month as pages and actions need it: values, reads, and what happened to it."""

from reports.queries.evidence import (
    Piece,
    changed_since_sent,
    pieces_of,
    went_with_any,
    went_with_last,
)
from reports.queries.flags import KnownFlag, flagged_items, standing_flags
from reports.queries.months import find_month
from reports.queries.reads import (
    HISTORY_MONTHS,
    ITEM_FIELDS,
    plan_in_force,
    plan_state,
    policy_for,
    read_month,
    read_sent,
    report_and_lines,
    rows_of,
    version_rows,
)
from reports.queries.rows import Item, MonthOfPerson, Reported, Row
from reports.queries.trail import Trail, trail_in, trail_of
from reports.queries.unsent import changed_reports

__all__ = [
    "HISTORY_MONTHS",
    "ITEM_FIELDS",
    "Item",
    "KnownFlag",
    "MonthOfPerson",
    "Piece",
    "Reported",
    "Row",
    "Trail",
    "changed_reports",
    "changed_since_sent",
    "find_month",
    "flagged_items",
    "pieces_of",
    "plan_in_force",
    "plan_state",
    "policy_for",
    "read_month",
    "read_sent",
    "report_and_lines",
    "rows_of",
    "standing_flags",
    "trail_in",
    "trail_of",
    "version_rows",
    "went_with_any",
    "went_with_last",
]

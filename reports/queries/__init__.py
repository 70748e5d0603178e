"""One person's month as pages and actions need it: values, reads, and what happened to it."""

from reports.queries.evidence import (
    Piece,
    changed_since_sent,
    pieces_of,
    went_with_any,
    went_with_last,
)
from reports.queries.reads import (
    HISTORY_MONTHS,
    ITEM_FIELDS,
    find_month,
    kept_open,
    plan_in_force,
    plan_state,
    policy_for,
    read_month,
    report_and_lines,
    rows_of,
    version_rows,
)
from reports.queries.rows import Item, MonthOfPerson, Reported, Row
from reports.queries.trail import Trail, month_trail, trail_of

__all__ = [
    "HISTORY_MONTHS",
    "ITEM_FIELDS",
    "Item",
    "MonthOfPerson",
    "Piece",
    "Reported",
    "Row",
    "Trail",
    "changed_since_sent",
    "find_month",
    "kept_open",
    "month_trail",
    "pieces_of",
    "plan_in_force",
    "plan_state",
    "policy_for",
    "read_month",
    "report_and_lines",
    "rows_of",
    "trail_of",
    "version_rows",
    "went_with_any",
    "went_with_last",
]

"""Changes to the plan and its months."""

from plans.actions.approval import approve, lacks
from plans.actions.imports import Preview, import_plan, preview
from plans.actions.months import move_due, open_year, refresh_open_months
from plans.actions.tracking import set_tracking

__all__ = [
    "Preview",
    "approve",
    "import_plan",
    "lacks",
    "move_due",
    "open_year",
    "preview",
    "refresh_open_months",
    "set_tracking",
]

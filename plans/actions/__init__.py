"""Changes to the plan and its months."""

from plans.actions.approval import approve
from plans.actions.imports import import_plan, preview
from plans.actions.months import move_due, open_year, refresh_open_months

__all__ = ["approve", "import_plan", "move_due", "open_year", "preview", "refresh_open_months"]

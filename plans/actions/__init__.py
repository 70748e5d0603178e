"""Changes to the plan and its months."""

from plans.actions.months import move_due, open_year, refresh_open_months

__all__ = ["move_due", "open_year", "refresh_open_months"]

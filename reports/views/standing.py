"""Where a person-month stands, on both axes, for its pill."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from reports.queries import MonthOfPerson
from reports.rules import PersonMonth, row_state, timing_of
from reports.views.place import Place


def standing(read: MonthOfPerson, place: Place, now: datetime) -> dict[str, Any]:
    """No query: ``place.month`` knows whether its person is waived."""
    report = read.report
    waived = bool(getattr(place.month, "waived", False))
    expected = any(row.target is not None for row in read.rows)
    state = row_state(expected=expected, waived=waived, report=read.state, submitted=read.submitted)
    timing = timing_of(
        PersonMonth(
            deadline=place.month.grace_end,
            waived=waived,
            first_submitted_at=report.first_submitted_at if report else None,
            first_deadline=report.first_deadline if report else None,
        ),
        now=now,
    )
    return {"row_state": state, "timing": timing}

"""One visit as an export of CPS tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class CpsRow:
    """One visit. ``person_code`` is in capitals, or a name as the file writes it in that column.

    ``person_name`` is given when the file has one.
    """

    row: int
    worked_on: date | None
    person_code: str
    job_no: str
    place: str
    quantity: Decimal
    counting_unit: str
    recorded_on: date | None
    person_name: str = ""
    sheet: str = ""
    at: int = 0
    """The row of its own sheet: where several sheets are read ``row`` counts through all of them."""

    @property
    def sheet_row(self) -> int:
        return self.at or self.row

"""How the office reads CPS files: its column mappings."""

from __future__ import annotations

from office.models import Office
from reports.cps_columns import Saved
from reports.models import CpsMapping


def mappings_of(office: Office) -> list[Saved]:
    """For ``cps_file.parse``: the newest first."""
    rows = CpsMapping.objects.filter(office=office).select_related("saved_by")
    return [
        Saved(
            row.signature,
            tuple(row.headings),
            dict(row.columns),
            row.sheet,
            row.version,
            row.saved_by.full_name if row.saved_by else "ระบบ",
            row.saved_at,
        )
        for row in rows
    ]

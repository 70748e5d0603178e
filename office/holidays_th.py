"""Seed rows for the holiday table from the `holidays` library (design rule 4.2).

The library cannot know later cabinet resolutions: the office edits and confirms the table.
"""

import datetime
from dataclasses import dataclass
from importlib.metadata import version

import holidays as library

from office import thai

SOURCE = f"ไลบรารี holidays {version('holidays')}"

# In the library's list, but not days off for government offices; substitutes bear the same name.
_NOT_GOVERNMENT = ("วันแรงงานแห่งชาติ", "วันเด็กแห่งชาติ")


@dataclass(frozen=True, order=True, slots=True)
class HolidayDay:
    date: datetime.date
    name_th: str
    source: str


def government_holidays(fy: int) -> list[HolidayDay]:
    """Days off of the BE fiscal year and of the October after it, where its last deadlines fall, by date."""
    first = datetime.date(thai.ce(fy) - 1, 10, 1)
    last = datetime.date(thai.ce(fy), 10, 31)
    found = library.country_holidays(
        "TH", years=(first.year, last.year), categories=("public", "government"), language="th"
    )
    named = ((day, _government_names(found.get_list(day))) for day in sorted(found) if first <= day <= last)
    return [HolidayDay(day, " ".join(names), SOURCE) for day, names in named if names]


def _government_names(names: list[str]) -> list[str]:
    return [name for name in names if not any(word in name for word in _NOT_GOVERNMENT)]

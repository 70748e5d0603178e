"""What taking a CPS file in would change, for its preview: rows old and new, rows gone, rows said twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from office import thai
from office.models import Person
from reports.actions.cps import Reading
from reports.cps_changes import repeated
from reports.cps_file import CpsFile
from reports.models import CpsRecord

MOST = 20
"""Rows of a list that are shown; of the rest the number is told."""
GONE = "ไม่มีในไฟล์นี้"


def told_changes(reading: Reading, file: CpsFile) -> dict[str, Any]:
    """For the preview's template. One query, none where nothing has changed."""
    changed, gone = reading.changes.changed[:MOST], reading.changes.gone[:MOST]
    names = _names([new for _, new in changed] + list(gone))
    lists = [
        {
            "key": "changed",
            "title": "แถวที่เปลี่ยน",
            "n": len(reading.changes.changed),
            "rows": [_row(new, names, *_differing(old, new)) for old, new in changed],
        },
        {
            "key": "gone",
            "title": "แถวที่หายไป",
            "n": len(reading.changes.gone),
            "rows": [_row(old, names, _amount(old), GONE) for old in gone],
        },
    ]
    twice = repeated(reading.records)
    return {
        "lists": [each for each in lists if each["n"]],
        "repeats": sum(map(len, twice)),
        "repeated": _places(twice, file),
    }


def _names(records: Iterable[CpsRecord]) -> dict[int, str]:
    ids = {record.person_id for record in records if record.person_id}
    return {each.pk: each.full_name for each in Person.objects.filter(pk__in=ids)} if ids else {}


def _row(record: CpsRecord, names: Mapping[int, str], old: str, new: str) -> dict[str, Any]:
    return {
        "person": record.person_code,
        "name": names.get(record.person_id or 0, ""),
        "job_no": record.job_no,
        "day": record.worked_on,
        "place": record.place,
        "old": old,
        "new": new,
    }


def _differing(old: CpsRecord, new: CpsRecord) -> tuple[str, str]:
    """What differs between two rows of one visit, as it was and as it is."""
    pairs = [
        (_amount(old), _amount(new)),
        (_recorded(old), _recorded(new)),
        *((f"{name}: {_known(was)}", f"{name}: {_known(now, was)}") for name, was, now in _meant(old, new)),
    ]
    apart = [(was, now) for was, now in pairs if was != now]
    return " · ".join(was for was, _ in apart), " · ".join(now for _, now in apart)


def _amount(record: CpsRecord) -> str:
    return f"{thai.quantity(record.quantity)} {record.counting_unit}".strip()


def _recorded(record: CpsRecord) -> str:
    return f"บันทึก {thai.short_date(record.recorded_on)}" if record.recorded_on else "ไม่มีวันที่บันทึก"


def _meant(old: CpsRecord, new: CpsRecord) -> list[tuple[str, int | None, int | None]]:
    return [
        ("เจ้าหน้าที่", old.person_id, new.person_id),
        ("เลขที่งาน", old.item_id, new.item_id),
    ]


def _known(found: int | None, before: int | None = None) -> str:
    if found is None:
        return "ไม่พบคู่"
    return "พบคู่" if before in (None, found) else "จับคู่ใหม่"


def _places(twice: list[list[CpsRecord]], file: CpsFile) -> list[str]:
    """Where the first of them stand, a group a line, in Excel's own rows; at most ``MOST`` lines and rows."""
    several = len({row.sheet for row in file.rows}) > 1
    lines = []
    for same in twice[:MOST]:
        rows = [
            f"{each.sheet} แถว {each.sheet_row}" if several else str(each.sheet_row) for each in same[:MOST]
        ]
        rest = f" และอีก {len(same) - MOST} แถว" if len(same) > MOST else ""
        lines.append(("" if several else "แถว ") + ", ".join(rows) + rest)
    if len(twice) > MOST:
        lines.append(f"และอีก {len(twice) - MOST} กลุ่ม")
    return lines

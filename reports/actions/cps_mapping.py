"""Say once which column of a CPS sheet is what; later files with the same headings are read by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.errors import Invalid, Stale
from office.models import Office
from reports.cps_columns import FIELDS, Headings, faults
from reports.models import CpsMapping


@transaction.atomic
def save_mapping(
    office: Office, found: Headings, chosen: Mapping[str, int], *, by: Actor, now: datetime, version: int
) -> CpsMapping:
    """Keep the column of each field, for these headings; it replaces what was said of them before.

    ``version`` is that of the mapping the form showed, 0 when there was none. Raises NotAllowed, Invalid with
    what to do for each field, and Stale when someone else has said otherwise meanwhile. Saying the same again
    changes nothing.
    """
    check(by, Perm.CPS_IMPORT, office)
    if wrong := _faults(found, chosen):
        raise Invalid("ตรวจคอลัมน์ที่เลือก", wrong)
    Office.objects.select_for_update().get(pk=office.pk)  # two first mappings at once: one waits
    standing = CpsMapping.objects.filter(office=office, signature=found.signature).first()
    columns = {name: found.columns.index(chosen[name]) for name in FIELDS if name in chosen}
    wanted = _words(list(found.texts), columns)
    if standing and said(standing)["columns"] == wanted["columns"]:
        return standing
    if version != (standing.version if standing else 0):
        raise Stale("มีผู้กำหนดคอลัมน์ของไฟล์แบบนี้ก่อนคุณ เปิดหน้านี้ใหม่เพื่อดูค่าล่าสุด แล้วกำหนดอีกครั้ง")
    before = said(standing) if standing else None
    mapping = standing or CpsMapping(office=office, signature=found.signature, version=0)
    mapping.headings, mapping.columns = wanted["headings"], columns
    mapping.sheet, mapping.version = found.sheet.name[:200], mapping.version + 1
    mapping.saved_at, mapping.saved_by = now, by.person
    mapping.save()
    audit.record(
        by=by, verb=Verb.CPS_MAPPING_SAVED, subject=mapping, at=now, before=before, after=said(mapping)
    )
    return mapping


@transaction.atomic
def remove_mapping(mapping: CpsMapping, *, by: Actor, now: datetime) -> None:
    """Let such files be read by their words again; the second of two removals changes nothing."""
    check(by, Perm.CPS_IMPORT, mapping)
    found = CpsMapping.objects.select_for_update().filter(pk=mapping.pk).first()
    if found is None:
        return
    audit.record(by=by, verb=Verb.CPS_MAPPING_REMOVED, subject=found, at=now, before=said(found))
    found.delete()


def said(mapping: CpsMapping) -> dict[str, Any]:
    """In words: each field's heading."""
    return _words(mapping.headings, mapping.columns)


def _words(headings: list[str], columns: Mapping[str, int]) -> dict[str, Any]:
    places = {FIELDS[name]: columns[name] for name in FIELDS if name in columns}
    told = {
        name: headings[place] if headings.count(headings[place]) == 1 else f"{headings[place]} ({place + 1})"
        for name, place in places.items()
    }
    return {"headings": headings, "columns": told}


def _faults(found: Headings, chosen: Mapping[str, int]) -> dict[str, str]:
    wrong = faults(chosen)
    for name, column in chosen.items():
        if name not in FIELDS or column not in found.columns:
            wrong[name] = "เลือกคอลัมน์จากรายการ"
    return wrong

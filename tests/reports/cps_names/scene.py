"""Names in CPS files that nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from office.importing import Outcome
from reports.actions.cps import Meaning, import_cps, match_names
from reports.cps_file import CpsFile as ParsedFile
from reports.cps_row import CpsRow
from reports.cps_saved import Matcher, names_in, names_stamp
from reports.enums import AliasKind
from reports.models import CpsAlias, CpsFile, CpsRecord
from tests import builders

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "/cps/2026-10/"
HEADING = ["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "จำนวน"]
PERSON, JOB = AliasKind.PERSON, AliasKind.JOB
ROWS = (("EX030", "สสจ. 1", 3), ("EX998", "สสจ. 1", 2), ("EX998", "เยี่ยมสหกรณ์", 4), ("EX031", "เยี่ยมสหกรณ์", 5))


"""One row known; EX998 and เยี่ยมสหกรณ์ nobody knows."""


def take(month, *told, now: datetime = NOW) -> Outcome:
    rows = [
        CpsRow(n, None, code, job, "", Decimal(quantity), "ครั้ง", None, name)
        for n, (code, job, quantity, name) in enumerate((((*each, "")[:4]) for each in told), start=2)
    ]
    return import_cps(month, ParsedFile(rows=rows), name="cps.xlsx", by=builders.SYSTEM, now=now)


def stamp_of(month) -> str:
    newest = CpsFile.objects.filter(month=month).first()
    return names_stamp(newest, CpsAlias.objects.filter(office=month.office)) if newest else ""


def match(cast, *meanings: Meaning, by=None, month=None, stamp: str | None = None, now: datetime = NOW):
    month = month or cast.month
    return match_names(
        month,
        meanings,
        stamp=stamp_of(month) if stamp is None else stamp,
        by=builders.actor(by or cast.admin),
        now=now,
    )


def ann_is(cast, text: str = "EX998") -> Meaning:
    return Meaning(PERSON, text, person_id=cast.ann.pk)


VISITING = Meaning(JOB, "เยี่ยมสหกรณ์", job_no="สสจ. 2")


def counted(month) -> set[tuple]:
    rows = CpsRecord.objects.filter(file__month=month, person__isnull=False, item__isnull=False)
    return set(rows.values_list("person__code", "item__job_no", "quantity"))


def names(month) -> list[tuple[str, str, int]]:
    newest = CpsFile.objects.filter(month=month).first()
    return [(name.kind.value, name.written, name.rows) for name in names_in(newest, Matcher.of(month))]

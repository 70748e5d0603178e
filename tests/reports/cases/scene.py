"""Cases, from found to decided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from office.enums import Role
from plans.models import ReportingMonth
from reports.actions.cases import close, excuse
from reports.actions.compliance import check_month
from reports.enums import AnswerKind, Breach, FlagState
from reports.models import CpsFile, CpsRecord, ExpectedReport, Flag
from tests import builders as b

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
SENT = DUE - timedelta(days=1)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
REASON = "สหกรณ์เลื่อนนัด"
SHORT = {"kind": AnswerKind.VALUE, "quantity": Decimal(3), "explanation": REASON}
S = FlagState


# The rules alone


class Cast:
    """Ann's report is below plan, explained."""

    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.plan = b.make_plan(self.office)
        self.admin = b.make_person(self.unit, Role.GENERAL_ADMIN)
        self.ann = b.make_person(self.unit)
        self.item = b.make_item(self.plan, {self.ann: [4]})
        b.send_report(self.ann, {self.item: SHORT}, at=SENT)
        self.check()

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    @property
    def flag(self) -> Flag:
        return Flag.objects.get(person=self.ann, breach=Breach.OFF_PLAN)

    @property
    def by(self):
        return b.actor(self.admin)

    def check(self, at: datetime = NOW) -> None:
        check_month(self.month, as_of=at, by=b.SYSTEM, store=True)

    def expect(self, person):
        """Somebody else with an item, written into the register after the first check."""
        ExpectedReport.objects.create(
            office=self.office, person=person, month=self.month, unit=self.unit, due_at=DUE
        )
        return b.make_item(self.plan, {person: [1]})

    def resend(self, **fields) -> None:
        b.send_report(self.ann, {self.item: SHORT | fields}, at=NOW + timedelta(hours=1))
        self.check(NOW + timedelta(hours=2))

    def cps(self, quantity: int, *, no: int = 1) -> None:
        """A file of the month with that figure for Ann's item."""
        at = NOW + timedelta(hours=no)
        file = CpsFile.objects.create(
            office=self.office, month=self.month, no=no, name="cps.xlsx", fingerprint=str(no), imported_at=at
        )
        CpsRecord.objects.create(
            file=file,
            row=1,
            sheet_row=1,
            person=self.ann,
            item=self.item,
            person_code=self.ann.code,
            job_no=self.item.job_no,
            quantity=Decimal(quantity),
        )
        self.check(at)

    def decide(self, move: str) -> Flag:
        if move == "close":
            return close(self.flag, by=self.by, now=NOW, reason="ตรวจแล้ว")
        return excuse(self.flag, by=self.by, now=NOW, reason="ตรวจแล้ว")


ENDS = {"close": S.CLOSED, "excuse": S.EXCUSED}
VERBS = {"close": "FLAG_CLOSED", "excuse": "FLAG_EXCUSED"}


both = pytest.mark.parametrize("move", ENDS)


def told(person) -> list[tuple[str, str]]:
    rows = person.notifications.filter(read_at=None, key__startswith="cases-").order_by("pk")
    return list(rows.values_list("text", "url"))

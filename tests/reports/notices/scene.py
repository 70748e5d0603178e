"""Notices: sent, answered, sent again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from office.calendar import day_of
from office.enums import Role
from plans.models import ReportingMonth
from reports.actions.compliance import check_month
from reports.actions.notices import notify
from reports.actions.submissions import NotReady, submit
from reports.enums import AnswerKind, Breach
from reports.models import Flag, MonthlyReport, Notice
from reports.rules import Lack
from tests import builders as b

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
SENT = DUE - timedelta(days=1)
MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
THURSDAY_END = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)


"""End of the third working day after Monday."""


LOCK = datetime(2026, 11, 6, 9, 30, tzinfo=UTC)
SHORT = {"kind": AnswerKind.VALUE, "quantity": Decimal(3)}
REASON, OTHER = "สหกรณ์เลื่อนนัด", "ตรวจซ้ำแล้ว ผลถูกต้อง"


class Cast:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit, self.admins = b.make_unit(self.office), b.make_unit(self.office)
        self.plan = b.make_plan(self.office)
        self.admin = b.make_person(self.admins, Role.GENERAL_ADMIN)
        self.colleague = b.make_person(self.admins, Role.GENERAL_ADMIN)
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.ann, self.bob = b.make_person(self.unit), b.make_person(self.unit)
        self.item = b.make_item(self.plan, {self.ann: [4, 4], self.bob: [4, 4]})

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    def check(self, at: datetime = MONDAY) -> None:
        check_month(self.month, as_of=at, by=b.SYSTEM, store=True)

    def flags(self, person) -> list[Flag]:
        return list(Flag.objects.filter(person=person).order_by("id"))

    def tell(self, person, *, at: datetime = MONDAY, by=None, message: str = "", flags=None) -> Notice:
        named = self.flags(person) if flags is None else flags
        who = b.actor(by or self.admin, day_of(at))
        return notify(person, self.month, named, by=who, now=at, message=message)

    def short(self) -> Notice:
        """Ann's report, below plan and taken from a file unexplained, is checked and told."""
        b.send_report(self.ann, {self.item: SHORT}, at=SENT)
        self.check()
        return self.tell(self.ann)

    def correct(self, person, changes, *, at: datetime):
        report = MonthlyReport.objects.filter(person=person).first()
        version = report.version if report else 0
        who = b.actor(person, day_of(at))
        return submit(self.month, person, {self.item.pk: changes}, by=who, now=at, version=version)

    def answered(self, notice: Notice, figure, explanation: str) -> tuple[list[Lack], bool]:
        """What keeps Ann's correction from being submitted, and whether it answered the notice."""
        said = {"kind": AnswerKind.VALUE, "quantity": Decimal(figure), "explanation": explanation}
        lacks: list[Lack] = []
        try:
            self.correct(self.ann, said, at=MONDAY + timedelta(hours=1))
        except NotReady as refused:
            lacks = [lack for _, lack in refused.lacks]
        notice.refresh_from_db()
        return lacks, notice.answered_at is not None

    def state(self, person, breach: Breach) -> str:
        return Flag.objects.get(person=person, breach=breach).state

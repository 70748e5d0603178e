"""The pages of notices."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.test import Client

from office.enums import Role
from plans.models import ReportingMonth
from reports.actions.compliance import check_month
from reports.actions.notices import notify
from reports.enums import AnswerKind
from reports.models import Flag, Notice
from tests import builders as b

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
SHORT = {"kind": AnswerKind.VALUE, "quantity": Decimal(3)}
PREPARE, SEND = "/compliance/2026-10/notify/", "/compliance/2026-10/notify/send/"


class Cast:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit, self.elsewhere = b.make_unit(self.office), b.make_unit(self.office)
        plan = b.make_plan(self.office)
        self.admin = b.make_person(self.elsewhere, Role.GENERAL_ADMIN, code="EX001")
        self.director = b.make_person(self.elsewhere, Role.DIRECTOR, code="EX002")
        self.head = b.make_person(self.unit, Role.UNIT_HEAD, code="EX003")
        self.other_head = b.make_person(self.elsewhere, Role.UNIT_HEAD, code="EX004")
        self.ann = b.make_person(self.unit, code="EX005", first_name="แอน")
        self.bob = b.make_person(self.unit, code="EX006", first_name="บ๊อบ")
        self.item = b.make_item(plan, {self.ann: [4], self.bob: [4], self.admin: [4]}, job_no="สสจ. 1")
        b.send_report(self.ann, {self.item: SHORT}, at=DUE - timedelta(hours=1))
        check_month(self.month, as_of=NOW, by=b.SYSTEM, store=True)

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    def tell(self, person, at: datetime = NOW) -> Notice:
        flags = list(Flag.objects.filter(person=person))
        return notify(person, self.month, flags, by=b.actor(self.admin), now=at, message="โปรดตรวจทาน")


def text(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


def words(html: str) -> str:
    """As it is read, without tags."""
    return re.sub(r"<[^>]+>", "", html)


# Who sees which


def send(client: Client, *people, flags=None, message: str = ""):
    chosen = Flag.objects.filter(person__in=people) if flags is None else flags
    codes = [person.code for person in people]
    return client.post(SEND, {"p": codes, "flag": [flag.pk for flag in chosen], "message": message})

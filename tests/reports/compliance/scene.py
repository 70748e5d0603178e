"""The compliance check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from office.enums import Role
from reports.actions.compliance import check_month
from reports.models import ExpectedReport, Flag
from tests import builders

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
ON_TIME = DUE - timedelta(hours=1)
AS_OF = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EXPLAINED = {"kind": "VALUE", "quantity": 3, "explanation": "สหกรณ์เลื่อนนัด"}


class Cast:
    """An office in which each way of falling short happens once."""

    def __init__(self) -> None:
        self.office = builders.make_office()
        self.unit = builders.make_unit(self.office)
        self.plan = builders.make_plan(self.office)
        roles = {"admin": [Role.GENERAL_ADMIN]}
        names = ["admin", "good", "missing", "late", "half", "off", "silent", "waived"]
        self.people = {name: builders.make_person(self.unit, *roles.get(name, [])) for name in names}
        shares = {person: [4, 4] for name, person in self.people.items() if name != "admin"}
        self.item = builders.make_item(self.plan, shares, job_no="สสจ. 1")
        self.other = builders.make_item(self.plan, {self["half"]: [2]}, job_no="สสจ. 2")
        self.month = builders.month_of(self.office)
        builders.send_report(self["good"], {self.item: 5}, at=ON_TIME)
        builders.send_report(self["late"], {self.item: 4}, at=DUE + DAY)
        builders.send_report(self["half"], {self.item: 4}, at=ON_TIME)
        builders.send_report(self["off"], {self.item: EXPLAINED}, at=ON_TIME)
        builders.send_report(self["silent"], {self.item: 3}, at=ON_TIME)
        self.waive("waived")

    def __getitem__(self, name: str):
        return self.people[name]

    def waive(self, name: str) -> None:
        values = {"waiver": "LEAVE", "waived_at": ON_TIME, "office": self.office, "unit": self.unit}
        ExpectedReport.objects.update_or_create(
            person=self[name], month=self.month, defaults=values, create_defaults=values | {"due_at": DUE}
        )

    def check(self, as_of: datetime = AS_OF, *, store: bool = True, by=builders.SYSTEM):
        return check_month(self.month, as_of=as_of, by=by, store=store)

    def codes(self, *names: str) -> list[str]:
        return sorted(self[name].code for name in names)

    def flags(self) -> dict[tuple[str, str, str | None], str]:
        names = {person.pk: name for name, person in self.people.items()}
        return {
            (names[flag.person_id], flag.breach, flag.item and flag.item.job_no): flag.state
            for flag in Flag.objects.filter(month=self.month).select_related("item")
        }


FLAGS = {
    ("missing", "MISSING", None): "OPEN",
    ("late", "LATE", None): "OPEN",
    ("half", "INCOMPLETE", "สสจ. 2"): "OPEN",
    ("off", "OFF_PLAN", "สสจ. 1"): "EXPLAINED",
    ("silent", "OFF_PLAN", "สสจ. 1"): "OPEN",
    ("silent", "INCOMPLETE", "สสจ. 1"): "OPEN",
}

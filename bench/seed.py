"""Offices of 60 people with plans and reports, loaded in bulk through the models.

Every office has the fiscal year 2570 with October reported; a ``whole`` one also has November begun and 2569,
all twelve months reported, accepted and closed. Nothing is drawn at random: two runs load the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import OuterRef, Subquery

from bench.moment import CLOCK
from office import access, thai
from office.enums import PersonnelType, Role
from office.models import Membership, Office, Person, Policy, Unit
from office.queries import unit_ids_on
from plans.actions import open_year
from plans.enums import Aggregation, Dimension, GroupLevel, PlanState
from plans.models import ActionPlan, MonthlyShare, MonthlyTarget, PlanGroup, PlanItem, ReportingMonth, Share
from reports.enums import AnswerKind, ReportState
from reports.models import ExpectedReport, MonthlyReport, ReportLine, ReportVersion, SubmittedLine

NOW = datetime.fromisoformat(CLOCK)
LAST_YEAR, THIS_YEAR = 2569, 2570
UNITS, PEOPLE, ITEMS, LINES = 6, 60, 30, 10
MISSING = 5
"""People of each office who didn't report in October; as many reported late."""
BATCH = 2000
_SINCE = date(2020, 1, 1)
_HOWS = (Aggregation.SUM,) * 8 + (Aggregation.LATEST, Aggregation.MAX)


@dataclass(slots=True)
class Loaded:
    """One office as loaded."""

    office: Office
    units: list[Unit]
    people: list[Person]
    months: dict[str, ReportingMonth] = field(default_factory=dict)

    @property
    def director(self) -> Person:
        return self.people[0]

    @property
    def admin(self) -> Person:
        return self.people[1]

    @property
    def officers(self) -> list[Person]:
        return self.people[UNITS + 1 :]


def load(number: int, *, whole: bool) -> Loaded:
    """Office ``number`` with its people, plans and reports, in one transaction."""
    with transaction.atomic():
        loaded = _office(number)
        for year in (LAST_YEAR, THIS_YEAR) if whole else (THIS_YEAR,):
            _year(loaded, year)
        if whole:
            for month in _months(loaded, LAST_YEAR):
                _reports(loaded, month, sent=PEOPLE, state=ReportState.ACCEPTED)
                _close(loaded, month)
        _reports(loaded, loaded.months["2026-10"], sent=PEOPLE - MISSING, state=ReportState.SUBMITTED)
        if whole:
            _drafts(loaded, loaded.months["2026-11"])
    return loaded


def empty_office(number: int) -> Loaded:
    """An office with people and the months of this year, without a plan."""
    with transaction.atomic():
        loaded = _office(number)
        open_year(loaded.office, THIS_YEAR, by=access.system(NOW.date()), now=NOW)
    return loaded


def settle() -> None:
    """What autovacuum does in time: statistics for the planner."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def sign_in(person: Person) -> str:
    """A session of its own for ``person``; returns its key."""
    store = SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def _office(number: int) -> Loaded:
    office = Office.objects.create(code=f"B{number:02}", name=f"สำนักงานสหกรณ์จังหวัดทดสอบ {number}")
    Policy.objects.create(office=office)
    units = Unit.objects.bulk_create(
        Unit(
            office=office,
            code=f"U{n}",
            name=f"กลุ่มส่งเสริมสหกรณ์ {n}",
            abbreviation=f"กสส.{n}",
            sort_order=n,
        )
        for n in range(1, UNITS + 1)
    )
    people = Person.objects.bulk_create(_person(office, number, n) for n in range(1, PEOPLE + 1))
    Membership.objects.bulk_create(
        Membership(person=person, unit=units[n % UNITS], role=role, starts_on=_SINCE)
        for n, person in enumerate(people)
        for role in _roles(n)
    )
    return Loaded(office, units, people)


def _person(office: Office, number: int, n: int) -> Person:
    person = Person(
        office=office,
        code=f"B{number:02}P{n:02}",
        name_prefix="นาย" if n % 2 else "นางสาว",
        first_name=f"เจ้าหน้าที่{n}",
        last_name=f"ทดสอบ{number}",
        position_title="นักวิชาการสหกรณ์",
        position_level="ชำนาญการ",
        personnel_type=PersonnelType.CIVIL,
        sort_order=n,
        sort_key=thai.sort_key(f"เจ้าหน้าที่{n} ทดสอบ{number}"),
    )
    person.set_unusable_password()
    return person


def _roles(n: int) -> list[Role]:
    """Person 0 is the director, 1 general administration, 1 to 6 head a unit each."""
    extra = {0: [Role.DIRECTOR], 1: [Role.GENERAL_ADMIN, Role.PERSONNEL]}.get(n, [])
    return [Role.OFFICER, *extra, *([Role.UNIT_HEAD] if 1 <= n <= UNITS else [])]


def _year(loaded: Loaded, year: int) -> None:
    office, made_at = loaded.office, NOW - timedelta(days=420)
    fiscal_year = open_year(office, year, by=access.system(made_at.date()), now=made_at)
    months = list(ReportingMonth.objects.filter(fiscal_year=fiscal_year).order_by("first"))
    loaded.months |= {str(month.month): month for month in months}
    plan = ActionPlan.objects.create(
        office=office,
        fiscal_year=fiscal_year,
        state=PlanState.APPROVED,
        approved_at=made_at,
        approved_on=made_at.date(),
    )
    group = PlanGroup.objects.create(plan=plan, level=GroupLevel.PROGRAM, name="แผนงานพื้นฐาน", sort_order=0)
    items = PlanItem.objects.bulk_create(_item(plan, group, n) for n in range(ITEMS))
    through = PlanItem.units.through
    through.objects.bulk_create(
        through(planitem=item, unit=loaded.units[n % UNITS]) for n, item in enumerate(items)
    )
    shares = Share.objects.bulk_create(
        Share(item=items[(n + k * (ITEMS // LINES)) % ITEMS], person=person)
        for n, person in enumerate(loaded.people)
        for k in range(LINES)
    )
    _in_bulk(
        MonthlyShare,
        (
            MonthlyShare(
                share=share,
                item_id=share.item_id,
                person_id=share.person_id,
                month=month,
                quantity=_target(m),
            )
            for m, month in enumerate(months)
            for share in shares
        ),
    )
    holders = PEOPLE * LINES // ITEMS
    _in_bulk(
        MonthlyTarget,
        (
            MonthlyTarget(item=item, month=month, quantity=_target(m) * holders)
            for m, month in enumerate(months)
            for item in items
        ),
    )


def _item(plan: ActionPlan, group: PlanGroup, n: int) -> PlanItem:
    how = _HOWS[n % len(_HOWS)]
    holders = PEOPLE * LINES // ITEMS
    year = sum(_target(m) for m in range(12)) if how is Aggregation.SUM else _target(11)
    return PlanItem(
        plan=plan,
        group=group,
        job_no=f"สสจ. {n + 1}",
        name=f"แนะนำ ส่งเสริม และติดตามการดำเนินงานของสหกรณ์และกลุ่มเกษตรกร งานที่ {n + 1}",
        dimension=Dimension.EFFECTIVENESS,
        counting_unit="ครั้ง",
        aggregation=how,
        annual_target=year * holders,
        owner_text="กสส.1-6",
        sort_order=n + 1,
    )


def _target(month: int) -> Decimal:
    """Of one person for one item: rising, so that running totals rise too."""
    return Decimal(4 + month // 3)


def _reports(loaded: Loaded, month: ReportingMonth, *, sent: int, state: ReportState) -> None:
    """The first ``sent`` people's reports of a month, the last few of them late."""
    units = unit_ids_on(loaded.office, month.due_on)
    reports = MonthlyReport.objects.bulk_create(
        _report(loaded, month, person, units[person.pk], late=sent - n <= MISSING, state=state)
        for n, person in enumerate(loaded.people[:sent])
    )
    versions = ReportVersion.objects.bulk_create(
        ReportVersion(report=report, no=1, submitted_at=report.submitted_at, submitted_by_id=report.person_id)
        for report in reports
    )
    mine = ReportVersion.objects.filter(report=OuterRef("pk")).values("pk")[:1]
    MonthlyReport.objects.filter(month=month).update(last_version=Subquery(mine))
    lines = list(_answers(month, {report.person_id for report in reports}))
    version_of = {version.report.person_id: version for version in versions}
    report_of = {report.person_id: report for report in reports}
    _in_bulk(
        SubmittedLine,
        (
            SubmittedLine(version=version_of[person], item_id=item, target=target, **answer)
            for person, item, target, answer in lines
        ),
    )
    _in_bulk(
        ReportLine,
        (ReportLine(report=report_of[person], item_id=item, **answer) for person, item, _, answer in lines),
    )


def _report(
    loaded: Loaded, month: ReportingMonth, person: Person, unit_id: int, *, late: bool, state: ReportState
) -> MonthlyReport:
    at = month.grace_end + (timedelta(hours=20) if late else -timedelta(hours=20))
    decided = state is ReportState.ACCEPTED
    return MonthlyReport(
        office=loaded.office,
        person=person,
        month=month,
        unit_id=unit_id,
        state=state,
        version=2,
        submissions=1,
        first_submitted_at=at,
        first_deadline=month.grace_end,
        submitted_at=at,
        saved_at=at,
        decided_at=at + timedelta(days=1) if decided else None,
        decided_by=loaded.director if decided else None,
    )


def _answers(
    month: ReportingMonth, people: Iterable[int]
) -> Iterator[tuple[int, int, Decimal, dict[str, Any]]]:
    """(person, item, target, answer) of everybody's lines: one in ten below plan, half of these explained."""
    shares = MonthlyShare.objects.filter(month=month, person_id__in=people).order_by("person_id", "item_id")
    for n, (person, item, target) in enumerate(shares.values_list("person_id", "item_id", "quantity")):
        below = n % 10 == 7
        answer = {"kind": AnswerKind.VALUE, "quantity": target - 2 if below else target}
        answer["narrative"] = "ออกแนะนำส่งเสริมสหกรณ์ตามแผน"
        if below and n % 20 == 7:
            answer["explanation"] = "สหกรณ์เลื่อนนัด จะดำเนินการในเดือนถัดไป"
        yield person, item, target, answer


def _close(loaded: Loaded, month: ReportingMonth) -> None:
    ExpectedReport.objects.bulk_create(
        ExpectedReport(office=loaded.office, person_id=person, unit_id=unit, month=month, due_at=month.due_at)
        for person, unit in MonthlyReport.objects.filter(month=month).values_list("person_id", "unit_id")
    )
    month.registered_at = month.checked_as_of = month.checked_at = month.grace_end + timedelta(minutes=1)
    month.closed_at = month.lock_at + timedelta(days=1)
    month.save()


def _drafts(loaded: Loaded, month: ReportingMonth) -> None:
    """Everybody has begun: all lines answered as planned, nothing submitted."""
    units = unit_ids_on(loaded.office, month.due_on)
    reports = MonthlyReport.objects.bulk_create(
        MonthlyReport(
            office=loaded.office,
            person=person,
            month=month,
            unit_id=units[person.pk],
            version=1,
            saved_at=NOW,
        )
        for person in loaded.people
    )
    report_of = {report.person_id: report for report in reports}
    shares = MonthlyShare.objects.filter(month=month).values_list("person_id", "item_id", "quantity")
    _in_bulk(
        ReportLine,
        (
            ReportLine(report=report_of[person], item_id=item, kind=AnswerKind.VALUE, quantity=target)
            for person, item, target in shares
        ),
    )


def _months(loaded: Loaded, year: int) -> list[ReportingMonth]:
    return [month for month in loaded.months.values() if month.month.fiscal_year == year]


def _in_bulk(model: Any, rows: Iterable[Any]) -> None:
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        model.objects.bulk_create(batch)

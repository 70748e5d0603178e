"""Small offices for tests, made with the product's own models and actions; every date is an argument."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from office import access
from office.access import Actor
from office.calendar import Month
from office.enums import PersonnelType, Role
from office.models import Membership, Office, Person, Unit
from plans.actions import open_year
from plans.enums import Aggregation, Direction, PlanState
from plans.models import ActionPlan, MonthlyShare, MonthlyTarget, PlanItem, ReportingMonth, Share
from reports.case_reads import told_facts
from reports.enums import Breach, FlagState, ReportState
from reports.models import Delivery, Flag, MonthlyReport, Notice, ReportVersion, SubmittedLine

EARLY = date(2020, 1, 1)
MADE_AT = datetime(2025, 9, 1, 3, 0, tzinfo=UTC)
_numbers = count(1)


def make_office(code: str = "", name: str = "") -> Office:
    n = next(_numbers)
    return Office.objects.create(code=code or f"OFF{n}", name=name or f"สำนักงานสหกรณ์จังหวัดทดสอบ {n}")


def make_unit(office: Office, name: str = "", abbreviation: str = "") -> Unit:
    n = next(_numbers)
    return Unit.objects.create(
        office=office, code=f"U{n}", name=name or f"กลุ่มทดสอบ {n}", abbreviation=abbreviation, sort_order=n
    )


def make_person(
    unit: Unit,
    *roles: Role,
    code: str = "",
    first_name: str = "ทดสอบ",
    since: date = EARLY,
    until: date | None = None,
    password: str = "",
    reports: bool = True,
) -> Person:
    """A person serving in ``unit``; OFFICER is always among the roles."""
    n = next(_numbers)
    person = Person(
        office=unit.office,
        code=code or f"T{n:03d}",
        name_prefix="นาย",
        first_name=first_name,
        last_name=f"ที่{n}",
        position_title="นักวิชาการสหกรณ์",
        position_level="ชำนาญการ",
        personnel_type=PersonnelType.CIVIL,
        reports=reports,
        sort_order=n,
    )
    if password:
        person.set_password(password)
    else:
        person.set_unusable_password()
    person.save()
    for role in dict.fromkeys((Role.OFFICER, *roles)):
        Membership.objects.create(person=person, unit=unit, role=role, starts_on=since, ends_on=until)
    return person


def actor(person: Person, day: date = date(2026, 11, 2)) -> Actor:
    return access.actor_of(person, day)


SYSTEM = access.system(MADE_AT.date())


def make_plan(office: Office, year: int = 2570, *, approved: bool = True) -> ActionPlan:
    fiscal_year = open_year(office, year, by=SYSTEM, now=MADE_AT)
    facts = {"approved_at": MADE_AT, "approved_on": MADE_AT.date()} if approved else {}
    state = PlanState.APPROVED if approved else PlanState.DRAFT
    return ActionPlan.objects.create(office=office, fiscal_year=fiscal_year, state=state, **facts)


def make_item(
    plan: ActionPlan,
    shares: Mapping[Person, Sequence[int | str | None]],
    *,
    job_no: str = "",
    aggregation: Aggregation = Aggregation.SUM,
    direction: Direction = Direction.MORE,
    counting_unit: str = "ครั้ง",
) -> PlanItem:
    """An item with each person's monthly targets from October on; None and the end of a list are blank."""
    n = next(_numbers)
    item = PlanItem.objects.create(
        plan=plan,
        job_no=job_no or f"สสจ. {n}",
        name=f"งานทดสอบ {n}",
        counting_unit=counting_unit,
        aggregation=aggregation,
        direction=direction,
        annual_target=Decimal(0),
        sort_order=n,
    )
    months = list(ReportingMonth.objects.filter(fiscal_year=plan.fiscal_year).order_by("first"))
    sums: dict[int, Decimal] = {}
    for person, targets in shares.items():
        share = Share.objects.create(item=item, person=person)
        for month, target in zip(months, targets, strict=False):
            if target is not None:
                MonthlyShare.objects.create(
                    share=share, item=item, person=person, month=month, quantity=Decimal(target)
                )
                sums[month.pk] = sums.get(month.pk, Decimal(0)) + Decimal(target)
    MonthlyTarget.objects.bulk_create(
        MonthlyTarget(item=item, month_id=pk, quantity=q) for pk, q in sums.items()
    )
    return item


def month_of(office: Office, text: str = "2026-10") -> ReportingMonth:
    return ReportingMonth.objects.get(office=office, first=Month.parse(text).first)


def send_report(
    person: Person,
    answers: Mapping[PlanItem, int | str | Mapping[str, object]],
    *,
    at: datetime,
    month: str = "2026-10",
    state: ReportState = ReportState.SUBMITTED,
) -> MonthlyReport:
    """The person's next submission, as the rows it leaves: a number is a VALUE, a mapping the fields."""
    reporting_month = month_of(person.office, month)
    unit = person.memberships.serving(reporting_month.due_on).values_list("unit_id", flat=True).first()
    report, _ = MonthlyReport.objects.get_or_create(
        person=person, month=reporting_month, defaults={"office": person.office, "unit_id": unit}
    )
    version = ReportVersion.objects.create(report=report, no=report.submissions + 1, submitted_at=at)
    for item, answer in answers.items():
        written = answer if isinstance(answer, Mapping) else {"kind": "VALUE", "quantity": Decimal(answer)}
        SubmittedLine.objects.create(version=version, item=item, **written)
    report.submissions, report.last_version, report.state = version.no, version, state
    report.first_submitted_at = report.first_submitted_at or at
    report.first_deadline = report.first_deadline or reporting_month.grace_end
    report.submitted_at = at
    report.save()
    return report


def make_flag(
    person: Person,
    breach: Breach,
    item: PlanItem | None = None,
    *,
    at: datetime,
    state: FlagState = FlagState.OPEN,
    month: str = "2026-10",
    **basis: str,
) -> Flag:
    """A case as a scan leaves it; ``basis`` as result="3.00", target="4.00"."""
    reporting_month = month_of(person.office, month)
    serving = person.memberships.serving(reporting_month.due_on).first()
    assert serving is not None
    facts = {"result": "", "target": "", "explanation": "", "cps": ""} | basis if item else {}
    return Flag.objects.create(
        office=person.office,
        person=person,
        month=reporting_month,
        unit=serving.unit,
        breach=breach,
        item=item,
        state=state,
        basis=facts,
        true_since=at,
        noticed_at=at,
        changed_at=at,
    )


def make_notice(
    *flags: Flag,
    at: datetime,
    by: Person | None = None,
    no: int = 1,
    copied_to: Person | None = None,
    message: str = "",
) -> Notice:
    """A notice as its rows stand when it has just been sent: not yet delivered, to be answered in 3 days."""
    first = flags[0]
    notice = Notice.objects.create(
        office=first.office,
        person=first.person,
        month=first.month,
        unit=first.unit,
        no=no,
        message=message,
        sent_at=at,
        sent_by=by,
        answer_by=at + timedelta(days=3),
        copied_to=copied_to,
        facts=told_facts(flags),
    )
    notice.flags.set(flags)
    Delivery.objects.create(notice=notice, to=first.person.email)
    if copied_to is not None:
        Delivery.objects.create(notice=notice, to=copied_to.email, copy=True)
    return notice

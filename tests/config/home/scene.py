"""Home by role."""

from __future__ import annotations

from datetime import UTC, date, datetime

from office.enums import Role
from plans.enums import PlanState
from plans.models import ActionPlan
from reports.enums import Breach, FlagState, ReportState, WaiverKind
from reports.models import ExpectedReport, Flag, MonthlyReport
from tests import builders

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


"""2 Nov 2026 09:00: October was due on 30 Oct 16:30 and locks on 6 Nov 16:30."""


def director_of(unit):
    person = builders.make_person(unit, Role.DIRECTOR, reports=False)
    person.memberships.filter(role=Role.OFFICER).delete()
    return person


def report(person, month="2026-10", state=ReportState.SUBMITTED, *, first=None, **more) -> MonthlyReport:
    record = builders.month_of(person.office, month)
    facts = {}
    if state != ReportState.DRAFT:
        first = first or datetime(2026, 10, 29, 3, tzinfo=UTC)
        facts = {
            "first_submitted_at": first,
            "submitted_at": first,
            "first_deadline": record.grace_end,
            "submissions": 1,
        }
    return MonthlyReport.objects.create(
        office=person.office,
        person=person,
        month=record,
        unit=person.memberships.first().unit,
        state=state,
        **facts | more,
    )


def flag(person, breach, *, state=FlagState.OPEN, month="2026-10") -> Flag:
    return Flag.objects.create(
        office=person.office,
        person=person,
        month=builders.month_of(person.office, month),
        unit=person.memberships.first().unit,
        breach=breach,
        state=state,
        true_since=NOW,
        noticed_at=NOW,
        changed_at=NOW,
    )


def shown(client, person) -> str:
    client.force_login(person)
    page = client.get("/")
    assert page.status_code == 200
    return page.content.decode()


def box(text: str) -> str:
    """The one thing to do first."""
    return text.split('class="box box-brand"')[1].split("</section>")[0] if "box-brand" in text else ""


# --- the officer ---


def told(person, breach=Breach.MISSING, *, no=1, at=NOW):
    named = flag(person, breach, state=FlagState.NOTIFIED)
    return builders.make_notice(named, at=at, no=no)


def waived(officer):
    for month in ("2026-10", "2026-11"):
        record = builders.month_of(officer.office, month)
        ExpectedReport.objects.create(
            office=officer.office,
            person=officer,
            month=record,
            unit=officer.memberships.first().unit,
            due_at=record.due_at,
            waiver=WaiverKind.LEAVE,
            waived_at=NOW,
        )


def left(officer):
    officer.memberships.update(ends_on=date(2026, 11, 2))
    report(officer, state=ReportState.ACCEPTED)


def no_plan(officer):
    ActionPlan.objects.update(state=PlanState.DRAFT, approved_at=None, approved_on=None)

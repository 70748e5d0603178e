"""Tell the demo's story: import, submit, check, return, accept, at the instant it would have happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import F

from config.demo import story
from config.demo.evidence import attach_in
from config.demo.notices import Notices
from config.demo.obstacles import Obstacles
from config.demo.said import SAID
from config.demo.talk import Talk
from config.demo.year_end import tell_year_end
from meetings.actions import make_meetings
from office import access, demo_accounts, sheets, staff_workbook
from office.access import Actor
from office.actions import grant_role, import_staff
from office.calendar import (
    Month,
    add_working_days,
    at,
    day_of,
    fiscal_months,
    fiscal_span,
    previous_working_day,
)
from office.enums import Role
from office.models import Membership, Notification, Office, Person
from office.queries import holidays_of
from plans.actions import import_plan
from plans.management.commands.import_plan import read_plan
from plans.models import FiscalYear, MonthlyShare, PlanItem, ReportingMonth
from plans.queries import reporting_month
from reports import cps_file, results_file
from reports.actions.compliance import check_month
from reports.actions.cps import import_cps
from reports.actions.drafts import save_draft
from reports.actions.results_import import import_results
from reports.actions.reviews import accept
from reports.enums import AnswerKind, ReportState
from reports.models import Delivery, MonthlyReport, SubmittedLine
from reports.results_file import ResultRow, ResultsFile

DATA = Path(__file__).resolve().parent.parent.parent / "office" / "demo"
SLOTS = (
    (2, time(10, 5)),
    (1, time(14, 20)),
    (1, time(16, 10)),
    (0, time(8, 50)),
    (0, time(11, 34)),
    (0, time(15, 48)),
)
"""Working days before the deadline, and the time, at which a sixth of the office each submits."""
Say = Callable[[str], None]


class Teller:
    """Walks the story up to ``now``; ``say`` tells people how far it is."""

    office: Office
    people: dict[str, Person]
    holidays: frozenset[date]

    def __init__(self, *, now: datetime, password: str, say: Say) -> None:
        self.now, self.today, self.password, self.say = now, day_of(now), password, say

    def tell(self) -> None:
        self._people()
        for year in story.YEARS:
            self._year(year)
        Talk(self.office, self.people, self.now).tell()
        self._read_old_news()
        self._mails_have_gone_out()
        demo_accounts.keep(self._shown())

    def _people(self) -> None:
        instant = at(story.STAFF_IMPORTED_ON, time(9, 0))
        staff = staff_workbook.parse(sheets.read(DATA / "staff.xlsx", name="staff.xlsx"))
        import_staff(staff, by=_system(instant), now=instant)
        self.office = Office.objects.get()
        Person.objects.filter(office=self.office).update(password=make_password(self.password))
        self.people = {person.code: person for person in Person.objects.filter(office=self.office)}
        for code, role in story.EXTRA_ROLES.items():
            self._grant(self.people[code], Role(role), instant)

    def _grant(self, person: Person, role: Role, instant: datetime) -> None:
        serving = Membership.objects.serving(self.today).get(person=person)
        start = story.STAFF_IMPORTED_ON
        grant_role(person, role, serving.unit, starts_on=start, by=_system(instant), now=instant)

    def _year(self, year: int) -> None:
        first, _ = fiscal_span(year)
        if first > self.today:
            return
        self.say(f"ปีงบประมาณ {year}: แผน")
        instant = at(first - timedelta(days=14), time(9, 30))
        plan = read_plan(self.office, DATA / f"action_plan_{year}.xlsx", None)
        import_plan(self.office, plan, by=_system(instant), now=instant, approve_on=first)
        fiscal_year = FiscalYear.objects.get(office=self.office, year=year)
        make_meetings(fiscal_year, by=_system(instant), now=instant)
        self.holidays = holidays_of(self.office)
        for month in fiscal_months(year):
            self._month(month)
        tell_year_end(fiscal_year, now=self.now)

    def _month(self, month: Month) -> None:
        found = reporting_month(self.office, month)
        assert found is not None
        Obstacles(self.people, self.now).tell(found)
        if found.first <= self.today:
            attach_in(found, self.people, now=self.now)
        if found.due_at <= self.now:
            self.say(f"  {month.label}")
            self._said(found)
            self._submissions(found, late=False)
            self._after_deadline(found)
        elif month.first <= self.today:
            self._drafts(found)

    def _said(self, month: ReportingMonth) -> None:
        """On the draft, some days before the figures: it goes with them."""
        instant = at(month.due_on - timedelta(days=7), time(15, 20))
        for code, months in SAID.items():
            said = months.get(str(month.month))
            if said is not None and instant <= self.now:
                person = self.people[code]
                owner = access.actor_of(person, day_of(instant))
                whole = {name: getattr(said, name) for name in ("self_rating", "lesson", "works")}
                save_draft(month, person, {}, by=owner, now=instant, version=0, whole=whole)

    def _submissions(self, month: ReportingMonth, *, late: bool) -> None:
        path = DATA / f"results_{month.month}.csv"
        if not path.exists():
            return
        jobs = PlanItem.objects.filter(plan__fiscal_year=month.fiscal_year_id).values_list(
            "job_no", flat=True
        )
        book = sheets.read(path, name=path.name)
        file = results_file.parse(book, people=self.people.values(), jobs=list(jobs))
        for instant, rows in sorted(self._by_instant(month, file).items()):
            if instant <= self.now and (instant > month.grace_end) is late:
                part = ResultsFile(rows=rows)
                import_results(month, part, by=_system(instant), now=instant, submit_at=instant)

    def _by_instant(self, month: ReportingMonth, file: ResultsFile) -> dict[datetime, list[ResultRow]]:
        codes = {person.pk: person.code for person in self.people.values()}
        late = story.LATE.get(str(month.month), {})
        found: dict[datetime, list[ResultRow]] = defaultdict(list)
        for row in file.rows:
            found[self._instant(month, codes[int(row.person_id)], late)].append(row)
        return found

    def _instant(self, month: ReportingMonth, code: str, late: dict[str, int]) -> datetime:
        if code in late:
            return at(add_working_days(month.due_on, late[code], self.holidays), time(9, 42))
        back, hour = SLOTS[int(code.removeprefix("EX")) % len(SLOTS)]
        day = month.due_on
        for _ in range(back):
            day = previous_working_day(day - timedelta(days=1), self.holidays)
        return at(day, hour)

    def _after_deadline(self, month: ReportingMonth) -> None:
        """The check on the evening of the deadline, the reviews, and the check after the lock."""
        evening = month.grace_end + timedelta(minutes=15)
        if evening > self.now:
            return
        check_month(month, as_of=evening, by=_system(evening), store=True)
        month.refresh_from_db(fields=["registered_at", "checked_as_of"])
        self._cps(month)
        notices = Notices(self.people, self.holidays, self.now)
        notices.tell(month)
        self._submissions(month, late=True)
        if month.lock_at + timedelta(days=14) < self.now:
            self._accept(month, month.lock_at + timedelta(days=3), codes=None)
            final = month.lock_at + timedelta(days=14)
            self._accept(month, final, codes=None)
            check_month(month, as_of=final, by=_system(final), store=True)
            notices.end(month, final)
            Obstacles(self.people, self.now).end(month, final)
        else:
            self._accept(month, evening + timedelta(minutes=20), codes=story.EARLY_ACCEPTED)
            check_month(month, as_of=self.now, by=_system(self.now), store=True)

    def _cps(self, month: ReportingMonth) -> None:
        """What CPS says of the month arrives after the deadline; the month is then checked again."""
        day = story.CPS_TAKEN_IN.get(str(month.month))
        if day is None or at(day, time(8, 30)) > self.now:
            return
        path = DATA / f"cps_{month.month}.xlsx"
        file = cps_file.parse(sheets.read(path, name=path.name))
        by = access.actor_of(self.people[story.REVIEWER], day)
        import_cps(month, file, name=path.name, by=by, now=at(day, time(8, 30)))

    def _accept(self, month: ReportingMonth, instant: datetime, *, codes: Iterable[str] | None) -> None:
        waiting = MonthlyReport.objects.filter(
            month=month, state=ReportState.SUBMITTED, submitted_at__lte=instant
        )
        if codes is not None:
            waiting = waiting.filter(person__code__in=codes)
        for report in waiting.select_related("person").order_by("person__sort_order"):
            moment = min(max(instant, report.submitted_at + timedelta(hours=1)), self.now)
            accept(report, by=self._reviewer(report, moment), now=moment, version=report.submissions)

    def _reviewer(self, report: MonthlyReport, instant: datetime) -> Actor:
        own = report.person.code == story.REVIEWER
        code = story.SECOND_REVIEWER if own else story.REVIEWER
        return access.actor_of(self.people[code], day_of(instant))

    def _drafts(self, month: ReportingMonth) -> None:
        """A few people have begun the running month: their first line carries last month's figure."""
        for code in story.DRAFTS:
            person = self.people[code]
            shares = MonthlyShare.objects.in_force().filter(month=month, person=person)
            share = shares.order_by("item__sort_order").first()
            if share is not None:
                values: dict[str, Any] = {"kind": AnswerKind.VALUE, "quantity": self._begun(share)}
                owner = access.actor_of(person, self.today)
                save_draft(month, person, {share.item_id: values}, by=owner, now=self.now, version=0)

    @staticmethod
    def _begun(share: MonthlyShare) -> Decimal:
        lines = SubmittedLine.objects.filter(item=share.item, version__last_of__person=share.person)
        last = lines.order_by("-version__submitted_at").first()
        return last.quantity if last is not None and last.quantity is not None else Decimal(0)

    def _mails_have_gone_out(self) -> None:
        """The mails of the story went when its notices did; a newcomer's terminal need not print them."""
        for mail in Delivery.objects.filter(sent_at=None).exclude(to="").select_related("notice"):
            mail.sent_at = mail.tried_at = mail.notice.sent_at + timedelta(minutes=1)
            mail.attempts = 1
            mail.save(update_fields=["sent_at", "tried_at", "attempts"])

    def _read_old_news(self) -> None:
        """What people were told more than a month ago they have read since."""
        old = Notification.objects.filter(person__office=self.office, at__lt=self.now - timedelta(days=30))
        old.update(read_at=F("at") + timedelta(days=1))

    def _shown(self) -> list[tuple[str, str, str]]:
        running = (
            ReportingMonth.objects.filter(office=self.office, due_at__gt=self.now).order_by("first").first()
        )
        past = (
            ReportingMonth.objects.filter(office=self.office, due_at__lte=self.now).order_by("-first").first()
        )
        words = {
            "running": running.month.label if running else "ถัดไป",
            "past": past.month.label if past else "ก่อนหน้า",
        }
        return [(code, role, why.format(**words)) for code, role, why in story.SHOWN]


def _system(instant: datetime) -> Actor:
    return access.system(day_of(instant))

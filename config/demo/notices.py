"""The demo's notices: who is told, who corrects in two days, who is told twice, and how the cases end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from config.demo import story
from office import access
from office.calendar import add_working_days, at, day_of
from office.models import Person
from plans.models import ReportingMonth
from reports.actions.cases import answer, close, excuse
from reports.actions.notices import notify
from reports.actions.submissions import submit
from reports.enums import AnswerKind, Breach, FlagState
from reports.models import Flag, MonthlyReport, Notice


class Notices:
    """Told after the check of the deadline and before what comes in late."""

    def __init__(self, people: Mapping[str, Person], holidays: frozenset[date], now: datetime) -> None:
        self.people, self.holidays, self.now = people, holidays, now

    def tell(self, month: ReportingMonth) -> None:
        for code in story.NOTICED.get(str(month.month), ()):
            sent = self._day(month, 1, time(8, 40))
            if sent <= self.now:
                self._notify(month, code, sent)
                self._correct(month, code, self._day(month, 3, time(14, 5)))
        if story.TOLD_TWICE.get(str(month.month)):
            self._tell_twice(month, story.TOLD_TWICE[str(month.month)])

    def end(self, month: ReportingMonth, instant: datetime) -> None:
        """What was explained, or was merely late, is closed or excused; the newest month's waits."""
        if instant > self.now - story.CASES_WAIT:
            return
        going = Flag.objects.filter(month=month).select_related("person", "month", "item")
        for flag in going.filter(state=FlagState.EXPLAINED) | going.filter(
            state=FlagState.OPEN, breach=Breach.LATE
        ):
            code = flag.person.code
            by = self._actor(story.SECOND_REVIEWER if code == story.REVIEWER else story.REVIEWER, instant)
            reason = story.EXCUSED.get((str(month.month), code))
            if reason and flag.breach == Breach.LATE:
                excuse(flag, by=by, now=instant, reason=reason)
            else:
                never = "" if flag.state == FlagState.EXPLAINED else story.CLOSED_UNEXPLAINED
                close(flag, by=by, now=instant, reason=never)

    def _notify(self, month: ReportingMonth, code: str, instant: datetime) -> None:
        person = self.people[code]
        flags = list(Flag.objects.standing().filter(month=month, person=person))
        if flags:
            notify(person, month, flags, by=self._actor(story.REVIEWER, instant), now=instant)

    def _tell_twice(self, month: ReportingMonth, code: str) -> None:
        """Through the head of the unit when the first answer-by has passed; then the officer answers."""
        sent, told = self._day(month, 5, time(9, 30)), self._day(month, 7, time(15, 0))
        if told > self.now:
            return
        self._notify(month, code, sent)
        notice = Notice.objects.get(month=month, person=self.people[code], no=2)
        answer(notice, text=story.TOLD_TWICE_ANSWER, by=self._actor(code, told), now=told)

    def _correct(self, month: ReportingMonth, code: str, instant: datetime) -> None:
        """Two days later what was named is put right or explained; whoever is told twice lets it pass."""
        person = self.people[code]
        lines = Flag.objects.filter(month=month, person=person, state=FlagState.NOTIFIED, item__isnull=False)
        report = MonthlyReport.objects.filter(month=month, person=person).first()
        if instant > self.now or story.TOLD_TWICE.get(str(month.month)) == code:
            return
        if report is None or not lines:
            notice = Notice.objects.get(month=month, person=person)
            answer(notice, text=story.MISSING_ANSWER, by=self._actor(code, instant), now=instant)
            return
        changes: dict[int, Any] = {}
        for flag in lines:
            changes.setdefault(flag.item_id or 0, {}).update(self._correction(flag))
        by = self._actor(code, instant)
        submit(month, person, changes, by=by, now=instant, version=report.version)

    @staticmethod
    def _correction(flag: Flag) -> dict[str, Any]:
        """A line left empty is filled in at plan, with why it was; one below plan is explained."""
        if flag.basis.get("result"):
            return {"explanation": story.CORRECTED_EXPLANATION}
        filled = {"kind": AnswerKind.VALUE, "quantity": Decimal(flag.basis["target"])}
        return filled | {"explanation": story.FILLED_EXPLANATION}

    def _day(self, month: ReportingMonth, days: int, hour: time) -> datetime:
        return at(add_working_days(month.due_on, days, self.holidays), hour)

    def _actor(self, code: str, instant: datetime) -> access.Actor:
        return access.actor_of(self.people[code], day_of(instant))

"""The demo's obstacles: one behind a month off plan, those of the reports, one raised from the field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from config.demo import story
from office import access
from office.access import Actor
from office.calendar import at, day_of
from office.models import Person
from plans.models import PlanItem, ReportingMonth
from reports.actions.obstacles import agree, follow, raise_obstacle, solve
from reports.models import Obstacle
from reports.rules.obstacles import STANDING

MORNING, MEETING, AFTERNOON = time(8, 50), time(10, 30), time(15, 20)


class Obstacles:
    def __init__(self, people: Mapping[str, Person], now: datetime) -> None:
        self.people, self.now = people, now

    def tell(self, month: ReportingMonth) -> None:
        """What happens in the days of a month, before its reports come in."""
        for day, deed, text in story.ON_LEAVE:
            instant = at(day, {"raise": MORNING, "agree": MEETING}.get(deed, AFTERNOON))
            if self._now_in(month, day, instant):
                self._inspection(month, deed, text, instant)
        code, job_no, day, text, tried, help_wanted = story.RAISED_ALONE
        instant = at(day, AFTERNOON)
        if self._now_in(month, day, instant):
            person, item, by = self.people[code], self._item(month, job_no), self._actor(code, instant)
            raise_obstacle(person, item, text=text, tried=tried, help_wanted=help_wanted, by=by, now=instant)

    def end(self, month: ReportingMonth, instant: datetime) -> None:
        """Those that the month's reports told of have been solved by their officers."""
        told = Obstacle.objects.filter(report__month=month, state__in=STANDING, raised_at__lte=instant)
        for obstacle in told.select_related("person").order_by("pk"):
            by = self._actor(obstacle.person.code, instant)
            solve(obstacle, text=story.SOLVED_SINCE, by=by, now=instant)

    def _inspection(self, month: ReportingMonth, deed: str, text: str, instant: datetime) -> None:
        person, own = self.people[story.INSPECTOR], self._actor(story.INSPECTOR, instant)
        if deed == "raise":
            raise_obstacle(person, self._item(month, story.INSPECTION), text=text, by=own, now=instant)
            return
        obstacle = Obstacle.objects.get(person=person, item__job_no=story.INSPECTION, report=None)
        if deed == "agree":
            agree(obstacle, text=text, by=self._actor(story.SECOND_REVIEWER, instant), now=instant)
        else:
            (follow if deed == "follow" else solve)(obstacle, text=text, by=own, now=instant)

    def _item(self, month: ReportingMonth, job_no: str) -> PlanItem:
        return PlanItem.objects.get(plan__fiscal_year=month.fiscal_year_id, job_no=job_no)

    def _actor(self, code: str, instant: datetime) -> Actor:
        return access.actor_of(self.people[code], day_of(instant))

    def _now_in(self, month: ReportingMonth, day: date, instant: datetime) -> bool:
        """Whether ``day`` is of the month and the demo's clock has come to it."""
        return (month.first.year, month.first.month) == (day.year, day.month) and instant <= self.now

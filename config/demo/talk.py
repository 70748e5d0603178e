"""The demo's talk: an objection raised and settled, one still open, a head's comment and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from config.demo import story
from office import access
from office.access import Actor
from office.calendar import Month, at, day_of
from office.models import Office, Person
from plans.models import PlanItem, ReportingMonth
from plans.queries import reporting_month
from reports.actions import talk
from reports.enums import PostKind
from reports.models import Post


class Talk:
    """Told after the months, each word at its own instant; what is still ahead isn't said."""

    def __init__(self, office: Office, people: Mapping[str, Person], now: datetime) -> None:
        self.office, self.people, self.now = office, people, now

    def tell(self) -> None:
        for said in story.POSTS:
            month, item = self._month(said.month), self._item(said.month, said.job_no)
            if month is not None and item is not None and at(said.day, said.hour) <= self.now:
                self._post(said, item, month)
        for comment in story.COMMENTS:
            month, instant = self._month(comment.month), at(comment.day, comment.hour)
            if month is not None and instant <= self.now:
                whose, by = self.people[comment.whose], self._actor(comment.who, instant)
                talk.comment(whose, month, text=comment.text, by=by, now=instant)

    def _post(self, said: story.Said, item: PlanItem, month: ReportingMonth) -> None:
        instant = at(said.day, said.hour)
        by = self._actor(said.who, instant)
        if said.kind == "SETTLE":
            going = Post.objects.filter(item=item, month=month, kind=PostKind.OBJECTION, settled_at=None)
            talk.settle(going.latest("pk"), by=by, now=instant, reason=said.text)
        elif said.kind == "EDIT":
            post = Post.objects.filter(item=item, month=month, author=by.person).latest("pk")
            talk.edit(post, text=said.text, by=by, now=instant, edits=post.edits)
        else:
            talk.post(item, month, kind=said.kind, text=said.text, by=by, now=instant)

    def _month(self, text: str) -> ReportingMonth | None:
        return reporting_month(self.office, Month.parse(text))

    def _item(self, month: str, job_no: str) -> PlanItem | None:
        year = Month.parse(month).fiscal_year
        return PlanItem.objects.filter(
            plan__office=self.office, plan__fiscal_year__year=year, job_no=job_no
        ).first()

    def _actor(self, code: str, instant: datetime) -> Actor:
        return access.actor_of(self.people[code], day_of(instant))

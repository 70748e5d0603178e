"""QuerySets of reports in the office's words."""

from __future__ import annotations

from typing import Any

from django.db import models

from office import access
from reports.enums import FlagState, PostKind


class ReachQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def within(self, actor: access.Actor, perm: access.Perm) -> Any:
        return self.filter(access.reach(actor, perm, self.model))


class ReportQuerySet(ReachQuerySet):
    pass


class ExpectedReportQuerySet(ReachQuerySet):
    def counted(self) -> ExpectedReportQuerySet:
        """Without the waived: the denominator of every rate."""
        return self.filter(waiver="")


class FlagQuerySet(ReachQuerySet):
    def standing(self) -> FlagQuerySet:
        return self.exclude(state=FlagState.CLEARED)

    def standing_or_told(self) -> FlagQuerySet:
        """With those that a notice named and that were put right."""
        named = self.model.notices.through.objects.filter(flag=models.OuterRef("pk"))
        return self.filter(~models.Q(state=FlagState.CLEARED) | models.Exists(named))


class PostQuerySet(ReachQuerySet):
    OPEN = models.Q(kind=PostKind.OBJECTION, settled_at=None)
    """An objection that nobody has settled."""

    def open_objections(self, office_id: int, year: int) -> PostQuerySet:
        """Of a fiscal year (BE): what is to be settled before a round closes."""
        return self.filter(self.OPEN, office_id=office_id, month__fiscal_year__year=year)


class UnlockQuerySet(ReachQuerySet):
    def standing(self) -> UnlockQuerySet:
        """Not revoked; whether its time has passed is for the caller to see."""
        return self.filter(revoked_at=None)

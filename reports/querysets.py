"""QuerySets of reports in the office's words."""

from __future__ import annotations

from typing import Any

from django.db import models

from office import access
from reports.enums import FlagState


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

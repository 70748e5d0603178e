"""The standing flags of one person's month, carried along by the query that finds the month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import JSONField, OuterRef, Subquery
from django.db.models.fields.json import KT

from plans.models import ReportingMonth
from reports.enums import Breach, FlagState
from reports.models import Flag
from reports.queries.in_json import Gathered, Row

ENDED = (FlagState.CLOSED, FlagState.EXCUSED, FlagState.CLEARED)


@dataclass(frozen=True, slots=True)
class LineFlag:
    """A case of one line that hasn't ended, with the figures it stands on as text."""

    item_id: int
    breach: Breach
    state: FlagState
    result: str
    cps: str

    @property
    def pressing(self) -> bool:
        """Something is still to be put right or said."""
        return self.state is not FlagState.EXPLAINED


def line_flags_of(code: Any) -> Subquery:
    """For a query of months: what stands of the lines of the person of this code, for ``line_flags``."""
    rows = Flag.objects.filter(month=OuterRef("pk"), person__code=code, item__isnull=False)
    one = Row("item_id", "breach", "state", KT("basis__result"), KT("basis__cps"))
    listed = rows.exclude(state__in=ENDED).order_by().values("month").annotate(all=Gathered(one))
    return Subquery(listed.values("all"), output_field=JSONField())


def line_flags(month: ReportingMonth) -> list[LineFlag]:
    """Of a month from ``find_month``, in the order of the breaches."""
    order = list(Breach)
    found = [
        LineFlag(item, Breach(breach), FlagState(state), result or "", cps or "")
        for item, breach, state, result, cps in getattr(month, "line_flags", None) or ()
    ]
    return sorted(found, key=lambda flag: (flag.item_id, order.index(flag.breach)))

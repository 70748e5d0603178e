"""The flags of one person's month, carried along by the query that finds the month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Subquery
from django.db.models.fields.json import KT

from office.in_json import gathered
from plans.models import ReportingMonth
from reports.enums import Breach, FlagState
from reports.models import Flag

ENDED = (FlagState.CLOSED, FlagState.EXCUSED, FlagState.CLEARED)


@dataclass(frozen=True, slots=True)
class KnownFlag:
    """A case, with the figures it stands on as text."""

    pk: int
    item_id: int | None
    """None: of the month as a whole."""
    breach: Breach
    state: FlagState
    result: str
    cps: str
    explanation: str

    @property
    def pressing(self) -> bool:
        """Something is still to be put right or said."""
        return self.state is not FlagState.EXPLAINED and self.state not in ENDED


_BASIS = (KT("basis__result"), KT("basis__cps"), KT("basis__explanation"))


def flags_of(**whose: Any) -> Subquery:
    """Of one person's month, the cleared of which nobody was told left out, for the readers below."""
    columns = ("pk", "item_id", "breach", "state", *_BASIS)
    return gathered(Flag.objects.standing_or_told().filter(**whose), "month", *columns)


def _known(month: ReportingMonth) -> list[KnownFlag]:
    rows: Any = getattr(month, "their_flags", None) or ()
    return [
        KnownFlag(pk, item, Breach(breach), FlagState(state), *(text or "" for text in basis))
        for pk, item, breach, state, *basis in rows
    ]


def standing_flags(month: ReportingMonth) -> list[KnownFlag]:
    """Of a month from ``find_month``: of its lines, then of the month as a whole, each as they were made."""
    found = (flag for flag in _known(month) if flag.state is not FlagState.CLEARED)
    return sorted(found, key=lambda flag: (flag.item_id is None, flag.item_id, flag.pk))


def line_flags(month: ReportingMonth) -> dict[int, list[KnownFlag]]:
    """Those of each line that haven't ended, in the order of the breaches."""
    order = list(Breach)
    found: dict[int, list[KnownFlag]] = {}
    for flag in sorted(standing_flags(month), key=lambda flag: order.index(flag.breach)):
        if flag.item_id is not None and flag.state not in ENDED:
            found.setdefault(flag.item_id, []).append(flag)
    return found


def flagged_items(month: ReportingMonth) -> set[int]:
    """Whose explanation says something: with a flag that stands, or that was told of and put right."""
    return {flag.item_id for flag in _known(month) if flag.item_id is not None}

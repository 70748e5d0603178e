"""What a scan does to the flags of a month, and its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from office import audit
from office.access import Actor
from office.audit import Verb
from office.models import AuditEvent, Person
from plans.models import ReportingMonth
from reports.facts import cps_files
from reports.models import Flag


@dataclass(slots=True)
class FlagChanges:
    new: list[Flag] = field(default_factory=list)
    moved: list[Flag] = field(default_factory=list)
    cleared: list[Flag] = field(default_factory=list)
    reopened: int = 0
    history: list[tuple[Verb, Flag, str]] = field(default_factory=list)
    """What happened, to which flag, and the state before ("" for a new one)."""
    reasons: dict[int, str] = field(default_factory=dict)
    """By the id of a cleared flag: what its officer wrote when it was put right."""
    cps: list[tuple[Flag, str]] = field(default_factory=list)
    """Whose figure in CPS is another than before, and what it was."""

    def note_cps(self, flag: Flag, before: str) -> None:
        """A figure that comes or goes is no change of CPS: what was reported may have moved instead."""
        if before and flag.basis["cps"] and flag.basis["cps"] != before:
            self.cps.append((flag, before))

    def entries(
        self, month: ReportingMonth, people: Mapping[int, Person], *, at: datetime, by: Actor
    ) -> Iterator[AuditEvent]:
        """Unsaved; one query more when a figure in CPS changed."""
        file = cps_files(month, at).first() if self.cps else None
        for flag, cps in self.cps:
            _name(flag, month, people)
            after: dict[str, Any] = {"cps": flag.basis["cps"]}
            if file is not None:
                after |= {"file": file.name, "no": file.no}
            yield audit.entry(
                by=by, verb=Verb.FLAG_CPS_CHANGED, subject=flag, at=at, before={"cps": cps}, after=after
            )
        for verb, flag, was in self.history:
            _name(flag, month, people)
            before = {"state": was} if was else None
            after = {"state": flag.state, "item": flag.item_id, **flag.basis}
            reason = self.reasons.get(flag.pk, "") if verb is Verb.FLAG_CLEARED else ""
            yield audit.entry(
                by=by, verb=verb, subject=flag, at=at, before=before, after=after, reason=reason
            )


def said_of(flag: Flag) -> str:
    return str(flag.basis.get("explanation", ""))


def _name(flag: Flag, month: ReportingMonth, people: Mapping[int, Person]) -> None:
    """What its text in the history is made of, without a query a flag."""
    flag.month, flag.person = month, people[flag.person_id]

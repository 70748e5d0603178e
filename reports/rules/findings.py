"""Every breach that is true of a person-month, and what a scan makes of a flag (4.7, 4.9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from reports.enums import Breach, FlagState, Timing
from reports.rules.cases import DECIDED
from reports.rules.lines import Lack, Line, as_text, lacks_of
from reports.rules.months import PersonMonth, timing_of


@dataclass(frozen=True, slots=True)
class Finding:
    breach: Breach
    true_since: datetime
    item_id: int | None = None
    job_no: str = ""
    explained: bool = False
    lacks: tuple[Lack, ...] = ()
    basis: Mapping[str, str] = field(default_factory=dict)
    """The facts it stands on, as text: result, target, explanation; cps where it says otherwise."""
    for_another: bool = False
    """The explanation had to be written for another breach of the line: it answers that one only."""
    told: bool = False
    """A notice asks about it already, under the name that it had then."""


def findings(month: PersonMonth, *, now: datetime, margin: Decimal) -> list[Finding]:
    """Every breach of one expected report that is true at ``now``; none for a waived one."""
    if month.waived:
        return []
    timing = timing_of(month, now=now)
    if timing is Timing.MISSING:
        return [Finding(Breach.MISSING, month.deadline)]
    if month.submitted_at is None:
        return []
    found = []
    if timing is Timing.LATE and month.first_submitted_at is not None:
        found.append(Finding(Breach.LATE, month.first_submitted_at))
    for line in month.lines:
        found.extend(_line_findings(line, month.submitted_at, margin))
    return found


def _line_findings(line: Line, since: datetime, margin: Decimal) -> Iterable[Finding]:
    lacks = lacks_of(line, margin)
    short = line.short_by(margin)
    unlike = _unlike_cps(line)
    if not (lacks or short or unlike):
        return
    basis = {
        "result": as_text(line.result),
        "target": as_text(line.target),
        "explanation": line.said,
        "cps": as_text(line.cps) if _against(line) else "",
    }
    if lacks:
        told = lacks == (Lack.UNANSWERED,) and bool(line.said)
        yield Finding(Breach.INCOMPLETE, since, line.item_id, line.job_no, told, lacks, basis)
    if short:
        yield Finding(Breach.OFF_PLAN, since, line.item_id, line.job_no, line.explained, (), basis)
    if unlike:
        compared = basis | {"result": as_text(line.reported)}
        yield Finding(
            Breach.CPS_MISMATCH,
            since,
            line.item_id,
            line.job_no,
            line.explained,
            for_another=bool(short),
            basis=compared,
        )


def _against(line: Line) -> bool:
    """Whether CPS says otherwise than the line; one that agrees is no fact of another breach.

    So the month's first file re-opens no decision that it bears out.
    """
    return bool(line.cps) if line.reported is None else line.reported != line.cps


def _unlike_cps(line: Line) -> bool:
    if line.cps is None or line.late_instalment or line.reported is None:
        return False
    return line.reported != line.cps


def born(finding: Finding) -> FlagState:
    """Explained at submission: born EXPLAINED (4.9), unless it had to be said of another breach."""
    if finding.explained and not finding.for_another:
        return FlagState.EXPLAINED
    return FlagState.NOTIFIED if finding.told else FlagState.OPEN


def flag_state(
    was: FlagState | None,
    finding: Finding | None,
    *,
    decided_on: Mapping[str, str] | None = None,
    decided: FlagState | None = None,
) -> FlagState | None:
    """The state of a flag after a scan (4.9); None when there is neither a flag nor a reason for one.

    ``decided_on`` is the basis the flag stood on when ``was`` was reached. A CLOSED or EXCUSED flag
    re-opens only when the facts differ from it; a NOTIFIED one that is still true is answered only by a
    new explanation: one given before the notice doesn't answer it, nor beside another figure. An OPEN one is
    answered also by another explanation in place of one that was there. A CLEARED one that had been
    ``decided`` CLOSED or EXCUSED is so again when the same facts are true again.
    """
    if finding is None:
        return None if was is None else FlagState.CLEARED
    fresh = born(finding)
    before, after = dict(decided_on or {}), dict(finding.basis)
    if was is FlagState.CLEARED and decided in DECIDED and before == after:
        return decided
    said_anew = before.get("explanation") != after.get("explanation")
    if was in (None, FlagState.CLEARED, FlagState.OPEN):
        replaced = was is FlagState.OPEN and said_anew and bool(before.get("explanation"))
        return FlagState.EXPLAINED if replaced and finding.explained else fresh
    if was in DECIDED:
        return was if before == after else fresh
    if was is FlagState.NOTIFIED:
        return FlagState.EXPLAINED if finding.explained and said_anew else FlagState.NOTIFIED
    return FlagState.OPEN if said_anew and not finding.explained else FlagState.EXPLAINED

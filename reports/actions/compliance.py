"""The compliance check: who is missing, late, incomplete, off plan, and what flags follow (4.5 to 4.9)."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Case, F, When

from office import access, audit
from office.access import Actor, Perm
from office.audit import Verb
from office.calendar import BANGKOK, Month
from office.errors import NotAllowed
from office.models import Office, Person, Policy
from plans.models import ReportingMonth
from reports.actions.flag_changes import FlagChanges, said_of
from reports.enums import Breach, FlagState, Timing
from reports.facts import Expected, month_facts
from reports.models import ExpectedReport, Flag
from reports.queries import plan_in_force
from reports.rules import DECIDED, Finding, PersonMonth, born, findings, flag_state, timing_of

log = logging.getLogger(__name__)

_FlagKey = tuple[int, str, int | None]
"""Person id, breach, item id."""
_ENDED = (FlagState.CLEARED, *DECIDED)
_STANDS = {FlagState.CLOSED: Verb.FLAG_CLOSED, FlagState.EXCUSED: Verb.FLAG_EXCUSED}
_WHAT_WAS_DECIDED = Case(When(state__in=DECIDED, then=F("state")), default=F("decided_state"))
_MOVED = [
    "state",
    "basis",
    "true_since",
    "noticed_at",
    "changed_at",
    "decided_at",
    "decided_by",
    "decided_reason",
    "decided_state",
]


@dataclass(frozen=True, slots=True)
class Check:
    """What is true of a month at ``as_of``, whatever the state of the cases; people by code, sorted."""

    month: Month
    as_of: datetime
    deadline: datetime
    expected: list[str]
    submitted: list[str]
    missing: list[str]
    late: list[str]
    incomplete: list[dict[str, str]]
    off_plan: list[dict[str, str]]
    cps_mismatch: list[dict[str, Any]]
    opened: int = 0
    cleared: int = 0
    unreadable: list[str] = field(default_factory=list)
    """People whose data couldn't be judged; the log says why. Their flags were left alone."""

    def as_dict(self) -> dict[str, Any]:
        """The JSON of ``check_compliance``."""
        return {
            "month": str(self.month),
            "as_of": _bangkok(self.as_of),
            "deadline": _bangkok(self.deadline),
            "expected": self.expected,
            "submitted": self.submitted,
            "missing": self.missing,
            "late": self.late,
            "incomplete": self.incomplete,
            "off_plan": self.off_plan,
            "cps_mismatch": self.cps_mismatch,
            "opened": self.opened,
            "cleared": self.cleared,
        }


@dataclass(slots=True)
class _Scan:
    """One reading of a month: each expected person's facts and findings."""

    as_of: datetime
    expected: tuple[Expected, ...]
    judged: list[tuple[Expected, PersonMonth, list[Finding]]] = field(default_factory=list)
    unreadable: set[int] = field(default_factory=set)

    def wanted(self) -> dict[_FlagKey, tuple[Expected, Finding]]:
        return {
            (row.person_id, found.breach.value, found.item_id): (row, found)
            for row, _, all_found in self.judged
            for found in all_found
        }

    def said(self) -> dict[tuple[int, int | None], str]:
        """What stands beside each line, by person and item."""
        return {
            (row.person_id, line.item_id): line.said for row, known, _ in self.judged for line in known.lines
        }


@transaction.atomic
def check_month(
    month: ReportingMonth, *, as_of: datetime, by: Actor, store: bool, now: datetime | None = None
) -> Check:
    """Scan one office's month at ``as_of``, ignoring later submissions; with ``store`` reconcile its flags.

    ``now`` is the instant of the scan itself, ``as_of`` when not given. The month's row is locked, so any
    number of scans at once leave the same flags as one. The first stored scan after the deadline writes the
    register. Nothing is stored of a closed month, of one without a plan in force, nor when ``as_of`` is
    earlier than the last stored check, unless that one looked ahead. Raises NotAllowed.
    """
    access.check(by, Perm.COMPLIANCE_CHECK, month)
    month, now = _locked(month), now or as_of
    people = {person.pk: person for person in _names().filter(office_id=month.office_id)}
    scan = _scan(month, as_of=as_of)
    if month.registered_at is not None and not scan.expected:
        month.registered_at = None  # an empty register was written before there was a plan
        scan = _scan(month, as_of=as_of)
    opened = cleared = 0
    if store and _may_store(month, as_of=as_of, now=now):
        registered = _register(month, scan)
        opened, cleared = _reconcile(month, scan, Flag.objects.filter(month=month), people, by=by)
        month.checked_as_of, month.checked_at = as_of, now
        month.save(update_fields=["checked_as_of", "checked_at", "registered_at"])
        if opened or cleared or registered or not by.is_system:
            facts = {"as_of": as_of, "opened": opened, "cleared": cleared, "registered": registered}
            audit.record(by=by, verb=Verb.CHECKED, subject=month, at=as_of, after=facts)
    return _answer(month, scan, people, opened, cleared)


@transaction.atomic
def recheck(month: ReportingMonth, person_id: int, *, by: Actor, now: datetime) -> None:
    """Reconcile one person's flags after a submission; the caller has checked who may.

    The month keeps the instant of its last check: what is judged is that instant or ``now``, whichever is
    later. Nothing happens in a closed month.
    """
    month = _locked(month)
    if month.closed_at is not None:
        return
    scan = _scan(month, as_of=max(now, month.checked_as_of or now), person_id=person_id)
    people = {person.pk: person for person in _names().filter(pk=person_id)}
    standing = Flag.objects.filter(month=month, person_id=person_id)
    _reconcile(month, scan, standing, people, by=by)


def check_due(
    *, as_of: datetime, by: Actor, offices: Collection[Office] | None = None, now: datetime | None = None
) -> Iterator[Check]:
    """Check and store every open month past its deadline, each in a transaction of its own.

    So is one, but not told of, whose deadline had passed and was moved later: its flags are to be cleared.
    A month that fails is logged and the others go on; late or twice it changes nothing. Raises NotAllowed.
    """
    still_open = ReportingMonth.objects.still_open()
    passed = still_open.filter(registered_at__isnull=False, checked_as_of__lte=as_of)
    months = (still_open.past_deadline(as_of) | passed).order_by("office_id", "first")
    if offices is not None:
        months = months.filter(office__in=offices)
    for month in months:
        try:
            check = check_month(month, as_of=as_of, by=by, store=True, now=now)
            if month.grace_end < as_of:
                yield check
        except NotAllowed:
            raise
        except Exception:
            log.exception("compliance check of month %s (office %s) failed", month.first, month.office_id)


def _may_store(month: ReportingMonth, *, as_of: datetime, now: datetime) -> bool:
    """A check of the present goes over one that was made for an instant still to come (design 5)."""
    if month.closed_at is not None or not plan_in_force(month):
        return False
    last = month.checked_as_of
    if last is None or as_of >= last:
        return True
    return as_of == now and month.checked_at is not None and month.checked_at <= now < last


def _locked(month: ReportingMonth) -> ReportingMonth:
    rows = ReportingMonth.objects.select_for_update(of=("self",))
    return rows.select_related("office__policy", "fiscal_year__plan").get(pk=month.pk)


def _names() -> Any:
    return Person.objects.only("pk", "code", "office_id", "name_prefix", "first_name", "last_name").order_by()


def _scan(month: ReportingMonth, *, as_of: datetime, person_id: int | None = None) -> _Scan:
    policy: Policy = getattr(month.office, "policy", None) or Policy(office=month.office)
    facts = month_facts(month, as_of=as_of, person_id=person_id)
    scan = _Scan(as_of, facts.expected)
    for row in facts.expected:
        try:
            known = facts.of(row)
            found = findings(known, now=as_of, margin=policy.off_plan_margin)
        except Exception:
            log.exception("month %s of person %s can't be checked", month.first, row.person_id)
            scan.unreadable.add(row.person_id)
        else:
            scan.judged.append((row, known, found))
    return scan


def _register(month: ReportingMonth, scan: _Scan) -> int:
    """Write one row per expected person, once, at the first scan after the deadline that finds any (4.5)."""
    if month.registered_at is not None or scan.as_of <= month.grace_end or not scan.expected:
        return 0
    ExpectedReport.objects.bulk_create(
        (
            ExpectedReport(
                office_id=month.office_id,
                person_id=row.person_id,
                month=month,
                unit_id=row.unit_id,
                due_at=month.due_at,
            )
            for row in scan.expected
        ),
        batch_size=500,
        ignore_conflicts=True,
    )
    month.registered_at = scan.as_of
    return len(scan.expected)


def _reconcile(
    month: ReportingMonth, scan: _Scan, flags: Any, people: dict[int, Person], *, by: Actor
) -> tuple[int, int]:
    """Open, re-open, move and clear flags; returns how many were opened and how many cleared."""
    standing = {(flag.person_id, flag.breach, flag.item_id): flag for flag in flags.select_for_update()}
    wanted = scan.wanted()
    changes = FlagChanges()
    for key, (row, finding) in wanted.items():
        finding = _as_told(finding, key, standing)
        if key in standing:
            _move(changes, standing[key], finding, at=scan.as_of)
        else:
            _open(changes, month, row, finding, at=scan.as_of)
    said = scan.said()
    for key in standing.keys() - wanted.keys():
        if key[0] not in scan.unreadable:
            _clear(changes, standing[key], said.get((key[0], key[2]), ""))
    Flag.objects.bulk_create(changes.new, batch_size=500)
    Flag.objects.bulk_update(changes.moved, _MOVED, batch_size=200)
    Flag.objects.filter(pk__in=[flag.pk for flag in changes.cleared]).update(
        state=FlagState.CLEARED, changed_at=scan.as_of, decided_state=_WHAT_WAS_DECIDED
    )
    Flag.objects.bulk_update([flag for flag in changes.cleared if flag.pk in changes.reasons], ["basis"])
    audit.record_all(list(changes.entries(month, people, at=scan.as_of, by=by)))
    return len(changes.new) + changes.reopened, len(changes.cleared)


def _as_told(finding: Finding, key: _FlagKey, standing: dict[_FlagKey, Flag]) -> Finding:
    """A breach of the whole report has no line to explain it: the answer to a notice is kept on the flag.

    What was said, or is asked, of a report not sent is said, or asked, of the same report sent late.
    """
    if finding.item_id is not None:
        return finding
    known = [standing[each] for each in (key, (key[0], Breach.MISSING.value, None)) if each in standing]
    said = next((text for each in known if (text := said_of(each))), "")
    if not said:
        return replace(finding, told=any(each.state == FlagState.NOTIFIED for each in known))
    return replace(finding, explained=True, basis={**finding.basis, "explanation": said})


def _open(
    changes: FlagChanges, month: ReportingMonth, row: Expected, finding: Finding, *, at: datetime
) -> None:
    flag = Flag(
        office_id=month.office_id,
        person_id=row.person_id,
        month=month,
        unit_id=row.unit_id,
        breach=finding.breach,
        item_id=finding.item_id,
        state=born(finding),
        basis=dict(finding.basis),
        true_since=finding.true_since,
        noticed_at=at,
        changed_at=at,
    )
    changes.new.append(flag)
    changes.history.append((Verb.FLAG_OPENED, flag, ""))


def _move(changes: FlagChanges, flag: Flag, finding: Finding, *, at: datetime) -> None:
    """Take a standing flag where ``rules.flag_state`` says; its basis is always that of the last scan."""
    was, basis = FlagState(flag.state), dict(finding.basis)
    decided = FlagState(flag.decided_state) if flag.decided_state else None
    state = flag_state(was, finding, decided_on=flag.basis, decided=decided) or was
    if state is was and flag.basis == basis:
        return
    said_before, cps_before, flag.basis = said_of(flag), flag.basis.get("cps", ""), basis
    changes.moved.append(flag)
    if was is not FlagState.CLEARED:
        changes.note_cps(flag, cps_before)
    if state is was:
        if state is FlagState.EXPLAINED and said_of(flag) != said_before:
            changes.history.append((Verb.FLAG_EXPLAINED, flag, was.value))
        return
    flag.state, flag.changed_at = state, at
    if state in DECIDED:
        flag.true_since = finding.true_since
        changes.history.append((_STANDS[state], flag, was.value))
        return
    again = was in _ENDED
    if again:
        flag.true_since, flag.noticed_at = finding.true_since, at
        flag.decided_at, flag.decided_by, flag.decided_reason, flag.decided_state = None, None, "", ""
        changes.reopened += 1
    told = state is FlagState.EXPLAINED and not again
    changes.history.append((Verb.FLAG_EXPLAINED if told else Verb.FLAG_OPENED, flag, was.value))


def _clear(changes: FlagChanges, flag: Flag, said: str) -> None:
    """With what its officer ``said`` anew; a decided one keeps the facts that it was decided on."""
    was = FlagState(flag.state)
    if flag_state(was, None) is not was:
        if said and said != said_of(flag) and was not in DECIDED:
            changes.reasons[flag.pk] = said
            flag.basis = {**flag.basis, "explanation": said}
        flag.state = FlagState.CLEARED
        changes.cleared.append(flag)
        changes.history.append((Verb.FLAG_CLEARED, flag, was.value))


def _answer(
    month: ReportingMonth, scan: _Scan, people: dict[int, Person], opened: int, cleared: int
) -> Check:
    timing = {row.person_id: timing_of(known, now=scan.as_of) for row, known, _ in scan.judged}
    counted = [row.person_id for row in scan.expected if not row.waived]

    def codes(ids: Iterable[int]) -> list[str]:
        return sorted(people[pk].code for pk in ids)

    def lines(breach: Breach) -> list[tuple[str, Finding]]:
        pairs = [
            (people[row.person_id].code, found)
            for row, _, all_found in scan.judged
            for found in all_found
            if found.breach is breach
        ]
        return sorted(pairs, key=lambda pair: (pair[0], pair[1].job_no))

    def named(breach: Breach) -> list[dict[str, str]]:
        return [{"person": code, "job_no": found.job_no} for code, found in lines(breach)]

    return Check(
        month=month.month,
        as_of=scan.as_of,
        deadline=month.grace_end,
        expected=codes(counted),
        submitted=codes(pk for pk in counted if timing.get(pk) in (Timing.ON_TIME, Timing.LATE)),
        missing=codes(pk for pk in counted if timing.get(pk) is Timing.MISSING),
        late=codes(pk for pk in counted if timing.get(pk) is Timing.LATE),
        incomplete=named(Breach.INCOMPLETE),
        off_plan=named(Breach.OFF_PLAN),
        cps_mismatch=[
            {
                "person": code,
                "job_no": found.job_no,
                "reported": _number(found.basis["result"]),
                "cps": _number(found.basis["cps"]),
            }
            for code, found in lines(Breach.CPS_MISMATCH)
        ],
        opened=opened,
        cleared=cleared,
        unreadable=codes(scan.unreadable),
    )


def _number(text: str) -> int | float:
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def _bangkok(instant: datetime) -> str:
    return instant.astimezone(BANGKOK).isoformat(timespec="seconds")

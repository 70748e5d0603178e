"""One person's month as pages and actions need it: shares, answers, what was submitted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, JSONField, OuterRef, Subquery

from office.calendar import Month
from office.models import Policy
from plans.enums import PlanState
from plans.models import MonthlyShare, PlanItem, ReportingMonth
from plans.queries import IN_FORCE
from reports.answers import EMPTY, FIELDS, LineAnswer
from reports.enums import AnswerKind
from reports.facts import standing_before
from reports.models import (
    ExpectedReport,
    MonthlyReport,
    Notice,
    ReportLine,
    ReportVersion,
    SubmittedLine,
    Unlock,
)
from reports.queries.evidence import gathered, pieces_in
from reports.queries.flags import line_flags_of
from reports.queries.in_json import Row as InJson
from reports.queries.in_json import instant
from reports.queries.rows import Item, MonthOfPerson, Reported, Row

HISTORY_MONTHS = 12


ITEM_FIELDS = ("id", "job_no", "name", "counting_unit", "aggregation", "direction", "sort_order")


def find_month(office_id: int, month: Month, code: str) -> ReportingMonth | None:
    """With its office, policy and plan, and what is known of the person of this code, in one query.

    ``waived``; ``commented``; ``unlocked_until`` and ``unlocked_reason``, None unless an unlock that wasn't
    revoked has the last word; ``ever_unlocked``, the id of who was, None for never; ``told_pk``, ``told_no``,
    ``told_at``, ``told_until`` and ``told_answered`` of their newest notice, None without one; ``evidence``,
    all they ever attached; ``line_flags``, for ``line_flags()``.
    """
    waivers = ExpectedReport.objects.filter(month=OuterRef("pk"), person__code=code).exclude(waiver="")
    found = ReportingMonth.objects.select_related("office__policy", "fiscal_year__plan")
    told = Notice.objects.filter(month=OuterRef("pk"), person__code=code).order_by("-no")
    newest = told.annotate(row=InJson("pk", "no", "sent_at", "answer_by", "answered_at")).values("row")[:1]
    said = Exists(ReportingMonth.objects.filter(pk=OuterRef("pk"), comments__person__code=code))
    unlocks = Unlock.objects.filter(month=OuterRef("pk"), person__code=code)
    last = unlocks.order_by(F("revoked_at").asc(nulls_first=True), "-until")
    opened = last.annotate(row=InJson("person_id", "until", "reason", "revoked_at")).values("row")[:1]
    known = {"waived": Exists(waivers), "commented": said, "evidence": gathered(code)}
    known |= {"line_flags": line_flags_of(code), "told": Subquery(newest, output_field=JSONField())}
    found = found.annotate(unlocked=Subquery(opened, output_field=JSONField()), **known)
    wanted = next(iter(found.filter(office_id=office_id, first=month.first)), None)
    if wanted is not None:
        wanted.evidence = pieces_in(wanted.evidence)
        _unfold(wanted, wanted.told or [None] * 5, wanted.unlocked or [None] * 4)
    return wanted


def _unfold(month: Any, told: Sequence[Any], unlocked: Sequence[Any]) -> None:
    """What was told and opened, as attributes: one subquery costs a fifth of five."""
    month.ever_unlocked, until, reason, revoked = unlocked
    month.unlocked_until = instant(until) if until and not revoked else None
    month.unlocked_reason = reason if month.unlocked_until else None
    month.told_pk, month.told_no, *instants = told
    month.told_at, month.told_until, month.told_answered = (each and instant(each) for each in instants)


def kept_open(month: ReportingMonth) -> datetime | None:
    """Of a month from ``find_month``: until when a notice or an unlock keeps it open for its person."""
    until = (getattr(month, "told_until", None), getattr(month, "unlocked_until", None))
    return max(filter(None, until), default=None)


def policy_for(month: ReportingMonth) -> Policy:
    """The office's policy, free when the month came from ``find_month``; the usual one when none is set."""
    return getattr(month.office, "policy", None) or Policy(office=month.office)


def plan_in_force(month: ReportingMonth) -> bool:
    plan = getattr(month.fiscal_year, "plan", None)
    return plan is not None and plan.state in IN_FORCE


def plan_state(month: ReportingMonth) -> PlanState | None:
    plan = getattr(month.fiscal_year, "plan", None)
    return PlanState(plan.state) if plan is not None else None


def report_and_lines(
    month: ReportingMonth, person_id: int
) -> tuple[MonthlyReport | None, dict[int, ReportLine]]:
    """One query when something is written, two when not."""
    written = ReportLine.objects.filter(report__person_id=person_id, report__month=month)
    lines = list(written.select_related("report__last_version"))
    if lines:
        return lines[0].report, {line.item_id: line for line in lines}
    return _report(month, person_id), {}


def read_month(month: ReportingMonth, person_id: int, *, as_sent: bool = False) -> MonthOfPerson:
    """Three queries, four while nothing is written. ``as_sent``: as in the last version, not in the draft."""
    if as_sent:
        report = _report(month, person_id)
        rows = [row.as_sent for row in rows_of(month, person_id, {})]
        return MonthOfPerson(month, person_id, report, rows)
    report, drafts = report_and_lines(month, person_id)
    answers = {item_id: LineAnswer.of(line) for item_id, line in drafts.items()}
    return MonthOfPerson(month, person_id, report, rows_of(month, person_id, answers))


def _report(month: ReportingMonth, person_id: int) -> MonthlyReport | None:
    reports = MonthlyReport.objects.select_related("last_version")
    return reports.filter(person_id=person_id, month=month).first()


def rows_of(month: ReportingMonth, person_id: int, answers: Mapping[int, LineAnswer]) -> list[Row]:
    """Every item with a share that month in a plan in force, and what else was answered; in plan order."""
    items, targets = _shares(month, person_id)
    reported = _reported(month, person_id)
    sent = {each.item_id: each for each in reported if each.month == month.first}
    before = [each for each in reported if each.month < month.first]
    wanted = {item_id for item_id, months in targets.items() if month.first in months}
    wanted |= {item_id for item_id, answer in answers.items() if not answer.empty} | set(sent)
    items |= _items(wanted - items.keys())
    margin = policy_for(month).off_plan_margin
    year_of, job_of = _by_item(before), _by_job(before)
    rows = []
    for item_id in wanted:
        item, months = items[item_id], targets.get(item_id, {})
        rows.append(
            Row(
                item=item,
                target=months.get(month.first),
                answer=answers.get(item_id, EMPTY),
                sent=sent[item_id].answer if item_id in sent else None,
                sent_target=sent[item_id].target if item_id in sent else None,
                margin=margin,
                targets_before=[
                    (first, quantity) for first, quantity in months.items() if first < month.first
                ],
                results_before=year_of.get(item_id, []),
                history=job_of.get((item.job_no, item.counting_unit), []),
            )
        )
    return sorted(rows, key=lambda row: (row.unplanned and row.target is None, row.item.sort_order))


def version_rows(month: ReportingMonth, version: ReportVersion) -> list[Row]:
    """What one version said, whatever came after; all as it was known when it was submitted. 3 queries."""
    margin = policy_for(month).off_plan_margin
    lines = SubmittedLine.objects.filter(version=version).select_related("item").order_by("item__sort_order")
    standing = standing_before(month, version.submitted_at).filter(report__person=version.report.person_id)
    earlier = SubmittedLine.objects.filter(version__in=standing)
    before = _by_item(_read_reported(earlier, "version__report__month__first"))
    return [
        Row(
            item=Item.of(getattr(line.item, name) for name in ITEM_FIELDS),
            target=line.target,
            answer=LineAnswer.of(line),
            sent=None,
            margin=margin,
            targets_before=[
                (each.month, each.target) for each in before[line.item_id] if each.target is not None
            ],
            results_before=before[line.item_id],
        )
        for line in lines
    ]


def _shares(month: ReportingMonth, person_id: int) -> tuple[dict[int, Item], dict[int, dict[date, Decimal]]]:
    rows = (
        MonthlyShare.objects.in_force()
        .filter(
            person_id=person_id, month__fiscal_year_id=month.fiscal_year_id, month__first__lte=month.first
        )
        .order_by("month__first")
        .values_list("month__first", "quantity", *(f"item__{name}" for name in ITEM_FIELDS))
    )
    items: dict[int, Item] = {}
    targets: dict[int, dict[date, Decimal]] = defaultdict(dict)
    for first, quantity, *values in rows:
        item_id = values[0]
        if item_id not in items:
            items[item_id] = Item.of(values)
        targets[item_id][first] = quantity
    return items, targets


def _reported(month: ReportingMonth, person_id: int) -> list[Reported]:
    """Of the last versions of this month and the twelve before it, oldest first."""
    since = month.month.shift(-HISTORY_MONTHS).first
    lines = SubmittedLine.objects.filter(
        version__last_of__person_id=person_id, version__last_of__month__first__range=(since, month.first)
    )
    return _read_reported(lines, "version__last_of__month__first")


def _read_reported(lines: Any, first: str) -> list[Reported]:
    """``first`` leads to the first day of the line's month."""
    names = ("item_id", "item__job_no", "item__counting_unit", "target", *FIELDS)
    rows = lines.order_by(first).values_list(first, *names)
    return [
        Reported(first, item_id, job_no, unit, target, LineAnswer(AnswerKind(kind), *rest))
        for first, item_id, job_no, unit, target, kind, *rest in rows
    ]


def _items(missing: set[int]) -> dict[int, Item]:
    if not missing:
        return {}
    rows = PlanItem.objects.filter(pk__in=missing).values_list(*ITEM_FIELDS)
    return {values[0]: Item.of(values) for values in rows}


def _by_item(reported: list[Reported]) -> dict[int, list[Reported]]:
    found: dict[int, list[Reported]] = defaultdict(list)
    for each in reported:
        found[each.item_id].append(each)
    return found


def _by_job(reported: list[Reported]) -> dict[tuple[str, str], list[Reported]]:
    found: dict[tuple[str, str], list[Reported]] = defaultdict(list)
    for each in reported:
        found[each.job_no, each.counting_unit].append(each)
    return found

"""One person's month as pages and actions need it: shares, answers, what was submitted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DateField, QuerySet

from office.models import Policy
from office.prepared import Given, Prepared
from plans.enums import PlanState
from plans.models import MonthlyShare, PlanItem, ReportingMonth
from plans.queries import IN_FORCE
from reports.answers import EMPTY, FIELDS, LineAnswer
from reports.enums import AnswerKind
from reports.facts import standing_before
from reports.models import (
    MonthlyReport,
    ReportLine,
    ReportVersion,
    SubmittedLine,
)
from reports.queries.rows import Item, MonthOfPerson, Reported, Row

HISTORY_MONTHS = 12


ITEM_FIELDS = ("id", "job_no", "name", "counting_unit", "aggregation", "direction", "sort_order")


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
    lines = _LINES(person=person_id, month=month.pk)
    if lines:
        return lines[0].report, {line.item_id: line for line in lines}
    return _report(month, person_id), {}


def _lines() -> QuerySet[ReportLine]:
    written = ReportLine.objects.filter(report__person=Given("person"), report__month=Given("month"))
    return written.select_related("report__last_version")


_LINES = Prepared(_lines)


def read_sent(month: ReportingMonth, person_id: int) -> MonthOfPerson:
    """As in the last version, not in the draft; of a month from ``find_month``. Two queries."""
    rows = [row.as_sent for row in rows_of(month, person_id, {})]
    return MonthOfPerson(month, person_id, getattr(month, "mine", None), rows)


def read_month(month: ReportingMonth, person_id: int) -> MonthOfPerson:
    """As in the draft. Three queries, four while nothing is written."""
    report, drafts = report_and_lines(month, person_id)
    answers = {item_id: LineAnswer.of(line) for item_id, line in drafts.items()}
    return MonthOfPerson(month, person_id, report, rows_of(month, person_id, answers))


def _report(month: ReportingMonth, person_id: int) -> MonthlyReport | None:
    return next(iter(_REPORT(person=person_id, month=month.pk)), None)


def _its_report() -> QuerySet[MonthlyReport]:
    reports = MonthlyReport.objects.select_related("last_version")
    return reports.filter(person=Given("person"), month=Given("month"))


_REPORT = Prepared(_its_report)


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
    before = _by_item(_as_reported(_columns_of(earlier, "version__report__month__first")))
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
    rows = _SHARES(person=person_id, year=month.fiscal_year_id, last=month.first)
    items: dict[int, Item] = {}
    targets: dict[int, dict[date, Decimal]] = defaultdict(dict)
    for first, quantity, *values in rows:
        item_id = values[0]
        if item_id not in items:
            items[item_id] = Item.of(values)
        targets[item_id][first] = quantity
    return items, targets


def _of_the_year() -> QuerySet[MonthlyShare]:
    shares = MonthlyShare.objects.in_force().filter(
        person=Given("person"),
        month__fiscal_year=Given("year"),
        month__first__lte=Given("last", DateField()),
    )
    columns = ("month__first", "quantity", *(f"item__{name}" for name in ITEM_FIELDS))
    return shares.order_by("month__first").values_list(*columns)


_SHARES = Prepared(_of_the_year)


def _reported(month: ReportingMonth, person_id: int) -> list[Reported]:
    """Of the last versions of this month and the twelve before it, oldest first."""
    since = month.month.shift(-HISTORY_MONTHS).first
    return _as_reported(_REPORTED(person=person_id, since=since, last=month.first))


def _last_sent() -> Any:
    between = (Given("since", DateField()), Given("last", DateField()))
    lines = SubmittedLine.objects.filter(
        version__last_of__person=Given("person"), version__last_of__month__first__range=between
    )
    return _columns_of(lines, "version__last_of__month__first")


_REPORTED = Prepared(_last_sent)


def _columns_of(lines: Any, first: str) -> Any:
    """For ``_as_reported``; ``first`` leads to the first day of the line's month."""
    names = ("item_id", "item__job_no", "item__counting_unit", "target", *FIELDS)
    return lines.order_by(first).values_list(first, *names)


def _as_reported(rows: Iterable[Sequence[Any]]) -> list[Reported]:
    """Oldest first."""
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

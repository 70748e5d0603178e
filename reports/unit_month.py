"""A unit's month on one page: what each of its people submitted, in a constant number of queries.

Figures and words are those of each report's last version; a draft is nobody's to read but its author's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Q

from office.models import Policy, Unit
from office.queries import policy_of
from plans.enums import Aggregation
from plans.models import MonthlyShare, ReportingMonth
from reports.answers import FIELDS, LineAnswer, WholeAnswer
from reports.dashboard import Board, BoardRow
from reports.enums import AnswerKind
from reports.models import Evidence, MonthComment, MonthlyReport, ReportVersion, SubmittedLine
from reports.queries import ITEM_FIELDS, Item, Reported, Row
from reports.talk_reads import comments_of


@dataclass(slots=True)
class Member:
    """One person's month as the head of the unit reads it."""

    row: BoardRow
    rows: list[Row]
    version: ReportVersion | None
    whole: WholeAnswer
    """What was sent of the month as a whole: work outside the plan, self-rating and lesson."""
    evidence: int
    said: list[MonthComment]

    @property
    def below(self) -> int:
        return sum(row.below for row in self.rows)


@dataclass(slots=True)
class UnitMonth:
    unit: Unit
    board: Board
    people: list[Member]

    @property
    def totals(self) -> Counter[str]:
        """Of the people's lines with a plan: planned, reached, below, open; and what is beside the plan."""
        counted: Counter[str] = Counter()
        for each in self.people:
            planned = [row for row in each.rows if row.target]
            counted["planned"] += len(planned)
            counted["below"] += sum(row.below for row in planned)
            counted["reached"] += sum(row.result is not None and not row.below for row in planned)
            counted["unplanned"] += len(each.whole.works) + sum(row.target is None for row in each.rows)
            counted["evidence"] += each.evidence
        counted["open"] = counted["planned"] - counted["below"] - counted["reached"]
        return counted


@dataclass(slots=True)
class _Facts:
    """Everything read of the people, by their id."""

    versions: dict[int, ReportVersion] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)
    shares: dict[int, dict[int, Decimal]] = field(default_factory=lambda: defaultdict(dict))
    sent: dict[int, dict[int, Reported]] = field(default_factory=lambda: defaultdict(dict))
    before: dict[tuple[int, int], list[Reported]] = field(default_factory=lambda: defaultdict(list))
    evidence: Counter[int] = field(default_factory=Counter)


def unit_month(unit: Unit, board: Board) -> UnitMonth:
    """``board`` is the dashboard's month; seven queries more, whatever the number of people."""
    month, mine = board.month, board.of_unit(unit.pk)
    ids = [row.person_id for row in mine.rows]
    if not ids:
        return UnitMonth(unit, mine, [])
    facts, policy = _read(month, ids), policy_of(month.office)
    said = comments_of(month, ids)
    return UnitMonth(unit, mine, [_person(row, facts, policy, said) for row in mine.rows])


def _person(row: BoardRow, facts: _Facts, policy: Policy, said: dict[int, list[MonthComment]]) -> Member:
    who = row.person_id
    version = facts.versions.get(who)
    shares, sent = facts.shares.get(who, {}), facts.sent.get(who, {})
    lines = []
    for item_id in shares.keys() | sent.keys():
        told = sent.get(item_id)
        line = Row(
            item=facts.items[item_id],
            target=told.target if told else shares.get(item_id),
            answer=told.answer if told else LineAnswer(),
            sent=told.answer if told else None,
            margin=policy.off_plan_margin,
            results_before=facts.before.get((who, item_id), []),
        )
        lines.append(line)
    lines.sort(key=lambda line: (line.target is None, line.item.sort_order))
    return Member(
        row=row,
        rows=lines,
        version=version,
        whole=WholeAnswer.of(version),
        evidence=facts.evidence[who],
        said=said.get(who, []),
    )


def _read(month: ReportingMonth, ids: Collection[int]) -> _Facts:
    facts = _Facts()
    reports = MonthlyReport.objects.filter(Q(month=month, person__in=ids), last_version__isnull=False)
    for report in reports.select_related("last_version"):
        if report.last_version is not None:
            facts.versions[report.person_id] = report.last_version
    _read_shares(month, ids, facts)
    _read_sent(month, facts)
    _read_before(month, ids, facts)
    facts.evidence.update(_evidence(month, ids, facts.versions))
    return facts


def _read_shares(month: ReportingMonth, ids: Collection[int], facts: _Facts) -> None:
    names = (f"item__{name}" for name in ITEM_FIELDS)
    rows = MonthlyShare.objects.in_force().filter(month=month, person__in=ids)
    for who, quantity, *values in rows.values_list("person_id", "quantity", *names):
        facts.items.setdefault(values[0], Item.of(values))
        facts.shares[who][values[0]] = quantity


def _read_sent(month: ReportingMonth, facts: _Facts) -> None:
    who_of = {version.pk: who for who, version in facts.versions.items()}
    names = tuple(f"item__{name}" for name in ITEM_FIELDS)
    rows = SubmittedLine.objects.filter(version__in=list(who_of)).values_list(
        "version_id", "target", *names, *FIELDS
    )
    for version, target, *rest in rows:
        values, answer = rest[: len(names)], rest[len(names) :]
        item = facts.items.setdefault(values[0], Item.of(values))
        facts.sent[who_of[version]][item.id] = _reported(month.first, item.id, target, answer)


def _read_before(month: ReportingMonth, ids: Collection[int], facts: _Facts) -> None:
    """Of running totals only: what earlier months of the year had reached, where "nothing" leaves it."""
    running = [pk for pk, item in facts.items.items() if item.aggregation is not Aggregation.SUM]
    of = "version__last_of__"
    rows = SubmittedLine.objects.filter(
        Q(
            **{
                f"{of}person__in": ids,
                f"{of}month__fiscal_year": month.fiscal_year_id,
                f"{of}month__first__lt": month.first,
            }
        ),
        item__in=running,
    ).order_by(f"{of}month__first")
    columns = (f"{of}person_id", f"{of}month__first", "item_id", "target")
    for who, first, item_id, target, *answer in rows.values_list(*columns, *FIELDS):
        facts.before[who, item_id].append(_reported(first, item_id, target, answer))


def _reported(first: date, item_id: int, target: Decimal | None, answer: list[object]) -> Reported:
    kind, *rest = answer
    return Reported(first, item_id, "", "", target, LineAnswer(AnswerKind(str(kind)), *rest))  # type: ignore[arg-type]


def _evidence(
    month: ReportingMonth, ids: Collection[int], versions: dict[int, ReportVersion]
) -> Counter[int]:
    """What came with the last submission: added by then, and not taken away before it."""
    rows = Evidence.objects.filter(Q(person__in=ids, report__month=month)).filter(
        Q(removed_at=None) | Q(removed_at__gt=F("report__submitted_at")),
        added_at__lte=F("report__submitted_at"),
    )
    return Counter(who for who in rows.order_by().values_list("person_id", flat=True) if who in versions)

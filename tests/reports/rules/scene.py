"""Rules of a report, by table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from plans.enums import Aggregation, Direction
from reports.enums import AnswerKind, Breach
from reports.rules import (
    Finding,
    Line,
    PersonMonth,
    findings,
)

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
NO_MARGIN = Decimal(0)


def line(target: int | None = 10, result: int | None = None, **facts: object) -> Line:
    """A line with a figure when ``result`` is given; ``facts`` are fields of Line."""
    if result is not None:
        facts |= {"kind": AnswerKind.VALUE, "quantity": Decimal(result)}
    return Line(1, "สสจ. 1", None if target is None else Decimal(target), **facts)


def sent(*lines: Line, at: datetime = DUE, **facts: object) -> PersonMonth:
    values = {"first_submitted_at": at, "first_deadline": DUE, "submitted_at": at, "lines": lines} | facts
    return PersonMonth(DUE, **values)


def breaches(month: PersonMonth, *, now: datetime = DUE + DAY, margin: Decimal = NO_MARGIN) -> list[Breach]:
    return [found.breach for found in findings(month, now=now, margin=margin)]


GOOD = line(10, 10)
NOTHING = {"kind": AnswerKind.NOTHING}
UNAVAILABLE = {"kind": AnswerKind.NOT_AVAILABLE, "unavailable_reason": "รอข้อมูลจากสหกรณ์"}
LATEST = {"aggregation": Aggregation.LATEST}
HIGHEST = {"aggregation": Aggregation.MAX}
LESS = {"direction": Direction.LESS}


def finding(*, explained: bool = False, **basis: str) -> Finding:
    return Finding(
        Breach.OFF_PLAN, DUE, 1, "สสจ. 1", explained, (), {"result": "9.00", "explanation": ""} | basis
    )


UNEXPLAINED, EXPLAINED = finding(), finding(explained=True, explanation="เลื่อนนัด")

"""Warnings that ask: a figure that may well be right, but is unlike what is usual (look, words; RP8)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from office.enums import Labelled
from plans.enums import Aggregation
from reports.enums import AnswerKind
from reports.rules.lines import Line

TIMES = 3
"""How many times the last month's result, or the plan, a figure may reach before it is asked about."""
HUNDRED = Decimal(100)
PERCENT = "ร้อยละ"
WHOLE_UNITS = {"คน", "ราย", "แห่ง", "ครั้ง", "เรื่อง", "ฉบับ", "กลุ่ม", "สหกรณ์", "โครงการ", "เครือข่าย", "ระบบ", "รุ่น"}
"""Units that count whole things; "ราย/คน" counts them too. Money, areas and weights may have fractions."""


class Ask(Labelled):
    MANY_TIMES_LAST = "MANY_TIMES_LAST", f"ผลตั้งแต่ {TIMES} เท่าของเดือนก่อนขึ้นไป"
    MANY_TIMES_PLAN = "MANY_TIMES_PLAN", f"ผลตั้งแต่ {TIMES} เท่าของแผนขึ้นไป"
    FALLEN = "FALLEN", "ผลสะสมน้อยกว่าเดือนก่อน"
    OVER_HUNDRED = "OVER_HUNDRED", "เกินร้อยละ 100"
    FRACTION = "FRACTION", "ผลไม่เป็นจำนวนเต็ม"


QUESTION = "ถูกต้องแล้วใช่ไหม"


@dataclass(frozen=True, slots=True)
class Asked:
    """One line's figure and what is asked about it."""

    item_id: int
    job_no: str
    quantity: Decimal
    asks: tuple[Ask, ...]


def asks_of(line: Line, *, last: Decimal | None, counting_unit: str) -> tuple[Ask, ...]:
    """``last`` is the last month's figure. What the plan itself expects is never asked about."""
    if line.kind is not AnswerKind.VALUE or line.quantity is None:
        return ()
    figure, expected = line.quantity, line.target or Decimal(0)
    found = []
    if line.aggregation is Aggregation.LATEST and line.previous is not None and figure < line.previous:
        found.append(Ask.FALLEN)
    if last and figure >= TIMES * last and figure > expected:
        found.append(Ask.MANY_TIMES_LAST)
    elif expected and figure >= TIMES * expected:
        found.append(Ask.MANY_TIMES_PLAN)
    if counting_unit == PERCENT and figure > HUNDRED:
        found.append(Ask.OVER_HUNDRED)
    if _whole(expected) and not _whole(figure) and counts_whole_things(counting_unit):
        found.append(Ask.FRACTION)
    return tuple(found)


def counts_whole_things(counting_unit: str) -> bool:
    return all(part.strip() in WHOLE_UNITS for part in counting_unit.split("/"))


def _whole(figure: Decimal) -> bool:
    return figure % 1 == 0

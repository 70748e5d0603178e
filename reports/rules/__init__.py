"""Every decision about a monthly report: pure, no clock, no database (design rules 4.4 to 4.10)."""

from reports.rules.asks import Ask, Asked, asks_of
from reports.rules.cases import (
    CASE_MOVES,
    DECIDED,
    NOTICES,
    UNEXPLAINED,
    Told,
    decide_refusal,
    lacks_reason,
    may_be_named,
    notice_refusal,
    unaddressed,
)
from reports.rules.findings import Finding, born, findings, flag_state
from reports.rules.lines import ZERO, Lack, Line, idle_texts, lacks_of, sending_lacks
from reports.rules.months import (
    MOVES,
    Deed,
    PersonMonth,
    handling_refusal,
    has_come,
    row_state,
    taking_refusal,
    timing_of,
    unlock_refusal,
)
from reports.rules.whole import WorkLack, work_lacks
from reports.rules.window import Window

__all__ = [
    "CASE_MOVES",
    "DECIDED",
    "MOVES",
    "NOTICES",
    "UNEXPLAINED",
    "ZERO",
    "Ask",
    "Asked",
    "Deed",
    "Finding",
    "Lack",
    "Line",
    "PersonMonth",
    "Told",
    "Window",
    "WorkLack",
    "asks_of",
    "born",
    "decide_refusal",
    "findings",
    "flag_state",
    "handling_refusal",
    "has_come",
    "idle_texts",
    "lacks_of",
    "lacks_reason",
    "may_be_named",
    "notice_refusal",
    "row_state",
    "sending_lacks",
    "taking_refusal",
    "timing_of",
    "unaddressed",
    "unlock_refusal",
    "work_lacks",
]

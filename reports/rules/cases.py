"""What people do about a breach: notify, answer, close, excuse (4.9, 4.10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from office.thai import instant_text
from reports.enums import Breach, FlagState
from reports.rules.lines import Lack, Line, as_text
from reports.rules.months import second

CASE_MOVES: dict[FlagState, dict[str, FlagState]] = {
    FlagState.OPEN: {
        "notify": FlagState.NOTIFIED,
        "answer": FlagState.EXPLAINED,
        "close": FlagState.CLOSED,
        "excuse": FlagState.EXCUSED,
    },
    FlagState.NOTIFIED: {"notify": FlagState.NOTIFIED, "answer": FlagState.EXPLAINED},
    FlagState.EXPLAINED: {
        "notify": FlagState.NOTIFIED,
        "close": FlagState.CLOSED,
        "excuse": FlagState.EXCUSED,
    },
}
"""What people do to a flag (4.9); what a scan does is ``flag_state``. See ``decide_refusal`` for NOTIFIED."""


DECIDED = (FlagState.CLOSED, FlagState.EXCUSED)
UNEXPLAINED = (FlagState.OPEN, FlagState.NOTIFIED)


NOTICES = 2
"""Notices a person-month; after them the director's list (4.10)."""


@dataclass(frozen=True, slots=True)
class Told:
    """The newest notice of a person-month."""

    no: int
    answer_by: datetime
    answered: bool

    def waits(self, now: datetime) -> bool:
        return not self.answered and not self.passed(now)

    def passed(self, now: datetime) -> bool:
        return second(now) > self.answer_by

    def exhausted(self, now: datetime) -> bool:
        """Told for the last time and the answer-by has passed: on the director's list if not answered."""
        return self.no >= NOTICES and self.passed(now)


def unaddressed(line: Line, breach: Breach, told: Mapping[str, str], margin: Decimal) -> Lack | None:
    """Why the line doesn't answer a notice that named it (4.10); None when it does.

    ``told`` is the basis of the flag as it was named: result and explanation, as text. Put right or not, the
    line needs another reason than stood there, unless its cause went without the officer.
    """
    if line.said and line.said != told.get("explanation", ""):
        return None
    unlike = breach is Breach.CPS_MISMATCH
    still = _bears_out(line, breach, margin)
    if as_text(line.reported if unlike else line.result) == told.get("result", ""):
        return Lack.NOT_ADDRESSED if still else None
    if line.said:
        return Lack.OLD_REASON
    return Lack.STILL_UNLIKE_CPS if unlike and still else Lack.NO_WORD


def _bears_out(line: Line, breach: Breach, margin: Decimal) -> bool:
    if breach is Breach.CPS_MISMATCH:
        return line.cps is not None and line.reported != line.cps
    if breach is Breach.INCOMPLETE and line.result is None:
        return line.target is not None and not line.late_instalment
    return bool(line.short_by(margin))


def may_be_named(state: FlagState, last: Told | None, *, now: datetime) -> bool:
    """Whether a notice sent now may name a flag: not an ended one, nor any while an answer is awaited."""
    return "notify" in CASE_MOVES.get(state, {}) and not (last is not None and last.waits(now))


def notice_refusal(last: Told | None, *, now: datetime, closed: bool) -> str:
    """Why no further notice can be sent about a person-month, in Thai; empty when it can (4.10).

    The second is for what the first left open: while an answer is awaited, what is found since waits too.
    """
    if closed:
        return "เดือนนี้ปิดแล้ว ตัวเลขถูกตรึงไว้ แจ้งให้แก้ไขไม่ได้ แต่ยังปิดเรื่องหรือผ่อนผันได้"
    if last is not None and last.no >= NOTICES:
        waits = f"รอคำตอบถึง {instant_text(last.answer_by)} " if last.waits(now) else ""
        told = f"แจ้งครบ {NOTICES} ครั้งแล้ว เดือนนี้แจ้งอีกไม่ได้"
        return f"{told} {waits}เรื่องที่ยังเปิดอยู่หรือชี้แจงแล้วปิดเรื่องหรือผ่อนผันได้"
    if last is not None and last.waits(now):
        return f"แจ้งครั้งที่ {last.no} แล้ว รอคำตอบถึง {instant_text(last.answer_by)} เรื่องที่พบใหม่แจ้งได้หลังจากนั้น"
    return ""


def lacks_reason(state: FlagState, move: str, reason: str) -> str:
    """Why a decision needs a reason, in Thai; empty when it has one or needs none (4.9).

    Nobody explained what is OPEN or NOTIFIED: who closes it says why.
    """
    if reason:
        return ""
    if move == "excuse":
        return "ระบุเหตุผลที่ผ่อนผัน"
    return "ระบุเหตุผลที่ปิดเรื่อง เพราะไม่มีคำชี้แจง" if state in UNEXPLAINED else ""


def decide_refusal(
    state: FlagState, move: str, last: Told | None, *, now: datetime, closed: bool = False
) -> str:
    """Why a case can't be closed or excused now, in Thai; empty when it can (4.9).

    One that was notified waits for its explanation, until the last notice that can be sent has passed
    unanswered (in a closed month that is the one that was sent): else it could never end.
    """
    if move in CASE_MOVES.get(state, {}):
        return ""
    if state is FlagState.NOTIFIED:
        if last is not None and (last.exhausted(now) or (closed and last.passed(now))):
            return ""
        return "แจ้งเจ้าหน้าที่แล้ว รอคำชี้แจงก่อนจึงปิดเรื่องหรือผ่อนผันได้"
    return f"เรื่องนี้{state.label}ไปแล้ว"

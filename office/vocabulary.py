"""How a state or a flag is shown: one Thai word, one icon, one tone. Pure.

The two axes of an expected report (its state and its timing) become one word by the first row
that is true; both axes stay in the page's data attributes.
"""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("none", "waived", "expected", "draft", "submitted", "returned", "accepted")
TIMINGS = ("pending", "on-time", "late", "missing")
PLACES = ("list", "page", "cell")
TONES = ("ok", "info", "warn", "bad", "back", "mute")
NEVER_SUBMITTED = ("expected", "draft")


class UnknownWordError(ValueError):
    """A page asked to show a state, timing, flag or tone that does not exist."""


@dataclass(frozen=True)
class Shown:
    """``key`` names the row; ``word`` is for lists, ``page_word`` elsewhere, ``cell_word`` in a grid cell."""

    key: str
    icon: str
    word: str
    cell_word: str
    tone: str
    page_word: str = ""

    def word_in(self, place: str) -> str:
        known(place, PLACES)
        if place == "cell":
            return self.cell_word
        return self.page_word or self.word if place == "page" else self.word


NONE = Shown("none", "dash", "ไม่มีแผน", "–", "none")
WAIVED = Shown("waived", "dash-circle", "ยกเว้น", "เว้น", "mute")
EXPECTED = Shown("expected", "circle", "ยังไม่เริ่ม", "รอส่ง", "mute")
DRAFT = Shown("draft", "pencil-square", "ร่าง", "ร่าง", "mute")
MISSING = Shown("missing", "x-octagon-fill", "ยังไม่ส่ง", "ขาด", "bad")
RETURNED = Shown("returned", "arrow-return-left", "ส่งกลับแก้ไข", "แก้", "back")
LATE_WAITING = Shown("late", "clock-history", "ส่งช้า รอตรวจ", "ช้า", "warn")
LATE_ACCEPTED = Shown("late", "clock-history", "ส่งช้า ตรวจรับแล้ว", "ช้า", "warn")
ACCEPTED = Shown("accepted", "check-circle-fill", "ตรวจรับแล้ว", "รับ", "ok")
ON_TIME = Shown("on-time", "check-lg", "รอตรวจ", "ตรง", "info", page_word="ส่งตรงเวลา")
SUBMITTED = Shown("submitted", "hourglass-split", "รอตรวจ", "รอตรวจ", "info")

UNANSWERED = Shown("unanswered", "circle", "ยังไม่กรอก", "–", "mute")
ANSWERED = Shown("answered", "check-lg", "กรอกครบ", "ครบ", "ok")
BELOW = Shown("below", "graph-down-arrow", "ต่ำกว่าแผน", "ต่ำ", "warn")
UNADDRESSED = Shown("unaddressed", "exclamation-triangle-fill", "ต้องชี้แจงตามบันทึกแจ้ง", "แจง", "warn")
LINES = {shown.key: shown for shown in (UNANSWERED, ANSWERED, BELOW, UNADDRESSED)}

FLAGS = {
    "MISSING": Shown("MISSING", "x-octagon-fill", "ยังไม่ส่ง", "ขาด", "bad"),
    "LATE": Shown("LATE", "clock-history", "ส่งช้า", "ช้า", "warn"),
    "INCOMPLETE": Shown("INCOMPLETE", "circle-half", "ไม่ครบถ้วน", "ไม่ครบ", "back"),
    "OFF_PLAN": Shown("OFF_PLAN", "graph-down-arrow", "ไม่เป็นไปตามแผน", "ต่ำ", "warn"),
    "CPS_MISMATCH": Shown("CPS_MISMATCH", "intersect", "ไม่ตรงกับ CPS", "CPS", "info"),
}
LIVES = {
    "OPEN": "เปิดอยู่",
    "NOTIFIED": "แจ้งแล้ว",
    "EXPLAINED": "ชี้แจงแล้ว",
    "CLOSED": "ปิดแล้ว",
    "EXCUSED": "ผ่อนผัน",
    "CLEARED": "หมดเหตุ",
}
ENDED = ("CLOSED", "EXCUSED", "CLEARED")

OBSTACLES = {
    "OPEN": Shown("OPEN", "question-circle", "รอแนวทางแก้ไข", "รอ", "warn"),
    "AGREED": Shown("AGREED", "signpost-split", "มีแนวทางแล้ว", "มี", "info"),
    "SOLVED": Shown("SOLVED", "check-circle-fill", "แก้ไขแล้ว", "แก้", "ok"),
    "WITHDRAWN": Shown("WITHDRAWN", "dash-circle", "ยกเลิก", "เลิก", "mute"),
}


def known(word: str, words: tuple[str, ...]) -> str:
    """The word itself; raises UnknownWordError when it is none of ``words``."""
    if word not in words:
        raise UnknownWordError(f"{word!r} is none of {', '.join(words)}")
    return word


def report_state(state: str, timing: str) -> Shown:
    """The one word of an expected report.

    ``state`` and ``timing`` in any case, "_" as good as "-". Raises UnknownWordError for a word that
    does not exist and for two that exclude each other.
    """
    state = known(_plain(state), STATES)
    timing = known(_plain(timing), TIMINGS)
    if state in ("none", "waived"):
        return NONE if state == "none" else WAIVED
    never = state in NEVER_SUBMITTED
    if never != (timing == "missing") and timing != "pending":
        raise UnknownWordError(f"{state!r} excludes {timing!r}")
    if never:
        return MISSING if timing == "missing" else EXPECTED if state == "expected" else DRAFT
    if state == "returned":
        return RETURNED
    if timing == "late":
        return LATE_ACCEPTED if state == "accepted" else LATE_WAITING
    if state == "accepted":
        return ACCEPTED
    return ON_TIME if timing == "on-time" else SUBMITTED


def _plain(word: str) -> str:
    return word.lower().replace("_", "-")


def flag(breach: str) -> Shown:
    return FLAGS[known(breach.upper(), tuple(FLAGS))]


def flag_life(state: str, notices: int = 0) -> str:
    """Where the flag's case stands, e.g. "แจ้งแล้ว ครั้งที่ 2"."""
    state = known(state.upper(), tuple(LIVES))
    return f"{LIVES[state]} ครั้งที่ {notices}" if state == "NOTIFIED" and notices else LIVES[state]


def ended(state: str) -> bool:
    return known(state.upper(), tuple(LIVES)) in ENDED


def obstacle(state: str) -> Shown:
    return OBSTACLES[known(state.upper(), tuple(OBSTACLES))]

"""The life of an obstacle: who may do what and when, and what a submission makes of it (RP9, MT9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from office.enums import Labelled
from office.thai import normalize
from reports.enums import ObstacleState

MOVES: dict[ObstacleState, dict[str, ObstacleState]] = {
    ObstacleState.OPEN: {
        "agree": ObstacleState.AGREED,
        "solve": ObstacleState.SOLVED,
        "withdraw": ObstacleState.WITHDRAWN,
    },
    ObstacleState.AGREED: {"solve": ObstacleState.SOLVED, "withdraw": ObstacleState.WITHDRAWN},
    ObstacleState.SOLVED: {"reopen": ObstacleState.OPEN},
    ObstacleState.WITHDRAWN: {"reopen": ObstacleState.OPEN},
}
STANDING = (ObstacleState.OPEN, ObstacleState.AGREED)
"""Neither solved nor withdrawn: its texts can be changed and steps added."""


class Act(Labelled):
    """What people do to an obstacle once it is raised."""

    CHANGE = "change", "แก้ไขรายละเอียด"
    FOLLOW = "follow", "บันทึกการดำเนินการ"
    AGREE = "agree", "บันทึกแนวทางแก้ไข"
    SOLVE = "solve", "แก้ไขแล้ว"
    WITHDRAW = "withdraw", "ยกเลิกเรื่อง"
    REOPEN = "reopen", "เปิดอีกครั้ง"


def who_refusal(act: Act, *, own: bool, manages: bool) -> str:
    """Why it is not for this person to do, in Thai; empty when it is.

    The words are those of who met the obstacle; what is agreed the admin unit writes; the rest either does.
    """
    if act is Act.CHANGE:
        return "" if own else "ผู้แจ้งเท่านั้นที่แก้ไขรายละเอียดของเรื่องนี้"
    if act is Act.AGREE:
        return "" if manages else "ฝ่ายบริหารทั่วไปเป็นผู้บันทึกแนวทางแก้ไข"
    return "" if own or manages else f"ผู้แจ้งหรือฝ่ายบริหารทั่วไปเท่านั้นที่{act.label}ได้"


def when_refusal(act: Act, state: ObstacleState) -> str:
    """Why it can't be done in this state, in Thai; empty when it can."""
    possible = state in STANDING if act in (Act.CHANGE, Act.FOLLOW) else act.value in MOVES[state]
    if possible:
        return ""
    if state in STANDING:
        return "เรื่องนี้ยังไม่สิ้นสุด" if act is Act.REOPEN else f"เรื่องนี้{state.label} บันทึกการดำเนินการต่อได้"
    return f"เรื่องนี้สิ้นสุดแล้ว ({state.label}) เปิดอีกครั้งก่อนจึงทำต่อได้"


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an obstacle: by a line of a report, or as it is kept."""

    text: str = ""
    tried: str = ""
    help_wanted: str = ""

    @property
    def empty(self) -> bool:
        return not self.key

    @property
    def key(self) -> str:
        """To compare by: the same words in another spelling or spacing are the same obstacle."""
        return normalize(self.text)

    def says_as(self, other: Said) -> bool:
        mine, theirs = (self.text, self.tried, self.help_wanted), (other.text, other.tried, other.help_wanted)
        return [normalize(text) for text in mine] == [normalize(text) for text in theirs]


class News(Enum):
    """What a submission makes of the obstacle of one line."""

    NOTHING = "nothing"
    RAISE = "raise"
    CHANGE = "change"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


def news(before: Said, now: Said, state: ObstacleState | None, *, shared: bool, told: bool) -> News:
    """Compare what a line says now with what the submission before it said.

    ``state`` is that of the line's obstacle, None when it has none. ``told``: the same words about the same
    work are an obstacle already that stood when the report was first sent. ``shared``: others have acted on
    it, so it isn't the report's alone to withdraw. What people did to it on its own page stands as long as
    the line says what it said.
    """
    if state is None:
        return News.NOTHING if now.empty or told else News.RAISE
    if now.empty:
        gone = not before.empty and state is ObstacleState.OPEN and not shared
        return News.WITHDRAW if gone else News.NOTHING
    if now.says_as(before):
        return News.NOTHING
    if state in STANDING:
        return News.CHANGE
    return News.NOTHING if now.key == before.key else News.REOPEN

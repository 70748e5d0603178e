"""The bench's own arithmetic: medians, ratios, verdicts, the table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

HEADINGS = ("row", "measured", "in", "goal", "", "queries", "goal", "", "detail")


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. ``value`` is in ``unit``: T, x (times its yardstick), MiB or A."""

    name: str
    label: str
    value: float
    unit: str
    goal: float | None = None
    queries: int | None = None
    queries_goal: int | None = None
    detail: str = ""

    @property
    def met(self) -> bool | None:
        return None if self.goal is None else self.value <= self.goal

    @property
    def queries_met(self) -> bool | None:
        if self.queries is None or self.queries_goal is None:
            return None
        return self.queries <= self.queries_goal

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"met": self.met, "queries_met": self.queries_met}

    def cells(self) -> tuple[str, ...]:
        return (
            self.label,
            f"{self.value:.0f}" if self.unit == "MiB" else f"{self.value:.2f}",
            self.unit,
            "" if self.goal is None else f"{self.goal:g}",
            verdict(self.met),
            "" if self.queries is None else str(self.queries),
            "" if self.queries_goal is None else str(self.queries_goal),
            verdict(self.queries_met),
            self.detail,
        )


def verdict(met: bool | None) -> str:  # noqa: FBT001
    return "" if met is None else "met" if met else "NOT MET"


def ratio(times: Sequence[float], yardstick: Sequence[float]) -> float:
    """Median over median. Both need at least one time, the yardstick a positive one."""
    return median(times) / median(yardstick)


def milliseconds(times: Sequence[float]) -> str:
    """The median and the middle half of times in seconds, for a person to judge the noise by."""
    ordered = sorted(times)
    low, high = ordered[len(ordered) // 4], ordered[(3 * len(ordered)) // 4]
    return f"{1000 * median(ordered):.1f} ms ({1000 * low:.1f}-{1000 * high:.1f})"


def table(rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as their widest cell; figures to the right."""
    lines = [HEADINGS, *rows]
    widths = [max(len(line[n]) for line in lines) for n in range(len(HEADINGS))]
    return "\n".join("  ".join(_aligned(line, widths)).rstrip() for line in lines)


def _aligned(line: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    for n, (cell, width) in enumerate(zip(line, widths, strict=True)):
        yield cell.rjust(width) if n in (1, 3, 5, 6) else cell.ljust(width)

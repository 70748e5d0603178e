"""Reads of obstacles: the register, what is one's own, what waits for the next meeting."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet

from office import thai
from office.access import Actor, Perm, reach
from office.models import Unit
from plans.models import PlanItem
from reports.enums import ObstacleState
from reports.models import Obstacle, ObstacleStep
from reports.rules.obstacles import STANDING

LONGEST_SEARCH = 100
MOST_WORDS = 8
_SEARCHED = (
    "text",
    "tried",
    "help_wanted",
    "item__job_no",
    "item__name",
    "person__first_name",
    "person__last_name",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the register; empty is all."""

    state: str = ""
    unit: int | None = None
    mine: bool = False
    words: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Wish:
        """As an address says it; what can't be is as if it weren't asked."""
        state, unit = asked.get("state", "").upper(), asked.get("unit", "")
        return cls(
            state=state if state in list(ObstacleState) else "",
            unit=int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 19 else None,
            mine=asked.get("mine") == "1",
            words=" ".join(asked.get("q", "").split())[:LONGEST_SEARCH],
        )

    def but(self, **changes: Any) -> Wish:
        return replace(self, **changes)

    @property
    def params(self) -> dict[str, str]:
        asked = {
            "q": self.words,
            "state": self.state.lower(),
            "unit": str(self.unit or ""),
            "mine": "1" if self.mine else "",
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of each state, as far as the rest of a wish goes; all of them, and one's own."""

    states: dict[ObstacleState, int]
    all: int
    mine: int


def register(actor: Actor, wish: Wish) -> QuerySet[Obstacle]:
    """Newest first."""
    rows = _found(actor, wish).filter(_of_state(wish), _of_person(actor, wish))
    return rows.select_related("person", "unit", "item").order_by("-raised_at", "-pk")


def counts(actor: Actor, wish: Wish) -> Counts:
    """One query. Each number is that of the rows shown when its filter is chosen."""
    of_state, of_person, mine = _of_state(wish), _of_person(actor, wish), Q(person=actor.id)
    wanted = {state.value: Count("pk", filter=of_person & Q(state=state)) for state in ObstacleState}
    numbers = (
        _found(actor, wish)
        .order_by()
        .aggregate(
            **wanted,
            all=Count("pk", filter=of_state),
            mine=Count("pk", filter=of_state & mine),
        )
    )
    return Counts({state: numbers[state.value] for state in ObstacleState}, numbers["all"], numbers["mine"])


def standing_of(actor: Actor) -> QuerySet[Obstacle]:
    """One's own that have not ended, those without a way out first."""
    rows = Obstacle.objects.filter(person=actor.id, state__in=STANDING).select_related("item")
    return rows.order_by("-state", "-raised_at", "-pk")


def last_raised(person_id: int) -> int:
    """The number of a person's newest one, 0 when there is none: what was typed before it has been kept."""
    last = Obstacle.objects.filter(person=person_id).order_by("-pk").values_list("pk", flat=True)
    return last.first() or 0


def standing_counts(actor: Actor) -> tuple[int, int]:
    """One's own that have not ended, and all within reach without a way out yet; one query."""
    numbers = (
        Obstacle.objects.within(actor, Perm.OBSTACLE_VIEW)
        .order_by()
        .aggregate(
            mine=Count("pk", filter=Q(person=actor.id, state__in=STANDING)),
            open=Count("pk", filter=Q(state=ObstacleState.OPEN)),
        )
    )
    return numbers["mine"], numbers["open"]


def awaiting_a_way_out(office_id: int) -> list[Obstacle]:
    """Of the whole office, in the order of its units, then the oldest first; one query."""
    rows = Obstacle.objects.filter(office=office_id, state=ObstacleState.OPEN)
    rows = rows.select_related("person", "unit", "item")
    return list(rows.order_by("unit__sort_order", "unit_id", "raised_at", "pk"))


def within_reach(actor: Actor) -> QuerySet[Obstacle]:
    """For one page: everything it shows."""
    rows = Obstacle.objects.filter(reach(actor, Perm.OBSTACLE_VIEW, Obstacle))
    return rows.select_related("person", "unit", "item__plan__fiscal_year", "report__month")


def steps_of(obstacle: Obstacle) -> QuerySet[ObstacleStep]:
    return obstacle.steps.select_related("by")


def units_of(office_id: int) -> QuerySet[Unit]:
    return Unit.objects.filter(office=office_id).order_by("sort_order", "pk")


def own_items(person_id: int, year: int, *, also: Collection[int] = ()) -> QuerySet[PlanItem]:
    """Items of plans in force in which the person has a share: those of a fiscal year (BE), and ``also``."""
    own = PlanItem.objects.in_force().filter(shares__person=person_id)
    wanted = Q(plan__fiscal_year__year=year) | Q(pk__in=list(also))
    return own.filter(wanted).order_by("plan__fiscal_year__year", "sort_order").distinct()


def _found(actor: Actor, wish: Wish) -> QuerySet[Obstacle]:
    rows: QuerySet[Obstacle] = Obstacle.objects.within(actor, Perm.OBSTACLE_VIEW)
    if wish.unit is not None:
        rows = rows.filter(unit=wish.unit)
    for word in thai.normalize(wish.words).split()[:MOST_WORDS]:
        rows = rows.filter(_says(word))
    return rows


def _says(word: str) -> Q:
    """Thai is written without spaces, so a word is found inside others; digits of both kinds are alike."""
    found = Q()
    for spelling in {word, thai.to_thai(word)}:
        for name in _SEARCHED:
            found |= Q(**{f"{name}__icontains": spelling})
        found |= Q(pk__in=ObstacleStep.objects.filter(text__icontains=spelling).values("obstacle"))
    return found


def _of_state(wish: Wish) -> Q:
    return Q(state=wish.state) if wish.state else Q(pk__isnull=False)


def _of_person(actor: Actor, wish: Wish) -> Q:
    return Q(person=actor.id) if wish.mine else Q(pk__isnull=False)

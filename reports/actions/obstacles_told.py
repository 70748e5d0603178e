"""What a submission tells of obstacles: each line makes or updates its own, without retyping (RP9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q

from office import audit
from office.access import Actor
from office.audit import Verb
from office.models import AuditEvent
from reports.actions.obstacles import (
    LABELS,
    changed_words,
    facts_of,
    said_of,
    set_state,
    spelled,
    write,
)
from reports.answers import LineAnswer
from reports.enums import ObstacleState, ObstacleStepKind
from reports.models import MonthlyReport, Obstacle, ObstacleStep
from reports.queries import Row
from reports.rules.obstacles import News, Said, news

BATCH = 500
_VERBS = {
    News.RAISE: Verb.OBSTACLE_RAISED,
    News.CHANGE: Verb.OBSTACLE_CHANGED,
    News.WITHDRAW: Verb.OBSTACLE_ENDED,
    News.REOPEN: Verb.OBSTACLE_REOPENED,
}
_KINDS = {
    News.RAISE: ObstacleStepKind.RAISED,
    News.CHANGE: ObstacleStepKind.CHANGED,
    News.WITHDRAW: ObstacleStepKind.WITHDRAWN,
    News.REOPEN: ObstacleStepKind.REOPENED,
}
Key = tuple[int, int]
"""Report and item."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One report with what its last submission said and what is submitted now, by plan item."""

    report: MonthlyReport
    before: Mapping[int, LineAnswer]
    now: Mapping[int, LineAnswer]


@dataclass(slots=True)
class _Told:
    """What the last two submissions say, by line, and the obstacles that are there."""

    now: dict[Key, Said]
    before: dict[Key, Said]
    own: dict[Key, Obstacle] = field(default_factory=dict)
    shared: set[int] = field(default_factory=set)
    """Obstacles on which others have acted."""
    alike: dict[tuple[int, int, str], list[datetime | None]] = field(default_factory=dict)
    """Person, item and words → when each obstacle that says so ended."""


def from_report(report: MonthlyReport, rows: Iterable[Row], *, by: Actor, now: datetime) -> list[AuditEvent]:
    """Call it inside the transaction of a submission; ``rows`` are those that were submitted.

    What it returns is history for the caller to record.
    """
    rows = list(rows)
    sent = {row.item.id: row.sent for row in rows if row.sent is not None}
    telling = Telling(report, sent, {row.item.id: row.answer for row in rows})
    return from_reports([telling], by=by, now=now)


def from_reports(tellings: Iterable[Telling], *, by: Actor, now: datetime) -> list[AuditEvent]:
    """The same for many at once: a constant number of queries, none when no line tells of any."""
    tellings = list(tellings)
    told = _Told(
        now={key: said for each in tellings for key, said in _lines(each, each.now)},
        before={key: said for each in tellings for key, said in _lines(each, each.before)},
    )
    if not told.now and not told.before:
        return []
    by_id = {each.report.pk: each.report for each in tellings}
    _obstacles(told, by_id)
    made: list[tuple[News, Obstacle, Said]] = []
    for key in dict.fromkeys([*told.now, *told.before]):
        found = _news_of(told, by_id[key[0]], key[1])
        if found is not News.NOTHING:
            obstacle = told.own.get(key) or _new(by_id[key[0]], key[1])
            made.append((found, obstacle, told.now.get(key, Said())))
    return _store(made, by_id, by=by, now=now) if made else []


def _lines(telling: Telling, answers: Mapping[int, LineAnswer]) -> Iterator[tuple[Key, Said]]:
    for item_id, answer in answers.items():
        if answer.obstacle:
            said = spelled(answer.obstacle, answer.solution, answer.help_wanted)
            if not said.empty:
                yield (telling.report.pk, item_id), said


def _obstacles(told: _Told, reports: dict[int, MonthlyReport]) -> None:
    """The reports' own, and what the same people said of the same work elsewhere, in one query."""
    people = {report.person_id for report in reports.values()}
    said_of_work = Q(person__in=people, item__in={item_id for _, item_id in told.now})
    for obstacle in Obstacle.objects.select_for_update().filter(Q(report__in=reports) | said_of_work):
        if obstacle.report_id in reports:
            told.own[obstacle.report_id or 0, obstacle.item_id or 0] = obstacle
        place = (obstacle.person_id, obstacle.item_id or 0, said_of(obstacle).key)
        told.alike.setdefault(place, []).append(obstacle.ended_at)
    gone = [told.own[key].pk for key in told.before.keys() - told.now.keys() if key in told.own]
    if gone:
        others = ObstacleStep.objects.filter(obstacle__in=gone, by__isnull=False)
        others = others.exclude(by=F("obstacle__person")).exclude(
            kind__in=[ObstacleStepKind.RAISED, ObstacleStepKind.CHANGED]
        )
        told.shared = set(others.values_list("obstacle_id", flat=True))


def _news_of(told: _Told, report: MonthlyReport, item_id: int) -> News:
    key = (report.pk, item_id)
    says, own = told.now.get(key, Said()), told.own.get(key)
    ends = told.alike.get((report.person_id, item_id, says.key), [])
    stood = any(end is None or end >= _first(report) for end in ends)
    state = ObstacleState(own.state) if own else None
    shared = own is not None and own.pk in told.shared
    found = news(told.before.get(key, Said()), says, state, shared=shared, told=stood)
    if found is News.CHANGE and own is not None and said_of(own).says_as(says):
        return News.NOTHING
    return found


def _first(report: MonthlyReport) -> datetime:
    assert report.first_submitted_at is not None, "a submitted report"
    return report.first_submitted_at


def _new(report: MonthlyReport, item_id: int) -> Obstacle:
    return Obstacle(
        office_id=report.office_id,
        person_id=report.person_id,
        unit_id=report.unit_id,
        item_id=item_id,
        report=report,
        version=0,
    )


def _store(
    made: list[tuple[News, Obstacle, Said]],
    reports: dict[int, MonthlyReport],
    *,
    by: Actor,
    now: datetime,
) -> list[AuditEvent]:
    """Everything that was found, with its step; returns its lines of history."""
    befores = [{} if found is News.RAISE else facts_of(obstacle) for found, obstacle, _ in made]
    texts = [
        _apply(found, obstacle, said, reports[obstacle.report_id or 0], now=now)
        for found, obstacle, said in made
    ]
    changed = [obstacle for found, obstacle, _ in made if found is not News.RAISE]
    Obstacle.objects.bulk_create(
        [obstacle for found, obstacle, _ in made if found is News.RAISE], batch_size=BATCH
    )
    fields = [*LABELS, "state", "version", "changed_at", "ended_at"]
    Obstacle.objects.bulk_update(changed, fields, batch_size=BATCH)
    steps, events = [], []
    for (found, obstacle, _), before, text in zip(made, befores, texts, strict=True):
        steps.append(
            ObstacleStep(
                obstacle=obstacle, kind=_KINDS[found], text=text, at=obstacle.changed_at, by=by.person
            )
        )
        events.append(_event(found, obstacle, before, by=by, now=now))
    ObstacleStep.objects.bulk_create(steps, batch_size=BATCH)
    return events


def _apply(found: News, obstacle: Obstacle, said: Said, report: MonthlyReport, *, now: datetime) -> str:
    """Change the unsaved record; returns the text of the step. Its instant is that of the submission."""
    at = min(report.submitted_at or now, now)
    obstacle.version += 1
    if found is News.RAISE:
        obstacle.raised_at = obstacle.changed_at = at
        write(obstacle, said)
        return said.text
    obstacle.changed_at = at = max(at, obstacle.changed_at)
    if found is News.WITHDRAW:
        set_state(obstacle, ObstacleState.WITHDRAWN, at=at)
        return f"รายงานฉบับที่ {report.submissions} ไม่มีปัญหาอุปสรรคนี้แล้ว"
    words = changed_words(said_of(obstacle), said)
    write(obstacle, said)
    if found is News.REOPEN:
        set_state(obstacle, ObstacleState.OPEN, at=at)
        return f"รายงานฉบับที่ {report.submissions} แจ้งปัญหานี้ด้วยข้อความใหม่"
    return words


def _event(
    found: News, obstacle: Obstacle, before: dict[str, object], *, by: Actor, now: datetime
) -> AuditEvent:
    return audit.entry(
        by=by, verb=_VERBS[found], subject=obstacle, at=now, before=before, after=facts_of(obstacle)
    )

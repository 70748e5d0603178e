"""What people do to an obstacle: raise it any day, change its words, follow it, end it, open it again.

A closed month doesn't stop an obstacle's life; nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from office import access, audit
from office.access import Actor, Perm
from office.audit import Verb
from office.calendar import day_of
from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import Membership, Person
from office.thai import respell
from plans.models import PlanItem, Share
from reports.actions.telling import tell
from reports.enums import ObstacleState, ObstacleStepKind
from reports.models import Obstacle, ObstacleStep
from reports.rules.obstacles import MOVES, STANDING, Act, Said, when_refusal, who_refusal

LONGEST = 4000
"""Characters of one text."""
SHOWN_OF_TEXT = 150
"""Characters of it in a message."""
LABELS = {
    "text": "ปัญหาอุปสรรค",
    "tried": "สิ่งที่ทำไปแล้ว",
    "help_wanted": "ความช่วยเหลือที่ต้องการ",
}
_KINDS = {
    Act.AGREE: ObstacleStepKind.AGREED,
    Act.SOLVE: ObstacleStepKind.SOLVED,
    Act.WITHDRAW: ObstacleStepKind.WITHDRAWN,
    Act.REOPEN: ObstacleStepKind.REOPENED,
}
_VERBS = {
    Act.AGREE: Verb.OBSTACLE_FOLLOWED,
    Act.SOLVE: Verb.OBSTACLE_ENDED,
    Act.WITHDRAW: Verb.OBSTACLE_ENDED,
    Act.REOPEN: Verb.OBSTACLE_REOPENED,
}
_EMPTY = {
    Act.FOLLOW: "เขียนสิ่งที่ดำเนินการก่อนบันทึก",
    Act.AGREE: "เขียนแนวทางแก้ไขก่อนบันทึก",
    Act.SOLVE: "เขียนผลการแก้ไขก่อนปิดเรื่อง",
    Act.WITHDRAW: "เขียนเหตุผลก่อนยกเลิกเรื่อง",
    Act.REOPEN: "เขียนเหตุผลก่อนเปิดเรื่องอีกครั้ง",
}


@transaction.atomic
def raise_obstacle(
    person: Person,
    item: PlanItem | None,
    *,
    text: str,
    tried: str = "",
    help_wanted: str = "",
    by: Actor,
    now: datetime,
) -> Obstacle:
    """One's own, any day, with or without a plan item of one's own; no report is needed.

    The same words about the same work while they stand are the obstacle that is there already, so a double
    click is one. Raises NotAllowed and Invalid.
    """
    said = _said(text, tried, help_wanted)
    obstacle = Obstacle(office_id=person.office_id, person=person, item=item)
    access.check(by, Perm.OBSTACLE_RAISE, obstacle)
    if item is not None and not Share.objects.filter(item=item, person=person).exists():
        raise Invalid("เลือกงานของคุณในแผน", {"item": "เลือกงานของคุณในแผน"})
    Person.objects.select_for_update().get(pk=person.pk)  # one after another: see the double click
    standing = Obstacle.objects.filter(person=person, item=item, state__in=STANDING)
    for known in standing.select_related("person", "unit", "item"):
        if said_of(known).key == said.key:
            return known
    serving = Membership.objects.serving(day_of(now)).filter(person=person).order_by("pk").first()
    if serving is None:
        raise NotAllowedNow("ผู้แจ้งยังไม่สังกัดกลุ่มใด กำหนดกลุ่มงานก่อนจึงแจ้งปัญหาอุปสรรคได้")
    obstacle.unit_id = serving.unit_id
    obstacle.raised_at = obstacle.changed_at = now
    write(obstacle, said)
    obstacle.save()
    _step(obstacle, ObstacleStepKind.RAISED, said.text, by=by, now=now)
    after = facts_of(obstacle) | ({"job_no": item.job_no} if item else {})
    audit.record(by=by, verb=Verb.OBSTACLE_RAISED, subject=obstacle, at=now, after=after)
    _tell_helpers(obstacle, "แจ้งปัญหาอุปสรรค", key="raised", by=by, now=now)
    return obstacle


@transaction.atomic
def change(
    obstacle: Obstacle,
    *,
    text: str,
    tried: str = "",
    help_wanted: str = "",
    by: Actor,
    now: datetime,
    version: int,
) -> Obstacle:
    """Other words, by who met it, while it stands. The same words change nothing.

    Raises NotAllowed, NotAllowedNow, Invalid, and Stale when it was changed since ``version``.
    """
    said = _said(text, tried, help_wanted)
    obstacle = _locked(obstacle, Act.CHANGE, by=by)
    kept = said_of(obstacle)
    if kept == said:
        return obstacle
    if obstacle.version != version:
        raise Stale("มีการแก้ไขเรื่องนี้จากที่อื่นก่อนคุณ")
    before = facts_of(obstacle)
    _refuse_now(obstacle, Act.CHANGE)
    write(obstacle, said)
    _keep(obstacle, now=now)
    _step(obstacle, ObstacleStepKind.CHANGED, changed_words(kept, said), by=by, now=now)
    was, became = _differences(before, facts_of(obstacle))
    audit.record(by=by, verb=Verb.OBSTACLE_CHANGED, subject=obstacle, at=now, before=was, after=became)
    return obstacle


@transaction.atomic
def follow(obstacle: Obstacle, *, text: str, by: Actor, now: datetime) -> Obstacle:
    """What was done about it since. The same twice from one person is one step."""
    text = _reason(Act.FOLLOW, text)
    obstacle = _locked(obstacle, Act.FOLLOW, by=by)
    if _said_last(obstacle, ObstacleStepKind.TRIED, text, by=by):
        return obstacle
    _refuse_now(obstacle, Act.FOLLOW)
    obstacle.changed_at = now
    obstacle.save(update_fields=["changed_at"])
    _step(obstacle, ObstacleStepKind.TRIED, text, by=by, now=now)
    audit.record(
        by=by,
        verb=Verb.OBSTACLE_FOLLOWED,
        subject=obstacle,
        at=now,
        after={"state": obstacle.state},
        reason=text,
    )
    _tell_owner(obstacle, ObstacleStepKind.TRIED, by=by, now=now)
    return obstacle


def agree(obstacle: Obstacle, *, text: str, by: Actor, now: datetime) -> Obstacle:
    """The way out that was agreed on, as the admin unit writes it."""
    return _move(obstacle, Act.AGREE, text, by=by, now=now)


def solve(obstacle: Obstacle, *, text: str, by: Actor, now: datetime) -> Obstacle:
    """Solved, with the result."""
    return _move(obstacle, Act.SOLVE, text, by=by, now=now)


def withdraw(obstacle: Obstacle, *, reason: str, by: Actor, now: datetime) -> Obstacle:
    return _move(obstacle, Act.WITHDRAW, reason, by=by, now=now)


def reopen(obstacle: Obstacle, *, reason: str, by: Actor, now: datetime) -> Obstacle:
    return _move(obstacle, Act.REOPEN, reason, by=by, now=now)


@transaction.atomic
def _move(obstacle: Obstacle, act: Act, text: str, *, by: Actor, now: datetime) -> Obstacle:
    """Along MOVES. The same twice from one person is one. Raises NotAllowed, NotAllowedNow, Invalid."""
    text = _reason(act, text)
    obstacle = _locked(obstacle, act, by=by)
    if _said_last(obstacle, _KINDS[act], text, by=by):
        return obstacle
    _refuse_now(obstacle, act)
    before = {"state": obstacle.state}
    set_state(obstacle, MOVES[ObstacleState(obstacle.state)][act.value], at=now)
    _keep(obstacle, now=now)
    _step(obstacle, _KINDS[act], text, by=by, now=now)
    after = {"state": obstacle.state}
    audit.record(by=by, verb=_VERBS[act], subject=obstacle, at=now, before=before, after=after, reason=text)
    _tell_owner(obstacle, _KINDS[act], by=by, now=now)
    if act is Act.REOPEN:
        _tell_helpers(obstacle, "เปิดปัญหาอุปสรรคอีกครั้ง", key=f"reopened:{obstacle.version}", by=by, now=now)
    return obstacle


# Who hears of it


def _tell_helpers(obstacle: Obstacle, what: str, *, key: str, by: Actor, now: datetime) -> None:
    """The heads of the unit and the admin unit. What a report tells they read with the report."""
    serving = Membership.objects.on(day_of(now)).filter(person__office=obstacle.office_id)
    helpers = serving.filter(Q(role=Role.UNIT_HEAD, unit=obstacle.unit_id) | Q(role=Role.GENERAL_ADMIN))
    wish = f" ขอความช่วยเหลือ: {obstacle.help_wanted}" if obstacle.help_wanted else ""
    tell(
        set(helpers.values_list("person_id", flat=True)) - {by.id},
        key=f"obstacle:{obstacle.pk}:{key}",
        text=f"{by.name} {what}: {_short(obstacle.text)}{wish}",
        url=reverse("obstacle", args=[obstacle.pk]),
        now=now,
    )


def _tell_owner(obstacle: Obstacle, kind: ObstacleStepKind, *, by: Actor, now: datetime) -> None:
    """Of what another did about it."""
    if by.id == obstacle.person_id:
        return
    tell(
        {obstacle.person_id},
        key=f"obstacle:{obstacle.pk}:{kind}:{now.isoformat()}",
        text=f"{by.name} บันทึก “{kind.label}” ในปัญหาอุปสรรคของคุณ: {_short(obstacle.text)}",
        url=reverse("obstacle", args=[obstacle.pk]),
        now=now,
    )


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_OF_TEXT else f"{text[:SHOWN_OF_TEXT]}…"


# What the words are


def said_of(obstacle: Obstacle) -> Said:
    return Said(obstacle.text, obstacle.tried, obstacle.help_wanted)


def spelled(text: str, tried: str, help_wanted: str) -> Said:
    """As it is kept: words are found again however they were typed."""
    return Said(*(_clean(each) for each in (text, tried, help_wanted)))


def write(obstacle: Obstacle, said: Said) -> None:
    obstacle.text, obstacle.tried, obstacle.help_wanted = said.text, said.tried, said.help_wanted


def set_state(obstacle: Obstacle, state: ObstacleState, *, at: datetime) -> None:
    obstacle.state = state
    obstacle.ended_at = None if state in STANDING else at


def facts_of(obstacle: Obstacle) -> dict[str, Any]:
    return {"state": str(obstacle.state), **{name: getattr(obstacle, name) for name in LABELS}}


def changed_words(before: Said, after: Said) -> str:
    """Which texts differ, as "ปัญหาอุปสรรค · ความช่วยเหลือที่ต้องการ"."""
    return " · ".join(
        label for name, label in LABELS.items() if getattr(before, name) != getattr(after, name)
    )


def _said(text: str, tried: str, help_wanted: str) -> Said:
    said = spelled(text, tried, help_wanted)
    faults = {
        name: f"เขียนไม่เกิน {LONGEST:,} ตัวอักษร ที่พิมพ์มี {len(getattr(said, name)):,} ตัวอักษร"
        for name in LABELS
        if len(getattr(said, name)) > LONGEST
    }
    if said.empty:
        faults["text"] = "เขียนปัญหาหรืออุปสรรคที่พบ"
    if faults:
        raise Invalid(next(iter(faults.values())), faults)
    return said


def _reason(act: Act, text: str) -> str:
    text = _clean(text)
    fault = "" if text else _EMPTY[act]
    if len(text) > LONGEST:
        fault = f"เขียนไม่เกิน {LONGEST:,} ตัวอักษร ที่พิมพ์มี {len(text):,} ตัวอักษร"
    if fault:
        raise Invalid(fault, {"text": fault})
    return text


def _clean(text: str) -> str:
    return respell(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


# Who and when


def refusals(obstacle: Obstacle, by: Actor) -> dict[Act, tuple[str, str]]:
    """Of every act: why it isn't for this person, and why not in this state; both empty when it can be."""
    return {
        act: (_not_theirs(obstacle, act, by), when_refusal(act, ObstacleState(obstacle.state))) for act in Act
    }


def _not_theirs(obstacle: Obstacle, act: Act, by: Actor) -> str:
    own = access.may(by, Perm.OBSTACLE_RAISE, obstacle)
    return who_refusal(act, own=own, manages=access.may(by, Perm.OBSTACLE_MANAGE, obstacle))


def _locked(obstacle: Obstacle, act: Act, *, by: Actor) -> Obstacle:
    not_theirs = _not_theirs(obstacle, act, by)
    if not_theirs:
        raise NotAllowed(not_theirs)
    return Obstacle.objects.select_for_update().get(pk=obstacle.pk)


def _refuse_now(obstacle: Obstacle, act: Act) -> None:
    refusal = when_refusal(act, ObstacleState(obstacle.state))
    if refusal:
        raise NotAllowedNow(refusal)


def _said_last(obstacle: Obstacle, kind: ObstacleStepKind, text: str, *, by: Actor) -> bool:
    last = obstacle.steps.order_by("-pk").first()
    return last is not None and (last.kind, last.text, last.by_id) == (kind, text, by.id)


def _keep(obstacle: Obstacle, *, now: datetime) -> None:
    obstacle.version += 1
    obstacle.changed_at = now
    obstacle.save(update_fields=[*LABELS, "state", "version", "changed_at", "ended_at"])


def _step(obstacle: Obstacle, kind: ObstacleStepKind, text: str, *, by: Actor, now: datetime) -> None:
    ObstacleStep.objects.create(obstacle=obstacle, kind=kind, text=text, at=now, by=by.person)


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in after if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}

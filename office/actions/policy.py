"""What an office sets for itself. Who calls this also calls ``plans.actions.refresh_open_months``."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, time
from decimal import Decimal

from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.calendar import ShiftRule
from office.errors import Stale
from office.models import Office, Policy
from office.queries import policy_of, policy_stamp


@dataclass(frozen=True)
class PolicyValues:
    """The fields of ``Policy`` that people set."""

    due_time: time
    grace_days: int
    lock_day: int
    shift_rule: ShiftRule
    off_plan_margin: Decimal
    answer_days: int
    second_answer_days: int


@transaction.atomic
def change_policy(office: Office, values: PolicyValues, *, by: Actor, now: datetime, stamp: str) -> Policy:
    """Set the office's policy; ``stamp`` is ``policy_stamp`` of what the form showed.

    Raises Stale when someone else changed it meanwhile. Nothing is recorded when nothing differs.
    """
    check(by, Perm.POLICY_EDIT, office)
    Office.objects.select_for_update().get(pk=office.pk)  # two first policies at once: one waits
    policy = policy_of(office)
    if policy_stamp(policy) != stamp:
        raise Stale("มีผู้แก้ไขข้อกำหนดนี้ก่อนคุณ เปิดหน้านี้ใหม่เพื่อดูค่าล่าสุด แล้วแก้อีกครั้ง")
    wanted = asdict(values)
    changed = [name for name, value in wanted.items() if getattr(policy, name) != value]
    if changed:
        before = {name: getattr(policy, name) for name in changed}
        for name in changed:
            setattr(policy, name, wanted[name])
        policy.save()
        after = {name: wanted[name] for name in changed}
        audit.record(by=by, verb=Verb.POLICY_CHANGED, subject=office, at=now, before=before, after=after)
    return policy

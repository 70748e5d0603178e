"""The director's approval: without it there is nothing to report (design rule 4.11)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from office import audit, thai
from office.access import Actor, Perm, check
from office.audit import Verb
from office.calendar import fiscal_months
from office.errors import Invalid, NotAllowedNow, Stale
from plans.content import Content
from plans.enums import PlanState
from plans.models import ActionPlan
from plans.rules import MOVES, uncovered
from plans.stored import content_of


@transaction.atomic
def approve(
    plan: ActionPlan, *, by: Actor, now: datetime, on: date, version: int | None = None
) -> ActionPlan:
    """Put the plan in force as of ``on``; done by the system it stands for a decision on paper.

    Raises Invalid when an item has no target or its shares don't cover it, NotAllowedNow when the plan
    can't be approved (again), Stale when it isn't at the ``version`` that was read.
    """
    check(by, Perm.PLAN_APPROVE, plan)
    plan = ActionPlan.objects.select_for_update(of=("self",)).select_related("fiscal_year").get(pk=plan.pk)
    before = PlanState(plan.state)
    if "approve" not in MOVES[before]:
        raise NotAllowedNow(f"แผนนี้{before.label} จึงอนุมัติอีกไม่ได้")
    if version is not None and version != plan.version:
        raise Stale("มีการนำเข้าแผนนี้ใหม่หลังจากที่คุณเปิดหน้า เปิดดูแผนอีกครั้งก่อนอนุมัติ")
    if faults := lacks(content_of(plan)):
        raise Invalid(f"ยังอนุมัติไม่ได้ มี {len(faults)} งานที่ต้องแก้", faults)
    plan.state = MOVES[before]["approve"]
    plan.approved_at, plan.approved_on, plan.approved_by = now, on, by.person
    plan.version += 1
    plan.save(update_fields=["state", "approved_at", "approved_on", "approved_by", "version"])
    after = {"state": plan.state, "on": on}
    audit.record(by=by, verb=Verb.PLAN_APPROVED, subject=plan, at=now, before={"state": before}, after=after)
    return plan


def lacks(content: Content) -> dict[str, str]:
    """What keeps a plan from being approved: job number → what to do. The key "" is the plan itself."""
    if not content.items:
        return {"": "เพิ่มงานในแผนก่อนอนุมัติ แผนนี้ยังไม่มีงาน"}
    months = fiscal_months(content.year)
    found: dict[str, str] = {}
    for item in content.items:
        if not any(item.targets):
            found[item.job_no] = f"กำหนดเป้าหมายรายเดือนของ {item.job_no} อย่างน้อยหนึ่งเดือน"
        elif wrong := uncovered(item.targets, item.shares.values()):
            named = " ".join(thai.month_short(months[n].first) for n in wrong)
            found[item.job_no] = f"กระจายแผนของ {item.job_no} ให้ครบตามเป้าหมาย เดือนที่ยังไม่ครบ {named}"
    return found

"""Say which items are held against CPS (4.7). Who calls this also checks the open months again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from office import audit
from office.access import Actor, Perm, check
from office.audit import Verb
from office.errors import Invalid, NotAllowedNow, Stale
from plans.enums import TRACKED, PlanState
from plans.models import ActionPlan, CpsTracking, PlanItem
from plans.queries import tracking_stamp


@transaction.atomic
def set_tracking(
    plan: ActionPlan, choices: Mapping[int, bool | None], *, stamp: str, by: Actor, now: datetime
) -> list[PlanItem]:
    """Set ``cps_tracked`` of items by id, None for "as the month's file says"; returns those that changed.

    What held before is kept for the months closed by now. ``stamp`` is ``tracking_stamp`` of what the form
    showed. Raises NotAllowed, NotAllowedNow (plan closed), Invalid (an item of another plan) and Stale.
    """
    check(by, Perm.CPS_IMPORT, plan)
    plan = ActionPlan.objects.select_for_update().get(pk=plan.pk)
    if plan.state == PlanState.CLOSED:
        raise NotAllowedNow("แผนปีนี้ปิดแล้ว กำหนดงานที่เทียบกับ CPS ไม่ได้")
    items = {item.pk: item for item in plan.items.all()}
    if tracking_stamp(items.values()) != stamp:
        raise Stale("มีผู้กำหนดงานที่เทียบกับ CPS ก่อนคุณ เปิดหน้านี้ใหม่เพื่อดูค่าล่าสุด แล้วกำหนดอีกครั้ง")
    if choices.keys() - items.keys():
        raise Invalid("เลือกงานจากแผนของปีนี้")
    changed = [items[pk] for pk in items if pk in choices and items[pk].cps_tracked != choices[pk]]
    for item in changed:
        said, wanted = item.cps_tracked, choices[item.pk]
        CpsTracking.objects.create(item=item, tracked=said, until=now)
        item.cps_tracked = wanted
        item.save(update_fields=["cps_tracked"])
        before, after = {"cps_tracked": TRACKED[said]}, {"cps_tracked": TRACKED[wanted]}
        audit.record(by=by, verb=Verb.CPS_TRACKED, subject=item, at=now, before=before, after=after)
    return changed

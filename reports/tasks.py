"""Thin doors for Celery."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from celery import shared_task

from office import access, audit, clock, jobs
from office.audit import Verb
from office.calendar import day_of
from office.models import Job
from plans.models import ReportingMonth
from reports.actions import compliance, deliveries


@shared_task(name="reports.check_compliance")
def check_compliance(**_: object) -> None:
    """Every office, every open month past its deadline; late, twice or in parallel is harmless."""
    now = clock.now()
    for _check in compliance.check_due(as_of=now, by=access.system(day_of(now))):
        pass


@shared_task(name="reports.send_deliveries")
def send_deliveries(**_: object) -> None:
    """Mails of notices that are due; late, twice or in parallel nothing is sent twice."""
    deliveries.send_due(now=clock.now(), tick=clock.now)


@jobs.handler("check_compliance", label="ตรวจการส่งรายงาน")
def check_month(progress: jobs.Progress) -> dict[str, Any]:
    """ตรวจใหม่: one month, for the person who asked; ``params`` holds ``month_id``."""
    job, now = progress.job, clock.now()
    month = ReportingMonth.objects.get(pk=job.params["month_id"])
    asked_by = job.asked_by
    by = access.actor_of(asked_by, day_of(now)) if asked_by else access.system(day_of(now))
    progress(0, 1, doing=f"ตรวจการส่งรายงาน {month}")
    stored = _stored_before(job, month)
    check = compliance.check_month(month, as_of=now, by=by, store=stored is None)
    check = replace(check, **(stored or {}))
    progress(1, 1)
    return {
        "said": [
            f"ต้องส่ง {len(check.expected)} คน ยังไม่ส่ง {len(check.missing)} คน",
            f"เปิดธงใหม่ {check.opened} หมดเหตุ {check.cleared}",
        ],
        "back": {"url": f"/compliance/{check.month}/", "label": f"การส่งรายงาน {check.month.label}"},
        "month": str(check.month),
        "expected": len(check.expected),
        "missing": len(check.missing),
        "opened": check.opened,
        "cleared": check.cleared,
        "left_out": [f"{code} ข้อมูลของเดือนนี้อ่านไม่ได้ ธงเดิมคงไว้" for code in check.unreadable],
    }


def _stored_before(job: Job, month: ReportingMonth) -> dict[str, Any] | None:
    """What an attempt stored whose worker died before it could say so: it isn't stored or recorded again."""
    if job.attempts < 2:
        return None
    checks = audit.history_of(month).filter(verb=Verb.CHECKED, actor_id=job.asked_by_id)
    event = checks.filter(at__gte=job.asked_at).last()
    return {name: event.after[name] for name in ("opened", "cleared")} if event else None

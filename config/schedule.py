"""Every periodic task. Each is a scan that derives what is due: late, twice or in parallel is harmless."""

from __future__ import annotations

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, object]] = {
    "sweep jobs": {"task": "office.sweep_jobs", "schedule": 30.0},
    "check compliance": {"task": "reports.check_compliance", "schedule": crontab(minute="*/15")},
    "send deliveries": {"task": "reports.send_deliveries", "schedule": 60.0},
    "make meetings": {"task": "meetings.make_meetings", "schedule": crontab(minute="*/10")},
    "tell year end": {"task": "appraisals.tell_year_end", "schedule": crontab(minute=5)},
}

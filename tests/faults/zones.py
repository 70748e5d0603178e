"""Says, as a machine whose own zone is TZ, how the seconds around a deadline and midnight are judged."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta

import django

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 10, 30, 17, 0, tzinfo=UTC)
"""Of Bangkok, between 30 and 31 October."""
SECOND = timedelta(seconds=1)


def main() -> None:
    zone = os.environ["TZ"]
    django.setup()
    os.environ["TZ"] = zone  # Django has set its own: back to a machine that lives elsewhere
    time.tzset()
    from django.db import transaction

    from office.calendar import day_of
    from office.thai import instant_text
    from plans.models import ReportingMonth
    from reports.actions.compliance import check_month
    from tests import builders

    with transaction.atomic():
        office = builders.make_office("ZONE", "สำนักงานของเขตเวลา")
        unit, plan = builders.make_unit(office), builders.make_plan(office)
        on_time, late, missing = (builders.make_person(unit, code=code) for code in ("ON", "LATE", "NOT"))
        item = builders.make_item(plan, {person: [1] for person in (on_time, late, missing)})
        builders.send_report(on_time, {item: 1}, at=DUE)
        builders.send_report(late, {item: 1}, at=DUE + SECOND)
        month = builders.month_of(office)
        checks = [
            check_month(month, as_of=DUE + n * SECOND, by=builders.SYSTEM, store=False) for n in (0, 1, 2)
        ]
        said = {
            "zone": time.strftime("%z", time.localtime(DUE.timestamp())),
            "missing": [check.missing for check in checks],
            "late": checks[-1].late,
            "deadline": str(ReportingMonth.objects.get(pk=month.pk).due_at),
            "days": [str(day_of(MIDNIGHT - SECOND)), str(day_of(MIDNIGHT))],
            "shown": instant_text(MIDNIGHT - SECOND),
        }
        transaction.set_rollback(True)
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()

"""Who is missing, late, incomplete, off plan; the flags follow (design rules 4.5 to 4.9)."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError

from office import clock, thai
from office.calendar import Month
from office.errors import NotAllowed
from office.importing import OfficeCommand
from office.models import Office
from office.sheets import Problem
from office.thai import ThaiValueError
from plans.models import ReportingMonth
from plans.queries import reporting_month
from reports.actions.compliance import Check, check_due, check_month


class Command(OfficeCommand):
    help = "Check an office's month, or every open month past its deadline, and reconcile its flags."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--month", metavar="YYYY-MM", help="default: every open month past its deadline")
        parser.add_argument("--as-of", metavar="ISO", help="the instant to judge at instead of now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            checks = self._checks(options)
        except (CommandError, NotAllowed) as refusal:
            if options["json"]:
                problem = Problem("", None, None, "", str(refusal))
                self.stdout.write(json.dumps(self.refusal([problem]), ensure_ascii=False))
            raise CommandError(str(refusal)) from None
        payload = {"months": [check.as_dict() for check in checks]}
        text = "\n\n".join(told(check) for check in checks) or "ไม่มีเดือนที่เลยกำหนดและยังไม่ปิด"
        self.answer(checks[0].as_dict() if options["month"] else payload, options, text)
        for check in checks:
            for code in check.unreadable:
                self.say(f"ตรวจไม่ได้ {check.month.label}: {code} (ดูบันทึกการทำงานของระบบ)")

    def _checks(self, options: dict[str, Any]) -> list[Check]:
        now = clock.now()
        as_of = _instant(options["as_of"]) or now
        office, by = self.office(options), self.actor(options, as_of)
        if not options["month"]:
            return list(check_due(as_of=as_of, by=by, offices=[office], now=now))
        return [check_month(_month(office, options["month"]), as_of=as_of, by=by, store=True, now=now)]


def _month(office: Office, text: str) -> ReportingMonth:
    try:
        found = reporting_month(office, Month.parse(text))
    except ThaiValueError as refusal:
        raise CommandError(str(refusal)) from None
    if found is None:
        raise CommandError(f"นำเข้าแผนปฏิบัติงานก่อน สำนักงาน {office.code} ยังไม่มีเดือน {text} ในระบบ")
    return found


def _instant(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        return clock.parse(text)
    except ValueError:
        raise CommandError("ใส่ --as-of เป็นเวลาแบบ ISO เช่น 2026-11-02T09:00+07:00") from None


def told(check: Check) -> str:
    """The check for people to read."""
    lines = [
        f"การส่งรายงาน {check.month.label} ณ {thai.instant_text(check.as_of)}"
        f" (ครบกำหนด {thai.instant_text(check.deadline)})",
        f"ต้องส่ง {len(check.expected)} คน ส่งแล้ว {len(check.submitted)} คน",
        _people("ยังไม่ส่ง", check.missing),
        _people("ส่งช้า", check.late),
        _jobs("ไม่ครบถ้วน", check.incomplete),
        _jobs("ไม่เป็นไปตามแผน", check.off_plan),
        _jobs("ไม่ตรงกับ CPS", check.cps_mismatch),
        f"เปิดธง {check.opened} รายการ หมดเหตุ {check.cleared} รายการ",
    ]
    return "\n".join(lines)


def _people(label: str, codes: list[str]) -> str:
    return f"{label} {len(codes)} คน" + (f": {', '.join(codes)}" if codes else "")


def _jobs(label: str, rows: list[dict[str, Any]]) -> str:
    named = ", ".join(f"{row['person']} {row['job_no']}" for row in rows)
    return f"{label} {len(rows)} รายการ" + (f": {named}" if named else "")

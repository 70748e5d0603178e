"""``import_results FILE --month 2026-10``: take a month's results in, as drafts or as submitted."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from office import clock
from office.calendar import Month
from office.importing import ImportCommand, ImportRefused, Outcome
from office.models import Office, Person
from office.sheets import Problem, read
from office.thai import ThaiValueError
from plans.models import PlanItem, ReportingMonth
from plans.queries import reporting_month
from reports.actions.results_import import import_results
from reports.results_file import ResultsFile, parse


class Command(ImportCommand):
    help = "Import a month's results; the same file again changes nothing, a faulty one stores nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--month", required=True, help="as 2026-10")
        parser.add_argument("--submit", action="store_true", help="the people in the file have submitted")
        parser.add_argument("--at", metavar="ISO", help="when they submitted (default: now)")

    def work(self, options: dict[str, Any], *, now: datetime) -> Outcome:
        file: Path = options["file"]
        submit_at = _instant(options, now)
        office = self.office(options)
        month = named_month(office, options["month"], file.name)
        found = read_results(month, file)
        by = self.actor(options, now)
        try:
            return import_results(month, found, by=by, now=now, submit_at=submit_at)
        except ImportRefused as refusal:
            problems = [replace(each, sheet=each.sheet or file.name) for each in refusal.problems]
            raise ImportRefused(problems, found.notes) from refusal


def read_results(month: ReportingMonth, file: Path) -> ResultsFile:
    """Raises WorkbookError when the file can't be read; its faults stay in ``problems``."""
    people = Person.objects.filter(office_id=month.office_id)
    jobs = PlanItem.objects.filter(plan__fiscal_year_id=month.fiscal_year_id)
    numbers = set(jobs.values_list("job_no", flat=True))
    return parse(read(file, name=file.name), people=people, jobs=numbers, month=month.month)


def named_month(office: Office, text: str, name: str) -> ReportingMonth:
    """Raises ImportRefused, naming the file, for nonsense and for a month the office doesn't have."""
    try:
        month = Month.parse(text)
    except ThaiValueError as fault:
        raise ImportRefused([Problem(name, None, None, text, str(fault))]) from fault
    found = reporting_month(office, month)
    if found is None:
        message = f"นำเข้าแผนปฏิบัติงาน ปีงบประมาณ {month.fiscal_year} ก่อน ยังไม่มีเดือน {month.label} ในระบบ"
        raise ImportRefused([Problem(name, None, None, text, message)])
    return found


def _instant(options: dict[str, Any], now: datetime) -> datetime | None:
    if options["at"] and not options["submit"]:
        raise CommandError("ใช้ --at คู่กับ --submit เพราะเป็นเวลาที่ส่งรายงาน")
    if not options["submit"]:
        return None
    try:
        return clock.parse(options["at"]) if options["at"] else now
    except ValueError as fault:
        raise CommandError(
            f"ใส่ --at เป็นเวลาแบบ ISO เช่น 2026-11-02T09:00+07:00 พบ “{options['at']}”"
        ) from fault

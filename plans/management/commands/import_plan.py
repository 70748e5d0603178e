"""``import_plan FILE``: take an Action Plan in from a workbook."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from office import thai
from office.calendar import fiscal_span
from office.errors import Invalid
from office.importing import ImportCommand, ImportRefused, Outcome, beside
from office.models import Office
from office.sheets import Problem, read
from plans.actions import import_plan
from plans.queries import who_answers
from plans.workbook import PlanFile, parse

_ISO = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")


class Command(ImportCommand):
    help = "Import an Action Plan; the same file again changes nothing, a faulty one stores nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        add = parser.add_argument
        add("--shares", type=Path, metavar="FILE", help="people's shares, when in a file of their own")
        add("--approve", action="store_true", help="approve it too: a decision made on paper")
        add("--on", metavar="DATE", help="day of the approval, ISO or BE (default: the plan's first day)")
        add("--revision", action="store_true", help="change an approved plan (not available yet)")
        add("--reason", metavar="TEXT", help="why the plan is revised")

    def work(self, options: dict[str, Any], *, now: datetime) -> Outcome:
        if options["revision"] or options["reason"]:
            message = "นำเข้าโดยไม่ใช้ --revision และ --reason รุ่นนี้ยังปรับแผนที่อนุมัติแล้วไม่ได้"
            raise ImportRefused([Problem(options["file"].name, None, None, "--revision", message)])
        office = self.office(options)
        found = read_plan(office, options["file"], options["shares"])
        try:
            day = _approval(options, found.fiscal_year)
            with beside(found.notes):
                return import_plan(office, found, by=self.actor(options, now), now=now, approve_on=day)
        except Invalid as refusal:
            raise ImportRefused([
                Problem(*found.place_of(job), None, job, text) for job, text in refusal.faults.items()
            ], found.notes) from refusal  # fmt: skip


def read_plan(office: Office, plan: Path, shares: Path | None) -> PlanFile:
    """Read and resolve the files; raises WorkbookError, or ImportRefused with every fault of the content."""
    units, people = who_answers(office)
    shares_book = read(shares, name=shares.name) if shares else None
    found = parse(read(plan, name=plan.name), units=units, people=people, shares_book=shares_book)
    if found.problems:
        raise ImportRefused(found.problems, found.notes)
    return found


def _approval(options: dict[str, Any], year: int) -> date | None:
    """The day of the approval: ``--on``, ISO or BE, else the first day of the fiscal year (BE)."""
    if not options["approve"]:
        if options["on"]:
            raise CommandError("ใช้ --on คู่กับ --approve")
        return None
    if not options["on"]:
        return fiscal_span(year)[0]
    try:
        return _day(options["on"])
    except ValueError as error:
        raise CommandError(f"--on: {error}") from error


def _day(written: str) -> date:
    """ISO (CE) or as the office writes it (BE). Raises ValueError."""
    try:
        return date.fromisoformat(written) if _ISO.fullmatch(written) else thai.parse_date(written)
    except thai.ThaiValueError:
        raise
    except ValueError:
        raise thai.ThaiValueError("ใส่วันที่เป็น 2026-10-01 หรือ 1/10/2569", written) from None

"""``import_cps FILE --month 2026-10``: take in what CPS says was done; the newest file counts."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from office.importing import ImportCommand, ImportRefused, Outcome
from office.sheets import read
from reports.actions.cps import import_cps
from reports.cps_file import parse
from reports.cps_saved import mappings_of
from reports.management.commands.import_results import named_month


class Command(ImportCommand):
    help = "Import a month's CPS file; the same file again changes nothing, a faulty one stores nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--month", required=True, help="as 2026-10")

    def work(self, options: dict[str, Any], *, now: datetime) -> Outcome:
        file: Path = options["file"]
        office = self.office(options)
        month = named_month(office, options["month"], file.name)
        found = parse(read(file, name=file.name), mappings_of(office))
        by = self.actor(options, now)
        try:
            return import_cps(month, found, name=file.name, by=by, now=now)
        except ImportRefused as refusal:
            problems = [replace(each, sheet=each.sheet or file.name) for each in refusal.problems]
            raise ImportRefused(problems, refusal.notes) from refusal

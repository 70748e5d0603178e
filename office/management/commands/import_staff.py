"""Take in the list of staff; into an empty database it makes the office that the sheet's title names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from office.actions import import_staff
from office.importing import ImportCommand, Outcome, beside
from office.models import Office
from office.sheets import read
from office.staff_workbook import parse


class Command(ImportCommand):
    help = "Import the list of staff (units, people, roles) from a workbook."

    def work(self, options: dict[str, Any], *, now: datetime) -> Outcome:
        file = parse(read(options["file"], name=options["file"].name))
        code = options["office"] or ""
        office = Office.objects.filter(code=code).first() if code else None
        with beside(file.notes):
            return import_staff(file, by=self.actor(options, now), now=now, office=office, code=code)

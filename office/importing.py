"""What every import answers with, and the command they share: all or nothing, repeatable, JSON on demand."""

from __future__ import annotations

import json
import logging
import re
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, transaction

from office import access, clock
from office.access import Actor
from office.calendar import day_of
from office.errors import Refused
from office.models import Office, Person
from office.sheets import Problem, WorkbookError

log = logging.getLogger(__name__)

_MISUSES = (
    (r"the following arguments are required: (.*)", r"ระบุ \1 ด้วย"),
    (r"unrecognized arguments: (.*)", r"ไม่มีตัวเลือก \1 ในคำสั่งนี้ ดูที่มีด้วย --help"),
    (r"argument (.*): expected one argument", r"ระบุค่าตามหลัง \1"),
    (r"ambiguous option: (\S*) .*", r"เขียนตัวเลือก \1 ให้เต็มคำ"),
)
"""What argparse says of a misused command, and what people read instead."""


@dataclass
class Outcome:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    unmatched: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    """What is made or changed, a Thai line each, for previews; not part of ``as_dict``."""
    notes: list[str] = field(default_factory=list)
    """What was left unread, or read though it doesn't show; in ``as_dict`` only when there is any."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "unmatched": self.unmatched,
            "problems": [problem.as_dict() for problem in self.problems],
        } | ({"notes": self.notes} if self.notes else {})


class ImportRefused(Exception):  # noqa: N818
    """Nothing was stored; every fault is named, and in ``notes`` what of the file was left unread."""

    def __init__(self, problems: list[Problem], notes: Sequence[str] = ()) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems, self.notes = problems, list(notes)


@contextmanager
def beside(notes: Sequence[str]) -> Iterator[None]:
    """Let a refusal say, too, what of the file was left unread."""
    try:
        yield
    except ImportRefused as refusal:
        refusal.notes = refusal.notes or list(notes)
        raise


class DryRun(Exception):  # noqa: N818
    """Rolls a rehearsal back, carrying what it would have done."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("dry run")
        self.outcome = outcome


def rehearsed(work: Callable[[], Outcome]) -> Outcome:
    """Do the work and roll it back: what an import would do. What ``work`` raises comes through."""
    try:
        with transaction.atomic():
            raise DryRun(work())
    except DryRun as rehearsal:
        return rehearsal.outcome


class OfficeCommand(BaseCommand):
    """A command on one office, done by the system or ``--by CODE``; ``--json`` owns stdout.

    From the command line it ends with 0 or 1, and with ``--json`` one object is on stdout even when the
    command is misused or the database isn't ready.
    """

    _json_asked = False

    def run_from_argv(self, argv: list[str]) -> None:
        self._json_asked = "--json" in argv[2:]
        try:
            super().run_from_argv(argv)
        except DatabaseError as error:
            log.exception("the database refused")
            self._end(f"ฐานข้อมูลยังใช้ไม่ได้ ตรวจ DATABASE_URL และสั่ง migrate ก่อน ({error})")

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.error = partial(self._misused, parser)  # type: ignore[method-assign]
        return parser

    def _misused(self, parser: CommandParser, message: str) -> NoReturn:
        told = told_misuse(message)
        if not parser.called_from_command_line:
            raise CommandError(told)
        self.say(parser.format_usage().rstrip())
        self._end(told)

    def _end(self, message: str) -> NoReturn:
        self.say(message)
        if self._json_asked:
            self.stdout.write(
                json.dumps(self.refusal([Problem("", None, None, "", message)]), ensure_ascii=False)
            )
        sys.exit(1)

    def refusal(self, problems: list[Problem]) -> dict[str, Any]:
        """What ``--json`` prints when nothing was done."""
        return {"problems": [problem.as_dict() for problem in problems]}

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--office", metavar="CODE", help="needed when there are several offices")
        parser.add_argument("--by", metavar="CODE", help="code of who does it (default: the system)")
        parser.add_argument("--json", action="store_true", help="print exactly one JSON object on stdout")

    def office(self, options: dict[str, Any]) -> Office:
        offices = Office.objects.all()
        if options["office"]:
            offices = offices.filter(code=options["office"])
        found = list(offices[:2])
        if len(found) == 1:
            return found[0]
        if not found:
            raise CommandError("ไม่พบสำนักงานนี้ นำเข้าบุคลากรด้วย import_staff ก่อน หรือตรวจรหัสที่ --office")
        raise CommandError("มีหลายสำนักงาน ระบุรหัสด้วย --office")

    def actor(self, options: dict[str, Any], now: datetime) -> Actor:
        if not options["by"]:
            return access.system(day_of(now))
        person = Person.objects.filter(code=options["by"].strip().upper()).first()
        if person is None:
            raise CommandError(f"ไม่มีผู้ใช้รหัส {options['by']} ตรวจรหัสที่ --by")
        return access.actor_of(person, day_of(now))

    def say(self, text: str) -> None:
        """A line for people: stderr, so that stdout can be JSON alone."""
        self.stderr.write(text, ending="\n")

    def answer(self, payload: dict[str, Any], options: dict[str, Any], text: str) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(payload, ensure_ascii=False))
        else:
            self.stdout.write(text)


class ImportCommand(OfficeCommand):
    """Subclasses read FILE and store it in ``work``; exit 1 with every problem when it is refused."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check and count, store nothing")

    def work(self, options: dict[str, Any], *, now: datetime) -> Outcome:
        """Store the file; raise WorkbookError or ImportRefused with the problems."""
        raise NotImplementedError

    def refusal(self, problems: list[Problem], notes: Sequence[str] = ()) -> dict[str, Any]:
        return Outcome(problems=problems, notes=list(notes)).as_dict()

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        try:
            outcome = self._attempt(options, now)
        except WorkbookError as refusal:
            self._refuse(refusal.problems, options)
        except ImportRefused as refusal:
            self._refuse(refusal.problems, options, refusal.notes)
        except (CommandError, Refused) as refusal:
            self._refuse([Problem(options["file"].name, None, None, "", str(refusal))], options)
        self.answer(outcome.as_dict(), options, _summary(outcome, dry=options["dry_run"]))
        for note in outcome.notes:
            self.say(note)
        for row in outcome.unmatched:
            self.say(f"ไม่พบคู่: {json.dumps(row, ensure_ascii=False)}")

    def _attempt(self, options: dict[str, Any], now: datetime) -> Outcome:
        if options["dry_run"]:
            return rehearsed(lambda: self.work(options, now=now))
        with transaction.atomic():
            return self.work(options, now=now)

    def _refuse(
        self, problems: list[Problem], options: dict[str, Any], notes: Sequence[str] = ()
    ) -> NoReturn:
        for problem in problems:
            place = " ".join(str(part) for part in (problem.sheet, problem.row, problem.column) if part)
            self.say(f"{place}: {problem.message}")
        for note in notes:
            self.say(note)
        if options["json"]:
            self.stdout.write(json.dumps(self.refusal(problems, notes), ensure_ascii=False))
        else:
            self.say(f"ไม่ได้นำเข้า พบ {len(problems)} จุดที่ต้องแก้")
        sys.exit(1)


def told_misuse(message: str) -> str:
    """What argparse says of a misused command, in Thai."""
    for pattern, told in _MISUSES:
        if match := re.fullmatch(pattern, message):
            return match.expand(told)
    return f"ใช้คำสั่งไม่ถูกต้อง ({message})"


def _summary(outcome: Outcome, *, dry: bool) -> str:
    head = "ทดลองนำเข้า ไม่ได้บันทึก" if dry else "นำเข้าแล้ว"
    return f"{head}: เพิ่ม {outcome.created} เปลี่ยน {outcome.changed} เท่าเดิม {outcome.unchanged}"

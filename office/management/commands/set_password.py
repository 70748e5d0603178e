"""Give one person a password, read from a prompt or from stdin: never from the command line."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from office import access, clock
from office.actions import set_password
from office.calendar import day_of
from office.errors import Refused
from office.models import Person


class Command(BaseCommand):
    help = "Set the password of the person with this code (asked for, or the first line of stdin)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        person = Person.objects.filter(code=options["code"].strip().upper()).first()
        if person is None:
            raise CommandError(f"ไม่มีผู้ใช้รหัส {options['code']}")
        try:
            set_password(person, _typed(), by=access.system(day_of(now)), now=now)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"ตั้งรหัสผ่านของ {person.code} {person.full_name} แล้ว")


def _typed() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("รหัสผ่าน: ")
    if getpass("พิมพ์อีกครั้ง: ") != password:
        raise CommandError("พิมพ์สองครั้งไม่ตรงกัน ยังไม่ได้เปลี่ยน")
    return password

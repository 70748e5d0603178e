"""``seed_demo``: the demo office, FY2569 whole and FY2570 up to the demo's own today."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from config.demo.seed import Teller
from office import clock, demo_accounts
from office.models import Office


class Command(BaseCommand):
    help = "Fill an empty database with the demo office; never touches one that holds an office."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when there is an office already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if Office.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("ฐานข้อมูลนี้มีสำนักงานอยู่แล้ว ระบบสาธิตใช้ฐานข้อมูลว่าง")
        if not settings.DEMO:
            if options["if_empty"]:
                return
            raise CommandError("ตั้ง DEMO=1 ก่อนจึงสร้างสำนักงานสาธิตได้")
        start = clock.parse(settings.TIDTAM_CLOCK) if settings.TIDTAM_CLOCK else clock.DEMO_START
        with transaction.atomic():
            Teller(now=start, password=demo_accounts.password(), say=self.stderr.write).tell()
            clock.start_at(start)
        self.stdout.write("ระบบสาธิตพร้อมใช้")

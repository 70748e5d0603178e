"""``manage.py build_assets``: make ``build/vendor`` from the installed packages."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from office import assets


class Command(BaseCommand):
    help = "Make the third-party static files (styles, htmx, fonts, icons) from the installed packages."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="make them again even when nothing changed")

    def handle(self, *_: Any, force: bool, **__: Any) -> None:
        logging.getLogger("fontTools").setLevel(logging.ERROR)
        base = Path(settings.BASE_DIR)
        target = base / "build" / "vendor"
        try:
            built = assets.build(target, sources(base), force=force)
        except assets.UnknownIconError as error:
            raise CommandError(str(error)) from error
        size = sum((target / name).stat().st_size for name in built.files)
        word = "up to date" if built.fresh else "made"
        self.stdout.write(f"{len(built.files)} static files {word}, {size // 1024} kB")


def sources(base: Path) -> list[Path]:
    """Folders whose pages and code may name an icon: templates, static and our own apps."""
    apps = [base / app for app in settings.INSTALLED_APPS if (base / app / "__init__.py").is_file()]
    return [base / "templates", base / "static", *apps]

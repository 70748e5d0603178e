"""``python -m bench``: exit 0 when everything could be measured, whatever the figures; else 1."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import database
from bench.figures import table

PACKAGES = ("Django", "psycopg2-binary", "gunicorn", "typst", "pikepdf", "openpyxl", "python-calamine")


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="tidtam-bench-") as folder:
        try:
            with database.own(os.environ.get("DATABASE_URL", "")) as url:
                return _run(options, url, Path(folder))
        except database.UnusableError as error:
            sys.stderr.write(f"{error}\n")
            return 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", default="", help="names, comma between; default: all")
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is asked (40)")
    parser.add_argument("--offices", type=int, default=77, help="offices of 60 in the largest database (77)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the same figures as JSON")
    return parser.parse_args()


def _run(options: argparse.Namespace, url: str, folder: Path) -> int:
    _environment(url, folder)
    import django

    django.setup()
    run_module: Any = import_module("bench.run")
    rows = [name for name in options.rows.split(",") if name] or list(run_module.NAMES)
    if unknown := set(rows) - set(run_module.NAMES):
        sys.stderr.write(
            f"no such rows: {', '.join(sorted(unknown))}; there are {', '.join(run_module.NAMES)}\n"
        )
        return 1
    run = run_module.Run(rows=rows, rounds=options.rounds, offices=options.offices, folder=folder)
    try:
        run.measure()
    finally:
        django.db.connections.close_all()
    machine = _machine(options)
    sys.stdout.write("\n".join([*machine, "", table([result.cells() for result in run.results]), ""]))
    sys.stdout.writelines(f"not built yet: {label}\n" for label in run.absent)
    if options.json:
        told = {
            "machine": machine,
            "rows": [result.as_dict() for result in run.results],
            "absent": run.absent,
        }
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    return 0


def _environment(url: str, folder: Path) -> None:
    """As ``make run`` on PostgreSQL, at a fixed date; set before Django is imported."""
    from bench.moment import CLOCK

    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "DEMO": "1",
        "DEBUG": "",
        "REDIS_URL": "",
        "ALLOWED_HOSTS": "127.0.0.1",
        "TIDTAM_CLOCK": CLOCK,
    }


def _machine(options: argparse.Namespace) -> Sequence[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        server = cursor.fetchone()[0]
    connection.close()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, load {load}",
        f"Python {platform.python_version()}, PostgreSQL {server}, "
        + ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        f"{options.rounds} rounds; medians, in brackets the middle half of the times",
    ]


if __name__ == "__main__":
    sys.exit(main())

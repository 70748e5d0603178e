"""Web, worker and beat as one foreground command: the engine behind ``make run``.

Ends all of them on SIGTERM or SIGINT (exit 0) and when one of them ends by itself (exit 1).
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from office import demo_accounts

HOST = "127.0.0.1"
POLITE_SECONDS = 8.0
"""Then what still runs is killed: an interrupted job is resumed at the next start."""


class Command(BaseCommand):
    help = "Run web, worker and beat in the foreground until SIGTERM or SIGINT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        make_folders()
        port = options["port"]
        parts = start(port)
        try:
            dead = self._watch(parts, stop, port)
        finally:
            end(parts)
        if dead:
            self.stderr.write(f"{dead} ended by itself, so the others were ended too")
            sys.exit(1)

    def _watch(self, parts: Mapping[str, subprocess.Popen[bytes]], stop: threading.Event, port: int) -> str:
        """Until told to stop; returns the name of a part that ended by itself."""
        greeted = False
        while not stop.wait(0.2):
            for name, process in parts.items():
                if process.poll() is not None:
                    return name
            if not greeted and answers(port):
                greeted = True
                self._greet(port)
        return ""

    def _greet(self, port: int) -> None:
        self.stdout.write(f"Tidtam: http://{HOST}:{port}")
        if settings.DEMO:
            self.stdout.write(f"รหัสผ่านของทุกบัญชีสาธิต: {demo_accounts.password()}")
            for account in demo_accounts.listed():
                self.stdout.write(f"  {account.code}  {account.role}  {account.name}")
        self.stdout.flush()


def make_folders() -> None:
    """What the embedded broker needs; it moves messages through TMPDIR, so that lies on the same disk."""
    for folder in (settings.QUEUE_DIR / "messages", settings.QUEUE_DIR / "control", tmp_folder()):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def tmp_folder() -> Path:
    return Path(settings.DATA_DIR) / "tmp"


def start(port: int) -> dict[str, subprocess.Popen[bytes]]:
    """Each part leads a session of its own, so that a Ctrl-C reaches it once, through ``end``."""
    environment = {
        name: value for name, value in os.environ.items() if name != "TIDTAM_CLOCK" or not settings.DEMO
    }
    web = [
        *_python("gunicorn"),
        "config.wsgi",
        "--bind",
        f"{HOST}:{port}",
        "--workers",
        "2",
        "--threads",
        "4",
    ]
    web += ["--no-control-socket", "--graceful-timeout", "5", "--timeout", "60", "--log-level", "warning"]
    worker = [*_python("celery"), "-A", "config", "worker", "-B", "-P", "threads", "-c", "2", "-l", "warning"]
    worker += ["--without-mingle", "--without-gossip"]
    own_tmp = environment | {"TMPDIR": str(tmp_folder())}
    return {"web": _child(web, environment), "worker": _child(worker, own_tmp)}


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _child(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0


def end(parts: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Ask politely, then kill whatever is left of each part and its children."""
    for process in parts.values():
        if process.poll() is None:
            process.terminate()
    patience = monotonic() + POLITE_SECONDS
    for process in parts.values():
        try:
            process.wait(timeout=max(0.1, patience - monotonic()))
        except subprocess.TimeoutExpired:
            pass
        finally:
            _kill_session(process)


def _kill_session(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()

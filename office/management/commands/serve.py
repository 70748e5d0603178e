"""Web, worker and beat as one foreground command: the engine behind ``make run``.

Ends all of them on SIGTERM or SIGINT (exit 0) and when the web server ends by itself (exit 1). A worker or
beat that ends by itself is started again: people go on working meanwhile.
"""

from __future__ import annotations

import logging
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

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
POLITE_SECONDS = 8.0
"""Then what still runs is killed: an interrupted job is resumed at the next start."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds before a part that ended by itself is started again; doubled each time."""
STEADY_SECONDS = 60.0
"""A part that ran longer is started again after the first pause."""


class Command(BaseCommand):
    help = "Run web, worker and beat in the foreground until SIGTERM or SIGINT."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        if not is_free(port):
            self.stderr.write(f"พอร์ต {port} มีโปรแกรมอื่นใช้อยู่ ปิดโปรแกรมนั้นหรือตั้ง PORT เป็นเลขอื่น")
            self.stderr.write(f"Port {port} on {HOST} can't be used: stop what listens there or set PORT.")
            sys.exit(1)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        make_folders()
        parts = start(port)
        try:
            web_lives = self._watch(parts, stop, port)
        finally:
            end(parts)
        if not web_lives:
            self.stderr.write("เว็บเซิร์ฟเวอร์หยุดเอง จึงปิดส่วนอื่นด้วย (the web server ended by itself)")
            sys.exit(1)

    def _watch(self, parts: Mapping[str, Part], stop: threading.Event, port: int) -> bool:
        """Until told to stop (True) or the web server has ended by itself (False)."""
        greeted = False
        while not stop.wait(0.2):
            if parts["web"].process.poll() is not None:
                return False
            for part in parts.values():
                part.keep_up()
            if not greeted and answers(port):
                greeted = True
                self._greet(port)
        return True

    def _greet(self, port: int) -> None:
        self.stdout.write(f"Tidtam: http://{HOST}:{port}")
        if settings.DEMO:
            self.stdout.write(f"รหัสผ่านของทุกบัญชีสาธิต: {demo_accounts.password()}")
            for account in demo_accounts.listed():
                self.stdout.write(f"  {account.code}  {account.role}  {account.name}")
        self.stdout.flush()


class Part:
    """A child that leads a session of its own, so that a Ctrl-C reaches it once, through ``end``."""

    process: subprocess.Popen[bytes]

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        self.name, self.command, self.environment = name, command, environment
        self._pause = FIRST_PAUSE
        self._back_at: float | None = None
        self._start()

    def _start(self) -> None:
        self._back_at, self._started_at = None, monotonic()
        self.process = subprocess.Popen(
            self.command, cwd=settings.BASE_DIR, env=self.environment, start_new_session=True
        )

    def keep_up(self) -> None:
        """Start it again, after a pause, when it has ended by itself."""
        code = self.process.poll()
        if code is None:
            return
        if self._back_at is None:
            _kill_session(self.process)
            if monotonic() - self._started_at > STEADY_SECONDS:
                self._pause = FIRST_PAUSE
            log.error("%s ended by itself (%s) and is started again in %.0f s", self.name, code, self._pause)
            self._back_at = monotonic() + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
        elif monotonic() >= self._back_at:
            make_folders()
            self._start()


def make_folders() -> None:
    """What the embedded broker needs; it moves messages through TMPDIR, so that lies on the same disk.

    One that can't be made is logged: without a queue people can still read, save and submit.
    """
    for folder in (*queue_folders(), tmp_folder()):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            log.exception("folder of the queue can't be made")


def queue_folders() -> tuple[Path, Path]:
    return settings.QUEUE_DIR / "messages", settings.QUEUE_DIR / "control"


def tmp_folder() -> Path:
    return Path(settings.DATA_DIR) / "tmp"


def start(port: int) -> dict[str, Part]:
    environment = {
        name: value for name, value in os.environ.items() if name != "TIDTAM_CLOCK" or not settings.DEMO
    }
    if settings.ENV.relaxed:
        environment.setdefault("SITE_URL", f"http://{HOST}:{port}")
    web = [*_python("gunicorn"), "config.wsgi", "--bind", f"{HOST}:{port}", "--workers", "2"]
    web += ["--threads", "4", "--no-control-socket", "--graceful-timeout", "5", "--timeout", "60"]
    web += ["--log-level", "warning", "--preload"]
    celery = [*_python("celery"), "--quiet", "-A", "config"]
    worker = [*celery, "worker", "-P", "threads", "-c", "2", "-l", "warning"]
    worker += ["--without-mingle", "--without-gossip"]
    own_tmp = environment | {"TMPDIR": str(tmp_folder())}
    return {
        "web": Part("web", web, environment),
        "worker": Part("worker", worker, own_tmp),
        "beat": Part("beat", [*celery, "beat", "-l", "warning"], own_tmp),
    }


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def is_free(port: int) -> bool:
    """As the web server will ask for it: one in TIME_WAIT counts as free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, port)) == 0


def end(parts: Mapping[str, Part]) -> None:
    """Ask politely, then kill whatever is left of each part and its children."""
    processes = [part.process for part in parts.values()]
    for process in processes:
        if process.poll() is None:
            process.terminate()
    patience = monotonic() + POLITE_SECONDS
    for process in processes:
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

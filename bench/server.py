"""Gunicorn as ``manage.py serve`` runs it, and the memory of its workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from time import monotonic, sleep

from office.management.commands.serve import HOST, answers

WORKERS = 2
PATIENCE_SECONDS = 30.0


class DownError(RuntimeError):
    """The server didn't come up, or a worker is gone."""


@contextmanager
def running() -> Iterator[int]:
    """Yields the port. The server is ended with its whole session."""
    port = _free_port()
    process = subprocess.Popen(command(port), start_new_session=True)
    try:
        _wait(process, port)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def command(port: int) -> list[str]:
    """The same options as office/management/commands/serve.py, which a test compares."""
    serve = [sys.executable, "-m", "gunicorn", "bench.wsgi", "--bind", f"{HOST}:{port}"]
    serve += ["--workers", str(WORKERS), "--threads", "4", "--no-control-socket"]
    return [*serve, "--graceful-timeout", "5", "--timeout", "60", "--log-level", "warning", "--preload"]


def memory_mib(pid: int) -> float:
    """Resident memory of a process, shared pages included (VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise DownError(f"no memory figure for process {pid}")


def _free_port() -> int:
    with socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = monotonic() + PATIENCE_SECONDS
    while not answers(port):
        if process.poll() is not None or monotonic() > until:
            raise DownError("gunicorn didn't start: see its messages above")
        sleep(0.1)

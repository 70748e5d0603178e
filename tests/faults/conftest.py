"""Real processes on loopback: an office of its own for each test, its server, worker, beat and broker."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSRF = "faultsfaultsfaultsfaultsfaultsfa"
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


def wait_for(truth: Callable[[], Any], seconds: float = 45.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if truth():
            return True
        time.sleep(0.1)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    location: str
    seconds: float


class Office:
    """A data folder with an office in it, and what serves it."""

    def __init__(self, folder: Path, made: Mapping[str, Any], redis_url: str = "") -> None:
        self.folder, self.port = folder, free_port()
        self.officers: dict[str, str] = made["officers"]
        self.admin: str = made["admin"]
        self.items: list[int] = made["items"]
        self.october: int = made["october"]
        self.env = environment(folder) | {"PORT": str(self.port), "REDIS_URL": redis_url}
        self._processes: list[subprocess.Popen[bytes]] = []

    def run(self, *command: str, **env: str) -> subprocess.Popen[bytes]:
        """A program in a session of its own, killed at the end of the test; what it says goes to a log."""
        with (self.folder / "said.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.env | env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def serve(self) -> subprocess.Popen[bytes]:
        """As ``make run`` does, waiting until the web server answers."""
        process = self.run("manage.py", "serve")
        assert wait_for(self.answers, 60), self.said()
        return process

    def answers(self) -> bool:
        with suppress(OSError):
            return self.ask("/healthz").status in (200, 503)
        return False

    def health(self) -> tuple[int, str]:
        answer = self.ask("/healthz")
        return answer.status, answer.body

    def said(self) -> str:
        return (self.folder / "said.log").read_text()[-4000:]

    def end(self) -> None:
        """At once, with the sessions that ``serve`` gave its parts."""
        for process in self._processes:
            parts = self._children(process)
            self.kill(process)
            for part in parts:
                with suppress(ProcessLookupError):
                    os.killpg(part, signal.SIGKILL)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    def _children(self, process: subprocess.Popen[bytes]) -> list[int]:
        with suppress(OSError):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
            return [int(child) for child in children.split()]
        return []

    def part(self, serving: subprocess.Popen[bytes], name: str) -> int:
        """The process id of one of the parts of ``serve``; 0 while it is down."""
        named = [
            child
            for child in self._children(serving)
            if name in Path(f"/proc/{child}/cmdline").read_text().split("\0")
        ]
        assert len(named) <= 1
        return named[0] if named else 0

    def set_clock(self, instant: datetime) -> None:
        """For the processes started from now on."""
        offset = instant - datetime.now(UTC)  # noqa: TID251
        (self.folder / "clock").write_text(str(offset.total_seconds()))

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(
        self,
        path: str,
        session: str = "",
        fields: Mapping[str, object] | None = None,
        connection: HTTPConnection | None = None,
    ) -> Answer:
        """GET, or POST when there are ``fields``; times the whole answer."""
        headers = {"Cookie": f"sessionid={session}; csrftoken={CSRF}", "Accept-Language": "th"}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({**fields, "csrfmiddlewaretoken": CSRF})
        own = connection or self.connect()
        began = time.perf_counter()
        try:
            own.request("GET" if body is None else "POST", path, body=body, headers=headers)
            response = own.getresponse()
            text = response.read().decode(errors="replace")
        finally:
            if connection is None:
                own.close()
        seconds = time.perf_counter() - began
        return Answer(response.status, text, response.getheader("Location", ""), seconds)

    def draft(self, figure: int, version: int) -> dict[str, object]:
        """A form in which every line is answered with ``figure``."""
        lines = {f"l{item}-kind": "VALUE" for item in self.items}
        return {"version": version} | lines | {f"l{item}-quantity": figure for item in self.items}

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(self._database()) as database:
            return database.execute(sql, values).fetchall()

    def write(self, sql: str, *values: object) -> None:
        with closing(self._database()) as database, database:
            database.execute(sql, values)

    def _database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "tidtam.sqlite3", timeout=20)

    def ask_for_check(self, month: str = "2026-10") -> Answer:
        return self.ask(f"/compliance/{month}/check/", self.admin, {})

    def all_done(self, count: int) -> bool:
        """Within a minute there are so many jobs, each done."""
        return wait_for(lambda: [state for state, _ in self.jobs()] == ["DONE"] * count, 60)

    def jobs(self) -> list[tuple[str, int]]:
        return self.rows("select state, attempts from office_job order by id")

    def case_file(self) -> dict[str, list[tuple[Any, ...]]]:
        """The office's flags, register, history and messages but for the instants at which they were made."""
        return {
            "flags": self.rows(
                "select person_id, month_id, breach, item_id, state, basis, true_since, unit_id"
                " from reports_flag order by 1, 2, 3, 4"
            ),
            "register": self.rows(
                "select person_id, month_id, unit_id, due_at, waiver"
                " from reports_expectedreport order by 1, 2"
            ),
            "history": self.rows(
                "select verb, subject_text, actor_id, before, json_remove(after, '$.as_of'), count(*)"
                " from office_auditevent group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5"
            ),
            "messages": self.rows("select person_id, key, text, url from office_notification order by 1, 2"),
        }


def environment(folder: Path) -> dict[str, str]:
    dropped = ("DATABASE_URL", "REDIS_URL", "TIDTAM_CLOCK")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    own = {
        "EMAIL_URL": "dummymail://",
        "DEBUG": "",
        "DEMO": "1",
        "DEMO_PASSWORD": "shown-to-all-2569",
        "DATA_DIR": str(folder),
    }
    return kept | own | {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONWARNINGS": "ignore"}


@pytest.fixture(scope="session")
def made_office(tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    """Made once; each test works on a copy."""
    folder = tmp_path_factory.mktemp("made")
    command = [sys.executable, "-m", "tests.faults.making"]
    done = subprocess.run(command, cwd=ROOT, env=environment(folder), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


@pytest.fixture(scope="session")
def _static_files() -> None:
    """As ``make assets`` leaves them: pages of a server without DEBUG name them by their hashes."""
    if not (ROOT / "build" / "static" / "staticfiles.json").exists():
        for command, debug in ((["build_assets"], "1"), (["collectstatic", "--noinput"], "")):
            env = os.environ | {"DEBUG": debug, "DEMO": "1"}
            subprocess.run([sys.executable, "manage.py", *command, "-v0"], cwd=ROOT, env=env, check=True)


@pytest.fixture
def new_office(tmp_path, made_office, _static_files) -> Iterator[Callable[..., Office]]:
    """``new_office("name")``: a fresh copy; all that runs in it ends with the test."""
    copies: list[Office] = []

    def copy(name: str = "office", redis_url: str = "") -> Office:
        kept, made = made_office
        shutil.copytree(kept, tmp_path / name)
        copies.append(Office(tmp_path / name, made, redis_url))
        copies[-1].set_clock(NOW)
        return copies[-1]

    yield copy
    for office in copies:
        office.end()


@pytest.fixture
def office(new_office) -> Office:
    return new_office()


class Redis:
    """A broker of the test's own, in memory, on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        command += ["--appendonly", "no", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert wait_for(self.listens, 10)

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """With all it held: nothing was kept on disk."""
        self.process.kill()
        self.process.wait(timeout=10)

    def freeze(self) -> None:
        """It still takes connections, and answers none."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def redis(tmp_path) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server on this machine")
    server = Redis(tmp_path)
    yield server
    server.stop()

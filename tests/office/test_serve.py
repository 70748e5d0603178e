"""One command runs web, worker and beat, and ends all of them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from office.management.commands import serve

ROOT = Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(truth, seconds=40.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if truth():
            return True
        time.sleep(0.1)
    return False


def running():
    """(id, parent, session) of every process but those that only wait to be buried."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, _, session, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if state != "Z":
            yield int(stat.parent.name), int(parent), int(session)


def all_gone(sessions):
    return wait_for(lambda: not any(session in sessions for _, _, session in running()), 5)


@pytest.fixture
def served(tmp_path):
    """The command in the foreground of its own data folder; killed at the end, whatever happened."""
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
    }
    environment |= {"DEBUG": "", "DEMO": "1", "DEMO_PASSWORD": "shown-to-all", "DATA_DIR": str(tmp_path)}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    parts: list[int] = []
    try:
        greeting = process.stdout.readline() + process.stdout.readline()
        parts = [number for number, parent, _ in running() if parent == process.pid]
        yield process, parts, greeting
    finally:
        for session in (process.pid, *parts):
            with suppress(ProcessLookupError):
                os.killpg(session, signal.SIGKILL)
        process.communicate(timeout=10)


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all_within_seconds(served, number):
    process, parts, greeting = served
    assert len(parts) == 3
    assert greeting.startswith("Tidtam: http://127.0.0.1:")
    assert "shown-to-all" in greeting
    process.send_signal(number)
    process.communicate(timeout=serve.POLITE_SECONDS + 10)
    assert process.returncode == 0
    assert all_gone(parts)


def part_named(parts, word):
    [found] = [part for part in parts if word in Path(f"/proc/{part}/cmdline").read_text().split("\0")]
    return found


def test_a_web_server_that_dies_ends_the_others(served):
    process, parts, _ = served
    os.kill(part_named(parts, "gunicorn"), signal.SIGKILL)
    _, err = process.communicate(timeout=serve.POLITE_SECONDS + 10)
    assert process.returncode == 1
    assert "the web server ended by itself" in err
    assert all_gone(parts)


def test_a_taken_port_is_said_before_anything_starts(started, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as ended:
            call_command("serve", "--port", str(port))
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"พอร์ต {port} มีโปรแกรมอื่นใช้อยู่" in said.err
    assert f"Port {port} on 127.0.0.1 can't be used" in said.err
    assert started == []


class Child:
    """A process that isn't one; it ends when ``code`` is set."""

    started: list = []
    pid = 2**22 + 1

    def __init__(self, command, **given):
        self.started.append((command, given["env"]))
        self.code = None

    def poll(self):
        return self.code


@pytest.fixture
def started(monkeypatch, tmp_path):
    monkeypatch.setattr(serve.subprocess, "Popen", Child)
    monkeypatch.setattr(Child, "started", [])
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setenv("TIDTAM_CLOCK", "2026-11-02T09:00")
    return Child.started


@pytest.mark.parametrize(("demo", "kept"), [(True, False), (False, True)], ids=["demo", "no demo"])
def test_in_the_demo_the_kept_offset_rules_the_clock(started, monkeypatch, demo, kept):
    monkeypatch.setattr(settings, "DEMO", demo)
    serve.start(8000)
    assert [("TIDTAM_CLOCK" in environment) for _, environment in started] == [kept] * 3


def test_the_worker_s_messages_stay_on_the_disk_of_the_data(started, tmp_path):
    serve.start(8000)
    (web, of_web), *others = started
    assert "127.0.0.1:8000" in web
    assert of_web.get("TMPDIR") == os.environ.get("TMPDIR")
    assert [environment["TMPDIR"] for _, environment in others] == [str(tmp_path / "tmp")] * 2
    assert [command[6] for command, _ in others] == ["worker", "beat"]


def test_what_the_embedded_queue_needs_is_made(monkeypatch, tmp_path):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(settings, "QUEUE_DIR", tmp_path / "queue")
    for _ in range(2):
        serve.make_folders()
    assert sorted(path.name for path in (tmp_path / "queue").iterdir()) == ["control", "messages"]
    assert (tmp_path / "tmp").is_dir()


def test_a_queue_that_can_t_be_made_stops_nobody(monkeypatch, tmp_path, caplog):
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    monkeypatch.setattr(settings, "QUEUE_DIR", tmp_path / "queue")
    (tmp_path / "queue").write_text("in the way")
    serve.make_folders()
    assert (tmp_path / "tmp").is_dir()
    assert "can't be made" in caplog.text


class TestAPartThatEndsByItself:
    @pytest.fixture
    def part(self, started, monkeypatch, tmp_path):
        monkeypatch.setattr(settings, "QUEUE_DIR", tmp_path / "queue")
        self.at = 1000.0
        monkeypatch.setattr(serve, "monotonic", lambda: self.at)
        return serve.Part("worker", ["worker"], {})

    def starts(self, part, started, seconds):
        """At which of the next seconds the part is started, each time ending at once."""
        found = []
        for second in range(seconds):
            part.process.code = 1
            before = len(started)
            part.keep_up()
            if len(started) > before:
                found.append(second)
            self.at += 1
        return found

    def test_is_started_again_after_longer_and_longer_pauses(self, part, started):
        assert self.starts(part, started, 130) == [1, 4, 9, 18, 35, 66, 97, 128]

    def test_is_left_alone_while_it_runs(self, part, started):
        self.at += 1000
        part.keep_up()
        assert len(started) == 1

    def test_that_had_run_long_waits_shortly_again(self, part, started):
        self.starts(part, started, 36)
        part.process.code = None
        self.at += serve.STEADY_SECONDS + 1
        assert self.starts(part, started, 3) == [1]

    def test_finds_the_folders_of_the_queue_again(self, part, started, tmp_path):
        self.starts(part, started, 2)
        assert (tmp_path / "queue" / "messages").is_dir()

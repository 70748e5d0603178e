"""A whole office for browser tests: its own data folder, database, web server, worker, clock and Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser.making import DEMO_FILES, PASSWORD, STAGES
from tests.chromium import chromium

__all__ = ["DEMO_FILES", "PASSWORD", "LiveOffice"]
ROOT = Path(__file__).resolve().parent.parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder; skip it where no Chromium is, unless CI asks for one."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None and not os.environ.get("TIDTAM_REQUIRE_BROWSER"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


class LiveOffice:
    """Starts and stops the product as ``make run`` does, at a clock of the test's choosing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.env = {
            key: value
            for key, value in os.environ.items()
            if key not in ("DATABASE_URL", "REDIS_URL", "TIDTAM_CLOCK")
        } | {
            "DEBUG": "1",
            "DEMO": "1",
            "DEMO_PASSWORD": PASSWORD,
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "PYTHONWARNINGS": "ignore",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def manage(self, *arguments: str, clock: str = "", stdin: str = "") -> str:
        return self.run("manage.py", *arguments, clock=clock, stdin=stdin)

    def run(self, *arguments: str, clock: str = "", stdin: str = "") -> str:
        env = self.env | ({"TIDTAM_CLOCK": clock} if clock else {})
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=env, input=stdin, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def answer(self, *arguments: str, clock: str = "") -> dict:
        return json.loads(self.manage(*arguments, "--json", clock=clock))

    def set_clock(self, instant: str) -> None:
        """Let every process started from now on live at ``instant`` (ISO with zone)."""
        offset = datetime.fromisoformat(instant) - datetime.now(UTC)  # noqa: TID251
        (self.folder / "clock").write_text(str(offset.total_seconds()))

    def start(self, at: str = "") -> LiveOffice:
        """At ``at`` when given, else at the clock it has."""
        if at:
            self.set_clock(at)
        command = [sys.executable, "manage.py", "serve"]
        with (self.folder / "serve.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if answer.status == 200:
                        return self
            except OSError:
                time.sleep(0.2)
        raise AssertionError((self.folder / "serve.log").read_text())

    def end(self) -> None:
        """At once, with the sessions that ``serve`` gave its parts: the folder is thrown away."""
        if self.process is None:
            return
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        parts = [int(part) for part in children.read_text().split()] if children.exists() else []
        self.process.kill()
        self.process.wait(timeout=30)
        for part in parts:
            with suppress(ProcessLookupError):
                os.killpg(part, signal.SIGKILL)
        self.process = None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def assets() -> None:
    """Third-party files are copied from the installed packages once."""
    env = os.environ | {"DEBUG": "1"}
    subprocess.run(
        [sys.executable, "manage.py", "build_assets"], cwd=ROOT, env=env, check=True, capture_output=True
    )


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a stage of ``making``, made once for all workers of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def stage(name: str) -> Path:
        kept, begun = shared / f"office-{name}", shared / f"office-{name}.begun"
        try:
            begun.mkdir()
        except FileExistsError:
            return _when_there(kept)
        before, clock = STAGES[name]
        making = shared / f"office-{name}.making"
        if before:
            shutil.copytree(stage(before), making)
        else:
            making.mkdir()
        office = LiveOffice(making)
        office.run("-m", "tests.browser.making", name, clock=clock)
        return making.rename(kept)

    return stage


def _when_there(kept: Path) -> Path:
    deadline = time.monotonic() + 180
    while not kept.exists():
        assert time.monotonic() < deadline, f"{kept.name} was not made"
        time.sleep(0.2)
    return kept


@pytest.fixture(scope="session")
def office_at(made: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory, assets: None):
    """``office_at("planned")``: an office of one's own at that stage, not yet serving; end it yourself."""

    def copy(stage: str) -> LiveOffice:
        folder = tmp_path_factory.mktemp(stage) / "data"
        shutil.copytree(made(stage), folder)
        return LiveOffice(folder)

    return copy


@pytest.fixture
def live_office(request: pytest.FixtureRequest, office_at) -> Iterator[LiveOffice]:
    """At the stage that the module names as STAGE."""
    office = office_at(request.module.STAGE)
    yield office
    office.end()


class Visitor:
    """One person's browser."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context, self.url = context, url
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("request", self._asked)

    def _heard(self, message) -> None:
        if message.type == "error" and "status of" not in message.text:
            self.complaints.append(message.text)

    def _asked(self, request) -> None:
        if not request.url.startswith(self.url):
            self.complaints.append(f"left the origin: {request.url}")

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, code: str) -> Page:
        self.open("/")
        self.page.get_by_label("รหัสเจ้าหน้าที่").fill(code)
        self.page.get_by_label("รหัสผ่าน").fill(PASSWORD)
        self.page.get_by_role("button", name="เข้าสู่ระบบ").click()
        self.page.locator(f"body[data-who={code}]").wait_for()
        return self.page


def follow(button: Locator) -> None:
    """Press what leads to another page; that page is there with its scripts when this returns."""
    with button.page.expect_navigation(wait_until="load"):
        button.click()


@pytest.fixture
def visit(browser: Browser, live_office: LiveOffice):
    """``visit("EX030", width=390, scripts=False)`` signs a person in; complaints fail the test."""
    visitors: list[Visitor] = []

    def arrive(code: str = "", *, width: int = 1280, scripts: bool = True) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale="th-TH"
        )
        visitor = Visitor(context, live_office.url)
        visitors.append(visitor)
        if code:
            visitor.sign_in(code)
        return visitor

    yield arrive
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    for visitor in visitors:
        visitor.context.close()
    assert complaints == []

"""One run: load, measure, tell."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from time import monotonic

from django.core.management import call_command

from bench import memory, seed, server, work
from bench.client import Connection, Request, connections
from bench.figures import Result, milliseconds, ratio
from bench.queries import answer_of
from bench.rows import Page, pages_of
from bench.seed import Loaded, sign_in

WARM_UPS = 3
TURNS = 3
"""How often work without a page is timed."""
NAMES = (
    "month",
    "review",
    "form",
    "dashboard",
    "grid",
    "save",
    "submit",
    "pdf",
    "summaries",
    "import",
    "export",
    "check",
    "memory",
    "offices",
)
SLOW = {"pdf": 3}
"""Measured in every n-th round only."""


@dataclass(slots=True)
class Times:
    row: list[float] = field(default_factory=list)
    t: list[float] = field(default_factory=list)
    """T asked right before each."""


@dataclass(slots=True)
class Run:
    """``rows`` are the names wanted; ``rounds`` how often each page is asked."""

    rows: Collection[str]
    rounds: int
    offices: int
    folder: Path
    results: list[Result] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    _t_path: str = ""
    _session: str = ""

    def measure(self) -> None:
        """Raises client.FailedError, server.DownError or whatever the product raises."""
        self._prepare()
        say("loading an office")
        office = seed.load(1, whole=True)
        work.check(office)
        seed.settle()
        self._t_path, self._session = f"/bench/t/{office.months['2026-10'].pk}", sign_in(office.admin)
        with server.running() as port:
            lines = connections(port, self._session)
            self._units(lines)
            pages = [page for page in self._built(pages_of(office)) if page.name in self.rows]
            one = self._pages(lines, pages)
            self._summaries(office)
            self._plan()
            if "memory" in self.rows:
                self._memory(office)
            self._many(lines, office, one)

    def _prepare(self) -> None:
        say("migrating and collecting static files")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())

    def _built(self, pages: list[Page]) -> list[Page]:
        self.absent += [page.label for page in pages if not page.built]
        return [page for page in pages if page.built]

    def _units(self, lines: list[Connection]) -> None:
        a, t = Request("/bench/a", self._session), Request(self._t_path, self._session)
        times: dict[Request, list[float]] = {a: [], t: []}
        for turn in range(WARM_UPS + max(30, self.rounds)):
            for request, kept in times.items():
                seconds = lines[turn % len(lines)].ask(request).seconds
                if turn >= WARM_UPS:
                    kept.append(seconds)
        self.results.append(Result("A", "A: bare signed-in view", 1, "A", detail=milliseconds(times[a])))
        detail = milliseconds(times[t])
        self.results.append(Result("T", "T: 60-row table", ratio(times[t], times[a]), "A", detail=detail))

    def _pages(self, lines: list[Connection], pages: list[Page], *, among: str = "") -> dict[str, Times]:
        """Ask T and each page in turn, on one worker after the other."""
        if pages:
            say(f"asking for {len(pages)} pages{among}, {self.rounds} rounds")
        t, found = Request(self._t_path, self._session), {page.name: Times() for page in pages}
        for turn in range(-WARM_UPS * len(lines), self.rounds):
            line = lines[turn % len(lines)]
            for page in pages:
                if turn > 0 and turn % SLOW.get(page.name, 1):
                    continue
                request = page.prepare(line, turn + WARM_UPS * len(lines))
                before, after = line.ask(t).seconds, line.ask(request).seconds
                if turn >= 0:
                    found[page.name].t.append(before)
                    found[page.name].row.append(after)
        for page in pages:
            self._page_result(page, found[page.name], lines[0], among=among)
        return found

    def _page_result(self, page: Page, times: Times, line: Connection, *, among: str) -> None:
        request = page.prepare(line, self.rounds + 1000)
        queries = len(answer_of(request)[0])
        value = ratio(times.row, times.t)
        self.results.append(
            Result(
                page.name + ("-many" if among else ""),
                page.label + among,
                value,
                "T",
                page.goal,
                queries,
                page.queries_goal,
                milliseconds(times.row),
            )
        )

    def _summaries(self, office: Loaded) -> None:
        if "summaries" not in self.rows:
            return
        say("printing 120 summaries")
        times = work.summaries(office, 1)
        self._compare("summaries", "120 summaries, a file a year", 1.3, times, queries_goal=20)

    def _plan(self) -> None:
        if not {"import", "export"} & set(self.rows):
            return
        say("importing and exporting a plan of 5,000 rows")
        office = seed.empty_office(90)
        times = work.plan_import(office, self.folder, TURNS if "import" in self.rows else 1)
        if "import" in self.rows:
            self._compare("import", "plan of 5,000 rows imported", 3, times)
        if "export" in self.rows:
            times = work.plan_export(office, TURNS)
            self._compare("export", "the same plan as xlsx", 1.3, times, queries_goal=5)

    def _compare(
        self, name: str, label: str, goal: float, times: work.Times, *, queries_goal: int | None = None
    ) -> None:
        detail = f"{milliseconds(times.ours)} against {milliseconds(times.alone)}, {times.size}"
        value = ratio(times.ours, times.alone)
        self.results.append(Result(name, label, value, "x", goal, times.queries, queries_goal, detail))

    def _memory(self, office: Loaded) -> None:
        say("signing in and printing for memory")
        signed_in, printed = memory.after_sign_ins_and_prints(office)
        label = "memory of a web worker, after"
        detail = "larger of both workers, resident"
        signs = f"{memory.SIGN_INS} sign-ins, {detail}"
        self.results.append(Result("memory", f"{label} sign-ins", signed_in, "MiB", 110, detail=signs))
        prints = f"and {memory.PRINTS} prints, {detail}"
        self.results.append(Result("memory", f"{label} prints", printed, "MiB", 200, detail=prints))

    def _many(self, lines: list[Connection], office: Loaded, one: dict[str, Times]) -> None:
        """The same pages when the database holds many offices, then the check of all of them."""
        offices = [office]
        if {"offices", "check"} & set(self.rows):
            say(f"loading {self.offices - 1} more offices")
            for number in range(2, self.offices + 1):
                offices.append(seed.load(number, whole=False))
                if number % 10 == 2:
                    seed.settle()
            seed.settle()
        if "check" in self.rows:
            say(f"checking October of {len(offices)} offices")
            label = f"check_compliance of {len(offices)} offices"
            self._compare("check", label, 6, work.compliance(offices, TURNS))
        if "offices" in self.rows and len(offices) > 1:
            pages = [page for page in pages_of(office) if page.name == "dashboard" and page.name in one]
            many = self._pages(lines, pages, among=f", {len(offices)} offices")
            for page in pages:
                grown = ratio(many[page.name].row, many[page.name].t) / ratio(
                    one[page.name].row, one[page.name].t
                )
                detail = "in T, against the same in T at one office"
                self.results.append(
                    Result("offices", f"{page.label}, growth", grown, "x", 1.2, detail=detail)
                )


def say(words: str) -> None:
    sys.stderr.write(f"[{monotonic() - _STARTED:6.1f} s] {words}\n")


_STARTED = monotonic()

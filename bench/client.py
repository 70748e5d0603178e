"""One person's requests over a kept-alive connection to one worker, timed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from time import monotonic, perf_counter
from urllib.parse import urlencode

from bench.server import HOST, WORKERS

IDLE_SECONDS = 1.0
"""Gunicorn hangs up after 2 s of silence: a connection older than this is made anew, untimed."""
TRIES = 200
CSRF = "benchbenchbenchbenchbenchbenchbe"
"""The 32-character secret in the cookie; sent back as the form's token."""


class FailedError(RuntimeError):
    """A page didn't answer as the row expects."""


@dataclass(frozen=True, slots=True)
class Request:
    """``session`` is the session key of who asks; ``fields`` make it a POST."""

    path: str
    session: str = ""
    fields: Mapping[str, str] | None = None
    expected: int = 200

    @property
    def method(self) -> str:
        return "GET" if self.fields is None else "POST"

    @property
    def body(self) -> bytes | None:
        if self.fields is None:
            return None
        return urlencode(dict(self.fields) | {"csrfmiddlewaretoken": CSRF}).encode()

    def headers(self) -> dict[str, str]:
        found = {"Cookie": f"sessionid={self.session}; csrftoken={CSRF}", "Accept-Language": "th"}
        if self.fields is not None:
            found["Content-Type"] = "application/x-www-form-urlencoded"
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    location: str
    seconds: float


@dataclass(slots=True)
class Connection:
    """To the worker with process id ``pid``: reconnected until that one accepts."""

    port: int
    session: str
    pid: int
    _http: HTTPConnection = field(init=False)
    _used: float = field(init=False, default=float("-inf"))

    def ask(self, request: Request) -> Answer:
        """Raises FailedError on any other status than expected."""
        if monotonic() - self._used > IDLE_SECONDS:
            self._reconnect()
        headers, body = request.headers(), request.body
        start = perf_counter()
        self._http.request(request.method, request.path, body, headers)
        response = self._http.getresponse()
        content = response.read()
        seconds = perf_counter() - start
        self._used = monotonic() if not response.will_close else float("-inf")
        return _checked(request, response, content, seconds)

    def _reconnect(self) -> None:
        for _ in range(TRIES):
            self._http = HTTPConnection(HOST, self.port, timeout=120)
            if _worker(self._http, self.session) == self.pid:
                return
            self._http.close()
        raise FailedError(f"worker {self.pid} doesn't answer any more")


def connections(port: int, session: str) -> list[Connection]:
    """One to each worker."""
    pids: set[int] = set()
    for _ in range(TRIES):
        http = HTTPConnection(HOST, port, timeout=120)
        try:
            pids.add(_worker(http, session))
        except (HTTPException, OSError):
            continue
        finally:
            http.close()
        if len(pids) == WORKERS:
            return [Connection(port, session, pid) for pid in sorted(pids)]
    raise FailedError(f"found {len(pids)} of {WORKERS} workers")


def _worker(http: HTTPConnection, session: str) -> int:
    request = Request("/bench/a", session)
    http.request("GET", request.path, headers=request.headers())
    response = http.getresponse()
    answer = _checked(request, response, response.read(), 0.0)
    return int(answer.body.split()[0])


def _checked(request: Request, response: HTTPResponse, content: bytes, seconds: float) -> Answer:
    if response.status != request.expected:
        start = content[:300].decode(errors="replace")
        asked = f"{request.method} {request.path}"
        raise FailedError(f"{asked}: {response.status}, not {request.expected}\n{start}")
    return Answer(response.status, content, response.headers.get("Location", ""), seconds)

"""Memory of the web workers of a server of its own: after sign-ins, then after prints."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from bench import server
from bench.client import Connection, Request, connections
from bench.seed import LAST_YEAR, Loaded, sign_in
from office.models import Person

SIGN_INS, PRINTS = 20, 40
_PASSWORD = "bench-only-password"


def after_sign_ins_and_prints(office: Loaded) -> tuple[float, float]:
    """The largest worker's resident MiB at both moments; each worker gets half of the requests."""
    people = [person.pk for person in office.officers[:SIGN_INS]]
    Person.objects.filter(pk__in=people).update(password=make_password(_PASSWORD))
    session = sign_in(office.admin)
    with server.running() as port:
        lines = connections(port, session)
        for n, person in enumerate(office.officers[:SIGN_INS]):
            fields = {"username": person.code, "password": _PASSWORD}
            lines[n % len(lines)].ask(Request("/sign-in/", "", fields, expected=302))
        signed_in = _largest(lines)
        for n in range(PRINTS):
            code = office.people[n % len(office.people)].code
            lines[n % len(lines)].ask(Request(f"/appraisals/{LAST_YEAR}/{code}/year.pdf", session))
        return signed_in, _largest(lines)


def _largest(lines: list[Connection]) -> float:
    return max(server.memory_mib(line.pid) for line in lines)

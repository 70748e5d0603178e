"""Evidence sent twenty times at once on SQLite: counted one after the other, none beyond the limit."""

from __future__ import annotations

import threading

from reports.actions.evidence import MOST_A_LINE


def at_once(office, links):
    code, session = next(iter(office.officers.items()))
    path = f"/reports/2026-11/{code}/evidence/"
    barrier, statuses = threading.Barrier(len(links)), []

    def send(link):
        barrier.wait(timeout=60)
        statuses.append(office.ask(path, session, {"part": "m", "m-link": link}).status)

    threads = [threading.Thread(target=send, args=(link,)) for link in links]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    return sorted(statuses)


def test_a_double_click_attaches_once_and_the_limit_holds_at_once(office):
    office.serve()
    assert at_once(office, ["https://example.go.th/same"] * 3) == [200] * 3
    kept = "select count(*) from reports_evidence"
    assert office.rows(kept) == [(1,)]
    more = [f"https://example.go.th/{n}" for n in range(2 * MOST_A_LINE)]
    taken = MOST_A_LINE - 1
    assert at_once(office, more) == [200] * taken + [422] * (len(more) - taken)
    assert office.rows(kept) == [(MOST_A_LINE,)]

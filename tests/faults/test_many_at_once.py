"""A whole office saving at once on SQLite: nobody is refused, nothing is lost, nothing is stored twice."""

from __future__ import annotations

import threading
from http.client import HTTPException

ROUNDS = 3


def save_all(office, version, figure):
    """Everybody saves their November at the same moment, each from a browser of their own."""
    barrier = threading.Barrier(len(office.officers))
    answers, errors = {}, []

    def save(code, session):
        path = f"/reports/2026-11/{code}/save/"
        barrier.wait(timeout=60)
        try:
            answers[code] = office.ask(path, session, office.draft(figure, version))
        except (OSError, HTTPException) as error:
            errors.append(error)

    threads = [threading.Thread(target=save, args=person) for person in office.officers.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    return answers, errors


def test_sixty_people_saving_at_once_are_all_kept(office, capsys):
    office.serve()
    times = []
    for version in range(ROUNDS):
        answers, errors = save_all(office, version, figure=version + 1)
        assert errors == []
        assert {code: (answer.status, answer.location) for code, answer in answers.items()} == {
            code: (302, f"/reports/2026-11/{code}/") for code in office.officers
        }
        times += [answer.seconds for answer in answers.values()]
    times.sort()
    median, p99 = times[len(times) // 2], times[int(len(times) * 0.99) - 1]
    with capsys.disabled():
        print(f"\n{len(times)} drafts, 60 at once: median {median:.2f} s, p99 {p99:.2f} s")  # noqa: T201
    kept = office.rows(
        "select p.code, r.version, count(*), min(l.quantity), max(l.quantity) from reports_monthlyreport r"
        " join office_person p on p.id = r.person_id join plans_reportingmonth m on m.id = r.month_id"
        " join reports_reportline l on l.report_id = r.id where m.first = '2026-11-01'"
        " group by r.id order by 1"
    )
    assert kept == [(code, ROUNDS, len(office.items), ROUNDS, ROUNDS) for code in sorted(office.officers)]
    history = "select count(*), count(distinct subject_id) from office_auditevent where verb = 'REPORT_SAVED'"
    assert office.rows(history) == [(60 * ROUNDS, 60)]
    assert p99 < 20, "longer than the wait for the lock"
    one_person_saving_twice_at_once_is_kept_once_and_told_once(office)


def one_person_saving_twice_at_once_is_kept_once_and_told_once(office):
    """A double click on a slow link: the second finds what the first one wrote."""
    code, session = next(iter(office.officers.items()))
    path = f"/reports/2026-11/{code}/save/"
    barrier, statuses = threading.Barrier(2), []

    def save(figure):
        barrier.wait(timeout=60)
        statuses.append(office.ask(path, session, office.draft(figure, ROUNDS)).status)

    threads = [threading.Thread(target=save, args=(figure,)) for figure in (11, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(statuses) == [302, 409]
    kept = "select version from reports_monthlyreport where version > ?"
    assert office.rows(kept, ROUNDS) == [(ROUNDS + 1,)]

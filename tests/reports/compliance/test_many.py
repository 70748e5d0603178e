"""Many people and offices: one that fails stops no other."""

from __future__ import annotations

import pytest

from office.errors import NotAllowed
from plans.models import ReportingMonth
from reports import tasks
from reports.actions import compliance
from reports.actions.compliance import check_due, recheck
from reports.enums import Breach
from reports.models import Flag
from tests import builders
from tests.reports.compliance.scene import AS_OF, DAY, DUE, FLAGS, Cast

pytestmark = pytest.mark.django_db


def test_bad_data_of_one_person_stops_nobody_else(cast, monkeypatch, caplog):
    judge = compliance.findings

    def stumbling(known, **kwargs):
        if known.first_submitted_at == DUE + DAY:
            raise ValueError("unreadable")
        return judge(known, **kwargs)

    monkeypatch.setattr(compliance, "findings", stumbling)
    check = cast.check()
    assert check.unreadable == cast.codes("late")
    assert cast.flags() == {key: state for key, state in FLAGS.items() if key[0] != "late"}
    assert cast["late"].code in check.expected
    assert "can't be checked" in caplog.text


def test_bad_data_leaves_the_flags_it_had(cast, monkeypatch):
    cast.check()
    monkeypatch.setattr(compliance, "findings", lambda known, **kwargs: [][0])
    cast.check(AS_OF + DAY)
    assert cast.flags() == FLAGS


def test_rechecking_one_person_touches_no_other(cast):
    cast.check()
    builders.send_report(cast["missing"], {cast.item: 4}, at=AS_OF + DAY)
    builders.send_report(cast["half"], {cast.item: 4, cast.other: 2}, at=AS_OF + DAY)
    recheck(cast.month, cast["missing"].pk, by=builders.actor(cast["missing"]), now=AS_OF + DAY)
    cast.month.refresh_from_db()
    assert cast.flags() == FLAGS | {
        ("missing", "MISSING", None): "CLEARED",
        ("missing", "LATE", None): "OPEN",
    }
    assert cast.month.checked_as_of == AS_OF


def test_rechecking_never_goes_behind_the_last_check(cast):
    cast.check(AS_OF + 9 * DAY)
    builders.send_report(cast["missing"], {cast.item: 4}, at=AS_OF)
    recheck(cast.month, cast["missing"].pk, by=builders.SYSTEM, now=AS_OF)
    assert cast.flags()["missing", "MISSING", None] == "CLEARED"
    cast.check(AS_OF + 10 * DAY)
    assert cast.flags()["missing", "LATE", None] == "OPEN"


def test_every_open_month_past_its_deadline_is_due_for_a_check(cast):
    other = Cast()
    other.month.closed_at = AS_OF
    other.month.save()
    assert [str(check.month) for check in check_due(as_of=DUE, by=builders.SYSTEM)] == []
    december = AS_OF + 30 * DAY
    found = [
        (str(check.month), len(check.missing)) for check in check_due(as_of=december, by=builders.SYSTEM)
    ]
    assert found == [("2026-10", 1), ("2026-11", 7), ("2026-11", 7)]
    mine = check_due(as_of=december, by=builders.SYSTEM, offices=[cast.office])
    assert [str(check.month) for check in mine] == ["2026-10", "2026-11"]


def test_what_a_deadline_moved_later_takes_back_is_cleared_at_the_next_scan(cast):
    list(check_due(as_of=AS_OF, by=builders.SYSTEM))
    ReportingMonth.objects.filter(pk=cast.month.pk).update(grace_end=AS_OF + 3 * DAY)
    assert list(check_due(as_of=AS_OF + DAY, by=builders.SYSTEM)) == []
    flags = cast.flags()
    assert (flags["missing", "MISSING", None], flags["late", "LATE", None]) == ("CLEARED", "CLEARED")
    assert [check.opened for check in check_due(as_of=AS_OF + 4 * DAY, by=builders.SYSTEM)] == [1]


def test_an_office_that_fails_stops_no_other(cast, monkeypatch, caplog):
    other = Cast()
    read = compliance.month_facts

    def stumbling(month, **kwargs):
        if month.office_id == cast.office.pk:
            raise ValueError("unreadable")
        return read(month, **kwargs)

    monkeypatch.setattr(compliance, "month_facts", stumbling)
    checks = list(check_due(as_of=AS_OF, by=builders.SYSTEM))
    assert [check.missing for check in checks] == [other.codes("missing")]
    assert "failed" in caplog.text


def test_who_may_not_check_is_told_so(cast):
    with pytest.raises(NotAllowed):
        list(check_due(as_of=AS_OF, by=builders.actor(cast["good"])))


def test_the_periodic_task_catches_up_after_days_off(cast, monkeypatch):
    monkeypatch.setattr(tasks.clock, "now", lambda: AS_OF + 60 * DAY)
    for _ in range(2):
        tasks.check_compliance()
    assert cast.flags() == FLAGS
    assert Flag.objects.filter(breach=Breach.MISSING).exclude(month=cast.month).count() == 7

"""What opens a decided case again and what doesn't."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from office.models import AuditEvent
from plans.models import MonthlyShare
from reports.actions.cases import close, excuse
from reports.case_steps import steps_of
from reports.enums import Breach
from reports.models import Flag
from tests import builders as b
from tests.reports.cases.scene import DUE, ENDS, NOW, SECOND, VERBS, S, both


@both
def test_it_stays_decided_while_the_facts_are_the_same(cast, move):
    cast.decide(move)
    for hours in (1, 2, 3):
        cast.check(NOW + timedelta(hours=hours))
    assert cast.flag.state == ENDS[move]


@both
def test_it_stays_decided_when_the_same_is_sent_again(cast, move):
    cast.decide(move)
    cast.resend()
    assert cast.flag.state == ENDS[move]


@both
def test_it_stays_decided_when_only_the_narrative_changed(cast, move):
    cast.decide(move)
    cast.resend(narrative="รายละเอียดเพิ่ม", obstacle="ฝนตก")
    assert cast.flag.state == ENDS[move]


@both
@pytest.mark.parametrize(
    ("fields", "state"),
    [
        pytest.param({"quantity": Decimal(2)}, S.EXPLAINED, id="the result"),
        pytest.param({"explanation": "อีกเหตุผลหนึ่ง"}, S.EXPLAINED, id="the explanation"),
        pytest.param({"explanation": ""}, S.OPEN, id="the explanation taken away"),
    ],
)
def test_it_reopens_when_what_was_reported_changed(cast, move, fields, state):
    cast.decide(move)
    cast.resend(**fields)
    flag = cast.flag
    assert (flag.state, flag.decided_at, flag.decided_by, flag.decided_reason) == (state, None, None, "")
    assert AuditEvent.objects.filter(verb=VERBS[move], reason="ตรวจแล้ว").exists()


@both
def test_it_reopens_when_the_target_changed(cast, move):
    cast.decide(move)
    MonthlyShare.objects.filter(person=cast.ann, month=cast.month).update(quantity=Decimal(9))
    cast.check(NOW + timedelta(hours=1))
    assert cast.flag.state == S.EXPLAINED


@both
def test_it_reopens_when_a_cps_figure_comes_that_says_otherwise(cast, move):
    cast.decide(move)
    cast.cps(1)
    assert (cast.flag.basis["cps"], cast.flag.state) == ("1.00", S.EXPLAINED)
    unlike = Flag.objects.get(breach=Breach.CPS_MISMATCH)
    assert (unlike.state, steps_of(unlike)[-1].what) == (S.OPEN, "ตรวจพบ"), (
        "its reason was given for the plan"
    )


@both
def test_it_stays_decided_when_a_cps_figure_comes_that_bears_it_out(cast, move):
    cast.decide(move)
    cast.cps(3)
    assert cast.flag.state == ENDS[move]
    cast.cps(4, no=2)
    assert cast.flag.state == S.EXPLAINED


@both
def test_it_is_cleared_when_no_longer_true(cast, move):
    cast.decide(move)
    cast.resend(quantity=Decimal(4))
    assert cast.flag.state == S.CLEARED


@both
def test_a_late_report_stays_decided_by_any_number_of_scans(cast, move):
    bob = b.make_person(cast.unit)
    item = cast.expect(bob)
    b.send_report(bob, {item: 1}, at=DUE + SECOND)
    cast.check(NOW + SECOND)
    flag = Flag.objects.get(person=bob, breach=Breach.LATE)
    (close if move == "close" else excuse)(flag, by=cast.by, now=NOW, reason="ไปราชการ")
    cast.check(NOW + timedelta(hours=1))
    b.send_report(bob, {item: 1}, at=NOW + timedelta(hours=2))
    cast.check(NOW + timedelta(hours=3))
    flag.refresh_from_db()
    assert flag.state == ENDS[move]

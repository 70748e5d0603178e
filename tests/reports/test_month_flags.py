"""What was found of a line stands beside the fields where the officer puts it right."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.enums import AnswerKind, Breach, FlagState, ReportState
from reports.models import MonthlyReport, ReportLine
from tests import builders as b

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 10, 29, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)
UNTIL = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)


class Cast:
    """Ann's report was returned; three jobs, of which the first differs from CPS."""

    def __init__(self) -> None:
        unit = b.make_unit(b.make_office())
        plan = b.make_plan(unit.office)
        self.ann, self.bob = b.make_person(unit), b.make_person(unit)
        jobs = ("สสจ. 901", "สสจ. 902", "สสจ. 903")
        self.items = [b.make_item(plan, {self.ann: [2], self.bob: [2]}, job_no=each) for each in jobs]
        for person in (self.ann, self.bob):
            b.send_report(person, dict.fromkeys(self.items, 3), at=SENT, state=ReportState.RETURNED)
            report = MonthlyReport.objects.get(person=person)
            for item in self.items:
                ReportLine.objects.create(
                    report=report, item=item, kind=AnswerKind.VALUE, quantity=Decimal(3)
                )
        MonthlyReport.objects.update(reopened_until=UNTIL)
        self.client = Client()
        self.client.force_login(self.ann, backend="django.contrib.auth.backends.ModelBackend")

    def flag(self, person, *, state=FlagState.NOTIFIED, breach=Breach.CPS_MISMATCH, n: int = 0, **also):
        basis = {"result": "3.00", "target": "2.00", "cps": "2.00"} | also
        return b.make_flag(person, breach, self.items[n], at=NOW, state=state, **basis)

    def page(self) -> str:
        return self.client.get("/reports/2026-10/").content.decode()

    def line(self, n: int = 0) -> str:
        """The job's fieldset as Ann sees it."""
        html = self.page()
        key = f"l{self.items[n].pk}"
        return re.search(rf'<fieldset class="line [^"]*" id="{key}".*?id="{key}-unavailable"', html, re.S)[0]


@pytest.fixture
def cast(monkeypatch) -> Cast:
    monkeypatch.setattr("office.clock.now", lambda: NOW)
    return Cast()


@pytest.mark.parametrize("state", [FlagState.OPEN, FlagState.NOTIFIED])
def test_the_line_shows_the_flag_both_figures_and_its_open_explanation(cast, state):
    cast.flag(cast.ann, state=state)
    line = cast.line()
    assert "ไม่ตรงกับ CPS" in line
    assert "ที่ส่งไว้ 3 ครั้ง · CPS 2 ครั้ง · ตรวจกับ CPS แก้ผลหากไม่ถูกต้อง" in line
    assert 'class="line line--below"' in line
    assert re.search(r'-explain" open>', line)
    asked = "(ต้องเขียน ตามบันทึกแจ้ง)" if state is FlagState.NOTIFIED else "(เมื่อไม่แก้ผลตามที่ตรวจพบ)"
    assert (asked in line, "(เมื่อผลต่ำกว่าแผน)" in line) == (True, False)


@pytest.mark.parametrize(
    ("second", "told"), [(FlagState.EXPLAINED, True), (FlagState.NOTIFIED, True), (FlagState.CLOSED, False)]
)
def test_one_explanation_for_two_cases_says_so(cast, second, told):
    cast.flag(cast.ann)
    assert "ช่องนี้ใช้ชี้แจงทุกเรื่องของงานนี้" not in cast.line()
    cast.flag(cast.ann, breach=Breach.OFF_PLAN, state=second)
    assert ("ช่องนี้ใช้ชี้แจงทุกเรื่องของงานนี้ (ต่ำกว่าแผน, ต่างจาก CPS) เขียนต่อท้ายเหตุผลเดิม" in cast.line()) is told


def test_what_was_explained_is_told_and_asks_for_nothing(cast):
    cast.flag(cast.ann, state=FlagState.EXPLAINED)
    line = cast.line()
    assert "รอฝ่ายบริหารทั่วไปพิจารณา" in line
    assert ('class="line line--ok"' in line, '-explain" open>' in line) == (True, False)


@pytest.mark.parametrize("state", [FlagState.CLOSED, FlagState.EXCUSED, FlagState.CLEARED])
def test_what_ended_is_not_shown(cast, state):
    cast.flag(cast.ann, state=state)
    assert "line-flags" not in cast.line()


def test_nobody_sees_the_flags_of_another_or_of_another_line(cast):
    cast.flag(cast.bob)
    cast.flag(cast.ann, n=1)
    assert ("line-flags" in cast.line(0), "line-flags" in cast.line(1)) == (False, True)


def test_several_flags_of_a_line_stand_in_the_order_of_the_rules(cast):
    cast.flag(cast.ann)
    cast.flag(cast.ann, breach=Breach.OFF_PLAN)
    line = cast.line()
    assert line.index("ไม่เป็นไปตามแผน") < line.index("ไม่ตรงกับ CPS")


CHANGED = Decimal(4)


@pytest.mark.parametrize(
    ("draft", "asked"),
    [
        pytest.param({}, "แก้ผลถ้าไม่ถูกต้อง และเขียนเหตุผลใหม่ ตามบันทึกแจ้ง", id="as it was"),
        pytest.param({"quantity": CHANGED}, "เขียนเหตุผลใหม่ ตามบันทึกแจ้ง เหตุผลเดิม", id="old reason"),
        pytest.param({"quantity": CHANGED, "explanation": ""}, "ผลที่แก้ยังต่างจาก CPS", id="no reason"),
        pytest.param({"quantity": CHANGED, "explanation": "รอบันทึก CPS"}, "", id="another reason"),
        pytest.param({"quantity": Decimal(2)}, "เขียนเหตุผลใหม่ ตามบันทึกแจ้ง", id="as CPS says"),
        pytest.param(
            {"quantity": Decimal(2), "explanation": ""}, "เขียนเหตุผลที่แก้ไข ตามบันทึกแจ้ง", id="put right, no word"
        ),
        pytest.param({"quantity": Decimal(2), "explanation": "พิมพ์ผิด"}, "", id="put right, with why"),
    ],
)
def test_the_checklist_lists_a_line_that_doesnt_answer_its_notice(cast, draft, asked):
    cast.flag(cast.ann, explanation="เลื่อนนัด")
    ReportLine.objects.filter(report__person=cast.ann, item=cast.items[0]).update(
        **({"explanation": "เลื่อนนัด"} | draft)
    )
    page = cast.page()
    listed = re.search(r'<div id="lacks-live".*?</div>', page, re.S)[0]
    done = "กรอกครบทุกรายการแล้ว"
    assert (done in listed, f"สสจ. 901: {asked}" in listed) == (not asked, bool(asked))
    assert page.count("ต้องชี้แจงตามบันทึกแจ้ง") == (2 if asked else 0)


@pytest.mark.parametrize("flags", [0, 3])
def test_flags_come_without_a_query(cast, flags):
    for n in range(flags):
        cast.flag(cast.ann, n=n)
    cast.line()
    with CaptureQueriesContext(connection) as captured:
        cast.line()
    asked = [each["sql"] for each in captured if each["sql"].startswith("SELECT")]
    assert len(asked) <= 8, asked

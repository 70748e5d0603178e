"""What a submission tells of obstacles: once, without retyping, and nothing that people did is undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from office.enums import Role
from office.models import AuditEvent
from plans.models import ReportingMonth
from reports.actions.obstacles import agree, change, follow, raise_obstacle, solve, withdraw
from reports.actions.results_import import import_results
from reports.actions.submissions import submit
from reports.enums import AnswerKind
from reports.management.commands.import_results import read_results
from reports.models import MonthlyReport, Obstacle
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEAD = "รหัสเจ้าหน้าที่,เลขที่งาน,ผล,ปัญหาอุปสรรค,แนวทางแก้ไข,ชี้แจงเหตุผล\n"


class Scene:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.ann, self.bob = b.make_person(self.unit, code="AN7"), b.make_person(self.unit, code="BO7")
        self.admin = b.make_person(self.unit, Role.GENERAL_ADMIN)
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.ann: [4, 4], self.bob: [4, 4]}, job_no="งาน 81")
        self.other = b.make_item(self.plan, {self.ann: [2, 2]}, job_no="งาน 82")
        self.at = NOW

    def tells(self, text: str = "", *, month: str = "2026-10", other: str = "", **texts: str) -> datetime:
        """Ann submits, at plan; each time an hour later. What she says of the first item's obstacle."""
        self.at += HOUR
        whole = b.month_of(self.office, month)
        met = {"kind": AnswerKind.VALUE, "solution": "", "help_wanted": ""}
        changes = {
            self.item.pk: met | {"quantity": Decimal(4), "obstacle": text} | texts,
            self.other.pk: met | {"quantity": Decimal(2), "obstacle": other},
        }
        report = MonthlyReport.objects.filter(person=self.ann, month=whole).first()
        version = report.version if report else 0
        submit(whole, self.ann, changes, by=b.actor(self.ann), now=self.at, version=version)
        return self.at

    def of(self, item=None) -> Obstacle:
        return Obstacle.objects.get(item=item or self.item)

    def last_step(self) -> tuple:
        return self.of().steps.order_by("-pk").values_list("kind", "text", "at", "by_id")[0]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_line_that_tells_of_one_raises_it_without_retyping(scene):
    at = scene.tells("ไม่มีรถ", solution="ยืมรถ", help_wanted="ขอรถ")
    made = scene.of()
    report = MonthlyReport.objects.get()
    assert (made.person, made.unit, made.report, made.item) == (scene.ann, scene.unit, report, scene.item)
    assert (made.text, made.tried, made.help_wanted) == ("ไม่มีรถ", "ยืมรถ", "ขอรถ")
    assert (made.state, made.version, made.raised_at) == ("OPEN", 1, at)
    assert scene.last_step() == ("RAISED", "ไม่มีรถ", at, scene.ann.pk)
    event = AuditEvent.objects.get(subject_type="reports.obstacle")
    assert (event.verb, event.subject_id, event.actor_id) == ("OBSTACLE_RAISED", made.pk, scene.ann.pk)
    assert event.after == {"state": "OPEN", "text": "ไม่มีรถ", "tried": "ยืมรถ", "help_wanted": "ขอรถ"}


def test_each_line_has_its_own(scene):
    scene.tells("ไม่มีรถ", other="ฝนตก")
    assert {(each.item.job_no, each.text) for each in Obstacle.objects.all()} == {
        ("งาน 81", "ไม่มีรถ"),
        ("งาน 82", "ฝนตก"),
    }


def test_neither_a_solution_alone_nor_what_cannot_be_seen_is_an_obstacle(scene):
    scene.tells(solution="ยืมรถ", other="\u200b")
    assert not Obstacle.objects.exists()


def test_the_same_words_again_change_nothing(scene):
    first = scene.tells("ไม่มีรถ")
    scene.tells("ไม่มีรถ", other="ฝนตก")
    scene.tells(" ไม่มีรถ ", other="ฝนตก", narrative="ไปแล้ว")
    kept = scene.of()
    assert (kept.changed_at, kept.version, kept.steps.count()) == (first, 1, 1)


def test_other_words_change_it(scene):
    scene.tells("ไม่มีรถ")
    at = scene.tells("รถเสีย", help_wanted="ขอรถ")
    kept = scene.of()
    assert (kept.text, kept.help_wanted, kept.state, kept.version) == ("รถเสีย", "ขอรถ", "OPEN", 2)
    assert scene.last_step() == ("CHANGED", "ปัญหาอุปสรรค · ความช่วยเหลือที่ต้องการ", at, scene.ann.pk)
    event = AuditEvent.objects.get(verb="OBSTACLE_CHANGED")
    assert (event.before["text"], event.after["text"]) == ("ไม่มีรถ", "รถเสีย")


def test_other_words_keep_what_was_agreed(scene):
    scene.tells("ไม่มีรถ")
    agree(scene.of(), text="ใช้รถกลุ่มอื่น", by=b.actor(scene.admin), now=scene.at)
    scene.tells("รถเสีย")
    assert (scene.of().text, scene.of().state) == ("รถเสีย", "AGREED")


def test_left_out_it_is_withdrawn_and_said_again_it_is_opened_again(scene):
    scene.tells("ไม่มีรถ")
    at = scene.tells()
    assert (scene.of().state, scene.of().ended_at) == ("WITHDRAWN", at)
    assert scene.last_step() == ("WITHDRAWN", "รายงานฉบับที่ 2 ไม่มีปัญหาอุปสรรคนี้แล้ว", at, scene.ann.pk)
    scene.tells(narrative="ไปแล้ว")
    at = scene.tells("ไม่มีรถ")
    assert (scene.of().state, scene.of().ended_at) == ("OPEN", None)
    assert scene.last_step() == ("REOPENED", "รายงานฉบับที่ 4 แจ้งปัญหานี้ด้วยข้อความใหม่", at, scene.ann.pk)
    told = AuditEvent.objects.filter(subject_type="reports.obstacle").order_by("id")
    assert list(told.values_list("verb", flat=True)) == [
        "OBSTACLE_RAISED",
        "OBSTACLE_ENDED",
        "OBSTACLE_REOPENED",
    ]


def test_left_out_it_stays_when_others_have_acted_on_it(scene):
    scene.tells("ไม่มีรถ")
    follow(scene.of(), text="หารถให้แล้ว", by=b.actor(scene.admin), now=scene.at)
    scene.tells()
    assert scene.of().state == "OPEN"


def test_left_out_after_only_its_owner_followed_it_is_withdrawn(scene):
    scene.tells("ไม่มีรถ")
    follow(scene.of(), text="ยืมรถแล้ว", by=b.actor(scene.ann), now=scene.at)
    scene.tells()
    assert scene.of().state == "WITHDRAWN"


def test_a_solved_one_is_opened_again_by_other_words_only(scene):
    scene.tells("ไม่มีรถ")
    solve(scene.of(), text="ได้รถแล้ว", by=b.actor(scene.admin), now=scene.at)
    scene.tells("ไม่มีรถ", other="ฝนตก")
    assert scene.of().state == "SOLVED"
    scene.tells("รถเสีย", other="ฝนตก")
    assert (scene.of().state, scene.of().text) == ("OPEN", "รถเสีย")
    assert scene.last_step()[0] == "REOPENED"


def test_what_its_owner_withdrew_stays_withdrawn(scene):
    scene.tells("ไม่มีรถ")
    withdraw(scene.of(), reason="แจ้งซ้ำ", by=b.actor(scene.ann), now=scene.at)
    scene.tells("ไม่มีรถ", other="ฝนตก")
    assert scene.of().state == "WITHDRAWN"


def test_words_changed_on_its_own_page_stand_while_the_line_says_what_it_said(scene):
    scene.tells("ไม่มีรถ")
    change(scene.of(), text="ไม่มีรถ ต้องเช่า", by=b.actor(scene.ann), now=scene.at, version=1)
    scene.tells("ไม่มีรถ", other="ฝนตก")
    assert scene.of().text == "ไม่มีรถ ต้องเช่า"
    scene.tells("ไม่มีรถ ต้องเช่า", other="ฝนตก")
    assert (scene.of().version, scene.of().steps.count()) == (2, 2)


def test_one_raised_by_itself_in_the_same_words_is_not_doubled(scene):
    alone = raise_obstacle(scene.ann, scene.item, text="ไม่มีรถ", by=b.actor(scene.ann), now=NOW)
    scene.tells("ไม่มีรถ")
    solve(alone, text="ได้รถแล้ว", by=b.actor(scene.ann), now=scene.at + HOUR)
    scene.tells("ไม่มีรถ", other="ฝนตก")
    assert Obstacle.objects.get(item=scene.item) == alone


def test_one_that_had_ended_before_the_report_came_is_another(scene):
    alone = raise_obstacle(scene.ann, scene.item, text="ไม่มีรถ", by=b.actor(scene.ann), now=NOW)
    solve(alone, text="ได้รถแล้ว", by=b.actor(scene.ann), now=NOW)
    scene.tells("ไม่มีรถ")
    assert Obstacle.objects.filter(item=scene.item).count() == 2


def test_the_next_month_in_the_same_words_is_the_same_while_it_stands(scene):
    scene.tells("ไม่มีรถ")
    scene.at = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
    scene.tells("ไม่มีรถ", month="2026-11")
    assert scene.of().report.month == b.month_of(scene.office)
    scene.tells("รถเสีย", month="2026-11")
    assert Obstacle.objects.filter(item=scene.item).count() == 2


def test_of_a_colleague_with_the_same_words_it_is_another(scene):
    raise_obstacle(scene.bob, scene.item, text="ไม่มีรถ", by=b.actor(scene.bob), now=NOW)
    scene.tells("ไม่มีรถ")
    assert Obstacle.objects.filter(item=scene.item).count() == 2


def test_a_submission_that_tells_of_none_asks_nothing(scene):
    with CaptureQueriesContext(connection) as captured:
        scene.tells()
    assert not any('FROM "reports_obstacle' in query["sql"] for query in captured)


# Imported results


class Files:
    def __init__(self, scene, folder) -> None:
        self.scene, self.folder, self.now = scene, folder, datetime(2026, 11, 2, 2, 0, tzinfo=UTC)

    def take(self, *rows: str, at: datetime | None = None, by=b.SYSTEM) -> None:
        path = self.folder / "results.csv"
        path.write_text(HEAD + "\n".join(rows), encoding="utf-8-sig")
        month: ReportingMonth = b.month_of(self.scene.office)
        import_results(month, read_results(month, path), by=by, now=self.now, submit_at=at or self.now)


@pytest.fixture
def files(scene, tmp_path) -> Files:
    return Files(scene, tmp_path)


def test_a_file_raises_them_at_the_instant_of_its_submission(scene, files):
    at = datetime(2026, 10, 30, 8, 0, tzinfo=UTC)
    files.take("AN7,งาน 81,4,ไม่มีรถ,ยืมรถ,", "BO7,งาน 81,4,,,", at=at)
    made = Obstacle.objects.get()
    assert (made.person, made.text, made.tried, made.raised_at) == (scene.ann, "ไม่มีรถ", "ยืมรถ", at)
    assert list(made.steps.values_list("kind", "at", "by")) == [("RAISED", at, None)]
    assert AuditEvent.objects.get(verb="OBSTACLE_RAISED").at == files.now


def test_a_file_without_submission_tells_of_nothing(scene, files):
    path = files.folder / "results.csv"
    path.write_text(HEAD + "AN7,งาน 81,4,ไม่มีรถ,,", encoding="utf-8-sig")
    month = b.month_of(scene.office)
    import_results(month, read_results(month, path), by=b.SYSTEM, now=files.now)
    assert not Obstacle.objects.exists()


def test_the_same_file_again_changes_nothing_and_another_changes_withdraws_and_reopens(scene, files):
    for _ in range(2):
        files.take("AN7,งาน 81,4,ไม่มีรถ,,", "BO7,งาน 81,4,ฝนตก,,")
    assert Obstacle.objects.count() == 2
    files.now += HOUR
    files.take("AN7,งาน 81,4,รถเสีย,,", "BO7,งาน 81,4,,,")
    states = dict(Obstacle.objects.values_list("person__code", "state"))
    assert states == {"AN7": "OPEN", "BO7": "WITHDRAWN"}
    files.now += HOUR
    files.take("AN7,งาน 81,4,รถเสีย,,", "BO7,งาน 81,4,ฝนตก,,")
    assert Obstacle.objects.get(person=scene.bob).state == "OPEN"
    assert Obstacle.objects.get(person=scene.ann).text == "รถเสีย"


def test_an_older_instant_does_not_run_before_what_people_did(scene, files):
    files.take("AN7,งาน 81,4,ไม่มีรถ,,", at=datetime(2026, 10, 30, 8, 0, tzinfo=UTC))
    follow(scene.of(), text="ยืมรถ", by=b.actor(scene.ann), now=files.now)
    files.now += HOUR
    files.take("AN7,งาน 81,4,รถเสีย,,", at=datetime(2026, 10, 30, 9, 0, tzinfo=UTC))
    assert scene.of().changed_at == files.now - HOUR


def test_an_instant_still_to_come_is_not_that_of_the_obstacle(scene, files):
    files.take("AN7,งาน 81,4,ไม่มีรถ,,", at=files.now + HOUR)
    assert scene.of().raised_at == files.now


@pytest.mark.parametrize("people", [1, 3, 20])
def test_queries_do_not_grow_with_the_people_of_a_file(scene, files, people):
    staff = [b.make_person(scene.unit) for _ in range(people)]
    b.make_item(scene.plan, {person: [4] for person in staff}, job_no="งาน 83")
    counted = []
    for words in ("ไม่มีรถ", "รถเสีย", "", "รถเสีย"):
        files.now += HOUR
        with CaptureQueriesContext(connection) as captured:
            files.take(*(f"{person.code},งาน 83,4,{words},," for person in staff))
        kept = ("SAVEPOINT", "RELEASE")
        counted.append(sum(not query["sql"].startswith(kept) for query in captured))
    assert Obstacle.objects.filter(state="OPEN").count() == people
    assert counted == [20, 21, 22, 21]

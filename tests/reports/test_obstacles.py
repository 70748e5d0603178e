"""What people do to an obstacle: any day, once for a double click, in history, never lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import AuditEvent, Notification
from plans.models import ReportingMonth
from reports.actions.obstacles import (
    LONGEST,
    agree,
    change,
    follow,
    raise_obstacle,
    refusals,
    reopen,
    solve,
    withdraw,
)
from reports.enums import ObstacleState
from reports.models import Obstacle
from reports.rules.obstacles import Act
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Scene:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit, self.other = b.make_unit(self.office), b.make_unit(self.office)
        self.ann = b.make_person(self.unit, first_name="แอน")
        self.colleague = b.make_person(self.unit)
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.admin = b.make_person(self.other, Role.GENERAL_ADMIN)
        self.director = b.make_person(self.other, Role.DIRECTOR)
        self.keeper = b.make_person(self.other, Role.SYSTEM_ADMIN)
        self.stranger = b.make_person(b.make_unit(b.make_office()), Role.GENERAL_ADMIN)
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.ann: [4]}, job_no="งาน 71")
        self.not_hers = b.make_item(self.plan, {self.colleague: [4]}, job_no="งาน 72")

    def raised(self, text: str = "ไม่มีรถ", item=None, *, by=None, now=NOW, **more) -> Obstacle:
        return raise_obstacle(self.ann, item, text=text, by=b.actor(by or self.ann), now=now, **more)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def steps(obstacle) -> list[tuple[str, str, int | None]]:
    return list(obstacle.steps.values_list("kind", "text", "by_id"))


def history(obstacle) -> list[str]:
    events = AuditEvent.objects.filter(subject_type="reports.obstacle", subject_id=obstacle.pk)
    return list(events.order_by("id").values_list("verb", flat=True))


# Raising


def test_an_obstacle_is_raised_without_a_report_and_says_who_and_when(scene):
    made = scene.raised(" ไม่มีรถ\r\nไปสหกรณ์ ", scene.item, tried="ยืมรถ", help_wanted="ขอรถ")
    kept = Obstacle.objects.get()
    assert (kept.person, kept.unit, kept.item, kept.report) == (scene.ann, scene.unit, scene.item, None)
    assert (kept.text, kept.tried, kept.help_wanted) == ("ไม่มีรถ\nไปสหกรณ์", "ยืมรถ", "ขอรถ")
    assert (kept.state, kept.version, kept.raised_at, kept.ended_at) == ("OPEN", 1, NOW, None)
    assert steps(made) == [("RAISED", "ไม่มีรถ\nไปสหกรณ์", scene.ann.pk)]
    event = AuditEvent.objects.get(verb="OBSTACLE_RAISED")
    assert (event.office_id, event.actor_id, event.at) == (scene.office.pk, scene.ann.pk, NOW)
    assert event.after == {
        "state": "OPEN",
        "text": "ไม่มีรถ\nไปสหกรณ์",
        "tried": "ยืมรถ",
        "help_wanted": "ขอรถ",
        "job_no": "งาน 71",
    }


def told(obstacle) -> list[tuple[int, str]]:
    rows = Notification.objects.filter(url=f"/obstacles/{obstacle.pk}/").order_by("person_id", "pk")
    return [(each.person_id, each.text) for each in rows]


def test_the_head_and_the_admin_unit_hear_of_it_once(scene):
    b.make_person(scene.other, Role.UNIT_HEAD)
    obstacle = scene.raised(help_wanted="ขอรถสำรอง")
    scene.raised(help_wanted="ขอรถสำรอง")
    words = f"{scene.ann.full_name} แจ้งปัญหาอุปสรรค: ไม่มีรถ ขอความช่วยเหลือ: ขอรถสำรอง"
    assert told(obstacle) == [(scene.head.pk, words), (scene.admin.pk, words)]


def test_who_met_it_hears_of_what_others_do_and_helpers_of_one_that_is_open_again(scene):
    obstacle = scene.raised()
    Notification.objects.all().delete()
    agree(obstacle, text="ใช้รถกลาง", by=b.actor(scene.admin), now=NOW)
    solve(obstacle, text="ได้รถแล้ว", by=b.actor(scene.ann), now=NOW + HOUR)
    reopen(obstacle, reason="รถเสียอีก", by=b.actor(scene.ann), now=NOW + 2 * HOUR)
    again = f"{scene.ann.full_name} เปิดปัญหาอุปสรรคอีกครั้ง: ไม่มีรถ"
    agreed = f"{scene.admin.full_name} บันทึก “ตกลงแนวทางแก้ไข” ในปัญหาอุปสรรคของคุณ: ไม่มีรถ"
    assert told(obstacle) == [(scene.ann.pk, agreed), (scene.head.pk, again), (scene.admin.pk, again)]


def test_a_double_click_is_one_obstacle(scene):
    first = scene.raised("ไม่มีรถ", scene.item)
    assert scene.raised(" ไม่มีรถ ", scene.item, now=NOW + HOUR) == first
    assert (Obstacle.objects.count(), len(steps(first)), history(first)) == (1, 1, ["OBSTACLE_RAISED"])


def test_the_same_words_about_other_work_or_after_it_ended_are_another(scene):
    first = scene.raised()
    scene.raised(item=scene.item)
    solve(first, text="ได้รถแล้ว", by=b.actor(scene.ann), now=NOW)
    scene.raised(now=NOW + HOUR)
    assert Obstacle.objects.count() == 3


@pytest.mark.parametrize("who", ["colleague", "head", "admin", "director", "keeper", "stranger"])
def test_nobody_raises_for_another(scene, who):
    with pytest.raises(NotAllowed):
        scene.raised(by=getattr(scene, who))


def test_only_own_work_can_be_named(scene):
    elsewhere = b.make_item(b.make_plan(scene.stranger.office), {scene.stranger: [1]})
    for item in (scene.not_hers, elsewhere):
        with pytest.raises(Invalid) as refusal:
            scene.raised(item=item)
        assert refusal.value.faults == {"item": "เลือกงานของคุณในแผน"}


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"text": " \n"}, "text"),
        ({"text": "\u200b"}, "text"),
        ({"text": "ก" * (LONGEST + 1)}, "text"),
        ({"text": "ก", "tried": "ก" * (LONGEST + 1)}, "tried"),
        ({"text": "ก", "help_wanted": "ก" * (LONGEST + 1)}, "help_wanted"),
    ],
    ids=["empty", "invisible", "long", "long tried", "long help"],
)
def test_words_that_cannot_be_taken_are_named(scene, texts, field):
    with pytest.raises(Invalid) as refusal:
        scene.raised(**texts)
    assert list(refusal.value.faults) == [field]
    assert not Obstacle.objects.exists()


def test_who_serves_in_no_unit_is_told_so(scene):
    scene.ann.memberships.all().delete()
    with pytest.raises(NotAllowedNow):
        raise_obstacle(scene.ann, None, text="ก", by=b.SYSTEM, now=NOW)


# Changing the words


def test_the_owner_changes_the_words_while_it_stands(scene):
    obstacle = scene.raised(tried="ยืมรถ")
    by = b.actor(scene.ann)
    changed = change(
        obstacle, text="รถเสีย", tried="ยืมรถ", help_wanted="ขอรถ", by=by, now=NOW + HOUR, version=1
    )
    assert (changed.text, changed.version, changed.changed_at) == ("รถเสีย", 2, NOW + HOUR)
    assert steps(obstacle)[1] == ("CHANGED", "ปัญหาอุปสรรค · ความช่วยเหลือที่ต้องการ", scene.ann.pk)
    event = AuditEvent.objects.get(verb="OBSTACLE_CHANGED")
    assert event.before == {"text": "ไม่มีรถ", "help_wanted": ""}
    assert event.after == {"text": "รถเสีย", "help_wanted": "ขอรถ"}


def test_the_same_words_change_nothing_even_from_an_old_page(scene):
    obstacle = scene.raised()
    kept = change(obstacle, text="ไม่มีรถ", by=b.actor(scene.ann), now=NOW + HOUR, version=-1)
    assert (kept.version, len(steps(obstacle))) == (1, 1)


def test_the_second_of_two_who_change_it_overwrites_nothing(scene):
    obstacle, by = scene.raised(), b.actor(scene.ann)
    change(obstacle, text="รถเสีย", by=by, now=NOW, version=1)
    with pytest.raises(Stale):
        change(obstacle, text="รถหาย", by=by, now=NOW, version=1)
    obstacle.refresh_from_db()
    assert obstacle.text == "รถเสีย"


def test_words_of_an_ended_one_stay(scene):
    obstacle, by = scene.raised(), b.actor(scene.ann)
    solve(obstacle, text="ได้รถแล้ว", by=by, now=NOW)
    with pytest.raises(NotAllowedNow):
        change(obstacle, text="รถเสีย", by=by, now=NOW, version=2)


@pytest.mark.parametrize("who", ["colleague", "head", "admin", "director", "keeper", "stranger"])
def test_nobody_else_changes_the_words(scene, who):
    with pytest.raises(NotAllowed):
        change(scene.raised(), text="ก", by=b.actor(getattr(scene, who)), now=NOW, version=1)


# Following and ending


DEEDS = {
    "follow": lambda obstacle, text, **who: follow(obstacle, text=text, **who),
    "agree": lambda obstacle, text, **who: agree(obstacle, text=text, **who),
    "solve": lambda obstacle, text, **who: solve(obstacle, text=text, **who),
    "withdraw": lambda obstacle, text, **who: withdraw(obstacle, reason=text, **who),
    "reopen": lambda obstacle, text, **who: reopen(obstacle, reason=text, **who),
}


@pytest.mark.parametrize("who", ["ann", "admin"])
def test_its_life_is_dated_with_who_and_in_history(scene, who):
    obstacle, by = scene.raised(), b.actor(getattr(scene, who))
    follow(obstacle, text="ขอยืมรถ", by=by, now=NOW + HOUR)
    agree(obstacle, text="ใช้รถกลุ่มอื่น", by=b.actor(scene.admin), now=NOW + 2 * HOUR)
    follow(obstacle, text="ได้รถวันจันทร์", by=by, now=NOW + 3 * HOUR)
    solve(obstacle, text="ไปครบแล้ว", by=by, now=NOW + 4 * HOUR)
    obstacle.refresh_from_db()
    assert (obstacle.state, obstacle.ended_at, obstacle.version) == ("SOLVED", NOW + 4 * HOUR, 3)
    reopened = reopen(obstacle, reason="รถเสียอีก", by=by, now=NOW + 5 * HOUR)
    assert (reopened.state, reopened.ended_at) == ("OPEN", None)
    ended = withdraw(obstacle, reason="แจ้งซ้ำ", by=by, now=NOW + 6 * HOUR)
    assert (ended.state, ended.ended_at) == ("WITHDRAWN", NOW + 6 * HOUR)
    person = by.id
    assert steps(obstacle)[1:] == [
        ("TRIED", "ขอยืมรถ", person),
        ("AGREED", "ใช้รถกลุ่มอื่น", scene.admin.pk),
        ("TRIED", "ได้รถวันจันทร์", person),
        ("SOLVED", "ไปครบแล้ว", person),
        ("REOPENED", "รถเสียอีก", person),
        ("WITHDRAWN", "แจ้งซ้ำ", person),
    ]
    assert history(obstacle) == [
        "OBSTACLE_RAISED",
        "OBSTACLE_FOLLOWED",
        "OBSTACLE_FOLLOWED",
        "OBSTACLE_FOLLOWED",
        "OBSTACLE_ENDED",
        "OBSTACLE_REOPENED",
        "OBSTACLE_ENDED",
    ]
    last = AuditEvent.objects.filter(verb="OBSTACLE_ENDED").last()
    assert (last.before, last.after, last.reason) == ({"state": "OPEN"}, {"state": "WITHDRAWN"}, "แจ้งซ้ำ")


@pytest.mark.parametrize("deed", DEEDS)
def test_the_same_twice_from_one_person_is_one(scene, deed):
    obstacle, by = scene.raised(), b.actor(scene.admin)
    if deed == "reopen":
        solve(obstacle, text="ได้รถแล้ว", by=by, now=NOW)
    for _ in range(2):
        DEEDS[deed](obstacle, "เพราะเหตุนี้", by=by, now=NOW)
    assert [text for _, text, _ in steps(obstacle)].count("เพราะเหตุนี้") == 1


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("text", ["", " \n", "ก" * (LONGEST + 1)], ids=["empty", "blank", "long"])
def test_each_deed_needs_its_words(scene, deed, text):
    with pytest.raises(Invalid) as refusal:
        DEEDS[deed](scene.raised(), text, by=b.actor(scene.admin), now=NOW)
    assert list(refusal.value.faults) == ["text"]


@pytest.mark.parametrize("deed", ["follow", "agree", "solve", "withdraw"])
def test_an_ended_one_must_be_opened_again_first(scene, deed):
    obstacle, by = scene.raised(), b.actor(scene.admin)
    withdraw(obstacle, reason="แจ้งซ้ำ", by=by, now=NOW)
    with pytest.raises(NotAllowedNow):
        DEEDS[deed](obstacle, "ต่อ", by=by, now=NOW)
    with pytest.raises(NotAllowedNow):
        reopen(scene.raised("อีกเรื่อง"), reason="ต่อ", by=by, now=NOW)


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("who", ["colleague", "head", "director", "keeper", "stranger"])
def test_others_only_read(scene, deed, who):
    with pytest.raises(NotAllowed):
        DEEDS[deed](scene.raised(), "ก", by=b.actor(getattr(scene, who)), now=NOW)


def test_the_owner_does_not_write_what_was_agreed(scene):
    with pytest.raises(NotAllowed):
        agree(scene.raised(), text="ก", by=b.actor(scene.ann), now=NOW)


def test_a_closed_month_does_not_stop_its_life(scene):
    ReportingMonth.objects.update(closed_at=NOW)
    obstacle = scene.raised(item=scene.item)
    follow(obstacle, text="ขอยืมรถ", by=b.actor(scene.ann), now=NOW)
    assert solve(obstacle, text="ได้แล้ว", by=b.actor(scene.ann), now=NOW).state == ObstacleState.SOLVED


def test_what_can_be_done_is_said_with_its_reason(scene):
    obstacle = scene.raised()
    found = refusals(obstacle, b.actor(scene.ann))
    assert {act for act, why in found.items() if not any(why)} == {
        Act.CHANGE,
        Act.FOLLOW,
        Act.SOLVE,
        Act.WITHDRAW,
    }
    assert {act for act, why in refusals(obstacle, b.actor(scene.director)).items() if not any(why)} == set()

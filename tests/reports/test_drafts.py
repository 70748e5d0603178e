"""Drafts: made once, written by their owner, never overwriting what was not seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow, Stale
from office.models import AuditEvent
from plans.models import ReportingMonth
from reports.actions.drafts import save_draft
from reports.answers import EMPTY, LineAnswer
from reports.enums import AnswerKind, ReportState
from reports.models import MonthlyReport, ReportLine
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
THREE = {"kind": AnswerKind.VALUE, "quantity": Decimal(3)}
FOUR = {"kind": AnswerKind.VALUE, "quantity": Decimal(4)}


class Scene:
    """An officer with two items in October."""

    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.person = b.make_person(self.unit)
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.person: [4]}, job_no="สสจ. 901")
        self.other = b.make_item(self.plan, {self.person: [2]}, job_no="สสจ. 902")

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    def save(self, changes, *, version: int, now: datetime = NOW, by=None) -> MonthlyReport:
        who = by or b.actor(self.person)
        return save_draft(self.month, self.person, changes, by=who, now=now, version=version)

    def answer(self, item) -> LineAnswer:
        line = ReportLine.objects.filter(report__person=self.person, item=item).first()
        return LineAnswer.of(line) if line else EMPTY


@pytest.fixture
def scene() -> Scene:
    return Scene()


def events() -> list[str]:
    return list(AuditEvent.objects.filter(verb="REPORT_SAVED").values_list("verb", flat=True))


def test_the_first_save_makes_exactly_one_report_even_when_clicked_twice(scene):
    first = scene.save({scene.item.pk: THREE}, version=0)
    second = scene.save({scene.item.pk: THREE}, version=0)
    assert (MonthlyReport.objects.count(), second.pk, second.version, len(events())) == (1, first.pk, 1, 1)


def test_the_report_belongs_to_the_unit_and_office_of_its_owner(scene):
    report = scene.save({}, version=0)
    assert (report.unit_id, report.office_id, report.state) == (
        scene.unit.pk,
        scene.office.pk,
        ReportState.DRAFT,
    )


def test_what_is_not_named_stays(scene):
    scene.save({scene.item.pk: THREE | {"narrative": "แรก"}}, version=0)
    scene.save({scene.item.pk: {"explanation": "เลื่อนนัด"}}, version=1)
    kept = scene.answer(scene.item)
    assert (kept.quantity, kept.narrative, kept.explanation) == (Decimal(3), "แรก", "เลื่อนนัด")


def test_saving_the_same_again_changes_and_records_nothing(scene):
    scene.save({scene.item.pk: THREE}, version=0)
    report = scene.save({scene.item.pk: THREE}, version=1)
    assert (report.version, len(events())) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"kind": AnswerKind.NOTHING, "quantity": None}, LineAnswer(AnswerKind.NOTHING)),
        ({"kind": AnswerKind.VALUE, "quantity": Decimal(0)}, LineAnswer(AnswerKind.VALUE, Decimal(0))),
        ({"kind": AnswerKind.VALUE, "quantity": None}, EMPTY),
        ({"kind": AnswerKind.NOT_AVAILABLE, "quantity": Decimal(3)}, LineAnswer(AnswerKind.NOT_AVAILABLE)),
        ({"kind": AnswerKind.NONE, "quantity": None}, EMPTY),
    ],
    ids=["nothing to report", "zero", "a value without a figure", "not available", "taken back"],
)
def test_blank_is_not_zero(scene, changes, kept):
    scene.save({scene.item.pk: THREE}, version=0)
    scene.save({scene.item.pk: changes}, version=1)
    assert scene.answer(scene.item) == kept


def test_history_holds_only_the_fields_that_changed(scene):
    scene.save({scene.item.pk: THREE}, version=0)
    scene.save({scene.item.pk: FOUR | {"narrative": ""}}, version=1)
    event = AuditEvent.objects.filter(verb="REPORT_SAVED").order_by("id").last()
    assert (event.before, event.after, event.actor_id) == (
        {"สสจ. 901": {"quantity": "3.00"}},
        {"สสจ. 901": {"quantity": "4"}},
        scene.person.pk,
    )


def test_an_old_page_that_differs_is_stale_and_overwrites_nothing(scene):
    scene.save({scene.item.pk: THREE}, version=0)
    with pytest.raises(Stale):
        scene.save({scene.item.pk: FOUR}, version=0)
    assert (scene.answer(scene.item).quantity, len(events())) == (Decimal(3), 1)


def test_two_tabs_on_different_lines_are_stale_too(scene):
    scene.save({scene.item.pk: THREE}, version=0)
    with pytest.raises(Stale):
        scene.save(
            {scene.item.pk: {"kind": AnswerKind.NONE, "quantity": None}, scene.other.pk: FOUR}, version=0
        )
    assert scene.answer(scene.other) == EMPTY


@pytest.mark.parametrize(
    ("after_lock", "allowed"),
    [(timedelta(0), True), (timedelta(microseconds=999_999), True), (SECOND, False)],
)
def test_the_lock_shuts_to_the_second(scene, after_lock, allowed):
    at = scene.month.lock_at + after_lock
    if allowed:
        assert scene.save({scene.item.pk: THREE}, version=0, now=at).version == 1
    else:
        with pytest.raises(NotAllowedNow, match="ปิดรับแก้ไขแล้ว"):
            scene.save({scene.item.pk: THREE}, version=0, now=at)
        assert not MonthlyReport.objects.exists()


def test_a_closed_month_takes_nothing(scene):
    ReportingMonth.objects.filter(pk=scene.month.pk).update(closed_at=NOW)
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        scene.save({scene.item.pk: THREE}, version=0)
    assert not MonthlyReport.objects.exists()


def test_a_month_closed_while_the_page_was_being_saved_takes_nothing(scene):
    seen = scene.month
    scene.save({scene.item.pk: THREE}, version=0)
    ReportingMonth.objects.filter(pk=seen.pk).update(closed_at=NOW)
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        save_draft(seen, scene.person, {scene.item.pk: FOUR}, by=b.actor(scene.person), now=NOW, version=1)
    assert (scene.answer(scene.item).quantity, len(events())) == (Decimal(3), 1)


@pytest.mark.parametrize(
    "role", [Role.GENERAL_ADMIN, Role.UNIT_HEAD, Role.DIRECTOR, Role.PERSONNEL, Role.SYSTEM_ADMIN]
)
def test_nobody_writes_for_another(scene, role):
    other = b.make_person(scene.unit, role)
    with pytest.raises(NotAllowed):
        scene.save({scene.item.pk: THREE}, version=0, by=b.actor(other))
    assert not MonthlyReport.objects.exists()


def test_a_month_of_another_office_is_refused(scene):
    elsewhere = b.make_office()
    b.make_plan(elsewhere)
    with pytest.raises(NotAllowed):
        save_draft(b.month_of(elsewhere), scene.person, {}, by=b.actor(scene.person), now=NOW, version=0)


@pytest.mark.parametrize("item", ["none of the plan", "another's"])
def test_work_outside_ones_own_month_is_refused(scene, item):
    colleague = b.make_person(scene.unit)
    theirs = b.make_item(scene.plan, {colleague: [4]})
    pk = theirs.pk if item == "another's" else 0
    with pytest.raises(NotAllowedNow, match="แผนปฏิบัติงานเปลี่ยนไป"):
        scene.save({pk: THREE}, version=0)
    assert not MonthlyReport.objects.exists()


def test_without_an_approved_plan_nothing_is_written_and_the_approver_is_named():
    office = b.make_office()
    person = b.make_person(b.make_unit(office))
    item = b.make_item(b.make_plan(office, approved=False), {person: [4]})
    with pytest.raises(NotAllowedNow, match="สหกรณ์จังหวัดอนุมัติแผนแล้ว"):
        save_draft(b.month_of(office), person, {item.pk: THREE}, by=b.actor(person), now=NOW, version=0)


def test_a_negative_figure_is_refused(scene):
    with pytest.raises(Invalid, match=r"^ใส่ตัวเลขตั้งแต่ 0 ขึ้นไป$"):
        scene.save({scene.item.pk: {"kind": AnswerKind.VALUE, "quantity": Decimal(-1)}}, version=0)
    assert not MonthlyReport.objects.exists()


def test_without_any_plan_the_admin_unit_is_named():
    office = b.make_office()
    person = b.make_person(b.make_unit(office))
    b.open_year(office, 2570, by=b.SYSTEM, now=NOW)
    with pytest.raises(NotAllowedNow, match="ฝ่ายบริหารทั่วไปเป็นผู้นำเข้าแผน"):
        save_draft(b.month_of(office), person, {}, by=b.actor(person), now=NOW, version=0)


def test_a_page_that_saw_a_report_which_is_not_there_is_stale(scene):
    with pytest.raises(Stale):
        scene.save({scene.item.pk: THREE}, version=5)
    assert not MonthlyReport.objects.exists()

"""The month as a whole: work outside the plan, self-rating, lesson, and figures that ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from office import clock
from office.audit import Verb
from office.enums import Role
from office.errors import NotAllowedNow, Stale
from office.models import AuditEvent
from plans.models import ReportingMonth
from reports.actions.drafts import save_draft
from reports.actions.reviews import send_back
from reports.actions.submissions import NotReady, submit
from reports.answers import WholeAnswer, Work
from reports.enums import AnswerKind, ReportState, SelfRating
from reports.models import MonthlyReport, ReportVersion
from reports.rules import Ask, WorkLack
from tests import builders as b

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FAIR = Work("ช่วยงานกาชาดจังหวัด", Decimal(2), "วัน", "ตั้งโต๊ะ")
SAID = {"self_rating": SelfRating.GOOD, "lesson": "นัดล่วงหน้าได้ผล", "works": (FAIR,)}
URL = "/reports/2026-10/"


class Scene:
    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.ann = b.make_person(self.unit, first_name="อัน")
        self.head = b.make_person(self.unit, Role.UNIT_HEAD)
        self.admin = b.make_person(self.unit, Role.GENERAL_ADMIN)
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.ann: [4, 4]}, job_no="กสส. 1")

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    @property
    def report(self) -> MonthlyReport:
        return MonthlyReport.objects.get(person=self.ann)

    def _by(self):
        return {"by": b.actor(self.ann, NOW.date())}

    def save(self, whole, *, version=0, changes=None, now=NOW):
        return save_draft(
            self.month, self.ann, changes or {}, version=version, whole=whole, now=now, **self._by()
        )

    def submit(self, quantity=4, whole=None, *, version=0, now=NOW):
        changes = {self.item.pk: {"kind": AnswerKind.VALUE, "quantity": Decimal(quantity)}}
        return submit(self.month, self.ann, changes, version=version, whole=whole, now=now, **self._by())


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def client(monkeypatch, scene):
    monkeypatch.setattr(clock, "now", lambda: NOW)

    def sign_in(person=None) -> Client:
        client = Client()
        client.force_login(person or scene.ann, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


# saved and submitted


def test_a_draft_keeps_what_is_said_and_records_it(scene):
    scene.save(SAID)
    assert WholeAnswer.of(scene.report) == WholeAnswer(**SAID)
    event = AuditEvent.objects.get(verb=Verb.REPORT_SAVED)
    assert (event.before["lesson"], event.after["lesson"], event.after["works"][0]["name"]) == (
        "",
        "นัดล่วงหน้าได้ผล",
        "ช่วยงานกาชาดจังหวัด",
    )


def test_saying_the_same_again_changes_nothing(scene):
    scene.save(SAID)
    assert scene.save(SAID, version=1).version == 1
    assert AuditEvent.objects.filter(verb=Verb.REPORT_SAVED).count() == 1


def test_what_another_device_said_is_not_overwritten_unseen(scene):
    scene.save(SAID)
    with pytest.raises(Stale):
        scene.save({"lesson": "อื่น"}, version=0)
    assert scene.report.lesson == "นัดล่วงหน้าได้ผล"


def test_a_submission_keeps_it_with_its_version(scene):
    scene.submit(whole=SAID)
    scene.save({"lesson": "เขียนใหม่", "works": ()}, version=scene.report.version)
    kept = ReportVersion.objects.get()
    assert WholeAnswer.of(kept) == WholeAnswer(**SAID)


def test_a_retried_submission_is_one_submission(scene):
    first = scene.submit(whole=SAID)
    again = scene.submit(whole=SAID, now=NOW + HOUR)
    assert (first.new, again.new, ReportVersion.objects.count()) == (True, False, 1)


def test_another_lesson_is_another_submission(scene):
    scene.submit(whole=SAID)
    again = scene.submit(whole={**SAID, "lesson": "อื่น"}, version=scene.report.version, now=NOW + HOUR)
    assert (again.new, ReportVersion.objects.count()) == (True, 2)


@pytest.mark.parametrize(
    ("work", "lacks"),
    [
        pytest.param(Work("ประชุม"), [WorkLack.QUANTITY, WorkLack.COUNTING_UNIT], id="only a name"),
        pytest.param(Work("", Decimal(1), "ครั้ง"), [WorkLack.NAME], id="no name"),
        pytest.param(Work("ประชุม", Decimal(0), ""), [WorkLack.COUNTING_UNIT], id="no unit"),
    ],
)
def test_a_half_written_work_is_kept_but_not_submitted(scene, work, lacks):
    with pytest.raises(NotReady) as refused:
        scene.submit(whole={"works": (FAIR, work)})
    assert [lack for n, lack in refused.value.found.works if n == 1] == lacks
    assert (scene.report.state, len(scene.report.works)) == (ReportState.DRAFT, 2)
    assert not refused.value.may_go_incomplete


def test_work_outside_the_plan_never_answers_for_a_line_of_it(scene):
    with pytest.raises(NotReady, match="ยังไม่ได้กรอกผลสักรายการ"):
        submit(scene.month, scene.ann, {}, version=0, whole=SAID, now=NOW, **scene._by())


def test_who_has_no_line_this_month_may_still_send_work_outside_the_plan(scene):
    bob = b.make_person(scene.unit)
    by = b.actor(bob, NOW.date())
    sent = submit(scene.month, bob, {}, version=0, whole=SAID, by=by, now=NOW)
    assert (sent.report.state, sent.report.last_version.works[0]["name"]) == ("SUBMITTED", FAIR.name)
    carl = b.make_person(scene.unit)
    with pytest.raises(NotReady):
        submit(scene.month, carl, {}, version=0, by=b.actor(carl, NOW.date()), now=NOW)


def test_a_closed_month_takes_no_rating(scene):
    ReportingMonth.objects.filter(pk=scene.month.pk).update(closed_at=NOW)
    with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
        scene.save({"self_rating": SelfRating.GOOD})


# figures that ask


def test_a_figure_unlike_the_plan_is_asked_about_before_it_is_submitted(scene):
    with pytest.raises(NotReady) as refused:
        scene.submit(40)
    (asked,) = refused.value.found.unsure
    assert (asked.job_no, asked.quantity, asked.asks) == ("กสส. 1", Decimal(40), (Ask.MANY_TIMES_PLAN,))
    assert scene.report.state == ReportState.DRAFT


def test_a_tick_lets_it_go_and_is_logged(scene):
    scene.submit(40, {"confirmed": {scene.item.pk: Decimal(40)}})
    (told,) = ReportVersion.objects.get().confirmed
    assert told == {
        "item": scene.item.pk,
        "job_no": "กสส. 1",
        "figure": "40",
        "asked": [Ask.MANY_TIMES_PLAN.label],
    }
    event = AuditEvent.objects.get(verb=Verb.REPORT_SUBMITTED)
    assert event.after["confirmed"][0]["figure"] == "40"


def test_a_tick_for_one_figure_is_none_for_another(scene):
    scene.save({"confirmed": {scene.item.pk: Decimal(40)}})
    with pytest.raises(NotReady):
        scene.submit(400, version=1)


def test_a_tick_taken_away_asks_again(scene, client):
    scene.save({"confirmed": {scene.item.pk: Decimal(40)}})
    key = f"l{scene.item.pk}"
    unticked = {"version": 1, f"{key}-quantity": "40", f"{key}-asked": "1"}
    client().post(f"{URL}{scene.ann.code}/save/", unticked)
    assert scene.report.confirmed == {}
    with pytest.raises(NotReady):
        scene.submit(40, version=2)


def test_what_was_confirmed_is_not_asked_again(scene):
    scene.submit(40, {"confirmed": {scene.item.pk: Decimal(40)}})
    send_back(
        scene.report, by=b.actor(scene.admin, NOW.date()), now=NOW + HOUR, version=1, comment="ขอรายละเอียด"
    )
    again = scene.submit(40, {"lesson": "ใหม่"}, version=scene.report.version, now=NOW + 2 * HOUR)
    assert again.new is True


# pages


def test_the_page_asks_at_the_figure_and_takes_the_tick(scene, client):
    ann = client()
    key = f"l{scene.item.pk}"
    answer = ann.post(f"{URL}{scene.ann.code}/submit/", {"version": 0, f"{key}-quantity": "40"})
    html = answer.content.decode()
    assert (answer.status_code, f'href="#{key}-sure"' in html, f'name="{key}-sure" value="40"' in html) == (
        422,
        True,
        True,
    )
    ticked = {"version": 1, f"{key}-quantity": "40", f"{key}-sure": "40"}
    assert ann.post(f"{URL}{scene.ann.code}/submit/", ticked).status_code == 302
    assert scene.report.state == ReportState.SUBMITTED


def test_a_work_at_fault_is_named_and_stays_as_it_was_typed(scene, client):
    sent = {"version": 0, "works": "sent", "u0-name": "ประชุม", "u0-quantity": "สอง"}
    answer = client().post(f"{URL}{scene.ann.code}/save/", sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert ('href="#u0-quantity"' in html, 'value="สอง"' in html, "งานนอกแผน ลำดับที่ 1 จำนวนที่ทำได้" in html) == (
        True,
        True,
        True,
    )


def test_both_versions_of_a_lesson_are_shown_and_one_is_chosen(scene, client):
    ann = client()
    scene.save({"lesson": "จากเครื่องที่โต๊ะ", "works": (FAIR,)})
    mine = {"version": 0, "rating": "", "lesson": "จากโทรศัพท์", "works": "sent", "u0-name": "อบรม"}
    html = ann.post(f"{URL}{scene.ann.code}/save/", mine).content.decode()
    for words in ("จากโทรศัพท์", "จากเครื่องที่โต๊ะ", "อบรม", "ช่วยงานกาชาดจังหวัด"):
        assert words in html
    chosen = {**mine, "version": 1, "choice-lesson": "mine", "choice-works": "theirs"}
    ann.post(f"{URL}{scene.ann.code}/save/", chosen)
    assert (scene.report.lesson, scene.report.works[0]["name"]) == ("จากโทรศัพท์", FAIR.name)


@pytest.mark.parametrize("who", ["head", "admin"])
def test_readers_see_what_was_submitted_and_never_the_draft(scene, client, who):
    scene.submit(whole=SAID)
    scene.save({"lesson": "ยังเขียนไม่เสร็จ"}, version=scene.report.version)
    html = client(getattr(scene, who)).get(f"{URL}{scene.ann.code}/").content.decode()
    assert "ผลมากกว่าแผน 3 เท่า" not in html
    assert ("นัดล่วงหน้าได้ผล" in html, FAIR.name in html, "ยังเขียนไม่เสร็จ" in html) == (True, True, False)


def test_who_has_no_line_this_month_gets_a_form_for_other_work(scene, client):
    html = client(b.make_person(scene.unit)).get(URL).content.decode()
    assert ("เดือนนี้คุณไม่มีรายการในแผน" in html, 'name="u0-name"' in html) == (True, True)


@pytest.mark.parametrize("page", ["", "versions/1/"])
def test_a_reviewer_sees_which_figures_the_officer_confirmed(scene, client, page):
    scene.submit(40, {"confirmed": {scene.item.pk: Decimal(40)}})
    html = client(scene.admin).get(f"{URL}{scene.ann.code}/{page}").content.decode()
    assert "กสส. 1 ผล 40: ผลมากกว่าแผน 3 เท่า" in html


# saving by itself


def test_an_autosave_answers_with_the_page_as_a_reload_would(scene, client):
    ann = client()
    sent = {"version": 0, f"l{scene.item.pk}-quantity": "3"}
    answer = ann.post(f"{URL}{scene.ann.code}/save/", sent, headers={"X-Autosave": "1"})
    assert answer.status_code == 200
    strip = lambda html: html.decode().split("<main", 1)[1].split("csrfmiddlewaretoken")  # noqa: E731
    live, reload = strip(answer.content), strip(ann.get(URL).content)
    assert [part[100:] for part in live] == [part[100:] for part in reload]


def test_an_autosave_over_a_newer_draft_is_a_conflict(scene, client):
    ann = client()
    scene.save({"lesson": "ก่อน"})
    sent = {"version": 0, "lesson": "หลัง"}
    assert ann.post(f"{URL}{scene.ann.code}/save/", sent, headers={"X-Autosave": "1"}).status_code == 409


@pytest.mark.parametrize(
    ("nonce", "echoed"), [("k3x9", True), ("", False), ("../x", False), ("ก", False), ("a" * 17, False)]
)
def test_a_sending_is_told_that_it_arrived(scene, client, nonce, echoed):
    answer = client().post(f"{URL}{scene.ann.code}/save/", {"version": 0, "nonce": nonce})
    assert answer.url.endswith(f"?kept={nonce}" if echoed else f"{scene.ann.code}/")

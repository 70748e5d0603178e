"""Evidence: attached while the month is open by who writes it, counted, kept for ever."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from office.enums import Role
from office.errors import Invalid, NotAllowed, NotAllowedNow
from office.models import AuditEvent
from plans.models import ReportingMonth
from reports.actions import evidence
from reports.actions.drafts import save_draft
from reports.actions.evidence import attach, attach_link, remove
from reports.actions.submissions import submit
from reports.enums import AnswerKind, Breach, ReportState
from reports.models import Evidence, MonthlyReport
from reports.queries import changed_since_sent, find_month, pieces_of
from tests import builders as b
from tests import pieces as p

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 10, 20, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
FOUR = {"kind": AnswerKind.VALUE, "quantity": 4}


class Scene:
    """An officer with one item in October."""

    def __init__(self) -> None:
        self.office = b.make_office()
        self.unit = b.make_unit(self.office)
        self.person = b.make_person(self.unit)
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.person: [4]}, job_no="สสจ. 901")

    @property
    def month(self) -> ReportingMonth:
        return b.month_of(self.office)

    @property
    def actor(self):
        return b.actor(self.person)

    def attach(self, upload=None, *, item="own", now=NOW, by=None) -> Evidence:
        where = self.item.pk if item == "own" else item
        return attach(self.month, self.person, where, upload or p.upload(), by=by or self.actor, now=now)

    def link(self, link: str, *, item=None, now=NOW) -> Evidence:
        return attach_link(self.month, self.person, item, link, by=self.actor, now=now)

    def submit(self, now, version=0):
        return submit(self.month, self.person, {self.item.pk: FOUR}, by=self.actor, now=now, version=version)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    default = settings.STORAGES["default"] | {"OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": default}


@pytest.fixture
def scene() -> Scene:
    return Scene()


def stored(tmp_path) -> int:
    return sum(path.is_file() for path in tmp_path.rglob("*"))


def test_a_file_is_kept_with_who_when_what_and_its_print(scene, tmp_path):
    kept = scene.attach(p.upload(name="ประชุมกลุ่ม.jpg"))
    kept.refresh_from_db()
    assert (kept.name, kept.content_type, kept.item_id, kept.added_at, kept.added_by_id, kept.unit_id) == (
        "ประชุมกลุ่ม.jpg",
        "image/jpeg",
        scene.item.pk,
        NOW,
        scene.person.pk,
        scene.unit.pk,
    )
    with default_storage.open(kept.file.name) as file:
        content = file.read()
    assert (len(content), hashlib.sha256(content).hexdigest()) == (kept.size, kept.sha256)
    assert kept.file.name.startswith(f"evidence/{scene.office.pk}/{kept.report_id}/")
    assert "ประชุม" not in kept.file.name
    assert stored(tmp_path) == 2, "the file and its small picture"


def test_attaching_is_told_in_the_history_of_the_report(scene):
    scene.attach(p.upload(name="ก.jpg"))
    link = scene.link("https://example.go.th/ก")
    remove(link, by=scene.actor, now=LATER)
    told = AuditEvent.objects.filter(verb__startswith="EVIDENCE").order_by("id")
    report = MonthlyReport.objects.get()
    print_of = Evidence.objects.first().sha256
    assert [(each.verb, each.subject_id, each.before, each.after, each.actor_id) for each in told] == [
        (
            "EVIDENCE_ADDED",
            report.pk,
            {},
            {"name": "ก.jpg", "job_no": "สสจ. 901", "sha256": print_of},
            scene.person.pk,
        ),
        (
            "EVIDENCE_ADDED",
            report.pk,
            {},
            {"name": "example.go.th › ก", "link": "https://example.go.th/ก"},
            scene.person.pk,
        ),
        (
            "EVIDENCE_REMOVED",
            report.pk,
            {"name": "example.go.th › ก", "link": "https://example.go.th/ก"},
            {},
            scene.person.pk,
        ),
    ]


def test_the_first_file_makes_the_report_and_no_page_grows_stale(scene):
    scene.attach()
    scene.attach(p.upload(p.pdf(), "a.pdf"), item=None)
    assert MonthlyReport.objects.get().version == 0
    assert (
        save_draft(
            scene.month, scene.person, {scene.item.pk: FOUR}, by=scene.actor, now=NOW, version=0
        ).version
        == 1
    )
    scene.attach(p.upload(p.pdf(b"%2\n"), "b.pdf"))
    assert MonthlyReport.objects.get().version == 1


@pytest.mark.parametrize("item", ["own", None], ids=["line", "month"])
def test_the_same_content_twice_on_one_line_is_one(scene, item, tmp_path):
    first = scene.attach(item=item)
    assert scene.attach(p.upload(name="อีกชื่อ.jpg"), item=item).pk == first.pk
    link = scene.link("example.go.th/a", item=scene.item.pk)
    assert scene.link("https://example.go.th/a", item=scene.item.pk).pk == link.pk
    assert (Evidence.objects.count(), AuditEvent.objects.filter(verb="EVIDENCE_ADDED").count()) == (2, 2)
    assert stored(tmp_path) == 2


def test_the_same_content_may_stand_on_two_lines_and_come_back_after_it_was_taken_away(scene):
    first = scene.attach()
    assert scene.attach(item=None).pk != first.pk
    remove(first, by=scene.actor, now=NOW)
    assert scene.attach().pk != first.pk


def test_removed_evidence_is_marked_and_its_file_stays(scene):
    kept = scene.attach()
    remove(kept, by=scene.actor, now=LATER)
    remove(kept, by=scene.actor, now=LATER + timedelta(1))
    kept.refresh_from_db()
    assert (kept.removed_at, kept.removed_by_id) == (LATER, scene.person.pk)
    assert default_storage.exists(kept.file.name)
    assert AuditEvent.objects.filter(verb="EVIDENCE_REMOVED").count() == 1


def test_a_version_keeps_what_it_was_sent_with(scene):
    first = scene.attach(p.upload(name="first.jpg"))
    version = scene.submit(LATER).report
    assert not changed_since_sent(version)
    remove(first, by=scene.actor, now=LATER + timedelta(minutes=1))
    scene.attach(p.upload(p.pdf(), "second.pdf"), now=LATER + timedelta(minutes=1))
    assert changed_since_sent(MonthlyReport.objects.get())
    again = scene.submit(LATER + timedelta(minutes=2), version=version.version)
    assert again.new, "other evidence is another submission"
    assert not scene.submit(LATER + timedelta(minutes=3), version=again.report.version).new
    pieces = pieces_of(scene.month, scene.person.pk)
    one, two = MonthlyReport.objects.get().versions.all()
    assert [[each.name for each in pieces if each.went_with(v.submitted_at)] for v in (one, two)] == [
        ["first.jpg"],
        ["second.pdf"],
    ]


def test_what_is_attached_and_sent_in_one_moment_goes_along(scene):
    scene.attach(now=NOW)
    sent = scene.submit(NOW).report
    assert pieces_of(scene.month, scene.person.pk)[0].went_with(sent.submitted_at)


def test_what_comes_or_goes_while_a_submission_overtakes_it_is_no_part_of_what_was_sent(scene):
    sent = scene.attach()
    version = scene.submit(NOW + timedelta(seconds=30)).report.last_version
    scene.attach(p.upload(p.pdf(), "ส่งช้า.pdf"), now=NOW + timedelta(seconds=5))
    remove(sent, by=scene.actor, now=NOW + timedelta(seconds=6))
    pieces = pieces_of(scene.month, scene.person.pk)
    assert [each.went_with(version.submitted_at) for each in pieces] == [True, False]


def test_the_month_is_read_together_with_its_evidence(scene, django_assert_num_queries):
    for n in range(3):
        scene.attach(p.upload(p.pdf(b"%%%d\n" % n), f"{n}.pdf"), now=NOW + timedelta(microseconds=n))
    remove(Evidence.objects.first(), by=scene.actor, now=LATER)
    scene.link("example.go.th")
    wanted = scene.month.month
    with django_assert_num_queries(1):
        month = find_month(scene.office.pk, wanted, scene.person.pk)
        found = pieces_of(month, scene.person.pk)
    assert found == pieces_of(scene.month, scene.person.pk)
    assert [(each.name, each.standing) for each in found] == [
        ("0.pdf", False),
        ("1.pdf", True),
        ("2.pdf", True),
        ("example.go.th", True),
    ]
    assert pieces_of(find_month(scene.office.pk, scene.month.month, 0), 0) == []


class TestLimits:
    def test_a_file_of_ten_megabytes_is_taken_and_one_byte_more_is_not(self, scene):
        text = b"x" * evidence.MOST_BYTES
        assert scene.attach(p.upload(text, "a.txt")).size == evidence.MOST_BYTES
        with pytest.raises(Invalid, match=r"^ไฟล์ใหญ่เกิน 10 MB เลือกไฟล์ที่เล็กกว่า หรือถ่ายรูปขนาดเล็กลง$"):
            scene.attach(p.upload(text + b"x", "b.txt"))

    def test_a_line_holds_ten_files_and_links_together(self, scene, tmp_path):
        for n in range(5):
            scene.attach(p.upload(b"%d" % n, f"{n}.txt"))
            scene.link(f"example.go.th/{n}", item=scene.item.pk)
        before = stored(tmp_path)
        with pytest.raises(Invalid, match="ไม่เกิน 10 ชิ้นต่องาน"):
            scene.attach()
        with pytest.raises(Invalid, match="ไม่เกิน 10 ชิ้นต่องาน"):
            scene.link("example.go.th/more", item=scene.item.pk)
        assert (stored(tmp_path), Evidence.objects.count()) == (before, 10)
        scene.attach(item=None)
        remove(Evidence.objects.first(), by=scene.actor, now=NOW)
        scene.attach()

    def test_a_month_holds_sixty(self, scene, monkeypatch):
        monkeypatch.setattr(evidence, "MOST_A_MONTH", 2)
        scene.attach()
        scene.link("example.go.th")
        with pytest.raises(Invalid, match="ไม่เกิน 60 ชิ้นต่อเดือน"):
            scene.link("example.go.th/2")

    def test_attaching_and_taking_away_comes_to_an_end(self, scene, monkeypatch):
        monkeypatch.setattr(evidence, "MOST_EVER_A_MONTH", 2)
        for n in range(2):
            remove(scene.link(f"example.go.th/{n}"), by=scene.actor, now=NOW)
        with pytest.raises(Invalid, match="ครบ 300 ครั้ง"):
            scene.link("example.go.th/3")

    def test_nothing_stays_of_a_file_that_was_not_attached(self, scene, tmp_path, monkeypatch):
        def fails(**_: object):
            raise RuntimeError

        monkeypatch.setattr(evidence.audit, "record", fails)
        with pytest.raises(RuntimeError):
            scene.attach()
        with pytest.raises(RuntimeError):
            scene.link("example.go.th")
        assert (stored(tmp_path), Evidence.objects.count(), MonthlyReport.objects.count()) == (0, 0, 0)


class TestLinks:
    @pytest.mark.parametrize(
        ("typed", "kept", "name"),
        [
            (" https://example.go.th/a/b/ ", "https://example.go.th/a/b/", "example.go.th › a › b"),
            ("example.go.th", "https://example.go.th", "example.go.th"),
            ("http://example.go.th/%E0%B8%81?x=1", "http://example.go.th/%E0%B8%81?x=1", "example.go.th › ก"),
            (
                "https://example.go.th/" + "ก" * 200,
                "https://example.go.th/" + "ก" * 200,
                "example.go.th › " + "ก" * 104,
            ),
        ],
    )
    def test_an_address_is_kept_and_shown_short(self, scene, typed, kept, name):
        made = scene.link(typed)
        assert (made.link, made.name, made.file.name, made.sha256) == (kept, name, "", "")

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "javascript:alert(1)",
            "javascript://example.go.th/%0aalert(1)",
            "data:text/html,x",
            "ftp://example.go.th",
            "file:///etc/passwd",
            "https://",
            "https://a b.go.th",
            "https://user:pass@example.go.th",
            "https://[::1",
            "ไม่ใช่ลิงก์",
            "https://example.go.th/\nx",
        ],
    )
    def test_what_is_no_web_address_is_refused(self, scene, typed):
        with pytest.raises(Invalid, match="https://"):
            scene.link(typed)
        assert not Evidence.objects.exists()

    def test_a_long_one_is_refused_with_a_remedy(self, scene):
        with pytest.raises(Invalid, match="ใช้ลิงก์แบบสั้น"):
            scene.link("https://example.go.th/" + "x" * 500)


class TestWhoAndWhen:
    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICER])
    def test_nobody_attaches_or_removes_for_another(self, scene, role):
        kept = scene.attach()
        other = b.actor(b.make_person(scene.unit, role))
        with pytest.raises(NotAllowed):
            scene.attach(by=other)
        with pytest.raises(NotAllowed):
            attach_link(scene.month, scene.person, None, "example.go.th", by=other, now=NOW)
        with pytest.raises(NotAllowed):
            remove(kept, by=other, now=NOW)

    def test_work_that_is_not_ones_own_that_month_takes_nothing(self, scene, tmp_path):
        theirs = b.make_item(scene.plan, {b.make_person(scene.unit): [4]})
        for item in (theirs.pk, 0):
            with pytest.raises(NotAllowedNow, match="ไม่อยู่ในแผนของคุณเดือนนี้"):
                scene.attach(item=item)
        assert (stored(tmp_path), MonthlyReport.objects.count()) == (0, 0)

    def test_the_lock_shuts_it_and_a_return_or_a_notice_opens_it_again(self, scene):
        kept = scene.attach()
        late = scene.month.lock_at + timedelta(hours=1)
        for deed in (
            lambda: scene.attach(p.upload(p.pdf(), "a.pdf"), now=late),
            lambda: remove(kept, by=scene.actor, now=late),
        ):
            with pytest.raises(NotAllowedNow, match="ปิดรับแก้ไข"):
                deed()
        flag = b.make_flag(scene.person, Breach.MISSING, at=late)
        b.make_notice(flag, at=late)
        assert scene.attach(p.upload(p.pdf(), "a.pdf"), now=late)
        MonthlyReport.objects.update(
            state=ReportState.RETURNED,
            submissions=1,
            first_submitted_at=NOW,
            first_deadline=NOW,
            submitted_at=NOW,
            reopened_until=late + timedelta(days=1),
        )
        remove(kept, by=scene.actor, now=late)

    def test_a_closed_month_takes_nothing_even_from_a_page_opened_before(self, scene):
        seen = scene.month
        scene.attach()
        ReportingMonth.objects.filter(pk=seen.pk).update(closed_at=NOW)
        kept = Evidence.objects.select_related("report__month").get()
        kept.report.month = seen
        with pytest.raises(NotAllowedNow, match="ปิดแล้ว"):
            scene.attach(p.upload(p.pdf(), "a.pdf"))
        with pytest.raises(NotAllowedNow, match="ถูกตรึงไว้"):
            attach(seen, scene.person, None, p.upload(), by=scene.actor, now=NOW)
        with pytest.raises(NotAllowedNow, match="ถูกตรึงไว้"):
            remove(kept, by=scene.actor, now=NOW)
        assert Evidence.objects.filter(removed_at=None).count() == 1

    def test_a_month_of_another_office_is_refused(self, scene):
        elsewhere = b.make_office()
        b.make_plan(elsewhere)
        with pytest.raises(NotAllowed):
            attach(b.month_of(elsewhere), scene.person, None, p.upload(), by=scene.actor, now=NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="tests/faults does it with real processes")
def test_two_at_once_are_counted_one_after_the_other(monkeypatch):
    import threading

    scene = Scene()
    monkeypatch.setattr(evidence, "MOST_A_LINE", 1)
    barrier, refused = threading.Barrier(2), []

    def one(n: int) -> None:
        barrier.wait(timeout=30)
        try:
            scene.attach(p.upload(b"%d" % n, f"{n}.txt"))
        except Invalid as words:
            refused.append(str(words))
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert (len(refused), Evidence.objects.count()) == (1, 1)

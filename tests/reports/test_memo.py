"""What a memo says, and who may print it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from office import clock
from office.enums import Role
from office.models import AuditEvent
from reports.enums import Breach
from reports.memo import RELATED, breaches_of, memo_data, post_of, subject_of
from reports.models import Notice
from tests import builders as b
from tests.office.papers import pages, run_together

pytestmark = pytest.mark.django_db

SENT = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
"""2 Nov 2026 09:00 in Bangkok."""
MONDAY = "2 พฤศจิกายน 2569"


class Office:
    """An officer of a group with its head, and the admin unit with its head and a clerk."""

    def __init__(self):
        self.office = b.make_office(name="สำนักงานสหกรณ์จังหวัดลำปาง")
        self.admin_unit = b.make_unit(self.office, "ฝ่ายบริหารทั่วไป")
        self.unit = b.make_unit(self.office, "กลุ่มส่งเสริมสหกรณ์ 1")
        self.chief = b.make_person(self.admin_unit, Role.GENERAL_ADMIN, Role.UNIT_HEAD, first_name="ฉัตร")
        self.chief.position_title = "หัวหน้าฝ่ายบริหารทั่วไป (นักจัดการงานทั่วไป)"
        self.chief.save()
        self.clerk = b.make_person(self.admin_unit, Role.GENERAL_ADMIN, first_name="สัปดาห์")
        self.head = b.make_person(self.unit, Role.UNIT_HEAD, first_name="หัวหน้า")
        self.officer = b.make_person(self.unit, first_name="ไหม")
        self.plan = b.make_plan(self.office)
        self.item = b.make_item(self.plan, {self.officer: [4]}, job_no="สสจ. 1")
        self.other = b.make_item(self.plan, {self.officer: [52]}, job_no="สสจ. 2", counting_unit="แห่ง")

    def flag(self, breach, item=None, **basis):
        return b.make_flag(self.officer, breach, item, at=SENT - timedelta(days=2), **basis)

    def off_plan(self):
        return self.flag(Breach.OFF_PLAN, self.item, result="3.00", target="4.00")

    def notice(self, *flags, **facts):
        return b.make_notice(*(flags or [self.off_plan()]), at=SENT, **({"by": self.clerk} | facts))


@pytest.fixture
def place():
    return Office()


def test_the_head_of_the_paper_says_from_whom_when_and_to_whom(place):
    data = memo_data(place.notice())
    assert data["agency"] == "สำนักงานสหกรณ์จังหวัดลำปาง ฝ่ายบริหารทั่วไป"
    assert data["date"] == MONDAY
    assert data["to"] == f"{place.officer.full_name} นักวิชาการสหกรณ์ชำนาญการ"
    assert data["through"] == ""
    assert "ที่" not in data


def test_it_has_its_three_parts(place):
    data = memo_data(place.notice(message="ขอให้แนบรายชื่อด้วย"))
    assert data["cause"] == (
        "ตามที่กำหนดให้เจ้าหน้าที่ส่งรายงานผลการปฏิบัติงานตามแผนปฏิบัติงานประจำเดือนตุลาคม 2569 "
        "ปีงบประมาณ พ.ศ. 2570 ภายในวันที่ 30 ตุลาคม 2569 เวลา 16.30 น. นั้น"
    )
    assert data["finding"] == "ฝ่ายบริหารทั่วไปได้ตรวจสอบแล้ว พบว่า ผลการปฏิบัติงานไม่เป็นไปตามแผน ดังนี้"
    assert data["note"] == "ขอให้แนบรายชื่อด้วย"
    assert data["closing"] == (
        "จึงเรียนมาเพื่อทราบ และขอให้ดำเนินการแก้ไขรายงานพร้อมชี้แจงเหตุผลในระบบ ภายในวันที่ 5 พฤศจิกายน 2569 เวลา 09.00 น."
    )


def test_a_job_is_one_row_whatever_is_wrong_with_it(place):
    lacking = {"result": "3.00", "target": "4.00"}
    notice = place.notice(
        place.flag(Breach.INCOMPLETE, place.other),
        place.flag(Breach.INCOMPLETE, place.item, **lacking),
        place.off_plan(),
        place.flag(Breach.CPS_MISMATCH, place.item, **lacking, cps="12.00"),
    )
    first, second = memo_data(notice)["rows"]
    assert (first["job"], first["counting_unit"]) == (f"สสจ. 2 {place.other.name}", "แห่ง")
    assert (first["plan"], first["result"]) == ("–", "–")
    assert first["fix"] == "กรอกผล พร้อมชี้แจงเหตุผลที่ยังไม่กรอก หรือระบุเหตุผลที่ไม่มีข้อมูล"
    assert (second["plan"], second["result"]) == ("4", "3")
    assert second["fix"].split("\n") == [
        "แก้ผลหากไม่ถูกต้อง พร้อมชี้แจงเหตุผลที่ไม่เป็นไปตามแผน",
        "ตรวจกับ CPS แก้ผลหากไม่ถูกต้อง พร้อมชี้แจงเหตุผลที่ต่างกัน (ผลใน CPS 12)",
    ]
    assert breaches_of(notice) == [Breach.INCOMPLETE, Breach.OFF_PLAN, Breach.CPS_MISMATCH]


def test_three_findings_are_named_in_one_sentence(place):
    notice = place.notice(
        place.flag(Breach.LATE), place.flag(Breach.INCOMPLETE, place.other), place.off_plan()
    )
    assert memo_data(notice)["finding"] == (
        "ฝ่ายบริหารทั่วไปได้ตรวจสอบแล้ว พบว่า ได้รับรายงานหลังกำหนดส่ง รายงานยังไม่ครบถ้วน และผลการปฏิบัติงานไม่เป็นไปตามแผน ดังนี้"
    )


@pytest.mark.parametrize(
    ("breach", "subject", "asked"),
    [
        (Breach.MISSING, "ขอให้ส่งรายงาน", "ขอให้ส่งรายงานพร้อมชี้แจงเหตุผลในระบบ"),
        (Breach.LATE, "ขอให้ชี้แจงเหตุผลการส่งรายงาน", "ขอให้ชี้แจงเหตุผลในระบบ"),
    ],
    ids=["missing", "late"],
)
def test_a_report_without_lines_to_correct_has_no_table(place, breach, subject, asked):
    notice = place.notice(place.flag(breach))
    data = memo_data(notice)
    assert data["rows"] == []
    assert not data["finding"].endswith("ดังนี้")
    assert data["subject"].startswith(subject)
    assert asked in data["closing"]


def test_the_first_notice_is_not_numbered_and_the_second_is(place):
    flag = place.off_plan()
    first = place.notice(flag)
    second = place.notice(flag, no=2, copied_to=place.head)
    assert subject_of(first) == "ขอให้แก้ไขรายงานผลการปฏิบัติงานประจำเดือนตุลาคม 2569 พร้อมชี้แจงเหตุผล"
    assert subject_of(second) == f"{subject_of(first)} (ครั้งที่ 2)"


def test_the_second_notice_goes_through_the_head_and_names_the_first(place):
    flag = place.off_plan()
    place.notice(flag)
    data = memo_data(place.notice(flag, no=2, copied_to=place.head))
    assert data["through"] == "ผู้อำนวยการกลุ่มส่งเสริมสหกรณ์ 1"
    assert data["cause"].endswith(f"น. และได้แจ้งครั้งที่ 1 เมื่อวันที่ {MONDAY} แล้ว นั้น")


def test_a_second_notice_without_a_known_head_goes_through_nobody(place):
    assert memo_data(place.notice(no=2))["through"] == ""


def test_a_clerk_s_notice_is_signed_by_the_head_of_the_unit(place):
    signer = memo_data(place.notice())["signer"]
    assert signer == {"name": place.chief.full_name, "position": "หัวหน้าฝ่ายบริหารทั่วไป"}


def test_of_two_heads_the_sender_signs(place):
    acting = b.make_person(place.admin_unit, Role.GENERAL_ADMIN, Role.UNIT_HEAD)
    assert memo_data(place.notice(by=acting))["signer"]["name"] == acting.full_name


@pytest.mark.parametrize("by_system", [True, False], ids=["the system", "a clerk"])
def test_without_a_head_on_that_day_nobody_is_named(place, by_system):
    place.chief.memberships.filter(role=Role.UNIT_HEAD).update(ends_on=date(2026, 11, 1))
    data = memo_data(place.notice(by=None if by_system else place.clerk))
    assert data["signer"] == {"name": "", "position": "หัวหน้าฝ่ายบริหารทั่วไป"}
    assert data["agency"].endswith("ฝ่ายบริหารทั่วไป")


def test_a_sender_who_serves_nowhere_known_leaves_the_unit_s_usual_name(place):
    place.clerk.memberships.all().delete()
    data = memo_data(place.notice())
    assert data["agency"].endswith("ฝ่ายบริหารทั่วไป")
    assert data["signer"] == {"name": "", "position": "หัวหน้าฝ่ายบริหารทั่วไป"}


@pytest.mark.parametrize(
    ("title", "unit", "post"),
    [
        ("หัวหน้าฝ่ายบริหารทั่วไป (นักจัดการงานทั่วไป)", "ฝ่ายบริหารทั่วไป", "หัวหน้าฝ่ายบริหารทั่วไป"),
        ("เจ้าพนักงานธุรการ", "ฝ่ายบริหารทั่วไป", "หัวหน้าฝ่ายบริหารทั่วไป"),
        ("ผู้อำนวยการกลุ่ม (นักวิชาการสหกรณ์)", "กลุ่มตรวจการสหกรณ์", "ผู้อำนวยการกลุ่มตรวจการสหกรณ์"),
        ("ผู้อำนวยการนิคมสหกรณ์ (นักวิชาการสหกรณ์)", "นิคมสหกรณ์ตัวอย่าง", "ผู้อำนวยการนิคมสหกรณ์"),
        ("นักวิชาการสหกรณ์", "ศูนย์สาธิตสหกรณ์", "หัวหน้าศูนย์สาธิตสหกรณ์"),
        (None, "ฝ่ายบริหารทั่วไป", "หัวหน้าฝ่ายบริหารทั่วไป"),
    ],
    ids=["named", "acting", "group", "settlement", "centre", "nobody"],
)
def test_a_head_signs_with_the_executive_post(place, title, unit, post):
    head = None if title is None else place.head
    if head is not None:
        head.position_title = title
    place.unit.name = unit
    assert post_of(head, place.unit) == post


def test_later_corrections_do_not_change_the_paper(place):
    flag = place.off_plan()
    notice = place.notice(flag)
    before = memo_data(notice)
    flag.basis = flag.basis | {"result": "4.00", "explanation": "แก้แล้ว"}
    flag.save()
    place.item.name = "ชื่อใหม่"
    place.item.save()
    notice.refresh_from_db()
    assert memo_data(notice) == before


def test_the_memo_costs_few_queries_whatever_it_names(place, django_assert_max_num_queries):
    flags = [place.off_plan(), place.flag(Breach.CPS_MISMATCH, place.item), place.flag(Breach.LATE)]
    notice = place.notice(*flags, no=2, copied_to=place.head)
    with django_assert_max_num_queries(4):
        memo_data(Notice.objects.select_related(*RELATED).get(pk=notice.pk))


# The page


@pytest.fixture
def asked(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: SENT)

    def ask(person, pk):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client.get(reverse("notice-memo", args=[pk]))

    return ask


@pytest.mark.parametrize("who", ["officer", "head", "clerk", "chief"])
def test_who_is_concerned_reads_it_in_the_browser(place, asked, who):
    notice = place.notice()
    answer = asked(getattr(place, who), notice.pk)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    name = f"tidtam-memo-2026-10-{place.officer.code}-1.pdf"
    assert answer["Content-Disposition"] == f'inline; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    text = run_together("".join(pages(answer.content)))
    assert run_together("ขอให้แก้ไขรายงานผลการปฏิบัติงานประจำเดือนตุลาคม ๒๕๖๙") in text


def test_nobody_else_learns_that_it_exists(place, asked):
    notice = place.notice()
    colleague = b.make_person(place.unit)
    stranger = b.make_person(b.make_unit(b.make_office()), Role.GENERAL_ADMIN)
    other_head = b.make_person(b.make_unit(place.office), Role.UNIT_HEAD)
    for person in (colleague, stranger, other_head):
        assert asked(person, notice.pk).status_code == 404
    assert asked(place.clerk, notice.pk + 1).status_code == 404


def test_reading_writes_nothing(place, asked, client):
    notice = place.notice()
    asked(place.officer, notice.pk)
    before = AuditEvent.objects.count()
    assert asked(place.officer, notice.pk).content == asked(place.clerk, notice.pk).content
    assert AuditEvent.objects.count() == before
    assert client.post(reverse("notice-memo", args=[notice.pk])).status_code == 405

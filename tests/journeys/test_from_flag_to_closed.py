"""From a flag to the end of its case, by forms alone: the officer, the admin, the head, the director."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from office.enums import Role
from reports.actions.compliance import check_due
from reports.enums import Breach, FlagState, ReportState
from reports.models import Flag, MonthlyReport, Notice
from tests import builders as b

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 10, 30, 9, 30, tzinfo=UTC)
MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
FIRST_ENDS = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
SECOND_ENDS = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
"""Two working days after Friday's second notice; the month has locked on Friday."""
MONTH = "2026-10"
BOARD = f"/compliance/{MONTH}/"
ROW = re.compile(r'<tr data-person="(\w+)" data-state="([\w-]*)" data-timing="([\w-]*)" data-flags="([^"]*)"')


class World:
    """An office as its people see it; ``at`` is what the clock says."""

    def __init__(self, monkeypatch) -> None:
        self.at = DUE - timedelta(days=1)
        monkeypatch.setattr("office.clock.now", lambda: self.at)
        office = b.make_office()
        unit, admins = b.make_unit(office, "กลุ่มส่งเสริมสหกรณ์ 1"), b.make_unit(office, "ฝ่ายบริหารทั่วไป")
        self.people = {
            "admin": b.make_person(admins, Role.GENERAL_ADMIN, code="EX006"),
            "director": b.make_person(admins, Role.DIRECTOR, code="EX001", reports=False),
            "head": b.make_person(unit, Role.UNIT_HEAD, code="EX029", reports=False),
            "ann": b.make_person(unit, code="EX030", first_name="แอน"),
            "bob": b.make_person(unit, code="EX031", first_name="บ๊อบ"),
        }
        self.item = b.make_item(b.make_plan(office), {self["ann"]: [4], self["bob"]: [4]}, job_no="สสจ. 1")

    def __getitem__(self, name: str):
        return self.people[name]

    def as_(self, name: str) -> Client:
        client = Client()
        client.force_login(self[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def see(self, name: str, url: str) -> str:
        response = self.as_(name).get(url)
        assert response.status_code == 200, (url, response.status_code)
        return response.content.decode()

    def post(self, name: str, url: str, status: int = 302, **fields) -> str:
        response = self.as_(name).post(url, fields, follow=status == 302)
        assert response.redirect_chain if status == 302 else response.status_code == status, url
        assert response.status_code == (200 if status == 302 else status)
        return response.content.decode()

    def scan(self) -> None:
        list(check_due(as_of=self.at, by=b.SYSTEM))

    def row(self, name: str) -> tuple[str, str, str]:
        rows = {code: rest for code, *rest in ROW.findall(self.see("admin", BOARD))}
        return tuple(rows[self[name].code])

    def report(self, name: str, quantity: int, explanation: str = "", status: int = 302) -> str:
        written = MonthlyReport.objects.filter(person=self[name]).first()
        key = f"l{self.item.pk}"
        fields = {
            "version": written.version if written else 0,
            f"{key}-kind": "VALUE",
            f"{key}-quantity": str(quantity),
            f"{key}-explanation": explanation,
        }
        return self.post(name, f"/reports/{MONTH}/{self[name].code}/submit/", status, **fields)

    def notify(self, *names: str, message: str = "") -> str:
        """Tick the rows, read the memos, send them with the flags that the page has ticked."""
        codes = [self[name].code for name in names]
        page = self.as_("admin").post(f"{BOARD}notify/", {"p": codes}).content.decode()
        flags = re.findall(r'name="flag" value="(\d+)"', page)
        assert flags, page
        return self.post("admin", f"{BOARD}notify/send/", p=codes, flag=flags, message=message)

    def flag(self, name: str, breach: Breach) -> Flag:
        return Flag.objects.get(person=self[name], breach=breach)


@pytest.fixture
def world(monkeypatch) -> World:
    return World(monkeypatch)


def test_below_plan_told_corrected_and_closed(world):
    world.report("ann", 3, "ฝนตก")
    world.report("bob", 4)
    world.at = MONDAY
    world.scan()
    assert world.row("ann") == ("submitted", "on-time", "OFF_PLAN")
    assert world.row("bob") == ("submitted", "on-time", "")

    done = world.notify("ann", message="ขอให้ชี้แจงให้ชัดเจน")
    assert "แจ้งแล้ว 1 คน" in done
    assert world.row("ann") == ("returned", "on-time", "OFF_PLAN")
    notice = Notice.objects.get()
    assert notice.answer_by == FIRST_ENDS

    assert f'href="/notices/{notice.pk}/"' in world.see("ann", "/")
    page = world.see("ann", f"/notices/{notice.pk}/")
    assert "ขอให้ชี้แจงให้ชัดเจน" in page and "ไปแก้ไขรายงาน" in page
    assert "ขอให้ชี้แจงให้ชัดเจน" in world.see("ann", f"/reports/{MONTH}/")
    assert "ขอให้ชี้แจงให้ชัดเจน" in world.see("head", f"/notices/{notice.pk}/")

    world.at = MONDAY + timedelta(days=1)
    world.report("ann", 3, "สหกรณ์เลื่อนประชุมเป็นวันที่ 5 พฤศจิกายน")
    flag = world.flag("ann", Breach.OFF_PLAN)
    assert flag.state == FlagState.EXPLAINED
    assert "ตอบแล้ว" in world.see("admin", f"/notices/{notice.pk}/")
    assert "พิจารณาเรื่องที่ชี้แจงแล้ว 1 เรื่อง" in world.see("admin", "/")
    assert "สหกรณ์เลื่อนประชุม" in world.see("admin", "/cases/")

    assert world.as_("head").post(f"/cases/{flag.pk}/close/").status_code == 403
    world.at += timedelta(minutes=5)
    page = world.post("admin", f"/cases/{flag.pk}/close/", reason="รับทราบ")
    steps = [
        "เกิดเหตุ",
        "ตรวจพบ ชี้แจงแล้ว",
        "แจ้งเจ้าหน้าที่ ครั้งที่ 1",
        "ส่งกลับแก้ไข ฉบับที่ 1",
        "ส่งรายงาน ฉบับที่ 2",
        "ชี้แจงเหตุผล",
        "ปิดเรื่อง",
    ]
    assert re.findall(r"</time><(?:strong|a [^>]*)>([^<]*)<", page) == steps

    world.at += timedelta(days=1)
    world.scan()
    assert world.flag("ann", Breach.OFF_PLAN).state == FlagState.CLOSED
    assert world.row("ann") == ("submitted", "on-time", "OFF_PLAN")


def test_never_sent_told_twice_answered_after_the_lock_and_excused(world):
    world.report("ann", 4)
    world.at = MONDAY
    world.scan()
    assert world.row("bob") == ("expected", "missing", "MISSING")
    world.notify("bob")
    assert world.row("bob") == ("expected", "missing", "MISSING")
    flag = world.flag("bob", Breach.MISSING)
    assert flag.state == FlagState.NOTIFIED
    assert "แจ้งแล้ว ครั้งที่ 1" in world.see("bob", f"/cases/{flag.pk}/")

    world.at = FIRST_ENDS + timedelta(hours=18)
    assert "บันทึกแจ้งที่เลยกำหนดตอบ 1 ฉบับ" in world.see("admin", "/")
    world.notify("bob")
    second = Notice.objects.get(no=2)
    assert (second.copied_to, second.answer_by) == (world["head"], SECOND_ENDS)
    assert "สำเนาบันทึกแจ้งครั้งที่ 2" in world.see("head", "/")

    world.at = SECOND_ENDS - timedelta(hours=1)
    assert "ปิดรับแก้ไขแล้ว" not in world.see("bob", f"/reports/{MONTH}/")
    world.post("bob", f"/notices/{second.pk}/answer/", text="ไปราชการต่างจังหวัด")
    world.report("bob", 4)
    assert world.row("bob") == ("submitted", "late", "LATE")
    late = world.flag("bob", Breach.LATE)
    assert (late.state, late.basis["explanation"]) == (FlagState.EXPLAINED, "ไปราชการต่างจังหวัด")
    assert world.flag("bob", Breach.MISSING).state == FlagState.CLEARED

    world.post("admin", f"/cases/{late.pk}/excuse/", 422, reason="")
    world.post("admin", f"/cases/{late.pk}/excuse/", reason="มีคำสั่งไปราชการ")
    world.at += timedelta(days=1)
    world.scan()
    assert world.flag("bob", Breach.LATE).state == FlagState.EXCUSED
    assert "มีคำสั่งไปราชการ" in world.see("director", f"/cases/{late.pk}/")


def test_told_twice_in_vain_goes_to_the_director_and_the_month_stays_shut(world):
    world.report("ann", 4)
    world.at = MONDAY
    world.scan()
    world.notify("bob")
    world.at = FIRST_ENDS + timedelta(hours=18)
    world.notify("bob")
    second = Notice.objects.get(no=2)
    world.at = SECOND_ENDS + timedelta(seconds=1)
    assert "แจ้งครบ 2 ครั้งแล้วยังไม่ตอบ 1 ฉบับ" in world.see("director", "/")
    assert "บ๊อบ" in world.see("director", "/notices/?show=last")
    assert "เลยกำหนดตอบแล้ว" in world.post("bob", f"/notices/{second.pk}/answer/", 409, text="สายไป")
    world.report("bob", 4, status=409)
    assert "แจ้งครบ 2 ครั้งแล้ว" in world.see("admin", f"{BOARD}notify/?p=EX031")
    flag = world.flag("bob", Breach.MISSING)
    world.post("admin", f"/cases/{flag.pk}/close/", reason="สหกรณ์จังหวัดสั่งการแล้ว")
    assert world.flag("bob", Breach.MISSING).state == FlagState.CLOSED


def test_a_late_report_is_returned_explained_and_accepted(world):
    world.report("ann", 4)
    world.at = DUE + timedelta(hours=1)
    world.report("bob", 4)
    world.at = MONDAY
    world.scan()
    world.notify("bob")
    assert world.row("bob") == ("returned", "late", "LATE")
    notice = Notice.objects.get()
    world.post("bob", f"/notices/{notice.pk}/answer/", text="เครือข่ายขัดข้อง")
    assert world.row("bob") == ("submitted", "late", "LATE")
    world.post("admin", f"/reports/{MONTH}/EX031/accept/", version=2)
    assert MonthlyReport.objects.get(person=world["bob"]).state == ReportState.ACCEPTED
    late = world.flag("bob", Breach.LATE)
    assert late.state == FlagState.EXPLAINED
    world.post("admin", f"/cases/{late.pk}/close/")
    assert world.flag("bob", Breach.LATE).state == FlagState.CLOSED

"""CPS in the browser."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from office.enums import Role
from reports.actions.cps import import_cps
from reports.cps_file import CpsFile as ParsedFile
from reports.cps_row import CpsRow
from tests import builders

SENT = datetime(2026, 10, 30, 3, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
URL = "/cps/2026-10/"
HEADING = ["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "จำนวน"]
ROW = re.compile(
    r'<tr data-person="([^"]*)" data-job="([^"]*)".*?data-th="แผน">(.*?)</td>.*?data-th="CPS">(.*?)</td>'
    r'.*?data-th="รายงาน">(.*?)</td>.*?data-th="ผลต่าง">(.*?)</td>',
    re.DOTALL,
)


class Cast:
    """Two units; every standing of a line once."""

    def __init__(self) -> None:
        self.office = builders.make_office()
        self.units = [builders.make_unit(self.office, name) for name in ("กลุ่ม ก", "กลุ่ม ข")]
        self.plan = builders.make_plan(self.office)
        self.admin = builders.make_person(
            builders.make_unit(self.office, "ฝ่ายบริหารทั่วไป"), Role.GENERAL_ADMIN, code="EX006"
        )
        self.ann = builders.make_person(self.units[0], code="EX030", first_name="แอน")
        self.bob = builders.make_person(self.units[1], code="EX031", first_name="บ๊อบ")
        self.cat = builders.make_person(self.units[1], Role.UNIT_HEAD, code="EX032", first_name="แคท")
        self.visits = builders.make_item(
            self.plan, {self.ann: [4], self.bob: [2], self.cat: [3]}, job_no="สสจ. 1"
        )
        self.other = builders.make_item(self.plan, {self.ann: [1]}, job_no="สสจ. 2")
        self.month = builders.month_of(self.office)
        builders.send_report(self.ann, {self.visits: 4, self.other: 1}, at=SENT)
        builders.send_report(self.bob, {self.visits: 2}, at=SENT)

    def take(self, *told, month=None, now: datetime = NOW) -> None:
        rows = [
            CpsRow(n, None, code, job, "สหกรณ์", Decimal(quantity), "ครั้ง", None)
            for n, (code, job, quantity) in enumerate(told, start=2)
        ]
        import_cps(month or self.month, ParsedFile(rows=rows), name="cps.xlsx", by=builders.SYSTEM, now=now)

    def take_october(self) -> None:
        self.take(
            ("EX030", "สสจ. 1", 3), ("EX031", "สสจ. 1", 2), ("EX998", "สสจ. 1", 1), ("EX031", "สสจ. 99", 7)
        )


def client_of(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(person, url: str = URL, status: int = 200) -> str:
    response = client_of(person).get(url)
    assert response.status_code == status
    return response.content.decode()


def rows(html: str) -> list[tuple[str, ...]]:
    return [tuple(re.sub(r"<[^>]+>", "", cell) for cell in found) for found in ROW.findall(html)]


def tiles(html: str) -> dict[str, int]:
    found = re.findall(r"<b>(\d+)</b><span><i [^>]*></i>([^<]*)</span>", html)
    return {word: int(number) for number, word in found}


ANN = ("EX030", "สสจ. 1", "4", "3", "4", "+1")
BOB = ("EX031", "สสจ. 1", "2", "2", "2", "0")
CAT = ("EX032", "สสจ. 1", "3", "0", "ยังไม่ส่ง", "–")


# Differences


def upload(client: Client, content: bytes, month: str = "2026-10", name: str = "ต.ค..xlsx"):
    return client.post("/cps/import/", {"month": month, "file": SimpleUploadedFile(name, content)})


def reviewed(html: str) -> dict[str, tuple[str, str]]:
    """Job to what CPS and the report say."""
    found = re.findall(
        r'<span class="strong">(สสจ. \d)</span>.*?data-th="CPS">(.*?)</td>.*?data-th="ผล">(.*?)</td>', html
    )
    return {job: (re.sub(r"<[^>]+>", "", cps), result) for job, cps, result in found}


def workbook(*told) -> bytes:
    built = Workbook()
    for row in (HEADING, *told):
        built.active.append(row)
    target = io.BytesIO()
    built.save(target)
    return target.getvalue()

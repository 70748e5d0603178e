"""CPS files by month, and taking one in."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from office.enums import Role
from reports.actions.compliance import check_month
from reports.models import CpsFile, Flag
from tests import builders
from tests.reports.cps_pages.scene import (
    NOW,
    SENT,
    URL,
    client_of,
    page,
    upload,
    workbook,
)

pytestmark = pytest.mark.django_db


def test_months_with_their_files_newest_first(cast):
    cast.take_october()
    cast.take(("EX030", "สสจ. 1", 5), now=NOW + timedelta(hours=1))
    november = builders.month_of(cast.office, "2026-11")
    cast.take(("EX030", "สสจ. 1", 5), month=november)
    html = page(cast.admin, "/cps/")
    assert re.findall(r'<a href="(/cps/2026[^"#]*)"', html) == ["/cps/2026-11/", "/cps/2026-10/"]
    assert re.findall(r'data-th="ครั้งที่">(\d+)<', html) == ["1", "2", "1"]
    assert html.count("ใช้อยู่") == 2
    assert 'name="file"' in html
    assert 'name="file"' not in page(cast.ann, "/cps/")


def test_no_files_yet(cast):
    assert "ยังไม่ได้นำเข้าไฟล์ CPS" in page(cast.ann, "/cps/")


def test_long_lists_page(cast, monkeypatch):
    monkeypatch.setattr("reports.views.cps.FILES_A_PAGE", 2)
    for n in range(3):
        cast.take(("EX030", "สสจ. 1", n), now=NOW + timedelta(hours=n))
    assert page(cast.admin, "/cps/").count('data-th="ครั้งที่"') == 2
    assert page(cast.admin, "/cps/?page=2").count('data-th="ครั้งที่"') == 1


# Taking a file in


def test_choose_look_confirm(cast):
    builders.send_report(cast.ann, {cast.visits: 4}, at=SENT)
    check_month(cast.month, as_of=NOW, by=builders.SYSTEM, store=True)
    client = client_of(cast.admin)
    chosen = upload(
        client, workbook(["05/10/2569", "EX030", "สสจ. 1", 3], ["05/10/2569", "EX998", "สสจ. 1", 1])
    )
    assert (chosen.status_code, CpsFile.objects.exists()) == (302, False)
    html = client.get(chosen.url).content.decode()
    assert "<dt>แถวใหม่</dt><dd>2</dd>" in html
    assert "<dt>ไม่พบคู่</dt><dd>1</dd>" in html
    assert not CpsFile.objects.exists()
    done = client.post(chosen.url)
    assert (done.status_code, done.url) == (302, URL)
    file = CpsFile.objects.get()
    assert (file.name, file.imported_by, file.imported_at) == ("ต.ค..xlsx", cast.admin, NOW)
    assert Flag.objects.filter(breach="CPS_MISMATCH", person=cast.ann).exists()
    for answer in (client.post(chosen.url), client.get(chosen.url), client.get(f"{chosen.url}columns/")):
        assert answer.status_code == 409
        assert f'href="{URL}"' in answer.content.decode()
        assert "สิ่งที่พิมพ์ไว้" not in answer.content.decode()


def test_the_same_file_again_says_that_nothing_changes(cast):
    client = client_of(cast.admin)
    content = workbook(["05/10/2569", "EX030", "สสจ. 1", 3])
    client.post(upload(client, content).url)
    again = upload(client, content)
    assert "ตรงกับไฟล์ที่ใช้อยู่แล้ว" in client.get(again.url).content.decode()
    assert "ไม่มีอะไรเปลี่ยน" in client.post(again.url, follow=True).content.decode()
    assert CpsFile.objects.count() == 1


def test_a_wrong_file_is_refused_and_given_back_marked(cast):
    client = client_of(cast.admin)
    content = workbook(["05/10/2569", "EX030", "สสจ. 1", 3], ["05/11/2569", "EX030", "สสจ. 1", 1])
    chosen = upload(client, content)
    for answer in (client.get(chosen.url), client.post(chosen.url)):
        assert answer.status_code == 422
        assert "แก้วันที่ปฏิบัติงานให้อยู่ในเดือนตุลาคม 2569" in answer.content.decode()
    marked = load_workbook(io.BytesIO(client.get(f"{chosen.url}marked.xlsx").content))["Sheet"]
    assert marked["A3"].comment.text
    assert marked["A2"].comment is None
    assert not CpsFile.objects.exists()


def test_what_is_no_workbook_is_refused(cast):
    client = client_of(cast.admin)
    chosen = upload(client, b"%PDF-1.7 nothing", name="cps.xlsx")
    assert client.get(chosen.url).status_code == 422
    assert client.get(f"{chosen.url}marked.xlsx").status_code == 422


@pytest.mark.parametrize(
    ("month", "content", "fault"),
    [
        ("", b"x", "เลือกเดือนก่อน"),
        ("2031-01", b"x", "เลือกเดือนจากรายการ"),
        ("2026-10", b"", "ไฟล์นี้ว่างเปล่า"),
    ],
    ids=["no month", "no such month", "empty file"],
)
def test_a_form_not_filled_in_says_what_to_do(cast, month, content, fault):
    answer = upload(client_of(cast.admin), content, month=month)
    assert answer.status_code == 422
    assert fault in answer.content.decode()


def test_only_months_begun_and_open_can_be_chosen(cast):
    html = page(cast.admin, "/cps/import/?month=2026-10")
    assert re.findall(r'<option value="(2[^"]*)"', html) == ["2026-11", "2026-10"]
    assert re.search(r'<option value="2026-10" selected>', html)
    cast.month.closed_at = NOW
    cast.month.save()
    assert re.findall(r'<option value="(2[^"]*)"', page(cast.admin, "/cps/import/")) == ["2026-11"]


def test_a_file_that_another_has_come_before_is_looked_at_again(cast):
    client = client_of(cast.admin)
    chosen = upload(client, workbook(["05/10/2569", "EX030", "สสจ. 1", 3]))
    form = dict(re.findall(r'name="(seen)" value="([^"]*)"', client.get(chosen.url).content.decode()))
    cast.take(("EX030", "สสจ. 1", 4))
    answer = client.post(chosen.url, form)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "มีผู้นำเข้าหรือจับคู่ไฟล์ CPS ของเดือนนี้หลังจากคุณเปิดหน้า" in html
    assert CpsFile.objects.count() == 1
    again = dict(re.findall(r'name="(seen)" value="([^"]*)"', html))
    assert client.post(chosen.url, again).status_code == 302
    assert CpsFile.objects.get(no=2).records.get().quantity == 3


def test_a_month_closed_since_the_file_was_chosen_is_said_to_be_closed(cast):
    client = client_of(cast.admin)
    chosen = upload(client, workbook(["05/10/2569", "EX030", "สสจ. 1", 3]))
    cast.month.closed_at = NOW
    cast.month.save()
    for answer in (client.get(chosen.url), client.post(chosen.url)):
        assert answer.status_code == 409
        assert "ปิดแล้ว ตัวเลขถูกตรึงไว้" in answer.content.decode()
    assert not CpsFile.objects.exists()


def test_only_the_admin_unit_takes_files_in(cast):
    for url in ("/cps/import/", f"/cps/import/2026-10/{'x' * 32}/"):
        page(cast.ann, url, 403)


def test_a_token_serves_only_who_uploaded(cast):
    chosen = upload(client_of(cast.admin), workbook(["05/10/2569", "EX030", "สสจ. 1", 3]))
    colleague = builders.make_person(cast.units[0], Role.GENERAL_ADMIN)
    assert client_of(colleague).get(chosen.url).status_code == 409

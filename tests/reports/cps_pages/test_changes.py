"""What a preview says of a CPS file: rows old and new, rows gone, rows said twice, whom nobody named."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.cps_changes import changes_of, repeated
from reports.models import CpsRecord
from tests.reports.cps_pages import scene as pages
from tests.reports.cps_pages.scene import upload, workbook

A = ["05/10/2569", "EX030", "สสจ. 1", 3]
B = ["06/10/2569", "EX031", "สสจ. 1", 2]


def record(row: int, quantity: int, day: int = 5, **more) -> CpsRecord:
    facts = {"person_code": "EX030", "job_no": "งาน 7", "worked_on": date(2026, 10, day)} | more
    return CpsRecord(row=row, quantity=Decimal(quantity), **facts)


@pytest.mark.parametrize(
    ("before", "after", "created", "changed", "unchanged", "gone"),
    [
        ([], [(1, 3)], [1], [], 0, []),
        ([(1, 3)], [(9, 3)], [], [], 1, []),
        ([(1, 3)], [(1, 4)], [], [(1, 1)], 0, []),
        ([(1, 3)], [(1, 3, 6)], [1], [], 0, [1]),
        ([(1, 3)], [], [], [], 0, [1]),
        ([(1, 3), (2, 5)], [(1, 5), (2, 4)], [], [(1, 2)], 1, []),
        ([(1, 3), (2, 3)], [(1, 3)], [], [], 1, [2]),
        ([(1, 3), (2, 4)], [(1, 5), (2, 6), (3, 7)], [3], [(1, 1), (2, 2)], 0, []),
    ],
)
def test_each_row_of_both_files_is_told_once(before, after, created, changed, unchanged, gone):
    found = changes_of([record(*each) for each in after], [record(*each) for each in before])
    assert [each.row for each in found.created] == created
    assert [(old.row, new.row) for old, new in found.changed] == changed
    assert found.unchanged == unchanged
    assert [each.row for each in found.gone] == gone


@pytest.mark.parametrize(
    ("known", "quantity", "told"),
    [
        ({"person_id": 1, "item_id": 2}, 3, (0, 0, 1, 0)),
        ({"person_id": 1, "item_id": 2}, 4, (0, 1, 0, 0)),
        ({"person_id": 1}, 3, (1, 0, 0, 1)),
        ({"item_id": 2}, 3, (1, 0, 0, 1)),
    ],
)
def test_a_known_person_and_job_are_the_same_however_they_are_written(known, quantity, told):
    before = record(1, 3, person_code="แอน ก", job_no="เยี่ยม", **known)
    found = changes_of([record(1, quantity, **known)], [before])
    assert (len(found.created), len(found.changed), found.unchanged, len(found.gone)) == told


def test_rows_that_say_exactly_the_same_are_found_together():
    rows = [record(1, 3), record(2, 4), record(3, 3), record(4, 3, place="สหกรณ์ ก")]
    assert [[each.row for each in same] for same in repeated(rows)] == [[1, 3]]


def previewed(cast, *told, **more) -> str:
    client = pages.client_of(cast.admin)
    chosen = upload(client, workbook(*told), **more)
    response = client.get(chosen.url)
    assert response.status_code == 200
    return response.content.decode()


def taken(cast, *told) -> None:
    client = pages.client_of(cast.admin)
    chosen = upload(client, workbook(*told))
    assert client.post(chosen.url).status_code == 302


def listed(html: str, key: str) -> list[tuple[str, ...]]:
    section = re.search(rf'<section aria-labelledby="h-{key}".*?</section>', html, re.DOTALL)
    if section is None:
        return []
    found = re.findall(
        r'<th scope="row">(.*?)</th>.*?data-th="เลขที่งาน"[^>]*>(.*?)<.*?data-th="วันที่ปฏิบัติงาน">(.*?)<'
        r'.*?data-th="เดิม → ใหม่">(.*?) → (.*?)<',
        section[0],
        re.DOTALL,
    )
    return [tuple(re.sub(r"<[^>]+>", "", cell) for cell in row) for row in found]


@pytest.mark.django_db
class TestPreview:
    def test_changed_rows_are_told_old_and_new(self, cast):
        taken(cast, A, B)
        html = previewed(cast, [*A[:3], 4], B)
        [(who, job, day, old, new)] = listed(html, "changed")
        assert "แอน" in who
        assert "EX030" in who
        assert (job, day, old, new) == ("สสจ. 1", "5 ต.ค. 2569", "3", "4")
        assert listed(html, "gone") == []

    def test_a_file_by_codes_is_held_against_one_by_names(self, cast):
        ann, bob = cast.ann.full_name, cast.bob.full_name
        taken(cast, [A[0], ann, *A[2:]], [B[0], bob, *B[2:]])
        [(who, _, _, old, new)] = listed(previewed(cast, [*A[:3], 4], B), "changed")
        assert (who.split(), old, new) == ([*ann.split(), "EX030"], "3", "4")
        assert "ไฟล์นี้ตรงกับไฟล์ที่ใช้อยู่แล้ว" in previewed(cast, A, B)

    def test_rows_gone_are_told(self, cast):
        taken(cast, A, B)
        [(who, job, day, old, new)] = listed(previewed(cast, A), "gone")
        assert "บ๊อบ" in who
        assert (job, day, old, new) == ("สสจ. 1", "6 ต.ค. 2569", "2", "ไม่มีในไฟล์นี้")

    def test_twenty_are_shown_and_the_rest_counted(self, cast):
        days = [f"{n:02}/10/2569" for n in range(1, 26)]
        taken(cast, *([day, *A[1:]] for day in days))
        html = previewed(cast, *([day, *A[1:3], 9] for day in days))
        assert len(listed(html, "changed")) == 20
        assert "แถวที่เปลี่ยน 25 แถว" in html
        assert "แสดง 20 แถวแรก" in html

    def test_a_first_file_changes_nothing(self, cast):
        html = previewed(cast, A)
        assert (listed(html, "changed"), listed(html, "gone"), "เหมือนกันทุกช่อง" in html) == ([], [], False)

    def test_a_stranger_who_has_become_known_is_told(self, cast):
        taken(cast, [*A[:1], "EX040", *A[2:]])
        pages.builders.make_person(cast.units[0], code="EX040")
        [(_, _, _, old, new)] = listed(previewed(cast, [*A[:1], "EX040", *A[2:]]), "changed")
        assert (old, new) == ("เจ้าหน้าที่: ไม่พบคู่", "เจ้าหน้าที่: พบคู่")

    def test_rows_said_twice_are_warned_about_with_their_rows(self, cast):
        html = previewed(cast, A, B, A)
        assert "เหมือนกันทุกช่อง 2 แถว" in html
        assert "<li>แถว 2, 4</li>" in html

    def test_a_row_that_names_nobody_says_so(self, cast):
        html = previewed(cast, A, [*A[:1], None, *A[2:]])
        assert "ไม่ได้ระบุรหัสเจ้าหน้าที่" in html
        assert "ไม่มีเจ้าหน้าที่นี้ในสำนักงาน" not in html

    def test_names_are_fetched_at_once_however_many_rows_change(self, cast):
        asked = set()
        for rows in (1, 3, 20):
            days = [f"{n:02}/10/2569" for n in range(1, rows + 1)]
            taken(cast, *([day, *A[1:]] for day in days))
            client = pages.client_of(cast.admin)
            chosen = upload(client, workbook(*([day, *A[1:3], 9] for day in days)))
            with CaptureQueriesContext(connection) as captured:
                client.get(chosen.url)
            asked.add(len(captured))
        assert len(asked) == 1

    def test_the_columns_page_names_the_heading_that_is_missing(self, cast):
        built = pages.Workbook()
        built.active.append(["วันที่ปฏิบัติงาน", "รหัสเจ้าหน้าที่", "เลขที่งาน", "อื่น ๆ"])
        built.active.append(A)
        content = pages.io.BytesIO()
        built.save(content)
        client = pages.client_of(cast.admin)
        html = client.get(upload(client, content.getvalue()).url, follow=True).content.decode()
        assert "ระบบไม่พบหัวคอลัมน์จำนวน เลือกว่าคอลัมน์ใดคืออะไร" in html

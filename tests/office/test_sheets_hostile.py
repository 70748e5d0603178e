"""A file made to keep the server busy costs no more than its size."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from openpyxl import Workbook

from office import sheets
from office.sheets import WorkbookError, job_number, xlsx
from plans.owners import UnitRef, resolve

MEGABYTE = 1_000_000
BOUND = 20
"""Seconds of processor time: far above what is needed, far below what more than linear time would take."""
SHAPES = [
    b'<c r="A1"', b'<c ', b'<c r="A1" ', b'r="A1" ', b'<c r="A1">', b'<c r="A1"> ', b'<c r="A1"><f',
    b'<c r="A1"><f>', b'<c r="A1"><v>#', b'<a:', b"a", b" ", b"r ", b'a="', b"<sheet ",
    b"<row ", b"<cellXfs ", b"<cellXfs>", b"<xf ", b"<numFmt ", b'<c r="A1" s="0"', b'<c s="0"',
]  # fmt: skip
BOOK = b'<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="rId1"/>%b</sheets></workbook>'
STYLES = b'<cellXfs><xf numFmtId="9"/></cellXfs>'
RELATIONS = b'<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'


def packed(sheet: bytes, in_book: bytes = b"", in_styles: bytes = b"") -> zipfile.ZipFile:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/workbook.xml", BOOK % in_book)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        archive.writestr("xl/styles.xml", in_styles + STYLES + in_styles)
    return zipfile.ZipFile(target)


@pytest.mark.parametrize(
    "before", [b"", b'<c r="A1" ', b'<c r="A1"><f '], ids=["alone", "in a cell", "in a formula"]
)
@pytest.mark.parametrize("shape", SHAPES, ids=[shape.decode() for shape in SHAPES])
def test_a_megabyte_of_a_hostile_shape_is_looked_through_at_once(shape, before):
    content = before + shape * (MEGABYTE // len(shape)) + b">#<f"
    archive = packed(content, in_book=b"<sheet " + content, in_styles=content)

    started = time.process_time()
    xlsx.inspect(archive)

    assert time.process_time() - started < BOUND


def test_a_long_figure_is_no_job_number_and_costs_nothing():
    started = time.process_time()

    assert job_number("1" * 100_000) == "1" * 100_000
    assert job_number("1" * 100_000 + "ก") == "1" * 100_000 + "ก"
    assert time.process_time() - started < BOUND


def test_a_text_too_long_for_an_owner_is_not_taken_apart():
    text = "/".join(["กสส.1"] * 5_000)
    started = time.process_time()

    owners = resolve(text, [UnitRef("PROMO1", "กลุ่มส่งเสริมสหกรณ์ 1", "กสส.1")], [])

    assert (owners.unit_ids, owners.unknown) == ((), (text,))
    assert time.process_time() - started < BOUND


def test_formulas_that_add_up_the_sheet_over_and_over_are_left_unknown():
    built = Workbook()
    for _ in range(9_000):
        built.active.append([1, "=SUM(A1:A9000)"])
    target = io.BytesIO()
    built.save(target)
    started = time.process_time()

    sheet = sheets.read(target.getvalue(), name="f.xlsx").sheets[0]

    assert time.process_time() - started < BOUND
    assert sheet.cell(1, 2) == 9000
    assert (8_999, 1) in sheet.uncached


def test_a_hostile_upload_is_refused_like_any_damaged_file():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", BOOK % b"")
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/worksheets/sheet1.xml", b'<c r="A1"' * 10_000)

    with pytest.raises(WorkbookError):
        sheets.read(target.getvalue(), name="f.xlsx")

"""Attached files are judged by what they are; what hides in them is refused or left behind."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from office import content, heif, pictures
from office.errors import Invalid
from tests import pieces as p

ZERO = b"\0" * len(p.SECRET)


@pytest.mark.parametrize(
    ("data", "name", "kind", "kept"),
    [
        (p.picture(), "ภาพถ่าย.jpg", content.JPEG, "ภาพถ่าย.jpg"),
        (p.picture(), "photo.JPEG", content.JPEG, "photo.JPEG"),
        (p.picture("PNG"), "photo.jpg", content.PNG, "photo.jpg.png"),
        (p.picture("WEBP"), "a", content.WEBP, "a.webp"),
        (p.heic(), "IMG_1.HEIC", content.HEIC, "IMG_1.HEIC"),
        (p.pdf(), "หนังสือ.pdf", content.PDF, "หนังสือ.pdf"),
        (p.office("docx"), "รายงาน.docx", content.DOCX, "รายงาน.docx"),
        (p.office("xlsx"), "a.xlsx", content.XLSX, "a.xlsx"),
        (p.office("pptx"), "a.pptx", content.PPTX, "a.pptx"),
        ("ประชุมวันที่ 5".encode(), "a.txt", content.TEXT, "a.txt"),
        ("ชื่อ,จำนวน\nก,1".encode("utf-8-sig"), "a.csv", content.CSV, "a.csv"),
        ("ชื่อ,จำนวน\nก,1".encode("cp874"), "a.csv", content.CSV, "a.csv"),
        (b"@echo off\r\ndel *", "run.bat", content.TEXT, "run.bat.txt"),
        (p.picture(), "setup.exe", content.JPEG, "setup.exe.jpg"),
        (p.picture(), "..\\..\\etc/ผล:งาน?.jpg", content.JPEG, "ผล งาน .jpg"),
        (p.picture(), "ก" * 300, content.JPEG, "ก" * 116 + ".jpg"),
        (p.pdf(), "", content.PDF, "file.pdf"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_true_file_is_taken_under_a_name_that_tells_the_truth(data, name, kind, kept):
    judged = content.judge(data, name)
    assert (judged.kind, judged.name, len(judged.name) <= 120) == (kind, kept, True)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
VBA = "application/vnd.ms-word.document.macroEnabled.main+xml"
CUT = p.picture(size=(400, 400), colour="red")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "empty.jpg", content.EMPTY),
        (b"  \r\n", "blank.txt", content.EMPTY),
        (b"MZ\x90\0\3\0\0\0", "photo.jpg", content.PROGRAM),
        (b"MZ\x90\0\3\0\0\0", "photo.exe", content.PROGRAM),
        (b"\x7fELF\2\1\1", "report.pdf", content.PROGRAM),
        (b"#!/bin/sh\nrm -rf /", "a.txt", content.PROGRAM),
        (HTML, "a.pdf", content.MARKUP),
        (HTML, "a.txt", content.MARKUP),
        (b"\n\n hello <ScRiPt >alert(1)</script>", "a.csv", content.MARKUP),
        (HTML.decode().encode("utf-16"), "a.txt", content.MARKUP),
        (SVG, "a.png", content.MARKUP),
        (b"\xef\xbb\xbf" + SVG, "a.svg", content.MARKUP),
        (b"<x/>", "a.xml", content.MARKUP),
        (b"GIF89a\1\0\1\0", "a.gif", content.UNKNOWN),
        (b"GIF89a=1;alert(1)", "a.txt", content.UNKNOWN),
        (b"{\\rtf1 hello}", "a.rtf", content.UNKNOWN),
        (b"\0\1\2\3", "a.jpg", content.MISNAMED.format(".jpg")),
        (b"\0\1\2\3", "a.txt", content.UNKNOWN),
        ("ไม่ใช่รูป".encode(), "ภาพ.JPG", content.MISNAMED.format(".jpg")),
        ("ไม่ใช่รูป".encode("cp874"), "ภาพ.heic", content.MISNAMED.format(".heic")),
        (b"\x81\x8d" * 9, "ภาพ.png", content.MISNAMED.format(".png")),
        (b"minutes of May", "a.pdf", content.MISNAMED.format(".pdf")),
        (b"\x81\x8d" * 9, "a.txt", content.UNKNOWN),
        (p.box(b"ftyp", b"isom\0\0\0\0"), "film.heic", content.UNKNOWN),
        (p.heic() + b"PK\3\4", "a.heic", content.BROKEN_PICTURE),
        (p.heic()[:-4], "a.heic", content.BROKEN_PICTURE),
        (p.heic() + p.box(b"moov", b""), "a.heic", content.BROKEN_PICTURE),
        (p.heic().replace(b"infe\2", b"infe\0"), "a.heic", content.BROKEN_PICTURE),
        (p.heic().replace(b"iloc", b"ilox"), "a.heic", content.BROKEN_PICTURE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old.doc", content.SEALED),
        (p.packed({"a.txt": b"x"}), "a.docx", content.PACKED),
        (b"Rar!\x1a\7", "a.docx", content.PACKED),
        (b"PK\5\6" + b"\0" * 18, "a.zip", content.PACKED),
        (p.office(main=VBA), "a.docx", content.MACROS),
        (p.office(parts={"word/vbaProject.bin": b"x"}), "a.docx", content.MACROS),
        (p.office("xlsx", parts={"xl/macrosheets/sheet1.xml": b"x"}), "a.xlsx", content.MACROS),
        (p.office("xlsx", parts={"xl/activeX/activeX1.bin": b"x"}), "a.xlsx", content.MACROS),
        (p.office(main="application/vnd.ms-visio.drawing.main+xml"), "a.docx", content.UNKNOWN),
        (p.office()[:-30], "a.docx", content.BROKEN),
        (p.office() + b"<script>", "a.docx", content.DOUBLE),
        (p.office(parts={"big.xml": b"\0" * 30_000_000}), "a.docx", content.BOMB),
        (p.packed({"[Content_Types].xml": b" " * (content.MAX_INDEX + 1)}), "a.docx", content.BOMB),
        (p.packed({f"{n}": b"" for n in range(content.MAX_ENTRIES + 1)}), "a.docx", content.BOMB),
        (p.pdf() + b"<script>alert(1)</script>", "a.pdf", content.DOUBLE),
        (p.pdf(p.packed({"a": b"b"}))[:-7] + b"\n%%EOF", "a.pdf", content.DOUBLE),
        (b"%PDF-1.4 cut", "a.pdf", content.BROKEN),
        (CUT[: len(CUT) // 2], "a.jpg", content.BROKEN_PICTURE),
        (b"\xff\xd8\xff" + HTML, "a.jpg", content.BROKEN_PICTURE),
        (b"RIFF\0\0\0\0WEBP", "a.webp", content.BROKEN_PICTURE),
        (p.picture("PNG", (5001, 5000), mode="1", colour=0), "a.png", content.HUGE_PICTURE),
        (p.picture("PNG", (14000, 14000), mode="1", colour=0), "a.png", content.HUGE_PICTURE),
        (p.picture("PNG", (9500, 9500), mode="1", colour=0), "a.png", content.HUGE_PICTURE),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[-6:] else "",
)
def test_what_is_no_picture_or_document_is_refused_with_a_remedy(data, name, words):
    with pytest.raises(Invalid) as refusal:
        content.judge(data, name)
    assert str(refusal.value) == words


def test_a_part_that_needs_a_password_is_refused():
    data = bytearray(p.office())
    for mark in (b"PK\3\4", b"PK\1\2"):
        at = data.find(mark) + (6 if mark == b"PK\3\4" else 8)
        data[at] |= 1
    with pytest.raises(Invalid, match="รหัสผ่าน"):
        content.judge(bytes(data), "a.docx")


def test_a_package_behind_something_else_or_with_two_of_a_name_is_refused():
    twice = io.BytesIO(p.office())
    import warnings
    import zipfile

    with warnings.catch_warnings(), zipfile.ZipFile(twice, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("main.xml", b"<other/>")
    with pytest.raises(Invalid, match="ซ้อนอยู่"):
        content.judge(twice.getvalue(), "a.docx")
    with pytest.raises(Invalid, match="ซ้อนอยู่"):
        content.judge(b"PK\3\4" + p.office(), "a.docx")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(64, 48), (2600, 40)], ids=["small", "large"])
def test_of_a_photograph_neither_place_nor_camera_is_kept(form, size):
    sent = p.picture(form, size)
    judged = content.judge(sent + b"<script>hidden</script>", "a")
    assert (p.SECRET in sent, p.SECRET in judged.data, b"hidden" in judged.data) == (True, False, False)
    with Image.open(io.BytesIO(judged.data)) as image:
        assert dict(image.getexif()) == {}
        assert max(image.size) <= pictures.LONGEST_SIDE


def test_of_a_heic_too_and_the_picture_stays():
    judged = content.judge(p.heic(), "a.heic")
    assert judged.data == p.heic().replace(p.SECRET, ZERO)
    assert content.judge(p.heic(kind=b"mime"), "a.heic").data.endswith(b"PICTURE" + ZERO)
    assert content.judge(p.heic(kind=b"hvc1"), "a.heic").data == p.heic(kind=b"hvc1")
    beside = p.heic() + p.box(b"uuid", p.SECRET)
    assert content.judge(beside, "a.heic").data.endswith(p.box(b"uuid", ZERO))


@pytest.mark.parametrize(
    ("way_up", "small"),
    [(1, (240, 120)), (2, (240, 120)), (3, (240, 120)), (5, (120, 240)), (6, (120, 240)), (8, (120, 240))],
)
def test_a_photograph_stays_the_right_way_up(way_up, small):
    judged = content.judge(p.picture(size=(400, 200), way_up=way_up), "a.jpg")
    with Image.open(io.BytesIO(judged.data)) as image:
        assert image.getexif().get(0x0112, 1) == way_up
    with Image.open(io.BytesIO(judged.small)) as image:
        assert image.size == small


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "1", "CMYK"])
@pytest.mark.parametrize("side", [30, 2300])
def test_pictures_of_every_mode_are_taken(form, mode, side):
    try:
        sent = p.picture(form, (side, 20), mode=mode, colour=0)
    except OSError:
        pytest.skip("no such picture")
    judged = content.judge(sent, "a")
    with Image.open(io.BytesIO(judged.small)) as image:
        assert image.format == "JPEG"


def test_a_picture_seen_through_stands_on_white():
    judged = content.judge(p.picture("PNG", (10, 10), mode="RGBA", colour=(0, 0, 0, 0)), "a.png")
    with Image.open(io.BytesIO(judged.small)) as image:
        assert image.convert("L").getextrema() == (255, 255)


def test_the_same_photograph_gives_the_same_bytes():
    assert content.judge(p.picture(), "a.jpg").data == content.judge(p.picture(), "b.jpg").data


TRUE = [p.picture(), p.picture("PNG"), p.picture("WEBP"), p.heic(), p.pdf(), p.office(), b"text"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TRUE), st.data())
def test_a_file_broken_anywhere_is_taken_or_refused_but_never_a_fault(data, draw):
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 4))):
        broken[draw.draw(st.integers(0, len(broken) - 1))] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(0, len(broken)))
    for sent in (bytes(broken), bytes(broken[:cut]), bytes(broken[cut:])):
        try:
            assert content.judge(sent, "a").data
        except Invalid as refusal:
            assert str(refusal)


def test_a_heic_of_any_box_size_keeps_its_length():
    plain = p.heic()
    long = b"\0\0\0\1mdat" + (16 + len(p.SECRET) + 7).to_bytes(8, "big")
    for mark in (b"\0\0\0\0mdat", long):
        rest = plain[plain.index(b"mdat") + 4 :]
        made = plain[: plain.index(b"mdat") - 4] + mark + rest
        assert len(heif.without_metadata(made)) == len(made)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\x44\x00\0\2", b"\x44\x00\xff\xff"),
        (len(p.SECRET).to_bytes(4, "big"), b"\0\0\xff\xff"),
        (b"iloc\0", b"iloc\3"),
    ],
    ids=["too many places", "a place beyond the end", "a list of a later kind"],
)
def test_a_heic_that_lies_of_its_places_is_refused(old, new):
    with pytest.raises(ValueError, match=r"."):
        heif.without_metadata(p.heic().replace(old, new))

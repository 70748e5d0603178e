"""An upload waits for its confirmation, for one person only, and nothing of its name can do harm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from office import uploads
from office.errors import Invalid, NotAllowed, NotAllowedNow
from tests.builders import SYSTEM, actor, make_office, make_person, make_unit


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "uploads" / "imports"


@pytest.fixture
def me(db):
    return actor(make_person(make_unit(make_office())))


def upload(content=b"rows", name="แผน.xlsx"):
    return SimpleUploadedFile(name, content)


def test_what_was_kept_can_be_taken_as_often_as_needed(me):
    token = uploads.keep(upload(), actor=me)
    assert uploads.take(token, actor=me) == uploads.take(token, actor=me) == (b"rows", "แผน.xlsx")


@pytest.mark.parametrize(
    "content", [b"\n", b"\n\nx\n", b"\x00\xff" * 500_000], ids=["line", "lines", "binary"]
)
def test_the_bytes_are_the_same(me, content):
    assert uploads.take(uploads.keep(upload(content), actor=me), actor=me)[0] == content


def test_a_large_one_on_disk_is_kept_too(me):
    large = TemporaryUploadedFile("large.xlsx", "application/octet-stream", 0, None)
    large.write(b"x" * 3_000_000)
    large.size = 3_000_000
    large.seek(0)
    assert len(uploads.take(uploads.keep(large, actor=me), actor=me)[0]) == 3_000_000


def test_another_person_can_not_take_or_drop_it(me):
    other = actor(make_person(make_unit(make_office())))
    token = uploads.keep(upload(), actor=me)
    with pytest.raises(NotAllowedNow):
        uploads.take(token, actor=other)
    uploads.drop(token, actor=other)
    assert uploads.take(token, actor=me)[0] == b"rows"


def test_the_system_keeps_nothing():
    with pytest.raises(NotAllowed):
        uploads.keep(upload(), actor=SYSTEM)


def test_once_dropped_it_is_gone(me):
    token = uploads.keep(upload(), actor=me)
    uploads.drop(token, actor=me)
    uploads.drop(token, actor=me)
    with pytest.raises(NotAllowedNow):
        uploads.take(token, actor=me)


@pytest.mark.parametrize(
    "token", ["", "x", "../../../etc/passwd", "a" * 33, "a" * 31 + "/", "a" * 31 + ".", "a" * 32]
)
def test_a_made_up_token_is_refused(me, token):
    with pytest.raises(NotAllowedNow):
        uploads.take(token, actor=me)


@pytest.mark.parametrize(
    ("size", "said"), [(0, "ว่างเปล่า"), (uploads.MAX_BYTES + 1, "ใหญ่เกิน 20 MB")], ids=["empty", "too large"]
)
def test_the_size_is_limited(me, size, said, folder):
    big = upload(b"")
    big.size = size
    with pytest.raises(Invalid, match=said) as refusal:
        uploads.keep(big, actor=me)
    assert said in refusal.value.faults["file"]
    assert not folder.exists()


def test_only_the_newest_are_kept(me, folder):
    tokens = []
    for number in range(7):
        tokens.append(uploads.keep(upload(), actor=me))
        path = folder / str(me.id) / tokens[-1]
        os.utime(path, ns=(number, number + 1_000_000_000))
    assert len(list((folder / str(me.id)).iterdir())) == uploads.KEPT_A_PERSON
    assert uploads.take(tokens[-1], actor=me)[0] == b"rows"
    with pytest.raises(NotAllowedNow):
        uploads.take(tokens[0], actor=me)


def test_nobody_else_on_the_machine_can_read_them(me, folder):
    uploads.keep(upload(), actor=me)
    assert (folder / str(me.id)).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("แผน 2570.xlsx", "แผน 2570.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\plans\\แผน.xlsx", "แผน.xlsx"),
        ('a"b<c>.xlsx', "a b c .xlsx"),
        ("a\r\nSet-Cookie: x", "a Set-Cookie x"),
        ("", "file"),
        ("...", "file"),
        ("ก" * 500 + ".xlsx", "ก" * 115 + ".xlsx"),
    ],
)
def test_a_name_is_made_harmless(name, safe):
    assert uploads.safe_name(name) == safe


def test_a_half_written_upload_is_never_taken(me, folder, monkeypatch):
    def fail(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(OSError, match="disk full"):
        uploads.keep(upload(), actor=me)
    assert all(path.suffix == ".part" for path in (folder / str(me.id)).iterdir())

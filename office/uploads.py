"""Files waiting between the preview of an import and its confirmation.

A view's POST keeps the upload and shows what it would change; the confirming POST carries the token and
takes the same bytes again: what was read is what is stored. A token serves only the person who uploaded.

    token = uploads.keep(request.FILES["file"], actor=request.actor)
    content, name = uploads.take(token, actor=request.actor)     # as often as needed
    uploads.drop(token, actor=request.actor)                     # once it has been applied
"""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from office import thai
from office.access import Actor
from office.errors import Invalid, NotAllowed, NotAllowedNow
from office.sheets import MAX_BYTES

KEPT_A_PERSON = 5
"""Older ones make room: nobody works on more previews than this at once."""


class Bounded(FileUploadHandler):
    """Of a file larger than anything is read from, only so much is stored while it comes in."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start <= MAX_BYTES else None

    def file_complete(self, file_size: int) -> None:
        return None


class Gone(NotAllowedNow):
    """The file has been applied, has made room for newer ones, or never was the person's."""


_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")


def keep(upload: UploadedFile[bytes], *, actor: Actor) -> str:
    """Keep the upload in DATA_DIR; returns the token to hand to ``take``.

    Raises Invalid (field ``file``) when it is empty or larger than MAX_BYTES, NotAllowed for the system.
    """
    if not upload.size:
        raise _refused("เลือกไฟล์ที่มีข้อมูล ไฟล์นี้ว่างเปล่า")
    if upload.size > MAX_BYTES:
        raise _refused(f"ไฟล์ใหญ่เกิน {MAX_BYTES // 1024 // 1024} MB เลือกไฟล์ที่เล็กกว่า")
    folder = _folder(actor)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    token = secrets.token_urlsafe(24)
    head = json.dumps({"name": safe_name(upload.name or "")}, ensure_ascii=False).encode()
    half_written = folder / f"{token}.part"
    with half_written.open("wb") as file:
        file.write(head + b"\n")
        for chunk in upload.chunks():
            file.write(chunk)
    half_written.rename(folder / token)
    _make_room(folder)
    return token


def take(token: str, *, actor: Actor) -> tuple[bytes, str]:
    """The kept bytes and what the person called the file.

    Raises Gone when the token is unknown, someone else's, applied, or made room for newer ones.
    """
    path = _path(token, actor)
    try:
        head, _, content = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        raise _gone() from None
    return content, str(json.loads(head)["name"])


def drop(token: str, *, actor: Actor) -> None:
    """Forget the file; a second time does nothing."""
    _path(token, actor).unlink(missing_ok=True)


def safe_name(name: str) -> str:
    """The last part of a file's name, printable, at most 120 long."""
    plain = _UNSAFE.sub(" ", re.split(r"[/\\]", name)[-1])
    return thai.normalize(plain).strip(". ")[-120:] or "file"


def _refused(message: str) -> Invalid:
    return Invalid(message, {"file": message})


def _gone() -> Gone:
    return Gone("ไฟล์ที่ตรวจไว้ไม่อยู่แล้ว ถ้ายังไม่ได้นำเข้า เลือกไฟล์เดิมแล้วตรวจใหม่อีกครั้ง")


def _folder(actor: Actor) -> Path:
    if actor.id is None:
        raise NotAllowed("ผู้ที่เข้าสู่ระบบเท่านั้นที่อัปโหลดไฟล์ได้")
    return Path(settings.DATA_DIR) / "uploads" / "imports" / str(actor.id)


def _path(token: str, actor: Actor) -> Path:
    if not _TOKEN.fullmatch(token):
        raise _gone()
    return _folder(actor) / token


def _make_room(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in kept[KEPT_A_PERSON:]:
        path.unlink(missing_ok=True)

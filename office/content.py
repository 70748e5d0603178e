"""What an attached file really is: judged by its content, never by its name.

    judged = content.judge(data, name)      # Invalid, in Thai with the remedy, when it can't be taken
    judged.data, judged.kind, judged.name, judged.small

Pictures are decoded and written anew (office/pictures.py), so nothing that hides behind or inside one is
kept, nor where and with what it was taken. Documents stay as they are and are only ever handed out as
attachments: what a PDF may hold runs in the reader's own program, never in a page of this server. Office
files with macros are refused, and so are those whose macros can't be seen: old or locked by a password.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from office import heif, pictures
from office.errors import Invalid
from office.sheets.xlsx import MAX_ENTRY_RATIO, MAX_UNZIPPED
from office.uploads import safe_name

MAX_ENTRIES = 5000
MAX_INDEX = 2 * 1024 * 1024
LONGEST_NAME = 120

TAKEN = "รูป JPEG PNG WebP HEIC เอกสาร PDF Word Excel PowerPoint และไฟล์ข้อความ"
EMPTY = "ไฟล์นี้ว่างเปล่า เลือกไฟล์ที่มีข้อมูล"
UNKNOWN = f"ไฟล์นี้ไม่ใช่รูปหรือเอกสารตามนามสกุล แนบได้เฉพาะ{TAKEN}"
PROGRAM = f"ไฟล์นี้เป็นโปรแกรม ไม่ใช่รูปหรือเอกสารตามนามสกุล แนบได้เฉพาะ{TAKEN}"
MARKUP = "ไฟล์นี้เป็นหน้าเว็บหรือภาพ SVG ซึ่งฝังคำสั่งได้ บันทึกเป็น PDF หรือรูปก่อนแนบ"
MACROS = "ไฟล์นี้มีมาโคร บันทึกเป็นแบบไม่มีมาโคร (.docx .xlsx .pptx) หรือ PDF ก่อนแนบ"
SEALED = "ไฟล์ Word Excel รุ่นเก่าหรือที่ใส่รหัสผ่าน ตรวจมาโครข้างในไม่ได้ บันทึกเป็น .docx .xlsx หรือ PDF ก่อนแนบ"
PACKED = "ไฟล์บีบอัดแนบไม่ได้ แตกไฟล์แล้วแนบทีละไฟล์"
BOMB = "ไฟล์นี้คลายออกแล้วใหญ่ผิดปกติ เปิดแล้วบันทึกใหม่ หรือทำเป็น PDF ก่อนแนบ"
DOUBLE = "ไฟล์นี้มีไฟล์อื่นซ้อนอยู่ เปิดแล้วบันทึกใหม่ หรือทำเป็น PDF ก่อนแนบ"
BROKEN = "ไฟล์นี้เปิดไม่ได้หรือมาไม่ครบ บันทึกใหม่แล้วแนบอีกครั้ง"
BROKEN_PICTURE = "รูปนี้เปิดไม่ได้หรือมาไม่ครบ ถ่ายหรือบันทึกใหม่แล้วแนบอีกครั้ง"
MISNAMED = "ไฟล์นี้ไม่ใช่รูปหรือเอกสารตามนามสกุล {} ไฟล์อาจเสียหรือเปลี่ยนชื่อมา เปิดดูก่อน แล้วบันทึกใหม่หรือเลือกไฟล์อื่น"
HUGE_PICTURE = "รูปนี้มีจุดภาพมากเกินไป ถ่ายรูปขนาดเล็กลงแล้วแนบอีกครั้ง"


@dataclass(frozen=True, slots=True)
class Kind:
    content_type: str
    endings: tuple[str, ...]
    """The first is given to a name that has none of them."""
    label: str
    icon: str
    picture: bool = False
    """Shown small on pages; only what was decoded here."""


JPEG = Kind("image/jpeg", (".jpg", ".jpeg"), "รูป JPEG", "file-image", picture=True)
PNG = Kind("image/png", (".png",), "รูป PNG", "file-image", picture=True)
WEBP = Kind("image/webp", (".webp",), "รูป WebP", "file-image", picture=True)
HEIC = Kind("image/heic", (".heic", ".heif"), "รูป HEIC", "file-image")
PDF = Kind("application/pdf", (".pdf",), "เอกสาร PDF", "file-earmark-pdf")
_OPEN = "application/vnd.openxmlformats-officedocument."
DOCX = Kind(f"{_OPEN}wordprocessingml.document", (".docx",), "เอกสาร Word", "file-earmark-word")
XLSX = Kind(f"{_OPEN}spreadsheetml.sheet", (".xlsx",), "ตาราง Excel", "file-earmark-excel")
PPTX = Kind(f"{_OPEN}presentationml.presentation", (".pptx",), "สไลด์ PowerPoint", "file-earmark-ppt")
TEXT = Kind("text/plain", (".txt",), "ข้อความ", "file-earmark-text")
CSV = Kind("text/csv", (".csv",), "ตาราง CSV", "file-earmark-spreadsheet")
KINDS = {kind.content_type: kind for kind in (JPEG, PNG, WEBP, HEIC, PDF, DOCX, XLSX, PPTX, TEXT, CSV)}

_NAMED_OTHERWISE = tuple(
    ending for kind in KINDS.values() if kind not in (TEXT, CSV) for ending in kind.endings
)
"""Of no text: what is named so and can only be read as one is broken or isn't what it says."""
_PICTURES = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}
_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": DOCX,
    b"spreadsheetml.sheet.main+xml": XLSX,
    b"presentationml.presentation.main+xml": PPTX,
}
_MACRO_TYPES = re.compile(rb"macroenabled|vbaproject|ms-office\.vba|macrosheet|activex", re.I)
_MACRO_PARTS = re.compile(r"vbaproject|vbadata|macrosheets/|activex/", re.I)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"#!")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_ARCHIVE_END = 22
"""Bytes of the last record of an archive without a comment."""
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_TAG = re.compile(
    r"<\s*(?:!doctype|html|head|body|script|svg|iframe|object|embed|img|meta|style|\?xml)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Judged:
    data: bytes
    """What is to be kept: not always what was sent."""
    kind: Kind
    name: str
    """Safe, with an ending of its kind."""
    small: bytes = b""
    """Of a picture: a small JPEG for lists."""


def judge(data: bytes, name: str) -> Judged:
    """Raises Invalid with a Thai sentence when the file can't be taken."""
    if not data:
        raise Invalid(EMPTY)
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (data[:4], data[8:12]) == (
        b"RIFF",
        b"WEBP",
    ):
        return _picture(data, name)
    kind = _document(data, name)
    if kind is HEIC:
        try:
            data = heif.without_metadata(data)
        except ValueError:
            raise Invalid(BROKEN_PICTURE) from None
    return Judged(data, kind, named(name, kind))


def named(name: str, kind: Kind) -> str:
    """The name, safe, with an ending that tells the truth."""
    plain = safe_name(name)
    if plain.lower().endswith(kind.endings):
        return plain
    ending = kind.endings[0]
    return plain[: LONGEST_NAME - len(ending)] + ending


def _picture(data: bytes, name: str) -> Judged:
    try:
        found = pictures.clean(data)
    except pictures.TooLarge:
        raise Invalid(HUGE_PICTURE) from None
    except pictures.Unreadable:
        raise Invalid(BROKEN_PICTURE) from None
    kind = _PICTURES[found.format]
    return Judged(found.data, kind, named(name, kind), found.small)


def _document(data: bytes, name: str) -> Kind:
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return _office_file(data)
    if data[4:8] == b"ftyp":
        if data[8:12] not in heif.BRANDS:
            raise Invalid(UNKNOWN)
        return HEIC
    if data.startswith(_COMPOUND):
        raise Invalid(SEALED)
    if data.startswith(_PROGRAMS):
        raise Invalid(PROGRAM)
    if data.startswith((b"PK", *_ARCHIVES)):
        raise Invalid(PACKED)
    return _text(data, name)


def _pdf(data: bytes) -> Kind:
    """From its first byte to its last: nothing before, nothing behind, no archive around it."""
    if not data.rstrip(b"\x00\t\n\x0c\r ").endswith(b"%%EOF"):
        raise Invalid(DOUBLE if b"%%EOF" in data else BROKEN)
    if zipfile.is_zipfile(io.BytesIO(data)):
        raise Invalid(DOUBLE)
    return PDF


def _office_file(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check_archive(archive, infos)
            index = _index(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise Invalid(BROKEN) from None
    if index is None:
        raise Invalid(PACKED)
    if _MACRO_TYPES.search(index) or any(_MACRO_PARTS.search(info.filename) for info in infos):
        raise Invalid(MACROS)
    found = [kind for mark, kind in _MAIN_PARTS.items() if mark in index]
    if len(found) != 1:
        raise Invalid(UNKNOWN)
    if data[-_ARCHIVE_END:-18] != b"PK\x05\x06":
        raise Invalid(DOUBLE)
    return found[0]


def _check_archive(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> None:
    """Before anything is unfolded."""
    unfolded = sum(info.file_size for info in infos)
    steep = any(info.file_size > MAX_ENTRY_RATIO * max(info.compress_size, 2048) for info in infos)
    if len(infos) > MAX_ENTRIES or unfolded > MAX_UNZIPPED or steep:
        raise Invalid(BOMB)
    if any(info.flag_bits & 1 for info in infos):
        raise Invalid(SEALED)
    begins = min((info.header_offset for info in infos), default=0)
    if begins or len({info.filename for info in infos}) != len(infos):
        raise Invalid(DOUBLE)


def _index(archive: zipfile.ZipFile) -> bytes | None:
    """What the package says of its parts; None when it is no office file at all."""
    try:
        with archive.open("[Content_Types].xml") as file:
            text = file.read(MAX_INDEX + 1)
    except KeyError:
        return None
    if len(text) > MAX_INDEX:
        raise Invalid(BOMB)
    return text


def _text(data: bytes, name: str) -> Kind:
    """Printable in UTF-8 or in the Thai of Windows, and no page that a browser would run."""
    otherwise = next((ending for ending in _NAMED_OTHERWISE if name.lower().endswith(ending)), "")
    unknown = MISNAMED.format(otherwise) if otherwise else UNKNOWN
    if _CONTROL.search(data):
        markup = _TAG.search(data[:4096].replace(b"\x00", b"").decode("latin-1"))
        raise Invalid(MARKUP if markup else unknown)
    text = _decoded(data, unknown)
    if text.lstrip().startswith("<") or _TAG.search(text):
        raise Invalid(MARKUP)
    if text.startswith(("{\\rtf", "%!PS", "GIF8")) or not text.strip():
        raise Invalid(unknown if text.strip() else EMPTY)
    if otherwise:
        raise Invalid(unknown)
    return CSV if name.lower().endswith(CSV.endings) else TEXT


def _decoded(data: bytes, unknown: str) -> str:
    for encoding in ("utf-8-sig", "cp874"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(unknown)

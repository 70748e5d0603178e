"""Small files for tests of evidence, true and hostile; made in code, never kept in the repository."""

from __future__ import annotations

import io
import struct
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

SECRET = b"SECRET-PLACE-OF-A-MEMBER"
OFFICE = "application/vnd.openxmlformats-officedocument."
MAINS = {
    "docx": f"{OFFICE}wordprocessingml.document.main+xml",
    "xlsx": f"{OFFICE}spreadsheetml.sheet.main+xml",
    "pptx": f"{OFFICE}presentationml.presentation.main+xml",
}


def picture(
    form: str = "JPEG", size: tuple[int, int] = (64, 48), *, mode: str = "RGB", colour="navy", way_up: int = 0
) -> bytes:
    """With a camera's name and a place inside, where the format can hold them."""
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    if way_up:
        exif[0x0112] = way_up
    out = io.BytesIO()
    image = Image.new(mode, size, colour)
    image.save(out, form, exif=exif, **({"comment": SECRET} if form == "JPEG" else {}))
    return out.getvalue()


def noise(size: tuple[int, int], quality: int = 95) -> bytes:
    """A large JPEG: nothing in it can be packed."""
    out = io.BytesIO()
    Image.effect_noise(size, 100).convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def pdf(extra: bytes = b"") -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n" + extra + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def office(kind: str = "docx", *, main: str = "", parts: dict[str, bytes] | None = None) -> bytes:
    """The least that is an office file; ``parts`` are put beside."""
    index = f'<Types><Override PartName="/main.xml" ContentType="{main or MAINS[kind]}"/></Types>'
    return packed({"[Content_Types].xml": index.encode(), "main.xml": b"<x/>", **(parts or {})})


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def heic(*, kind: bytes = b"Exif", brand: bytes = b"heic") -> bytes:
    """A still picture of two items: one of picture bytes, one that tells of it."""
    head = box(b"ftyp", brand + b"\0\0\0\0" + b"mif1")
    entries = b"".join(
        box(b"infe", b"\2\0\0\0" + struct.pack(">HH", number, 0) + name + b"\0")
        for number, name in ((1, b"hvc1"), (2, kind))
    )
    iinf = box(b"iinf", b"\0\0\0\0" + struct.pack(">H", 2) + entries)

    def iloc(at: int) -> bytes:
        places = ((1, at, 7), (2, at + 7, len(SECRET)))
        rows = b"".join(struct.pack(">HHHII", n, 0, 1, start, length) for n, start, length in places)
        return box(b"iloc", b"\0\0\0\0" + b"\x44\x00" + struct.pack(">H", 2) + rows)

    length = len(head) + len(box(b"meta", b"\0" * 4 + iinf + iloc(0))) + 8
    return head + box(b"meta", b"\0" * 4 + iinf + iloc(length)) + box(b"mdat", b"PICTURE" + SECRET)


def upload(content: bytes = b"", name: str = "ภาพ.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or picture())

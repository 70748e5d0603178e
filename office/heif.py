"""HEIC, as some telephones write: no decoder here, but what it says of place and camera is blanked.

ISO 14496-12: a file is boxes, ``meta`` lists its items (iinf) and where their bytes are (iloc).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")
_TOLD = (b"Exif", b"mime", b"uri ")
"""Kinds of items that tell of a picture; all others are the picture itself."""
_KEPT_BOXES = (b"ftyp", b"meta", b"mdat")
MOST_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Box:
    kind: bytes
    start: int
    """Of its content."""
    end: int


def without_metadata(data: bytes) -> bytes:
    """The same picture at the same places, with zeros where its metadata was.

    Raises ValueError when the file is not exactly one still picture, or can't be understood.
    """
    try:
        return _blanked(bytearray(data))
    except IndexError:
        raise ValueError("cut short") from None


def _blanked(data: bytearray) -> bytes:
    top = list(_boxes(data, 0, len(data)))
    metas = [box for box in top if box.kind == b"meta"]
    if len(metas) != 1 or any(box.kind in (b"moov", b"moof") for box in top):
        raise ValueError("not one still picture")
    inner = {box.kind: box for box in _boxes(data, metas[0].start + 4, metas[0].end)}
    told = {number for number, kind in _items(data, inner[b"iinf"])} if b"iinf" in inner else set()
    if told and b"iloc" not in inner:
        raise ValueError("items without places")
    inside = inner[b"idat"].start if b"idat" in inner else 0
    for number, base, start, length in _places(data, inner[b"iloc"]) if told else ():
        if number in told:
            _blank(data, (inside if base else 0) + start, length)
    for box in top:
        if box.kind not in _KEPT_BOXES:
            _blank(data, box.start, box.end - box.start)
    return bytes(data)


def _blank(data: bytearray, start: int, length: int) -> None:
    end = start + length if length else len(data)
    if end > len(data):
        raise ValueError("beyond the end")
    data[start:end] = bytes(end - start)


def _number(data: bytearray, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "big")


def _boxes(data: bytearray, at: int, end: int) -> Iterator[Box]:
    """They must fill the space to its last byte."""
    while at < end:
        size, kind, head = _number(data, at, 4), bytes(data[at + 4 : at + 8]), 8
        if size == 1:
            size, head = _number(data, at + 8, 8), 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            raise ValueError("boxes don't fit")
        yield Box(kind, at + head, at + size)
        at += size


def _items(data: bytearray, box: Box) -> Iterator[tuple[int, bytes]]:
    """Number and kind of the items that tell of the picture."""
    wide = data[box.start] > 0
    for entry in _boxes(data, box.start + (8 if wide else 6), box.end):
        version = data[entry.start]
        if entry.kind != b"infe" or version < 2:
            raise ValueError("unknown list of items")
        size = 2 if version == 2 else 4
        at = entry.start + 4
        kind = bytes(data[at + size + 2 : at + size + 6])
        if kind in _TOLD:
            yield _number(data, at, size), kind


def _places(data: bytearray, box: Box) -> Iterator[tuple[int, int, int, int]]:
    """Item, whether it stands in the box ``idat``, where, how long (0: to the end)."""
    version = data[box.start]
    at = box.start + 4
    sizes = _number(data, at, 2)
    of_offset, of_length, of_base = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    of_index = sizes & 15 if version else 0
    wide = 2 if version < 2 else 4
    count = _number(data, at + 2, wide)
    at += 2 + wide
    if version > 2 or count > MOST_ITEMS:
        raise ValueError("unknown list of places")
    for _ in range(count):
        number = _number(data, at, wide)
        at += wide
        method = _number(data, at, 2) & 15 if version else 0
        at += 2 * bool(version) + 2
        base = _number(data, at, of_base)
        extents = _number(data, at + of_base, 2)
        at += of_base + 2
        if method > 1 or extents > MOST_ITEMS:
            raise ValueError("unknown place")
        for _ in range(extents):
            at += of_index
            start = base + _number(data, at, of_offset)
            yield number, method, start, _number(data, at + of_offset, of_length)
            at += of_offset + of_length

"""Pictures decoded and written anew: the picture stays, what travels with it does not.

A photograph tells where it was taken, when, and with whose telephone, and people photograph members' homes.
Of all that only the way up is kept. Larger ones are made as small as a report needs, as the page does on the
device when it can.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

LONGEST_SIDE = 2000
SMALL_SIDE = 240
QUALITY = 85
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
"""A JPEG is decoded at a fraction of its size; the others whole."""

_WAY_UP = 0x0112


class Unreadable(Exception):  # noqa: N818
    """No picture of these kinds, cut short, or broken."""


class TooLarge(Exception):  # noqa: N818
    """More pixels than it is safe to decode."""


@dataclass(frozen=True, slots=True)
class Picture:
    format: str
    """JPEG, PNG or WEBP."""
    data: bytes
    small: bytes


def clean(data: bytes) -> Picture:
    from PIL import Image  # here: only who attaches pays for it

    bombs = (Image.DecompressionBombError, Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
            name = "JPEG" if image.format == "MPO" else str(image.format)
            if image.width * image.height > MOST_PIXELS[name]:
                raise TooLarge
            return _written(image, name)
    except bombs:
        raise TooLarge from None
    except TooLarge:
        raise
    except Exception as fault:  # whatever a hostile file makes of a decoder is one refusal
        raise Unreadable from fault


def _written(image: Any, name: str) -> Picture:
    way_up = image.getexif().get(_WAY_UP, 1)
    smaller = max(image.size) > LONGEST_SIDE
    if smaller:
        image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    kept = {key: image.info[key] for key in ("icc_profile", "transparency") if key in image.info}
    image.info = kept
    plain = image
    if smaller:
        if image.mode not in ("L", "RGB", "RGBA", "CMYK"):
            plain = image.convert("RGBA" if name != "JPEG" and image.has_transparency_data else "RGB")
        plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    as_it_was = name == "JPEG" and image.format == "JPEG" and not smaller
    profile = {"icc_profile": kept["icc_profile"]} if "icc_profile" in kept else {}
    out = io.BytesIO()
    plain.save(out, name, **_how(name, as_it_was=as_it_was), **profile, **_exif(way_up))
    return Picture(name, out.getvalue(), _small(plain, way_up))


def _how(name: str, *, as_it_was: bool) -> dict[str, Any]:
    if name == "JPEG":
        return {"quality": "keep" if as_it_was else QUALITY, "comment": b""}
    return {"quality": QUALITY} if name == "WEBP" else {}


def _exif(way_up: int) -> dict[str, Any]:
    from PIL import Image

    if way_up not in range(2, 9):
        return {}
    exif = Image.Exif()
    exif[_WAY_UP] = way_up
    return {"exif": exif}


def _small(image: Any, way_up: int) -> bytes:
    """Upright, on white."""
    from PIL import Image

    turns = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_270],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_90],
    }
    small = image.convert("RGBA" if image.has_transparency_data else "RGB")
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    for turn in turns.get(way_up, []):
        small = small.transpose(turn)
    if small.mode == "RGBA":
        white = Image.new("RGB", small.size, "white")
        white.paste(small, mask=small.getchannel("A"))
        small = white
    small.info = {}
    out = io.BytesIO()
    small.save(out, "JPEG", quality=75)
    return out.getvalue()

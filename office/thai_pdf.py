"""Makes the Thai text of a PDF written by Typst come out right when it is copied, searched or read aloud.

Typst draws Thai correctly, but describes it wrongly in four ways, which are mended here without moving
anything one could see:

* A glyph is said to mean the whole cluster in which it was first seen ("ร" means "รู"). Sarabun's glyphs
  are named after their characters, so each glyph is told again what it alone means.
* A mark that the font raises above another mark (the tone in "ซึ่ง") is drawn apart from its consonant and
  says the whole cluster a second time ("ซึ่ซึ่ง"). It is moved into the text of its consonant.
* A mark set back over a tall consonant (the tone in "ฟื้นฟู") leaves the pen short of the cluster's end,
  which readers take for a space ("ฟื้ นฟู"). The pen is put back.
* A space alone between two clusters is lost in some readers ("ปู่ที่" for "ปู่ ที่"). It becomes part of the
  text of the cluster after it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import pikepdf
from fontTools.ttLib import TTFont

MARKS = frozenset(chr(code) for code in (0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)))
NAMED_FORMS = {
    "yoYingthai.less": "ญ",
    "thoThanthai.less": "ฐ",
    "doChadathai.short": "ฎ",
    "toPatakthai.short": "ฏ",
    "loChulathai.short": "ฬ",
}
UNICODE_NAME = re.compile(r"uni((?:[0-9A-F]{4})+)(?:\..*)?")
BFCHAR = re.compile(rb"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>")


# How Typst writes text: a block places itself on the page; a run in it chooses font and place, then shows.
NUMBER = rb"-?\d*\.?\d+"
STRING = rb"(?:\((?:[^\\()]|\\.)*\)|<[0-9A-F]*>)"
ONE_GLYPH = rb"(?:\((?:\\\d{3}|\\\D|[^\\()]){2}\)|<[0-9A-F]{4}>)"
TEXT_BLOCK = re.compile(
    rb"q 1 0 0 -1 (?P<x>%b) (?P<y>%b) cm[^\n]*\nBT.*?\nET\nQ" % (NUMBER, NUMBER),
    re.DOTALL,
)
LONE_RUN = re.compile(
    rb"BT(?:/Span<</ActualText<[0-9A-F]*>>>BDC)?"
    rb"(?P<setup>[^\n\[(<]*?/(?P<font>\w+) %b Tf 1 0 0 -1) (?P<x>%b) (?P<y>%b) Tm"
    % (NUMBER, NUMBER, NUMBER)
    + rb"(?P<show>%b ?Tj|\[(?:%b|%b)*\]TJ)(?:\nEMC)?\nET" % (STRING, STRING, NUMBER),
    re.DOTALL,
)
SET_BACK = re.compile(rb"(?P<head>[)>[]\d{2,3}(?:\.\d+)?)(?P<mark>%b)\]TJ" % ONE_GLYPH, re.DOTALL)
LONE_SPACE = re.compile(
    rb"(?P<run> 0 Tr/(?P<font>\w+) %b Tf 1 0 0 -1 %b %b Tm(?P<show>%bTj))"
    rb"/Span<</ActualText<FEFF(?P<said>[0-9A-F]{8,})>>>BDC" % (NUMBER, NUMBER, NUMBER, STRING)
)
BLOCK_END = re.compile(rb"(\nEMC)?\nET\nQ$")

SHORT = 240
"""Bytes of the longest block that can hold nothing but raised marks."""
NEXT_TO = 0.01
"""Points a joined mark moves left, so that readers that sort by place keep it before what follows."""

Meaning = Mapping[int, str]


class TextBlock(NamedTuple):
    """A piece of text in a content stream: its bytes, and its origin on the page in points as written."""

    source: bytes
    x: bytes
    y: bytes


def repair(pdf: bytes) -> bytes:
    """The same pages with text that extracts as it was written. Same bytes in, same bytes out."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        meanings: dict[tuple[int, int], Meaning] = {}
        for page in document.pages:
            fonts = dict(page.Resources.get("/Font", pikepdf.Dictionary()).items())
            for font in fonts.values():
                if font.objgen not in meanings:
                    meanings[font.objgen] = _retold(font)
            by_name = {name[1:].encode(): meanings[font.objgen] for name, font in fonts.items()}
            content = _with_marks_joined(page.Contents.read_bytes(), by_name)
            content = _with_pen_put_back(content)
            page.Contents.write(_with_spaces_said(content, by_name))
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            deterministic_id=True,
            fix_metadata_version=False,
        )
    return out.getvalue()


def _retold(font: pikepdf.Object) -> Meaning:
    """What each glyph code of the font means; its ToUnicode table is replaced by just that."""
    if "/ToUnicode" not in font:
        return {}
    descriptor = font.DescendantFonts[0].FontDescriptor
    if "/FontFile2" not in descriptor:
        return {}
    told = {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in BFCHAR.findall(font.ToUnicode.read_bytes())
    }
    glyphs = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()), lazy=True).getGlyphOrder()
    meaning = {
        code: text for code, glyph in enumerate(glyphs) if (text := _meaning(glyph) or told.get(code, ""))
    }
    font.ToUnicode.write(_to_unicode(meaning))
    return meaning


def _meaning(glyph: str) -> str:
    """The characters a glyph name stands for ("uni0E48.small" is "่"), or nothing if it doesn't say."""
    if glyph in NAMED_FORMS:
        return NAMED_FORMS[glyph]
    match = UNICODE_NAME.fullmatch(glyph)
    return bytes.fromhex(match[1]).decode("utf-16-be") if match else ""


def _to_unicode(meaning: Meaning) -> bytes:
    """A ToUnicode table (ISO 32000-1, 9.10.3), in the blocks of at most 100 entries the format asks for."""
    entries = [
        f"<{code:04X}> <{text.encode('utf-16-be').hex().upper()}>" for code, text in sorted(meaning.items())
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode()


def _with_marks_joined(content: bytes, fonts: Mapping[bytes, Meaning]) -> bytes:
    """The content stream with every block that only draws raised marks moved into the block before it."""
    marks: dict[tuple[bytes, bytes], bool] = {}
    pieces: list[bytes] = []
    before: TextBlock | None = None
    before_at = end = 0
    for match in TEXT_BLOCK.finditer(content):
        pieces.append(content[end : match.start()])
        end = match.end()
        block = TextBlock(match[0], match["x"], match["y"])
        run = LONE_RUN.search(block.source) if len(block.source) <= SHORT else None
        if run:
            key = run["font"], run["show"]
            if key not in marks:
                marks[key] = _only_marks(run["show"], fonts.get(run["font"], {}))
            if before and marks[key]:
                before = before._replace(source=_joined(before, block, run))
                pieces[before_at] = before.source
                continue
        before, before_at = block, len(pieces)
        pieces.append(block.source)
    pieces.append(content[end:])
    return b"".join(pieces)


def _with_pen_put_back(content: bytes) -> bytes:
    """The content stream with the last mark of a run as wide as it was set back (by letter spacing, Tc)."""

    def widened(run: re.Match[bytes]) -> bytes:
        end = content.rfind(b" Tf", 0, run.start())
        size = content[content.rfind(b" ", 0, end) : end]
        width = float(size) * float(run["head"][1:]) / 1000
        return b"%b]TJ %.5f Tc%bTj 0 Tc" % (run["head"], width, run["mark"])

    return SET_BACK.sub(widened, content)


def _with_spaces_said(content: bytes, fonts: Mapping[bytes, Meaning]) -> bytes:
    """The content stream with each space that stands alone before a cluster said together with it."""

    def said(match: re.Match[bytes]) -> bytes:
        meaning = fonts.get(match["font"], {})
        if [meaning.get(code) for code in _codes(match["show"])] != [" "]:
            return match[0]
        return b"/Span<</ActualText<FEFF0020%b>>>BDC%b" % (match["said"], match["run"])

    return LONE_SPACE.sub(said, content)


def _only_marks(show: bytes, meaning: Meaning) -> bool:
    return all(MARKS.issuperset(meaning.get(code, "?")) for code in _codes(show))


def _codes(show: bytes) -> Iterable[int]:
    """The glyph codes of a Tj or TJ operator: two bytes each."""
    operand = pikepdf.Object.parse(show[:-2])
    strings = (
        [part for part in operand if isinstance(part, pikepdf.String)] if show[:1] == b"[" else [operand]
    )
    shown = b"".join(bytes(part) for part in strings)
    return (high << 8 | low for high, low in zip(shown[::2], shown[1::2], strict=True))


def _joined(before: TextBlock, marks: TextBlock, run: re.Match[bytes]) -> bytes:
    """The block before, drawing the marks too, inside the span that says the text of their cluster."""
    x = float(marks.x) - float(before.x) + float(run["x"]) - NEXT_TO
    y = float(before.y) - float(marks.y) + float(run["y"])
    drawn = b"%b %.5f %.5f Tm%b" % (run["setup"], x, y, run["show"])
    return BLOCK_END.sub(lambda tail: drawn + tail[0], before.source)

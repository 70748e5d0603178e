"""What calamine doesn't tell of an xlsx: how large it would unfold, its error cells, its bare formulas.

Works on the raw XML by pattern, without building a tree: three passes over a sheet cost a fraction of
reading it, and nothing in the file is ever resolved or fetched.
"""

from __future__ import annotations

import html
import re
import zipfile
from dataclasses import dataclass, field

from office.sheets.formulas import index_of

MAX_UNZIPPED = 300 * 1024 * 1024
MAX_ENTRY_RATIO = 500
MAX_CELLS = 3_000_000
MAX_ROWS = 200_000
MAX_PADDED = 10**15

# Every scan is linear in the file, whatever it holds: a tag ends at the next "<" at the latest, and
# nothing once taken is given back (possessive "*+", atomic "(?>").
_SHEET_TAG = re.compile(rb"<(?:\w++:)?sheet\s([^<>]*+)>")
_RELATION_TAG = re.compile(rb"<(?:\w++:)?Relationship\s([^<>]*+)>")
_ATTRIBUTE = re.compile(rb"""(?<![\w:])([\w:]++)\s*+=\s*+["']([^"']*+)["']""")
_CELL = rb"""<(?:\w++:)?c\s(?>(?:[^<>]*?\s)?r\s*+=\s*+["']([A-Za-z]{1,3})(\d{1,7})["'])[^<>]*+"""
_STYLED = re.compile(
    rb"""<(?:\w++:)?c\s(?=[^<>]*?\br\s*+=\s*+["']([A-Za-z]{1,3})(\d{1,7})["'])"""
    rb"""(?=[^<>]*?\ss\s*+=\s*+["'](\d{1,6})["'])[^<>]*+(?<!/)>\s*+<"""
)
_ROW_TAG = re.compile(rb"<(?:\w++:)?row\s([^<>]*+)>")
_FORMAT_TAG = re.compile(rb"<(?:\w++:)?numFmt\s([^<>]*+)>")
_STYLE_TAG = re.compile(rb"<(?:\w++:)?xf\s([^<>]*+)>")
_CELL_STYLES = re.compile(rb"<(?:\w++:)?cellXfs[\s>]")
_CELL_STYLES_END = re.compile(rb"</(?:\w++:)?cellXfs>")
_LITERAL = re.compile(r'"[^"]*+"|\\.')
_FILLED = re.compile(_CELL + rb"(?<!/)>\s*+<(?:\w++:)?[fvi]")
_F_BODY = rb"[^<>]*+(?:(?<=/)>|(?<!/)>([^<]*+)</(?:\w++:)?f>)"
_ERROR = re.compile(_CELL + rb">\s*+(?:<(?:\w++:)?f" + _F_BODY + rb")?+\s*+<(?:\w++:)?v>(#[^<]*+)</")
_FORMULA = re.compile(_CELL + rb">\s*+<(?:\w++:)?f(?![^\s/>])" + _F_BODY + rb"\s*+(<(?:\w++:)?v>[^<]++<)?+")


class TooLarge(Exception):  # noqa: N818
    """The workbook would unfold beyond what a plan or a report can need."""


@dataclass(slots=True)
class Extras:
    """Of one sheet, by (row, column) counted from 0."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncached: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    """Cells shown as a percentage: 0.85 as 85%."""
    padded: dict[tuple[int, int], int] = field(default_factory=dict)
    """Cells shown with zeros in front, and with how many figures: 7 as 007."""
    hidden_rows: list[int] = field(default_factory=list)


def inspect(archive: zipfile.ZipFile) -> dict[str, Extras]:
    """Per sheet name its extras. Raises TooLarge before anything is unfolded that shouldn't be."""
    infos = archive.infolist()
    if sum(info.file_size for info in infos) > MAX_UNZIPPED or any(
        info.file_size > MAX_ENTRY_RATIO * max(info.compress_size, 2048) for info in infos
    ):
        raise TooLarge
    styles = _styles(archive)
    return {name: _inspect_sheet(archive.read(part), styles) for name, part in _parts(archive).items()}


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name -> path inside the archive."""
    names = set(archive.namelist())
    try:
        book = archive.read("xl/workbook.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return {}
    targets = {found["Id"]: found["Target"] for found in map(_attributes, _RELATION_TAG.findall(relations))}
    parts: dict[str, str] = {}
    for found in map(_attributes, _SHEET_TAG.findall(book)):
        relation = next((value for key, value in found.items() if key.endswith(":id")), "")
        target = targets.get(relation, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            parts[found.get("name", "")] = part
    return parts


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        key.decode(): html.unescape(value.decode("utf-8", "replace"))
        for key, value in _ATTRIBUTE.findall(tag)
    }


def _styles(archive: zipfile.ZipFile) -> dict[bytes, int]:
    """Cell styles that show a figure as another one: 0 for a percentage, else the figures it is given."""
    try:
        xml = archive.read("xl/styles.xml")
    except KeyError:
        return {}
    formats = {b"9": 0, b"10": 0}
    for tag in _FORMAT_TAG.findall(xml):
        found = dict(_ATTRIBUTE.findall(tag))
        code = html.unescape(found.get(b"formatCode", b"").decode("utf-8", "replace"))
        if "%" in _LITERAL.sub("", code):
            formats[found.get(b"numFmtId", b"")] = 0
        elif re.fullmatch("0{2,20}", code):
            formats[found.get(b"numFmtId", b"")] = len(code)
    start = _CELL_STYLES.search(xml)
    end = _CELL_STYLES_END.search(xml, start.end()) if start else None
    if start is None or end is None:
        return {}
    tags = _STYLE_TAG.findall(xml, start.end(), end.start())
    used = [dict(_ATTRIBUTE.findall(tag)).get(b"numFmtId", b"") for tag in tags]
    return {b"%d" % n: formats[number] for n, number in enumerate(used) if number in formats}


def _inspect_sheet(xml: bytes, styles: dict[bytes, int]) -> Extras:
    width, height = _extent(xml)
    if height > MAX_ROWS or width * height > MAX_CELLS:
        raise TooLarge
    extras = Extras()
    if b">#" in xml:
        extras.errors = {
            _place(column, row): value.decode("utf-8", "replace")
            for column, row, _, value in _ERROR.findall(xml)
        }
    if b"<f" in xml or b":f>" in xml or b":f " in xml:
        for column, row, formula, cached in _FORMULA.findall(xml):
            if not cached:
                extras.uncached[_place(column, row)] = html.unescape(formula.decode("utf-8", "replace"))
    for column, row, style in _STYLED.findall(xml) if styles else ():
        if style in styles:
            if styles[style]:
                extras.padded[_place(column, row)] = styles[style]
            else:
                extras.percents.add(_place(column, row))
    if b"hidden" in xml:
        extras.hidden_rows = [int(row) - 1 for row in _hidden_rows(xml)]
    return extras


def _hidden_rows(xml: bytes) -> list[bytes]:
    rows = (dict(_ATTRIBUTE.findall(tag)) for tag in _ROW_TAG.findall(xml) if b"hidden" in tag)
    return [
        row[b"r"] for row in rows if row.get(b"hidden") in (b"1", b"true") and row.get(b"r", b"").isdigit()
    ]


def _extent(xml: bytes) -> tuple[int, int]:
    """Columns and rows up to the last cell that holds something."""
    places = _FILLED.findall(xml)
    if not places:
        return 0, 0
    width = max(index_of(column.decode().upper()) for column in {column for column, _ in places}) + 1
    return width, max(int(row) for row in {row for _, row in places})


def _place(column: bytes, row: bytes) -> tuple[int, int]:
    return int(row) - 1, index_of(column.decode().upper())

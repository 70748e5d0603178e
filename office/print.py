"""PDF from a template of templates/print and plain data: Sarabun inside, Thai digits, text that copies right.

Data are inert: text of users reaches the template as strings and is never read as markup. Every digit in a
string is printed as a Thai digit; a number stays a number, for the template to decide with.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import fontpkg_sarabun
import pikepdf
import typst

from office import thai_pdf

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "print"
SARABUN = Path(fontpkg_sarabun.ROOT) / "files"
UNDRAWABLE = [*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
EMOJI = [*range(0x1F000, 0x1FB00), 0xFE0F, 0x200D]
PRINTABLE: dict[int, str] = {
    **dict.fromkeys(UNDRAWABLE, " "),
    **dict.fromkeys(EMOJI, ""),
    **{ord(str(digit)): "๐๑๒๓๔๕๖๗๘๙"[digit] for digit in range(10)},
    ord("\n"): "\n",
}
"""Controls and half characters, which no font can draw, become spaces; emoji, which no font here
draws, are left out; new lines stay."""


TYPED = frozenset({"code"})
"""Keys whose value people type to sign in: printed as it is typed, digits and all."""


class PrintError(RuntimeError):
    """A document that couldn't be made, named by its template."""

    def __init__(self, template: str, reason: str) -> None:
        super().__init__(f"print template {template!r}: {reason}")
        self.template = template
        self.reason = reason


def pdf(
    template: str,
    data: Mapping[str, object],
    *,
    extra_font_dirs: Sequence[Path] = (),
    tagged: bool = True,
) -> bytes:
    """The document `templates/print/<template>.typ` makes of the data; equal data make equal bytes.

    Data hold strings, numbers, booleans, None, lists and mappings; the template's head says which. A font
    family in `extra_font_dirs` is used where the data name it as `font`. Tags let a screen reader follow
    the tables and treble the size: leave them out of parts to be joined. Raises PrintError.
    """
    source = TEMPLATES / f"{template}.typ"
    if source.parent != TEMPLATES or not source.is_file():
        raise PrintError(template, "no such template")
    try:
        compiled = typst.compile(
            source,
            root=TEMPLATES,
            font_paths=_fonts(tuple(extra_font_dirs)),
            format="pdf",
            sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
            timestamp=0,
            pdf_tags=tagged,
        )
    except (typst.TypstError, TypeError) as error:
        raise PrintError(template, str(error)) from error
    _forget()
    return thai_pdf.repair(compiled)


def joined(parts: Iterable[bytes], *, title: str) -> bytes:
    """One file of several documents, in order, without their tags; equal parts make equal bytes.

    120 papers of a year compiled at once take 820 MB of memory; one a part and then joined, 165 MB.
    """
    out = io.BytesIO()
    with pikepdf.new() as whole:
        whole.Root.Lang = pikepdf.String("th-TH")
        whole.docinfo.Title = pikepdf.String(title)
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as document:
                for page in document.pages:
                    if "/StructParents" in page.obj:
                        del page.obj.StructParents
                whole.pages.extend(document.pages)
        whole.save(out, deterministic_id=True, fix_metadata_version=False)
    return out.getvalue()


def _forget() -> None:
    """Typst keeps what its last ten compilations worked out, 9 MB a paper: blank ones push it out.

    Two a document hold a worker's memory down by 60 MB for about 3 ms.
    """
    for _ in range(2):
        typst.compile(b"", font_paths=_fonts(()), format="pdf", timestamp=0)


@cache
def _fonts(extra: tuple[Path, ...]) -> typst.Fonts:
    """The fonts a document may use, read once a process: never those that happen to be on the machine.

    Those built into Typst stand in for signs that Sarabun doesn't have.
    """
    return typst.Fonts(include_system_fonts=False, font_paths=[SARABUN, *extra])


def _printable(value: object) -> object:
    match value:
        case str():
            return value.translate(PRINTABLE)
        case bool() | int() | float() | None:
            return value
        case Mapping():
            return {str(key): item if key in TYPED else _printable(item) for key, item in value.items()}
        case list() | tuple():
            return [_printable(item) for item in value]
    raise TypeError(f"cannot print a {type(value).__name__}")

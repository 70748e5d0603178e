"""Third-party parts of the pages, made from installed wheels into one folder of static files.

Nothing third-party is kept in the repository and nothing is fetched: Bootstrap, htmx, the
Sarabun fonts and the icons come from packages, cut down to what the pages use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

RECIPE = 1  # raise it when the same sources must give different files
PACKAGES = (
    "brotli",
    "django-htmx",
    "django-js-lib-bootstrap-icons",
    "django-js-lib-bootstrap5",
    "fontpkg-sarabun",
    "fonttools",
)
WEIGHTS = ("Regular", "SemiBold", "Bold")
# Thai, Latin, the signs of the wording: the rest of Sarabun (Vietnamese, extended Latin) stays out.
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x0E01, 0x0E3B),
    *range(0x0E3F, 0x0E5C),
    *range(0x200B, 0x2023),
    *range(0x2026, 0x203B),
    *(0x20AC, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265, 0x25CC),
)
ICON_RULES = """\
@font-face{font-display:block;font-family:bootstrap-icons;src:url("bootstrap-icons.woff2") format("woff2")}
.bi::before{display:inline-block;font-family:bootstrap-icons!important;font-style:normal;font-weight:400!important;\
font-variant:normal;text-transform:none;line-height:1;vertical-align:-.125em;-webkit-font-smoothing:antialiased;\
-moz-osx-font-smoothing:grayscale}
"""

_ICON_RULE = re.compile(r'\.bi-([a-z0-9-]+)::before\{content:"\\([0-9a-f]{4})"\}')
_ICON_CLASS = re.compile(r"\bbi-([a-z0-9]+(?:-[a-z0-9]+)*)(?![\w{-])")
_QUOTED = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
_CSS_ESCAPE = re.compile(r"\\([Ff][0-9A-Fa-f]{3})\b")
_SOURCE_MAP = re.compile(rb"\s*(?:/\*|//)[#@]\s*sourceMappingURL=[^\s*]*(?:\s*\*/)?")
_DATA_URL = re.compile(rb"""url\((?:"data:[^"]*"|'data:[^']*'|data:[^)]*)\)""")


class UnknownIconError(ValueError):
    """A page names an icon that the icon font does not have."""


@dataclass(frozen=True)
class Built:
    """What a build did: ``files`` by their path in the folder; ``fresh`` when nothing had to be made."""

    files: tuple[str, ...]
    fresh: bool


def build(target: Path, sources: Iterable[Path], *, force: bool = False) -> Built:
    """Bring ``target`` up to date with the installed packages and the icons that ``sources`` use.

    Files are replaced one by one, so that a running server never meets half a file; files of an
    earlier recipe are removed. The stamp beside the folder (``<target>.json``) says what it was
    made from. Raises UnknownIconError when a page names an icon that does not exist.
    """
    glyphs = icon_glyphs()
    icons = icons_used(sources, glyphs)
    recipe = {
        "recipe": RECIPE,
        "packages": {name: version(name) for name in PACKAGES},
        "icons": sorted(icons),
    }
    stamp = target.with_name(f"{target.name}.json")
    kept = _kept(stamp, recipe)
    if kept and not force and all((target / name).is_file() for name in kept):
        return Built(kept, fresh=True)
    made = {**vendor_files(), **icon_files({name: glyphs[name] for name in icons})}
    for name, content in sorted(made.items()):
        _replace(target / name, content)
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(target).as_posix() not in made:
            path.unlink()
    files = tuple(sorted(made))
    _replace(stamp, json.dumps({**recipe, "files": files}, indent=1).encode())
    return Built(files, fresh=False)


def vendor_files() -> dict[str, bytes]:
    """Bootstrap's style, htmx and the text fonts, by their path in the folder."""
    bootstrap = _static("js_lib_bootstrap5") / "js-lib-bootstrap5/css/bootstrap.min.css"
    htmx = _static("django_htmx") / "django_htmx/htmx-2.min.js"
    fonts = _package("fontpkg_sarabun") / "files"
    return {
        "bootstrap.min.css": without_data_urls(without_source_map(bootstrap.read_bytes())),
        "htmx.min.js": without_source_map(htmx.read_bytes()),
        **{
            f"fonts/Sarabun-{weight}.woff2": woff2(fonts / f"Sarabun-{weight}.ttf", LETTERS)
            for weight in WEIGHTS
        },
    }


def icon_files(glyphs: Mapping[str, int]) -> dict[str, bytes]:
    """A font of just these icons, and the style that names them."""
    rules = "".join(
        f'.bi-{name}::before{{content:"\\{code:04x}"}}\n' for name, code in sorted(glyphs.items())
    )
    font = _static("js_lib_bootstrap_icons") / "bootstrap-icons/font/fonts/bootstrap-icons.woff2"
    return {
        "icons/bootstrap-icons.css": (ICON_RULES + rules).encode(),
        "icons/bootstrap-icons.woff2": woff2(font, glyphs.values()),
    }


def icon_glyphs() -> dict[str, int]:
    """Every icon of the installed icon font: name to code point."""
    css = _static("js_lib_bootstrap_icons") / "bootstrap-icons/font/bootstrap-icons.min.css"
    return {name: int(code, 16) for name, code in _ICON_RULE.findall(css.read_text())}


def icons_used(sources: Iterable[Path], glyphs: Mapping[str, int]) -> set[str]:
    """Names of the icons that the sources can show.

    A class ``bi-name`` must exist; a quoted word that happens to be an icon's name counts as well,
    because tags and vocabularies name icons in quotes; a style may name one by its code point.
    """
    by_code = {code: name for name, code in glyphs.items()}
    used: set[str] = set()
    for path in _text_files(sources):
        text = path.read_text(encoding="utf-8")
        named = set(_ICON_CLASS.findall(text)) if path.suffix != ".py" else set()
        if unknown := sorted(named - glyphs.keys()):
            raise UnknownIconError(f"{path.name}: no such icon: {', '.join(unknown)}")
        used |= named | (set(_QUOTED.findall(text)) & glyphs.keys())
        used |= {by_code[code] for code in _codes(text) if code in by_code}
    return used


def woff2(source: Path, letters: Iterable[int]) -> bytes:
    """The font cut down to these letters, all its shaping rules kept; the same bytes every time."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(layout_features=["*"], notdef_outline=True, name_IDs=["*"], hinting=True)
    cutter = Subsetter(options)
    cutter.populate(unicodes=list(letters))
    cutter.subset(font)
    font.flavor = "woff2"
    out = BytesIO()
    font.save(out, reorderTables=False)
    return out.getvalue()


def without_source_map(content: bytes) -> bytes:
    """Drop the mention of a .map file, which manifest storage would look for."""
    return _SOURCE_MAP.sub(b"", content)


def without_data_urls(css: bytes) -> bytes:
    """Replace pictures written into the style: the content security policy refuses them."""
    return _DATA_URL.sub(b"none", css)


def _text_files(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        for path in sorted(source.rglob("*")):
            if path.suffix in {".html", ".css", ".js", ".py"} and path.is_file():
                yield path


def _codes(text: str) -> set[int]:
    return {int(code, 16) for code in _CSS_ESCAPE.findall(text)}


def _kept(stamp: Path, recipe: Mapping[str, object]) -> tuple[str, ...]:
    """Files of the last build, when it was made from the same recipe; else none."""
    if not stamp.is_file():
        return ()
    last = json.loads(stamp.read_text())
    files = last.pop("files", ())
    return tuple(files) if last == recipe else ()


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed: pip install -r requirements.txt")
    return Path(spec.origin).parent


def _static(name: str) -> Path:
    return _package(name) / "static"

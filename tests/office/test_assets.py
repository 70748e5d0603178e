"""The third-party static files: only what is needed, the same every time, fit for manifest storage."""

from __future__ import annotations

from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from fontTools.ttLib import TTFont

from office import assets, thai
from office.management.commands import build_assets

FILES = {
    "bootstrap.min.css",
    "fonts/Sarabun-Bold.woff2",
    "fonts/Sarabun-Regular.woff2",
    "fonts/Sarabun-SemiBold.woff2",
    "htmx.min.js",
    "icons/bootstrap-icons.css",
    "icons/bootstrap-icons.woff2",
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one page that shows three icons, each named in another way."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "page.html").write_text(
        '<i class="bi bi-check-lg"></i>{% icon "circle-half" %}', encoding="utf-8"
    )
    (folder / "app.css").write_text('summary::before { content: "\\F285"; }', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def vendor(page: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("build") / "vendor"
    assets.build(target, [page])
    return target


def letters_of(path: Path) -> set[int]:
    return set(TTFont(BytesIO(path.read_bytes())).getBestCmap())


def test_only_the_needed_files_are_made(vendor: Path) -> None:
    assert {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()} == FILES


@pytest.mark.parametrize("name", sorted(name for name in FILES if not name.endswith("woff2")))
def test_text_names_no_map_no_written_picture_and_no_other_host(vendor: Path, name: str) -> None:
    text = (vendor / name).read_text(encoding="utf-8")
    assert "sourceMappingURL" not in text
    assert "url(data" not in text.replace('"', "").replace("'", "")
    assert "url(http" not in text.replace('"', "")


def test_written_pictures_become_none() -> None:
    css = b"""a{src:url("data:image/svg+xml,<path d='M(1)'/>")}b{src:url(data:x)}c{src:url(a.png)}"""
    assert assets.without_data_urls(css) == b"a{src:none}b{src:none}c{src:url(a.png)}"


@pytest.mark.parametrize(
    "text",
    [b"x{}\n/*# sourceMappingURL=a.css.map */", b"x{}\n//# sourceMappingURL=a.js.map"],
    ids=["css", "js"],
)
def test_mention_of_a_map_is_dropped(text: bytes) -> None:
    assert assets.without_source_map(text) == b"x{}"


@pytest.mark.parametrize("weight", assets.WEIGHTS)
def test_fonts_hold_every_letter_of_the_wording(vendor: Path, weight: str) -> None:
    wording = "".join((*thai.MONTHS, *thai.MONTHS_SHORT, *thai.WEEKDAYS, thai.BLANK, "ฎุ ปู่ น้ำ ญี่ปุ่น ฟ้า −·“”…๐๙"))
    missing = {chr(code) for code in map(ord, wording)} - {
        chr(code) for code in letters_of(vendor / f"fonts/Sarabun-{weight}.woff2")
    }
    assert not missing


@pytest.mark.parametrize("weight", assets.WEIGHTS)
def test_fonts_keep_the_rules_that_place_thai_marks(vendor: Path, weight: str) -> None:
    font = TTFont(vendor / f"fonts/Sarabun-{weight}.woff2")
    assert {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord} >= {"mark", "mkmk"}
    assert "thai" in {record.ScriptTag for record in font["GPOS"].table.ScriptList.ScriptRecord}


def test_icon_font_holds_just_the_icons_of_the_pages(vendor: Path) -> None:
    glyphs = assets.icon_glyphs()
    names = {"check-lg", "circle-half", "chevron-right"}
    assert letters_of(vendor / "icons/bootstrap-icons.woff2") == {glyphs[name] for name in names}
    css = (vendor / "icons/bootstrap-icons.css").read_text()
    assert {name for name in names if f".bi-{name}::before" in css} == names


def test_the_same_sources_give_the_same_bytes(vendor: Path, page: Path, tmp_path: Path) -> None:
    again = tmp_path / "vendor"
    assets.build(again, [page])
    assert {name: (again / name).read_bytes() for name in FILES} == {
        name: (vendor / name).read_bytes() for name in FILES
    }


def test_building_again_touches_nothing(vendor: Path, page: Path) -> None:
    before = {name: (vendor / name).stat().st_mtime_ns for name in FILES}
    assert assets.build(vendor, [page]).fresh
    assert {name: (vendor / name).stat().st_mtime_ns for name in FILES} == before


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty fonts: making them is the slow part, and tested above."""
    monkeypatch.setattr(assets, "woff2", lambda source, letters: b"")


@pytest.mark.usefixtures("quick")
class TestWhatMakesItBuildAgain:
    @pytest.fixture
    def own(self, tmp_path: Path) -> tuple[Path, Path]:
        pages = tmp_path / "pages"
        pages.mkdir()
        (pages / "a.html").write_text('<i class="bi bi-x"></i>')
        target = tmp_path / "vendor"
        assert not assets.build(target, [pages]).fresh
        return target, pages

    def test_a_lost_file(self, own: tuple[Path, Path]) -> None:
        (own[0] / "bootstrap.min.css").unlink()
        assert not assets.build(own[0], [own[1]]).fresh
        assert (own[0] / "bootstrap.min.css").is_file()

    def test_a_new_icon(self, own: tuple[Path, Path]) -> None:
        (own[1] / "b.html").write_text('{% icon "search" %}')
        assert not assets.build(own[0], [own[1]]).fresh

    def test_another_version_of_a_package(
        self, own: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(assets, "version", lambda name: "99")
        assert not assets.build(own[0], [own[1]]).fresh

    def test_force(self, own: tuple[Path, Path]) -> None:
        assert not assets.build(own[0], [own[1]], force=True).fresh

    def test_files_of_an_earlier_recipe_are_removed(self, own: tuple[Path, Path]) -> None:
        (own[0] / "old").mkdir()
        (own[0] / "old" / "jquery.js").write_text("")
        assets.build(own[0], [own[1]], force=True)
        assert not (own[0] / "old" / "jquery.js").exists()


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<i class="bi bi-no-such-thing"></i>')
    with pytest.raises(assets.UnknownIconError, match=r"page\.html.*no-such-thing"):
        assets.icons_used([tmp_path], assets.icon_glyphs())


def test_every_icon_of_the_product_exists(settings) -> None:
    assert assets.icons_used(build_assets.sources(settings.BASE_DIR), assets.icon_glyphs()) >= {
        "chevron-right"
    }


@pytest.mark.usefixtures("quick")
def test_the_command_builds_under_the_base_folder(settings, page: Path, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    said = StringIO()
    call_command("build_assets", stdout=said)
    assert (tmp_path / "build/vendor/bootstrap.min.css").is_file()
    call_command("build_assets", stdout=said)
    assert said.getvalue().splitlines()[0].startswith("7 static files made")
    assert said.getvalue().splitlines()[1].startswith("7 static files up to date")
    (tmp_path / "templates/bad.html").write_text("bi-no-such-thing")
    with pytest.raises(CommandError, match="no such icon"):
        call_command("build_assets")


def test_manifest_storage_finds_everything_that_the_styles_name(
    settings, vendor: Path, tmp_path: Path
) -> None:
    settings.STATICFILES_DIRS = [settings.BASE_DIR / "static", ("vendor", vendor)]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["django_htmx", "admin"])
    styles = next((tmp_path / "static").glob("app.*.css")).read_text(encoding="utf-8")
    assert "vendor/fonts/Sarabun-Regular." in styles
    assert 'Sarabun-Regular.woff2"' not in styles

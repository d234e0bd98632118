"""Fonts are known files; texts are measured and broken so that they fit."""

import shutil
from pathlib import Path

import pytest

from documents.errors import FontsMissing, GlyphsMissing
from documents.fonts import (
    DISPLAY_BOLD,
    FACES,
    FONT_FOLDER,
    SANS_REGULAR,
    check_fonts,
    check_glyphs,
    fit,
    text_width,
)
from documents.outlines import outline

SIZES = (38.0, 30.0, 24.0)


def test_installed_fonts_are_the_known_files() -> None:
    assert [path.name for path in check_fonts()] == [name for name, _ in FACES.values()]


def test_absent_fonts_are_reported_with_the_package_to_install(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing) as caught:
        check_fonts(tmp_path)
    assert caught.value.data["package"] == "fonts-noto-core"
    assert caught.value.data["file"] == "NotoSerif-Regular.ttf"
    assert caught.value.data["found"] is None


def test_font_of_the_same_name_with_other_bytes_is_refused(tmp_path: Path) -> None:
    for name, _ in FACES.values():
        shutil.copy(FONT_FOLDER / name, tmp_path)
    changed = tmp_path / "NotoSans-Bold.ttf"
    changed.write_bytes(changed.read_bytes() + b"\0")
    with pytest.raises(FontsMissing) as caught:
        check_fonts(tmp_path)
    assert caught.value.data["file"] == "NotoSans-Bold.ttf"
    assert caught.value.data["found"] is not None


def test_latin_names_can_be_drawn() -> None:
    check_glyphs(["Nguyễn Đặng Çağrı Šimůnek-Żółć Ñuñez", "S.A.P., M.Si.", "Ωμέγα", "Иван"])


def test_text_with_unknown_signs_is_refused_naming_them() -> None:
    with pytest.raises(GlyphsMissing) as caught:
        check_glyphs(["Budi", "山 Contoh 田"])
    assert caught.value.data == {"characters": "山田"}


def test_width_grows_with_the_text_and_counts_the_face() -> None:
    assert text_width("", SANS_REGULAR) == 0
    assert text_width("mm", SANS_REGULAR) == pytest.approx(2 * text_width("m", SANS_REGULAR))
    assert text_width("Contoh", DISPLAY_BOLD) != text_width("Contoh", SANS_REGULAR)


def test_short_text_gets_the_largest_size_on_one_line() -> None:
    assert fit("Budi", DISPLAY_BOLD, width=600, sizes=SIZES) == (38.0, ("Budi",))


@pytest.mark.parametrize("words", [6, 9, 12, 15, 20, 30])
def test_long_text_is_broken_into_lines_that_fit(words: int) -> None:
    text = " ".join(["Keumala"] * words)
    size, lines = fit(text, DISPLAY_BOLD, width=600, sizes=SIZES)
    assert " ".join(lines) == text
    assert len(lines) <= 3
    assert max(text_width(line, DISPLAY_BOLD) for line in lines) * size <= 600


def test_lines_are_about_equally_long() -> None:
    _, lines = fit(" ".join(["Keumala"] * 8), DISPLAY_BOLD, width=600, sizes=SIZES)
    assert lines == (" ".join(["Keumala"] * 4),) * 2


def test_one_very_long_word_shrinks_to_fit() -> None:
    word = "Sukarnowati" * 8
    size, lines = fit(word, DISPLAY_BOLD, width=600, sizes=SIZES)
    assert lines == (word,)
    assert 590 < text_width(word, DISPLAY_BOLD) * size <= 600


def test_outline_draws_closed_shapes_as_wide_as_the_text() -> None:
    path, width = outline("CO", SANS_REGULAR, size=1000, spacing=50)
    assert width == pytest.approx(1000 * text_width("CO", SANS_REGULAR) + 50)
    assert path.count(" m") == path.count("h") == 3  # C, and O with its hole

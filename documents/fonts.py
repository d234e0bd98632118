"""The fonts of every PDF: files of one Debian package, checked by hash, measured for fitting.

No document relies on what else the machine has installed: the families below get names of our own,
and a text with a character that none of them can draw is refused instead of falling back to a
system font.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from documents.errors import FontsMissing, GlyphsMissing

DEBIAN_PACKAGE: Final = "fonts-noto-core"
FONT_FOLDER: Final = Path("/usr/share/fonts/truetype/noto")

_SERIF: Final = "Ujikom Noto Serif"
_DISPLAY_FAMILY: Final = "Ujikom Noto Serif Display"
_SANS: Final = "Ujikom Noto Sans"

# (family, style, weight) -> (file, SHA-256 of the file in Debian's fonts-noto-core 20201225)
FACES: Final = {
    (_SERIF, "normal", 400): (
        "NotoSerif-Regular.ttf",
        "9d7583b7dc9e812afd32a14280c5cac3160012efe50c8d08938f4fea266ff67f",
    ),
    (_SERIF, "italic", 400): (
        "NotoSerif-Italic.ttf",
        "bc25600aa27cd409e1e5b3d86340df3a329bb860fcfbe57a03a95070b229e1b0",
    ),
    (_SERIF, "normal", 700): (
        "NotoSerif-Bold.ttf",
        "0af0ff2be8f84910fb21ec5fe1b6b7395e3073250502a334baf6ca2f860c88fe",
    ),
    (_DISPLAY_FAMILY, "normal", 400): (
        "NotoSerifDisplay-Regular.ttf",
        "bcdc596729c24044e28c54815ecbe6004f83b10169a49a51160b22f59116249f",
    ),
    (_DISPLAY_FAMILY, "italic", 400): (
        "NotoSerifDisplay-Italic.ttf",
        "96ad3a5588b1d6e564589d236b8fa1839e8169a6b87a055340c36b87904e93e0",
    ),
    (_DISPLAY_FAMILY, "normal", 700): (
        "NotoSerifDisplay-Bold.ttf",
        "8666c2488e681a31670f9fc0b5d59fa4f21f2a0664a76876fe49ebd832f673c7",
    ),
    (_SANS, "normal", 400): (
        "NotoSans-Regular.ttf",
        "89c3c497f618fdaa0b2d1e98fef93582f28c71debd2c4a8cdf41f190ced2909d",
    ),
    (_SANS, "normal", 700): (
        "NotoSans-Bold.ttf",
        "e83493c945848ecd4a9ad0f6d19164541a0d3e23a9c952304a00a46e00272ac5",
    ),
}
Face = tuple[str, str, int]
DISPLAY: Final = (_DISPLAY_FAMILY, "normal", 400)
DISPLAY_BOLD: Final = (_DISPLAY_FAMILY, "normal", 700)
SERIF_REGULAR: Final = (_SERIF, "normal", 400)
SANS_REGULAR: Final = (_SANS, "normal", 400)
SANS_BOLD: Final = (_SANS, "normal", 700)


def check_fonts(folder: Path = FONT_FOLDER) -> tuple[Path, ...]:
    """Give the font files in order; raises FontsMissing for an absent or different file."""
    return tuple(_checked(folder / name, digest) for name, digest in FACES.values())


def _checked(path: Path, digest: str) -> Path:
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise FontsMissing(file=path.name, package=DEBIAN_PACKAGE, found=None) from error
    if found != digest:
        raise FontsMissing(file=path.name, package=DEBIAN_PACKAGE, found=found)
    return path


def font_path(face: Face) -> Path:
    """File of one face, checked; raises FontsMissing."""
    name, digest = FACES[face]
    return _checked(FONT_FOLDER / name, digest)


@cache
def font_faces() -> str:
    """Write the @font-face rules, by file address, after checking the files once per process."""
    rules = []
    for (family, style, weight), path in zip(FACES, check_fonts(), strict=True):
        rules.append(
            f'@font-face {{ font-family: "{family}"; font-style: {style}; '
            f'font-weight: {weight}; src: url("{path.as_uri()}") format("truetype"); }}'
        )
    return "\n".join(rules)


@cache
def _advances(face: Face) -> dict[int, float]:
    """Width of every drawable character in em."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped] # noqa: PLC0415 - slow import

    with TTFont(font_path(face), lazy=True) as font:
        widths = font["hmtx"].metrics
        scale = font["head"].unitsPerEm
        return {code: widths[glyph][0] / scale for code, glyph in font.getBestCmap().items()}


def text_width(text: str, face: Face) -> float:
    """Width in em without kerning, enough to choose a size that fits."""
    advances = _advances(face)
    return sum(advances.get(ord(character), 0.6) for character in text)


def check_glyphs(texts: Iterable[str]) -> None:
    """Raise GlyphsMissing when the serif and sans faces together cannot draw every character."""
    drawable = _advances(SERIF_REGULAR).keys() | _advances(SANS_REGULAR).keys()
    missing = {c for text in texts for c in text if ord(c) not in drawable}
    if missing:
        raise GlyphsMissing(characters="".join(sorted(missing)))


def fit(
    text: str, face: Face, *, width: float, sizes: Sequence[float]
) -> tuple[float, tuple[str, ...]]:
    """Choose size and lines so that `text` fits `width` (same unit as the sizes, largest first).

    One line at any of the sizes comes first, then two lines at the lower half of them or a little
    below, then three. What still does not fit, such as one very long word, shrinks as needed.
    """
    words = text.split()
    lines: tuple[str, ...] = ()
    tight = (sizes[-1] * 0.9, sizes[-1] * 0.8)
    for count, allowed in ((1, sizes), (2, (*sizes[len(sizes) // 2 :], *tight)), (3, tight[-1:])):
        lines = _balanced(words, count, face)
        widest = max(text_width(line, face) for line in lines)
        for size in allowed:
            if widest * size <= width:
                return round(size, 1), lines
    widest = max(text_width(line, face) for line in lines)
    return math.floor(10 * width / widest) / 10, lines


def _balanced(words: list[str], count: int, face: Face) -> tuple[str, ...]:
    """Break into `count` lines so that the widest is as narrow as it can be."""
    if count == 1 or len(words) < count:
        return (" ".join(words),)
    best: tuple[str, ...] = ()
    best_width = float("inf")
    for cut in range(1, len(words) - count + 2):
        rest = _balanced(words[cut:], count - 1, face)
        lines = (" ".join(words[:cut]), *rest)
        widest = max(text_width(line, face) for line in lines)
        if widest < best_width:
            best, best_width = lines, widest
    return best

"""Two languages: Indonesian texts are the message ids, English comes from a catalogue."""

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES: Final = ("id", "en")
COOKIE: Final = "ujikom_bahasa"
LOCALES: Final = Path(__file__).parent / "locales"


@cache
def translations(lang: str) -> gettext.NullTranslations:
    """The catalogue of a language, compiled in memory; Indonesian needs none."""
    if lang == "id":
        return gettext.NullTranslations()
    with (LOCALES / f"{lang}.po").open("rb") as source:
        catalog = read_po(source, locale=lang)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def choose(asked: str | None, cookie: str | None) -> str:
    """The language of a response: asked for, else remembered, else Indonesian."""
    for lang in (asked, cookie):
        if lang in LANGUAGES:
            return lang
    return "id"

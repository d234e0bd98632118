"""A picture or sound put into the item that is being written; nothing typed is lost by it."""

import asyncio
import html
from typing import Any, Final

import msgspec
from litestar.datastructures import FormMultiDict

from kernel.errors import Invalid
from people.roles import Principal
from question_banks import service
from question_banks.content import Content
from question_banks.media.check import Media, checked
from question_banks.media.service import keep
from web import forms, i18n
from web.rendering import AnyRequest, installation, language

LONGEST_WORDS: Final = 500


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


PLACES: Final = {
    "stem": _("di bawah pokok soal"),
    "rationale": _("di bawah pembahasan"),
    "image": _("sebagai gambar bertitik"),
}
WORDS_NEEDED: Final = _(
    "Tulis apa yang terlihat atau terdengar, untuk peserta yang tidak melihat atau mendengarnya."
)
NO_SOUND_HERE: Final = _("Bagian ini memerlukan gambar, bukan suara.")
Inserted = tuple[Content, dict[str, list[str]], dict[str, str]]


def places(family: str) -> list[str]:
    """Where a picture can go in an item of a family."""
    return list(PLACES) if family == "hotspot" else ["stem", "rationale"]


async def inserted(
    request: AnyRequest,
    form: FormMultiDict,
    content: Content,
    values: dict[str, list[str]],
    by: Principal,
) -> Inserted:
    """Content and family's fields with what was uploaded, or what is wrong beside its field."""
    words = forms.text(form, "media_words")[:LONGEST_WORDS]
    place = forms.text(form, "media_place")
    here, gettext = installation(request), i18n.translations(language(request)).gettext
    if not words:
        return content, values, {"media_words": gettext(WORDS_NEEDED)}
    try:
        _, data = await forms.file(form, "media")
        limits = service.limits_of(here.settings).media
        media = await asyncio.to_thread(checked, data, limits)
    except Invalid as error:
        return content, values, {"media": forms.said(request, error)}
    if place == "image" and media.ending == "flac":
        return content, values, {"media": gettext(NO_SOUND_HERE)}
    await here.database.write(keep, media=media, by=by)
    if place == "image" and content.family == "hotspot":
        return content, values | _picture_fields(media, words), {}
    field = "rationale" if place == "rationale" else "stem"
    text = f"{getattr(content, field)}{tag(media, words)}"
    changed: dict[str, Any] = {field: text}
    return msgspec.structs.replace(content, **changed), values, {}


def tag(media: Media, words: str) -> str:
    """The HTML that shows or plays what is kept, as the sanitiser writes it."""
    said = html.escape(words)
    if media.ending == "flac":
        played = f'src="{media.address}" aria-label="{said}" controls=""'
        return f"<p><audio {played}></audio></p>"
    return f'<p><img src="{media.address}" alt="{said}"></p>'


def _picture_fields(media: Media, words: str) -> dict[str, list[str]]:
    return {
        "image": [media.address], "alt": [words], "width": [str(media.width)],
        "height": [str(media.height)],
    }  # fmt: skip

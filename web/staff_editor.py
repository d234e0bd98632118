"""The item editor: a form that works without script, with a preview as the candidate sees it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath

from competencies.store import dictionary
from kernel import ids
from kernel.database import Tx
from kernel.errors import UjikomError
from people.roles import Principal, Role
from question_banks import store
from question_banks.annotations import store as annotations
from question_banks.authoring import service
from question_banks.authoring.service import Draft
from question_banks.authoring.texts import to_form, to_html
from question_banks.catalogue import store as catalogue
from question_banks.content import Content
from question_banks.errors import CodeTaken, FormInvalid, ItemInvalid
from question_banks.families import FAMILIES, author
from question_banks.families.response import cleaned
from web import editor_media, forms, i18n, who
from web.bank_texts import COGNITIVE, FAULTS, LANGUAGES
from web.error_texts import text_of
from web.import_texts import REASONS
from web.rendering import AnyRequest, installation, language, page
from web.staff_items import preview

LEVELS: Final = range(1, 6)
EMPTY: Final = Content(
    v=1, family="single_choice", language="id", competency="", level=1, cognitive="",
    indicator="", stem="", options=(), rationale="", source="",
)  # fmt: skip
FIELD_OF: Final = {
    "empty_stem": "stem",
    "gap_marks": "stem",
    "competency_missing": "competency",
    "code": "code",
    "tags": "tags",
    "enemy_unknown": "enemies",
}


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What the form holds, valid or not."""

    code: str = ""
    content: Content = EMPTY
    values: Mapping[str, Sequence[str]] = {}
    tags: str = ""
    enemies: str = ""
    base: str = ""
    cause: str = ""


@get("/staf/bank/{bank:str}/butir/baru")
async def new_form(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """An empty form."""
    principal = await who.staff(request, Role.ITEM_WRITER)
    asked = request.query_params
    level = asked.get("level", "1")
    content = msgspec.structs.replace(
        EMPTY,
        competency=asked.get("kompetensi", ""),
        level=int(level) if level in map(str, LEVELS) else 1,
        family=asked["bentuk"] if asked.get("bentuk", "") in FAMILIES else EMPTY.family,
    )
    return await _page(request, principal, bank, None, Entry(content=content))


@get("/staf/bank/{bank:str}/butir/{item:str}/ubah")
async def edit_form(request: AnyRequest, bank: FromPath[str], item: FromPath[str]) -> Response[Any]:
    """The form with an item's newest version."""
    principal = await who.staff(request, Role.ITEM_WRITER)
    entry = await installation(request).database.read(
        _entry, item_id=ids.parse(item), cause=request.query_params.get("sebab", "")
    )
    return await _page(request, principal, bank, item, entry)


@post("/staf/bank/{bank:str}/butir/baru")
async def create(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """Save a new item, or only show it."""
    return await _send(request, bank, None)


@post("/staf/bank/{bank:str}/butir/{item:str}/ubah")
async def change(request: AnyRequest, bank: FromPath[str], item: FromPath[str]) -> Response[Any]:
    """Save the next version, or only show it."""
    return await _send(request, bank, item)


async def _send(request: AnyRequest, bank: str, item: str | None) -> Response[Any]:
    principal = await who.staff(request, Role.ITEM_WRITER)
    form = await forms.read(request)
    database, item_id = installation(request).database, ids.parse(item) if item else None
    stored = (await database.read(store.item, item_id=item_id)).content if item_id else None
    entry = _read(form, stored)
    action = forms.text(form, "action")
    if action == "insert":
        content, values, errors = await editor_media.inserted(
            request, form, entry.content, dict(forms.whole(form)), principal
        )
        entry = msgspec.structs.replace(entry, content=content, values=values)
        return await _page(request, principal, bank, item, entry, typed=True, errors=errors)
    if action != "save":
        return await _page(request, principal, bank, item, entry, typed=True)
    try:
        draft = Draft(
            code=entry.code,
            content=FAMILIES[entry.content.family].from_form(entry.content, entry.values),
            tags=_words(entry.tags),
            enemies=_words(entry.enemies),
            base=_hash(entry.base),
            cause=_hash(entry.cause),
        )
        item_id = await database.write(
            service.save, bank_id=ids.parse(bank), item_id=item_id, draft=draft, by=principal
        )
    except (ItemInvalid, FormInvalid, CodeTaken) as error:
        return await _page(request, principal, bank, item, entry, error=error, typed=True)
    return forms.see(f"/staf/bank/{bank}/butir/{ids.text(item_id)}")


def _read(form: FormMultiDict, stored: Content | None) -> Entry:
    """What was sent; texts that nobody changed keep the markup that they are stored with."""
    level, tongue = forms.text(form, "level"), forms.text(form, "language")
    cognitive, family = forms.text(form, "cognitive"), forms.text(form, "family")
    own = stored if stored is not None and stored.family == family else EMPTY
    own_words = stored.cognitive if stored else ""
    content = Content(
        v=1,
        family=family if family in FAMILIES else EMPTY.family,
        language=tongue if tongue in LANGUAGES else "id",
        competency=forms.text(form, "competency"),
        level=int(level) if level in map(str, LEVELS) else 1,
        cognitive=cognitive if cognitive in {*COGNITIVE, own_words} else "",
        indicator=forms.text(form, "indicator"),
        stem=_html(forms.text(form, "stem"), stored.stem if stored else ""),
        options=own.options,
        body=own.body,
        rationale=_html(forms.text(form, "rationale"), stored.rationale if stored else ""),
        source=forms.text(form, "source"),
        stimulus=forms.text(form, "stimulus"),
        group=stored.group if stored else "",
    )
    return Entry(
        code=forms.text(form, "code"),
        content=content,
        values=forms.whole(form),
        tags=forms.text(form, "tags"),
        enemies=forms.text(form, "enemies"),
        base=forms.text(form, "base"),
        cause=forms.text(form, "cause"),
    )


def _thinking(own: str, gettext: Callable[[str], str]) -> list[tuple[str, str]]:
    """The kinds of thinking to choose from, and the item's own when it is another."""
    known = [(code, gettext(text)) for code, text in COGNITIVE.items()]
    return known if not own or own in COGNITIVE else [*known, (own, own)]


def _html(typed: str, stored: str) -> str:
    unchanged = stored and typed == cleaned(to_form(stored))
    return stored if unchanged else to_html(typed)


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def _hash(text: str) -> bytes | None:
    try:
        value = bytes.fromhex(text)
    except ValueError:
        return None
    return value if len(value) == 32 else None  # noqa: PLR2004 - a SHA-256 digest


def _entry(tx: Tx, *, item_id: bytes, cause: str) -> Entry:
    item = store.item(tx, item_id)
    return Entry(
        code=item.external_id,
        content=item.content,
        tags=", ".join(catalogue.tags(tx, item_id)),
        enemies=", ".join(code for _, code in catalogue.enemies(tx, item_id)),
        base=item.version.hex(),
        cause=cause,
    )


async def _page(
    request: AnyRequest, principal: Principal, bank: str, item: str | None, entry: Entry,
    *, error: UjikomError | None = None, typed: bool = False,
    errors: dict[str, str] | None = None,
) -> Response[Any]:  # fmt: skip
    lang = language(request)
    form, seen, fault = _family_form(entry, typed=typed)
    shown = await installation(request).database.read(
        _shown, bank_id=ids.parse(bank), item_id=ids.parse(item) if item else None, entry=entry,
        seen=seen, lang=lang,
    )  # fmt: skip
    wrong, seen_as = error or fault, shown["preview"]
    return page(
        request,
        "item_editor.html",
        user=principal,
        http=422 if error or errors else 200,
        action=f"/staf/bank/{bank}/butir/{item + '/ubah' if item else 'baru'}",
        errors=errors or (_errors(wrong, lang) if wrong else {}),
        f=form,
        preview_fault=_said(fault, lang) if fault else None,
        preview_lacks=_said(ItemInvalid(reason=seen_as["fault"]), lang)
        if seen_as and seen_as["fault"]
        else None,
        **shown,
    )


def _family_form(
    entry: Entry, *, typed: bool
) -> tuple[dict[str, Any], Content | None, FormInvalid | None]:
    """The family's form, and the item as far as it can be shown, or why it cannot be."""
    content, family = entry.content, FAMILIES[entry.content.family]
    if not typed:
        return author.padded(family.form(content)), content, None
    form = author.padded(family.typed_form(content, entry.values))
    try:
        return form, family.from_form(content, entry.values), None
    except FormInvalid as error:
        return form, None, error


def _errors(error: UjikomError, lang: str) -> dict[str, str]:
    if isinstance(error, CodeTaken):
        return {"code": text_of(error, lang).sentence}
    reason = str(error.data.get("reason", ""))
    field = error.data.get("field") or FIELD_OF.get(reason, "answer_form")
    texts = i18n.translations(lang)
    return {str(field): texts.gettext("Perbaiki: %(what)s.") % {"what": _said(error, lang)}}


def _said(error: UjikomError, lang: str) -> str:
    reason = str(error.data.get("reason", ""))
    known = FAULTS.get(reason) or REASONS.get(reason)
    return i18n.translations(lang).gettext(known) if known else reason


def _shown(
    tx: Tx, *, bank_id: bytes, item_id: bytes | None, entry: Entry, seen: Content | None, lang: str
) -> dict[str, Any]:
    bank, content = store.bank(tx, bank_id), entry.content
    texts = i18n.translations(lang)
    known = dictionary(tx)
    url = f"/staf/bank/{ids.text(bank_id)}"
    return {
        "bank": {"name": bank.name, "url": url},
        "item_url": f"{url}/butir/{ids.text(item_id)}" if item_id else url,
        "is_new": item_id is None,
        "code": entry.code,
        "content": content,
        "stem": to_form(content.stem),
        "rationale": to_form(content.rationale),
        "tags": entry.tags,
        "enemies": entry.enemies,
        "base": entry.base,
        "use": annotations.uses(tx, [item_id]).get(item_id) if item_id else None,
        "cause": entry.cause,
        "families": [(name, texts.gettext(family.title)) for name, family in FAMILIES.items()],
        "competencies": [
            (code, f"{code} · {c.name_en if lang == 'en' else c.name_id}")
            for code, c in known.items()
        ],
        "languages": list(LANGUAGES.items()),
        "levels": [(str(level), str(level)) for level in LEVELS],
        "cognitive": _thinking(content.cognitive, texts.gettext),
        "stimuli": [(s.digest.hex(), s.title) for s in catalogue.stimuli(tx, bank_id)],
        "media_places": [
            (place, texts.gettext(editor_media.PLACES[place]))
            for place in editor_media.places(content.family)
        ],
        "preview": preview(tx, seen) if seen and (seen.stem or seen.options) else None,
    }


HANDLERS = [new_form, edit_form, create, change]

"""The item editor: a form that works without script, with a preview as the candidate sees it."""

from collections.abc import Mapping, Sequence
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
from question_banks.authoring import families, service
from question_banks.authoring.service import Draft
from question_banks.authoring.texts import to_form, to_html
from question_banks.catalogue import store as catalogue
from question_banks.content import Content
from question_banks.errors import CodeTaken, ItemInvalid
from question_banks.families import FAMILIES
from web import forms, i18n, who
from web.bank_texts import COGNITIVE, FAULTS
from web.error_texts import text_of
from web.import_texts import REASONS
from web.rendering import AnyRequest, installation, language, page
from web.staff_items import preview

EDITED: Final = ("single_choice", "weighted_choice")  # the families whose form this page has
LEVELS: Final = range(1, 6)
LANGUAGES: Final = {"id": "Bahasa Indonesia", "en": "English"}
EMPTY: Final = Content(
    v=1, family="single_choice", language="id", competency="", level=1, cognitive="",
    indicator="", stem="", options=(), rationale="", source="",
)  # fmt: skip
FIELD_OF: Final = {
    "empty_stem": "stem",
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
        family=asked["bentuk"] if asked.get("bentuk", "") in EDITED else EMPTY.family,
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
    entry = _read(form)
    if forms.text(form, "action") == "preview":
        return await _page(request, principal, bank, item, entry, try_preview=True)
    try:
        content = families.from_form(entry.content, entry.values)
        draft = Draft(
            code=entry.code,
            content=content,
            tags=_words(entry.tags),
            enemies=_words(entry.enemies),
            base=_hash(entry.base),
            cause=_hash(entry.cause),
        )
        item_id = await installation(request).database.write(
            service.save,
            bank_id=ids.parse(bank),
            item_id=ids.parse(item) if item else None,
            draft=draft,
            by=principal,
        )
    except (ItemInvalid, CodeTaken) as error:
        return await _page(request, principal, bank, item, entry, error=error, try_preview=True)
    return forms.see(f"/staf/bank/{bank}/butir/{ids.text(item_id)}")


def _read(form: FormMultiDict) -> Entry:
    level, tongue = forms.text(form, "level"), forms.text(form, "language")
    cognitive = forms.text(form, "cognitive")
    content = Content(
        v=1,
        family=forms.text(form, "family"),
        language=tongue if tongue in LANGUAGES else "id",
        competency=forms.text(form, "competency"),
        level=int(level) if level in map(str, LEVELS) else 1,
        cognitive=cognitive if cognitive in COGNITIVE else "",
        indicator=forms.text(form, "indicator"),
        stem=to_html(forms.text(form, "stem")),
        options=(),
        rationale=to_html(forms.text(form, "rationale")),
        source=forms.text(form, "source"),
        stimulus=forms.text(form, "stimulus"),
    )
    values = {name: forms.texts(form, name) for name in form}
    return Entry(
        code=forms.text(form, "code"),
        content=content,
        values=values,
        tags=forms.text(form, "tags"),
        enemies=forms.text(form, "enemies"),
        base=forms.text(form, "base"),
        cause=forms.text(form, "cause"),
    )


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
    if item.content.family not in EDITED:  # its body would be lost on the way through this form
        raise ItemInvalid(reason="family_unknown")
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
    *, error: UjikomError | None = None, try_preview: bool = False,
) -> Response[Any]:  # fmt: skip
    lang = language(request)
    shown = await installation(request).database.read(
        _shown, bank_id=ids.parse(bank), item_id=ids.parse(item) if item else None, entry=entry,
        lang=lang, from_values=try_preview,
    )  # fmt: skip
    return page(
        request,
        "item_editor.html",
        user=principal,
        http=422 if error else 200,
        action=f"/staf/bank/{bank}/butir/{item + '/ubah' if item else 'baru'}",
        errors=_errors(error, lang) if error else {},
        **shown,
    )


def _errors(error: UjikomError, lang: str) -> dict[str, str]:
    texts = i18n.translations(lang)
    reason = str(error.data.get("reason", ""))
    if isinstance(error, CodeTaken):
        return {"code": text_of(error, lang).sentence}
    known = FAULTS.get(reason) or REASONS.get(reason)
    words = texts.gettext(known) if known else reason
    field = FIELD_OF.get(reason, "options")
    return {field: texts.gettext("Perbaiki: %(what)s.") % {"what": words}}


def _shown(
    tx: Tx, *, bank_id: bytes, item_id: bytes | None, entry: Entry, lang: str, from_values: bool
) -> dict[str, Any]:
    bank, content = store.bank(tx, bank_id), entry.content
    texts = i18n.translations(lang)
    rows = families.form(content)
    seen = content
    if from_values:
        rows = _rows_again(entry)
        seen = families.loosely(content, entry.values)
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
        "cause": entry.cause,
        "rows": rows["options"],
        "weighted": content.family == "weighted_choice",
        "families": [(name, texts.gettext(FAMILIES[name].title)) for name in EDITED],
        "competencies": [
            (code, f"{code} · {c.name_en if lang == 'en' else c.name_id}")
            for code, c in known.items()
        ],
        "languages": list(LANGUAGES.items()),
        "levels": [(str(level), str(level)) for level in LEVELS],
        "cognitive": [(code, texts.gettext(text)) for code, text in COGNITIVE.items()],
        "stimuli": [(s.digest.hex(), s.title) for s in catalogue.stimuli(tx, bank_id)],
        "preview": preview(tx, seen) if seen.stem or seen.options else None,
    }


def _rows_again(entry: Entry) -> dict[str, Any]:
    """The option rows as they were sent, so that nothing typed is lost."""
    key = (entry.values.get("key") or ("",))[0]
    rows = []
    for letter in families.LETTERS:
        text = (entry.values.get(f"option.{letter}") or ("",))[0]
        points = (entry.values.get(f"points.{letter}") or ("0",))[0]
        rows.append({"id": letter, "text": text, "points": points, "key": letter == key})
    return {"options": rows}


HANDLERS = [new_form, edit_form, create, change]

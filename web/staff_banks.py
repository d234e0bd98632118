"""Item banks for writers and reviewers: lists, import, one item, the review queue."""

import asyncio
from collections import Counter
from textwrap import shorten
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from competencies.store import dictionary
from kernel import ids
from kernel.errors import Invalid
from people.roles import Principal, Role
from question_banks import service, store
from question_banks.errors import ItemUnknown
from question_banks.families import FAMILIES
from question_banks.formats.markup import plain
from question_banks.formats.native import BankFile, Mapping, read_bank, subject_mapping
from question_banks.states import ItemState
from question_banks.store import Item
from web import forms, i18n, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page

PAGE_ITEMS: Final = 50
EXCERPT: Final = 120


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


REASONS: Final = {
    "duplicate_id": _("nomor butir ganda di dalam berkas"),
    "duplicate_content": _("isi butir sama dengan butir lain di dalam berkas"),
    "family_unknown": _("jenis butir belum didukung"),
    "competency_missing": _("kompetensi tidak ada dan tidak dipetakan"),
    "level_missing": _("level kompetensi tidak ada dan tidak dipetakan"),
    "empty_stem": _("pokok soal kosong"),
    "image_missing": _("butir memerlukan gambar yang tidak ada"),
    "markup_unknown": _("markah teks tidak dikenal"),
    "option_count": _("jumlah pilihan di luar 2 sampai 8"),
    "duplicate_option_id": _("huruf pilihan ganda"),
    "empty_option": _("ada pilihan yang kosong"),
    "duplicate_option_text": _("dua pilihan berisi teks yang sama"),
    "key_count": _("kunci jawaban harus tepat satu"),
    "points_missing": _("ada pilihan tanpa bobot"),
    "answer_differs_from_scores": _("kunci tidak sesuai dengan nilai pilihan"),
}


@get("/staf/bank")
async def banks(request: AnyRequest) -> Response[Any]:
    """All banks."""
    return await _list_page(request, "", {})


async def _list_page(request: AnyRequest, name: str, errors: dict[str, str]) -> Response[Any]:
    principal = await who.staff(request, Role.ITEM_WRITER, Role.REVIEWER, Role.AGENCY_ADMIN)
    found = await installation(request).database.read(store.banks)
    return page(
        request,
        "banks.html",
        user=principal,
        http=forms.status(errors),
        banks=[
            {
                "name": bank.name,
                "url": f"/staf/bank/{ids.text(bank.id)}",
                "items": bank.items,
                "published": bank.published,
                "submitted": bank.submitted,
                "retired": bank.items - bank.published - bank.submitted,
            }
            for bank in found
        ],
        can_create=Role.ITEM_WRITER in principal.roles,
        errors=errors,
        values={"name": name},
    )


@post("/staf/bank")
async def create_bank(request: AnyRequest) -> Response[Any]:
    """Add a bank."""
    await who.staff(request, Role.ITEM_WRITER)
    form = await forms.read(request)
    errors = forms.refusals(request, {"name": lambda: forms.title(form, "name")})
    if errors:
        return await _list_page(request, forms.text(form, "name"), errors)
    bank_id = await installation(request).database.write(
        service.create_bank, name=forms.title(form, "name")
    )
    return forms.see(f"/staf/bank/{ids.text(bank_id)}")


@get("/staf/bank/{bank:str}")
async def bank(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """One bank's items, by state."""
    principal = await who.staff(request, Role.ITEM_WRITER, Role.REVIEWER, Role.AGENCY_ADMIN)
    database = installation(request).database
    found = await database.read(store.bank, bank_id=ids.parse(bank))
    items = await database.read(store.items, bank_id=found.id)
    wanted = request.query_params.get("state", "")
    words = request.query_params.get("text", "").strip()
    names = await _competency_names(request)
    shown = [
        item
        for item in items
        if (not wanted or item.state == wanted)
        and words.casefold() in f"{item.external_id} {plain(item.content.stem)}".casefold()
    ]
    start = forms.number(request.query_params.get("mulai", "0"))
    url = f"/staf/bank/{bank}"
    return page(
        request,
        "bank.html",
        user=principal,
        bank={"name": found.name, "url": url, "import_url": f"{url}/impor"},
        filter={"state": wanted, "text": words},
        states=_state_tabs(request, items, url, wanted),
        items=[_row(item, url, names) for item in shown[start : start + PAGE_ITEMS]],
        table=_table(items, names),
        pages=_pages(url, {"state": wanted, "text": words}, start, len(shown)),
        can_edit=Role.ITEM_WRITER in principal.roles,
    )


@get("/staf/bank/{bank:str}/impor")
async def import_form(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """The import form."""
    principal = await who.staff(request, Role.ITEM_WRITER)
    found = await installation(request).database.read(store.bank, bank_id=ids.parse(bank))
    return _import_page(request, principal, found, None)


@post("/staf/bank/{bank:str}/impor")
async def import_file(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """Read a file, keep the good items, report the others by id and reason."""
    principal = await who.staff(request, Role.ITEM_WRITER)
    database = installation(request).database
    form = await forms.read(request)
    found = await database.read(store.bank, bank_id=ids.parse(bank))
    chosen = forms.text(form, "format", default="native")
    try:
        name, data = await forms.file(form, "file")
        read = await asyncio.to_thread(read_bank, data, _mapping(chosen))
    except Invalid as error:
        errors = {"file": forms.said(request, error)}
        return _import_page(request, principal, found, None, format_name=chosen, errors=errors)
    await asyncio.to_thread(
        service.import_file, database, bank_name=found.name, file=read, by=principal
    )
    items = await database.read(store.items, bank_id=found.id)
    report = _report(request, name, read, items)
    return _import_page(request, principal, found, report, format_name=chosen)


@get("/staf/bank/{bank:str}/butir/{item:str}")
async def item(request: AnyRequest, bank: FromPath[str], item: FromPath[str]) -> Response[Any]:
    """One item as the candidate sees it, with key and history for staff."""
    principal = await who.staff(request, Role.ITEM_WRITER, Role.REVIEWER)
    database = installation(request).database
    found = await database.read(store.item, item_id=ids.parse(item))
    if found.bank_id != ids.parse(bank):
        raise ItemUnknown
    versions = await database.read(store.versions, item_id=found.id)
    holder = await database.read(store.bank, bank_id=found.bank_id)
    fmt = Formats(language(request))
    content = found.content
    url = f"/staf/bank/{bank}/butir/{item}"
    texts = i18n.translations(language(request))
    names = await _competency_names(request)
    blind = (
        Role.REVIEWER in principal.roles
        and found.state is ItemState.SUBMITTED
        and "kunci" not in request.query_params
    )
    actions = set()
    if Role.REVIEWER in principal.roles and found.writer_id != principal.account_id:
        actions = {ItemState.SUBMITTED: {"approve"}, ItemState.PUBLISHED: {"retire"}}.get(
            found.state, set()
        )
    return page(
        request,
        "item_view.html",
        user=principal,
        bank={"name": holder.name, "url": f"/staf/bank/{bank}"},
        item={
            "code": found.external_id,
            "url": url,
            "state": str(found.state),
            "version": found.number,
            "competency": names.get(content.competency, content.competency),
            "level": content.level,
            "family": texts.gettext(FAMILIES[content.family].title),
            "source": content.source,
            "digest": found.version.hex(),
            "stimulus": None,
            "stem": Markup(content.stem),  # noqa: S704 - sanitised when it was imported
            "options": [
                {
                    "letter": option.id,
                    "text": Markup(option.html),  # noqa: S704 - as the stem
                    "key": option.points == max(o.points for o in content.options),
                    "score": str(option.points) if content.family == "weighted_choice" else None,
                }
                for option in content.options
            ],
            "rationale": Markup(content.rationale) if content.rationale else None,  # noqa: S704 - as the stem
        },
        show_key=not blind,
        versions=[
            {
                "version": number,
                "at": fmt.datetime(forms.moment(at)),
                "current": number == found.number,
            }
            for _digest, number, at in versions
        ],
        history=[],
        actions=actions,
    )


@post("/staf/bank/{bank:str}/butir/{item:str}/{deed:str}")
async def act(
    request: AnyRequest, bank: FromPath[str], item: FromPath[str], deed: FromPath[str]
) -> Response[Any]:
    """Approve or retire one item."""
    principal = await who.staff(request, Role.REVIEWER)
    database = installation(request).database
    item_id = ids.parse(item)
    if deed == "setujui":
        await database.write(service.approve, item_ids=(item_id,), by=principal)
    elif deed == "tarik":
        await database.write(service.retire, item_id=item_id, by=principal)
    else:
        raise forms.FieldInvalid(field="deed")
    return forms.see(f"/staf/bank/{bank}/butir/{item}")


@get("/staf/telaah")
async def queue(request: AnyRequest) -> Response[Any]:
    """Submitted items, without their writers' names."""
    return await _queue_page(request, {})


async def _queue_page(
    request: AnyRequest, errors: dict[str, str], http: int = 200
) -> Response[Any]:
    principal = await who.staff(request, Role.REVIEWER)
    database = installation(request).database
    waiting = await database.read(store.items_in_state, state=ItemState.SUBMITTED)
    names = {bank.id: bank.name for bank in await database.read(store.banks)}
    competencies = await _competency_names(request)
    own = [item for item in waiting if item.writer_id == principal.account_id]
    others = [item for item in waiting if item.writer_id != principal.account_id]
    return page(
        request,
        "review_queue.html",
        user=principal,
        http=http,
        items=[
            {
                "id": ids.text(item.id),
                "bank": names[item.bank_id],
                **_row(item, f"/staf/bank/{ids.text(item.bank_id)}", competencies),
            }
            for item in others[:PAGE_ITEMS]
        ],
        waiting=len(others),
        own_hidden=len(own),
        errors=errors,
    )


@post("/staf/telaah")
async def review(request: AnyRequest) -> Response[Any]:
    """Approve the ticked items, or every item that waits."""
    principal = await who.staff(request, Role.REVIEWER)
    database = installation(request).database
    form = await forms.read(request)
    if forms.text(form, "scope") == "all":
        waiting = await database.read(store.items_in_state, state=ItemState.SUBMITTED)
        chosen = tuple(item.id for item in waiting if item.writer_id != principal.account_id)
    else:
        chosen = tuple(ids.parse(value) for value in forms.texts(form, "item"))
    if forms.text(form, "decision") != "approve":
        raise forms.FieldInvalid(field="decision")
    if not chosen:
        nothing = i18n.translations(language(request)).gettext("Pilih sedikitnya satu butir.")
        return await _queue_page(request, {"item": nothing}, http=422)
    await asyncio.to_thread(service.approve_all, database, item_ids=chosen, by=principal)
    return forms.see("/staf/telaah")


def _import_page(
    request: AnyRequest,
    principal: Principal,
    bank: store.Bank,
    report: dict[str, Any] | None,
    *,
    format_name: str = "native",
    errors: dict[str, str] | None = None,
) -> Response[str]:
    texts = i18n.translations(language(request))
    return page(
        request,
        "bank_import.html",
        user=principal,
        http=forms.status(errors or {}),
        bank={"name": bank.name, "url": f"/staf/bank/{ids.text(bank.id)}"},
        formats=[
            {
                "value": "native",
                "text": "Ujikom JSON (ujikom-bank/1)",
                "hint": texts.gettext("Setiap butir menyebut kompetensi dan levelnya."),
            },
            {
                "value": "skd",
                "text": texts.gettext("Ujikom JSON dengan mata uji TWK, TIU, TKP"),
                "hint": texts.gettext("Kompetensi dan level diambil dari pemetaan SKD."),
            },
        ],
        values={"format": format_name},
        errors=errors or {},
        report=report,
    )


def _report(request: AnyRequest, name: str, read: BankFile, items: list[Item]) -> dict[str, Any]:
    texts = i18n.translations(language(request))
    by_code = {item.external_id: item for item in items}
    accepted = [by_code[r.external_id] for r in read.items if r.external_id in by_code]
    return {
        "file": name,
        "accepted": len(read.items),
        "rejected": len(read.rejected),
        "accepted_items": [
            {
                "id": ids.text(item.id),
                "code": item.external_id,
                "url": f"/staf/bank/{ids.text(item.bank_id)}/butir/{ids.text(item.id)}",
            }
            for item in accepted
        ],
        "rejected_items": [
            {
                "id": rejected.external_id,
                "reason": texts.gettext(REASONS.get(rejected.reason, rejected.reason)),
            }
            for rejected in read.rejected
        ],
    }


def _mapping(format_name: str) -> Mapping | None:
    return subject_mapping() if format_name == "skd" else None


async def _competency_names(request: AnyRequest) -> dict[str, str]:
    """Names of competencies by code, in the language of the request."""
    known = await installation(request).database.read(dictionary)
    english = language(request) == "en"
    return {code: own.name_en if english else own.name_id for code, own in known.items()}


def _row(item: Item, bank_url: str, names: dict[str, str]) -> dict[str, Any]:
    return {
        "code": item.external_id,
        "url": f"{bank_url}/butir/{ids.text(item.id)}",
        "excerpt": shorten(plain(item.content.stem), EXCERPT, placeholder=" …"),
        "competency": names.get(item.content.competency, item.content.competency),
        "level": item.content.level,
        "state": str(item.state),
        "version": item.number,
    }


def _table(items: list[Item], names: dict[str, str]) -> list[dict[str, Any]]:
    counts = Counter((i.content.competency, i.content.level, str(i.state)) for i in items)
    cells = sorted({(competency, level) for competency, level, _ in counts})
    return [
        {
            "competency": names.get(competency, competency),
            "level": level,
            **{s: counts[competency, level, s] for s in ("submitted", "published", "retired")},
        }
        for competency, level in cells
    ]


def _state_tabs(
    request: AnyRequest, items: list[Item], url: str, wanted: str
) -> list[dict[str, Any]]:
    texts = i18n.translations(language(request))
    counts = Counter(str(item.state) for item in items)
    names = (
        ("", _("Semua")),
        ("submitted", _("Diajukan")),
        ("published", _("Terbit")),
        ("retired", _("Ditarik")),
    )
    return [
        {
            "text": texts.gettext(text),
            "href": f"{url}?state={state}" if state else url,
            "current": state == wanted,
            "count": str(counts[state] if state else len(items)),
        }
        for state, text in names
    ]


def _pages(
    url: str, wanted: dict[str, str], start: int, total: int
) -> dict[str, str | None] | None:
    if total <= PAGE_ITEMS:
        return None
    base = f"{url}?{urlencode(wanted)}&mulai="
    return {
        "previous_url": f"{base}{max(0, start - PAGE_ITEMS)}" if start else None,
        "next_url": f"{base}{start + PAGE_ITEMS}" if start + PAGE_ITEMS < total else None,
    }


HANDLERS = [banks, create_bank, bank, import_form, import_file, item, act, queue, review]

"""Item banks for writers and reviewers: lists, searches, import."""

from collections import Counter
from collections.abc import Callable
from textwrap import shorten
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from competencies.store import dictionary
from kernel import ids
from kernel.database import Tx
from people.roles import Principal, Role
from question_banks import service, store
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Use
from question_banks.catalogue import store as catalogue
from question_banks.catalogue.store import Query, Row, Supply
from question_banks.families import FAMILIES
from question_banks.states import ReviewRule
from web import forms, i18n, who
from web.bank_texts import COGNITIVE, RULES
from web.rendering import AnyRequest, installation, language, page
from web.staff_needs import health_of_bank

PAGE_ITEMS: Final = 50
EXCERPT: Final = 120


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


STATES: Final = (
    ("", _("Semua")),
    ("draft", _("Draf")),
    ("submitted", _("Diajukan")),
    ("revising", _("Direvisi")),
    ("approved", _("Disetujui")),
    ("published", _("Terbit")),
    ("retired", _("Ditarik")),
)
FILTERS: Final = (
    "text", "state", "kompetensi", "level", "bentuk", "kognitif", "tanda", "milik",
)  # fmt: skip
LEVELS: Final = ("1", "2", "3", "4", "5")


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
                "others": bank.items - bank.published - bank.submitted,
            }
            for bank in found
        ],
        can_create=Role.ITEM_WRITER in principal.roles,
        errors=errors,
        values={"name": name},
        rules=[(rule, *map(i18n.translations(language(request)).gettext, RULES[rule]))
               for rule in ("card", "double", "bulk")],
    )  # fmt: skip


@post("/staf/bank")
async def create_bank(request: AnyRequest) -> Response[Any]:
    """Add a bank."""
    await who.staff(request, Role.ITEM_WRITER)
    form = await forms.read(request)
    errors = forms.refusals(request, {"name": lambda: forms.title(form, "name")})
    if errors:
        return await _list_page(request, forms.text(form, "name"), errors)
    bank_id = await installation(request).database.write(
        service.create_bank,
        name=forms.title(form, "name"),
        review=rule_of(forms.text(form, "review", default="") or "card"),
    )
    return forms.see(f"/staf/bank/{ids.text(bank_id)}")


def rule_of(text: str) -> ReviewRule:
    """A review rule from a form; raises FieldInvalid."""
    try:
        return ReviewRule(text)
    except ValueError as error:
        raise forms.FieldInvalid(field="review") from error


@get("/staf/bank/{bank:str}")
async def bank(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """One bank's items: by state, words, competency, level, form, tag; page by page."""
    principal = await who.staff(request, Role.ITEM_WRITER, Role.REVIEWER, Role.AGENCY_ADMIN)
    asked = {name: request.query_params.get(name, "").strip() for name in FILTERS}
    shown = await installation(request).database.read(
        bank_view,
        bank_id=ids.parse(bank),
        asked=asked,
        after=request.query_params.get("sesudah", ""),
        by=principal,
        lang=language(request),
    )
    return page(
        request,
        "bank.html",
        user=principal,
        can_edit=Role.ITEM_WRITER in principal.roles,
        can_set=Role.AGENCY_ADMIN in principal.roles,
        **shown,
    )


def bank_view(
    tx: Tx, *, bank_id: bytes, asked: dict[str, str], after: str, by: Principal, lang: str
) -> dict[str, Any]:
    """What one bank's page shows: the items after a code that fit what was asked, and counts."""
    found = store.bank(tx, bank_id)
    texts = i18n.translations(lang)
    names = {code: c.name_en if lang == "en" else c.name_id for code, c in dictionary(tx).items()}
    url = f"/staf/bank/{ids.text(bank_id)}"
    query = Query(
        text=asked["text"],
        state=asked["state"],
        competency=asked["kompetensi"],
        level=int(asked["level"]) if asked["level"] in LEVELS else None,
        family=asked["bentuk"],
        cognitive=asked["kognitif"],
        tag=asked["tanda"],
        writer=by.account_id if asked["milik"] else None,
    )
    rows = catalogue.search(tx, bank_id, query, after=after, limit=PAGE_ITEMS + 1)
    supply = catalogue.supply(tx, bank_id)
    uses = annotations.uses(tx, [row.id for row in rows[:PAGE_ITEMS]])
    more = f"{url}?{urlencode({**asked, 'sesudah': rows[PAGE_ITEMS - 1].code})}" if len(
        rows) > PAGE_ITEMS else None  # fmt: skip
    return {
        "bank": {"name": found.name, "url": url, "import_url": f"{url}/impor",
                 "review": found.review},
        "filter": asked,
        "states": _state_tabs(supply, url, asked, texts.gettext),
        "items": [_row(row, url, names, uses) for row in rows[:PAGE_ITEMS]],
        "table": _table(supply, names),
        "health": health_of_bank(tx, supply, lang),
        "competencies": [(c, names.get(c, c)) for c in sorted({s.competency for s in supply})],
        "levels": [(level, level) for level in LEVELS],
        "thinking": [(code, texts.gettext(text)) for code, text in COGNITIVE.items()],
        "families": [(name, texts.gettext(family.title)) for name, family in FAMILIES.items()],
        "tags": [(tag, tag) for tag in catalogue.tags_of_bank(tx, bank_id)],
        "pages": {"previous_url": f"{url}?{urlencode(asked)}" if after else None, "next_url": more},
    }  # fmt: skip


async def _competency_names(request: AnyRequest) -> dict[str, str]:
    """Names of competencies by code, in the language of the request."""
    known = await installation(request).database.read(dictionary)
    english = language(request) == "en"
    return {code: own.name_en if english else own.name_id for code, own in known.items()}


def _row(row: Row, bank_url: str, names: dict[str, str], uses: dict[bytes, Use]) -> dict[str, Any]:
    return {
        "code": row.code,
        "url": f"{bank_url}/butir/{ids.text(row.id)}",
        "excerpt": shorten(row.excerpt, EXCERPT, placeholder=" …"),
        "competency": names.get(row.competency, row.competency),
        "level": row.level,
        "state": str(row.state),
        "version": row.number,
        "papers": uses.get(row.id, Use()).papers,
    }


def _table(supply: list[Supply], names: dict[str, str]) -> list[dict[str, Any]]:
    counts: Counter[tuple[str, int, str]] = Counter()
    for own in supply:
        counts[own.competency, own.level, own.state] += own.count
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
    supply: list[Supply], url: str, asked: dict[str, str], gettext: Callable[[str], str]
) -> list[dict[str, Any]]:
    counts: Counter[str] = Counter()
    for own in supply:
        counts[own.state] += own.count
    rest = {name: value for name, value in asked.items() if value and name != "state"}
    return [
        {
            "text": gettext(text),
            "href": f"{url}?{urlencode({**rest, 'state': state})}" if state or rest else url,
            "current": state == asked["state"],
            "count": str(counts[state] if state else counts.total()),
        }
        for state, text in STATES
        if not state or counts[state] or state == asked["state"]
    ]


HANDLERS = [banks, create_bank, bank]

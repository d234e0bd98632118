"""Standard setting: opening a panel, rating blind in two rounds, its figures."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from kernel import ids
from kernel.database import Tx
from kernel.errors import UjikomError
from people import store as persons
from people.roles import Principal, Role
from question_banks import store as banks
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind
from question_banks.catalogue import store as catalogue
from question_banks.catalogue.store import Query
from question_banks.errors import PanelIncomplete, PanelUnknown, RatingInvalid
from question_banks.standard_setting import service, store
from question_banks.standard_setting.angoff import WHOLE, PanelFigures
from question_banks.standard_setting.store import Panel
from question_banks.statistics.analysis import item_from
from web import forms, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page
from web.staff_items import preview

JUDGES: Final = (Role.ITEM_WRITER, Role.REVIEWER, Role.ASSESSOR)
PEOPLE: Final = (*JUDGES, Role.AGENCY_ADMIN)
MOST_ITEMS: Final = 100


@get("/staf/panel")
async def panels(request: AnyRequest) -> Response[Any]:
    """Panels: for an admin all of them, for others those they judge in."""
    principal = await who.staff(request, *PEOPLE)
    shown = await installation(request).database.read(_panels, by=principal)
    return page(request, "panels.html", user=principal, panels=shown)


@get("/staf/bank/{bank:str}/panel")
async def new_form(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """The form for a panel on a bank's published items."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    return await _form(request, principal, bank, {}, ())


@post("/staf/bank/{bank:str}/panel")
async def open_panel(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """Open a panel on the ticked items with the ticked judges."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    form = await forms.read(request)
    chosen = (*forms.texts(form, "item"), *forms.texts(form, "judge"))
    errors = forms.refusals(request, {"name": lambda: forms.title(form, "name")})
    if errors:
        return await _form(request, principal, bank, errors, chosen)
    try:
        panel = await installation(request).database.write(
            service.open_panel,
            bank_id=ids.parse(bank),
            name=forms.title(form, "name"),
            item_ids=tuple(ids.parse(item) for item in forms.texts(form, "item")[:MOST_ITEMS]),
            judges=tuple(ids.parse(judge) for judge in forms.texts(form, "judge")),
            by=principal,
        )
    except PanelIncomplete as error:
        errors = {"judge": forms.said(request, error)}
        return await _form(request, principal, bank, errors, chosen, name=forms.text(form, "name"))
    return forms.see(f"/staf/panel/{ids.text(panel)}")


@get("/staf/panel/{panel:str}")
async def panel(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    """A judge's own ratings with the last round's feedback; for an admin progress and figures."""
    principal = await who.staff(request, *PEOPLE)
    return await _page(request, principal, panel, {}, {})


@post("/staf/panel/{panel:str}")
async def rate(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    """Keep a judge's ratings; those left empty stay as they were."""
    principal = await who.staff(request, *JUDGES)
    form = await forms.read(request)
    typed = {
        name.removeprefix("rating."): forms.text(form, name)
        for name in form
        if name.startswith("rating.") and forms.text(form, name)
    }
    try:
        ratings = {version: _rating(text) for version, text in typed.items()}
        await installation(request).database.write(
            service.rate, panel_id=ids.parse(panel), ratings=ratings, by=principal
        )
    except RatingInvalid as error:
        return await _page(
            request, principal, panel, {"ratings": forms.said(request, error)}, typed
        )
    return forms.see(f"/staf/panel/{panel}")


@post("/staf/panel/{panel:str}/babak")
async def next_round(request: AnyRequest, panel: FromPath[str]) -> Response[Any]:
    """End the round."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    try:
        await installation(request).database.write(
            service.next_round, panel_id=ids.parse(panel), by=principal
        )
    except PanelIncomplete as error:
        return await _page(request, principal, panel, {"round": forms.said(request, error)}, {})
    return forms.see(f"/staf/panel/{panel}")


def _rating(text: str) -> int:
    try:
        return forms.number(text, most=WHOLE + 1)
    except UjikomError as error:
        raise RatingInvalid from error


async def _form(
    request: AnyRequest, by: Principal, bank: str, errors: dict[str, str],
    chosen: tuple[str, ...], *, name: str = "",
) -> Response[Any]:  # fmt: skip
    shown = await installation(request).database.read(_choices, bank_id=ids.parse(bank), by=by)
    return page(
        request, "panel_new.html", user=by, http=forms.status(errors), errors=errors,
        chosen=chosen, name=name, **shown,
    )  # fmt: skip


async def _page(
    request: AnyRequest, by: Principal, panel: str, errors: dict[str, str], typed: dict[str, str]
) -> Response[Any]:
    shown = await installation(request).database.read(
        _view, panel_id=ids.parse(panel), by=by, lang=language(request), typed=typed
    )
    return page(
        request, "panel.html", user=by, http=forms.status(errors), errors=errors, **shown
    )  # fmt: skip


def _panels(tx: Tx, *, by: Principal) -> list[dict[str, Any]]:
    names = {bank.id: bank.name for bank in banks.banks(tx)}
    admin = Role.AGENCY_ADMIN in by.roles
    found = store.panels(tx) if admin else store.panels_of(tx, by.account_id or b"")
    return [
        {
            "name": own.name,
            "bank": names[own.bank_id],
            "url": f"/staf/panel/{ids.text(own.id)}",
            "round": own.round,
            "items": len(own.versions),
            "judges": len(own.judges),
        }
        for own in found
    ]


def _choices(tx: Tx, *, bank_id: bytes, by: Principal) -> dict[str, Any]:
    bank = banks.bank(tx, bank_id)
    rows = catalogue.search(tx, bank_id, Query(state="published"), limit=MOST_ITEMS)
    people = {
        account: name
        for role in JUDGES
        for account, name in persons.accounts_with(tx, by.agency_id, role)
    }
    return {
        "bank": {"name": bank.name, "url": f"/staf/bank/{ids.text(bank_id)}"},
        "items": [(ids.text(row.id), row.code, row.excerpt) for row in rows],
        "judges": [(ids.text(account), name) for account, name in people.items()],
        "most": MOST_ITEMS,
    }


def _view(
    tx: Tx, *, panel_id: bytes, by: Principal, lang: str, typed: dict[str, str]
) -> dict[str, Any]:
    own = store.panel(tx, panel_id)
    judge = by.account_id in own.judges
    if not judge and Role.AGENCY_ADMIN not in by.roles:
        raise PanelUnknown
    running = own.round < service.CLOSED
    given = store.ratings(tx, own.id, own.round) if running else {}
    return {
        "panel": {"name": own.name, "url": f"/staf/panel/{ids.text(own.id)}", "round": own.round,
                  "judges": len(own.judges), "given": len(given),
                  "needed": len(own.judges) * len(own.versions)},
        "running": running,
        "rows": _rows(tx, own, by, lang, typed) if judge and running else [],
        "rounds": _rounds(tx, own, lang, until=service.CLOSED if not running else own.round)
        if Role.AGENCY_ADMIN in by.roles or not running
        else [],
        "can_end": Role.AGENCY_ADMIN in by.roles and running,
    }  # fmt: skip


def _rows(
    tx: Tx, own: Panel, by: Principal, lang: str, typed: dict[str, str]
) -> list[dict[str, Any]]:
    """The items as candidates see them; in round two what the panel said, and the statistics."""
    fmt, me = Formats(lang), (by.account_id or b"").hex()
    digests = [bytes.fromhex(version) for version in own.versions]
    contents = banks.contents(tx, digests)
    mine = store.ratings(tx, own.id, own.round)
    last = service.figures_of(tx, own, 1) if own.round > 1 else None
    first = store.ratings(tx, own.id, 1) if last else {}
    known = annotations.newest(tx, digests, Kind.STATISTICS)
    return [
        {
            "version": version,
            "value": typed.get(version, mine.get((me, version), "")),
            "item": preview(tx, contents[digest]),
            "feedback": last
            and {
                "own": first[me, version],
                "mean": fmt.figure(float(WHOLE * last.means[version]), 1),
                "low": last.spread[version][0],
                "high": last.spread[version][1],
                "p": fmt.figure(item_from(known[digest].body).figures.p)
                if digest in known
                else None,
            },
        }
        for version, digest in zip(own.versions, digests, strict=True)
    ]


def _rounds(tx: Tx, own: Panel, lang: str, *, until: int) -> list[dict[str, Any]]:
    """Figures of the rounds that have ended."""
    codes = banks.codes(tx, [bytes.fromhex(version) for version in own.versions])
    return [
        {"number": number, **_figures(service.figures_of(tx, own, number), codes, Formats(lang))}
        for number in range(1, until)
    ]


def _figures(found: PanelFigures, codes: dict[str, str], fmt: Formats) -> dict[str, Any]:
    return {
        "cut": fmt.figure(WHOLE * found.cut, 1),
        "error": fmt.figure(found.standard_error and WHOLE * found.standard_error),
        "agreement": fmt.figure(found.agreement),
        "table": [
            {
                "code": codes.get(version, version[:12]),
                "mean": fmt.figure(float(WHOLE * mean), 1),
                "low": found.spread[version][0],
                "high": found.spread[version][1],
            }
            for version, mean in found.means.items()
        ],
    }


HANDLERS = [panels, new_form, open_panel, panel, rate, next_round]

"""Statistics of banks and items: pages, recomputing, the report as PDF."""

import asyncio
from functools import partial
from typing import Any, Final
from urllib.parse import quote

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from documents.html_pdf import render_pdf
from exam_engine.grading.analysing import analyse_bank
from kernel import ids, workers
from kernel.database import Tx
from people.roles import Principal, Role
from question_banks import store
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Annotation, Kind
from question_banks.errors import BlindAnswerMissing
from question_banks.statistics.analysis import item_from
from question_banks.statistics.flags import Flag, Thresholds, item_flags
from question_banks.statistics.store import newest_analysis
from web import forms, i18n, who
from web.rendering import HERE, AnyRequest, installation, language, markup, page
from web.staff_items import key_hidden, of_bank
from web.statistics_views import View, address, bank_view, item_row, item_view

PAGE_ITEMS: Final = 50
REPORT_ITEMS: Final = 2000
REPORT_CHARTS: Final = 40
BANK_PEOPLE: Final = (Role.ITEM_WRITER, Role.REVIEWER, Role.AGENCY_ADMIN)


@get("/staf/bank/{bank:str}/statistik")
async def bank_statistics(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """The newest figures of a bank and its items, the flagged ones alone on demand."""
    principal = await who.staff(request, *BANK_PEOPLE)
    after = request.query_params.get("sesudah", "")
    only = "tanda" in request.query_params
    shown = await installation(request).database.read(
        _bank, bank_id=ids.parse(bank), lang=language(request), after=after, flagged=only
    )
    url = f"/staf/bank/{bank}/statistik"
    own = f"{url}?{'tanda=1&' if only else ''}"
    return page(
        request,
        "statistics.html",
        user=principal,
        url=url,
        only_flagged=only,
        pages={
            "previous_url": (url + ("?tanda=1" if only else "")) if after else None,
            "next_url": f"{own}sesudah={quote(shown['last'])}" if shown["more"] else None,
        },
        nothing="kosong" in request.query_params,
        **shown,
    )


@post("/staf/bank/{bank:str}/statistik")
async def compute(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """Compute the figures anew from every ended paper of closed sessions."""
    principal = await who.staff(request, *BANK_PEOPLE)
    database = installation(request).database
    found = await database.read(store.bank, bank_id=ids.parse(bank))
    analysed = await asyncio.to_thread(analyse_bank, database, bank_id=found.id, by=principal)
    return forms.see(f"/staf/bank/{bank}/statistik{'' if analysed else '?kosong=1'}")


@get("/staf/bank/{bank:str}/statistik/laporan")
async def report(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """The figures as a PDF, with charts of the items that stand out."""
    principal = await who.staff(request, *BANK_PEOPLE)
    database, lang = installation(request).database, language(request)
    shown = await database.read(
        _bank, bank_id=ids.parse(bank), lang=lang, after="", flagged=False, limit=REPORT_ITEMS
    )
    details = await database.read(_details, bank_id=ids.parse(bank), lang=lang, by=principal)
    analysis = shown["analysis"]
    if analysis is None:
        return forms.see(f"/staf/bank/{bank}/statistik?kosong=1")
    title = i18n.translations(lang).gettext("Laporan statistik butir")
    data = await asyncio.to_thread(
        workers.once,
        partial(
            render_pdf,
            markup(
                "statistics_report.html", lang=lang, title=title, demo=installation(request).demo,
                details=details, **shown,
            ),
            stylesheets=[HERE / "static" / "css" / "report.css"],
            attachments=[],
            identifier=bytes.fromhex(analysis["data"])[:16],
            created=forms.moment(shown["at"]),
            title=f"{title}: {shown['bank']['name']}",
            language=lang,
        ),
    )  # fmt: skip
    return Response(
        data,
        media_type="application/pdf",
        headers={"content-disposition": 'attachment; filename="statistik-butir.pdf"'},
    )


@get("/staf/bank/{bank:str}/butir/{item:str}/statistik")
async def item_statistics(
    request: AnyRequest, bank: FromPath[str], item: FromPath[str]
) -> Response[Any]:
    """Figures of an item's versions, the newest first."""
    principal = await who.staff(request, Role.ITEM_WRITER, Role.REVIEWER)
    shown = await installation(request).database.read(
        _item,
        place=(ids.parse(bank), ids.parse(item)),
        lang=language(request),
        by=principal,
    )
    url = f"/staf/bank/{bank}/butir/{item}"
    holder = {"name": shown["bank"], "url": f"/staf/bank/{bank}"}
    return page(
        request,
        "item_statistics.html",
        user=principal,
        bank=holder,
        item={"code": shown["code"], "url": url},
        versions=shown["versions"],
        can_edit=Role.ITEM_WRITER in principal.roles,
    )


def _bank(
    tx: Tx, *, bank_id: bytes, lang: str, after: str, flagged: bool, limit: int = PAGE_ITEMS
) -> dict[str, Any]:
    bank = store.bank(tx, bank_id)
    found = newest_analysis(tx, bank_id)
    holder = {"name": bank.name, "url": f"/staf/bank/{ids.text(bank_id)}"}
    empty: dict[str, Any] = {
        "bank": holder,
        "analysis": None,
        "rows": [],
        "more": False,
        "last": "",
        "at": 0,
    }
    if found is None:
        return empty
    view = View(msgspec.json.decode(bank.thresholds, type=Thresholds), lang)
    rows: list[dict[str, Any]] = []
    more = True
    while more and len(rows) <= limit:
        facts = annotations.of_data(tx, found.data, bank_id, after=after, limit=limit + 1)
        more = len(facts) > limit
        rows += _rows(tx, bank_id, facts, view, flagged=flagged)
        after = facts[-1][0] if facts else after
    shown = rows[:limit]
    return {
        "bank": holder,
        "analysis": bank_view(found, view),
        "computed": view.fmt.datetime(forms.moment(found.at)),
        "at": found.at,
        "rows": shown,
        "more": len(rows) > limit,
        "last": shown[-1]["code"] if shown else "",
    }


def _rows(
    tx: Tx,
    bank_id: bytes,
    facts: list[tuple[str, bytes, Annotation]],
    view: View,
    *,
    flagged: bool,
) -> list[dict[str, Any]]:
    contents = store.contents(tx, (fact.version for _, _, fact in facts))
    made = [
        item_row(code, address(bank_id, item), fact, contents[fact.version], view)
        for code, item, fact in facts
    ]
    return [row for row in made if row["flags"] or not flagged]


def _details(tx: Tx, *, bank_id: bytes, lang: str, by: Principal) -> list[dict[str, Any]]:
    """The first items with a finding, with their charts; none whose key must stay hidden."""
    found = newest_analysis(tx, bank_id)
    if found is None:
        return []
    limits = msgspec.json.decode(store.bank(tx, bank_id).thresholds, type=Thresholds)
    view, shown = View(limits, lang), list[dict[str, Any]]()
    for code, item, fact in annotations.of_data(
        tx, found.data, bank_id, after="", limit=REPORT_ITEMS
    ):
        content = store.contents(tx, [fact.version])[fact.version]
        flags = item_flags(item_from(fact.body).figures, content, limits)
        if flags in {(), (Flag.FEW_DATA,)} or key_hidden(tx, store.item(tx, item), by):
            continue
        shown.append({"code": code, **item_view(fact, content, view, place=f"-{len(shown)}")})
        if len(shown) == REPORT_CHARTS:
            break
    return shown


def _item(tx: Tx, *, place: tuple[bytes, bytes], lang: str, by: Principal) -> dict[str, Any]:
    item = of_bank(tx, *place)
    item_id = item.id
    if key_hidden(tx, item, by):
        raise BlindAnswerMissing(item=item.external_id)
    bank = store.bank(tx, item.bank_id)
    view = View(msgspec.json.decode(bank.thresholds, type=Thresholds), lang)
    versions = []
    for digest, number, _ in store.versions(tx, item_id):
        content = store.contents(tx, [digest])[digest]
        for fact in annotations.of_version(tx, digest, Kind.STATISTICS)[:1]:
            shown = item_view(fact, content, view)
            versions.append(
                {"number": number, "current": number == item.number, **shown,
                 "at": view.fmt.datetime(forms.moment(fact.at))}
            )  # fmt: skip
    return {"code": item.external_id, "bank": bank.name, "versions": versions}


HANDLERS = [bank_statistics, compute, report, item_statistics]

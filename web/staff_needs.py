"""The needs list, and a bank's health under one scheme before a session is frozen."""

import asyncio
from collections.abc import Sequence
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from competencies.store import dictionary
from exam_engine.assembly.health import RowHealth, coverage, coverage_by_kind, overlap, simulate
from exam_engine.errors import SchemeUnknown
from exam_engine.schemes import store as schemes
from exam_engine.schemes.scheme import Scheme
from kernel.database import Tx
from people.roles import Role
from question_banks import store as banks
from question_banks.annotations import store as annotations
from question_banks.annotations.store import Kind
from question_banks.catalogue import store as catalogue
from question_banks.catalogue.store import Supply
from question_banks.content import Content
from question_banks.statistics.analysis import item_from
from web import who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page

PEOPLE = (Role.ITEM_WRITER, Role.AGENCY_ADMIN)


@get("/staf/kebutuhan")
async def needs(request: AnyRequest) -> Response[Any]:
    """Blueprint rows of the newest schemes, the ones short of items first."""
    principal = await who.staff(request, *PEOPLE)
    shown = await installation(request).database.read(_needs, lang=language(request))
    return page(request, "needs.html", user=principal, schemes=shown)


@get("/staf/kebutuhan/{scheme:str}")
async def health(request: AnyRequest, scheme: FromPath[str]) -> Response[Any]:
    """Coverage, exposure, overlap and spread of simulated papers under one scheme."""
    principal = await who.staff(request, *PEOPLE)
    try:
        digest = bytes.fromhex(scheme)
    except ValueError as error:
        raise SchemeUnknown from error
    lang = language(request)
    found, published, difficulties, names = await installation(request).database.read(
        _facts, digest=digest, lang=lang
    )
    rows = coverage(found, published)
    short = any(row.missing for row in rows)
    spread = None if short else await asyncio.to_thread(simulate, found, published, difficulties)
    fmt = Formats(lang)
    shared = overlap(rows)
    return page(
        request,
        "bank_health.html",
        user=principal,
        scheme=_name(found, lang),
        items=found.count,
        rows=[_row(row, names, fmt) for row in rows],
        short=short,
        overlap=fmt.figure(shared, 1),
        overlap_share=fmt.figure(100 * shared / found.count, 1),
        spread=spread
        and {
            "papers": spread.papers,
            "known": spread.known,
            "mean": fmt.figure(spread.mean),
            "low": fmt.figure(spread.low),
            "high": fmt.figure(spread.high),
            "most": fmt.figure(100 * spread.most_exposed, 1),
        },
    )


def health_of_bank(tx: Tx, supply: Sequence[Supply], lang: str) -> list[dict[str, Any]]:
    """The newest schemes that draw on a bank's competencies, with the items that they lack.

    Items of every bank count: a session draws from all that is published.
    """
    own = {row.competency for row in supply}
    kinds = catalogue.published_kinds(tx)
    found = []
    for digest, scheme in _newest(tx).values():
        if not own & set(scheme.competencies):
            continue
        rows = coverage_by_kind(scheme, kinds)
        short = sum(row.missing for row in rows)
        found.append(
            {
                "name": _name(scheme, lang),
                "url": f"/staf/kebutuhan/{digest.hex()}",
                "missing": short,
                "overlap": None if short else Formats(lang).figure(overlap(rows), 1),
                "total": scheme.count,
            }
        )
    return found


def _newest(tx: Tx) -> dict[str, tuple[bytes, Scheme]]:
    """The newest version of each scheme, by code."""
    newest: dict[str, tuple[bytes, Scheme]] = {}
    for digest, scheme in schemes.schemes(tx):
        newest.setdefault(scheme.code, (digest, scheme))
    return newest


def _needs(tx: Tx, *, lang: str) -> list[dict[str, Any]]:
    names, fmt = _names(tx, lang), Formats(lang)
    found = []
    for digest, scheme in _newest(tx).values():
        rows = coverage(scheme, dict(banks.published(tx, scheme.competencies)))
        rows = tuple(sorted(rows, key=lambda row: -row.missing))
        found.append(
            {
                "name": _name(scheme, lang),
                "url": f"/staf/kebutuhan/{digest.hex()}",
                "missing": sum(row.missing for row in rows),
                "rows": [_row(row, names, fmt) for row in rows],
            }
        )
    return sorted(found, key=lambda scheme: -int(str(scheme["missing"])))


def _facts(
    tx: Tx, *, digest: bytes, lang: str
) -> tuple[Scheme, dict[bytes, Content], dict[bytes, float], dict[str, str]]:
    scheme = schemes.scheme(tx, digest)
    published = dict(banks.published(tx, scheme.competencies))
    known = annotations.newest(tx, published, Kind.STATISTICS)
    difficulties = {version: item_from(fact.body).figures.p for version, fact in known.items()}
    return scheme, published, difficulties, _names(tx, lang)


def _names(tx: Tx, lang: str) -> dict[str, str]:
    return {code: c.name_en if lang == "en" else c.name_id for code, c in dictionary(tx).items()}


def _name(scheme: Scheme, lang: str) -> str:
    return scheme.name_en if lang == "en" else scheme.name_id


def _row(row: RowHealth, names: dict[str, str], fmt: Formats) -> dict[str, Any]:
    return {
        "section": row.section,
        "competency": names.get(row.competency, row.competency),
        "levels": ", ".join(map(str, row.levels)) or "1–5",
        "needed": row.needed,
        "available": row.available,
        "missing": row.missing,
        "exposure": fmt.figure(100 * row.exposure, 0),
        "high": row.exposure > 0.5,  # noqa: PLR2004 - more than every other paper
    }


HANDLERS = [needs, health]

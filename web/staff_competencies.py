"""The competency dictionary and position standards: lists, one competency, imports."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from competencies import service, store
from competencies.dictionary import LEVELS, Entry, Kind, Level, fault, in_force
from competencies.files import Fault, read_dictionary, read_standards
from exam_engine.schemes.derive import rows as blueprint_rows
from kernel.clock import stamp
from kernel.database import Tx
from people.roles import Principal, Role
from web import forms, i18n, who
from web.bank_texts import FAULTS, KINDS
from web.rendering import AnyRequest, installation, language, page

READERS: Final = (Role.AGENCY_ADMIN, Role.ITEM_WRITER, Role.REVIEWER)
PROPOSED_ITEMS: Final = 60


@get("/staf/kompetensi")
async def competencies(request: AnyRequest) -> Response[Any]:
    """The dictionary."""
    return await _list(request, (), None)


@post("/staf/kompetensi")
async def import_dictionary(request: AnyRequest) -> Response[Any]:
    """Read a dictionary file; the good entries are kept, the others are named."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    name, data = await forms.file(await forms.read(request), "file")
    read = read_dictionary(name, data)
    if read.entries:
        await installation(request).database.write(
            service.keep_entries, entries=read.entries, by=principal
        )
    return await _list(request, read.faults, len(read.entries))


@get("/staf/kompetensi/{code:str}")
async def competency(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    """One competency with levels and indicators; a form for those who may change it."""
    principal = await who.staff(request, *READERS)
    found = await installation(request).database.read(store.entry, code=code)
    texts = i18n.translations(language(request))
    known = {level.level: level for level in found.levels}
    return page(
        request,
        "competency.html",
        user=principal,
        entry=found,
        kinds=[(str(kind), texts.gettext(KINDS[kind])) for kind in Kind],
        kind=texts.gettext(KINDS[found.kind]),
        levels=[known.get(n) or Level(n, "") for n in LEVELS],
        can_edit=Role.AGENCY_ADMIN in principal.roles,
    )


@post("/staf/kompetensi/{code:str}")
async def change(request: AnyRequest, code: FromPath[str]) -> Response[Any]:
    """Keep a changed competency."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    form = await forms.read(request)
    kind = forms.text(form, "kind")
    if kind not in set(Kind):
        raise forms.FieldInvalid(field="kind")
    levels = [
        Level(n, text, tuple(line for line in lines.splitlines() if line.strip()))
        for n in LEVELS
        if (text := forms.text(form, f"level.{n}")) or forms.text(form, f"indicators.{n}")
        for lines in [forms.text(form, f"indicators.{n}")]
    ]
    entry = Entry(
        code=code,
        kind=Kind(kind),
        name_id=forms.required(form, "name_id"),
        name_en=forms.text(form, "name_en"),
        definition=forms.text(form, "definition"),
        levels=tuple(levels),
    )
    if reason := fault(entry):
        raise forms.FieldInvalid(field=reason)
    await installation(request).database.write(service.keep_entries, entries=(entry,), by=principal)
    return forms.see(f"/staf/kompetensi/{code}")


@get("/staf/jabatan")
async def positions(request: AnyRequest) -> Response[Any]:
    """What the agency's positions require, and the blueprint rows that follow from it."""
    return await _positions(request, (), None)


@post("/staf/jabatan")
async def import_standards(request: AnyRequest) -> Response[Any]:
    """Read a file of standards; rows with an unknown competency are named like other faults."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    database = installation(request).database
    name, data = await forms.file(await forms.read(request), "file")
    read = read_standards(name, data)
    known = await database.read(store.dictionary)
    good = tuple(s for s in read.standards if s.code in known)
    unknown = tuple(Fault(s.code, "competency_unknown") for s in read.standards if s not in good)
    if good:
        await database.write(service.keep_standards, standards=good, by=principal)
    return await _positions(request, read.faults + unknown, len(good))


async def _list(request: AnyRequest, faults: tuple[Fault, ...], taken: int | None) -> Response[Any]:
    principal = await who.staff(request, *READERS)
    database, texts = installation(request).database, i18n.translations(language(request))
    known = await database.read(store.dictionary)
    counts = await database.read(store.level_counts)
    return page(
        request,
        "competencies.html",
        user=principal,
        groups=[
            (
                texts.gettext(KINDS[kind]),
                [
                    {"code": c.code, "name": c.name_en if language(request) == "en" else c.name_id,
                     "levels": counts.get(c.code, 0), "url": f"/staf/kompetensi/{c.code}"}
                    for c in known.values() if c.kind is kind
                ],
            )
            for kind in Kind
        ],
        faults=_faults(faults, texts.gettext),
        taken=taken,
        can_edit=Role.AGENCY_ADMIN in principal.roles,
    )  # fmt: skip


async def _positions(
    request: AnyRequest, faults: tuple[Fault, ...], taken: int | None
) -> Response[Any]:
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    texts = i18n.translations(language(request))
    shown = await installation(request).database.read(
        _standards, by=principal, lang=language(request)
    )
    return page(
        request,
        "positions.html",
        user=principal,
        positions=shown,
        items=PROPOSED_ITEMS,
        faults=_faults(faults, texts.gettext),
        taken=taken,
    )


def _standards(tx: Tx, *, by: Principal, lang: str) -> list[dict[str, Any]]:
    names = {
        code: c.name_en if lang == "en" else c.name_id for code, c in store.dictionary(tx).items()
    }
    today = stamp(tx.at)[:10]
    now = in_force(store.standards(tx, by.agency_id), today)
    found = []
    for position in dict.fromkeys(position for position, _ in now):
        own = [standard for (name, _), standard in now.items() if name == position]
        counts = {row.competency: row.count for row in blueprint_rows(own, PROPOSED_ITEMS)}
        found.append(
            {
                "name": position,
                "grade": own[0].grade,
                "rows": [
                    {"competency": names.get(s.code, s.code), "code": s.code, "level": s.level,
                     "legal_basis": s.legal_basis, "from": s.effective_from,
                     "focus": s.regional_focus, "items": counts.get(s.code, 0)}
                    for s in own
                ],
            }
        )  # fmt: skip
    return found


def _faults(faults: tuple[Fault, ...], gettext: Any) -> list[tuple[str, str]]:
    return [(f.place, gettext(FAULTS.get(f.reason, f.reason))) for f in faults]


HANDLERS = [
    competencies, import_dictionary, competency, change, positions, import_standards,
]  # fmt: skip

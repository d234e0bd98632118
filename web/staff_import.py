"""The import wizard: upload, a report of every item with nothing stored, then one confirmation."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from competencies.store import dictionary
from kernel import ids
from kernel.blobs import BlobMissing, Blobs
from kernel.database import Tx
from kernel.errors import Invalid
from people.roles import Principal, Role
from question_banks import service, staging, store
from question_banks.errors import ImportUnknown
from question_banks.families import FAMILIES
from question_banks.formats.foreign import Loss, Report
from question_banks.formats.limits import Limits
from question_banks.formats.native import Target, subject_mapping
from question_banks.formats.readers import read_report
from question_banks.formats.workbook import template
from web import forms, i18n, who
from web.import_texts import FOREIGN, FORMATS, REASONS
from web.installation import Installation
from web.rendering import AnyRequest, installation, language, page

MOST_SHOWN: Final = 200
WORDS: Final = REASONS | FOREIGN
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """An upload that waits for its confirmation; only its sender can confirm it, for this bank."""

    bank: bytes
    account: bytes
    name: str
    kind: str
    competency: str
    level: int
    data: bytes


@get("/staf/bank/{bank:str}/impor")
async def import_form(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """The import form."""
    principal = await who.staff(request, Role.ITEM_WRITER)
    found = await installation(request).database.read(store.bank, bank_id=ids.parse(bank))
    return await _page(request, principal, found)


@get("/staf/bank/{bank:str}/impor/templat")
async def template_file(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """An empty table to fill in, with headers in the reader's language."""
    await who.staff(request, Role.ITEM_WRITER)
    await installation(request).database.read(store.bank, bank_id=ids.parse(bank))
    data = await asyncio.to_thread(template, language(request))
    headers = {"content-disposition": 'attachment; filename="templat-butir.xlsx"'}
    return Response(data, media_type=XLSX, headers=headers)


@post("/staf/bank/{bank:str}/impor")
async def import_file(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """A file is read and reported, nothing is stored; `staged` confirms what was reported."""
    principal = await who.staff(request, Role.ITEM_WRITER)
    database = installation(request).database
    form = await forms.read(request)
    found = await database.read(store.bank, bank_id=ids.parse(bank))
    confirmed = forms.text(form, "staged")
    values = {
        "format": forms.text(form, "format", default="native") or "native",
        "competency": forms.text(form, "competency"),
        "level": forms.text(form, "level") or "1",
    }
    try:
        staged = (
            await _confirmed(request, confirmed, found, principal)
            if confirmed
            else await _uploaded(form, found, principal, values)
        )
        report = await asyncio.to_thread(
            _read, staged, service.limits_of(installation(request).settings)
        )
    except Invalid as error:
        errors = {"file": forms.said(request, error)}
        return await _page(request, principal, found, values=values, errors=errors)
    blobs = _waiting(installation(request))
    if not confirmed:
        blob = await asyncio.to_thread(blobs.put, msgspec.msgpack.encode(staged))
        report = await database.read(_with_unknown, bank_id=found.id, report=report)
        shown = _shown(request, staged, report) | {"staged": ids.text(blob)}
        return await _page(request, principal, found, report=shown, values=values)
    await asyncio.to_thread(
        service.import_file, database, bank_name=found.name, file=report.file, by=principal
    )
    await asyncio.to_thread(blobs.remove, ids.parse(confirmed))
    return await _page(request, principal, found, report=_shown(request, staged, report))


def _waiting(here: Installation) -> Blobs:
    return Blobs(here.settings.data / "imports")


def remove_unconfirmed(here: Installation) -> int:
    """Remove uploads that nobody confirmed in time; gives how many."""
    wait = timedelta(hours=here.settings.import_wait_hours)
    return _waiting(here).remove_older(here.database.clock.now() - wait)


def _with_unknown(tx: Tx, *, bank_id: bytes, report: Report) -> Report:
    """The report with the enemies that neither the file nor the bank has, as losses."""
    unknown = staging.unknown_enemies(tx, bank_id=bank_id, file=report.file)
    lost = tuple(
        Loss(name, report.lines.get(name, 0), f"enemy_unknown: {code}") for name, code in unknown
    )
    return msgspec.structs.replace(report, losses=(*report.losses, *lost))


async def _uploaded(form: Any, bank: store.Bank, by: Principal, values: dict[str, str]) -> Staged:
    if values["format"] not in FORMATS:
        raise forms.FieldInvalid(field="format")
    name, data = await forms.file(form, "file")
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    return Staged(
        bank=bank.id,
        account=by.account_id,
        name=name,
        kind=values["format"],
        competency=values["competency"],
        level=forms.number(values["level"], most=5),
        data=data,
    )


async def _confirmed(request: AnyRequest, text: str, bank: store.Bank, by: Principal) -> Staged:
    """What was uploaded before; raises ImportUnknown for another's, another bank's, or none."""
    try:
        data = await asyncio.to_thread(_waiting(installation(request)).get, ids.parse(text))
    except BlobMissing as error:
        raise ImportUnknown from error
    staged = msgspec.msgpack.decode(data, type=Staged)
    if (staged.bank, staged.account) != (bank.id, by.account_id):
        raise ImportUnknown
    return staged


def _read(staged: Staged, limits: Limits) -> Report:
    native = staged.kind in {"native", "skd"}
    return read_report(
        staged.data,
        "native" if native else staged.kind,
        Target(staged.competency, staged.level),
        subject_mapping() if staged.kind == "skd" else None,
        limits=limits,
    )


def _shown(request: AnyRequest, staged: Staged, report: Report) -> dict[str, Any]:
    """The report for people: counts, and a row with place and words for each refusal and loss."""
    texts = i18n.translations(language(request))

    def told(what: str) -> str:
        code, colon, detail = what.partition(":")
        words = texts.gettext(WORDS[code]) if code in WORDS else code
        return f"{words}: {detail.strip()}" if colon and code != "malformed" else words

    families = Counter(item.content.family for item in report.file.items)
    lossy = {loss.external_id for loss in report.losses}
    refused = [
        (own.external_id, report.place(own.external_id), told(own.reason))
        for own in sorted(report.file.rejected, key=lambda own: report.spot(own.external_id))
    ]
    lost = [(o.external_id, report.place(o.external_id), told(o.what)) for o in report.losses]
    return {
        "file": staged.name,
        "accepted": len(report.file.items),
        "whole": len(report.file.items) - len(lossy),
        "lossy": len(lossy),
        "refused": len(report.file.rejected),
        "families": [
            (texts.gettext(FAMILIES[name].title), count) for name, count in families.most_common()
        ],
        "refused_items": refused[:MOST_SHOWN],
        "lossy_items": lost[:MOST_SHOWN],
        "hidden": max(0, len(refused) - MOST_SHOWN) + max(0, len(lost) - MOST_SHOWN),
        "passed": [(own.external_id, told(own.what)) for own in report.ignored],
        "staged": "",
    }


async def _page(
    request: AnyRequest,
    principal: Principal,
    bank: store.Bank,
    *,
    report: dict[str, Any] | None = None,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[str]:
    texts = i18n.translations(language(request))
    known = await installation(request).database.read(dictionary)
    english = language(request) == "en"
    return page(
        request,
        "bank_import.html",
        user=principal,
        http=forms.status(errors or {}),
        bank={"name": bank.name, "url": f"/staf/bank/{ids.text(bank.id)}"},
        formats=[(value, texts.gettext(text)) for value, text in FORMATS.items()],
        competencies=[(c, k.name_en if english else k.name_id) for c, k in known.items()],
        levels=[(level, level) for level in "12345"],
        values=values or {"format": "xlsx", "competency": "", "level": "1"},
        errors=errors or {},
        report=report,
    )


HANDLERS = [import_form, template_file, import_file]

"""A bank's rules (how it is reviewed, when a figure is a finding) and its shared stimuli."""

from typing import Any, Final

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from markupsafe import Markup

from kernel import ids
from people.roles import Role
from question_banks import service, store
from question_banks.authoring.service import add_stimulus
from question_banks.authoring.texts import to_form
from question_banks.catalogue import store as catalogue
from question_banks.errors import ItemInvalid
from question_banks.statistics.flags import Thresholds
from web import forms, i18n, who
from web.bank_texts import FAULTS, RULES, THRESHOLDS
from web.rendering import AnyRequest, installation, language, page
from web.staff_banks import rule_of

MOST: Final = 1000


@get("/staf/bank/{bank:str}/aturan")
async def settings(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """The form with a bank's rules."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    found = await installation(request).database.read(store.bank, bank_id=ids.parse(bank))
    limits = msgspec.json.decode(found.thresholds, type=Thresholds)
    texts = i18n.translations(language(request))
    return page(
        request,
        "bank_settings.html",
        user=principal,
        bank={"name": found.name, "url": f"/staf/bank/{bank}", "review": found.review},
        rules=[(rule, *map(texts.gettext, RULES[rule])) for rule in RULES],
        thresholds=[
            (name, texts.gettext(text), getattr(limits, name)) for name, text in THRESHOLDS.items()
        ],
    )


@post("/staf/bank/{bank:str}/aturan")
async def change(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """Change a bank's rules; items in review follow the new rule from their next decision on."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    form = await forms.read(request)
    limits = {name: forms.number(forms.required(form, name), most=MOST) for name in THRESHOLDS}
    await installation(request).database.write(
        service.set_rules,
        bank_id=ids.parse(bank),
        review=rule_of(forms.text(form, "review")),
        thresholds=Thresholds(**limits),
        by=principal,
    )
    return forms.see(f"/staf/bank/{bank}")


@get("/staf/bank/{bank:str}/stimulus")
async def stimuli(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """A bank's stimuli, and a form for one more; `dari` names one to begin with."""
    return await _stimuli(request, bank, {})


@post("/staf/bank/{bank:str}/stimulus")
async def new_stimulus(request: AnyRequest, bank: FromPath[str]) -> Response[Any]:
    """Keep a stimulus."""
    principal = await who.staff(request, Role.ITEM_WRITER)
    form = await forms.read(request)
    values = {"title": forms.text(form, "title"), "text": forms.text(form, "text")}
    try:
        await installation(request).database.write(
            add_stimulus, bank_id=ids.parse(bank), by=principal, **values
        )
    except ItemInvalid:
        return await _stimuli(request, bank, values, http=422)
    return forms.see(f"/staf/bank/{bank}/stimulus")


async def _stimuli(
    request: AnyRequest, bank: str, values: dict[str, str], http: int = 200
) -> Response[Any]:
    principal = await who.staff(request, Role.ITEM_WRITER)
    database, bank_id = installation(request).database, ids.parse(bank)
    found = await database.read(store.bank, bank_id=bank_id)
    shown = await database.read(catalogue.stimuli, bank_id=bank_id)
    fault = FAULTS["empty_stimulus"]
    texts = i18n.translations(language(request))
    asked = request.query_params.get("dari", "")
    begun = [s for s in shown if s.digest.hex() == asked and not values]
    if begun:
        values = {"title": begun[0].title, "text": to_form(begun[0].html)}
    return page(
        request,
        "stimuli.html",
        user=principal,
        http=http,
        bank={"name": found.name, "url": f"/staf/bank/{bank}"},
        stimuli=[
            {"title": s.title, "html": Markup(s.html), "digest": s.digest.hex()}  # noqa: S704 - sanitised when kept
            for s in shown
        ],
        values=values,
        errors={"title": texts.gettext(fault)} if http != 200 else {},  # noqa: PLR2004 - OK
    )


HANDLERS = [settings, change, stimuli, new_stimulus]

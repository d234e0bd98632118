"""Requests for correction: the board answers those of its own agency."""

from functools import partial
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from certificates.holding import service as holding
from kernel import ids
from people.roles import Role
from web import forms, who
from web.holder import asked_row
from web.rendering import AnyRequest, installation, language, page

ANSWERS: Final = {"yes": True, "no": False}


@get("/staf/koreksi")
async def corrections(request: AnyRequest) -> Response[Any]:
    """What waits for an answer."""
    return await _page(request, "", {})


async def _page(request: AnyRequest, refused: str, errors: dict[str, str]) -> Response[Any]:
    principal = await who.staff(request, Role.DECISION_BOARD)
    found = await installation(request).database.read(holding.waiting, by=principal)
    lang = language(request)
    return page(
        request,
        "corrections.html",
        user=principal,
        http=forms.status(errors),
        refused=refused,
        errors=errors,
        rows=[
            {
                **asked_row(each, lang),
                "number": each.certificate.number,
                "holder": each.certificate.claim.holder_name,
                "public_url": f"/V/{each.certificate.code}",
                "url": f"/staf/koreksi/{ids.text(each.id)}",
            }
            for each in found
        ],
    )


@post("/staf/koreksi/{correction:str}")
async def answer(request: AnyRequest, correction: FromPath[str]) -> Response[Any]:
    """Accept or refuse, with a word to the holder."""
    principal = await who.staff(request, Role.DECISION_BOARD)
    form = await forms.read(request)
    decided = forms.text(form, "accepted")
    if decided not in ANSWERS:
        raise forms.FieldInvalid(field="accepted")
    errors = forms.refusals(request, {"text": partial(forms.required, form, "text")})
    if errors:
        return await _page(request, correction, errors)
    await installation(request).database.write(
        holding.answer,
        correction_id=ids.parse(correction),
        accepted=ANSWERS[decided],
        text=forms.text(form, "text"),
        by=principal,
    )
    return forms.see("/staf/koreksi")


HANDLERS = [corrections, answer]

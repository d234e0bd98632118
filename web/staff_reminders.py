"""The outbox of reminders: what waits to reach a holder, and what has."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from certificates.reminding import service
from certificates.reminding.service import Waiting
from kernel import ids
from people.roles import Role
from web import forms, who
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page

HOME: Final = "/staf/pengingat"


@get(HOME)
async def reminders(request: AnyRequest) -> Response[Any]:
    """What waits, with the letter to pass on, and what was delivered last."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    here = installation(request)
    read = here.database.read
    waiting = await read(service.outbox, public_url=here.public_url, by=principal)
    sent = await read(service.sent, by=principal)
    fmt = Formats(language(request))
    return page(
        request,
        "reminders.html",
        user=principal,
        mailing=bool(here.settings.smtp_host),
        rows=[_row(each, fmt) for each in waiting],
        sent=[
            {
                "holder": certificate.claim.holder_name,
                "number": certificate.number,
                "days": reminder.days,
                "channel": reminder.channel,
                "at": fmt.datetime(reminder.delivered_at) if reminder.delivered_at else "",
            }
            for reminder, certificate in sent
        ],
    )


@post(HOME + "/{certificate:str}/{days:int}")
async def deliver(
    request: AnyRequest, certificate: FromPath[str], days: FromPath[int]
) -> Response[Any]:
    """Note that staff told the holder in another way."""
    principal = await who.staff(request, Role.AGENCY_ADMIN)
    await installation(request).database.write(
        service.delivered_by_hand,
        certificate_id=ids.parse(certificate),
        days=days,
        by=principal,
    )
    return forms.see(HOME)


def _row(each: Waiting, fmt: Formats) -> dict[str, Any]:
    certificate = each.certificate
    return {
        "holder": certificate.claim.holder_name,
        "number": certificate.number,
        "scheme": certificate.claim.scheme_name_id,
        "until": fmt.date(certificate.valid_until),
        "days": each.reminder.days,
        "address": each.letter.address,
        "text": each.letter.text,
        "url": f"{HOME}/{ids.text(certificate.id)}/{each.reminder.days}",
    }


HANDLERS = [reminders, deliver]

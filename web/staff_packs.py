"""ZIPs of the agency's certificates: asked for, made beside the requests, fetched."""

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath

from certificates.sending import service
from certificates.sending.store import Pack
from kernel import ids
from web import forms, who
from web.formats import Formats
from web.rendering import AnyRequest, installation

HOME: Final = "/staf/sertifikat/penerbitan"
PATH: Final = "/staf/sertifikat/zip"
MOST_DIGITS: Final = 6
MIB: Final = 1024 * 1024


@post(PATH)
async def ask(request: AnyRequest) -> Response[Any]:
    """Ask for everything that is printed by now."""
    principal = await who.staff(request, *service.HANDS)
    await installation(request).database.write(service.ask, by=principal)
    return forms.see(f"{HOME}#zip")


@get(PATH + "/{pack:str}/{number:str}")
async def fetch(request: AnyRequest, pack: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """One finished ZIP."""
    principal = await who.staff(request, *service.HANDS)
    here = installation(request)
    name, data = await here.database.read(
        service.fetch,
        pack_id=ids.parse(pack),
        number=_number(number),
        blobs=here.blobs,
        by=principal,
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type="application/zip", headers=headers)


def _number(text: str) -> int:
    """A part's number; 0, which no part has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def rows(packs: list[Pack], fmt: Formats) -> list[dict[str, Any]]:
    """Requests as the page of issuing shows them."""
    return [
        {
            "at": fmt.datetime(each.at),
            "until": fmt.datetime(each.at + service.KEPT),
            "done": each.done,
            "wanted": each.wanted,
            "ended": each.ended,
            "parts": [
                {
                    "url": f"{PATH}/{ids.text(each.id)}/{part.number}",
                    "number": part.number,
                    "count": part.count,
                    "mib": fmt.number(max(1, round(part.size / MIB))),
                }
                for part in each.parts
            ],
        }
        for each in packs
    ]


HANDLERS = [ask, fetch]

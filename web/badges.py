"""The holder's badge to take along: JSON, a picture with the credential baked in, a JWT."""

import asyncio
from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from certificates import compact, service
from certificates.credential import badge
from certificates.errors import CertificateUnknown
from kernel.database import Tx
from people.roles import Principal
from web import who
from web.rendering import AnyRequest, installation

TYPES: Final = {"json": "application/vc", "png": "image/png", "jwt": compact.MEDIA_TYPE}


@get("/ujian/lencana/{form:str}")
async def own_badge(request: AnyRequest, form: FromPath[str]) -> Response[Any]:
    """The badge of the candidate's own certificate, in the form of its ending."""
    principal = await who.candidate(request)
    here = installation(request)
    if form not in TYPES:
        raise CertificateUnknown
    number, title, signed = await here.database.read(
        _signed, by=principal, issuer_url=here.public_url, form=form
    )
    body = signed
    if form == "png":
        from certificates import baked  # noqa: PLC0415 - loads a picture library, seldom needed

        body = await asyncio.to_thread(baked.bake, signed, title=title, sample=here.demo)
    headers = {"Content-Disposition": f'attachment; filename="lencana-{number}.{form}"'}
    return Response(body, media_type=TYPES[form], headers=headers)


def _signed(tx: Tx, *, by: Principal, issuer_url: str, form: str) -> tuple[str, str, bytes]:
    """Number, title and the signed credential; raises CertificateUnknown where there is none."""
    own = service.of_candidate(tx, by=by)
    if own is None:
        raise CertificateUnknown
    key = tx.keys.signing("credential")
    if form == "jwt":
        signed = compact.issue(own.credential, issuer_url=issuer_url, key=key).encode()
    else:
        signed = badge(own.credential, issuer_url=issuer_url, key=key)
    return own.number, own.claim.scheme_name_id, signed


HANDLERS = [own_badge]

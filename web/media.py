"""Pictures and sounds of items: for the candidate whose paper has them, and for bank staff."""

import re
from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from exam_engine.delivery.pictures import picture
from people.errors import SignInNeeded
from people.roles import Role
from question_banks.errors import MediaUnknown
from question_banks.media import store
from question_banks.media.check import TYPES
from web import who
from web.rendering import AnyRequest, installation

NAME: Final = re.compile(r"([0-9a-f]{64})\.(png|jpg|flac)")
RANGE: Final = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")  # how players fetch sounds
POLICY: Final = "default-src 'none'; sandbox"


@get("/media/{name:str}")
async def media(request: AnyRequest, name: FromPath[str]) -> Response[Any]:
    """A picture or sound by its digest, whole or the range that was asked for.

    Its type is fixed by what was kept, never by what was sent.
    """
    principal = await who.signed_in(request)
    if principal is None:
        raise SignInNeeded
    match = NAME.fullmatch(name)
    if match is None:
        raise MediaUnknown
    digest, database = bytes.fromhex(match[1]), installation(request).database
    if Role.CANDIDATE in principal.roles:
        found = await database.read(picture, digest=digest, by=principal)
    else:
        principal.require(Role.ITEM_WRITER, Role.REVIEWER, Role.AGENCY_ADMIN)
        found = await database.read(store.one, digest=digest)
    if found.ending != match[2]:
        raise MediaUnknown
    headers = {"content-security-policy": POLICY, "content-disposition": "inline"}
    kind, wanted = TYPES[found.ending], RANGE.fullmatch(request.headers.get("range", ""))
    headers["accept-ranges"] = "bytes"
    if wanted is None:
        return Response(found.data, media_type=kind, headers=headers)
    first, size = int(wanted[1]), len(found.data)
    last = min(int(wanted[2] or size), size - 1)
    if first > last:
        headers["content-range"] = f"bytes */{size}"
        return Response(b"", media_type=kind, headers=headers, status_code=416)
    headers["content-range"] = f"bytes {first}-{last}/{size}"
    return Response(found.data[first : last + 1], media_type=kind, headers=headers, status_code=206)


HANDLERS = [media]

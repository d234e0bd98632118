"""Pictures of items: for the candidate whose paper shows them, and for the bank's staff."""

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

NAME: Final = re.compile(r"([0-9a-f]{64})\.(png|jpg)")
POLICY: Final = "default-src 'none'; sandbox"


@get("/media/{name:str}")
async def media(request: AnyRequest, name: FromPath[str]) -> Response[Any]:
    """A picture by its digest. Its type is fixed by what was kept, never by what was sent."""
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
    return Response(found.data, media_type=TYPES[found.ending], headers=headers)


HANDLERS = [media]

"""Who is behind a request, and whether the page is for that person."""

from litestar import Request
from litestar.datastructures import Cookie

from people import sign_ins
from people.errors import SignInNeeded
from people.roles import STAFF, Principal, Role
from web.rendering import AnyRequest, installation

COOKIE = "ujikom_masuk"

__all__ = ["COOKIE", "Request", "candidate", "signed_in", "staff", "token_cookie"]


async def signed_in(request: AnyRequest) -> Principal | None:
    """The person of the sign-in cookie, None without an open sign-in."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    return await installation(request).database.read(sign_ins.find, token=token)


async def staff(request: AnyRequest, *roles: Role) -> Principal:
    """A signed-in staff member with one of the roles; raises SignInNeeded, RoleMissing."""
    principal = await signed_in(request)
    if principal is None or Role.CANDIDATE in principal.roles:
        raise SignInNeeded
    principal.require(*(roles or STAFF))
    return principal


async def candidate(request: AnyRequest) -> Principal:
    """A signed-in candidate; raises SignInNeeded."""
    principal = await signed_in(request)
    if principal is None or Role.CANDIDATE not in principal.roles:
        raise SignInNeeded
    return principal


def token_cookie(request: AnyRequest, token: str) -> Cookie:
    """The sign-in cookie; empty ends it in the browser."""
    return Cookie(
        key=COOKIE,
        value=token,
        httponly=True,
        samesite="lax",
        secure=installation(request).public_url.startswith("https://")
        and request.url.scheme == "https",
        max_age=None if token else 0,
    )

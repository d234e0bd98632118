"""Headers of every answer: strict content policy, nothing framed, nothing sniffed, no referrer."""

from typing import Final

from litestar.types import Message, Scope

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " media-src 'self';"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS: Final = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
]
NO_STORE: Final = (b"cache-control", b"no-store")
NO_INDEX: Final = (b"x-robots-tag", b"noindex")


async def security_headers(message: Message, scope: Scope) -> None:
    """Add the headers; pages are never cached, so that a shared PC keeps nothing."""
    if message["type"] != "http.response.start":
        return
    given = list(message["headers"])
    if all(name.lower() != NO_STORE[0] for name, _value in given):
        given.append(NO_STORE)
    if str(scope.get("path", "")).startswith(("/V/", "/nilai/")):
        given.append(NO_INDEX)
    message["headers"] = [*given, *HEADERS]

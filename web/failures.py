"""Errors as answers: the one map from an error's kind to an HTTP status."""

import re
from typing import Any, Final

from litestar import Response
from litestar.exceptions import HTTPException, PermissionDeniedException, TooManyRequestsException
from litestar.response import Redirect
from litestar.routes import HTTPRoute

from kernel import errors, ids, logs
from people.errors import SignInNeeded
from web import i18n
from web.error_texts import text_of
from web.rendering import AnyRequest, language, page, remember_language


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


STATUS: Final[tuple[tuple[type[errors.UjikomError], int], ...]] = (
    (errors.Invalid, 422),
    (errors.NotFound, 404),
    (errors.Conflict, 409),
    (errors.Denied, 403),
    (errors.Unauthenticated, 401),
    (errors.TooMany, 429),
    (errors.Closed, 409),
    (errors.Integrity, 500),
    (errors.Unavailable, 503),
)
SERVER_ERROR: Final = 500

BACK: Final = {
    "/": _("Kembali ke beranda"),
    "/ujian": _("Kembali ke ujian"),
    "/staf": _("Kembali ke beranda petugas"),
    "/staf/bank": _("Kembali ke bank soal"),
    "/staf/telaah": _("Kembali ke antrean telaah"),
    "/staf/sesi": _("Kembali ke sesi ujian"),
    "/staf/ruang": _("Kembali ke ruang ujian"),
    "/staf/sidang": _("Kembali ke sidang penetapan"),
    "/staf/sertifikat": _("Kembali ke daftar sertifikat"),
}

log = logs.get(__name__)


class FormExpired(errors.Denied):
    """The form's CSRF token does not fit the browser's cookie."""

    code = "csrf"


def status_of(error: errors.UjikomError) -> int:
    """HTTP status of an error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), SERVER_ERROR)


def ours(request: AnyRequest, error: errors.UjikomError) -> Response[Any]:
    """Answer one of our errors: JSON to a script, a sign-in redirect, or the error page."""
    lang = language(request)
    text = text_of(error, lang)
    if "application/json" in request.headers.get("accept", ""):
        body = {
            "code": error.code,
            "message": text.sentence,
            "closed": isinstance(error, errors.Closed | errors.Unauthenticated),
        }
        return Response(body, status_code=status_of(error))
    if isinstance(error, SignInNeeded):
        target = request.url.path if request.method == "GET" else _parent(request)
        exam = target.startswith("/ujian")
        to = Redirect("/ujian" if exam else f"/masuk?next={target}", status_code=303)
        remember_language(request, to)
        return to
    incident = None
    if status_of(error) >= SERVER_ERROR:
        incident = ids.text(ids.new_id())[:8]
        log.error("request_failed", code=error.code, incident=incident)
    return _page(request, status_of(error), (text.title, text.advice), incident)


def litestar(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Answer the framework's refusals (unknown paths, CSRF, rate limits) in our words."""
    if isinstance(error, PermissionDeniedException):
        return ours(request, FormExpired())
    if isinstance(error, TooManyRequestsException):
        return ours(request, errors.TooMany())
    if error.status_code in {404, 405}:
        return ours(request, errors.NotFound())
    if error.status_code < SERVER_ERROR:
        return ours(request, errors.Invalid())
    return unexpected(request, error)


def unexpected(request: AnyRequest, error: Exception) -> Response[Any]:
    """Answer what nobody foresaw; the log names the kind of error, never its data."""
    incident = ids.text(ids.new_id())[:8]
    log.error("request_crashed", kind=type(error).__name__, incident=incident, exc_info=error)
    text = text_of(errors.UjikomError(), language(request))
    return _page(request, SERVER_ERROR, (text.title, text.advice), incident)


def _page(
    request: AnyRequest, status: int, texts: tuple[str, str], incident: str | None
) -> Response[str]:
    return page(
        request,
        "error.html",
        http=status,
        status=status,
        title=texts[0],
        what=texts[0],
        next=texts[1],
        home_url=_parent(request),
        way_back=_way_back(_parent(request), language(request)),
        incident=incident,
    )


def _parent(request: AnyRequest) -> str:
    """The page to go back to: the nearest one above the form's address, or the start page."""
    path = request.url.path
    if path.startswith("/ujian"):
        return "/ujian"
    if not path.startswith("/staf/"):
        return "/"
    if request.method == "GET":
        return "/staf"
    while not _is_page(request, path):
        path = path.rsplit("/", 1)[0]
    return path


def _is_page(request: AnyRequest, path: str) -> bool:
    """Whether an address can be opened; `/staf` always can."""
    patterns = (
        re.sub(r"{[^}]*}", "[^/]+", route.path)
        for route in request.app.routes
        if isinstance(route, HTTPRoute) and "GET" in route.methods
    )
    return any(re.fullmatch(pattern, path) for pattern in patterns)


def _way_back(home: str, lang: str) -> str:
    """What the link to that page is called."""
    own = max((start for start in BACK if home.startswith(start)), key=len)
    return i18n.translations(lang).gettext(BACK[own])

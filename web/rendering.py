"""Pages from templates: one environment, one place that supplies what every page needs."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.template.base import csrf_token

from people.roles import Principal, Role
from web import i18n
from web.formats import Formats
from web.installation import Installation

HERE: Final = Path(__file__).parent
STATIC: Final = HERE / "static"
YEAR_SECONDS: Final = 31_536_000
MENU: Final = {  # how templates call the roles
    Role.AGENCY_ADMIN: ("admin",),
    Role.DECISION_BOARD: ("board", "signatory"),
}

AnyRequest = Request[Any, Any, Any]


def _compiled_before() -> jinja2.BytecodeCache | None:
    """Templates compiled by earlier processes of this user, so that a server that was killed shows
    its first page a second sooner; None where the temporary folder is not ours alone.
    """
    try:
        return jinja2.FileSystemBytecodeCache()
    except (RuntimeError, OSError):
        return None


class Environment(jinja2.Environment):
    """Looks for `a.b` in a dictionary's keys first: asking for an attribute costs an exception,
    which was a quarter of a page's time.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A dictionary's value, or what the object has by that name."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


_environment = Environment(
    bytecode_cache=_compiled_before(),
    loader=jinja2.ChoiceLoader(
        [
            jinja2.FileSystemLoader(HERE / "templates"),
            jinja2.PrefixLoader({"families": jinja2.PackageLoader("question_banks", "families")}),
        ]
    ),
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)


class User:
    """The signed-in person as templates see it."""

    def __init__(self, principal: Principal) -> None:
        self.name = principal.name
        self.roles = {str(role) for role in principal.roles} | {
            name for role in principal.roles for name in MENU.get(role, ())
        }


@cache
def static_root() -> str:
    """Where static files are: the path names their content, so that they can be cached for ever.

    One name for all of them, because scripts import each other by relative addresses.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in STATIC.rglob("*") if path.is_file()):
        digest.update(path.relative_to(STATIC).as_posix().encode() + b"\0" + path.read_bytes())
    return f"/static/{digest.hexdigest()[:16]}"


@cache
def static(name: str) -> str:
    """URL of a static file; raises FileNotFoundError when there is none."""
    if not (STATIC / name).is_file():
        raise FileNotFoundError(name)
    return f"{static_root()}/{name}"


def language(request: AnyRequest) -> str:
    """The language of this request."""
    return i18n.choose(request.query_params.get("lang"), request.cookies.get(i18n.COOKIE))


def installation(request: AnyRequest) -> Installation:
    """The installation that serves the request."""
    found: Installation = request.app.state.installation
    return found


def markup(template: str, *, lang: str, zone: str = "Asia/Jakarta", **context: object) -> str:
    """A template's text outside any request, for documents."""
    texts = i18n.translations(lang)
    given = {"_": texts.gettext, "ngettext": texts.ngettext, "lang": lang} | context
    return _render(template, given | {"fmt": Formats(lang, zone)})


def _render(template: str, given: dict[str, object]) -> str:
    """A template's text; the frames find the components as `c`, made once for all of them."""
    components: Any = _environment.get_template("_components.html")
    return _environment.get_template(template).render(given, c=components.make_module(given))


def page(
    request: AnyRequest,
    template: str,
    *,
    user: Principal | None = None,
    http: int = 200,
    zone: str = "Asia/Jakarta",
    headers: dict[str, str] | None = None,
    **context: object,
) -> Response[str]:
    """Render a template; `context` is what its first comment lists."""
    lang = language(request)
    texts = i18n.translations(lang)
    here = installation(request)
    given = {
        "_": texts.gettext,
        "ngettext": texts.ngettext,
        "lang": lang,
        "csrf_token": csrf_token({"request": request}),
        "user": User(user) if user and Role.CANDIDATE not in user.roles else None,
        "demo": here.demo,
        "public_url": here.public_url,
        "path": request.url.path,
        "static": static,
        "fmt": Formats(lang, zone),
    }
    body = _render(template, given | context)
    response = Response(body, media_type=MediaType.HTML, status_code=http, headers=headers or {})
    remember_language(request, response)
    return response


def remember_language(request: AnyRequest, response: Response[Any]) -> None:
    """Keep the language that this address asks for, for the pages that come after."""
    asked = request.query_params.get("lang")
    if asked in i18n.LANGUAGES:
        response.set_cookie(
            Cookie(
                key=i18n.COOKIE, value=asked, max_age=YEAR_SECONDS, httponly=True, samesite="lax"
            )
        )

"""The fairness report of a closed session: exposure, hardness and overlap of its papers."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from exam_engine.outcomes.session_fairness import READERS, fairness_of
from exam_engine.schemes import store as schemes
from kernel import ids
from web import who
from web.fairness_views import fairness_view
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page


@get("/staf/sesi/{session:str}/keadilan")
async def fairness(request: AnyRequest, session: FromPath[str]) -> Response[Any]:
    """How the session's papers compare with what a fair draw gives."""
    principal = await who.staff(request, *READERS)
    database = installation(request).database
    held, found = await database.read(fairness_of, session_id=ids.parse(session), by=principal)
    scheme = await database.read(schemes.scheme, digest=held.scheme)
    lang = language(request)
    return page(
        request,
        "fairness.html",
        user=principal,
        session={
            "title": held.title,
            "scheme": scheme.name_en if lang == "en" else scheme.name_id,
            "starts": Formats(lang, held.zone).datetime(held.opens_at),
        },
        report=fairness_view(found, scheme, lang),
    )


HANDLERS = [fairness]

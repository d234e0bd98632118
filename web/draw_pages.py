"""How a candidate's paper was drawn: the page that explains it, the draw file, and the stand-alone
page that draws the paper again from that file.
"""

from typing import Any, Final

from litestar import Response, get

from exam_engine.delivery.own_draw import DrawState, OwnDraw, Shown, own_draw, own_draw_file
from web import forms, standalone, who
from web.exam_views import candidate_facts
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page

MODULES: Final = ("sha256.js", "draw.js", "draw_check.js", "draw_page.js")  # as they import
FILE_URL: Final = "/ujian/undian/berkas"
CHECK_URL: Final = "/undian/periksa"


@get("/ujian/undian")
async def explained(request: AnyRequest) -> Response[Any]:
    """How one's own paper was drawn; before the session is closed, when that will be shown."""
    principal = await who.candidate(request)
    found = await installation(request).database.read(own_draw, by=principal)
    fmt = Formats(language(request), found.desk.session.zone)
    return page(
        request,
        "draw.html",
        zone=found.desk.session.zone,
        candidate=candidate_facts(found.desk),
        session=found.desk.session.title,
        state=str(found.state),
        ends_at=fmt.datetime(found.desk.session.closes_at),
        over=found.desk.sitting is not None and found.desk.sitting.state.over,
        draw=_facts(found.shown, fmt) if found.shown else None,
        file_url=FILE_URL if found.state is DrawState.SHOWN else None,
        check_url=CHECK_URL,
    )


@get(FILE_URL)
async def draw_file(request: AnyRequest) -> Response[Any]:
    """The draw file of one's own sitting, or the page that says why it is not given."""
    principal = await who.candidate(request)
    database = installation(request).database
    found: OwnDraw = await database.read(own_draw, by=principal)
    if found.state is not DrawState.SHOWN:
        return forms.see("/ujian/undian")
    desk, data = await database.read(own_draw_file, by=principal)
    name = f"undian-{desk.registration.candidate_no}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/json", headers=headers)


@get(CHECK_URL)
async def check_page(request: AnyRequest) -> Response[Any]:
    """The stand-alone page as a download: it needs neither us nor a network."""
    own = standalone.inlined(MODULES, "offline.css", "draw_check.css")
    return page(
        request,
        "draw_check.html",
        headers={"Content-Disposition": 'attachment; filename="periksa-undian.html"'},
        style=own.style,
        script=own.script,
        policy=own.policy,
    )


def _facts(shown: Shown, fmt: Formats) -> dict[str, Any]:
    index = shown.committed.index
    return {
        "seat": shown.seat + 1,
        "seats": fmt.number(shown.seats),
        "seed": shown.seat_seed,
        "seat_root": shown.seat_root,
        "bank_root": shown.bank_root,
        "blueprint": shown.blueprint,
        "nonce": shown.nonce,
        "own_nonce": shown.nonce_source == "candidate",
        "length": fmt.number(shown.items),
        "pool_rows": fmt.number(shown.pool_rows),
        "committed_at": fmt.datetime(shown.committed.at),
        "index": None if index is None else fmt.number(index),
        "opened_at": fmt.datetime(shown.opened) if shown.opened else None,
        "drawn_at": fmt.datetime(shown.drawn) if shown.drawn else None,
    }


HANDLERS = [explained, draw_file, check_page]

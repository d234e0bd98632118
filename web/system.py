"""The log for everyone, well-known documents, health."""

from typing import Any, Final

from litestar import Response, get
from litestar.params import FromPath

from audit import reads, tiles
from audit.errors import TilePathInvalid, TileUnknown
from certificates.credential import did_document, fingerprint
from kernel.canonical import b64
from kernel.clock import unstamp
from kernel.database import Tx
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page

FOREVER: Final = "public, max-age=31536000, immutable"
OPEN: Final = {"Access-Control-Allow-Origin": "*"}


@get("/log")
async def log_page(request: AnyRequest) -> Response[Any]:
    """What the log is, its newest checkpoint, and how to check it."""
    here = installation(request)
    fmt = Formats(language(request))
    state = await here.database.read(reads.state)
    now = here.database.clock.now()
    age = int((now - unstamp(state.signed_at)).total_seconds()) if state else 0
    shard = here.log_origin.partition("/")[2]
    return page(
        request,
        "log.html",
        log={
            "origin": here.log_origin,
            "size": fmt.number(state.size if state else 0),
            "root": state.root.hex() if state else "",
            "signed_at": fmt.datetime(unstamp(state.signed_at)) if state else "",
            "age": f"{fmt.number(age)} s",
            "stale": bool(state and state.waiting and age > STALE_SECONDS),
            "note": state.note if state else "",
            "verifier_key": here.log_vkey,
            "tiles_url": f"/{shard}/checkpoint",
            "export_url": None,
            "witnesses": [],
        },
        commands=(f"python -m audit.verify {here.public_url}/{shard} --key '{here.log_vkey}'"),
        heads=[],
    )


STALE_SECONDS: Final = 30


@get("/log/{shard:str}/checkpoint", media_type="text/plain")
async def checkpoint(request: AnyRequest, shard: FromPath[str]) -> Response[Any]:
    """The newest checkpoint as a signed note."""
    here = installation(request)
    note = await here.database.read(reads.checkpoint_note) if _ours(request, shard) else None
    if note is None:
        return _nothing()
    return Response(
        note,
        media_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-cache", **OPEN},
    )


@get("/log/{shard:str}/{path:path}")
async def tile(request: AnyRequest, shard: FromPath[str], path: FromPath[str]) -> Response[Any]:
    """A tile or entry bundle of any published width."""
    if not _ours(request, shard):
        return _nothing()
    try:
        place = tiles.parse_path(path.lstrip("/"))
        data = await installation(request).database.read(_tile, place=place)
    except (TilePathInvalid, TileUnknown):
        return _nothing()
    return Response(
        data,
        media_type="application/octet-stream",
        headers={"Cache-Control": FOREVER, **OPEN},
    )


@get("/.well-known/ujikom.json")
async def keys(request: AnyRequest) -> Response[Any]:
    """Origin, verifier keys and their fingerprints."""
    here = installation(request)
    ring = here.database.keys
    credential = ring.verify_key("credential")
    body = {
        "format": "ujikom-keys/1",
        "origin": here.log_origin,
        "log_vkey": here.log_vkey,
        "credential_key": b64(credential),
        "credential_fingerprint": fingerprint(credential),
        "receipt_key": b64(ring.verify_key("receipt")),
        "result_key": b64(ring.verify_key("result")),
        "sample": here.demo,
    }
    return Response(body, headers=OPEN)


@get("/.well-known/did.json")
async def did(request: AnyRequest) -> Response[Any]:
    """The issuer's did:web document."""
    here = installation(request)
    key = here.database.keys.verify_key("credential")
    return Response(
        did_document(here.public_url, [key]), media_type="application/did+json", headers=OPEN
    )


@get("/sehat")
async def health(request: AnyRequest) -> Response[Any]:
    """Whether the parts work: database, log, and how many leaves wait."""
    here = installation(request)
    state = await here.database.read(reads.state)
    refusal = here.sequencer.refusal if here.sequencer else None
    healthy = refusal is None
    body = {
        "status": "ok" if healthy else "degraded",
        "engine": here.database.engine,
        "log_size": state.size if state else 0,
        "log_waiting": state.waiting if state else 0,
        "sequencer": refusal.code if refusal else ("ok" if here.sequencer else "elsewhere"),
    }
    return Response(body, status_code=200 if healthy else 503)


def _tile(tx: Tx, *, place: tiles.Place) -> bytes:
    if place.level is None:
        return reads.entry_bundle(tx, place.index, place.width)
    return reads.tile(tx, place.level, place.index, place.width)


def _ours(request: AnyRequest, shard: str) -> bool:
    return installation(request).log_origin.endswith(f"/log/{shard}")


def _nothing() -> Response[Any]:
    return Response(
        b"", status_code=404, media_type="text/plain", headers={"Cache-Control": "no-store", **OPEN}
    )


HANDLERS = [log_page, checkpoint, tile, keys, did, health]

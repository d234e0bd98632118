"""The log for everyone, well-known documents, health."""

import gzip
from datetime import timedelta
from typing import Any, Final

from litestar import HttpMethod, Response, get, route
from litestar.params import FromPath

from audit import reads, tiles
from audit.closing import ClosedLog
from audit.errors import TilePathInvalid, TileUnknown
from certificates import issuer_keys, multibase
from certificates.credential import did_document, fingerprint, jwks
from certificates.status_lists import publishing
from kernel.canonical import b64
from kernel.clock import stamp, unstamp
from kernel.database import Tx
from web import log_views
from web.formats import Formats
from web.installation import Installation
from web.rendering import AnyRequest, installation, language, page

FOREVER: Final = "public, max-age=31536000, immutable"
OPEN: Final = {"Access-Control-Allow-Origin": "*"}
STALE_SECONDS: Final = 30
STUCK_AFTER: Final = timedelta(seconds=10)


@get("/log")
async def log_page(request: AnyRequest) -> Response[Any]:
    """What the log is, its newest checkpoint, and how to check it."""
    here = installation(request)
    fmt = Formats(language(request))
    shown = await here.database.read(log_views.read_page)
    state = shown.state
    now = here.database.clock.now()
    age = int((now - unstamp(state.signed_at)).total_seconds()) if state else 0
    shard = here.log_origin.partition("/")[2]
    address = log_views.reached_at(str(request.base_url), here.public_url)
    policy = log_views.witnesses(here.policy, state.note, fmt) if state else None
    return page(
        request,
        "log.html",
        log={
            "origin": here.log_origin,
            "size": fmt.number(state.size if state else 0),
            "root": state.root.hex() if state else "",
            "signed_at": fmt.datetime(unstamp(state.signed_at)) if state else "",
            "age": fmt.span(timedelta(seconds=age)),
            "stale": bool(state and state.waiting and age > STALE_SECONDS),
            "note": state.note if state else "",
            "verifier_key": here.log_vkey,
            "prefix": f"/{shard}/",
            "tiles_url": f"/{shard}/checkpoint",
            "closed": [log_views.closed_log(log, fmt) for log in here.closed],
            "policy": policy,
            "witnesses": [row["name"] for row in policy["rows"] if row["at"]] if policy else [],
        },
        chart=log_views.chart(shown.growth, fmt) if shown.growth else None,
        commands=f"python -m audit.verify {address}/{shard} --key '{here.log_vkey}'",
        heads=[],
    )


@route("/log/{shard:str}/{path:path}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def tlog(request: AnyRequest, shard: FromPath[str], path: FromPath[str]) -> Response[Any]:  # noqa: ARG001 - what was sent counts, not what the router made of it
    """Checkpoint, tiles and entry bundles (C2SP tlog-tiles) at exactly their paths."""
    here = installation(request)
    asked = request.scope["raw_path"].decode("latin-1").removeprefix(f"/log/{shard}/")
    closed = _closed(here, shard)
    if closed is None and not here.log_origin.endswith(f"/log/{shard}"):
        return _nothing(request)
    if asked == "checkpoint":
        signed = await here.database.read(
            reads.checkpoint_note, closed_at=closed.head.size if closed else None
        )
        return _nothing(request) if signed is None else _checkpoint(request, signed)
    try:
        place = tiles.parse_path(asked)
        packed = place.level is None and _takes_gzip(request.headers.get("accept-encoding", ""))
        data = await here.database.read(
            _tile, place=place, packed=packed, closed_at=closed.head.size if closed else None
        )
    except (TilePathInvalid, TileUnknown):
        return _nothing(request)
    headers = {"Cache-Control": FOREVER}
    if place.level is None:
        headers["Vary"] = "Accept-Encoding"
    if packed:
        headers["Content-Encoding"] = "gzip"
    return _file(request, data, "application/octet-stream", headers)


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
        "former_log_vkeys": here.former_vkeys,
        "closed_logs": [
            {"origin": log.head.origin, "size": log.head.size, "checkpoint": log.note}
            for log in here.closed
        ],
        "credential_key": b64(credential),
        "credential_fingerprint": fingerprint(credential),
        "receipt_key": b64(ring.verify_key("receipt")),
        "result_key": b64(ring.verify_key("result")),
        "sample": here.demo,
    }
    return Response(body, headers=OPEN)


@get("/.well-known/did.json")
async def did(request: AnyRequest) -> Response[Any]:
    """The issuer's did:web document, with its former keys: what they signed stays checkable."""
    here = installation(request)
    keys = await here.database.read(issuer_keys.all_keys)
    return Response(
        did_document(here.public_url, list(keys)), media_type="application/did+json", headers=OPEN
    )


@get("/.well-known/jwks.json")
async def key_set(request: AnyRequest) -> Response[Any]:
    """The same keys as a JWK set."""
    here = installation(request)
    keys = await here.database.read(issuer_keys.all_keys)
    return Response(
        jwks(here.public_url, list(keys)), media_type="application/jwk-set+json", headers=OPEN
    )


@get("/.well-known/ujikom-key-history.json")
async def key_history(request: AnyRequest) -> Response[Any]:
    """Which credential key signed when; each is also a leaf of the log."""
    history = await installation(request).database.read(issuer_keys.history)
    body = {
        "format": "ujikom-key-history/1",
        "keys": [
            {
                "key": multibase.public_key(each.key),
                "fingerprint": fingerprint(each.key),
                "since": stamp(each.since),
                "until": stamp(each.until) if each.until else None,
            }
            for each in history
        ],
    }
    return Response(body, headers=OPEN)


@get("/status/{purpose:str}/{number:int}")
async def status_list(
    request: AnyRequest, purpose: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """A status list as last signed: a credential that anyone may fetch and keep for its time."""
    document = await installation(request).database.read(
        publishing.current, purpose=purpose, number=number
    )
    headers = {**OPEN, "Cache-Control": "public, max-age=300"}
    return Response(document, media_type="application/vc", headers=headers)


@get("/sehat")
async def health(request: AnyRequest) -> Response[Any]:
    """Whether the parts work. A log that stands still does not stop exams: the answer stays 200."""
    here = installation(request)
    standing = await here.database.read(reads.standing)
    trouble = here.sequencer.trouble if here.sequencer else None
    stuck = standing.standstill > STUCK_AFTER
    body = {
        "status": "degraded" if trouble or stuck else "ok",
        "engine": here.database.engine,
        "log_size": standing.size,
        "log_waiting": standing.waiting,
        "log_standstill_seconds": int(standing.standstill.total_seconds()),
        "log_stuck": stuck,
        "sequencer": trouble.code if trouble else ("ok" if here.sequencer else "elsewhere"),
        "sequencer_detail": {name: str(value) for name, value in trouble.data.items()}
        if trouble
        else {},
    }
    return Response(body)


def _tile(tx: Tx, *, place: tiles.Place, packed: bool, closed_at: int | None) -> bytes:
    data = reads.tile(tx, place, closed_at=closed_at)
    return gzip.compress(data, compresslevel=6, mtime=0) if packed else data


def _closed(here: Installation, shard: str) -> ClosedLog | None:
    """The closed log of this address, if all of it is still here."""
    found = [log for log in here.closed if log.head.origin.endswith(f"/log/{shard}")]
    return found[0] if found and found[0].whole else None


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header lets gzip through (RFC 9110 §12.5.3)."""
    offers = [offer.replace(" ", "").partition(";") for offer in accepted.lower().split(",")]
    weights = {name: weight.removeprefix("q=") for name, _, weight in offers}
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.strip("0.") != "" or weight == ""


def _checkpoint(request: AnyRequest, signed: str) -> Response[Any]:
    headers = {"Cache-Control": "no-cache"}
    return _file(request, signed.encode(), "text/plain; charset=utf-8", headers)


def _nothing(request: AnyRequest) -> Response[Any]:
    headers = {"Cache-Control": "no-store"}
    return _file(request, b"", "text/plain; charset=utf-8", headers, status=404)


def _file(
    request: AnyRequest, data: bytes, media_type: str, headers: dict[str, str], *, status: int = 200
) -> Response[Any]:
    """The bytes, or to HEAD their headers alone."""
    headers |= {**OPEN, "Content-Type": media_type, "Content-Length": str(len(data))}
    body = b"" if request.method == HttpMethod.HEAD else data
    return Response(body, status_code=status, media_type=media_type, headers=headers)


HANDLERS = [log_page, tlog, keys, did, key_set, key_history, status_list, health]

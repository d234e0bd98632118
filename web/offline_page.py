"""The stand-alone page: the tested modules and this issuer's keys in one file, for `file://`."""

from typing import Any, Final

from litestar import Response, get

from certificates import issuer_keys, multibase
from certificates.credential import fingerprint, issuer_did
from web import standalone
from web.formats import Formats
from web.rendering import AnyRequest, installation, language, page

MODULES: Final = ("certificate_check.js", "offline_page.js")  # in the order of their imports


@get("/verifikasi/luring")
async def offline_page(request: AnyRequest) -> Response[Any]:
    """The page as a download: kept beside the certificates, it needs us no more."""
    here = installation(request)
    keys = await here.database.read(issuer_keys.all_keys)
    own = standalone.inlined(MODULES, "offline.css")
    pins = {
        "issuer": issuer_did(here.public_url),
        "keys": [multibase.public_key(key) for key in keys],
        "logs": [here.log_vkey],
    }
    return page(
        request,
        "offline_check.html",
        headers={"Content-Disposition": 'attachment; filename="periksa-sertifikat.html"'},
        style=own.style,
        script=own.script,
        policy=own.policy,
        pins=standalone.data("pins", pins),
        issuer=pins["issuer"],
        fingerprints=[fingerprint(key) for key in keys],
        made_at=Formats(language(request)).datetime(here.database.clock.now()),
    )


HANDLERS = [offline_page]

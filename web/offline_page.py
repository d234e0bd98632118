"""The stand-alone page: the tested modules and this issuer's keys in one file, for `file://`."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any, Final

from litestar import Response, get
from markupsafe import Markup

from certificates import issuer_keys, multibase
from certificates.credential import fingerprint, issuer_did
from web.formats import Formats
from web.rendering import STATIC, AnyRequest, installation, language, page

MODULES: Final = ("certificate_check.js", "offline_page.js")  # in the order of their imports
_IMPORT: Final = re.compile(r"^import .*;\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ", re.MULTILINE)


def inlined() -> str:
    """The modules as one: their imports of each other left out."""
    texts = [(STATIC / "js" / name).read_text(encoding="utf-8") for name in MODULES]
    return "\n" + "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def policy(style: str, script: str) -> str:
    """Nothing but exactly this style and this script, and no connection anywhere."""

    def source(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {source(script)}; style-src {source(style)};"
        " base-uri 'none'; form-action 'none'"
    )


def _data(name: str, value: object) -> Markup:
    """Data for the script, in which no tag can open."""
    text = json.dumps(value).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="{name}">{text}</script>')  # noqa: S704


@get("/verifikasi/luring")
async def offline_page(request: AnyRequest) -> Response[Any]:
    """The page as a download: kept beside the certificates, it needs us no more."""
    here = installation(request)
    keys = await here.database.read(issuer_keys.all_keys)
    style = "\n" + (STATIC / "css" / "offline.css").read_text(encoding="utf-8")
    script = inlined()
    pins = {
        "issuer": issuer_did(here.public_url),
        "keys": [multibase.public_key(key) for key in keys],
        "logs": [here.log_vkey],
    }
    return page(
        request,
        "offline_check.html",
        headers={"Content-Disposition": 'attachment; filename="periksa-sertifikat.html"'},
        style=Markup(f"<style>{style}</style>"),  # noqa: S704 - our own file
        script=Markup(f'<script type="module">{script}</script>'),  # noqa: S704 - our own files
        policy=policy(style, script),
        pins=_data("pins", pins),
        issuer=pins["issuer"],
        fingerprints=[fingerprint(key) for key in keys],
        made_at=Formats(language(request)).datetime(here.database.clock.now()),
    )


HANDLERS = [offline_page]

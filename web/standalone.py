"""What a stand-alone page is made of: tested modules in one script, and a policy that lets nothing
else run and nothing leave, so that the file works from a disk with the network off.
"""

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import msgspec
from markupsafe import Markup

from web.rendering import STATIC

_IMPORT: Final = re.compile(r"^import .*;\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export ", re.MULTILINE)


class Inlined(msgspec.Struct, frozen=True):
    """A page's own style and script as whole elements, and the policy that allows these alone."""

    style: Markup
    script: Markup
    policy: str


def inlined(modules: Sequence[str], *styles: str) -> Inlined:
    """Modules (in the order of their imports) and style sheets of `static/`, inlined."""
    script = joined(modules)
    texts = [(STATIC / "css" / name).read_text(encoding="utf-8") for name in styles]
    style = "\n" + "\n".join(texts)
    return Inlined(
        Markup(f"<style>{style}</style>"),  # noqa: S704 - our own files
        Markup(f'<script type="module">{script}</script>'),  # noqa: S704 - our own files
        policy(style, script),
    )


def joined(modules: Sequence[str]) -> str:
    """The modules as one: their imports of each other left out."""
    texts = [(STATIC / "js" / name).read_text(encoding="utf-8") for name in modules]
    return "\n" + "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)


def policy(style: str, script: str) -> str:
    """Nothing but exactly this style and this script, and no connection anywhere."""

    def source(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {source(script)}; style-src {source(style)};"
        " base-uri 'none'; form-action 'none'"
    )


def data(name: str, value: object) -> Markup:
    """Data for the script, in which no tag can open."""
    text = json.dumps(value).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="{name}">{text}</script>')  # noqa: S704

"""The leaf: the exact bytes of one deed in the log.

Version 1 is one canonical JSON object (RFC 8785, no floats) with these keys and no others:
`v` 1, `t` event type, `at` UTC time with six decimals; and when there are any: `c` commitments
(base64 by field), `d` clear fields (text or integer), `s` the session, and together `a` the
random handle (hex), `k` its place in the handle's chain from 1, `p` the leaf hash of place k-1
(base64, empty at 1). The bytes are stored and hashed as they are, never rebuilt.
"""

import base64
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from audit import jcs
from audit.errors import JsonNotCanonical, LeafMalformed
from audit.merkle import HASH_SIZE
from audit.note import unb64
from audit.tiles import MAX_LEAF

VERSION: Final = 1
HANDLE_BYTES: Final = 16

_KEYS: Final = frozenset({"a", "at", "c", "d", "k", "p", "s", "t", "v"})
_NEEDED: Final = frozenset({"at", "t", "v"})
_CHAIN: Final = frozenset({"a", "k", "p"})
_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_HANDLE = re.compile(r"[0-9a-f]{32}")
_SESSION = re.compile(r"[a-z2-7]{26}")
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


@dataclass(frozen=True, slots=True)
class Chain:
    """A leaf's place in the chain of its handle; `previous` is empty at place 1."""

    handle: bytes
    k: int
    previous: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A leaf's meaning, decoded."""

    type: str
    at: str
    commitments: Mapping[str, bytes] = field(default_factory=dict)
    clear: Mapping[str, str | int] = field(default_factory=dict)
    session: str | None = None
    chain: Chain | None = None


def encode(leaf: Leaf) -> bytes:
    """The leaf's bytes; the caller vouches for the fields, `decode` checks them."""
    value: dict[str, Any] = {"at": leaf.at, "t": leaf.type, "v": VERSION}
    if leaf.commitments:
        value["c"] = {name: _b64(hashed) for name, hashed in leaf.commitments.items()}
    if leaf.clear:
        value["d"] = dict(leaf.clear)
    if leaf.session is not None:
        value["s"] = leaf.session
    if leaf.chain is not None:
        value["a"] = leaf.chain.handle.hex()
        value["k"] = leaf.chain.k
        value["p"] = _b64(leaf.chain.previous)
    data = jcs.spell(value)
    if len(data) > MAX_LEAF:
        raise LeafMalformed(reason="too_long", length=len(data))
    return data


def decode(data: bytes) -> Leaf:
    """Read and check a leaf's bytes; raises `LeafMalformed` with the reason."""
    try:
        value = jcs.decode(data)
    except JsonNotCanonical as error:
        raise LeafMalformed(**{"reason": "not_canonical", **error.data}) from error
    if not isinstance(value, dict) or not _NEEDED <= value.keys() <= _KEYS:
        raise LeafMalformed(reason="keys")
    if value["v"] != VERSION or value["v"] is True:
        raise LeafMalformed(reason="version")
    session = value.get("s")
    if "s" in value:
        _match(_SESSION, session, "session")
    return Leaf(
        type=_match(_TYPE, value["t"], "type"),
        at=_moment(value["at"]),
        commitments=_commitments(value),
        clear=_clear(value),
        session=session,
        chain=_chain(value),
    )


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _match(pattern: re.Pattern[str], text: Any, reason: str) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise LeafMalformed(reason=reason)
    return text


def _moment(text: Any) -> str:
    _match(_AT, text, "at")
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise LeafMalformed(reason="at") from error
    return str(text)


def _hash(text: Any, reason: str) -> bytes:
    try:
        hashed = unb64(text)
    except (TypeError, ValueError) as error:
        raise LeafMalformed(reason=reason) from error
    if len(hashed) != HASH_SIZE:
        raise LeafMalformed(reason=reason)
    return hashed


def _fields(value: dict[str, Any], key: str) -> dict[str, Any]:
    """The object under `key`: absent, or with at least one well-named field."""
    if key not in value:
        return {}
    fields = value[key]
    if not isinstance(fields, dict) or not fields:
        raise LeafMalformed(reason=key)
    for name in fields:
        _match(_FIELD, name, "field_name")
    return fields


def _commitments(value: dict[str, Any]) -> dict[str, bytes]:
    return {name: _hash(text, "commitment") for name, text in _fields(value, "c").items()}


def _clear(value: dict[str, Any]) -> dict[str, str | int]:
    fields = _fields(value, "d")
    for content in fields.values():
        if isinstance(content, bool) or not isinstance(content, str | int):
            raise LeafMalformed(reason="clear_value")
        if isinstance(content, str) and not unicodedata.is_normalized("NFC", content):
            raise LeafMalformed(reason="not_nfc")
    if fields.keys() & value.get("c", {}).keys():
        raise LeafMalformed(reason="field_twice")
    return fields


def _chain(value: dict[str, Any]) -> Chain | None:
    if not _CHAIN & value.keys():
        return None
    if not value.keys() >= _CHAIN:
        raise LeafMalformed(reason="chain")
    handle = bytes.fromhex(_match(_HANDLE, value["a"], "handle"))
    k = value["k"]
    if isinstance(k, bool) or not isinstance(k, int) or k < 1:
        raise LeafMalformed(reason="k")
    if (k == 1) != (value["p"] == ""):
        raise LeafMalformed(reason="previous")
    previous = _hash(value["p"], "previous") if k > 1 else b""
    return Chain(handle=handle, k=k, previous=previous)


def is_type(text: str) -> bool:
    """Whether the text is well-formed as an event type."""
    return _TYPE.fullmatch(text) is not None

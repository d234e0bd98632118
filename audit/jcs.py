"""Canonical JSON (RFC 8785) for values without floats, by the standard library alone.

The outsider's verifier must not need a package for this; without floats the whole of RFC 8785 is
the order of keys (by UTF-16 code units) and the escaping of strings, which `json` does the same
way.
"""

import json
from typing import Any, Final, NoReturn

from audit.errors import JsonNotCanonical

SAFE_INTEGER: Final = 2**53 - 1  # RFC 8785 §3.2.2.3 by I-JSON: what a double holds exactly

_by_code_point = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode
_as_given = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def encode(value: Any) -> bytes:
    """Canonical bytes; raises `JsonNotCanonical` for floats, odd keys and unsafe integers."""
    _check(value)
    return spell(value)


def spell(value: Any) -> bytes:
    """`encode` for one who knows that the value holds no float and no unsafe integer."""
    text = _by_code_point(value)
    if not text.isascii():  # only beyond the Basic Multilingual Plane do the two orders differ
        text = _as_given(_by_utf16(value))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise JsonNotCanonical(reason="lone_surrogate") from error


def decode(data: bytes) -> Any:
    """Parse canonical bytes; any other spelling of the same value is refused."""
    try:
        value = _parse(data.decode("utf-8-sig"))  # a mark at the start is another spelling
    except (ValueError, RecursionError) as error:
        raise JsonNotCanonical(reason="not_json") from error
    if spell(value) != data:  # the parser has refused what `spell` must not see
        raise JsonNotCanonical(reason="another_spelling")
    return value


def _check(value: Any) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            raise JsonNotCanonical(reason="integer_too_large")
    elif isinstance(value, dict | list | tuple):
        if isinstance(value, dict) and not all(isinstance(key, str) for key in value):
            raise JsonNotCanonical(reason="key_not_text")
        for item in value.values() if isinstance(value, dict) else value:
            _check(item)
    else:
        raise JsonNotCanonical(reason="type", type=type(value).__name__)


def _by_utf16(value: Any) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return {name: _by_utf16(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_by_utf16(item) for item in value]
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise JsonNotCanonical(reason="duplicate_key")
    return value


def _refuse_float(text: str) -> NoReturn:
    raise JsonNotCanonical(reason="float", text=text)


def _refuse_constant(text: str) -> NoReturn:
    raise JsonNotCanonical(reason="type", type="float", text=text)


def _integer(text: str) -> int:
    value = int(text)
    if abs(value) > SAFE_INTEGER:
        raise JsonNotCanonical(reason="integer_too_large")
    return value


# Made once: `json.loads` with hooks would build a parser for every leaf.
_parse = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_float=_refuse_float,
    parse_int=_integer,
    parse_constant=_refuse_constant,
).decode

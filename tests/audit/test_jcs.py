"""Our canonical JSON without floats against the rfc8785 package and the RFC's own example."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit import jcs
from audit.errors import JsonNotCanonical

scalars = st.none() | st.booleans() | st.text() | st.integers(-jcs.SAFE_INTEGER, jcs.SAFE_INTEGER)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=12,
)


@given(values)
def test_encoding_of_any_value_equals_rfc8785_and_decodes_back(value: Any) -> None:
    data = jcs.encode(value)

    assert data == rfc8785.dumps(value)
    assert jcs.decode(data) == value


def test_keys_are_sorted_by_utf16_as_in_the_rfc() -> None:
    """RFC 8785 §3.2.3."""
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    data = jcs.encode(dict.fromkeys(names, 0))

    assert list(jcs.decode(data)) == [
        "\r",
        "1",
        "\u0080",
        "\u00f6",
        "\u20ac",
        "\U0001f600",
        "\ufb33",
    ]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (0.5, "type"),
        ([1, {"a": 1.0}], "type"),
        (b"bytes", "type"),
        ({1: "one"}, "key_not_text"),
        (2**53, "integer_too_large"),
        ({"a": [-(2**53)]}, "integer_too_large"),
        ("\ud800", "lone_surrogate"),
        ({"\udc00": 1, "é": 2}, "lone_surrogate"),
    ],
)
def test_value_outside_the_format_is_refused(value: Any, reason: str) -> None:
    with pytest.raises(JsonNotCanonical) as caught:
        jcs.encode(value)

    assert caught.value.data["reason"] == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"b":1,"a":2}', "another_spelling"),
        (b'{"a": 1}', "another_spelling"),
        (b'"\\u0041"', "another_spelling"),
        (b'"\\/"', "another_spelling"),
        (b"01", "not_json"),
        (b"-0", "another_spelling"),
        (b"1.0", "float"),
        (b"1e2", "float"),
        (b"NaN", "type"),
        (b'{"a":1,"a":1}', "duplicate_key"),
        (b"\xff", "not_json"),
        (b"\xef\xbb\xbf1", "another_spelling"),
        (b"", "not_json"),
        (b"1\n", "another_spelling"),
        (b"9007199254740992", "integer_too_large"),
        (b"[" * 100000, "not_json"),
    ],
)
def test_bytes_of_any_other_spelling_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(JsonNotCanonical) as caught:
        jcs.decode(data)

    assert caught.value.data["reason"] == reason

"""The leaf's bytes: a golden vector, and a table of everything that is refused."""

import json
from typing import Any

import pytest
import rfc8785

from audit import leaf, merkle
from audit.errors import LeafMalformed
from audit.leaf import Chain, Leaf

LEAF = Leaf(
    type="answer.saved",
    at="2026-11-22T05:30:00.123456Z",
    commitments={"item": bytes(range(32)), "answer": b"\xff" * 32},
    clear={"place": 41, "kind": "pilihan ganda é"},
    session="aaaqeayeaudaocajbifqydiob4",
    chain=Chain(handle=bytes(range(16)), k=41, previous=b"\x01" * 32),
)
GOLDEN = (
    '{"a":"000102030405060708090a0b0c0d0e0f","at":"2026-11-22T05:30:00.123456Z",'
    '"c":{"answer":"//////////////////////////////////////////8=",'
    '"item":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="},'
    '"d":{"kind":"pilihan ganda é","place":41},"k":41,'
    '"p":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",'
    '"s":"aaaqeayeaudaocajbifqydiob4","t":"answer.saved","v":1}'
).encode()
GOLDEN_HASH = "f903039264d92e975b51e06e49c5da4bdea8803d6268173e2ea59ed7dd483e97"
LEAST = b'{"at":"2026-11-22T05:30:00.000000Z","t":"log.created","v":1}'


def test_leaf_has_the_golden_bytes_and_hash() -> None:
    assert leaf.encode(LEAF) == GOLDEN
    assert rfc8785.dumps(json.loads(GOLDEN)) == GOLDEN
    assert merkle.leaf_hash(GOLDEN).hex() == GOLDEN_HASH


def test_leaf_decodes_to_what_was_encoded() -> None:
    assert leaf.decode(GOLDEN) == LEAF


def test_leaf_without_handle_session_or_fields_has_the_needed_keys_only() -> None:
    least = Leaf(type="log.created", at="2026-11-22T05:30:00.000000Z")

    assert leaf.encode(least) == LEAST
    assert leaf.decode(LEAST) == least


def test_first_leaf_of_a_handle_has_an_empty_previous() -> None:
    first = Leaf(type="a.b", at=LEAF.at, chain=Chain(handle=bytes(16), k=1, previous=b""))

    assert b'"k":1,"p":""' in leaf.encode(first)
    assert leaf.decode(leaf.encode(first)) == first


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"v": 2}, "version"),
        ({"v": True}, "version"),
        ({"v": None}, "keys"),
        ({"t": None}, "keys"),
        ({"x": 1}, "keys"),
        ({"t": "answer"}, "type"),
        ({"t": "Answer.saved"}, "type"),
        ({"t": 1}, "type"),
        ({"at": "2026-11-22T05:30:00Z"}, "at"),
        ({"at": "2026-11-22T05:30:00.123Z"}, "at"),
        ({"at": "2026-11-22T05:30:00.123456+07:00"}, "at"),
        ({"at": "2026-02-30T05:30:00.123456Z"}, "at"),
        ({"at": 1}, "at"),
        ({"s": "AAAQEAYEAUDAOCAJBIFQYDIOB4"}, "session"),
        ({"s": ""}, "session"),
        ({"s": 1}, "session"),
        ({"c": {}}, "c"),
        ({"c": []}, "c"),
        ({"c": {"Answer": "x"}}, "field_name"),
        ({"c": {"answer": "AA=="}}, "commitment"),
        ({"c": {"answer": 1}}, "commitment"),
        ({"c": {"answer": "!" * 44}}, "commitment"),
        ({"d": {}}, "d"),
        ({"d": {"place": True}}, "clear_value"),
        ({"d": {"place": None}}, "clear_value"),
        ({"d": {"place": [1]}}, "clear_value"),
        ({"d": {"kind": "e\u0301"}}, "not_nfc"),
        ({"d": {"item": 1}}, "field_twice"),
        ({"a": None}, "chain"),
        ({"k": None}, "chain"),
        ({"p": None}, "chain"),
        ({"a": "00"}, "handle"),
        ({"a": "000102030405060708090A0B0C0D0E0F"}, "handle"),
        ({"k": 0}, "k"),
        ({"k": True}, "k"),
        ({"k": "1"}, "k"),
        ({"k": 1}, "previous"),
        ({"p": ""}, "previous"),
        ({"p": "AA=="}, "previous"),
        ({"p": 1}, "previous"),
    ],
)
def test_leaf_with_any_other_content_is_refused_with_reason(
    changes: dict[str, Any], reason: str
) -> None:
    value = json.loads(GOLDEN) | changes
    data = rfc8785.dumps({key: item for key, item in value.items() if item is not None})

    with pytest.raises(LeafMalformed) as caught:
        leaf.decode(data)

    assert caught.value.data["reason"] == reason


@pytest.mark.parametrize("data", [b"[]", b"1", b"null"])
def test_leaf_that_is_no_object_is_refused(data: bytes) -> None:
    with pytest.raises(LeafMalformed):
        leaf.decode(data)


def test_leaf_in_another_spelling_is_refused() -> None:
    with pytest.raises(LeafMalformed) as caught:
        leaf.decode(GOLDEN.replace(b",", b", ", 1))

    assert caught.value.data["reason"] == "another_spelling"


def test_leaf_too_long_for_a_bundle_is_refused() -> None:
    with pytest.raises(LeafMalformed):
        leaf.encode(Leaf(type="a.b", at=LEAF.at, clear={"text": "x" * 65535}))

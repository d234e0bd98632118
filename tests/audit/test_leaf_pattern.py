"""The verifier's fast reading of a leaf says exactly what the strict parser says."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from audit import leaf, merkle
from audit.errors import LeafMalformed
from audit.leaf import Chain, Leaf
from audit.leaf_pattern import chain_of
from audit.merkle import CompactRange, Node

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "events.json"
VALUE: dict[str, Any] = {
    "a": "000102030405060708090a0b0c0d0e0f",
    "at": "2026-11-22T05:30:00.123456Z",
    "c": {"answer": "/" * 42 + "8=", "item": "A" * 43 + "="},
    "d": {"kind": "pilihan", "place": 41},
    "k": 41,
    "p": "B" * 42 + "E=",
    "s": "aaaqeayeaudaocajbifqydiob4",
    "t": "answer.saved",
    "v": 1,
}
GOOD = rfc8785.dumps(VALUE)

names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
clear = st.dictionaries(names, st.text(max_size=8) | st.integers(-(2**53) + 1, 2**53 - 1))
committed = st.dictionaries(names, st.binary(min_size=32, max_size=32))
sessions = st.sampled_from([None, "aaaqeayeaudaocajbifqydiob4"])
chains = st.builds(
    lambda handle, k, last: Chain(handle, k, last if k > 1 else b""),
    st.binary(min_size=16, max_size=16),
    st.integers(1, 10**6),
    st.binary(min_size=32, max_size=32),
)


def outcome(read: Any, data: bytes) -> object:
    """What reading gives, or how it fails."""
    try:
        return read(data)
    except LeafMalformed as error:
        return error.code, error.data


def by_parser(data: bytes) -> Chain | None:
    return leaf.decode(data).chain


@given(clear, committed, st.none() | chains, sessions)
def test_any_leaf_is_read_as_the_parser_reads_it(
    clear: dict[str, str | int],
    committed: dict[str, bytes],
    chain: Chain | None,
    session: str | None,
) -> None:
    data = leaf.encode(
        Leaf(
            type="answer.saved",
            at="2026-11-22T05:30:00.123456Z",
            commitments=committed,
            clear=clear,
            session=session,
            chain=chain,
        )
    )

    assert outcome(chain_of, data) == outcome(by_parser, data)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_leaf_with_any_byte_changed_is_judged_as_the_parser_judges_it(at: int, byte: int) -> None:
    data = GOOD[:at] + bytes([byte]) + GOOD[at + 1 :]

    assert outcome(chain_of, data) == outcome(by_parser, data)


@pytest.mark.parametrize(
    "data",
    [
        GOOD + b"\n",
        b" " + GOOD,
        GOOD.replace(b'"answer":', b'"item":'),
        GOOD.replace(b'"answer":', b'"item_a":').replace(b'"item":', b'"item":'),
        GOOD.replace(b'"kind":', b'"answer":'),
        GOOD.replace(b'"kind":"pilihan","place":41', b'"place":41,"kind":"pilihan"'),
        GOOD.replace(b"pilihan", b"pil\\u0069han"),
        GOOD.replace(b"pilihan", b"pil\x7fhan"),
        GOOD.replace(b"pilihan", "pilihan é".encode()),
        GOOD.replace(b"pilihan", "pilihan e\u0301".encode()),
        GOOD.replace(b'"place":41', b'"place":041'),
        GOOD.replace(b'"place":41', b'"place":-0'),
        GOOD.replace(b'"place":41', b'"place":41.0'),
        GOOD.replace(b'"place":41', b'"place":9007199254740992'),
        GOOD.replace(b'"place":41', b'"place":true'),
        GOOD.replace(b"2026-11-22", b"2026-02-30"),
        GOOD.replace(b'"k":41', b'"k":1'),
        GOOD.replace(b'"k":41', b'"k":0'),
        GOOD.replace(b'"p":"' + b"B" * 42 + b'E="', b'"p":""'),
        GOOD.replace(b"E=", b"F="),
        GOOD.replace(b'"v":1', b'"v":2'),
        GOOD.replace(b'"v":1', b'"v":1,"x":1'),
        rfc8785.dumps({k: v for k, v in VALUE.items() if k != "a"}),
        rfc8785.dumps({k: v for k, v in VALUE.items() if k not in {"k", "p"}}),
        rfc8785.dumps({k: v for k, v in VALUE.items() if k not in {"a", "k", "p"}}),
        rfc8785.dumps(VALUE | {"c": {}}),
    ],
)
def test_leaf_that_only_nearly_fits_is_judged_as_the_parser_judges_it(data: bytes) -> None:
    assert outcome(chain_of, data) == outcome(by_parser, data)


def test_leaf_of_every_event_is_read_as_the_parser_reads_it() -> None:
    vectors = json.loads(VECTORS.read_text())["vectors"]
    leaves = [base64.b64decode(one["leaf"]) for one in vectors]

    assert [chain_of(data) for data in leaves] == [by_parser(data) for data in leaves]


@pytest.mark.parametrize("start", [0, 1, 255, 256, 300, 512, 65_280])
def test_extending_by_tiles_grows_the_same_tree_as_pushing(start: int) -> None:
    leaves = [merkle.leaf_hash(b"%d" % n) for n in range(start + 700)]
    pushed, extended = CompactRange(), CompactRange()
    expected: list[Node] = []
    for hashed in leaves[:start]:
        pushed.push(hashed)
        extended.push(hashed)

    for hashed in leaves[start:]:
        expected += pushed.push(hashed)
    found = [
        n for at in range(start, len(leaves), 256) for n in extended.extend(leaves[at : at + 256])
    ]

    assert (found, extended.size, extended.root()) == (expected, pushed.size, pushed.root())

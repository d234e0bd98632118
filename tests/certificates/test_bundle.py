"""The proof bundle keeps exact bytes and refuses other forms."""

import json
from typing import Any

import pytest

from certificates import bundle
from certificates.errors import BundleMalformed
from certificates.multibase import public_key
from kernel.canonical import encode
from tests.certificates import sample


def made() -> bytes:
    return sample.proof_bundle(sample.issued())


def test_bundle_parsed_gives_back_the_exact_bytes() -> None:
    parts = bundle.parse(made())
    assert parts.credential == sample.issued()
    assert parts.salt == sample.SALT
    assert parts.value == bundle.committed_value(sample.issued())
    assert parts.keys.log == sample.LOG_VKEY
    assert parts.leaf.startswith(b'{"at":"2026-11-22T02:00:00.000000Z","c":{"credential":')
    assert parts.tlog_proof.startswith("c2sp.org/tlog-proof@v1\nindex 6\n")


def test_bundle_of_the_same_parts_is_the_same_bytes() -> None:
    assert made() == made()


@pytest.mark.parametrize("field", ["format", "credential", "leaf", "opening", "tlog_proof", "keys"])
def test_bundle_without_a_field_is_malformed(field: str) -> None:
    document = json.loads(made())
    del document[field]
    with pytest.raises(BundleMalformed):
        bundle.parse(encode(document))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "ujikom-proof/2"),
        ("credential", {}),
        ("leaf", "***"),
        ("opening", {}),
        ("keys", {"log": "", "credential": "z", "fingerprint": ""}),
        pytest.param(
            "keys",
            {
                "log": sample.LOG_VKEY,
                "credential": public_key(sample.PUBLIC),
                "fingerprint": "00" * 32,
            },
            id="fingerprint-of-another-key",
        ),
        ("extra", "x"),
    ],
)
def test_bundle_with_a_strange_field_is_malformed(field: str, value: Any) -> None:
    document = json.loads(made())
    document[field] = value
    with pytest.raises(BundleMalformed):
        bundle.parse(encode(document))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[" * 5000, id="deep"),
        pytest.param(b" " * 1_100_000, id="long"),
        pytest.param(made() + b"\n", id="newline"),
        pytest.param(made().replace(b'"format"', b'"format":"x","format"'), id="twice"),
    ],
)
def test_bytes_that_are_no_canonical_bundle_are_malformed(data: bytes) -> None:
    with pytest.raises(BundleMalformed):
        bundle.parse(data)

"""Commitments against the formula written out by hand, and what they must not open to."""

import hashlib
import hmac
from typing import Any

import pytest

from audit import commitment
from audit.errors import CommitmentWrong

SALT = bytes(range(32))
GOLDEN = "222ca06282d2434993afb77026fb9b5560d1b9ffdce37459f41fd6139ace462c"


def test_commitment_is_the_hmac_of_the_recipe() -> None:
    message = (
        b"ujikom/commit/v1\x00"
        b"\x00\x00\x00\x0canswer.saved"
        b"\x00\x00\x00\x06answer"
        b'\x00\x00\x00\x0b["B","D\xc3\xa9"]'
    )

    made = commitment.commit(SALT, "answer.saved", "answer", ["B", "Dé"])

    assert made == hmac.new(SALT, message, hashlib.sha256).digest()
    assert made.hex() == GOLDEN


def test_opening_of_its_own_value_verifies() -> None:
    made = commitment.commit(SALT, "answer.saved", "answer", {"b": 1, "a": None})

    commitment.verify(made, SALT, "answer.saved", "answer", {"a": None, "b": 1})


@pytest.mark.parametrize(
    ("salt", "event_type", "field", "value"),
    [
        (SALT[1:] + b"\x00", "answer.saved", "answer", "B"),
        (SALT[:-1], "answer.saved", "answer", "B"),
        (SALT + b"\x00", "answer.saved", "answer", "B"),
        (SALT, "answer.cleared", "answer", "B"),
        (SALT, "answer.savedanswer", "", "B"),
        (SALT, "answer.saved", "item", "B"),
        (SALT, "answer.saved", "answer", "C"),
        (SALT, "answer.saved", "answer", ["B"]),
        (SALT, "answer.saved", "answer", None),
    ],
)
def test_opening_with_anything_changed_is_refused(
    salt: bytes, event_type: str, field: str, value: Any
) -> None:
    made = commitment.commit(SALT, "answer.saved", "answer", "B")

    with pytest.raises(CommitmentWrong):
        commitment.verify(made, salt, event_type, field, value)

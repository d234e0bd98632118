"""Verification codes: 15 random symbols and one check symbol, made to be typed by hand.

The alphabet is Crockford's base 32 (no I, L, O, U). The check symbol makes the weighted sum over
GF(32) zero, with sixteen different nonzero weights: it finds every single wrong symbol and every
swap of two, wherever they stand.
"""

import re
from typing import Final

from certificates.errors import CodeMalformed, CodeMistyped

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BYTES: Final = 10
LENGTH: Final = 16
_BITS: Final = 5
_POLYNOMIAL: Final = 0b100101  # x^5 + x^2 + 1
_LOOKALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015\u2212]+")
_LONGEST_INPUT: Final = 64


def _times(left: int, right: int) -> int:
    """Multiply in GF(32)."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left >> _BITS:
            left ^= _POLYNOMIAL
        right >>= 1
    return product


def _powers() -> tuple[int, ...]:
    powers = [1]
    while len(powers) < LENGTH:
        powers.append(_times(powers[-1], 2))
    return tuple(reversed(powers))


_WEIGHTS: Final = _powers()  # the check symbol, last, has weight one


def _weighted_sum(values: list[int]) -> int:
    total = 0
    for weight, value in zip(_WEIGHTS, values, strict=False):
        total ^= _times(weight, value)
    return total


def new_code(random: bytes) -> str:
    """Make a code from ten random bytes, of which the first 75 bits are used."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(len(random))
    number = int.from_bytes(random, "big") >> (8 * RANDOM_BYTES - _BITS * (LENGTH - 1))
    values = [(number >> _BITS * place) & 31 for place in reversed(range(LENGTH - 1))]
    return "".join(ALPHABET[value] for value in [*values, _weighted_sum(values)])


def display(code: str) -> str:
    """Write a code in four groups of four."""
    return "-".join(code[place : place + 4] for place in range(0, LENGTH, 4))


def normalise(text: str) -> str:
    """Give the sixteen symbols that somebody meant.

    Case, spaces, hyphens and look-alikes (O, I, L, U) are forgiven. Raises CodeMalformed for what
    cannot be a code and CodeMistyped when the check symbol does not fit; neither asks a database.
    """
    if len(text) > _LONGEST_INPUT:
        raise CodeMalformed
    code = _SEPARATORS.sub("", text).upper().translate(_LOOKALIKES)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        raise CodeMalformed
    if _weighted_sum([ALPHABET.index(symbol) for symbol in code]):
        raise CodeMistyped
    return code

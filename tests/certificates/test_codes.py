"""Verification codes find every slip of a finger."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.codes import ALPHABET, LENGTH, RANDOM_BYTES, display, new_code, normalise
from certificates.errors import CodeMalformed, CodeMistyped

seeds = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)


@given(seeds)
def test_code_displayed_and_typed_in_lower_case_comes_back(seed: bytes) -> None:
    code = new_code(seed)
    assert len(code) == LENGTH
    assert normalise(display(code).lower()) == code
    assert normalise(f"  {display(code).replace('-', ' – ')} ") == code


@given(seeds)
def test_code_with_one_symbol_changed_is_mistyped(seed: bytes) -> None:
    code = new_code(seed)
    for place in range(LENGTH):
        for symbol in ALPHABET.replace(code[place], ""):
            with pytest.raises(CodeMistyped):
                normalise(code[:place] + symbol + code[place + 1 :])


@given(seeds)
def test_code_with_two_different_symbols_swapped_is_mistyped(seed: bytes) -> None:
    code = new_code(seed)
    for left, right in itertools.combinations(range(LENGTH), 2):
        if code[left] != code[right]:
            swapped = list(code)
            swapped[left], swapped[right] = swapped[right], swapped[left]
            with pytest.raises(CodeMistyped):
                normalise("".join(swapped))


@given(seeds, seeds)
def test_code_from_other_first_75_bits_differs(one: bytes, other: bytes) -> None:
    def bits(seed: bytes) -> int:
        return int.from_bytes(seed, "big") >> 5

    assert (new_code(one) == new_code(other)) == (bits(one) == bits(other))


def test_code_bytes_keep_their_meaning_for_ever() -> None:
    assert display(new_code(bytes(RANDOM_BYTES))) == "0000-0000-0000-0000"
    assert display(new_code(bytes(range(RANDOM_BYTES)))) == "000G-40R4-0M30-E200"
    assert display(new_code(b"\xff" * RANDOM_BYTES)) == "ZZZZ-ZZZZ-ZZZZ-ZZZN"


@given(seeds)
def test_code_read_as_a_polynomial_is_zero_at_alpha(seed: bytes) -> None:
    """The same check by Horner's rule, written a second time."""
    value = 0
    for symbol in new_code(seed):
        value <<= 1
        value = (value ^ 0b100101 if value & 32 else value) ^ ALPHABET.index(symbol)
    assert value == 0


def test_code_with_lookalikes_is_read_as_meant() -> None:
    code = new_code(b"\x08" + bytes(9))
    assert {"0", "1"} <= set(code)
    assert normalise(code.replace("0", "O").replace("1", "l")) == code
    assert normalise(code.replace("0", "o").replace("1", "I")) == code


@pytest.mark.parametrize(
    "text", ["", "0000", "0" * 15, "0" * 17, "0" * 15 + "é", "0" * 65, "*" * 16]
)
def test_code_of_wrong_length_or_signs_is_malformed(text: str) -> None:
    with pytest.raises(CodeMalformed):
        normalise(text)


def test_new_code_with_another_number_of_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="9"):
        new_code(bytes(9))

"""Typed texts against accepted ones: normalisation and wildcards, in linear time."""

import re
import unicodedata

import msgspec

from question_banks.families.exact import ratio

LONGEST_TEXT = 500


class Accepted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A text that earns a credit. In a pattern `*` stands for anything, `\\*` for itself."""

    text: str
    credit: str = "1"
    pattern: bool = False


def normal(text: str, *, case: bool) -> str:
    """NFKC, outer and repeated spaces gone, and without `case` the case folded."""
    words = " ".join(unicodedata.normalize("NFKC", text).split())
    return words if case else words.casefold()


def matches(accepted: Accepted, text: str, *, case: bool) -> bool:
    """Whether a typed text is an accepted one."""
    wanted, given = normal(accepted.text, case=case), normal(text, case=case)
    if not accepted.pattern:
        return wanted == given
    parts = [part.replace("\\*", "*") for part in re.split(r"(?<!\\)\*", wanted)]
    if len(parts) == 1:
        return parts[0] == given
    return _in_order([part.strip() if part.isspace() else part for part in parts], given)


def check_accepted(accepted: tuple[Accepted, ...]) -> str | None:
    """Reasons why accepted texts are none: none at all, empty, credits that are no share."""
    if not accepted:
        return "accepted_missing"
    if any(not a.text.strip() or len(a.text) > LONGEST_TEXT for a in accepted):
        return "accepted_empty"
    return check_credits([a.credit for a in accepted])


def check_credits(credits_: list[str]) -> str | None:
    """Reasons why texts are no credits between 0 and 1 of which one is 1."""
    try:
        values = [ratio(text) for text in credits_]
    except ValueError:
        return "credit_malformed"
    if any(not 0 <= value <= 1 for value in values):
        return "credit_range"
    return None if 1 in values else "key_count"


def line_of(accepted: Accepted) -> str:
    """An accepted text as a line of the author's form."""
    return accepted.text if accepted.credit == "1" else f"{accepted.credit} = {accepted.text}"


def accepted_of(line: str, *, patterns: bool = True) -> Accepted:
    """Inverse of `line_of`; with `patterns` a `*` that is not escaped makes it a pattern."""
    credit, sign, text = line.partition(" = ")
    pattern = patterns and "*" in line.replace("\\*", "")
    try:
        ratio(credit.strip())
    except ValueError:
        sign = ""
    if not sign:
        return Accepted(text=line.strip(), pattern=pattern)
    return Accepted(text=text.strip(), credit=credit.strip(), pattern=pattern)


def _in_order(parts: list[str], text: str) -> bool:
    """Whether the text begins and ends with the outer parts and has the others between."""
    first, *middle, last = parts
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True

"""Cloze (isian rumpang): gaps in the text, each a choice of words, a typed text or a number.

The stem has a mark `[[gap]]` where each gap is.
"""

import html
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid, FormInvalid
from question_banks.families import author
from question_banks.families.author import Values
from question_banks.families.exact import ratio, typed, written
from question_banks.families.interface import Credited, Fields, Shown, translate
from question_banks.families.response import cleaned, response_of, value_of
from question_banks.families.texts import (
    LONGEST_TEXT,
    Accepted,
    accepted_of,
    check_accepted,
    line_of,
    matches,
)

MARK: Final = re.compile(r"\[\[([A-Za-z0-9_.-]{1,40})\]\]")
MOST_GAPS: Final = 40
MOST_WORDS: Final = 30
GAP: Final = ("name", "kind", "words", "tolerance", "case", "weight")


class Gap(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One gap. choice: one of `accepted`, all of which are shown; text: typed, any accepted one;
    number: typed, equal to an accepted number within `tolerance`.
    """

    id: str
    kind: Literal["choice", "text", "number"]
    accepted: tuple[Accepted, ...]
    case: bool = False
    tolerance: str = "0"
    weight: int = 1


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The gaps; partial: each earns its weight's share, all: every gap fully or nothing."""

    gaps: tuple[Gap, ...]
    mode: Literal["all", "partial"]


class Cloze(Credited):
    """Inputs in the running text; the response maps gaps to words."""

    name = "cloze"
    native_type = "cloze"
    body_type = Body
    title = translate("isian rumpang")

    def check(self, content: Content) -> str | None:
        """A malformed body, gaps without a mark in the stem, reasons of accepted texts."""
        try:
            body = body_of(content)
        except msgspec.ValidationError:
            return "body_malformed"
        ids = [gap.id for gap in body.gaps]
        if not 1 <= len(ids) <= MOST_GAPS or content.options:
            return "gap_count"
        marks = MARK.findall(re.sub(r"<[^>]*>", " ", content.stem))
        if marks != MARK.findall(content.stem) or sorted(marks) != sorted(set(ids)):
            return "gap_marks"  # one is missing, twice there, or inside a tag
        if len(set(ids)) != len(ids):
            return "gap_marks"
        return next((reason for gap in body.gaps if (reason := _check(gap))), None)

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """Words by gap; a chosen word is sent by its number. Raises ChoiceInvalid."""
        del order
        given = {}
        for n, gap in enumerate(body_of(content).gaps, start=1):
            raw = cleaned(fields.one(str(n)))
            if not raw:
                continue
            if gap.kind == "choice":
                if raw not in {str(place) for place in range(1, len(gap.accepted) + 1)}:
                    raise ChoiceInvalid
                raw = gap.accepted[int(raw) - 1].text
            if len(raw) > LONGEST_TEXT:
                raise ChoiceInvalid(most=LONGEST_TEXT)
            given[gap.id] = raw
        return response_of(given) if given else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """The stem in pieces: HTML, and gaps with what stands in them."""
        del order
        given = _given(response)
        gaps = {gap.id: (n, gap) for n, gap in enumerate(body_of(content).gaps, start=1)}
        pieces: list[Shown] = []
        for place, piece in enumerate(MARK.split(content.stem)):
            if place % 2 == 0:
                pieces.append({"html": piece})
                continue
            n, gap = gaps[piece]
            words = [a.text for a in gap.accepted] if gap.kind == "choice" else []
            pieces.append(
                {"gap": n, "kind": gap.kind, "text": given.get(piece, ""), "words": words}
            )
        return {"stem_within": True, "pieces": pieces, "longest": LONGEST_TEXT}

    def credit(self, content: Content, response: str) -> Fraction | None:
        """The weighted share of the gaps' credits."""
        if value_of(response, dict[str, str]) is None:
            return None
        given, body = _given(response), body_of(content)
        earned = [(_credit(gap, given.get(gap.id, "")), gap.weight) for gap in body.gaps]
        if body.mode == "all":
            return Fraction(all(credit == 1 for credit, _ in earned))
        total = sum(weight for _, weight in earned)
        return sum((credit * weight for credit, weight in earned), Fraction(0)) / total

    def key(self, content: Content) -> tuple[str, ...]:
        """Each gap with the words that earn it."""
        return tuple(
            f"{gap.id}: {' | '.join(a.text for a in gap.accepted if ratio(a.credit) == 1)}"
            for gap in body_of(content).gaps
        )

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """Numbers of gaps with their words."""
        del order
        given = _given(response)
        gaps = enumerate(body_of(content).gaps, start=1)
        return " · ".join(f"{n} {given[gap.id]}" for n, gap in gaps if gap.id in given)

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """Each gap with its words."""
        given = _given(response)
        return tuple(
            f"{gap.id}:{given[gap.id]}" for gap in body_of(content).gaps if gap.id in given
        )

    def form(self, content: Content) -> Shown:
        """A row for each gap; its words are lines, `1/2 = word` for a part of the credit."""
        body = body_of(content) if content.body else Body(gaps=(), mode="partial")
        return {
            "gap": [
                {
                    "name": gap.id,
                    "kind": gap.kind,
                    "words": "\n".join(line_of(a) for a in gap.accepted),
                    "tolerance": "" if gap.tolerance == "0" else gap.tolerance,
                    "case": "yes" if gap.case else "",
                    "weight": "" if gap.weight == 1 else str(gap.weight),
                }
                for gap in body.gaps
            ],
            "mode": body.mode,
        }

    def from_form(self, content: Content, values: Values) -> Content:
        """Rows `gap.name`, `.kind`, `.words`, `.tolerance`, `.case`, `.weight`.

        Raises FormInvalid.
        """
        found = [row for row in author.rows(values, "gap", GAP) if row["name"] or row["words"]]
        gaps = [msgspec.to_builtins(_gap(row)) for row in found]
        body = {"gaps": gaps, "mode": author.one(values, "mode", "partial")}
        return msgspec.structs.replace(content, v=2, options=(), body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


def marked(gap_id: str) -> str:
    """The mark of a gap in the stem."""
    return f"[[{html.escape(gap_id)}]]"


def _check(gap: Gap) -> str | None:
    words = [a.text for a in gap.accepted]
    if gap.kind == "choice" and (not 1 < len(words) <= MOST_WORDS or len(set(words)) != len(words)):
        return "option_count"
    if gap.weight < 1:
        return "credit_range"
    if gap.kind == "number":
        try:
            if ratio(gap.tolerance) < 0 or any(typed(word) is None for word in words):
                return "number_malformed"
        except ValueError:
            return "number_malformed"
    return check_accepted(gap.accepted)


def _credit(gap: Gap, text: str) -> Fraction:
    fitting = [ratio(a.credit) for a in gap.accepted if _fits(gap, a, text)]
    return max(fitting, default=Fraction(0)) if text else Fraction(0)


def _fits(gap: Gap, accepted: Accepted, text: str) -> bool:
    if gap.kind == "choice":
        return accepted.text == text
    if gap.kind == "text":
        return matches(accepted, text, case=gap.case)
    number, wanted = typed(text), typed(accepted.text)
    return (
        number is not None and wanted is not None and abs(number - wanted) <= ratio(gap.tolerance)
    )


def _given(response: str | None) -> dict[str, str]:
    return (value_of(response, dict[str, str]) or {}) if response else {}


def _gap(row: Mapping[str, str]) -> Gap:
    lines = [line.strip() for line in row["words"].split("\n") if line.strip()]
    slack = typed(row["tolerance"]) if row["tolerance"] else Fraction(0)
    if slack is None:
        raise FormInvalid(field="gap", reason="number_malformed")
    weight = author.whole_number(row["weight"] or "1", "gap")
    accepted = [accepted_of(line, patterns=row["kind"] == "text") for line in lines]
    given = {
        "id": row["name"], "kind": row["kind"], "accepted": accepted, "case": bool(row["case"]),
        "weight": weight, **({"tolerance": written(slack)} if slack else {}),
    }  # fmt: skip
    try:
        return msgspec.convert(given, Gap)
    except msgspec.ValidationError as error:
        raise FormInvalid(field="gap", reason="gap_line") from error


FAMILY = Cloze()

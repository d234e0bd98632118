"""Essay (soal uraian): graded by people with a rubric. The engine says "pending", never a mark."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid
from question_banks.families import author
from question_banks.families.author import Authored, Values
from question_banks.families.exact import ratio
from question_banks.families.interface import Fields, Mark, Rule, Shown, translate, whole
from question_banks.families.response import cleaned, response_of, value_of
from question_banks.families.rubric import Criterion, Levels, share
from question_banks.families.texts import check_credits

LONGEST = 15_000
MOST_POINTS = 1000
CRITERION = ("text", "levels")


class Body(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The rubric, the most characters that an answer may have, and lines shown at first.

    With two `raters` both rate blind; their mean counts when they differ by no more than
    `tolerance` (a share of the most marks), else a third rater decides.
    """

    rubric: tuple[Criterion, ...]
    longest: int = LONGEST
    lines: int = 12
    raters: Literal[1, 2] = 1
    tolerance: str = "1/4"


class Essay(Authored):
    """A text area; the response is the text."""

    name = "essay"
    native_type = "essay"
    body_type = Body
    title = translate("soal uraian")

    def check(self, content: Content) -> str | None:
        """A malformed body, or a rubric that gives no points."""
        try:
            body = body_of(content)
        except msgspec.ValidationError:
            return "body_malformed"
        if content.options or not 1 <= body.longest <= LONGEST or not 1 <= body.lines <= 60:  # noqa: PLR2004 - lines of a page
            return "body_malformed"
        if check_credits([body.tolerance, "1"]):
            return "credit_range"
        levels = [level for criterion in body.rubric for level in criterion.levels]
        if any(not 0 <= level.points <= MOST_POINTS for level in levels):
            return "credit_range"
        full = all(criterion.text.strip() and criterion.levels for criterion in body.rubric)
        return None if full and any(level.points for level in levels) else "rubric_missing"

    def decode(self, content: Content, fields: Fields, order: Sequence[str]) -> str | None:
        """The text; raises ChoiceInvalid when it is too long (it is never cut)."""
        del order
        text = cleaned(fields.one())
        longest = body_of(content).longest
        if len(text) > longest:
            raise ChoiceInvalid(most=longest)
        return response_of(text) if text else None

    def shown(self, content: Content, order: Sequence[str], response: str | None) -> Shown:
        """The text so far, and its limits."""
        body = body_of(content)
        text = self.told(content, order, response)
        return {"text": text, "longest": body.longest, "lines": body.lines}

    def marks(self, content: Content, response: str | None, rule: Rule) -> Mark:
        """Pending; a blank has the rule's `blank`."""
        del content
        given = value_of(response, str) if response else None
        return None if given else rule.blank

    def most(self, content: Content, rule: Rule) -> int:
        """The rule's marks for a right answer."""
        del content
        return rule.right

    def criteria(self, content: Content, response: str | None) -> tuple[Criterion, ...]:
        """The rubric, for a response that is not blank."""
        return body_of(content).rubric if response and value_of(response, str) else ()

    def rated(self, content: Content, response: str, rule: Rule, levels: Levels) -> Mark:
        """The rubric's share between the rule's marks for wrong and right."""
        earned = share(self.criteria(content, response), levels)
        return whole(rule.wrong + (rule.right - rule.wrong) * earned)

    def tolerance(self, content: Content) -> Fraction | None:
        """The body's, where it asks for two raters."""
        body = body_of(content)
        return ratio(body.tolerance) if body.raters > 1 else None

    def key(self, content: Content) -> tuple[str, ...]:
        """The rubric."""
        return tuple(_line(criterion) for criterion in body_of(content).rubric)

    def told(self, content: Content, order: Sequence[str], response: str | None) -> str:
        """The text."""
        del content, order
        return (value_of(response, str) or "") if response else ""

    def chosen(self, content: Content, response: str | None) -> tuple[str, ...]:
        """None: texts of people are no categories."""
        del content, response
        return ()

    def form(self, content: Content) -> Shown:
        """A row for each criterion, its levels as lines `2 = words`; limits of the answer."""
        body = body_of(content) if content.body else Body(rubric=())
        return {
            "criterion": [
                {
                    "text": criterion.text,
                    "levels": "\n".join(f"{own.points} = {own.text}" for own in criterion.levels),
                }
                for criterion in body.rubric
            ],
            "longest": str(body.longest),
            "shown_lines": str(body.lines),
            "raters": str(body.raters),
            "tolerance": body.tolerance,
        }

    def from_form(self, content: Content, values: Values) -> Content:
        """Rows `criterion.text`, `.levels`, and the limits; raises FormInvalid."""
        found = [row for row in author.rows(values, "criterion", CRITERION) if any(
            row[name] for name in CRITERION)]  # fmt: skip
        body: dict[str, object] = {"rubric": [_criterion(row) for row in found]}
        for field, name in (("longest", "longest"), ("shown_lines", "lines")):
            if text := author.one(values, field):
                body[name] = author.whole_number(text, field)
        if author.one(values, "raters") == "2":
            body["raters"] = 2
        if (tolerance := author.one(values, "tolerance")) not in {"", "1/4"}:
            body["tolerance"] = tolerance
        return msgspec.structs.replace(content, v=2, options=(), body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


def _line(criterion: Criterion) -> str:
    levels = [f"{level.points} = {level.text}" for level in criterion.levels]
    return " | ".join([criterion.text, *levels])


def _criterion(row: Mapping[str, str]) -> dict[str, object]:
    levels = []
    for line in row["levels"].split("\n"):
        points, _, words = line.partition("=")
        if line.strip():
            number = author.whole_number(points, "criterion")
            levels.append({"text": words.strip(), "points": number})
    return {"text": row["text"], "levels": levels}


FAMILY = Essay()

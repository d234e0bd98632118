"""Essay (soal uraian): graded by people with a rubric. The engine says "pending", never a mark."""

from collections.abc import Mapping, Sequence

import msgspec

from question_banks.content import Content
from question_banks.errors import ChoiceInvalid, FormInvalid
from question_banks.families.interface import Fields, Mark, Rule, Shown, translate
from question_banks.families.response import cleaned, response_of, value_of

LONGEST = 15_000
MOST_POINTS = 1000


class Level(msgspec.Struct, frozen=True):
    """A level of a criterion, and its points."""

    text: str
    points: int


class Criterion(msgspec.Struct, frozen=True):
    """What graders look at."""

    text: str
    levels: tuple[Level, ...]


class Body(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The rubric, the most characters that an answer may have, and lines shown at first."""

    rubric: tuple[Criterion, ...]
    longest: int = LONGEST
    lines: int = 12


class Essay:
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
        """A line for each criterion: `criterion | 0 = level | 2 = level`."""
        body = body_of(content) if content.body else Body(rubric=())
        lines = "\n".join(_line(criterion) for criterion in body.rubric)
        return {"lines": lines, "longest": body.longest}

    def from_form(self, content: Content, values: Mapping[str, Sequence[str]]) -> Content:
        """Lines of criteria; raises FormInvalid."""
        lines = cleaned((values.get("lines") or ("",))[0]).split("\n")
        longest = (values.get("longest") or ("",))[0].strip()
        body: dict[str, object] = {"rubric": [_criterion(line) for line in lines if line.strip()]}
        if longest.isascii() and longest.isdigit():
            body["longest"] = min(int(longest), LONGEST)
        return msgspec.structs.replace(content, v=2, options=(), body=body)


def body_of(content: Content) -> Body:
    """The family's body; raises msgspec.ValidationError."""
    return msgspec.convert(content.body, Body)


def _line(criterion: Criterion) -> str:
    levels = [f"{level.points} = {level.text}" for level in criterion.levels]
    return " | ".join([criterion.text, *levels])


def _criterion(line: str) -> dict[str, object]:
    text, *parts = [part.strip() for part in line.split("|")]
    levels = []
    for part in parts:
        points, _, words = part.partition("=")
        if not points.strip().isascii() or not points.strip().isdigit():
            raise FormInvalid(field="lines", reason="points_malformed")
        levels.append({"text": words.strip(), "points": int(points)})
    return {"text": text, "levels": levels}


FAMILY = Essay()

"""Marks, section scores and the pass rule: pure functions of answers, versions and scheme."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from exam_engine.assembly.paper import Paper
from exam_engine.grading.rating import settled
from exam_engine.schemes.pass_rule import PassRule, Reached, Verdict, decide
from exam_engine.schemes.scheme import Scheme, Section
from question_banks.content import Content
from question_banks.families import FAMILIES
from question_banks.families.interface import Mark, whole
from question_banks.families.rubric import Levels

ENGINE: Final = "ujikom-grade/1"


class SectionScore(msgspec.Struct, frozen=True, kw_only=True):
    """A section's score, the most it could be, and whether it reached the cut score."""

    code: str
    score: int | Fraction
    most: int
    cut_score: int
    passed: bool


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Marks by position, scores by section, total and outcome.

    A mark of None is pending: people have to grade it. It adds nothing to a score yet, and as
    long as there is one, nobody has passed or failed.
    """

    marks: tuple[Mark, ...]
    sections: tuple[SectionScore, ...]
    total: int | Fraction
    most: int
    passed: bool

    @property
    def pending(self) -> tuple[int, ...]:
        """Positions whose marks are pending."""
        return tuple(n for n, mark in enumerate(self.marks, start=1) if mark is None)

    @property
    def outcome(self) -> str:
        """`pending`, `passed` or `failed`."""
        return "pending" if self.pending else ("passed" if self.passed else "failed")

    @property
    def marks_stated(self) -> list[int | str | None]:
        """The marks as JSON: whole ones as numbers, others as exact texts such as "2/3"."""
        return [str(mark) if isinstance(mark, Fraction) else mark for mark in self.marks]


def score(
    paper: Paper,
    responses: Mapping[int, str | None],
    contents: Mapping[str, Content],
    scheme: Scheme,
    ratings: Mapping[int, Sequence[Levels]] | None = None,
) -> Score:
    """Score a paper. `responses` by position (missing: blank), `contents` by version (hex).

    `ratings` by position, in their order, settle what the engine leaves pending.

    Passed by the scheme's pass rule; without one, when every section reaches its cut score and the
    total the total cut score. `total` is in points whatever the rule weighs.
    """
    by_code = {section.code: section for section in scheme.sections}
    marks = tuple(
        _marks(
            contents[item.version],
            responses.get(position),
            by_code[item.section],
            (ratings or {}).get(position, ()),
        )
        for position, item in enumerate(paper.items, start=1)
    )
    sections = tuple(_section(section, paper, marks, contents) for section in scheme.sections)
    total = whole(sum((Fraction(section.score) for section in sections), Fraction(0)))
    return Score(
        marks=marks,
        sections=sections,
        total=total,
        most=sum(section.most for section in sections),
        passed=None not in marks and _verdict(sections, scheme).passed is True,
    )


def _verdict(sections: tuple[SectionScore, ...], scheme: Scheme) -> Verdict:
    return decide(
        [Reached(s.code, s.score, s.most, s.cut_score) for s in sections],
        scheme.pass_rule or PassRule(),
        total_cut_score=scheme.total_cut_score,
    )


def _marks(
    content: Content, response: str | None, section: Section, ratings: Sequence[Levels]
) -> Mark:
    marks = FAMILIES[content.family].marks(content, response, section.rule)
    if marks is None and response is not None and ratings:
        return settled(content, response, section.rule, ratings)
    return marks


def _section(
    section: Section, paper: Paper, marks: tuple[Mark, ...], contents: Mapping[str, Content]
) -> SectionScore:
    own = [i for i, item in enumerate(paper.items) if item.section == section.code]
    most = (contents[paper.items[i].version] for i in own)
    reached = whole(sum((Fraction(marks[i] or 0) for i in own), Fraction(0)))
    return SectionScore(
        code=section.code,
        score=reached,
        most=sum(FAMILIES[content.family].most(content, section.rule) for content in most),
        cut_score=section.cut_score,
        passed=reached >= section.cut_score and all(marks[i] is not None for i in own),
    )

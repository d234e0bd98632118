"""Marks, section scores and the pass rule: pure functions of answers, versions and scheme."""

from collections.abc import Mapping
from typing import Final

import msgspec

from exam_engine.assembly.paper import Paper
from exam_engine.schemes.scheme import Scheme, Section
from question_banks.content import Content
from question_banks.families import FAMILIES

ENGINE: Final = "ujikom-grade/1"


class SectionScore(msgspec.Struct, frozen=True, kw_only=True):
    """A section's score, the most it could be, and whether it reached the cut score."""

    code: str
    score: int
    most: int
    cut_score: int
    passed: bool


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Marks by position, scores by section, total and outcome."""

    marks: tuple[int, ...]
    sections: tuple[SectionScore, ...]
    total: int
    most: int
    passed: bool


def score(
    paper: Paper,
    responses: Mapping[int, str | None],
    contents: Mapping[str, Content],
    scheme: Scheme,
) -> Score:
    """Score a paper. `responses` by position (missing: blank), `contents` by version (hex).

    Passed when every section reaches its cut score and the total reaches the total cut score.
    """
    by_code = {section.code: section for section in scheme.sections}
    marks = tuple(
        _marks(contents[item.version], responses.get(position), by_code[item.section])
        for position, item in enumerate(paper.items, start=1)
    )
    sections = tuple(_section(section, paper, marks, contents) for section in scheme.sections)
    total = sum(section.score for section in sections)
    return Score(
        marks=marks,
        sections=sections,
        total=total,
        most=sum(section.most for section in sections),
        passed=all(s.passed for s in sections) and total >= scheme.total_cut_score,
    )


def _marks(content: Content, response: str | None, section: Section) -> int:
    return FAMILIES[content.family].marks(content, response, section.rule)


def _section(
    section: Section, paper: Paper, marks: tuple[int, ...], contents: Mapping[str, Content]
) -> SectionScore:
    own = [i for i, item in enumerate(paper.items) if item.section == section.code]
    most = (contents[paper.items[i].version] for i in own)
    reached = sum(marks[i] for i in own)
    return SectionScore(
        code=section.code,
        score=reached,
        most=sum(FAMILIES[content.family].most(content, section.rule) for content in most),
        cut_score=section.cut_score,
        passed=reached >= section.cut_score,
    )

"""What stands out in an item's figures. Thresholds are settings of the bank; these are the usual.

Defaults: Indonesian practice calls P below 0.30 hard and D below 0.20 poor, a distractor works
when 5 % choose it; P above 0.90 and alpha below 0.70 after Ebel and Frisbie 1991.
"""

from enum import StrEnum

import msgspec

from question_banks.content import Content
from question_banks.statistics.figures import ItemFigures, OptionFigures


class Flag(StrEnum):
    """Why an item deserves a look."""

    FEW_DATA = "few_data"
    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    NEGATIVE = "negative"
    WEAK = "weak"
    DEAD_DISTRACTOR = "dead_distractor"
    KEY_RIVAL = "key_rival"


class Thresholds(msgspec.Struct, frozen=True, kw_only=True):
    """Where a figure begins to be a finding. Shares and correlations in per mille."""

    papers: int = 30
    p_low: int = 300
    p_high: int = 900
    discrimination: int = 200
    distractor: int = 50
    alpha: int = 700


def item_flags(figures: ItemFigures, content: Content, limits: Thresholds) -> tuple[Flag, ...]:
    """Flags of an item, gravest first; with too few papers nothing else is said."""
    if figures.n < limits.papers:
        return (Flag.FEW_DATA,)
    r = figures.correlation or 0.0
    wrong = {o.id for o in content.options} - _best(content)
    found = {
        Flag.NEGATIVE: r < 0,
        Flag.KEY_RIVAL: any(_rivals(o, r) for o in figures.options if o.option in wrong),
        Flag.WEAK: 0 <= r < limits.discrimination / 1000,
        Flag.TOO_HARD: figures.p < limits.p_low / 1000,
        Flag.TOO_EASY: figures.p > limits.p_high / 1000,
        Flag.DEAD_DISTRACTOR: _dead(figures, wrong, limits),
    }
    return tuple(flag for flag, stands in found.items() if stands)


def _best(content: Content) -> set[str]:
    most = max((option.points for option in content.options), default=0)
    return {option.id for option in content.options if option.points == most}


def _rivals(option: OptionFigures, r: float) -> bool:
    """A wrong answer that good candidates choose: it correlates above zero and above the key."""
    return option.correlation is not None and option.correlation > max(0.0, r)


def _dead(figures: ItemFigures, wrong: set[str], limits: Thresholds) -> bool:
    shares = {o.option: o.share for o in figures.options}
    return any(shares.get(option, 0.0) < limits.distractor / 1000 for option in wrong)

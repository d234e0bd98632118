"""Item families: how an item is checked, answered and marked. Adding one touches one folder."""

from question_banks.families.interface import Family
from question_banks.families.single_choice import SingleChoice
from question_banks.families.weighted_choice import WeightedChoice

FAMILIES: dict[str, Family] = {family.name: family for family in (SingleChoice(), WeightedChoice())}

__all__ = ["FAMILIES", "Family"]

"""Everything that one look at a response matrix gives, as values that are stored and shown."""

import msgspec

from question_banks.statistics import rasch
from question_banks.statistics.classical import item_figures
from question_banks.statistics.figures import ItemFigures
from question_banks.statistics.matrix import Matrix, Paper, build
from question_banks.statistics.rasch import Difficulty
from question_banks.statistics.reliability import TestFigures, test_figures


class ItemAnalysis(msgspec.Struct, frozen=True, kw_only=True):
    """An item version's classical figures, and its Rasch difficulty where the data are enough."""

    figures: ItemFigures
    difficulty: Difficulty | None = None


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of the test and of each item version; `data` is the hash of the matrix, in hex."""

    data: str
    test: TestFigures
    ability_sd: float | None
    items: tuple[ItemAnalysis, ...]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of an analysis for the bank as a whole."""

    test: TestFigures
    ability_sd: float | None


def analyse(papers: list[Paper], *, rasch_papers: int = rasch.FEWEST_PAPERS) -> Analysis | None:
    """Analyse papers, None without any; calibrates from `rasch_papers` papers up.

    Pure and heavy: meant for a worker process.
    """
    matrix = build(papers)
    if not matrix.persons:
        return None
    calibration = rasch.calibrate(matrix) if _enough(matrix, rasch_papers) else None
    difficulties = calibration.items if calibration else (None,) * matrix.items
    return Analysis(
        data=matrix.digest.hex(),
        test=test_figures(matrix),
        ability_sd=calibration.ability_sd if calibration else None,
        items=tuple(
            ItemAnalysis(figures=own, difficulty=difficulty)
            for own, difficulty in zip(item_figures(matrix), difficulties, strict=True)
        ),
    )


def _enough(matrix: Matrix, papers: int) -> bool:
    return matrix.persons >= papers and matrix.items > 1


def item_bytes(analysis: ItemAnalysis) -> bytes:
    """What an annotation holds."""
    return msgspec.json.encode(analysis, order="sorted")


def item_from(body: bytes) -> ItemAnalysis:
    """Inverse of `item_bytes`."""
    return msgspec.json.decode(body, type=ItemAnalysis)


def summary_bytes(analysis: Analysis) -> bytes:
    """What the bank's row holds."""
    kept = Summary(test=analysis.test, ability_sd=analysis.ability_sd)
    return msgspec.json.encode(kept, order="sorted")


def summary_from(body: bytes) -> Summary:
    """Inverse of `summary_bytes`."""
    return msgspec.json.decode(body, type=Summary)

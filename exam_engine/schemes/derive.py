"""Blueprint rows from a position's standards: every competency in its required level."""

from collections.abc import Sequence

from competencies.dictionary import Standard
from exam_engine.schemes.scheme import Row


def rows(standards: Sequence[Standard], items: int) -> tuple[Row, ...]:
    """Share items evenly over the competencies, the first ones in order of code get what is left.

    Competencies beyond the number of items get no row.
    """
    ordered = sorted(standards, key=lambda standard: standard.code)
    if not ordered:
        return ()
    each, rest = divmod(items, len(ordered))
    return tuple(
        Row(competency=standard.code, count=each + (place < rest), levels=(standard.level,))
        for place, standard in enumerate(ordered)
        if each + (place < rest)
    )

"""Keeping the dictionary."""

from competencies import store
from competencies.store import Competency
from kernel.database import Tx, emits_nothing


@emits_nothing("names of competencies; a sealed blueprint carries the codes it uses")
def keep(tx: Tx, *, competencies: tuple[Competency, ...]) -> None:
    """Add the competencies, or correct the names of those that are there."""
    for competency in competencies:
        store.upsert(tx, competency)

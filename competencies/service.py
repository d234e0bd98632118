"""Keeping the dictionary and what positions require."""

import msgspec

from audit.log import record
from competencies import store
from competencies.dictionary import Entry, Standard
from competencies.errors import CompetencyForeign, CompetencyUnknown
from competencies.events import DictionaryChanged, StandardsKept
from competencies.store import Competency
from kernel import ids
from kernel.canonical import encode, sha256
from kernel.database import Tx, emits, emits_nothing
from people.roles import Principal, Role


@emits_nothing("names of competencies; a sealed blueprint carries the codes it uses")
def keep(tx: Tx, *, competencies: tuple[Competency, ...]) -> None:
    """Add the competencies, or correct the names of those that are there."""
    for competency in competencies:
        store.upsert(tx, competency)


@emits("competency.dictionary_changed")
def keep_entries(tx: Tx, *, entries: tuple[Entry, ...], by: Principal) -> int:
    """Keep entries whole in the agency's name; gives how many.

    Raises CompetencyForeign for one that another agency keeps: then nothing is changed.
    """
    by.require(Role.AGENCY_ADMIN)
    for entry in entries:
        keeper = store.keeper(tx, entry.code)
        if keeper is not None and keeper != by.agency_id:
            raise CompetencyForeign(competency=entry.code)
        store.put_entry(tx, entry, by.agency_id)
    digest = sha256(encode(msgspec.to_builtins(entries))).hex()
    event = DictionaryChanged(competencies=len(entries), digest=digest, by=_account(by))
    record(tx, event)
    return len(entries)


@emits("position.standards_kept")
def keep_standards(tx: Tx, *, standards: tuple[Standard, ...], by: Principal) -> int:
    """Set what the agency's positions require; raises CompetencyUnknown naming the code."""
    by.require(Role.AGENCY_ADMIN)
    known = store.dictionary(tx)
    for standard in standards:
        if standard.code not in known:
            raise CompetencyUnknown(competency=standard.code)
        store.put_standard(tx, by.agency_id, standard)
    event = StandardsKept(
        rows=len(standards),
        digest=sha256(encode(msgspec.to_builtins(standards))).hex(),
        agency=ids.text(by.agency_id),
        by=_account(by),
    )
    record(tx, event)
    return len(standards)


def _account(by: Principal) -> str:
    assert by.account_id is not None  # noqa: S101 - roles belong to accounts
    return ids.text(by.account_id)

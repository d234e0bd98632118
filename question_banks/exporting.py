"""A bank's items and what they refer to, taken out for a file."""

from kernel.database import Tx
from people.roles import Principal, Role
from question_banks import store
from question_banks.catalogue import store as catalogue
from question_banks.formats.export import Entry, Supply
from question_banks.media import store as media
from question_banks.media.service import named_in, shown_by
from question_banks.states import ItemState


def taken_out(
    tx: Tx, *, bank_id: bytes, by: Principal, state: ItemState | None = None
) -> tuple[list[Entry], Supply]:
    """Newest versions of a bank's items (all, or in one state) with keys; raises RoleMissing."""
    by.require(Role.ITEM_WRITER)
    apart, tags = catalogue.enemies_of_bank(tx, bank_id), catalogue.tags_by_item(tx, bank_id)
    entries = [
        Entry(
            own.external_id,
            own.content,
            tuple(apart.get(own.external_id, ())),
            tuple(tags.get(own.external_id, ())),
        )
        for own in store.items(tx, bank_id, state)
    ]
    stimuli = {own.digest.hex(): own for own in catalogue.stimuli(tx, bank_id)}
    nothing: frozenset[bytes] = frozenset()
    shown = nothing.union(*(shown_by(entry.content) for entry in entries))
    shown = shown.union(*(named_in(own.html) for own in stimuli.values()))
    pictures = {own.address: own for own in (media.one(tx, digest) for digest in sorted(shown))}
    return entries, Supply(media=pictures, stimuli=stimuli)

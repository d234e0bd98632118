"""The part of `fsck` that looks into leaves: form, chains, openings."""

from collections.abc import Callable

from audit import commitment, leaf, merkle, store
from audit.differences import Differences
from audit.errors import CommitmentWrong, LeafMalformed
from audit.leaf import Chain, Leaf
from audit.log import NO_SUBJECT, installation_sealer, unseal
from kernel.database import Tx
from kernel.errors import UjikomError
from kernel.sealed import Sealer


class Deeds:
    """Feed it every leaf in order, then `finish`."""

    def __init__(
        self, tx: Tx, sealer_for: Callable[[bytes], Sealer | None] | None, found: Differences
    ) -> None:
        self._tx = tx
        self._sealer_for = sealer_for or self._installation_only
        self._found = found
        self._ends: dict[bytes, tuple[int, bytes]] = {}
        self.known: set[bytes] = set()  # leaf hashes that the hash column does not show

    def leaf(self, place: str, data: bytes, hashed: bytes) -> None:
        """Check one leaf against its chain and its opening."""
        try:
            decoded = leaf.decode(data)
        except LeafMalformed as error:
            self._found.add("leaf_malformed", place, "leaf version 1", error.data.get("reason"))
            return
        if decoded.chain is not None:
            self._chain(place, decoded.chain, hashed)
        self._opening(place, decoded, hashed)

    def finish(self) -> None:
        """Check the leaves that still wait, and that no row belongs to no leaf."""
        for position, data in enumerate(store.waiting_leaves(self._tx)):
            hashed = merkle.leaf_hash(data)
            self.known.add(hashed)
            self.leaf(f"waiting {position}", data, hashed)
        for handle, k, hashed in store.chain_not_integrated(self._tx):
            if hashed not in self.known:
                self._found.add("chain_surplus", f"chain {handle.hex()}/{k}", None, hashed)
        for hashed in store.openings_of_no_entry(self._tx):
            if hashed not in self.known:
                self._found.add("opening_surplus", f"opening {hashed.hex()}", None, hashed)

    def _chain(self, place: str, chain: Chain, hashed: bytes) -> None:
        k, last = self._ends.get(chain.handle, (0, b""))
        if chain.k != k + 1:
            self._found.add("chain_order", place, k + 1, chain.k)
        elif chain.previous != last:
            self._found.add("chain_previous", place, last, chain.previous)
        self._ends[chain.handle] = (chain.k, hashed)
        stored = store.chain_place(self._tx, chain.handle, chain.k)
        if stored != hashed:
            self._found.add("chain_row", place, hashed, stored)

    def _opening(self, place: str, decoded: Leaf, hashed: bytes) -> None:
        found = store.opening(self._tx, hashed)
        sealer = self._sealer_for(found[0]) if found else None
        if found is None or sealer is None:
            return
        try:
            opened = unseal(found[1], hashed, sealer)
        except (UjikomError, AttributeError, KeyError, TypeError, ValueError) as error:
            reason = error.code if isinstance(error, UjikomError) else "form"
            self._found.add("opening_broken", place, "a sealed opening", reason)
            return
        if opened.keys() != decoded.commitments.keys():
            expected, names = sorted(decoded.commitments), sorted(opened)
            self._found.add("opening_fields", place, expected, names)
            return
        for name, (salt, value) in opened.items():
            committed = decoded.commitments[name]
            try:
                commitment.verify(committed, salt, decoded.type, name, value)
            except CommitmentWrong:
                self._found.add("opening_value", f"{place} {name}", committed, None)

    def _installation_only(self, subject: bytes) -> Sealer | None:
        return installation_sealer(self._tx) if subject == NO_SUBJECT else None

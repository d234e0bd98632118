"""The part of `fsck` that looks at what others said of our checkpoints: witnesses, authorities.

A row of theirs belongs to one published checkpoint, says something of exactly that checkpoint, and
is signed by whom it names. A witness that is not among those given, such as one that left the
policy, is checked for form and place alone; an authority's signature is left to those who trust it.
"""

from collections.abc import Mapping

from audit import cosignature, note, store, timestamping
from audit.differences import Differences
from audit.errors import StampRefused
from audit.note import VerifierKey
from kernel.database import Tx
from kernel.errors import UjikomError


def check_outsiders(tx: Tx, witnesses: Mapping[str, VerifierKey], found: Differences) -> None:
    """Add a difference for every cosignature and time-stamp that does not fit its checkpoint.

    `witnesses` are the policy's keys by the names that the policy gives them.
    """
    notes = {row.size: row.note for row in store.checkpoints(tx)}
    for size, witness, line in store.all_cosignatures(tx):
        place = f"cosignature {size} {witness}"
        if size not in notes:
            found.add("cosignature_surplus", place, None, size)
        elif reason := _line_fault(notes[size], line, witnesses.get(witness)):
            found.add("cosignature_wrong", place, "a line over this checkpoint", reason)
    for stamp in store.stamps(tx):
        place = f"time-stamp {stamp.size}"
        if stamp.size not in notes:
            found.add("stamp_surplus", place, None, stamp.size)
        elif stamp.note != notes[stamp.size]:
            found.add("stamp_note", place, "the checkpoint's own text", "another text")
        else:
            _check_reply(place, stamp, found)


def _line_fault(text: str, line: str, key: VerifierKey | None) -> str | None:
    """Why a cosignature line does not fit, None when nothing is known against it."""
    try:
        note.parse_line(line)
        if key is not None:
            cosignature.verify(note.parse(f"{text}{line}\n"), key)
    except UjikomError as error:
        return error.code
    return None


def _check_reply(place: str, stamp: store.StoredStamp, found: Differences) -> None:
    try:
        timestamping.check_imprint(stamp.reply, stamp.note)
    except StampRefused as error:
        found.add("stamp_reply", place, "a granted stamp of this text", error.data.get("reason"))

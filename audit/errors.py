"""What can be wrong with a log, its bytes and its proofs.

Part of the outsider's verifier: standard library only, like `kernel.errors` below it.
"""

from kernel.errors import Conflict, Integrity, Invalid, NotFound, Unavailable


class ProofOutOfRange(Invalid):
    """A proof was asked for a place that the tree does not have."""

    code = "proof_out_of_range"


class InclusionWrong(Integrity):
    """The audit path does not lead from the leaf to the root; `reason` says how."""

    code = "inclusion_wrong"


class ConsistencyWrong(Integrity):
    """The older tree is not a prefix of the newer; `reason` says how."""

    code = "consistency_wrong"


class NoteMalformed(Invalid):
    """The text is no signed note."""

    code = "note_malformed"


class KeyMalformed(Invalid):
    """The text is no verifier key."""

    code = "key_malformed"


class SignatureMissing(Integrity):
    """The note has no signature by the expected key."""

    code = "signature_missing"


class SignatureWrong(Integrity):
    """A signature by the expected key does not fit the note's text."""

    code = "signature_wrong"


class CheckpointMalformed(Invalid):
    """The note's text is no checkpoint."""

    code = "checkpoint_malformed"


class OriginWrong(Integrity):
    """The checkpoint is another log's."""

    code = "origin_wrong"


class TilePathInvalid(Invalid):
    """The path names no tile and no entry bundle."""

    code = "tile_path_invalid"


class TileMalformed(Invalid):
    """The bytes are no tile or no entry bundle of the expected width."""

    code = "tile_malformed"


class TileUnknown(NotFound):
    """The tile lies beyond what is published."""

    code = "tile_unknown"


class ProofMalformed(Invalid):
    """The text is no tlog-proof."""

    code = "proof_malformed"


class LeafMalformed(Invalid):
    """The bytes are no leaf of this log; `reason` says why."""

    code = "leaf_malformed"


class JsonNotCanonical(Invalid):
    """The value or bytes have no place in canonical JSON without floats."""

    code = "json_not_canonical"


class CommitmentWrong(Integrity):
    """The opening does not open the commitment."""

    code = "commitment_wrong"


class OpeningMissing(NotFound):
    """The leaf has no opening, or it has been erased."""

    code = "opening_missing"


class EventTypeTaken(Conflict):
    """Two event classes claim one type."""

    code = "event_type_taken"


class EventMisdefined(Invalid):
    """An event class or value cannot become a leaf; `reason` says why."""

    code = "event_misdefined"


class ChainBroken(Integrity):
    """A leaf that the chain names is neither in the log nor waiting."""

    code = "chain_broken"


class LogCorrupt(Integrity):
    """Stored entries or nodes contradict each other; nothing more is signed."""

    code = "log_corrupt"


class LogForked(Integrity):
    """The database holds another tree than the one already signed."""

    code = "log_forked"


class LogBehind(Integrity):
    """The database holds fewer entries than were already signed: an old backup."""

    code = "log_behind"


class LockMissing(Unavailable):
    """The database has checkpoints but the lock file is gone; adopt one or restore the file."""

    code = "lock_missing"


class LogClosed(Unavailable):
    """This origin's log was closed; the next one needs an origin of its own."""

    code = "log_closed"


class OriginTaken(Conflict):
    """A log of this installation has or had this origin: one origin, one history."""

    code = "origin_taken"


class LockChanged(Integrity):
    """The lock file is not what this sequencer wrote last."""

    code = "lock_changed"


class SequencerElsewhere(Unavailable):
    """Another process sequences this log."""

    code = "sequencer_elsewhere"


class ExportForked(Integrity):
    """The folder holds an export of another or a rewritten log."""

    code = "export_forked"


class SourceUnreadable(Unavailable):
    """A file of the log under examination could not be read."""

    code = "source_unreadable"


class PolicyMalformed(Invalid):
    """The text is no witness policy; `line` and `reason` say where and why."""

    code = "policy_malformed"


class QuorumMissing(Unavailable):
    """No checkpoint that covers the deed has the cosignatures that the policy asks for."""

    code = "quorum_missing"


class OverrideUnexplained(Invalid):
    """A rule is to be overridden without a reason, or by nobody."""

    code = "override_unexplained"


class WitnessUnreachable(Unavailable):
    """The witness did not answer, or not in the form of the protocol."""

    code = "witness_unreachable"


class WitnessRefused(Unavailable):
    """The witness answered that it will not cosign; `status` says why."""

    code = "witness_refused"


class WitnessAhead(Integrity):
    """The witness has seen a larger or another tree of this log: our history was rewritten."""

    code = "witness_ahead"


class ReplayCollides(Integrity):
    """Since the restore a handle's chain went on where a published leaf stands already."""

    code = "replay_collides"


class StampRefused(Unavailable):
    """The time-stamping authority did not answer, or with something else than our stamp."""

    code = "stamp_refused"

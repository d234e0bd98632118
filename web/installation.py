"""What the composition root hands to every controller."""

import msgspec

from audit.policy import SELF_SIGNED, Policy
from audit.sequencer import Sequencer
from audit.witness_client import Cosigner
from certificates.signing.signer import Signer
from kernel.blobs import Blobs
from kernel.database import Database
from kernel.settings import Settings


class Installation(msgspec.Struct, frozen=True):
    """One running installation. `sequencer` is None on a node that does not sequence.

    `signer` is None before a PKI is made; `roots` are the DER certificates it leads to.
    """

    settings: Settings
    database: Database
    blobs: Blobs
    sequencer: Sequencer | None
    public_url: str
    log_origin: str
    log_vkey: str
    demo: bool
    policy: Policy = SELF_SIGNED
    cosigner: Cosigner | None = None
    signer: Signer | None = None
    roots: tuple[bytes, ...] = ()

"""What the composition root hands to every controller."""

import msgspec

from audit.closing import ClosedLog
from audit.policy import SELF_SIGNED, Policy
from audit.sequencer import Sequencer
from audit.witness_client import Cosigner
from certificates.signing import choice
from certificates.signing.choice import Trust
from certificates.signing.service import ServiceSigner
from certificates.signing.signer import Signer
from kernel.blobs import Blobs
from kernel.database import Database
from kernel.settings import Settings


class Installation(msgspec.Struct, frozen=True):
    """One running installation. `sequencer` is None on a node that does not sequence.

    `signer` is None before a PKI is made.
    """

    settings: Settings
    database: Database
    blobs: Blobs
    sequencer: Sequencer | None
    public_url: str
    log_origin: str
    log_vkey: str
    """The log's verifier key; `former_vkeys` are those it had, under this origin or others."""
    demo: bool
    policy: Policy = SELF_SIGNED
    cosigner: Cosigner | None = None
    former_vkeys: tuple[str, ...] = ()
    closed: tuple[ClosedLog, ...] = ()
    signer: Signer | ServiceSigner | None = None

    @property
    def log_vkeys(self) -> tuple[str, ...]:
        """Every key that ever signed this installation's log, the present one first."""
        return (self.log_vkey, *self.former_vkeys)

    def pdf_trust(self) -> Trust:
        """Whom it trusts for PDFs, read anew: a revocation counts at once."""
        return choice.trust(self.settings)

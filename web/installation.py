"""What the composition root hands to every controller."""

import msgspec

from audit.sequencer import Sequencer
from kernel.blobs import Blobs
from kernel.database import Database
from kernel.settings import Settings


class Installation(msgspec.Struct, frozen=True):
    """One running installation. `sequencer` is None on a node that does not sequence."""

    settings: Settings
    database: Database
    blobs: Blobs
    sequencer: Sequencer | None
    public_url: str
    log_origin: str
    log_vkey: str
    demo: bool

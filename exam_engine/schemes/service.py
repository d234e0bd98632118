"""Publishing scheme versions."""

from audit.log import record
from exam_engine.events import SchemePublished
from exam_engine.schemes import scheme as schemes
from exam_engine.schemes import store
from exam_engine.schemes.scheme import Scheme
from kernel.database import Tx, emits


@emits("scheme.published")
def publish_scheme(tx: Tx, *, scheme: Scheme) -> bytes:
    """Keep a scheme version for ever and log it; gives its digest. Again: no effect.

    Raises SchemeInvalid.
    """
    schemes.check(scheme)
    body = schemes.to_bytes(scheme)
    digest = schemes.digest(body)
    if not store.exists(tx, digest):
        store.insert(tx, digest, scheme, body)
        record(tx, SchemePublished(code=scheme.code, version=scheme.version, digest=digest.hex()))
    return digest

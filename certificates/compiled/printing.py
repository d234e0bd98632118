"""Prints and signs certificates in bulk; whatever the compiled page cannot do, the plain path does.

Templates live as long as the process, for one signer at a time: worker processes keep theirs.
"""

from collections import OrderedDict
from datetime import datetime
from typing import Final

from certificates.compiled.cms import CmsWriter
from certificates.compiled.errors import NotReproducible
from certificates.compiled.fields import Facts, Kind, kind_of
from certificates.compiled.template import Signing, Template
from certificates.signing.signer import Signer

_KEPT: Final = 32  # compiled pages of about a megabyte each
_templates: OrderedDict[Kind, Template | None] = OrderedDict()
_writers: dict[tuple[bytes, ...], CmsWriter] = {}


def signed_quickly(
    facts: Facts,
    *,
    credential: bytes,
    proof_bundle: bytes,
    signer: Signer,
    at: datetime,
    reason: str,
) -> bytes | None:
    """The signed PDF by a compiled page, or None when only the plain path can make it.

    Raises SignerExpired, what the signer raises and what printing raises.
    """
    template = _template(facts)
    if template is None:
        return None
    writer = _writer(signer)
    writer.check_period(at)
    try:
        return template.fill(
            facts,
            credential=credential,
            proof_bundle=proof_bundle,
            signing=Signing(writer, at, reason),
        )
    except NotReproducible:
        return None


def _template(facts: Facts) -> Template | None:
    """The compiled page of the certificate's kind; None for a kind that cannot be compiled."""
    kind = kind_of(facts)
    if kind not in _templates:
        try:
            _templates[kind] = Template(facts)
        except NotReproducible:
            _templates[kind] = None
        while len(_templates) > _KEPT:
            _templates.popitem(last=False)
    _templates.move_to_end(kind)
    return _templates[kind]


def _writer(signer: Signer) -> CmsWriter:
    """The writer for the signer's chain, so that the key is opened once in a process."""
    if signer.chain not in _writers:
        _writers.clear()
        _writers[signer.chain] = CmsWriter(signer)
    return _writers[signer.chain]

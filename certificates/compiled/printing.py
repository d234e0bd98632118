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
from certificates.pdf import FIELD
from certificates.signing.signer import Signer
from documents.signature_field import SignatureField

_KEPT: Final = 32  # compiled pages of about a megabyte each
_Key = tuple[Kind, tuple[SignatureField, ...], bool]
_templates: OrderedDict[_Key, Template | None] = OrderedDict()
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
    """The PDF signed at B-B by a compiled page, or None when only the plain path can make it.

    Raises SignerExpired, what the signer raises and what printing raises.
    """
    template = _template(facts, (FIELD,), sealed=True)
    if template is None:
        return None
    writer = _writer(signer)
    writer.check_period(at)
    return _filled(template, facts, credential, proof_bundle, Signing(writer, at, reason))


def printed_quickly(
    facts: Facts, *, credential: bytes, proof_bundle: bytes, fields: tuple[SignatureField, ...]
) -> bytes | None:
    """The PDF with empty `fields` by a compiled page, or None where only the plain path can."""
    template = _template(facts, fields, sealed=False)
    if template is None:
        return None
    return _filled(template, facts, credential, proof_bundle, None)


def _filled(
    template: Template,
    facts: Facts,
    credential: bytes,
    proof_bundle: bytes,
    signing: Signing | None,
) -> bytes | None:
    try:
        return template.fill(
            facts, credential=credential, proof_bundle=proof_bundle, signing=signing
        )
    except NotReproducible:
        return None


def _template(facts: Facts, fields: tuple[SignatureField, ...], *, sealed: bool) -> Template | None:
    """The compiled page of the certificate's kind; None for a kind that cannot be compiled."""
    key = (kind_of(facts), fields, sealed)
    if key not in _templates:
        try:
            _templates[key] = Template(facts, fields=fields, sealed=sealed)
        except NotReproducible:
            _templates[key] = None
        while len(_templates) > _KEPT:
            _templates.popitem(last=False)
    _templates.move_to_end(key)
    return _templates[key]


def _writer(signer: Signer) -> CmsWriter:
    """The writer for the signer's chain, so that the key is opened once in a process."""
    if signer.chain not in _writers:
        _writers.clear()
        _writers[signer.chain] = CmsWriter(signer)
    return _writers[signer.chain]

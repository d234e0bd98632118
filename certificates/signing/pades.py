"""PAdES B-B (ETSI EN 319 142-1) into the empty field of a printed certificate, by pyHanko.

A certifying signature that allows no change but further signatures, time-stamps and validation
data (DocMDP 2): viewers take validation data after DocMDP 1 for a violation.
"""

import io
from datetime import datetime
from typing import Any, Final

from certificates.signing.errors import SignerExpired
from certificates.signing.signer import Signer

RESERVED: Final = 8192  # hexadecimal digits for the CMS, about twice what a chain of two needs


def sign(pdf: bytes, signer: Signer, *, field: str, at: datetime, reason: str) -> bytes:
    """Sign in a field of the PDF; `at` is what the signature says of its time.

    Raises SignerExpired, and what the signer raises.
    """
    from pyhanko.pdf_utils.incremental_writer import (  # noqa: PLC0415 - slow import
        IncrementalPdfFileWriter,
    )

    own = _own(signer)
    check_period(own, at)
    output = io.BytesIO()
    _session(own, field=field, at=at, reason=reason).sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(pdf)),
        existing_fields_only=True,
        bytes_reserved=RESERVED,
        output=output,
    )
    return output.getvalue()


def check_period(own: Any, at: datetime) -> None:
    """That the signer's certificate is valid at the moment; raises SignerExpired."""
    validity = own.signing_cert["tbs_certificate"]["validity"]
    start, end = validity["not_before"].native, validity["not_after"].native
    if not start <= at <= end:
        raise SignerExpired(valid_from=start.isoformat(), valid_until=end.isoformat())


def _own(signer: Signer) -> Any:
    """Our signer as pyHanko wants one."""
    from asn1crypto import x509  # type: ignore[import-untyped] # noqa: PLC0415 - slow import
    from pyhanko.sign import signers  # noqa: PLC0415 - slow import
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415 - as above

    class Own(signers.Signer):
        async def async_sign_raw(self, data: bytes, *_: Any, **__: Any) -> bytes:
            return signer.sign(data)

    certificates = [x509.Certificate.load(each) for each in signer.chain]
    store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko's gap
    store.register_multiple(certificates)
    return Own(signing_cert=certificates[0], cert_registry=store, embed_roots=False)


def _session(own: Any, *, field: str, at: datetime, reason: str) -> Any:
    """A PdfSigner that takes its time from us."""
    from pyhanko.sign import fields, signers  # noqa: PLC0415 - slow import

    class AtOurTime(signers.PdfSigner):
        def init_signing_session(self, *given: Any, **named: Any) -> Any:
            session = super().init_signing_session(*given, **named)
            session.system_time = at
            return session

    wanted = signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        reason=reason,
    )
    return AtOurTime(wanted, own)

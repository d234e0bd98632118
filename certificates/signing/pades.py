"""PAdES (ETSI EN 319 142-1) into the empty field of a printed certificate, by pyHanko.

A certifying signature that allows no change but further signatures, time-stamps and validation
data (DocMDP 2): viewers take validation data after DocMDP 1 for a violation.
"""

import io
from datetime import datetime
from typing import Any, Final

from certificates.signing.errors import EvidenceMissing, SignerExpired, TimestampRefused
from certificates.signing.evidence import Evidence, Level, timestamper, validation
from certificates.signing.signer import Signer

RESERVED: Final = 8192  # hexadecimal digits for the CMS, about twice what a chain of two needs
RESERVED_STAMPED: Final = 24576  # with an authority's token and its certificates


def sign(
    pdf: bytes,
    signer: Signer,
    *,
    field: str,
    at: datetime,
    reason: str,
    evidence: Evidence | None = None,
    stamp_field: str = "",
) -> bytes:
    """Sign in a field of the PDF; `at` is what the signature says of its time.

    Without `evidence` the level is B-B; B-LTA puts its document time-stamp into `stamp_field`.
    What the file says of itself stays as it was printed.

    Raises SignerExpired, TimestampRefused, EvidenceMissing, and what the signer raises.
    """
    from pyhanko.sign.general import SigningError  # noqa: PLC0415 - slow import
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError  # noqa: PLC0415 - as above
    from pyhanko_certvalidator.errors import ValidationError  # noqa: PLC0415 - slow import

    own = _own(signer)
    check_period(own, at)
    output = io.BytesIO()
    try:
        _session(own, signer, field=field, at=at, reason=reason, evidence=evidence).sign_pdf(
            _writer(io.BytesIO(pdf)),
            existing_fields_only=True,
            bytes_reserved=RESERVED_STAMPED if evidence else RESERVED,
            output=output,
        )
        if evidence and evidence.level is Level.LTA:
            _stamp(output, evidence, signer, at=at, field=stamp_field)
    except TimestampRequestError as error:
        raise TimestampRefused(reason=str(error)) from error
    except (SigningError, ValidationError) as error:
        raise EvidenceMissing(reason=str(error)) from error
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
    store.register_multiple(certificates[1:])  # pyHanko adds the signer's own; once is enough
    return Own(signing_cert=certificates[0], cert_registry=store, embed_roots=False)


def _session(
    own: Any, signer: Signer, *, field: str, at: datetime, reason: str, evidence: Evidence | None
) -> Any:
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
        **(_lasting(evidence, signer, at) if evidence else {}),
    )
    return AtOurTime(wanted, own, timestamper=timestamper(evidence.authority) if evidence else None)


def _lasting(evidence: Evidence, signer: Signer, at: datetime) -> dict[str, Any]:
    """The settings beyond B-B: the validation data is written with the signature."""
    from pyhanko.sign.signers.pdf_signer import (  # noqa: PLC0415 - slow import
        DSSContentSettings,
        SigDSSPlacementPreference,
    )

    stored = evidence.stores_validation_data
    return {
        "validation_context": validation(evidence, signer.chain, at=at) if stored else None,
        "embed_validation_info": stored,
        "dss_settings": DSSContentSettings(
            include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        ),
    }


def _stamp(
    output: io.BytesIO, evidence: Evidence, signer: Signer, *, at: datetime, field: str
) -> None:
    """Add a document time-stamp over everything, with its own validation data before it."""
    from pyhanko.sign.signers.pdf_signer import (  # noqa: PLC0415 - slow import
        PdfTimeStamper,
        TimestampDSSContentSettings,
    )

    PdfTimeStamper(timestamper(evidence.authority), field_name=field).timestamp_pdf(
        _writer(output),
        "sha256",
        validation(evidence, signer.chain, at=at),
        in_place=True,
        dss_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
    )


def _writer(pdf: io.BytesIO) -> Any:
    """A writer of revisions that leaves date, producer and XMP packet alone.

    pyHanko writes its own time and name into them, and rewrites the packet in a form that breaks
    the description of PDF/UA's mark, which PDF/A wants.
    """
    from pyhanko.pdf_utils.incremental_writer import (  # noqa: PLC0415 - slow import
        IncrementalPdfFileWriter,
    )

    class Untouched(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """Leave the metadata as printed."""

    return Untouched(pdf)

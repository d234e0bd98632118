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
STAMP_FIELD: Final = "CapWaktu1"


def sign(
    pdf: bytes,
    signer: Signer,
    *,
    field: str,
    at: datetime,
    reason: str,
    evidence: Evidence | None = None,
) -> bytes:
    """Sign in a field of the PDF; `at` is what the signature says of its time.

    Without `evidence` the level is B-B. Raises SignerExpired, TimestampRefused, EvidenceMissing,
    and what the signer raises.
    """
    from pyhanko.pdf_utils.incremental_writer import (  # noqa: PLC0415 - slow import
        IncrementalPdfFileWriter,
    )
    from pyhanko.sign.general import SigningError  # noqa: PLC0415 - slow import
    from pyhanko.sign.timestamps.common_utils import TimestampRequestError  # noqa: PLC0415 - as above
    from pyhanko_certvalidator.errors import ValidationError  # noqa: PLC0415 - slow import

    own = _own(signer)
    check_period(own, at)
    output = io.BytesIO()
    try:
        _session(own, signer, field=field, at=at, reason=reason, evidence=evidence).sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)),
            existing_fields_only=True,
            bytes_reserved=RESERVED_STAMPED if evidence else RESERVED,
            output=output,
        )
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
    """The settings beyond B-B; the last time-stamp covers the validation data too."""
    from pyhanko.sign.signers.pdf_signer import (  # noqa: PLC0415 - slow import
        DSSContentSettings,
        SigDSSPlacementPreference,
        TimestampDSSContentSettings,
    )

    stored = evidence.stores_validation_data
    return {
        "validation_context": validation(evidence, signer.chain, at=at) if stored else None,
        "embed_validation_info": stored,
        "use_pades_lta": evidence.level is Level.LTA,
        "timestamp_field_name": STAMP_FIELD,
        "dss_settings": DSSContentSettings(
            include_vri=False,
            placement=SigDSSPlacementPreference.TOGETHER_WITH_NEXT_TS
            if evidence.level is Level.LTA
            else SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE,
            next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
        ),
    }

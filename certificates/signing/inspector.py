"""A small program that takes a PDF on its input and gives the facts of its signatures as JSON.

`certificates.signing.check` runs it as a child of its own under limits on memory and time, as the
reader of attachments is: a hostile file cannot harm the server. It imports nothing of ours. Its
arguments are the trusted root certificates of signers, `--`, and those of time-stamping
authorities; each DER in base64.
"""

import base64
import hashlib
import io
import json
import logging
import resource
import sys
from typing import Any, Final

MEMORY_LIMIT: Final = 768 * 1024 * 1024
SECONDS_LIMIT: Final = 20
UNREADABLE: Final = 3
SEPARATOR: Final = "--"
UNSIGNED: Final = ("signature_time_stamp_token",)  # attributes that add proof and cannot hide junk


def main(arguments: list[str]) -> int:
    """Write {"title": …, "signatures": […]}; the order is that of the revisions."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_LIMIT, SECONDS_LIMIT))
    logging.disable()
    cut = arguments.index(SEPARATOR)
    roots, stamping = (
        [base64.b64decode(a) for a in p] for p in (arguments[:cut], arguments[cut + 1 :])
    )
    try:
        facts = _facts(sys.stdin.buffer.read(), roots, stamping)
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes, it has no readable signature
        return UNREADABLE
    sys.stdout.write(json.dumps(facts))
    return 0


def _facts(pdf: bytes, roots: list[bytes], stamping: list[bytes]) -> dict[str, Any]:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - only under the limits

    reader = PdfFileReader(io.BytesIO(pdf))
    return {
        "validation_data": "/DSS" in reader.root,
        "title": str(_inside(reader.trailer, "/Info", "/Title") or ""),
        "signatures": [_signature(each, roots, stamping) for each in reader.embedded_signatures],
    }


def _signature(embedded: Any, roots: list[bytes], stamping: list[bytes]) -> dict[str, Any]:
    stamp = embedded.sig_object_type == "/DocTimeStamp"
    status = _judged(embedded, roots, stamping, stamp=stamp)
    own = embedded.signer_cert
    claimed = embedded.self_reported_timestamp
    return {
        "field": embedded.field_name,
        "stamp": stamp,
        "intact": bool(status.intact and status.valid),
        "trusted": bool(status.trusted),
        "coverage": status.coverage.name.lower(),
        "changes": status.modification_level.name.lower(),
        "padded": _padded(embedded),
        "claimed": claimed.isoformat() if claimed else "",
        "stamped": _stamped(status, stamp=stamp),
        "serial": f"{own.serial_number:x}",
        "issuer": hashlib.sha256(own.issuer.dump()).hexdigest(),
        "signer": own.subject.human_friendly,
        "authority": own.issuer.human_friendly,
        "fingerprint": hashlib.sha256(own.dump()).hexdigest(),
        "attachments_kept": _attachments(embedded.reader, embedded.signed_revision)
        == _attachments(embedded.reader, None),
    }


def _judged(embedded: Any, roots: list[bytes], stamping: list[bytes], *, stamp: bool) -> Any:
    """Validity and trust at the time that the signature itself tells."""
    from pyhanko.sign.validation import (  # noqa: PLC0415 - only under the limits
        validate_pdf_signature,
        validate_pdf_timestamp,
    )

    if stamp:
        return validate_pdf_timestamp(embedded, _trust(stamping, None))
    return validate_pdf_signature(
        embedded,
        signer_validation_context=_trust(roots, embedded.self_reported_timestamp),
        ts_validation_context=_trust(stamping, None),
    )


def _trust(roots: list[bytes], moment: Any) -> Any:
    from asn1crypto.x509 import Certificate  # type: ignore[import-untyped] # noqa: PLC0415 - above
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - only under the limits

    return ValidationContext(
        trust_roots=[Certificate.load(root) for root in roots],
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )


def _stamped(status: Any, *, stamp: bool) -> str:
    """The time that a trusted authority vouches for, of the signature or of the whole document."""
    token = status if stamp else status.timestamp_validity
    if token is None or not (token.intact and token.valid and token.trusted):
        return ""
    return str(token.timestamp.isoformat())


def _padded(embedded: Any) -> bool:
    """Whether the placeholder or the unsigned attributes hold more than a signature needs."""
    from asn1crypto.parser import parse  # type: ignore[import-untyped] # noqa: PLC0415 - above

    content = embedded.pkcs7_content
    _, _, _, header, inside, trailer = parse(content)
    if any(content[len(header) + len(inside) + len(trailer) :]):
        return True
    attributes = embedded.signer_info["unsigned_attrs"]
    return any(each["type"].native not in UNSIGNED for each in attributes)


def _attachments(reader: Any, revision: int | None) -> dict[str, str]:
    """Name and hash of each file of a revision's name tree, None for the newest revision's."""
    root = reader.root if revision is None else reader.get_historical_root(revision)
    names = _inside(root, "/Names", "/EmbeddedFiles", "/Names") or []
    return {
        str(names[place]): hashlib.sha256(names[place + 1]["/EF"]["/F"].data).hexdigest()
        for place in range(0, len(names), 2)
    }


def _inside(start: Any, *keys: str) -> Any:
    """What lies under the keys, one inside the other; None when one is missing."""
    for key in keys:
        if key not in start:
            return None
        start = start[key]
    return start


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

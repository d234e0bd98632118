"""What a certificate costs: `python -m benchmarks.certificates [--quick] [--rounds N]`.

CPU of one process for each certificate, complete with credential and PAdES B-B signature, by the
compiled page and by the plain path, beside the stock recipe (WeasyPrint called anew for each file,
pyHanko's SimpleSigner with RSA-2048) and typst (unsigned, the front page's text only). Rounds of
all sides are interleaved; ratios are of one run. Every credential has the eddsa-jcs-2022 proof;
the sides named rdfc attach the badge with the eddsa-rdfc-2022 proof, as the service does, and make
both. The proof bundle is given: in service it comes from the log.
"""

import argparse
import io
import json
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from certificates.claim import Claim
from certificates.compiled import printing
from certificates.compiled.fields import Facts
from certificates.credential import fingerprint
from certificates.pdf import FIELD, certificate_pdf, page_values
from certificates.signing import pades
from tests.certificates import authority, sample

REASON: Final = "Pengukuran / measurement"
AT: Final = sample.claim().issued_at + timedelta(minutes=1)
Side = Callable[[Claim, bytes, bytes], bytes]
TYPST: Final = """
#set document(title: "Sertifikat {number}", date: datetime(year: 2026, month: 11, day: 22))
#set page(width: 297mm, height: 210mm)
#set text(font: "Noto Sans", lang: "id", size: 9pt)
#align(center)[
= Sertifikat Kompetensi
{number}

#text(size: 32pt)[#("{name}")]

{scheme}
]
"""


def quick(claim: Claim, badge: bytes, proof: bytes) -> bytes:
    """Our compiled page."""
    facts = Facts(claim, sample.CODE, sample.VERIFY_URL, fingerprint(sample.PUBLIC), sample.ZONE)
    made = printing.signed_quickly(
        facts,
        credential=badge,
        proof_bundle=proof,
        signer=authority.make().signer,
        at=AT,
        reason=REASON,
    )
    assert made is not None
    return made


def plain(claim: Claim, badge: bytes, proof: bytes) -> bytes:
    """Our plain path: WeasyPrint with shared fonts, pyHanko with P-256."""
    printed = certificate_pdf(
        claim,
        code=sample.CODE,
        verify_url=sample.VERIFY_URL,
        credential=badge,
        proof_bundle=proof,
        key_fingerprint=fingerprint(sample.PUBLIC),
        zone=sample.ZONE,
    )
    return pades.sign(printed, authority.make().signer, field=FIELD.name, at=AT, reason=REASON)


def stock_signer() -> Any:
    """PyHanko's own signer with an RSA-2048 key and a self-signed certificate."""
    from asn1crypto import keys, x509  # type: ignore[import-untyped] # noqa: PLC0415 - slow import
    from cryptography import x509 as made  # noqa: PLC0415 - this side alone
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - as above
    from pyhanko.sign import signers  # noqa: PLC0415 - slow import
    from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415 - as above

    key = rsa.generate_private_key(65537, 2048)
    name = made.Name([made.NameAttribute(made.NameOID.COMMON_NAME, "Contoh")])
    builder = made.CertificateBuilder(name, name, key.public_key(), 1)
    builder = builder.not_valid_before(AT - timedelta(days=1)).not_valid_after(
        AT + timedelta(days=3650)
    )
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    private = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return signers.SimpleSigner(
        signing_cert=x509.Certificate.load(der),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call] # pyHanko's gap
    )


class Stock:
    """The recipe of the libraries' own pages: nothing shared between two files."""

    def __init__(self) -> None:
        self._signer = stock_signer()

    def __call__(self, claim: Claim, badge: bytes, proof: bytes) -> bytes:
        """Render the same page, attach the same files, sign."""
        import weasyprint  # noqa: PLC0415 - slow import
        from pyhanko.pdf_utils.incremental_writer import (  # noqa: PLC0415 - as above
            IncrementalPdfFileWriter,
        )
        from pyhanko.sign import signers  # noqa: PLC0415 - as above

        from certificates import pdf  # noqa: PLC0415 - its template and style sheet
        from documents.fonts import font_faces  # noqa: PLC0415 - as above

        values = page_values(
            claim,
            code=sample.CODE,
            verify_url=sample.VERIFY_URL,
            key_fingerprint=fingerprint(sample.PUBLIC),
            zone=sample.ZONE,
        )
        html = weasyprint.HTML(string=pdf.page_template().render(values))
        styles = [weasyprint.CSS(string=font_faces()), weasyprint.CSS(filename=str(pdf.STYLE))]
        files = [
            weasyprint.Attachment(string=each, name=name)
            for name, each in (("credential.json", badge), ("bukti.json", proof))
        ]
        made = html.write_pdf(pdf_variant="pdf/a-3a", attachments=files, stylesheets=styles)
        signed = io.BytesIO()
        wanted = signers.PdfSignatureMetadata(field_name="TTE1", md_algorithm="sha256")
        signers.sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(made)), wanted, self._signer, output=signed
        )
        return signed.getvalue()


def typst_unsigned(claim: Claim, _badge: bytes, _proof: bytes) -> bytes:
    """A page with a tenth of our text: no backdrop, QR code, second page, files or signature."""
    import typst  # noqa: PLC0415 - this side alone

    source = TYPST.format(
        number=claim.certificate_no, name=claim.holder_name, scheme=claim.scheme_name_id
    )
    return bytes(typst.compile(source.encode(), pdf_standards=["a-3a", "ua-1"]))


def jcs(claim: Claim) -> bytes:
    """The credential as it lies in the proof bundle."""
    return sample.issued(claim)


def rdfc(claim: Claim) -> bytes:
    """The badge as it is attached in service, with the one in the bundle that it is made from."""
    return sample.badge(sample.issued(claim))


def measured(side: Side, badge: Callable[[Claim], bytes], count: int, first: int) -> list[float]:
    """Milliseconds of CPU for each certificate, its credential included."""
    spent = []
    for number in range(first, first + count):
        claim = sample.claim(
            holder_name=f"{NAMES[number % len(NAMES)]} Contoh, S.A.P., M.Si.",
            certificate_no=f"CTH-2026-{number:06d}",
        )
        proof = sample.proof_bundle(sample.issued(claim))
        started = time.process_time()
        side(claim, badge(claim), proof)
        spent.append((time.process_time() - started) * 1000)
    return spent


NAMES: Final = ("Cut Meurah Keumala", "Made Suryani Dewi", "Teuku Rahmat Iskandar", "Siti Aminah L")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke run without meaning")
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    sides: dict[str, tuple[Side, Callable[[Claim], bytes], int]] = {
        "compiled jcs": (quick, jcs, 60),
        "compiled rdfc": (quick, rdfc, 60),
        "plain jcs": (plain, jcs, 3),
        "plain rdfc": (plain, rdfc, 3),
        "stock": (Stock(), jcs, 3),
        "typst": (typst_unsigned, jcs, 6),
    }
    rounds = 1 if given.quick else given.rounds
    found: dict[str, list[float]] = {name: [] for name in sides}
    for side, badge, _ in sides.values():
        measured(side, badge, len(NAMES), 0)  # warm: imports, fonts, compiled pages
    for turn in range(rounds):
        for name, (side, badge, count) in sides.items():
            spent = measured(side, badge, 2 if given.quick else count, 100 + 1000 * turn)
            found[name].append(statistics.mean(spent))
    stock = statistics.median(found["stock"])
    for name, means in found.items():
        middle = statistics.median(means)
        print(
            f"{name:14}{middle:9.2f} ms ({min(means):.2f}-{max(means):.2f})"
            f"{1000 / middle:9.1f} /s/core{stock / middle:8.1f} x stock"
        )
    print(json.dumps({k: [round(m, 3) for m in v] for k, v in found.items()}))


if __name__ == "__main__":
    main()

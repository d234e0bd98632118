"""The PKI's public files: certificates, and the lists of revoked ones that they point to."""

from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from litestar import Response, get
from litestar.params import FromPath

from certificates.errors import CertificateUnknown
from certificates.signing import choice
from web.rendering import AnyRequest, installation

PUBLIC: Final = {  # the folder also holds sealed keys: no other name is ever looked up
    "root.cer": ("root.pem", "application/pkix-cert"),
    "issuing.cer": ("issuing.pem", "application/pkix-cert"),
    "root.crl": ("root.crl", "application/pkix-crl"),
    "issuing.crl": ("issuing.crl", "application/pkix-crl"),
}


@get("/pki/{name:str}", sync_to_thread=True)
def pki_file(request: AnyRequest, name: FromPath[str]) -> Response[Any]:
    """A certificate or a revocation list as DER; raises CertificateUnknown."""
    stored, kind = PUBLIC.get(name, ("", ""))
    path = choice.place(installation(request).settings) / stored
    if not stored or not path.exists():
        raise CertificateUnknown
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
    return Response(_der(path), media_type=kind, headers=headers)


def _der(path: Path) -> bytes:
    if path.suffix == ".crl":
        return x509.load_pem_x509_crl(path.read_bytes()).public_bytes(Encoding.DER)
    return x509.load_pem_x509_certificate(path.read_bytes()).public_bytes(Encoding.DER)


HANDLERS = [pki_file]
